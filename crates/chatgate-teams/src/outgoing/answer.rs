//! What goes back in the response to Teams' request.

use bytes::Bytes;
use chatgate_core::Answer;
use serde_json::json;

/// An answer as an activity; `None` for what such a request cannot carry.
pub(super) fn body(answer: &Answer) -> Option<Bytes> {
    match answer {
        // The dialect says a whole activity, and the slot takes one part.
        Answer::Message { parts, .. } => {
            parts.first().map(|part| Bytes::copy_from_slice(part.payload.get().as_bytes()))
        }
        _ => None,
    }
}

/// Words of chatgate's own, behind each other.
pub(super) fn text(words: &[&String]) -> Bytes {
    let words: Vec<_> = words.iter().map(|words| words.as_str()).collect();
    json!({"type": "message", "text": words.join(" ")}).to_string().into()
}
