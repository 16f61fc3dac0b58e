//! When the next operation may leave: the platform's documented rates, and what it asked for.

use std::collections::HashMap;
use std::sync::Mutex;
use std::time::Duration;

use chatgate_core::{AdapterId, Limits, Operation, RateScope, Timestamp};

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

/// Hands out permission to send, one bucket a rate and scope.
#[derive(Debug)]
pub(crate) struct Pacer {
    pacing: Pacing,
    buckets: Mutex<HashMap<Bucket, Timestamp>>,
}

/// What shares one allowance.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Bucket {
    adapter: AdapterId,
    scope: String,
    /// Which of the adapter's rates; `None` for what the platform asked for itself.
    rate: Option<usize>,
    operation: &'static str,
}

// Buckets whose time has passed say nothing: they are dropped when there are so many.
const BUCKETS: usize = 10_000;

impl Pacer {
    pub(crate) fn new(pacing: Pacing) -> Self {
        Self { pacing, buckets: Mutex::default() }
    }

    /// Takes one permission for the operation, or says when to come again.
    pub(crate) fn take(
        &self,
        adapter: &AdapterId,
        operation: &Operation,
        limits: &Limits,
        now: Timestamp,
    ) -> Result<(), Timestamp> {
        let mut buckets = lock(&self.buckets);
        if buckets.len() >= BUCKETS {
            buckets.retain(|_, free_at| *free_at > now);
        }
        // A refusal of the platform holds, whatever the pacing.
        let asked = Self::refusal(adapter, operation);
        if let Some(until) = buckets.get(&asked).copied().filter(|until| *until > now) {
            return Err(until);
        }
        if self.pacing == Pacing::Off {
            return Ok(());
        }
        let name = operation.name();
        let mut taken = Vec::new();
        for (index, rate) in limits.rates.iter().enumerate() {
            if !rate.operations.is_empty() && !rate.operations.iter().any(|other| other == name) {
                continue;
            }
            let operation_name = if rate.operations.is_empty() { "" } else { name };
            let bucket = Bucket {
                adapter: adapter.clone(),
                scope: scope(rate.scope, operation),
                rate: Some(index),
                operation: operation_name,
            };
            // The generic cell rate algorithm: a bucket is the time at which it is empty again.
            let free_at = buckets.get(&bucket).copied().unwrap_or(now).max(now);
            let saved = rate.every * rate.burst.saturating_sub(1);
            if free_at - saved > now {
                return Err(free_at - saved);
            }
            taken.push((bucket, free_at + rate.every));
        }
        buckets.extend(taken);
        Ok(())
    }

    /// The platform asked to wait with this operation: others go on.
    pub(crate) fn refused(&self, adapter: &AdapterId, operation: &Operation, until: Timestamp) {
        let mut buckets = lock(&self.buckets);
        let known = buckets.entry(Self::refusal(adapter, operation)).or_insert(until);
        *known = until.max(*known);
    }

    /// How long to wait before the next try of something that failed, without being asked to.
    pub(crate) fn back_off(tries: u32) -> Duration {
        // 1, 2, 4 … 64 s: quick after a hiccup, gentle in an outage.
        Duration::from_secs(1 << tries.min(6))
    }

    fn refusal(adapter: &AdapterId, operation: &Operation) -> Bucket {
        Bucket {
            adapter: adapter.clone(),
            scope: scope(RateScope::Workspace, operation),
            rate: None,
            operation: operation.name(),
        }
    }
}

fn scope(scope: RateScope, operation: &Operation) -> String {
    match (scope, operation.place()) {
        (_, None) => String::new(),
        (RateScope::Conversation, Some(place)) => place.clone().without_thread().to_string(),
        (_, Some(place)) => place.workspace.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use chatgate_core::{Change, MessageRef, Place, RateLimit};

    use super::*;

    fn react(conversation: &str) -> Operation {
        let place = Place::new(AdapterId::parse("a").unwrap(), "w", conversation);
        let message = MessageRef::platform(place.clone(), "1");
        Operation::React { place, message, emoji: "eyes".into(), change: Change::Added }
    }

    #[test]
    fn a_conversation_gets_one_a_second_after_its_burst_and_others_are_not_held_up() {
        let adapter = AdapterId::parse("a").unwrap();
        let rate = RateLimit::new(RateScope::Conversation, Duration::from_secs(1)).burst(2);
        let limits = Limits::new().rate(rate);
        let pacer = Pacer::new(Pacing::platform());
        let now = Timestamp::from_secs(100);
        assert_eq!(pacer.take(&adapter, &react("c"), &limits, now), Ok(()));
        assert_eq!(pacer.take(&adapter, &react("c"), &limits, now), Ok(()));
        let then = Timestamp::from_secs(101);
        assert_eq!(pacer.take(&adapter, &react("c"), &limits, now), Err(then));
        assert_eq!(pacer.take(&adapter, &react("d"), &limits, now), Ok(()));
        assert_eq!(pacer.take(&adapter, &react("c"), &limits, then), Ok(()));
    }

    #[test]
    fn what_the_platform_asked_for_holds_even_without_pacing() {
        let adapter = AdapterId::parse("a").unwrap();
        let pacer = Pacer::new(Pacing::off());
        let until = Timestamp::from_secs(30);
        pacer.refused(&adapter, &react("c"), until);
        // A shorter wait that is asked for later takes nothing of the longer one back.
        pacer.refused(&adapter, &react("c"), Timestamp::from_secs(10));
        let before = until - Duration::from_millis(1);
        assert_eq!(pacer.take(&adapter, &react("d"), &Limits::new(), before), Err(until));
        assert_eq!(pacer.take(&adapter, &react("d"), &Limits::new(), until), Ok(()));
    }
}
