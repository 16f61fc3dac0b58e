//! The sender: claims row after row and sends each in a task of its own.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use chatgate_core::{Batch, Claim, NodeId, Queue, Result, Shutdown, Timestamp};

use super::send;
use crate::engine::Engine;
use crate::stored::{self, Row};
use crate::sync::lock;

// Look again so soon when the store cannot be read, or another node is quicker again and again.
const SOON: Duration = Duration::from_secs(1);

/// Sends what is due, until the gateway cuts it off. What an earlier process left is among it.
pub(crate) async fn run(engine: Arc<Engine>, _shutdown: Shutdown) {
    // Draining is sending on: the gateway cuts it off when it has waited long enough.
    let mut missed = false;
    loop {
        let mut look_again = match claim_one(&engine).await {
            Ok(None) => {
                missed = false;
                continue;
            }
            Ok(Some(look_again)) => look_again,
            Err(error) => {
                tracing::error!(%error, "the outbox cannot be read");
                engine.now() + SOON
            }
        };
        // Something is due after all: it became so just now, or another node was quicker.
        let due = look_again <= engine.now();
        if due && !missed {
            missed = true;
            continue;
        }
        if due {
            look_again = engine.now() + SOON;
        }
        missed = false;
        tokio::select! {
            () = engine.outbox.wake.notified() => {}
            () = engine.clock.sleep_until(look_again) => {}
            () = engine.status.is_cut_off() => return,
        }
    }
}

/// Claims the most urgent row and starts to send it; without one, or without room, says when to look
/// again.
///
/// Each claim has a holder of its own, so a lane gives out nothing more while one of its rows is sent.
/// What waits behind that row stays in the store, where an edit can be replaced, a more urgent lane goes
/// first, and one long lane leaves room to the others. And a node that starts again under its old name
/// does not overtake what the process before it still holds.
async fn claim_one(engine: &Arc<Engine>) -> Result<Option<Timestamp>> {
    let (outbox, lease) = (&engine.outbox, engine.limits.lease);
    let look_again = engine.now() + lease / 3;
    let sending = outbox.sending.load(Ordering::Acquire);
    if sending >= engine.limits.sends {
        // The next one that ends wakes the sender.
        return Ok(Some(look_again));
    }
    let number = outbox.claims.fetch_add(1, Ordering::Relaxed);
    let holder = NodeId::from(format!("{}/{number}", engine.chain.name()));
    let claims = engine.store.claim(Queue::Outbox, &holder, lease, 1).await?;
    if !claims.is_empty() {
        for claim in claims {
            start(engine, claim);
        }
        return Ok(None);
    }
    let open = if sending == 0 { lock(&outbox.book).open() } else { HashSet::new() };
    let Some(next) = engine.store.next_due(Queue::Outbox).await? else {
        // Nothing waits and nothing is held: what was open before is done, and not by this node.
        lock(&outbox.book).sent_elsewhere(&open, &engine.status);
        return Ok(Some(look_again));
    };
    Ok(Some(next.min(look_again)))
}

fn start(engine: &Arc<Engine>, claim: Claim) {
    let row = stored::read::<Row>(&claim.value);
    lock(&engine.outbox.book).claimed(claim.hold.entry, row.as_ref().ok(), &engine.status);
    engine.lanes.hold(claim.hold);
    engine.outbox.sending.fetch_add(1, Ordering::AcqRel);
    let under_way = UnderWay { engine: engine.clone(), claim };
    // Boxed, since a task's future is moved several times before it stands still.
    engine.tasks.spawn(Box::pin(under_way.send(row)));
}

/// A claimed row on its way. However that ends, there is room for another one then.
struct UnderWay {
    engine: Arc<Engine>,
    claim: Claim,
}

impl UnderWay {
    async fn send(self, row: Result<Row>) {
        let (engine, claim) = (&self.engine, &self.claim);
        tokio::select! {
            sent = send::row(engine, claim, row) => match sent {
                Ok(()) => {}
                Err(error) if error.is_fenced() => {
                    tracing::warn!(lane = %claim.lane, "the hold of a lane has ended too early");
                }
                // It stays held until the lease ends, and is then looked into as after a crash.
                Err(error) => {
                    tracing::error!(lane = %claim.lane, %error, "a row could not be settled");
                }
            },
            () = engine.status.is_cut_off() => {
                // Not settled: whoever sends it next finds out first whether it has arrived.
                let release = Batch::new().release(claim.hold);
                if let Err(error) = engine.store.commit(release).await {
                    tracing::debug!(lane = %claim.lane, %error, "a row was not given back");
                }
            }
        }
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.engine.lanes.let_go(self.claim.hold);
        self.engine.outbox.sending.fetch_sub(1, Ordering::AcqRel);
        self.engine.outbox.wake.notify_one();
    }
}
