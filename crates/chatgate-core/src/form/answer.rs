//! Answers to fields: read from what was typed, and checked.

use serde_json::Value;

use super::FieldKind;
use crate::{Choice, Pick};

impl FieldKind {
    pub(super) fn read(&self, typed: &str) -> std::result::Result<Value, String> {
        match self {
            Self::Number { .. } => {
                let whole = typed.parse::<i64>().map(Value::from);
                whole
                    .or_else(|_| typed.parse::<f64>().map(Value::from))
                    .map_err(|_| "is not a number".into())
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
            (Self::Email, Value::String(text)) => match text.split_once('@') {
                Some((name, host)) if !name.is_empty() && host.contains('.') => Ok(()),
                _ => Err("is not an e-mail address".into()),
            },
            (Self::Url, Value::String(text)) => match url::Url::parse(text) {
                Ok(url) if matches!(url.scheme(), "http" | "https") => Ok(()),
                _ => Err("is not an http or https address".into()),
            },
            (Self::Choice { choices, pick: Pick::One, .. }, Value::String(text)) => {
                choose(choices, text).map(|_| ())
            }
            (Self::Choice { choices, pick: Pick::Many, .. }, Value::Array(values)) => {
                for value in values {
                    choose(choices, value.as_str().unwrap_or_default())?;
                }
                Ok(())
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
            (Self::Listed | Self::File, Value::String(_))
            | (Self::Bool, Value::Bool(_))
            | (Self::User | Self::Channel | Self::File, Value::Object(_)) => Ok(()),
            _ => Err("is of the wrong kind".into()),
        }
    }
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
    named.or_else(numbered).map(|choice| choice.value.clone()).ok_or_else(|| {
        let values: Vec<_> = choices.iter().map(|choice| choice.value.as_str()).collect();
        format!("takes one of {}", values.join(", "))
    })
}
