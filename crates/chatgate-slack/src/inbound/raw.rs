//! A payload without its credentials, for those who read what chatgate does not decode.

use std::borrow::Cow;
use std::fmt;

use bytes::Bytes;
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// Copies JSON, and leaves out every field, at any depth, whose name says that it is a credential.
pub(crate) fn without_credentials(json: &str) -> Bytes {
    let mut out = Vec::with_capacity(json.len());
    let mut reader = serde_json::Deserializer::from_str(json);
    match (Copy { out: &mut out }).deserialize(&mut reader) {
        Ok(()) => out.into(),
        // Checked before: only a number that no type holds comes here.
        Err(_) => Bytes::new(),
    }
}

/// Field names whose values open something (slack.md §1.2, §2.4–2.6, §7).
pub(super) fn is_credential(name: &str) -> bool {
    name.ends_with("token")
        || name.ends_with("secret")
        || matches!(
            name,
            "trigger_id"
                | "response_url"
                | "response_urls"
                | "interactivity_pointer"
                | "upload_url"
        )
}

struct Copy<'a> {
    out: &'a mut Vec<u8>,
}

impl<'a> Copy<'a> {
    fn write<E: serde::de::Error>(self, value: impl serde::Serialize) -> Result<(), E> {
        serde_json::to_writer(self.out, &value).map_err(E::custom)
    }
}

impl<'de> DeserializeSeed<'de> for Copy<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Copy<'_> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("JSON")
    }

    fn visit_bool<E: serde::de::Error>(self, value: bool) -> Result<(), E> {
        self.write(value)
    }

    fn visit_i64<E: serde::de::Error>(self, value: i64) -> Result<(), E> {
        self.write(value)
    }

    fn visit_u64<E: serde::de::Error>(self, value: u64) -> Result<(), E> {
        self.write(value)
    }

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<(), E> {
        self.write(value)
    }

    fn visit_str<E: serde::de::Error>(self, value: &str) -> Result<(), E> {
        self.write(value)
    }

    fn visit_unit<E: serde::de::Error>(self) -> Result<(), E> {
        self.write(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        self.out.push(b'[');
        let mut first = true;
        loop {
            let before = self.out.len();
            if !first {
                self.out.push(b',');
            }
            if items.next_element_seed(Copy { out: &mut *self.out })?.is_none() {
                self.out.truncate(before);
                break;
            }
            first = false;
        }
        self.out.push(b']');
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<(), A::Error> {
        self.out.push(b'{');
        let mut first = true;
        while let Some(name) = fields.next_key::<Cow<'de, str>>()? {
            if is_credential(&name) {
                fields.next_value::<IgnoredAny>()?;
                continue;
            }
            if !first {
                self.out.push(b',');
            }
            first = false;
            Copy { out: &mut *self.out }.write::<A::Error>(&*name)?;
            self.out.push(b':');
            fields.next_value_seed(Copy { out: &mut *self.out })?;
        }
        self.out.push(b'}');
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn credentials_are_left_out_at_every_depth() {
        let raw = json!({
            "token": "canary", "trigger_id": "canary", "response_url": "canary",
            "keep": [{"bot_access_token": {"deep": "canary"}, "n": -1.5}, null, true, [], {}],
            "response_urls": [{"response_url": "canary"}],
            "interactivity": {"interactivity_pointer": "canary", "interactor": {"secret": "canary"}},
            "tokens": {"bot": ["U1"]},
        });
        let out = without_credentials(&raw.to_string());
        let wanted = json!({
            "keep": [{"n": -1.5}, null, true, [], {}],
            "interactivity": {"interactor": {}},
            "tokens": {"bot": ["U1"]},
        });
        assert_eq!(serde_json::from_slice::<Value>(&out).unwrap(), wanted);
        let escaped = without_credentials(r#"{"\u0074oken":"canary","é\"":"\n"}"#);
        assert_eq!(escaped, r#"{"é\"":"\n"}"#);
    }

    proptest! {
        #[test]
        fn everything_else_stays(words in prop::collection::vec("[a-s]{1,6}", 0..6), n in any::<i64>()) {
            let value = json!({"words": words, "n": n, "inner": {"words": words}});
            let out = without_credentials(&value.to_string());
            prop_assert_eq!(serde_json::from_slice::<Value>(&out).unwrap(), value);
        }
    }
}
