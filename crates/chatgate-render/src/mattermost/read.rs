//! From what Mattermost's people write to content.

use std::borrow::Cow;
use std::collections::BTreeMap;

use chatgate_core::{Block, Content, ConversationId, Inline, UserId};

use super::escape::JOINER;
use crate::MAX_DEPTH;

/// The users and channels whose names may be in a text: in Mattermost a mention is a name.
///
/// ```
/// use chatgate_render::mattermost::Names;
/// let names = Names::new().user("bob", "u1").channel("town-square", "c1");
/// ```
#[derive(Clone, Debug, Default)]
pub struct Names {
    users: BTreeMap<String, UserId>,
    channels: BTreeMap<String, ConversationId>,
}

impl Names {
    /// None.
    ///
    /// ```
    /// let names = chatgate_render::mattermost::Names::new();
    /// ```
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a user by the name that people write after `@`.
    ///
    /// ```
    /// let names = chatgate_render::mattermost::Names::new().user("bob", "u1");
    /// ```
    #[must_use]
    pub fn user(mut self, name: impl Into<String>, id: impl Into<UserId>) -> Self {
        self.users.insert(name.into(), id.into());
        self
    }

    /// Adds a channel by the name that people write after `~`.
    ///
    /// ```
    /// let names = chatgate_render::mattermost::Names::new().channel("ops", "c1");
    /// ```
    #[must_use]
    pub fn channel(mut self, name: impl Into<String>, id: impl Into<ConversationId>) -> Self {
        self.channels.insert(name.into(), id.into());
        self
    }

    /// What a name after this sign is, with as much of it as is known.
    fn find(&self, sign: char, name: &str) -> Option<(Inline, usize)> {
        // A name may end in the mark that ends a sentence.
        let mut name = name;
        loop {
            let lower = name.to_lowercase();
            let found = if sign == '@' {
                let handle = Some(lower.clone());
                self.users.get(&lower).map(|id| Inline::User { id: id.clone(), handle })
            } else {
                let known = Some(lower.clone());
                self.channels.get(&lower).map(|id| Inline::Channel { id: id.clone(), name: known })
            };
            if let Some(found) = found {
                return Some((found, name.len()));
            }
            name = name.strip_suffix(['.', '-', '_'])?;
        }
    }
}

/// Reads a message: Mattermost's Markdown, whose line ends are line ends. A name that is known is a
/// mention; `@all`, `@channel` and `@here` are words, so that what somebody wrote reaches nobody when it
/// is said again.
///
/// ```
/// use chatgate_core::{Content, Inline};
/// use chatgate_render::mattermost::{Names, read};
///
/// let names = Names::new().user("bob", "u1");
/// let content = read("**live**, @bob.\n@all", &names);
/// let bob = Inline::User { id: "u1".into(), handle: Some("bob".into()) };
/// let said = [Inline::bold("live"), ", ".into(), bob, ".".into(), Inline::Break, "@all".into()];
/// assert_eq!(content, Content::new().paragraph(said));
/// ```
#[must_use]
pub fn read(markdown: &str, names: &Names) -> Content {
    let mut content = Content::markdown(&with_line_ends(markdown));
    blocks(&mut content.blocks, names, 0);
    content
}

/// Lets each line end of a text be one, but in a fence. Code that is only indented gets white space
/// at its ends, for an item's lines are indented as far.
fn with_line_ends(markdown: &str) -> Cow<'_, str> {
    if !markdown.contains('\n') {
        return Cow::Borrowed(markdown);
    }
    let mut out = String::with_capacity(markdown.len() + markdown.len() / 16);
    let mut fence: Option<(char, usize)> = None;
    for line in markdown.split_inclusive('\n') {
        // Behind the marks of quotes and items.
        let text = line.trim_start_matches(|c: char| "> -*+.)".contains(c) || c.is_ascii_digit());
        let sign = text.chars().next().filter(|sign| matches!(sign, '`' | '~'));
        let run = sign.map_or(0, |sign| text.chars().take_while(|c| *c == sign).count());
        let is_code = fence.is_some();
        match (fence, sign) {
            (None, Some(sign)) if run >= 3 => fence = Some((sign, run)),
            (Some((open, length)), Some(sign)) if sign == open && run >= length => fence = None,
            _ => {}
        }
        match line.strip_suffix('\n') {
            Some(line) if !is_code && fence.is_none() && !line.trim().is_empty() => {
                out.push_str(line.strip_suffix('\r').unwrap_or(line));
                out.push_str("  \n");
            }
            _ => out.push_str(line),
        }
    }
    Cow::Owned(out)
}

fn blocks(all: &mut [Block], names: &Names, depth: usize) {
    if depth > 2 * MAX_DEPTH {
        return;
    }
    for block in all {
        match block {
            Block::Heading { text, .. }
            | Block::Paragraph(text)
            | Block::Status { text, .. }
            | Block::Context(text) => inlines(text, names, 0),
            Block::Quote(inner) => blocks(inner, names, depth + 1),
            Block::List(list) => {
                list.items.iter_mut().for_each(|item| blocks(&mut item.blocks, names, depth + 1));
            }
            Block::Table(table) => {
                let heads = table.columns.iter_mut().map(|column| &mut column.head);
                let cells = table.rows.iter_mut().flatten();
                heads.chain(cells).for_each(|cell| inlines(cell, names, 0));
            }
            Block::Detail { summary, blocks: inner } => {
                inlines(summary, names, 0);
                blocks(inner, names, depth + 1);
            }
            Block::Image(image) => image.alt.retain(|c| c != JOINER),
            _ => {}
        }
    }
}

fn inlines(all: &mut Vec<Inline>, names: &Names, depth: usize) {
    if depth > 2 * MAX_DEPTH {
        return;
    }
    let mut out = Vec::with_capacity(all.len());
    for mut inline in std::mem::take(all) {
        match &mut inline {
            Inline::Text(text) => {
                entities(text, names, &mut out);
                continue;
            }
            Inline::Bold(inner) | Inline::Italic(inner) | Inline::Strike(inner) => {
                inlines(inner, names, depth + 1);
                if inner.is_empty() {
                    continue;
                }
            }
            // A name in a label is none.
            Inline::Link { label, .. } => inlines(label, &Names::default(), depth + 1),
            _ => {}
        }
        out.push(inline);
    }
    *all = out;
}

/// Text with its names. A joiner behind a sign says that it is none; nobody saw it.
fn entities(text: &str, names: &Names, out: &mut Vec<Inline>) {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    let mut before = None;
    while let Some(c) = rest.chars().next() {
        let after = rest.get(c.len_utf8()..).unwrap_or_default();
        if matches!(c, '@' | '~') && before.is_none_or(|c: char| !c.is_alphanumeric()) {
            let is_name = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
            let end = after.find(|c: char| !is_name(c)).unwrap_or(after.len());
            if let Some((found, length)) =
                names.find(c, after.get(..end.min(128)).unwrap_or_default())
            {
                push(&mut plain, out);
                out.push(found);
                before = after.get(..length).and_then(|name| name.chars().next_back());
                rest = after.get(length..).unwrap_or_default();
                continue;
            }
        }
        if c != JOINER {
            plain.push(c);
        }
        before = Some(c);
        rest = after;
    }
    push(&mut plain, out);
}

fn push(plain: &mut String, out: &mut Vec<Inline>) {
    if plain.is_empty() {
        return;
    }
    match out.last_mut() {
        Some(Inline::Text(last)) => last.push_str(plain),
        _ => out.push(Inline::Text(plain.clone())),
    }
    plain.clear();
}
