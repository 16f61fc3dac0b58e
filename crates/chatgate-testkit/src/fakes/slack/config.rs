//! What a fake Slack is started with.

use std::sync::Arc;

use chatgate_core::Clock;
use chatgate_gateway::SystemClock;

/// All bot scopes that the fake knows a use for.
const SCOPES: &[&str] = &[
    "app_mentions:read",
    "channels:history",
    "channels:join",
    "channels:read",
    "chat:write",
    "chat:write.customize",
    "commands",
    "files:read",
    "files:write",
    "groups:history",
    "groups:read",
    "im:history",
    "im:read",
    "im:write",
    "links:read",
    "mpim:history",
    "mpim:read",
    "mpim:write",
    "pins:read",
    "pins:write",
    "reactions:read",
    "reactions:write",
    "usergroups:read",
    "users:read",
];

/// In which order the two events of one mention arrive. Slack promises none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum MentionOrder {
    /// `message` first, `app_mention` once that is answered.
    #[default]
    MessageFirst,
    /// `app_mention` first, `message` once that is answered.
    MentionFirst,
    /// Both at the same time.
    Together,
}

impl MentionOrder {
    /// As the control API writes it: `message_first`, `mention_first`, `together`.
    pub(super) fn read(name: &str) -> Option<Self> {
        match name {
            "message_first" => Some(Self::MessageFirst),
            "mention_first" => Some(Self::MentionFirst),
            "together" => Some(Self::Together),
            _ => None,
        }
    }
}

/// What a fake Slack is started with.
///
/// ```
/// use chatgate_testkit::fakes::SlackConfig;
/// let config = SlackConfig::new()
///     .with_listen_url("http://127.0.0.1:3000/slack/events")
///     .without_scope("reactions:write");
/// ```
#[derive(Clone, Debug)]
pub struct SlackConfig {
    pub(super) port: u16,
    pub(super) listen_url: Option<String>,
    pub(super) signing_secret: String,
    pub(super) bot_token: String,
    pub(super) scopes: Vec<String>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) echo: bool,
    pub(super) mention_order: MentionOrder,
    pub(super) paced: bool,
    pub(super) logged: bool,
}

impl Default for SlackConfig {
    fn default() -> Self {
        Self {
            port: 0,
            listen_url: None,
            signing_secret: "00112233445566778899aabbccddeeff".to_owned(),
            bot_token: "xoxb-100000000001-fake".to_owned(),
            scopes: SCOPES.iter().map(|&scope| scope.to_owned()).collect(),
            clock: Arc::new(SystemClock),
            echo: true,
            mention_order: MentionOrder::default(),
            paced: false,
            logged: true,
        }
    }
}

impl SlackConfig {
    /// Any free port, the system's clock, every scope, no app that listens.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Listens on this port of 127.0.0.1; 0 picks one.
    #[must_use]
    pub fn with_port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// Where the app takes events, commands and interactions: plain http, on this machine.
    #[must_use]
    pub fn with_listen_url(mut self, url: impl Into<String>) -> Self {
        self.listen_url = Some(url.into());
        self
    }

    /// Signs with this secret.
    #[must_use]
    pub fn with_signing_secret(mut self, secret: impl Into<String>) -> Self {
        self.signing_secret = secret.into();
        self
    }

    /// Accepts this bot token.
    #[must_use]
    pub fn with_bot_token(mut self, token: impl Into<String>) -> Self {
        self.bot_token = token.into();
        self
    }

    /// Grants the app these scopes and no other.
    #[must_use]
    pub fn with_scopes(mut self, scopes: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.scopes = scopes.into_iter().map(Into::into).collect();
        self
    }

    /// Grants the app all scopes but this one.
    #[must_use]
    pub fn without_scope(mut self, scope: &str) -> Self {
        self.scopes.retain(|granted| granted != scope);
        self
    }

    /// Runs on this clock, for instance the manual one that the gateway under test runs on.
    #[must_use]
    pub fn with_clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }

    /// Does not send the app its own messages back as events.
    #[must_use]
    pub fn without_echo(mut self) -> Self {
        self.echo = false;
        self
    }

    /// In which order the two events of one mention arrive.
    #[must_use]
    pub fn with_mention_order(mut self, order: MentionOrder) -> Self {
        self.mention_order = order;
        self
    }

    /// Enforces the documented rate limits.
    #[must_use]
    pub fn with_pace(mut self) -> Self {
        self.paced = true;
        self
    }

    /// Keeps no log of requests and deliveries, for a benchmark. Everything is still validated.
    #[must_use]
    pub fn without_log(mut self) -> Self {
        self.logged = false;
        self
    }
}
