//! Looks for what keeps the adapter from working, and says what to do about it.

mod called;
mod posts;

use std::fmt;
use std::sync::Arc;

use chatgate_core::{Clock, Finding, Result};

use crate::state::State;

/// Looks for what keeps an adapter from working: [`Teams::doctor`](crate::Teams::doctor) makes one.
///
/// It posts nothing: each workflow is asked by `GET`, and they take `POST`. The program's own endpoint gets
/// one request without a signature, which it refuses and records as such.
#[must_use]
pub struct Doctor<'a> {
    state: &'a State,
    public_url: Option<String>,
}

impl<'a> Doctor<'a> {
    pub(crate) fn new(state: &'a State) -> Self {
        Self { state, public_url: None }
    }

    /// The address under which Teams reaches this program: whether it is reached there is looked at, too.
    pub fn with_public_url(mut self, url: impl AsRef<str>) -> Self {
        let url = url.as_ref().trim();
        self.public_url = (!url.is_empty()).then(|| url.to_owned());
        self
    }

    /// What is found, in the order in which it is best put right.
    ///
    /// # Errors
    /// When no requests can be sent from here at all.
    pub async fn examine(self, clock: &Arc<dyn Clock>) -> Result<Vec<Finding>> {
        self.state.workflows.begin(clock)?;
        let mut findings = Vec::new();
        posts::look(self.state, clock, &mut findings).await?;
        called::look(self.state, self.public_url.as_deref(), &mut findings).await?;
        Ok(findings)
    }
}

impl fmt::Debug for Doctor<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Doctor").field("adapter", &self.state.id).finish_non_exhaustive()
    }
}
