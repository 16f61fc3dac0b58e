//! Text as a JSON string.

use crate::bytes;

/// How many bytes a character takes in a JSON string.
pub(crate) fn char_bytes(c: char) -> usize {
    let more = u8::try_from(c).map_or(0, more_bytes);
    c.len_utf8() + usize::from(more)
}

/// How many bytes a text takes in a JSON string, without the quotes.
pub(crate) fn text_bytes(text: &str) -> usize {
    text.len() + bytes::sum(text, more_bytes)
}

/// Writes text as a JSON string, in quotes.
pub(crate) fn write_text(text: &str, out: &mut String) {
    out.push('"');
    write_escaped(text, out);
    out.push('"');
}

/// Writes text as it stands in a JSON string.
pub(crate) fn write_escaped(text: &str, out: &mut String) {
    let mut start = 0;
    while let Some(at) = bytes::find(text, start, is_escaped) {
        out.push_str(text.get(start..at).unwrap_or_default());
        write_escape(text.as_bytes().get(at).copied().unwrap_or_default(), out);
        start = at + 1;
    }
    out.push_str(text.get(start..).unwrap_or_default());
}

/// How many bytes more than one a byte takes.
fn more_bytes(byte: u8) -> u8 {
    // Without `matches!`, which becomes a table that is read byte by byte.
    let short = (byte == b'\n') | (byte == b'\r') | (byte == b'\t') | (byte == 8) | (byte == 12);
    u8::from(is_escaped(byte)) + 4 * u8::from((byte < 0x20) & !short)
}

fn is_escaped(byte: u8) -> bool {
    (byte < 0x20) | (byte == b'"') | (byte == b'\\')
}

fn write_escape(byte: u8, out: &mut String) {
    const HEX: [char; 16] =
        ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'];
    let escape = match byte {
        b'"' => "\\\"",
        b'\\' => "\\\\",
        b'\n' => "\\n",
        b'\r' => "\\r",
        b'\t' => "\\t",
        0x8 => "\\b",
        0xc => "\\f",
        _ => {
            out.push_str("\\u00");
            out.push(HEX[usize::from(byte >> 4)]);
            return out.push(HEX[usize::from(byte & 0xf)]);
        }
    };
    out.push_str(escape);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn text() -> impl Strategy<Value = String> {
        prop_oneof![
            any::<String>(),
            "[a-z\"\\\\\n\t\r é日👍]{0,100}",
            "([\\x00-\\x1f]|[a-z]{1,40}){0,9}",
        ]
    }

    proptest! {
        #[test]
        fn text_is_written_and_counted_as_serde_json_does(text in text()) {
            let mut out = String::new();
            write_text(&text, &mut out);
            prop_assert_eq!(&out, &serde_json::to_string(&text)?);
            prop_assert_eq!(text_bytes(&text), out.len() - 2);
            prop_assert_eq!(text.chars().map(char_bytes).sum::<usize>(), out.len() - 2);
        }
    }
}
