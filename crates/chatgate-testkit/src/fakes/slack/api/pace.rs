//! The documented rate limits, enforced.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use chatgate_core::Timestamp;

use super::Tier;

/// Posts to a channel at once: one a second is the rule, "short bursts" are allowed without a
/// figure. Three is the fake's own.
const BURST: usize = 3;
/// Posts a minute to all channels: "several hundred".
const POSTS: usize = 300;

/// When each method was called in the last minute.
#[derive(Debug, Default)]
pub(in crate::fakes::slack) struct Pace(Mutex<HashMap<String, VecDeque<Timestamp>>>);

impl Pace {
    /// Counts a call; an error is the seconds to wait. A call that is refused does not count.
    pub(super) fn allow(
        &self,
        method: &str,
        channel: &str,
        tier: Tier,
        now: Timestamp,
    ) -> Result<(), u64> {
        let mut calls = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let minute = Duration::from_secs(60);
        match tier {
            Tier::Unlimited => Ok(()),
            Tier::PerMinute(most) => {
                let most = usize::try_from(most).unwrap_or(usize::MAX);
                window(&mut calls, method, most, minute, now)
            }
            Tier::Posting => {
                let burst = Duration::from_secs(BURST as u64);
                window(&mut calls, &format!("{method} {channel}"), BURST, burst, now)?;
                window(&mut calls, method, POSTS, minute, now)
            }
        }
    }
}

fn window(
    calls: &mut HashMap<String, VecDeque<Timestamp>>,
    key: &str,
    most: usize,
    length: Duration,
    now: Timestamp,
) -> Result<(), u64> {
    let times = calls.entry(key.to_owned()).or_default();
    while times.front().is_some_and(|first| now.since(*first) >= length) {
        times.pop_front();
    }
    match times.front() {
        Some(first) if times.len() >= most => {
            let left = length.saturating_sub(now.since(*first));
            Err(left.as_millis().div_ceil(1_000).try_into().unwrap_or(u64::MAX).max(1))
        }
        _ => {
            times.push_back(now);
            Ok(())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_channel_takes_one_post_a_second_and_a_short_burst() {
        let pace = Pace::default();
        let start = Timestamp::from_secs(1_000);
        let post = |channel, now| pace.allow("chat.postMessage", channel, Tier::Posting, now);
        for _ in 0..3 {
            assert_eq!(post("C1", start), Ok(()));
        }
        assert_eq!(post("C1", start), Err(3));
        assert_eq!(post("C2", start), Ok(()));
        let later = start + Duration::from_secs(3);
        assert_eq!(post("C1", later), Ok(()));
    }

    #[test]
    fn a_tier_is_a_number_of_calls_a_minute() {
        let pace = Pace::default();
        let start = Timestamp::from_secs(1_000);
        let call = |now| pace.allow("users.list", "", Tier::PerMinute(2), now);
        assert_eq!((call(start), call(start), call(start)), (Ok(()), Ok(()), Err(60)));
        assert_eq!(call(start + Duration::from_secs(60)), Ok(()));
    }
}
