//! A gateway that answers by script, and the adapter before it.

use std::borrow::Cow;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use bytes::Bytes;
use chatgate_core::{
    Adapter, AdapterId, CardId, Clock, Cursor, Delivered, Event, Health, Inbox, InboxBackend,
    ManualClock, Place, Result, Seal, Seals, SeededRng, Specs, Timestamp, Uses,
};
use chatgate_http::{MemoryTransport, Response as Answered};
use chatgate_slack::{Slack, SlackBuilder};
use http::{HeaderMap, Request, Response, StatusCode};
use serde_json::{Value, json};

use crate::sign::sign;

pub(crate) const SECRET: &str = "00112233445566778899aabbccddeeff";
pub(crate) const NOW: i64 = 1_800_000_000;
pub(crate) const JSON: &str = "application/json";
pub(crate) const FORM: &str = "application/x-www-form-urlencoded";

/// The gateway's end: answers as it was told, remembers what came.
pub(crate) struct Backend {
    pub(crate) answer: Mutex<Delivered>,
    pub(crate) events: Mutex<Vec<Event>>,
    pub(crate) rejected: Mutex<Vec<String>>,
    pub(crate) alarms: Mutex<Vec<String>>,
    pub(crate) health: Mutex<Vec<Health>>,
    pub(crate) clock: ManualClock,
    clock_dyn: Arc<dyn Clock>,
    seals: Seals,
}

/// One request to Slack, as a transport saw it.
#[derive(Clone, Debug)]
pub(crate) struct Called {
    pub(crate) url: String,
    pub(crate) body: String,
}

/// The adapter between a scripted Slack and a scripted gateway.
pub(crate) struct Bot {
    pub(crate) slack: Arc<Slack>,
    pub(crate) inbox: Inbox,
    pub(crate) backend: Arc<Backend>,
    pub(crate) called: Arc<Mutex<Vec<Called>>>,
}

/// What a scripted Slack answers to a call: the path's last part, the body.
pub(crate) type Answers = fn(&str, &str) -> (u16, Value);

/// Everything is well, and nothing more.
pub(crate) fn well(method: &str, _: &str) -> (u16, Value) {
    let said = match method {
        "auth.test" => json!({
            "ok": true, "team_id": "T0ACME", "user_id": "U0BOT", "bot_id": "B0BOT",
            "app_id": "A0CHATGATE", "enterprise_id": null,
        }),
        "chat.postMessage" => json!({"ok": true, "channel": "C0OPS", "ts": "1800000001.000100"}),
        "conversations.open" => json!({"ok": true, "channel": {"id": "D0ALICE"}}),
        _ => json!({"ok": true}),
    };
    (200, said)
}

impl Bot {
    pub(crate) fn new() -> Self {
        Self::with(well, |builder| builder)
    }

    pub(crate) fn with(answers: Answers, set: impl FnOnce(SlackBuilder) -> SlackBuilder) -> Self {
        let called: Arc<Mutex<Vec<Called>>> = Arc::default();
        let seen = called.clone();
        let transport = MemoryTransport::new(move |request| {
            let method = request.url.path().rsplit('/').next().unwrap_or_default().to_owned();
            let body = String::from_utf8_lossy(&request.body).into_owned();
            seen.lock().unwrap().push(Called { url: request.url.to_string(), body: body.clone() });
            let (status, said) = answers(&method, &body);
            let mut headers = HeaderMap::new();
            headers.insert("x-oauth-scopes", "chat:write,users:read".parse().unwrap());
            let status = StatusCode::from_u16(status).unwrap();
            let body = said.as_str().map_or_else(|| said.to_string(), str::to_owned);
            async move { Ok(Answered::new(status, headers, body)) }
        });
        let builder = Slack::builder().signing_secret(SECRET).bot_token("xoxb-canary-token");
        let slack = set(builder.transport(Arc::new(transport))).build().unwrap();
        let clock = ManualClock::at(Timestamp::from_secs(NOW));
        let backend = Arc::new(Backend {
            answer: Mutex::new(Delivered::Accepted),
            events: Mutex::default(),
            rejected: Mutex::default(),
            alarms: Mutex::default(),
            health: Mutex::default(),
            clock_dyn: Arc::new(clock.clone()),
            clock,
            seals: Seals::random(Arc::new(SeededRng::new(7))),
        });
        let inbox = Inbox::new(AdapterId::parse("slack").unwrap(), backend.clone());
        Self { slack: Arc::new(slack), inbox, backend, called }
    }

    /// Sends a body as Slack does.
    pub(crate) async fn send(&self, kind: &str, body: &str) -> Response<Bytes> {
        let (timestamp, signature) = sign(SECRET, &self.inbox, body);
        let request = Request::post("/slack/events")
            .header("content-type", kind)
            .header("x-slack-request-timestamp", timestamp)
            .header("x-slack-signature", signature)
            .body(Bytes::from(body.to_owned()))
            .unwrap();
        self.request(request).await
    }

