//! Outgoing webhooks: a team calls when somebody writes the webhook's name, and takes one answer.

mod activity;
mod actor;
mod answer;
mod signature;

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use chatgate_core::{Delivered, Endpoint, Event, Inbox, Place, ReasonCode, Standing, Timestamp};
use chatgate_http::check_json;
use http::header::CONTENT_TYPE;
use http::{HeaderValue, Method, Request, Response, StatusCode};

use crate::state::State;
use activity::{Decoded, Decoder};
pub(crate) use actor::Tenants;
pub(crate) use signature::Signer;

const JSON: &str = "application/json";

/// Until when an answer must be ready. Teams waits 5 s (Microsoft Learn, "Create an Outgoing Webhook";
/// another page says 10), and some of it is the way to here and back.
const ANSWER_WITHIN: Duration = Duration::from_millis(3_500);

/// How far the time of a message may be from ours. Teams calls at once and only once; the protocol itself
/// keeps nobody from sending what it has sent again.
pub(crate) const FRESH_FOR: Duration = Duration::from_secs(300);

type Answered = Response<Bytes>;

/// How outgoing webhooks are known, and where they call.
#[derive(Debug)]
pub(crate) struct Outgoing {
    pub(crate) signer: Signer,
    pub(crate) path: String,
}

/// The endpoint; none where no outgoing webhook is set up.
pub(crate) fn endpoints(state: &Arc<State>, inbox: &Inbox) -> Vec<Endpoint> {
    if let Err(error) = state.begin(inbox) {
        tracing::error!(adapter = %state.id, %error, "no requests can be sent");
    }
    let Some(outgoing) = &state.outgoing else { return Vec::new() };
    let (path, state, inbox) = (outgoing.path.clone(), state.clone(), inbox.clone());
    let endpoint = Endpoint::new(Method::POST, path, move |request| {
        let (state, inbox) = (state.clone(), inbox.clone());
        async move { Webhook { state: &state, inbox: &inbox }.answer(request).await }
    });
    vec![endpoint.content_type(JSON)]
}

struct Webhook<'a> {
    state: &'a State,
    inbox: &'a Inbox,
}

impl Webhook<'_> {
    /// Nothing of a request is read before its signature has been checked.
    async fn answer(&self, request: Request<Bytes>) -> Answered {
        let (head, body) = request.into_parts();
        let Some(outgoing) = &self.state.outgoing else { return empty(StatusCode::NOT_FOUND) };
        if let Err(reason) = outgoing.signer.check(&head.headers, &body) {
            return self.refused(reason);
        }
        let kind = head.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let kind = kind.unwrap_or_default().split(';').next().unwrap_or_default().trim();
        if !kind.eq_ignore_ascii_case(JSON) {
            return self.refused(ReasonCode::UnsupportedMediaType);
        }
        let text = match checked(&body) {
            Ok(text) => text,
            Err(reason) => return self.refused(reason),
        };
        let now = self.inbox.clock().now();
        let decoder = Decoder {
            adapter: &self.state.id,
            tenants: &self.state.tenants,
            now,
            answer_by: now + ANSWER_WITHIN,
        };
        match decoder.decode(text) {
            Decoded::Event(event) if is_fresh(&event, now) => self.deliver(*event).await,
            Decoded::Event(_) => self.refused(ReasonCode::StaleTimestamp),
            Decoded::Nothing(why) => {
                tracing::debug!(adapter = %self.state.id, why, "acknowledged, and no event");
                empty(StatusCode::OK)
            }
            Decoded::Unreadable => self.refused(ReasonCode::Unreadable),
        }
    }

    async fn deliver(&self, event: Event) -> Answered {
        let (place, phrases) = (event.place.clone(), &self.state.phrases);
        let by = event.answer.as_ref().map_or(Timestamp::EPOCH, |slot| slot.by);
        let is_person = event.actor.as_ref().is_some_and(|it| it.standing != Standing::Integration);
        match self.inbox.deliver(event).await {
            Delivered::Answer(answer) => match answer::body(&answer) {
                Some(body) => json(body),
                None => empty(StatusCode::OK),
            },
            // Two bots that answer each other never end.
            _ if !is_person => empty(StatusCode::OK),
            // Teams does not call again.
            Delivered::Busy => json(answer::text(&[&phrases.busy])),
            _ => {
                let late = self.inbox.clock().now() >= by;
                let first = if late { &phrases.still_working } else { &phrases.taken };
                let follows = self.follows(place.as_ref());
                json(match (follows, late) {
                    (true, _) => answer::text(&[first, &phrases.answer_follows]),
                    (false, true) => answer::text(&[first, &phrases.no_later_answer]),
                    // It has ended, and had nothing to say.
                    (false, false) => answer::text(&[first]),
                })
            }
        }
    }

    /// Whether a workflow posts where the message came from.
    fn follows(&self, place: Option<&Place>) -> bool {
        place.is_some_and(|place| self.state.workflows.of(place).is_some())
    }

    fn refused(&self, reason: ReasonCode) -> Answered {
        self.inbox.reject(reason);
        empty(match reason {
            ReasonCode::UnsupportedMediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            ReasonCode::MissingSignature
            | ReasonCode::BadSignature
            | ReasonCode::StaleTimestamp => StatusCode::UNAUTHORIZED,
            _ => StatusCode::BAD_REQUEST,
        })
    }
}

fn is_fresh(event: &Event, now: Timestamp) -> bool {
    now.since(event.at).max(event.at.since(now)) <= FRESH_FOR
}

/// JSON that one reader reads as every other.
fn checked(body: &[u8]) -> Result<&str, ReasonCode> {
    match check_json(body) {
        Ok(()) => std::str::from_utf8(body).map_err(|_| ReasonCode::JsonMalformed),
        Err(error) => Err(match error.code() {
            Some("json_duplicate_key") => ReasonCode::JsonDuplicateKey,
            Some("json_too_deep") => ReasonCode::JsonTooDeep,
            _ => ReasonCode::JsonMalformed,
        }),
    }
}

fn empty(status: StatusCode) -> Answered {
    let mut response = Response::new(Bytes::new());
    *response.status_mut() = status;
    response
}

fn json(body: Bytes) -> Answered {
    let mut response = Response::new(body);
    let kind = HeaderValue::from_static("application/json; charset=utf-8");
    response.headers_mut().insert(CONTENT_TYPE, kind);
    response
}
