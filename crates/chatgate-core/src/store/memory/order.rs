//! Whose turn it is among lanes: the most urgent, longest due, longest waiting first.

use std::collections::BTreeMap;

use crate::store::Priority;
use crate::{EntryId, Timestamp};

/// Lanes by their first waiting entry: those that are ready by their rank, the others by when they
/// will be. So neither finding the next nor waiting for one looks at every lane.
#[derive(Default)]
pub(super) struct Order {
    ready: BTreeMap<Rank, Turn>,
    later: BTreeMap<(Timestamp, Rank), Turn>,
}

/// The first waiting entry of a lane.
#[derive(Clone, Copy)]
pub(super) struct Turn {
    pub(super) rank: Rank,
    /// When it is due and its lane does not rest.
    pub(super) ready_at: Timestamp,
    pub(super) entry: EntryId,
}

/// The fields are compared in their order; no two entries of a queue have the same place.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Rank {
    pub(super) priority: Priority,
    pub(super) due: Timestamp,
    pub(super) place: u64,
}

impl Order {
    pub(super) fn insert(&mut self, turn: Turn) {
        self.later.insert((turn.ready_at, turn.rank), turn);
    }

    pub(super) fn remove(&mut self, turn: &Turn) {
        self.ready.remove(&turn.rank);
        self.later.remove(&(turn.ready_at, turn.rank));
    }

    pub(super) fn is_empty(&self) -> bool {
        self.ready.is_empty() && self.later.is_empty()
    }

    /// The first in rank of those that are ready.
    pub(super) fn first_ready(&mut self, now: Timestamp) -> Option<Turn> {
        self.let_ready(now);
        // All are ready, unless the clock was set back.
        self.ready.values().find(|turn| turn.ready_at <= now).copied()
    }

    /// When the next is ready, or since when.
    pub(super) fn next_ready(&mut self, now: Timestamp) -> Option<Timestamp> {
        if let Some(turn) = self.first_ready(now) {
            return Some(turn.ready_at);
        }
        let after = self.next_after(now);
        self.ready.values().map(|turn| turn.ready_at).chain(after).min()
    }

    /// When the next is ready that is not ready now.
    pub(super) fn next_after(&mut self, now: Timestamp) -> Option<Timestamp> {
        self.let_ready(now);
        self.later.first_key_value().map(|((ready_at, _), _)| *ready_at)
    }

    fn let_ready(&mut self, now: Timestamp) {
        while let Some(first) = self.later.first_entry() {
            if first.key().0 > now {
                return;
            }
            let turn = first.remove();
            self.ready.insert(turn.rank, turn);
        }
    }
}
