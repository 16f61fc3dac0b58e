//! The dialect itself.

use std::borrow::Cow;

use chatgate_core::{
    Block, Content, Dialect, Error, Fitted, Form, Limits, LossKind, Phrases, Rendered, Result,
    Surface, Target,
};

use super::form::form;
use super::page::{Page, Shape};
use super::payload::HtmlMessage;
use super::smaller::smaller;
use super::write::Writer;
use crate::json::text_bytes;
use crate::{Losses, sanitise_line};

/// How long a summary may be: what a mail's subject shows.
const SUMMARY_CHARS: usize = 200;

/// `{"html":""}`.
const ENVELOPE_BYTES: usize = 11;

/// Says contents as HTML that stands alone.
///
/// ```
/// use std::sync::Arc;
/// use chatgate_core::{Content, Dialect, Level, Surface, Target};
/// use chatgate_render::html::{self, Html, HtmlMessage};
///
/// let target = Target::new(Surface::Post, Arc::new(html::capabilities()));
/// let fitted = Html::new().message(&Content::status(Level::Success, "api is live"), &target);
/// let message: HtmlMessage = fitted.parts[0].read()?;
/// assert!(message.html.starts_with("<!DOCTYPE html>"));
/// # Ok::<(), chatgate_core::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Html {
    shape: Shape,
    pictures: Pictures,
    possibly_repeated: String,
}

/// Whether pictures are fetched when the page is shown.
///
/// ```
/// use chatgate_render::html::{Html, Pictures};
/// let dialect = Html::new().with_pictures(Pictures::Shown);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Pictures {
    /// A picture is its words, linked to it: whoever reads the page tells nobody.
    #[default]
    Linked,
    /// A picture is shown where its address is https.
    Shown,
}

impl Default for Html {
    fn default() -> Self {
        Self {
            shape: Shape::Document,
            pictures: Pictures::Linked,
            possibly_repeated: Phrases::default().possibly_repeated,
        }
    }
}

impl Html {
    /// A whole document a part.
    ///
    /// ```
    /// let dialect = chatgate_render::Html::new();
    /// ```
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// One element a part, with its style sheet inside: to stand in a page of one's own.
    ///
    /// ```
    /// let dialect = chatgate_render::Html::fragment();
    /// ```
    #[must_use]
    pub fn fragment() -> Self {
        Self { shape: Shape::Fragment, ..Self::default() }
    }

    /// Says whether pictures are fetched when the page is shown.
    ///
    /// ```
    /// use chatgate_render::html::{Html, Pictures};
    /// let dialect = Html::new().with_pictures(Pictures::Shown);
    /// ```
    #[must_use]
    pub fn with_pictures(mut self, pictures: Pictures) -> Self {
        self.pictures = pictures;
        self
    }

    /// Takes the words "possibly repeated" from a program's own phrases.
    ///
    /// ```
    /// let phrases = chatgate_core::Phrases::default();
    /// let dialect = chatgate_render::Html::new().with_phrases(&phrases);
    /// ```
    #[must_use]
    pub fn with_phrases(mut self, phrases: &Phrases) -> Self {
        self.possibly_repeated.clone_from(&phrases.possibly_repeated);
        self
    }

    /// The line above a message that is perhaps sent twice. Every part leaves room for it; where it
    /// would take more than a quarter of the part only its sign is said, at worst nothing.
    fn mark(&self, room: Size) -> Option<String> {
        let phrase = sanitise_line(&self.possibly_repeated);
        [phrase.as_ref(), "↻"]
            .into_iter()
            .filter(|words| !words.trim().is_empty())
            .map(Page::mark)
            .find(|mark| Size::of(mark).fits(room.quarter()))
    }
}

impl Dialect for Html {
    fn message(&self, content: &Content, target: &Target) -> Fitted {
        if content.is_empty() {
            return Fitted::default();
        }
        let limits = &target.capabilities.limits;
        let mut losses = Losses::new();
        let summary = sanitise_line(&content.notification(SUMMARY_CHARS)).into_owned();
        let page = Page::new(self.shape, self.pictures, &summary);
        let whole = Size::limit(limits).without(Size::of(&page.around("")));
        let Some(whole) = whole.filter(|_| limits.blocks != Some(0)) else {
            losses.add(LossKind::Cut, "left out: not even an empty page fits");
            return Fitted::new(Vec::new(), losses.into_vec());
        };
        // An answer goes back once, inside the request that waits for it.
        let mark = if target.surface == Surface::Answer { None } else { self.mark(whole) };
        let room = mark.as_deref().and_then(|mark| whole.without(Size::of(mark))).unwrap_or(whole);

        let bodies = self.bodies(content, target, room, &mut losses);
        if bodies.len() > 1 {
            losses.add(LossKind::Length, format!("sent in {} parts", bodies.len()));
        }
        let mut parts = Vec::with_capacity(bodies.len());
        for body in bodies {
            match rendered(&page, &body, mark.as_deref(), &summary) {
                Ok(part) => parts.push(part),
                // Text is always JSON; were it not, silence would be worse.
                Err(error) => losses.add(LossKind::Cut, Cow::Owned(error.to_string())),
            }
        }
        Fitted::new(parts, losses.into_vec())
    }

