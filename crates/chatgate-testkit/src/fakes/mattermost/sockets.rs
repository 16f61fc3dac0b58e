//! The WebSocket: who listens, what they have been sent, and what waits for them.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use chatgate_core::Timestamp;
use futures_util::{SinkExt as _, StreamExt as _};
use http::{Response, StatusCode, header};
use http_body_util::Full;
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, Message, Role, WebSocketConfig};

use super::world::is_id;
use super::{Mattermost, reply};
use crate::fakes::server::{Arrived, Reply};

/// How many sent events are kept for a connection that breaks, and how many wait for it.
const SENT: usize = 128;
const WAITING: usize = 256;
/// How often broken connections are looked for, and how long one is kept without use: five minutes each
/// on a real server.
const LOOKED_FOR_EVERY: Duration = Duration::from_secs(5 * 60);
const KEPT_UNUSED: Duration = Duration::from_secs(5 * 60);
/// How long somebody may be unknown.
const AUTHENTICATED_WITHIN: Duration = Duration::from_secs(5);
/// The largest frame that is taken.
const FRAME_BYTES: usize = 8_192;

/// All connections, also those that broke a short while ago.
#[derive(Debug)]
pub(super) struct Sockets {
    connections: HashMap<String, Connection>,
    /// When broken connections are looked for next.
    look: Timestamp,
    /// New sockets say nothing.
    pub(super) is_deaf: bool,
    /// How often a connection went on where it broke, and how often one began.
    pub(super) resumed: usize,
    pub(super) begun: usize,
}

#[derive(Debug)]
struct Connection {
    user: String,
    /// When its person last connected or posted.
    used: Timestamp,
    next: u64,
    sent: VecDeque<(u64, String)>,
    waiting: VecDeque<(u64, String)>,
    live: Option<mpsc::Sender<String>>,
}

/// For whom an event is.
#[derive(Clone, Copy, Debug)]
pub(super) enum To<'a> {
    /// All who are in a channel.
    Channel(&'a str, &'a [String]),
    /// One person; the channel is said.
    User(&'a str, &'a str),
}

impl Sockets {
    pub(super) fn new(now: Timestamp) -> Self {
        Self {
            connections: HashMap::new(),
            look: now + LOOKED_FOR_EVERY,
            is_deaf: false,
            resumed: 0,
            begun: 0,
        }
    }

    /// Forgets the connections that were broken and unused when the server last looked. To be called before
    /// one breaks, is resumed or is used, so that each is judged by what it was then.
    fn forget_unused(&mut self, now: Timestamp) {
        if now < self.look {
            return;
        }
        let over = now.since(self.look).as_millis() % LOOKED_FOR_EVERY.as_millis();
        let looked = now - Duration::from_millis(u64::try_from(over).unwrap_or_default());
        self.look = looked + LOOKED_FOR_EVERY;
        self.connections.retain(|_, it| it.is_live() || looked.since(it.used) <= KEPT_UNUSED);
    }

    /// A person does something.
    pub(super) fn used(&mut self, user: &str, now: Timestamp) {
        self.forget_unused(now);
        for connection in self.of(user) {
            connection.used = now;
        }
    }

    /// Tells everyone whom it concerns; `data` is made for each of them.
    pub(super) fn tell(&mut self, event: &str, to: To<'_>, data: impl Fn(&str) -> Value) {
        let (channel, only) = match to {
            To::Channel(channel, _) => (channel, ""),
            To::User(user, channel) => (channel, user),
        };
        self.connections.retain(|_, connection| {
            let is_theirs = match to {
                To::Channel(_, members) => members.contains(&connection.user),
                To::User(user, _) => connection.user == user,
            };
            if !is_theirs {
                return true;
            }
            connection.tell(&json!({
                "event": event, "data": data(&connection.user),
                "broadcast": {
                    "omit_users": null, "user_id": only, "channel_id": channel, "team_id": "",
                    "connection_id": "", "omit_connection_id": "",
                },
            }))
        });
    }

    /// Cuts every connection of a person; they can go on.
    pub(super) fn cut(&mut self, user: &str, now: Timestamp) {
        self.forget_unused(now);
        for connection in self.of(user) {
            connection.live = None;
        }
    }

    /// Cuts every connection of a person, and forgets it.
    pub(super) fn forget(&mut self, user: &str) {
        self.connections.retain(|_, connection| connection.user != user);
    }

    /// Loses the next event of every connection of a person on its way.
    pub(super) fn lose_one(&mut self, user: &str) {
        for connection in self.of(user) {
            let event =
                json!({"event": "typing", "data": {}, "broadcast": {}, "seq": connection.next});
            connection.sent.push_back((connection.next, event.to_string()));
            connection.next += 1;
        }
    }

    pub(super) fn is_live(&self, user: &str) -> bool {
        self.connections.values().any(|it| it.user == user && it.is_live())
    }

    fn of(&mut self, user: &str) -> impl Iterator<Item = &mut Connection> {
        self.connections.values_mut().filter(move |connection| connection.user == user)
    }

