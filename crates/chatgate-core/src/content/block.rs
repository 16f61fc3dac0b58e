//! What stands on lines of its own.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use url::Url;

use super::inline::write_plain;
use super::{Element, Inline};
use crate::Platform;

/// How deep blocks and inlines may nest; what is deeper is not shown. Platforms stop far earlier
/// (Slack: 8 levels of lists).
pub(crate) const MAX_DEPTH: usize = 32;

/// A piece of a message on lines of its own.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Block {
    /// A heading, 1 the largest, 6 the smallest.
    Heading {
        /// 1 to 6.
        level: u8,
        /// The words.
        text: Vec<Inline>,
    },
    /// A paragraph.
    Paragraph(Vec<Inline>),
    /// A list: ordered, unordered or of tasks.
    List(List),
    /// Someone else's words.
    Quote(Vec<Block>),
    /// Code or a log, shown as it is.
    Code {
        /// The language, for highlighting.
        language: Option<String>,
        /// The code.
        text: String,
    },
    /// A horizontal line.
    Divider,
    /// A table.
    Table(Table),
    /// Keys with their values.
    Fields(Vec<Field>),
    /// A picture.
    Image(Image),
    /// How something stands: an alert when the level says so.
    Status {
        /// How serious.
        level: Level,
        /// The words.
        text: Vec<Inline>,
    },
    /// Work in steps.
    Progress(Vec<Step>),
    /// Something folded away behind a line.
    Detail {
        /// The line that is always shown.
        summary: Vec<Inline>,
        /// What unfolds.
        blocks: Vec<Block>,
    },
    /// A line of small print.
    Context(Vec<Inline>),
    /// Buttons, menus and pickers in a row.
    Actions(Vec<Element>),
    /// The real thing for one platform, with a neutral form for all others.
    Native(Native),
    /// A block of a newer version; kept as it came, shown by its [`Block::fallback`].
    #[serde(untagged)]
    Other(Value),
}

/// How serious a status is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Level {
    /// Worth knowing.
    #[default]
    Info,
    /// It worked.
    Success,
    /// Look at this.
    Warning,
    /// It failed.
    Error,
}

/// A list and its items.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct List {
    /// The first number of an ordered list; `None` for bullets.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start: Option<u32>,
    /// The items.
    pub items: Vec<Item>,
}

/// One item of a list: its blocks may be lists again.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Item {
    /// Whether a task is done; `None` for what is no task.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub done: Option<bool>,
    /// What the item says.
    pub blocks: Vec<Block>,
}

/// A table: columns, a header, rows.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Table {
    /// A column each: its head and how it is aligned.
    pub columns: Vec<Column>,
    /// Rows of cells; a short row is filled with empty cells, a long one is cut by nobody: the
    /// columns that have no head are unnamed.
    pub rows: Vec<Vec<Vec<Inline>>>,
}

/// One column of a table.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Column {
    /// What stands above it.
    pub head: Vec<Inline>,
    /// How its cells are aligned.
    #[serde(default)]
    pub align: Align,
}

/// How a column is aligned.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Align {
    /// To the left.
    #[default]
    Left,
    /// In the middle.
    Center,
    /// To the right: numbers.
    Right,
}

/// A key with its value.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Field {
    /// The key.
    pub key: String,
    /// The value.
    pub value: Vec<Inline>,
}

/// A picture.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Image {
    /// Where it is.
    pub url: Url,
    /// What it shows, in words.
    pub alt: String,
    /// A title above it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
}

/// One step of a progress.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Step {
    /// Where it stands.
    pub state: StepState,
    /// What it is.
    pub text: String,
}

/// Where a step stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum StepState {
    /// Not begun.
    #[default]
    Pending,
    /// Under way.
    Running,
    /// Done.
    Done,
    /// Failed.
    Failed,
    /// Left out.
    Skipped,
}

