//! What a click brings back: where the seal is, and what was chosen.

use chatgate_core::Chosen;
use serde_json::Value;
use serde_json::value::RawValue;
use url::Url;

/// What stands in every action where the adapter's address belongs: [`with_integration_url`] puts it
/// in.
pub const INTEGRATION_URL: &str = "chatgate:integration";

/// A payload whose actions call this address.
///
/// ```
/// use chatgate_render::mattermost::with_integration_url;
/// use serde_json::value::RawValue;
///
/// let payload = RawValue::from_string(r#"{"url":"chatgate:integration"}"#.to_owned())?;
/// let url = "https://bot.test/mattermost/actions".parse()?;
/// let filled = with_integration_url(&payload, &url);
/// assert_eq!(filled.get(), r#"{"url":"https://bot.test/mattermost/actions"}"#);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
pub fn with_integration_url(payload: &RawValue, url: &Url) -> Box<RawValue> {
    // In JSON a quote of text has a backslash before it, so only a field reads so.
    let hole = format!("\"url\":\"{INTEGRATION_URL}\"");
    let field = format!("\"url\":{}", Value::from(url.as_str()));
    let filled = payload.get().replace(&hole, &field);
    RawValue::from_string(filled).unwrap_or_else(|_| payload.to_owned())
}

/// The seal of an action, from the body that Mattermost posts when it is used; `None` where it
/// carries none.
///
/// Nothing is checked: that is what `Inbox::seals` is for.
///
/// ```
/// use chatgate_render::mattermost::seal_of;
/// use serde_json::json;
///
/// let body = json!({"post_id": "p1", "type": "button", "context": {"seal": "k1.abc.def"}});
/// assert_eq!(seal_of(&body), Some("k1.abc.def"));
/// ```
#[must_use]
pub fn seal_of(body: &Value) -> Option<&str> {
    let seal = body.get("context")?.get("seal")?.as_str()?;
    (!seal.is_empty()).then_some(seal)
}

/// What was chosen, from the same body. Mattermost does not check that it was offered.
///
/// ```
/// use chatgate_core::Chosen;
/// use chatgate_render::mattermost::chosen_of;
/// use serde_json::json;
///
/// let menu = json!({"type": "select", "data_source": "", "context": {"selected_option": "2"}});
/// assert_eq!(chosen_of(&menu), Chosen::Choices(vec![2]));
/// let people = json!({"data_source": "users", "context": {"selected_option": "u1"}});
/// assert_eq!(chosen_of(&people), Chosen::Ids(vec!["u1".into()]));
/// assert_eq!(chosen_of(&json!({"context": {}})), Chosen::Nothing);
/// ```
#[must_use]
pub fn chosen_of(body: &Value) -> Chosen {
    let chosen = body.get("context").and_then(|context| context.get("selected_option"));
    let Some(chosen) = chosen.and_then(Value::as_str) else {
        return Chosen::Nothing;
    };
    match body.get("data_source").and_then(Value::as_str).unwrap_or_default() {
        "" => Chosen::Choices(chosen.parse().ok().into_iter().collect()),
        _ => Chosen::Ids(vec![chosen.to_owned()]),
    }
}
