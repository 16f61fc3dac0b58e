//! What a dialog comes back with.

use serde_json::{Map, Value, json};

/// What begins the name of a box that is one of several choices.
pub(super) const BOX: char = '+';

/// The name of a box: how long the field's name is, that name, and the choice's value.
pub(super) fn box_name(field: &str, value: &str) -> String {
    format!("{BOX}{}:{field}{value}", field.len())
}

fn of_box(name: &str) -> Option<(&str, &str)> {
    let (length, rest) = name.strip_prefix(BOX)?.split_once(':')?;
    rest.split_at_checked(length.parse().ok()?)
}

/// The seal of a form, from the body of a dialog's submission or cancelling; `None` where it carries
/// none.
///
/// The person's client sends it, with a user and channel of the server's: what it seals must be bound
/// to both. Nothing is checked here: that is what `Inbox::seals` is for.
///
/// ```
/// use chatgate_render::mattermost::form_seal_of;
/// use serde_json::json;
///
/// let body = json!({"type": "dialog_submission", "state": "k1.abc.def", "submission": {}});
/// assert_eq!(form_seal_of(&body), Some("k1.abc.def"));
/// ```
#[must_use]
pub fn form_seal_of(body: &Value) -> Option<&str> {
    body.get("state")?.as_str().filter(|seal| !seal.is_empty())
}

/// The answers of a submitted dialog by field name, from `submission`; a field left empty is absent.
/// `Form::read` makes each the JSON of its field's kind.
///
/// ```
/// use chatgate_render::mattermost::form_values;
/// use serde_json::json;
///
/// let values = form_values(&json!({"count": "3", "why": null, "+4:envsprod": true}));
/// assert_eq!(serde_json::Value::from(values), json!({"count": "3", "envs": ["prod"]}));
/// ```
#[must_use]
pub fn form_values(submission: &Value) -> Map<String, Value> {
    let mut out = Map::new();
    for (name, value) in submission.as_object().into_iter().flatten() {
        if let Some((field, choice)) = of_box(name) {
            let is_ticked = matches!(value, Value::Bool(true))
                || value.as_str().is_some_and(|text| text == "true");
            if is_ticked
                && let Value::Array(chosen) =
                    out.entry(field.to_owned()).or_insert_with(|| json!([]))
            {
                chosen.push(choice.into());
            }
            continue;
        }
        let is_empty = match value {
            Value::Null => true,
            Value::String(text) => text.is_empty(),
            Value::Array(values) => values.is_empty(),
            _ => false,
        };
        if !is_empty {
            out.insert(name.clone(), value.clone());
        }
    }
    out
}
