//! Text where Teams reads its subset of Markdown: in a `TextBlock` and a `Fact`.
//!
//! Only what would be read is escaped, so that a client that knows no escapes shows most text as it
//! is all the same.

/// Whether a line of text is shown as it is, with nothing escaped.
pub(super) fn is_tame(text: &str) -> bool {
    let mut escaped = String::with_capacity(text.len());
    escape(text, Starts::Line, &mut escaped);
    escaped == text && text.trim() == text && !text.contains('\n')
}

/// Escapes a piece of a line; `starts` says whether it is the first of its line.
pub(super) fn escape(text: &str, starts: Starts, out: &mut String) {
    let mut opens_at = (starts == Starts::Line).then(|| opening(text)).flatten();
    let mut before = None;
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let after = chars.peek().map(|(_, after)| *after);
        let is_live = match c {
            '*' | '`' | '[' | ']' => true,
            // Inside a word it is a letter like any other.
            '_' => !(is_word(before) && is_word(after)),
            // "about 42", and one that stands alone, are no markup; two others strike out what they hold.
            '~' => !(is_space(before) && (is_space(after) || is_digit(after))),
            '\\' => after.is_none_or(|after| after.is_ascii_punctuation()),
            // Where a date could begin.
            '{' => before == Some('{') || after.is_none_or(|after| after == '{'),
            _ => opens_at == Some(at),
        };
        match c {
            '<' if after.is_none_or(|after| !after.is_whitespace()) => out.push_str("&lt;"),
            '&' if after.is_none_or(|after| after.is_alphanumeric() || after == '#') => {
                out.push_str("&amp;");
            }
            c => {
                if is_live {
                    out.push('\\');
                }
                out.push(c);
            }
        }
        if opens_at == Some(at) {
            opens_at = None;
        }
        before = Some(c);
    }
}

/// Where a piece stands in its line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Starts {
    Line,
    Within,
}

fn is_space(c: Option<char>) -> bool {
    c.is_some_and(char::is_whitespace)
}

fn is_digit(c: Option<char>) -> bool {
    c.is_some_and(|c| c.is_ascii_digit())
}

fn is_word(c: Option<char>) -> bool {
    c.is_some_and(char::is_alphanumeric)
}

/// Where the sign is that makes a line an item, a quote, a heading or what is below one.
pub(super) fn opening(text: &str) -> Option<usize> {
    let start = text.len() - text.trim_start().len();
    let digits = text.get(start..)?.trim_start_matches(|c: char| c.is_ascii_digit());
    let sign = text.len() - digits.len();
    let signs: &[char] = if sign > start { &['.', ')'] } else { &['-', '+', '#', '=', '>'] };
    text.get(sign..)?.starts_with(signs).then_some(sign)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn escaped(text: &str) -> String {
        let mut out = String::new();
        escape(text, Starts::Line, &mut out);
        out
    }

    #[test]
    fn what_would_be_markup_is_escaped() {
        assert_eq!(escaped("a *b* <at>x</at>"), "a \\*b\\* &lt;at>x&lt;/at>");
        assert_eq!(escaped("- x"), "\\- x");
        assert_eq!(escaped("12. x. y"), "12\\. x. y");
        assert_eq!(escaped("> x"), "\\> x");
        assert_eq!(escaped("[a](b)"), "\\[a\\](b)");
        assert_eq!(escaped("{{DATE(x)}}"), "\\{\\{DATE(x)}}");
        assert_eq!(escaped("_a_ ~~b~~"), "\\_a\\_ \\~\\~b\\~\\~");
        assert_eq!(escaped("a~b~ ~42~"), "a\\~b\\~ ~42\\~");
        assert_eq!(escaped("&lt; \\*"), "&amp;lt; \\\\\\*");
    }

    #[test]
    fn tame_text_is_what_escaping_does_not_change() {
        for text in
            ["api_gateway is live", "in ~42 s", "v1.4.2", "a - b", "(x) #7", "日本", "a < b & c"]
        {
            assert!(is_tame(text), "{text}");
            assert_eq!(escaped(text), text);
        }
        for text in ["_b", "*", "1. x", "# x", " x", "a\nb", "<at>", "{{TIME(", "&amp;", ""] {
            assert!(!is_tame(text) || text.is_empty(), "{text}");
        }
    }
}
