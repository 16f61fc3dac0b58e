//! Mattermost as an adapter.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use chatgate_core::{
    Adapter, AdapterId, Capabilities, Clock, Dialect, Endpoint, Feature, Inbox, Operation, Place,
    Receipt, ReplyHandle, Result, Shutdown, Specs,
};
use chatgate_render::mattermost::{self, MattermostPosts};

use crate::state::State;
use crate::{Applied, Manifest, MattermostBuilder, outbound, socket, triggers, webhook};

/// A Mattermost server: the WebSocket and signed callbacks in, REST out.
///
/// ```no_run
/// use chatgate_mattermost::Mattermost;
/// let mattermost = Mattermost::from_env()?;
/// // Give it to the gateway: `Gateway::new(app).adapter(mattermost)`.
/// # Ok::<(), chatgate_core::Error>(())
/// ```
pub struct Mattermost {
    state: Arc<State>,
    dialect: MattermostPosts,
}

impl Mattermost {
    /// Sets one up by hand.
    pub fn builder() -> MattermostBuilder {
        MattermostBuilder::new()
    }

    /// Sets one up from the environment: see [`MattermostBuilder::from_env`].
    ///
    /// # Errors
    /// As [`MattermostBuilder::build`].
    pub fn from_env() -> Result<Self> {
        MattermostBuilder::from_env().build()
    }

    /// The slash commands of a program, as they are registered for this adapter; `None` without an
    /// address under which Mattermost reaches it.
    pub fn manifest(&self, specs: &Specs) -> Option<Manifest> {
        self.state.command_url().map(|url| Manifest::new(specs, &url))
    }

    /// Registers the slash commands of a program at each team that the token's owner is in: makes what
    /// is not there, changes what leads to an earlier address of the program or says something else,
    /// and leaves alone what leads to another program.
    ///
    /// # Errors
    /// `configuration` without a public address; `denied` when the token's owner may not make commands
    /// (a bot usually may not: an administrator's token may); what the server says.
    pub async fn apply_manifest(
        &self,
        specs: &Specs,
        clock: &Arc<dyn Clock>,
    ) -> Result<Vec<Applied>> {
        self.state.api.begin(clock)?;
        let applied = triggers::apply(&self.state, specs).await;
        applied.map_err(|error| error.with_adapter(self.state.id.clone()))
    }

    pub(crate) fn over(state: State) -> Self {
        let dialect = MattermostPosts::new().with_phrases(&state.phrases);
        Self { state: Arc::new(state), dialect }
    }
}

#[async_trait]
impl Adapter for Mattermost {
    fn id(&self) -> &AdapterId {
        &self.state.id
    }

    fn capabilities(&self, _place: &Place, via: Option<&ReplyHandle>) -> Arc<Capabilities> {
        let mut can = match via {
            Some(_) => mattermost::answer_capabilities(),
            None => mattermost::capabilities(),
        };
        can.limits.text_chars = Some(self.state.post_chars());
        // A button has to lead somewhere, and a dialog to come back.
        Arc::new(match self.state.action_url() {
            Some(_) => can,
            None => can.without([Feature::Actions, Feature::Forms]),
        })
    }

    fn dialect(&self) -> &dyn Dialect {
        &self.dialect
    }

    fn endpoints(&self, inbox: &Inbox) -> Vec<Endpoint> {
        webhook::endpoints(&self.state, inbox)
    }

    async fn run(&self, inbox: Inbox, shutdown: Shutdown) -> Result<()> {
        socket::run(&self.state, &inbox, &shutdown)
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

impl fmt::Debug for Mattermost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mattermost").field("id", &self.state.id).finish_non_exhaustive()
    }
}
