//! When the next operation may leave: the platform's documented rates, and what it asked for.

use std::collections::{BTreeMap, HashMap};
use std::sync::Mutex;
use std::time::Duration;

use chatgate_core::{
    AdapterId, EntryId, Limits, Operation, Priority, RateLimit, RateScope, Timestamp,
};

use crate::sync::lock;

/// Whether operations are paced.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Pacing {
    /// By the limits that the platform documents.
    #[default]
    Platform,
    /// Not at all, but for `Retry-After`. For tests and benchmarks.
    Off,
}

impl Pacing {
    /// By the limits that the platform documents.
    #[must_use]
    pub fn platform() -> Self {
        Self::Platform
    }

    /// Not at all, but for `Retry-After`.
    #[must_use]
    pub fn off() -> Self {
        Self::Off
    }
}

/// Hands out permission to send.
///
/// A bucket stands for one rate in one scope. Rows that it refuses wait in its line, the urgent first
/// and otherwise in the order in which they came, and each is told a time of its own: so a lane with a
/// thousand rows takes its turn like a lane with one, and nobody asks in vain.
#[derive(Debug)]
pub(crate) struct Pacer {
    pacing: Pacing,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    buckets: HashMap<BucketKey, Bucket>,
    methods: HashMap<MethodKey, Method>,
    tickets: u64,
}

/// One rate in one scope.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct BucketKey {
    adapter: AdapterId,
    scope: String,
    rate: usize,
    /// Which operation, where each has an allowance of its own.
    method: String,
}

/// One method of the platform in one workspace, or in what is paced as one.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct MethodKey {
    adapter: AdapterId,
    scope: String,
    method: String,
}

/// What the platform said about a method.
#[derive(Clone, Copy, Debug)]
struct Method {
    /// Not before then.
    until: Timestamp,
    /// How much slower than documented it goes, in hundredths.
    slower: u32,
}

#[derive(Debug)]
struct Bucket {
    /// When it is empty again: the generic cell rate algorithm.
    free_at: Timestamp,
    line: BTreeMap<(Priority, u64), Waiting>,
}

#[derive(Clone, Copy, Debug)]
struct Waiting {
    row: EntryId,
    /// When it was told to come again.
    until: Timestamp,
}

/// A row that asks for permission.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Asking<'a> {
    pub(crate) adapter: &'a AdapterId,
    pub(crate) operation: &'a Operation,
    pub(crate) row: EntryId,
    pub(crate) priority: Priority,
}

// Buckets and methods whose time has passed say nothing: they are dropped when there are so many.
const KEPT: usize = 10_000;
// Who does not come back so long after its time (its row was cancelled, or another node has it) has lost
// its turn.
const LATE: Duration = Duration::from_secs(5);
// A platform that says "too many" gets half as much, down to an eighth, and one more in twenty with every
// operation that it takes after that: additive increase, multiplicative decrease.
const DOCUMENTED: u32 = 100;
const SLOWEST: u32 = 800;
const RECOVERS: u32 = 5;

impl Pacer {
    pub(crate) fn new(pacing: Pacing) -> Self {
        Self { pacing, state: Mutex::default() }
    }

    /// Takes one permission for the operation, or says when to come again.
    pub(crate) fn take(
        &self,
        asking: Asking<'_>,
        limits: &Limits,
        now: Timestamp,
    ) -> Result<(), Timestamp> {
        let mut state = lock(&self.state);
        let state = &mut *state;
        state.clean(now);
        let method = method(asking.adapter, asking.operation, limits);
        let slower = match state.methods.get_mut(&method) {
            // What the platform asked for holds, whatever the pacing.
            Some(method) if method.until > now => return Err(method.until),
            Some(method) => method.slower,
            None => DOCUMENTED,
        };
        if self.pacing == Pacing::Off {
            return Ok(());
        }
        let mut asked = Vec::new();
        for (key, rate) in asking.buckets(limits) {
            let bucket = state.buckets.entry(key.clone()).or_insert_with(|| Bucket::new(now));
            let turn = bucket.turn(asking, rate, slower, now);
            asked.push((key, rate, turn));
        }
        let until = asked.iter().map(|(_, _, turn)| *turn).max().unwrap_or(now);
        for (key, rate, turn) in asked {
            let Some(bucket) = state.buckets.get_mut(&key) else { continue };
            if until <= now {
                bucket.spend(asking, rate, slower, now);
            } else if turn > now {
                state.tickets += 1;
                bucket.queue_up(asking, state.tickets, until);
            }
        }
        if until > now {
            return Err(until);
        }
        if let Some(method) = state.methods.get_mut(&method) {
            method.slower = method.slower.saturating_sub(RECOVERS).max(DOCUMENTED);
        }
        Ok(())
    }

