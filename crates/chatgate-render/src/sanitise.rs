//! Text of others, made harmless: what steers a terminal or reorders a line becomes visible.

use std::borrow::Cow;

use crate::bytes;

/// Four columns, as most code is read in chats.
const TAB: &str = "    ";

/// Makes text safe to print. Line ends (`\n`, `\r\n`, U+2028, U+2029) become `\n`, a tab becomes four
/// spaces, other control characters their pictures (`␛`), C1 controls and bidi embeddings,
/// overrides and isolates `�`.
///
/// ```
/// use chatgate_render::sanitise;
/// assert_eq!(sanitise("a\x1b[31mb\r\nc"), "a␛[31mb\nc");
/// assert_eq!(sanitise("evil\u{202e}txt"), "evil\u{fffd}txt");
/// ```
#[must_use]
pub fn sanitise(text: &str) -> Cow<'_, str> {
    let suspect = |byte| byte != b'\n' && may_be_hostile(byte);
    if !bytes::any(text, suspect) || !text.contains(|c| c != '\n' && is_hostile(c)) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\r' if chars.peek() == Some(&'\n') => {}
            '\n' | '\u{2028}' | '\u{2029}' => out.push('\n'),
            '\t' => out.push_str(TAB),
            c if is_hostile(c) => out.push(picture(c)),
            c => out.push(c),
        }
    }
    Cow::Owned(out)
}

/// As [`sanitise`], for what must stay on one line: line ends and tabs become a space each.
///
/// ```
/// assert_eq!(chatgate_render::sanitise_line("a\r\nb\tc\u{7}"), "a b c␇");
/// ```
#[must_use]
pub fn sanitise_line(text: &str) -> Cow<'_, str> {
    if !bytes::any(text, may_be_hostile) || !text.contains(is_hostile) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\r' if chars.peek() == Some(&'\n') => {}
            '\n' | '\t' | '\u{2028}' | '\u{2029}' => out.push(' '),
            c if is_hostile(c) => out.push(picture(c)),
            c => out.push(c),
        }
    }
    Cow::Owned(out)
}

/// Controls, line separators, and what reorders text (Unicode TR 9: embeddings, overrides, isolates).
fn is_hostile(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Whether a hostile character may begin with a byte: with 0xc2 those up to U+00BF, with 0xe2 those up
/// to U+2FFF.
fn may_be_hostile(byte: u8) -> bool {
    (byte < 0x20) | (byte == 0x7f) | (byte == 0xc2) | (byte == 0xe2)
}

/// The block "Control Pictures" has one for each C0 control and for DEL.
fn picture(c: char) -> char {
    match u32::from(c) {
        code @ 0..0x20 => char::from_u32(0x2400 + code).unwrap_or('\u{fffd}'),
        0x7f => '\u{2421}',
        _ => '\u{fffd}',
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn harmless_text_is_not_copied() {
        assert!(matches!(sanitise("héllo 日本\nמה 👩‍👩‍👧"), Cow::Borrowed(_)));
        assert!(matches!(sanitise_line("héllo"), Cow::Borrowed(_)));
    }

    #[test]
    fn every_control_and_bidi_character_becomes_visible() {
        for code in (0..0xa0).chain(0x2028..=0x202e).chain(0x2066..=0x2069) {
            let Some(c) = char::from_u32(code) else {
                continue;
            };
            let text = format!("a{c}b");
            for safe in [sanitise(&text).replace('\n', ""), sanitise_line(&text).into_owned()] {
                assert!(!safe.contains(|c: char| is_hostile(c)), "{code:x}: {safe:?}");
                assert!(safe.starts_with('a') && safe.ends_with('b'), "{code:x}: {safe:?}");
            }
        }
    }

    #[test]
    fn a_lone_carriage_return_cannot_overwrite_a_line() {
        assert_eq!(sanitise("approved\rdenied"), "approved␍denied");
    }
}
