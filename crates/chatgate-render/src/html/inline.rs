//! Inlines as elements.

use chatgate_core::{Inline, LossKind};
use serde_json::Value;

use super::words::escaped;
use super::write::Writer;
use crate::MAX_DEPTH;
use crate::emoji::emoji;
use crate::utc_text;

impl Writer<'_> {
    pub(super) fn inlines(&mut self, inlines: &[Inline], depth: usize) {
        if depth > MAX_DEPTH {
            self.losses.add(LossKind::Depth, "text nested deeper is left out");
            return self.text("…");
        }
        for inline in inlines {
            self.inline(inline, depth);
        }
    }

    fn inline(&mut self, inline: &Inline, depth: usize) {
        match inline {
            Inline::Text(text) => self.lines(text),
            Inline::Bold(inner) => self.styled("b", inner, depth),
            Inline::Italic(inner) => self.styled("i", inner, depth),
            Inline::Strike(inner) => self.styled("s", inner, depth),
            Inline::Code(text) => self.tagged("code", "", |writer| writer.lines(text)),
            Inline::Link { url, label } => {
                let words = plain(label);
                self.link(url, |writer| writer.inlines(label, depth + 1), &words);
            }
            Inline::User { id, handle } => {
                self.mention('@', handle.as_deref().unwrap_or(id.as_str()));
            }
            Inline::Group { id, handle } => {
                self.mention('@', handle.as_deref().unwrap_or(id.as_str()));
            }
            Inline::Channel { id, name } => {
                self.mention('#', name.as_deref().unwrap_or(id.as_str()));
            }
            Inline::Broadcast(broadcast) => {
                self.losses.add(LossKind::Broadcast, "shown as a word");
                self.tagged("span", "mention", |writer| writer.text(broadcast.word()));
            }
            Inline::Emoji(name) => match emoji(name) {
                Some(emoji) => self.text(emoji),
                None => self.lines(&format!(":{name}:")),
            },
            Inline::Time { at, style } => {
                let words = utc_text(*at, *style);
                // What lies outside the calendar is no date for a machine either.
                let machine = at.to_string();
                if machine.ends_with('Z') {
                    self.out.push_str(&format!("<time datetime=\"{}\">", escaped(&machine)));
                    self.text(&words);
                    self.out.push_str("</time>");
                } else {
                    self.text(&words);
                }
            }
            Inline::Break => self.out.push_str("<br>"),
            Inline::Other(raw) => {
                self.losses.add(LossKind::Unknown, "an unknown piece is shown by its words");
                self.lines(raw.get("text").and_then(Value::as_str).unwrap_or_default());
            }
            _ => self.losses.add(LossKind::Unknown, "an unknown piece is left out"),
        }
    }

    fn styled(&mut self, tag: &'static str, inner: &[Inline], depth: usize) {
        self.tagged(tag, "", |writer| writer.inlines(inner, depth + 1));
    }

    fn mention(&mut self, sign: char, name: &str) {
        self.losses.add(LossKind::Mention, "shown as a name");
        self.tagged("span", "mention", |writer| writer.lines(&format!("{sign}{name}")));
    }
}

/// The words of a label.
fn plain(label: &[Inline]) -> String {
    chatgate_core::Content::from(label.to_vec()).plain_text()
}
