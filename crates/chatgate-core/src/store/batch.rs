//! What happens together.

use std::fmt;
use std::time::Duration;

use bytes::Bytes;

use super::{AuditChain, AuditRecord, Key, Queue};
use crate::{EntryId, NodeId, Timestamp};

/// Changes that happen together, in their order, or not at all.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Batch {
    /// The changes.
    pub changes: Vec<Change>,
}

/// One change.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub enum Change {
    /// Write a record.
    Put {
        /// Its name.
        key: Key,
        /// What it holds from now on.
        value: Bytes,
        /// What must be there before.
        expect: Expect,
        /// When it is dropped.
        expires_at: Option<Timestamp>,
    },
    /// Delete a record.
    Delete {
        /// Its name.
        key: Key,
        /// What must be there before.
        expect: Expect,
    },
    /// Put an entry at the end of a lane. An entry with the id of one that is still in the queue is a
    /// conflict.
    Enqueue {
        /// The queue.
        queue: Queue,
        /// The lane in it.
        lane: String,
        /// The entry's id.
        entry: EntryId,
        /// What it holds.
        value: Bytes,
        /// When, how urgent, and whether to take it at once.
        options: EnqueueOptions,
    },
    /// An entry is done: it is gone. With the last claim of a lane its hold ends.
    Finish(Hold),
    /// An entry waits again, in its old place at the head of its lane, and the lane rests: it gives out
    /// nothing until then, nor before the end of an earlier rest. Other claims of the lane stay held.
    /// The rest is forgotten when the lane has no entries left.
    Postpone(Hold, Timestamp),
    /// The hold of the lane lasts at least so long from now, for all its claims.
    Renew(Hold, Duration),
    /// An entry waits again, in its old place.
    Release(Hold),
    /// An entry holds something else from now on; a conflict unless it waits.
    Replace {
        /// The queue.
        queue: Queue,
        /// The entry.
        entry: EntryId,
        /// What it holds from now on.
        value: Bytes,
    },
    /// An entry is taken away; a conflict unless it waits.
    Cancel {
        /// The queue.
        queue: Queue,
        /// The entry.
        entry: EntryId,
    },
    /// Append to an audit chain. The store adds `seq`, `prev` and `hash`.
    Audit {
        /// The chain.
        chain: AuditChain,
        /// What it says.
        record: AuditRecord,
    },
}

/// What must be there before a record is written or deleted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Expect {
    /// Anything or nothing.
    #[default]
    Any,
    /// Nothing, or something that has expired.
    Absent,
    /// This revision.
    Revision(u64),
}

/// When an entry is due, how urgent it is, and who takes it at once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct EnqueueOptions {
    /// Not before then; the epoch is at once.
    pub due: Timestamp,
    /// How urgent, against other lanes.
    pub priority: Priority,
    /// Who takes it in the same commit, and for how long, if it is due, nothing waits before it and its
    /// lane does not rest and is free or already theirs. Otherwise it waits.
    pub take: Option<(NodeId, Duration)>,
}

impl EnqueueOptions {
    /// Due at once, of ordinary urgency, taken by nobody.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Not before then.
    #[must_use]
    pub fn due(mut self, due: Timestamp) -> Self {
        self.due = due;
        self
    }

    /// How urgent.
    #[must_use]
    pub fn priority(mut self, priority: Priority) -> Self {
        self.priority = priority;
        self
    }

    /// Taken at once by this node, if it can be.
    #[must_use]
    pub fn take(mut self, holder: NodeId, lease: Duration) -> Self {
        self.take = Some((holder, lease));
        self
    }
}

/// How urgent an entry is, against other lanes; the most urgent first.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    serde::Serialize,
    serde::Deserialize,
)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Priority {
    /// Pages people.
    Page,
    /// Answers a person, asks for an approval.
    #[default]
    Answer,
    /// Says how something stands.
    Status,
    /// Chatter.
    Chatter,
}

/// A claimed entry.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Claim {
    /// What finishes, postpones, renews or releases it.
    pub hold: Hold,
    /// Its lane.
    pub lane: String,
    /// Its priority.
    pub priority: Priority,
    /// What it holds.
    pub value: Bytes,
    /// How often it was claimed before and not finished: more than 0 after a crash, a postponement or a
    /// release.
    pub attempts: u32,
}

/// The right to finish an entry, as long as its lane is held under this fence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Hold {
    /// The queue.
    pub queue: Queue,
    /// The entry.
    pub entry: EntryId,
    /// The fence of the lane's hold.
    pub fence: u64,
}

