//! The top-level text: what notifications show and screen readers say. Nothing in it is live.

use chatgate_core::Content;

use super::atom::{Atom, Head, Kind};
use super::measure::{Size, escaped_char};
use super::mrkdwn::escaped;
use super::span::Span;
use crate::sanitise;

/// What cuts the text off; the blocks say the rest.
const MARK: char = '…';

/// The words of a part, escaped.
pub(super) fn text(
    content: &Content,
    atoms: &[Atom<'_>],
    tables: &[Head<'_>],
    is_first: bool,
    limit: Size,
) -> String {
    let mut text = Escaped::new(limit);
    match &content.summary {
        Some(summary) if is_first && !summary.trim().is_empty() => text.push(&sanitise(summary)),
        _ => {
            let mut above = None;
            for atom in atoms {
                if text.is_full {
                    break;
                }
                if let Kind::Row { table, .. } = atom.kind
                    && above.replace(table) != Some(table)
                    && let Some(Head { cells: Some(head), .. }) = tables.get(table)
                {
                    text.line();
                    row(head, &mut text);
                }
                text.line();
                write(&atom.kind, &mut text);
            }
        }
    }
    text.finish()
}

/// A line before the words.
pub(super) fn with_mark(mark: &str, text: &str) -> String {
    let mut out = String::with_capacity(mark.len() + text.len() + 1);
    for c in mark.chars() {
        match escaped(c) {
            Some(entity) => out.push_str(entity),
            None => out.push(c),
        }
    }
    out.push('\n');
    out.push_str(text);
    out
}

fn write(kind: &Kind<'_>, out: &mut Escaped) {
    match kind {
        Kind::Divider => {}
        Kind::Header { text, .. } => out.push(text.as_str()),
        Kind::Section(spans) | Kind::Quote { spans, .. } | Kind::Code { spans, .. } => {
            words(spans, out);
        }
        Kind::Item { mark, spans } => {
            if mark.is_ordered {
                out.push(&format!("{}. ", mark.number));
            } else {
                out.push("• ");
            }
            words(spans, out);
        }
        Kind::Field { key, value, .. } => {
            out.push(key);
            out.push(": ");
            words(value, out);
        }
        Kind::Context { spans, .. } => words(spans, out),
        Kind::Image { alt, title, .. } => out.push(title.as_ref().unwrap_or(alt)),
        Kind::Control { label, .. } => out.push(label),
        Kind::Row { cells, .. } => row(cells, out),
        Kind::Native { words, .. } => out.push(words),
    }
}

fn row(cells: &[Vec<Span<'_>>], out: &mut Escaped) {
    for (index, cell) in cells.iter().enumerate() {
        if index > 0 {
            out.push(" | ");
        }
        words(cell, out);
    }
}

fn words(spans: &[Span<'_>], out: &mut Escaped) {
    for span in spans {
        span.words(&mut |word| out.push(word));
    }
}

/// Text that is escaped as it is written, and ends where the room does.
struct Escaped {
    text: String,
    room: Size,
    is_full: bool,
}

impl Escaped {
    fn new(limit: Size) -> Self {
        Self { text: String::new(), room: limit.minus(escaped_char(MARK)), is_full: false }
    }

    fn line(&mut self) {
        if !self.text.is_empty() && !self.text.ends_with('\n') {
            self.push("\n");
        }
    }

    fn push(&mut self, text: &str) {
        for c in text.chars() {
            let size = escaped_char(c);
            if self.is_full || !size.fits(self.room) {
                self.is_full = true;
                return;
            }
            self.room = self.room.minus(size);
            match escaped(c) {
                Some(entity) => self.text.push_str(entity),
                None => self.text.push(c),
            }
        }
    }

    fn finish(mut self) -> String {
        self.text.truncate(self.text.trim_end().len());
        // Slack refuses a message without text.
        if self.is_full || self.text.is_empty() {
            self.text.push(MARK);
        }
        self.text
    }
}
