//! What stands inside a line.

use std::borrow::Cow;

use crate::inlines::Look;

/// A piece of a line.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Span<'a> {
    /// Text, which is read as it is.
    Text { text: Cow<'a, str>, look: Look },
    /// A link; without a text it shows its address.
    Link { url: Cow<'a, str>, text: Option<Cow<'a, str>>, look: Look },
    /// What the server or the clients find in text: a mention, a channel, an emoji.
    Live { text: String, look: Look, notifies: bool },
}

impl<'a> Span<'a> {
    pub(super) fn text(text: impl Into<Cow<'a, str>>) -> Self {
        Self::Text { text: text.into(), look: Look::default() }
    }

    pub(super) fn bold(text: impl Into<Cow<'a, str>>) -> Self {
        Self::Text { text: text.into(), look: Look::BOLD }
    }

    pub(super) fn emoji(name: &str) -> Self {
        Self::Live { text: format!(":{name}:"), look: Look::default(), notifies: false }
    }

    /// Its words, where nothing of it is live.
    pub(super) fn words(&self) -> &str {
        match self {
            Self::Text { text, .. } | Self::Link { text: Some(text), .. } => text,
            Self::Link { url, .. } => url,
            Self::Live { text, .. } => text,
        }
    }

    /// The text that may be cut, if any.
    pub(super) fn divisible(&self) -> Option<&str> {
        match self {
            Self::Text { text, .. } | Self::Link { text: Some(text), .. } => Some(text),
            _ => None,
        }
    }

    /// Cuts its text behind so many bytes, and gives back the rest.
    pub(super) fn split_off(&mut self, at: usize) -> Self {
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

    pub(super) fn notifies(&self) -> bool {
        matches!(self, Self::Live { notifies: true, .. })
    }

    pub(super) fn is_emoji(&self) -> bool {
        matches!(self, Self::Live { text, .. } if text.starts_with(':'))
    }

    fn is_blank(&self) -> bool {
        matches!(self, Self::Text { text, .. } if text.trim().is_empty())
    }
}

/// Adds text, to the text before where it looks the same.
pub(super) fn push_text<'a>(spans: &mut Vec<Span<'a>>, text: Cow<'a, str>, look: Look) {
    if text.is_empty() {
        return;
    }
    match spans.last_mut() {
        Some(Span::Text { text: last, look: same }) if *same == look => {
            last.to_mut().push_str(&text);
        }
        _ => spans.push(Span::Text { text, look }),
    }
}

/// Whether there is nothing to see.
pub(super) fn is_blank(spans: &[Span<'_>]) -> bool {
    spans.iter().all(Span::is_blank)
}

/// The words of a line.
pub(super) fn words(spans: &[Span<'_>]) -> String {
    spans.iter().map(Span::words).collect()
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
