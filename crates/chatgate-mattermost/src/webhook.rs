//! The endpoints at which Mattermost reaches the adapter: commands, actions, dialogs, webhooks.

use std::sync::Arc;

use chatgate_core::{Endpoint, Inbox};

use crate::state::State;

/// The endpoints.
pub(crate) fn endpoints(state: &Arc<State>, inbox: &Inbox) -> Vec<Endpoint> {
    if let Err(error) = state.begin(inbox) {
        tracing::error!(adapter = %state.id, %error, "no requests can be sent");
    }
    Vec::new()
}
