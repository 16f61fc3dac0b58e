//! The control API: what people do, what goes wrong, and what there is to read.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{Method, Response, StatusCode};
use http_body_util::Full;
use serde_json::{Value, json};

use super::channel::{Channel, Kind};
use super::config::MentionOrder;
use super::people::need;
use super::{Slack, read_json, seed};
use crate::fakes::server::{self, Arrived};

/// The answer to `/_control/<verb>`.
pub(super) async fn answer(
    slack: &Arc<Slack>,
    verb: &str,
    arrived: &Arrived,
) -> Response<Full<Bytes>> {
    let result = if arrived.method == Method::GET {
        slack.read(verb, &arrived.query)
    } else {
        match read_json(&arrived.body) {
            Ok(body) => slack.verb(verb, &body).await,
            Err(error) => Err(error),
        }
    };
    match result {
        Ok(mut body) => {
            if body.is_object() {
                body["ok"] = json!(true);
            }
            server::json(&body)
        }
        Err(error) => {
            server::json_with(StatusCode::BAD_REQUEST, &json!({"ok": false, "error": error}))
        }
    }
}

impl Slack {
    /// Does what a verb of the control API says.
    pub(super) async fn verb(self: &Arc<Self>, verb: &str, body: &Value) -> Result<Value, String> {
        match verb {
            "rate_limit" | "http_error" | "api_error" | "reset" | "slow" => {
                self.faults.plan(verb, body).map(|()| json!({}))
            }
            "duplicate" | "drop" => self.twists.plan(verb, body).map(|()| json!({})),
            "clear" => {
                self.faults.clear();
                self.twists.clear();
                self.requests.clear();
                self.attempts.clear();
                Ok(json!({}))
            }
            "clock" => {
                let by = body["advance_ms"].as_u64().ok_or("`advance_ms` is missing")?;
                self.clock.advance(Duration::from_millis(by));
                Ok(json!({"now_ms": self.clock.now().as_millis()}))
            }
            "settle" => {
                self.flights.landed().await;
                Ok(json!({}))
            }
            "configure" => self.configure(body),
            "channel" => self.channel(body),
            "user" => self.user(body),
            "say" => self.say(body).await,
            "slash" => self.slash(body).await,
            "click" => self.click(body).await,
            "submit" => self.submit(body).await,
            "close" => self.close(body).await,
            "suggest" => self.suggest(body).await,
            "shortcut" => self.shortcut(body).await,
            "react" => self.react(body).await,
            "edit" => self.edit(body).await,
            "delete" => self.delete(body).await,
            "join" => self.membership(body, "member_joined_channel").await,
            "leave" => self.membership(body, "member_left_channel").await,
            "home" => self.home(body).await,
            "link" => self.link(body).await,
            "uninstall" => self.uninstall(body).await,
            "revoke" => self.revoke(body).await,
            "event" => self.event(body).await,
            "handshake" => self.handshake(body).await,
            "raw" => self.raw(body).await,
            _ => Err(format!("no such verb: {verb}")),
        }
    }

    /// Reads something back.
    pub(super) fn read(&self, what: &str, query: &str) -> Result<Value, String> {
        let param = |name: &str| {
            let mut pairs = form_urlencoded::parse(query.as_bytes());
            pairs.find(|(known, _)| known == name).map(|(_, value)| value.into_owned())
        };
        let world = self.world();
        match what {
            "messages" => {
                let id = param("conversation").ok_or("`conversation` is missing")?;
                let place = world.channels.get(&id).ok_or("no such conversation")?;
                let deleted = param("deleted").as_deref() == Some("true");
                let all = place.all();
                let kept = all.iter().filter(|message| deleted || !message.deleted);
                Ok(json!({"messages": kept.map(|message| message.read_back()).collect::<Vec<_>>()}))
            }
            "requests" => {
                let method = param("method");
                let mut requests = self.requests.read();
                requests.retain(|request| {
                    method.as_deref().is_none_or(|method| request["method"] == method)
                });
                Ok(json!({"requests": requests}))
            }
            "deliveries" => Ok(json!({"deliveries": self.attempts.read()})),
            "views" => {
                let shown = |view: &super::views::View| json!({"user": view.user, "open": view.open, "view": view.body});
                Ok(json!({"views": world.views.all().map(shown).collect::<Vec<_>>()}))
            }
            "files" => {
                let shown = |upload: &super::uploads::Upload| {
                    let mut file = upload.shown(&world.base_url, seed::BOT_USER);
                    file["completed"] = json!(upload.completed);
                    file["text"] = json!(
                        upload.bytes.as_ref().and_then(|bytes| std::str::from_utf8(bytes).ok())
                    );
                    file
                };
                Ok(json!({"files": world.uploads.all().map(shown).collect::<Vec<_>>()}))
            }
            "channels" => {
                let shown = |place: &Channel| {
                    let mut channel = place.shown();
                    channel["members"] = json!(place.members);
                    channel
                };
                Ok(json!({"channels": world.channels.values().map(shown).collect::<Vec<_>>()}))
            }
            "users" => Ok(json!({"users": world.users.values().collect::<Vec<_>>()})),
            "clock" => Ok(json!({"now_ms": self.clock.now().as_millis()})),
            _ => Err(format!("nothing to read: {what}")),
        }
    }

