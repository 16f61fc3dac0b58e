//! The arguments of a call, whether they came as a form, as JSON or in the query.

use std::borrow::Cow;

use http::Method;
use serde_json::{Map, Value, json};

use super::refusal::{Refusal, refuse};
use crate::fakes::server::Arrived;

/// The arguments of a call.
#[derive(Clone, Debug, Default)]
pub(super) struct Args {
    map: Map<String, Value>,
    /// A warning that goes with every answer to them.
    pub(super) warning: Option<&'static str>,
    json: bool,
}

impl Args {
    /// Reads the arguments of a request; `takes_json` says whether the method takes a JSON body.
    pub(super) fn of(arrived: &Arrived, takes_json: bool) -> Result<Self, Refusal> {
        let mut args = Self::default();
        args.add_form(arrived.query.as_bytes());
        if arrived.method == Method::GET || arrived.body.is_empty() {
            return Ok(args);
        }
        let kind = arrived.header("content-type");
        let essence = kind.split(';').next().unwrap_or_default().trim();
        match essence {
            "application/x-www-form-urlencoded" => args.add_form(&arrived.body),
            "application/json" if takes_json => {
                args.json = true;
                if !kind.to_ascii_lowercase().contains("charset=") {
                    args.warning = Some("missing_charset");
                }
                match serde_json::from_slice(&arrived.body) {
                    Ok(Value::Object(map)) => args.map.extend(map),
                    Ok(_) => return refuse("json_not_object"),
                    Err(_) => return refuse("invalid_json"),
                }
            }
            // A method that takes no JSON does not see it: its arguments are missing.
            "application/json" => {}
            _ => return refuse("invalid_post_type"),
        }
        Ok(args)
    }

    pub(super) fn from_value(value: &Value) -> Self {
        let map = value.as_object().cloned().unwrap_or_default();
        Self { map, warning: None, json: true }
    }

    fn add_form(&mut self, encoded: &[u8]) {
        for (name, value) in form_urlencoded::parse(encoded) {
            self.map.insert(name.into_owned(), Value::String(value.into_owned()));
        }
    }

    pub(super) fn is_json(&self) -> bool {
        self.json
    }

    pub(super) fn remove(&mut self, name: &str) -> Option<Value> {
        self.map.remove(name)
    }

    /// What was sent, for the log.
    pub(super) fn sent(&self) -> Value {
        Value::Object(self.map.clone())
    }

    /// A scalar as text; `None` when it is absent or empty.
    pub(super) fn text(&self, name: &str) -> Option<Cow<'_, str>> {
        match self.map.get(name)? {
            Value::String(text) if text.is_empty() => None,
            Value::String(text) => Some(Cow::Borrowed(text)),
            Value::Number(number) => Some(Cow::Owned(number.to_string())),
            Value::Bool(flag) => Some(Cow::Owned(flag.to_string())),
            _ => None,
        }
    }

    /// Whether the argument was given at all, even empty.
    pub(super) fn has(&self, name: &str) -> bool {
        self.map.get(name).is_some_and(|value| !value.is_null())
    }

    pub(super) fn required(&self, name: &str) -> Result<Cow<'_, str>, Refusal> {
        self.text(name).ok_or_else(|| Refusal::missing(name))
    }

    pub(super) fn flag(&self, name: &str) -> bool {
        matches!(self.text(name).as_deref(), Some("true" | "1"))
    }

    /// A structure: JSON in a string, or as it is in a JSON body. `bad` is the code for what is not
    /// JSON.
    pub(super) fn structure(&self, name: &str, bad: &str) -> Result<Option<Value>, Refusal> {
        match self.map.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) if text.is_empty() => Ok(None),
            Some(Value::String(text)) => match serde_json::from_str(text) {
                Ok(Value::Null) => Ok(None),
                Ok(value) => Ok(Some(value)),
                Err(_) => refuse(bad),
            },
            Some(value) => Ok(Some(value.clone())),
        }
    }

    /// Ids separated by commas.
    pub(super) fn list(&self, name: &str) -> Vec<String> {
        let split = |text: &str| -> Vec<String> {
            text.split(',').map(str::trim).filter(|id| !id.is_empty()).map(str::to_owned).collect()
        };
        match self.map.get(name) {
            Some(Value::Array(ids)) => {
                ids.iter().filter_map(Value::as_str).map(str::to_owned).collect()
            }
            _ => self.text(name).map(|text| split(&text)).unwrap_or_default(),
        }
    }

    /// `limit`, from 1 to `most`.
    pub(super) fn limit(&self, default: usize, most: usize) -> Result<usize, Refusal> {
        let Some(text) = self.text("limit") else { return Ok(default) };
        match text.parse::<usize>() {
            Ok(0) => Ok(default),
            Ok(limit) if limit <= most => Ok(limit),
            _ => refuse("invalid_limit"),
        }
    }
}

/// The answer to a call that succeeded.
pub(super) fn ok(mut body: Value) -> Value {
    body["ok"] = json!(true);
    body
}
