//! How the adapter is set up.

use std::fmt;
use std::sync::Arc;

use chatgate_core::{AdapterId, Error, Phrases, Platform, Result};
use chatgate_http::{BaseUrl, Secret, Transport};

use crate::Slack;
use crate::api::Api;
use crate::inbound::Admitted;
use crate::signature::Signer;
use crate::state::State;

const SIGNING_SECRET: &str = "SLACK_SIGNING_SECRET";
const BOT_TOKEN: &str = "SLACK_BOT_TOKEN";
const API_URL: &str = "SLACK_API_URL";
const DEFAULT_API_URL: &str = "https://slack.com/api/";
const DEFAULT_EVENTS_PATH: &str = "/slack/events";

/// Sets up a [`Slack`]. What is wrong is found by [`SlackBuilder::build`], all at once.
///
/// ```
/// use chatgate_slack::SlackBuilder;
/// let slack = SlackBuilder::new()
///     .signing_secret("8f742231b10e8888abcd99yyyzzz85a5")
///     .bot_token("xoxb-1-2-example")
///     .name("slack-eu")
///     .build()?;
/// # Ok::<(), chatgate_core::Error>(())
/// ```
#[derive(Clone)]
#[must_use]
pub struct SlackBuilder {
    name: String,
    signing_secrets: Vec<Secret>,
    bot_token: Option<Secret>,
    api_url: String,
    plain_http: bool,
    events_path: String,
    transport: Option<Arc<dyn Transport>>,
    admitted: Admitted,
    phrases: Phrases,
}

impl Default for SlackBuilder {
    fn default() -> Self {
        Self {
            name: Platform::slack().as_str().to_owned(),
            signing_secrets: Vec::new(),
            bot_token: None,
            api_url: DEFAULT_API_URL.to_owned(),
            plain_http: false,
            events_path: DEFAULT_EVENTS_PATH.to_owned(),
            transport: None,
            admitted: Admitted::default(),
            phrases: Phrases::default(),
        }
    }
}

impl SlackBuilder {
    /// With nothing set: the signing secret and the bot token are still to be given.
    pub fn new() -> Self {
        Self::default()
    }

    /// With what the environment says: `SLACK_SIGNING_SECRET` (two with a comma between while it is
    /// rotated), `SLACK_BOT_TOKEN`, `SLACK_API_URL`.
    pub fn from_env() -> Self {
        Self::from_variables(|name| std::env::var(name).ok())
    }

    fn from_variables(variable: impl Fn(&str) -> Option<String>) -> Self {
        let mut builder = Self::new();
        if let Some(secrets) = variable(SIGNING_SECRET) {
            builder = builder.signing_secret(secrets);
        }
        if let Some(token) = variable(BOT_TOKEN) {
            builder = builder.bot_token(token);
        }
        match variable(API_URL).filter(|url| !url.trim().is_empty()) {
            Some(url) => builder.api_url(url),
            None => builder,
        }
    }

