//! The system's clock.

use std::time::UNIX_EPOCH;

use async_trait::async_trait;
use chatgate_core::{Clock, Timestamp};

/// The system's clock; needs a tokio runtime to sleep.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

#[async_trait]
impl Clock for SystemClock {
    #[allow(clippy::disallowed_methods, reason = "this is the clock")]
    fn now(&self) -> Timestamp {
        let since = std::time::SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Timestamp::EPOCH + since
    }

    #[allow(clippy::disallowed_methods, reason = "this is the clock")]
    async fn sleep_until(&self, deadline: Timestamp) {
        // The system's clock may step: look again until the deadline has really come.
        loop {
            let left = self.now().until(deadline);
            if left.is_zero() {
                return;
            }
            tokio::time::sleep(left).await;
        }
    }
}