    pub(crate) async fn request(&self, request: Request<Bytes>) -> Response<Bytes> {
        self.slack.endpoints(&self.inbox)[0].call(request).await
    }

    /// Sends an interactivity payload.
    pub(crate) async fn interact(&self, payload: &Value) -> Response<Bytes> {
        let payload = payload.to_string();
        let body = form_urlencoded::Serializer::new(String::new())
            .append_pair("payload", &payload)
            .finish();
        self.send(FORM, &body).await
    }

    /// The one event that came since the last look.
    pub(crate) fn event(&self) -> Event {
        let mut events = std::mem::take(&mut *self.backend.events.lock().unwrap());
        assert_eq!(events.len(), 1, "{events:?}");
        events.remove(0)
    }

    pub(crate) fn rejected(&self) -> Vec<String> {
        std::mem::take(&mut *self.backend.rejected.lock().unwrap())
    }

    pub(crate) fn called(&self) -> Vec<Called> {
        std::mem::take(&mut *self.called.lock().unwrap())
    }

    pub(crate) fn answers(&self, delivered: Delivered) {
        *self.backend.answer.lock().unwrap() = delivered;
    }

    /// The text of a seal.
    pub(crate) fn seal(&self, uses: Uses) -> String {
        self.seal_in("slack:T0ACME:C0OPS", uses)
    }

    /// The text of a seal of something that was shown in a place.
    pub(crate) fn seal_in(&self, place: &str, uses: Uses) -> String {
        let place: Place = place.parse().unwrap();
        let made = Timestamp::from_secs(NOW);
        let seal = Seal::new("action:ack".into(), CardId::from(5), place, made, json!({"n": 7}));
        self.inbox.seals().seal(&seal.numbered(3).uses(uses)).unwrap()
    }

    /// A click on a button that carries this value.
    pub(crate) fn click(value: &str) -> Value {
        json!({
            "type": "block_actions", "token": "canary", "api_app_id": "A0CHATGATE",
            "team": {"id": "T0ACME", "domain": "acme"}, "enterprise": null,
            "is_enterprise_install": false, "trigger_id": "canary.1",
            "user": {"id": "U0ALICE", "username": "alice", "team_id": "T0ACME"},
            "channel": {"id": "C0OPS", "name": "ops"},
            "container": {
                "type": "message", "message_ts": "1799999999.000100", "channel_id": "C0OPS",
                "is_ephemeral": false,
            },
            "message": {"ts": "1799999999.000100", "text": "…"},
            "response_url": "https://hooks.slack.com/actions/T0ACME/1/canary",
            "actions": [{
                "type": "button", "block_id": "b", "action_id": "1", "value": value,
                "action_ts": "1800000000.5",
            }],
        })
    }
}

#[async_trait]
impl InboxBackend for Backend {
    async fn deliver(&self, _: &AdapterId, event: Event, _: Option<Cursor>) -> Delivered {
        self.events.lock().unwrap().push(event);
        self.answer.lock().unwrap().clone()
    }

    async fn cursor(&self, _: &AdapterId, _: &str) -> Result<Option<String>> {
        Ok(None)
    }

    fn seals(&self) -> &Seals {
        &self.seals
    }

    fn specs(&self) -> Arc<Specs> {
        Arc::default()
    }

    fn clock(&self) -> &Arc<dyn Clock> {
        &self.clock_dyn
    }

    fn reject(&self, _: &AdapterId, reason: Cow<'static, str>) {
        self.rejected.lock().unwrap().push(reason.into_owned());
    }

    fn health(&self, _: &AdapterId, health: Health) {
        self.health.lock().unwrap().push(health);
    }

    fn alarm(&self, _: &AdapterId, reason: &str) {
        self.alarms.lock().unwrap().push(reason.to_owned());
    }
}

impl Bot {
    /// Lets the adapter run until it has sent so many private words.
    pub(crate) async fn runs_until_called(&self, times: usize) {
        let (trigger, shutdown) = chatgate_core::ShutdownTrigger::new();
        let words = || {
            let called = self.called.lock().unwrap();
            called.iter().filter(|called| called.url.contains("hooks.")).count()
        };
        let asks = async {
            while words() < times {
                tokio::task::yield_now().await;
            }
            trigger.ask();
        };
        let (ended, ()) = tokio::join!(self.slack.run(self.inbox.clone(), shutdown), asks);
        ended.unwrap();
        self.called.lock().unwrap().retain(|called| called.url.contains("hooks."));
    }

    /// Lets the adapter run until it is ready.
    pub(crate) async fn connects(&self) {
        let (trigger, shutdown) = chatgate_core::ShutdownTrigger::new();
        let asks = async {
            while !self.backend.health.lock().unwrap().contains(&Health::Ready) {
                tokio::task::yield_now().await;
            }
            trigger.ask();
        };
        let (ended, ()) = tokio::join!(self.slack.run(self.inbox.clone(), shutdown), asks);
        ended.unwrap();
        self.called();
    }
}
