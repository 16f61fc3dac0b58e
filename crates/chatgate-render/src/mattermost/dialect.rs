//! The dialect itself.

use std::borrow::Cow;

use chatgate_core::{
    Acknowledgement, Content, Dialect, Fitted, Form, Importance, LossKind, Phrases, Rendered,
    Result, Surface, Target,
};

use url::Url;

use super::build::{Builder, fallback};
use super::form::{self, Labels};
use super::line::{Within, markdown};
use super::pack::{Part, Pieces};
use super::size::{Room, Size};
use super::span::Span;
use super::wire::{Answer, AnswerProps, Metadata, Post, Priority, Props};
use crate::inlines::Look;
use crate::{Losses, sanitise_line};

/// How long a summary may be: what a notification shows.
const SUMMARY_CHARS: usize = 200;

/// Says contents as Mattermost's posts, and forms as its dialogs.
///
/// ```
/// use std::sync::Arc;
/// use chatgate_core::{Content, Dialect, Level, Surface, Target};
/// use chatgate_render::mattermost::{self, MattermostPosts};
/// use serde_json::Value;
///
/// let content = Content::new().heading(2, "Deploy").text("by @all");
/// let content = content.then(Content::status(Level::Success, "api is live"));
/// let target = Target::new(Surface::Post, Arc::new(mattermost::capabilities()));
/// let fitted = MattermostPosts::new().message(&content, &target);
/// let payload: Value = fitted.parts[0].read()?;
/// // Text notifies nobody: a character that nobody sees parts `@` from `all`.
/// assert_eq!(payload["message"], "## Deploy\n\nby @\u{2060}all");
/// assert_eq!(payload["props"]["attachments"][0]["text"], ":white_check_mark: **api is live**");
/// # Ok::<(), chatgate_core::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct MattermostPosts {
    possibly_repeated: String,
    labels: Labels,
    server: Server,
    /// Where a menu of a dialog asks what it offers.
    lookups: Option<String>,
}

/// Which server it is, as far as what it knows depends on that.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Server {
    major: u32,
    minor: u32,
}

impl Server {
    /// A dialog's select that asks what it offers: 11.0.
    pub(super) fn has_lookups(self) -> bool {
        self >= Self { major: 11, minor: 0 }
    }

    /// `multiselect` of a dialog's select: 11.0.
    pub(super) fn has_multiselect(self) -> bool {
        self >= Self { major: 11, minor: 0 }
    }

    /// The elements `date` and `datetime` of a dialog: 11.1.
    pub(super) fn has_dates(self) -> bool {
        self >= Self { major: 11, minor: 1 }
    }
}

impl Default for MattermostPosts {
    fn default() -> Self {
        let Phrases { possibly_repeated, submit, yes, .. } = Phrases::default();
        let labels = Labels { submit, yes };
        Self { possibly_repeated, labels, server: Server::default(), lookups: None }
    }
}

impl MattermostPosts {
    /// With chatgate's own phrases.
    ///
    /// ```
    /// let dialect = chatgate_render::MattermostPosts::new();
    /// ```
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes the words that it says itself from a program's own phrases.
    ///
    /// ```
    /// let phrases = chatgate_core::Phrases::default();
    /// let dialect = chatgate_render::MattermostPosts::new().with_phrases(&phrases);
    /// ```
    #[must_use]
    pub fn with_phrases(mut self, phrases: &Phrases) -> Self {
        self.possibly_repeated.clone_from(&phrases.possibly_repeated);
        self.labels.submit.clone_from(&phrases.submit);
        self.labels.yes.clone_from(&phrases.yes);
        self
    }

    /// For a server of this version or a newer one, by the `server_version` of its `hello`. Without it
    /// nothing is sent that an old server does not know: dates are typed, and each of several choices
    /// is a box of its own.
    ///
    /// ```
    /// let dialect = chatgate_render::MattermostPosts::new().for_server(11, 6);
    /// ```
    #[must_use]
    pub fn for_server(mut self, major: u32, minor: u32) -> Self {
        self.server = Server { major, minor };
        self
    }

    /// Lets the menu of a field of which the choices are listed when they are asked for
    /// ([`chatgate_core::FieldKind::Listed`]) ask at this address. A server takes only `https` there, and
    /// knows such menus from 11.0 on; elsewhere the answer is typed.
    ///
    /// ```
    /// let url = "https://bot.test/mattermost/dialog".parse()?;
    /// let dialect = chatgate_render::MattermostPosts::new().for_server(11, 6).with_lookups(&url);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn with_lookups(mut self, url: &Url) -> Self {
        self.lookups = (url.scheme() == "https").then(|| url.as_str().to_owned());
        self
    }

    /// The line above a message that is perhaps sent twice. Every part leaves room for it; where it
    /// would take more than a quarter of the part only its sign is said, at worst nothing.
    fn mark(&self, room: &Room, slack_parsed: bool) -> Option<String> {
        let phrase = sanitise_line(&self.possibly_repeated);
        let said = [phrase.as_ref(), "↻"].map(|words| {
            let spans = [Span::Text { text: words.into(), look: Look::ITALIC }];
            markdown(&spans, Within::Lines, slack_parsed)
        });
        said.into_iter().find(|mark| {
            let size = Size::text(mark);
            !mark.is_empty()
                && size.chars <= room.part.chars / 4
                && size.bytes <= room.part.bytes / 4
        })
    }
}

