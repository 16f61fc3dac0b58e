//! All blocks of a message, as content.

use chatgate_core::{Align, Block, Column, Field, Image, Inline, Table};
use serde::Deserialize;
use serde_json::value::RawValue;
use url::Url;

use super::soft::soft;
use super::{mrkdwn, rich_text};

/// One block, whichever it is. A field of another type than expected counts as absent.
#[derive(Deserialize)]
struct Wire<'a> {
    #[serde(rename = "type", default, deserialize_with = "soft")]
    kind: Option<String>,
    /// A text object; of a Markdown block, text.
    #[serde(borrow, default)]
    text: Option<&'a RawValue>,
    #[serde(default, deserialize_with = "soft")]
    fields: Option<Vec<Text>>,
    #[serde(borrow, default)]
    elements: Option<&'a RawValue>,
    #[serde(default, deserialize_with = "soft")]
    image_url: Option<String>,
    #[serde(default, deserialize_with = "soft")]
    alt_text: Option<String>,
    #[serde(default, deserialize_with = "soft")]
    title: Option<Text>,
    #[serde(borrow, default, deserialize_with = "soft")]
    rows: Option<Vec<Vec<&'a RawValue>>>,
    #[serde(default, deserialize_with = "soft")]
    column_settings: Option<Vec<Option<Setting>>>,
}

/// A text object.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Text {
    #[serde(rename = "type", deserialize_with = "soft")]
    kind: Option<String>,
    #[serde(deserialize_with = "soft")]
    text: Option<String>,
    #[serde(deserialize_with = "soft")]
    emoji: Option<bool>,
}

#[derive(Deserialize)]
struct Setting {
    #[serde(default, deserialize_with = "soft")]
    align: Option<String>,
}

/// Decodes blocks; `None` where none of them says anything.
pub(super) fn decode(blocks: &RawValue) -> Option<Vec<Block>> {
    let blocks: Vec<&RawValue> = serde_json::from_str(blocks.get()).ok()?;
    let mut out = Vec::new();
    let mut is_known = false;
    for raw in blocks {
        let Ok(wire) = serde_json::from_str::<Wire<'_>>(raw.get()) else { continue };
        is_known |= read(&wire, raw, &mut out).is_some();
    }
    is_known.then_some(out)
}

/// Reads one block; `None` where it is of a kind that says nothing, or unknown.
fn read(wire: &Wire<'_>, raw: &RawValue, out: &mut Vec<Block>) -> Option<()> {
    match wire.kind.as_deref()? {
        "rich_text" => out.extend(rich_text::decode(raw)?),
        "header" => {
            out.push(Block::Heading { level: 1, text: text_object(wire.text?)?.line() });
        }
        "divider" => {
            out.push(Block::Divider);
            return None;
        }
        "section" => {
            if let Some(text) = wire.text.and_then(text_object) {
                out.extend(text.blocks());
            }
            if let Some(texts) = &wire.fields {
                fields(texts, out);
            }
        }
        "context" => {
            let elements: Vec<Text> = serde_json::from_str(wire.elements?.get()).ok()?;
            out.push(Block::Context(elements.iter().flat_map(Text::line).collect()));
        }
        "image" => {
            let url = Url::parse(wire.image_url.as_deref()?).ok()?;
            let mut image = Image::new(url, wire.alt_text.as_deref().unwrap_or_default());
            image.title = wire.title.as_ref().and_then(|title| title.text.clone());
            out.push(Block::Image(image));
        }
        "table" => out.push(Block::Table(table(wire))),
        _ => return None,
    }
    Some(())
}

fn text_object(raw: &RawValue) -> Option<Text> {
    serde_json::from_str(raw.get()).ok()
}

impl Text {
    fn words(&self) -> &str {
        self.text.as_deref().unwrap_or_default()
    }

    fn is_markup(&self) -> bool {
        self.kind.as_deref() == Some("mrkdwn")
    }

    fn blocks(&self) -> Vec<Block> {
        if self.is_markup() {
            return mrkdwn::decode(self.words(), mrkdwn::Markup::All);
        }
        vec![Block::Paragraph(self.line())]
    }

    fn line(&self) -> Vec<Inline> {
        if self.is_markup() {
            return mrkdwn::line(self.words());
        }
        let mut out = Vec::new();
        if self.emoji == Some(true) {
            mrkdwn::emoji(self.words(), &mut out);
        } else {
            rich_text::push_lines(self.words(), &mut out);
        }
        out
    }
}

/// Keys and values where each is a bold line above others, else paragraphs.
fn fields(texts: &[Text], out: &mut Vec<Block>) {
    let fields: Option<Vec<_>> = texts.iter().map(field).collect();
    match fields {
        Some(fields) => out.push(Block::Fields(fields)),
        None => out.extend(texts.iter().flat_map(Text::blocks)),
    }
}

fn field(text: &Text) -> Option<Field> {
    let (key, value) = text.words().strip_prefix('*')?.split_once("*\n")?;
    (text.is_markup() && !key.contains(['*', '\n']))
        .then(|| Field::rich(mrkdwn::unescape(key), mrkdwn::line(value)))
}

/// A table: its first row is its head where all of it is bold, and others are below it.
fn table(wire: &Wire<'_>) -> Table {
    let mut rows: Vec<Vec<_>> = wire
        .rows
        .iter()
        .flatten()
        .map(|row| row.iter().map(|cell| read_cell(cell)).collect())
        .collect();
    let settings = wire.column_settings.as_deref().unwrap_or_default();
    let head = rows
        .first()
        .and_then(|row| row.iter().map(|cell| unbold(cell)).collect::<Option<Vec<_>>>());
    let heads = match head {
        Some(head) if rows.len() > 1 && head.iter().any(|cell| !cell.is_empty()) => {
            rows.remove(0);
            head
        }
        _ => vec![Vec::new(); rows.iter().map(Vec::len).max().unwrap_or_default()],
    };
    let column = |(index, head): (usize, Vec<Inline>)| {
        let setting = settings.get(index).and_then(Option::as_ref);
        let mut column = Column::default();
        column.head = head;
        column.align = match setting.and_then(|setting| setting.align.as_deref()) {
            Some("center") => Align::Center,
            Some("right") => Align::Right,
            _ => Align::Left,
        };
        column
    };
    let mut table = Table::default();
    table.columns = heads.into_iter().enumerate().map(column).collect();
    table.rows = rows;
    table
}

/// What a cell says; an empty one is said as a space.
fn read_cell(raw: &RawValue) -> Vec<Inline> {
    let Ok(wire) = serde_json::from_str::<Wire<'_>>(raw.get()) else { return Vec::new() };
    if wire.kind.as_deref() == Some("rich_text") {
        let blocks = rich_text::decode(raw).unwrap_or_default();
        return blocks.into_iter().flat_map(inlines).collect();
    }
    let mut out = Vec::new();
    let text: Option<String> = wire.text.and_then(|raw| serde_json::from_str(raw.get()).ok());
    rich_text::push_lines(text.as_deref().unwrap_or_default().trim_matches(' '), &mut out);
    out
}

fn inlines(block: Block) -> Vec<Inline> {
    match block {
        Block::Paragraph(text) => text,
        other => rich_text::words_of(other),
    }
}

/// The words of a bold cell, or of an empty one.
fn unbold(cell: &[Inline]) -> Option<Vec<Inline>> {
    cell.iter().try_fold(Vec::new(), |mut out, inline| match inline {
        Inline::Bold(inner) => {
            out.extend(inner.iter().cloned());
            Some(out)
        }
        _ => None,
    })
}
