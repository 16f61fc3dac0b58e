//! A fake Slack: its Web API, what it delivers, and the control API.

mod api;
mod args;
mod blocks;
mod channel;
mod config;
mod control;
mod deliver;
mod draft;
mod flights;
mod forms;
mod handle;
mod interact;
mod message;
mod mrkdwn;
mod people;
mod refusal;
mod respond;
mod secrets;
mod seed;
mod sign;
mod ts;
mod twists;
mod uploads;
mod views;
mod world;

use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use bytes::Bytes;
use http::{HeaderValue, Method, StatusCode, header};
use serde_json::{Value, json};
use tokio::sync::watch;

pub use config::{MentionOrder, SlackConfig};
pub use deliver::Attempt;
pub use handle::{FakeSlack, SlackIds};

use super::clock::FakeClock;
use super::faults::{Fault, Faults};
use super::journal::Journal;
use super::server::{self, Arrived, Reply, Site};
use super::tasks::Tasks;
use api::{Logged, Pace};
use flights::Flights;
use twists::Twists;
use world::World;

/// Everything that a fake Slack is made of.
#[derive(Debug)]
pub(crate) struct Slack {
    world: Mutex<World>,
    clock: FakeClock,
    faults: Faults,
    twists: Twists,
    tasks: Tasks,
    flights: Flights,
    /// Counts changes, so that a test can wait for one.
    changed: watch::Sender<u64>,
    requests: Journal<Value>,
    attempts: Journal<Attempt>,
    logged: bool,
    pace: Option<Pace>,
    signing_secret: String,
    base_url: String,
    myself: Weak<Self>,
}

impl Slack {
    fn new(config: SlackConfig, base_url: String) -> Arc<Self> {
        let clock = FakeClock::new(Arc::clone(&config.clock));
        let world = World::new(&config, &base_url, clock.now());
        Arc::new_cyclic(|myself| Self {
            world: Mutex::new(world),
            clock,
            faults: Faults::default(),
            twists: Twists::default(),
            tasks: Tasks::default(),
            flights: Flights::default(),
            changed: watch::Sender::new(0),
            requests: Journal::default(),
            attempts: Journal::default(),
            logged: config.logged,
            pace: config.paced.then(Pace::default),
            signing_secret: config.signing_secret,
            base_url,
            myself: Weak::clone(myself),
        })
    }

    fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
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
                let body = json!({"ok": false, "error": "ratelimited"});
                let mut response = server::json_with(StatusCode::TOO_MANY_REQUESTS, &body);
                let seconds = HeaderValue::from(*retry_after);
                response.headers_mut().insert(header::RETRY_AFTER, seconds);
                Some(Reply::Answer(response))
            }
            Fault::HttpError { status } => {
                let status = StatusCode::from_u16(*status).unwrap_or(StatusCode::BAD_GATEWAY);
                Some(Reply::Answer(server::text(status, "fault")))
            }
            Fault::ApiError { code } => {
                Some(Reply::Answer(server::json(&json!({"ok": false, "error": code}))))
            }
        }
    }

    fn log_request(&self, method: &str, arrived: &Arrived, logged: &Logged) {
        if !self.logged {
            return;
        }
        let at_ms = self.clock.now().as_millis();
        self.requests.write(|number| {
            json!({
                "number": number, "at_ms": at_ms, "method": method,
                "http_method": arrived.method.as_str(),
                "content_type": arrived.header("content-type"),
                "authorized": !arrived.header("authorization").is_empty(),
                "body": logged.args.as_ref().map(args::Args::sent), "status": logged.status,
                "error": logged.error, "fault": logged.fault, "answer": logged.answer,
            })
        });
    }

    /// Takes the bytes of a file at its upload URL.
    async fn upload(&self, id: &str, arrived: &Arrived) -> Reply {
        if let Some((fault, _)) = self.faults.strike("upload")
            && let Some(reply) = self.suffer(&fault).await
        {
            return reply;
        }
        let kind = arrived.header("content-type");
        let brought = self.world().uploads.bring(id, kind, &arrived.body);
        let (status, words) = match brought {
            true => (StatusCode::OK, format!("OK - {}", arrived.body.len())),
            false => (StatusCode::BAD_REQUEST, "the file is not the one announced".to_owned()),
        };
        let logged = Logged { status: status.as_u16(), ..Logged::default() };
        self.log_request("upload", arrived, &logged);
        Reply::Answer(server::text(status, &words))
    }

    /// Gives the bytes of a file to who has the token.
    fn download(&self, id: &str, arrived: &Arrived) -> Reply {
        let world = self.world();
        let token = arrived.header("authorization").strip_prefix("Bearer ");
        if token != Some(world.app.token.as_str()) || !world.app.granted("files:read") {
            // Bad credentials get a login page, with status 200.
            return Reply::Answer(server::text(StatusCode::OK, "<html>Sign in</html>"));
        }
        match world.uploads.get(id).and_then(|upload| upload.bytes.clone()) {
            None => Reply::Answer(server::text(StatusCode::NOT_FOUND, "file_not_found")),
            Some(bytes) => {
                let mut response = server::text(StatusCode::OK, "");
                *response.body_mut() = http_body_util::Full::new(bytes);
                Reply::Answer(response)
            }
        }
    }
}

impl Site for Slack {
    fn tasks(&self) -> &Tasks {
        &self.tasks
    }

    #[allow(clippy::manual_async_fn, reason = "the future must be Send, and says so")]
    fn answer(self: Arc<Self>, arrived: Arrived) -> impl Future<Output = Reply> + Send {
        async move {
            let path = arrived.path.as_str();
            if let Some(method) = path.strip_prefix("/api/") {
                return api::answer(&self, method, &arrived).await;
            }
            if let Some(verb) = path.strip_prefix("/_control/") {
                return Reply::Answer(control::answer(&self, verb, &arrived).await);
            }
            if path.starts_with("/commands/") || path.starts_with("/actions/") {
                return respond::answer(&self, &arrived).await;
            }
            if let Some(id) = path.strip_prefix("/upload/v1/") {
                return self.upload(id, &arrived).await;
            }
            if let (Some(id), &Method::GET) = (path.strip_prefix("/files/"), &arrived.method) {
                return self.download(id, &arrived);
            }
            Reply::Answer(server::text(StatusCode::NOT_FOUND, "not found"))
        }
    }
}

/// The body of a request as JSON; an empty one is `{}`.
fn read_json(body: &Bytes) -> Result<Value, String> {
    if body.is_empty() {
        return Ok(json!({}));
    }
    serde_json::from_slice(body).map_err(|error| format!("not JSON: {error}"))
}
