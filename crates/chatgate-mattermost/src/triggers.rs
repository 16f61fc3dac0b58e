//! The slash commands that are registered at the server: whether each still leads here, and how they are
//! made to.

use std::collections::BTreeSet;
use std::time::Duration;

use bytes::Bytes;
use chatgate_core::{ClockExt as _, Error, Inbox, ReasonCode, Result, Specs};
use http::Method;
use serde::{Deserialize, Serialize};
use url::Url;

use crate::api::{self, Api};
use crate::manifest::{Applied, Manifest, Outcome, Registered, SlashCommand};
use crate::state::State;

/// How often to look whether each command still leads here: whoever may make commands can take one over
/// (CVE-2026-28732), and read what people type.
const LOOK_EVERY: Duration = Duration::from_secs(60 * 60);

/// A team.
#[derive(Deserialize)]
pub(crate) struct Team {
    pub(crate) id: String,
    #[serde(default)]
    pub(crate) name: String,
}

/// Looks at the start and every hour, without end.
pub(crate) async fn watch(state: &State, inbox: &Inbox) {
    let Some(url) = state.command_url().filter(|_| !state.slash_tokens.is_empty()) else {
        return std::future::pending().await;
    };
    let mut told = false;
    loop {
        match look(state, inbox, &url).await {
            Ok(()) => told = false,
            Err(error) if told => tracing::debug!(adapter = %state.id, %error, "commands not seen"),
            Err(error) => {
                told = true;
                tracing::warn!(
                    adapter = %state.id, %error,
                    "nobody looks whether the slash commands still lead here: let the bot manage slash \
                     commands in its teams"
                );
            }
        }
        inbox.clock().sleep(LOOK_EVERY).await;
    }
}

async fn look(state: &State, inbox: &Inbox, url: &Url) -> Result<()> {
    let manifest = Manifest::new(&inbox.specs(), url);
    let ours: BTreeSet<&str> =
        manifest.commands.iter().map(|command| command.trigger.as_str()).collect();
    for team in teams(&state.api).await? {
        for command in registered(&state.api, &team).await? {
            if ours.contains(command.trigger.as_str()) && !command.leads_to(url) {
                let (team, trigger) = (team.name.as_str(), command.trigger.as_str());
                tracing::error!(adapter = %state.id, team, trigger, "the command leads elsewhere");
                inbox.alarm(ReasonCode::TriggerHijacked.as_str());
            }
        }
    }
    Ok(())
}

/// Registers the commands of a program at each team of the token's owner.
pub(crate) async fn apply(state: &State, specs: &Specs) -> Result<Vec<Applied>> {
    let url = state.command_url().ok_or_else(|| {
        Error::configuration("CHATGATE_PUBLIC_URL is not set: Mattermost has to reach this program")
    })?;
    let manifest = Manifest::new(specs, &url);
    let mut applied = Vec::new();
    for team in teams(&state.api).await? {
        let known = registered(&state.api, &team).await?;
        for wanted in &manifest.commands {
            let found = known.iter().find(|command| command.trigger == wanted.trigger);
            let outcome = settle(state, &team, wanted, found, &url).await?;
            let (team, trigger) = (team.name.clone(), wanted.trigger.clone());
            applied.push(Applied { team, trigger, outcome });
        }
    }
    Ok(applied)
}

/// A command with what the server wants to know besides.
#[derive(Serialize)]
struct Body<'a> {
    team_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<&'a str>,
    #[serde(flatten)]
    command: &'a SlashCommand,
}

async fn settle(
    state: &State,
    team: &Team,
    wanted: &SlashCommand,
    found: Option<&Registered>,
    url: &Url,
) -> Result<Outcome> {
    let body = |id| -> Result<Bytes> {
        let body = Body { team_id: &team.id, id, command: wanted };
        Ok(serde_json::to_vec(&body)?.into())
    };
    let Some(found) = found else {
        let made: Registered = state.api.call(Method::POST, "commands", Some(body(None)?)).await?;
        return Ok(Outcome::Created(made.token()));
    };
    if found.leads_to(url) && found.says(wanted) {
        return Ok(Outcome::Unchanged(found.token()));
    }
    if !found.has_path_of(url) {
        return Ok(Outcome::Taken);
    }
    let route = format!("commands/{}", api::id(&found.id)?);
    let changed: Registered =
        state.api.call(Method::PUT, &route, Some(body(Some(&found.id))?)).await?;
    Ok(Outcome::Updated(changed.token()))
}

/// The teams of the token's owner.
pub(crate) async fn teams(api: &Api) -> Result<Vec<Team>> {
    let teams = api.call(Method::GET, "users/me/teams", None).await;
    teams.map_err(|error| error.with_operation("users/me/teams"))
}

/// The commands that a team has.
pub(crate) async fn registered(api: &Api, team: &Team) -> Result<Vec<Registered>> {
    let route = format!("commands?team_id={}&custom_only=true", api::id(&team.id)?);
    let commands = api.call(Method::GET, &route, None).await;
    commands.map_err(|error| error.with_operation("commands"))
}
