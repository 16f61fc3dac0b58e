//! Inlines as spans.

use std::borrow::Cow;

use chatgate_core::{Broadcast, Feature, LossKind, TimeStyle, Timestamp};
use url::Url;

use super::json::quote;
use super::limits::{ID_CHARS, NAME_CHARS, URL_CHARS};
use super::markdown::opening;
use super::span::{Span, push_text};
use crate::emoji::emoji;
use crate::inlines::{Look, MentionKind, Mentioned, Piece, SayInlines, one_line};
use crate::{Losses, sanitise, sanitise_line, utc_text};

/// Reads inlines as spans, and tells what is lost.
pub(super) struct Inlines<'l> {
    pub(super) losses: &'l mut Losses,
    pub(super) capabilities: &'l chatgate_core::Capabilities,
}

impl<'a> SayInlines<'a> for Inlines<'_> {
    type Piece = Span<'a>;

    fn losses(&mut self) -> &mut Losses {
        self.losses
    }

    fn push_text(out: &mut Vec<Span<'a>>, text: Cow<'a, str>, look: Look) {
        push_text(out, text, look);
    }

    fn code(&mut self, text: &'a str, look: Look, out: &mut Vec<Span<'a>>) {
        push_text(out, sanitise(text), Look { code: true, ..look });
    }

    fn mention(&mut self, mentioned: Mentioned<'a>, look: Look, out: &mut Vec<Span<'a>>) {
        let sign = if mentioned.kind == MentionKind::Channel { '#' } else { '@' };
        if mentioned.kind != MentionKind::User {
            self.losses.add(LossKind::Mention, "Teams mentions people only: shown as a name");
            return push_text(out, format!("{sign}{}", mentioned.shown()).into(), look);
        }
        let name = mention_name(mentioned.name.unwrap_or(mentioned.id));
        let is_live = is_id(mentioned.id) && self.capabilities.can(Feature::Mentions);
        if is_live && !name.is_empty() {
            return out.push(Span::Mention { id: mentioned.id, name });
        }
        self.losses.add(LossKind::Mention, "shown as a name");
        push_text(out, format!("{sign}{}", mentioned.shown()).into(), look);
    }

    fn broadcast(&mut self, broadcast: Broadcast, look: Look, out: &mut Vec<Span<'a>>) {
        self.losses.add(LossKind::Broadcast, "Teams has none for bots: shown as a word");
        push_text(out, broadcast.word().into(), look);
    }

    fn emoji(&mut self, name: &'a str, look: Look, out: &mut Vec<Span<'a>>) {
        let shown =
            emoji(name).map_or_else(|| format!(":{}:", sanitise_line(name)).into(), Cow::Borrowed);
        push_text(out, shown, look);
    }

    fn time(&mut self, at: Timestamp, style: TimeStyle, look: Look, out: &mut Vec<Span<'a>>) {
        // DATE() and TIME() are text to some of Teams' clients.
        self.losses.add(LossKind::Style, "a time is shown in UTC");
        push_text(out, utc_text(at, style).into(), look);
    }

    fn opens(&self, url: &Url, _address: &str) -> bool {
        opens(url)
    }
}

impl<'a> Piece<'a> for Span<'a> {
    fn link(url: Cow<'a, str>, text: Option<Cow<'a, str>>, look: Look) -> Self {
        let text = text.map_or_else(|| url.clone(), one_line);
        Self::Link { url, text, look }
    }

    fn into_words(self, around: Look) -> (Cow<'a, str>, Look) {
        match self {
            Self::Text { text, look } | Self::Link { text, look, .. } => (text, look),
            Self::Mention { name, .. } => (format!("@{name}").into(), around),
        }
    }

    fn add_words(&self, out: &mut String) {
        out.push_str(self.words());
    }
}

/// A mention as it stands in a text, and its entity.
pub(super) fn mention(id: &str, name: &str) -> (String, String) {
    let text = format!("<at>{name}</at>");
    let mut entity = String::from("{\"type\":\"mention\",\"text\":");
    quote(&text, &mut entity);
    entity.push_str(",\"mentioned\":{\"id\":");
    quote(id, &mut entity);
    entity.push_str(",\"name\":");
    quote(name, &mut entity);
    entity.push_str("}}");
    (text, entity)
}

/// Whether Teams opens an address.
pub(super) fn opens(url: &Url) -> bool {
    matches!(url.scheme(), "http" | "https" | "mailto") && url.as_str().len() <= URL_CHARS
}

/// What Teams takes as the id of a person: its own, the directory's, or the name that they sign in with.
fn is_id(id: &str) -> bool {
    let is_bare = id.chars().all(|c| c.is_ascii_graphic() && !matches!(c, '"' | '<' | '>' | '\\'));
    is_bare
        && id.chars().count() <= ID_CHARS
        && (id.starts_with("29:") && id.len() > 3 || is_guid(id) || is_sign_in_name(id))
}

fn is_guid(id: &str) -> bool {
    let lengths = id.split('-').map(str::len);
    lengths.eq([8, 4, 4, 4, 12]) && id.chars().all(|c| c == '-' || c.is_ascii_hexdigit())
}

fn is_sign_in_name(id: &str) -> bool {
    id.split_once('@').is_some_and(|(name, host)| !name.is_empty() && host.contains('.'))
}

/// A name as it can stand between `<at>` and `</at>`: nothing in it that any markup would read, since
/// it must be the same there and in the list of mentions.
fn mention_name(name: &str) -> String {
    let name = sanitise_line(name);
    let kept = name.chars().filter(|c| !"<>&*[]\\`~{}|\"".contains(*c)).take(NAME_CHARS);
    let kept: String = kept.skip_while(|c| !c.is_alphanumeric()).collect();
    let mut name = kept.trim_end_matches(|c: char| c == '_' || c.is_whitespace()).to_owned();
    if let Some(sign) = opening(&name) {
        // `1.` would begin a list.
        name.remove(sign);
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_can_be_an_id_is_one() {
        for id in ["29:1qRsT", "0d2f7c1e-5b7a-4f0e-9a51-7f7f3c1b2a10", "dana@corp.test"] {
            assert!(is_id(id), "{id}");
        }
        for id in ["", "bob", "29:", "29:a b", "@", "a@b", "29:\"", "<at>@x.test", "U1"] {
            assert!(!is_id(id), "{id}");
        }
    }

    #[test]
    fn a_name_cannot_end_its_mention() {
        assert_eq!(mention_name("Dana</at> Ops"), "Dana/at Ops");
        assert_eq!(mention_name("_*x*_ "), "x");
        assert_eq!(mention_name("# 1. x"), "1 x");
    }
}
