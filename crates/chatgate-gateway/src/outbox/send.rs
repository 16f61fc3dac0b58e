//! One try to send one row.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use chatgate_core::{
    Adapter, Batch, BatchChange, Claim, EnqueueOptions, EntryId, Error, Expect, Key, MessageId,
    MessageRef, Operation, Place, Queue, Receipt, ReplyHandle, Result, Retry, SEAL_LIFETIME,
    Timestamp,
};
use tracing::Instrument as _;

use super::outcome::{Next, after_failure};
use crate::audit::{Failure, Record, Shown};
use crate::engine::Engine;
use crate::pacer::{Asking, Pacer};
use crate::stored::{self, Posted, Row};
use crate::sync::lock;

// An operation on a message whose post waits in another lane looks again so soon.
const POST_WAITS: Duration = Duration::from_secs(1);
// What became of a row is told to a failing store so often: within half a minute, well inside a lease.
const SETTLE_TRIES: u32 = 5;

/// Tries to send a claimed row, and settles what becomes of it.
pub(super) async fn row(engine: &Arc<Engine>, claim: &Claim, row: Result<Row>) -> Result<()> {
    let row = match row {
        Ok(row) => row,
        Err(error) => {
            tracing::error!(%error, "a row cannot be read: given up");
            return give_up(engine, claim, "message.dead", Record::for_reason("unreadable")).await;
        }
    };
    let Some(place) = row.operation.place().cloned() else {
        return give_up(engine, claim, "message.dead", Record::for_reason("no_place")).await;
    };
    let span = tracing::info_span!(
        "send",
        adapter = %place.adapter,
        operation = row.operation.name(),
        attempt = row.tries + 1,
    );
    let attempt = Attempt { engine, claim, row };
    attempt.go(place).instrument(span).await
}

/// One try of one row.
struct Attempt<'a> {
    engine: &'a Arc<Engine>,
    claim: &'a Claim,
    row: Row,
}

/// Whether the platform's ids are known.
enum Named {
    Ready,
    /// The post of its message waits in another lane.
    PostWaits,
    Dead(&'static str),
}

impl Attempt<'_> {
    async fn go(mut self, place: Place) -> Result<()> {
        // A claim that is neither settled nor done was cut off by a crash, perhaps while sending.
        if self.claim.attempts > self.row.settled && !self.row.operation.is_idempotent() {
            self.row.ambiguous = true;
        }
        if self.row.ambiguous && !matches!(self.row.operation, Operation::Post { .. }) {
            return self.unknown(None).await;
        }
        let adapter = match self.engine.adapter(&place.adapter) {
            Ok(adapter) => adapter.clone(),
            // Another node may have it, or the next start of this one.
            Err(error) => return self.failed(None, &error.with_retry(Retry::Safe)).await,
        };
        let mut operation = self.row.operation.clone();
        match self.name(&mut operation).await? {
            Named::Ready => {}
            Named::PostWaits if self.is_too_old() => return self.dead("too_old", None).await,
            Named::PostWaits => {
                let until = self.engine.now() + POST_WAITS;
                return self.waits(until).await;
            }
            Named::Dead(reason) => return self.dead(reason, None).await,
        }
        if let Err(until) = self.take(&adapter, &place, &operation) {
            return self.waits(until).await;
        }
        if self.row.ambiguous {
            self.reconcile(&adapter, &place, operation).await
        } else {
            self.try_it(&adapter, operation).await
        }
    }

    async fn try_it(self, adapter: &Arc<dyn Adapter>, operation: Operation) -> Result<()> {
        match self.engine.call(&**adapter, operation.clone()).await {
            Ok(receipt) => self.delivered(receipt).await,
            Err(error) => self.failed(Some(&operation), &error).await,
        }
    }

    /// An earlier try may have arrived: it is looked for before there is another one.
    async fn reconcile(
        self,
        adapter: &Arc<dyn Adapter>,
        place: &Place,
        mut operation: Operation,
    ) -> Result<()> {
        if let Operation::Post { key, audience, part, .. } = &mut operation {
            let find = Operation::FindPost {
                place: place.clone(),
                key: *key,
                since: self.row.since,
                audience: audience.clone(),
                by_handle: self.row.via.is_some(),
            };
            if let Err(until) = self.take(adapter, place, &find) {
                return self.waits(until).await;
            }
            match self.engine.call(&**adapter, find.clone()).await {
                Ok(Receipt::Found(Some(id))) => {
                    return self.delivered(Receipt::Found(Some(id))).await;
                }
                Ok(Receipt::Found(None)) => {}
                // Not knowing yet is no reason to post twice.
                Err(error) if error.retry() != Retry::Never => {
                    return self.failed(Some(&find), &error).await;
                }
                // The platform cannot tell: the message says itself that it may be a repetition.
                Ok(_) | Err(_) => {
                    if let Some(repeated) = part.repeated.take() {
                        part.payload = repeated;
                    }
                }
            }
        }
        self.try_it(adapter, operation).await
    }

