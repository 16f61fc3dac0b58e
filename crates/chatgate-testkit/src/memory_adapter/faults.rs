//! What goes wrong next, and what was asked for so far.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use chatgate_core::{Clock, Error};

/// What goes wrong with one operation.
#[derive(Clone, Debug)]
pub(super) enum Fault {
    Fails(Error),
    FailsAfter(Error),
    Panics,
    TakesLong(Duration),
}

/// The faults that wait for their operations. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub(super) struct Faults(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    waiting: VecDeque<(&'static str, Fault)>,
    calls: Vec<&'static str>,
    clock: Option<Arc<dyn Clock>>,
}

impl Faults {
    pub(super) fn add(&self, operation: &'static str, fault: Fault) {
        self.state().waiting.push_back((operation, fault));
    }

    /// Notes a call, and takes what goes wrong with it.
    pub(super) fn next(&self, operation: &'static str) -> Option<Fault> {
        let mut state = self.state();
        state.calls.push(operation);
        let index = state.waiting.iter().position(|(other, _)| *other == operation)?;
        state.waiting.remove(index).map(|(_, fault)| fault)
    }

    pub(super) fn calls(&self) -> Vec<&'static str> {
        self.state().calls.clone()
    }

    pub(super) fn set_clock(&self, clock: Arc<dyn Clock>) {
        self.state().clock = Some(clock);
    }

    pub(super) fn clock(&self) -> Option<Arc<dyn Clock>> {
        self.state().clock.clone()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
