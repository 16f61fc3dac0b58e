//! The inbox: a delivery is recorded once, then put into its lane.

use std::borrow::Cow;
use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use chatgate_core::{
    AdapterId, Answer, AnswerSlot, Batch, Claim, Clock, Cursor, Delivered, EnqueueOptions, EntryId,
    Event, EventId, EventKind, Expect, Health, Hold, InboxBackend, Key, Queue, Result, Seals,
    Shutdown, Specs, Timestamp,
};
use chatgate_router::{Found, Heard};
use tokio::sync::{Notify, oneshot};

use crate::audit::{Failure, Record, Source};
use crate::call::Caught;
use crate::engine::Engine;
use crate::stored::{self, Recorded};
use crate::sync::lock;
use crate::walk;

/// The lanes of this node, and what it holds.
#[derive(Debug, Default)]
pub(crate) struct Lanes {
    lanes: Mutex<HashMap<String, VecDeque<Job>>>,
    holds: Mutex<HashMap<EntryId, Hold>>,
    seen: Mutex<HashMap<AdapterId, VecDeque<Key>>>,
}

/// A recorded event that waits in its lane.
#[derive(Debug)]
pub(crate) struct Job {
    pub(crate) recorded: Recorded,
    pub(crate) hold: Hold,
    /// Whether an earlier process had begun with it.
    pub(crate) resumed: bool,
    pub(crate) found: Found,
    pub(crate) answer: Option<OpenAnswer>,
    /// Told when the lane may move on.
    pub(crate) moved: Arc<Notify>,
    /// Told when the run has ended.
    pub(crate) ended: Arc<Notify>,
}

/// The platform's request, while it waits for an answer.
#[derive(Debug)]
pub(crate) struct OpenAnswer {
    pub(crate) slot: AnswerSlot,
    pub(crate) sender: oneshot::Sender<Answer>,
}

/// What stands behind every adapter's inbox.
#[derive(Clone, Debug)]
pub(crate) struct Backend(pub(crate) Arc<Engine>);

#[async_trait]
impl InboxBackend for Backend {
    async fn deliver(
        &self,
        adapter: &AdapterId,
        event: Event,
        cursor: Option<Cursor>,
    ) -> Delivered {
        let engine = &self.0;
        if !engine.status.admit_event(engine.limits.inbox) {
            tracing::warn!(%adapter, "inbox full or closed: delivery not taken");
            return Delivered::Busy;
        }
        match take_in(engine, event, cursor).await {
            Ok(delivered) => delivered,
            Err(error) => {
                engine.status.event_done();
                tracing::error!(%adapter, %error, "delivery not recorded");
                Delivered::Busy
            }
        }
    }

    async fn cursor(&self, adapter: &AdapterId, name: &str) -> Result<Option<String>> {
        let record = self.0.store.get(&cursor_key(adapter, name)).await?;
        Ok(record.map(|record| String::from_utf8_lossy(&record.value).into_owned()))
    }

    fn seals(&self) -> &Seals {
        &self.0.seals
    }

    fn specs(&self) -> Arc<Specs> {
        self.0.routes.specs()
    }

    fn clock(&self) -> &Arc<dyn Clock> {
        &self.0.clock
    }

    fn reject(&self, adapter: &AdapterId, reason: Cow<'static, str>) {
        let engine = self.0.clone();
        let Some(count) = engine.status.rejected(adapter, &reason, engine.now()) else {
            tracing::debug!(%adapter, %reason, "request refused");
            return;
        };
        tracing::warn!(%adapter, %reason, count, "request refused");
        let adapter = adapter.clone();
        self.0.tasks.spawn(async move {
            let record = Record {
                adapter: Some(&adapter),
                count: Some(count),
                reason: Some(&reason),
                ..Record::default()
            };
            let batch = engine.audit(Batch::new(), "delivery.rejected", record);
            if let Err(error) = engine.store.commit(batch).await {
                tracing::error!(%error, "a refusal could not be recorded");
            }
        });
    }

    fn health(&self, adapter: &AdapterId, health: Health) {
        tracing::debug!(%adapter, ?health, "connection");
        self.0.status.set_health(adapter, health);
    }

