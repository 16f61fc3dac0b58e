//! A line of text with a stretch of it underlined.

use std::ops::Range;

use unicode_width::UnicodeWidthChar;

use super::charset;

/// How many columns of a long line are shown.
const COLUMNS: usize = 72;
/// How many columns before the underlined stretch are shown at least, in a long line.
const BEFORE: usize = 24;

/// The line, and below it `^` under every column of the stretch. What cannot be seen is shown as a
/// sign; of a long line only the surroundings of the stretch are shown.
pub(super) fn underlined(source: &str, span: Range<usize>) -> String {
    let trimmed = source.trim_end();
    let mut cells: Vec<(usize, String, usize)> = trimmed.char_indices().map(cell).collect();
    if span.start >= trimmed.len() {
        // Past the end: where the next word would stand.
        cells.push((trimmed.len(), " ".into(), 1));
        cells.push((source.len().max(trimmed.len() + 1), " ".into(), 1));
    }
    let marked = |at: usize| {
        if span.start >= trimmed.len() { at > trimmed.len() } else { span.contains(&at) }
    };
    let first = cells.iter().position(|(at, ..)| marked(*at)).unwrap_or(0);
    let shown = window(&cells, first);
    let (mut line, mut below) = (String::new(), String::new());
    if shown.start > 0 {
        line.push('…');
        below.push(' ');
    }
    for (at, text, width) in &cells[shown.clone()] {
        line.push_str(text);
        let sign = if marked(*at) { '^' } else { ' ' };
        below.extend(std::iter::repeat_n(sign, *width));
    }
    if shown.end < cells.len() {
        line.truncate(line.trim_end().len());
        line.push('…');
    }
    let below = below.trim_end();
    format!("{}\n{}", line.trim_end(), if below.is_empty() { "^" } else { below })
}

/// Text of others on few lines, with signs for what cannot be seen, at most `limit` characters.
pub(super) fn excerpt(text: &str, limit: usize) -> String {
    let mut out = String::new();
    for (count, (at, c)) in text.trim().char_indices().enumerate() {
        if count == limit {
            out.push('…');
            break;
        }
        match c {
            '\n' => out.push('\n'),
            _ => out.push_str(&cell((at, c)).1),
        }
    }
    out
}

/// The cells that are shown: all, or those around the first marked one.
fn window(cells: &[(usize, String, usize)], first: usize) -> Range<usize> {
    let total: usize = cells.iter().map(|(_, _, width)| width).sum();
    if total <= COLUMNS {
        return 0..cells.len();
    }
    let mut start = first;
    let mut before = 0;
    while start > 0 && before + cells[start - 1].2 <= BEFORE {
        start -= 1;
        before += cells[start].2;
    }
    // The line's beginning is shown when little of it would be left out.
    if cells[..start].iter().map(|(_, _, width)| width).sum::<usize>() <= 1 {
        start = 0;
    }
    let mut end = start;
    let mut columns = 0;
    while end < cells.len() && columns + cells[end].2 <= COLUMNS {
        columns += cells[end].2;
        end += 1;
    }
    start..end
}

/// A character as it is shown, and how many columns it takes.
fn cell((at, c): (usize, char)) -> (usize, String, usize) {
    let shown = match c {
        '\0'..='\u{1f}' => char::from_u32(u32::from(c) + 0x2400).unwrap_or('\u{fffd}'),
        '\u{7f}' => '\u{2421}',
        _ if c.is_whitespace() => ' ',
        _ if c.is_control() || charset::is_unseen(c) => '\u{fffd}',
        _ => c,
    };
    (at, shown.to_string(), shown.width().unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wide_and_combining_characters_keep_the_carets_in_place() {
        assert_eq!(underlined("say 日本 x", 11..12), "say 日本 x\n         ^");
        assert_eq!(underlined("say 日本", 4..10), "say 日本\n    ^^^^");
        assert_eq!(underlined("e\u{301} x", 4..5), "e\u{301} x\n  ^");
    }

    #[test]
    fn what_is_missing_is_pointed_at_where_it_would_stand() {
        assert_eq!(underlined("deploy api", 10..10), "deploy api\n           ^");
        assert_eq!(underlined("deploy api  ", 12..12), "deploy api\n           ^");
        assert_eq!(underlined("", 0..0), "\n ^");
    }

    #[test]
    fn what_cannot_be_seen_gets_a_sign() {
        assert_eq!(underlined("a\u{202e}b\0", 1..4), "a\u{fffd}b␀\n ^");
    }

    #[test]
    fn of_a_long_line_only_the_surroundings_are_shown() {
        let source = format!("{} wrong {}", "x".repeat(100), "y".repeat(100));
        let shown = underlined(&source, 101..106);
        let expected = format!(
            "…{} wrong {}…\n{}^^^^^",
            "x".repeat(23),
            "y".repeat(72 - 24 - 6),
            " ".repeat(25)
        );
        assert_eq!(shown, expected);
    }
}
