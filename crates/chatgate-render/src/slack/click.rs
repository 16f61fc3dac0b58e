//! What a click brings back: where the seal is, and what was chosen.

use std::borrow::Cow;

use chatgate_core::Chosen;
use jiff::Timestamp;
use serde_json::Value;

use super::limits::{BUTTON_VALUE_CHARS, ID_CHARS};

/// The most characters of a seal that a button carries.
pub const BUTTON_SEAL_CHARS: usize = BUTTON_VALUE_CHARS;

/// The most characters of a seal that a menu or picker carries, in two ids. A place's
/// `action_value_chars` may allow more; then it is shown as text that cannot be used.
pub const MENU_SEAL_CHARS: usize = 2 * (ID_CHARS - PREFIX_CHARS);

/// Room for the number that makes an id unique, and a colon.
const PREFIX_CHARS: usize = 6;

/// The ids of a menu or picker: `action_id`, and `block_id` where the seal takes both. `None` where
/// it is too long for them.
pub(super) fn ids(number: usize, seal: Option<&str>) -> Option<(String, Option<String>)> {
    let seal = seal.unwrap_or_default();
    let prefix = format!("{number}:");
    let most = ID_CHARS - PREFIX_CHARS;
    if prefix.len() > PREFIX_CHARS || !seal.is_ascii() || seal.len() > MENU_SEAL_CHARS {
        return None;
    }
    // The end of a seal is its signature, so no two action ids are alike.
    let (head, tail) = seal.split_at(seal.len().saturating_sub(most));
    let block_id = (!head.is_empty()).then(|| format!("{prefix}{head}"));
    Some((prefix + tail, block_id))
}

/// The seal of an action, from an item of `actions` in a `block_actions` payload; `None` where it
/// carries none: a button that only opens an address, or an element that this dialect did not make.
///
/// Nothing is checked: that is what `Inbox::seals` is for.
///
/// ```
/// use chatgate_render::slack::seal_of;
/// use serde_json::json;
///
/// let button = json!({"type": "button", "action_id": "1", "value": "k1.abc.def"});
/// assert_eq!(seal_of(&button).as_deref(), Some("k1.abc.def"));
///
/// let menu = json!({"type": "static_select", "block_id": "2:k1.ab", "action_id": "2:c.def"});
/// assert_eq!(seal_of(&menu).as_deref(), Some("k1.abc.def"));
/// ```
#[must_use]
pub fn seal_of(action: &Value) -> Option<Cow<'_, str>> {
    let field = |name| action.get(name).and_then(Value::as_str);
    if field("type")? == "button" {
        return field("value").filter(|seal| !seal.is_empty()).map(Cow::Borrowed);
    }
    let (number, tail) = field("action_id")?.split_once(':')?;
    // Where the block has no id of ours, Slack has made one up.
    let head = field("block_id")
        .and_then(|id| id.split_once(':'))
        .filter(|(of, _)| *of == number)
        .map_or("", |(_, head)| head);
    match (head, tail) {
        (_, "") => None,
        ("", seal) => Some(Cow::Borrowed(seal)),
        (head, tail) => Some(Cow::Owned(format!("{head}{tail}"))),
    }
}

/// What was chosen, from an item of `actions` in a `block_actions` payload. A date is `2026-11-24`,
/// a time `14:30`, both `2026-11-24T14:30Z`. What was taken back is an empty choice, or
/// [`Chosen::Nothing`] of a picker.
///
/// ```
/// use chatgate_core::Chosen;
/// use chatgate_render::slack::chosen_of;
/// use serde_json::json;
///
/// let menu = json!({"type": "static_select", "selected_option": {"value": "2"}});
/// assert_eq!(chosen_of(&menu), Chosen::Choices(vec![2]));
/// let button = json!({"type": "button", "value": "k1.abc.def"});
/// assert_eq!(chosen_of(&button), Chosen::Nothing);
/// ```
#[must_use]
pub fn chosen_of(action: &Value) -> Chosen {
    let kind = action.get("type").and_then(Value::as_str).unwrap_or_default();
    let list = |name: &str| action.get(name).and_then(Value::as_array).into_iter().flatten();
    let one = |name: &str| action.get(name).filter(|value| !value.is_null());
    match kind {
        "static_select" => {
            Chosen::Choices(one("selected_option").and_then(index).into_iter().collect())
        }
        "multi_static_select" => {
            Chosen::Choices(list("selected_options").filter_map(index).collect())
        }
        "users_select" => ids_of(one("selected_user").into_iter()),
        "multi_users_select" => ids_of(list("selected_users")),
        "conversations_select" => ids_of(one("selected_conversation").into_iter()),
        "multi_conversations_select" => ids_of(list("selected_conversations")),
        "channels_select" => ids_of(one("selected_channel").into_iter()),
        "multi_channels_select" => ids_of(list("selected_channels")),
        "datepicker" => picked(one("selected_date").and_then(Value::as_str)),
        "timepicker" => picked(one("selected_time").and_then(Value::as_str)),
        "datetimepicker" => {
            let at = one("selected_date_time").and_then(Value::as_i64);
            let at = at.and_then(|at| Timestamp::from_second(at).ok());
            picked(at.map(|at| at.strftime("%Y-%m-%dT%H:%MZ").to_string()).as_deref())
        }
        _ => Chosen::Nothing,
    }
}

/// The position that an option carries as its value.
fn index(option: &Value) -> Option<usize> {
    option.get("value")?.as_str()?.parse().ok()
}

fn ids_of<'a>(values: impl Iterator<Item = &'a Value>) -> Chosen {
    Chosen::Ids(values.filter_map(Value::as_str).map(str::to_owned).collect())
}

fn picked(text: Option<&str>) -> Chosen {
    text.map_or(Chosen::Nothing, |text| Chosen::Picked(text.to_owned()))
}
