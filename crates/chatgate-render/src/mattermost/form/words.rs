//! Words of a form, none longer than Mattermost takes.

use std::borrow::Cow;

use chatgate_core::LossKind;
use unicode_segmentation::UnicodeSegmentation;

use crate::Losses;
use crate::mattermost::control::NOTHING;
use crate::mattermost::line::{Within, markdown};
use crate::mattermost::span::Span;

const ELLIPSIS: &str = "…";

/// Says words, keeps what is too long for the text above the fields, and tells what is cut.
pub(super) struct Words<'l> {
    losses: &'l mut Losses,
    overflow: Vec<String>,
}

impl<'l> Words<'l> {
    pub(super) fn new(losses: &'l mut Losses) -> Self {
        Self { losses, overflow: Vec::new() }
    }

    /// Words that are neither empty nor too long.
    pub(super) fn label(&mut self, text: &str, most: usize) -> String {
        if text.len() > most {
            self.lose(LossKind::Cut, "words too long for Mattermost are cut");
        }
        self.short(text, most)
    }

    /// Words that stand whole elsewhere, so that nothing is lost when they are cut here.
    pub(super) fn short(&mut self, text: &str, most: usize) -> String {
        let text = if text.trim().is_empty() { NOTHING } else { text };
        shortened(text, most).into_owned()
    }

    /// Says something of a field in the text above all of them.
    pub(super) fn above(&mut self, label: &str, text: &str) {
        self.lose(LossKind::Style, "words too long for a field stand above all of them");
        let spans = match text.trim().is_empty() {
            true => vec![Span::bold(label.to_owned())],
            false => vec![Span::bold(format!("{label}:")), Span::text(format!(" {text}"))],
        };
        self.overflow.push(markdown(&spans, Within::Lines, false));
    }

    pub(super) fn take_overflow(&mut self) -> Vec<String> {
        std::mem::take(&mut self.overflow)
    }

    pub(super) fn lose(&mut self, kind: LossKind, what: &'static str) {
        self.losses.add(kind, what);
    }
}

/// The text cut between clusters, with a mark where it is longer than so many bytes.
pub(super) fn shortened(text: &str, most: usize) -> Cow<'_, str> {
    if text.len() <= most {
        return Cow::Borrowed(text);
    }
    let room = most.saturating_sub(ELLIPSIS.len());
    let ends = text.grapheme_indices(true).map(|(at, cluster)| at + cluster.len());
    let end = ends.take_while(|end| *end <= room).last().unwrap_or(0);
    format!("{}{ELLIPSIS}", text.get(..end).unwrap_or_default()).into()
}
