//! Reads what a person types where there is no markup of a platform: a terminal, a test.

use url::Url;

use super::{Block, Content, Inline};
use crate::{ConversationId, UserId};

/// Decodes typed text: fences, quotes and paragraphs; inside lines, code spans, links, mentions.
pub(super) fn decode(text: &str) -> Content {
    let mut blocks = Vec::new();
    let mut paragraph: Vec<Inline> = Vec::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        if let Some(language) = line.strip_prefix("```") {
            flush(&mut paragraph, &mut blocks);
            blocks.push(fence(language, &mut lines));
        } else if let Some(quoted) = line.strip_prefix("> ") {
            flush(&mut paragraph, &mut blocks);
            blocks.push(Block::Quote(vec![Block::Paragraph(inlines(quoted))]));
        } else {
            if !paragraph.is_empty() {
                paragraph.push(Inline::Break);
            }
            paragraph.extend(inlines(line));
        }
    }
    flush(&mut paragraph, &mut blocks);
    Content { blocks, ..Content::default() }
}

fn flush(paragraph: &mut Vec<Inline>, blocks: &mut Vec<Block>) {
    if !paragraph.is_empty() {
        blocks.push(Block::Paragraph(std::mem::take(paragraph)));
    }
}

fn fence<'a>(opening: &str, lines: &mut impl Iterator<Item = &'a str>) -> Block {
    let language = opening.trim();
    // A fence on one line: ```text```
    if let Some(text) = language.strip_suffix("```") {
        return Block::Code { language: None, text: text.to_owned() };
    }
    let mut code = String::new();
    for line in lines.take_while(|line| line.trim_end() != "```") {
        code.push_str(line);
        code.push('\n');
    }
    let language = (!language.is_empty()).then(|| language.to_owned());
    Block::Code { language, text: code }
}

/// The inlines of one line, in one pass over its bytes.
fn inlines(line: &str) -> Vec<Inline> {
    let mut out = Vec::new();
    let mut plain = 0;
    let mut at = 0;
    while at < line.len() {
        let rest = &line[at..];
        let starts_word = line[..at].chars().next_back().is_none_or(char::is_whitespace);
        let found = match rest.as_bytes().first() {
            Some(b'`') => code_span(rest),
            Some(b'@') if starts_word => mention(rest),
            Some(b'#') if starts_word => channel(rest),
            Some(b'h') if starts_word => link(rest),
            _ => None,
        };
        if let Some((inline, length)) = found {
            push_text(&line[plain..at], &mut out);
            out.push(inline);
            at += length;
            plain = at;
        } else {
            at += rest.chars().next().map_or(1, char::len_utf8);
        }
    }
    push_text(&line[plain..], &mut out);
    out
}

fn push_text(text: &str, out: &mut Vec<Inline>) {
    if !text.is_empty() {
        out.push(Inline::text(text));
    }
}

fn code_span(rest: &str) -> Option<(Inline, usize)> {
    let inner = rest.get(1..)?;
    let end = inner.find('`').filter(|&end| end > 0)?;
    Some((Inline::code(&inner[..end]), end + 2))
}

fn mention(rest: &str) -> Option<(Inline, usize)> {
    let name = word(rest.get(1..)?);
    let user = Inline::User { id: UserId::from(name), handle: Some(name.to_owned()) };
    (!name.is_empty()).then(|| (user, 1 + name.len()))
}

fn channel(rest: &str) -> Option<(Inline, usize)> {
    let name = word(rest.get(1..)?);
    // `#42` is an issue's number, not a channel.
    let named = name.starts_with(|c: char| c.is_alphabetic());
    let channel = Inline::Channel { id: ConversationId::from(name), name: Some(name.to_owned()) };
    named.then(|| (channel, 1 + name.len()))
}

fn link(rest: &str) -> Option<(Inline, usize)> {
    if !rest.starts_with("https://") && !rest.starts_with("http://") {
        return None;
    }
    let end = rest.find(|c: char| c.is_whitespace() || matches!(c, '"' | '<' | '>' | '`'));
    let text = &rest[..end.unwrap_or(rest.len())];
    let text = text.trim_end_matches(['.', ',', ')', '!', ';', '\'']);
    let url = Url::parse(text).ok()?;
    Some((Inline::Link { url, label: Vec::new() }, text.len()))
}

/// The characters of a handle or channel name at the start of `rest`.
fn word(rest: &str) -> &str {
    let end = rest
        .find(|c: char| !(c.is_alphanumeric() || matches!(c, '-' | '_' | '.')))
        .unwrap_or(rest.len());
    rest[..end].trim_end_matches(['.', '-'])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(text: &str) -> Vec<Inline> {
        match Content::typed(text).blocks.as_slice() {
            [Block::Paragraph(inlines)] => inlines.clone(),
            other => panic!("not one paragraph: {other:?}"),
        }
    }

    #[test]
    fn words_code_mentions_channels_and_links_become_entities() {
        let found = line("ask @bob. in #ops about `a @b` at https://x.test/p, ok");
        assert_eq!(found[1], Inline::User { id: "bob".into(), handle: Some("bob".into()) });
        assert_eq!(found[3], Inline::Channel { id: "ops".into(), name: Some("ops".into()) });
        assert_eq!(found[5], Inline::code("a @b"));
        assert!(
            matches!(&found[7], Inline::Link { url, .. } if url.as_str() == "https://x.test/p")
        );
        assert_eq!(found[8], Inline::text(", ok"));
    }

    #[test]
    fn what_only_looks_like_an_entity_stays_text() {
        for text in ["a@b.test", "#42", "`", "``", "@", "h", "http://"] {
            assert_eq!(line(text), [Inline::text(text)], "{text:?}");
        }
    }

    #[test]
    fn fences_and_quotes_are_blocks() {
        let content = Content::typed("run\n```json\n{}\n```\n> said\nend");
        assert_eq!(content.blocks.len(), 4);
        let code = Block::Code { language: Some("json".into()), text: "{}\n".into() };
        assert_eq!(content.blocks[1], code);
        assert!(matches!(content.blocks[2], Block::Quote(_)));
    }

    #[test]
    fn an_unclosed_fence_takes_the_rest_and_ends() {
        let content = Content::typed("```\nabc");
        assert_eq!(content.blocks, [Block::Code { language: None, text: "abc\n".into() }]);
    }
}
