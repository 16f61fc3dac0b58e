//! The outbox: one row is one rendered operation, sent in the order of its lane until it is done.

mod book;
mod outcome;
mod send;
mod sender;
#[cfg(test)]
mod tests;

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, AtomicUsize};

use chatgate_core::{
    Batch, BatchChange, EnqueueOptions, EntryId, Error, MessageRef, Operation, Priority, Queue,
    Result, Timestamp,
};
use tokio::sync::Notify;

use crate::engine::Engine;
use crate::stored::{self, Row};
use crate::sync::lock;
use book::Book;
pub(crate) use sender::run;

/// What this process queued and sends.
#[derive(Debug, Default)]
pub(crate) struct Outbox {
    book: Mutex<Book>,
    /// Told when there may be something to claim.
    wake: Notify,
    /// How many rows are being sent.
    sending: AtomicUsize,
    /// How many claims were made; each has a holder of its own.
    claims: AtomicU64,
}

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
}

/// Rows were queued: they are counted, and the sender is woken.
pub(crate) fn queued(engine: &Engine, rows: Vec<EntryId>) {
    if rows.is_empty() {
        return;
    }
    lock(&engine.outbox.book).queued(rows, &engine.status);
    engine.outbox.wake.notify_one();
}

/// Waits until every row that is queued now has left or is given up, or until the deadline.
pub(crate) async fn sent(engine: &Engine, deadline: Timestamp) {
    let mut changes = engine.status.watch();
    let rows = lock(&engine.outbox.book).open();
    let all_left = async {
        while lock(&engine.outbox.book).open().iter().any(|row| rows.contains(row)) {
            if changes.changed().await.is_err() {
                return;
            }
        }
    };
    tokio::select! {
        () = all_left => {}
        () = engine.clock.sleep_until(deadline) => {}
    }
}

/// Adds a row to a batch, at the end of its lane: the place that it acts in.
///
/// The row of a post has the post's own key for its id: so an operation on a message of ours can find
/// out whether its post still waits.
pub(crate) fn enqueue(batch: Batch, row: Row, entry: EntryId, priority: Priority) -> Result<Batch> {
    if let Operation::Post { key, .. } = &row.operation
        && entry.as_u128() != key.as_u128()
    {
        return Err(Error::internal("the row of a post has the post's key").with_operation("post"));
    }
    // A row without a place names no adapter.
    let Some(place) = row.operation.place() else {
        return Err(Error::unsupported(row.operation.name()).with_context("only with a place"));
    };
    let lane = place.to_string();
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
    let waiting = lock(&engine.outbox.book).waiting_edit(message);
    if let Some(entry) = waiting {
        let replace =
            BatchChange::Replace { queue: Queue::Outbox, entry, value: stored::write(&row)? };
        match engine.store.commit(Batch::new().and(replace)).await {
            Ok(_) => return Ok(()),
            // It is being sent, or gone.
            Err(error) if error.is_conflict() => {}
            Err(error) => return Err(error),
        }
    }
    let entry = EntryId::generate(&*engine.clock, &*engine.rng);
    let batch = enqueue(Batch::new(), row, entry, priority)?;
    // Before the commit: afterwards it may be claimed already, and would be remembered for ever.
    lock(&engine.outbox.book).edit_waits(message, entry);
    let committed = engine.commit(batch).await;
    if committed.is_err() {
        lock(&engine.outbox.book).edit_is_gone(message, entry);
    }
    committed.map(|_| ())
}
