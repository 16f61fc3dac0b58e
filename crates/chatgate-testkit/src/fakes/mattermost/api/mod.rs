//! The REST API, version 4: which route, by whom.

mod channels;
mod commands;
mod files;
mod lists;
mod settings;
mod teams;
mod users;

use std::collections::HashMap;
use std::sync::Arc;

use bytes::Bytes;
use http::{Method, Response, StatusCode};
use http_body_util::Full;
use serde_json::{Value, json};

use super::channel::Channel;
use super::refusal::{
    BAD_BODY, BAD_URL, NO_ACTION, NO_CHANNEL, NO_PERMISSION, NO_ROUTE, NO_SESSION, NO_USER, Refusal,
};
use super::world::shown;
use super::{Mattermost, reply};
use crate::fakes::faults::When;
use crate::fakes::server::{Arrived, Reply};

/// The largest body, `MaximumPayloadSizeBytes`.
const BODY: usize = 300_000;

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
    let response =
        called(mattermost, &parts, arrived).await.unwrap_or_else(|refusal| refusal.response());
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

async fn called(
    mattermost: &Arc<Mattermost>,
    parts: &[&str],
    arrived: &Arrived,
) -> Result<Response<Full<Bytes>>, Refusal> {
    let is_file = parts == ["files"];
    if arrived.body.len() > BODY && !is_file {
        return Err(Refusal(413, "api.context.request_body_too_large.app_error"));
    }
    let body: Value = match arrived.body.is_empty() || is_file {
        true => Value::Null,
        false => serde_json::from_slice(&arrived.body).map_err(|_| BAD_BODY)?,
    };
    let done = || Ok(reply::json(StatusCode::OK, &json!({"status": "OK"})));
    match (&arrived.method, parts) {
        (&Method::GET, ["system", "ping"]) => return done(),
        // Who holds a trigger needs no token.
        (&Method::POST, ["actions", "dialogs", "open"]) => {
            mattermost.open_dialog(&body)?;
            return done();
        }
        _ => {}
    }
    let token = arrived.header("authorization").split_once(' ').map(|(_, token)| token);
    let user = token.and_then(|token| mattermost.user_of(token)).ok_or(NO_SESSION)?;
    let query = form_urlencoded::parse(arrived.query.as_bytes()).into_owned().collect();
    let call = Call { mattermost, user, query, body };
    let (status, body) = match (&arrived.method, parts) {
        (&Method::POST, ["posts", post, "actions", action]) => call.act(post, action).await,
        (&Method::POST, ["commands", "execute"]) => call.execute().await,
        (&Method::POST, ["actions", "dialogs", "submit"]) => call.submit().await,
        (&Method::POST, ["files"]) => call.upload(arrived),
        (&Method::GET, ["files", id]) => return call.download(id),
        (&Method::GET, _) => call.get(parts),
        (&Method::POST, _) => call.post(parts),
        (&Method::PUT, _) => call.put(parts),
        (&Method::DELETE, _) => call.delete(parts),
        _ => Err(NO_ROUTE),
    }?;
    Ok(reply::json(StatusCode::from_u16(status).unwrap_or(StatusCode::OK), &body))
}

