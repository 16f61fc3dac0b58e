//! Inlines in one styled line.

use chatgate_core::{Feature, Inline, LossKind};
use serde_json::Value;
use url::Url;

use super::canvas::Canvas;
use super::line::{Color, Line, Look};
use crate::MAX_DEPTH;
use crate::{sanitise, sanitise_line, utc_text};

impl Canvas<'_> {
    /// Inlines as text with their looks; line ends in it are `\n`.
    pub(super) fn inlines(&mut self, inlines: &[Inline], look: Look) -> Line {
        let mut out = Line::default();
        self.add_inlines(inlines, look, 0, &mut out);
        out
    }

    fn add_inlines(&mut self, inlines: &[Inline], look: Look, depth: usize, out: &mut Line) {
        if depth > MAX_DEPTH {
            self.losses.add(LossKind::Depth, "text nested deeper is left out");
            out.push("…", look);
            return;
        }
        for inline in inlines {
            self.add_inline(inline, look, depth, out);
        }
    }

    fn add_inline(&mut self, inline: &Inline, look: Look, depth: usize, out: &mut Line) {
        match inline {
            Inline::Text(text) => out.push(&sanitise(text), look),
            Inline::Bold(inner) => self.emphasis(inner, look.bold(), depth, out),
            Inline::Italic(inner) => self.emphasis(inner, look.italic(), depth, out),
            Inline::Strike(inner) => self.emphasis(inner, look.strike(), depth, out),
            Inline::Code(text) => {
                out.push(&format!("`{}`", sanitise(text)), look.color(Color::Cyan));
            }
            Inline::Link { url, label } => {
                let mut words = Line::default();
                self.add_inlines(label, look.underline(), depth + 1, &mut words);
                add_link(&words, url, look, out);
            }
            Inline::User { id, handle } => {
                self.mention('@', handle.as_deref().unwrap_or(id.as_str()), look, out);
            }
            Inline::Group { id, handle } => {
                self.mention('@', handle.as_deref().unwrap_or(id.as_str()), look, out);
            }
            Inline::Channel { id, name } => {
                self.mention('#', name.as_deref().unwrap_or(id.as_str()), look, out);
            }
            Inline::Broadcast(broadcast) => {
                if !self.can(Feature::Broadcast) {
                    self.losses.add(LossKind::Broadcast, "shown as a word");
                }
                out.push(broadcast.word(), look.color(Color::Yellow).bold());
            }
            Inline::Emoji(name) => out.push(&format!(":{}:", sanitise_line(name)), look),
            Inline::Time { at, style } => out.push(&utc_text(*at, *style), look),
            Inline::Break => out.push("\n", look),
            Inline::Other(raw) => {
                self.losses.add(LossKind::Unknown, "an unknown piece is shown by its words");
                let text = raw.get("text").and_then(Value::as_str).unwrap_or_default();
                out.push(&sanitise(text), look);
            }
            _ => self.losses.add(LossKind::Unknown, "an unknown piece is left out"),
        }
    }

    fn emphasis(&mut self, inner: &[Inline], look: Look, depth: usize, out: &mut Line) {
        self.is_emphasised = true;
        self.add_inlines(inner, look, depth + 1, out);
    }

    fn mention(&mut self, sign: char, name: &str, look: Look, out: &mut Line) {
        if !self.can(Feature::Mentions) {
            self.losses.add(LossKind::Mention, "shown as a name");
        }
        out.push(&format!("{sign}{}", sanitise_line(name)), look.color(Color::Cyan));
    }
}

/// Adds a link's words and, where they are not the address itself, the address: a label must not hide
/// where a link leads.
pub(super) fn add_link(label: &Line, url: &Url, look: Look, out: &mut Line) {
    let address = sanitise_line(url.as_str());
    let words = label.text();
    let words = words.trim();
    if words.is_empty() || words == address || Some(words) == address.strip_suffix('/') {
        out.push(&address, look.underline());
    } else {
        out.append(label);
        out.push(&format!(" ({address})"), look.dim());
    }
}
