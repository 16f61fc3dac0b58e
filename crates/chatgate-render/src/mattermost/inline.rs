//! Inlines as spans.

use std::borrow::Cow;

use chatgate_core::{Broadcast, Feature, Inline, LossKind};
use serde_json::Value;
use url::Url;

use super::MAX_DEPTH;
use super::build::Builder;
use super::limits::{EMOJI_CHARS, NAME_CHARS};
use super::span::{Look, Span, push_text, words};
use crate::link::{address, hides};
use crate::{sanitise, sanitise_line, utc_text};

impl<'a> Builder<'a, '_> {
    pub(super) fn spans(&mut self, inlines: &'a [Inline], look: Look) -> Vec<Span<'a>> {
        let mut out = Vec::with_capacity(inlines.len());
        self.add_inlines(inlines, look, 0, &mut out);
        out
    }

    pub(super) fn add_inlines(
        &mut self,
        inlines: &'a [Inline],
        look: Look,
        depth: usize,
        out: &mut Vec<Span<'a>>,
    ) {
        if depth > MAX_DEPTH {
            self.losses.add(LossKind::Depth, "text nested deeper is left out");
            return push_text(out, "…".into(), look);
        }
        for inline in inlines {
            self.add_inline(inline, look, depth, out);
        }
    }

    fn add_inline(
        &mut self,
        inline: &'a Inline,
        look: Look,
        depth: usize,
        out: &mut Vec<Span<'a>>,
    ) {
        match inline {
            Inline::Text(text) => push_text(out, sanitise(text), look),
            Inline::Bold(inner) => {
                self.add_inlines(inner, Look { bold: true, ..look }, depth + 1, out);
            }
            Inline::Italic(inner) => {
                self.add_inlines(inner, Look { italic: true, ..look }, depth + 1, out);
            }
            Inline::Strike(inner) => {
                self.add_inlines(inner, Look { strike: true, ..look }, depth + 1, out);
            }
            Inline::Code(text) => {
                let text = self.slack_safe(sanitise_line(text));
                let look = self.around_code(&text, look);
                push_text(out, text, Look { code: true, ..look });
            }
            Inline::Link { url, label } => {
                let mut words = Vec::new();
                self.add_inlines(label, look, depth + 1, &mut words);
                self.add_link(url, words, look, out);
            }
            Inline::User { id, handle } => {
                self.mention('@', id.as_str(), handle.as_deref(), look, out);
            }
            Inline::Group { id, handle } => {
                self.mention('@', id.as_str(), handle.as_deref(), look, out);
            }
            Inline::Channel { id, name } => {
                self.mention('~', id.as_str(), name.as_deref(), look, out);
            }
            Inline::Broadcast(broadcast) => self.broadcast(*broadcast, look, out),
            Inline::Emoji(name) if is_emoji(name) => {
                out.push(Span::Live { text: format!(":{name}:"), look, notifies: false });
            }
            Inline::Emoji(name) => {
                push_text(out, format!(":{}:", sanitise_line(name)).into(), look);
            }
            Inline::Time { at, style } => push_text(out, utc_text(*at, *style).into(), look),
            Inline::Break => push_text(out, "\n".into(), look),
            Inline::Other(raw) => {
                self.losses.add(LossKind::Unknown, "an unknown piece is shown by its words");
                let text = raw.get("text").and_then(Value::as_str).unwrap_or_default();
                push_text(out, sanitise(text), look);
            }
            _ => self.losses.add(LossKind::Unknown, "an unknown piece is left out"),
        }
    }

    /// The look of code: the web client would end a style at a mark of it in the code.
    fn around_code(&mut self, text: &str, look: Look) -> Look {
        let ends_strong = (look.bold || look.italic) && text.contains('*');
        let ends_strike = look.strike && text.contains('~');
        if ends_strong || ends_strike {
            self.losses.add(LossKind::Style, "code with a mark of its style in it is only code");
        }
        Look {
            bold: look.bold && !ends_strong,
            italic: look.italic && !ends_strong,
            strike: look.strike && !ends_strike,
            ..look
        }
    }

    /// A mention is a name: Mattermost has none by id.
    fn mention(
        &mut self,
        sign: char,
        id: &str,
        name: Option<&str>,
        look: Look,
        out: &mut Vec<Span<'a>>,
    ) {
        let live = name.filter(|name| is_name(name) && self.can(Feature::Mentions));
        if let Some(name) = live {
            let look = Look { code: false, ..look };
            let notifies = sign == '@';
            return out.push(Span::Live { text: format!("{sign}{name}"), look, notifies });
        }
        self.losses.add(LossKind::Mention, "shown as a name");
        let name = sanitise_line(name.unwrap_or(id));
        push_text(out, format!("{sign}{name}").into(), look);
    }

    fn broadcast(&mut self, broadcast: Broadcast, look: Look, out: &mut Vec<Span<'a>>) {
        let word = match broadcast {
            Broadcast::Channel => "@channel",
            Broadcast::Everyone => "@all",
            // The fewest, for one that this version does not know.
            _ => "@here",
        };
        if self.can(Feature::Broadcast) {
            return out.push(Span::Live { text: word.to_owned(), look, notifies: true });
        }
        self.losses.add(LossKind::Broadcast, "shown as a word");
        push_text(out, broadcast.word().into(), look);
    }

    /// Adds a link. Where its label looks like another address, or Mattermost would not open it, the
    /// label is text and the address stands behind it.
    pub(super) fn add_link(
        &mut self,
        url: &'a Url,
        label: Vec<Span<'a>>,
        look: Look,
        out: &mut Vec<Span<'a>>,
    ) {
        let address = address(url);
        let text = words(&label);
        let is_bare = text.trim().is_empty() || text == address;
        let link = |text, look| Span::Link { url: address.clone(), text, look };
        let opens = matches!(url.scheme(), "http" | "https" | "mailto")
            && address.chars().count() <= self.room.part.chars / 8
            && crate::json::text_bytes(&address) <= self.room.part.bytes / 16;
        if opens && is_bare {
            return out.push(link(None, look));
        }
        if opens && !hides(&text, url) {
            return out.extend(label.into_iter().map(|span| match span {
                Span::Text { text, look } => link(Some(text), look),
                // A name in a label would notify, and a link is no place for that.
                other => link(Some(other.words().to_owned().into()), look),
            }));
        }
        if !opens {
            self.losses.add(LossKind::Style, "an address that is not opened is shown as text");
        }
        if is_bare {
            return push_text(out, address, look);
        }
        for span in label {
            match span {
                Span::Text { text, look } => push_text(out, text, look),
                other => push_text(out, Cow::Owned(other.words().to_owned()), look),
            }
        }
        push_text(out, " (".into(), look);
        if opens {
            out.push(link(None, look));
        } else {
            push_text(out, address, look);
        }
        push_text(out, ")".into(), look);
    }
}

/// What the name of a user, group or channel may be (`IsValidUsername`, `IsValidChannelIdentifier`).
fn is_name(name: &str) -> bool {
    let is_one = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "._-".contains(c);
    // These reach everyone, whatever was meant.
    let is_broadcast = matches!(name, "all" | "channel" | "here");
    (1..=NAME_CHARS).contains(&name.len())
        && name.chars().all(is_one)
        && name.starts_with(|c: char| c.is_ascii_alphanumeric())
        && !is_broadcast
}

fn is_emoji(name: &str) -> bool {
    (1..=EMOJI_CHARS).contains(&name.len())
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || "_+-".contains(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_can_be_a_name_is_one() {
        for name in ["bob", "b.o_b-1", "town-square"] {
            assert!(is_name(name), "{name}");
        }
        let long = "a".repeat(65);
        for name in ["", "all", "here", "channel", "Bob", "b b", "@bob", "-x", "bö", &long] {
            assert!(!is_name(name), "{name}");
        }
        assert!(is_emoji("+1") && !is_emoji("a:b") && !is_emoji("Ü"));
    }
}
