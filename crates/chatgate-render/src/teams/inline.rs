//! Inlines as spans.

use std::borrow::Cow;

use chatgate_core::{Broadcast, Feature, Inline, LossKind, TimeStyle, Timestamp, UserId};
use serde_json::Value;
use url::Url;

use super::MAX_DEPTH;
use super::json::quote;
use super::limits::{ID_CHARS, NAME_CHARS, URL_CHARS};
use super::markdown::opening;
use super::span::{Look, Span, push_text, words};
use crate::emoji::emoji;
use crate::link::{address, hides};
use crate::{Losses, sanitise, sanitise_line, utc_text};

/// Reads inlines as spans, and tells what is lost.
pub(super) struct Inlines<'l> {
    pub(super) losses: &'l mut Losses,
    pub(super) capabilities: &'l chatgate_core::Capabilities,
}

impl Inlines<'_> {
    pub(super) fn spans<'a>(&mut self, inlines: &'a [Inline], look: Look) -> Vec<Span<'a>> {
        let mut out = Vec::with_capacity(inlines.len());
        self.add_all(inlines, look, 0, &mut out);
        out
    }

    fn add_all<'a>(
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
            self.add(inline, look, depth, out);
        }
    }

    fn add<'a>(&mut self, inline: &'a Inline, look: Look, depth: usize, out: &mut Vec<Span<'a>>) {
        match inline {
            Inline::Text(text) => push_text(out, sanitise(text), look),
            Inline::Bold(inner) => {
                self.add_all(inner, Look { bold: true, ..look }, depth + 1, out);
            }
            Inline::Italic(inner) => {
                self.add_all(inner, Look { italic: true, ..look }, depth + 1, out);
            }
            Inline::Strike(inner) => {
                self.add_all(inner, Look { strike: true, ..look }, depth + 1, out);
            }
            Inline::Code(text) => push_text(out, sanitise(text), Look { code: true, ..look }),
            Inline::Link { url, label } => {
                let mut words = Vec::new();
                self.add_all(label, look, depth + 1, &mut words);
                self.link(url, words, look, out);
            }
            Inline::User { id, handle } => self.user(id, handle.as_deref(), look, out),
            Inline::Group { id, handle } => {
                self.losses.add(LossKind::Mention, "Teams mentions people only: shown as a name");
                named(out, '@', handle.as_deref().unwrap_or(id.as_str()), look);
            }
            Inline::Channel { id, name } => {
                self.losses.add(LossKind::Mention, "Teams mentions people only: shown as a name");
                named(out, '#', name.as_deref().unwrap_or(id.as_str()), look);
            }
            Inline::Broadcast(broadcast) => self.broadcast(*broadcast, look, out),
            Inline::Emoji(name) => {
                let shown = emoji(name)
                    .map_or_else(|| format!(":{}:", sanitise_line(name)).into(), Cow::Borrowed);
                push_text(out, shown, look);
            }
            Inline::Time { at, style } => self.time(*at, *style, look, out),
            Inline::Break => push_text(out, "\n".into(), look),
            Inline::Other(raw) => {
                self.losses.add(LossKind::Unknown, "an unknown piece is shown by its words");
                let text = raw.get("text").and_then(Value::as_str).unwrap_or_default();
                push_text(out, sanitise(text), look);
            }
            _ => self.losses.add(LossKind::Unknown, "an unknown piece is left out"),
        }
    }

    fn user<'a>(
        &mut self,
        id: &'a UserId,
        handle: Option<&'a str>,
        look: Look,
        out: &mut Vec<Span<'a>>,
    ) {
        let shown = handle.unwrap_or(id.as_str());
        let name = mention_name(shown);
        if is_id(id.as_str()) && self.capabilities.can(Feature::Mentions) && !name.is_empty() {
            return out.push(Span::Mention { id: id.as_str(), name });
        }
        self.losses.add(LossKind::Mention, "shown as a name");
        named(out, '@', shown, look);
    }

    fn broadcast(&mut self, broadcast: Broadcast, look: Look, out: &mut Vec<Span<'_>>) {
        self.losses.add(LossKind::Broadcast, "Teams has none for bots: shown as a word");
        push_text(out, broadcast.word().into(), look);
    }

    fn time(&mut self, at: Timestamp, style: TimeStyle, look: Look, out: &mut Vec<Span<'_>>) {
        // DATE() and TIME() are text to some of Teams' clients.
        self.losses.add(LossKind::Style, "a time is shown in UTC");
        push_text(out, utc_text(at, style).into(), look);
    }

    /// Adds a link. Where its label looks like another address, or Teams would not open it, the label
    /// is text and the address stands behind it.
    pub(super) fn link<'a>(
        &mut self,
        url: &'a Url,
        label: Vec<Span<'a>>,
        look: Look,
        out: &mut Vec<Span<'a>>,
    ) {
        let address = address(url);
        let said = words(&label);
        let is_bare = said.trim().is_empty() || said == address;
        let opens = opens(url);
        let link = |text: Cow<'a, str>, look| Span::Link { url: address.clone(), text, look };
        if opens && is_bare {
            return out.push(link(address.clone(), look));
        }
        if opens && !hides(&said, url) {
            return out.extend(label.into_iter().map(|span| match span {
                Span::Text { text, look } | Span::Link { text, look, .. } => {
                    link(one_line(text), look)
                }
                Span::Mention { name, .. } => link(format!("@{name}").into(), look),
            }));
        }
        if !opens {
            self.losses
                .add(LossKind::Style, "an address that Teams does not open is shown as text");
        }
        if is_bare {
            return push_text(out, address, look);
        }
        for span in label {
            match span {
                Span::Text { text, look } | Span::Link { text, look, .. } => {
                    push_text(out, text, look);
                }
                Span::Mention { name, .. } => push_text(out, format!("@{name}").into(), look),
            }
        }
        push_text(out, " (".into(), look);
        if opens {
            out.push(link(address.clone(), look));
        } else {
            push_text(out, address, look);
        }
        push_text(out, ")".into(), look);
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

fn named(out: &mut Vec<Span<'_>>, sign: char, name: &str, look: Look) {
    push_text(out, format!("{sign}{}", sanitise_line(name)).into(), look);
}

fn one_line(text: Cow<'_, str>) -> Cow<'_, str> {
    if text.contains('\n') { text.replace('\n', " ").into() } else { text }
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
