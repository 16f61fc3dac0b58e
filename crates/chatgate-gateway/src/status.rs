//! What is under way, and how the connections are: for settling, draining and `/readyz`.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::Duration;

use chatgate_core::{AdapterId, Health, Timestamp};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::sync::lock;

/// What is under way, and how the connections are.
#[derive(Debug)]
pub(crate) struct Status {
    work: watch::Sender<Work>,
    /// Besides the work: whatever runs waits for this, and is not to be woken by each beginning and end.
    cut_off: CancellationToken,
    health: Mutex<BTreeMap<AdapterId, Health>>,
    rejected: Mutex<BTreeMap<(AdapterId, String), Refusals>>,
}

/// Refused requests of one kind.
#[derive(Clone, Copy, Debug, Default)]
struct Refusals {
    count: u64,
    recorded: Option<Timestamp>,
}

const RECORD_EVERY: Duration = Duration::from_secs(1);

/// How much is under way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Work {
    /// Recorded events that wait or run.
    pub(crate) events: usize,
    /// Operations that wait or are sent.
    pub(crate) operations: usize,
    /// Rises with everything that begins or ends.
    pub(crate) changes: u64,
    /// No more is taken in.
    pub(crate) closed: bool,
}

impl Status {
    pub(crate) fn new(adapters: impl IntoIterator<Item = AdapterId>) -> Self {
        let health = adapters.into_iter().map(|adapter| (adapter, Health::Starting)).collect();
        Self {
            work: watch::Sender::new(Work::default()),
            cut_off: CancellationToken::new(),
            health: Mutex::new(health),
            rejected: Mutex::default(),
        }
    }

    pub(crate) fn work(&self) -> Work {
        *self.work.borrow()
    }

    pub(crate) fn watch(&self) -> watch::Receiver<Work> {
        self.work.subscribe()
    }

    pub(crate) fn change(&self, change: impl FnOnce(&mut Work)) {
        self.work.send_modify(|work| {
            change(work);
            work.changes += 1;
        });
    }

    /// Counts an event in, unless there are `limit` of them or nothing is taken in any more.
    pub(crate) fn admit_event(&self, limit: usize) -> bool {
        self.work.send_if_modified(|work| {
            let admitted = !work.closed && work.events < limit;
            if admitted {
                work.events += 1;
                work.changes += 1;
            }
            admitted
        })
    }

    pub(crate) fn event_done(&self) {
        self.change(|work| work.events = work.events.saturating_sub(1));
    }

    /// What still runs is to stop.
    pub(crate) fn cut_off(&self) {
        self.cut_off.cancel();
    }

    /// Waits until what still runs is to stop.
    pub(crate) async fn is_cut_off(&self) {
        self.cut_off.cancelled().await;
    }

    pub(crate) fn set_health(&self, adapter: &AdapterId, health: Health) {
        lock(&self.health).insert(adapter.clone(), health);
    }

    pub(crate) fn health(&self) -> BTreeMap<AdapterId, Health> {
        lock(&self.health).clone()
    }

    /// Counts a refusal. Gives how many there were when that is to be recorded: of each kind the first,
    /// then at most one a second, so that a flood of forged requests fills no store.
    pub(crate) fn rejected(
        &self,
        adapter: &AdapterId,
        reason: &str,
        now: Timestamp,
    ) -> Option<u64> {
        let mut rejected = lock(&self.rejected);
        let refusals = rejected.entry((adapter.clone(), reason.to_owned())).or_default();
        refusals.count += 1;
        if refusals.recorded.is_some_and(|last| now < last + RECORD_EVERY) {
            return None;
        }
        refusals.recorded = Some(now);
        Some(refusals.count)
    }
}
