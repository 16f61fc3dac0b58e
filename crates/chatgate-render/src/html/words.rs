//! Text that no tag, attribute or entity can come out of.

use crate::sanitise;

/// Text between tags or in a quoted attribute.
pub(super) fn escaped(text: &str) -> String {
    let text = sanitise(text);
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}
