//! The tasks of one fake: all of them end with it.

use std::fmt;
use std::future::Future;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::task::JoinSet;

/// The tasks of one fake.
#[derive(Default)]
pub(crate) struct Tasks(Mutex<Running>);

#[derive(Default)]
struct Running {
    set: JoinSet<()>,
    closed: bool,
}

impl Tasks {
    /// Starts a task; after [`stop`](Self::stop) it never starts.
    pub(crate) fn start(&self, task: impl Future<Output = ()> + Send + 'static) {
        let mut running = self.running();
        while running.set.try_join_next().is_some() {}
        if !running.closed {
            running.set.spawn(task);
        }
    }

    /// Ends all tasks where they stand.
    pub(crate) fn stop(&self) {
        let mut running = self.running();
        running.closed = true;
        running.set.abort_all();
    }

    fn running(&self) -> MutexGuard<'_, Running> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Tasks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tasks").field("running", &self.running().set.len()).finish()
    }
}
