//! The Web API: which method is which, who may call it, and what comes back.

mod chat;
mod conversations;
mod files;
mod pace;
mod people;
mod pins;
mod reactions;
mod views;

use bytes::Bytes;
use chatgate_core::Timestamp;
use http::{HeaderValue, Response, StatusCode, header};
use http_body_util::Full;
use serde_json::{Value, json};

pub(super) use pace::Pace;
pub(super) use reactions::reaction;

use super::Slack;
use super::args::{Args, ok};
use super::refusal::{Refusal, refuse};
use super::world::World;
use crate::fakes::faults::{Fault, When};
use crate::fakes::server::{self, Arrived, Reply};

/// A call of a method.
pub(super) struct Call<'a> {
    pub(super) world: &'a mut World,
    pub(super) args: &'a Args,
    pub(super) now: Timestamp,
}

impl Call<'_> {
    /// Refuses a call that the granted scopes do not allow.
    fn need(&self, scope: &str) -> Result<(), Refusal> {
        if self.world.app.granted(scope) { Ok(()) } else { Err(Refusal::missing_scope(scope)) }
    }

    /// Refuses a call without one of the scopes `<kind>:<right>`.
    fn need_any(&self, right: &str) -> Result<(), Refusal> {
        let kinds = ["channels", "groups", "im", "mpim"];
        let all: Vec<_> = kinds.iter().map(|kind| format!("{kind}:{right}")).collect();
        match all.iter().any(|scope| self.world.app.granted(scope)) {
            true => Ok(()),
            false => Err(Refusal::missing_scope(&all.join(","))),
        }
    }
}

/// How often a method may be called: its tier, per minute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tier {
    PerMinute(u32),
    /// About one message a second and channel.
    Posting,
    Unlimited,
}

const T2: Tier = Tier::PerMinute(20);
const T3: Tier = Tier::PerMinute(50);
const T4: Tier = Tier::PerMinute(100);

