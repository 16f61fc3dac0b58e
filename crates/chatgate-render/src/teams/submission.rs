//! What a dialog comes back with.

use serde_json::{Map, Value, json};

use super::click::in_utc;

/// What an input of a form holds: the start of its id, since Teams brings back all as text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Holds {
    Text,
    Number,
    Choice,
    Choices,
    Person,
    Bool,
    Day,
    TimeOfDay,
}

impl Holds {
    const ALL: [Self; 8] = [
        Self::Text,
        Self::Number,
        Self::Choice,
        Self::Choices,
        Self::Person,
        Self::Bool,
        Self::Day,
        Self::TimeOfDay,
    ];

    fn word(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Number => "number",
            Self::Choice => "choice",
            Self::Choices => "choices",
            Self::Person => "person",
            Self::Bool => "bool",
            Self::Day => "day",
            Self::TimeOfDay => "time",
        }
    }
}

/// The id of a field's input.
pub(super) fn field_id(holds: Holds, name: &str) -> String {
    format!("{}:{name}", holds.word())
}

/// The value of a choice as it can stand in a list: Teams parts the chosen ones with commas.
pub(super) fn listed(value: &str) -> String {
    value.replace('%', "%25").replace(',', "%2C")
}

fn unlisted(value: &str) -> String {
    value.replace("%2C", ",").replace("%25", "%")
}

/// The answers of a submitted dialog by field name, from `value.data` of a `task/submit`. Each is what
/// `Form::read` takes; a field left empty is absent. Days with a time of day are the person's own:
/// `local` is the `localTimestamp` of the activity, as for [`chosen_of`](super::chosen_of).
///
/// ```
/// use chatgate_render::teams::form_values;
/// use serde_json::json;
///
/// let data = json!({
///     "chatgate": {"element": 0, "seal": "k1.abc.def"},
///     "number:count": "3",
///     "choices:regions": "eu,us",
///     "bool:sure": "false",
///     "text:why": "",
/// });
/// let answers = form_values(&data, None);
/// let wanted = json!({"count": "3", "regions": ["eu", "us"], "sure": false});
/// assert_eq!(serde_json::Value::from(answers), wanted);
/// ```
#[must_use]
pub fn form_values(data: &Value, local: Option<&str>) -> Map<String, Value> {
    let mut out = Map::new();
    for (id, value) in data.as_object().into_iter().flatten() {
        let Some((word, name)) = id.split_once(':') else { continue };
        let Some(holds) = Holds::ALL.into_iter().find(|holds| holds.word() == word) else {
            continue;
        };
        if let Some(answer) = answer(data, holds, name, value, local) {
            out.insert(name.to_owned(), answer);
        }
    }
    out
}

fn answer(
    data: &Value,
    holds: Holds,
    name: &str,
    value: &Value,
    local: Option<&str>,
) -> Option<Value> {
    let text = value.as_str().unwrap_or_default();
    match holds {
        Holds::Bool => Some(json!(text == "true" || *value == json!(true))),
        Holds::Number if value.is_number() => Some(value.clone()),
        _ if text.trim().is_empty() => None,
        Holds::Text | Holds::Number => Some(text.into()),
        Holds::Choice => Some(unlisted(text).into()),
        Holds::Choices => Some(text.split(',').map(unlisted).collect()),
        Holds::Person => Some(json!({"id": text})),
        Holds::Day => {
            let time = data.get(field_id(Holds::TimeOfDay, name))?.as_str()?;
            let at = if time.trim().is_empty() { None } else { in_utc(text, time, local) };
            // Half of what was asked is told to the person by what cannot be read.
            Some(at.unwrap_or_else(|| text.to_owned()).into())
        }
        Holds::TimeOfDay => None,
    }
}
