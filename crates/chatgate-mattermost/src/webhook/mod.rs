//! The endpoints at which Mattermost reaches the adapter: commands, actions, dialogs, webhooks.
//!
//! No request is signed (mattermost.md §6.3). A command and a webhook carry a token that the server
//! shares with us; an action and a dialog carry only what we have sealed.

mod answer;
mod token;

use std::cell::Cell;
use std::future::Future;
use std::sync::Arc;

use bytes::Bytes;
use chatgate_core::{
    ActionUse, AnswerKind, Delivered, Endpoint, Event, EventKind, Inbox, ReasonCode,
};
use chatgate_http::{FormFields, check_json};
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode};

use crate::inbound::{Asked, Decoded, Decoder, Hook, SLASH_LISTS};
use crate::outbound;
use crate::state::State;
pub(crate) use answer::Answers;
pub(crate) use token::is_known;

const JSON: &str = "application/json";
const FORM: &str = "application/x-www-form-urlencoded";

type Answered = Response<Bytes>;

/// The endpoints.
pub(crate) fn endpoints(state: &Arc<State>, inbox: &Inbox) -> Vec<Endpoint> {
    if let Err(error) = state.begin(inbox) {
        tracing::error!(adapter = %state.id, %error, "no requests can be sent");
    }
    let webhook = Webhook { state: state.clone(), inbox: inbox.clone() };
    let paths = &state.paths;
    let command = webhook.endpoint(Method::POST, &paths.command, Webhook::command);
    let action = webhook.endpoint(Method::POST, &paths.action, Webhook::action);
    let dialog = webhook.endpoint(Method::POST, &paths.dialog, Webhook::dialog);
    let hook = webhook.endpoint(Method::POST, &paths.hook, Webhook::hook);
    vec![
        command.method(Method::GET).content_type(FORM),
        action.content_type(JSON),
        dialog.content_type(JSON),
        hook.content_type(JSON).content_type(FORM),
    ]
}

#[derive(Clone)]
struct Webhook {
    state: Arc<State>,
    inbox: Inbox,
}

impl Webhook {
    fn endpoint<F, Fut>(&self, method: Method, path: &str, answer: F) -> Endpoint
    where
        F: Fn(Self, Request<Bytes>) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Answered> + Send + 'static,
    {
        let webhook = self.clone();
        Endpoint::new(method, path, move |request| answer(webhook.clone(), request))
    }

    /// A slash command, as a form or, where the command says so, as a query.
    async fn command(self, request: Request<Bytes>) -> Answered {
        let (head, body) = request.into_parts();
        let is_query = head.method == Method::GET;
        let sent = match is_query {
            true => head.uri.query().unwrap_or_default().as_bytes(),
            false if is_of_type(&head.headers, FORM) => &body,
            false => return self.refused(ReasonCode::UnsupportedMediaType),
        };
        let Some(fields) = FormFields::read_with_lists(sent, SLASH_LISTS) else {
            return self.refused(ReasonCode::Unreadable);
        };
        let authorization = header(&head.headers, AUTHORIZATION.as_str());
        let of_header = authorization.and_then(token::of_authorization);
        if let Err(reason) = self.check(fields.filled("token").or(of_header)) {
            return self.refused(reason);
        }
        let event = match self.decoded(|decoder| decoder.slash(&fields)) {
            Decoded::Event(event) => *event,
            other => return self.not_an_event(&other),
        };
        match self.inbox.deliver(event).await {
            Delivered::Busy => json(answer::private_text(&self.state.phrases.busy)),
            Delivered::Answer(answer) => json(self.answers().command(&answer)),
            _ => nothing(),
        }
    }

    async fn action(self, request: Request<Bytes>) -> Answered {
        let body = match json_of(&request) {
            Ok(body) => body,
            Err(reason) => return self.refused(reason),
        };
        let event = match self.decoded(|decoder| decoder.action(body)) {
            Decoded::Event(event) => *event,
            other => return self.not_an_event(&other),
        };
        match self.inbox.deliver(self.in_group(event).await).await {
            Delivered::Busy => json(answer::ephemeral_text(&self.state.phrases.busy)),
            Delivered::Answer(answer) => json(self.answers().action(&answer)),
            _ => nothing(),
        }
    }

    async fn dialog(self, request: Request<Bytes>) -> Answered {
        let body = match json_of(&request) {
            Ok(body) => body,
            Err(reason) => return self.refused(reason),
        };
        let mut asked = Asked::Nothing;
        let decoded = self.decoded(|decoder| {
            let (decoded, wants) = decoder.dialog(body);
            asked = wants;
            decoded
        });
        let mut event = match decoded {
            Decoded::Event(event) => *event,
            other => return self.not_an_event(&other),
        };
        if !self.state.takes_next_form()
            && let Some(slot) = &mut event.answer
        {
            slot.accepts.retain(|kind| *kind != AnswerKind::NextForm);
        }
        match (self.inbox.deliver(self.in_group(event).await).await, &asked) {
            (Delivered::Busy, Asked::Submission { .. }) => {
                json(answer::error(&self.state.phrases.busy))
            }
            (Delivered::Answer(answer), Asked::Submission { fields }) => {
                json(answer::dialog(&answer, fields))
            }
            (Delivered::Answer(answer), Asked::Lookup) => json(answer::lookup(&answer)),
            (_, Asked::Lookup) => json(answer::items(&[])),
            _ => nothing(),
        }
    }

