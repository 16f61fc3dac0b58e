//! How the adapter is set up.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use chatgate_core::{AdapterId, Error, Phrases, Platform, Result};
use chatgate_http::{Secret, Transport};

use crate::Teams;
use crate::outgoing::{Outgoing, Signer, Tenants};
use crate::state::State;
use crate::workflows::{Address, Workflow, Workflows};

const WORKFLOW: &str = "TEAMS_WORKFLOW_";
const CHANNEL: &str = "_CHANNEL";
const OUTGOING_TOKEN: &str = "TEAMS_OUTGOING_TOKEN";
const TENANTS: &str = "TEAMS_TENANTS";
const PATH: &str = "/teams/outgoing";

/// Sets up a [`Teams`]. What is wrong is found by [`TeamsBuilder::build`], all at once.
///
/// ```
/// use chatgate_teams::TeamsBuilder;
/// let address = "https://prod-12.westeurope.logic.azure.com:443/workflows/0a1b/triggers/manual/paths/\
///     invoke?api-version=2016-06-01&sp=%2Ftriggers%2Fmanual%2Frun&sv=1.0&sig=0a1b";
/// let teams = TeamsBuilder::new()
///     .workflow("ops", address)
///     .workflow_channel("ops", "19:5f2c0a1b@thread.tacv2")
///     .outgoing_tokens("dGVhbXMtb3V0Z29pbmctd2ViaG9vay1kZW1vLWtleS0=")
///     .build()?;
/// # Ok::<(), chatgate_core::Error>(())
/// ```
#[derive(Clone)]
#[must_use]
pub struct TeamsBuilder {
    name: String,
    workflows: BTreeMap<String, Secret>,
    channels: BTreeMap<String, String>,
    hosts: Vec<String>,
    outgoing_tokens: Vec<Secret>,
    outgoing_path: String,
    tenants: Vec<String>,
    transport: Option<Arc<dyn Transport>>,
    phrases: Phrases,
}

impl Default for TeamsBuilder {
    fn default() -> Self {
        Self {
            name: Platform::teams().as_str().to_owned(),
            workflows: BTreeMap::new(),
            channels: BTreeMap::new(),
            hosts: Vec::new(),
            outgoing_tokens: Vec::new(),
            outgoing_path: PATH.to_owned(),
            tenants: Vec::new(),
            transport: None,
            phrases: Phrases::default(),
        }
    }
}

impl TeamsBuilder {
    /// With nothing set: a workflow or an outgoing webhook is still to be given.
    pub fn new() -> Self {
        Self::default()
    }

    /// With what the environment says: `TEAMS_WORKFLOW_<NAME>`, `TEAMS_WORKFLOW_<NAME>_CHANNEL`,
    /// `TEAMS_OUTGOING_TOKEN`, `TEAMS_TENANTS`.
    pub fn from_env() -> Self {
        let named = std::env::vars_os().filter_map(|(name, value)| {
            Some((name.into_string().ok()?, value.into_string().ok()?))
        });
        Self::from_variables(named)
    }

    fn from_variables(variables: impl IntoIterator<Item = (String, String)>) -> Self {
        let said = variables.into_iter().filter(|(_, value)| !value.trim().is_empty());
        said.fold(Self::new(), |builder, (name, value)| match name.strip_prefix(WORKFLOW) {
            Some(name) => match name.strip_suffix(CHANNEL) {
                Some(name) => builder.workflow_channel(name.to_ascii_lowercase(), value),
                None => builder.workflow(name.to_ascii_lowercase(), value),
            },
            None if name == OUTGOING_TOKEN => builder.outgoing_tokens(value),
            None if name == TENANTS => builder.tenants(value),
            None => builder,
        })
    }

