//! What is said: rich blocks, neutral of every platform.
//!
//! Incoming messages are decoded *into* [`Content`], outgoing ones are rendered *from* it. It is plain
//! data: what a platform cannot show is the renderer's affair, never the author's. Text is always
//! text: nothing written inside [`Inline::Text`] can become a mention, a link or a block.
//!
//! Its JSON form is part of the store's format: names once given stay, and a block or inline that this
//! version does not know survives a round trip as `Other`.

mod actions;
mod address;
mod block;
mod importance;
mod inline;
mod markdown;
mod typed;
mod untrusted;

pub use actions::{
    ActionValue, Allowed, Button, Choice, Confirm, Element, Menu, MenuSource, Pick, Picker,
    PickerKind, Style, Uses,
};
pub use block::{
    Align, Block, Column, Field, Image, Item, Level, List, Native, Step, StepState, Table,
};
pub use importance::{Acknowledgement, Importance};
pub use inline::{Broadcast, Inline, TimeStyle};
pub use untrusted::{LinkHosts, Untrusted};

use serde::{Deserialize, Serialize};
use url::Url;

/// A message's content: blocks in order, and a summary for notifications.
///
/// ```
/// use chatgate_core::{Content, Level};
///
/// let content = Content::status(Level::Success, "api is live")
///     .fields([("env", "prod"), ("version", "1.4.2")])
///     .text("Rolled out in 42 s.");
/// assert_eq!(content.plain_text(), "api is live\nenv: prod\nversion: 1.4.2\nRolled out in 42 s.");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Content {
    /// What is shown, in order.
    pub blocks: Vec<Block>,
    /// What notifications and screen readers say; made from the blocks when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub summary: Option<String>,
    /// How it is marked when it is posted; a later edit keeps the mark.
    #[serde(default, skip_serializing_if = "Importance::is_usual")]
    pub importance: Importance,
    /// Whether those who read it are asked to acknowledge that, by the platform's own means.
    #[serde(default, skip_serializing_if = "Acknowledgement::is_not_asked")]
    pub acknowledgement: Acknowledgement,
}

impl Content {
    /// Nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// One line that says how something stands.
    #[must_use]
    pub fn status(level: Level, text: impl Into<String>) -> Self {
        Self::new().block(Block::Status { level, text: vec![Inline::Text(text.into())] })
    }

    /// Reads what a person types in a chat: code spans and fences, mentions (`@name`), channels
    /// (`#name`), links, quotes (`> …`); all else is text. This is not Markdown, only what people
    /// type in a command.
    #[must_use]
    pub fn typed(text: &str) -> Self {
        typed::decode(text)
    }

    /// Adds a block.
    #[must_use]
    pub fn block(mut self, block: Block) -> Self {
        self.blocks.push(block);
        self
    }

    /// Adds a paragraph of plain text; line ends in it stay line ends.
    #[must_use]
    pub fn text(self, text: impl Into<String>) -> Self {
        self.block(Block::Paragraph(Inline::lines(&text.into())))
    }

    /// Adds a paragraph of inlines.
    #[must_use]
    pub fn paragraph(self, inlines: impl IntoIterator<Item = Inline>) -> Self {
        self.block(Block::Paragraph(inlines.into_iter().collect()))
    }

    /// Adds a heading; level 1 is the largest, 6 the smallest.
    #[must_use]
    pub fn heading(self, level: u8, text: impl Into<String>) -> Self {
        let level = level.clamp(1, 6);
        self.block(Block::Heading { level, text: vec![Inline::Text(text.into())] })
    }

    /// Adds a paragraph that is one link.
    #[must_use]
    pub fn link(self, label: impl Into<String>, url: Url) -> Self {
        self.paragraph([Inline::link(label, url)])
    }

    /// Adds an unordered list of plain texts.
    #[must_use]
    pub fn bullets<T: Into<String>>(self, items: impl IntoIterator<Item = T>) -> Self {
        self.block(Block::List(List::bullets(items)))
    }

    /// Adds a code block.
    #[must_use]
    pub fn code(self, language: Option<&str>, text: impl Into<String>) -> Self {
        self.block(Block::Code { language: language.map(str::to_owned), text: text.into() })
    }

