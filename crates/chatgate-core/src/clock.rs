//! Time is injected: code asks a [`Clock`], so a test can hold it still or jump ahead.

use std::collections::BTreeMap;
use std::fmt;
use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use tokio::sync::watch;

use crate::Timestamp;

/// Where the time comes from.
///
/// The gateway brings the system's clock (`SystemClock`); tests drive a [`ManualClock`].
#[async_trait]
pub trait Clock: fmt::Debug + Send + Sync + 'static {
    /// The time now.
    fn now(&self) -> Timestamp;

    /// Waits until `deadline` has come; returns at once when it has passed.
    async fn sleep_until(&self, deadline: Timestamp);
}

/// What every clock can do besides.
pub trait ClockExt: Clock {
    /// Waits for `duration`.
    fn sleep(&self, duration: Duration) -> impl Future<Output = ()> + Send {
        self.sleep_until(self.now() + duration)
    }
}

impl<C: Clock + ?Sized> ClockExt for C {}

/// A clock that stands still until it is told to move on.
///
/// ```
/// use std::time::Duration;
/// use chatgate_core::{Clock, ManualClock, Timestamp};
/// let clock = ManualClock::at(Timestamp::from_secs(100));
/// clock.advance(Duration::from_secs(5));
/// assert_eq!(clock.now(), Timestamp::from_secs(105));
/// ```
#[derive(Clone, Debug)]
pub struct ManualClock {
    now: Arc<watch::Sender<Timestamp>>,
    /// How many wait for each deadline.
    sleepers: Arc<Mutex<BTreeMap<Timestamp, usize>>>,
}

impl ManualClock {
    /// A clock that stands at `now`.
    #[must_use]
    pub fn at(now: Timestamp) -> Self {
        Self { now: Arc::new(watch::Sender::new(now)), sleepers: Arc::default() }
    }

    /// Moves the clock on and wakes everyone whose deadline has come.
    pub fn advance(&self, duration: Duration) {
        self.now.send_modify(|now| *now = *now + duration);
    }

    /// The next deadline that someone sleeps until; `None` when nobody sleeps.
    #[must_use]
    pub fn next_deadline(&self) -> Option<Timestamp> {
        let now = self.now();
        self.sleepers().keys().copied().find(|deadline| *deadline > now)
    }

    fn sleepers(&self) -> MutexGuard<'_, BTreeMap<Timestamp, usize>> {
        self.sleepers.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sets the clock, forwards or back.
    pub fn set(&self, now: Timestamp) {
        self.now.send_replace(now);
    }
}

#[async_trait]
impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        *self.now.borrow()
    }

    async fn sleep_until(&self, deadline: Timestamp) {
        *self.sleepers().entry(deadline).or_default() += 1;
        let _asleep = Asleep { clock: self, deadline };
        let mut now = self.now.subscribe();
        // The sender lives in `self`, so this only ends when the deadline has come.
        let _ = now.wait_for(|now| *now >= deadline).await;
    }
}

/// Counts a sleeper out, also when its sleep is given up.
struct Asleep<'a> {
    clock: &'a ManualClock,
    deadline: Timestamp,
}

impl Drop for Asleep<'_> {
    fn drop(&mut self) {
        let mut sleepers = self.clock.sleepers();
        if let Some(count) = sleepers.get_mut(&self.deadline) {
            *count -= 1;
            if *count == 0 {
                sleepers.remove(&self.deadline);
            }
        }
    }
}
