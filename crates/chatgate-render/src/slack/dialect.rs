//! The dialect itself.

use std::borrow::Cow;

use chatgate_core::{
    Content, Dialect, Fitted, Form, LossKind, Phrases, Rendered, Result, Surface, Target,
};

use super::build::Builder;
use super::form::{self, Labels};
use super::measure::{Room, Size};
use super::pack::{blocks, pack};
use super::text::{text, with_mark};
use super::wire::{Block, Message, Text};
use crate::{Losses, sanitise_line};

/// How long a summary may be: what a notification shows.
const SUMMARY_CHARS: usize = 200;

/// At most what a line of small print takes in JSON around its text.
const CONTEXT_BYTES: usize = 80;

/// Says contents as Block Kit.
///
/// ```
/// use std::sync::Arc;
/// use chatgate_core::{Capabilities, Content, Dialect, Level, Surface, Target};
/// use chatgate_render::BlockKit;
/// use serde_json::{Value, json};
///
/// let target = Target::new(Surface::Post, Arc::new(Capabilities::all()));
/// let fitted = BlockKit::new().message(&Content::status(Level::Success, "api is live"), &target);
/// let payload: Value = fitted.parts[0].read()?;
/// assert_eq!(payload["text"], ":white_check_mark: api is live");
/// assert_eq!(payload["blocks"][0]["type"], "rich_text");
/// # Ok::<(), chatgate_core::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct BlockKit {
    possibly_repeated: String,
    labels: Labels,
}

impl Default for BlockKit {
    fn default() -> Self {
        let Phrases { possibly_repeated, submit, yes, .. } = Phrases::default();
        Self { possibly_repeated, labels: Labels { submit, yes } }
    }
}

impl BlockKit {
    /// With chatgate's own phrases.
    ///
    /// ```
    /// let dialect = chatgate_render::BlockKit::new();
    /// ```
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes the words that it says itself from a program's own phrases.
    ///
    /// ```
    /// let phrases = chatgate_core::Phrases::default();
    /// let dialect = chatgate_render::BlockKit::new().with_phrases(&phrases);
    /// ```
    #[must_use]
    pub fn with_phrases(mut self, phrases: &Phrases) -> Self {
        self.possibly_repeated.clone_from(&phrases.possibly_repeated);
        self.labels.submit.clone_from(&phrases.submit);
        self.labels.yes.clone_from(&phrases.yes);
        self
    }

    /// The line above a message that is perhaps sent twice. Every part leaves room for it; where it
    /// would take more than a quarter of the part only its sign is said, at worst nothing.
    fn mark(&self, room: &Room) -> Option<String> {
        let phrase = sanitise_line(&self.possibly_repeated);
        [phrase.as_ref(), "↻"]
            .into_iter()
            .filter(|words| !words.trim().is_empty() && room.part.blocks > 1)
            .find(|words| {
                let size = Size::of(words, CONTEXT_BYTES);
                size.units <= room.part.units / 4 && size.bytes <= room.part.bytes / 4
            })
            .map(str::to_owned)
    }
}

impl Dialect for BlockKit {
    fn message(&self, content: &Content, target: &Target) -> Fitted {
        if content.is_empty() {
            return Fitted::default();
        }
        let mut losses = Losses::new();
        let Some(whole) = Room::of(&target.capabilities.limits) else {
            losses.add(LossKind::Cut, "left out: not even a short message fits");
            return Fitted::new(Vec::new(), losses.into_vec());
        };
        // An answer goes back once, inside the request that waits for it.
        let mark = if target.surface == Surface::Answer { None } else { self.mark(&whole) };
        let room = mark.as_deref().map_or(whole, |mark| {
            let line = Size { units: 1, bytes: 2, ..Size::default() };
            whole.without(Size::block() + Size::of(mark, CONTEXT_BYTES), Size::of(mark, 0) + line)
        });

        let mut builder = Builder::new(&target.capabilities, room, &mut losses);
        builder.blocks(&content.blocks, 0);
        let (atoms, tables) = (builder.atoms, builder.tables);
        let mut ranges = pack(&atoms, &tables, room.part);
        if ranges.is_empty() {
            // Nothing of it can be seen, but it was said.
            ranges.push(0..0);
        }
        if ranges.len() > 1 {
            losses.add(LossKind::Length, format!("sent in {} parts", ranges.len()));
        }
        let summary = sanitise_line(&content.notification(SUMMARY_CHARS)).into_owned();
        let texts: Vec<_> = ranges
            .iter()
            .map(|range| {
                let atoms = atoms.get(range.clone()).unwrap_or_default();
                text(content, atoms, &tables, range.start == 0, room.text)
            })
            .collect();
        let mut parts = Vec::with_capacity(ranges.len());
        let mut atoms = atoms.into_iter();
        for (range, text) in ranges.into_iter().zip(texts) {
            let blocks = blocks(atoms.by_ref().take(range.len()), &tables);
            match rendered(&text, blocks, &summary, mark.as_deref()) {
                Ok(part) => parts.push(part),
                // Text and native JSON are always JSON; were they not, silence would be worse.
                Err(error) => losses.add(LossKind::Cut, Cow::Owned(error.to_string())),
            }
        }
        Fitted::new(parts, losses.into_vec())
    }

    fn form(&self, form: &Form, target: &Target) -> Result<Fitted> {
        form::modal(form, target, &self.labels)
    }
}

fn rendered<'a>(
    text: &str,
    mut blocks: Vec<Block<'a>>,
    summary: &str,
    mark: Option<&'a str>,
) -> Result<Rendered> {
    let rendered = Rendered::new(&message(text, &blocks), summary)?;
    let Some(mark) = mark else {
        return Ok(rendered);
    };
    blocks.insert(0, Block::Context { elements: [Text::plain(mark)] });
    rendered.with_repeated(&message(&with_mark(mark, text), &blocks))
}

fn message<'a>(text: &'a str, blocks: &'a [Block<'a>]) -> Message<'a> {
    Message { text, blocks, unfurl_links: false, unfurl_media: false }
}