    /// Names the adapter; `teams` when nothing is said.
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = name.into();
        self
    }

    /// A workflow, by the address of its trigger. Its place is `teams:workflow:<name>`.
    pub fn workflow(mut self, name: impl Into<String>, address: impl AsRef<str>) -> Self {
        self.workflows.insert(name.into(), Secret::new(address.as_ref().trim()));
        self
    }

    /// The channel that a workflow posts to, as `19:…@thread.tacv2`: what is said there goes by it, and
    /// so does what follows an answer that could not wait.
    pub fn workflow_channel(mut self, name: impl Into<String>, channel: impl AsRef<str>) -> Self {
        let channel = channel.as_ref().trim();
        // As it is copied from a link to a message.
        let channel = channel.split_once(';').map_or(channel, |(channel, _)| channel);
        self.channels.insert(name.into(), channel.to_owned());
        self
    }

    /// A host at which workflows are called besides Power Automate's public ones, with what is below it:
    /// another cloud, a gateway of one's own.
    pub fn workflow_host(mut self, host: impl AsRef<str>) -> Self {
        self.hosts.push(host.as_ref().trim().trim_start_matches('.').to_ascii_lowercase());
        self
    }

    /// The security tokens of outgoing webhooks, with commas between: each team has its own, and while
    /// one is replaced both are good.
    pub fn outgoing_tokens(mut self, tokens: impl AsRef<str>) -> Self {
        let tokens = tokens.as_ref().split(',').map(str::trim);
        self.outgoing_tokens = tokens.filter(|text| !text.is_empty()).map(Secret::new).collect();
        self
    }

    /// The path at which outgoing webhooks call; `/teams/outgoing` when nothing is said.
    pub fn outgoing_path(mut self, path: impl Into<String>) -> Self {
        self.outgoing_path = path.into();
        self
    }

    /// The tenants whose people may do what policy allows, by their ids and with commas between. When
    /// nothing is said, those of the conversation's own tenant.
    pub fn tenants(mut self, tenants: impl AsRef<str>) -> Self {
        let tenants = tenants.as_ref().split(',').map(str::trim);
        self.tenants = tenants.filter(|text| !text.is_empty()).map(str::to_owned).collect();
        self
    }

    /// Carries requests by another transport than the usual one.
    pub fn transport(mut self, transport: Arc<dyn Transport>) -> Self {
        self.transport = Some(transport);
        self
    }

    /// Replaces what chatgate itself says.
    pub fn phrases(mut self, phrases: Phrases) -> Self {
        self.phrases = phrases;
        self
    }

    /// The adapter.
    ///
    /// # Errors
    /// `configuration` with everything that is missing or wrong, each with the next step.
    pub fn build(self) -> Result<Teams> {
        let mut mistakes = Vec::new();
        let id = AdapterId::parse(&self.name);
        if let Err(error) = &id {
            mistakes.push(error.to_string());
        }
        if self.workflows.is_empty() && self.outgoing_tokens.is_empty() {
            mistakes.push(format!(
                "neither {WORKFLOW}<NAME> nor {OUTGOING_TOKEN} is set: make a workflow to post by, an \
                 outgoing webhook to be called by, or both"
            ));
        }
        let workflows = self.checked_workflows(&mut mistakes);
        let outgoing = self.checked_outgoing(&mut mistakes);
        let is_id = |tenant: &str| tenant.bytes().all(|c| c.is_ascii_hexdigit() || c == b'-');
        if !self.tenants.iter().all(|tenant| is_id(tenant)) {
            mistakes.push(format!(
                "{TENANTS} has what is no tenant's id: copy them from Entra's overview"
            ));
        }
        let (Ok(id), true) = (id, mistakes.is_empty()) else {
            return Err(Error::configuration(format!("Teams: {}", mistakes.join("; "))));
        };
        for workflow in workflows.iter().filter(|it| it.address.is_plain()) {
            let name = &workflow.name;
            tracing::warn!(adapter = %id, name, "a workflow by plain http: what is sent can be read");
        }
        Ok(Teams::over(State {
            id,
            workflows: Workflows::new(workflows, self.transport),
            outgoing,
            tenants: Tenants::new(self.tenants.iter().map(String::as_str)),
            phrases: self.phrases,
        }))
    }

    fn checked_workflows(&self, mistakes: &mut Vec<String>) -> Vec<Workflow> {
        let is_name = |name: &str| {
            !name.is_empty()
                && name
                    .bytes()
                    .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || b"_-".contains(&c))
        };
        let mut workflows: Vec<Workflow> = Vec::new();
        for (name, address) in &self.workflows {
            let variable = format!("{WORKFLOW}{}", name.to_ascii_uppercase());
            if !is_name(name) {
                mistakes.push(format!("the workflow {name:?} has a name other than [a-z0-9_-]+"));
                continue;
            }
            match Address::read(address.expose(), &self.hosts) {
                Ok(address) => {
                    let channel = self.channels.get(name).cloned();
                    workflows.push(Workflow::new(name.clone(), address, channel));
                }
                Err(why) => mistakes.push(format!("{variable} cannot be used: {why}")),
            }
        }
        let mut taken: BTreeMap<&str, &str> = BTreeMap::new();
        for (name, channel) in &self.channels {
            let variable = format!("{WORKFLOW}{}{CHANNEL}", name.to_ascii_uppercase());
            if !self.workflows.contains_key(name) {
                mistakes.push(format!("{variable} is set, and there is no workflow of that name"));
            }
            if !channel.starts_with("19:") || !channel.contains("@thread.") {
                mistakes.push(format!("{variable} is not the id of a channel, 19:…@thread.tacv2"));
            }
            if let Some(other) = taken.insert(channel, name) {
                mistakes.push(format!("the workflows {other} and {name} are of the same channel"));
            }
        }
        workflows
    }

    fn checked_outgoing(&self, mistakes: &mut Vec<String>) -> Option<Outgoing> {
        if self.outgoing_tokens.is_empty() {
            return None;
        }
        let path = &self.outgoing_path;
        if !path.starts_with('/') || path.contains(|c: char| c.is_whitespace() || "?#".contains(c))
        {
            mistakes.push("outgoing_path must begin with / and have no query".to_owned());
        }
        match Signer::new(self.outgoing_tokens.iter().map(Secret::expose)) {
            Ok(signer) => Some(Outgoing { signer, path: path.clone() }),
            Err(why) => {
                mistakes.push(format!("{OUTGOING_TOKEN} {why}"));
                None
            }
        }
    }
}

impl fmt::Debug for TeamsBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TeamsBuilder")
            .field("name", &self.name)
            .field("workflows", &self.workflows)
            .field("channels", &self.channels)
            .field("hosts", &self.hosts)
            .field("outgoing_tokens", &self.outgoing_tokens)
            .field("outgoing_path", &self.outgoing_path)
            .field("tenants", &self.tenants)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
#[path = "config/tests.rs"]
mod tests;
