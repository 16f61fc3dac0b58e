//! What the adapter's parts share.

use chatgate_core::{AdapterId, Inbox, Phrases, Result};

use crate::outgoing::{Outgoing, Tenants};
use crate::workflows::Workflows;

/// What the adapter's parts share.
#[derive(Debug)]
pub(crate) struct State {
    pub(crate) id: AdapterId,
    pub(crate) workflows: Workflows,
    /// How outgoing webhooks are known; absent where none is set up.
    pub(crate) outgoing: Option<Outgoing>,
    pub(crate) tenants: Tenants,
    pub(crate) phrases: Phrases,
}

impl State {
    /// Takes the gateway's clock.
    pub(crate) fn begin(&self, inbox: &Inbox) -> Result<()> {
        self.workflows.begin(inbox.clock())
    }
}
