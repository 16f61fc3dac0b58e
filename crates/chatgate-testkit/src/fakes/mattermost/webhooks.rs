//! Webhooks: programs that post by an address, and programs that are told of posts.

use std::time::Duration;

use bytes::Bytes;
use http::{Response, StatusCode};
use http_body_util::Full;
use serde_json::{Value, json};

use super::channel::Channel;
use super::refusal::{NO_CHANNEL, NO_PERMISSION, Refusal};
use super::world::World;
use super::{Mattermost, reply};
use crate::fakes::server::Arrived;

/// How long and how often a `response_url` is good.
const RESPONSE_URL_LIFETIME: Duration = Duration::from_secs(30 * 60);
const RESPONSE_URL_USES: u32 = 5;
const JSON: &str = "application/json";
const FORM: &str = "application/x-www-form-urlencoded";
const NO_HOOK: Refusal = Refusal(400, "web.incoming_webhook.invalid.app_error");

/// What a program says by the way back that a command gave it.
pub(super) fn respond(
    mattermost: &Mattermost,
    id: &str,
    arrived: &Arrived,
) -> Response<Full<Bytes>> {
    mattermost.log_request(arrived, 200);
    let now = mattermost.clock.now();
    {
        let mut world = mattermost.world();
        let way = world.responses.get_mut(id);
        let Some(way) = way.filter(|way| now.since(way.made) < RESPONSE_URL_LIFETIME) else {
            return Refusal(404, "app.command_webhook.get.missing").response();
        };
        if way.uses >= RESPONSE_URL_USES {
            return Refusal(400, "app.command_webhook.try_use.invalid").response();
        }
        way.uses += 1;
    }
    let answer: Value = serde_json::from_slice(&arrived.body).unwrap_or_default();
    mattermost.answered(id, &answer);
    reply::text(StatusCode::OK, "ok")
}

/// What an incoming webhook says.
pub(super) fn incoming(
    mattermost: &Mattermost,
    id: &str,
    arrived: &Arrived,
) -> Response<Full<Bytes>> {
    mattermost.log_request(arrived, 200);
    match mattermost.say_by_webhook(id, arrived) {
        Ok(()) => reply::text(StatusCode::OK, "ok"),
        Err(refusal) => refusal.response(),
    }
}

/// The JSON of a request, or that of the field `payload` of a form.
fn said(arrived: &Arrived) -> Result<Value, Refusal> {
    let unreadable = |_| Refusal(400, "web.incoming_webhook.decode.app_error");
    if !arrived.header("content-type").starts_with(FORM) {
        return serde_json::from_slice(&arrived.body).map_err(unreadable);
    }
    let mut fields = form_urlencoded::parse(&arrived.body);
    let payload = fields.find(|(name, _)| name == "payload");
    let payload = payload.map(|(_, payload)| payload).unwrap_or_default();
    serde_json::from_str(&payload).map_err(unreadable)
}

impl Mattermost {
    /// An incoming webhook exists from now on, of this person.
    pub(super) fn make_incoming(&self, user: &str, body: &Value) -> Result<Value, Refusal> {
        let mut world = self.world();
        if !world.settings.is_on("EnableIncomingWebhooks") {
            return Err(Refusal(501, "api.incoming_webhook.disabled.app_error"));
        }
        let text = |name: &str| body[name].as_str().unwrap_or_default();
        let channel = world.channels.get(text("channel_id")).ok_or(NO_CHANNEL)?;
        let (id, team, now) = (channel.id.clone(), channel.team.clone(), self.now_ms());
        if !world.manages(&team, user) || !world.reads(channel, user) {
            return Err(NO_PERMISSION);
        }
        let hook = json!({
            "id": world.make_id(), "create_at": now, "update_at": now, "delete_at": 0,
            "user_id": user, "channel_id": id, "team_id": team,
            "display_name": text("display_name"), "description": text("description"),
            "username": "", "icon_url": "", "channel_locked": body["channel_locked"] == true,
        });
        world.hooks.insert(hook["id"].as_str().unwrap_or_default().to_owned(), hook.clone());
        Ok(hook)
    }