impl Dialect for MattermostPosts {
    fn message(&self, content: &Content, target: &Target) -> Fitted {
        if content.is_empty() {
            return Fitted::default();
        }
        let mut losses = Losses::new();
        let Some(whole) = Room::of(&target.capabilities.limits) else {
            losses.add(LossKind::Cut, "left out: not even a short message fits");
            return Fitted::new(Vec::new(), losses.into_vec());
        };
        let slack_parsed = target.surface == Surface::Webhook;
        // An answer goes back once, inside the request that waits for it.
        let mark = match target.surface {
            Surface::Answer => None,
            _ => self.mark(&whole, slack_parsed),
        };
        let room = mark.as_deref().map_or(whole, |mark| {
            let line = Size { chars: 2, bytes: 4, ..Size::default() };
            whole.without(Size::text(mark) + line)
        });

        let mut builder = Builder::new(&target.capabilities, room, slack_parsed, &mut losses);
        builder.blocks(&content.blocks, 0);
        let Builder { atoms, tables, mut cards, containers, .. } = builder;
        if let (Some(summary), Some(card)) = (&content.summary, cards.first_mut()) {
            card.fallback = fallback(summary, room);
        }
        let pieces = Pieces { atoms, tables, cards, containers };
        let ranges = pieces.pack(room.part);
        if ranges.len() > 1 {
            losses.add(LossKind::Length, format!("sent in {} parts", ranges.len()));
        }
        let summary = sanitise_line(&content.notification(SUMMARY_CHARS)).into_owned();
        let mut parts = Vec::with_capacity(ranges.len().max(1));
        let mut said: Vec<_> = ranges.into_iter().map(|range| pieces.part(range)).collect();
        if said.is_empty() {
            // Nothing of it can be seen, but it was said.
            said.push(Part { message: "…".into(), ..Part::default() });
        }
        let mut priority = priority(content).filter(|_| target.surface == Surface::Post);
        for part in said {
            let shape = Shape { surface: target.surface, priority: priority.take() };
            match rendered(&part, &summary, mark.as_deref(), shape) {
                Ok(part) => parts.push(part),
                // Text and native JSON are always JSON; were they not, silence would be worse.
                Err(error) => losses.add(LossKind::Cut, Cow::Owned(error.to_string())),
            }
        }
        Fitted::new(parts, losses.into_vec())
    }

    fn form(&self, form: &Form, target: &Target) -> Result<Fitted> {
        let lookups = self.lookups.as_deref().filter(|_| self.server.has_lookups());
        form::dialog(form, target, &self.labels, self.server, lookups)
    }
}

/// What a part becomes.
#[derive(Clone, Copy)]
struct Shape {
    surface: Surface,
    priority: Option<Priority>,
}

fn rendered(part: &Part<'_>, summary: &str, mark: Option<&str>, shape: Shape) -> Result<Rendered> {
    let rendered = payload(part, &part.message, shape, summary)?;
    let Some(mark) = mark else {
        return Ok(rendered);
    };
    let gap = if part.message.is_empty() { "" } else { "\n\n" };
    let text = format!("{mark}{gap}{}", part.message);
    let repeated = payload(part, &text, shape, summary)?;
    rendered.with_repeated(&repeated.payload)
}

/// The mark of a post that is more than usual.
fn priority(content: &Content) -> Option<Priority> {
    let priority = match content.importance {
        Importance::Important => "important",
        Importance::Urgent => "urgent",
        _ => "",
    };
    let requested_ack = content.acknowledgement == Acknowledgement::Asked;
    (requested_ack || !priority.is_empty()).then_some(Priority { priority, requested_ack })
}

fn payload(part: &Part<'_>, text: &str, shape: Shape, summary: &str) -> Result<Rendered> {
    let attachments = part.attachments.as_slice();
    match shape.surface {
        Surface::Answer | Surface::Reply | Surface::Webhook => {
            let disable_mentions = !part.notifies;
            let props = disable_mentions.then_some(AnswerProps { disable_mentions });
            let skip_slack_parsing = shape.surface != Surface::Webhook;
            Rendered::new(&Answer { text, attachments, skip_slack_parsing, props }, summary)
        }
        _ => {
            let props = Props { attachments, disable_mentions: !part.notifies };
            let metadata = shape.priority.map(|priority| Metadata { priority });
            Rendered::new(&Post { message: text, props, metadata }, summary)
        }
    }
}