    /// Goes on with a connection where that is possible; `None` where a new one has to begin.
    fn resume(
        &mut self,
        id: &str,
        from: u64,
        user: &str,
        out: &mpsc::Sender<String>,
        now: Timestamp,
    ) -> Option<()> {
        self.forget_unused(now);
        let connection = self.connections.get_mut(id).filter(|it| it.user == user)?;
        if connection.is_live() {
            return None;
        }
        let kept = connection.sent.iter().chain(&connection.waiting);
        let missed: Vec<_> = kept.filter(|(seq, _)| *seq >= from).cloned().collect();
        let is_whole = missed.first().map_or(from == connection.next, |(seq, _)| *seq == from);
        if !is_whole {
            return None;
        }
        for (_, event) in missed {
            out.try_send(event).ok()?;
        }
        let waiting = std::mem::take(&mut connection.waiting);
        connection.sent.extend(waiting);
        connection.keep_the_newest();
        connection.live = Some(out.clone());
        connection.used = now;
        self.resumed += 1;
        Some(())
    }

    fn begin(
        &mut self,
        id: String,
        user: &str,
        version: &str,
        out: &mpsc::Sender<String>,
        now: Timestamp,
    ) {
        let mut connection = Connection {
            user: user.to_owned(),
            used: now,
            next: 0,
            sent: VecDeque::new(),
            waiting: VecDeque::new(),
            live: Some(out.clone()),
        };
        let to = json!({
            "omit_users": null, "user_id": connection.user, "channel_id": "", "team_id": "",
        });
        connection.tell(&json!({
            "event": "hello", "broadcast": to,
            "data": {"connection_id": id, "server_version": version, "server_hostname": "fake"},
        }));
        connection.tell(&json!({
            "event": "status_change", "broadcast": to,
            "data": {"status": "online", "user_id": connection.user},
        }));
        self.connections.insert(id, connection);
        self.begun += 1;
    }
}

impl Connection {
    fn is_live(&self) -> bool {
        self.live.as_ref().is_some_and(|live| !live.is_closed())
    }

    /// Sends an event or lets it wait; false when too many wait.
    fn tell(&mut self, event: &Value) -> bool {
        let seq = self.next;
        self.next += 1;
        let mut event = event.clone();
        event["seq"] = seq.into();
        let text = event.to_string();
        match self.live.as_ref().filter(|live| !live.is_closed()) {
            Some(live) => {
                if live.try_send(text.clone()).is_err() {
                    // Who reads too slowly is cut off, and forgotten.
                    return false;
                }
                self.sent.push_back((seq, text));
            }
            None => self.waiting.push_back((seq, text)),
        }
        self.keep_the_newest();
        self.waiting.len() <= WAITING
    }

    fn keep_the_newest(&mut self) {
        let over = self.sent.len().saturating_sub(SENT);
        self.sent.drain(..over);
    }
}

/// The answer to an upgrade; whoever it is is found out on the socket.
pub(super) fn upgrade(mattermost: &Arc<Mattermost>, arrived: &Arrived) -> Reply {
    let origin = arrived.header("origin");
    let authority = origin.split_once("://").map(|(_, authority)| authority);
    if !origin.is_empty() && authority != Some(arrived.header("host")) {
        return Reply::Answer(reply::text(StatusCode::FORBIDDEN, "Forbidden"));
    }
    let key = arrived.header("sec-websocket-key").to_owned();
    let mut response = Response::new(Full::new(Bytes::new()));
    *response.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
    let headers = response.headers_mut();
    let accept = derive_accept_key(key.as_bytes());
    if let Ok(accept) = header::HeaderValue::from_str(&accept) {
        headers.insert(header::SEC_WEBSOCKET_ACCEPT, accept);
    }
    headers.insert(header::CONNECTION, header::HeaderValue::from_static("Upgrade"));
    headers.insert(header::UPGRADE, header::HeaderValue::from_static("websocket"));
    let token = arrived.header("authorization").split_once(' ').map(|(_, token)| token.to_owned());
    let query: HashMap<String, String> =
        form_urlencoded::parse(arrived.query.as_bytes()).into_owned().collect();
    let mattermost = Arc::clone(mattermost);
    let takeover = move |stream: TcpStream, read: Bytes| {
        let run = run(mattermost, stream, read, token, query);
        Box::pin(run) as std::pin::Pin<Box<dyn Future<Output = ()> + Send>>
    };
    Reply::Become(response, Box::new(takeover))
}

