//! What a message is made of before it is parted: pieces that are never cut any further.

use serde_json::Value;

use super::size::Size;
use super::wire::Action;

/// A piece.
#[derive(Clone, Debug)]
pub(super) struct Atom<'a> {
    pub(super) kind: Kind<'a>,
    /// The attachment that it stands in; none for the post's own text.
    pub(super) card: Option<usize>,
    /// The quotes and items that it stands in, from the outermost.
    pub(super) inside: Vec<usize>,
    /// What is between it and what is before it.
    pub(super) join: Join,
    /// How good it is to part before it.
    pub(super) border: Border,
    /// At most what it takes.
    pub(super) size: Size,
    /// Which block of the content it belongs to.
    pub(super) block: usize,
    /// Whether somebody is notified by it, as the program wants.
    pub(super) notifies: bool,
}

#[derive(Clone, Debug)]
pub(super) enum Kind<'a> {
    /// Lines of Markdown.
    Text(String),
    /// A row of a table, as Markdown.
    Row { table: usize, text: String },
    /// A key with its value.
    Field { title: String, value: String, short: bool },
    /// Something that can be used.
    Action(Box<Action<'a>>),
    /// Small print.
    Footer(String),
    /// An attachment as the program wrote it.
    Native(&'a Value),
}

/// What is between two pieces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Join {
    Line,
    BlankLine,
}

/// How good a place is for parting, worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Border {
    Word,
    Line,
    Block,
}

/// A quote or an item of a list.
#[derive(Clone, Debug)]
pub(super) struct Container {
    /// What stands before its first line; none for a quote.
    pub(super) mark: Option<String>,
    /// The piece that the mark stands before.
    pub(super) first: Option<usize>,
}

impl Container {
    /// How many characters stand before each of its lines.
    pub(super) fn width(&self) -> usize {
        self.mark.as_ref().map_or(2, |mark| mark.chars().count())
    }
}

/// What opens a table.
#[derive(Clone, Debug)]
pub(super) struct Head {
    /// Its first two lines.
    pub(super) text: String,
    pub(super) size: Size,
}

impl Kind<'_> {
    /// Where it stands in an attachment: what is shown further down comes later.
    pub(super) fn slot(&self) -> Slot {
        match self {
            Self::Text(_) | Self::Row { .. } => Slot::Text,
            Self::Field { .. } => Slot::Fields,
            Self::Action(_) => Slot::Actions,
            Self::Footer(_) => Slot::Footer,
            Self::Native(_) => Slot::Whole,
        }
    }
}

/// The places in an attachment, from above.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Slot {
    Text,
    Fields,
    Actions,
    Footer,
    Whole,
}
