//! Audit chains: every record carries the hash of the one before it.

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::{Error, NodeId, Result};

/// The name of an audit chain: one node's, from one start of it to the next.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub struct AuditChain {
    /// The node.
    pub node: NodeId,
    /// Which start of it.
    pub boot: String,
}

/// The hash before the first record of a chain.
pub(crate) const FIRST_PREV: &str =
    "sha256:0000000000000000000000000000000000000000000000000000000000000000";

impl AuditChain {
    /// The chain of one start of a node.
    pub fn new(node: NodeId, boot: impl Into<String>) -> Self {
        Self { node, boot: boot.into() }
    }

    /// The chain's name, as it begins the names of its records.
    #[must_use]
    pub fn name(&self) -> String {
        format!("{}/{}", self.node, self.boot)
    }

    /// Completes a record: adds `seq`, `prev` and `hash`. What a store calls inside its transaction.
    /// Returns the record and its hash.
    ///
    /// # Errors
    /// `invalid_input` when the record is no JSON object, already has one of the three, or has a
    /// fractional number, which has no one canonical form here.
    pub fn complete(record: Value, seq: u64, prev: Option<&str>) -> Result<(Value, String)> {
        let Value::Object(mut map) = record else {
            return Err(Error::invalid_input("an audit record is a JSON object"));
        };
        for (name, value) in [("seq", json!(seq)), ("prev", json!(prev.unwrap_or(FIRST_PREV)))] {
            if map.insert(name.to_owned(), value).is_some() {
                return Err(Error::invalid_input(format!("an audit record comes without {name}")));
            }
        }
        if map.contains_key("hash") {
            return Err(Error::invalid_input("an audit record comes without hash"));
        }
        let hash = Self::hash(&Value::Object(map.clone()))?;
        map.insert("hash".to_owned(), hash.clone().into());
        Ok((Value::Object(map), hash))
    }

    /// The hash of a record without its `hash`: SHA-256 over a zero byte (RFC 6962's mark of a leaf)
    /// and the canonical JSON.
    ///
    /// # Errors
    /// As [`canonical_json`].
    pub fn hash(record: &Value) -> Result<String> {
        use std::fmt::Write as _;
        let mut hasher = Sha256::new();
        hasher.update([0]);
        hasher.update(canonical_json(record)?.as_bytes());
        let mut text = String::from("sha256:");
        for byte in hasher.finalize() {
            let _ = write!(text, "{byte:02x}");
        }
        Ok(text)
    }
}

/// The one canonical text of a JSON value: RFC 8785 (JCS) for values whose numbers are whole.
///
/// ```
/// let value = serde_json::json!({"b": 1, "a": [true, "é\n"]});
/// assert_eq!(chatgate_core::canonical_json(&value)?, r#"{"a":[true,"é\n"],"b":1}"#);
/// # Ok::<(), chatgate_core::Error>(())
/// ```
///
/// # Errors
/// `invalid_input` for a fractional number, or a whole one beyond 2^53 that a reader may round.
pub fn canonical_json(value: &Value) -> Result<String> {
    let mut out = String::new();
    write_canonical(value, &mut out)?;
    Ok(out)
}

// The largest whole number that every JSON reader keeps (RFC 8259 section 6).
const MAX_SAFE: u64 = (1 << 53) - 1;

fn write_canonical(value: &Value, out: &mut String) -> Result<()> {
    match value {
        Value::Number(number) => {
            let size = number.as_u64().or_else(|| number.as_i64().map(i64::unsigned_abs));
            if size.is_none_or(|size| size > MAX_SAFE) {
                return Err(Error::invalid_input(format!("{number} has no canonical form here")));
            }
            out.push_str(&number.to_string());
        }
        Value::Array(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                write_canonical(item, out)?;
            }
            out.push(']');
        }
        Value::Object(map) => {
            let mut entries: Vec<_> = map.iter().collect();
            // RFC 8785 section 3.2.3: by UTF-16 code units.
            entries.sort_by(|(a, _), (b, _)| a.encode_utf16().cmp(b.encode_utf16()));
            out.push('{');
            for (index, (key, value)) in entries.into_iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                out.push_str(&serde_json::to_string(key)?);
                out.push(':');
                write_canonical(value, out)?;
            }
            out.push('}');
        }
        Value::Null | Value::Bool(_) | Value::String(_) => {
            out.push_str(&serde_json::to_string(value)?);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_sorted_by_utf16_code_units() {
        // RFC 8785 section 3.2.3's own example: U+1F600 sorts before U+FB33.
        let value = json!({"\u{fb33}": 1, "\u{1f600}": 2, "\u{20ac}": 3, "\r": 4, "1": 5});
        let text = canonical_json(&value).unwrap();
        assert_eq!(text, "{\"\\r\":4,\"1\":5,\"\u{20ac}\":3,\"\u{1f600}\":2,\"\u{fb33}\":1}");
    }

    #[test]
    fn numbers_without_one_form_are_refused() {
        assert!(canonical_json(&json!(0.5)).is_err());
        assert!(canonical_json(&json!(1_u64 << 53)).is_err());
        assert_eq!(canonical_json(&json!(-7)).unwrap(), "-7");
    }

    #[test]
    fn a_changed_record_has_another_hash() {
        let (one, hash) = AuditChain::complete(json!({"type": "a"}), 1, None).unwrap();
        let (two, _) = AuditChain::complete(json!({"type": "b"}), 2, Some(&hash)).unwrap();
        assert_eq!(two["prev"], one["hash"]);
        let mut bare = one.clone();
        bare.as_object_mut().unwrap().remove("hash");
        assert_eq!(AuditChain::hash(&bare).unwrap(), hash);
        bare["type"] = json!("c");
        assert_ne!(AuditChain::hash(&bare).unwrap(), hash);
        assert!(AuditChain::complete(json!({"seq": 1}), 1, None).is_err());
    }
}
