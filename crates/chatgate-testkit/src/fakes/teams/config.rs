//! What a fake Teams is started with.

use std::sync::Arc;

use chatgate_core::Clock;
use chatgate_gateway::SystemClock;

/// What a fake Teams is started with.
///
/// ```
/// use chatgate_testkit::fakes::TeamsConfig;
/// let config = TeamsConfig::new().with_listen_url("http://127.0.0.1:3000/teams/outgoing");
/// ```
#[derive(Clone, Debug)]
pub struct TeamsConfig {
    pub(super) port: u16,
    pub(super) listen_url: Option<String>,
    pub(super) token: String,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) paced: bool,
    pub(super) logged: bool,
}

impl Default for TeamsConfig {
    fn default() -> Self {
        Self {
            port: 0,
            listen_url: None,
            // 32 bytes, in base64.
            token: "ZmFrZS10ZWFtcy1vdXRnb2luZy13ZWJob29rLWtleSE=".to_owned(),
            clock: Arc::new(SystemClock),
            paced: false,
            logged: true,
        }
    }
}

impl TeamsConfig {
    /// The defaults: a port that is free, the system's clock, no rate limits.
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

    /// Calls the outgoing webhook at this address: plain http, on this machine.
    #[must_use]
    pub fn with_listen_url(mut self, url: impl Into<String>) -> Self {
        self.listen_url = Some(url.into());
        self
    }

    /// Signs with this security token: base64.
    #[must_use]
    pub fn with_token(mut self, token: impl Into<String>) -> Self {
        self.token = token.into();
        self
    }

    /// Runs on this clock.
    #[must_use]
    pub fn with_clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }

    /// Enforces the documented rate limits of webhooks.
    #[must_use]
    pub fn with_pace(mut self) -> Self {
        self.paced = true;
        self
    }

    /// Keeps no log of requests, for benchmarks.
    #[must_use]
    pub fn without_log(mut self) -> Self {
        self.logged = false;
        self
    }
}
