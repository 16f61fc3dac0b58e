//! What is sent to the app: signed, with a deadline, and events again when they were not taken.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use chatgate_core::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::sign::signature;
use super::world::Outgoing;
use super::{Slack, seed};
use crate::fakes::client;

/// The app has to answer within three seconds.
const DEADLINE: Duration = Duration::from_secs(3);
/// Events are sent again at once, after a minute and after five.
const RETRIES: [Duration; 3] =
    [Duration::ZERO, Duration::from_secs(60), Duration::from_secs(5 * 60)];

/// One request to the app, and what came back.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Attempt {
    /// `event_callback`, `url_verification`, `slash_command`, `block_actions`, …
    pub kind: String,
    /// The event's id, the same in every attempt.
    pub event_id: Option<String>,
    /// The type of the event inside.
    pub event_type: Option<String>,
    /// 0 for the first attempt, then 1 to 3.
    pub retry: u32,
    /// Why it was sent again.
    pub reason: Option<String>,
    /// When, in milliseconds since the epoch, by the fake's clock.
    pub at_ms: i64,
    /// Where to.
    pub url: String,
    /// The body as it was sent.
    pub request: String,
    /// The HTTP status of the answer; `None` without an answer.
    pub status: Option<u16>,
    /// The body of the answer.
    pub answer: String,
    /// Why there was no answer in time: `http_timeout`, `connection_failed`.
    pub error: Option<String>,
    /// How long the answer took, in milliseconds.
    pub ms: u64,
    /// What the person saw of the answer: `ephemeral`, `in_channel`, `operation_timeout`, ….
    pub shown: Option<String>,
}

impl Attempt {
    /// Whether the app took it: status 2xx in time.
    #[must_use]
    pub fn taken(&self) -> bool {
        self.status.is_some_and(|status| (200..300).contains(&status))
    }

    fn ended(&self) -> Timestamp {
        Timestamp::from_millis(self.at_ms) + Duration::from_millis(self.ms)
    }
}

/// How a request is made so that the app must refuse it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Forgery {
    #[default]
    None,
    Unsigned,
    WrongSecret,
    /// Signed right, more than five minutes ago.
    Stale,
    /// Signed right, more than five minutes ahead.
    Early,
    /// The body was changed after it was signed.
    Altered,
}

impl Forgery {
    /// As the control API writes it.
    pub(super) fn read(name: Option<&str>) -> Result<Self, String> {
        match name {
            None => Ok(Self::None),
            Some("unsigned") => Ok(Self::Unsigned),
            Some("wrong_secret") => Ok(Self::WrongSecret),
            Some("stale") => Ok(Self::Stale),
            Some("early") => Ok(Self::Early),
            Some("altered") => Ok(Self::Altered),
            Some(other) => Err(format!("no such forgery: {other}")),
        }
    }
}

/// One request to be sent.
#[derive(Clone, Debug)]
pub(super) struct Parcel {
    pub(super) kind: String,
    pub(super) event_id: Option<String>,
    pub(super) event_type: Option<String>,
    pub(super) url: String,
    pub(super) content_type: &'static str,
    pub(super) body: String,
    pub(super) forgery: Forgery,
}

impl Parcel {
    pub(super) fn json(kind: &str, url: String, body: &Value, forgery: Forgery) -> Self {
        let (kind, body) = (kind.to_owned(), body.to_string());
        let content_type = "application/json";
        Self { kind, event_id: None, event_type: None, url, content_type, body, forgery }
    }

    pub(super) fn form(kind: &str, url: String, fields: &[(&str, &str)], forgery: Forgery) -> Self {
        let mut encoded = form_urlencoded::Serializer::new(String::new());
        let body = encoded.extend_pairs(fields).finish();
        let (kind, content_type) = (kind.to_owned(), "application/x-www-form-urlencoded");
        Self { kind, event_id: None, event_type: None, url, content_type, body, forgery }
    }
}

impl Slack {
    /// Sends a parcel once.
    pub(super) async fn send(&self, parcel: &Parcel, retry: u32, reason: Option<&str>) -> Attempt {
        let begun = self.clock.now();
        let mut headers = self.headers(parcel);
        if let Some(reason) = reason {
            headers.push(("x-slack-retry-num", retry.to_string()));
            headers.push(("x-slack-retry-reason", reason.to_owned()));
        }
        let mut body = parcel.body.clone();
        if parcel.forgery == Forgery::Altered {
            body.push(' ');
        }
        let body = Bytes::from(body);
        let mut attempt = Attempt {
            kind: parcel.kind.clone(),
            event_id: parcel.event_id.clone(),
            event_type: parcel.event_type.clone(),
            retry,
            reason: reason.map(str::to_owned),
            at_ms: begun.as_millis(),
            url: parcel.url.clone(),
            request: parcel.body.clone(),
            ..Attempt::default()
        };
        let answered = tokio::select! {
            biased;
            answered = client::post(&parcel.url, &headers, body) => Some(answered),
            () = self.clock.sleep(DEADLINE) => None,
        };
        match answered {
            None => attempt.error = Some("http_timeout".to_owned()),
            Some(Err(error)) => {
                attempt.error = Some("connection_failed".to_owned());
                attempt.answer = error;
            }
            Some(Ok(answered)) => {
                attempt.status = Some(answered.status);
                attempt.answer = String::from_utf8_lossy(&answered.body).into_owned();
                if answered.headers.get("x-slack-no-retry").is_some_and(|value| value == "1") {
                    attempt.shown = Some("no_retry".to_owned());
                }
            }
        }
        let took = self.clock.now().since(begun).as_millis();
        attempt.ms = u64::try_from(took).unwrap_or(u64::MAX);
        attempt
    }

