//! Audit chains: every record carries the hash of the one before it.

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::AuditRecord;
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
        [self.node.as_str(), "/", &self.boot].concat()
    }

    /// Completes a record: adds `seq`, `prev` and `hash`. What a store calls inside its transaction.
    /// Returns the record's canonical text, which is what is kept, and its hash.
    ///
    /// # Errors
    /// `invalid_input` when the record is no JSON object, already has one of the three, or has a
    /// fractional number, which has no one canonical form here.
    pub fn complete(
        record: impl Into<AuditRecord>,
        seq: u64,
        prev: Option<&str>,
    ) -> Result<(String, String)> {
        let record = record.into();
        let (text, gap) = match record.in_chain(seq, prev) {
            Some(placed) => placed,
            None => in_chain(serde_json::from_str(record.as_str())?, seq, prev)?,
        };
        let hash = digest(text.as_bytes());
        Ok((with_hash(text, gap, &hash), hash))
    }

    /// The hash of a record without its `hash`: SHA-256 over a zero byte (RFC 6962's mark of a leaf)
    /// and the canonical JSON.
    ///
    /// # Errors
    /// As [`canonical_json`].
    pub fn hash(record: &Value) -> Result<String> {
        Ok(digest(canonical_json(record)?.as_bytes()))
    }
}

/// The canonical text of any record with `prev` and `seq`, and where in it `hash` belongs.
fn in_chain(record: Value, seq: u64, prev: Option<&str>) -> Result<(String, usize)> {
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
    let mut text = Vec::new();
    let gap = write_object(&map, Some("hash"), &mut text)?;
    Ok((into_text(text)?, gap))
}

fn with_hash(mut text: String, gap: usize, hash: &str) -> String {
    // `seq` comes behind it in any case, so there is a comma on one side of what is put in.
    let member = match text.as_bytes().get(gap) {
        Some(b',') => [",\"hash\":\"", hash, "\""].concat(),
        _ => ["\"hash\":\"", hash, "\","].concat(),
    };
    text.insert_str(gap, &member);
    text
}

fn digest(text: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut hasher = Sha256::new();
    hasher.update([0]);
    hasher.update(text);
    let mut out = String::with_capacity(FIRST_PREV.len());
    out.push_str("sha256:");
    for byte in hasher.finalize() {
        out.push(char::from(DIGITS[usize::from(byte >> 4)]));
        out.push(char::from(DIGITS[usize::from(byte & 15)]));
    }
    out
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
    let mut out = Vec::new();
    write_canonical(value, &mut out)?;
    into_text(out)
}

fn into_text(json: Vec<u8>) -> Result<String> {
    String::from_utf8(json).map_err(|_| Error::internal("JSON that is no text"))
}

// The largest whole number that every JSON reader keeps (RFC 8259 section 6).
const MAX_SAFE: u64 = (1 << 53) - 1;

fn write_canonical(value: &Value, out: &mut Vec<u8>) -> Result<()> {
    match value {
        Value::Number(number) => {
            let size = number.as_u64().or_else(|| number.as_i64().map(i64::unsigned_abs));
            if size.is_none_or(|size| size > MAX_SAFE) {
                return Err(Error::invalid_input(format!("{number} has no canonical form here")));
            }
            serde_json::to_writer(out, number)?;
        }
        Value::Array(items) => {
            out.push(b'[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push(b',');
                }
                write_canonical(item, out)?;
            }
            out.push(b']');
        }
        Value::Object(map) => {
            write_object(map, None, out)?;
        }
        Value::Null | Value::Bool(_) | Value::String(_) => serde_json::to_writer(out, value)?,
    }
    Ok(())
}

