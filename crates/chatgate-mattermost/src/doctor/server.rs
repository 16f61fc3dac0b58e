//! The token, the clocks, the version, the settings.

use std::sync::Arc;
use std::time::Duration;

use chatgate_core::{Clock, Error, Finding, Timestamp};
use http::Method;
use serde::Deserialize;
use url::Url;

use crate::state::{State, version_of};

/// The oldest version that is supported.
const OLDEST: (u32, u32) = (10, 0);
/// Ours: a command counts as late after 120 s, and a seal ends by this clock.
const TOLERATED: Duration = Duration::from_secs(30);

/// Whose token it is.
#[derive(Deserialize)]
struct Owner {
    username: String,
    #[serde(default)]
    is_bot: bool,
    #[serde(default)]
    roles: String,
}

/// What the server tells every client of its configuration (mattermost.md §3.5): all of it as text.
#[derive(Deserialize)]
struct ClientConfig {
    #[serde(rename = "Version", default)]
    version: String,
    #[serde(rename = "SiteURL", default)]
    site_url: String,
    #[serde(rename = "EnableCommands", default)]
    enable_commands: String,
}

/// The part of the whole configuration that we look at.
#[derive(Deserialize)]
pub(super) struct Settings {
    #[serde(rename = "ServiceSettings", default)]
    pub(super) service: ServiceSettings,
}

#[derive(Default, Deserialize)]
pub(super) struct ServiceSettings {
    /// Host names, addresses and networks, with blanks or commas between.
    #[serde(rename = "AllowedUntrustedInternalConnections", default)]
    pub(super) allowed_internal: String,
}

/// Whether the server answers and takes the token: without that nothing else is seen of it.
pub(super) async fn look(
    state: &State,
    clock: &Arc<dyn Clock>,
    findings: &mut Vec<Finding>,
) -> bool {
    let asked = clock.now();
    let answer = match state.api.answer(Method::GET, "users/me", None).await {
        Ok(answer) => answer,
        Err(error) => {
            findings.push(refused(&error));
            return false;
        }
    };
    let Ok(owner) = serde_json::from_slice::<Owner>(&answer.body) else {
        findings.push(Finding::error(
            "what answers at MATTERMOST_URL is no Mattermost",
            "set MATTERMOST_URL to the server's SiteURL, with its sub-path if it has one",
        ));
        return false;
    };
    findings.push(owner_of(&owner));
    findings.push(match answer.date() {
        Some(server) => clocks(asked, clock.now(), server),
        None => Finding::warning(
            "the server does not tell its time",
            "look whether the clock of this machine is right: a proxy keeps the server's from us",
        ),
    });
    let config =
        state.api.call::<ClientConfig>(Method::GET, "config/client?format=old", None).await;
    match config {
        Ok(config) => {
            findings.push(version(&config.version));
            findings.extend(site_url(state, &config.site_url));
            if config.enable_commands == "false" {
                findings.push(Finding::error(
                    "custom slash commands are off at the server",
                    "System Console, Integrations, Integration Management: Enable Custom Slash Commands",
                ));
            }
        }
        Err(error) => findings.push(Finding::warning(
            format!("the server's version and settings cannot be seen ({error})"),
            "try again; a proxy may keep /api/v4/config/client from us",
        )),
    }
    true
}

fn refused(error: &Error) -> Finding {
    if error.is_unauthenticated() {
        return Finding::error(
            "the server does not take MATTERMOST_TOKEN",
            "create a new token of the bot under Integrations, Bot Accounts, and set it",
        );
    }
    let next = match error.is_not_found() {
        true => "set MATTERMOST_URL to the server's SiteURL, with its sub-path if it has one",
        false => "look whether MATTERMOST_URL is right, and whether it can be reached from here",
    };
    Finding::error(format!("the server cannot be asked ({error})"), next)
}

fn owner_of(owner: &Owner) -> Finding {
    let name = &owner.username;
    if owner.roles.split(' ').any(|role| role == "system_admin") {
        return Finding::warning(
            format!("MATTERMOST_TOKEN is that of an administrator, {name}"),
            "make a bot account with the role Member: who reads this token can do everything",
        );
    }
    if !owner.is_bot {
        return Finding::warning(
            format!("MATTERMOST_TOKEN is that of a person, {name}"),
            "make a bot account: what a person says by a program cannot be told from what they say",
        );
    }
    Finding::ok(format!("the server takes MATTERMOST_TOKEN, that of the bot {name}"))
}

