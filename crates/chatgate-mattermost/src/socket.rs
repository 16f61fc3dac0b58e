//! The adapter's own life: it learns who it is and holds the WebSocket.

use chatgate_core::{Inbox, Result, Shutdown};

use crate::state::State;

/// Runs until shutdown is asked for.
pub(crate) async fn run(state: &State, inbox: &Inbox, shutdown: &Shutdown) -> Result<()> {
    if shutdown.is_asked() {
        return Ok(());
    }
    state.begin(inbox)?;
    shutdown.asked().await;
    Ok(())
}
