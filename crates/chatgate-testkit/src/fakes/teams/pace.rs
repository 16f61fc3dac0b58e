//! The documented rate limits of webhooks, enforced.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use chatgate_core::Timestamp;

/// At most so many requests within so many seconds, for one webhook.
const TABLE: [(u64, usize); 5] = [(1, 4), (30, 60), (3_600, 100), (7_200, 150), (86_400, 1_800)];

/// When each workflow was called, as far as it counts.
#[derive(Debug, Default)]
pub(super) struct Pace(Mutex<HashMap<String, VecDeque<Timestamp>>>);

impl Pace {
    /// Counts a call; an error is the seconds to wait. A call that is refused does not count.
    pub(super) fn allow(&self, workflow: &str, now: Timestamp) -> Result<(), u64> {
        let mut calls = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let times = calls.entry(workflow.to_owned()).or_default();
        while times.front().is_some_and(|first| now.since(*first) >= Duration::from_secs(86_400)) {
            times.pop_front();
        }
        let wait = TABLE.iter().filter_map(|(seconds, most)| {
            let window = Duration::from_secs(*seconds);
            let oldest = times.len().checked_sub(*most).and_then(|at| times.get(at))?;
            let left = window.checked_sub(now.since(*oldest)).filter(|left| !left.is_zero())?;
            Some(u64::try_from(left.as_millis().div_ceil(1_000)).unwrap_or(u64::MAX))
        });
        match wait.max() {
            Some(seconds) => Err(seconds),
            None => {
                times.push_back(now);
                Ok(())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_window_holds_for_one_workflow() {
        let pace = Pace::default();
        let call = |seconds| pace.allow("a", Timestamp::from_secs(seconds));
        for _ in 0..4 {
            assert_eq!(call(0), Ok(()));
        }
        assert_eq!(call(0), Err(1));
        assert_eq!(pace.allow("b", Timestamp::from_secs(0)), Ok(()));
        for second in 1..15 {
            for _ in 0..4 {
                assert_eq!(call(second), Ok(()));
            }
        }
        // 60 within half a minute.
        assert_eq!(call(15), Err(15));
        for second in 30..40 {
            for _ in 0..4 {
                assert_eq!(call(second), Ok(()));
            }
        }
        // 100 within an hour.
        assert_eq!(call(100), Err(3_500));
    }
}
