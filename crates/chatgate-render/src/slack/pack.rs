//! Pieces packed into parts.

use std::ops::Range;

use super::atom::{Atom, Border, Head, Kind};
use super::measure::Size;

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
