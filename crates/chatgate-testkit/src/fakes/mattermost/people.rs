//! What people do: they write, change and take away, react, come and go.

use serde_json::{Value, json};

use super::Mattermost;
use super::refusal::{NO_CHANNEL, NO_PERMISSION, Refusal};
use super::sockets::To;
use super::world::{World, shown};

impl Mattermost {
    pub(super) fn now_ms(&self) -> i64 {
        self.clock.now().as_millis()
    }

    /// Somebody makes a post; the webhooks that look for it are told.
    pub(super) fn post(&self, user: &str, body: &Value) -> Result<Value, Refusal> {
        let (post, is_new) = self.posted(user, body)?;
        if is_new {
            self.tell_webhooks(&post);
        }
        Ok(post)
    }

    /// Makes a post that no webhook is told of; whether it is new.
    pub(super) fn posted(&self, user: &str, body: &Value) -> Result<(Value, bool), Refusal> {
        let mut world = self.world();
        let (post, is_new) = world.post(user, body, self.now_ms())?;
        if is_new {
            self.sockets().used(user, self.clock.now());
            self.tell_of_post(&world, "posted", &post);
        }
        drop(world);
        self.changed();
        let mut post = shown(&post);
        if is_new {
            post["pending_post_id"] = body["pending_post_id"].clone();
        }
        Ok((post, is_new))
    }

    /// Somebody changes a post of theirs.
    pub(super) fn edit(&self, user: &str, id: &str, body: &Value) -> Result<Value, Refusal> {
        let (mut world, now) = (self.world(), self.now_ms());
        if world.standing(id)?["user_id"] != user {
            return Err(NO_PERMISSION);
        }
        let mut props = body["props"].as_object().cloned();
        if let Some(props) = &mut props {
            world.name_actions(props);
        }
        let post = world.change(id, now, |post| {
            let before = (post["message"].clone(), post["props"]["attachments"].clone());
            if let Some(message) = body["message"].as_str() {
                post["message"] = message.into();
            }
            if let Some(props) = props {
                post["props"] = props.into();
            }
            if before != (post["message"].clone(), post["props"]["attachments"].clone()) {
                post["edit_at"] = now.into();
            }
        })?;
        self.tell_of_post(&world, "post_edited", &post);
        drop(world);
        self.changed();
        Ok(shown(&post))
    }

    /// Somebody takes a post away. What is told of it is as it was before.
    pub(super) fn delete(&self, user: &str, id: &str) -> Result<(), Refusal> {
        let (mut world, now) = (self.world(), self.now_ms());
        if world.standing(id)?["user_id"] != user && !world.is_admin(user) {
            return Err(NO_PERMISSION);
        }
        let mut post = world.change(id, now, |post| post["delete_at"] = now.into())?;
        post["delete_at"] = 0.into();
        self.tell_of_post(&world, "post_deleted", &post);
        drop(world);
        self.changed();
        Ok(())
    }

    /// Somebody reacts to a post, or no longer does.
    pub(super) fn react(
        &self,
        user: &str,
        post: &str,
        emoji: &str,
        removed: bool,
    ) -> Result<Value, Refusal> {
        let (mut world, now) = (self.world(), self.now_ms());
        let channel = world.get(post)?["channel_id"].as_str().unwrap_or_default().to_owned();
        let members = self.members(&mut world, &channel, user)?;
        let reaction = json!({
            "user_id": user, "post_id": post, "emoji_name": emoji, "update_at": now, "delete_at": 0,
            "create_at": if removed { 0 } else { now }, "remote_id": "", "channel_id": channel,
        });
        world.change(post, now, |post| {
            let had = post["metadata"]["reactions"].as_array().cloned().unwrap_or_default();
            let mut kept: Vec<_> = had
                .into_iter()
                .filter(|it| it["user_id"] != user || it["emoji_name"] != emoji)
                .collect();
            if !removed {
                kept.push(reaction.clone());
            }
            post["metadata"]["reactions"] = kept.into();
        })?;
        let event = if removed { "reaction_removed" } else { "reaction_added" };
        let data = json!({"reaction": reaction.to_string()});
        self.sockets().tell(event, To::Channel(&channel, &members), |_| data.clone());
        drop(world);
        self.changed();
        Ok(reaction)
    }

