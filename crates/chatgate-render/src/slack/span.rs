//! What stands inside a rich text element.

use std::borrow::Cow;

use super::measure::{Size, is_plain, units};
use crate::inlines::Look;
use crate::json::text_bytes;
use crate::sanitise;

/// At most what an element has in JSON around its texts.
const TEXT_BYTES: usize = 110;
const DATE_BYTES: usize = 200;

/// What a mention is counted as: its name is Slack's, and short.
const MENTION_UNITS: usize = 24;

/// A piece of a line. Text in it is literal: Slack reads no markup in rich text.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Span<'a> {
    Text {
        text: Cow<'a, str>,
        style: Look,
        /// Known to be as long in every way, and written as it is everywhere: see [`is_plain`].
        is_plain: bool,
    },
    Link {
        url: Cow<'a, str>,
        text: Option<Cow<'a, str>>,
        style: Look,
    },
    Emoji {
        name: &'a str,
    },
    User {
        user_id: &'a str,
        /// For where it is only a word.
        name: Cow<'a, str>,
        style: Look,
    },
    Usergroup {
        usergroup_id: &'a str,
        name: Cow<'a, str>,
        style: Look,
    },
    Channel {
        channel_id: &'a str,
        name: Cow<'a, str>,
        style: Look,
    },
    Broadcast {
        range: &'static str,
        style: Look,
    },
    Date {
        timestamp: i64,
        format: &'static str,
        fallback: String,
        style: Look,
    },
}

impl<'a> Span<'a> {
    pub(super) fn text(text: impl Into<Cow<'a, str>>) -> Self {
        Self::Text { text: text.into(), style: Look::default(), is_plain: false }
    }

    pub(super) fn bold(text: impl Into<Cow<'a, str>>) -> Self {
        Self::Text { text: text.into(), style: Look::BOLD, is_plain: false }
    }

    /// What it takes.
    pub(super) fn size(&self) -> Size {
        match self {
            Self::Text { text, is_plain: true, .. } => {
                Size::element(text.len(), text.len() + TEXT_BYTES)
            }
            Self::Text { text, .. } => Size::of(text, TEXT_BYTES),
            Self::Link { url, text: Some(text), .. } => {
                Size::of(text, TEXT_BYTES + text_bytes(url))
            }
            Self::Link { url, text: None, .. } => Size::of(url, TEXT_BYTES),
            Self::Emoji { name } => Size::element(units(name) + 2, TEXT_BYTES + text_bytes(name)),
            Self::User { user_id: id, .. }
            | Self::Usergroup { usergroup_id: id, .. }
            | Self::Channel { channel_id: id, .. } => {
                Size::element(MENTION_UNITS, TEXT_BYTES + text_bytes(id))
            }
            Self::Broadcast { .. } => Size::element(MENTION_UNITS, TEXT_BYTES),
            Self::Date { fallback, .. } => Size::of(fallback, DATE_BYTES),
        }
    }

    /// The text that may be cut, if any.
    pub(super) fn divisible(&self) -> Option<&str> {
        match self {
            Self::Text { text, .. } | Self::Link { text: Some(text), .. } => Some(text),
            _ => None,
        }
    }

    /// Cuts its text behind so many bytes.
    pub(super) fn split_at(&mut self, at: usize) -> Self {
        let mut rest = self.clone();
        if let (
            Self::Text { text, .. } | Self::Link { text: Some(text), .. },
            Self::Text { text: tail, .. } | Self::Link { text: Some(tail), .. },
        ) = (self, &mut rest)
        {
            let (before, after) = halves(text, at);
            *text = before;
            *tail = after;
        }
        rest
    }

    /// Writes its words, to where nothing of it is live.
    pub(super) fn words(&self, out: &mut dyn FnMut(&str)) {
        match self {
            Self::Text { text, .. } | Self::Link { text: Some(text), .. } => out(text),
            Self::Link { url, .. } => out(url),
            Self::Emoji { name } => {
                out(":");
                out(name);
                out(":");
            }
            Self::User { name, .. } | Self::Usergroup { name, .. } => {
                out("@");
                out(name);
            }
            Self::Channel { name, .. } => {
                out("#");
                out(name);
            }
            Self::Broadcast { range, .. } => {
                out("@");
                out(range);
            }
            Self::Date { fallback, .. } => out(fallback),
        }
    }

    fn is_blank(&self) -> bool {
        matches!(self, Self::Text { text, .. } if text.trim().is_empty())
    }
}

/// Adds text. Text that looks the same as the one before it is one element all the same: see
/// [`Spans`].
pub(super) fn push_text<'a>(spans: &mut Vec<Span<'a>>, text: Cow<'a, str>, look: Look) {
    if !text.is_empty() {
        spans.push(Span::Text { text, style: look, is_plain: false });
    }
}

/// Adds text of a content. Most of it needs no look but this one.
pub(super) fn push_words<'a>(spans: &mut Vec<Span<'a>>, text: &'a str, look: Look) {
    if !is_plain(text) {
        push_text(spans, sanitise(text), look);
    } else if !text.is_empty() {
        spans.push(Span::Text { text: text.into(), style: look, is_plain: true });
    }
}

/// The text, if that is all there is, in one look.
pub(super) fn one_text<'a>(spans: &[Span<'a>]) -> Option<(Cow<'a, str>, Look)> {
    let (first, rest) = spans.split_first()?;
    let Span::Text { text, style, .. } = first else { return None };
    let mut text = text.clone();
    for span in rest {
        match span {
            Span::Text { text: more, style: look, .. } if look == style => {
                text.to_mut().push_str(more);
            }
            _ => return None,
        }
    }
    Some((text, *style))
}

/// Puts texts together that look the same.
pub(super) fn merge(spans: &mut Vec<Span<'_>>) {
    spans.dedup_by(|span, before| match (span, before) {
        (
            Span::Text { text, style, is_plain },
            Span::Text { text: before, style: look, is_plain: all_plain },
        ) if style == look => {
            before.to_mut().push_str(text);
            *all_plain &= *is_plain;
            true
        }
        _ => false,
    });
}

/// Whether there is nothing to see: Slack refuses empty text.
pub(super) fn is_blank(spans: &[Span<'_>]) -> bool {
    spans.iter().all(Span::is_blank)
}

/// What spans take; texts that look the same are one element.
pub(super) fn size(spans: &[Span<'_>]) -> Size {
    let mut before = None;
    spans.iter().fold(Size::default(), |size, span| {
        size + match (before.replace(span), span) {
            (Some(before), Span::Text { text, is_plain, .. }) if continues(before, span) => {
                if *is_plain {
                    Size::plain(text.len())
                } else {
                    Size::text(text)
                }
            }
            _ => span.size(),
        }
    })
}

/// Whether text is of one element with the text before it.
pub(super) fn continues(before: &Span<'_>, span: &Span<'_>) -> bool {
    match (before, span) {
        (Span::Text { style: before, .. }, Span::Text { style, .. }) => before == style,
        _ => false,
    }
}

fn halves<'a>(text: &Cow<'a, str>, at: usize) -> (Cow<'a, str>, Cow<'a, str>) {
    match text {
        Cow::Borrowed(text) => {
            let (before, after) = text.split_at(at);
            (before.into(), after.into())
        }
        Cow::Owned(text) => {
            let (before, after) = text.split_at(at);
            (before.to_owned().into(), after.to_owned().into())
        }
    }
}
