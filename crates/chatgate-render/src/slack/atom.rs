//! What a message is made of before it is parted: pieces that are never cut any further.

use std::borrow::Cow;

use serde_json::Value;

use super::limits::{ROW_ELEMENTS, SECTION_FIELDS, TABLE_ROWS};
use super::measure::Size;
use super::span::Span;
use super::wire::{Control, Setting, Text};

/// How good a place is for parting a message before a piece, worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Border {
    /// Inside a text, between words.
    Word,
    /// Between lines, items, rows, or before what belongs to the block above.
    Line,
    /// Between two blocks.
    Block,
}

/// One piece. Pieces of one group stand in one block of Slack's, as long as they are in one part.
#[derive(Debug)]
pub(super) struct Atom<'a> {
    pub(super) kind: Kind<'a>,
    pub(super) group: usize,
    pub(super) border: Border,
    pub(super) size: Size,
}

#[derive(Debug)]
pub(super) enum Kind<'a> {
    Header { text: Text<'a> },
    Divider,
    Section(Vec<Span<'a>>),
    Quote { spans: Vec<Span<'a>>, is_inner: bool },
    Code { spans: Vec<Span<'a>>, is_quoted: bool },
    Item { mark: Mark, spans: Vec<Span<'a>> },
    Field { text: Text<'a>, key: Cow<'a, str>, value: Vec<Span<'a>> },
    Context { text: Text<'a>, spans: Vec<Span<'a>> },
    Image { url: &'a str, alt: Cow<'a, str>, title: Option<Cow<'a, str>> },
    Control { control: Box<Control<'a>>, label: Cow<'a, str>, seat: Seat, block_id: Option<String> },
    Row { table: usize, cells: Vec<Vec<Span<'a>>> },
    Native { payload: &'a Value, words: String },
}

/// Before an item of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Mark {
    pub(super) is_ordered: bool,
    pub(super) number: u32,
    pub(super) indent: u8,
    pub(super) is_quoted: bool,
}

impl Mark {
    /// Whether an item comes next in the list that this one is in.
    pub(super) fn continues(self, next: Self) -> bool {
        let is_next = !next.is_ordered || self.number.checked_add(1) == Some(next.number);
        is_next && Self { number: self.number, ..next } == self
    }
}

/// Where an element stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Seat {
    /// In a row of actions.
    Row,
    /// Beside its label: Slack takes menus for several choices only there.
    Beside,
}

/// What is repeated above the rows of a table in each part.
#[derive(Debug)]
pub(super) struct Head<'a> {
    pub(super) cells: Option<Vec<Vec<Span<'a>>>>,
    pub(super) settings: Vec<Setting>,
    pub(super) size: Size,
}

impl Kind<'_> {
    /// Whether it is an element of a rich text block.
    pub(super) fn is_rich(&self) -> bool {
        matches!(
            self,
            Self::Section(_) | Self::Quote { .. } | Self::Code { .. } | Self::Item { .. }
        )
    }

    /// Whether it can stand in one block of Slack's with what stands before it.
    pub(super) fn follows(&self, before: &Self) -> bool {
        match (before, self) {
            // Slack says nothing of what it shows between two of a kind.
            (Self::Section(_), Self::Section(_))
            | (Self::Quote { .. }, Self::Quote { .. })
            | (Self::Code { .. }, Self::Code { .. }) => false,
            (Self::Field { .. }, Self::Field { .. }) => true,
            (
                Self::Control { seat: Seat::Row, block_id: None, .. },
                Self::Control { seat: Seat::Row, block_id: None, .. },
            ) => true,
            (Self::Row { table: before, .. }, Self::Row { table, .. }) => before == table,
            (before, this) => before.is_rich() && this.is_rich(),
        }
    }

    /// How many of a kind Slack takes in one block.
    pub(super) fn most_in_a_block(&self, tables: &[Head<'_>]) -> usize {
        match self {
            Self::Field { .. } => SECTION_FIELDS,
            Self::Control { .. } => ROW_ELEMENTS,
            Self::Row { table, .. } => {
                let has_head = tables.get(*table).is_some_and(|head| head.cells.is_some());
                TABLE_ROWS - usize::from(has_head)
            }
            _ => usize::MAX,
        }
    }
}
