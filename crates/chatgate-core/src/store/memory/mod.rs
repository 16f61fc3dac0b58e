//! A store in memory, for trying things out and for tests.

mod audit;
mod lanes;
mod order;
mod records;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;

use super::{Batch, BatchChange, Claim, Committed, Key, Query, Queue, Record, Store};
use crate::{Clock, Error, ErrorKind, NodeId, Result, Timestamp};
use audit::Chains;
use lanes::{Fences, LaneQueue};
use records::Records;

/// A store in memory: it keeps every promise of [`Store`] but the one to survive the process.
///
/// It keeps copies of the bytes it is given, as a database would, and never more than its
/// [`MemoryLimits`].
///
/// ```
/// use std::sync::Arc;
/// use chatgate_core::{Batch, Expect, Key, ManualClock, MemoryStore, Store, Timestamp};
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> chatgate_core::Result<()> {
/// let store = MemoryStore::new(Arc::new(ManualClock::at(Timestamp::from_secs(100))));
/// let key = Key::new("note", "lunch");
/// store.commit(Batch::new().put(key.clone(), "soup", Expect::Absent)).await?;
/// assert_eq!(&store.get(&key).await?.unwrap().value[..], b"soup");
/// # Ok(())
/// # }
/// ```
pub struct MemoryStore {
    clock: Arc<dyn Clock>,
    limits: MemoryLimits,
    kept: Mutex<Kept>,
}

/// How much a [`MemoryStore`] keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct MemoryLimits {
    /// Records, audit records not among them. More are `busy`.
    pub records: usize,
    /// Entries, in all queues together. More are `busy`.
    pub entries: usize,
    /// Audit records of each chain: only the newest are kept. What they follow is still known, so
    /// `seq` and `prev` go on.
    pub audit_records: usize,
    /// Audit chains. More are `busy`.
    pub audit_chains: usize,
}

impl Default for MemoryLimits {
    /// 1,000,000 records, 200,000 entries, 1,000 audit chains of 10,000 records.
    fn default() -> Self {
        // Five adapters' 200,000 dedupe keys; everything else is small beside them.
        Self { records: 1_000_000, entries: 200_000, audit_records: 10_000, audit_chains: 1_000 }
    }
}

impl MemoryLimits {
    /// The default limits.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// At most so many records.
    #[must_use]
    pub fn with_records(mut self, records: usize) -> Self {
        self.records = records;
        self
    }

    /// At most so many entries.
    #[must_use]
    pub fn with_entries(mut self, entries: usize) -> Self {
        self.entries = entries;
        self
    }

    /// The newest so many records of each audit chain.
    #[must_use]
    pub fn with_audit_records(mut self, records: usize) -> Self {
        self.audit_records = records;
        self
    }

    /// At most so many audit chains.
    #[must_use]
    pub fn with_audit_chains(mut self, chains: usize) -> Self {
        self.audit_chains = chains;
        self
    }
}

impl MemoryStore {
    /// An empty store that takes the time from `clock`.
    #[must_use]
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self { clock, limits: MemoryLimits::default(), kept: Mutex::default() }
    }

    /// Keeps at most so much.
    #[must_use]
    pub fn with_limits(mut self, limits: MemoryLimits) -> Self {
        self.limits = limits;
        self
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Store for MemoryStore {
    async fn commit(&self, batch: Batch) -> Result<Committed> {
        let mut kept = self.kept();
        let now = self.clock.now();
        kept.let_time_pass(now, batch.changes.len());
        let committed = kept.apply(batch, now, &self.limits);
        match &committed {
            Ok(_) => kept.keep(&self.limits),
            Err(_) => kept.roll_back(),
        }
        committed
    }

    async fn get(&self, key: &Key) -> Result<Option<Record>> {
        let kept = self.kept();
        if key.kind == Query::AUDIT {
            return Ok(kept.chains.get(&key.name));
        }
        Ok(kept.records.get(key, self.clock.now()))
    }

    async fn scan(&self, query: Query) -> Result<Vec<Record>> {
        let kept = self.kept();
        if query.kind == Query::AUDIT {
            return Ok(kept.chains.scan(&query));
        }
        Ok(kept.records.scan(&query, self.clock.now()))
    }

    async fn claim(
        &self,
        queue: Queue,
        holder: &NodeId,
        lease: Duration,
        limit: usize,
    ) -> Result<Vec<Claim>> {
        let mut kept = self.kept();
        let now = self.clock.now();
        let Kept { queues, fences, .. } = &mut *kept;
        Ok(match queues.get_mut(&queue) {
            Some(lanes) => lanes.claim(holder, lease, limit, now, fences),
            None => Vec::new(),
        })
    }

    async fn next_due(&self, queue: Queue) -> Result<Option<Timestamp>> {
        let mut kept = self.kept();
        let now = self.clock.now();
        Ok(kept.queues.get_mut(&queue).and_then(|lanes| lanes.next_due(now)))
    }
}

impl fmt::Debug for MemoryStore {
    /// How much it keeps; never what.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kept = self.kept();
        f.debug_struct("MemoryStore")
            .field("records", &kept.records.len())
            .field("entries", &kept.entries())
            .field("audit_chains", &kept.chains.len())
            .field("limits", &self.limits)
            .finish_non_exhaustive()
    }
}

