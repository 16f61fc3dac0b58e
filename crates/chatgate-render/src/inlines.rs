//! Inlines as a dialect's pieces of a line: what is the same on every platform whose lines have looks
//! and links.

use std::borrow::Cow;

use chatgate_core::{Broadcast, Inline, LossKind, TimeStyle, Timestamp};
use serde_json::Value;
use url::Url;

use crate::link::{address, hides};
use crate::{Losses, MAX_DEPTH, sanitise, sanitise_line, utc_text};

/// How text looks; nested styles are added up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Look {
    pub(crate) bold: bool,
    pub(crate) italic: bool,
    pub(crate) strike: bool,
    pub(crate) code: bool,
}

impl Look {
    pub(crate) const BOLD: Self = Self { bold: true, italic: false, strike: false, code: false };
    pub(crate) const ITALIC: Self = Self { bold: false, italic: true, strike: false, code: false };

    pub(crate) fn is_plain(self) -> bool {
        self == Self::default()
    }
}

/// Who or what is mentioned.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Mentioned<'a> {
    pub(crate) kind: MentionKind,
    pub(crate) id: &'a str,
    /// What it is called, where that is known.
    pub(crate) name: Option<&'a str>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MentionKind {
    User,
    Group,
    Channel,
}

impl Mentioned<'_> {
    /// What it is called, or its id.
    pub(crate) fn shown(&self) -> Cow<'_, str> {
        sanitise_line(self.name.unwrap_or(self.id))
    }
}

/// A dialect's piece of a line.
pub(crate) trait Piece<'a> {
    /// A link; without a text it shows its address.
    fn link(url: Cow<'a, str>, text: Option<Cow<'a, str>>, look: Look) -> Self;

    /// Its words, where nothing of it is live, and how they look; `around` where it has no look of its
    /// own.
    fn into_words(self, around: Look) -> (Cow<'a, str>, Look);

    /// Adds its words, where nothing of it is live.
    fn add_words(&self, out: &mut String);
}

/// Says inlines as pieces of a line, and tells what is lost. A dialect says what is its own.
pub(crate) trait SayInlines<'a> {
    type Piece: Piece<'a>;

    fn losses(&mut self) -> &mut Losses;

    /// Adds text, which is read as it is.
    fn push_text(out: &mut Vec<Self::Piece>, text: Cow<'a, str>, look: Look);

    fn text(&mut self, text: &'a str, look: Look, out: &mut Vec<Self::Piece>) {
        Self::push_text(out, sanitise(text), look);
    }

    fn code(&mut self, text: &'a str, look: Look, out: &mut Vec<Self::Piece>);

    fn mention(&mut self, mentioned: Mentioned<'a>, look: Look, out: &mut Vec<Self::Piece>);

    fn broadcast(&mut self, broadcast: Broadcast, look: Look, out: &mut Vec<Self::Piece>);

    fn emoji(&mut self, name: &'a str, look: Look, out: &mut Vec<Self::Piece>);

    fn time(&mut self, at: Timestamp, style: TimeStyle, look: Look, out: &mut Vec<Self::Piece>) {
        Self::push_text(out, utc_text(at, style).into(), look);
    }

    /// Whether the platform opens an address, as it is written.
    fn opens(&self, url: &Url, address: &str) -> bool;

    /// Whether an address that is opened can be shown as a link without a text.
    fn shows_bare(&self, _address: &str) -> bool {
        true
    }

    fn spans(&mut self, inlines: &'a [Inline], look: Look) -> Vec<Self::Piece> {
        let mut out = Vec::with_capacity(inlines.len());
        self.add_inlines(inlines, look, 0, &mut out);
        out
    }

    fn add_inlines(
        &mut self,
        inlines: &'a [Inline],
        look: Look,
        depth: usize,
        out: &mut Vec<Self::Piece>,
    ) {
        if depth > MAX_DEPTH {
            self.losses().add(LossKind::Depth, "text nested deeper is left out");
            return Self::push_text(out, "…".into(), look);
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
        out: &mut Vec<Self::Piece>,
    ) {
        let below = depth + 1;
        match inline {
            Inline::Text(text) => self.text(text, look, out),
            Inline::Bold(inner) => self.add_inlines(inner, Look { bold: true, ..look }, below, out),
            Inline::Italic(inner) => {
                self.add_inlines(inner, Look { italic: true, ..look }, below, out);
            }
            Inline::Strike(inner) => {
                self.add_inlines(inner, Look { strike: true, ..look }, below, out);
            }
            Inline::Code(text) => self.code(text, look, out),
            Inline::Link { url, label } => {
                let mut words = Vec::new();
                self.add_inlines(label, look, below, &mut words);
                self.add_link(url, words, look, out);
            }
            Inline::User { id, handle } => {
                let (kind, id, name) = (MentionKind::User, id.as_str(), handle.as_deref());
                self.mention(Mentioned { kind, id, name }, look, out);
            }
            Inline::Group { id, handle } => {
                let (kind, id, name) = (MentionKind::Group, id.as_str(), handle.as_deref());
                self.mention(Mentioned { kind, id, name }, look, out);
            }
            Inline::Channel { id, name } => {
                let (kind, id, name) = (MentionKind::Channel, id.as_str(), name.as_deref());
                self.mention(Mentioned { kind, id, name }, look, out);
            }
            Inline::Broadcast(broadcast) => self.broadcast(*broadcast, look, out),
            Inline::Emoji(name) => self.emoji(name, look, out),
            Inline::Time { at, style } => self.time(*at, *style, look, out),
            Inline::Break => Self::push_text(out, "\n".into(), look),
            Inline::Other(raw) => {
                self.losses().add(LossKind::Unknown, "an unknown piece is shown by its words");
                let text = raw.get("text").and_then(Value::as_str).unwrap_or_default();
                Self::push_text(out, sanitise(text), look);
            }
            _ => self.losses().add(LossKind::Unknown, "an unknown piece is left out"),
        }
    }

    /// Adds a link. Where its label looks like another address, or the platform would not open it, the
    /// label is text and the address stands behind it.
    fn add_link(
        &mut self,
        url: &'a Url,
        label: Vec<Self::Piece>,
        look: Look,
        out: &mut Vec<Self::Piece>,
    ) {
        let address = address(url);
        let mut said = String::new();
        label.iter().for_each(|piece| piece.add_words(&mut said));
        let is_bare = said.trim().is_empty() || said == address;
        let opens = self.opens(url, &address);
        let opens_bare = opens && self.shows_bare(&address);
        if opens_bare && is_bare {
            return out.push(Piece::link(address, None, look));
        }
        if opens && !is_bare && !hides(&said, url) {
            return out.extend(label.into_iter().map(|piece| {
                // A mention in a label would notify, and a link is no place for that.
                let (text, look) = piece.into_words(look);
                Piece::link(address.clone(), Some(text), look)
            }));
        }
        if !opens {
            self.losses().add(LossKind::Style, "an address that is not opened is shown as text");
        }
        if is_bare {
            return Self::push_text(out, address, look);
        }
        for piece in label {
            let (text, look) = piece.into_words(look);
            Self::push_text(out, text, look);
        }
        Self::push_text(out, " (".into(), look);
        if opens_bare {
            out.push(Piece::link(address, None, look));
        } else {
            Self::push_text(out, address, look);
        }
        Self::push_text(out, ")".into(), look);
    }
}

/// Text without line ends.
pub(crate) fn one_line(text: Cow<'_, str>) -> Cow<'_, str> {
    if text.contains('\n') { text.replace('\n', " ").into() } else { text }
}
