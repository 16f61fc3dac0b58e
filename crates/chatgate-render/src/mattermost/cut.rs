//! Text that is too long for one part, in pieces.

use std::collections::VecDeque;

use unicode_segmentation::UnicodeSegmentation;

use super::escape::{JOINER, MOST_BACKTICKS};
use super::size::Size;
use super::span::Span;
use crate::inlines::Look;
use crate::json::{char_bytes, text_bytes};

/// How good a place is for cutting, worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    Cluster,
    Space,
    Line,
    BlankLine,
}

/// Cuts spans into pieces that fit, at the best place in the second half of a piece; nothing is
/// trimmed. Each line has so many characters before it.
pub(super) fn cut(spans: Vec<Span<'_>>, limit: Size, line: usize) -> Vec<Vec<Span<'_>>> {
    let mut rest = VecDeque::from(spans);
    let mut pieces = Vec::new();
    while let Some((index, at)) = place(&rest, limit, line) {
        let mut piece: Vec<_> = rest.drain(..index).collect();
        if at > 0
            && let Some(span) = rest.front_mut()
        {
            let tail = span.split_off(at);
            piece.push(std::mem::replace(span, tail));
        }
        pieces.push(piece);
    }
    pieces.push(rest.into());
    pieces
}

/// Where the first piece ends: in which span, and behind how many of its bytes. `None` where
/// everything fits.
fn place(spans: &VecDeque<Span<'_>>, limit: Size, line: usize) -> Option<(usize, usize)> {
    let mut taken = chars(line + 1);
    let mut best = (Place::Cluster, 0, 0);
    let mut line_ends = 0;
    for (index, span) in spans.iter().enumerate() {
        taken += opening(span);
        let Some(text) = span.divisible() else {
            if !taken.fits(limit) {
                return Some((best.1, best.2)).filter(|place| *place != (0, 0));
            }
            if best.0 == Place::Cluster {
                best = (Place::Cluster, index + 1, 0);
            }
            line_ends = 0;
            continue;
        };
        for (at, cluster) in text.grapheme_indices(true) {
            taken += cluster.chars().fold(Size::default(), |size, c| size + most(c, span, line));
            if !taken.fits(limit) {
                let place = Some((best.1, best.2)).filter(|place| *place != (0, 0));
                return place.or_else(|| first_char(text));
            }
            line_ends = if cluster.ends_with('\n') { line_ends + 1 } else { 0 };
            let place = match line_ends {
                _ if !taken.is_half_of(limit) => Place::Cluster,
                0 if cluster.trim().is_empty() => Place::Space,
                0 => Place::Cluster,
                1 => Place::Line,
                _ => Place::BlankLine,
            };
            if place >= best.0 {
                let behind = at + cluster.len();
                let whole = behind == text.len();
                best = if whole { (place, index + 1, 0) } else { (place, index, behind) };
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

/// At most what a span takes besides its text.
fn opening(span: &Span<'_>) -> Size {
    match span {
        Span::Text { text, look } => marks(*look) + code_marks(text, *look),
        Span::Link { url, text, look } => {
            // Each character may be written as three, and an address without a text is one.
            let address = chars(url.chars().count() * 3 + 4);
            let shown = if text.is_none() {
                url.chars().fold(Size::default(), |size, c| size + most(c, span, 0))
            } else {
                Size::default()
            };
            let code = code_marks(span.words(), *look);
            marks(*look) + code + address + shown
        }
        Span::Live { text, look, .. } => marks(*look) + Size::text(text) + chars(2),
    }
}

/// At most what the marks of a style take on one line, with joiners between them.
fn marks(look: Look) -> Size {
    if look.is_plain() { chars(1) } else { chars(18) }
}

fn code_marks(text: &str, look: Look) -> Size {
    // No run of backticks is longer than all of them.
    let ticks = text.chars().filter(|c| *c == '`').take(MOST_BACKTICKS).count();
    chars(if look.code { 2 * (ticks + 2) } else { 0 })
}

/// At most what a character takes when it is escaped.
fn most(c: char, span: &Span<'_>, line: usize) -> Size {
    let (look, is_label) = match span {
        Span::Text { look, .. } => (*look, false),
        Span::Link { look, .. } | Span::Live { look, .. } => (*look, true),
    };
    let more = match c {
        '\n' => line + 1 + marks(look).chars,
        '\\' | '*' | '`' | '[' | ']' | '|' | '_' | '~' if look.italic || is_label => 6,
        '~' => 2,
        '<' | '&' | '$' => 4,
        '\\' | '*' | '`' | '[' | ']' | '|' | '_' => 1,
        '@' | '#' | ':' | ';' | 'x' | 'X' | '.' | '/' => 1,
        _ => 0,
    };
    Size { chars: 1 + more, bytes: char_bytes(c) + more * JOINER.len_utf8(), ..Size::default() }
}

/// So many characters, each as long as the longest that is added.
fn chars(count: usize) -> Size {
    Size { chars: count, bytes: count * JOINER.len_utf8(), ..Size::default() }
}

/// What a line of code takes, with what stands before it.
pub(super) fn code_line(text: &str, line: usize) -> Size {
    let all = Size { chars: text.chars().count(), bytes: text_bytes(text), ..Size::default() };
    all + chars(line + 1)
}
