//! The one endpoint at which Slack reaches the adapter: events, commands, clicks.

use std::cell::Cell;
use std::sync::Arc;

use bytes::Bytes;
use chatgate_core::{Change, Delivered, Endpoint, Event, EventKind, Inbox, ReasonCode};
use chatgate_http::check_json;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode};

use crate::answer;
use crate::inbound::{Decoded, Decoder, FormFields, fields_of};
use crate::state::State;

const JSON: &str = "application/json";
const FORM: &str = "application/x-www-form-urlencoded";
/// The longest challenge that is given back; Slack's have some fifty characters.
const CHALLENGE: usize = 256;

type Answered = Response<Bytes>;

/// The endpoint.
pub(crate) fn endpoints(state: &Arc<State>, inbox: &Inbox) -> Vec<Endpoint> {
    if let Err(error) = state.begin(inbox) {
        tracing::error!(adapter = %state.id, %error, "no requests can be sent");
    }
    let (shared, inbox) = (state.clone(), inbox.clone());
    let endpoint = Endpoint::new(Method::POST, state.events_path.as_str(), move |request| {
        let (state, inbox) = (shared.clone(), inbox.clone());
        async move { Webhook { state: &state, inbox: &inbox }.answer(request).await }
    });
    vec![endpoint.content_type(JSON).content_type(FORM)]
}

/// What an acknowledgement looks like, by what was asked.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Asked {
    /// An event: what is not acknowledged comes again.
    Event,
    /// A command: its answer is shown to the person.
    Command,
    /// A click, a form: the person is told by the way back.
    Click,
}

struct Webhook<'a> {
    state: &'a State,
    inbox: &'a Inbox,
}

