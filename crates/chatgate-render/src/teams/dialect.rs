//! The dialect itself.

use std::borrow::Cow;

use chatgate_core::{
    Content, Dialect, Fitted, Form, LossKind, Phrases, Rendered, Result, Surface, Target,
};
use serde_json::value::RawValue;

use super::build::{Builder, Options};
use super::form::dialog;
use super::json::{quote, quoted};
use super::limits::{CARD_VERSION, SUMMARY_CHARS};
use super::line::{Tone, run};
use super::payload::CARD;
use super::size::{Size, room};
use super::span::Look;
use crate::{Losses, sanitise_line};

/// Behind the summary of a part, at most: ` (12345/12345)`.
const NUMBER_BYTES: usize = 16;

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

    /// The line above a message that is perhaps sent twice. Every part leaves room for it; where it
    /// would take more than a quarter of the part only its sign is said, at worst nothing.
    fn mark(&self, room: Size) -> Option<String> {
        let phrase = sanitise_line(&self.possibly_repeated);
        [phrase.as_ref(), "↻"]
            .into_iter()
            .filter(|words| !words.trim().is_empty() && room.blocks > 1)
            .find(|words| mark_size(words).fits(room.divided(4)))
            .map(str::to_owned)
    }
}

impl Dialect for AdaptiveCards {
    fn message(&self, content: &Content, target: &Target) -> Fitted {
        if content.is_empty() {
            return Fitted::default();
        }
        let mut losses = Losses::new();
        let summary = sanitise_line(&content.notification(SUMMARY_CHARS)).into_owned();
        let envelope = Envelope::new(target.surface, &summary);
        let Some(whole) = room(target.surface, &target.capabilities.limits) else {
            losses.add(LossKind::Cut, "left out: not even a short message fits");
            return Fitted::new(Vec::new(), losses.into_vec());
        };
        let whole = whole.minus(envelope.size());
        // An answer goes back once, inside the request that waits for it.
        let mark = if target.surface == Surface::Answer { None } else { self.mark(whole) };
        let room = whole.minus(mark.as_deref().map_or(Size::default(), mark_size));

        let capabilities = &target.capabilities;
        let options = Options::new(target.surface, capabilities, self.has_code_blocks);
        let mut builder = Builder::new(capabilities, options, room, &mut losses);
        builder.blocks(&content.blocks, 0);
        if builder.sheet.len() == 0 {
            // Nothing of it can be seen, but it was said.
            builder.blank();
        }
        let Builder { sheet, people, is_wide, .. } = builder;
        let ranges = sheet.pack();
        let count = ranges.len();
        if count > 1 {
            losses.add(LossKind::Length, format!("sent in {count} parts"));
        }
        let mut parts = Vec::with_capacity(count);
        for (index, range) in ranges.into_iter().enumerate() {
            let (body, mentions) = sheet.write(range);
            let summary = if count > 1 {
                format!("{summary} ({}/{count})", index + 1)
            } else {
                summary.clone()
            };
            let people = distinct(&people, &mentions);
            let card =
                |mark: &str| envelope.card(&summary, &format!("{mark}{body}"), &people, is_wide);
            let rendered = raw(card("")).and_then(|payload| {
                let mut rendered = Rendered::new(&payload, summary.as_str())?;
                if let Some(mark) = mark.as_deref() {
                    rendered = rendered.with_repeated(&raw(card(&mark_line(mark)))?)?;
                }
                Ok(rendered)
            });
            match rendered {
                Ok(part) => parts.push(part),
                // What is written here is JSON; were it not, silence would be worse.
                Err(error) => losses.add(LossKind::Cut, Cow::Owned(error.to_string())),
            }
        }
        Fitted::new(parts, losses.into_vec())
    }

    fn form(&self, form: &Form, target: &Target) -> Result<Fitted> {
        dialog(form, target, &self.submit)
    }
}

/// What stands around the elements of a card.
struct Envelope {
    surface: Surface,
    summary: Size,
}

impl Envelope {
    fn new(surface: Surface, summary: &str) -> Self {
        Self { surface, summary: Size::json(&quoted(summary)) }
    }

    fn size(&self) -> Size {
        let around = Size::json(&self.card("", "", &[""], true));
        around + self.summary + Size { bytes: NUMBER_BYTES, units: NUMBER_BYTES, ..Size::default() }
    }

    fn card(&self, summary: &str, body: &str, people: &[&str], is_wide: bool) -> String {
        let mut out = String::with_capacity(body.len() + 512);
        out.push_str("{\"type\":\"message\",\"summary\":");
        quote(summary, &mut out);
        out.push_str(",\"attachments\":[{\"contentType\":\"");
        out.push_str(CARD);
        // As the samples of workflows have it.
        let url = if self.surface == Surface::Webhook { ",\"contentUrl\":null" } else { "" };
        out.push('"');
        out.push_str(url);
        out.push_str(
            ",\"content\":{\"$schema\":\"http://adaptivecards.io/schemas/adaptive-card.json\",\
             \"type\":\"AdaptiveCard\",\"version\":\"",
        );
        out.push_str(CARD_VERSION);
        out.push_str("\",\"body\":[");
        out.push_str(body);
        out.push(']');
        if is_wide || !people.is_empty() {
            out.push_str(",\"msteams\":{");
            out.push_str(if is_wide { "\"width\":\"full\"" } else { "" });
            if !people.is_empty() {
                out.push_str(if is_wide { "," } else { "" });
                out.push_str("\"entities\":[");
                out.push_str(&people.join(","));
                out.push(']');
            }
            out.push('}');
        }
        out.push_str("}}]}");
        out
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

fn mark_line(words: &str) -> String {
    let run = run(words, Look::default(), Tone::Small, None);
    format!("{{\"type\":\"RichTextBlock\",\"inlines\":[{run}]}},")
}

fn mark_size(words: &str) -> Size {
    let size = Size::json(&mark_line(words)).with_chars(words.chars().count());
    Size { blocks: 1, ..size }
}

fn raw(json: String) -> Result<Box<RawValue>> {
    Ok(RawValue::from_string(json)?)
}