    /// Names the adapter; `slack` when nothing is said.
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = name.into();
        self
    }

    /// The app's signing secret, or two with a comma between: the new one and the old one.
    pub fn signing_secret(mut self, secrets: impl AsRef<str>) -> Self {
        let secrets = secrets.as_ref().split(',').map(str::trim);
        self.signing_secrets = secrets.filter(|text| !text.is_empty()).map(Secret::new).collect();
        self
    }

    /// The token of the bot: `xoxb-…`.
    pub fn bot_token(mut self, token: impl AsRef<str>) -> Self {
        let token = token.as_ref().trim();
        self.bot_token = (!token.is_empty()).then(|| Secret::new(token));
        self
    }

    /// Where Slack's Web API is; `https://slack.com/api/` when nothing is said.
    pub fn api_url(mut self, url: impl Into<String>) -> Self {
        self.api_url = url.into();
        self
    }

    /// Takes an API address with plain `http` on another machine: everyone on the way can read what
    /// is sent there, the bot's token too.
    pub fn allow_plain_http(mut self) -> Self {
        self.plain_http = true;
        self
    }

    /// The path of the endpoint; `/slack/events` when nothing is said.
    pub fn events_path(mut self, path: impl Into<String>) -> Self {
        self.events_path = path.into();
        self
    }

    /// Carries requests by another transport than the usual one.
    pub fn transport(mut self, transport: Arc<dyn Transport>) -> Self {
        self.transport = Some(transport);
        self
    }

    /// Admits the people of a workspace, whatever their standing: those of a partner (by the partner's
    /// workspace), the guests of the own one (by the own). Policy is asked all the same.
    pub fn admit_workspace(mut self, workspace: impl Into<String>) -> Self {
        self.admitted.workspaces.insert(workspace.into());
        self
    }

    /// Admits the own members in a channel that is shared with another organisation. What is said
    /// there is read by that organisation too.
    pub fn admit_shared_channel(mut self, channel: impl Into<String>) -> Self {
        self.admitted.channels.insert(channel.into());
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
    pub fn build(self) -> Result<Slack> {
        let mut mistakes = Vec::new();
        let id = AdapterId::parse(&self.name);
        if let Err(error) = &id {
            mistakes.push(error.to_string());
        }
        self.check_credentials(&mut mistakes);
        let base = if self.plain_http {
            BaseUrl::parse_allowing_plain_http(&self.api_url)
        } else {
            BaseUrl::parse(&self.api_url)
        };
        if let Err(error) = &base {
            let why = error.context().join(": ");
            mistakes.push(format!(
                "{API_URL} cannot be used ({why}): leave it out, or set it to an https address"
            ));
        }
        let is_path = self.events_path.starts_with('/')
            && !self.events_path.contains(|c: char| c.is_whitespace() || matches!(c, '?' | '#'));
        if !is_path {
            mistakes.push("the events path must begin with / and have no query".into());
        }
        let (Ok(id), Ok(base), Some(token), true) = (id, base, self.bot_token, mistakes.is_empty())
        else {
            return Err(Error::configuration(format!("Slack: {}", mistakes.join("; "))));
        };
        if base.is_plain() {
            tracing::warn!(adapter = %id, "{API_URL} is plain http: what is sent there can be read");
        }
        let signer = Signer::new(self.signing_secrets.iter().map(Secret::expose));
        let api = Api::new(base, token, self.transport);
        Ok(Slack::over(State::new(id, signer, api, self.admitted, self.phrases, self.events_path)))
    }

    /// Only what is certainly wrong: Slack makes new kinds of tokens (slack.md §1.2).
    fn check_credentials(&self, mistakes: &mut Vec<String>) {
        match self.signing_secrets.len() {
            0 => mistakes.push(format!(
                "{SIGNING_SECRET} is not set: copy it from the app's page, Basic Information, App \
                 Credentials"
            )),
            1 | 2 => {}
            _ => mistakes.push(format!(
                "{SIGNING_SECRET} has more than two secrets: keep the new and the old one"
            )),
        }
        let is_sendable =
            |secret: &Secret| secret.expose().bytes().all(|byte| byte.is_ascii_graphic());
        if !self.signing_secrets.iter().all(is_sendable) {
            mistakes
                .push(format!("{SIGNING_SECRET} has characters that no secret has: copy it again"));
        }
        match &self.bot_token {
            None => mistakes.push(format!(
                "{BOT_TOKEN} is not set: install the app and copy the Bot User OAuth Token (xoxb-…) \
                 from OAuth & Permissions"
            )),
            Some(token) if !is_sendable(token) => {
                mistakes.push(format!("{BOT_TOKEN} has characters that no token has: copy it again"));
            }
            Some(token) => {
                let other = [("xapp-", "an app-level token"), ("xoxp-", "a user's token")];
                for (prefix, what) in other {
                    if token.expose().starts_with(prefix) {
                        mistakes.push(format!("{BOT_TOKEN} is {what}: set it to the bot's (xoxb-…)"));
                    }
                }
            }
        }
    }
}

impl fmt::Debug for SlackBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SlackBuilder")
            .field("name", &self.name)
            .field("signing_secrets", &self.signing_secrets)
            .field("bot_token", &self.bot_token)
            .field("events_path", &self.events_path)
            .field("admitted", &self.admitted)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn built(variables: &[(&str, &str)]) -> Result<Slack> {
        SlackBuilder::from_variables(|name| {
            variables.iter().find(|(other, _)| *other == name).map(|(_, value)| (*value).to_owned())
        })
        .build()
    }

    #[test]
    fn everything_that_is_wrong_is_told_at_once() {
        let error = built(&[(API_URL, "http://slack.test/api/")]).unwrap_err();
        assert!(error.is_configuration());
        let told = error.to_string();
        for name in [SIGNING_SECRET, BOT_TOKEN, API_URL] {
            assert!(told.contains(name), "{name}: {told}");
        }
        assert!(!told.contains('\n'));
    }

    #[test]
    fn the_environment_is_enough() {
        let good = [(SIGNING_SECRET, "a1, b2"), (BOT_TOKEN, " xoxb-1\n")];
        assert!(built(&good).is_ok());
        for (name, value) in [
            (BOT_TOKEN, ""),
            (BOT_TOKEN, "xapp-1"),
            (BOT_TOKEN, "xoxp-1"),
            (BOT_TOKEN, "xoxb 1"),
            (SIGNING_SECRET, " , "),
            (SIGNING_SECRET, "a,b,c"),
            (API_URL, "ftp://slack.com"),
        ] {
            let mut bad = good.to_vec();
            bad.retain(|(other, _)| *other != name);
            bad.push((name, value));
            let error = built(&bad).expect_err(value);
            assert!(error.to_string().contains(name), "{error}");
        }
        let loopback = [good[0], good[1], (API_URL, "http://127.0.0.1:9/api/")];
        assert!(built(&loopback).is_ok());
    }

    #[test]
    fn what_the_program_says_is_checked_too() {
        let good = || SlackBuilder::new().signing_secret("a").bot_token("xoxb-1");
        assert!(good().build().is_ok());
        for bad in
            [good().name("Slack EU"), good().events_path("events"), good().api_url("nonsense")]
        {
            assert!(bad.build().unwrap_err().is_configuration());
        }
        assert!(good().api_url("http://chat.test/").allow_plain_http().build().is_ok());
    }

    #[test]
    fn no_secret_is_shown() {
        let builder = SlackBuilder::new().signing_secret("canary").bot_token("xoxb-canary");
        assert!(!format!("{builder:?}").contains("canary"));
        assert!(!format!("{:?}", builder.build().unwrap()).contains("canary"));
    }
}
