//! How long to wait before another try.

use std::time::Duration;

use crate::Rng;

/// Pauses between tries of what may pass: each up to twice as long as the one before, up to a limit, and
/// each somewhere between its half and its whole, so that many do not come back at once.
///
/// ```
/// use std::time::Duration;
/// use chatgate_core::{Backoff, SeededRng};
///
/// let mut backoff = Backoff::new(Duration::from_secs(1), Duration::from_secs(60));
/// let rng = SeededRng::new(1);
/// assert!(backoff.next(&rng) <= Duration::from_secs(1));
/// assert!(backoff.next(&rng) <= Duration::from_secs(2));
/// backoff.reset();
/// assert!(backoff.next(&rng) <= Duration::from_secs(1));
/// ```
#[derive(Clone, Debug)]
pub struct Backoff {
    first: Duration,
    longest: Duration,
    wait: Duration,
}

impl Backoff {
    /// Pauses from `first` on, none longer than `longest`.
    #[must_use]
    pub fn new(first: Duration, longest: Duration) -> Self {
        Self { first, longest, wait: first }
    }

    /// The next pause.
    pub fn next(&mut self, rng: &dyn Rng) -> Duration {
        let wait = self.wait.min(self.longest);
        self.wait = wait.saturating_mul(2);
        let mut byte = [0];
        rng.fill(&mut byte);
        wait / 2 + (wait / 2) * u32::from(byte[0]) / 255
    }

    /// It has worked: the next pause is a first one.
    pub fn reset(&mut self) {
        self.wait = self.first;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SeededRng;

    #[test]
    fn a_pause_is_between_half_and_whole_and_has_a_limit() {
        let (first, longest) = (Duration::from_secs(1), Duration::from_secs(7));
        let mut backoff = Backoff::new(first, longest);
        let rng = SeededRng::new(7);
        for whole in [1, 2, 4, 7, 7].map(Duration::from_secs) {
            let pause = backoff.next(&rng);
            assert!(whole / 2 <= pause && pause <= whole, "{pause:?} of {whole:?}");
        }
        backoff.reset();
        assert!(backoff.next(&rng) <= first);
    }
}
