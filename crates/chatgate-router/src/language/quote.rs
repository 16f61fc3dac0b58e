//! Quotes and backslashes, as keyboards and phones type them.

use std::borrow::Cow;

/// What closes a quote that this character opens; `None` when it opens none. Phones guess the shape
/// of a curly quote and guess wrong, so that a closing one opens too.
pub(super) fn closing(opening: char) -> Option<&'static [char]> {
    match opening {
        '"' => Some(&['"']),
        '“' | '”' | '„' => Some(&['”', '“', '"']),
        '«' => Some(&['»']),
        '»' => Some(&['«']),
        '\'' => Some(&['\'']),
        '‘' | '’' | '‚' => Some(&['’', '‘', '\'']),
        _ => None,
    }
}

pub(super) fn opens(c: char) -> bool {
    closing(c).is_some()
}

/// A closing quote that is an apostrophe when a word goes on after it: `'don't'`.
pub(super) fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '’' | '‘')
}

/// A space that does not break: phones and platforms put it where a space was typed.
pub(super) fn is_fixed_space(c: char) -> bool {
    matches!(c, '\u{a0}' | '\u{202f}')
}

/// What a backslash takes as it is. Before all else it is a character like any other: `C:\temp`.
pub(super) fn can_be_escaped(c: char) -> bool {
    matches!(c, '\\' | ' ' | '-' | '–' | '—' | '`' | '=') || opens(c)
}

/// Writes a text so that it is read as one word: in quotes, where it needs them.
///
/// ```
/// use chatgate_router::language::quote;
/// assert_eq!(quote("api"), "api");
/// assert_eq!(quote(r#"say "hi""#), r#""say \"hi\"""#);
/// ```
#[must_use]
pub fn quote(text: &str) -> Cow<'_, str> {
    let needs = |c: char| c.is_whitespace() || c == '\\' || c == '`' || c == '=' || opens(c);
    let marked = text.starts_with(['-', '–', '—', '@', '#']) || text.starts_with("http");
    if !text.is_empty() && !marked && !text.contains(needs) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        if matches!(c, '"' | '\\' | '`') {
            out.push('\\');
        }
        out.push(c);
    }
    out.push('"');
    Cow::Owned(out)
}
