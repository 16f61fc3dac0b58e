//! One try to send one row.

use std::sync::Arc;

use chatgate_core::{
    Adapter, Batch, BatchChange, Claim, Error, ErrorKind, Expect, Key, MessageId, MessageRef,
    Operation, PlatformMessageId, Queue, Receipt, Result, SEAL_LIFETIME,
};
use serde_json::json;
use tracing::Instrument as _;

use super::outcome::{Next, after_failure};
use crate::engine::Engine;
use crate::stored::{self, Posted, Row};

/// Tries to send a row. False when it has to wait, and its lane with it.
pub(super) async fn row(engine: &Arc<Engine>, claim: &Claim) -> Result<bool> {
    let mut row: Row = match stored::read(&claim.value) {
        Ok(row) => row,
        Err(error) => {
            tracing::error!(%error, "a row cannot be read: dropped");
            return dead(engine, claim, None, "unreadable").await;
        }
    };
    // A claim that is neither settled nor done was cut off by a crash, perhaps while sending.
    if claim.attempts > row.settled {
        row.ambiguous = row.ambiguous || !row.operation.is_idempotent();
    }
    let Some(place) = row.operation.place().cloned() else {
        return dead(engine, claim, Some(&row), "no_place").await;
    };
    let Ok(adapter) = engine.adapter(&place.adapter).cloned() else {
        return dead(engine, claim, Some(&row), "no_adapter").await;
    };
    let can = adapter.capabilities(&place, None);
    let now = engine.now();
    if let Err(until) = engine.pacer.take(adapter.id(), &row.operation, &can.limits, now) {
        return wait(engine, claim, row, until).await;
    }
    let Some(operation) = resolved(engine, claim, &row).await? else {
        return dead(engine, claim, Some(&row), "post_dead").await;
    };
    let span = tracing::info_span!(
        "send",
        adapter = %adapter.id(),
        operation = operation.name(),
        attempt = row.tries,
    );
    let tried = try_once(engine, &adapter, operation, &row).instrument(span).await;
    match tried {
        Ok(receipt) => delivered(engine, claim, &row, receipt).await,
        Err(error) => failed(engine, claim, row, &error).await,
    }
}

/// Puts a claimed row back to its place: it was not tried.
pub(super) async fn release(engine: &Engine, claim: &Claim) -> Result<()> {
    let mut row: Row = stored::read(&claim.value)?;
    row.settled = claim.attempts + 1;
    let batch = Batch::new().release(claim.hold).and(rewritten(claim, &row)?);
    engine.store.commit(batch).await?;
    Ok(())
}

fn rewritten(claim: &Claim, row: &Row) -> Result<BatchChange> {
    let value = stored::write(row)?;
    Ok(BatchChange::Replace { queue: Queue::Outbox, entry: claim.hold.entry, value })
}

/// The row waits at the head of its lane; what it has learnt is kept.
async fn wait(
    engine: &Engine,
    claim: &Claim,
    mut row: Row,
    until: chatgate_core::Timestamp,
) -> Result<bool> {
    row.settled = claim.attempts + 1;
    let batch = Batch::new().postpone(claim.hold, until).and(rewritten(claim, &row)?);
    engine.store.commit(batch).await?;
    Ok(false)
}

/// The operation with the platform's ids in the place of ours, and its way. `None` when it is about a
/// message that was never posted.
async fn resolved(engine: &Engine, claim: &Claim, row: &Row) -> Result<Option<Operation>> {
    let mut operation = row.operation.clone();
    if let Operation::Edit { message, .. }
    | Operation::Delete { message, .. }
    | Operation::React { message, .. } = &mut operation
        && let Some(id) = message.our_id()
    {
        match posted(engine, id).await?.and_then(|posted| Some((posted.place, posted.id?))) {
            Some((place, id)) => *message = MessageRef::platform(place, id),
            None => return Ok(None),
        }
    }
    let reply = row.reply(&claim.hold.entry.to_string(), &engine.seals);
    if let Operation::Post { via, .. }
    | Operation::Edit { via, .. }
    | Operation::Delete { via, .. } = &mut operation
    {
        *via = reply.filter(|reply| reply.is_live(engine.now()));
    }
    Ok(Some(operation))
}

async fn posted(engine: &Engine, id: MessageId) -> Result<Option<Posted>> {
    let record = engine.store.get(&Posted::key(id)).await?;
    record.map(|record| stored::read(&record.value)).transpose()
}