type Run = fn(&mut Call<'_>) -> Result<Value, Refusal>;

/// A method.
#[derive(Clone, Copy)]
pub(super) struct Method {
    /// The scope that every call needs; empty when it depends on the place, or none is needed.
    scope: &'static str,
    tier: Tier,
    /// Whether it takes a JSON body.
    json: bool,
    run: Run,
}

fn method(name: &str) -> Option<Method> {
    let write = |scope, tier, run: Run| Some(Method { scope, tier, json: true, run });
    let read = |scope, tier, run: Run| Some(Method { scope, tier, json: false, run });
    match name {
        "api.test" => Some(Method { scope: "", tier: T4, json: true, run: people::api_test }),
        "auth.test" => {
            Some(Method { scope: "", tier: Tier::Unlimited, json: true, run: people::auth_test })
        }
        "chat.postMessage" => write("chat:write", Tier::Posting, chat::post_message),
        "chat.postEphemeral" => write("chat:write", T4, chat::post_ephemeral),
        "chat.update" => write("chat:write", T3, chat::update),
        "chat.delete" => write("chat:write", T3, chat::delete),
        "chat.getPermalink" => read("", Tier::Unlimited, chat::permalink),
        "conversations.info" => read("", T3, conversations::info),
        "conversations.list" => read("", T2, conversations::list),
        "conversations.history" => read("", T3, conversations::history),
        "conversations.replies" => read("", T3, conversations::replies),
        "conversations.members" => read("", T4, conversations::members),
        "conversations.join" => write("channels:join", T3, conversations::join),
        "conversations.open" => write("", T3, conversations::open),
        "users.info" => read("users:read", T4, people::users_info),
        "users.list" => read("users:read", T2, people::users_list),
        "usergroups.list" => read("usergroups:read", T2, people::usergroups_list),
        "reactions.add" => write("reactions:write", T3, reactions::add),
        "reactions.remove" => write("reactions:write", T2, reactions::remove),
        "pins.add" => write("pins:write", T2, pins::add),
        "pins.remove" => write("pins:write", T2, pins::remove),
        "pins.list" => read("pins:read", T2, pins::list),
        "files.info" => read("files:read", T4, files::info),
        "files.getUploadURLExternal" => read("files:write", T4, files::upload_url),
        "files.completeUploadExternal" => write("files:write", T4, files::complete),
        "views.open" => write("", T4, views::open),
        "views.push" => write("", T4, views::push),
        "views.update" => write("", T4, views::update),
        "views.publish" => write("", T4, views::publish),
        _ => None,
    }
}

/// The answer to a request for `/api/<name>`, faults included.
pub(super) async fn answer(slack: &Slack, name: &str, arrived: &Arrived) -> Reply {
    let fault = slack.faults.strike(name);
    if let Some((fault, When::Before)) = &fault
        && let Some(reply) = slack.suffer(fault).await
    {
        slack.log_request(name, arrived, &Logged::fault(fault));
        return reply;
    }
    let (result, args) = call(slack, name, arrived);
    if let Some((fault, When::AfterAccept)) = &fault
        && let Some(reply) = slack.suffer(fault).await
    {
        slack.log_request(name, arrived, &Logged { args, ..Logged::fault(fault) });
        return reply;
    }
    let (mut response, logged) = written(slack, result, args);
    if let Some(method) = method(name) {
        let accepted = HeaderValue::from_static(method.scope);
        response.headers_mut().insert("x-accepted-oauth-scopes", accepted);
    }
    slack.log_request(name, arrived, &logged);
    Reply::Answer(response)
}

/// What the log says of a request.
#[derive(Debug, Default)]
pub(super) struct Logged {
    pub(super) args: Option<Args>,
    pub(super) status: u16,
    pub(super) error: Option<String>,
    pub(super) fault: Option<String>,
    pub(super) answer: Value,
}

impl Logged {
    pub(super) fn fault(fault: &Fault) -> Self {
        let status = match fault {
            Fault::RateLimit { .. } => 429,
            Fault::HttpError { status } => *status,
            Fault::ApiError { .. } | Fault::Slow { .. } => 200,
            Fault::Reset => 0,
        };
        Self { status, fault: Some(format!("{fault:?}")), ..Self::default() }
    }
}

/// Why a call did not succeed.
enum Failed {
    Refused(Refusal),
    /// Too many calls: seconds to wait.
    TooMany(u64),
}

impl From<Refusal> for Failed {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

fn call(slack: &Slack, name: &str, arrived: &Arrived) -> (Result<Value, Failed>, Option<Args>) {
    let Some(method) = method(name) else {
        return (refuse("unknown_method").map_err(Failed::from), None);
    };
    let mut args = match Args::of(arrived, method.json) {
        Ok(args) => args,
        Err(refusal) => return (Err(refusal.into()), None),
    };
    let result = authorised(slack, name, method, arrived, &mut args);
    (result, Some(args))
}

fn authorised(
    slack: &Slack,
    name: &str,
    method: Method,
    arrived: &Arrived,
    args: &mut Args,
) -> Result<Value, Failed> {
    let posted = args.remove("token");
    let bearer = arrived.header("authorization").strip_prefix("Bearer ").map(str::to_owned);
    // A token in a JSON body does not count.
    let in_body = posted.as_ref().and_then(Value::as_str).filter(|_| !args.is_json());
    let token = bearer.or(in_body.map(str::to_owned));
    let now = slack.clock.now();
    let mut world = slack.world();
    match token {
        // It needs no token, and says who sent it one that is wrong.
        None if name == "api.test" => {}
        None => return Err(Refusal::new("not_authed").into()),
        Some(token) if token != world.app.token => return Err(Refusal::new("invalid_auth").into()),
        Some(_) => {}
    }
    if let Some(code) = &world.app.refused {
        return Err(Refusal::new(code).into());
    }
    if let Some(pace) = &slack.pace {
        let channel = args.text("channel").unwrap_or_default();
        pace.allow(name, &channel, method.tier, now).map_err(Failed::TooMany)?;
    }
    let mut call = Call { world: &mut world, args, now };
    if !method.scope.is_empty() {
        call.need(method.scope)?;
    }
    let result = (method.run)(&mut call)?;
    drop(world);
    slack.flush();
    Ok(ok(result))
}

fn written(
    slack: &Slack,
    result: Result<Value, Failed>,
    args: Option<Args>,
) -> (Response<Full<Bytes>>, Logged) {
    let scopes = slack.world().app.scopes.join(",");
    let mut wait = None;
    let mut body = match result {
        Ok(body) => body,
        Err(Failed::Refused(refusal)) => refusal.body(&scopes),
        Err(Failed::TooMany(seconds)) => {
            wait = Some(seconds);
            json!({"ok": false, "error": "ratelimited"})
        }
    };
    if let Some(warning) = args.as_ref().and_then(|args| args.warning) {
        body["warning"] = json!(warning);
        body["response_metadata"]["warnings"] = json!([warning]);
    }
    let status = if wait.is_some() { StatusCode::TOO_MANY_REQUESTS } else { StatusCode::OK };
    let mut response = server::json_with(status, &body);
    if let Ok(value) = HeaderValue::from_str(&scopes) {
        response.headers_mut().insert("x-oauth-scopes", value);
    }
    if let Some(seconds) = wait {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    let error = body["error"].as_str().map(str::to_owned);
    let answer = if slack.logged { body } else { Value::Null };
    (response, Logged { args, status: status.as_u16(), error, fault: None, answer })
}

/// A page of `all`, from where `cursor` points, and the cursor of the next page.
fn page<T>(all: Vec<T>, args: &Args, limit: usize) -> Result<(Vec<T>, String), Refusal> {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;

    let from = match args.text("cursor") {
        None => 0,
        Some(cursor) => {
            let decoded = STANDARD.decode(cursor.as_bytes()).ok();
            let text = decoded.and_then(|bytes| String::from_utf8(bytes).ok());
            let number = text.as_deref().and_then(|text| text.strip_prefix("next:"));
            let from = number.and_then(|number| number.parse::<usize>().ok());
            from.filter(|from| *from <= all.len()).ok_or_else(|| Refusal::new("invalid_cursor"))?
        }
    };
    let more = all.len() > from.saturating_add(limit);
    let next = if more { STANDARD.encode(format!("next:{}", from + limit)) } else { String::new() };
    Ok((all.into_iter().skip(from).take(limit).collect(), next))
}
