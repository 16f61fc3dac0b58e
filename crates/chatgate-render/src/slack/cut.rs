//! Text that is too long for one element, in pieces.

use std::collections::VecDeque;

use unicode_segmentation::GraphemeCursor;

use super::measure::{Size, escaped_char};
use super::span::{Span, continues, size};

/// How good a place is for cutting, worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Border {
    Element,
    Word,
    Sentence,
    Line,
    Paragraph,
}

/// Between which spans, and behind how many bytes of the second.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Position {
    span: usize,
    at: usize,
}

/// Cuts spans into pieces that fit, at the best border in the second half of a piece, at worst between
/// two clusters; inside a cluster only where it alone is longer. Nothing is trimmed. The limit is never
/// so small that not one character fits.
pub(super) fn cut(spans: Vec<Span<'_>>, limit: Size) -> Vec<(Vec<Span<'_>>, Size)> {
    let whole = size(&spans);
    if whole.fits(limit) {
        return vec![(spans, whole)];
    }
    let mut rest = VecDeque::from(spans);
    let mut pieces = Vec::new();
    while let Some(end) = border(rest.make_contiguous(), limit) {
        let mut piece: Vec<_> = rest.drain(..end.span).collect();
        if end.at > 0
            && let Some(span) = rest.front_mut()
        {
            let tail = span.split_at(end.at);
            piece.push(std::mem::replace(span, tail));
        }
        let size = size(&piece);
        pieces.push((piece, size));
    }
    let rest = Vec::from(rest);
    let size = size(&rest);
    pieces.push((rest, size));
    pieces
}

/// Where the first piece ends; `None` where everything fits.
fn border(spans: &[Span<'_>], limit: Size) -> Option<Position> {
    let end = first(spans, |size| !size.fits(limit))?;
    let half = first(spans, |size| size.is_half_of(limit)).unwrap_or(end);
    let best = best(spans, half, end).filter(|&place| is_between_clusters(spans, place));
    best.or_else(|| cluster(spans, end)).filter(|place| *place != Position { span: 0, at: 0 })
}

/// Before the first character, or span that is never cut, with which the size is `reached`.
fn first(spans: &[Span<'_>], reached: impl Fn(Size) -> bool) -> Option<Position> {
    let mut taken = Size::default();
    let mut before = None;
    for (index, span) in spans.iter().enumerate() {
        let text = span.divisible();
        let whole = match (before.replace(span), text) {
            (Some(before), Some(text)) if continues(before, span) => Size::text(text),
            _ => span.size(),
        };
        if !reached(taken + whole) {
            taken += whole;
            continue;
        }
        let Some(text) = text else {
            return Some(Position { span: index, at: 0 });
        };
        taken += whole.minus(Size::text(text));
        for (at, c) in text.char_indices() {
            let Size { units, .. } = escaped_char(c);
            taken +=
                Size { units, weight: units, bytes: crate::json::char_bytes(c), ..Size::default() };
            if reached(taken) {
                return Some(Position { span: index, at });
            }
        }
        return Some(Position { span: index + 1, at: 0 });
    }
    None
}

/// The last of the best borders between two places.
fn best(spans: &[Span<'_>], from: Position, to: Position) -> Option<Position> {
    let mut best: Option<(Border, Position)> = None;
    let mut before = ' ';
    for (index, span) in spans.iter().enumerate().take(to.span + 1).skip(from.span) {
        let start = if index == from.span { from.at } else { 0 };
        let Some(text) = span.divisible() else {
            if index < to.span {
                let place = Position { span: index + 1, at: 0 };
                best = best
                    .filter(|(border, _)| *border > Border::Element)
                    .or(Some((Border::Element, place)));
            }
            before = ' ';
            continue;
        };
        let end = if index == to.span { to.at } else { text.len() };
        for (at, c) in text.get(start..end).unwrap_or_default().char_indices() {
            let border = match (before, c) {
                ('\n', '\n') => Some(Border::Paragraph),
                (_, '\n') => Some(Border::Line),
                (_, '。' | '！' | '？') => Some(Border::Sentence),
                ('.' | '!' | '?' | '…' | ':' | ';', c) if c.is_whitespace() => {
                    Some(Border::Sentence)
                }
                (_, c) if c.is_whitespace() => Some(Border::Word),
                _ => None,
            };
            before = c;
            let Some(border) = border else { continue };
            let behind = start + at + c.len_utf8();
            let place = if behind == text.len() {
                Position { span: index + 1, at: 0 }
            } else {
                Position { span: index, at: behind }
            };
            if best.is_none_or(|(other, _)| border >= other) {
                best = Some((border, place));
            }
        }
    }
    best.map(|(_, place)| place)
}

fn is_between_clusters(spans: &[Span<'_>], place: Position) -> bool {
    let text = spans.get(place.span).and_then(Span::divisible).unwrap_or_default();
    let mut cursor = GraphemeCursor::new(place.at, text.len(), true);
    // All of the text is there, so nothing more is asked for.
    place.at == 0 || cursor.is_boundary(text, 0).unwrap_or(true)
}

/// Between two clusters, at a place or before it; inside the first one where it alone is too long.
fn cluster(spans: &[Span<'_>], end: Position) -> Option<Position> {
    if is_between_clusters(spans, end) && end != (Position { span: 0, at: 0 }) {
        return Some(end);
    }
    let text = spans.get(end.span).and_then(Span::divisible)?;
    let before = GraphemeCursor::new(end.at, text.len(), true).prev_boundary(text, 0).ok()?;
    match before {
        Some(at) if at > 0 || end.span > 0 => Some(Position { at, ..end }),
        _ if end.at > 0 => Some(end),
        // Not even one character fits: it is the limit that is wrong.
        _ => {
            let first = text.chars().next()?.len_utf8();
            (first < text.len()).then_some(Position { at: first, ..end })
        }
    }
}