/// Writes an object, and tells where the member `absent` would stand: where another one begins, or at
/// the closing brace.
fn write_object(
    map: &serde_json::Map<String, Value>,
    absent: Option<&str>,
    out: &mut Vec<u8>,
) -> Result<usize> {
    let mut entries: Vec<_> = map.iter().collect();
    // RFC 8785 section 3.2.3: by UTF-16 code units. For ASCII that is the order of the bytes.
    if entries.iter().all(|(key, _)| key.is_ascii()) {
        entries.sort_by_key(|(key, _)| key.as_str());
    } else {
        entries.sort_by(|(a, _), (b, _)| a.encode_utf16().cmp(b.encode_utf16()));
    }
    let mut gap = None;
    out.push(b'{');
    for (index, (key, value)) in entries.into_iter().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        let is_behind = |absent: &str| absent.encode_utf16().lt(key.encode_utf16());
        if gap.is_none() && absent.is_some_and(is_behind) {
            gap = Some(out.len());
        }
        serde_json::to_writer(&mut *out, key)?;
        out.push(b':');
        write_canonical(value, out)?;
    }
    out.push(b'}');
    Ok(gap.unwrap_or(out.len() - 1))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::audit_record::ADDED;
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
    fn the_text_of_a_record_is_canonical_wherever_its_hash_stands() {
        for record in [json!({}), json!({"a": 1}), json!({"z": "\u{1f600}"}), json!({"ähm": 1})] {
            let (text, hash) = AuditChain::complete(record, 1, None).unwrap();
            let whole: Value = serde_json::from_str(&text).unwrap();
            assert_eq!(whole["hash"], json!(hash));
            assert_eq!(canonical_json(&whole).unwrap(), text);
        }
    }

    proptest! {
        #[test]
        fn the_short_way_and_the_long_way_give_the_same(
            fields in prop::collection::btree_map(
                "[a-z]{1,2}|has[gh]|prev?|seq?|é|[A\"\\\\ ]",
                prop_oneof![
                    (0_u64..1 << 60).prop_map(Value::from),
                    (-9_i64..9).prop_map(Value::from),
                    "\\PC{0,3}|[\"\\\\\n\u{1}/]{0,3}".prop_map(Value::from),
                    "[a-c]{1,2}".prop_map(|name| json!([null, true, {"a": {name: 1}, "b": 0}])),
                ],
                0..8,
            ),
            seq in 1_u64..1 << 50,
        ) {
            let record = Value::from_iter(fields);
            let prev = digest(b"before");
            let long = in_chain(record.clone(), seq, Some(&prev));
            match AuditRecord::from(record.clone()).in_chain(seq, Some(&prev)) {
                Some((short, gap)) => {
                    let (long, long_gap) = long.unwrap();
                    prop_assert_eq!(&short, &long);
                    prop_assert_eq!(with_hash(short, gap, "h"), with_hash(long, long_gap, "h"));
                }
                None => {
                    let is_plain = |text: &str| text.bytes().all(|byte| byte.is_ascii_lowercase());
                    let map = record.as_object().unwrap();
                    let is_short = map.iter().all(|(name, value)| {
                        is_plain(name) && value.as_str().is_some_and(is_plain) && !ADDED.contains(&name.as_str())
                    });
                    prop_assert!(!is_short, "read the long way: {record}");
                }
            }
        }
    }

    #[test]
    fn a_changed_record_has_another_hash() {
        let read = |text: &str| serde_json::from_str::<Value>(text).unwrap();
        let (one, hash) = AuditChain::complete(json!({"type": "a"}), 1, None).unwrap();
        let (two, _) = AuditChain::complete(json!({"type": "b"}), 2, Some(&hash)).unwrap();
        let (one, two) = (read(&one), read(&two));
        assert_eq!(two["prev"], one["hash"]);
        let mut bare = one.clone();
        bare.as_object_mut().unwrap().remove("hash");
        assert_eq!(AuditChain::hash(&bare).unwrap(), hash);
        bare["type"] = json!("c");
        assert_ne!(AuditChain::hash(&bare).unwrap(), hash);
        assert!(AuditChain::complete(json!({"seq": 1}), 1, None).is_err());
    }
}