    fn form(&self, asked: &Form, target: &Target) -> Result<Fitted> {
        let mut losses = Losses::new();
        losses.add(LossKind::Form, "shown, and cannot be filled in");
        let title = sanitise_line(&asked.title).into_owned();
        let page = Page::new(self.shape, self.pictures, &title);
        let message = HtmlMessage::new(page.around(&form(asked)));
        let room = Size::limit(&target.capabilities.limits);
        if !Size::of(&message.html).fits(room) {
            let context = format!("{}: longer than the place takes", asked.route);
            return Err(Error::invalid_input(context).with_operation("form"));
        }
        Ok(Fitted::new(vec![Rendered::new(&message, title)?], losses.into_vec()))
    }
}

impl Html {
    /// What stands in each part, cut where it is too long.
    fn bodies(
        &self,
        content: &Content,
        target: &Target,
        room: Size,
        losses: &mut Losses,
    ) -> Vec<String> {
        let most = target.capabilities.limits.blocks.unwrap_or(usize::MAX);
        let mut bodies = Vec::new();
        let (mut body, mut size, mut blocks) = (String::new(), Size::default(), 0);
        // What is still to be written, the next one last.
        let mut left: Vec<Cow<'_, Block>> =
            content.blocks.iter().rev().map(Cow::Borrowed).collect();
        while let Some(block) = left.pop() {
            let mut of_this = Losses::new();
            let html = Writer::new(self.pictures, &mut of_this).block(&block);
            let needs = Size::of(&html);
            if !needs.fits(room) {
                match smaller(&block, losses) {
                    Some(pieces) => left.extend(pieces.into_iter().rev().map(Cow::Owned)),
                    None => losses.add(LossKind::Cut, "what fits no part is left out"),
                }
                continue;
            }
            of_this.into_vec().into_iter().for_each(|loss| losses.add(loss.kind, loss.instead));
            if blocks == most || !size.plus(needs).fits(room) {
                bodies.push(std::mem::take(&mut body));
                (size, blocks) = (Size::default(), 0);
            }
            body.push_str(&html);
            size = size.plus(needs);
            blocks += 1;
        }
        // Nothing of it can be seen, but it was said.
        if blocks > 0 || bodies.is_empty() {
            bodies.push(body);
        }
        bodies
    }
}

fn rendered(page: &Page, body: &str, mark: Option<&str>, summary: &str) -> Result<Rendered> {
    let rendered = Rendered::new(&HtmlMessage::new(page.around(body)), summary)?;
    match mark {
        None => Ok(rendered),
        Some(mark) => {
            rendered.with_repeated(&HtmlMessage::new(page.around(&format!("{mark}{body}"))))
        }
    }
}

/// How long HTML is, its tags with it.
#[derive(Clone, Copy, Debug, Default)]
struct Size {
    chars: usize,
    /// In JSON.
    bytes: usize,
}

impl Size {
    fn of(html: &str) -> Self {
        Self { chars: html.chars().count(), bytes: text_bytes(html) }
    }

    fn limit(limits: &Limits) -> Self {
        let bytes = limits.payload_bytes.map(|bytes| bytes.saturating_sub(ENVELOPE_BYTES));
        Self { chars: limits.text_chars.unwrap_or(usize::MAX), bytes: bytes.unwrap_or(usize::MAX) }
    }

    fn fits(self, room: Self) -> bool {
        self.chars <= room.chars && self.bytes <= room.bytes
    }

    fn plus(self, other: Self) -> Self {
        Self {
            chars: self.chars.saturating_add(other.chars),
            bytes: self.bytes.saturating_add(other.bytes),
        }
    }

    fn without(self, other: Self) -> Option<Self> {
        Some(Self {
            chars: self.chars.checked_sub(other.chars)?,
            bytes: self.bytes.checked_sub(other.bytes)?,
        })
    }

    fn quarter(self) -> Self {
        Self { chars: self.chars / 4, bytes: self.bytes / 4 }
    }
}
