//! What stands behind a [`crate::Context`]: the gateway.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use chatgate_core::{
    Audience, CardId, Change, Content, FileRef, Form, Loss, MessageRef, PastMessage, Place,
    Priority, Result, SharedFile, UserId,
};

use crate::{Reply, Streaming};

/// What is said, where, to whom.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Say {
    /// Where.
    pub place: Place,
    /// Who sees it.
    pub audience: Audience,
    /// What.
    pub content: Content,
    /// How urgent.
    pub priority: Priority,
    /// Whether a loss is an error.
    pub strict: Strict,
}

/// Whether a loss is an error.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Strict {
    /// What cannot be shown is shown otherwise, and the loss is reported.
    #[default]
    No,
    /// What cannot be shown as it was meant is an error, before anything is promised.
    Yes,
}

impl Say {
    /// For everyone in the place, of ordinary urgency.
    #[must_use]
    pub fn new(place: Place, content: impl Into<Content>) -> Self {
        Self {
            place,
            audience: Audience::Everyone,
            content: content.into(),
            priority: Priority::Answer,
            strict: Strict::No,
        }
    }

    /// Only this person sees it.
    #[must_use]
    pub fn only_to(mut self, user: UserId) -> Self {
        self.audience = Audience::Only(user);
        self
    }

    /// Sets how urgent it is.
    #[must_use]
    pub fn priority(mut self, priority: Priority) -> Self {
        self.priority = priority;
        self
    }

    /// Makes a loss an error.
    #[must_use]
    pub fn strict(mut self) -> Self {
        self.strict = Strict::Yes;
        self
    }
}

/// What was said: one message a part, named at once, and what could not be shown.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Sent {
    /// The messages.
    pub parts: Vec<MessageRef>,
    /// Where they are.
    pub place: Option<Place>,
    /// Who sees them; a change of them is for the same people.
    pub audience: Audience,
    /// What could not be shown as it was meant.
    pub losses: Vec<Loss>,
}

impl Sent {
    /// What was said, to everyone in the place.
    #[must_use]
    pub fn new(parts: Vec<MessageRef>, place: Place, losses: Vec<Loss>) -> Self {
        Self { parts, place: Some(place), audience: Audience::Everyone, losses }
    }

    /// Says who sees it.
    #[must_use]
    pub fn seen_by(mut self, audience: Audience) -> Self {
        self.audience = audience;
        self
    }
}

/// What was asked: a form or questions, and what could not be shown.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Asked {
    /// The form's or dialogue's own id.
    pub card: CardId,
    /// What could not be shown as it was meant.
    pub losses: Vec<Loss>,
}

impl Asked {
    /// What was asked.
    #[must_use]
    pub fn new(card: CardId, losses: Vec<Loss>) -> Self {
        Self { card, losses }
    }
}

/// The verbs of a run. The gateway implements it, anew for every run.
#[async_trait]
pub trait Speaker: fmt::Debug + Send + Sync + 'static {
    /// Queues a message. Once this has returned, the message survives what the store survives.
    async fn say(&self, say: Say) -> Result<Sent>;

    /// Queues a change of what was said; parts are kept, changed, added and deleted as needed.
    async fn edit(&self, sent: &Sent, content: Content, strict: Strict) -> Result<Sent>;

    /// Begins a message that grows; what it says is what will be pushed.
    fn stream(self: Arc<Self>, say: Say) -> Box<dyn Streaming>;

    /// Queues the deletion of what was said.
    async fn delete(&self, sent: &Sent) -> Result<()>;

    /// Answers inside the platform's request if that is still possible, else as a message. A run can
    /// answer once; what its handler returns then follows as a message.
    async fn answer(&self, reply: Reply) -> Result<Vec<Loss>>;

    /// Opens a form, or asks its questions one by one where there are no forms.
    async fn form(&self, form: Form, strict: Strict) -> Result<Asked>;

    /// Asks the questions of a form one by one in the conversation.
    async fn ask(&self, form: Form) -> Result<Asked>;

    /// Queues what a person's home page shows from now on.
    async fn home(&self, home: Place, content: Content) -> Result<Vec<Loss>>;

    /// Queues an upload.
    async fn upload(&self, place: Place, name: String, bytes: Bytes) -> Result<FileRef>;

    /// Fetches a file that someone has sent.
    async fn download(&self, place: Place, file: &SharedFile, max_bytes: usize) -> Result<Bytes>;

    /// Queues a reaction of the bot.
    async fn react(
        &self,
        message: MessageRef,
        place: Place,
        emoji: String,
        change: Change,
    ) -> Result<()>;

    /// Queues the pinning of a message, or the end of it.
    async fn pin(&self, message: MessageRef, place: Place, change: Change) -> Result<()>;

    /// Shows that the bot is typing, where that can be shown. Never queued: it is of this moment.
    async fn typing(&self, place: Place);

    /// Reads messages of a place, newest first.
    async fn history(&self, place: Place, limit: usize) -> Result<Vec<PastMessage>>;

    /// Hears what is said in a thread from now on, also without a mention; or no longer.
    async fn subscribe(&self, place: Place, change: Change) -> Result<()>;
}
