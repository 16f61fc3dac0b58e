//! How often a workflow may be called.

use std::time::Duration;

use chatgate_core::{RateLimit, RateScope};

/// What Teams takes of a webhook: at most so many within so long (Microsoft Learn, "Create an Incoming
/// Webhook", rate limiting: seconds, requests).
#[cfg(test)]
const TABLE: [(u64, u64); 5] = [(1, 4), (30, 60), (3_600, 100), (7_200, 150), (86_400, 1_800)];

/// The allowances that keep to all of them, however a window lies: what is saved up, and what comes back
/// within a window, are together no more than the window takes. So 2 and one each half a second are 4
/// within a second; 50 and one each 72 s are 100 within an hour, 150 within two and 1,250 within a day.
pub(crate) fn rates() -> [RateLimit; 3] {
    let rate = |burst: u32, every: Duration| {
        RateLimit::new(RateScope::Conversation, every).operation("post").burst(burst)
    };
    [
        rate(2, Duration::from_millis(500)),
        rate(30, Duration::from_secs(1)),
        rate(50, Duration::from_secs(72)),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_window_of_the_table_is_ever_exceeded() {
        for (seconds, most) in TABLE {
            let window = Duration::from_secs(seconds);
            let within = |rate: &RateLimit| {
                u128::from(rate.burst) + window.as_nanos().div_ceil(rate.every.as_nanos())
            };
            let least = rates().iter().map(within).min().unwrap();
            assert!(least <= u128::from(most), "{least} within {seconds} s, and {most} are taken");
        }
    }
}