/// A platform's own block, with a neutral form for all others.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Native {
    /// The platform that understands it.
    pub platform: Platform,
    /// The block in the platform's own JSON.
    pub payload: Value,
    /// What every other platform shows.
    pub fallback: Vec<Block>,
}

impl Block {
    /// A plain form of a block that a renderer does not know or cannot show: its words as
    /// paragraphs. Never empty for a block that has words.
    #[must_use]
    pub fn fallback(&self) -> Vec<Self> {
        match self {
            Self::Native(native) => native.fallback.clone(),
            Self::Detail { summary, blocks } => {
                let mut out = vec![Self::Paragraph(summary.clone())];
                out.extend(blocks.iter().cloned());
                out
            }
            Self::Heading { text, .. } | Self::Status { text, .. } | Self::Context(text) => {
                vec![Self::Paragraph(text.clone())]
            }
            _ => {
                let mut words = String::new();
                self.write_plain(&mut words, 0);
                words.lines().map(|line| Self::Paragraph(vec![Inline::text(line)])).collect()
            }
        }
    }

    /// Writes the words alone, with a line end after them.
    pub(super) fn write_plain(&self, out: &mut String, depth: usize) {
        if depth > MAX_DEPTH {
            return;
        }
        match self {
            Self::Heading { text, .. }
            | Self::Paragraph(text)
            | Self::Status { text, .. }
            | Self::Context(text) => line(text, out),
            Self::List(list) => {
                for item in &list.items {
                    plain_blocks(&item.blocks, out, depth);
                }
            }
            Self::Quote(blocks) => plain_blocks(blocks, out, depth),
            Self::Code { text, .. } => {
                out.push_str(text.trim_end_matches('\n'));
                out.push('\n');
            }
            Self::Divider => {}
            Self::Table(table) => {
                if table.columns.iter().any(|column| !column.head.is_empty()) {
                    row(table.columns.iter().map(|column| column.head.as_slice()), out);
                }
                for cells in &table.rows {
                    row(cells.iter().map(Vec::as_slice), out);
                }
            }
            Self::Fields(fields) => {
                for field in fields {
                    out.push_str(&field.key);
                    out.push_str(": ");
                    line(&field.value, out);
                }
            }
            Self::Image(image) => {
                out.push_str(image.title.as_deref().unwrap_or(&image.alt));
                out.push('\n');
            }
            Self::Progress(steps) => {
                for step in steps {
                    out.push_str(&step.text);
                    out.push('\n');
                }
            }
            Self::Detail { summary, blocks } => {
                line(summary, out);
                plain_blocks(blocks, out, depth);
            }
            Self::Actions(elements) => {
                for (index, element) in elements.iter().enumerate() {
                    if index > 0 {
                        out.push_str(" | ");
                    }
                    out.push_str(element.label());
                }
                out.push('\n');
            }
            Self::Native(native) => plain_blocks(&native.fallback, out, depth),
            Self::Other(raw) => plain_json(raw, out, depth),
        }
    }
}

impl List {
    /// An unordered list of plain texts.
    #[must_use]
    pub fn bullets<T: Into<String>>(items: impl IntoIterator<Item = T>) -> Self {
        Self { start: None, items: items.into_iter().map(Item::text).collect() }
    }

    /// An ordered list of plain texts, from 1.
    #[must_use]
    pub fn numbered<T: Into<String>>(items: impl IntoIterator<Item = T>) -> Self {
        Self { start: Some(1), items: items.into_iter().map(Item::text).collect() }
    }

    /// A list of items, unordered.
    #[must_use]
    pub fn of(items: Vec<Item>) -> Self {
        Self { start: None, items }
    }

    /// Makes it ordered, from this number.
    #[must_use]
    pub fn starting_at(mut self, start: u32) -> Self {
        self.start = Some(start);
        self
    }
}

impl Item {
    /// An item of plain text.
    #[must_use]
    pub fn text(text: impl Into<String>) -> Self {
        Self { done: None, blocks: vec![Block::Paragraph(vec![Inline::Text(text.into())])] }
    }

