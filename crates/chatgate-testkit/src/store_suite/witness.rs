//! What must be so whatever any model says, told from what a store gave and took alone.

use std::collections::{BTreeMap, BTreeSet};

use chatgate_core::{Claim, NodeId, Timestamp};

use super::reference::Step;

/// Watches one schedule: no lane has two holders at once, each keeps its order, nothing is lost and
/// nothing done twice.
pub(super) struct Witness {
    seed: u64,
    /// Each entry's lane.
    enqueued: BTreeMap<u128, String>,
    /// Finished or cancelled.
    gone: BTreeSet<u128>,
    /// The last entry that each lane gave for the first time; numbers rise as entries are enqueued.
    newest: BTreeMap<String, u128>,
    /// The claims that nobody has given back, with their holder.
    open: BTreeMap<u128, (NodeId, Timestamp)>,
    fences: BTreeMap<String, u64>,
}

impl Witness {
    pub(super) fn new(seed: u64) -> Self {
        let (enqueued, gone, newest, open, fences) = Default::default();
        Self { seed, enqueued, gone, newest, open, fences }
    }

    /// A step that was committed.
    pub(super) fn saw_step(&mut self, step: &Step, now: Timestamp) {
        let seed = self.seed;
        match step {
            Step::Enqueue { lane, id, .. } => {
                self.enqueued.insert(*id, lane.clone());
            }
            Step::Finish(hold) => {
                let id = hold.entry.as_u128();
                self.close(id);
                assert!(self.gone.insert(id), "seed {seed}: {id} is finished twice");
            }
            Step::Postpone(hold, _) | Step::Release(hold) => self.close(hold.entry.as_u128()),
            Step::Renew(hold, lease) => {
                let id = hold.entry.as_u128();
                let renewed = self.open.get_mut(&id);
                let (_, until) = renewed.unwrap_or_else(|| panic!("seed {seed}: {id} is renewed"));
                *until = (*until).max(now + *lease);
            }
            Step::Cancel { id } => {
                let held = self.open.get(id).is_some_and(|(_, until)| *until > now);
                assert!(!held, "seed {seed}: {id} is cancelled while it is held");
                assert!(self.gone.insert(*id), "seed {seed}: {id} is cancelled when it is gone");
            }
            Step::Replace { id, .. } => {
                assert!(!self.gone.contains(id), "seed {seed}: {id} is replaced when it is gone");
            }
        }
    }

    /// A claim that was given until a time.
    pub(super) fn saw_claim(
        &mut self,
        claim: &Claim,
        holder: &NodeId,
        until: Timestamp,
        now: Timestamp,
    ) {
        let (seed, id) = (self.seed, claim.hold.entry.as_u128());
        assert!(!self.gone.contains(&id), "seed {seed}: {id} is given when it is gone");
        for (other, (node, until)) in &self.open {
            let same_lane = self.enqueued.get(other) == Some(&claim.lane) && *until > now;
            assert!(
                !same_lane || node == holder,
                "seed {seed}: {id} is given while {node} has {other}"
            );
            assert!(!same_lane || *other != id, "seed {seed}: {id} is given twice");
        }
        if claim.attempts == 0 {
            let newest = self.newest.insert(claim.lane.clone(), id);
            assert!(newest < Some(id), "seed {seed}: {id} is given after {newest:?}");
        }
        self.open.insert(id, (holder.clone(), until));
    }

    /// The fence of a new hold.
    pub(super) fn saw_new_fence(&mut self, lane: &str, fence: u64) {
        let before = self.fences.insert(lane.to_owned(), fence);
        assert!(before < Some(fence), "seed {}: fence {fence} after {before:?}", self.seed);
    }

    /// Everything is worked off.
    pub(super) fn saw_the_end(&self) {
        let lost: Vec<_> = self.enqueued.keys().filter(|id| !self.gone.contains(id)).collect();
        assert!(lost.is_empty(), "seed {}: {lost:?} are lost", self.seed);
    }

    fn close(&mut self, id: u128) {
        let held = self.open.remove(&id);
        assert!(held.is_some(), "seed {}: {id} is given back by nobody", self.seed);
    }
}
