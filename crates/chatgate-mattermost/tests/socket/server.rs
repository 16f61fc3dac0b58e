//! As much of a Mattermost server as the socket needs, without a network: posts, the WebSocket with its
//! resume, and the lists of posts (mattermost.md §2).

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use chatgate_core::{Clock, ManualClock, Result};
use chatgate_http::{Frame, MemorySocket, MemoryTransport, Request, Response, Socket};
use http::{HeaderMap, StatusCode};
use serde_json::{Value, json};
use tokio::sync::mpsc;
use tokio::task::JoinSet;

pub(crate) const BOT: &str = "bot";
/// How many events a server keeps that it has sent, and how many that wait for a connection.
const SENT: usize = 128;
const WAITING: usize = 256;

#[derive(Clone)]
pub(crate) struct Server(Arc<Mutex<World>>);

struct World {
    clock: ManualClock,
    channels: Vec<(&'static str, &'static str)>,
    posts: Vec<Value>,
    connections: HashMap<String, Connection>,
    count: u64,
    takes_token: bool,
    is_deaf: bool,
    fails: usize,
    asked: Vec<String>,
    tasks: JoinSet<()>,
}

#[derive(Default)]
struct Connection {
    next: u64,
    sent: VecDeque<(u64, String)>,
    waiting: VecDeque<(u64, String)>,
    live: Option<mpsc::Sender<String>>,
}

impl Server {
    pub(crate) fn new(clock: &ManualClock) -> Self {
        Self(Arc::new(Mutex::new(World {
            clock: clock.clone(),
            channels: vec![("ops", "O"), ("dev", "P"), ("line", "D")],
            posts: Vec::new(),
            connections: HashMap::new(),
            count: 0,
            takes_token: true,
            is_deaf: false,
            fails: 0,
            asked: Vec::new(),
            tasks: JoinSet::new(),
        })))
    }

    fn world(&self) -> MutexGuard<'_, World> {
        self.0.lock().unwrap()
    }

    pub(crate) fn transport(&self) -> MemoryTransport {
        let (answers, opens) = (self.clone(), self.clone());
        MemoryTransport::new(move |request| {
            let answer = answers.answer(&request);
            async move { Ok(answer) }
        })
        .sockets(move |request| {
            let socket = opens.open(&request);
            async move { socket }
        })
    }

    /// Somebody writes something; gives the post's id.
    pub(crate) fn post(&self, channel: &str, message: &str) -> String {
        let mut world = self.world();
        let at = world.now();
        let post = world.write(channel, message, at);
        world.tell_of("posted", channel, &post);
        post["id"].as_str().unwrap().to_owned()
    }

    /// A post is there only now that was made so long ago: rows are written out of order.
    pub(crate) fn write_late(&self, channel: &str, by: Duration) -> String {
        let mut world = self.world();
        let at = (world.clock.now() - by).as_millis();
        let post = world.write(channel, "late", at);
        post["id"].as_str().unwrap().to_owned()
    }

    pub(crate) fn edit(&self, id: &str, message: &str) {
        let mut world = self.world();
        let now = world.now();
        let post = world.change(id, |post| {
            post["message"] = message.into();
            post["edit_at"] = now.into();
        });
        let channel = post["channel_id"].as_str().unwrap().to_owned();
        world.tell_of("post_edited", &channel, &post);
    }

    pub(crate) fn delete(&self, id: &str) {
        let mut world = self.world();
        let now = world.now();
        let mut post = world.change(id, |post| post["delete_at"] = now.into());
        post["delete_at"] = 0.into();
        let channel = post["channel_id"].as_str().unwrap().to_owned();
        world.tell_of("post_deleted", &channel, &post);
    }

    /// Cuts every socket; the server still knows its connections.
    pub(crate) fn cut(&self) {
        for connection in self.world().connections.values_mut() {
            connection.live = None;
        }
    }

    /// Cuts every socket and forgets their connections.
    pub(crate) fn forget(&self) {
        self.world().connections.clear();
    }

    /// Loses the next event of every socket on the way.
    pub(crate) fn lose_one(&self) {
        for connection in self.world().connections.values_mut() {
            let seq = connection.next;
            connection.next += 1;
            let event = json!({"event": "typing", "data": {}, "broadcast": {}, "seq": seq});
            connection.sent.push_back((seq, event.to_string()));
        }
    }

    /// Sockets that open from now on say nothing.
    pub(crate) fn is_deaf(&self, is_deaf: bool) {
        self.world().is_deaf = is_deaf;
    }

    pub(crate) fn revoke(&self) {
        self.world().takes_token = false;
    }

    /// The next requests fail.
    pub(crate) fn fail(&self, times: usize) {
        self.world().fails = times;
    }

    pub(crate) fn is_connected(&self) -> bool {
        self.world().connections.values().any(|connection| connection.live.is_some())
    }

    /// The lists of posts that were asked for.
    pub(crate) fn asked(&self) -> Vec<String> {
        let asked = self.world().asked.clone();
        asked.into_iter().filter(|route| route.contains("/posts?")).collect()
    }

    fn answer(&self, request: &Request) -> Response {
        let mut world = self.world();
        let say = |status: StatusCode, body: &Value| {
            Response::new(status, HeaderMap::new(), body.to_string())
        };
        if !world.takes_token {
            return say(StatusCode::UNAUTHORIZED, &json!({"id": "api.context.session_expired"}));
        }
        if world.fails > 0 {
            world.fails -= 1;
            return say(StatusCode::SERVICE_UNAVAILABLE, &json!({}));
        }
        let route = request.url.path().trim_start_matches("/api/v4/").to_owned();
        world.asked.push(format!("{route}?{}", request.url.query().unwrap_or_default()));
        let query: HashMap<_, _> = request.url.query_pairs().into_owned().collect();
        let body = match route.split('/').collect::<Vec<_>>()[..] {
            ["users", "me"] => json!({"id": BOT, "username": "opsbot"}),
            ["users", "me", "channels"] => world.joined(),
            ["channels", id] => world.channel(id),
            ["channels", id, "posts"] => world.list(id, &query),
            _ => return say(StatusCode::NOT_FOUND, &json!({})),
        };
        say(StatusCode::OK, &body)
    }

    fn open(&self, request: &Request) -> Result<Box<dyn Socket>> {
        let (ours, theirs) = MemorySocket::pair();
        let mut world = self.world();
        if !world.takes_token {
            // A bad token is taken, and the socket dropped.
            return Ok(Box::new(ours));
        }
        let (out, coming) = mpsc::channel(4_096);
        if world.is_deaf {
            world.tasks.spawn(async move {
                let _open = (out, theirs);
                std::future::pending::<()>().await;
            });
            return Ok(Box::new(ours));
        }
        let query: HashMap<_, _> = request.url.query_pairs().into_owned().collect();
        world.greet(&query, &out);
        world.tasks.spawn(pump(theirs, coming, self.clone()));
        Ok(Box::new(ours))
    }
}

