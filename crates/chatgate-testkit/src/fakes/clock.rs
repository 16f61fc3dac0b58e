//! A fake's clock: the one it was given, and as far ahead of it as it was told to be.

use std::sync::Arc;
use std::time::Duration;

use chatgate_core::{Clock, Timestamp};
use tokio::sync::watch;

/// Runs with `base`, `ahead` of it.
#[derive(Debug)]
pub(crate) struct FakeClock {
    base: Arc<dyn Clock>,
    ahead: watch::Sender<Duration>,
}

impl FakeClock {
    pub(crate) fn new(base: Arc<dyn Clock>) -> Self {
        Self { base, ahead: watch::Sender::new(Duration::ZERO) }
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.base.now() + *self.ahead.borrow()
    }

    /// Jumps ahead, and wakes everyone whose time has come.
    pub(crate) fn advance(&self, by: Duration) {
        self.ahead.send_modify(|ahead| *ahead = ahead.saturating_add(by));
    }

    pub(crate) async fn sleep(&self, duration: Duration) {
        self.sleep_until(self.now() + duration).await;
    }

    pub(crate) async fn sleep_until(&self, deadline: Timestamp) {
        let mut jumps = self.ahead.subscribe();
        loop {
            let ahead = *jumps.borrow_and_update();
            if self.base.now() + ahead >= deadline {
                return;
            }
            tokio::select! {
                () = self.base.sleep_until(deadline - ahead) => {}
                _ = jumps.changed() => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use chatgate_core::ManualClock;

    use super::*;

    #[tokio::test]
    async fn a_sleep_ends_by_either_clock() {
        let base = ManualClock::at(Timestamp::from_secs(100));
        let clock = Arc::new(FakeClock::new(Arc::new(base.clone())));
        for jump in [true, false] {
            let mut sleep = Box::pin(clock.sleep(Duration::from_secs(60)));
            assert!(futures_poll(&mut sleep).await.is_none());
            match jump {
                true => clock.advance(Duration::from_secs(60)),
                false => base.advance(Duration::from_secs(60)),
            }
            sleep.await;
        }
        assert_eq!(clock.now(), Timestamp::from_secs(220));
    }

    async fn futures_poll<F: Future<Output = ()> + Unpin>(future: &mut F) -> Option<()> {
        tokio::select! {
            biased;
            () = future => Some(()),
            () = std::future::ready(()) => None,
        }
    }
}
