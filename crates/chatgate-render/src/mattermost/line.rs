//! Spans as lines of Markdown.

use std::borrow::Cow;

use super::escape::{self, Escapes, JOINER, Surroundings};
use super::span::Span;
use crate::inlines::Look;

/// Where lines of Markdown stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Within {
    /// A paragraph: its line ends are line ends.
    Lines,
    /// One line: a heading.
    Line,
    /// A cell of a table, one line too.
    Cell,
}

/// Writes spans as Markdown. `slack_parsed` says that Slack's links are read first, as in a webhook.
pub(super) fn markdown(spans: &[Span<'_>], within: Within, slack_parsed: bool) -> String {
    let dollars = |text: &str| text.matches('$').count();
    let all = spans.iter().map(|span| match span {
        Span::Link { url, .. } => dollars(span.words()) + dollars(url),
        span => dollars(span.words()),
    });
    let mut writer = Writer {
        out: String::new(),
        line: String::new(),
        within,
        slack_parsed,
        formulas: all.sum::<usize>() > 1,
        is_guarded: false,
    };
    for span in spans {
        writer.span(span);
    }
    writer.end_line();
    writer.out
}

struct Writer {
    out: String,
    line: String,
    within: Within,
    slack_parsed: bool,
    formulas: bool,
    /// Whether the next letter would belong to the name before it.
    is_guarded: bool,
}

impl Writer {
    fn span(&mut self, span: &Span<'_>) {
        match span {
            Span::Text { text, look } => {
                for (index, piece) in text.split('\n').enumerate() {
                    if index > 0 {
                        self.break_line();
                    }
                    self.styled(piece, *look, Self::text);
                }
            }
            Span::Link { url, text, look } => {
                let text: Cow<'_, str> = match text {
                    Some(text) if text.contains('\n') => text.replace('\n', " ").into(),
                    Some(text) => Cow::Borrowed(text.as_ref()),
                    None => Cow::Borrowed(url.as_ref()),
                };
                self.line.push('[');
                self.is_guarded = false;
                self.styled(&text, *look, Self::label);
                self.line.push_str("](");
                escape::destination(url, &mut self.line);
                self.line.push(')');
            }
            Span::Live { text, look, .. } => self.styled(text, *look, Self::live),
        }
    }

    fn break_line(&mut self) {
        match self.within {
            Within::Lines => {
                self.end_line();
                self.out.push('\n');
            }
            _ => self.line.push(' '),
        }
    }

    fn end_line(&mut self) {
        let line = self.line.trim_end();
        if !line.is_empty() {
            if self.within == Within::Lines && escape::opens_a_block(line) {
                self.out.push(JOINER);
            }
            self.out.push_str(line);
        }
        self.line.clear();
        self.is_guarded = false;
    }

    /// Writes a piece between the marks of its style. White space beside a mark would make it text,
    /// and so would punctuation beside a letter: the first stands outside, the second behind a joiner.
    fn styled(&mut self, text: &str, look: Look, write: fn(&mut Self, &str, Look)) {
        let marks = marks(look);
        if marks.iter().all(|mark| mark.is_empty()) {
            return write(self, text, look);
        }
        let core = text.trim();
        let start = text.len() - text.trim_start().len();
        let (lead, tail) = (text.get(..start), text.get(start + core.len()..));
        self.line.push_str(lead.unwrap_or_default());
        if core.is_empty() {
            return;
        }
        if !self.line.is_empty() && self.line.ends_with(['*', '~', '_', '\\']) {
            self.line.push(JOINER);
        }
        let is_letter = |c: char| is_letter(c) && !look.code;
        for (index, mark) in marks.iter().filter(|mark| !mark.is_empty()).enumerate() {
            if index > 0 {
                self.line.push(JOINER);
            }
            self.line.push_str(mark);
        }
        if !core.starts_with(is_letter) {
            self.line.push(JOINER);
        }
        self.is_guarded = false;
        write(self, core, look);
        if !core.ends_with(is_letter) {
            self.line.push(JOINER);
        }
        for (index, mark) in marks.iter().rev().filter(|mark| !mark.is_empty()).enumerate() {
            if index > 0 {
                self.line.push(JOINER);
            }
            self.line.push_str(mark);
        }
        self.is_guarded = false;
        self.line.push_str(tail.unwrap_or_default());
    }

    fn text(&mut self, text: &str, look: Look) {
        // The web client leaves the backslash before a pipe in a cell's code.
        let is_piped = self.within == Within::Cell && text.contains('|');
        if look.code && !is_piped && escape::is_code(text) {
            if !text.is_empty() {
                escape::code(text, &mut self.line);
            }
            return;
        }
        self.guard(text);
        let escapes = if look.italic { Escapes::Entities } else { Escapes::Backslashes };
        self.escaped(text, escapes, true);
    }

    fn label(&mut self, text: &str, look: Look) {
        if look.code && !text.contains(['[', ']', '|']) && escape::is_code(text) {
            escape::code(text, &mut self.line);
        } else {
            self.escaped(text, Escapes::Entities, false);
        }
    }

    fn live(&mut self, text: &str, _: Look) {
        let joins = |c: char| c.is_alphanumeric() || matches!(c, '_' | '@' | ':' | '~');
        if self.line.ends_with(joins) {
            self.line.push(JOINER);
        }
        self.line.push_str(text);
        self.is_guarded = true;
    }

    fn guard(&mut self, text: &str) {
        let joins = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | ':' | '@');
        if self.is_guarded && text.starts_with(joins) {
            self.line.push(JOINER);
        }
        self.is_guarded &= text.is_empty();
    }

    fn escaped(&mut self, text: &str, escapes: Escapes, inert_addresses: bool) {
        let around = Surroundings {
            escapes,
            slack_parsed: self.slack_parsed,
            formulas: self.formulas,
            inert_addresses,
        };
        escape::escape(text, around, &mut self.line);
    }
}

