//! Pieces packed into parts, and parts into Slack's blocks.

use std::ops::Range;

use super::atom::{Atom, Border, Head, Kind, Seat};
use super::measure::Size;
use super::span::{Look, Span, is_blank};
use super::wire::{Block, Cell, Rich, Text};

/// Which atoms make up each part: as few parts as good borders allow. Where a part is half full, a
/// border between blocks is better than one between lines, and that better than one between words.
pub(super) fn pack(atoms: &[Atom<'_>], tables: &[Head<'_>], limit: Size) -> Vec<Range<usize>> {
    let mut parts = Vec::new();
    let mut start = 0;
    while start < atoms.len() {
        let end = end_of_part(atoms, tables, limit, start);
        parts.push(start..end);
        start = end;
    }
    parts
}

fn end_of_part(atoms: &[Atom<'_>], tables: &[Head<'_>], limit: Size, start: usize) -> usize {
    let mut size = Size::default();
    let mut best = (Border::Word, start + 1);
    for end in start + 1..=atoms.len() {
        let atom = &atoms[end - 1];
        if end - 1 == start || atoms[end - 2].group != atom.group {
            size += opening(&atom.kind, tables);
        }
        size += atom.size;
        if !size.fits(limit) {
            break;
        }
        let Some(next) = atoms.get(end) else {
            return end;
        };
        let border =
            if size.is_half_of(limit) { next.border } else { next.border.min(Border::Word) };
        best = best.max((border, end));
    }
    best.1
}

/// What opening a block takes.
fn opening(kind: &Kind<'_>, tables: &[Head<'_>]) -> Size {
    let head = match kind {
        Kind::Row { table, .. } => tables.get(*table).map_or(Size::default(), |head| head.size),
        _ => Size::default(),
    };
    Size::block() + head
}

/// The atoms of one part as blocks.
pub(super) fn blocks<'a>(
    atoms: impl Iterator<Item = Atom<'a>>,
    tables: &[Head<'a>],
) -> Vec<Block<'a>> {
    let mut blocks: Vec<Block<'a>> = Vec::new();
    let mut group = None;
    for atom in atoms {
        let kind = if group == Some(atom.group) {
            match blocks.last_mut() {
                Some(block) => add(block, atom.kind),
                None => Some(atom.kind),
            }
        } else {
            Some(atom.kind)
        };
        if let Some(kind) = kind {
            blocks.push(open(kind, tables));
        }
        group = Some(atom.group);
    }
    blocks
}

/// Adds a piece to the block of its group; gives it back where it does not belong there.
fn add<'a>(block: &mut Block<'a>, kind: Kind<'a>) -> Option<Kind<'a>> {
    match (block, kind) {
        (Block::RichText { elements }, kind) if kind.is_rich() => add_rich(elements, kind),
        (Block::Section { fields, .. }, Kind::Field { text, .. }) => {
            fields.push(text);
            None
        }
        (Block::Actions { elements, .. }, Kind::Control { control, .. }) => {
            elements.push(*control);
            None
        }
        (Block::Table { rows, .. }, Kind::Row { cells, .. }) => {
            rows.push(cells.into_iter().map(cell).collect());
            None
        }
        (_, kind) => Some(kind),
    }
}

fn add_rich<'a>(elements: &mut Vec<Rich<'a>>, kind: Kind<'a>) -> Option<Kind<'a>> {
    let border = u8::from;
    match kind {
        Kind::Section(spans) => elements.push(Rich::Section { elements: spans }),
        Kind::Quote { spans, is_inner } => {
            elements.push(Rich::Quote { elements: spans, border: border(is_inner) });
        }
        Kind::Code { spans, is_quoted } => {
            elements.push(Rich::Preformatted { elements: spans, border: border(is_quoted) });
        }
        Kind::Item { mark, spans } => {
            let item = Rich::Section { elements: spans };
            let wanted = if mark.is_ordered { "ordered" } else { "bullet" };
            let quoted = border(mark.is_quoted);
            let offset = if mark.is_ordered { mark.number.saturating_sub(1) } else { 0 };
            match elements.last_mut() {
                Some(Rich::List { style, indent, border, offset: first, elements: items })
                    if *style == wanted
                        && *indent == mark.indent
                        && *border == quoted
                        && (!mark.is_ordered || continues(*first, items.len(), offset)) =>
                {
                    items.push(item);
                }
                _ => elements.push(Rich::List {
                    style: wanted,
                    indent: mark.indent,
                    border: quoted,
                    offset,
                    elements: vec![item],
                }),
            }
        }
        other => return Some(other),
    }
    None
}

/// Whether an item with this offset comes next in an ordered list.
fn continues(first: u32, items: usize, offset: u32) -> bool {
    u32::try_from(items).is_ok_and(|items| first.saturating_add(items) == offset)
}

fn open<'a>(kind: Kind<'a>, tables: &[Head<'a>]) -> Block<'a> {
    match kind {
        Kind::Header { text } => Block::Header { text },
        Kind::Divider => Block::Divider,
        Kind::Field { text, .. } => {
            Block::Section { block_id: None, text: None, fields: vec![text], accessory: None }
        }
        Kind::Context { text, .. } => Block::Context { elements: [text] },
        Kind::Image { url, alt, title } => {
            Block::Image { image_url: url, alt_text: alt, title: title.map(Text::plain) }
        }
        Kind::Control { control, seat: Seat::Row, block_id, .. } => {
            Block::Actions { block_id, elements: vec![*control] }
        }
        Kind::Control { control, label, seat: Seat::Beside, block_id } => Block::Section {
            block_id,
            text: Some(Text::plain(label)),
            fields: Vec::new(),
            accessory: Some(control),
        },
        Kind::Row { table, cells } => {
            let mut rows = Vec::new();
            let mut column_settings = Vec::new();
            if let Some(head) = tables.get(table) {
                column_settings.clone_from(&head.settings);
                rows.extend(head.cells.clone().map(|cells| cells.into_iter().map(cell).collect()));
            }
            rows.push(cells.into_iter().map(cell).collect());
            Block::Table { column_settings, rows }
        }
        Kind::Native { payload, .. } => Block::Native(payload),
        rich => {
            let mut elements = Vec::with_capacity(1);
            add_rich(&mut elements, rich);
            Block::RichText { elements }
        }
    }
}

fn cell(mut spans: Vec<Span<'_>>) -> Cell<'_> {
    if is_blank(&spans) {
        return Cell::RawText { text: " ".into() };
    }
    match spans.as_mut_slice() {
        [Span::Text { text, style }] if *style == Look::default() => {
            Cell::RawText { text: std::mem::take(text) }
        }
        _ => Cell::RichText { elements: [Rich::Section { elements: spans }] },
    }
}