/// Calls the adapter; after an ambiguous try it is first found out whether the post is there.
async fn try_once(
    engine: &Engine,
    adapter: &Arc<dyn Adapter>,
    mut operation: Operation,
    row: &Row,
) -> Result<Receipt> {
    if row.ambiguous
        && let Operation::Post { place, key, part, .. } = &mut operation
    {
        let find = Operation::FindPost { place: place.clone(), key: *key, since: row.since };
        match call(engine, adapter, find).await {
            Ok(Receipt::Found(Some(id))) => return Ok(Receipt::Found(Some(id))),
            Ok(_) => {}
            Err(error) if error.is_unsupported() => {
                if let Some(repeated) = part.repeated.take() {
                    part.payload = repeated;
                }
            }
            // Not knowing is no reason to post twice: found out later.
            Err(error) => return Err(error),
        }
    } else if row.ambiguous && !operation.is_idempotent() {
        return Err(Error::new(ErrorKind::Timeout).with_context("an earlier try was cut off"));
    }
    call(engine, adapter, operation).await
}

/// Calls the adapter in a task of its own: its panic is an outcome that nobody knows.
async fn call(
    engine: &Engine,
    adapter: &Arc<dyn Adapter>,
    operation: Operation,
) -> Result<Receipt> {
    let adapter = adapter.clone();
    let task = engine.tasks.spawn(async move { adapter.call(operation).await }.in_current_span());
    task.await.unwrap_or_else(|error| {
        tracing::error!(%error, "an adapter's call ended badly");
        Err(Error::new(ErrorKind::Timeout).with_context("the adapter's call ended badly"))
    })
}

async fn delivered(engine: &Engine, claim: &Claim, row: &Row, receipt: Receipt) -> Result<bool> {
    let mut batch = Batch::new().finish(claim.hold);
    let now = engine.now();
    let kind = match &receipt {
        Receipt::Found(_) => "message.reconciled",
        _ => "message.delivered",
    };
    match (&row.operation, receipt) {
        (Operation::Post { place, key, .. }, Receipt::Posted(id) | Receipt::Found(id)) => {
            let id: Option<PlatformMessageId> = id;
            let posted = stored::write(Posted { place: place.clone(), id, at: now })?;
            let until = now + SEAL_LIFETIME;
            batch = batch.put_until(Posted::key(*key), posted, Expect::Any, until);
        }
        (Operation::Upload { file, .. }, Receipt::Uploaded(id)) => {
            let key = Key::new("file", file.to_string());
            batch = batch.put_until(key, id, Expect::Any, now + SEAL_LIFETIME);
        }
        _ => {}
    }
    batch = engine.audit(batch, kind, details(claim, row));
    engine.store.commit(batch).await?;
    engine.outbox.done(engine, claim.hold.entry);
    Ok(true)
}

async fn failed(engine: &Engine, claim: &Claim, mut row: Row, error: &Error) -> Result<bool> {
    let now = engine.now();
    match after_failure(&row, error, now, engine.limits.retry_for) {
        Next::Dead(reason) => {
            tracing::warn!(%error, reason, operation = row.operation.name(), "given up");
            dead(engine, claim, Some(&row), reason).await
        }
        Next::Again { until, asked, ambiguous } => {
            tracing::info!(%error, %until, operation = row.operation.name(), "tried again later");
            if asked && let Some(place) = row.operation.place() {
                engine.pacer.refused(&place.adapter, &row.operation, until);
            }
            row.tries += 1;
            row.ambiguous |= ambiguous;
            wait(engine, claim, row, until).await
        }
    }
}

async fn dead(
    engine: &Engine,
    claim: &Claim,
    row: Option<&Row>,
    reason: &'static str,
) -> Result<bool> {
    let mut said = row.map_or_else(|| json!({}), |row| details(claim, row));
    if let Some(said) = said.as_object_mut() {
        said.insert("reason".into(), reason.into());
    }
    let batch = engine.audit(Batch::new().finish(claim.hold), "message.dead", said);
    engine.store.commit(batch).await?;
    engine.outbox.done(engine, claim.hold.entry);
    Ok(true)
}

/// What happened to which row, for the audit record: names and ids, no content.
fn details(claim: &Claim, row: &Row) -> serde_json::Value {
    json!({
        "row": claim.hold.entry.to_string(),
        "operation": row.operation.name(),
        "place": row.operation.place().map(ToString::to_string),
        "tries": row.tries,
    })
}