/// Whether a mark beside it is seen: letters in circles and squares are symbols (Unicode's "So").
fn is_letter(c: char) -> bool {
    let is_symbol = matches!(c, '\u{24b6}'..='\u{24e9}' | '\u{1f130}'..='\u{1f189}');
    c.is_alphanumeric() && !is_symbol
}

/// The marks of a style, from the outermost.
fn marks(look: Look) -> [&'static str; 2] {
    let strike = if look.strike { "~~" } else { "" };
    let strong = match (look.bold, look.italic) {
        (true, true) => "***",
        (true, false) => "**",
        (false, true) => "*",
        (false, false) => "",
    };
    [strike, strong]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(spans: &[Span<'_>]) -> String {
        markdown(spans, Within::Lines, false).replace(JOINER, "·")
    }

    fn styled(text: &str, look: Look) -> Span<'_> {
        Span::Text { text: text.into(), look }
    }

    #[test]
    fn styles_stand_where_every_reader_sees_them() {
        let bold = styled("a ", Look::BOLD);
        assert_eq!(said(&[bold, Span::text("b")]), "**a** b");
        assert_eq!(said(&[Span::text("a"), styled("\"b\"", Look::BOLD)]), "a**·\"b\"·**");
        assert_eq!(said(&[styled("a*b", Look::ITALIC)]), "*a&#42;b*");
        let both = Look { strike: true, ..Look::BOLD };
        assert_eq!(said(&[styled("a\nb", both)]), "~~·**a**·~~\n~~·**b**·~~");
        assert_eq!(said(&[styled("a", Look::BOLD), styled("b", Look::ITALIC)]), "**a**·*b*");
    }

    #[test]
    fn lines_that_would_open_a_block_do_not() {
        let text = "# a\n- b\n1. c\n> d\n===\n    e";
        assert_eq!(said(&[Span::text(text)]), "·# a\n·- b\n·1. c\n·> d\n·===\n·    e");
    }

    #[test]
    fn names_end_where_they_end() {
        let bob = Span::Live { text: "@bob".into(), look: Look::default(), notifies: true };
        let said = said(&[Span::text("a"), bob, Span::text("-x "), Span::emoji("+1")]);
        assert_eq!(said, "a·@bob·-x :+1:");
    }

    #[test]
    fn formulas_need_two_signs() {
        assert_eq!(said(&[Span::text("$5")]), "$5");
        assert_eq!(said(&[Span::text("$5 and $6")]), "&#36;5 and &#36;6");
    }
}
