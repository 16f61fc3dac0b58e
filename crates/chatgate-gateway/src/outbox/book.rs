//! What this process knows of the rows in the store: how many are not done, which edits still wait.

use std::collections::{HashMap, HashSet, VecDeque};

use chatgate_core::{EntryId, MessageRef, Operation};

use crate::status::Status;
use crate::stored::Row;

// So many edits are remembered for being replaced; the others are all sent.
const EDITS: usize = 10_000;
// A row can be done before its queueing is told; so many such rows are remembered.
const AHEAD: usize = 1_024;

/// What this process knows of the rows in the store.
#[derive(Debug, Default)]
pub(super) struct Book {
    /// Rows that are not done, as far as this process knows.
    open: HashMap<EntryId, Seen>,
    /// Rows that were claimed and done before anyone told that they were queued.
    ahead: VecDeque<EntryId>,
    /// Edits that may still wait, by the message that they change.
    edits: HashMap<MessageRef, EntryId>,
}

/// How a row came to be known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Seen {
    /// This process queued it.
    Queued,
    /// It was claimed: an earlier process or another node queued it, or this one is about to tell.
    Claimed,
}

// The status changes under the book's lock: a row that is done cannot be counted out before it was
// counted in.
impl Book {
    pub(super) fn queued(&mut self, rows: Vec<EntryId>, status: &Status) {
        let mut more = 0;
        for row in rows {
            if let Some(index) = self.ahead.iter().position(|done| *done == row) {
                self.ahead.remove(index);
            } else if self.open.insert(row, Seen::Queued).is_none() {
                more += 1;
            }
        }
        status.change(|work| work.operations += more);
    }

    /// A row was claimed; one that another process queued is counted from here on.
    pub(super) fn claimed(&mut self, entry: EntryId, row: Option<&Row>, status: &Status) {
        self.open.entry(entry).or_insert_with(|| {
            status.change(|work| work.operations += 1);
            Seen::Claimed
        });
        if let Some(Operation::Edit { message, .. }) = row.map(|row| &row.operation) {
            self.edit_is_gone(message, entry);
        }
    }

    /// A row that was claimed waits again.
    pub(super) fn waits_again(&mut self, entry: EntryId, row: &Row) {
        if let Operation::Edit { message, .. } = &row.operation
            && !self.edits.contains_key(message)
        {
            self.edit_waits(message, entry);
        }
    }

    pub(super) fn done(&mut self, entry: EntryId, status: &Status) {
        let Some(seen) = self.open.remove(&entry) else { return };
        status.change(|work| work.operations = work.operations.saturating_sub(1));
        if seen == Seen::Claimed {
            self.ahead.push_back(entry);
            if self.ahead.len() > AHEAD {
                self.ahead.pop_front();
            }
        }
    }

    /// Every row that is not done, as far as this process knows.
    pub(super) fn open(&self) -> HashSet<EntryId> {
        self.open.keys().copied().collect()
    }

    /// The edit of a message that may still wait.
    pub(super) fn waiting_edit(&self, message: &MessageRef) -> Option<EntryId> {
        self.edits.get(message).copied()
    }

    pub(super) fn edit_waits(&mut self, message: &MessageRef, entry: EntryId) {
        if self.edits.len() < EDITS || self.edits.contains_key(message) {
            self.edits.insert(message.clone(), entry);
        }
    }

    pub(super) fn edit_is_gone(&mut self, message: &MessageRef, entry: EntryId) {
        if self.edits.get(message) == Some(&entry) {
            self.edits.remove(message);
        }
    }

    /// The store has none of these rows any more: another node has sent them.
    pub(super) fn sent_elsewhere(&mut self, rows: &HashSet<EntryId>, status: &Status) {
        if rows.is_empty() {
            return;
        }
        self.edits.retain(|_, entry| !rows.contains(entry));
        let before = self.open.len();
        self.open.retain(|entry, _| !rows.contains(entry));
        let less = before - self.open.len();
        status.change(|work| work.operations = work.operations.saturating_sub(less));
    }
}