impl Call<'_> {
    fn get(&self, parts: &[&str]) -> Given {
        let (me, world) = (&self.user, || self.mattermost.world());
        match parts {
            ["users", _, "channels"] => {
                let world = world();
                let mine = world.channels.values().filter(|it| it.members.contains(me));
                let there = mine.filter(|channel| channel.deleted_at == 0);
                Ok((200, there.map(Channel::shown).collect()))
            }
            ["users", _, "teams", team, "channels"] => {
                let world = world();
                let mine = world.channels.values().filter(|it| it.members.contains(me));
                let there =
                    mine.filter(|it| it.deleted_at == 0 && (it.team == **team || it.is_direct()));
                Ok((200, there.map(Channel::shown).collect()))
            }
            ["users", user, "teams"] => self.teams_of(user),
            ["users" | "bots", ..] => self.read_users(parts),
            ["teams", ..] => self.read_teams(parts),
            ["channels", id, "posts"] => self.list(id),
            ["channels", ..] => self.read_channels(parts),
            ["posts", id] => Ok((200, shown(world().get(id)?))),
            ["posts", id, "thread"] => self.thread(id),
            ["posts", id, "files", "info"] => self.files_of(id),
            ["posts", id, "reactions"] => {
                let reactions = world().get(id)?["metadata"]["reactions"].clone();
                Ok((200, if reactions.is_array() { reactions } else { json!([]) }))
            }
            ["files", id, "info"] => self.file_info(id),
            ["config"] => self.settings(),
            ["config", "client"] => self.client_settings(),
            ["license", "client"] => self.licence(),
            ["commands"] => self.commands(),
            ["hooks", rest @ ..] => self.webhooks(rest),
            _ => Err(NO_ROUTE),
        }
    }

    fn post(&self, parts: &[&str]) -> Given {
        let mattermost = self.mattermost;
        match parts {
            ["posts"] => {
                if self.text("type").starts_with("system_") {
                    return Err(Refusal(400, "api.context.invalid_param.app_error"));
                }
                self.check_priority()?;
                Ok((201, mattermost.post(&self.user, &self.body)?))
            }
            ["posts", "ephemeral"] => self.post_ephemeral(),
            ["posts", id, "pin"] => self.pin(id, true.into()),
            ["posts", id, "unpin"] => self.pin(id, false.into()),
            ["reactions"] => {
                if self.text("user_id") != self.user {
                    return Err(NO_PERMISSION);
                }
                let (post, emoji) = (self.text("post_id"), self.text("emoji_name"));
                Ok((200, mattermost.react(&self.user, post, emoji, false)?))
            }
            ["channels"] => self.make_channel(),
            ["channels", "direct"] => self.make_line(),
            ["channels", "group"] => self.make_group(),
            ["channels", id, "members"] => self.join_channel(id),
            ["users", "ids" | "usernames"] => self.users_among(),
            ["users", "tokens", "revoke"] => self.revoke_token(),
            ["users", id, "tokens"] => self.make_token(id),
            ["users", id, "typing"] => {
                let world = mattermost.world();
                if *id != "me" && *id != self.user && !world.is_admin(&self.user) {
                    return Err(NO_PERMISSION);
                }
                drop(world);
                let user = if *id == "me" { &self.user } else { *id };
                mattermost.typing(user, self.text("channel_id"), self.text("parent_id"))?;
                self.ok()
            }
            ["teams"] => self.make_team(),
            ["teams", id, "members"] => self.join_team(id),
            ["bots"] => self.make_bot(),
            ["bots", id, "disable"] => self.switch_bot(id, mattermost.now_ms()),
            ["bots", id, "enable"] => self.switch_bot(id, 0),
            ["commands"] => self.make_command(),
            ["hooks", "incoming"] => Ok((201, mattermost.make_incoming(&self.user, &self.body)?)),
            ["hooks", "outgoing"] => Ok((201, mattermost.make_outgoing(&self.user, &self.body)?)),
            _ => Err(NO_ROUTE),
        }
    }

    fn put(&self, parts: &[&str]) -> Given {
        match parts {
            ["posts", id, "patch"] => Ok((200, self.mattermost.edit(&self.user, id, &self.body)?)),
            ["config", "patch"] => self.patch_settings(),
            ["commands", id] => self.change_command(id),
            ["commands", id, "regen_token"] => self.renew_command_token(id),
            _ => Err(NO_ROUTE),
        }
    }

    fn delete(&self, parts: &[&str]) -> Given {
        match parts {
            ["posts", id] => {
                self.mattermost.delete(&self.user, id)?;
                self.ok()
            }
            ["users", _, "posts", post, "reactions", emoji] => {
                let pair = format!("e={emoji}");
                let mut pairs = form_urlencoded::parse(pair.as_bytes());
                let emoji = pairs.next().map(|(_, emoji)| emoji.into_owned()).unwrap_or_default();
                self.mattermost.react(&self.user, post, &emoji, true)?;
                self.ok()
            }
            ["users", id] => self.delete_user(id),
            ["channels", id, "members", who] => self.leave_channel(id, who),
            ["channels", id] => self.delete_channel(id),
            ["teams", id, "members", who] => self.leave_team(id, who),
            ["teams", id] => self.delete_team(id),
            ["commands", id] => self.delete_command(id),
            ["hooks", rest @ ..] => self.delete_webhook(rest),
            _ => Err(NO_ROUTE),
        }
    }

    /// Only roots are marked, and nobody is asked to acknowledge anything: there is no licence.
    fn check_priority(&self) -> Result<(), Refusal> {
        let priority = &self.body["metadata"]["priority"];
        if priority.is_null() {
            return Ok(());
        }
        if !self.mattermost.world().settings.is_on("PostPriority") {
            let id = "api.post.post_priority.priority_post_not_allowed_for_user.request_error";
            return Err(Refusal(403, id));
        }
        if !self.text("root_id").is_empty() {
            let id =
                "api.post.post_priority.priority_post_only_allowed_for_root_post.request_error";
            return Err(Refusal(400, id));
        }
        if priority["requested_ack"] == true || priority["persistent_notifications"] == true {
            return Err(Refusal(501, "license_error.feature_unavailable"));
        }
        Ok(())
    }

    /// What only an administrator may: a post that one person sees.
    fn post_ephemeral(&self) -> Given {
        if !self.mattermost.world().is_admin(&self.user) {
            return Err(NO_PERMISSION);
        }
        let to = self.text("user_id");
        if to.is_empty() || !self.body["post"].is_object() {
            return Err(BAD_BODY);
        }
        self.mattermost.show(to, self.body["post"].clone());
        Ok((201, self.body["post"].clone()))
    }

    fn pin(&self, post: &str, pinned: Value) -> Given {
        self.mattermost.pin(&self.user, post, &pinned)?;
        self.ok()
    }

    /// Somebody uses a button or menu of a post.
    async fn act(&self, post: &str, action: &str) -> Given {
        let is_part = |byte: u8| byte.is_ascii_alphanumeric();
        if action.is_empty() || !action.bytes().all(is_part) {
            return Err(NO_ROUTE);
        }
        if self.mattermost.world().action(post, |it| it["id"] == action).is_none() {
            return Err(NO_ACTION);
        }
        let chosen = self.body["selected_option"].as_str().filter(|chosen| !chosen.is_empty());
        let delivery = self.mattermost.click(&self.user, post, action, chosen).await?;
        if delivery.refused.is_some() {
            return Err(Refusal(400, "api.post.do_action.action_integration.app_error"));
        }
        let request: Value = serde_json::from_str(&delivery.request).unwrap_or_default();
        Ok((200, json!({"status": "OK", "trigger_id": request["trigger_id"]})))
    }

    async fn submit(&self) -> Given {
        let delivery = self.mattermost.submit_as_said(&self.user, &self.body).await?;
        match delivery.refused {
            Some(_) => Err(Refusal(400, "api.post.do_action.action_integration.app_error")),
            None => Ok((200, delivery.json())),
        }
    }

    /// A field of the body; nothing where it is none.
    fn text(&self, name: &str) -> &str {
        self.body[name].as_str().unwrap_or_default()
    }

    fn ok(&self) -> Given {
        Ok((200, json!({"status": "OK"})))
    }
}
