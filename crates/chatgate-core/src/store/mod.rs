//! What is kept: records with revisions, lane queues, audit chains.
//!
//! A store keeps bytes. Everything that must hold together is one [`Batch`]: all of it happens, or
//! nothing. No method takes a closure or hands out a transaction, so a store may be a map in memory, a
//! file or a database elsewhere.

mod audit;
mod audit_record;
mod batch;
mod memory;

pub use audit::{AuditChain, canonical_json};
pub use audit_record::AuditRecord;
pub use batch::{
    Batch, Change as BatchChange, Claim, Committed, EnqueueOptions, Expect, Hold, Priority,
};
pub use memory::{MemoryLimits, MemoryStore};

use std::borrow::Cow;
use std::fmt;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;

use crate::{NodeId, Result, Timestamp};

/// Where everything is kept that must not be lost.
#[async_trait]
pub trait Store: fmt::Debug + Send + Sync + 'static {
    /// Does everything in the batch, or nothing. Each change finds what those before it in the batch
    /// left. Also drops some of what has expired.
    ///
    /// # Errors
    /// `conflict` when an expectation does not hold, an entry does not wait or is already there,
    /// `fenced` when a claim is not held or no longer, `invalid_input` when a change can never be done
    /// (an audit record that has a `seq`, a record of the kind [`Query::AUDIT`]), `busy` when the store
    /// is full, `unavailable` when it cannot be reached.
    async fn commit(&self, batch: Batch) -> Result<Committed>;

    /// One record; `None` when there is none or it has expired.
    ///
    /// # Errors
    /// `unavailable` when the store cannot be reached.
    async fn get(&self, key: &Key) -> Result<Option<Record>>;

    /// Records of one kind in the order of their names, byte by byte.
    ///
    /// # Errors
    /// As [`Store::get`].
    async fn scan(&self, query: Query) -> Result<Vec<Record>>;

    /// Claims entries of lanes that are free or already held by `holder`, at most `limit`, as if one
    /// after the other: each is the first waiting entry of its lane, and among those that are due the
    /// most urgent, then the one with the earliest due time, then the one enqueued first. A lane whose
    /// first waiting entry is not due, or that rests (see [`BatchChange::Postpone`]), gives none.
    ///
    /// The claims of a lane share one hold with one fence. Claiming more of a lane that the node holds
    /// keeps the fence and lets the hold last at least so long from now. A hold ends at its time, and
    /// no longer stands at that very moment: its claims wait again in their old places, nothing can be
    /// done with its fence any more, and the next hold of the lane has a higher one.
    ///
    /// # Errors
    /// As [`Store::get`].
    async fn claim(
        &self,
        queue: Queue,
        holder: &NodeId,
        lease: Duration,
        limit: usize,
    ) -> Result<Vec<Claim>>;

    /// When to claim next: now, when a free lane has something to give; else the earliest time at which
    /// the first waiting entry of a lane, free or held, is due and the lane does not rest, or at which
    /// a hold ends, for its claims then wait again. `None` when neither is to come.
    ///
    /// What is due in a lane that is held does not count: only its holder could have it, and knows to
    /// claim again when it is done with what it has.
    ///
    /// # Errors
    /// As [`Store::get`].
    async fn next_due(&self, queue: Queue) -> Result<Option<Timestamp>>;
}

/// One of the gateway's queues.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Queue {
    /// What arrived and has not been worked off.
    Inbox,
    /// What is to be sent.
    Outbox,
    /// What is to happen at a time.
    Timers,
}

impl Queue {
    /// The queue as a stable word.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Inbox => "inbox",
            Self::Outbox => "outbox",
            Self::Timers => "timers",
        }
    }
}

/// The name of a record: a kind, and a name inside it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub struct Key {
    /// What kind of record: `dedupe`, `message`, `dialogue`.
    pub kind: Cow<'static, str>,
    /// Its name.
    pub name: String,
}

impl Key {
    /// A record's name.
    pub fn new(kind: impl Into<Cow<'static, str>>, name: impl Into<String>) -> Self {
        Self { kind: kind.into(), name: name.into() }
    }
}

/// A record.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Record {
    /// Its name.
    pub key: Key,
    /// What it holds.
    pub value: Bytes,
    /// Rises with every change; never the same twice for one key, even after a deletion.
    pub revision: u64,
    /// When it is dropped.
    pub expires_at: Option<Timestamp>,
}

impl fmt::Debug for Record {
    /// Says how many bytes the record holds, not what they say.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Record")
            .field("key", &self.key)
            .field("bytes", &self.value.len())
            .field("revision", &self.revision)
            .finish_non_exhaustive()
    }
}

impl Record {
    /// A record as a store found it.
    #[must_use]
    pub fn new(key: Key, value: Bytes, revision: u64, expires_at: Option<Timestamp>) -> Self {
        Self { key, value, revision, expires_at }
    }
}

/// Which records to read.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Query {
    /// Their kind. The kind [`Query::AUDIT`] reads audit records, named `chain/seq` with a `seq` of 20
    /// digits, which is also their revision; each is the canonical JSON of the record.
    pub kind: Cow<'static, str>,
    /// What their names begin with.
    pub prefix: String,
    /// Only names after this one, which need not be there.
    pub after: Option<String>,
    /// At most so many.
    pub limit: usize,
}

impl Query {
    /// The kind under which audit records are read; it cannot be written.
    pub const AUDIT: &'static str = "audit";

    /// The records of a kind, at most 1,000.
    pub fn of(kind: impl Into<Cow<'static, str>>) -> Self {
        Self { kind: kind.into(), prefix: String::new(), after: None, limit: 1_000 }
    }

    /// Only those whose names begin so.
    #[must_use]
    pub fn prefix(mut self, prefix: impl Into<String>) -> Self {
        self.prefix = prefix.into();
        self
    }

    /// Only those whose names come after this one.
    #[must_use]
    pub fn after(mut self, name: impl Into<String>) -> Self {
        self.after = Some(name.into());
        self
    }

    /// At most so many.
    #[must_use]
    pub fn limit(mut self, limit: usize) -> Self {
        self.limit = limit;
        self
    }
}
