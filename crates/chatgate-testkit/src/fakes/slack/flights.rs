//! Counts deliveries whose first attempt is not answered yet.

use std::sync::Arc;

use tokio::sync::watch;

/// The deliveries under way.
#[derive(Clone, Debug)]
pub(super) struct Flights(Arc<watch::Sender<usize>>);

/// One delivery under way, until it is dropped.
#[derive(Debug)]
pub(super) struct Flight(Arc<watch::Sender<usize>>);

impl Default for Flights {
    fn default() -> Self {
        Self(Arc::new(watch::Sender::new(0)))
    }
}

impl Flights {
    pub(super) fn take_off(&self) -> Flight {
        self.0.send_modify(|count| *count += 1);
        Flight(Arc::clone(&self.0))
    }

    /// Waits until none is under way.
    pub(super) async fn landed(&self) {
        let _ = self.0.subscribe().wait_for(|count| *count == 0).await;
    }
}

impl Drop for Flight {
    fn drop(&mut self) {
        self.0.send_modify(|count| *count = count.saturating_sub(1));
    }
}