    /// Takes the permission to send, or says when to come again.
    fn take(
        &self,
        adapter: &Arc<dyn Adapter>,
        place: &Place,
        operation: &Operation,
    ) -> Result<(), Timestamp> {
        let can = adapter.capabilities(place, way(operation));
        let asking = Asking {
            adapter: adapter.id(),
            operation,
            row: self.claim.hold.entry,
            priority: self.claim.priority,
        };
        self.engine.pacer.take(asking, &can.limits, self.engine.now())
    }

    /// Puts the platform's ids in the place of ours, and the way it goes.
    async fn name(&self, operation: &mut Operation) -> Result<Named> {
        if let Operation::Edit { message, .. }
        | Operation::Delete { message, .. }
        | Operation::React { message, .. }
        | Operation::Pin { message, .. } = operation
            && let Some(id) = message.our_id()
        {
            let posted = match posted(self.engine, id).await? {
                Some(posted) => Some(posted),
                None if is_queued(self.engine, EntryId::from(id.as_u128())).await? => {
                    return Ok(Named::PostWaits);
                }
                // It may have been posted between the two questions.
                None => posted(self.engine, id).await?,
            };
            *message = match posted {
                Some(Posted { place, id: Some(id), .. }) => MessageRef::platform(place, id),
                // The platform did not tell its id: nothing can be done with the message.
                Some(_) => return Ok(Named::Dead("unsupported")),
                None => return Ok(Named::Dead("post_dead")),
            };
        }
        let reply = self.row.reply(&self.claim.hold.entry.to_string(), &self.engine.seals);
        if let Operation::Post { via, .. }
        | Operation::Edit { via, .. }
        | Operation::Delete { via, .. }
        | Operation::OpenForm { via, .. } = operation
        {
            *via = reply.filter(|reply| reply.is_live(self.engine.now()));
        }
        Ok(Named::Ready)
    }

    async fn delivered(self, receipt: Receipt) -> Result<()> {
        let (engine, now) = (self.engine, self.engine.now());
        let kind = match &receipt {
            Receipt::Found(_) => "message.reconciled",
            Receipt::Accepted(_) => "message.accepted",
            _ => "message.delivered",
        };
        if let Receipt::Accepted(Some(mark)) = &receipt {
            tracing::info!(mark, "taken; the platform does not tell what becomes of it");
        }
        let mut batch = Batch::new().finish(self.claim.hold);
        match (&self.row.operation, receipt) {
            (Operation::Post { place, key, .. }, receipt) => {
                let id = match receipt {
                    Receipt::Posted(id) | Receipt::Found(id) => id,
                    _ => None,
                };
                let posted = stored::write(Posted { place: place.clone(), id, at: now })?;
                batch =
                    batch.put_until(Posted::key(*key), posted, Expect::Any, now + SEAL_LIFETIME);
            }
            (Operation::Upload { file, .. }, Receipt::Uploaded(id)) => {
                let (key, id) = (Key::new("file", file.to_string()), stored::write(id)?);
                batch = batch.put_until(key, id, Expect::Any, now + SEAL_LIFETIME);
            }
            _ => {}
        }
        settle(engine, engine.audit(batch, kind, self.record())).await?;
        lock(&engine.outbox.book).done(self.claim.hold.entry, &engine.status);
        Ok(())
    }

    /// Decides what becomes of the row after a failure of what was asked of the adapter.
    async fn failed(mut self, asked: Option<&Operation>, error: &Error) -> Result<()> {
        let (engine, now) = (self.engine, self.engine.now());
        match after_failure(&self.row, error, now, engine.limits.retry_for) {
            Next::Dead(reason) => self.dead(reason, Some(error)).await,
            Next::Unknown => self.unknown(Some(error)).await,
            Next::Again { until, asked: by_platform, ambiguous } => {
                tracing::info!(%error, %until, "tried again later");
                if by_platform
                    && let Some((operation, place)) = asked.and_then(|it| Some((it, it.place()?)))
                    && let Ok(adapter) = engine.adapter(&place.adapter)
                {
                    let can = adapter.capabilities(place, way(operation));
                    engine.pacer.refused(adapter.id(), operation, &can.limits, until);
                }
                self.row.tries = self.row.tries.saturating_add(1);
                self.row.ambiguous |= ambiguous;
                self.waits(until).await
            }
        }
    }

