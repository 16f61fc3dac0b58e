//! Inlines as elements of rich text.

use std::borrow::Cow;

use chatgate_core::{Broadcast, Feature, LossKind, TimeStyle, Timestamp};
use url::Url;

use super::build::Builder;
use super::limits::URL_UNITS;
use super::measure::Size;
use super::span::{Span, push_text, push_words};
use crate::inlines::{Look, MentionKind, Mentioned, Piece, SayInlines, one_line};
use crate::{Losses, sanitise_line, utc_text};

/// Longer ids and emoji names are none.
const ID_CHARS: usize = 32;
const EMOJI_CHARS: usize = 24;

/// Behind the year 9999 a date cannot be shown.
const LAST_SECOND: i64 = 253_402_300_799;

impl<'a> SayInlines<'a> for Builder<'a, '_> {
    type Piece = Span<'a>;

    fn losses(&mut self) -> &mut Losses {
        self.losses
    }

    fn push_text(out: &mut Vec<Span<'a>>, text: Cow<'a, str>, look: Look) {
        push_text(out, text, look);
    }

    fn text(&mut self, text: &'a str, look: Look, out: &mut Vec<Span<'a>>) {
        push_words(out, text, look);
    }

    fn code(&mut self, text: &'a str, look: Look, out: &mut Vec<Span<'a>>) {
        push_words(out, text, Look { code: true, ..look });
    }

    fn mention(&mut self, mentioned: Mentioned<'a>, look: Look, out: &mut Vec<Span<'a>>) {
        let Mentioned { kind, id, name } = mentioned;
        let (name, style) = (sanitise_line(name.unwrap_or(id)), look);
        let span = match kind {
            MentionKind::User => Span::User { user_id: id, name, style },
            MentionKind::Group => Span::Usergroup { usergroup_id: id, name, style },
            MentionKind::Channel => Span::Channel { channel_id: id, name, style },
        };
        // Slack refuses the whole message for an id that cannot be one.
        if is_id(id) && self.can(Feature::Mentions) {
            return out.push(span);
        }
        self.losses.add(LossKind::Mention, "shown as a name");
        push_text(out, words(&span).into(), look);
    }

    fn broadcast(&mut self, broadcast: Broadcast, look: Look, out: &mut Vec<Span<'a>>) {
        let range = match broadcast {
            Broadcast::Channel => "channel",
            Broadcast::Everyone => "everyone",
            // The fewest, for one that this version does not know.
            _ => "here",
        };
        if self.can(Feature::Broadcast) {
            return out.push(Span::Broadcast { range, style: look });
        }
        self.losses.add(LossKind::Broadcast, "shown as a word");
        push_text(out, broadcast.word().into(), look);
    }

    fn emoji(&mut self, name: &'a str, look: Look, out: &mut Vec<Span<'a>>) {
        if is_emoji(name) {
            return out.push(Span::Emoji { name });
        }
        push_text(out, format!(":{}:", sanitise_line(name)).into(), look);
    }

    fn time(&mut self, at: Timestamp, style: TimeStyle, look: Look, out: &mut Vec<Span<'a>>) {
        out.push(date(at, style, look));
    }

    fn opens(&self, url: &Url, address: &str) -> bool {
        let size = bare_size(address);
        matches!(url.scheme(), "http" | "https" | "mailto")
            && size.bytes <= self.room.section.bytes / 2
            && size.units <= URL_UNITS
    }

    fn shows_bare(&self, address: &str) -> bool {
        bare_size(address).fits(self.room.section)
    }
}

/// What a link takes that shows its address.
fn bare_size(address: &str) -> Size {
    Span::Link { url: address.into(), text: None, style: Look::default() }.size()
}

impl<'a> Piece<'a> for Span<'a> {
    fn link(url: Cow<'a, str>, text: Option<Cow<'a, str>>, style: Look) -> Self {
        Self::Link { url, text: text.map(one_line), style }
    }

    fn into_words(self, around: Look) -> (Cow<'a, str>, Look) {
        match self {
            Self::Text { text, style, .. } => (text, style),
            other => (words(&other).into(), around),
        }
    }

    fn add_words(&self, out: &mut String) {
        self.words(&mut |word| out.push_str(word));
    }
}

/// The words of a span.
fn words(span: &Span<'_>) -> String {
    let mut out = String::new();
    span.words(&mut |word| out.push_str(word));
    out
}

fn is_id(id: &str) -> bool {
    (2..=ID_CHARS).contains(&id.len())
        && id.starts_with(|c: char| c.is_ascii_uppercase())
        && id.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
}

fn is_emoji(name: &str) -> bool {
    (1..=EMOJI_CHARS).contains(&name.len())
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || "_+-'".contains(c))
}

fn date<'a>(at: Timestamp, style: TimeStyle, look: Look) -> Span<'a> {
    let timestamp = at.as_millis().div_euclid(1_000);
    let fallback = utc_text(at, style);
    if !(1..=LAST_SECOND).contains(&timestamp) {
        return Span::Text { text: fallback.into(), style: look, is_plain: false };
    }
    let format = match style {
        TimeStyle::Date => "{date_short}",
        TimeStyle::Time => "{time}",
        TimeStyle::Relative => "{ago}",
        _ => "{date_short} {time}",
    };
    Span::Date { timestamp, format, fallback, style: look }
}

/// Whether a button may open an address so long.
pub(super) fn fits_button(url: &str) -> bool {
    Size::text(url).units <= URL_UNITS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_can_be_an_id_is_one() {
        assert!(is_id("U1") && is_id("S0614TZR7"));
        assert!(
            !is_id("bob")
                && !is_id("")
                && !is_id("42")
                && !is_id("U1> <!here")
                && !is_id(&"U".repeat(33))
        );
        assert!(is_emoji("+1") && is_emoji("white_check_mark"));
        assert!(!is_emoji("a:b") && !is_emoji("Ü"));
    }
}
