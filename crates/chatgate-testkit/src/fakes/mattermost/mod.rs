//! A fake Mattermost: its REST API, its WebSocket, what it posts to programs, and the control API.

mod acts;
mod api;
mod channel;
mod config;
mod control;
mod deliver;
mod handle;
mod people;
mod refusal;
mod reply;
mod seed;
mod settings;
mod sockets;
mod team;
mod webhooks;
mod world;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::{Duration, UNIX_EPOCH};

use bytes::Bytes;
use http::{HeaderValue, Response, StatusCode, header};
use http_body_util::Full;
use serde_json::{Value, json};
use tokio::sync::watch;

pub use config::MattermostConfig;
pub use deliver::Delivery;
pub use handle::{FakeMattermost, MattermostIds};

use super::clock::FakeClock;
use super::faults::{Fault, Faults};
use super::journal::Journal;
use super::server::{Arrived, Reply, Site};
use super::tasks::Tasks;
use sockets::Sockets;
use world::World;

/// The last second that a `Date` can say.
const YEAR_9999_MS: u64 = 253_402_300_799_000;

/// Everything that a fake Mattermost is made of.
pub(crate) struct Mattermost {
    world: Mutex<World>,
    sockets: Mutex<Sockets>,
    clock: FakeClock,
    faults: Faults,
    tasks: Tasks,
    /// Counts changes, so that a test can wait for one.
    changes: watch::Sender<u64>,
    requests: Journal<Value>,
    logged: bool,
    version: String,
    base_url: String,
    /// Itself, for what goes on after an answer.
    me: Weak<Self>,
}

impl Mattermost {
    fn new(config: MattermostConfig, base_url: String) -> Arc<Self> {
        let clock = FakeClock::new(Arc::clone(&config.clock));
        Arc::new_cyclic(|me| Self {
            world: Mutex::new(World::new(&config, &base_url)),
            sockets: Mutex::new(Sockets::new(clock.now())),
            clock,
            faults: Faults::default(),
            tasks: Tasks::default(),
            changes: watch::Sender::new(0),
            requests: Journal::default(),
            logged: config.logged,
            version: config.version,
            base_url,
            me: me.clone(),
        })
    }

    fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Never held while the world is waited for: the world comes first.
    fn sockets(&self) -> MutexGuard<'_, Sockets> {
        self.sockets.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn changed(&self) {
        self.changes.send_modify(|count| *count += 1);
    }

    /// Whose token it is; that of somebody who is deactivated is nobody's.
    fn user_of(&self, token: &str) -> Option<String> {
        let world = self.world();
        let user = world.tokens.get(token)?;
        (world.users.get(user)?["delete_at"] == 0).then(|| user.clone())
    }

    /// The answer that a fault makes; `None` when the request goes on.
    async fn suffer(&self, fault: &Fault) -> Option<Reply> {
        match fault {
            Fault::Reset => Some(Reply::Reset),
            Fault::Slow { by } => {
                self.clock.sleep(*by).await;
                None
            }
            Fault::RateLimit { retry_after } => {
                let status = StatusCode::TOO_MANY_REQUESTS;
                let mut response = reply::text(status, "limit exceeded");
                let headers = response.headers_mut();
                headers.insert(header::RETRY_AFTER, HeaderValue::from(*retry_after));
                headers.insert("x-ratelimit-limit", HeaderValue::from(101));
                headers.insert("x-ratelimit-remaining", HeaderValue::from(0));
                headers.insert("x-ratelimit-reset", HeaderValue::from(*retry_after));
                Some(Reply::Answer(response))
            }
            Fault::HttpError { status } => {
                let status = StatusCode::from_u16(*status).unwrap_or(StatusCode::BAD_GATEWAY);
                Some(Reply::Answer(reply::text(status, "<html>fault</html>")))
            }
            Fault::ApiError { code } => {
                let body = json!({"id": code, "message": "fault", "status_code": 500});
                Some(Reply::Answer(reply::json(StatusCode::INTERNAL_SERVER_ERROR, &body)))
            }
        }
    }

    fn log_request(&self, arrived: &Arrived, status: u16) {
        if !self.logged {
            return;
        }
        let at_ms = self.clock.now().as_millis();
        let body: Value = serde_json::from_slice(&arrived.body).unwrap_or_default();
        self.requests.write(|number| {
            json!({
                "number": number, "at_ms": at_ms, "method": arrived.method.as_str(),
                "path": arrived.path, "query": arrived.query, "body": body, "status": status,
                "authorized": !arrived.header("authorization").is_empty(),
            })
        });
    }
}

impl Site for Mattermost {
    fn tasks(&self) -> &Tasks {
        &self.tasks
    }

    #[allow(clippy::manual_async_fn, reason = "the future must be Send, and says so")]
    fn answer(self: Arc<Self>, arrived: Arrived) -> impl Future<Output = Reply> + Send {
        async move {
            let mut reply = self.reply(&arrived).await;
            if let Reply::Answer(response) = &mut reply {
                self.date(response);
            }
            reply
        }
    }
}

impl Mattermost {
    /// Tells the time, as every web server does; by its own clock.
    fn date(&self, response: &mut Response<Full<Bytes>>) {
        let since = u64::try_from(self.now_ms()).unwrap_or_default().min(YEAR_9999_MS);
        let now = httpdate::fmt_http_date(UNIX_EPOCH + Duration::from_millis(since));
        if let Ok(now) = HeaderValue::from_str(&now) {
            response.headers_mut().insert(header::DATE, now);
        }
    }

    async fn reply(self: &Arc<Self>, arrived: &Arrived) -> Reply {
        let path = arrived.path.as_str();
        if path == "/api/v4/websocket" {
            return sockets::upgrade(self, arrived);
        }
        if let Some(verb) = path.strip_prefix("/_control/") {
            return Reply::Answer(control::answer(self, verb, arrived).await);
        }
        if let Some(route) = path.strip_prefix("/api/v4/") {
            return api::answer(self, route, arrived).await;
        }
        if let Some(id) = path.strip_prefix("/hooks/commands/") {
            return Reply::Answer(webhooks::respond(self, id, arrived));
        }
        if let Some(id) = path.strip_prefix("/hooks/") {
            return Reply::Answer(webhooks::incoming(self, id, arrived));
        }
        Reply::Answer(reply::text(StatusCode::NOT_FOUND, "not found"))
    }
}