/// What a commit gave.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Committed {
    /// The entries that were taken at once, in the order of the batch.
    pub claims: Vec<Claim>,
    /// The revision that each [`Change::Put`] gave, in the order of the batch.
    pub revisions: Vec<u64>,
}

impl fmt::Debug for Change {
    /// Says what is changed and how many bytes are written, not what they say.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Put { key, value, .. } => write!(f, "Put({key:?}, {} bytes)", value.len()),
            Self::Delete { key, .. } => write!(f, "Delete({key:?})"),
            Self::Enqueue { queue, lane, entry, value, .. } => {
                write!(f, "Enqueue({queue:?}, {lane:?}, {entry}, {} bytes)", value.len())
            }
            Self::Finish(hold) => write!(f, "Finish({hold:?})"),
            Self::Postpone(hold, until) => write!(f, "Postpone({hold:?}, {until})"),
            Self::Renew(hold, lease) => write!(f, "Renew({hold:?}, {lease:?})"),
            Self::Release(hold) => write!(f, "Release({hold:?})"),
            Self::Replace { queue, entry, value } => {
                write!(f, "Replace({queue:?}, {entry}, {} bytes)", value.len())
            }
            Self::Cancel { queue, entry } => write!(f, "Cancel({queue:?}, {entry})"),
            Self::Audit { chain, .. } => write!(f, "Audit({})", chain.name()),
        }
    }
}

impl fmt::Debug for Claim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Claim")
            .field("hold", &self.hold)
            .field("lane", &self.lane)
            .field("bytes", &self.value.len())
            .finish_non_exhaustive()
    }
}

impl Claim {
    /// A claimed entry, as a store hands it out.
    #[must_use]
    pub fn new(hold: Hold, lane: String, priority: Priority, value: Bytes, attempts: u32) -> Self {
        Self { hold, lane, priority, value, attempts }
    }
}

impl Hold {
    /// A hold, as a store hands it out.
    #[must_use]
    pub fn new(queue: Queue, entry: EntryId, fence: u64) -> Self {
        Self { queue, entry, fence }
    }
}

impl Batch {
    /// Nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a change.
    #[must_use]
    pub fn and(mut self, change: Change) -> Self {
        self.changes.push(change);
        self
    }

    /// Writes a record.
    #[must_use]
    pub fn put(self, key: Key, value: impl Into<Bytes>, expect: Expect) -> Self {
        self.and(Change::Put { key, value: value.into(), expect, expires_at: None })
    }

    /// Writes a record that is dropped at a time.
    #[must_use]
    pub fn put_until(
        self,
        key: Key,
        value: impl Into<Bytes>,
        expect: Expect,
        expires_at: Timestamp,
    ) -> Self {
        self.and(Change::Put { key, value: value.into(), expect, expires_at: Some(expires_at) })
    }

    /// Deletes a record.
    #[must_use]
    pub fn delete(self, key: Key, expect: Expect) -> Self {
        self.and(Change::Delete { key, expect })
    }

    /// Puts an entry at the end of a lane.
    #[must_use]
    pub fn enqueue(
        self,
        queue: Queue,
        lane: impl Into<String>,
        entry: EntryId,
        value: impl Into<Bytes>,
        options: EnqueueOptions,
    ) -> Self {
        let (lane, value) = (lane.into(), value.into());
        self.and(Change::Enqueue { queue, lane, entry, value, options })
    }

    /// An entry is done.
    #[must_use]
    pub fn finish(self, hold: Hold) -> Self {
        self.and(Change::Finish(hold))
    }

    /// An entry waits again at the head of its lane, which rests until then.
    #[must_use]
    pub fn postpone(self, hold: Hold, until: Timestamp) -> Self {
        self.and(Change::Postpone(hold, until))
    }

    /// The hold lasts so long from now.
    #[must_use]
    pub fn renew(self, hold: Hold, lease: Duration) -> Self {
        self.and(Change::Renew(hold, lease))
    }

    /// An entry waits again in its old place.
    #[must_use]
    pub fn release(self, hold: Hold) -> Self {
        self.and(Change::Release(hold))
    }

    /// Appends to an audit chain.
    #[must_use]
    pub fn audit(self, chain: AuditChain, record: impl Into<AuditRecord>) -> Self {
        self.and(Change::Audit { chain, record: record.into() })
    }
}