impl World {
    fn now(&self) -> i64 {
        self.clock.now().as_millis()
    }

    fn write(&mut self, channel: &str, message: &str, at: i64) -> Value {
        self.count += 1;
        let post = json!({
            "id": format!("p{:06}", self.count), "create_at": at, "update_at": at, "edit_at": 0,
            "delete_at": 0, "user_id": "alice", "channel_id": channel, "root_id": "",
            "message": message, "type": "", "props": {},
        });
        self.posts.push(post.clone());
        post
    }

    fn change(&mut self, id: &str, change: impl FnOnce(&mut Value)) -> Value {
        let now = self.now();
        let post = self.posts.iter_mut().find(|post| post["id"] == id).unwrap();
        change(post);
        post["update_at"] = now.into();
        post.clone()
    }

    fn tell_of(&mut self, event: &str, channel: &str, post: &Value) {
        let kind = self.channels.iter().find(|(id, _)| *id == channel).unwrap().1;
        let data = json!({"post": post.to_string(), "channel_type": kind, "team_id": "t1"});
        self.connections.retain(|_, connection| {
            let seq = connection.next;
            connection.next += 1;
            let event = json!({
                "event": event, "data": data, "broadcast": {"channel_id": channel}, "seq": seq,
            });
            let live = connection.live.as_ref().filter(|live| !live.is_closed());
            match live {
                Some(live) => {
                    let _ = live.try_send(event.to_string());
                    connection.sent.push_back((seq, event.to_string()));
                }
                None => connection.waiting.push_back((seq, event.to_string())),
            }
            if connection.sent.len() > SENT {
                connection.sent.pop_front();
            }
            connection.waiting.len() <= WAITING
        });
    }