    /// The platform asked to wait with this operation: others go on, and it is slower from then on.
    pub(crate) fn refused(
        &self,
        adapter: &AdapterId,
        operation: &Operation,
        limits: &Limits,
        until: Timestamp,
    ) {
        let mut state = lock(&self.state);
        let first = Method { until, slower: DOCUMENTED };
        let method = state.methods.entry(method(adapter, operation, limits)).or_insert(first);
        method.until = until.max(method.until);
        method.slower = method.slower.saturating_mul(2).min(SLOWEST);
    }

    /// How long to wait before the next try of something that failed, without being asked to.
    pub(crate) fn back_off(tries: u32) -> Duration {
        // 1, 2, 4 … 64 s: quick after a hiccup, gentle in an outage.
        Duration::from_secs(1 << tries.min(6))
    }
}

impl State {
    fn clean(&mut self, now: Timestamp) {
        if self.buckets.len() >= KEPT {
            self.buckets.retain(|_, bucket| bucket.free_at > now || bucket.is_waited_for(now));
        }
        if self.methods.len() >= KEPT {
            self.methods.retain(|_, method| method.until > now);
        }
    }
}

impl Asking<'_> {
    /// The buckets that the operation takes from.
    fn buckets<'l>(&self, limits: &'l Limits) -> impl Iterator<Item = (BucketKey, &'l RateLimit)> {
        let name = self.operation.paced_as();
        limits.rates.iter().enumerate().filter_map(move |(index, rate)| {
            let counts = rate.operations.is_empty() || rate.operations.iter().any(|it| it == name);
            let bucket = || BucketKey {
                adapter: self.adapter.clone(),
                scope: scope(rate.scope, self.operation, limits),
                rate: index,
                method: if rate.operations.is_empty() { String::new() } else { name.to_owned() },
            };
            counts.then(|| (bucket(), rate))
        })
    }
}

impl Bucket {
    fn new(now: Timestamp) -> Self {
        Self { free_at: now, line: BTreeMap::new() }
    }

    fn is_waited_for(&self, now: Timestamp) -> bool {
        self.line.values().any(|waiting| waiting.until + LATE > now)
    }

    /// When it is the row's turn: now, or later.
    fn turn(
        &mut self,
        asking: Asking<'_>,
        rate: &RateLimit,
        slower: u32,
        now: Timestamp,
    ) -> Timestamp {
        self.line.retain(|_, waiting| waiting.until + LATE > now);
        let every = slowed(rate.every, slower);
        // Half of what is saved up is kept for pages.
        let burst = match asking.priority {
            Priority::Page => rate.burst,
            _ => rate.burst.div_ceil(2),
        };
        let ahead = self.line.iter().take_while(|((priority, _), waiting)| {
            *priority <= asking.priority && waiting.row != asking.row
        });
        let mut turn = self.free_at.max(now) - every * burst.saturating_sub(1);
        for (_, waiting) in ahead {
            // Who must wait longer than that for another bucket leaves this turn to others.
            if waiting.until <= turn.max(now) {
                turn = turn + every;
            }
        }
        turn.max(now)
    }

    fn spend(&mut self, asking: Asking<'_>, rate: &RateLimit, slower: u32, now: Timestamp) {
        self.free_at = self.free_at.max(now) + slowed(rate.every, slower);
        self.line.retain(|_, waiting| waiting.row != asking.row);
    }

    /// Takes a place in the line, or keeps the one that it has.
    fn queue_up(&mut self, asking: Asking<'_>, ticket: u64, until: Timestamp) {
        match self.line.values_mut().find(|waiting| waiting.row == asking.row) {
            Some(waiting) => waiting.until = until,
            None => {
                let waiting = Waiting { row: asking.row, until };
                self.line.insert((asking.priority, ticket), waiting);
            }
        }
    }
}

fn slowed(every: Duration, slower: u32) -> Duration {
    every * slower / DOCUMENTED
}

fn method(adapter: &AdapterId, operation: &Operation, limits: &Limits) -> MethodKey {
    MethodKey {
        adapter: adapter.clone(),
        scope: scope(RateScope::Workspace, operation, limits),
        method: operation.paced_as().to_owned(),
    }
}