    fn alarm(&self, adapter: &AdapterId, reason: &str) {
        tracing::error!(%adapter, reason, "ALARM");
        let (engine, adapter, reason) = (self.0.clone(), adapter.clone(), reason.to_owned());
        self.0.tasks.spawn(async move {
            let record =
                Record { adapter: Some(&adapter), reason: Some(&reason), ..Record::default() };
            let batch = engine.audit(Batch::new(), "alarm", record);
            if let Err(error) = engine.store.commit(batch).await {
                tracing::error!(%error, "an alarm could not be recorded");
            }
        });
    }
}

fn cursor_key(adapter: &AdapterId, name: &str) -> Key {
    Key::new("cursor", format!("{adapter}/{name}"))
}

/// Records an admitted event and starts it; counts it out again when there is nothing to start.
async fn take_in(engine: &Arc<Engine>, event: Event, cursor: Option<Cursor>) -> Result<Delivered> {
    let id = engine.new_event();
    let found = engine.routes.find(&event, heard(engine, &event).await?);
    let lane = lane_of(&event, &found, id);
    if engine.lanes.length(&lane) >= engine.limits.lane {
        tracing::warn!(%lane, "lane full: delivery not taken");
        engine.status.event_done();
        return Ok(Delivered::Busy);
    }
    let now = engine.now();
    let mut batch = Batch::new();
    let keys: Vec<_> =
        event.keys.iter().map(|key| dedupe_key(&event.adapter, key.as_str())).collect();
    for key in &keys {
        let until = now + engine.limits.dedupe_for;
        batch = batch.put_until(key.clone(), id.to_string(), Expect::Absent, until);
    }
    for key in engine.lanes.forget(&event.adapter, keys.len(), engine.limits.dedupe_keys) {
        batch = batch.delete(key, Expect::Any);
    }
    let moved_cursor =
        cursor.map(|cursor| (cursor_key(&event.adapter, &cursor.name), cursor.position));
    if let Some((key, position)) = &moved_cursor {
        batch = batch.put(key.clone(), position.clone(), Expect::Any);
    }
    let entry = EntryId::from(id.as_u128());
    let options = EnqueueOptions::new().take(engine.holder.clone(), engine.limits.lease);
    let value = stored::write_event(&event, id, &engine.seals)?;
    batch = batch.enqueue(Queue::Inbox, lane.clone(), entry, value, options);
    let record = Record { source: Some(Source::of(&event)), ..Record::of(id) };
    batch = engine.audit(batch, "delivery.accepted", record);

    let committed = match engine.commit(batch).await {
        Ok(committed) => committed,
        Err(error) if error.is_conflict() => {
            engine.status.event_done();
            if let Some((key, position)) = moved_cursor {
                engine.store.commit(Batch::new().put(key, position, Expect::Any)).await?;
            }
            return repeated(engine, &event, &keys).await;
        }
        Err(error) if error.is_busy() => {
            engine.status.event_done();
            return Ok(Delivered::Busy);
        }
        Err(error) => return Err(error),
    };
    engine.lanes.remember(&event.adapter, keys);
    let Some(claim) = committed.claims.into_iter().next() else {
        // Another node holds the lane: whoever claims the entry runs it.
        engine.status.event_done();
        return Ok(Delivered::Accepted);
    };
    let slot = event.answer.clone();
    let (answer, receiver) = match slot.clone() {
        Some(slot) => {
            let (sender, receiver) = oneshot::channel();
            (Some(OpenAnswer { slot, sender }), Some(receiver))
        }
        None => (None, None),
    };
    let recorded = Recorded { id, event: Arc::new(event) };
    let job = Job {
        recorded,
        hold: claim.hold,
        resumed: false,
        found,
        answer,
        moved: Arc::default(),
        ended: Arc::default(),
    };
    start(engine, lane, job);
    Ok(wait_for_answer(engine, slot, receiver).await)
}

/// Waits for the answer as long as the request allows.
async fn wait_for_answer(
    engine: &Engine,
    slot: Option<AnswerSlot>,
    receiver: Option<oneshot::Receiver<Answer>>,
) -> Delivered {
    let (Some(slot), Some(receiver)) = (slot, receiver) else {
        return Delivered::Accepted;
    };
    tokio::select! {
        biased;
        answer = receiver => match answer {
            Ok(answer) => Delivered::Answer(answer),
            // The run ended without an answer.
            Err(_) => Delivered::Accepted,
        },
        () = engine.clock.sleep_until(slot.by) => Delivered::Accepted,
    }
}

