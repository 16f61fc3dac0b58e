//! A fake Teams: workflows to post by, an outgoing webhook that calls, people, and the control API.

mod answer;
mod call;
mod cards;
mod config;
mod control;
mod handle;
mod pace;
mod run;
mod sign;
mod workflow;
mod world;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use http::{HeaderValue, StatusCode, header};
use serde_json::{Value, json};
use tokio::sync::watch;

pub use call::Call;
pub use config::TeamsConfig;
pub use handle::{FakeTeams, TeamsIds};

use super::clock::FakeClock;
use super::faults::{Fault, Faults};
use super::journal::Journal;
use super::server::{self, Arrived, Reply, Site};
use super::tasks::Tasks;
use pace::Pace;
use world::World;

/// Everything that a fake Teams is made of.
pub(crate) struct Teams {
    world: Mutex<World>,
    clock: FakeClock,
    faults: Faults,
    tasks: Tasks,
    /// Absent where it takes as much as it is sent.
    pace: Option<Pace>,
    /// Counts changes, so that a test can wait for one.
    changes: watch::Sender<u64>,
    requests: Journal<Value>,
    runs: Journal<Value>,
    logged: bool,
    token: String,
    base_url: String,
}

impl Teams {
    fn new(config: TeamsConfig, base_url: String) -> Arc<Self> {
        Arc::new(Self {
            world: Mutex::new(World::new(config.listen_url)),
            clock: FakeClock::new(config.clock),
            faults: Faults::default(),
            tasks: Tasks::default(),
            pace: config.paced.then(Pace::default),
            changes: watch::Sender::new(0),
            requests: Journal::default(),
            runs: Journal::default(),
            logged: config.logged,
            token: config.token,
            base_url,
        })
    }

    fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn changed(&self) {
        self.changes.send_modify(|count| *count += 1);
    }

    /// The answer that a fault makes; `None` when the request goes on.
    async fn suffer(&self, fault: &Fault) -> Option<Reply> {
        match fault {
            Fault::Reset => Some(Reply::Reset),
            Fault::Slow { by } => {
                self.clock.sleep(*by).await;
                None
            }
            Fault::RateLimit { retry_after } => Some(Reply::Answer(throttled(*retry_after))),
            Fault::HttpError { status } => {
                let status = StatusCode::from_u16(*status).unwrap_or(StatusCode::BAD_GATEWAY);
                Some(Reply::Answer(server::text(status, "<html>fault</html>")))
            }
            Fault::ApiError { code } => Some(Reply::Answer(refused(StatusCode::BAD_REQUEST, code))),
        }
    }

    fn log_request(&self, workflow: &str, arrived: &Arrived, status: u16) {
        if !self.logged {
            return;
        }
        let at_ms = self.clock.now().as_millis();
        let body: Value = serde_json::from_slice(&arrived.body).unwrap_or_default();
        let bytes = arrived.body.len();
        self.requests.write(|number| {
            json!({
                "number": number, "at_ms": at_ms, "method": arrived.method.as_str(),
                "workflow": workflow, "bytes": bytes, "body": body, "status": status,
            })
        });
    }
}

/// A refusal as the trigger of a workflow words it.
fn refused(status: StatusCode, code: &str) -> http::Response<http_body_util::Full<bytes::Bytes>> {
    server::json_with(status, &json!({"error": {"code": code, "message": "refused by the fake"}}))
}

fn throttled(retry_after: u64) -> http::Response<http_body_util::Full<bytes::Bytes>> {
    let mut response = refused(StatusCode::TOO_MANY_REQUESTS, "WorkflowTriggerIsThrottled");
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(retry_after));
    response
}

impl Site for Teams {
    fn tasks(&self) -> &Tasks {
        &self.tasks
    }

    #[allow(clippy::manual_async_fn, reason = "the future must be Send, and says so")]
    fn answer(self: Arc<Self>, arrived: Arrived) -> impl Future<Output = Reply> + Send {
        async move {
            let path = arrived.path.as_str();
            if let Some(verb) = path.strip_prefix("/_control/") {
                return Reply::Answer(control::answer(&self, verb, &arrived).await);
            }
            if let Some(rest) = path.strip_prefix("/workflows/") {
                return workflow::answer(&self, rest, &arrived).await;
            }
            Reply::Answer(server::text(StatusCode::NOT_FOUND, "not found"))
        }
    }
}