fn scope(scope: RateScope, operation: &Operation, limits: &Limits) -> String {
    if let Some(one) = &limits.paced_as_one {
        // No workspace, and no place, has this in its text form.
        return format!("\n{one}");
    }
    match (scope, operation.place()) {
        (_, None) => String::new(),
        (RateScope::Conversation, Some(place)) => place.clone().without_thread().to_string(),
        (_, Some(place)) => place.workspace.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use chatgate_core::{Change, MessageRef, Place};

    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    struct World {
        adapter: AdapterId,
        limits: Limits,
        pacer: Pacer,
        rows: u128,
    }

    impl World {
        fn new(rates: impl IntoIterator<Item = RateLimit>) -> Self {
            let adapter = AdapterId::parse("a").unwrap();
            let limits = rates.into_iter().fold(Limits::new(), Limits::rate);
            Self { adapter, limits, pacer: Pacer::new(Pacing::platform()), rows: 0 }
        }

        fn row(&mut self) -> EntryId {
            self.rows += 1;
            EntryId::from(self.rows)
        }

        fn ask(
            &self,
            row: EntryId,
            operation: &Operation,
            priority: Priority,
            now: Timestamp,
        ) -> Result<(), Timestamp> {
            let asking = Asking { adapter: &self.adapter, operation, row, priority };
            self.pacer.take(asking, &self.limits, now)
        }

        fn new_row(&mut self, conversation: &str, now: Timestamp) -> Result<(), Timestamp> {
            let row = self.row();
            self.ask(row, &react(conversation), Priority::Answer, now)
        }
    }

    fn react(conversation: &str) -> Operation {
        let place = Place::new(AdapterId::parse("a").unwrap(), "w", conversation);
        let message = MessageRef::platform(place.clone(), "1");
        Operation::React { place, message, emoji: "eyes".into(), change: Change::Added }
    }

    fn unreact(conversation: &str) -> Operation {
        match react(conversation) {
            Operation::React { place, message, emoji, .. } => {
                Operation::React { place, message, emoji, change: Change::Removed }
            }
            other => other,
        }
    }

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_millis(100_000 + millis)
    }

    #[test]
    fn a_conversation_gets_one_a_second_and_others_are_not_held_up() {
        let mut world = World::new([RateLimit::new(RateScope::Conversation, SECOND)]);
        assert_eq!(world.new_row("c", at(0)), Ok(()));
        assert_eq!(world.new_row("c", at(0)), Err(at(1_000)));
        assert_eq!(world.new_row("d", at(0)), Ok(()));
        assert_eq!(world.new_row("c", at(7_000)), Ok(()));
    }

    #[test]
    fn half_of_a_burst_is_kept_for_pages() {
        let mut world = World::new([RateLimit::new(RateScope::Workspace, SECOND).burst(4)]);
        assert_eq!(world.new_row("c", at(0)), Ok(()));
        assert_eq!(world.new_row("d", at(0)), Ok(()));
        assert_eq!(world.new_row("e", at(0)), Err(at(1_000)));
        for conversation in ["f", "g"] {
            let row = world.row();
            assert_eq!(world.ask(row, &react(conversation), Priority::Page, at(0)), Ok(()));
        }
    }

    #[test]
    fn who_waits_is_told_a_time_of_its_own_and_comes_in_its_order() {
        let mut world = World::new([RateLimit::new(RateScope::Workspace, SECOND)]);
        assert_eq!(world.new_row("c", at(0)), Ok(()));
        let rows: Vec<_> = (0..3).map(|_| world.row()).collect();
        for (index, row) in (1..).zip(&rows) {
            let told = world.ask(*row, &react("c"), Priority::Answer, at(0));
            assert_eq!(told, Err(at(index * 1_000)));
        }
        // A later one does not overtake those that wait, not even when it asks at the right moment.
        let late = world.row();
        assert_eq!(world.ask(late, &react("d"), Priority::Answer, at(1_000)), Err(at(4_000)));
        for (index, row) in (1..).zip(&rows) {
            let told = world.ask(*row, &react("c"), Priority::Answer, at(index * 1_000));
            assert_eq!(told, Ok(()));
        }
        assert_eq!(world.ask(late, &react("d"), Priority::Answer, at(4_000)), Ok(()));
    }

    #[test]
    fn what_is_urgent_goes_first_and_the_others_keep_their_order() {
        let mut world = World::new([RateLimit::new(RateScope::Workspace, SECOND)]);
        assert_eq!(world.new_row("c", at(0)), Ok(()));
        let (chatter, page) = (world.row(), world.row());
        assert_eq!(world.ask(chatter, &react("c"), Priority::Chatter, at(0)), Err(at(1_000)));
        assert_eq!(world.ask(page, &react("d"), Priority::Page, at(10)), Err(at(1_000)));
        assert_eq!(world.ask(chatter, &react("c"), Priority::Chatter, at(1_000)), Err(at(2_000)));
        assert_eq!(world.ask(page, &react("d"), Priority::Page, at(1_000)), Ok(()));
        assert_eq!(world.ask(chatter, &react("c"), Priority::Chatter, at(2_000)), Ok(()));
    }

    #[test]
    fn who_does_not_come_back_loses_its_turn() {
        let mut world = World::new([RateLimit::new(RateScope::Workspace, SECOND)]);
        assert_eq!(world.new_row("c", at(0)), Ok(()));
        assert_eq!(world.new_row("c", at(0)), Err(at(1_000)));
        let waits = world.row();
        assert_eq!(world.ask(waits, &react("d"), Priority::Answer, at(0)), Err(at(2_000)));
        assert_eq!(world.ask(waits, &react("d"), Priority::Answer, at(7_000)), Ok(()));
    }

    #[test]
    fn a_quiet_conversation_is_not_starved_by_noisy_ones() {
        let every = Duration::from_millis(200);
        let mut world = World::new([
            RateLimit::new(RateScope::Conversation, SECOND),
            RateLimit::new(RateScope::Workspace, every),
        ]);
        // Ten lanes that always have a next row, for a workspace that takes five a second.
        let mut heads: Vec<_> = (0..10).map(|_| (at(0), world.row())).collect();
        let quiet = world.row();
        let (mut quiet_due, mut quiet_sent) = (at(2_000), None);
        for millis in (0..6_000).step_by(10) {
            let now = at(millis);
            for (lane, (due, row)) in heads.iter_mut().enumerate() {
                if *due > now {
                    continue;
                }
                match world.ask(*row, &react(&format!("noisy {lane}")), Priority::Answer, now) {
                    Ok(()) => {
                        world.rows += 1;
                        *row = EntryId::from(world.rows);
                    }
                    Err(until) => *due = until,
                }
            }
            if quiet_sent.is_none() && quiet_due <= now {
                match world.ask(quiet, &react("quiet"), Priority::Answer, now) {
                    Ok(()) => quiet_sent = Some(now),
                    Err(until) => quiet_due = until,
                }
            }
        }
        // It came when ten others waited: two seconds' worth, and each of them one place at most.
        let sent = quiet_sent.expect("it was never sent");
        assert!(sent <= at(4_500), "{sent}");
    }

    #[test]
    fn what_the_platform_asked_for_holds_even_without_pacing_and_for_that_method_only() {
        let mut world = World::new([]);
        world.pacer = Pacer::new(Pacing::off());
        world.pacer.refused(&world.adapter, &react("c"), &world.limits, at(30_000));
        // A shorter wait that is asked for later takes nothing of the longer one back.
        world.pacer.refused(&world.adapter, &react("c"), &world.limits, at(10_000));
        assert_eq!(world.new_row("d", at(29_999)), Err(at(30_000)));
        let other = world.row();
        assert_eq!(world.ask(other, &unreact("d"), Priority::Answer, at(0)), Ok(()));
        assert_eq!(world.new_row("d", at(30_000)), Ok(()));
    }

    #[test]
    fn places_that_are_paced_as_one_share_what_they_may_and_what_they_were_asked() {
        let mut world = World::new([RateLimit::new(RateScope::Conversation, SECOND)]);
        world.limits.paced_as_one = Some("webhook".to_owned());
        assert_eq!(world.new_row("c", at(0)), Ok(()));
        assert_eq!(world.new_row("d", at(0)), Err(at(1_000)));
        world.pacer.refused(&world.adapter, &react("c"), &world.limits, at(30_000));
        assert_eq!(world.new_row("d", at(10_000)), Err(at(30_000)));
        // Another webhook of the same workspace goes on.
        world.limits.paced_as_one = Some("other".to_owned());
        assert_eq!(world.new_row("e", at(10_000)), Ok(()));
    }

    #[test]
    fn after_a_refusal_it_is_slower_for_a_while() {
        let mut world = World::new([RateLimit::new(RateScope::Workspace, SECOND)]);
        world.pacer.refused(&world.adapter, &react("c"), &world.limits, at(0));
        assert_eq!(world.new_row("c", at(0)), Ok(()));
        assert_eq!(world.new_row("c", at(0)), Err(at(2_000)));
        let mut now = at(10_000);
        for _ in 0..20 {
            assert_eq!(world.new_row("c", now), Ok(()));
            now = now + Duration::from_secs(10);
        }
        assert_eq!(world.new_row("c", now), Ok(()));
        assert_eq!(world.new_row("c", now), Err(now + SECOND));
    }
}