/// A repeated delivery gets the answer that the first one got.
async fn repeated(engine: &Engine, event: &Event, keys: &[Key]) -> Result<Delivered> {
    tracing::debug!(adapter = %event.adapter, "repeated delivery");
    for key in keys {
        if let Some(record) = engine.store.get(&answer_key(key)).await? {
            return Ok(Delivered::Answer(stored::read(&record.value)?));
        }
    }
    Ok(Delivered::Accepted)
}

fn dedupe_key(adapter: &AdapterId, key: &str) -> Key {
    Key::new("dedupe", format!("{adapter}/{key}"))
}

/// Where the answer to a delivery is kept for its repetitions.
pub(crate) fn answer_key(dedupe: &Key) -> Key {
    Key::new("answer", dedupe.name.clone())
}

/// Where the answer to an event is kept for its repetitions.
pub(crate) fn event_answer_key(event: &Event) -> Option<Key> {
    let key = event.keys.first()?;
    Some(answer_key(&dedupe_key(&event.adapter, key.as_str())))
}

/// To whom an event speaks.
async fn heard(engine: &Engine, event: &Event) -> Result<Heard> {
    let EventKind::Message(message) = &event.kind else {
        return Ok(Heard::Command);
    };
    if event.direct || message.mentioned {
        return Ok(Heard::Command);
    }
    let Some(place) = event.place.as_ref().filter(|place| place.thread.is_some()) else {
        return Ok(Heard::Ambient);
    };
    let subscribed = engine.store.get(&thread_key(place)).await?.is_some();
    Ok(if subscribed { Heard::Thread } else { Heard::Ambient })
}

/// The record of a subscribed thread.
pub(crate) fn thread_key(place: &chatgate_core::Place) -> Key {
    Key::new("thread", place.to_string())
}

/// What keeps order with the rest of its conversation has its lane; everything else one of its own.
fn lane_of(event: &Event, found: &Found, id: EventId) -> String {
    let in_order = match event.kind {
        EventKind::Action(_)
        | EventKind::OptionsAsked { .. }
        | EventKind::FormSubmitted { .. }
        | EventKind::FormClosed { .. } => false,
        _ => !matches!(found, Found::Help { .. } | Found::Cancel),
    };
    if in_order { event.place_or_stand_in().to_string() } else { format!("!{id}") }
}

/// Puts a job at the end of its lane; an idle lane starts moving.
fn start(engine: &Arc<Engine>, lane: String, job: Job) {
    engine.lanes.hold(job.hold);
    let mut lanes = lock(&engine.lanes.lanes);
    if let Some(waiting) = lanes.get_mut(&lane) {
        waiting.push_back(job);
        return;
    }
    lanes.insert(lane.clone(), VecDeque::from([job]));
    drop(lanes);
    engine.tasks.spawn(move_lane(engine.clone(), lane));
}

/// Starts the jobs of a lane in order: the next one when the one before has returned, has replied, or
/// has taken a second; a serial one holds the lane to its end.
async fn move_lane(engine: Arc<Engine>, lane: String) {
    loop {
        let job = {
            let mut lanes = lock(&engine.lanes.lanes);
            match lanes.get_mut(&lane).and_then(VecDeque::pop_front) {
                Some(job) => job,
                None => {
                    lanes.remove(&lane);
                    return;
                }
            }
        };
        let serial = matches!(&job.found, Found::Command(matched) if matched.serial);
        let (moved, ended) = (job.moved.clone(), job.ended.clone());
        let patience = engine.now() + engine.limits.lane_hold;
        // Whatever panics in there, the lane goes on.
        let mut walk = Caught::new(Box::pin(walk::walk(engine.clone(), job)));
        let moves_on = async {
            if serial {
                ended.notified().await;
            } else {
                tokio::select! {
                    () = moved.notified() => {}
                    () = engine.clock.sleep_until(patience) => {}
                }
            }
        };
        // Most runs end before the lane may move on: only the others need a task of their own.
        tokio::select! {
            biased;
            _ = &mut walk => continue,
            () = moves_on => {}
        }
        engine.tasks.spawn(walk);
    }
}

