//! Text cut into pieces at the best border.

use unicode_segmentation::UnicodeSegmentation;

/// Cuts text into pieces of at most `max_chars` characters (Unicode scalar values), at the best border
/// in the second half of a piece: a blank line, a line end, a space, at worst between grapheme
/// clusters; inside a cluster only where it alone is longer. The pieces together are the text: nothing
/// is trimmed. A limit of 0 counts as 1.
///
/// ```
/// use chatgate_render::split_text;
/// let pieces: Vec<_> = split_text("one two three", 8).collect();
/// assert_eq!(pieces, ["one two ", "three"]);
/// ```
pub fn split_text(text: &str, max_chars: usize) -> impl Iterator<Item = &str> {
    let max_chars = max_chars.max(1);
    let mut rest = text;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let (piece, tail) = rest.split_at(border(rest, max_chars));
        rest = tail;
        Some(piece)
    })
}

/// Where the first piece ends, in bytes; more than 0 for a text that is not empty.
fn border(text: &str, max_chars: usize) -> usize {
    let Some((end, _)) = text.char_indices().nth(max_chars) else {
        return text.len();
    };
    let half = text.char_indices().nth(max_chars / 2).map_or(0, |(half, _)| half);
    let window = &text[..end];
    let after = |pattern: &str| {
        let at = window.rfind(pattern)? + pattern.len();
        (at > half).then_some(at)
    };
    after("\n\n").or_else(|| after("\n")).or_else(|| after(" ")).unwrap_or_else(|| {
        // A border of the whole text, not of the window: a cluster may go on behind its end.
        let clusters = text.grapheme_indices(true).map(|(at, _)| at);
        clusters.take_while(|&at| at <= end).last().filter(|&at| at > 0).unwrap_or(end)
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn pieces(text: &str, max_chars: usize) -> Vec<&str> {
        split_text(text, max_chars).collect()
    }

    #[test]
    fn the_best_border_wins() {
        assert_eq!(pieces("aaa\n\nbbb\nccc d", 12), ["aaa\n\nbbb\n", "ccc d"]);
        assert_eq!(pieces("aaaaa\n\nb\ncc", 9), ["aaaaa\n\n", "b\ncc"]);
        assert_eq!(pieces("abcdef", 4), ["abcd", "ef"]);
        assert_eq!(pieces("", 4), Vec::<&str>::new());
    }

    #[test]
    fn clusters_stay_whole_where_they_fit() {
        let family = "👩‍👩‍👧";
        assert_eq!(pieces(&format!("abc{family}"), 6), ["abc", family]);
        assert_eq!(pieces(family, 2).concat(), family);
    }

    proptest! {
        #[test]
        fn nothing_is_lost_and_nothing_is_too_long(text in any::<String>(), max in 0_usize..20) {
            let pieces = pieces(&text, max);
            prop_assert_eq!(pieces.concat(), text.as_str());
            for piece in pieces {
                prop_assert!(piece.chars().count() <= max.max(1));
            }
        }
    }
}