impl Webhook<'_> {
    /// Nothing of a request is read before its signature has been checked.
    async fn answer(&self, request: Request<Bytes>) -> Answered {
        let (head, body) = request.into_parts();
        let now = self.inbox.clock().now();
        if let Err(reason) = self.state.signer.check(&head.headers, &body, now) {
            self.inbox.reject(reason);
            return empty(StatusCode::UNAUTHORIZED);
        }
        if let Some(retry) = header(&head.headers, "x-slack-retry-num") {
            let reason = header(&head.headers, "x-slack-retry-reason").unwrap_or_default();
            tracing::info!(adapter = %self.state.id, retry, reason, "Slack delivers again");
        }
        let kind = header(&head.headers, CONTENT_TYPE.as_str()).unwrap_or_default();
        let kind = kind.split(';').next().unwrap_or_default().trim();
        match kind {
            _ if kind.eq_ignore_ascii_case(JSON) => self.json(&body).await,
            _ if kind.eq_ignore_ascii_case(FORM) => self.form(&body).await,
            _ => self.refused(ReasonCode::UnsupportedMediaType, StatusCode::UNSUPPORTED_MEDIA_TYPE),
        }
    }

    async fn json(&self, body: &[u8]) -> Answered {
        match checked(body) {
            Ok(text) => self.decoded(Asked::Event, |decoder| decoder.json(text)).await,
            Err(reason) => self.refused(reason, StatusCode::BAD_REQUEST),
        }
    }

    async fn form(&self, body: &[u8]) -> Answered {
        let Some(fields) = FormFields::read(body) else {
            return self.refused(ReasonCode::Unreadable, StatusCode::BAD_REQUEST);
        };
        // Slack looks whether our certificate is good; whatever else stands there is not run.
        if fields.get("ssl_check").is_some() {
            return empty(StatusCode::OK);
        }
        if let Some(payload) = fields.get("payload") {
            return match checked(payload.as_bytes()) {
                Ok(text) => self.decoded(Asked::Click, |decoder| decoder.interactivity(text)).await,
                Err(reason) => self.refused(reason, StatusCode::BAD_REQUEST),
            };
        }
        if fields.get("command").is_some() {
            return self.decoded(Asked::Command, |decoder| decoder.slash(&fields)).await;
        }
        tracing::warn!(adapter = %self.state.id, "a form that is neither a command nor a payload");
        empty(StatusCode::OK)
    }

    async fn decoded(
        &self,
        asked: Asked,
        decode: impl FnOnce(&Decoder<'_>) -> Decoded + Send,
    ) -> Answered {
        let (decoded, dropped) = {
            let (install, dropped) = (self.state.install(), Cell::new(None));
            let decoded = decode(&Decoder {
                adapter: &self.state.id,
                install: install.as_deref(),
                admitted: &self.state.admitted,
                base: &self.state.api.base,
                seals: self.inbox.seals(),
                now: self.inbox.clock().now(),
                dropped: &dropped,
            });
            (decoded, dropped.take())
        };
        if let Some(reason) = dropped {
            self.inbox.reject(reason);
        }
        match decoded {
            Decoded::Event(event) => self.deliver(asked, *event).await,
            Decoded::Nothing(why) => {
                tracing::debug!(adapter = %self.state.id, why, "acknowledged, and no event");
                empty(StatusCode::OK)
            }
            Decoded::BadSeal { way, field } => {
                self.inbox.reject(ReasonCode::BadSeal);
                if let Some(field) = field {
                    return json(answer::at_field(&field, &self.state.phrases.expired));
                }
                self.state.tell(way, &self.state.phrases.expired);
                empty(StatusCode::OK)
            }
            Decoded::UrlVerification(challenge) => self.challenge(challenge),
            Decoded::RateLimited => {
                tracing::warn!(adapter = %self.state.id, "Slack holds events back: too many");
                self.inbox.alarm("app_rate_limited");
                empty(StatusCode::OK)
            }
        }
    }

    async fn deliver(&self, asked: Asked, mut event: Event) -> Answered {
        self.notice(&event);
        self.state.complete(&mut event);
        let way = event.reply.clone();
        let is_menu = matches!(event.kind, EventKind::OptionsAsked { .. });
        let fields = match &event.kind {
            EventKind::FormSubmitted { .. } => fields_of(&event.raw_bytes),
            _ => Vec::new(),
        };
        match self.inbox.deliver(event).await {
            Delivered::Busy => match asked {
                // Slack delivers again (slack.md §2.3).
                Asked::Event => empty(StatusCode::SERVICE_UNAVAILABLE),
                Asked::Command => json(answer::private_text(&self.state.phrases.busy)),
                Asked::Click if is_menu => json(answer::options(&[])),
                Asked::Click => {
                    if let Some(field) = fields.first() {
                        return json(answer::at_field(field, &self.state.phrases.busy));
                    }
                    self.state.tell(way, &self.state.phrases.busy);
                    empty(StatusCode::OK)
                }
            },
            Delivered::Answer(answer) => {
                let body = answer::body(&answer, &fields);
                if body.is_empty() { empty(StatusCode::OK) } else { json(body) }
            }
            // Slack shows an error where a menu is offered no list.
            _ if is_menu => json(answer::options(&[])),
            _ => empty(StatusCode::OK),
        }
    }

    /// Learns from an event what the adapter itself needs.
    fn notice(&self, event: &Event) {
        let (state, now) = (self.state, self.inbox.clock().now());
        let own = state.install().and_then(|install| install.user.clone());
        match (&event.kind, &event.place) {
            (EventKind::Membership { user, change }, Some(place))
                if own.as_deref() == Some(user.as_str()) =>
            {
                // Whatever was known of it may have changed while the bot was not there.
                state.directory.forget_place(place.conversation.as_str());
                let joined = *change == Change::Added;
                state.directory.learn(place.conversation.as_str(), now, |known| {
                    known.postable = Some(joined);
                });
            }
            (EventKind::Message(_) | EventKind::Edited { .. }, Some(place)) => {
                // Events come only from conversations that the bot is in (slack.md §10).
                state.directory.learn(place.conversation.as_str(), now, |known| {
                    known.postable = Some(true);
                    known.externally_shared = event.externally_shared.or(known.externally_shared);
                    if event.direct {
                        known.direct = Some(true);
                    }
                });
            }
            (EventKind::Install { .. }, _) => state.look.notify_one(),
            (EventKind::Other { name }, _) => self.notice_change(name, event),
            _ => {}
        }
    }

    /// Forgets what has changed: a channel that became shared, a person who became a guest.
    fn notice_change(&self, name: &str, event: &Event) {
        let changes = matches!(
            name,
            "channel_shared"
                | "channel_unshared"
                | "channel_id_changed"
                | "channel_archive"
                | "channel_unarchive"
                | "channel_rename"
                | "group_archive"
                | "group_unarchive"
                | "shared_channel_invite_accepted"
                | "user_change"
                | "tokens_revoked"
        );
        if !changes {
            return;
        }
        let Ok(raw) = event.raw::<serde_json::Value>() else { return };
        let inner = &raw["event"];
        for channel in ["channel", "old_channel_id", "new_channel_id"] {
            let id = inner[channel].as_str().or_else(|| inner[channel]["id"].as_str());
            if let Some(id) = id {
                self.state.directory.forget_place(id);
            }
        }
        if let Some(user) = inner["user"]["id"].as_str() {
            self.state.directory.forget_person(user);
        }
    }

    /// Slack asks whether this is the app's address.
    fn challenge(&self, challenge: String) -> Answered {
        let is_printable = challenge.bytes().all(|byte| byte.is_ascii_graphic());
        if challenge.is_empty() || challenge.len() > CHALLENGE || !is_printable {
            return self.refused(ReasonCode::Unreadable, StatusCode::BAD_REQUEST);
        }
        typed("text/plain; charset=utf-8", challenge.into())
    }

    fn refused(&self, reason: ReasonCode, status: StatusCode) -> Answered {
        self.inbox.reject(reason);
        empty(status)
    }
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

fn header<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

fn empty(status: StatusCode) -> Answered {
    let mut response = Response::new(Bytes::new());
    *response.status_mut() = status;
    response
}

fn json(body: Bytes) -> Answered {
    typed("application/json; charset=utf-8", body)
}

fn typed(kind: &'static str, body: Bytes) -> Answered {
    let mut response = Response::new(body);
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    response
}
