//! Teams as an adapter.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use chatgate_core::{
    Adapter, AdapterId, Audience, Capabilities, Dialect, Endpoint, Error, Health, Inbox, Operation,
    Place, Receipt, ReplyHandle, Result, Shutdown,
};

use crate::abilities::Abilities;
use crate::dialect::TeamsCards;
use crate::doctor::Doctor;
use crate::state::State;
use crate::{TeamsBuilder, outgoing};

/// A workflow was turned off or deleted, or does not take its signature any more.
const WORKFLOW_LOST: &str = "workflow_lost";

/// Microsoft Teams by its two webhooks: workflows, which only post, and outgoing webhooks, which only
/// answer.
///
/// ```no_run
/// use chatgate_teams::Teams;
/// let teams = Teams::from_env()?;
/// // Give it to the gateway: `Gateway::new(app).adapter(teams)`.
/// # Ok::<(), chatgate_core::Error>(())
/// ```
pub struct Teams {
    state: Arc<State>,
    abilities: Abilities,
    dialect: TeamsCards,
}

impl Teams {
    /// Sets one up by hand.
    pub fn builder() -> TeamsBuilder {
        TeamsBuilder::new()
    }

    /// Sets one up from the environment: see [`TeamsBuilder::from_env`].
    ///
    /// # Errors
    /// As [`TeamsBuilder::build`].
    pub fn from_env() -> Result<Self> {
        TeamsBuilder::from_env().build()
    }

    /// Looks for what keeps the adapter from working: each workflow, the way to this program, the clocks.
    ///
    /// ```no_run
    /// # async fn look(clock: std::sync::Arc<dyn chatgate_core::Clock>) -> chatgate_core::Result<()> {
    /// use chatgate_teams::Teams;
    /// let teams = Teams::from_env()?;
    /// for finding in teams.doctor().with_public_url("https://bot.example.com").examine(&clock).await? {
    ///     println!("{finding}");
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn doctor(&self) -> Doctor<'_> {
        Doctor::new(&self.state)
    }

    pub(crate) fn over(state: State) -> Self {
        let dialect = TeamsCards::new(&state.phrases);
        let abilities = Abilities::new(&state);
        Self { state: Arc::new(state), abilities, dialect }
    }

    async fn perform(&self, operation: Operation) -> Result<Receipt> {
        match operation {
            Operation::Post { place, audience: Audience::Everyone, part, via: None, .. } => {
                self.state.workflows.post(&place, &part).await
            }
            // A workflow keeps no keys, tells no ids, and reads nothing back.
            other => Err(Error::unsupported(other.name())),
        }
    }
}

#[async_trait]
impl Adapter for Teams {
    fn id(&self) -> &AdapterId {
        &self.state.id
    }

    fn capabilities(&self, place: &Place, _via: Option<&ReplyHandle>) -> Arc<Capabilities> {
        self.abilities.of(&self.state, place)
    }

    fn dialect(&self) -> &dyn Dialect {
        &self.dialect
    }

    fn endpoints(&self, inbox: &Inbox) -> Vec<Endpoint> {
        outgoing::endpoints(&self.state, inbox)
    }

    async fn run(&self, inbox: Inbox, shutdown: Shutdown) -> Result<()> {
        self.state.begin(&inbox)?;
        if self.state.outgoing.is_some() && self.state.tenants.is_empty() {
            tracing::info!(
                adapter = %self.state.id,
                "no TEAMS_TENANTS: whoever is of another tenant than the conversation's runs nothing",
            );
        }
        // Nothing is held open: requests come, and posts go, one by one.
        inbox.health(Health::Ready);
        loop {
            tokio::select! {
                biased;
                () = shutdown.asked() => return Ok(()),
                () = self.state.workflows.lost() => inbox.alarm(WORKFLOW_LOST),
            }
        }
    }

    async fn call(&self, operation: Operation) -> Result<Receipt> {
        let name = operation.name();
        self.perform(operation)
            .await
            .map_err(|error| error.with_operation(name).with_adapter(self.state.id.clone()))
    }
}

impl fmt::Debug for Teams {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Teams").field("id", &self.state.id).finish_non_exhaustive()
    }
}
