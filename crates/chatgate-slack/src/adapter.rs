//! Slack as an adapter.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use chatgate_core::{
    Adapter, AdapterId, Capabilities, Dialect, Endpoint, Inbox, Operation, Place, Receipt,
    ReplyHandle, Result, Shutdown,
};
use chatgate_render::slack::BlockKit;

use crate::abilities::Abilities;
use crate::state::State;
use crate::{SlackBuilder, connection, outbound, webhook};

/// Slack over HTTP: signed requests in, the Web API out.
///
/// ```no_run
/// use chatgate_slack::Slack;
/// let slack = Slack::from_env()?;
/// // Give it to the gateway: `Gateway::new(app).adapter(slack)`.
/// # Ok::<(), chatgate_core::Error>(())
/// ```
pub struct Slack {
    state: Arc<State>,
    dialect: BlockKit,
    abilities: Abilities,
}

impl Slack {
    /// Sets one up by hand.
    pub fn builder() -> SlackBuilder {
        SlackBuilder::new()
    }

    /// Sets one up from the environment: see [`SlackBuilder::from_env`].
    ///
    /// # Errors
    /// As [`SlackBuilder::build`].
    pub fn from_env() -> Result<Self> {
        SlackBuilder::from_env().build()
    }

    pub(crate) fn over(state: State) -> Self {
        let dialect = BlockKit::new().with_phrases(&state.phrases);
        Self { state: Arc::new(state), dialect, abilities: Abilities::new() }
    }
}

#[async_trait]
impl Adapter for Slack {
    fn id(&self) -> &AdapterId {
        &self.state.id
    }

    fn capabilities(&self, place: &Place, via: Option<&ReplyHandle>) -> Arc<Capabilities> {
        self.abilities.of(&self.state, place, via)
    }

    fn dialect(&self) -> &dyn Dialect {
        &self.dialect
    }

    fn endpoints(&self, inbox: &Inbox) -> Vec<Endpoint> {
        webhook::endpoints(&self.state, inbox)
    }

    async fn run(&self, inbox: Inbox, shutdown: Shutdown) -> Result<()> {
        connection::run(&self.state, &inbox, &shutdown)
            .await
            .map_err(|error| error.with_adapter(self.state.id.clone()))
    }

    async fn call(&self, operation: Operation) -> Result<Receipt> {
        let name = operation.name();
        outbound::perform(&self.state, operation).await.map_err(|error| {
            if error.is_unauthenticated() {
                self.state.look.notify_one();
            }
            error.with_operation(name).with_adapter(self.state.id.clone())
        })
    }
}

impl fmt::Debug for Slack {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Slack").field("id", &self.state.id).finish_non_exhaustive()
    }
}
