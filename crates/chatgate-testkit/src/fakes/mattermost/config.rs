//! What a fake Mattermost is started with.

use std::sync::Arc;

use chatgate_core::Clock;
use chatgate_gateway::SystemClock;
use serde_json::{Value, json};

use super::world::MESSAGE_CHARS;

/// What a fake Mattermost is started with.
///
/// ```
/// use chatgate_testkit::fakes::MattermostConfig;
/// let config = MattermostConfig::new().with_version("10.11.0").with_port(0);
/// ```
#[derive(Clone, Debug)]
pub struct MattermostConfig {
    pub(super) port: u16,
    pub(super) bot_token: String,
    pub(super) admin_token: String,
    pub(super) settings: Value,
    pub(super) version: String,
    pub(super) max_post: usize,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) logged: bool,
}

impl Default for MattermostConfig {
    fn default() -> Self {
        Self {
            port: 0,
            bot_token: "9xuqwrwgstrb3mzrxb83nb357a".to_owned(),
            admin_token: "token-alice".to_owned(),
            settings: json!({}),
            version: "11.6.0".to_owned(),
            max_post: MESSAGE_CHARS,
            clock: Arc::new(SystemClock),
            logged: true,
        }
    }
}

impl MattermostConfig {
    /// The defaults: a port that is free, version 11.6.0, the system's clock.
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

    /// Accepts this token of the bot.
    #[must_use]
    pub fn with_bot_token(mut self, token: impl Into<String>) -> Self {
        self.bot_token = token.into();
        self
    }

    /// Accepts this token of the administrator, Alice.
    #[must_use]
    pub fn with_admin_token(mut self, token: impl Into<String>) -> Self {
        self.admin_token = token.into();
        self
    }

    /// Starts with these settings changed, by section, as an administrator changes them:
    /// `{"ServiceSettings": {"EnableBotAccountCreation": false}}`.
    #[must_use]
    pub fn with_settings(mut self, changes: Value) -> Self {
        self.settings = changes;
        self
    }

    /// Says that it is of this version.
    #[must_use]
    pub fn with_version(mut self, version: impl Into<String>) -> Self {
        self.version = version.into();
        self
    }

    /// Takes posts of at most so many characters: `MaxPostSize`, as an old database has it.
    #[must_use]
    pub fn with_max_post(mut self, chars: usize) -> Self {
        self.max_post = chars;
        self
    }

    /// Runs on this clock.
    #[must_use]
    pub fn with_clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }

    /// Keeps no log of requests, for benchmarks.
    #[must_use]
    pub fn without_log(mut self) -> Self {
        self.logged = false;
        self
    }
}