/// What is kept, and in each part what the batch at work has changed so far.
#[derive(Default)]
struct Kept {
    records: Records,
    queues: BTreeMap<Queue, LaneQueue>,
    fences: Fences,
    chains: Chains,
}

impl Kept {
    /// What happens by itself, and stays whatever becomes of the batch.
    fn let_time_pass(&mut self, now: Timestamp, changes: usize) {
        const DROPPED_PER_COMMIT: usize = 64;
        // At least as many as the batch may put: else a store full of what has expired stays full.
        self.records.drop_expired(now, DROPPED_PER_COMMIT.max(changes));
        for lanes in self.queues.values_mut() {
            lanes.end_holds(now);
        }
    }

    fn apply(&mut self, batch: Batch, now: Timestamp, limits: &MemoryLimits) -> Result<Committed> {
        let before = (self.records.len(), self.entries(), self.chains.len());
        let mut committed = Committed::default();
        for change in batch.changes {
            self.change(change, now, &mut committed)?;
        }
        not_full("records", before.0, self.records.len(), limits.records)?;
        not_full("entries", before.1, self.entries(), limits.entries)?;
        not_full("audit chains", before.2, self.chains.len(), limits.audit_chains)?;
        Ok(committed)
    }

    fn change(
        &mut self,
        change: BatchChange,
        now: Timestamp,
        committed: &mut Committed,
    ) -> Result<()> {
        match change {
            BatchChange::Put { key, value, expect, expires_at } => {
                let revision = self.records.put(key, &value, expect, expires_at, now)?;
                committed.revisions.push(revision);
            }
            BatchChange::Delete { key, expect } => self.records.delete(key, expect, now)?,
            BatchChange::Enqueue { queue, lane, entry, value, options } => {
                let lanes = self.queues.entry(queue).or_insert_with(|| LaneQueue::new(queue));
                let claim = lanes.enqueue(lane, entry, &value, options, now, &mut self.fences)?;
                committed.claims.extend(claim);
            }
            BatchChange::Finish(hold) => self.held_in(hold.queue)?.finish(hold)?,
            BatchChange::Postpone(hold, until) => {
                self.held_in(hold.queue)?.postpone(hold, until)?
            }
            BatchChange::Renew(hold, lease) => {
                self.held_in(hold.queue)?.renew(hold, now + lease)?
            }
            BatchChange::Release(hold) => self.held_in(hold.queue)?.release(hold)?,
            BatchChange::Replace { queue, entry, value } => {
                self.waiting_in(queue)?.replace(entry, &value)?;
            }
            BatchChange::Cancel { queue, entry } => self.waiting_in(queue)?.cancel(entry)?,
            BatchChange::Audit { chain, record } => self.chains.append(&chain, record)?,
        }
        Ok(())
    }

    fn held_in(&mut self, queue: Queue) -> Result<&mut LaneQueue> {
        self.queues.get_mut(&queue).ok_or_else(|| refused(ErrorKind::Fenced, "nothing is held"))
    }

    fn waiting_in(&mut self, queue: Queue) -> Result<&mut LaneQueue> {
        self.queues.get_mut(&queue).ok_or_else(|| refused(ErrorKind::Conflict, "nothing waits"))
    }

    fn keep(&mut self, limits: &MemoryLimits) {
        self.records.keep();
        self.queues.values_mut().for_each(LaneQueue::keep);
        self.chains.keep(limits.audit_records);
    }

    fn roll_back(&mut self) {
        self.records.roll_back();
        self.queues.values_mut().for_each(LaneQueue::roll_back);
        self.chains.roll_back();
    }

    fn entries(&self) -> usize {
        self.queues.values().map(LaneQueue::len).sum()
    }
}

/// A batch that does not add passes even a store that is over its limit: finishing must be possible.
fn not_full(what: &str, before: usize, after: usize, limit: usize) -> Result<()> {
    if after > before && after > limit {
        return Err(refused(ErrorKind::Busy, format!("the store is full: {limit} {what}")));
    }
    Ok(())
}

fn refused(kind: ErrorKind, why: impl Into<String>) -> Error {
    Error::new(kind).with_operation("commit").with_context(why)
}