    /// An outgoing webhook exists from now on, of this person.
    pub(super) fn make_outgoing(&self, user: &str, body: &Value) -> Result<Value, Refusal> {
        let mut world = self.world();
        let text = |name: &str| body[name].as_str().unwrap_or_default();
        let words = |name: &str| -> Vec<String> {
            let words = body[name].as_array().into_iter().flatten().filter_map(Value::as_str);
            words.map(str::to_owned).collect()
        };
        if !world.manages(text("team_id"), user) {
            return Err(NO_PERMISSION);
        }
        if !world.settings.is_on("EnableOutgoingWebhooks") {
            return Err(Refusal(501, "api.outgoing_webhook.disabled.app_error"));
        }
        let (triggers, urls) = (words("trigger_words"), words("callback_urls"));
        if !text("channel_id").is_empty() {
            let channel = world.channels.get(text("channel_id")).ok_or(NO_CHANNEL)?;
            if channel.kind != "O" {
                return Err(Refusal(403, "api.outgoing_webhook.disabled.app_error"));
            }
            if channel.team != text("team_id") {
                let id = "api.webhook.create_outgoing.permissions.app_error";
                return Err(Refusal(403, id));
            }
        } else if triggers.is_empty() {
            return Err(Refusal(400, "api.webhook.create_outgoing.triggers.app_error"));
        }
        if urls.is_empty() {
            return Err(Refusal(400, "model.outgoing_hook.is_valid.callback.app_error"));
        }
        if !urls.iter().all(|url| url.starts_with("http://") || url.starts_with("https://")) {
            return Err(Refusal(400, "model.outgoing_hook.is_valid.url.app_error"));
        }
        let meets = |known: &Value, name: &str, ours: &[String]| {
            let known = known[name].as_array().into_iter().flatten();
            known.filter_map(Value::as_str).any(|it| ours.iter().any(|ours| ours == it))
        };
        let is_doubled = world.outgoing.iter().any(|known| {
            known["team_id"] == text("team_id")
                && known["channel_id"] == text("channel_id")
                && meets(known, "callback_urls", &urls)
                && meets(known, "trigger_words", &triggers)
        });
        if is_doubled {
            return Err(Refusal(500, "api.webhook.create_outgoing.intersect.app_error"));
        }
        let now = self.now_ms();
        let hook = json!({
            "id": world.make_id(), "token": world.make_id(), "create_at": now, "update_at": now,
            "delete_at": 0, "creator_id": user, "channel_id": text("channel_id"),
            "team_id": text("team_id"), "trigger_words": triggers,
            "trigger_when": body["trigger_when"].as_u64().unwrap_or_default(),
            "callback_urls": urls, "display_name": text("display_name"),
            "description": text("description"), "content_type": text("content_type"),
            "username": "", "icon_url": "",
        });
        world.outgoing.push(hook.clone());
        Ok(hook)
    }

    fn say_by_webhook(&self, id: &str, arrived: &Arrived) -> Result<(), Refusal> {
        let hook = self.world().hooks.get(id).cloned().ok_or(NO_HOOK)?;
        let said = said(arrived)?;
        let text = said["text"].as_str().unwrap_or_default();
        if text.is_empty() && said["attachments"].is_null() {
            return Err(Refusal(400, "web.incoming_webhook.text.app_error"));
        }
        let owner = hook["user_id"].as_str().unwrap_or_default();
        let channel = self.channel_of(&hook, &said)?;
        let body = json!({
            "channel_id": channel, "message": text, "root_id": said["root_id"],
            "props": self.props_of(&hook, &said),
        });
        self.posted(owner, &body).map(|_| ())
    }

    /// The channel of a webhook, or the one that it names.
    fn channel_of(&self, hook: &Value, said: &Value) -> Result<String, Refusal> {
        let own = hook["channel_id"].as_str().unwrap_or_default();
        let Some(name) = said["channel"].as_str().filter(|name| !name.is_empty()) else {
            return Ok(own.to_owned());
        };
        let mut world = self.world();
        if let Some(name) = name.strip_prefix('@') {
            let known = world.users.values().find(|user| user["username"] == *name);
            let other = known.and_then(|user| user["id"].as_str()).map(str::to_owned);
            let other = other.ok_or(Refusal(404, "web.incoming_webhook.user.app_error"))?;
            let owner = hook["user_id"].as_str().unwrap_or_default();
            return Ok(world.line(owner, &other).id.clone());
        }
        let name = name.trim_start_matches('#');
        let is_it = |it: &&Channel| it.name == name && hook["team_id"] == *it.team;
        let found = world.channels.values().find(is_it).map(|channel| channel.id.clone());
        let found = found.ok_or(Refusal(404, "web.incoming_webhook.channel.app_error"))?;
        if hook["channel_locked"] == true && found != own {
            return Err(Refusal(403, "web.incoming_webhook.channel_locked.app_error"));
        }
        Ok(found)
    }

