//! What a queue must do, in the plainest words: a list of entries, looked through from the front.

use std::collections::BTreeMap;
use std::time::Duration;

use chatgate_core::{
    Batch, BatchChange, EnqueueOptions, EntryId, ErrorKind, Hold, NodeId, Priority, Timestamp,
};

use super::fixture::QUEUE;

/// The queue as it must be.
#[derive(Clone, Default)]
pub(super) struct Reference {
    /// All entries in the order they were enqueued.
    entries: Vec<Entry>,
    lanes: BTreeMap<String, Lane>,
}

#[derive(Clone)]
struct Entry {
    id: u128,
    lane: String,
    due: Timestamp,
    priority: Priority,
    value: String,
    attempts: u32,
    claimed: bool,
}

#[derive(Clone, Default)]
struct Lane {
    held: Option<Held>,
    rests_until: Timestamp,
}

#[derive(Clone)]
struct Held {
    holder: NodeId,
    until: Timestamp,
    /// Known once the store has told it.
    fence: Option<u64>,
}

/// What the store must give for one claim, its fence apart.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Given {
    pub(super) holder: NodeId,
    /// Until when its holder may count on it, if nothing is renewed.
    pub(super) until: Timestamp,
    pub(super) id: u128,
    pub(super) lane: String,
    pub(super) priority: Priority,
    pub(super) value: String,
    pub(super) attempts: u32,
    /// The fence of the hold that it joins; `None` for a new hold.
    pub(super) fence: Option<u64>,
}

/// One change, for the reference and for the store.
#[derive(Clone, Debug)]
pub(super) enum Step {
    Enqueue { lane: String, id: u128, options: EnqueueOptions },
    Finish(Hold),
    Postpone(Hold, Timestamp),
    Renew(Hold, Duration),
    Release(Hold),
    Replace { id: u128, value: String },
    Cancel { id: u128 },
}

impl Step {
    pub(super) fn add_to(&self, batch: Batch) -> Batch {
        let queue = QUEUE;
        match self.clone() {
            Self::Enqueue { lane, id, options } => {
                batch.enqueue(queue, lane, EntryId::from(id), id.to_string(), options)
            }
            Self::Finish(hold) => batch.finish(hold),
            Self::Postpone(hold, until) => batch.postpone(hold, until),
            Self::Renew(hold, lease) => batch.renew(hold, lease),
            Self::Release(hold) => batch.release(hold),
            Self::Replace { id, value } => {
                let (entry, value) = (EntryId::from(id), value.into());
                batch.and(BatchChange::Replace { queue, entry, value })
            }
            Self::Cancel { id } => {
                batch.and(BatchChange::Cancel { queue, entry: EntryId::from(id) })
            }
        }
    }
}

impl Reference {
    pub(super) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Does the steps, or none of them.
    pub(super) fn commit(
        &mut self,
        steps: &[Step],
        now: Timestamp,
    ) -> Result<Vec<Given>, ErrorKind> {
        self.end_holds(now);
        let before = self.clone();
        let mut given = Vec::new();
        for step in steps {
            match self.step(step, now) {
                Ok(taken) => given.extend(taken),
                Err(kind) => {
                    *self = before;
                    return Err(kind);
                }
            }
        }
        Ok(given)
    }

    pub(super) fn claim(
        &mut self,
        node: &NodeId,
        lease: Duration,
        limit: usize,
        now: Timestamp,
    ) -> Vec<Given> {
        self.end_holds(now);
        let mut given = Vec::new();
        while given.len() < limit {
            let ready = self.heads().into_iter().filter(|index| {
                let lane = self.lane(*index);
                let theirs = lane.held.as_ref().is_none_or(|held| held.holder == *node);
                theirs && self.ready_at(*index) <= now
            });
            let rank = |index: &usize| (self.entries[*index].priority, self.entries[*index].due);
            // The first of equals, so the one enqueued first.
            let Some(index) = ready.min_by_key(rank) else {
                break;
            };
            given.push(self.give(index, node, now + lease));
        }
        given
    }

    pub(super) fn next_due(&mut self, now: Timestamp) -> Option<Timestamp> {
        self.end_holds(now);
        let heads = self.heads().into_iter().filter_map(|index| {
            let ready_at = self.ready_at(index).max(now);
            (ready_at > now || self.lane(index).held.is_none()).then_some(ready_at)
        });
        let ends = self.lanes.values().filter_map(|lane| lane.held.as_ref().map(|held| held.until));
        heads.chain(ends).min()
    }

    /// The fence of a lane's hold, as far as the store has told it.
    pub(super) fn fence(&self, lane: &str) -> Option<u64> {
        self.lanes.get(lane)?.held.as_ref()?.fence
    }

    /// Notes the fence that the store gave a lane's hold.
    pub(super) fn fenced(&mut self, lane: &str, fence: u64) {
        if let Some(held) = self.lanes.get_mut(lane).and_then(|lane| lane.held.as_mut()) {
            held.fence = Some(fence);
        }
    }

