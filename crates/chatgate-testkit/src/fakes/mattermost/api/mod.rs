//! The REST API, version 4: which route, by whom.

mod lists;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{Method, Response, StatusCode};
use http_body_util::Full;
use serde_json::{Value, json};

use super::refusal::{BAD_BODY, BAD_URL, NO_CHANNEL, NO_PERMISSION, NO_SESSION, NO_USER, Refusal};
use super::world::{Channel, World, shown};
use super::{Mattermost, reply, seed};
use crate::fakes::faults::When;
use crate::fakes::server::{Arrived, Reply};

/// The largest body, `MaximumPayloadSizeBytes`.
const BODY: usize = 300_000;
/// How long and how often a `response_url` is good.
const RESPONSE_URL_LIFETIME: Duration = Duration::from_secs(30 * 60);
const RESPONSE_URL_USES: u32 = 5;

/// What a route gives: a status and a body.
type Given = Result<(u16, Value), Refusal>;

/// One call.
struct Call<'a> {
    mattermost: &'a Mattermost,
    user: String,
    query: HashMap<String, String>,
    body: Value,
}

/// The answer to `/api/v4/<route>`.
pub(super) async fn answer(mattermost: &Arc<Mattermost>, route: &str, arrived: &Arrived) -> Reply {
    let parts: Vec<&str> = route.split('/').collect();
    let name = format!("{} {}", arrived.method, named(&parts));
    let fault = mattermost.faults.strike(&name);
    if let Some((fault, When::Before)) = &fault
        && let Some(suffered) = mattermost.suffer(fault).await
    {
        mattermost.log_request(arrived, 0);
        return suffered;
    }
    let response = match called(mattermost, &parts, arrived).await {
        Ok((status, body)) => {
            reply::json(StatusCode::from_u16(status).unwrap_or(StatusCode::OK), &body)
        }
        Err(refusal) => refusal.response(),
    };
    mattermost.log_request(arrived, response.status().as_u16());
    if let Some((fault, When::AfterAccept)) = &fault
        && let Some(suffered) = mattermost.suffer(fault).await
    {
        return suffered;
    }
    Reply::Answer(response)
}

/// A route without its ids, as faults name it: `posts`, `channels/posts`.
fn named(parts: &[&str]) -> String {
    let is_id = |part: &&&str| part.len() == 26 || **part == "me";
    let words: Vec<&str> = parts.iter().filter(|part| !is_id(part)).copied().collect();
    words.join("/")
}

async fn called(mattermost: &Arc<Mattermost>, parts: &[&str], arrived: &Arrived) -> Given {
    let ok = || Ok((200, json!({"status": "OK"})));
    let is_file = parts == ["files"];
    if arrived.body.len() > BODY && !is_file {
        return Err(Refusal(413, "api.context.request_body_too_large.app_error"));
    }
    let body: Value = match arrived.body.is_empty() || is_file {
        true => Value::Null,
        false => serde_json::from_slice(&arrived.body).map_err(|_| BAD_BODY)?,
    };
    match (&arrived.method, parts) {
        (&Method::GET, ["system", "ping"]) => return ok(),
        // Who holds a trigger needs no token.
        (&Method::POST, ["actions", "dialogs", "open"]) => {
            mattermost.open_dialog(&body)?;
            return ok();
        }
        _ => {}
    }
    let token = arrived.header("authorization").split_once(' ').map(|(_, token)| token);
    let user = token.and_then(|token| mattermost.user_of(token)).ok_or(NO_SESSION)?;
    let query = form_urlencoded::parse(arrived.query.as_bytes()).into_owned().collect();
    let call = Call { mattermost, user, query, body };
    match (&arrived.method, parts) {
        (&Method::POST, ["posts", post, "actions", action]) => {
            let chosen = call.body["selected_option"].as_str();
            let delivery = mattermost.click(&call.user, post, action, chosen).await?;
            match delivery.refused {
                Some(_) => Err(Refusal(400, "api.post.do_action.action_integration.app_error")),
                None => ok(),
            }
        }
        (&Method::POST, ["commands", "execute"]) => {
            let text = |name: &str| call.body[name].as_str().unwrap_or_default();
            let (channel, line) = (text("channel_id"), text("command"));
            let delivery = mattermost.slash(&call.user, channel, line, text("root_id")).await?;
            Ok((200, delivery.json()))
        }
        (&Method::POST, ["files"]) => call.upload(arrived),
        (&Method::GET, _) => call.get(parts),
        _ => call.change(&arrived.method, parts),
    }
}

