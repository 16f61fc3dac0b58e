//! How much a gateway takes on, and how long it waits.

use std::time::Duration;

/// How much a gateway takes on, and how long it waits. The defaults suit one process that serves an
/// organisation.
///
/// ```
/// use chatgate_gateway::GatewayLimits;
/// let limits = GatewayLimits::new().with_inbox(100);
/// assert_eq!(limits.inbox, 100);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct GatewayLimits {
    /// How many recorded events may wait or run at once; beyond that, deliveries are `Busy`.
    pub inbox: usize,
    /// How many of them in one lane.
    pub lane: usize,
    /// How many delivery keys are kept for each adapter, the oldest dropped first.
    pub dedupe_keys: usize,
    /// How long delivery keys are kept.
    pub dedupe_for: Duration,
    /// How many operations are under way at once.
    pub sends: usize,
    /// How long an undelivered message is tried.
    pub retry_for: Duration,
    /// How long a hold of a lane lasts without being renewed.
    pub lease: Duration,
    /// How long a run keeps its lane from moving on.
    pub lane_hold: Duration,
    /// How long shutdown waits for runs and messages.
    pub drain: Duration,
    /// How long one call of an adapter may take: far longer than an adapter's own time-outs.
    pub call: Duration,
    /// How many looked-up names are kept.
    pub names: usize,
    /// Above so many parts a message is sent as a file, where files can be uploaded.
    pub parts: usize,
    /// How long a person has to answer a question or form.
    pub dialogue: Duration,
}

impl Default for GatewayLimits {
    fn default() -> Self {
        Self {
            inbox: 10_000,
            lane: 1_000,
            dedupe_keys: 200_000,
            dedupe_for: Duration::from_secs(24 * 3600),
            sends: 64,
            retry_for: Duration::from_secs(24 * 3600),
            lease: Duration::from_secs(60),
            lane_hold: Duration::from_secs(1),
            drain: Duration::from_secs(20),
            call: Duration::from_secs(120),
            names: 10_000,
            parts: 10,
            dialogue: Duration::from_secs(24 * 3600),
        }
    }
}

impl GatewayLimits {
    /// The defaults.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets how many recorded events may wait or run at once.
    #[must_use]
    pub fn with_inbox(mut self, events: usize) -> Self {
        self.inbox = events;
        self
    }

    /// Sets how many of them may wait or run in one lane.
    #[must_use]
    pub fn with_lane(mut self, events: usize) -> Self {
        self.lane = events;
        self
    }

    /// Sets how many delivery keys are kept for each adapter.
    #[must_use]
    pub fn with_dedupe_keys(mut self, keys: usize) -> Self {
        self.dedupe_keys = keys;
        self
    }

    /// Sets how many operations are under way at once.
    #[must_use]
    pub fn with_sends(mut self, sends: usize) -> Self {
        self.sends = sends.max(1);
        self
    }

    /// Sets how long shutdown waits for runs and messages.
    #[must_use]
    pub fn with_drain(mut self, drain: Duration) -> Self {
        self.drain = drain;
        self
    }

    /// Sets above how many parts a message is sent as a file.
    #[must_use]
    pub fn with_parts(mut self, parts: usize) -> Self {
        self.parts = parts.max(1);
        self
    }
}
