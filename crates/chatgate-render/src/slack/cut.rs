//! Text that is too long for one element, in pieces.

use std::collections::VecDeque;

use unicode_segmentation::UnicodeSegmentation;

use super::measure::Size;
use super::span::{Span, size};

/// How good a place is for cutting, worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Border {
    Cluster,
    Space,
    Line,
    BlankLine,
}

/// Cuts spans into pieces that fit, at the best border in the second half of a piece; nothing is
/// trimmed. The limit is never so small that not one character fits.
pub(super) fn cut(spans: Vec<Span<'_>>, limit: Size) -> Vec<Vec<Span<'_>>> {
    if size(&spans).fits(limit) {
        return vec![spans];
    }
    let mut rest = VecDeque::from(spans);
    let mut pieces = Vec::new();
    while let Some((index, at)) = border(&rest, limit) {
        let mut piece: Vec<_> = rest.drain(..index).collect();
        if at > 0
            && let Some(span) = rest.front_mut()
        {
            let tail = span.split_at(at);
            piece.push(std::mem::replace(span, tail));
        }
        pieces.push(piece);
    }
    pieces.push(rest.into());
    pieces
}

/// Where the first piece ends: in which span, and behind how many of its bytes. `None` where
/// everything fits.
fn border(spans: &VecDeque<Span<'_>>, limit: Size) -> Option<(usize, usize)> {
    let mut taken = Size::default();
    let mut best = (Border::Cluster, 0, 0);
    let mut line_ends = 0;
    for (index, span) in spans.iter().enumerate() {
        let Some(text) = span.divisible() else {
            taken += span.size();
            if !taken.fits(limit) {
                return Some((best.1, best.2)).filter(|place| *place != (0, 0));
            }
            if best.0 == Border::Cluster {
                best = (Border::Cluster, index + 1, 0);
            }
            line_ends = 0;
            continue;
        };
        taken += span.size().minus(Size::text(text));
        for (at, cluster) in text.grapheme_indices(true) {
            taken += Size::text(cluster);
            if !taken.fits(limit) {
                let place = Some((best.1, best.2)).filter(|place| *place != (0, 0));
                return place.or_else(|| first_char(text));
            }
            line_ends = if cluster.ends_with('\n') { line_ends + 1 } else { 0 };
            let border = match line_ends {
                _ if !taken.is_half_of(limit) => Border::Cluster,
                0 if cluster.trim().is_empty() => Border::Space,
                0 => Border::Cluster,
                1 => Border::Line,
                _ => Border::BlankLine,
            };
            if border >= best.0 {
                let behind = at + cluster.len();
                let whole = behind == text.len();
                best = if whole { (border, index + 1, 0) } else { (border, index, behind) };
            }
        }
    }
    None
}

/// Behind the first character, where its cluster alone is too long.
fn first_char(text: &str) -> Option<(usize, usize)> {
    let first = text.chars().next()?.len_utf8();
    (first < text.len()).then_some((0, first))
}
