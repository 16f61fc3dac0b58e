//! Answers to fields: read from what was typed or submitted, and checked.

use serde_json::{Value, json};

use super::{FieldKind, Lines};
use crate::{Choice, Pick};

impl FieldKind {
    /// A platform's value in the JSON that the field's answer is; `None` when it was left empty.
    ///
    /// Platforms send what they have: a number as text, a checkbox as a list of what is ticked, a
    /// person as a bare id, a point in time in seconds. What is none of these stays as it is, for
    /// [`FieldKind::check`] to refuse.
    pub(super) fn submitted(&self, value: &Value) -> Option<Value> {
        let answer = match (self, value) {
            (Self::Bool, Value::Array(ticked)) => Value::Bool(!ticked.is_empty()),
            (_, Value::Null) => return None,
            (_, Value::Array(values)) if values.is_empty() => return None,
            (_, Value::String(text)) if text.trim().is_empty() => return None,
            (Self::Choice { pick: Pick::Many, .. }, Value::String(_)) => json!([value]),
            (Self::Choice { pick: Pick::Many, .. }, _) => value.clone(),
            (_, Value::Array(values)) => match values.as_slice() {
                [one] => return self.submitted(one),
                _ => value.clone(),
            },
            (Self::Number { .. } | Self::Bool, Value::String(text)) => {
                self.read(text.trim()).unwrap_or_else(|_| value.clone())
            }
            (Self::Email | Self::Url | Self::Date | Self::Time, Value::String(text)) => {
                text.trim().into()
            }
            (Self::User | Self::Channel | Self::File, Value::String(id)) => {
                json!({"id": id.trim()})
            }
            (Self::DateTime, Value::Number(seconds)) => {
                let at = seconds.as_i64().and_then(|at| jiff::Timestamp::from_second(at).ok());
                at.map_or_else(|| value.clone(), |at| at.to_string().into())
            }
            (Self::DateTime, Value::String(text)) => match text.trim().parse::<jiff::Timestamp>() {
                Ok(at) => at.to_string().into(),
                Err(_) => value.clone(),
            },
            _ => value.clone(),
        };
        Some(answer)
    }

    pub(super) fn read(&self, typed: &str) -> std::result::Result<Value, String> {
        match self {
            Self::Number { .. } => {
                let whole = typed.parse::<i64>().map(Value::from);
                let real = || typed.parse::<f64>().ok().filter(|number| number.is_finite());
                whole
                    .ok()
                    .or_else(|| real().map(Value::from))
                    .ok_or_else(|| "is not a number".into())
            }
            Self::Bool => match typed.to_lowercase().as_str() {
                "y" | "yes" | "true" | "on" => Ok(Value::Bool(true)),
                "n" | "no" | "false" | "off" => Ok(Value::Bool(false)),
                _ => Err("takes yes or no".into()),
            },
            Self::Choice { choices, pick: Pick::Many, .. } => typed
                .split(',')
                .map(|part| choose(choices, part.trim()))
                .collect::<std::result::Result<Vec<_>, _>>()
                .map(Value::from),
            Self::Choice { choices, .. } => choose(choices, typed).map(Value::from),
            Self::User => {
                let handle = typed.trim_start_matches('@');
                Ok(serde_json::json!({"id": handle, "handle": handle}))
            }
            Self::Channel => {
                let name = typed.trim_start_matches('#');
                Ok(serde_json::json!({"id": name, "name": name}))
            }
            _ => Ok(typed.into()),
        }
    }

