//! The edge where looks become escape codes, or nothing.

use crate::layout::{Color, Line, Look};

/// Ends every look.
const RESET: &str = "\x1b[0m";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Paint {
    /// Select Graphic Rendition of ECMA-48.
    Ansi,
    Plain,
}

impl Paint {
    /// A line with its looks; every span ends with a reset and the next says its whole look again, so
    /// an inner style never ends an outer one, and a line can be printed on its own.
    pub(super) fn line(self, line: &Line) -> String {
        let mut out = String::new();
        for span in &line.spans {
            let (open, close) = self.around(span.look);
            out.push_str(&open);
            out.push_str(&span.text);
            out.push_str(close);
        }
        out
    }

    /// What stands before and after text of a look.
    pub(super) fn around(self, look: Look) -> (String, &'static str) {
        let codes = codes(look);
        if self == Self::Plain || codes.is_empty() {
            return (String::new(), "");
        }
        (format!("\x1b[{}m", codes.join(";")), RESET)
    }
}

fn codes(look: Look) -> Vec<&'static str> {
    let color = look.color.map(|color| match color {
        Color::Red => "31",
        Color::Green => "32",
        Color::Yellow => "33",
        Color::Blue => "34",
        Color::Cyan => "36",
    });
    let flags = [
        (look.bold, "1"),
        (look.dim, "2"),
        (look.italic, "3"),
        (look.underline, "4"),
        (look.strike, "9"),
    ];
    flags.into_iter().filter_map(|(set, code)| set.then_some(code)).chain(color).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_inner_style_ends_without_ending_the_outer_one() {
        let bold = Look::default().bold();
        let mut line = Line::of("a", bold);
        line.push("b", bold.italic());
        line.push("c", bold);
        line.push("d", Look::default());
        let painted = Paint::Ansi.line(&line);
        assert_eq!(painted, "\x1b[1ma\x1b[0m\x1b[1;3mb\x1b[0m\x1b[1mc\x1b[0md");
        assert_eq!(Paint::Plain.line(&line), "abcd");
    }
}