    async fn hook(self, request: Request<Bytes>) -> Answered {
        let hook = if is_of_type(request.headers(), JSON) {
            match json_of(&request) {
                Ok(body) => Hook::json(body),
                Err(reason) => return self.refused(reason),
            }
        } else if is_of_type(request.headers(), FORM) {
            match FormFields::read(request.body()) {
                Some(fields) => Hook::form(&fields),
                None => return self.refused(ReasonCode::Unreadable),
            }
        } else {
            return self.refused(ReasonCode::UnsupportedMediaType);
        };
        if let Err(reason) = self.check(hook.token.as_deref()) {
            return self.refused(reason);
        }
        let specs = self.inbox.specs();
        let is_command = |word: &str| specs.commands.iter().any(|spec| spec.name == word);
        let event = match self.decoded(|decoder| decoder.hook(&hook, is_command)) {
            Decoded::Event(event) => *event,
            other => return self.not_an_event(&other),
        };
        match self.inbox.deliver(event).await {
            Delivered::Busy => json(answer::comment(&self.state.phrases.busy)),
            Delivered::Answer(answer) => json(self.answers().hook(&answer)),
            _ => nothing(),
        }
    }

    /// The event in the group in which a button or dialog was shown, by the name under which it was, if it
    /// comes from the channel of that group.
    async fn in_group(&self, event: Event) -> Event {
        let (EventKind::Action(ActionUse { seal, .. }) | EventKind::FormSubmitted { seal, .. }) =
            &event.kind
        else {
            return event;
        };
        let group = seal.place.clone();
        let is_ours = group.adapter == self.state.id && group.workspace == self.state.workspace;
        let Some(here) = event.place.as_ref().filter(|_| is_ours && group.people().len() > 1)
        else {
            return event;
        };
        match outbound::channel(&self.state, &group).await {
            Ok(channel) if here.conversation == channel.as_str() => event.in_place(group),
            Ok(_) => event,
            Err(error) => {
                tracing::warn!(adapter = %self.state.id, %error, "a group could not be looked up");
                event
            }
        }
    }

    fn decoded(&self, decode: impl FnOnce(&Decoder<'_>) -> Decoded) -> Decoded {
        let (me, dropped) = (self.state.me(), Cell::new(None));
        let decoded = decode(&Decoder {
            adapter: &self.state.id,
            workspace: &self.state.workspace,
            me: me.as_deref(),
            people: &[],
            trigger_lasts: self.state.trigger_lasts(),
            base: &self.state.api.base,
            seals: self.inbox.seals(),
            now: self.state.now(),
            dropped: &dropped,
        });
        if let Some(reason) = dropped.take() {
            self.inbox.reject(reason);
        }
        decoded
    }

    fn not_an_event(&self, decoded: &Decoded) -> Answered {
        match decoded {
            Decoded::BadSeal => self.refused(ReasonCode::BadSeal),
            Decoded::Nothing(why) => {
                tracing::debug!(adapter = %self.state.id, why, "acknowledged, and no event");
                nothing()
            }
            Decoded::Event(_) => nothing(),
        }
    }

    /// Whether a token is one of those that the server shares with us.
    fn check(&self, token: Option<&str>) -> Result<(), ReasonCode> {
        match token.filter(|token| !token.is_empty()) {
            None => Err(ReasonCode::MissingSignature),
            Some(token) if token::is_known(&self.state.slash_tokens, token) => Ok(()),
            Some(_) => Err(ReasonCode::BadSignature),
        }
    }

    fn answers(&self) -> Answers {
        Answers { action_url: self.state.action_url() }
    }

    fn refused(&self, reason: ReasonCode) -> Answered {
        self.inbox.reject(reason);
        let mut response = Response::new(Bytes::new());
        *response.status_mut() = match reason {
            ReasonCode::UnsupportedMediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            ReasonCode::BadSeal | ReasonCode::BadSignature | ReasonCode::MissingSignature => {
                StatusCode::UNAUTHORIZED
            }
            _ => StatusCode::BAD_REQUEST,
        };
        response
    }
}

/// JSON that one reader reads as every other.
fn json_of(request: &Request<Bytes>) -> Result<&str, ReasonCode> {
    if !is_of_type(request.headers(), JSON) {
        return Err(ReasonCode::UnsupportedMediaType);
    }
    match check_json(request.body()) {
        Ok(()) => std::str::from_utf8(request.body()).map_err(|_| ReasonCode::JsonMalformed),
        Err(error) => Err(match error.code() {
            Some("json_duplicate_key") => ReasonCode::JsonDuplicateKey,
            Some("json_too_deep") => ReasonCode::JsonTooDeep,
            _ => ReasonCode::JsonMalformed,
        }),
    }
}

fn is_of_type(headers: &HeaderMap, wanted: &str) -> bool {
    let kind = header(headers, CONTENT_TYPE.as_str()).unwrap_or_default();
    kind.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case(wanted)
}

fn header<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

/// An acknowledgement that shows nothing. Old servers take an empty body for an error
/// (mattermost.md §6.2).
fn nothing() -> Answered {
    json(Bytes::from_static(b"{}"))
}

/// Exactly this type: of any other one, a command's answer is text (mattermost.md §4).
fn json(body: Bytes) -> Answered {
    let mut response = Response::new(body);
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(JSON));
    response
}
