//! A line that alone is too long for a part, in pieces.

use chatgate_core::LossKind;
use unicode_segmentation::UnicodeSegmentation;

use super::limit::Size;
use super::paint::Paint;
use crate::Losses;
use crate::layout::{Line, Look};

/// What stands where something was cut off.
const MARK: &str = "…";

/// Cuts a line into pieces whose painted text fits, behind a space where there is one in the second
/// half, else between clusters. Nothing is trimmed. A cluster that alone does not fit loses its style,
/// then is cut.
pub(super) fn pieces(line: &Line, paint: Paint, limit: Size, losses: &mut Losses) -> Vec<Line> {
    let mut cutter =
        Cutter { paint, limit, out: Vec::new(), piece: Vec::new(), size: Size::default() };
    for span in &line.spans {
        for cluster in span.text.graphemes(true) {
            cutter.take(cluster, span.look, losses);
        }
    }
    cutter.end(cutter.piece.len());
    cutter.out
}

struct Cutter<'a> {
    paint: Paint,
    limit: Size,
    out: Vec<Line>,
    piece: Vec<(&'a str, Look)>,
    size: Size,
}

impl<'a> Cutter<'a> {
    fn take(&mut self, cluster: &'a str, look: Look, losses: &mut Losses) {
        let (cluster, look) = self.fitting(cluster, look, losses);
        if cluster.is_empty() {
            return;
        }
        while !(self.size + self.cost(self.piece.last(), cluster, look)).fits(self.limit) {
            if self.piece.is_empty() {
                return;
            }
            self.end(self.border());
        }
        self.size += self.cost(self.piece.last(), cluster, look);
        self.piece.push((cluster, look));
    }

    /// What of a cluster fits a piece of its own.
    fn fitting(&self, cluster: &'a str, look: Look, losses: &mut Losses) -> (&'a str, Look) {
        if self.cost(None, cluster, look).fits(self.limit) {
            return (cluster, look);
        }
        let plain = Look::default();
        if self.cost(None, cluster, plain).fits(self.limit) {
            losses.add(LossKind::Style, "shown plain where style does not fit");
            return (cluster, plain);
        }
        losses.add(LossKind::Cut, "cut off where not one character fits");
        let marked = self.piece.last().is_some_and(|(last, _)| *last == MARK);
        let fits = !marked && self.cost(None, MARK, plain).fits(self.limit);
        (if fits { MARK } else { "" }, plain)
    }

    /// What a cluster adds behind another.
    fn cost(&self, behind: Option<&(&str, Look)>, cluster: &str, look: Look) -> Size {
        let text = Size::of(cluster);
        if behind.is_some_and(|(_, last)| *last == look) {
            return text;
        }
        let (open, close) = self.paint.around(look);
        text + Size::of(&open) + Size::of(close)
    }

    fn border(&self) -> usize {
        let space = self.piece.iter().rposition(|(cluster, _)| cluster.trim().is_empty());
        space.map(|at| at + 1).filter(|&at| at * 2 >= self.piece.len()).unwrap_or(self.piece.len())
    }

    fn end(&mut self, at: usize) {
        if self.piece.is_empty() {
            return;
        }
        let rest = self.piece.split_off(at);
        let mut line = Line::default();
        for (cluster, look) in std::mem::replace(&mut self.piece, rest) {
            line.push(cluster, look);
        }
        self.out.push(line);
        self.size = Size::default();
        for index in 0..self.piece.len() {
            let (cluster, look) = self.piece[index];
            let behind = index.checked_sub(1).and_then(|before| self.piece.get(before));
            let cost = self.cost(behind, cluster, look);
            self.size += cost;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(line: &Line, paint: Paint, chars: usize) -> (Vec<String>, Losses) {
        let mut losses = Losses::new();
        let limit = Size { chars, bytes: 1_000, blocks: 1, actions: 0 };
        let lines = pieces(line, paint, limit, &mut losses);
        (lines.iter().map(|line| paint.line(line)).collect(), losses)
    }

    #[test]
    fn words_stay_whole_and_spaces_stay() {
        let (lines, losses) = cut(&Line::plain("one two three"), Paint::Plain, 8);
        assert_eq!(lines, ["one two ", "three"]);
        assert!(losses.into_vec().is_empty());
    }

    #[test]
    fn escape_codes_count_and_are_repeated() {
        let (lines, _) = cut(&Line::of("abcdef", Look::default().bold()), Paint::Ansi, 12);
        assert_eq!(lines, ["\x1b[1mabcd\x1b[0m", "\x1b[1mef\x1b[0m"]);
    }

    #[test]
    fn style_goes_before_text_does() {
        let (lines, losses) = cut(&Line::of("ab", Look::default().bold()), Paint::Ansi, 1);
        assert_eq!(lines, ["a", "b"]);
        assert!(losses.has(LossKind::Style) && !losses.has(LossKind::Cut));
    }

    #[test]
    fn a_cluster_that_never_fits_leaves_a_mark() {
        let (lines, losses) = cut(&Line::plain("a👩‍👩‍👧b"), Paint::Plain, 3);
        assert_eq!(lines, ["a…b"]);
        assert!(losses.has(LossKind::Cut));
    }
}
