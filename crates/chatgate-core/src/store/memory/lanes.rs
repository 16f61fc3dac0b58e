//! One queue: its entries, their lanes, and who holds them.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;

use super::order::{Order, Rank, Turn};
use super::refused;
use crate::store::{Claim, EnqueueOptions, Hold, Priority, Queue};
use crate::{EntryId, Error, ErrorKind, NodeId, Result, Timestamp};

pub(super) struct LaneQueue {
    queue: Queue,
    entries: HashMap<EntryId, Entry>,
    lanes: HashMap<Arc<str>, Lane>,
    /// Whose turn it is: among the free lanes, and among those that each node holds.
    order: HashMap<Option<NodeId>, Order>,
    /// When the holds end.
    holds: BTreeSet<(Timestamp, Arc<str>)>,
    places: u64,
    /// What the batch at work found before each of its changes.
    before: Vec<Before>,
}

/// The fences of all lanes come from one count, so they rise for each.
#[derive(Default)]
pub(super) struct Fences(u64);

#[derive(Clone)]
struct Entry {
    lane: Arc<str>,
    /// Where it stands in its lane, for good.
    place: u64,
    due: Timestamp,
    priority: Priority,
    value: Bytes,
    attempts: u32,
    claimed: bool,
}

#[derive(Default)]
struct Lane {
    waiting: BTreeMap<u64, EntryId>,
    claimed: BTreeMap<u64, EntryId>,
    state: State,
    /// Under what it is filed in `order` and `holds`.
    turn: Option<(Option<NodeId>, Turn)>,
    held_until: Option<Timestamp>,
}

#[derive(Clone, Default)]
struct State {
    held: Option<Held>,
    rests_until: Timestamp,
}

#[derive(Clone)]
struct Held {
    holder: NodeId,
    fence: u64,
    until: Timestamp,
}

/// An entry and its lane before a change.
struct Before {
    id: EntryId,
    entry: Option<Entry>,
    lane: Arc<str>,
    state: State,
}

impl LaneQueue {
    pub(super) fn new(queue: Queue) -> Self {
        Self {
            queue,
            entries: HashMap::new(),
            lanes: HashMap::new(),
            order: HashMap::new(),
            holds: BTreeSet::new(),
            places: 0,
            before: Vec::new(),
        }
    }

    pub(super) fn claim(
        &mut self,
        holder: &NodeId,
        lease: Duration,
        limit: usize,
        now: Timestamp,
        fences: &mut Fences,
    ) -> Vec<Claim> {
        self.end_holds(now);
        let mut claims = Vec::new();
        while claims.len() < limit {
            let Some(id) = self.next_for(holder, now) else { break };
            let Some(entry) = self.entries.get(&id).cloned() else { break };
            claims.push(self.give(id, entry, holder, now + lease, fences));
        }
        claims
    }

    pub(super) fn next_due(&mut self, now: Timestamp) -> Option<Timestamp> {
        self.end_holds(now);
        let free = self.order.get_mut(&None).and_then(|free| free.next_ready(now));
        if free.is_some_and(|ready_at| ready_at <= now) {
            return Some(now);
        }
        let held = self.order.values_mut().filter_map(|order| order.next_after(now));
        let held = held.min();
        let ends = self.holds.first().map(|(until, _)| *until);
        [free, held, ends].into_iter().flatten().min()
    }

    /// The claims of holds that have ended wait again, in their old places.
    pub(super) fn end_holds(&mut self, now: Timestamp) {
        while let Some((until, lane)) = self.holds.first() {
            if *until > now {
                return;
            }
            let lane = Arc::clone(lane);
            let claimed = self.lanes.get(&lane).map(|lane| lane.claimed.clone());
            for id in claimed.unwrap_or_default().into_values() {
                self.update(id, |entry| entry.claimed = false);
            }
            self.set_held(&lane, None);
        }
    }

    pub(super) fn enqueue(
        &mut self,
        lane: String,
        id: EntryId,
        value: &Bytes,
        options: EnqueueOptions,
        now: Timestamp,
        fences: &mut Fences,
    ) -> Result<Option<Claim>> {
        if self.entries.contains_key(&id) {
            return Err(refused(ErrorKind::Conflict, format!("entry {id} is already there")));
        }
        let lane: Arc<str> = match self.lanes.get_key_value(lane.as_str()) {
            Some((name, _)) => Arc::clone(name),
            None => lane.into(),
        };
        let EnqueueOptions { due, priority, take } = options;
        let take = take.filter(|(node, _)| due <= now && self.gives_at_once(&lane, node, now));
        self.remember(id, &lane);
        self.places += 1;
        let entry = Entry {
            lane,
            place: self.places,
            due,
            priority,
            // A copy: a slice would keep the whole buffer it was cut from.
            value: Bytes::copy_from_slice(value),
            attempts: 0,
            claimed: false,
        };
        match take {
            Some((node, lease)) => Ok(Some(self.give(id, entry, &node, now + lease, fences))),
            None => {
                self.set_entry(id, Some(entry));
                Ok(None)
            }
        }
    }