    /// An item of blocks.
    #[must_use]
    pub fn of(blocks: Vec<Block>) -> Self {
        Self { done: None, blocks }
    }

    /// Makes it a task.
    #[must_use]
    pub fn task(mut self, done: bool) -> Self {
        self.done = Some(done);
        self
    }
}

impl Table {
    /// A table with these heads and no rows yet.
    #[must_use]
    pub fn new<T: Into<String>>(heads: impl IntoIterator<Item = T>) -> Self {
        let columns = heads
            .into_iter()
            .map(|head| Column { head: vec![Inline::Text(head.into())], align: Align::Left })
            .collect();
        Self { columns, rows: Vec::new() }
    }

    /// Adds a row of plain texts.
    #[must_use]
    pub fn row<T: Into<String>>(mut self, cells: impl IntoIterator<Item = T>) -> Self {
        self.rows.push(cells.into_iter().map(|cell| vec![Inline::Text(cell.into())]).collect());
        self
    }

    /// Adds a row of rich cells.
    #[must_use]
    pub fn rich_row(mut self, cells: Vec<Vec<Inline>>) -> Self {
        self.rows.push(cells);
        self
    }

    /// Aligns a column, counted from 0; without effect where there is no such column.
    #[must_use]
    pub fn align(mut self, column: usize, align: Align) -> Self {
        if let Some(column) = self.columns.get_mut(column) {
            column.align = align;
        }
        self
    }
}

impl Field {
    /// A key with a plain value.
    pub fn new(key: impl Into<String>, value: impl Into<String>) -> Self {
        Self { key: key.into(), value: vec![Inline::Text(value.into())] }
    }

    /// A key with a rich value.
    pub fn rich(key: impl Into<String>, value: Vec<Inline>) -> Self {
        Self { key: key.into(), value }
    }
}

impl Image {
    /// A picture and what it shows, in words.
    pub fn new(url: Url, alt: impl Into<String>) -> Self {
        Self { url, alt: alt.into(), title: None }
    }

    /// Sets the title above it.
    #[must_use]
    pub fn titled(mut self, title: impl Into<String>) -> Self {
        self.title = Some(title.into());
        self
    }
}

impl Step {
    /// A step and where it stands.
    pub fn new(state: StepState, text: impl Into<String>) -> Self {
        Self { state, text: text.into() }
    }
}

impl Native {
    /// A platform's own block and the neutral form for all others.
    #[must_use]
    pub fn new(platform: Platform, payload: Value, fallback: Vec<Block>) -> Self {
        Self { platform, payload, fallback }
    }
}

fn line(inlines: &[Inline], out: &mut String) {
    write_plain(inlines, out, 0);
    out.push('\n');
}

fn row<'a>(cells: impl Iterator<Item = &'a [Inline]>, out: &mut String) {
    for (index, cell) in cells.enumerate() {
        if index > 0 {
            out.push_str(" | ");
        }
        write_plain(cell, out, 0);
    }
    out.push('\n');
}

fn plain_blocks(blocks: &[Block], out: &mut String, depth: usize) {
    for block in blocks {
        block.write_plain(out, depth + 1);
    }
}

/// The words of a block that this version does not know: whatever it calls `text`, `alt` or `title`.
fn plain_json(raw: &Value, out: &mut String, depth: usize) {
    if depth > MAX_DEPTH {
        return;
    }
    match raw {
        Value::Array(items) => items.iter().for_each(|item| plain_json(item, out, depth + 1)),
        Value::Object(map) => {
            for (key, value) in map {
                match value {
                    Value::String(text) if matches!(key.as_str(), "text" | "alt" | "title") => {
                        out.push_str(text);
                        out.push('\n');
                    }
                    Value::Array(_) | Value::Object(_) => plain_json(value, out, depth + 1),
                    _ => {}
                }
            }
        }
        _ => {}
    }
}
