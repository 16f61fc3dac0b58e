//! Words of a form, none longer than Slack takes.

use std::borrow::Cow;

use chatgate_core::LossKind;

use crate::Losses;
use crate::slack::control::{NOTHING, shortened};
use crate::slack::wire::Text;

/// Says words, and tells what was cut.
pub(super) struct Words<'l> {
    losses: &'l mut Losses,
}

impl<'l> Words<'l> {
    pub(super) fn new(losses: &'l mut Losses) -> Self {
        Self { losses }
    }

    /// Words that are neither empty nor too long.
    pub(super) fn plain<'a>(&mut self, text: Cow<'a, str>, most: usize) -> Text<'a> {
        if shortened(&text, most).is_some() {
            self.losses.add(LossKind::Cut, "words too long for Slack are cut");
        }
        self.short(text, most)
    }

    /// Words that stand whole elsewhere, so that nothing is lost when they are cut here.
    pub(super) fn short<'a>(&mut self, text: Cow<'a, str>, most: usize) -> Text<'a> {
        if text.trim().is_empty() {
            return Text::plain(NOTHING);
        }
        match shortened(&text, most) {
            Some(short) => Text::plain(short),
            None => Text::plain(text),
        }
    }

    /// Words that may be left out when there are none.
    pub(super) fn some<'a>(&mut self, text: Cow<'a, str>, most: usize) -> Option<Text<'a>> {
        (!text.trim().is_empty()).then(|| self.plain(text, most))
    }

    /// A value that the field cannot hold at first.
    pub(super) fn left_out(&mut self, what: &'static str) {
        self.losses.add(LossKind::Form, what);
    }

    /// Something that is shown in another way.
    pub(super) fn otherwise(&mut self, what: &'static str) {
        self.losses.add(LossKind::Style, what);
    }
}

/// How long text is in UTF-16.
pub(super) fn length(text: &str) -> usize {
    text.chars().map(char::len_utf16).sum()
}

/// As much of a text as fits.
pub(super) fn shortest(text: &str, most: usize) -> &str {
    let mut units = 0;
    let end = text.char_indices().find(|(_, c)| {
        units += c.len_utf16();
        units > most
    });
    end.map_or(text, |(at, _)| text.get(..at).unwrap_or_default())
}
