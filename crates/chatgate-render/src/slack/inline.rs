//! Inlines as elements of rich text.

use std::borrow::Cow;

use chatgate_core::{Broadcast, Feature, Inline, LossKind, TimeStyle, Timestamp};
use serde_json::Value;
use url::Url;

use super::MAX_DEPTH;
use super::build::Builder;
use super::limits::URL_UNITS;
use super::measure::Size;
use super::span::{Look, Span, push_text, push_words};
use crate::link::{address, hides};
use crate::{sanitise, sanitise_line, utc_text};

/// Longer ids and emoji names are none.
const ID_CHARS: usize = 32;
const EMOJI_CHARS: usize = 24;

/// Behind the year 9999 a date cannot be shown.
const LAST_SECOND: i64 = 253_402_300_799;

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
            Inline::Text(text) => push_words(out, text, look),
            Inline::Bold(inner) => {
                self.add_inlines(inner, Look { bold: true, ..look }, depth + 1, out);
            }
            Inline::Italic(inner) => {
                self.add_inlines(inner, Look { italic: true, ..look }, depth + 1, out);
            }
            Inline::Strike(inner) => {
                self.add_inlines(inner, Look { strike: true, ..look }, depth + 1, out);
            }
            Inline::Code(text) => push_words(out, text, Look { code: true, ..look }),
            Inline::Link { url, label } => {
                let mut words = Vec::new();
                self.add_inlines(label, look, depth + 1, &mut words);
                self.add_link(url, words, look, out);
            }
            Inline::User { id, handle } => {
                let name = name(id.as_str(), handle.as_deref());
                let user = Span::User { user_id: id.as_str(), name, style: look };
                self.mention(id.as_str(), user, look, out);
            }
            Inline::Group { id, handle } => {
                let name = name(id.as_str(), handle.as_deref());
                let group = Span::Usergroup { usergroup_id: id.as_str(), name, style: look };
                self.mention(id.as_str(), group, look, out);
            }
            Inline::Channel { id, name: known } => {
                let name = name(id.as_str(), known.as_deref());
                let channel = Span::Channel { channel_id: id.as_str(), name, style: look };
                self.mention(id.as_str(), channel, look, out);
            }
            Inline::Broadcast(broadcast) => self.broadcast(*broadcast, look, out),
            Inline::Emoji(name) if is_emoji(name) => out.push(Span::Emoji { name }),
            Inline::Emoji(name) => {
                push_text(out, format!(":{}:", sanitise_line(name)).into(), look);
            }
            Inline::Time { at, style } => out.push(date(*at, *style, look)),
            Inline::Break => push_text(out, "\n".into(), look),
            Inline::Other(raw) => {
                self.losses.add(LossKind::Unknown, "an unknown piece is shown by its words");
                let text = raw.get("text").and_then(Value::as_str).unwrap_or_default();
                push_text(out, sanitise(text), look);
            }
            _ => self.losses.add(LossKind::Unknown, "an unknown piece is left out"),
        }
    }

    fn mention(&mut self, id: &str, span: Span<'a>, look: Look, out: &mut Vec<Span<'a>>) {
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

    /// Adds a link. Where its label looks like another address, or Slack would not open it, the
    /// label is text and the address stands behind it.
    pub(super) fn add_link(
        &mut self,
        url: &'a Url,
        label: Vec<Span<'a>>,
        look: Look,
        out: &mut Vec<Span<'a>>,
    ) {
        let address = address(url);
        let label_text: String = label.iter().map(words).collect();
        let is_bare = label_text.trim().is_empty() || label_text == address;
        let link = |text| Span::Link { url: address.clone(), text, style: look };
        let size = link(None).size();
        let most = self.room.section;
        let opens = matches!(url.scheme(), "http" | "https" | "mailto")
            && size.bytes <= most.bytes / 2
            && size.units <= URL_UNITS;
        let fits_bare = size.fits(most);
        if opens && is_bare && fits_bare {
            return out.push(link(None));
        }
        if opens && !is_bare && !hides(&label_text, url) {
            return out.extend(label.into_iter().map(|span| {
                let style = match &span {
                    Span::Text { style, .. } => *style,
                    _ => look,
                };
                let text: Cow<'a, str> = match span {
                    Span::Text { text, .. } => one_line(text),
                    other => words(&other).into(),
                };
                Span::Link { url: address.clone(), text: Some(text), style }
            }));
        }
        if !opens {
            self.losses
                .add(LossKind::Style, "an address that Slack does not open is shown as text");
        }
        if is_bare {
            return push_text(out, address, look);
        }
        for span in label {
            match span {
                text @ Span::Text { .. } => out.push(text),
                other => push_text(out, words(&other).into(), look),
            }
        }
        push_text(out, " (".into(), look);
        if opens && fits_bare {
            out.push(link(None));
        } else {
            push_text(out, address, look);
        }
        push_text(out, ")".into(), look);
    }
}

/// The words of a span.
pub(super) fn words(span: &Span<'_>) -> String {
    let mut out = String::new();
    span.words(&mut |word| out.push_str(word));
    out
}

fn name<'a>(id: &'a str, known: Option<&'a str>) -> Cow<'a, str> {
    sanitise_line(known.unwrap_or(id))
}

fn one_line(text: Cow<'_, str>) -> Cow<'_, str> {
    if text.contains('\n') { text.replace('\n', " ").into() } else { text }
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
