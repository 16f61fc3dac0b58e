//! The verbs of a run, and its one answer.

mod answer;
mod ask;
mod collect;
mod speaker;
mod stream;
mod way;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use chatgate_core::{Batch, Content, Event, EventId, Hold, MessageId, Place, SlotEnds};
use tokio::sync::Notify;

use crate::engine::Engine;
use crate::inbox::OpenAnswer;
use crate::stored::Recorded;
use crate::sync::lock;
use way::ByHandle;

/// The verbs of one event's runs, and the one answer inside the platform's request.
#[derive(Debug)]
pub(crate) struct Voice {
    engine: Arc<Engine>,
    id: EventId,
    hold: Hold,
    event: Mutex<Arc<Event>>,
    answer: Mutex<Option<OpenAnswer>>,
    moved: Arc<Notify>,
    /// What was said where nothing can be posted: it becomes part of the answer.
    collected: Mutex<Vec<(MessageId, Content)>>,
    /// What is to be committed with the next thing that is.
    pending: Mutex<Batch>,
    /// Whether something was said by other means than the answer.
    said: AtomicBool,
    /// What was said by the event's reply handle.
    by_handle: Mutex<ByHandle>,
}

impl Voice {
    pub(crate) fn new(
        engine: Arc<Engine>,
        recorded: Recorded,
        hold: Hold,
        answer: Option<OpenAnswer>,
        moved: Arc<Notify>,
    ) -> Self {
        Self {
            engine,
            id: recorded.id,
            hold,
            event: Mutex::new(recorded.event),
            answer: Mutex::new(answer),
            moved,
            collected: Mutex::default(),
            pending: Mutex::default(),
            said: AtomicBool::new(false),
            by_handle: Mutex::default(),
        }
    }

    pub(crate) fn id(&self) -> EventId {
        self.id
    }

    /// Something was said in a place. Elsewhere it takes nothing from the answer, which it cannot be
    /// confused with.
    fn has_said_in(&self, place: &Place) {
        let event = self.event();
        match event.place.as_ref().is_none_or(|here| here.is_same_conversation(place)) {
            true => self.has_said(),
            false => self.moved.notify_one(),
        }
    }

    /// Something was said by other means: the lane moves on, and what is returned follows it there, so
    /// the request ends.
    fn has_said(&self) {
        self.said.store(true, Ordering::Relaxed);
        self.moved.notify_one();
        let mut answer = lock(&self.answer);
        if answer.as_ref().is_some_and(|open| open.slot.ends == SlotEnds::AtOnce) {
            answer.take();
        }
    }

    /// Leaves changes to be committed when the run begins, or at the end.
    pub(crate) fn pend(&self, batch: Batch) {
        lock(&self.pending).changes.extend(batch.changes);
    }

    /// Takes the changes that were left.
    pub(crate) fn take_pending(&self) -> Batch {
        std::mem::take(&mut *lock(&self.pending))
    }

    /// The event is another one from here on.
    pub(crate) fn now_about(&self, event: Arc<Event>) {
        *lock(&self.event) = event;
    }

    fn event(&self) -> Arc<Event> {
        lock(&self.event).clone()
    }
}
