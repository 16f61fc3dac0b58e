//! What an audit record says before a store has given it its place in a chain.

use std::fmt;

use serde::Serialize;
use serde_json::Value;

use super::audit::FIRST_PREV;
use crate::Result;

/// What an audit record says, a JSON object without `seq`, `prev` and `hash`: these the store adds. It
/// is kept as text: whoever writes the members in the order of their names has it written only once.
///
/// ```
/// use chatgate_core::AuditRecord;
/// let record = AuditRecord::new(&serde_json::json!({"type": "delivery.accepted", "v": 1}))?;
/// assert_eq!(record.as_str(), r#"{"type":"delivery.accepted","v":1}"#);
/// # Ok::<(), chatgate_core::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct AuditRecord(String);

impl AuditRecord {
    /// Writes a record.
    ///
    /// # Errors
    /// `malformed` when it cannot be JSON.
    pub fn new(record: &impl Serialize) -> Result<Self> {
        Ok(Self(serde_json::to_string(record)?))
    }

    /// Its JSON.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Its text with `prev` and `seq`, and where in that text `hash` belongs; `None` when its text is
    /// not certainly canonical, or has one of the three.
    pub(super) fn in_chain(&self, seq: u64, prev: Option<&str>) -> Option<(String, usize)> {
        let text = &self.0;
        let [hash_at, prev_at, seq_at] = gaps(text)?;
        let mut out = String::with_capacity(text.len() + ADDED_BYTES);
        out.push_str(text.get(..prev_at)?);
        add(&mut out, prev_at < text.len() - 1, |out| {
            out.extend(["\"prev\":\"", prev.unwrap_or(FIRST_PREV), "\""]);
        });
        out.push_str(text.get(prev_at..seq_at)?);
        add(&mut out, seq_at < text.len() - 1, |out| {
            out.extend(["\"seq\":", &seq.to_string()]);
        });
        out.push_str(text.get(seq_at..)?);
        Some((out, hash_at))
    }
}

/// What a store adds, in the order of the names.
pub(super) const ADDED: [&str; 3] = ["hash", "prev", "seq"];
// Two hashes of 71 characters, a number of at most 20, and what stands around them.
const ADDED_BYTES: usize = 256;

/// Adds a member to an object, before another one or as the last.
fn add(out: &mut String, is_before_another: bool, member: impl FnOnce(&mut String)) {
    if !is_before_another && !out.ends_with('{') {
        out.push(',');
    }
    member(out);
    if is_before_another {
        out.push(',');
    }
}

/// Where in the text of an object the members belong that a store adds, when the text is certainly
/// canonical: no space, every object's names in ascending order and plain ASCII, numbers whole and small,
/// escapes the shortest. What a serialiser gives for members in order is that.
fn gaps(text: &str) -> Option<[usize; 3]> {
    // Deeper than any record of ours; deeper ones are read the long way.
    const DEPTH: usize = 8;
    let bytes = text.as_bytes();
    if !(text.starts_with('{') && text.ends_with('}')) {
        return None;
    }
    let mut gaps = [text.len() - 1; 3];
    // The last name of each open object.
    let mut names = [""; DEPTH];
    let mut depth = 0_usize;
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'{' => {
                *names.get_mut(depth)? = "";
                depth += 1;
                at += 1;
            }
            b'}' => {
                depth = depth.checked_sub(1)?;
                at += 1;
            }
            b'"' => {
                let start = at;
                at = end_of_string(bytes, at + 1)?;
                if bytes.get(at) != Some(&b':') {
                    continue;
                }
                let name = text.get(start + 1..at - 1)?;
                let last = names.get_mut(depth.checked_sub(1)?)?;
                let is_plain = name.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
                if !is_plain || *last >= name {
                    return None;
                }
                *last = name;
                if depth == 1 {
                    for (gap, added) in gaps.iter_mut().zip(ADDED) {
                        match name.cmp(added) {
                            std::cmp::Ordering::Equal => return None,
                            std::cmp::Ordering::Greater => *gap = start.min(*gap),
                            std::cmp::Ordering::Less => {}
                        }
                    }
                }
            }
            b'0'..=b'9' => at = end_of_number(bytes, at)?,
            b',' | b':' | b'[' | b']' | b'a'..=b'z' => at += 1,
            _ => return None,
        }
    }
    Some(gaps)
}

/// Behind the closing quote, when the escapes are those that canonical JSON has.
fn end_of_string(bytes: &[u8], start: usize) -> Option<usize> {
    let mut at = start;
    loop {
        let rest = bytes.get(at..)?;
        at += rest.iter().position(|byte| matches!(byte, b'"' | b'\\'))?;
        if bytes.get(at) == Some(&b'"') {
            return Some(at + 1);
        }
        if !b"\"\\bfnrt".contains(bytes.get(at + 1)?) {
            return None;
        }
        at += 2;
    }
}

/// Behind a whole number that every JSON reader keeps: those of 15 digits are below 2^53.
fn end_of_number(bytes: &[u8], start: usize) -> Option<usize> {
    let rest = bytes.get(start..)?;
    let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let ends = matches!(rest.get(digits), Some(b',' | b'}' | b']'));
    (digits <= 15 && ends).then_some(start + digits)
}

impl From<Value> for AuditRecord {
    fn from(record: Value) -> Self {
        Self(record.to_string())
    }
}

impl fmt::Debug for AuditRecord {
    /// Says how many bytes it has, not what they say.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuditRecord").field("bytes", &self.0.len()).finish_non_exhaustive()
    }
}
