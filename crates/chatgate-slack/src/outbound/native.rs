//! Any other method of Slack's, with the program's own arguments.

use std::borrow::Cow;

use chatgate_core::{Error, Receipt, Result};
use serde_json::Value;

use crate::api::Form;
use crate::state::State;

/// Calls it. Lists of ids go as Slack takes them, with commas; structures as JSON (slack.md §4.1).
pub(super) async fn call(state: &State, method: &str, body: &Value) -> Result<Receipt> {
    let is_method = !method.is_empty()
        && method.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_'))
        && !method.starts_with('.');
    if !is_method {
        return Err(Error::invalid_input("a method of Slack's is named as chat.postMessage is"));
    }
    let fields = match body {
        Value::Object(fields) => fields.iter().filter_map(field).collect(),
        Value::Null => Form::new(),
        _ => return Err(Error::invalid_input("the arguments of a method are an object")),
    };
    Ok(Receipt::Native(state.api.call(method, fields).await?))
}

fn field<'a>((name, value): (&'a String, &'a Value)) -> Option<(&'a str, Cow<'a, str>)> {
    let text = match value {
        Value::Null => return None,
        Value::String(text) => Cow::Borrowed(text.as_str()),
        Value::Array(items) => match ids(items) {
            Some(ids) => Cow::Owned(ids),
            None => Cow::Owned(value.to_string()),
        },
        _ => Cow::Owned(value.to_string()),
    };
    Some((name.as_str(), text))
}

fn ids(items: &[Value]) -> Option<String> {
    let ids: Option<Vec<&str>> = items.iter().map(Value::as_str).collect();
    let ids = ids.filter(|ids| !ids.is_empty() && ids.iter().all(|id| !id.contains(',')))?;
    Some(ids.join(","))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn arguments_go_as_slack_takes_them() {
        let told =
            |value: Value| field((&"x".to_owned(), &value)).map(|(_, text)| text.into_owned());
        assert_eq!(told(json!("a b")).as_deref(), Some("a b"));
        assert_eq!(told(json!(["U1", "U2"])).as_deref(), Some("U1,U2"));
        assert_eq!(told(json!(true)).as_deref(), Some("true"));
        assert_eq!(told(json!({"a": 1})).as_deref(), Some("{\"a\":1}"));
        assert_eq!(told(json!([{"a": 1}])).as_deref(), Some("[{\"a\":1}]"));
        assert_eq!(told(json!(null)), None);
    }
}
