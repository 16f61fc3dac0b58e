//! Styled text wrapped by words.

use unicode_segmentation::UnicodeSegmentation;

use super::line::{Line, Look};
use crate::display_width;
use crate::width::is_narrow;

/// One line of wrapped text.
#[derive(Debug)]
pub(crate) struct Wrapped {
    pub(crate) line: Line,
    /// Whether the line before was broken between words, not ended by its author.
    pub(crate) continues: bool,
}

/// Wraps text to `columns`, at least one line. `\n` ends a line; wide characters may be parted from
/// what stands before them, as CJK has no spaces; a word that alone is too wide is cut between clusters,
/// and only a cluster that alone is too wide between characters.
pub(crate) fn wrap(text: &Line, columns: usize) -> Vec<Wrapped> {
    if fits(text, columns) {
        return vec![Wrapped { line: text.clone(), continues: false }];
    }
    let mut wrapper = Wrapper { columns: columns.max(1), ..Wrapper::default() };
    for span in &text.spans {
        for cluster in span.text.graphemes(true) {
            wrapper.take(cluster, span.look);
        }
    }
    wrapper.end_line();
    wrapper.lines
}

/// Whether text is one line as it is: most cells of tables are.
fn fits(text: &Line, columns: usize) -> bool {
    let ends =
        |text: &str| text.starts_with(char::is_whitespace) || text.ends_with(char::is_whitespace);
    let [span] = text.spans.as_slice() else { return false };
    is_narrow(&span.text) && span.text.len() <= columns && !ends(&span.text)
}

#[derive(Default)]
struct Wrapper {
    columns: usize,
    lines: Vec<Wrapped>,
    line: Sized,
    space: Sized,
    word: Sized,
    continues: bool,
}

#[derive(Default)]
struct Sized {
    line: Line,
    width: usize,
}

impl Sized {
    fn push(&mut self, cluster: &str, look: Look, width: usize) {
        self.line.push(cluster, look);
        self.width += width;
    }

    fn append(&mut self, other: Self) {
        self.line.append(&other.line);
        self.width += other.width;
    }
}

impl Wrapper {
    fn take(&mut self, cluster: &str, look: Look) {
        let width = display_width(cluster);
        if cluster == "\n" {
            self.end_line();
            self.continues = false;
        } else if is_space(cluster) {
            self.end_word();
            self.space.push(cluster, look, width);
        } else {
            if width > 1 {
                self.end_word();
            }
            self.word.push(cluster, look, width);
        }
    }

    fn end_word(&mut self) {
        let word = std::mem::take(&mut self.word);
        if word.line.is_empty() {
            return;
        }
        let space = std::mem::take(&mut self.space);
        if self.line.width + space.width + word.width <= self.columns {
            self.line.append(space);
            self.line.append(word);
            return;
        }
        if !self.line.line.is_empty() {
            self.break_line();
        }
        if word.width <= self.columns {
            self.line = word;
            return;
        }
        let columns = self.columns;
        for span in &word.line.spans {
            for piece in span.text.graphemes(true).flat_map(|cluster| pieces(columns, cluster)) {
                let width = display_width(piece);
                if self.line.width + width > self.columns && !self.line.line.is_empty() {
                    self.break_line();
                }
                self.line.push(piece, span.look, width);
            }
        }
    }

    fn break_line(&mut self) {
        let line = std::mem::take(&mut self.line).line;
        self.lines.push(Wrapped { line, continues: self.continues });
        self.continues = true;
    }

    fn end_line(&mut self) {
        self.end_word();
        self.space = Sized::default();
        self.break_line();
    }
}

/// The cluster, or its characters where no line could hold it whole.
fn pieces(columns: usize, cluster: &str) -> impl Iterator<Item = &str> {
    let is_whole = display_width(cluster) <= columns;
    cluster.split_inclusive(move |_: char| !is_whole)
}

/// White space that may be broken at: not the no-break spaces.
fn is_space(cluster: &str) -> bool {
    cluster.chars().all(|c| c.is_whitespace() && !matches!(c, '\u{a0}' | '\u{2007}' | '\u{202f}'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str, columns: usize) -> Vec<String> {
        wrap(&Line::plain(text), columns).into_iter().map(|wrapped| wrapped.line.text()).collect()
    }

    #[test]
    fn words_stay_whole_and_spaces_inside_a_line_stay() {
        assert_eq!(lines("a  b ccc", 5), ["a  b", "ccc"]);
        assert_eq!(lines("  indented", 20), ["  indented"]);
        assert_eq!(lines("a\n\nb", 20), ["a", "", "b"]);
        assert_eq!(lines("", 20), [""]);
    }

    #[test]
    fn a_word_too_wide_is_cut_between_clusters() {
        assert_eq!(lines("to abcdefgh", 4), ["to", "abcd", "efgh"]);
        assert_eq!(lines("e\u{301}e\u{301}e\u{301}", 2), ["e\u{301}e\u{301}", "e\u{301}"]);
        // A sign and a spacing mark are one cluster, three columns wide.
        assert_eq!(lines("🟰\u{113ca}", 3), ["🟰\u{113ca}"]);
        assert_eq!(lines("🟰\u{113ca}", 2), ["🟰", "\u{113ca}"]);
    }

    #[test]
    fn wide_characters_break_anywhere_but_never_in_half() {
        assert_eq!(lines("日本語テキスト", 5), ["日本", "語テ", "キス", "ト"]);
        assert_eq!(lines("to 日本語", 6), ["to 日", "本語"]);
        assert_eq!(lines("👩‍👩‍👧👩‍👩‍👧!", 3), ["👩‍👩‍👧", "👩‍👩‍👧!"]);
    }

    #[test]
    fn a_word_over_several_looks_is_one_word() {
        let mut text = Line::plain("ab cd");
        text.push("ef", Look::default().bold());
        let lines: Vec<_> = wrap(&text, 6).into_iter().map(|wrapped| wrapped.line.text()).collect();
        assert_eq!(lines, ["ab", "cdef"]);
    }

    #[test]
    fn only_breaks_between_words_continue() {
        let continues: Vec<_> =
            wrap(&Line::plain("aa bb\ncc"), 2).iter().map(|wrapped| wrapped.continues).collect();
        assert_eq!(continues, [false, true, false]);
    }
}
