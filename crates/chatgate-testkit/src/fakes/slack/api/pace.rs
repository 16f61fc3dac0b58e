//! The documented rate limits, enforced.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use chatgate_core::Timestamp;

use super::Tier;

/// A channel takes a post a second. "Short bursts" are allowed without a figure; that three can be saved
/// up is the fake's own.
const EVERY: Duration = Duration::from_secs(1);
const BURST: u32 = 3;
/// Posts a minute to all channels: "several hundred".
const POSTS: usize = 300;

/// What was called so far, as far as it counts.
#[derive(Debug, Default)]
pub(in crate::fakes::slack) struct Pace(Mutex<Calls>);

#[derive(Debug, Default)]
struct Calls {
    /// When each method was called in the last minute.
    methods: HashMap<String, VecDeque<Timestamp>>,
    /// When each channel has all of its burst again, by method.
    channels: HashMap<String, Timestamp>,
}

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
                window(&mut calls.methods, method, most, minute, now)
            }
            Tier::Posting => {
                burst(&mut calls.channels, &format!("{method} {channel}"), now)?;
                window(&mut calls.methods, method, POSTS, minute, now)
            }
        }
    }
}

/// Takes one of what a channel has saved up.
fn burst(channels: &mut HashMap<String, Timestamp>, key: &str, now: Timestamp) -> Result<(), u64> {
    let full_at = channels.entry(key.to_owned()).or_insert(now);
    let from = *full_at - EVERY * (BURST - 1);
    if from > now {
        return Err(seconds(from.since(now)));
    }
    *full_at = (*full_at).max(now) + EVERY;
    Ok(())
}

/// Whole seconds, and one at least.
fn seconds(left: Duration) -> u64 {
    left.as_millis().div_ceil(1_000).try_into().unwrap_or(u64::MAX).max(1)
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
            Err(seconds(length.saturating_sub(now.since(*first))))
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
        assert_eq!(post("C1", start), Err(1));
        assert_eq!(post("C2", start), Ok(()));
        for second in 1..10 {
            let later = start + Duration::from_secs(second);
            assert_eq!(post("C1", later), Ok(()));
            assert_eq!(post("C1", later), Err(1));
        }
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