    pub(super) fn finish(&mut self, hold: Hold) -> Result<()> {
        self.give_back(hold, |_| None)
    }

    pub(super) fn release(&mut self, hold: Hold) -> Result<()> {
        self.give_back(hold, |entry| Some(Entry { claimed: false, ..entry }))
    }

    pub(super) fn postpone(&mut self, hold: Hold, until: Timestamp) -> Result<()> {
        let lane = self.held(hold)?;
        self.release(hold)?;
        let rests_until = self.state(&lane).rests_until.max(until);
        let state = State { rests_until, ..self.state(&lane) };
        self.set_state(&lane, state);
        Ok(())
    }

    pub(super) fn renew(&mut self, hold: Hold, until: Timestamp) -> Result<()> {
        let lane = self.held(hold)?;
        self.remember(hold.entry, &lane);
        self.prolong(&lane, until);
        Ok(())
    }

    pub(super) fn replace(&mut self, id: EntryId, value: &Bytes) -> Result<()> {
        let lane = self.waiting(id)?;
        self.remember(id, &lane);
        let value = Bytes::copy_from_slice(value);
        self.update(id, |entry| entry.value = value);
        Ok(())
    }

    pub(super) fn cancel(&mut self, id: EntryId) -> Result<()> {
        let lane = self.waiting(id)?;
        self.remember(id, &lane);
        self.set_entry(id, None);
        Ok(())
    }

    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    pub(super) fn keep(&mut self) {
        self.before.clear();
    }

    pub(super) fn roll_back(&mut self) {
        while let Some(Before { id, entry, lane, state }) = self.before.pop() {
            self.set_entry(id, entry);
            self.set_state(&lane, state);
        }
    }

    /// The entry that a node takes next: the first of a lane that is free or its own.
    fn next_for(&mut self, holder: &NodeId, now: Timestamp) -> Option<EntryId> {
        let mut first = |whose: Option<NodeId>| self.order.get_mut(&whose)?.first_ready(now);
        let turns = [first(None), first(Some(holder.clone()))];
        turns.into_iter().flatten().min_by_key(|turn| turn.rank).map(|turn| turn.entry)
    }

    /// Gives an entry, the first of its lane, to a node that may have it.
    fn give(
        &mut self,
        id: EntryId,
        entry: Entry,
        holder: &NodeId,
        until: Timestamp,
        fences: &mut Fences,
    ) -> Claim {
        let attempts = entry.attempts.saturating_add(1);
        self.set_entry(id, Some(Entry { claimed: true, attempts, ..entry.clone() }));
        let fence = match self.state(&entry.lane).held {
            Some(held) => {
                self.prolong(&entry.lane, until);
                held.fence
            }
            None => {
                fences.0 += 1;
                let held = Held { holder: holder.clone(), fence: fences.0, until };
                self.set_held(&entry.lane, Some(held));
                fences.0
            }
        };
        let hold = Hold::new(self.queue, id, fence);
        Claim::new(hold, entry.lane.to_string(), entry.priority, entry.value, entry.attempts)
    }

    /// Whether a node may have the next entry of a lane without waiting.
    fn gives_at_once(&self, lane: &str, node: &NodeId, now: Timestamp) -> bool {
        self.lanes.get(lane).is_none_or(|lane| {
            let theirs = lane.state.held.as_ref().is_none_or(|held| held.holder == *node);
            theirs && lane.waiting.is_empty() && lane.state.rests_until <= now
        })
    }

    /// A claimed entry becomes something else; with its last claim a lane falls free.
    fn give_back(&mut self, hold: Hold, then: impl FnOnce(Entry) -> Option<Entry>) -> Result<()> {
        let lane = self.held(hold)?;
        self.remember(hold.entry, &lane);
        let entry = self.entries.get(&hold.entry).cloned();
        self.set_entry(hold.entry, entry.and_then(then));
        if self.lanes.get(&lane).is_some_and(|lane| lane.claimed.is_empty()) {
            self.set_held(&lane, None);
        }
        Ok(())
    }

