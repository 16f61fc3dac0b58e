//! Slack's markup, for the few places that take no rich text: fields and small print.
//!
//! There is no escape for `*`, `_`, `~` and back-ticks, so only text without them is said in it:
//! what people see must be what was said.

use std::borrow::Cow;

use super::span::Span;
use crate::bytes;
use crate::inlines::Look;

/// Escapes the three characters that Slack decodes again.
pub(super) fn escape(text: &str) -> Cow<'_, str> {
    if !bytes::any(text, is_escaped) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    write_escaped(text, &mut out);
    Cow::Owned(out)
}

/// As [`escape`], behind other text.
pub(super) fn write_escaped(text: &str, out: &mut String) {
    let mut start = 0;
    while let Some(at) = bytes::find(text, start, is_escaped) {
        out.push_str(text.get(start..at).unwrap_or_default());
        let mark = text.as_bytes().get(at).copied().map_or(' ', char::from);
        out.push_str(escaped(mark).unwrap_or_default());
        start = at + 1;
    }
    out.push_str(text.get(start..).unwrap_or_default());
}

fn is_escaped(byte: u8) -> bool {
    (byte == b'&') | (byte == b'<') | (byte == b'>')
}

/// What stands for a character that Slack would read as markup.
pub(super) fn escaped(c: char) -> Option<&'static str> {
    match c {
        '&' => Some("&amp;"),
        '<' => Some("&lt;"),
        '>' => Some("&gt;"),
        _ => None,
    }
}

/// Whether nothing in a text is markup once it is escaped: no style, no emoji name, no quote.
pub(super) fn is_tame(text: &str) -> bool {
    !text.contains(['*', '_', '~', '`'])
        && text.matches(':').nth(1).is_none()
        && !text.lines().any(|line| line.trim_start().starts_with('>'))
}

/// Says spans, if they can be said so that nothing else is shown.
pub(super) fn say(spans: &[Span<'_>]) -> Option<String> {
    let mut out = String::new();
    for (index, span) in spans.iter().enumerate() {
        match span {
            Span::Text { text, style, .. } => {
                let mark = mark(*style)?;
                let tame = is_tame(text) && (mark.is_empty() || is_word(text));
                // Markers are only read at the border of a word.
                let free = mark.is_empty()
                    || (ends_free(&out) && spans.get(index + 1).is_none_or(starts_free));
                if !tame || !free {
                    return None;
                }
                out.push_str(mark);
                out.push_str(&escape(text));
                out.push_str(mark);
            }
            // A style around an entity is not said: rich text can.
            Span::Link { style, .. }
            | Span::User { style, .. }
            | Span::Usergroup { style, .. }
            | Span::Channel { style, .. }
            | Span::Broadcast { style, .. }
            | Span::Date { style, .. }
                if !style.is_plain() =>
            {
                return None;
            }
            Span::Link { url, .. } if url.contains(['|', '<', '>', ' ']) => return None,
            Span::Link { url, text, .. } => entity(&escape(url), text.as_deref(), &mut out)?,
            Span::Emoji { name } => out.extend([":", name, ":"]),
            Span::User { user_id, .. } => out.extend(["<@", user_id, ">"]),
            Span::Usergroup { usergroup_id, .. } => out.extend(["<!subteam^", usergroup_id, ">"]),
            Span::Channel { channel_id, .. } => out.extend(["<#", channel_id, ">"]),
            Span::Broadcast { range, .. } => out.extend(["<!", range, ">"]),
            Span::Date { timestamp, format, fallback, .. } => {
                entity(&format!("!date^{timestamp}^{format}"), Some(fallback), &mut out)?;
            }
        }
    }
    // Two texts may together be what none of them is.
    let colons = spans.iter().filter_map(Span::divisible).flat_map(|text| text.matches(':'));
    (colons.count() < 2).then_some(out)
}

/// Writes `<what|label>`.
fn entity(what: &str, label: Option<&str>, out: &mut String) -> Option<()> {
    out.extend(["<", what]);
    if let Some(label) = label {
        if !is_word(label) || !is_tame(label) || label.contains('|') {
            return None;
        }
        out.extend(["|", &escape(label)]);
    }
    out.push('>');
    Some(())
}

/// The marker of a style; none where there are several.
fn mark(style: Look) -> Option<&'static str> {
    match style {
        Look { bold: false, italic: false, strike: false, code: false } => Some(""),
        Look { bold: true, italic: false, strike: false, code: false } => Some("*"),
        Look { bold: false, italic: true, strike: false, code: false } => Some("_"),
        Look { bold: false, italic: false, strike: true, code: false } => Some("~"),
        Look { bold: false, italic: false, strike: false, code: true } => Some("`"),
        _ => None,
    }
}

/// One line that neither begins nor ends with a space.
fn is_word(text: &str) -> bool {
    !text.is_empty() && text.trim() == text && !text.contains('\n')
}

fn ends_free(text: &str) -> bool {
    text.chars().next_back().is_none_or(char::is_whitespace)
}

fn starts_free(span: &Span<'_>) -> bool {
    match span {
        Span::Text { text, style, .. } => style.is_plain() && text.starts_with(char::is_whitespace),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_shows_as_it_was_said_is_said() {
        let said = |text: &'static str| say(&[Span::text(text)]);
        assert_eq!(said("a & b <!channel>").as_deref(), Some("a &amp; b &lt;!channel&gt;"));
        for wild in ["a *b* c", "snake_case", "~", "`x`", ":tada:", "> quoted", "a\n  > b"] {
            assert_eq!(said(wild), None, "{wild}");
        }
    }

    #[test]
    fn styles_stand_alone() {
        let bold = || Span::bold("live");
        assert_eq!(say(&[Span::text("is "), bold()]).as_deref(), Some("is *live*"));
        assert_eq!(say(&[Span::text("a"), bold()]), None);
        assert_eq!(say(&[bold(), Span::text("!")]), None);
        assert_eq!(say(&[Span::text(":a"), bold(), Span::text(" b:")]), None);
    }

    #[test]
    fn a_label_cannot_end_its_link() {
        let link = |label: &'static str| Span::Link {
            url: "https://x.test/?a=1&b=2".into(),
            text: Some(label.into()),
            style: Look::default(),
        };
        let safe = "<https://x.test/?a=1&amp;b=2|run&gt;&lt;@U1&gt;>";
        assert_eq!(say(&[link("run><@U1>")]).as_deref(), Some(safe));
        assert_eq!(say(&[link("a|b")]), None);
    }
}