    /// Goes on with an earlier connection where that is possible, else begins a new one.
    fn greet(&mut self, query: &HashMap<String, String>, out: &mpsc::Sender<String>) {
        let wanted: Option<u64> = query.get("sequence_number").and_then(|text| text.parse().ok());
        let earlier = query.get("connection_id").and_then(|id| self.connections.get_mut(id));
        if let (Some(connection), Some(wanted)) = (earlier, wanted) {
            let kept = connection.sent.iter().chain(&connection.waiting);
            let missed: Vec<_> = kept.filter(|(seq, _)| *seq >= wanted).cloned().collect();
            let is_whole =
                missed.first().map_or(wanted == connection.next, |(seq, _)| *seq == wanted);
            if is_whole {
                for (_, event) in missed {
                    out.try_send(event).unwrap();
                }
                let waiting = std::mem::take(&mut connection.waiting);
                connection.sent.extend(waiting);
                connection.live = Some(out.clone());
                return;
            }
        }
        self.count += 1;
        let id = format!("connection{}", self.count);
        let data = json!({"connection_id": id, "server_version": "11.6.0.1.x.true"});
        let hello = json!({"event": "hello", "data": data, "broadcast": {}, "seq": 0});
        out.try_send(hello.to_string()).unwrap();
        let connection = Connection { next: 1, live: Some(out.clone()), ..Connection::default() };
        self.connections.insert(id, connection);
    }

    fn reply_to(&self, asked: &Value) -> Value {
        let data = json!({"text": "pong", "server_time": self.now()});
        let status = if self.takes_token { "OK" } else { "FAIL" };
        json!({"status": status, "seq_reply": asked["seq"], "data": data})
    }

    fn joined(&self) -> Value {
        self.channels.iter().map(|(id, _)| self.channel(id)).collect()
    }

    fn channel(&self, id: &str) -> Value {
        let kind = self.channels.iter().find(|(other, _)| *other == id).unwrap().1;
        let newest = self.posts.iter().filter(|post| post["channel_id"] == id);
        let newest = newest.filter_map(|post| post["create_at"].as_i64()).max();
        json!({"id": id, "type": kind, "team_id": "t1", "last_post_at": newest.unwrap_or(0)})
    }

    fn list(&self, channel: &str, query: &HashMap<String, String>) -> Value {
        let number = |name: &str| query.get(name).and_then(|text| text.parse::<usize>().ok());
        let time = |post: &Value, name: &str| post[name].as_i64().unwrap();
        let mut here: Vec<_> =
            self.posts.iter().filter(|post| post["channel_id"] == channel).collect();
        here.sort_by_key(|post| time(post, "create_at"));
        let here = here.into_iter();
        let count = number("per_page").unwrap_or(60).min(200);
        let skipped = number("page").unwrap_or(0) * count;
        let is_there = |post: &&Value| post["delete_at"] == 0;
        let made = |id: &String| {
            let post = self.posts.iter().find(|post| post["id"] == **id);
            post.map_or(0, |post| time(post, "create_at"))
        };
        let found: Vec<&Value> = if let Some(since) = query.get("since") {
            let since: i64 = since.parse().unwrap();
            any_thousand(here.filter(|post| time(post, "update_at") > since).collect())
        } else if let Some(after) = query.get("after") {
            let last = made(after);
            let later = here.filter(|post| time(post, "create_at") > last);
            later.filter(is_there).skip(skipped).take(count).collect()
        } else {
            let next = query.get("before").map_or(i64::MAX, made);
            let earlier = here.filter(|post| time(post, "create_at") < next).filter(is_there);
            let mut page: Vec<_> = earlier.rev().skip(skipped).take(count).collect();
            page.reverse();
            page
        };
        let mut order: Vec<_> = found.iter().map(|post| post["id"].clone()).collect();
        order.reverse();
        let posts: serde_json::Map<_, _> = found
            .into_iter()
            .map(|post| (post["id"].as_str().unwrap().to_owned(), post.clone()))
            .collect();
        json!({"order": order, "posts": posts})
    }
}

/// A thousand of more, whichever.
fn any_thousand(mut posts: Vec<&Value>) -> Vec<&Value> {
    let place = |post: &Value| {
        let number: u64 = post["id"].as_str().unwrap()[1..].parse().unwrap();
        number.wrapping_mul(0x9E37_79B9_7F4A_7C15)
    };
    let mut places: Vec<_> = posts.iter().map(|post| place(post)).collect();
    places.sort_unstable();
    if let Some(last) = places.get(1_000) {
        posts.retain(|post| place(post) < *last);
    }
    posts
}

/// Carries frames until either side ends.
async fn pump(mut socket: MemorySocket, mut coming: mpsc::Receiver<String>, server: Server) {
    loop {
        tokio::select! {
            event = coming.recv() => match event {
                Some(event) => if socket.send(Frame::Text(event)).await.is_err() { return },
                None => return,
            },
            frame = socket.next() => match frame {
                Ok(Some(Frame::Text(text))) => {
                    let asked: Value = serde_json::from_str(&text).unwrap();
                    assert_eq!(asked["action"], "ping");
                    let reply = server.world().reply_to(&asked);
                    if socket.send(Frame::Text(reply.to_string())).await.is_err() { return }
                }
                Ok(Some(_)) => {}
                _ => return,
            },
        }
    }
}
