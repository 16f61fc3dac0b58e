//! What is in a content, so that only what is there is worked on.

use std::collections::HashSet;

use chatgate_core::{Acknowledgement, Block, Content, Element, Importance, Inline};

use super::MAX_DEPTH;
use super::names::Name;

/// What is in a content.
#[derive(Debug, Default)]
pub(super) struct Survey {
    /// Who and what is mentioned without its id or handle being sure, each once.
    pub(super) unsure: Vec<Unsure>,
    pub(super) mentions: bool,
    pub(super) broadcasts: bool,
    pub(super) images: bool,
    pub(super) tables: bool,
    /// Elements of any kind.
    pub(super) elements: bool,
    /// Elements that run something.
    pub(super) actions: bool,
    pub(super) too_deep: bool,
    /// It is marked as important, or to be acknowledged.
    pub(super) marked: bool,
    /// How long it is, roughly.
    pub(super) bytes: usize,
    seen: HashSet<Name>,
}

/// A mention whose id or handle is not sure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Unsure {
    pub(super) name: Name,
    /// Whether a person typed it, so that it may be no id.
    pub(super) typed: bool,
}

impl Survey {
    pub(super) fn of(content: &Content) -> Self {
        let mut survey = Self::default();
        survey.blocks(&content.blocks, 0);
        survey.marked = content.importance != Importance::default()
            || content.acknowledgement != Acknowledgement::default();
        survey
    }

    fn blocks(&mut self, blocks: &[Block], depth: usize) {
        if depth > MAX_DEPTH {
            self.too_deep = true;
            return;
        }
        for block in blocks {
            self.block(block, depth);
        }
    }

    fn block(&mut self, block: &Block, depth: usize) {
        self.bytes += size_of::<Block>();
        match block {
            Block::Heading { text, .. }
            | Block::Paragraph(text)
            | Block::Status { text, .. }
            | Block::Context(text) => self.inlines(text, 0),
            Block::List(list) => {
                for item in &list.items {
                    self.blocks(&item.blocks, depth + 1);
                }
            }
            Block::Quote(blocks) => self.blocks(blocks, depth + 1),
            Block::Table(table) => {
                self.tables = true;
                for column in &table.columns {
                    self.inlines(&column.head, 0);
                }
                for cell in table.rows.iter().flatten() {
                    self.inlines(cell, 0);
                }
            }
            Block::Fields(fields) => {
                for field in fields {
                    self.bytes += field.key.len();
                    self.inlines(&field.value, 0);
                }
            }
            Block::Code { text, .. } => self.bytes += text.len(),
            Block::Image(_) => self.images = true,
            Block::Detail { summary, blocks } => {
                self.inlines(summary, 0);
                self.blocks(blocks, depth + 1);
            }
            Block::Actions(elements) => {
                self.elements = true;
                self.actions |=
                    elements.iter().any(|element| !matches!(element, Element::Link { .. }));
            }
            Block::Native(native) => self.blocks(&native.fallback, depth + 1),
            _ => {}
        }
    }

    fn inlines(&mut self, inlines: &[Inline], depth: usize) {
        if depth > MAX_DEPTH {
            self.too_deep = true;
            return;
        }
        for inline in inlines {
            self.bytes += size_of::<Inline>();
            match inline {
                Inline::Text(text) | Inline::Code(text) => self.bytes += text.len(),
                Inline::Bold(inner) | Inline::Italic(inner) | Inline::Strike(inner) => {
                    self.inlines(inner, depth + 1);
                }
                Inline::Link { label, .. } => self.inlines(label, depth + 1),
                Inline::Broadcast(_) => self.broadcasts = true,
                mention => self.mention(mention),
            }
        }
    }

    fn mention(&mut self, inline: &Inline) {
        let Some((name, known)) = Name::of(inline) else {
            return;
        };
        self.mentions = true;
        let typed = known == Some(name.id());
        // A channel cannot be looked up by what a person typed.
        let typed_channel = typed && matches!(name, Name::Channel(_));
        if (known.is_none() || typed) && !typed_channel && self.seen.insert(name.clone()) {
            self.unsure.push(Unsure { name, typed });
        }
    }
}
