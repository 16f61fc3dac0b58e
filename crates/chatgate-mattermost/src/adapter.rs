//! Mattermost as an adapter.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use chatgate_core::{
    Adapter, AdapterId, Capabilities, Clock, Dialect, Endpoint, Inbox, Operation, Place, Receipt,
    ReplyHandle, Result, Shutdown, Specs,
};
use chatgate_render::mattermost::MattermostPosts;

use crate::abilities::{Abilities, Way};
use crate::state::State;
use crate::{Applied, Doctor, Manifest, MattermostBuilder, outbound, socket, triggers, webhook};

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
    dialects: Dialects,
    abilities: Abilities,
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

    /// Looks for what keeps the adapter from working.
    ///
    /// ```no_run
    /// # async fn look(specs: &chatgate_core::Specs, clock: std::sync::Arc<dyn chatgate_core::Clock>)
    /// # -> chatgate_core::Result<()> {
    /// use chatgate_mattermost::Mattermost;
    /// let mattermost = Mattermost::from_env()?;
    /// for finding in mattermost.doctor(specs).examine(&clock).await? {
    ///     println!("{finding}");
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn doctor<'a>(&'a self, specs: &'a Specs) -> Doctor<'a> {
        Doctor::new(&self.state, specs)
    }

    pub(crate) fn over(state: State) -> Self {
        let dialects = Dialects::new(&state);
        let abilities = Abilities::new(state.action_url().is_some(), state.post_chars());
        Self { state: Arc::new(state), dialects, abilities }
    }
}

/// What differs by the server's version is in dialogs alone. Of an unknown one the least is expected.
struct Dialects {
    oldest: MattermostPosts,
    eleven: MattermostPosts,
    newest: MattermostPosts,
}

impl Dialects {
    fn new(state: &State) -> Self {
        let oldest = MattermostPosts::new().with_phrases(&state.phrases);
        let asking = match state.dialog_url() {
            Some(url) => oldest.clone().with_lookups(&url),
            None => oldest.clone(),
        };
        Self { oldest, eleven: asking.clone().for_server(11, 0), newest: asking.for_server(11, 1) }
    }

    fn of(&self, version: Option<(u32, u32)>) -> &MattermostPosts {
        match version {
            Some(version) if version >= (11, 1) => &self.newest,
            Some(version) if version >= (11, 0) => &self.eleven,
            _ => &self.oldest,
        }
    }
}

#[async_trait]
impl Adapter for Mattermost {
    fn id(&self) -> &AdapterId {
        &self.state.id
    }

    fn capabilities(&self, place: &Place, via: Option<&ReplyHandle>) -> Arc<Capabilities> {
        let way = match via {
            Some(_) => Way::Answer,
            None if place.thread.is_some() => Way::Reply,
            None => Way::Post,
        };
        self.abilities.of(way, self.state.post_chars())
    }

    fn dialect(&self) -> &dyn Dialect {
        self.dialects.of(self.state.version())
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

#[cfg(test)]
mod tests {
    use chatgate_core::{FieldKind, Form, FormField, Surface, Target};

    use super::*;

    #[test]
    fn a_dialog_has_what_the_server_knows() {
        let builder = Mattermost::builder().url("https://chat.test").token("t");
        let mattermost = builder.public_url("https://bot.test").build().unwrap();
        let form = Form::new("plan", "Plan")
            .field(FormField::new("day", "Day", FieldKind::Date))
            .field(FormField::new("version", "Version", FieldKind::Listed));
        let target = Target::new(Surface::Form, Arc::new(Capabilities::all()));
        let kinds = || {
            let fitted = mattermost.dialect().form(&form, &target).unwrap();
            let dialog: serde_json::Value = fitted.parts[0].read().unwrap();
            let kind =
                |index: usize| dialog["elements"][index]["type"].as_str().unwrap().to_owned();
            (kind(0), kind(1))
        };
        for (version, wanted) in [
            ("", ("text", "text")),
            ("5.37.0", ("text", "text")),
            ("11.0.2", ("text", "select")),
            ("11.6.0", ("date", "select")),
        ] {
            mattermost.state.set_version(version);
            let (day, listed) = kinds();
            assert_eq!((day.as_str(), listed.as_str()), wanted, "{version}");
        }
    }
}
