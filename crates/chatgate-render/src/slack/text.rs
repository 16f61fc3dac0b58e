//! The top-level text: what notifications show and screen readers say. Nothing in it is live.

use chatgate_core::Content;

use super::atom::{Atom, Head, Kind};
use super::measure::{Size, escaped_char, utf16_units};
use super::mrkdwn::{escape, escaped, write_escaped};
use super::span::Span;
use crate::json::text_bytes;
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

/// The line that stands before the words of a message that is perhaps sent twice.
pub(super) fn marked(mark: &str) -> String {
    let mut out = escape(mark).into_owned();
    out.push('\n');
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
        match span {
            Span::Text { text, is_plain: true, .. } => out.push_plain(text),
            span => span.words(&mut |word| out.push(word)),
        }
    }
}

/// Text that is escaped as it is written, and ends where the room does.
struct Escaped {
    text: String,
    room: Size,
    is_full: bool,
    is_tight: bool,
}

impl Escaped {
    fn new(limit: Size) -> Self {
        Self {
            text: String::with_capacity(limit.units),
            room: limit.minus(escaped_char(MARK)),
            is_full: false,
            is_tight: limit.bytes < 3 * limit.units,
        }
    }

    fn line(&mut self) {
        if !self.text.is_empty() && !self.text.ends_with('\n') {
            self.push("\n");
        }
    }

    /// Text that is written as it is.
    fn push_plain(&mut self, text: &str) {
        let size = Size { units: text.len(), bytes: text.len(), ..Size::default() };
        if self.is_full || !size.fits(self.room) {
            return self.push(text);
        }
        self.room = self.room.minus(size);
        self.text.push_str(text);
    }

    fn push(&mut self, text: &str) {
        if self.is_full {
            return;
        }
        let start = self.text.len();
        write_escaped(text, &mut self.text);
        let size = self.size(self.text.get(start..).unwrap_or_default());
        if size.fits(self.room) {
            self.room = self.room.minus(size);
            return;
        }
        self.text.truncate(start);
        self.is_full = true;
        for c in text.chars() {
            let size = escaped_char(c);
            if !size.fits(self.room) {
                return;
            }
            self.room = self.room.minus(size);
            match escaped(c) {
                Some(entity) => self.text.push_str(entity),
                None => self.text.push(c),
            }
        }
    }

    /// What escaped text takes. A unit takes at most three bytes, so those are counted only where
    /// there are few.
    fn size(&self, escaped: &str) -> Size {
        let bytes = if self.is_tight { text_bytes(escaped) } else { 0 };
        Size { units: utf16_units(escaped), bytes, ..Size::default() }
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