    /// Adds text of someone else, quoted.
    #[must_use]
    pub fn quote(self, text: impl Into<String>) -> Self {
        self.block(Block::Quote(vec![Block::Paragraph(Inline::lines(&text.into()))]))
    }

    /// Adds a table.
    #[must_use]
    pub fn table(self, table: Table) -> Self {
        self.block(Block::Table(table))
    }

    /// Adds keys with their values.
    #[must_use]
    pub fn fields<K, V>(self, fields: impl IntoIterator<Item = (K, V)>) -> Self
    where
        K: Into<String>,
        V: Into<String>,
    {
        let fields = fields.into_iter().map(|(key, value)| Field::new(key, value)).collect();
        self.block(Block::Fields(fields))
    }

    /// Adds a line of small print.
    #[must_use]
    pub fn context(self, text: impl Into<String>) -> Self {
        self.block(Block::Context(vec![Inline::Text(text.into())]))
    }

    /// Adds a horizontal line.
    #[must_use]
    pub fn divider(self) -> Self {
        self.block(Block::Divider)
    }

    /// Adds buttons, menus and pickers.
    #[must_use]
    pub fn actions<E: Into<Element>>(self, elements: impl IntoIterator<Item = E>) -> Self {
        self.block(Block::Actions(elements.into_iter().map(Into::into).collect()))
    }

    /// Sets what notifications and screen readers say.
    #[must_use]
    pub fn summary(mut self, summary: impl Into<String>) -> Self {
        self.summary = Some(summary.into());
        self
    }

    /// Marks it as important or urgent, where the platform has such a mark.
    #[must_use]
    pub fn importance(mut self, importance: Importance) -> Self {
        self.importance = importance;
        self
    }

    /// Asks those who read it to acknowledge that, where the platform has means for it. It is a
    /// receipt for the message and runs nothing: a [`Button`] does.
    #[must_use]
    pub fn ask_acknowledgement(mut self) -> Self {
        self.acknowledgement = Acknowledgement::Asked;
        self
    }

    /// Everything of `other` after everything of this; the marks are those of the more important.
    #[must_use]
    pub fn then(mut self, other: Self) -> Self {
        self.blocks.extend(other.blocks);
        self.importance = self.importance.max(other.importance);
        self.acknowledgement = self.acknowledgement.max(other.acknowledgement);
        self
    }

    /// True when there is nothing to show.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.blocks.is_empty()
    }

    /// The words alone, a line a block, without any markup: for notifications, logs of one's own,
    /// search and tests. Not for showing: that is a dialect's work.
    #[must_use]
    pub fn plain_text(&self) -> String {
        let mut out = String::new();
        for block in &self.blocks {
            block.write_plain(&mut out, 0);
        }
        out.truncate(out.trim_end().len());
        out
    }

    /// The summary, or the first line of the words, at most `max_chars` characters.
    #[must_use]
    pub fn notification(&self, max_chars: usize) -> String {
        let mut words = String::new();
        let text = match &self.summary {
            Some(summary) => summary.as_str(),
            None => {
                // A long message is not written out for its first line.
                for block in &self.blocks {
                    block.write_plain(&mut words, 0);
                    if words.contains('\n') {
                        break;
                    }
                }
                words.trim_end()
            }
        };
        let line = text.lines().next().unwrap_or_default();
        match line.char_indices().nth(max_chars) {
            None => line.to_owned(),
            Some(_) => {
                let kept: String = line.chars().take(max_chars.saturating_sub(1)).collect();
                format!("{kept}…")
            }
        }
    }
}

impl From<&str> for Content {
    fn from(text: &str) -> Self {
        Self::new().text(text)
    }
}

impl From<String> for Content {
    fn from(text: String) -> Self {
        Self::new().text(text)
    }
}

impl From<Block> for Content {
    fn from(block: Block) -> Self {
        Self::new().block(block)
    }
}

impl From<Vec<Inline>> for Content {
    fn from(inlines: Vec<Inline>) -> Self {
        Self::new().paragraph(inlines)
    }
}