    fn headers(&self, parcel: &Parcel) -> Vec<(&'static str, String)> {
        let now = self.clock.now().as_millis() / 1_000;
        let seconds = match parcel.forgery {
            Forgery::Stale => now - 301,
            Forgery::Early => now + 301,
            _ => now,
        };
        let mut headers = vec![("content-type", parcel.content_type.to_owned())];
        if parcel.forgery != Forgery::Unsigned {
            let wrong = parcel.forgery == Forgery::WrongSecret;
            let secret = if wrong { "wrong" } else { &self.signing_secret };
            let timestamp = seconds.to_string();
            let signed = signature(secret, &timestamp, parcel.body.as_bytes());
            headers.push(("x-slack-request-timestamp", timestamp));
            headers.push(("x-slack-signature", signed));
        }
        headers
    }

    pub(super) fn log_attempt(&self, attempt: &Attempt) {
        if self.logged {
            self.attempts.write(|_| attempt.clone());
        }
        self.changed.send_modify(|changes| *changes += 1);
    }

    /// Sends an event in an envelope of its own, and again as long as it is not taken. The first
    /// attempt is waited for; `None` when it was dropped, or when nobody listens.
    pub(super) async fn deliver(
        self: &Arc<Self>,
        outgoing: Outgoing,
        forgery: Forgery,
    ) -> Vec<Attempt> {
        let Some(parcel) = self.envelope(outgoing, forgery) else { return Vec::new() };
        let copies = self.twists.copies(parcel.event_type.as_deref().unwrap_or_default());
        let mut first = Vec::new();
        for _ in 0..copies {
            let attempt = self.send(&parcel, 0, None).await;
            self.log_attempt(&attempt);
            // A forger does not come back.
            let reason = retry_reason(&attempt).filter(|_| forgery == Forgery::None);
            if let Some(reason) = reason {
                let (slack, parcel) = (Arc::clone(self), parcel.clone());
                let ended = attempt.ended();
                self.tasks.start(async move { slack.again(parcel, reason, ended).await });
            }
            first.push(attempt);
        }
        first
    }

    async fn again(
        self: Arc<Self>,
        parcel: Parcel,
        mut reason: &'static str,
        mut ended: Timestamp,
    ) {
        for (retry, delay) in (1..).zip(RETRIES) {
            self.clock.sleep_until(ended + delay).await;
            let attempt = self.send(&parcel, retry, Some(reason)).await;
            self.log_attempt(&attempt);
            ended = attempt.ended();
            match retry_reason(&attempt) {
                Some(next) => reason = next,
                None => return,
            }
        }
    }

    /// Sends what the world has to say, without waiting.
    pub(super) fn flush(&self) {
        let events = self.world().take_events();
        let Some(slack) = self.myself.upgrade() else { return };
        for outgoing in events {
            let slack = Arc::clone(&slack);
            let flight = self.flights.take_off();
            self.tasks.start(async move {
                slack.deliver(outgoing, Forgery::None).await;
                drop(flight);
            });
        }
        self.changed.send_modify(|changes| *changes += 1);
    }

    fn envelope(&self, outgoing: Outgoing, forgery: Forgery) -> Option<Parcel> {
        let mut world = self.world();
        let url = world.app.urls.events.clone()?;
        let id = world.new_id("Ev");
        drop(world);
        let kind = outgoing.event["type"].as_str().unwrap_or_default().to_owned();
        let mut envelope = json!({
            "token": "deprecated", "type": "event_callback", "team_id": seed::TEAM,
            "context_team_id": seed::TEAM, "context_enterprise_id": null,
            "api_app_id": seed::APP, "event": outgoing.event, "event_id": id,
            "event_time": self.clock.now().as_millis() / 1_000,
            "event_context": format!("4-{id}"), "is_ext_shared_channel": outgoing.ext_shared,
            "authorizations": [{
                "enterprise_id": null, "team_id": seed::TEAM, "user_id": seed::BOT_USER,
                "is_bot": true, "is_enterprise_install": false,
            }],
        });
        if kind == "app_rate_limited" {
            // It has no event inside.
            envelope = outgoing.event;
        }
        let mut parcel = Parcel::json("event_callback", url, &envelope, forgery);
        (parcel.event_id, parcel.event_type) = (Some(id), Some(kind));
        Some(parcel)
    }
}

/// Why an attempt is repeated; `None` when it is not.
fn retry_reason(attempt: &Attempt) -> Option<&'static str> {
    match (attempt.taken(), attempt.error.as_deref()) {
        (true, _) => None,
        (false, Some("http_timeout")) => Some("http_timeout"),
        (false, Some(_)) => Some("connection_failed"),
        (false, None) if attempt.shown.as_deref() == Some("no_retry") => None,
        (false, None) => Some("http_error"),
    }
}
