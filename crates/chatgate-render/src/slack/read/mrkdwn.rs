//! Slack's own markup, as it stands in a message's text.

use chatgate_core::{Block, Inline, Timestamp};
use url::Url;

use super::style::{Unended, boundary};
use super::time_style;

/// How deep styles may nest; what is deeper stays as it was typed.
const MAX_DEPTH: usize = 4;

/// Which markup counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Markup {
    /// All of it.
    All,
    /// Only what cannot be meant otherwise: entities, code, quotes.
    Entities,
}

/// Decodes a text. Slack has escaped `&`, `<` and `>` in it, so an entity cannot be typed.
pub(super) fn decode(text: &str, markup: Markup) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut rest = text;
    while let Some(open) = rest.find("```") {
        let after = &rest[open + 3..];
        let Some(close) = after.find("```").filter(|close| *close > 0) else { break };
        paragraphs(&rest[..open], markup, &mut blocks);
        let code = after[..close].strip_prefix('\n').unwrap_or(&after[..close]);
        blocks.push(Block::Code { language: None, text: plain(code) });
        rest = &after[close + 3..];
    }
    paragraphs(rest, markup, &mut blocks);
    blocks
}

/// Decodes what is one line to people, with its line ends.
pub(super) fn line(text: &str) -> Vec<Inline> {
    let mut out = Vec::new();
    for line in text.split('\n') {
        push_line(line, Markup::All, &mut out);
    }
    out
}

/// Text in which only names of emoji count.
pub(super) fn emoji(text: &str, out: &mut Vec<Inline>) {
    let (mut start, mut at) = (0, 0);
    while let Some(found) = text.get(at..).and_then(|rest| rest.find(':')) {
        at += found;
        let (before, rest) = text.split_at(at);
        match read_emoji(before, rest) {
            Some((inline, length)) => {
                if start < at {
                    out.push(Inline::text(&text[start..at]));
                }
                out.push(inline);
                at += length;
                start = at;
            }
            None => at += 1,
        }
    }
    if start < text.len() {
        out.push(Inline::text(&text[start..]));
    }
}

/// Lines without fences: quotes and paragraphs.
fn paragraphs(text: &str, markup: Markup, blocks: &mut Vec<Block>) {
    let mut lines: Vec<Inline> = Vec::new();
    let mut quoted: Vec<Inline> = Vec::new();
    for line in text.lines() {
        if let Some(line) = line.strip_prefix("&gt;").or_else(|| line.strip_prefix('>')) {
            flush(&mut lines, blocks, Block::Paragraph);
            push_line(line.trim_start_matches("&gt;").trim_start(), markup, &mut quoted);
        } else {
            flush(&mut quoted, blocks, quote);
            if line.trim().is_empty() {
                flush(&mut lines, blocks, Block::Paragraph);
            } else {
                push_line(line, markup, &mut lines);
            }
        }
    }
    flush(&mut quoted, blocks, quote);
    flush(&mut lines, blocks, Block::Paragraph);
}

fn quote(inlines: Vec<Inline>) -> Block {
    Block::Quote(vec![Block::Paragraph(inlines)])
}

fn push_line(line: &str, markup: Markup, out: &mut Vec<Inline>) {
    if !out.is_empty() {
        out.push(Inline::Break);
    }
    inlines(line, markup, 0, out);
}

fn flush(inlines: &mut Vec<Inline>, blocks: &mut Vec<Block>, block: fn(Vec<Inline>) -> Block) {
    if !inlines.is_empty() {
        blocks.push(block(std::mem::take(inlines)));
    }
}

/// The inlines of a line.
fn inlines(line: &str, markup: Markup, depth: usize, out: &mut Vec<Inline>) {
    let styled = markup == Markup::All && depth < MAX_DEPTH;
    let mut unended = Unended::default();
    let (mut start, mut at) = (0, 0);
    while let Some(found) = line[at..].find(['<', '`', '*', '_', '~', ':']) {
        at += found;
        let (before, rest) = (&line[..at], &line[at..]);
        let read = match rest.as_bytes()[0] {
            b'<' => read_entity(rest),
            b'`' => read_code(rest),
            b':' if markup == Markup::All => read_emoji(before, rest),
            b'*' | b'_' | b'~' if styled => {
                unended.run(before, rest).map(|inside| style(rest, inside, markup, depth))
            }
            _ => None,
        };
        match read {
            Some((inline, length)) => {
                push_text(&line[start..at], out);
                out.push(inline);
                at += length;
                start = at;
            }
            None => at += 1,
        }
    }
    push_text(&line[start..], out);
}

fn push_text(text: &str, out: &mut Vec<Inline>) {
    if !text.is_empty() {
        out.push(Inline::Text(unescape(text)));
    }
}

