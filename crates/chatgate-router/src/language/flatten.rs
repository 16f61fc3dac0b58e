//! From content to one line of text, the things named in it, and what stands below.

use chatgate_core::{Block, Content, ConversationId, Inline, Timestamp, UserId};
use serde_json::Value;
use url::Url;

/// How deep inlines may nest; what is deeper is not read. The same as core shows.
const MAX_DEPTH: usize = 32;

/// A content, flattened.
#[derive(Debug, Default)]
pub(super) struct Flat {
    pub(super) source: String,
    /// In order, without overlap.
    pub(super) marks: Vec<Mark>,
    pub(super) below: Vec<Below>,
}

/// A stretch of the source that is one thing.
#[derive(Clone, Debug)]
pub(super) struct Mark {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) entity: Entity,
}

/// Something that the platform, not its spelling, says what it is.
#[derive(Clone, Debug)]
pub(crate) enum Entity {
    /// The text of a code span.
    Code(String),
    User {
        id: UserId,
        handle: Option<String>,
    },
    Channel {
        id: ConversationId,
        name: Option<String>,
    },
    Link(Url),
    Time(Timestamp),
    /// A group, a broadcast, an emoji: named, but no argument takes it as more than its word.
    Named,
}

/// What stands below the line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Below {
    /// Text, a quote, a list, …
    Text(String),
    /// A code block.
    Code(String),
}

impl Below {
    /// As it was typed, or nearly so.
    pub(super) fn typed(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Code(text) => format!("```\n{}\n```", text.trim_end_matches('\n')),
        }
    }
}

/// What ends a line, besides `\n`: a second command must not hide behind any of them.
pub(super) fn ends_line(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

pub(super) fn flatten(content: &Content) -> Flat {
    let mut flat = Flat::default();
    let mut blocks = content.blocks.iter();
    for block in blocks.by_ref() {
        let Block::Paragraph(inlines) = block else {
            push_below(block, &mut flat.below);
            break;
        };
        write(inlines, &mut flat, 0);
        cut_first_line(&mut flat);
        if !flat.source.is_empty() {
            break;
        }
    }
    for block in blocks {
        push_below(block, &mut flat.below);
    }
    flat
}

/// Keeps the first line that is not blank; what follows stands below.
fn cut_first_line(flat: &mut Flat) {
    let Some(start) = flat.source.find(|c: char| !c.is_whitespace()) else {
        flat.source.clear();
        flat.marks.clear();
        return;
    };
    if flat.source.bytes().all(|byte| (b' '..=b'~').contains(&byte)) {
        return;
    }
    let Some(length) = flat.source[start..].find(ends_line) else {
        return;
    };
    let end = start + length;
    let rest = flat.source[end..].trim();
    if !rest.is_empty() {
        flat.below.push(Below::Text(rest.to_owned()));
    }
    // Blank lines before are dropped too; the marks move along.
    let begin = flat.source[..start]
        .rfind(ends_line)
        .map_or(0, |at| at + flat.source[at..].chars().next().map_or(1, char::len_utf8));
    flat.source.truncate(end);
    flat.source.drain(..begin);
    flat.marks.retain(|mark| mark.start >= begin && mark.end <= end);
    for mark in &mut flat.marks {
        mark.start -= begin;
        mark.end -= begin;
    }
}

fn push_below(block: &Block, below: &mut Vec<Below>) {
    match block {
        Block::Code { text, .. } => below.push(Below::Code(text.clone())),
        // What is attached, not typed.
        Block::Image(_) | Block::Divider => {}
        block => {
            let text = Content::from(block.clone()).plain_text();
            if !text.trim().is_empty() {
                below.push(Below::Text(text));
            }
        }
    }
}

fn write(inlines: &[Inline], flat: &mut Flat, depth: usize) {
    if depth > MAX_DEPTH {
        return;
    }
    for inline in inlines {
        match inline {
            Inline::Text(text) => flat.source.push_str(text),
            Inline::Bold(inner) | Inline::Italic(inner) | Inline::Strike(inner) => {
                write(inner, flat, depth + 1);
            }
            Inline::Code(text) => {
                let text = text.replace(ends_line, " ");
                mark(flat, &format!("`{text}`"), Entity::Code(text.clone()));
            }
            Inline::Link { url, label } => {
                // What was typed, where the platform made a link of it.
                let words = Content::new().paragraph(label.iter().cloned()).plain_text();
                let words = words.replace(ends_line, " ");
                let shown = if words.trim().is_empty() { url.as_str() } else { &words };
                mark(flat, shown, Entity::Link(url.clone()));
            }
            Inline::User { id, handle } => {
                let entity = Entity::User { id: id.clone(), handle: handle.clone() };
                named(flat, '@', handle.as_deref().unwrap_or(id.as_str()), entity);
            }
            Inline::Group { id, handle } => {
                named(flat, '@', handle.as_deref().unwrap_or(id.as_str()), Entity::Named);
            }
            Inline::Channel { id, name } => {
                let entity = Entity::Channel { id: id.clone(), name: name.clone() };
                named(flat, '#', name.as_deref().unwrap_or(id.as_str()), entity);
            }
            Inline::Broadcast(broadcast) => mark(flat, broadcast.word(), Entity::Named),
            Inline::Emoji(name) => {
                flat.source.push(':');
                flat.source.push_str(name);
                flat.source.push(':');
            }
            Inline::Time { at, .. } => mark(flat, &at.to_string(), Entity::Time(*at)),
            Inline::Break => flat.source.push('\n'),
            Inline::Other(raw) => {
                flat.source.push_str(raw.get("text").and_then(Value::as_str).unwrap_or_default());
            }
            _ => {}
        }
    }
}

fn named(flat: &mut Flat, sign: char, name: &str, entity: Entity) {
    let name = name.replace(ends_line, " ");
    mark(flat, &format!("{sign}{name}"), entity);
}

fn mark(flat: &mut Flat, shown: &str, entity: Entity) {
    let start = flat.source.len();
    if shown.is_empty() {
        return;
    }
    flat.source.push_str(shown);
    flat.marks.push(Mark { start, end: flat.source.len(), entity });
}
