//! A payload without its credentials, for those who read what chatgate does not decode.

use std::borrow::Cow;

use bytes::Bytes;

/// Copies JSON, already known to be JSON, and leaves out every field, at any depth, whose name says that
/// it is a credential. One pass that builds nothing: what is kept is copied as it stands.
///
/// ```
/// use chatgate_http::without_credentials;
/// let is_credential = |name: &str| name == "token";
/// let kept = without_credentials(r#"{"token":"canary","text":"hi"}"#, is_credential);
/// assert_eq!(kept, r#"{"text":"hi"}"#);
/// ```
#[must_use]
pub fn without_credentials(json: &str, is_credential: impl Fn(&str) -> bool) -> Bytes {
    let mut out = Vec::with_capacity(json.len());
    let mut text = Text { bytes: json.as_bytes(), at: 0 };
    let mut kept = 0;
    while text.skip_to_string() {
        let start = text.at;
        text.skip_string();
        let name = json.get(start..text.at).unwrap_or_default();
        // A string before a colon is a name.
        text.skip_space();
        if text.peek() != Some(b':') || !is_credential(&unquoted(name)) {
            continue;
        }
        out.extend_from_slice(text.since(kept, start));
        text.at += 1;
        text.skip_value();
        text.skip_space();
        if text.peek() == Some(b',') {
            text.at += 1;
        } else if out.trim_ascii_end().last() == Some(&b',') {
            // It was the last of its object: the comma before it goes with it.
            out.truncate(out.trim_ascii_end().len() - 1);
        }
        kept = text.at;
    }
    out.extend_from_slice(text.since(kept, json.len()));
    out.into()
}

/// A name as it reads, whatever its escapes.
fn unquoted(name: &str) -> Cow<'_, str> {
    let inner = name.get(1..name.len().saturating_sub(1)).unwrap_or_default();
    match inner.contains('\\') {
        false => inner.into(),
        // Half a surrogate pair cannot be read; what follows it can.
        true => serde_json::from_str::<String>(name).map_or(inner.into(), Cow::from),
    }
}

/// JSON text, and how far it is read.
struct Text<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Text<'a> {
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn since(&self, start: usize, end: usize) -> &'a [u8] {
        self.bytes.get(start..end).unwrap_or_default()
    }

    fn skip_while(&mut self, skipped: impl Fn(u8) -> bool) {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        self.at += rest.iter().take_while(|byte| skipped(**byte)).count();
    }

    fn skip_space(&mut self) {
        self.skip_while(|byte| byte.is_ascii_whitespace());
    }

    /// Up to where the next string begins; false when there is none.
    fn skip_to_string(&mut self) -> bool {
        self.skip_while(|byte| byte != b'"');
        self.peek().is_some()
    }

    fn skip_string(&mut self) {
        self.at += 1;
        loop {
            self.skip_while(|byte| byte != b'"' && byte != b'\\');
            match self.peek() {
                Some(b'\\') => self.at += 2,
                Some(_) => {
                    self.at += 1;
                    return;
                }
                None => {
                    self.at = self.bytes.len();
                    return;
                }
            }
        }
    }

    fn skip_value(&mut self) {
        self.skip_space();
        let mut depth = 0_usize;
        loop {
            match self.peek() {
                Some(b'"') => self.skip_string(),
                Some(b'{' | b'[') => {
                    depth += 1;
                    self.at += 1;
                }
                Some(b'}' | b']') => {
                    depth = depth.saturating_sub(1);
                    self.at += 1;
                }
                Some(_) if depth == 0 => {
                    self.skip_while(|byte| !byte.is_ascii_whitespace() && !b",}]".contains(&byte));
                }
                Some(_) => self.skip_while(|byte| !b"\"{}[]".contains(&byte)),
                None => return,
            }
            if depth == 0 {
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;

    fn is_credential(name: &str) -> bool {
        name.ends_with("token")
            || name.ends_with("secret")
            || matches!(
                name,
                "trigger_id" | "response_url" | "response_urls" | "interactivity_pointer"
            )
    }

    fn stripped_text(json: &str) -> Bytes {
        without_credentials(json, is_credential)
    }

    #[test]
    fn credentials_are_left_out_at_every_depth() {
        let raw = json!({
            "token": "canary", "trigger_id": "canary", "response_url": "canary",
            "keep": [{"bot_access_token": {"deep": "canary"}, "n": -1.5}, null, true, [], {}],
            "response_urls": [{"response_url": "canary"}],
            "interactivity": {"interactivity_pointer": "canary", "interactor": {"secret": "canary"}},
            "tokens": {"bot": ["U1"]},
        });
        let out = stripped_text(&raw.to_string());
        let wanted = json!({
            "keep": [{"n": -1.5}, null, true, [], {}],
            "interactivity": {"interactor": {}},
            "tokens": {"bot": ["U1"]},
        });
        assert_eq!(serde_json::from_slice::<Value>(&out).unwrap(), wanted);
        let escaped = stripped_text(r#"{"\u0074oken":"canary","é\"":"\n"}"#);
        assert_eq!(escaped, r#"{"é\"":"\n"}"#);
    }

    #[test]
    fn what_stands_between_fields_goes_with_them() {
        for (raw, wanted) in [
            (r#"{ "token" : "x" , "a" : 1 }"#, r#"{  "a" : 1 }"#),
            (r#"{ "a" : 1 , "token" : {"b":["\"}"]} }"#, r#"{ "a" : 1 }"#),
            (r#"{"token":-1e5,"secret":null,"x":"token"}"#, r#"{"x":"token"}"#),
            (r#"{"token":[],"secret":[1,{"a":2}]}"#, "{}"),
            (r#"["token","secret"]"#, r#"["token","secret"]"#),
            (r#"{"a":{"token":1},"b":[{"token":1}]}"#, r#"{"a":{},"b":[{}]}"#),
            (r#""token""#, r#""token""#),
        ] {
            assert_eq!(stripped_text(raw), wanted, "{raw}");
        }
    }

    /// Any JSON; some of its fields are named as credentials are.
    fn any_json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i32>().prop_map(Value::from),
            "\\PC{0,6}|[\"\\\\,:{}]{0,4}|token".prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 24, 5, |inner| {
            let name = "[a-c]|token|a_secret|response_url|\"|[\"\\\\\n]token";
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
                prop::collection::btree_map(name, inner, 0..5).prop_map(Value::from_iter),
            ]
        })
    }

    fn stripped(value: Value) -> Value {
        match value {
            Value::Array(items) => items.into_iter().map(stripped).collect(),
            Value::Object(fields) => {
                let kept = fields.into_iter().filter(|(name, _)| !is_credential(name));
                kept.map(|(name, value)| (name, stripped(value))).collect()
            }
            plain => plain,
        }
    }

    proptest! {
        #[test]
        fn credentials_go_and_everything_else_stays(value in any_json(), spaced in any::<bool>()) {
            let raw = if spaced { format!("{value:#}") } else { value.to_string() };
            let out = stripped_text(&raw);
            prop_assert_eq!(serde_json::from_slice::<Value>(&out).unwrap(), stripped(value));
        }

        #[test]
        fn no_text_makes_it_panic(text in "(token|[\"\\\\:,{} \\[\\]a]){0,20}") {
            let _ = stripped_text(&text);
        }
    }
}
