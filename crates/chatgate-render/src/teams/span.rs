//! What stands inside a line.

use std::borrow::Cow;

use crate::inlines::Look;

/// A piece of a line.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Span<'a> {
    Text { text: Cow<'a, str>, look: Look },
    Link { url: Cow<'a, str>, text: Cow<'a, str>, look: Look },
    Mention { id: &'a str, name: String },
}

impl<'a> Span<'a> {
    pub(super) fn text(text: impl Into<Cow<'a, str>>) -> Self {
        Self::Text { text: text.into(), look: Look::default() }
    }

    pub(super) fn bold(text: impl Into<Cow<'a, str>>) -> Self {
        Self::Text { text: text.into(), look: Look::BOLD }
    }

    /// Its words, where nothing of it is live.
    pub(super) fn words(&self) -> &str {
        match self {
            Self::Text { text, .. } | Self::Link { text, .. } => text,
            Self::Mention { name, .. } => name,
        }
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

/// Spans behind a sign.
pub(super) fn behind<'a>(sign: &str, look: Look, mut spans: Vec<Span<'a>>) -> Vec<Span<'a>> {
    match spans.first_mut() {
        Some(Span::Text { text, look: same }) if *same == look => text.to_mut().insert_str(0, sign),
        _ => spans.insert(0, Span::Text { text: sign.to_owned().into(), look }),
    }
    spans
}

/// Whether there is nothing to see.
pub(super) fn is_blank(spans: &[Span<'_>]) -> bool {
    spans.iter().all(Span::is_blank)
}

pub(super) fn words(spans: &[Span<'_>]) -> String {
    spans.iter().map(Span::words).collect()
}

/// The lines of spans. Only text has line ends.
pub(super) fn lines<'a>(spans: Vec<Span<'a>>) -> Vec<Vec<Span<'a>>> {
    let mut lines = vec![Vec::new()];
    for span in spans {
        let Span::Text { text, look } = span else {
            add(&mut lines, span);
            continue;
        };
        if !text.contains('\n') {
            add(&mut lines, Span::Text { text, look });
            continue;
        }
        for (index, line) in text.split('\n').enumerate() {
            if index > 0 {
                lines.push(Vec::new());
            }
            if !line.is_empty() {
                add(&mut lines, Span::Text { text: line.to_owned().into(), look });
            }
        }
    }
    lines
}

fn add<'a>(lines: &mut [Vec<Span<'a>>], span: Span<'a>) {
    if let Some(line) = lines.last_mut() {
        line.push(span);
    }
}
