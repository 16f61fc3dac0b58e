//! What an app says without the Web API: at a response URL, or inside the answer to a request.

use http::StatusCode;
use serde_json::{Value, json};

use super::api::Logged;
use super::args::Args;
use super::draft::{Draft, Purpose};
use super::message::Message;
use super::refusal::{Refusal, refuse};
use super::secrets::ResponseUrl;
use super::ts::Ts;
use super::world::World;
use super::{Slack, read_json};
use crate::fakes::faults::When;
use crate::fakes::server::{self, Arrived, Reply};

/// The answer to a POST at a response URL. The faults of it are those of the method `response_url`.
pub(super) async fn answer(slack: &Slack, arrived: &Arrived) -> Reply {
    let fault = slack.faults.strike("response_url");
    if let Some((fault, When::Before)) = &fault
        && let Some(reply) = slack.suffer(fault).await
    {
        slack.log_request("response_url", arrived, &Logged::fault(fault));
        return reply;
    }
    let body = read_json(&arrived.body).ok().filter(Value::is_object);
    let result = match &body {
        Some(body) => take(slack, &arrived.path, body),
        None => refuse("invalid_payload"),
    };
    let args = body.as_ref().map(Args::from_value);
    if let Some((fault, When::AfterAccept)) = &fault
        && let Some(reply) = slack.suffer(fault).await
    {
        slack.log_request("response_url", arrived, &Logged { args, ..Logged::fault(fault) });
        return reply;
    }
    slack.flush();
    let (status, error) = match &result {
        Ok(()) => (StatusCode::OK, None),
        Err(refusal) => {
            let gone = matches!(refusal.code.as_str(), "used_url" | "expired_url" | "invalid_url");
            let status = if gone { StatusCode::NOT_FOUND } else { StatusCode::BAD_REQUEST };
            (status, Some(refusal.code.clone()))
        }
    };
    let status_number = status.as_u16();
    let logged = Logged { args, status: status_number, error, ..Logged::default() };
    slack.log_request("response_url", arrived, &logged);
    Reply::Answer(match result {
        Ok(()) if arrived.path.starts_with("/commands/") => server::text(status, "ok"),
        Ok(()) => server::json(&json!({"ok": true})),
        Err(refusal) => server::json_with(status, &refusal.body("")),
    })
}

fn take(slack: &Slack, path: &str, body: &Value) -> Result<(), Refusal> {
    let now = slack.clock.now();
    let mut world = slack.world();
    let url = world.secrets.response_url(path, now)?;
    let args = Args::from_value(body);
    say(&mut world, slack, &url, &args)?;
    world.secrets.count_use(path);
    Ok(())
}

/// Says what a body says, to whom the way back leads.
fn say(
    world: &mut World,
    slack: &Slack,
    url: &ResponseUrl,
    args: &Args,
) -> Result<&'static str, Refusal> {
    let now = slack.clock.now();
    // Neither touches a slash command: it is no message.
    let source =
        url.source.filter(|_| args.flag("replace_original") || args.flag("delete_original"));
    if let Some(source) = source {
        if args.flag("delete_original") {
            let Some(place) = world.channels.get_mut(&url.channel) else {
                return refuse("channel_not_found");
            };
            let public = place.message(source).is_some();
            if let Some(before) = place.delete(source).filter(|_| public) {
                world.emit_deleted(&url.channel, before, now);
            }
            return Ok("deleted");
        }
        let draft = Draft::read(args, Purpose::Post, &world.handles())?.or_no_text()?;
        return replace(world, url, source, draft, now);
    }
    let draft = Draft::read(args, Purpose::Post, &world.handles())?.or_no_text()?;
    let Some(place) = world.channels.get_mut(&url.channel) else {
        return refuse("channel_not_found");
    };
    let mut message = Message::new(World::by_app(), draft);
    if let Some(thread) = args.text("thread_ts") {
        let ts = Ts::parse(&thread, "invalid_thread_ts")?;
        match place.message(ts) {
            Some(root) if root.thread.is_none_or(|root| root == ts) => message.thread = Some(ts),
            _ => return refuse("invalid_thread_ts"),
        }
    }
    match args.text("response_type").as_deref() {
        Some("in_channel") => {
            world.post(&url.channel, message, now);
            Ok("in_channel")
        }
        None | Some("ephemeral") => {
            message.only_for = Some(url.user.clone());
            message.body.insert("is_ephemeral".to_owned(), json!(true));
            place.add_private(message, now);
            Ok("ephemeral")
        }
        Some(_) => refuse("invalid_response_type"),
    }
}

/// Puts other content into the message that was acted on. Who sees it does not change.
fn replace(
    world: &mut World,
    url: &ResponseUrl,
    source: Ts,
    draft: Draft,
    now: chatgate_core::Timestamp,
) -> Result<&'static str, Refusal> {
    let place = world.channels.get_mut(&url.channel);
    let Some(message) = place.and_then(|place| place.any_mut(source)) else {
        return refuse("message_not_found");
    };
    let (before, public) = (message.shown(true), message.only_for.is_none());
    message.write(draft);
    if public {
        world.emit_changed(&url.channel, source, before, now);
    }
    Ok("replaced")
}

impl Slack {
    /// What the person who typed a command sees of the answer inside the request.
    pub(super) fn in_band(&self, channel: &str, user: &str, json: bool, answer: &str) -> String {
        let text = answer.trim();
        if text.is_empty() {
            return "nothing".to_owned();
        }
        let body = match serde_json::from_str::<Value>(text) {
            Ok(body) if json && body.is_object() => body,
            _ => json!({"text": text}),
        };
        let url = ResponseUrl::inside(channel, user);
        let said = say(&mut self.world(), self, &url, &Args::from_value(&body));
        self.flush();
        match said {
            Ok(shown) => shown.to_owned(),
            // An empty object says nothing.
            Err(refusal) if refusal.code == "no_text" => "nothing".to_owned(),
            Err(refusal) => format!("error: {}", refusal.code),
        }
    }
}
