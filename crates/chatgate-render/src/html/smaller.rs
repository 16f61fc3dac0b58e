//! Cuts a block that is too long for a part.

use chatgate_core::{
    Block, Element, Field, Image, Inline, Item, List, LossKind, MenuSource, Step, Table,
};
use unicode_segmentation::UnicodeSegmentation;

use crate::Losses;
use crate::MAX_DEPTH;

/// The block in pieces that are each smaller or simpler, all of it together; `None` when it cannot be
/// cut. Each cut halves, so a block that is cut into many is read a few times, not once a piece.
pub(super) fn smaller(block: &Block, losses: &mut Losses) -> Option<Vec<Block>> {
    cut(block, 0, losses)
}

fn cut(block: &Block, depth: usize, losses: &mut Losses) -> Option<Vec<Block>> {
    if depth > MAX_DEPTH {
        return None;
    }
    let pieces = match block {
        Block::Heading { level, text } => {
            both(inlines(text, 0)?, |text| Block::Heading { level: *level, text })
        }
        Block::Paragraph(text) => both(inlines(text, 0)?, Block::Paragraph),
        Block::Context(text) => both(inlines(text, 0)?, Block::Context),
        Block::Status { level, text } => {
            both(inlines(text, 0)?, |text| Block::Status { level: *level, text })
        }
        Block::List(list) => both(self::list(list, depth, losses)?, Block::List),
        Block::Quote(blocks) => both(self::blocks(blocks, depth, losses)?, Block::Quote),
        Block::Code { language, text } => {
            both(halves(text)?, |text| Block::Code { language: language.clone(), text })
        }
        Block::Table(table) => return table_pieces(table, losses),
        Block::Fields(fields) => return field_pieces(fields),
        Block::Image(image) => return picture(image, losses),
        Block::Progress(steps) => both(progress(steps)?, Block::Progress),
        Block::Detail { summary, blocks } => {
            losses.add(LossKind::Detail, "shown unfolded");
            vec![Block::Paragraph(summary.clone()), Block::Quote(blocks.clone())]
        }
        Block::Actions(elements) => return elements_pieces(elements, losses),
        Block::Native(native) => native.fallback.clone(),
        Block::Other(_) => {
            losses.add(LossKind::Unknown, "an unknown block is shown by its words");
            block.fallback()
        }
        _ => return None,
    };
    Some(pieces)
}

fn both<T>((first, second): (T, T), make: impl Fn(T) -> Block) -> Vec<Block> {
    vec![make(first), make(second)]
}

fn middle<T: Clone>(items: &[T]) -> Option<(Vec<T>, Vec<T>)> {
    let (first, second) = items.split_at(items.len() / 2);
    (!first.is_empty()).then(|| (first.to_vec(), second.to_vec()))
}

fn inlines(text: &[Inline], depth: usize) -> Option<(Vec<Inline>, Vec<Inline>)> {
    if let Some(halves) = middle(text) {
        return Some(halves);
    }
    if depth > MAX_DEPTH {
        return None;
    }
    let wrapped = |inner: &[Inline], wrap: &dyn Fn(Vec<Inline>) -> Inline| {
        inlines(inner, depth + 1).map(|(first, second)| (vec![wrap(first)], vec![wrap(second)]))
    };
    let text_halves = |text: &str, wrap: &dyn Fn(String) -> Inline| {
        halves(text).map(|(first, second)| (vec![wrap(first)], vec![wrap(second)]))
    };
    match text.first()? {
        Inline::Text(text) => text_halves(text, &Inline::Text),
        Inline::Code(text) => text_halves(text, &Inline::Code),
        Inline::Bold(inner) => wrapped(inner, &Inline::Bold),
        Inline::Italic(inner) => wrapped(inner, &Inline::Italic),
        Inline::Strike(inner) => wrapped(inner, &Inline::Strike),
        Inline::Link { url, label } => {
            wrapped(label, &|label| Inline::Link { url: url.clone(), label })
        }
        _ => None,
    }
}

fn blocks(blocks: &[Block], depth: usize, losses: &mut Losses) -> Option<(Vec<Block>, Vec<Block>)> {
    if let Some(halves) = middle(blocks) {
        return Some(halves);
    }
    let mut pieces = cut(blocks.first()?, depth + 1, losses)?;
    let second = pieces.split_off(pieces.len().div_ceil(2));
    Some((pieces, second))
}