    /// Somebody comes into a channel, or leaves it.
    pub(super) fn membership(&self, user: &str, channel: &str, joins: bool) -> Result<(), Refusal> {
        let mut world = self.world();
        let found = world.channels.get_mut(channel).ok_or(NO_CHANNEL)?;
        if joins {
            found.members.insert(user.to_owned());
        } else {
            found.members.remove(user);
        }
        let members: Vec<_> = found.members.iter().cloned().collect();
        let team = found.team.clone();
        let (event, data) = match joins {
            true => ("user_added", json!({"user_id": user, "team_id": team})),
            false => ("user_removed", json!({"user_id": user, "remover_id": user})),
        };
        let mut sockets = self.sockets();
        sockets.tell(event, To::Channel(channel, &members), |_| data.clone());
        if !joins {
            let data = json!({"channel_id": channel, "remover_id": user});
            sockets.tell(event, To::User(user, ""), |_| data.clone());
        }
        drop(sockets);
        drop(world);
        self.changed();
        Ok(())
    }

    /// Somebody pins a post, or takes the pin away. Whoever reads the channel may.
    pub(super) fn pin(&self, user: &str, id: &str, pinned: &Value) -> Result<(), Refusal> {
        let (mut world, now) = (self.world(), self.now_ms());
        let channel = world.standing(id).map_err(|_| NO_PERMISSION)?["channel_id"].clone();
        let channel = world.channels.get(channel.as_str().unwrap_or_default()).ok_or(NO_CHANNEL)?;
        if !world.reads(channel, user) {
            return Err(NO_PERMISSION);
        }
        if channel.deleted_at > 0 {
            let id = "api.post.patch_post.can_not_update_post_in_deleted.error";
            return Err(Refusal(400, id));
        }
        let post = world.change(id, now, |post| post["is_pinned"] = pinned.clone())?;
        self.tell_of_post(&world, "post_edited", &post);
        drop(world);
        self.changed();
        Ok(())
    }

    /// Somebody is writing.
    pub(super) fn typing(&self, user: &str, channel: &str, root: &str) -> Result<(), Refusal> {
        let mut world = self.world();
        let mut others = self.members(&mut world, channel, user).map_err(|_| NO_PERMISSION)?;
        if !world.settings.is_on("EnableUserTypingMessages") {
            return Ok(());
        }
        others.retain(|other| other != user);
        let data = json!({"user_id": user, "parent_id": root});
        self.sockets().tell("typing", To::Channel(channel, &others), |_| data.clone());
        Ok(())
    }

    fn members(
        &self,
        world: &mut World,
        channel: &str,
        user: &str,
    ) -> Result<Vec<String>, Refusal> {
        Ok(world.joined(channel, user)?.members.iter().cloned().collect())
    }

    pub(super) fn tell_of_post(&self, world: &World, event: &str, post: &Value) {
        let channel = post["channel_id"].as_str().unwrap_or_default();
        let Some(channel) = world.channels.get(channel) else { return };
        let members: Vec<_> = channel.members.iter().cloned().collect();
        let author = post["user_id"].as_str().unwrap_or_default();
        let sender = match post["props"]["override_username"].as_str() {
            Some(name) => name.to_owned(),
            None => format!("@{}", world.name(author)),
        };
        let (text, message) =
            (shown(post).to_string(), post["message"].as_str().unwrap_or_default());
        self.sockets().tell(event, To::Channel(&channel.id, &members), |user| {
            if event != "posted" {
                return json!({"post": text});
            }
            let mut data = json!({
                "post": text, "channel_type": channel.kind, "channel_name": channel.name,
                "channel_display_name": channel.name, "sender_name": sender,
                "team_id": channel.team, "set_online": true,
            });
            let is_meant = message.contains(&format!("@{}", world.name(user)));
            if user != author && (is_meant || channel.kind == "D") {
                data["mentions"] = json!([user]).to_string().into();
            }
            data
        });
    }
}