async fn run(
    mattermost: Arc<Mattermost>,
    stream: TcpStream,
    read: Bytes,
    token: Option<String>,
    query: HashMap<String, String>,
) {
    let config = WebSocketConfig::default()
        .max_message_size(Some(FRAME_BYTES))
        .max_frame_size(Some(FRAME_BYTES));
    let mut socket =
        WebSocketStream::from_partially_read(stream, read.to_vec(), Role::Server, Some(config))
            .await;
    if mattermost.sockets().is_deaf {
        std::future::pending::<()>().await;
    }
    // What is full is cut off: 256 on a real server too.
    let (out, mut coming) = mpsc::channel(WAITING + SENT);
    let known = match &token {
        Some(token) => mattermost.user_of(token).map(|user| (user, None)),
        None => challenged(&mattermost, &mut socket).await,
    };
    let Some((user, seq)) = known else {
        // Nothing is said, and the connection ends without a farewell.
        mattermost.clock.sleep(AUTHENTICATED_WITHIN).await;
        return;
    };
    // Only an upgrade that carries the token goes on with a connection.
    let earlier = query.get("connection_id").filter(|id| token.is_some() && !id.is_empty());
    let from = query.get("sequence_number").and_then(|text| text.parse().ok());
    let earlier = match (earlier, from) {
        (None, _) => None,
        (Some(id), Some(from)) if is_id(id) => Some((id, from)),
        _ => return,
    };
    {
        let mut world = mattermost.world();
        let mut sockets = mattermost.sockets();
        let now = mattermost.clock.now();
        let goes_on = earlier.and_then(|(id, from)| sockets.resume(id, from, &user, &out, now));
        if goes_on.is_none() {
            let id = world.make_id();
            sockets.begin(id, &user, &mattermost.version, &out, now);
        }
    }
    if let Some(seq) = seq {
        let _ = out.try_send(json!({"status": "OK", "seq_reply": seq}).to_string());
    }
    drop(out);
    mattermost.changed();
    converse(&mattermost, &mut socket, &mut coming, &user).await;
    // Before its sender is gone: until here it was open.
    mattermost.sockets().forget_unused(mattermost.clock.now());
}

/// Brings events and answers frames, until either side ends it.
async fn converse(
    mattermost: &Mattermost,
    socket: &mut WebSocketStream<TcpStream>,
    coming: &mut mpsc::Receiver<String>,
    user: &str,
) {
    loop {
        tokio::select! {
            event = coming.recv() => match event {
                Some(event) => {
                    if socket.send(Message::text(event)).await.is_err() { return }
                }
                None => return,
            },
            came = socket.next() => match came {
                Some(Ok(Message::Text(text))) => {
                    let reply = mattermost.reply_to(text.as_str(), user).to_string();
                    if socket.send(Message::text(reply)).await.is_err() { return }
                }
                Some(Ok(Message::Close(_))) | None => return,
                Some(Ok(_)) => {}
                Some(Err(_)) => {
                    let farewell = CloseFrame { code: CloseCode::Size, reason: "".into() };
                    let _ = socket.send(Message::Close(Some(farewell))).await;
                    return;
                }
            },
        }
    }
}

/// Waits until somebody says who they are on the socket itself; gives the number of their frame too.
async fn challenged(
    mattermost: &Mattermost,
    socket: &mut WebSocketStream<TcpStream>,
) -> Option<(String, Option<i64>)> {
    let said = async {
        while let Some(Ok(message)) = socket.next().await {
            let Message::Text(text) = message else { continue };
            let frame: Value = serde_json::from_str(text.as_str()).unwrap_or_default();
            if frame["action"] == "authentication_challenge" {
                let token = frame["data"]["token"].as_str().unwrap_or_default();
                let seq = frame["seq"].as_i64().filter(|seq| *seq > 0)?;
                return mattermost.user_of(token).map(|user| (user, Some(seq)));
            }
        }
        None
    };
    tokio::select! {
        known = said => known,
        () = mattermost.clock.sleep(AUTHENTICATED_WITHIN) => None,
    }
}

impl Mattermost {
    /// The reply to a frame of a client.
    fn reply_to(&self, text: &str, user: &str) -> Value {
        let frame: Value = serde_json::from_str(text).unwrap_or_default();
        let fail = |id: &str, status: u16| {
            json!({"status": "FAIL", "error": {
                "id": id, "message": "It was refused.", "detailed_error": "", "status_code": status,
            }})
        };
        let Some(seq) = frame["seq"].as_i64().filter(|seq| *seq > 0) else {
            return fail("api.web_socket_router.bad_seq.app_error", 400);
        };
        let mut reply = match frame["action"].as_str().unwrap_or_default() {
            "" => fail("api.web_socket_router.no_action.app_error", 400),
            _ if !self.world().users.contains_key(user) => {
                fail("api.context.invalid_token.error", 401)
            }
            "ping" => json!({"status": "OK", "data": {
                "text": "pong", "version": self.version, "node_id": "",
                "server_time": self.clock.now().as_millis(),
            }}),
            "user_typing"
            | "user_update_active_status"
            | "posted_notify_ack"
            | "authentication_challenge" => json!({"status": "OK"}),
            "get_statuses" | "get_statuses_by_ids" => json!({"status": "OK", "data": {}}),
            _ => fail("api.web_socket_router.bad_action.app_error", 500),
        };
        reply["seq_reply"] = seq.into();
        reply
    }
}