    /// Sets how the app is installed and where it listens.
    fn configure(&self, body: &Value) -> Result<Value, String> {
        let mut world = self.world();
        let app = &mut world.app;
        for (name, value) in body.as_object().into_iter().flatten() {
            let text = value.as_str().map(str::to_owned);
            match name.as_str() {
                "listen_url" => app.urls = super::world::Urls::all(text),
                "events_url" => app.urls.events = text,
                "commands_url" => app.urls.commands = text,
                "interactivity_url" => app.urls.interactivity = text,
                "options_url" => app.urls.options = text,
                "echo" => app.echo = value == true,
                "mention_order" => {
                    let order = text.as_deref().and_then(MentionOrder::read);
                    app.mention_order = order.ok_or("no such order")?;
                }
                // A code such as `token_revoked`, with which every call is refused; null ends it.
                "refuse" => app.refused = text,
                "scopes" => {
                    let scopes = value.as_array().ok_or("`scopes` is a list")?;
                    app.scopes =
                        scopes.iter().filter_map(Value::as_str).map(str::to_owned).collect();
                }
                _ => return Err(format!("nothing to configure: {name}")),
            }
        }
        Ok(json!({}))
    }

    /// Makes a channel, or changes one.
    fn channel(&self, body: &Value) -> Result<Value, String> {
        let now = self.clock.now();
        let mut world = self.world();
        let id = match body["id"].as_str() {
            Some(id) => id.to_owned(),
            None => world.new_id("C"),
        };
        let place = world
            .channels
            .entry(id.clone())
            .or_insert_with(|| Channel::new(&id, &id.to_lowercase(), Kind::Public, now));
        for (name, value) in body.as_object().into_iter().flatten() {
            match name.as_str() {
                "id" => {}
                "name" => place.name = need(body, "name")?.to_owned(),
                "kind" => {
                    place.kind = Kind::read(need(body, "kind")?).ok_or("no such kind")?;
                }
                "ext_shared" => place.ext_shared = value == true,
                "archived" => place.archived = value == true,
                "members" => {
                    let members = value.as_array().ok_or("`members` is a list")?;
                    place.members =
                        members.iter().filter_map(Value::as_str).map(str::to_owned).collect();
                }
                _ => return Err(format!("a channel has no `{name}`")),
            }
        }
        Ok(json!({"channel": place.shown()}))
    }

    /// Makes a user, or changes one: `kind` (`guest`, `ultra`, `external`, `stranger`, `bot`,
    /// `deleted`) and any field of the user object in `fields`.
    fn user(&self, body: &Value) -> Result<Value, String> {
        let mut world = self.world();
        let id = need(body, "id")?;
        let known = world.users.get(id).cloned();
        let name = body["name"].as_str().or(known.as_ref().and_then(|user| user["name"].as_str()));
        let name = name.unwrap_or(id).to_lowercase();
        let mut user = match (known, body["kind"].as_str()) {
            (Some(user), None) => user,
            (_, kind) => seed::user(id, &name, kind.unwrap_or_default()),
        };
        for (name, value) in body["fields"].as_object().into_iter().flatten() {
            user[name] = value.clone();
        }
        world.users.insert(id.to_owned(), user.clone());
        Ok(json!({"user": user}))
    }
}