    fn step(&mut self, step: &Step, now: Timestamp) -> Result<Option<Given>, ErrorKind> {
        match step {
            Step::Enqueue { lane, id, options } => return self.enqueue(lane, *id, options, now),
            Step::Finish(hold) => {
                let index = self.held(*hold)?;
                self.entries.remove(index);
            }
            Step::Postpone(hold, until) => {
                let index = self.held(*hold)?;
                self.entries[index].claimed = false;
                let lane = self.lanes.entry(self.entries[index].lane.clone()).or_default();
                lane.rests_until = lane.rests_until.max(*until);
            }
            Step::Renew(hold, lease) => {
                let index = self.held(*hold)?;
                let lane = self.lanes.entry(self.entries[index].lane.clone()).or_default();
                if let Some(held) = &mut lane.held {
                    held.until = held.until.max(now + *lease);
                }
            }
            Step::Release(hold) => {
                let index = self.held(*hold)?;
                self.entries[index].claimed = false;
            }
            Step::Replace { id, value } => {
                let index = self.waiting(*id)?;
                self.entries[index].value.clone_from(value);
            }
            Step::Cancel { id } => {
                let index = self.waiting(*id)?;
                self.entries.remove(index);
            }
        }
        self.tidy();
        Ok(None)
    }

    fn enqueue(
        &mut self,
        lane: &str,
        id: u128,
        options: &EnqueueOptions,
        now: Timestamp,
    ) -> Result<Option<Given>, ErrorKind> {
        if self.entries.iter().any(|entry| entry.id == id) {
            return Err(ErrorKind::Conflict);
        }
        let nothing_waits = !self.entries.iter().any(|entry| entry.lane == lane && !entry.claimed);
        self.entries.push(Entry {
            id,
            lane: lane.to_owned(),
            due: options.due,
            priority: options.priority,
            value: id.to_string(),
            attempts: 0,
            claimed: false,
        });
        let index = self.entries.len() - 1;
        let Some((node, lease)) = &options.take else {
            return Ok(None);
        };
        let held = self.lane(index).held;
        let theirs = held.is_none_or(|held| held.holder == *node);
        let taken = nothing_waits && theirs && self.ready_at(index) <= now;
        Ok(taken.then(|| self.give(index, node, now + *lease)))
    }

    fn give(&mut self, index: usize, node: &NodeId, until: Timestamp) -> Given {
        let entry = &mut self.entries[index];
        let lane = self.lanes.entry(entry.lane.clone()).or_default();
        let held = lane.held.get_or_insert(Held { holder: node.clone(), until, fence: None });
        held.until = held.until.max(until);
        entry.claimed = true;
        entry.attempts += 1;
        Given {
            holder: node.clone(),
            until,
            id: entry.id,
            lane: entry.lane.clone(),
            priority: entry.priority,
            value: entry.value.clone(),
            attempts: entry.attempts - 1,
            fence: held.fence,
        }
    }

    fn end_holds(&mut self, now: Timestamp) {
        for entry in &mut self.entries {
            let held = self.lanes.get(&entry.lane).and_then(|lane| lane.held.as_ref());
            if held.is_some_and(|held| held.until <= now) {
                entry.claimed = false;
            }
        }
        self.tidy();
    }

    /// A lane without claims is free, one without entries is forgotten.
    fn tidy(&mut self) {
        let entries = &self.entries;
        self.lanes.retain(|name, _| entries.iter().any(|entry| entry.lane == *name));
        for (name, lane) in &mut self.lanes {
            if !entries.iter().any(|entry| entry.lane == *name && entry.claimed) {
                lane.held = None;
            }
        }
    }

    /// Where the first waiting entry of each lane is, in the order they were enqueued.
    fn heads(&self) -> Vec<usize> {
        let mut lanes = Vec::new();
        let mut heads = Vec::new();
        for (index, entry) in self.entries.iter().enumerate() {
            if !entry.claimed && !lanes.contains(&&entry.lane) {
                lanes.push(&entry.lane);
                heads.push(index);
            }
        }
        heads
    }

    fn ready_at(&self, index: usize) -> Timestamp {
        self.entries[index].due.max(self.lane(index).rests_until)
    }

    fn lane(&self, index: usize) -> Lane {
        self.lanes.get(&self.entries[index].lane).cloned().unwrap_or_default()
    }

    fn held(&self, hold: Hold) -> Result<usize, ErrorKind> {
        let claimed = |entry: &Entry| entry.id == hold.entry.as_u128() && entry.claimed;
        let index = self.entries.iter().position(claimed).ok_or(ErrorKind::Fenced)?;
        let fence = self.lane(index).held.and_then(|held| held.fence);
        if fence == Some(hold.fence) { Ok(index) } else { Err(ErrorKind::Fenced) }
    }

    fn waiting(&self, id: u128) -> Result<usize, ErrorKind> {
        let waits = |entry: &Entry| entry.id == id && !entry.claimed;
        self.entries.iter().position(waits).ok_or(ErrorKind::Conflict)
    }
}
