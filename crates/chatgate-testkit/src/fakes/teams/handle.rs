//! A fake Teams inside a Rust test.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use serde::Serialize;
use serde_json::{Value, json};

use super::{Call, Teams, TeamsConfig, workflow, world};
use crate::fakes::server;

/// The ids of what a fake Teams starts with.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct TeamsIds {
    /// The tenant.
    pub tenant: String,
    /// Another tenant, of `federated`.
    pub foreign_tenant: String,
    /// The team.
    pub team: String,
    /// Channels by name: `ops`, `random`, and `shared` with another organisation.
    pub channels: BTreeMap<String, String>,
    /// People by name: `alice`, `bob`, `carol`, `guest`, `federated` (of another tenant), `anonymous`,
    /// and `otherbot`. The ids are the directory's.
    pub people: BTreeMap<String, String>,
}

/// A Teams on the loopback interface, until it is dropped. People and channels go by name.
///
/// ```
/// use chatgate_testkit::fakes::{FakeTeams, TeamsConfig};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> std::io::Result<()> {
/// let teams = FakeTeams::start(TeamsConfig::new()).await?;
/// // What `TEAMS_WORKFLOW_OPS` and `TEAMS_OUTGOING_TOKEN` are set to:
/// assert!(teams.workflow_url("ops").starts_with("http://127.0.0.1:"));
/// assert!(!teams.token().is_empty());
/// # Ok(())
/// # }
/// ```
pub struct FakeTeams {
    teams: Arc<Teams>,
}

impl FakeTeams {
    /// Starts one.
    ///
    /// # Errors
    ///
    /// When the port is taken.
    pub async fn start(config: TeamsConfig) -> std::io::Result<Self> {
        let (listener, address) = server::listen(config.port).await?;
        let teams = Teams::new(config, format!("http://{address}"));
        teams.tasks.start(server::serve(Arc::clone(&teams), listener));
        Ok(Self { teams })
    }

    /// `http://127.0.0.1:<port>`.
    #[must_use]
    pub fn base_url(&self) -> &str {
        &self.teams.base_url
    }

    /// Where the control API is, with a slash at its end.
    #[must_use]
    pub fn control_url(&self) -> String {
        format!("{}/_control/", self.teams.base_url)
    }

    /// The address of a workflow: `ops` posts to the channel `ops`, `alerts` to `random`. Empty for one
    /// that there is not.
    #[must_use]
    pub fn workflow_url(&self, name: &str) -> String {
        let world = self.teams.world();
        let found = world.workflows.get(name);
        found.map_or_else(String::new, |it| {
            format!("{}{}", self.teams.base_url, workflow::address(&it.id, &it.signature))
        })
    }

    /// The security token of the outgoing webhook `opsbot`.
    #[must_use]
    pub fn token(&self) -> &str {
        &self.teams.token
    }

    /// The ids of what there is from the start.
    #[must_use]
    pub fn ids(&self) -> TeamsIds {
        TeamsIds {
            tenant: world::TENANT.to_owned(),
            foreign_tenant: world::FOREIGN.to_owned(),
            team: world::TEAM.to_owned(),
            channels: world::channels(),
            people: world::people(),
        }
    }

    /// The line that a program prints when it is ready.
    #[must_use]
    pub fn ready_line(&self) -> String {
        let urls: BTreeMap<_, _> =
            ["ops", "alerts"].into_iter().map(|name| (name, self.workflow_url(name))).collect();
        json!({
            "base_url": self.base_url(), "control_url": self.control_url(),
            "tokens": {"outgoing": self.token()}, "workflows": urls, "ids": self.ids(),
        })
        .to_string()
    }

    /// The outgoing webhook calls there from now on: plain http, on this machine.
    pub fn listen(&self, url: impl Into<String>) {
        self.teams.world().listen_url = Some(url.into());
    }

    /// Does what a verb of the control API says.
    ///
    /// # Errors
    ///
    /// What was wrong with the verb or its body.
    pub async fn control(&self, verb: &str, body: Value) -> Result<Value, String> {
        self.teams.verb(verb, &body).await
    }

    /// Somebody writes `@opsbot …` in a channel: the webhook is called, and this is what came of it.
    ///
    /// # Errors
    ///
    /// When there is no such person or channel, or nobody is called.
    pub async fn say(&self, user: &str, channel: &str, text: &str) -> Result<Call, String> {
        self.call("say", json!({"user": user, "channel": channel, "text": text})).await
    }

    /// The call of a message again, as it was.
    ///
    /// # Errors
    ///
    /// When there was none.
    pub async fn repeat(&self, id: &str) -> Result<Call, String> {
        self.call("repeat", json!({"id": id})).await
    }

    /// A verb that makes a call.
    ///
    /// # Errors
    ///
    /// What was wrong with it, or that nobody is called.
    pub async fn call(&self, verb: &str, body: Value) -> Result<Call, String> {
        let done = self.control(verb, body).await?;
        serde_json::from_value(done["call"].clone()).map_err(|_| "nobody is called".to_owned())
    }

    /// What was written in a channel, oldest first. `from` is a person, `opsbot` for an answer of the
    /// outgoing webhook, `workflow`, or `teams` for what the person is told when there was no answer.
    #[must_use]
    pub fn messages(&self, channel: &str) -> Vec<Value> {
        self.teams.messages(channel)
    }

    /// The runs of workflows, oldest first.
    #[must_use]
    pub fn runs(&self) -> Vec<Value> {
        self.teams.runs.read()
    }

    /// The requests that came to workflows, oldest first.
    #[must_use]
    pub fn requests(&self) -> Vec<Value> {
        self.teams.requests.read()
    }

    /// Waits until there is what `look` finds.
    pub async fn until<T>(&self, look: impl Fn(&Self) -> Option<T>) -> T {
        let mut changes = self.teams.changes.subscribe();
        loop {
            changes.borrow_and_update();
            if let Some(found) = look(self) {
                return found;
            }
            // The sender lives as long as this.
            let _ = changes.changed().await;
        }
    }
}

impl Drop for FakeTeams {
    fn drop(&mut self) {
        self.teams.tasks.stop();
    }
}

impl fmt::Debug for FakeTeams {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FakeTeams").field("base_url", &self.base_url()).finish_non_exhaustive()
    }
}
