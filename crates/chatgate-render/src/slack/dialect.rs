//! The dialect itself.

use chatgate_core::{
    Content, Dialect, Fitted, Form, LossKind, Phrases, Rendered, Result, Surface, Target,
};

use super::atom::{Atom, Head};
use super::build::Builder;
use super::envelope::Envelope;
use super::form::{self, Labels};
use super::limits::{MESSAGE_BYTES, SUMMARY_CHARS};
use super::measure::{Room, Size};
use super::pack::pack;
use super::text::text;
use super::wire::Text;
use super::write::{context, write_blocks};
use crate::{Losses, sanitise_line};

/// At most what a line of small print takes in JSON around its text.
const CONTEXT_BYTES: usize = 80;

/// What stands below a home page that is cut off.
const CUT: &str = "…";

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
        let Some(whole) = Room::of(&target.capabilities.limits, target.surface) else {
            losses.add(LossKind::Cut, "left out: not even a short message fits");
            return Fitted::new(Vec::new(), losses.into_vec());
        };
        let mark = if can_repeat(target.surface) { self.mark(&whole) } else { None };
        let room = mark.as_deref().map_or(whole, |mark| {
            let line = Size { units: 1, bytes: 2, ..Size::default() };
            whole.without(Size::block() + Size::of(mark, CONTEXT_BYTES), Size::of(mark, 0) + line)
        });

        let mut builder = Builder::new(&target.capabilities, room, &mut losses);
        builder.blocks(&content.blocks, 0);
        let (atoms, tables) = (builder.atoms, builder.tables);
        let summary = sanitise_line(&content.notification(SUMMARY_CHARS)).into_owned();
        let parts = Parts { content, summary: &summary, room, mark: mark.as_deref() };
        let rendered = if target.surface == Surface::Home {
            parts.home(&atoms, &tables, &mut losses)
        } else {
            parts.messages(&atoms, &tables, Envelope::of(target.surface), &mut losses)
        };
        Fitted::new(rendered, losses.into_vec())
    }

    fn form(&self, form: &Form, target: &Target) -> Result<Fitted> {
        form::modal(form, target, &self.labels)
    }
}

/// Whether a message may be sent twice. An answer goes back once, inside the request that waits for
/// it; a home page takes the place of the one before.
fn can_repeat(surface: Surface) -> bool {
    !matches!(surface, Surface::Answer | Surface::Home)
}

/// What is the same in all parts of a content.
struct Parts<'a> {
    content: &'a Content,
    summary: &'a str,
    room: Room,
    mark: Option<&'a str>,
}

impl Parts<'_> {
    /// As many messages as it takes.
    fn messages(
        &self,
        atoms: &[Atom<'_>],
        tables: &[Head<'_>],
        envelope: &Envelope,
        losses: &mut Losses,
    ) -> Vec<Rendered> {
        let mut ranges = pack(atoms, tables, self.room.part);
        if ranges.is_empty() {
            // Nothing of it can be seen, but it was said.
            ranges.push(0..0);
        }
        if ranges.len() > 1 {
            losses.add(LossKind::Length, format!("sent in {} parts", ranges.len()));
        }
        let mut parts = Vec::with_capacity(ranges.len());
        let mut written = String::with_capacity(capacity(atoms));
        for range in ranges {
            let is_first = range.start == 0;
            let atoms = atoms.get(range).unwrap_or_default();
            let words = text(self.content, atoms, tables, is_first, self.room.text);
            written.clear();
            let part = write_blocks(atoms, tables, &mut written)
                .and_then(|()| envelope.part(&words, &written, self.summary, self.mark));
            match part {
                Ok(part) => parts.push(part),
                // Text and native JSON are always JSON; were they not, silence would be worse.
                Err(error) => losses.add(LossKind::Cut, error.to_string()),
            }
        }
        parts
    }

    /// One page: what does not fit it is not shown.
    fn home(
        &self,
        mut atoms: &[Atom<'_>],
        tables: &[Head<'_>],
        losses: &mut Losses,
    ) -> Vec<Rendered> {
        let is_cut = pack(atoms, tables, self.room.part).len() > 1;
        if is_cut {
            losses.add(LossKind::Cut, "what does not fit a home page is left out");
            let ranges = pack(
                atoms,
                tables,
                self.room.part.minus(Size::block() + Size::of(CUT, CONTEXT_BYTES)),
            );
            let fits = ranges.into_iter().next().unwrap_or_default();
            atoms = atoms.get(fits).unwrap_or_default();
        }
        let mut written = String::with_capacity(capacity(atoms));
        let part = write_blocks(atoms, tables, &mut written).and_then(|()| {
            if is_cut {
                written.push(',');
                context(&Text::plain(CUT), &mut written);
            }
            Envelope::of(Surface::Home).part("", &written, self.summary, None)
        });
        match part {
            Ok(part) => vec![part],
            Err(error) => {
                losses.add(LossKind::Cut, error.to_string());
                Vec::new()
            }
        }
    }
}

/// Room for the blocks of one part.
fn capacity(atoms: &[Atom<'_>]) -> usize {
    atoms.iter().map(|atom| atom.size.bytes).sum::<usize>().min(MESSAGE_BYTES)
}