impl Call<'_> {
    fn get(&self, parts: &[&str]) -> Given {
        let world = self.mattermost.world();
        let found = |user: Option<&Value>| user.cloned().map(|user| (200, user)).ok_or(NO_USER);
        match parts {
            ["users", "me"] => found(world.users.get(&self.user)),
            ["users", "username", name] => {
                found(world.users.values().find(|user| user["username"] == **name))
            }
            ["users", id] => found(world.users.get(*id)),
            ["users", _, "channels"] | ["users", _, "teams", _, "channels"] => {
                let mine = world.channels.values().filter(|it| it.members.contains(&self.user));
                Ok((200, mine.map(Channel::shown).collect()))
            }
            ["users", _, "teams"] => Ok((200, json!([self.team()]))),
            ["teams", ..] => Ok((200, self.team())),
            ["channels", id] => {
                let channel = world.channels.get(*id).ok_or(NO_CHANNEL)?;
                if channel.kind != "O" && !channel.members.contains(&self.user) {
                    return Err(NO_PERMISSION);
                }
                Ok((200, channel.shown()))
            }
            ["channels", id, "posts"] => {
                drop(world);
                self.list(id)
            }
            ["posts", id] => Ok((200, shown(world.get(id)?))),
            ["posts", id, "thread"] => {
                drop(world);
                self.thread(id)
            }
            ["config", "client"] => Ok((
                200,
                json!({
                    "Version": self.mattermost.version, "SiteURL": self.mattermost.base_url,
                    "MaxPostSize": world.max_post.to_string(), "MaxFileSize": "104857600",
                    "EnablePostUsernameOverride": "false", "EnablePostIconOverride": "false",
                }),
            )),
            ["commands"] => {
                self.manages_commands(&world)?;
                let team = self.query.get("team_id").ok_or(BAD_URL)?;
                let theirs = world.commands.iter().filter(|it| it["team_id"] == team.as_str());
                Ok((200, theirs.cloned().collect()))
            }
            _ => Err(Refusal(404, "api.context.404.app_error")),
        }
    }

    fn team(&self) -> Value {
        json!({
            "id": seed::id(seed::TEAM), "name": seed::TEAM, "display_name": "Acme", "type": "O",
            "create_at": 1, "update_at": 1, "delete_at": 0,
        })
    }

    fn change(&self, method: &Method, parts: &[&str]) -> Given {
        let (mattermost, user, body) = (self.mattermost, self.user.as_str(), &self.body);
        let text = |name: &str| body[name].as_str().unwrap_or_default();
        let ok = || Ok((200, json!({"status": "OK"})));
        match (method, parts) {
            (&Method::POST, ["posts"]) => Ok((201, mattermost.post(user, body)?)),
            (&Method::PUT, ["posts", id, "patch"]) => Ok((200, mattermost.edit(user, id, body)?)),
            (&Method::DELETE, ["posts", id]) => mattermost.delete(user, id).and_then(|()| ok()),
            // Bots may not.
            (&Method::POST, ["posts", "ephemeral"]) => Err(NO_PERMISSION),
            (&Method::POST, ["reactions"]) => {
                if text("user_id") != user {
                    return Err(NO_PERMISSION);
                }
                let (post, emoji) = (text("post_id"), text("emoji_name"));
                Ok((200, mattermost.react(user, post, emoji, false)?))
            }
            (&Method::DELETE, ["users", _, "posts", post, "reactions", emoji]) => {
                let pair = format!("e={emoji}");
                let mut pairs = form_urlencoded::parse(pair.as_bytes());
                let emoji = pairs.next().map(|(_, emoji)| emoji.into_owned()).unwrap_or_default();
                mattermost.react(user, post, &emoji, true).and_then(|_| ok())
            }
            (&Method::POST, ["channels", "direct"]) => {
                let ids: Vec<&str> =
                    body.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
                let [one, other] = ids[..] else { return Err(BAD_BODY) };
                let mut world = mattermost.world();
                if !world.users.contains_key(one) || !world.users.contains_key(other) {
                    return Err(NO_USER);
                }
                Ok((201, world.line(one, other).shown()))
            }
            (&Method::POST, ["channels", id, "members"]) => {
                mattermost.membership(text("user_id"), id, true)?;
                Ok((201, json!({"channel_id": id, "user_id": text("user_id")})))
            }
            (&Method::DELETE, ["channels", id, "members", who]) => {
                mattermost.membership(who, id, false).and_then(|()| ok())
            }
            (&Method::POST, ["users", "ids" | "usernames"]) => {
                let world = mattermost.world();
                let is_asked = |user: &&Value| {
                    let asked = body.as_array().into_iter().flatten();
                    asked.into_iter().any(|it| *it == user["id"] || *it == user["username"])
                };
                Ok((200, world.users.values().filter(is_asked).cloned().collect()))
            }
            (&Method::POST, ["users", _, "typing"]) => ok(),
            (&Method::POST, ["commands"]) => self.make_command(),
            (&Method::PUT, ["commands", id]) => {
                let mut world = mattermost.world();
                self.manages_commands(&world)?;
                if text("id") != *id {
                    return Err(BAD_URL);
                }
                let command = world.commands.iter_mut().find(|it| it["id"] == **id);
                let command =
                    command.ok_or(Refusal(404, "app.command.getcommand.internal_error"))?;
                if let (Some(command), Some(body)) = (command.as_object_mut(), body.as_object()) {
                    command.extend(body.clone());
                }
                Ok((200, command.clone()))
            }
            (&Method::DELETE, ["commands", id]) => {
                mattermost.world().commands.retain(|it| it["id"] != **id);
                ok()
            }
            _ => Err(Refusal(404, "api.context.404.app_error")),
        }
    }

    /// Whoever administers the team may manage its commands; a bot usually does not.
    fn manages_commands(&self, world: &World) -> Result<(), Refusal> {
        let roles = world.users.get(&self.user).and_then(|user| user["roles"].as_str());
        let mut roles = roles.unwrap_or_default().split(' ');
        match roles.any(|role| matches!(role, "system_admin" | "team_admin")) {
            true => Ok(()),
            false => Err(NO_PERMISSION),
        }
    }

    /// Takes the bytes of a file, as they are.
    fn upload(&self, arrived: &Arrived) -> Given {
        let text = |name: &str| self.query.get(name).map(String::as_str).unwrap_or_default();
        let (channel, name) = (text("channel_id"), text("filename"));
        let mut world = self.mattermost.world();
        world.joined(channel, &self.user)?;
        if name.is_empty() {
            return Err(BAD_URL);
        }
        let id = world.make_id();
        world.files.insert(id.clone(), (self.user.clone(), channel.to_owned()));
        let info = json!({
            "id": id, "user_id": self.user, "channel_id": channel, "name": name,
            "size": arrived.body.len(), "create_at": self.mattermost.now_ms(),
        });
        Ok((201, json!({"file_infos": [info], "client_ids": []})))
    }

    fn make_command(&self) -> Given {
        let mut world = self.mattermost.world();
        let trigger = self.body["trigger"].as_str().unwrap_or_default().to_lowercase();
        if trigger.is_empty() || trigger.starts_with('/') {
            return Err(BAD_URL);
        }
        self.manages_commands(&world)?;
        if world.commands.iter().any(|command| command["trigger"] == trigger.as_str()) {
            return Err(Refusal(400, "api.command.duplicate_trigger.app_error"));
        }
        let mut command = self.body.clone();
        command["trigger"] = trigger.into();
        command["id"] = world.make_id().into();
        command["token"] = world.make_id().into();
        world.commands.push(command.clone());
        Ok((201, command))
    }
}

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

/// What an incoming webhook says, as whoever owns it: an administrator here.
pub(super) fn incoming(
    mattermost: &Mattermost,
    id: &str,
    arrived: &Arrived,
) -> Response<Full<Bytes>> {
    mattermost.log_request(arrived, 200);
    let channel = mattermost.world().hooks.get(id).cloned();
    let Some(channel) = channel else {
        return Refusal(400, "web.incoming_webhook.invalid.app_error").response();
    };
    let said: Value = serde_json::from_slice(&arrived.body).unwrap_or_default();
    let text = said["text"].as_str().unwrap_or_default();
    if text.is_empty() && said["attachments"].is_null() {
        return Refusal(400, "web.incoming_webhook.text.app_error").response();
    }
    let mut props = json!({
        "from_webhook": "true", "webhook_display_name": "in",
        "override_username": said["username"].as_str().unwrap_or("webhook"),
    });
    if said["attachments"].is_array() {
        props["attachments"] = said["attachments"].clone();
    }
    let body = json!({"channel_id": channel, "message": text, "props": props});
    match mattermost.post(&seed::id("alice"), &body) {
        Ok(_) => reply::text(StatusCode::OK, "ok"),
        Err(refusal) => refusal.response(),
    }
}
