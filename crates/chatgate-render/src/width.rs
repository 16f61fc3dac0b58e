//! How wide text is on a terminal, in columns.

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

use crate::bytes;
use crate::layout::{Line, Look, wrap};
use crate::sanitise;

/// How many columns text takes on a terminal: CJK characters and emoji two, combining characters none.
///
/// ```
/// use chatgate_render::display_width;
/// assert_eq!(display_width("api"), 3);
/// assert_eq!(display_width("日本"), 4);
/// assert_eq!(display_width("👩‍👩‍👧"), 2);
/// ```
#[must_use]
pub fn display_width(text: &str) -> usize {
    if is_narrow(text) { text.len() } else { text.width() }
}

/// Whether text is printable ASCII, a column each.
pub(crate) fn is_narrow(text: &str) -> bool {
    !bytes::any(text, |byte| !(0x20..0x7f).contains(&byte))
}

/// Text in at most `columns` columns: what is too long ends in `…`. Clusters stay whole.
///
/// ```
/// use chatgate_render::shorten;
/// assert_eq!(shorten("deployment", 6), "deplo…");
/// assert_eq!(shorten("日本語", 4), "日…");
/// assert_eq!(shorten("api", 3), "api");
/// ```
#[must_use]
pub fn shorten(text: &str, columns: usize) -> String {
    if display_width(text) <= columns {
        return text.to_owned();
    }
    let Some(room) = columns.checked_sub(1) else {
        return String::new();
    };
    let mut out = String::new();
    let mut taken = 0;
    for cluster in text.graphemes(true) {
        taken += display_width(cluster);
        if taken > room {
            break;
        }
        out.push_str(cluster);
    }
    out.push('…');
    out
}

/// Text in lines of at most `columns` columns, broken between words, inside a word only where it alone
/// is wider; made safe by [`sanitise`](crate::sanitise()) first. Spaces at a break are dropped.
///
/// ```
/// use chatgate_render::wrap_text;
/// assert_eq!(wrap_text("roll the api out", 8), ["roll the", "api out"]);
/// ```
#[must_use]
pub fn wrap_text(text: &str, columns: usize) -> Vec<String> {
    let mut line = Line::default();
    line.push(&sanitise(text), Look::default());
    wrap(&line, columns).into_iter().map(|wrapped| wrapped.line.text()).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn shortened_text_fits(text in "\\PC{0,30}", columns in 0_usize..20) {
            prop_assert!(display_width(&shorten(&text, columns)) <= columns);
        }

        #[test]
        fn wrapped_text_fits_and_keeps_every_word(text in "\\PC{0,60}", columns in 2_usize..20) {
            let lines = wrap_text(&text, columns);
            let widest = text.graphemes(true).map(display_width).max().unwrap_or(0);
            for line in &lines {
                prop_assert!(display_width(line) <= columns.max(widest), "{line:?}");
            }
            let words = |text: &str| text.split_whitespace().collect::<String>();
            prop_assert_eq!(words(&lines.concat()), words(&text));
        }
    }
}
