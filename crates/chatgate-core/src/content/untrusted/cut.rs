//! Text that is cut off where it may be no longer.

/// How far back a cut looks for the end of a word.
const WORD_CHARS: usize = 80;

/// The beginning of a text, of at most so many characters: up to the end of a word where there is one,
/// and never with half an emoji or a letter without its marks.
pub(super) fn cut(text: &str, most_chars: usize) -> &str {
    let Some((most, next)) = text.char_indices().nth(most_chars) else { return text };
    let kept = &text[..most];
    if next.is_whitespace() {
        return kept;
    }
    let back = kept.char_indices().rev().take(WORD_CHARS);
    if let Some((at, _)) = back.clone().find(|(_, c)| c.is_whitespace())
        && at > 0
    {
        return &text[..at];
    }
    let mut next = next;
    for (at, c) in std::iter::once((most, next)).chain(back) {
        // What stands before `at` is kept when neither side belongs to the other.
        let before = text[..at].chars().next_back();
        if !joins(next) && before != Some(ZERO_WIDTH_JOINER) {
            return &text[..at];
        }
        next = before.unwrap_or(c);
    }
    kept
}

const ZERO_WIDTH_JOINER: char = '\u{200d}';

/// Whether a character belongs to the one before it: marks, variations, tones of skin, joiners.
fn joins(c: char) -> bool {
    matches!(c,
        '\u{300}'..='\u{36f}' | '\u{20d0}'..='\u{20ff}' | '\u{fe00}'..='\u{fe0f}'
        | '\u{1f3fb}'..='\u{1f3ff}' | ZERO_WIDTH_JOINER)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cut_keeps_words_and_clusters_whole() {
        assert_eq!(cut("a few words", 11), "a few words");
        assert_eq!(cut("a few words", 10), "a few");
        assert_eq!(cut("a few words", 5), "a few");
        assert_eq!(cut("abcdef", 3), "abc");
        assert_eq!(cut("abe\u{301}", 3), "ab");
        assert_eq!(cut("ab👩\u{200d}👧", 3), "ab");
        assert_eq!(cut("ab👩\u{200d}👧", 4), "ab");
        assert_eq!(cut("abc", 0), "");
        // A mark that nobody can count on is cut all the same.
        let marks = format!("a{}", "\u{301}".repeat(500));
        assert_eq!(cut(&marks, 300).chars().count(), 300);
    }
}