fn list(list: &List, depth: usize, losses: &mut Losses) -> Option<(List, List)> {
    let part = |items: Vec<Item>, before: usize| {
        let mut part = List::of(items);
        let before = u32::try_from(before).unwrap_or(u32::MAX);
        part.start = list.start.map(|start| start.saturating_add(before));
        part
    };
    if let Some((first, second)) = middle(&list.items) {
        let before = first.len();
        return Some((part(first, 0), part(second, before)));
    }
    let item = list.items.first()?;
    let (first, second) = blocks(&item.blocks, depth + 1, losses)?;
    let mut head = Item::of(first);
    head.done = item.done;
    Some((part(vec![head], 0), part(vec![Item::of(second)], 0)))
}

/// Each piece with the head above it; a row alone as keys and values.
fn table_pieces(table: &Table, losses: &mut Losses) -> Option<Vec<Block>> {
    let part = |rows| {
        let mut part = Table::default();
        part.columns.clone_from(&table.columns);
        part.rows = rows;
        Block::Table(part)
    };
    if let Some((first, second)) = middle(&table.rows) {
        return Some(vec![part(first), part(second)]);
    }
    losses.add(LossKind::Table, "a row too long is shown as a list");
    let lines = |cells: &[Vec<Inline>]| {
        let items = cells.iter().map(|cell| Item::of(vec![Block::Paragraph(cell.clone())]));
        Block::List(List::of(items.collect()))
    };
    let heads: Vec<_> = table.columns.iter().map(|column| column.head.clone()).collect();
    let mut pieces = vec![lines(&heads)];
    pieces.extend(table.rows.iter().map(|row| lines(row)));
    Some(pieces)
}

/// A field alone as a paragraph.
fn field_pieces(fields: &[Field]) -> Option<Vec<Block>> {
    if let Some(halves) = middle(fields) {
        return Some(both(halves, Block::Fields));
    }
    let field = fields.first()?;
    let mut text = vec![Inline::bold(field.key.as_str()), Inline::text(" ")];
    text.extend(field.value.iter().cloned());
    Some(vec![Block::Paragraph(text)])
}

fn picture(image: &Image, losses: &mut Losses) -> Option<Vec<Block>> {
    losses.add(LossKind::Image, "a picture is shown by its words, linked to it");
    let title = image.title.as_deref().map(|title| Block::Paragraph(vec![Inline::bold(title)]));
    let link = Block::Paragraph(vec![Inline::link(image.alt.as_str(), image.url.clone())]);
    Some(title.into_iter().chain([link]).collect())
}

fn progress(steps: &[Step]) -> Option<(Vec<Step>, Vec<Step>)> {
    middle(steps).or_else(|| {
        let step = steps.first()?;
        let (first, second) = halves(&step.text)?;
        Some((vec![Step::new(step.state, first)], vec![Step::new(step.state, second)]))
    })
}

/// An element alone as its words.
fn elements_pieces(elements: &[Element], losses: &mut Losses) -> Option<Vec<Block>> {
    if let Some(halves) = middle(elements) {
        return Some(both(halves, Block::Actions));
    }
    let element = elements.first()?;
    if let Element::Overflow(buttons) = element {
        let (first, second) = middle(buttons)?;
        return Some(vec![
            Block::Actions(vec![Element::Overflow(first)]),
            Block::Actions(vec![Element::Overflow(second)]),
        ]);
    }
    losses.add(LossKind::Actions, "drawn, and cannot be used");
    let words = match element {
        Element::Link { label, url } => Inline::link(label.as_str(), url.clone()),
        other => Inline::text(other.label()),
    };
    let mut pieces = vec![Block::Paragraph(vec![words])];
    if let Element::Menu(menu) = element
        && let MenuSource::Choices(choices) = &menu.source
    {
        let lines = choices.iter().map(|choice| match &choice.hint {
            Some(hint) => format!("{} – {hint}", choice.label),
            None => choice.label.clone(),
        });
        pieces.push(Block::List(List::bullets(lines)));
    }
    Some(pieces)
}

/// Text in two at the best border before its middle: behind a line end, a space, else between two
/// grapheme clusters. `None` for a cluster alone.
fn halves(text: &str) -> Option<(String, String)> {
    let half = (0..=text.len() / 2).rev().find(|&at| text.is_char_boundary(at))?;
    let window = text.get(..half)?;
    let after = |pattern: char| {
        let at = window.rfind(pattern)? + pattern.len_utf8();
        (at > half / 2 && at < text.len()).then_some(at)
    };
    let at = after('\n').or_else(|| after(' ')).or_else(|| {
        let mut borders = text.grapheme_indices(true).map(|(at, _)| at).filter(|&at| at > 0);
        let first = borders.next()?;
        Some(borders.take_while(|&at| at <= half).last().unwrap_or(first))
    })?;
    let (first, second) = text.split_at_checked(at)?;
    Some((first.to_owned(), second.to_owned()))
}
