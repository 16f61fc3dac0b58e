//! How a platform says a content: pure functions from content to what is sent.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::{Capabilities, Content, Form, Result};

/// Says contents and forms in one platform's form, within its limits. Pure: no I/O, no clock.
///
/// Never over a limit and never a lost character without a [`Loss`]: what is too long comes back in
/// several parts, what cannot be shown is shown otherwise.
pub trait Dialect: Send + Sync {
    /// Says a content, in one part or more; none only when the content is empty.
    fn message(&self, content: &Content, target: &Target) -> Fitted;

    /// Says a form, in exactly one part.
    ///
    /// # Errors
    /// `unsupported` when the platform has no forms, `invalid_input` when the form cannot be said
    /// within its limits.
    fn form(&self, form: &Form, target: &Target) -> Result<Fitted>;
}

/// Where a rendering goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Surface {
    /// A new message.
    #[default]
    Post,
    /// A message that is already there.
    Edit,
    /// The answer inside the platform's own request.
    Answer,
    /// A reply handle.
    Reply,
    /// A webhook that only sends.
    Webhook,
    /// A form.
    Form,
    /// A person's home page with the bot.
    Home,
}

/// Where a rendering goes, and what that place can do.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Target {
    /// Which surface.
    pub surface: Surface,
    /// What the place can show, and its limits.
    pub capabilities: Arc<Capabilities>,
}

impl Target {
    /// A surface of a place with these capabilities.
    #[must_use]
    pub fn new(surface: Surface, capabilities: Arc<Capabilities>) -> Self {
        Self { surface, capabilities }
    }
}

/// A content as it will be sent, and what could not be shown as it was meant.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Fitted {
    /// One part a message, in order.
    pub parts: Vec<Rendered>,
    /// What was lost on the way.
    pub losses: Vec<Loss>,
}

impl Fitted {
    /// Parts and losses.
    #[must_use]
    pub fn new(parts: Vec<Rendered>, losses: Vec<Loss>) -> Self {
        Self { parts, losses }
    }
}

/// One part: serialised JSON, ready to send.
#[derive(Clone, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Rendered {
    /// The payload, as the adapter puts it in its request.
    pub payload: Box<RawValue>,
    /// What notifications and logs may show of it.
    pub summary: String,
    /// The same with "possibly repeated", sent after an ambiguous outcome where the adapter cannot
    /// find out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub repeated: Option<Box<RawValue>>,
}

impl Rendered {
    /// Serialises a payload.
    ///
    /// # Errors
    /// `malformed` when the payload cannot be JSON (a map with keys that are not text).
    pub fn new<T: Serialize + ?Sized>(payload: &T, summary: impl Into<String>) -> Result<Self> {
        let payload = serde_json::value::to_raw_value(payload)?;
        Ok(Self { payload, summary: summary.into(), repeated: None })
    }

    /// A payload that is serialised already.
    pub fn from_json(payload: Box<RawValue>, summary: impl Into<String>) -> Self {
        Self { payload, summary: summary.into(), repeated: None }
    }

    /// Adds the payload that says "possibly repeated".
    ///
    /// # Errors
    /// As [`Rendered::new`].
    pub fn with_repeated<T: Serialize + ?Sized>(mut self, payload: &T) -> Result<Self> {
        self.repeated = Some(serde_json::value::to_raw_value(payload)?);
        Ok(self)
    }

    /// Reads the payload.
    ///
    /// # Errors
    /// `malformed` when it is not of this type.
    pub fn read<'de, T: Deserialize<'de>>(&'de self) -> Result<T> {
        Ok(serde_json::from_str(self.payload.get())?)
    }
}

impl PartialEq for Rendered {
    fn eq(&self, other: &Self) -> bool {
        self.payload.get() == other.payload.get() && self.summary == other.summary
    }
}

impl fmt::Debug for Rendered {
    /// Says how long the payload is, not what it says.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rendered").field("bytes", &self.payload.get().len()).finish_non_exhaustive()
    }
}

/// One thing that a platform could not show as it was meant, and what was done instead.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Loss {
    /// What could not be shown.
    pub kind: LossKind,
    /// What was done instead, in words.
    pub instead: Cow<'static, str>,
}

/// What could not be shown as it was meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum LossKind {
    /// A message for one person only.
    Ephemeral,
    /// A reply in a thread.
    Thread,
    /// Buttons, menus or pickers.
    Actions,
    /// A form.
    Form,
    /// A table.
    Table,
    /// An edit.
    Edit,
    /// A message in one part.
    Length,
    /// Text, cut off where nothing else was left.
    Cut,
    /// Bold, italic and the like.
    Style,
    /// A mention that reaches its person.
    Mention,
    /// A broadcast that reaches everyone.
    Broadcast,
    /// A picture.
    Image,
    /// Something folded away.
    Detail,
    /// The mark of an important message.
    Importance,
    /// A message of its own, collected into the answer instead.
    Message,
    /// A block that the dialect does not know.
    Unknown,
    /// Nesting deeper than can be shown.
    Depth,
}

impl Loss {
    /// A loss and what was done instead.
    pub fn new(kind: LossKind, instead: impl Into<Cow<'static, str>>) -> Self {
        Self { kind, instead: instead.into() }
    }
}