/// Claims what an earlier process or another node left, whenever there is something to claim.
pub(crate) async fn claim_left(engine: Arc<Engine>, shutdown: Shutdown) {
    loop {
        let waits = claim_due(&engine).await;
        let next = match waits {
            Ok(next) => next,
            Err(error) => {
                tracing::error!(%error, "the inbox cannot be read");
                None
            }
        };
        // A store that other nodes write to does not tell: look every so often.
        let look_again = engine.now() + engine.limits.lease / 3;
        let next = next.map_or(look_again, |next| next.min(look_again));
        tokio::select! {
            () = engine.clock.sleep_until(next) => {}
            () = shutdown.asked() => return,
        }
    }
}

async fn claim_due(engine: &Arc<Engine>) -> Result<Option<Timestamp>> {
    loop {
        let room = engine.limits.inbox.saturating_sub(engine.status.work().events).min(64);
        if room == 0 {
            return Ok(Some(engine.now() + engine.limits.lane_hold));
        }
        let (holder, lease) = (&engine.holder, engine.limits.lease);
        let claims = engine.store.claim(Queue::Inbox, holder, lease, room).await?;
        if claims.is_empty() {
            let next = engine.store.next_due(Queue::Inbox).await?;
            return Ok(next.map(|next| next.max(engine.now() + engine.limits.lane_hold)));
        }
        for claim in claims {
            resume(engine, claim).await?;
        }
    }
}

/// Goes on with an entry that an earlier process or another node left.
async fn resume(engine: &Arc<Engine>, claim: Claim) -> Result<()> {
    let id = EventId::from(claim.hold.entry.as_u128());
    let event = match stored::read_event(&claim.value, id, &engine.seals) {
        Ok(event) => event,
        Err(error) => {
            tracing::error!(delivery = %id, %error, "a recorded event cannot be read: dropped");
            let record = Record { error: Some(Failure::of(&error)), ..Record::of(id) };
            let batch = Batch::new().finish(claim.hold);
            engine.store.commit(engine.audit(batch, "delivery.unreadable", record)).await?;
            return Ok(());
        }
    };
    engine.status.change(|work| work.events += 1);
    let found = engine.routes.find(&event, heard(engine, &event).await?);
    let job = Job {
        recorded: Recorded { id, event: Arc::new(event) },
        hold: claim.hold,
        resumed: true,
        found,
        answer: None,
        moved: Arc::default(),
        ended: Arc::default(),
    };
    start(engine, claim.lane, job);
    Ok(())
}

/// Keeps the holds of long runs alive.
pub(crate) async fn renew_holds(engine: Arc<Engine>) {
    let lease = engine.limits.lease;
    loop {
        engine.clock.sleep_until(engine.now() + lease / 3).await;
        let holds: Vec<_> = lock(&engine.lanes.holds).values().copied().collect();
        for hold in holds {
            match engine.store.commit(Batch::new().renew(hold, lease)).await {
                Ok(_) => {}
                Err(error) if error.is_fenced() => {
                    // Finished meanwhile, or lost: the finish of a lost one will be refused.
                    lock(&engine.lanes.holds).remove(&hold.entry);
                }
                Err(error) => tracing::error!(%error, "a hold could not be renewed"),
            }
        }
    }
}

impl Lanes {
    fn length(&self, lane: &str) -> usize {
        lock(&self.lanes).get(lane).map_or(0, VecDeque::len)
    }

    /// Renews a hold from now on, for as long as it is needed.
    pub(crate) fn hold(&self, hold: Hold) {
        lock(&self.holds).insert(hold.entry, hold);
    }

    /// A hold needs no renewing any more.
    pub(crate) fn let_go(&self, hold: Hold) {
        let mut holds = lock(&self.holds);
        // The entry may have been claimed anew under another fence.
        if holds.get(&hold.entry) == Some(&hold) {
            holds.remove(&hold.entry);
        }
    }

    /// The oldest keys of an adapter, so many that there is room for `more`.
    fn forget(&self, adapter: &AdapterId, more: usize, limit: usize) -> Vec<Key> {
        let mut seen = lock(&self.seen);
        let seen = seen.entry(adapter.clone()).or_default();
        let surplus = (seen.len() + more).saturating_sub(limit).min(seen.len());
        seen.drain(..surplus).collect()
    }

    fn remember(&self, adapter: &AdapterId, keys: Vec<Key>) {
        lock(&self.seen).entry(adapter.clone()).or_default().extend(keys);
    }
}