/// The server's time is cut to the second: it is any time within that.
fn clocks(asked: Timestamp, answered: Timestamp, server: Timestamp) -> Finding {
    let (ahead, behind) = (server.since(answered), asked.since(server + Duration::from_secs(1)));
    let (by, how) = if ahead > behind { (ahead, "behind") } else { (behind, "ahead of") };
    match by > TOLERATED {
        true => Finding::error(
            format!("the clock of this machine is {} s {how} the server's", by.as_secs()),
            "set both by a time server (NTP): commands count as late, and buttons end too early or too late",
        ),
        false => Finding::ok("the clocks agree"),
    }
}

fn version(said: &str) -> Finding {
    match version_of(said) {
        Some(version) if version < OLDEST => Finding::error(
            format!("the server is of version {}.{}", version.0, version.1),
            format!(
                "update it to {}.{} or later: older ones are not supported",
                OLDEST.0, OLDEST.1
            ),
        ),
        Some((major, minor)) => Finding::ok(format!("the server is of version {major}.{minor}")),
        None => Finding::warning(
            "the server does not tell its version",
            format!("look whether it is {}.{} or later", OLDEST.0, OLDEST.1),
        ),
    }
}

/// Slash commands carry a way back, which is below the server's own address: it is taken only where
/// that is the address that we know.
fn site_url(state: &State, said: &str) -> Option<Finding> {
    let next =
        "System Console, Environment, Web Server: set Site URL to the address of MATTERMOST_URL";
    if said.trim().is_empty() {
        return Some(Finding::error(
            "the server has no Site URL: slash commands do not work",
            next,
        ));
    }
    let own = state.api.base.url();
    let is_same = |url: &Url| {
        let below = |url: &Url| url.path().trim_end_matches('/').to_owned();
        url.origin() == own.origin() && below(url) == below(own)
    };
    match Url::parse(said).is_ok_and(|url| is_same(&url)) {
        true => None,
        false => Some(Finding::warning(
            "the server's Site URL is not MATTERMOST_URL: the way back that a slash command carries is not \
             trusted, and what it says late to one person comes as a direct message",
            next,
        )),
    }
}

#[cfg(test)]
mod tests {
    use chatgate_core::FindingLevel;

    use super::*;

    #[test]
    fn a_difference_is_told_only_where_no_rounding_and_no_slow_answer_explains_it() {
        let at = Timestamp::from_millis;
        let level = |asked, answered, server| clocks(at(asked), at(answered), at(server)).level();
        assert_eq!(level(100_999, 101_100, 100_000), FindingLevel::Ok);
        // An answer that took a minute says nothing of the minute.
        assert_eq!(level(100_000, 160_000, 159_000), FindingLevel::Ok);
        assert_eq!(level(100_000, 100_000, 130_000), FindingLevel::Ok);
        assert_eq!(level(100_000, 100_000, 131_000), FindingLevel::Error);
        assert_eq!(level(131_000, 131_000, 100_000), FindingLevel::Ok);
        assert_eq!(level(131_001, 131_001, 100_000), FindingLevel::Error);
        let told = clocks(at(100_000), at(100_000), at(200_000)).to_string();
        assert!(told.contains("100 s behind"), "{told}");
    }

    #[test]
    fn versions_older_than_ten_are_too_old() {
        for (said, level) in [
            ("9.11.3", FindingLevel::Error),
            ("5.37.0", FindingLevel::Error),
            ("10.0.0", FindingLevel::Ok),
            ("11.10.0", FindingLevel::Ok),
            ("", FindingLevel::Warning),
            ("dev", FindingLevel::Warning),
        ] {
            assert_eq!(version(said).level(), level, "{said}");
        }
    }

    #[test]
    fn a_person_or_an_administrator_is_no_bot() {
        let level = |is_bot, roles: &str| {
            owner_of(&Owner { username: "b".into(), is_bot, roles: roles.into() }).level()
        };
        assert_eq!(level(true, "system_user"), FindingLevel::Ok);
        assert_eq!(level(false, "system_user"), FindingLevel::Warning);
        assert_eq!(level(true, "system_user system_admin"), FindingLevel::Warning);
    }
}