    /// The row waits at the head of its lane, and the lane with it; what it has learnt is kept.
    async fn waits(mut self, until: Timestamp) -> Result<()> {
        let (engine, hold) = (self.engine, self.claim.hold);
        self.row.settled = self.claim.attempts.saturating_add(1);
        let rewritten = BatchChange::Replace {
            queue: Queue::Outbox,
            entry: hold.entry,
            value: stored::write(&self.row)?,
        };
        settle(engine, Batch::new().postpone(hold, until).and(rewritten)).await?;
        lock(&engine.outbox.book).waits_again(hold.entry, &self.row);
        Ok(())
    }

    async fn dead(self, reason: &'static str, error: Option<&Error>) -> Result<()> {
        tracing::warn!(reason, error = error.map(tracing::field::display), "given up");
        let record = self.record_of(reason, error);
        give_up(self.engine, self.claim, "message.dead", record).await
    }

    /// It may have happened, and nobody can find out.
    async fn unknown(self, error: Option<&Error>) -> Result<()> {
        let reason = "ambiguous";
        tracing::warn!(reason, error = error.map(tracing::field::display), "given up");
        let record = self.record_of(reason, error);
        give_up(self.engine, self.claim, "message.ambiguous", record).await
    }

    fn is_too_old(&self) -> bool {
        self.engine.now() >= self.row.since + self.engine.limits.retry_for
    }

    /// What happened to which row, for the audit record: names and ids, no content.
    fn record(&self) -> Record<'_> {
        Record {
            row: Some(self.claim.hold.entry),
            operation: Some(self.row.operation.name()),
            place: self.row.operation.place().map(Shown),
            tries: Some(self.row.tries),
            ..Record::default()
        }
    }

    fn record_of<'a>(&'a self, reason: &'static str, error: Option<&'a Error>) -> Record<'a> {
        Record { reason: Some(reason), error: error.map(Failure::coded), ..self.record() }
    }
}

/// Finishes a row that was not sent.
async fn give_up(
    engine: &Engine,
    claim: &Claim,
    kind: &'static str,
    record: Record<'_>,
) -> Result<()> {
    let record = Record { row: Some(claim.hold.entry), ..record };
    settle(engine, engine.audit(Batch::new().finish(claim.hold), kind, record)).await?;
    lock(&engine.outbox.book).done(claim.hold.entry, &engine.status);
    Ok(())
}

/// Commits what became of a row. A store that fails for a moment must not turn what is known into
/// something that nobody knows.
async fn settle(engine: &Engine, batch: Batch) -> Result<()> {
    let mut tries = 0;
    loop {
        match engine.store.commit(batch.clone()).await {
            Ok(_) => return Ok(()),
            Err(error) if error.retry() != Retry::Never && tries < SETTLE_TRIES => {
                tracing::warn!(%error, "what became of a row could not be kept yet");
            }
            Err(error) => return Err(error),
        }
        engine.clock.sleep_until(engine.now() + Pacer::back_off(tries)).await;
        tries += 1;
    }
}

async fn posted(engine: &Engine, id: MessageId) -> Result<Option<Posted>> {
    let record = engine.store.get(&Posted::key(id)).await?;
    record.map(|record| stored::read(&record.value)).transpose()
}

/// Whether a row is still in the queue: its id cannot be given to another one then. Changes nothing.
async fn is_queued(engine: &Engine, entry: EntryId) -> Result<bool> {
    let queue = Queue::Outbox;
    let probe = Batch::new()
        .enqueue(queue, "?", entry, Bytes::new(), EnqueueOptions::new())
        .and(BatchChange::Cancel { queue, entry });
    match engine.store.commit(probe).await {
        Ok(_) => Ok(false),
        Err(error) if error.is_conflict() => Ok(true),
        Err(error) => Err(error),
    }
}

/// The reply handle by which an operation goes.
fn way(operation: &Operation) -> Option<&ReplyHandle> {
    match operation {
        Operation::Post { via, .. }
        | Operation::Edit { via, .. }
        | Operation::Delete { via, .. }
        | Operation::OpenForm { via, .. } => via.as_ref(),
        _ => None,
    }
}
