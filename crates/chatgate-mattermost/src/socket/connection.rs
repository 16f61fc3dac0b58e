//! One connection: frames, and whether anybody is still there.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use chatgate_core::{Backoff, Health, Inbox, Result, Timestamp};
use chatgate_http::{Frame as Wire, Socket};
use serde_json::json;

use super::channels::Channels;
use super::sequence::Sequence;
use super::{lost, who_we_are};
use crate::inbound::{Frame, Told};
use crate::state::State;

/// How often the server is asked whether it is there: as often as its own client does, and more often
/// than proxies cut idle sockets (mattermost.md §2.4, §11).
const PING_EVERY: Duration = Duration::from_secs(30);

/// One connection with all that outlives it.
pub(super) struct Connection<'a> {
    pub(super) state: &'a Arc<State>,
    pub(super) inbox: &'a Inbox,
    pub(super) channels: &'a Channels,
    pub(super) sequence: &'a mut Sequence,
    pub(super) backoff: &'a mut Backoff,
}

/// The questions whether the server is there.
struct Pings {
    asked: u64,
    answered: u64,
    next: Timestamp,
}

impl Connection<'_> {
    /// Holds it until it ends.
    pub(super) async fn hold(mut self) -> Result<Infallible> {
        let query = self.sequence.query();
        let query: Vec<_> = query.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let mut socket = self.state.api.socket(&query).await?;
        let ended = self.listen(&mut *socket).await;
        // An ordinary farewell, so that the server does not take the connection for a live one
        // (mattermost.md §2.3).
        socket.close().await;
        ended
    }

    async fn listen(&mut self, socket: &mut dyn Socket) -> Result<Infallible> {
        let clock = self.inbox.clock().clone();
        let mut pings = Pings { asked: 0, answered: 0, next: clock.now() };
        loop {
            tokio::select! {
                biased;
                () = clock.sleep_until(pings.next) => {
                    if pings.answered < pings.asked {
                        return Err(lost("the server is connected and says nothing"));
                    }
                    pings.asked += 1;
                    pings.next = clock.now() + PING_EVERY;
                    let ping = json!({"seq": pings.asked, "action": "ping"});
                    socket.send(Wire::Text(ping.to_string())).await?;
                }
                () = self.state.look.notified() => {
                    // A call was refused: a socket that is open stays open without its token
                    // (mattermost.md §1).
                    match who_we_are(self.state).await {
                        Err(error) if error.is_unauthenticated() => return Err(error),
                        _ => {}
                    }
                }
                came = socket.next() => match came? {
                    Some(Wire::Text(text)) => self.take(text, &mut pings)?,
                    Some(_) => {}
                    None => return Err(lost("the connection was closed")),
                },
            }
        }
    }

    fn take(&mut self, text: String, pings: &mut Pings) -> Result<()> {
        let Some(frame) = Frame::read(&text) else { return Ok(()) };
        match frame.told() {
            Told::Hello { connection, version, seq } => {
                if let Some(version) = version {
                    self.state.set_version(&version);
                }
                let is_fresh = self.sequence.greeted(connection, seq);
                if is_fresh {
                    self.channels.missed();
                }
                self.ready();
            }
            Told::Happened { seq } => {
                if !self.sequence.came(seq) {
                    tracing::warn!(adapter = %self.state.id, seq, "events are missing");
                    return Err(lost("events are missing"));
                }
                if !frame.is_noise() {
                    let channel = frame.channel().into_owned();
                    self.channels.put(&channel, text, self.sequence.connection());
                }
            }
            Told::Reply { to, server_time } => {
                pings.answered = pings.answered.max(to);
                if let Some(time) = server_time {
                    self.channels.server_says(time);
                }
                // Who goes on where it broke is not greeted.
                self.ready();
            }
            // The next connection begins with the question whether the token still works.
            Told::Refused => return Err(lost("the server refuses what it is asked")),
            Told::Unknown => {}
        }
        Ok(())
    }

    fn ready(&mut self) {
        self.backoff.reset();
        self.inbox.health(Health::Ready);
    }
}
