//! What is typed, as events.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use chatgate_core::{
    ActionUse, Actor, AdapterId, AnswerKind, AnswerSlot, Chosen, Content, DisplayName, Event,
    EventKind, Message, MessageRef, Place, Platform, PlatformMessageId, Rng, Seal, SystemRng,
    Timestamp, UserId,
};
use serde_json::{Map, Value};

/// The one workspace.
pub(crate) const WORKSPACE: &str = "local";
/// The one conversation.
pub(crate) const CONVERSATION: &str = "terminal";

/// How long an answer may take to be printed as an answer. There is no request that would end: this
/// only bounds how long a pipe waits for a run that never ends.
const ANSWER_TIME: Duration = Duration::from_secs(3600);
/// How many parts an answer may have: more than anyone reads.
const ANSWER_PARTS: usize = 1_000;

/// Makes the events of one console. Cheap to clone; the clones count together.
#[derive(Clone, Debug)]
pub(crate) struct Events {
    pub(crate) adapter: AdapterId,
    pub(crate) user: UserId,
    start: Arc<str>,
    count: Arc<AtomicU64>,
}

impl Events {
    pub(crate) fn new(adapter: AdapterId, user: UserId) -> Self {
        let mut random = [0; 8];
        SystemRng.fill(&mut random);
        let start = format!("{:016x}", u64::from_be_bytes(random)).into();
        Self { adapter, user, start, count: Arc::new(AtomicU64::new(0)) }
    }

    /// What begins the ids of this process.
    pub(crate) fn start(&self) -> &str {
        &self.start
    }

    pub(crate) fn place(&self) -> Place {
        Place::new(self.adapter.clone(), WORKSPACE, CONVERSATION)
    }

    pub(crate) fn message(&self, line: &str, at: Timestamp) -> Event {
        use AnswerKind::{Message as Public, PrivateMessage};
        let number = self.next();
        let id = format!("{}-in-{number}", self.start);
        let message = MessageRef::platform(self.place(), id);
        let message = Message::new(message, Content::typed(line)).mentioned();
        self.event(number, at, EventKind::Message(message), &[Public, PrivateMessage])
    }

    pub(crate) fn click(
        &self,
        seal: Seal,
        message: PlatformMessageId,
        chosen: Chosen,
        at: Timestamp,
    ) -> Event {
        use AnswerKind::{Message, PrivateMessage, Update};
        let number = self.next();
        let message = MessageRef::platform(self.place(), message);
        let click = format!("{}:{number}", self.start);
        let used = ActionUse::new(seal).in_message(message).chosen(chosen).click(click);
        self.event(number, at, EventKind::Action(used), &[Message, PrivateMessage, Update])
    }

    pub(crate) fn options(&self, seal: Seal, field: &str, at: Timestamp) -> Event {
        let field = Some(field.to_owned());
        let kind = EventKind::OptionsAsked { seal, field, typed: String::new() };
        self.event(self.next(), at, kind, &[AnswerKind::Options])
    }

    pub(crate) fn submission(
        &self,
        seal: Seal,
        values: Map<String, Value>,
        at: Timestamp,
    ) -> Event {
        use AnswerKind::{CloseForm, FieldErrors, Message, NextForm, PrivateMessage};
        let accepts = [Message, PrivateMessage, FieldErrors, NextForm, CloseForm];
        self.event(self.next(), at, EventKind::FormSubmitted { seal, values }, &accepts)
    }

    pub(crate) fn closed(&self, seal: Seal, at: Timestamp) -> Event {
        use AnswerKind::{Message, PrivateMessage};
        let kind = EventKind::FormClosed { seal };
        self.event(self.next(), at, kind, &[Message, PrivateMessage])
    }

    fn next(&self) -> u64 {
        self.count.fetch_add(1, Ordering::Relaxed) + 1
    }

    fn event(&self, number: u64, at: Timestamp, kind: EventKind, accepts: &[AnswerKind]) -> Event {
        let key = format!("console:{}:{number}", self.start);
        let slot = AnswerSlot::new(at + ANSWER_TIME, accepts.iter().copied())
            .parts(ANSWER_PARTS)
            .ends_when_sent();
        let actor =
            Actor::member(self.adapter.clone(), Platform::console(), WORKSPACE, self.user.clone());
        Event::new(Platform::console(), self.adapter.clone(), WORKSPACE, key, at, kind)
            .in_place(self.place())
            .direct()
            .by(actor)
            .named(DisplayName::new(self.user.as_str()))
            .answerable(slot)
    }
}