fn read_code(rest: &str) -> Option<(Inline, usize)> {
    let inner = rest.get(1..)?;
    let end = inner.find('`').filter(|end| *end > 0)?;
    Some((Inline::Code(plain(&inner[..end])), end + 2))
}

fn style(rest: &str, inside: &str, markup: Markup, depth: usize) -> (Inline, usize) {
    let mut inner = Vec::new();
    inlines(inside, markup, depth + 1, &mut inner);
    let inline = match rest.as_bytes()[0] {
        b'*' => Inline::Bold(inner),
        b'_' => Inline::Italic(inner),
        _ => Inline::Strike(inner),
    };
    (inline, inside.len() + 2)
}

fn read_emoji(before: &str, rest: &str) -> Option<(Inline, usize)> {
    let inner = rest.get(1..)?;
    let is_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '+' | '\'');
    let end = inner.find(|c| !is_name(c)).filter(|end| *end > 0)?;
    let closed = inner[end..].starts_with(':') && boundary(before.chars().next_back());
    // `:80:` in a list of ports is no emoji.
    let named = inner[..end].contains(|c: char| !c.is_ascii_digit());
    (closed && named).then(|| (Inline::Emoji(inner[..end].to_owned()), end + 2))
}

fn read_entity(rest: &str) -> Option<(Inline, usize)> {
    let inner = rest.get(1..)?;
    let end = inner.find(['<', '>']).filter(|end| *end > 0)?;
    if !inner[end..].starts_with('>') {
        return None;
    }
    Some((entity(&inner[..end]), end + 2))
}

/// What stands between `<` and `>`.
fn entity(inner: &str) -> Inline {
    let (target, label) = match inner.split_once('|') {
        Some((target, label)) => (target, Some(unescape(label)).filter(|label| !label.is_empty())),
        None => (inner, None),
    };
    match target.as_bytes() {
        [b'@', b'U' | b'W', ..] => Inline::User { id: target[1..].into(), handle: label },
        [b'#', _, ..] => Inline::Channel { id: target[1..].into(), name: label },
        [b'!', ..] => special(&target[1..], label),
        _ => link(target, label).unwrap_or_else(|| Inline::Text(format!("<{}>", unescape(inner)))),
    }
}

/// `!here`, `!subteam^S1`, `!date^…`. A broadcast becomes its word: said again, it must reach nobody.
fn special(target: &str, label: Option<String>) -> Inline {
    if let Some(id) = target.strip_prefix("subteam^") {
        let handle = label.map(|label| label.trim_start_matches('@').to_owned());
        return Inline::Group { id: id.into(), handle };
    }
    if let Some(date) = target.strip_prefix("date^") {
        let mut parts = date.split('^');
        let seconds = parts.next().and_then(|seconds| seconds.parse().ok());
        let style = time_style(parts.next().unwrap_or_default());
        if let Some(seconds) = seconds {
            return Inline::Time { at: Timestamp::from_secs(seconds), style };
        }
    }
    match target {
        "here" | "channel" | "everyone" => Inline::Text(format!("@{target}")),
        _ => Inline::Text(label.unwrap_or_else(|| format!("<!{}>", unescape(target)))),
    }
}

/// A link; `None` where it is no address that a person can follow.
pub(super) fn link(target: &str, label: Option<String>) -> Option<Inline> {
    let url = Url::parse(&unescape(target)).ok()?;
    if !matches!(url.scheme(), "http" | "https" | "mailto" | "tel" | "slack") {
        return None;
    }
    Some(Inline::Link { url, label: label.map(Inline::Text).into_iter().collect() })
}

/// The words of what allows no entities: code. Links there are shown as they were typed.
fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(open) = rest.find('<') {
        out.push_str(&unescape(&rest[..open]));
        let Some((_, length)) = read_entity(&rest[open..]) else {
            out.push('<');
            rest = &rest[open + 1..];
            continue;
        };
        let inner = &rest[open + 1..open + length - 1];
        out.push_str(&unescape(inner.rsplit_once('|').map_or(inner, |(_, label)| label)));
        rest = &rest[open + length..];
    }
    out.push_str(&unescape(rest));
    out
}

