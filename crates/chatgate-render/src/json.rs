//! How long text is in JSON.

/// How many bytes a character takes in a JSON string of `serde_json`.
pub(crate) fn char_bytes(c: char) -> usize {
    match c {
        '"' | '\\' | '\n' | '\r' | '\t' | '\u{8}' | '\u{c}' => 2,
        '\0'..='\u{1f}' => 6,
        c => c.len_utf8(),
    }
}

/// How many bytes a text takes in a JSON string of `serde_json`, without the quotes.
pub(crate) fn text_bytes(text: &str) -> usize {
    text.chars().map(char_bytes).sum()
}