    /// The lane that is held with this claim.
    fn held(&self, hold: Hold) -> Result<Arc<str>> {
        let entry = self.entries.get(&hold.entry).filter(|entry| entry.claimed);
        let entry = entry.filter(|entry| {
            self.state(&entry.lane).held.is_some_and(|held| held.fence == hold.fence)
        });
        let entry = entry.ok_or_else(|| {
            refused(ErrorKind::Fenced, format!("entry {} is no longer held", hold.entry))
        })?;
        Ok(Arc::clone(&entry.lane))
    }

    /// The lane in which an entry waits.
    fn waiting(&self, id: EntryId) -> Result<Arc<str>> {
        let entry = self.entries.get(&id).filter(|entry| !entry.claimed);
        let conflict =
            || -> Error { refused(ErrorKind::Conflict, format!("entry {id} does not wait")) };
        Ok(Arc::clone(&entry.ok_or_else(conflict)?.lane))
    }

    fn remember(&mut self, id: EntryId, lane: &Arc<str>) {
        let entry = self.entries.get(&id).cloned();
        self.before.push(Before { id, entry, lane: Arc::clone(lane), state: self.state(lane) });
    }

    fn state(&self, lane: &str) -> State {
        self.lanes.get(lane).map(|lane| lane.state.clone()).unwrap_or_default()
    }

    /// A hold never gets shorter: several claims share it, and each was promised its lease.
    fn prolong(&mut self, lane: &Arc<str>, until: Timestamp) {
        let mut state = self.state(lane);
        if let Some(held) = &mut state.held {
            held.until = held.until.max(until);
        }
        self.set_state(lane, state);
    }

    fn set_held(&mut self, lane: &Arc<str>, held: Option<Held>) {
        let state = State { held, ..self.state(lane) };
        self.set_state(lane, state);
    }

    fn update(&mut self, id: EntryId, change: impl FnOnce(&mut Entry)) {
        if let Some(mut entry) = self.entries.get(&id).cloned() {
            change(&mut entry);
            self.set_entry(id, Some(entry));
        }
    }

    /// The one place where an entry changes, comes or goes: its lane and the order follow.
    fn set_entry(&mut self, id: EntryId, entry: Option<Entry>) {
        if let Some(before) = self.entries.remove(&id) {
            if let Some(lane) = self.lanes.get_mut(&before.lane) {
                lane.waiting.remove(&before.place);
                lane.claimed.remove(&before.place);
            }
            if entry.is_none() {
                self.file(&before.lane);
            }
        }
        if let Some(entry) = entry {
            let name = Arc::clone(&entry.lane);
            let lane = self.lanes.entry(Arc::clone(&name)).or_default();
            let side = if entry.claimed { &mut lane.claimed } else { &mut lane.waiting };
            side.insert(entry.place, id);
            self.entries.insert(id, entry);
            self.file(&name);
        }
    }

    /// The one place where the state of a lane changes. A lane without entries has none.
    fn set_state(&mut self, name: &Arc<str>, state: State) {
        if let Some(lane) = self.lanes.get_mut(name) {
            lane.state = state;
            self.file(name);
        }
    }

    /// Files a lane where it belongs now, and forgets it with its last entry.
    fn file(&mut self, name: &Arc<str>) {
        let Some(lane) = self.lanes.get_mut(name) else {
            return;
        };
        if let Some(until) = lane.held_until.take() {
            self.holds.remove(&(until, Arc::clone(name)));
        }
        if let Some((whose, turn)) = lane.turn.take()
            && let Some(order) = self.order.get_mut(&whose)
        {
            order.remove(&turn);
            if order.is_empty() {
                self.order.remove(&whose);
            }
        }
        if lane.waiting.is_empty() && lane.claimed.is_empty() {
            self.lanes.remove(name);
            return;
        }
        if let Some(held) = &lane.state.held {
            lane.held_until = Some(held.until);
            self.holds.insert((held.until, Arc::clone(name)));
        }
        let first =
            lane.waiting.first_key_value().and_then(|(_, id)| Some((*id, self.entries.get(id)?)));
        if let Some((id, entry)) = first {
            let rank = Rank { priority: entry.priority, due: entry.due, place: entry.place };
            let turn = Turn { rank, ready_at: entry.due.max(lane.state.rests_until), entry: id };
            let whose = lane.state.held.as_ref().map(|held| held.holder.clone());
            self.order.entry(whose.clone()).or_default().insert(turn);
            lane.turn = Some((whose, turn));
        }
    }
}
