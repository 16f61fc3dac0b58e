//! The adapter's own life: it learns who it is, holds the WebSocket, and makes up for what was missed.
//!
//! ```text
//! connection ──▶ sequence ──▶ channels ──▶ the gateway's inbox
//!  frames,        is one       a queue each,      ▲
//!  pings          missing?     in order           │
//!                                └── missed: what a loss took, by REST
//! ```

mod channels;
mod connection;
mod missed;
mod position;
mod sequence;

use std::sync::Arc;
use std::time::Duration;

use chatgate_core::{
    Backoff, ClockExt as _, Error, Health, Inbox, Result, Retry, Shutdown, SystemRng,
};
use http::Method;
use serde::Deserialize;

use crate::state::{Me, State};
use crate::triggers;
use channels::Channels;
use connection::Connection;
use sequence::Sequence;

/// How long to wait before another try: twice as long each time, up to this.
const FIRST_WAIT: Duration = Duration::from_millis(500);
const LONGEST_WAIT: Duration = Duration::from_secs(60);

/// Runs until shutdown is asked for.
pub(crate) async fn run(state: &Arc<State>, inbox: &Inbox, shutdown: &Shutdown) -> Result<()> {
    if shutdown.is_asked() {
        return Ok(());
    }
    state.begin(inbox)?;
    tokio::select! {
        biased;
        () = shutdown.asked() => Ok(()),
        ended = stay(state, inbox) => ended,
        () = triggers::watch(state, inbox) => Ok(()),
    }
}

/// Connects, again and again. Ends only when the server no longer takes the token.
async fn stay(state: &Arc<State>, inbox: &Inbox) -> Result<()> {
    let mut backoff = Backoff::new(FIRST_WAIT, LONGEST_WAIT);
    let mut sequence = Sequence::default();
    let channels = Channels::new(state.clone(), inbox.clone());
    loop {
        let connection = Connection {
            state,
            inbox,
            channels: &channels,
            sequence: &mut sequence,
            backoff: &mut backoff,
        };
        let Err(error) = live(connection).await;
        inbox.health(Health::Down(error.to_string()));
        if error.is_unauthenticated() || error.is_configuration() {
            return Err(error);
        }
        tracing::warn!(adapter = %state.id, %error, "not connected to Mattermost");
        let pause = match error.retry() {
            Retry::After(pause) => pause,
            _ => backoff.next(&SystemRng),
        };
        inbox.clock().sleep(pause).await;
    }
}

/// One connection, to its end. Whether the token still works is asked by REST before: on a socket a
/// bad one is met by silence (mattermost.md §0).
async fn live(connection: Connection<'_>) -> Result<std::convert::Infallible> {
    let me = who_we_are(connection.state).await?;
    if connection.state.me().as_deref() != Some(&me) {
        tracing::info!(adapter = %connection.state.id, user = me.id, name = me.username, "connected");
        connection.state.set_me(Arc::new(me));
    }
    learn_limits(connection.state).await;
    connection.hold().await
}

/// How much the server takes. One that does not say takes what is usual.
async fn learn_limits(state: &State) {
    #[derive(Deserialize)]
    struct Config {
        #[serde(rename = "MaxPostSize")]
        max_post_size: Option<String>,
    }
    let config: Result<Config> =
        state.api.call(Method::GET, "config/client?format=old", None).await;
    match config.map(|config| config.max_post_size.and_then(|text| text.parse().ok())) {
        Ok(Some(chars)) => state.set_post_chars(chars),
        Ok(None) => {}
        Err(error) => tracing::debug!(adapter = %state.id, %error, "limits are not known"),
    }
}

/// Who the token belongs to.
pub(crate) async fn who_we_are(state: &State) -> Result<Me> {
    #[derive(Deserialize)]
    struct User {
        id: String,
        username: String,
    }
    let user: Result<User> = state.api.call(Method::GET, "users/me", None).await;
    let user = user.map_err(|error| {
        let error = match error.is_unauthenticated() {
            true => error.with_context("the server does not take MATTERMOST_TOKEN"),
            false => error,
        };
        error.with_operation("users/me")
    })?;
    Ok(Me { id: user.id, username: user.username })
}

/// The connection ended.
fn lost(why: &'static str) -> Error {
    Error::new(chatgate_core::ErrorKind::Unavailable).with_context(why)
}