    pub(super) fn check(&self, value: &Value) -> std::result::Result<(), String> {
        match (self, value) {
            (Self::Text { lines: Lines::One, .. }, Value::String(text))
                if text.contains(['\n', '\r']) =>
            {
                Err("takes one line".into())
            }
            (Self::Text { min_chars, max_chars, .. }, Value::String(text)) => {
                let count = text.chars().count();
                match (min_chars, max_chars) {
                    (Some(min), _) if count < *min => {
                        Err(format!("needs {min} characters or more"))
                    }
                    (_, Some(max)) if count > *max => {
                        Err(format!("takes {max} characters or fewer"))
                    }
                    _ => Ok(()),
                }
            }
            (Self::Number { min, max, whole }, Value::Number(number)) => {
                let number = number.as_f64().unwrap_or(f64::NAN);
                match (min, max) {
                    _ if !number.is_finite() => Err("is not a number".into()),
                    _ if *whole && number.fract() != 0.0 => Err("takes whole numbers".into()),
                    (Some(min), _) if number < *min => Err(format!("must be {min} or more")),
                    (_, Some(max)) if number > *max => Err(format!("must be {max} or less")),
                    _ => Ok(()),
                }
            }
            (Self::Email, Value::String(text)) if is_email(text) => Ok(()),
            (Self::Email, Value::String(_)) => Err("is not an e-mail address".into()),
            (Self::Url, Value::String(text)) => match url::Url::parse(text) {
                // What stands before an `@` looks like the host and is not.
                Ok(url) if !url.username().is_empty() || url.password().is_some() => {
                    Err("may not carry a user name or password".into())
                }
                Ok(url) if matches!(url.scheme(), "http" | "https") => Ok(()),
                _ => Err("is not an http or https address".into()),
            },
            (Self::Choice { choices, pick: Pick::One, .. }, Value::String(text)) => {
                one_of(choices, text)
            }
            (Self::Choice { choices, pick: Pick::Many, .. }, Value::Array(values)) => {
                values.iter().try_for_each(|value| match value {
                    Value::String(value) => one_of(choices, value),
                    _ => Err("is of the wrong kind".into()),
                })
            }
            (Self::Date, Value::String(text)) => match text.parse::<jiff::civil::Date>() {
                Ok(_) => Ok(()),
                Err(_) => Err("is not a day such as 2026-11-24".into()),
            },
            (Self::Time, Value::String(text)) => match text.parse::<jiff::civil::Time>() {
                Ok(_) => Ok(()),
                Err(_) => Err("is not a time of day such as 14:30".into()),
            },
            (Self::DateTime, Value::String(text)) => match text.parse::<jiff::Timestamp>() {
                Ok(_) => Ok(()),
                Err(_) => Err("is not a time such as 2026-11-24T14:30Z".into()),
            },
            (Self::User | Self::Channel | Self::File, Value::Object(entity)) => {
                match entity.get("id").and_then(Value::as_str) {
                    Some(id) if !id.is_empty() => Ok(()),
                    _ => Err("is of the wrong kind".into()),
                }
            }
            (Self::Listed, Value::String(_)) | (Self::Bool, Value::Bool(_)) => Ok(()),
            _ => Err("is of the wrong kind".into()),
        }
    }
}

/// As HTML's `<input type="email">` has it, with a dot in the host (WHATWG, "Valid e-mail address").
fn is_email(text: &str) -> bool {
    let Some((name, host)) = text.split_once('@') else { return false };
    let in_name = |c: char| c.is_alphanumeric() || ".!#$%&'*+/=?^_`{|}~-".contains(c);
    let is_label = |label: &str| {
        !label.is_empty()
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.chars().all(|c| c.is_alphanumeric() || c == '-')
    };
    let labels = host.split('.');
    // 254: RFC 5321, 4.5.3.1.3, without the angle brackets.
    text.len() <= 254
        && !name.is_empty()
        && name.chars().all(in_name)
        && host.contains('.')
        && labels.into_iter().all(is_label)
}

/// A choice by its value, its label or its number from 1.
fn choose(choices: &[Choice], typed: &str) -> std::result::Result<String, String> {
    let named = choices
        .iter()
        .find(|choice| choice.value == typed)
        .or_else(|| choices.iter().find(|choice| choice.label.eq_ignore_ascii_case(typed)));
    let numbered = || {
        let number = typed.parse::<usize>().ok()?;
        choices.get(number.checked_sub(1)?)
    };
    let found = named.or_else(numbered);
    found.map(|choice| choice.value.clone()).ok_or_else(|| takes_one_of(choices))
}

fn one_of(choices: &[Choice], value: &str) -> std::result::Result<(), String> {
    let found = choices.iter().any(|choice| choice.value == value);
    found.then_some(()).ok_or_else(|| takes_one_of(choices))
}

fn takes_one_of(choices: &[Choice]) -> String {
    let values: Vec<_> = choices.iter().map(|choice| choice.value.as_str()).collect();
    format!("takes one of {}", values.join(", "))
}
