//! The outbox: one row is one rendered operation, sent in the order of its lane until it is done.

mod outcome;
mod send;

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex};

use chatgate_core::{
    Batch, BatchChange, Claim, EnqueueOptions, EntryId, Hold, MessageRef, Priority, Queue, Result,
    Shutdown, Timestamp,
};
use tokio::sync::Notify;

use crate::engine::Engine;
use crate::stored::{self, Row};
use crate::sync::lock;

/// What this process sends, and what still waits to be changed by a newer edit.
#[derive(Debug, Default)]
pub(crate) struct Outbox {
    wake: Notify,
    /// Edits that may still wait in the store, by the message that they change.
    edits: Mutex<HashMap<MessageRef, EntryId>>,
    /// Rows that this process queued and that are not done: others were left by an earlier one.
    counted: Mutex<std::collections::HashSet<EntryId>>,
}

// So many edits are remembered for being replaced; the others are all sent.
const EDITS: usize = 10_000;
// So many rows of one lane are claimed ahead: few, so that an edit that waits can be replaced.
const CLAIMS: usize = 16;

impl Outbox {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// The rows that a batch queues.
    pub(crate) fn rows(batch: &Batch) -> Vec<EntryId> {
        let row = |change: &BatchChange| match change {
            BatchChange::Enqueue { queue: Queue::Outbox, entry, .. } => Some(*entry),
            _ => None,
        };
        batch.changes.iter().filter_map(row).collect()
    }

    /// Counts a row that was claimed, unless it was counted when it was queued.
    fn claimed(&self, engine: &Engine, hold: Hold) {
        let entry = hold.entry;
        engine.lanes.hold(hold);
        lock(&self.edits).retain(|_, other| *other != entry);
        if lock(&self.counted).insert(entry) {
            engine.status.change(|work| work.operations += 1);
        }
    }

    /// The row is done.
    fn done(&self, engine: &Engine, entry: EntryId) {
        lock(&self.edits).retain(|_, other| *other != entry);
        if lock(&self.counted).remove(&entry) {
            engine.status.change(|work| work.operations = work.operations.saturating_sub(1));
        }
    }
}

/// Rows were queued: they are counted, and the sender is woken.
pub(crate) fn queued(engine: &Engine, rows: Vec<EntryId>) {
    if rows.is_empty() {
        return;
    }
    let count = rows.len();
    lock(&engine.outbox.counted).extend(rows);
    engine.status.change(|work| work.operations += count);
    engine.outbox.wake.notify_one();
}

/// Adds a row to a batch, at the end of its lane: the place that it acts in.
pub(crate) fn enqueue(batch: Batch, row: Row, entry: EntryId, priority: Priority) -> Result<Batch> {
    let lane = row.operation.place().map_or_else(|| "native".to_owned(), ToString::to_string);
    let options = EnqueueOptions::new().priority(priority);
    Ok(batch.enqueue(Queue::Outbox, lane, entry, stored::write(row)?, options))
}

/// Queues an edit. An older edit of the same message that still waits becomes this one.
pub(crate) async fn commit_edit(
    engine: &Engine,
    message: &MessageRef,
    row: Row,
    priority: Priority,
) -> Result<()> {
    let waiting = lock(&engine.outbox.edits).get(message).copied();
    if let Some(entry) = waiting {
        let value = stored::write(&row)?;
        let replace = BatchChange::Replace { queue: Queue::Outbox, entry, value };
        match engine.store.commit(Batch::new().and(replace)).await {
            Ok(_) => return Ok(()),
            // It is being sent, or gone.
            Err(error) if error.is_conflict() => {}
            Err(error) => return Err(error),
        }
    }
    let entry = EntryId::generate(&*engine.clock, &*engine.rng);
    {
        let mut edits = lock(&engine.outbox.edits);
        if edits.len() < EDITS {
            edits.insert(message.clone(), entry);
        }
    }
    engine.commit(enqueue(Batch::new(), row, entry, priority)?).await?;
    Ok(())
}

