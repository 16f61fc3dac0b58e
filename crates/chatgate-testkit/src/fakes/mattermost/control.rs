//! The control API: what people do, what goes wrong, and what there is to read.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{Method, Response, StatusCode};
use http_body_util::Full;
use serde_json::{Value, json};

use super::world::shown;
use super::{Mattermost, seed};
use crate::fakes::server::{self, Arrived};

/// The answer to `/_control/<verb>`.
pub(super) async fn answer(
    mattermost: &Arc<Mattermost>,
    verb: &str,
    arrived: &Arrived,
) -> Response<Full<Bytes>> {
    let result = if arrived.method == Method::GET {
        mattermost.read(verb, &arrived.query)
    } else {
        match serde_json::from_slice(if arrived.body.is_empty() {
            b"{}"
        } else {
            &arrived.body[..]
        }) {
            Ok(body) => mattermost.verb(verb, &body).await,
            Err(error) => Err(format!("not JSON: {error}")),
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

fn text_of<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap_or_default()
}

impl Mattermost {
    /// Does what a verb of the control API says.
    pub(super) async fn verb(&self, verb: &str, body: &Value) -> Result<Value, String> {
        let text = |name: &str| body[name].as_str().unwrap_or_default();
        let user = self.id_of(text("user"));
        let channel = self.id_of(text("channel"));
        let told = |refusal: super::refusal::Refusal| refusal.1.to_owned();
        match verb {
            "rate_limit" | "http_error" | "api_error" | "reset" | "slow" => {
                self.faults.plan(verb, body).map(|()| json!({}))
            }
            "clear" => {
                self.faults.clear();
                self.requests.clear();
                Ok(json!({}))
            }
            "clock" => {
                let by = body["advance_ms"].as_u64().ok_or("`advance_ms` is missing")?;
                self.clock.advance(Duration::from_millis(by));
                Ok(json!({"now_ms": self.now_ms()}))
            }
            "say" => {
                let mut post = body["extra"].as_object().cloned().unwrap_or_default();
                post.insert("channel_id".to_owned(), channel.into());
                post.insert("message".to_owned(), text("text").into());
                post.insert("root_id".to_owned(), text("root").into());
                let post = self.post(&user, &post.into()).map_err(told)?;
                Ok(json!({"id": post["id"], "post": post}))
            }
            // The socket brings a post that it has brought before.
            "repeat" => {
                let world = self.world();
                let post = world.get(text("post")).map_err(told)?.clone();
                self.tell_of_post(&world, "posted", &post);
                Ok(json!({}))
            }
            "edit" => {
                let change = json!({"message": text("text")});
                self.edit(&user, text("post"), &change).map_err(told)
            }
            "delete" => self.delete(&user, text("post")).map(|()| json!({})).map_err(told),
            "react" => {
                let removed = body["remove"] == true;
                self.react(&user, text("post"), text("emoji"), removed).map_err(told)
            }
            "join" | "leave" => {
                let joins = verb == "join";
                self.membership(&user, &channel, joins).map(|()| json!({})).map_err(told)
            }
            "slash" => {
                let delivery = self.slash(&user, &channel, text("line"), text("root")).await;
                Ok(json!({"delivery": delivery.map_err(told)?}))
            }
            "click" => {
                let chosen = body["value"].as_str();
                let delivery = self.click(&user, text("post"), text("action"), chosen).await;
                Ok(json!({"delivery": delivery.map_err(told)?}))
            }
            "submit" => {
                let delivery = self.submit(&user, &body["values"], &body["changes"]).await;
                Ok(json!({"delivery": delivery.map_err(told)?}))
            }
            "close" => {
                let changes = json!({"cancelled": true, "submission": {}});
                let delivery = self.submit(&user, &json!({}), &changes).await.map_err(told)?;
                Ok(json!({"delivery": delivery}))
            }
            "user" => {
                let roles = body["roles"].as_str().ok_or("`roles` is missing")?;
                let mut world = self.world();
                let known = world.users.get_mut(&user).ok_or("no such user")?;
                known["roles"] = roles.into();
                Ok(json!({"user": known}))
            }
            "command" => self.command(text("trigger"), text("url")),
            "hook" => {
                let hook = json!({"channel_id": channel});
                let hook = self.make_incoming(&seed::id("alice"), &hook).map_err(told)?;
                let url = format!("{}/hooks/{}", self.base_url, text_of(&hook, "id"));
                Ok(json!({"id": hook["id"], "url": url}))
            }
            "settings" => {
                let mut world = self.world();
                world.settings.patch(body).map_err(told)?;
                Ok(json!({"settings": world.settings.shown()}))
            }
            "direct" => {
                let line = self.world().line(&user, &seed::id(seed::BOT)).id.clone();
                Ok(json!({"channel": line}))
            }
            "sockets" => self.break_sockets(text("do")),
            "revoke" => {
                let bot = seed::id(seed::BOT);
                self.world().tokens.retain(|_, user| *user != bot);
                Ok(json!({}))
            }
            _ => Err(format!("no such verb: {verb}")),
        }
    }

    /// A name, or an id as it is.
    fn id_of(&self, name: &str) -> String {
        let world = self.world();
        let is_id = world.users.contains_key(name) || world.channels.contains_key(name);
        if is_id { name.to_owned() } else { seed::id(name) }
    }

    /// A slash command exists; gives its token.
    pub(super) fn command(&self, trigger: &str, url: &str) -> Result<Value, String> {
        let mut world = self.world();
        let (id, token) = (world.make_id(), world.make_id());
        let command = json!({
            "id": id, "token": token, "trigger": trigger, "method": "P", "url": url,
            "team_id": seed::id(seed::TEAM), "creator_id": seed::id("alice"), "auto_complete": true,
        });
        world.commands.retain(|known| known["trigger"] != trigger);
        world.commands.push(command.clone());
        Ok(command)
    }

    /// What goes wrong with the bot's sockets.
    pub(super) fn break_sockets(&self, how: &str) -> Result<Value, String> {
        let bot = seed::id(seed::BOT);
        let (mut sockets, now) = (self.sockets(), self.clock.now());
        match how {
            "cut" => sockets.cut(&bot, now),
            "forget" => sockets.forget(&bot),
            "lose" => sockets.lose_one(&bot),
            "deaf" => sockets.is_deaf = true,
            "hear" => sockets.is_deaf = false,
            other => return Err(format!("sockets: {other}?")),
        }
        Ok(json!({}))
    }

    /// Reads something back.
    pub(super) fn read(&self, what: &str, query: &str) -> Result<Value, String> {
        let param = |name: &str| {
            let mut pairs = form_urlencoded::parse(query.as_bytes());
            pairs.find(|(known, _)| known == name).map(|(_, value)| value.into_owned())
        };
        match what {
            "messages" => {
                let id = self.id_of(&param("conversation").ok_or("`conversation` is missing")?);
                Ok(json!({"messages": self.messages(&id)}))
            }
            "requests" => Ok(json!({"requests": self.requests.read()})),
            "shown" => Ok(json!({"shown": self.world().shown})),
            _ => Err(format!("nothing to read: {what}")),
        }
    }

    /// The posts of a channel, oldest first.
    pub(super) fn messages(&self, channel: &str) -> Vec<Value> {
        let world = self.world();
        let here = world.posts.iter().filter(|post| post["channel_id"] == channel);
        here.filter(|post| post["delete_at"] == 0).map(shown).collect()
    }
}
