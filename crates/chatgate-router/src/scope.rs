//! What a router puts around its handlers.

use std::sync::Arc;

use chatgate_core::Error;

use crate::guard::Guard;
use crate::{Context, Hook, Reply};

/// What a router puts around its handlers.
pub(crate) struct Scope<S> {
    pub(crate) guards: Vec<Guard<S>>,
    pub(crate) hooks: Vec<Arc<dyn Hook>>,
    pub(crate) on_error: Option<Arc<dyn OnError>>,
}

/// Puts an error into words.
pub(crate) trait OnError: Send + Sync {
    fn reply(&self, error: &Error, cx: &Context) -> Reply;
}

impl<F: Fn(&Error, &Context) -> Reply + Send + Sync> OnError for F {
    fn reply(&self, error: &Error, cx: &Context) -> Reply {
        self(error, cx)
    }
}

impl<S> Scope<S> {
    /// Puts everything of the outer router before what is here; the inner router's words for an error
    /// are the ones that count.
    pub(crate) fn put_inside(&mut self, outer: &Self) {
        self.guards.splice(0..0, outer.guards.iter().cloned());
        self.hooks.splice(0..0, outer.hooks.iter().cloned());
        if self.on_error.is_none() {
            self.on_error.clone_from(&outer.on_error);
        }
    }
}

impl<S> Default for Scope<S> {
    fn default() -> Self {
        Self { guards: Vec::new(), hooks: Vec::new(), on_error: None }
    }
}

impl<S> Clone for Scope<S> {
    fn clone(&self) -> Self {
        Self {
            guards: self.guards.clone(),
            hooks: self.hooks.clone(),
            on_error: self.on_error.clone(),
        }
    }
}