/// Sends what is due, until it is stopped. What an earlier process left is among it.
pub(crate) async fn run(engine: Arc<Engine>, _shutdown: Shutdown) {
    // Draining is sending on: the gateway stops this task when it has waited long enough.
    let lanes: Arc<Lanes> = Arc::default();
    loop {
        let room = engine.limits.sends.saturating_sub(lanes.in_flight());
        let claims = match claim(&engine, room.min(CLAIMS)).await {
            Ok(claims) => claims,
            Err(error) => {
                tracing::error!(%error, "the outbox cannot be read");
                Vec::new()
            }
        };
        if !claims.is_empty() {
            for claim in claims {
                engine.outbox.claimed(&engine, claim.hold);
                lanes.push(&engine, claim);
            }
            continue;
        }
        let next = next_due(&engine).await;
        tokio::select! {
            () = engine.outbox.wake.notified() => {}
            () = engine.clock.sleep_until(next) => {}
        }
    }
}

async fn claim(engine: &Engine, limit: usize) -> Result<Vec<Claim>> {
    if limit == 0 {
        return Ok(Vec::new());
    }
    let (node, lease) = (&engine.node, engine.limits.lease);
    engine.store.claim(Queue::Outbox, node, lease, limit).await
}

/// When to look again, unless woken before: other nodes and their ends do not wake anyone.
async fn next_due(engine: &Engine) -> Timestamp {
    let now = engine.now();
    let look_again = now + engine.limits.lease / 3;
    match engine.store.next_due(Queue::Outbox).await {
        Ok(Some(next)) if next > now => next.min(look_again),
        // Something is ready in a lane that is being sent: its end wakes this.
        _ => look_again,
    }
}

/// The claims of this process, a queue a lane: rows of a lane never overlap.
#[derive(Debug, Default)]
struct Lanes {
    waiting: Mutex<HashMap<String, VecDeque<Claim>>>,
}

impl Lanes {
    fn in_flight(&self) -> usize {
        // An empty queue is a row that is being sent.
        lock(&self.waiting).values().map(|waiting| waiting.len() + 1).sum()
    }

    fn push(self: &Arc<Self>, engine: &Arc<Engine>, claim: Claim) {
        let mut lanes = lock(&self.waiting);
        if let Some(waiting) = lanes.get_mut(&claim.lane) {
            waiting.push_back(claim);
            return;
        }
        lanes.insert(claim.lane.clone(), VecDeque::new());
        drop(lanes);
        let (lanes, engine) = (self.clone(), engine.clone());
        engine.tasks.clone().spawn(async move { lanes.send_lane(engine, claim).await });
    }

    /// Sends a lane's claims one after the other. When one has to wait, those behind it wait again, too.
    async fn send_lane(&self, engine: Arc<Engine>, first: Claim) {
        let lane = first.lane.clone();
        let mut next = Some(first);
        while let Some(claim) = next {
            let tried = send::row(&engine, &claim).await;
            engine.lanes.let_go(claim.hold);
            let goes_on = match tried {
                Ok(goes_on) => goes_on,
                Err(error) if error.is_fenced() => {
                    tracing::warn!(%lane, "another node has taken over the lane");
                    false
                }
                Err(error) => {
                    tracing::error!(%lane, %error, "a row could not be finished");
                    false
                }
            };
            if !goes_on {
                self.give_back(&engine, &lane).await;
            }
            next = self.pop(&lane);
        }
        engine.outbox.wake.notify_one();
    }

    fn pop(&self, lane: &str) -> Option<Claim> {
        let mut lanes = lock(&self.waiting);
        let next = lanes.get_mut(lane).and_then(VecDeque::pop_front);
        if next.is_none() {
            lanes.remove(lane);
        }
        next
    }

    async fn give_back(&self, engine: &Engine, lane: &str) {
        let waiting = lock(&self.waiting).get_mut(lane).map(std::mem::take).unwrap_or_default();
        for claim in waiting {
            engine.lanes.let_go(claim.hold);
            if let Err(error) = send::release(engine, &claim).await {
                tracing::debug!(%lane, %error, "a row was not given back: its hold will end");
            }
        }
    }
}
