//! Pieces packed into parts, and parts into a post's text and its attachments.

use std::ops::Range;

use super::atom::{Atom, Border, Container, Head, Join, Kind, Slot};
use super::build::{CARD_BYTES, Card};
use super::size::Size;
use super::wire::{self, Attachment, Field};
use crate::json::text_bytes;

/// All pieces of a message, and what they belong to.
#[derive(Debug)]
pub(super) struct Pieces<'a> {
    pub(super) atoms: Vec<Atom<'a>>,
    pub(super) tables: Vec<Head>,
    pub(super) cards: Vec<Card>,
    pub(super) containers: Vec<Container>,
}

/// One part.
#[derive(Debug, Default)]
pub(super) struct Part<'a> {
    pub(super) message: String,
    pub(super) attachments: Vec<Attachment<'a>>,
    pub(super) notifies: bool,
}

impl<'a> Pieces<'a> {
    /// Which pieces make up each part: as few parts as good borders allow. Where a part is half full, a
    /// border between blocks is better than one between lines, and that better than one between words.
    pub(super) fn pack(&self, limit: Size) -> Vec<Range<usize>> {
        let mut parts = Vec::new();
        let mut start = 0;
        while start < self.atoms.len() {
            let end = self.end_of_part(limit, start);
            parts.push(start..end);
            start = end;
        }
        parts
    }

    fn end_of_part(&self, limit: Size, start: usize) -> usize {
        let mut size = Size::default();
        let mut best = (Border::Word, start + 1);
        let mut before: Option<&Atom<'_>> = None;
        for (index, atom) in self.atoms.iter().enumerate().skip(start) {
            size += self.opening(atom, before) + atom.size;
            if !size.fits(limit) {
                break;
            }
            let Some(next) = self.atoms.get(index + 1) else {
                return index + 1;
            };
            let is_half = size.is_half_of(limit);
            let border = if is_half { next.border } else { next.border.min(Border::Word) };
            best = best.max((border, index + 1));
            before = Some(atom);
        }
        best.1
    }

    /// What comes with a piece, by what is before it in its part.
    fn opening(&self, atom: &Atom<'_>, before: Option<&Atom<'_>>) -> Size {
        let mut size = Size::default();
        if before.is_none_or(|before| before.block != atom.block) {
            size.blocks = 1;
        }
        if before.is_some() {
            // A blank line, with the marks of the quotes that go on.
            let marks = 2 * atom.inside.len() + 2;
            size += Size { chars: marks, bytes: marks + 2, ..Size::default() };
        }
        if let Some(card) = atom.card.and_then(|card| self.cards.get(card))
            && before.is_none_or(|before| before.card != atom.card)
        {
            size.bytes += CARD_BYTES + text_bytes(&card.fallback);
        }
        if let Kind::Row { table, .. } = &atom.kind
            && before.is_none_or(|before| before.kind.table() != Some(*table))
        {
            size += self.tables.get(*table).map_or(Size::default(), |head| head.size);
        }
        size
    }

    /// The pieces of one part as what is sent.
    pub(super) fn part(&self, range: Range<usize>) -> Part<'a> {
        let mut part = Part::default();
        let mut before: Option<&Atom<'a>> = None;
        let mut card = None;
        for (index, atom) in self.atoms.iter().enumerate().take(range.end).skip(range.start) {
            part.notifies |= atom.notifies;
            let color = atom.card.and_then(|at| self.cards.get(at)).and_then(|it| it.color);
            let is_text = atom.kind.slot() == Slot::Text;
            // Where a part goes on with plain text, that is the post's own.
            let is_own =
                atom.card.is_none() || is_text && color.is_none() && part.attachments.is_empty();
            if let Kind::Native(payload) = atom.kind {
                part.attachments.push(Attachment::Native(payload));
                (before, card) = (None, None);
                continue;
            }
            if is_own {
                before = before.filter(|_| card.is_none());
                self.write(index, atom, before, range.start, &mut part.message);
            } else {
                if card != atom.card {
                    let fallback = atom.card.and_then(|at| self.cards.get(at));
                    let fallback = fallback.map(|it| it.fallback.clone()).unwrap_or_default();
                    let opened = wire::Card { fallback, color, ..wire::Card::default() };
                    part.attachments.push(Attachment::Card(opened));
                    (before, card) = (None, atom.card);
                }
                if let Some(Attachment::Card(opened)) = part.attachments.last_mut() {
                    match &atom.kind {
                        Kind::Field { title, value, short } => opened.fields.push(Field {
                            title: title.clone(),
                            value: value.clone(),
                            short: *short,
                        }),
                        Kind::Action(action) => opened.actions.push((**action).clone()),
                        Kind::Footer(text) => opened.footer.clone_from(text),
                        _ => self.write(index, atom, before, range.start, &mut opened.text),
                    }
                }
            }
            before = Some(atom);
        }
        part
    }

    /// Writes lines of text below those that are there.
    fn write(
        &self,
        index: usize,
        atom: &Atom<'_>,
        before: Option<&Atom<'_>>,
        start: usize,
        out: &mut String,
    ) {
        let before = before.filter(|_| !out.is_empty());
        if let Some(before) = before {
            out.push('\n');
            if atom.join == Join::BlankLine {
                let common = atom.inside.iter().zip(&before.inside);
                let common = common.take_while(|(a, b)| a == b).map(|(at, _)| *at);
                let at = out.len();
                common.for_each(|container| self.prefix(container, None, start, out));
                out.truncate(at + out.get(at..).unwrap_or_default().trim_end().len());
                out.push('\n');
            }
        }
        let mut mark = Some(index);
        let mut line = |text: &str, out: &mut String, is_last: bool| {
            for container in &atom.inside {
                self.prefix(*container, mark, start, out);
            }
            mark = None;
            out.push_str(text);
            if !is_last {
                out.push('\n');
            }
        };
        let text = match &atom.kind {
            Kind::Row { table, text } => {
                if before.and_then(|before| before.kind.table()) != Some(*table)
                    && let Some(head) = self.tables.get(*table)
                {
                    head.text.split('\n').for_each(|text| line(text, out, false));
                }
                text
            }
            Kind::Text(text) => text,
            _ => return,
        };
        let mut lines = text.split('\n').peekable();
        while let Some(text) = lines.next() {
            line(text, out, lines.peek().is_none());
        }
    }

    /// Writes what stands before a line: a quote's mark; an item's mark before its first line, and
    /// below it, where it is in the same part, as much white space.
    fn prefix(&self, container: usize, at: Option<usize>, start: usize, out: &mut String) {
        let Some(container) = self.containers.get(container) else { return };
        let Some(mark) = &container.mark else {
            out.push_str("> ");
            return;
        };
        if at.is_some() && container.first == at {
            out.push_str(mark);
        } else if container.first.is_some_and(|first| first >= start) {
            out.extend(std::iter::repeat_n(' ', container.width()));
        }
    }
}

impl Kind<'_> {
    fn table(&self) -> Option<usize> {
        match self {
            Self::Row { table, .. } => Some(*table),
            _ => None,
        }
    }
}
