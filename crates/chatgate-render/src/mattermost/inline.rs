//! Inlines as spans.

use std::borrow::Cow;

use chatgate_core::{Broadcast, Feature, LossKind};
use url::Url;

use super::build::Builder;
use super::limits::{EMOJI_CHARS, NAME_CHARS};
use super::span::{Span, push_text};
use crate::inlines::{Look, MentionKind, Mentioned, Piece, SayInlines};
use crate::{Losses, sanitise_line};

impl<'a> SayInlines<'a> for Builder<'a, '_> {
    type Piece = Span<'a>;

    fn losses(&mut self) -> &mut Losses {
        self.losses
    }

    fn push_text(out: &mut Vec<Span<'a>>, text: Cow<'a, str>, look: Look) {
        push_text(out, text, look);
    }

    fn code(&mut self, text: &'a str, look: Look, out: &mut Vec<Span<'a>>) {
        let text = self.slack_safe(sanitise_line(text));
        let look = self.around_code(&text, look);
        push_text(out, text, Look { code: true, ..look });
    }

    /// A mention is a name: Mattermost has none by id.
    fn mention(&mut self, mentioned: Mentioned<'a>, look: Look, out: &mut Vec<Span<'a>>) {
        let sign = if mentioned.kind == MentionKind::Channel { '~' } else { '@' };
        let live = mentioned.name.filter(|name| is_name(name) && self.can(Feature::Mentions));
        if let Some(name) = live {
            let look = Look { code: false, ..look };
            let notifies = sign == '@';
            return out.push(Span::Live { text: format!("{sign}{name}"), look, notifies });
        }
        self.losses.add(LossKind::Mention, "shown as a name");
        push_text(out, format!("{sign}{}", mentioned.shown()).into(), look);
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

    fn emoji(&mut self, name: &'a str, look: Look, out: &mut Vec<Span<'a>>) {
        if is_emoji(name) {
            return out.push(Span::Live { text: format!(":{name}:"), look, notifies: false });
        }
        push_text(out, format!(":{}:", sanitise_line(name)).into(), look);
    }

    fn opens(&self, url: &Url, address: &str) -> bool {
        matches!(url.scheme(), "http" | "https" | "mailto")
            && address.chars().count() <= self.room.part.chars / 8
            && crate::json::text_bytes(address) <= self.room.part.bytes / 16
    }
}

impl Builder<'_, '_> {
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
}

impl<'a> Piece<'a> for Span<'a> {
    fn link(url: Cow<'a, str>, text: Option<Cow<'a, str>>, look: Look) -> Self {
        Self::Link { url, text, look }
    }

    fn into_words(self, around: Look) -> (Cow<'a, str>, Look) {
        match self {
            Self::Text { text, look } => (text, look),
            other => (other.words().to_owned().into(), around),
        }
    }

    fn add_words(&self, out: &mut String) {
        out.push_str(self.words());
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
