//! The dialect itself.

use std::borrow::Cow;

use chatgate_core::{
    Content, Dialect, Fitted, Form, LossKind, Phrases, Rendered, Result, Surface, Target,
};
use serde_json::value::RawValue;

use super::build::{Builder, Options};
use super::envelope::{Envelope, Said};
use super::form::dialog;
use super::limits::SUMMARY_CHARS;
use super::size::{Size, room};
use super::text::{Carrier, carrier, take_apart};
use crate::{Losses, sanitise_line};

/// Says contents as Adaptive Cards, and words alone as text messages.
///
/// ```
/// use std::sync::Arc;
/// use chatgate_core::{Content, Dialect, Level, Surface, Target};
/// use chatgate_render::teams::{self, AdaptiveCards};
/// use serde_json::Value;
///
/// let target = Target::new(Surface::Webhook, Arc::new(teams::webhook_capabilities()));
/// let content = Content::status(Level::Success, "api is live");
/// let fitted = AdaptiveCards::new().message(&content, &target);
/// let body: Value = fitted.parts[0].read()?;
/// assert_eq!(body["attachments"][0]["content"]["body"][0]["style"], "good");
/// # Ok::<(), chatgate_core::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct AdaptiveCards {
    possibly_repeated: String,
    submit: String,
    has_code_blocks: bool,
}

impl Default for AdaptiveCards {
    fn default() -> Self {
        let Phrases { possibly_repeated, submit, .. } = Phrases::default();
        Self { possibly_repeated, submit, has_code_blocks: false }
    }
}

impl AdaptiveCards {
    /// With chatgate's own phrases, and with the elements of Adaptive Cards 1.5 only.
    ///
    /// ```
    /// let dialect = chatgate_render::AdaptiveCards::new();
    /// ```
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes the words that the dialect itself says from a program's own phrases.
    ///
    /// ```
    /// let phrases = chatgate_core::Phrases::default();
    /// let dialect = chatgate_render::AdaptiveCards::new().with_phrases(&phrases);
    /// ```
    #[must_use]
    pub fn with_phrases(mut self, phrases: &Phrases) -> Self {
        self.possibly_repeated.clone_from(&phrases.possibly_repeated);
        self.submit.clone_from(&phrases.submit);
        self
    }

    /// Says code in Teams' own `CodeBlock`, with line numbers and colours, where the clients of a
    /// place are known to have it; others show its fallback.
    ///
    /// ```
    /// let dialect = chatgate_render::AdaptiveCards::new().with_code_blocks();
    /// ```
    #[must_use]
    pub fn with_code_blocks(mut self) -> Self {
        self.has_code_blocks = true;
        self
    }

    /// The words above a message that is perhaps sent twice. Every part leaves room for them; where
    /// they would take more than a quarter of the part only their sign is said, at worst nothing.
    fn mark(&self, envelope: &Envelope, room: Size) -> Option<String> {
        let phrase = sanitise_line(&self.possibly_repeated);
        [phrase.as_ref(), "↻"]
            .into_iter()
            .filter(|words| !words.trim().is_empty() && room.blocks > 1)
            .find(|words| envelope.mark_size(words).fits(room.divided(4)))
            .map(str::to_owned)
    }

    /// Says a content as a card, or as words where it has nothing else.
    fn say(&self, content: &Content, target: &Target, carrier: Carrier) -> Fitted {
        let mut losses = Losses::new();
        let summary = sanitise_line(&content.notification(SUMMARY_CHARS)).into_owned();
        let envelope = Envelope::new(target.surface, carrier, &summary);
        let capabilities = &target.capabilities;
        let Some(whole) = room(target.surface, &capabilities.limits) else {
            losses.add(LossKind::Cut, "left out: not even a short message fits");
            return Fitted::new(Vec::new(), losses.into_vec());
        };
        let whole = whole.minus(envelope.size());
        // An answer goes back once, inside the request that waits for it.
        let is_answer = target.surface == Surface::Answer;
        let mark = if is_answer { None } else { self.mark(&envelope, whole) };
        let room =
            whole.minus(mark.as_deref().map_or(Size::default(), |it| envelope.mark_size(it)));

        let (sheet, people, is_wide) = if carrier == Carrier::Card {
            let options = Options::new(target.surface, capabilities, self.has_code_blocks);
            let mut builder = Builder::new(capabilities, options, room, &mut losses);
            builder.blocks(&content.blocks, 0);
            if builder.sheet.len() == 0 {
                // Nothing of it can be seen, but it was said.
                builder.blank();
            }
            (builder.sheet, builder.people, builder.is_wide)
        } else {
            let (sheet, people) = take_apart(content, capabilities, carrier, room, &mut losses);
            if sheet.len() == 0 {
                // Teams takes no empty text.
                return self.say(content, target, Carrier::Card);
            }
            (sheet, people, false)
        };
        let ranges = sheet.pack();
        let count = ranges.len();
        if count > 1 {
            losses.add(LossKind::Length, format!("sent in {count} parts"));
        }
        let mut parts = Vec::with_capacity(count);
        for (index, range) in ranges.into_iter().enumerate() {
            let (body, mentions) = sheet.write(range);
            let summary = match count {
                1 => summary.clone(),
                _ => format!("{summary} ({}/{count})", index + 1),
            };
            let people = distinct(&people, &mentions);
            let said = |mark| {
                let (summary, body, people) = (summary.as_str(), body.as_str(), &people[..]);
                envelope.write(&Said { summary, mark, body, people, is_wide })
            };
            let mark = mark.as_deref().map(|mark| envelope.mark(mark));
            match rendered(said(""), mark.as_deref().map(said), &summary) {
                Ok(part) => parts.push(part),
                // What is written here is JSON; were it not, silence would be worse.
                Err(error) => losses.add(LossKind::Cut, Cow::Owned(error.to_string())),
            }
        }
        Fitted::new(parts, losses.into_vec())
    }
}

impl Dialect for AdaptiveCards {
    fn message(&self, content: &Content, target: &Target) -> Fitted {
        if content.is_empty() {
            return Fitted::default();
        }
        self.say(content, target, carrier(content, target.surface))
    }

    fn form(&self, form: &Form, target: &Target) -> Result<Fitted> {
        dialog(form, target, &self.submit)
    }
}

fn rendered(payload: String, repeated: Option<String>, summary: &str) -> Result<Rendered> {
    let rendered = Rendered::new(&RawValue::from_string(payload)?, summary)?;
    match repeated {
        Some(repeated) => rendered.with_repeated(&RawValue::from_string(repeated)?),
        None => Ok(rendered),
    }
}

/// The entities of a part, each once.
fn distinct<'p>(people: &'p [String], mentions: &[usize]) -> Vec<&'p str> {
    let mut out: Vec<&str> = Vec::new();
    let mut seen = std::collections::HashSet::new();
    for entity in mentions.iter().filter_map(|&index| people.get(index)) {
        if seen.insert(entity) {
            out.push(entity);
        }
    }
    out
}
