//! All that an adapter sees of the gateway.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;

use crate::{AdapterId, Answer, Clock, Event, Seals, Specs};

/// All that an adapter sees of the gateway. Cheap to clone.
#[derive(Clone)]
pub struct Inbox {
    adapter: AdapterId,
    backend: Arc<dyn InboxBackend>,
}

impl Inbox {
    /// The inbox of one adapter.
    #[must_use]
    pub fn new(adapter: AdapterId, backend: Arc<dyn InboxBackend>) -> Self {
        Self { adapter, backend }
    }

    /// Records an event and starts what it asks for. Acknowledge the platform's request only when
    /// this has returned something other than [`Delivered::Busy`].
    ///
    /// Where the event has an [`crate::AnswerSlot`], this waits for the answer as long as the slot
    /// allows, and not longer.
    pub async fn deliver(&self, event: Event) -> Delivered {
        self.backend.deliver(&self.adapter, event, None).await
    }

    /// The same, and moves a cursor in the same commit: a position from which to go on after a
    /// restart.
    pub async fn deliver_with_cursor(&self, event: Event, cursor: Cursor) -> Delivered {
        self.backend.deliver(&self.adapter, event, Some(cursor)).await
    }

    /// Where a cursor of this adapter stands.
    ///
    /// # Errors
    /// What the store says.
    pub async fn cursor(&self, name: &str) -> crate::Result<Option<String>> {
        self.backend.cursor(&self.adapter, name).await
    }

    /// The seals, to check what a button or form carried before it becomes an event.
    #[must_use]
    pub fn seals(&self) -> &Seals {
        self.backend.seals()
    }

    /// What the program declares, for manifests and completion.
    #[must_use]
    pub fn specs(&self) -> Arc<Specs> {
        self.backend.specs()
    }

    /// The gateway's clock.
    #[must_use]
    pub fn clock(&self) -> &Arc<dyn Clock> {
        self.backend.clock()
    }

    /// Says that a request was refused, and why: a [`crate::ReasonCode`], or a stable word of the adapter's
    /// own. It is counted and audited.
    pub fn reject(&self, reason: impl Into<Cow<'static, str>>) {
        self.backend.reject(&self.adapter, reason.into());
    }

    /// Says how the connection to the platform is.
    pub fn health(&self, health: Health) {
        self.backend.health(&self.adapter, health);
    }

    /// Says that a human should look: a stable word such as `trigger_hijacked`.
    pub fn alarm(&self, reason: &str) {
        self.backend.alarm(&self.adapter, reason);
    }
}

impl fmt::Debug for Inbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Inbox").field("adapter", &self.adapter).finish_non_exhaustive()
    }
}

/// What became of a delivered event.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Delivered {
    /// It is recorded, or was before; acknowledge it.
    Accepted,
    /// It is not recorded: do not acknowledge it where the platform redelivers, tell the person where
    /// it does not.
    Busy,
    /// It is recorded, and this goes back inside the request.
    Answer(Answer),
}

/// A position in a platform's stream of events.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Cursor {
    /// Which stream.
    pub name: String,
    /// Where in it.
    pub position: String,
}

impl Cursor {
    /// A position in a stream.
    pub fn new(name: impl Into<String>, position: impl Into<String>) -> Self {
        Self { name: name.into(), position: position.into() }
    }
}

/// How the connection to a platform is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Health {
    /// Not connected yet.
    #[default]
    Starting,
    /// Connected.
    Ready,
    /// Not connected, for this reason; being retried.
    Down(String),
    /// It has ended, by its own will: the console at the end of its input.
    Ended,
}

/// What stands behind an [`Inbox`]: the gateway.
#[async_trait]
pub trait InboxBackend: Send + Sync + 'static {
    /// Records an event and starts what it asks for.
    async fn deliver(&self, adapter: &AdapterId, event: Event, cursor: Option<Cursor>)
    -> Delivered;

    /// Where a cursor stands.
    async fn cursor(&self, adapter: &AdapterId, name: &str) -> crate::Result<Option<String>>;

    /// The seals.
    fn seals(&self) -> &Seals;

    /// What the program declares.
    fn specs(&self) -> Arc<Specs>;

    /// The clock.
    fn clock(&self) -> &Arc<dyn Clock>;

    /// A request was refused.
    fn reject(&self, adapter: &AdapterId, reason: Cow<'static, str>);

    /// How the connection is.
    fn health(&self, adapter: &AdapterId, health: Health);

    /// A human should look.
    fn alarm(&self, adapter: &AdapterId, reason: &str);
}