    /// What a post of a webhook carries: that it is one, and which name it shows.
    fn props_of(&self, hook: &Value, said: &Value) -> Value {
        let mut props = json!({
            "from_webhook": "true", "webhook_display_name": hook["display_name"],
        });
        if self.world().settings.is_on("EnablePostUsernameOverride") {
            let name = said["username"].as_str().filter(|name| !name.is_empty());
            props["override_username"] = name.unwrap_or("webhook").into();
        }
        if said["attachments"].is_array() {
            props["attachments"] = said["attachments"].clone();
        }
        props
    }

    /// Tells the webhooks that look for a post of it, and posts what they answer.
    pub(super) fn tell_webhooks(&self, post: &Value) {
        let told = told(&self.world(), post);
        for (hook, payload) in told {
            let (Some(me), post) = (self.me.upgrade(), post.clone()) else { return };
            self.tasks.start(async move { me.tell_webhook(&hook, &payload, &post).await });
        }
    }

    async fn tell_webhook(&self, hook: &Value, payload: &Value, post: &Value) {
        let is_json = hook["content_type"] == JSON;
        let body = if is_json { payload.to_string() } else { as_form(payload) };
        for url in hook["callback_urls"].as_array().into_iter().flatten() {
            let kind = if is_json { JSON } else { FORM };
            let url = url.as_str().unwrap_or_default();
            let answer = self.send(url, kind, None, body.clone()).await.json();
            let text = answer["text"].as_str().unwrap_or_default();
            if text.is_empty() && answer["attachments"].as_array().is_none_or(Vec::is_empty) {
                continue;
            }
            let root = if answer["response_type"] == "comment" { &post["id"] } else { &json!("") };
            let body = json!({
                "channel_id": post["channel_id"], "message": text, "root_id": root,
                "props": self.props_of(hook, &answer),
            });
            // What it may not say is lost: nobody is told.
            let _ = self.posted(hook["creator_id"].as_str().unwrap_or_default(), &body);
        }
    }
}

/// The webhooks that are told of a post, and what they are told.
fn told(world: &World, post: &Value) -> Vec<(Value, Value)> {
    let channel = post["channel_id"].as_str().and_then(|id| world.channels.get(id));
    let Some(channel) = channel.filter(|channel| channel.kind == "O") else { return Vec::new() };
    if !world.settings.is_on("EnableOutgoingWebhooks") {
        return Vec::new();
    }
    let text = post["message"].as_str().unwrap_or_default();
    let first = text.split_whitespace().next().unwrap_or_default();
    let of_team = world.outgoing.iter().filter(|hook| hook["team_id"] == *channel.team);
    let of_channel =
        of_team.filter(|hook| hook["channel_id"] == "" || hook["channel_id"] == *channel.id);
    let looking = of_channel.filter_map(|hook| Some((hook, trigger(hook, first)?)));
    looking
        .map(|(hook, trigger)| {
            let author = post["user_id"].as_str().unwrap_or_default();
            let team = world.teams.get(&channel.team).map(|team| team.name.as_str());
            let payload = json!({
                "token": hook["token"], "team_id": channel.team, "team_domain": team,
                "channel_id": channel.id, "channel_name": channel.name,
                "timestamp": post["create_at"], "user_id": author,
                "user_name": world.name(author), "post_id": post["id"], "text": text,
                "trigger_word": trigger, "file_ids": "",
            });
            (hook.clone(), payload)
        })
        .collect()
}

/// The word by which a webhook looks for a post that begins with `first`; none where it looks for all.
fn trigger(hook: &Value, first: &str) -> Option<String> {
    let mut words =
        hook["trigger_words"].as_array().into_iter().flatten().filter_map(Value::as_str);
    let found = match hook["trigger_when"].as_u64() {
        Some(1) => words.find(|word| first.starts_with(word)),
        _ => words.find(|word| *word == first),
    };
    let looks_for_all = hook["trigger_words"].as_array().is_none_or(Vec::is_empty);
    found.map(str::to_owned).or_else(|| looks_for_all.then(String::new))
}

/// The same as a form, where the time is in seconds.
fn as_form(payload: &Value) -> String {
    let mut form = form_urlencoded::Serializer::new(String::new());
    for (name, value) in payload.as_object().into_iter().flatten() {
        let value = match value {
            Value::Number(ms) => (ms.as_i64().unwrap_or_default() / 1_000).to_string(),
            value => value.as_str().unwrap_or_default().to_owned(),
        };
        form.append_pair(name, &value);
    }
    form.finish()
}
