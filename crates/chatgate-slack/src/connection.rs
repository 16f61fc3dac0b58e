//! The adapter's own life: it learns who it is, and notices when it no longer may.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use chatgate_core::{Backoff, ClockExt, Error, Health, Inbox, Result, Retry, Shutdown, SystemRng};
use serde::Deserialize;

use crate::inbound::soft;
use crate::install::Install;
use crate::state::State;

/// How often to look whether the token still works.
const LOOK_EVERY: Duration = Duration::from_secs(60 * 60);
/// How long to wait before another try: twice as long each time, up to this.
const FIRST_WAIT: Duration = Duration::from_secs(1);
const LONGEST_WAIT: Duration = Duration::from_secs(60);

/// What the adapter cannot do its work without, and what it is for.
const REQUIRED: [(&str, &str); 3] = [
    ("chat:write", "to say anything"),
    ("users:read", "to look up who gives a command"),
    ("channels:read", "to look up whether a channel is shared with others"),
];

/// Runs until shutdown is asked for.
pub(crate) async fn run(state: &State, inbox: &Inbox, shutdown: &Shutdown) -> Result<()> {
    if shutdown.is_asked() {
        return Ok(());
    }
    state.begin(inbox)?;
    tokio::select! {
        biased;
        () = shutdown.asked() => Ok(()),
        ended = stay(state, inbox) => ended,
        () = say(state) => Ok(()),
    }
}

/// Learns who we are, again and again. Ends only when Slack no longer takes the token.
async fn stay(state: &State, inbox: &Inbox) -> Result<()> {
    let mut backoff = Backoff::new(FIRST_WAIT, LONGEST_WAIT);
    loop {
        let pause = match who_we_are(state).await {
            Ok(install) => {
                backoff.reset();
                ready(state, inbox, install);
                LOOK_EVERY
            }
            Err(error) if error.is_unauthenticated() || error.is_configuration() => {
                inbox.health(Health::Down(error.to_string()));
                return Err(error);
            }
            Err(error) => {
                inbox.health(Health::Down(error.to_string()));
                tracing::warn!(adapter = %state.id, %error, "Slack cannot be reached");
                match error.retry() {
                    Retry::After(pause) => pause,
                    _ => backoff.next(&SystemRng),
                }
            }
        };
        tokio::select! {
            () = inbox.clock().sleep(pause) => {}
            () = state.look.notified() => {}
        }
    }
}

fn ready(state: &State, inbox: &Inbox, install: Install) {
    if state.install().as_deref() != Some(&install) {
        let missing: Vec<_> = REQUIRED
            .iter()
            .filter(|(scope, _)| !install.scopes.is_empty() && !install.may(scope))
            .map(|(scope, why)| format!("{scope} ({why})"))
            .collect();
        if !missing.is_empty() {
            let missing = missing.join(", ");
            tracing::warn!(
                adapter = %state.id, missing,
                "scopes are missing: add them under OAuth & Permissions and install the app again"
            );
        }
        tracing::info!(adapter = %state.id, team = install.team, user = install.user, "connected");
        state.set_install(Arc::new(install));
    }
    inbox.health(Health::Ready);
}

/// Who we are; asks Slack where it has not told us yet.
pub(crate) async fn install(state: &State) -> Result<Arc<Install>> {
    if let Some(install) = state.install() {
        return Ok(install);
    }
    let install = Arc::new(who_we_are(state).await?);
    state.set_install(install.clone());
    Ok(install)
}

#[derive(Deserialize)]
struct Tested {
    #[serde(default, deserialize_with = "soft")]
    team_id: Option<String>,
    #[serde(default, deserialize_with = "soft")]
    enterprise_id: Option<String>,
    #[serde(default, deserialize_with = "soft")]
    is_enterprise_install: Option<bool>,
    #[serde(default, deserialize_with = "soft")]
    user_id: Option<String>,
    #[serde(default, deserialize_with = "soft")]
    bot_id: Option<String>,
    #[serde(default, deserialize_with = "soft")]
    app_id: Option<String>,
}

async fn who_we_are(state: &State) -> Result<Install> {
    let operation = |error: Error| error.with_operation("auth.test");
    let answer = state.api.answer("auth.test", Vec::new()).await.map_err(operation)?;
    let tested: Tested =
        serde_json::from_slice(&answer.body).map_err(|_| operation(crate::error::nonsense()))?;
    let scopes = answer.scopes.unwrap_or_default();
    let scopes: BTreeSet<String> = scopes
        .split(',')
        .map(|scope| scope.trim().to_owned())
        .filter(|scope| !scope.is_empty())
        .collect();
    Ok(Install {
        team: tested.team_id,
        enterprise: tested.enterprise_id,
        org_wide: tested.is_enterprise_install == Some(true),
        user: tested.user_id,
        bot: tested.bot_id,
        app: tested.app_id,
        scopes,
    })
}

/// Says private words, one after the other; what cannot be said is left unsaid.
async fn say(state: &State) {
    let mut waiting = state.waiting.lock().await;
    while let Some(words) = waiting.recv().await {
        if !words.way.is_live(state.now()) {
            continue;
        }
        if let Err(error) = state.api.post_back(words.way.expose(), words.body).await {
            tracing::warn!(adapter = %state.id, %error, "private words were left unsaid");
        }
    }
}
