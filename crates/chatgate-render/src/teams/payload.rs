//! What the dialect gives to an adapter: read with `Rendered::read`.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

/// The content type of an Adaptive Card.
pub(super) const CARD: &str = "application/vnd.microsoft.card.adaptive";

/// One part of a message, as all of Teams' ways take it: the body of a workflow's request and of an
/// outgoing webhook's answer as it is, a bot's activity once the adapter has added where it goes.
/// It has a text or a card, never both: Teams would make two messages of it.
///
/// ```
/// use std::sync::Arc;
/// use chatgate_core::{Content, Dialect, Level, Surface, Target};
/// use chatgate_render::teams::{self, AdaptiveCards, TeamsMessage};
///
/// let target = Target::new(Surface::Post, Arc::new(teams::capabilities()));
/// let fitted = AdaptiveCards::new().message(&Content::status(Level::Success, "live"), &target);
/// let message: TeamsMessage = fitted.parts[0].read()?;
/// assert_eq!((message.text, message.attachments.len()), (None, 1));
/// # Ok::<(), chatgate_core::Error>(())
/// ```
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct TeamsMessage {
    /// Always `message`.
    #[serde(rename = "type")]
    pub kind: String,
    /// What notifications show.
    pub summary: String,
    /// How [`text`](Self::text) is read: `xml`, or absent where it has nothing to read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text_format: Option<String>,
    /// What is said without a card.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// The people that the text mentions.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub entities: Vec<Box<RawValue>>,
    /// The card, if it is one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<TeamsAttachment>,
}

/// A card in a message or a dialog.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct TeamsAttachment {
    /// `application/vnd.microsoft.card.adaptive`.
    pub content_type: String,
    /// The card, as it goes over the wire.
    pub content: Box<RawValue>,
}

/// A form, as a dialog is opened with it: the `value` of a `task` of type `continue`.
///
/// ```
/// use std::sync::Arc;
/// use chatgate_core::{Dialect, Form, FormField, Surface, Target};
/// use chatgate_render::teams::{self, AdaptiveCards, TeamsForm};
///
/// let target = Target::new(Surface::Form, Arc::new(teams::capabilities()));
/// let form = Form::new("feedback", "How was it?").field(FormField::text("words", "In words"));
/// let dialog: TeamsForm = AdaptiveCards::new().form(&form, &target)?.parts[0].read()?;
/// assert_eq!(dialog.title, "How was it?");
/// # Ok::<(), chatgate_core::Error>(())
/// ```
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct TeamsForm {
    /// What stands above it.
    pub title: String,
    /// `small`, `medium` or `large`.
    pub height: String,
    /// Likewise.
    pub width: String,
    /// The card with the inputs.
    pub card: TeamsAttachment,
}
