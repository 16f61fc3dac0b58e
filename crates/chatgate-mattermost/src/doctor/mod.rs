//! Looks for what keeps the adapter from working, and says what to do about it.
//!
//! | part | what it looks at |
//! |---|---|
//! | `server` | the token, the clocks, the version, the settings |
//! | `reach` | the way from the server to this program |
//! | `commands` | teams and channels, and whether each slash command leads here |

mod commands;
mod reach;
mod server;

use std::fmt;
use std::sync::Arc;

use chatgate_core::{Clock, Finding, Result, Specs};
use chatgate_http::Secret;

use crate::api::Api;
use crate::state::State;

/// Looks for what keeps an adapter from working: [`Mattermost::doctor`](crate::Mattermost::doctor) makes
/// one.
///
/// It changes nothing at the server. The program's own endpoint gets one request without a token, which
/// it refuses and records as such.
#[must_use]
pub struct Doctor<'a> {
    state: &'a State,
    specs: &'a Specs,
    administrator: Option<Secret>,
}

impl<'a> Doctor<'a> {
    pub(crate) fn new(state: &'a State, specs: &'a Specs) -> Self {
        Self { state, specs, administrator: None }
    }

    /// Looks at slash commands and settings with an administrator's token: a bot usually may not see
    /// them.
    pub fn with_administrator_token(mut self, token: impl AsRef<str>) -> Self {
        let token = token.as_ref().trim();
        self.administrator = (!token.is_empty()).then(|| Secret::new(token));
        self
    }

    /// What is found, in the order in which it is best put right.
    ///
    /// # Errors
    /// When no requests can be sent from here at all.
    pub async fn examine(self, clock: &Arc<dyn Clock>) -> Result<Vec<Finding>> {
        self.state.api.begin(clock)?;
        let administrator = self.administrator.clone().map(|token| self.state.api.by(token));
        let mut findings = Vec::new();
        let seen = server::look(self.state, clock, &mut findings).await;
        reach::look(self.state, administrator.as_ref(), &mut findings).await;
        if seen {
            let see = administrator.as_ref().unwrap_or(&self.state.api);
            commands::look(self.state, self.specs, see, &mut findings).await;
        }
        Ok(findings)
    }
}

impl fmt::Debug for Doctor<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Doctor").field("adapter", &self.state.id).finish_non_exhaustive()
    }
}

/// The settings that only an administrator sees.
async fn settings(administrator: &Api) -> Result<server::Settings> {
    administrator.call(http::Method::GET, "config", None).await
}