/// Takes back the three escapes, once.
pub(super) fn unescape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let known = [("&amp;", '&'), ("&lt;", '<'), ("&gt;", '>')];
        match known.iter().find(|(escape, _)| rest.starts_with(escape)) {
            Some((escape, c)) => {
                out.push(*c);
                rest = &rest[escape.len()..];
            }
            None => {
                out.push('&');
                rest = &rest[1..];
            }
        }
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use chatgate_core::{Content, TimeStyle};
    use proptest::prelude::*;

    use super::*;

    fn line(text: &str) -> Vec<Inline> {
        match decode(text, Markup::All).as_slice() {
            [Block::Paragraph(inlines)] => inlines.clone(),
            other => panic!("not one paragraph: {other:?}"),
        }
    }

    #[test]
    fn entities_are_what_they_name() {
        let found = line(
            "<@U1> <@W2|bob> <#C3|ops> <#C4|> <!subteam^S5|@sre> <!here> <https://x.test/a?b=1&amp;c|x>",
        );
        let entities: Vec<_> =
            found.into_iter().filter(|inline| *inline != Inline::text(" ")).collect();
        let expected = [
            Inline::user("U1"),
            Inline::User { id: "W2".into(), handle: Some("bob".into()) },
            Inline::Channel { id: "C3".into(), name: Some("ops".into()) },
            Inline::Channel { id: "C4".into(), name: None },
            Inline::Group { id: "S5".into(), handle: Some("sre".into()) },
            Inline::text("@here"),
            Inline::link("x", "https://x.test/a?b=1&c".parse().unwrap()),
        ];
        // The text beside a broadcast's word is a piece of its own.
        assert_eq!(entities, expected);
    }

    #[test]
    fn what_was_typed_never_becomes_an_entity() {
        assert_eq!(line("&lt;!channel&gt; &amp;lt;"), [Inline::text("<!channel> &lt;")]);
        for text in ["<javascript:alert(1)>", "<", "<>", "a < b"] {
            let words = Content::new().paragraph(line(text)).plain_text();
            assert_eq!(words, text, "{text}");
        }
    }

    #[test]
    fn styles_need_boundaries() {
        assert_eq!(line("*a* _b_ ~c~")[0], Inline::bold("a"));
        assert_eq!(line("_b_")[0], Inline::italic("b"));
        for text in ["a_b_c", "2*3*4", "* a *", "**", "--flag=*", "_", "~~"] {
            assert_eq!(line(text), [Inline::text(text)], "{text}");
        }
        let bold = Inline::Bold(vec![Inline::text("a "), Inline::italic("b")]);
        assert_eq!(line("*a _b_*"), [bold]);
    }

    #[test]
    fn after_a_slash_only_entities_and_code_count() {
        let found = decode("deploy *api* _x_ :tada: `a b` <@U1>", Markup::Entities);
        let expected = vec![
            Inline::text("deploy *api* _x_ :tada: "),
            Inline::code("a b"),
            Inline::text(" "),
            Inline::user("U1"),
        ];
        assert_eq!(found, [Block::Paragraph(expected)]);
    }

    #[test]
    fn emoji_are_names_and_no_clock() {
        assert_eq!(line(":thumbsup:"), [Inline::Emoji("thumbsup".into())]);
        for text in ["12:30:45", "a:b:c", "::", ":80:", ":"] {
            assert_eq!(line(text), [Inline::text(text)], "{text}");
        }
    }

    #[test]
    fn dates_keep_what_they_show() {
        let at = Timestamp::from_secs(1_392_734_382);
        for (format, style) in [
            ("{date_num} {time}", TimeStyle::DateTime),
            ("{date}", TimeStyle::Date),
            ("{time_secs}", TimeStyle::Time),
            ("{ago}", TimeStyle::Relative),
        ] {
            let text = format!("<!date^1392734382^{format}^https://x.test|then>");
            assert_eq!(line(&text), [Inline::Time { at, style }], "{format}");
        }
    }

    #[test]
    fn fences_and_quotes_are_blocks() {
        let text = "run ```\na &lt; b\n``` now\n&gt; said\n&gt; more\nend";
        let blocks = decode(text, Markup::All);
        assert_eq!(blocks.len(), 5, "{blocks:?}");
        assert_eq!(blocks[1], Block::Code { language: None, text: "a < b\n".into() });
        assert!(matches!(blocks[3], Block::Quote(_)), "{blocks:?}");
        assert_eq!(decode("``` open", Markup::All).len(), 1);
        let code = decode("`see <https://x.test|x.test>`", Markup::All);
        assert_eq!(code, [Block::Paragraph(vec![Inline::code("see x.test")])]);
    }

    #[test]
    fn hostile_lines_end_soon() {
        for piece in ["<", "`", "*", "_", "~", ":", "*a", "<@", "&", "a*b ", "* ", "```"] {
            decode(&piece.repeat(50_000), Markup::All);
        }
    }

    proptest! {
        #[test]
        fn nothing_panics(text in "[<>@#!|`*_~:&;a-z0-9 \n^é]{0,64}") {
            decode(&text, Markup::All);
            decode(&text, Markup::Entities);
        }

        #[test]
        fn escaped_text_comes_back(text in "[a-zA-Z<>&;! ]{1,40}") {
            let escaped = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
            prop_assert_eq!(unescape(&escaped), text);
        }
    }
}
