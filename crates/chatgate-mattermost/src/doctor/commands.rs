//! What the bot hears: whether it is anywhere, and whether each slash command leads here.

use chatgate_core::{Error, Finding, Specs};
use http::Method;
use serde::Deserialize;
use url::Url;

use crate::api::Api;
use crate::manifest::{Manifest, Registered, SlashCommand};
use crate::state::State;
use crate::triggers::{self, Team};
use crate::webhook::is_known;

const APPLY: &str = "run `manifest mattermost --apply`";

/// Looks at each team of the bot, by whoever can see its commands.
pub(super) async fn look(state: &State, specs: &Specs, see: &Api, findings: &mut Vec<Finding>) {
    let teams = match triggers::teams(&state.api).await {
        Ok(teams) => teams,
        Err(error) => return findings.push(unseen("its teams", &error)),
    };
    if teams.is_empty() {
        findings.push(Finding::error(
            "the bot is in no team: it hears nothing",
            "add it to a team, and to each channel that it should hear",
        ));
    }
    findings.extend(channels(state).await);
    let Some(url) = state.command_url() else { return };
    let manifest = Manifest::new(specs, &url);
    if state.slash_tokens.is_empty() && !manifest.commands.is_empty() {
        findings.push(Finding::warning(
            "MATTERMOST_SLASH_TOKENS is not set: every slash command is refused",
            format!("{APPLY}, and set it to what it prints"),
        ));
    }
    for team in &teams {
        match triggers::registered(see, team).await {
            Ok(known) => of_team(state, team, &manifest.commands, &known, &url, findings),
            Err(error) => {
                findings.push(unseen(&format!("the slash commands of {}", team.name), &error));
            }
        }
    }
}

/// Whether the bot is in any channel: it hears no other.
async fn channels(state: &State) -> Option<Finding> {
    #[derive(Deserialize)]
    struct Channel {
        /// `O` and `P`; direct messages and groups are `D` and `G`.
        #[serde(rename = "type", default)]
        kind: String,
    }
    match state.api.call::<Vec<Channel>>(Method::GET, "users/me/channels", None).await {
        Ok(channels) if channels.iter().any(|it| matches!(it.kind.as_str(), "O" | "P")) => None,
        Ok(_) => Some(Finding::warning(
            "the bot is in no channel: it hears direct messages and slash commands only",
            "add it to each channel that it should hear (`/invite @name`)",
        )),
        Err(error) => Some(unseen("its channels", &error)),
    }
}

fn of_team(
    state: &State,
    team: &Team,
    wanted: &[SlashCommand],
    known: &[Registered],
    url: &Url,
    findings: &mut Vec<Finding>,
) {
    let before = findings.len();
    let mut missing = Vec::new();
    for wanted in wanted {
        let trigger = wanted.trigger.as_str();
        match known.iter().find(|command| command.trigger == trigger) {
            None => missing.push(format!("/{trigger}")),
            Some(found) => findings.extend(of_command(state, team, trigger, found, url)),
        }
    }
    if !missing.is_empty() {
        let missing = missing.join(", ");
        let what = format!("{}: not registered as slash commands: {missing}", team.name);
        findings.push(Finding::warning(what, APPLY));
    }
    if findings.len() == before {
        let count = wanted.len();
        findings.push(Finding::ok(format!("{}: all {count} slash commands lead here", team.name)));
    }
}

/// What is wrong with a command that is registered.
fn of_command(
    state: &State,
    team: &Team,
    trigger: &str,
    found: &Registered,
    url: &Url,
) -> Option<Finding> {
    let team = &team.name;
    if !found.leads_to(url) {
        let next = match found.has_path_of(url) {
            true => format!("{APPLY} if the program has moved; else find out who changed it"),
            false => "find out whose it is: who made it reads what people type; delete it, or rename yours"
                .to_owned(),
        };
        // The rest of an address may be a credential.
        let to = Url::parse(&found.url).map(|url| url.origin().ascii_serialization());
        let to = to.unwrap_or_else(|_| "an address that is none".to_owned());
        return Some(Finding::error(format!("{team}: /{trigger} leads elsewhere: {to}"), next));
    }
    // Who may not manage a command is shown no token of it.
    let token = found.token();
    let is_told = !token.expose().is_empty();
    (is_told && !is_known(&state.slash_tokens, token.expose())).then(|| {
        Finding::error(
            format!("{team}: the token of /{trigger} is not among MATTERMOST_SLASH_TOKENS: it is refused"),
            format!("{APPLY}, and set MATTERMOST_SLASH_TOKENS to what it prints"),
        )
    })
}

fn unseen(what: &str, error: &Error) -> Finding {
    let next = match error.is_denied() {
        true => {
            "set MATTERMOST_ADMIN_TOKEN for this look, or let the bot manage slash commands in its teams"
        }
        false if error.is_unauthenticated() => "MATTERMOST_ADMIN_TOKEN is not taken: set a new one",
        false => "try again",
    };
    Finding::warning(format!("{what} cannot be seen ({error})"), next)
}
