//! Channels: made, archived, joined, left.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{BAD_BODY, Call, Given, NO_CHANNEL, NO_PERMISSION, NO_USER, lists};
use crate::fakes::mattermost::channel::Channel;
use crate::fakes::mattermost::refusal::Refusal;
use crate::fakes::mattermost::sockets::To;
use crate::fakes::mattermost::world::is_id;

/// How many people talk in a group: `ChannelGroupMinUsers`, `ChannelGroupMaxUsers`.
const GROUP: std::ops::RangeInclusive<usize> = 3..=8;

impl Call<'_> {
    pub(super) fn make_channel(&self) -> Given {
        let (team, name, shown) =
            (self.text("team_id"), self.text("name"), self.text("display_name"));
        if team.is_empty() || shown.is_empty() {
            return Err(BAD_BODY);
        }
        let kind = self.text("type");
        if !matches!(kind, "O" | "P") {
            return Err(Refusal(400, "api.channel.create_channel.direct_channel.app_error"));
        }
        let is_part = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
        let is_name = name.bytes().all(|byte| is_part(byte) || matches!(byte, b'-' | b'_'));
        if !is_name || name.is_empty() || name.len() > 64 {
            return Err(Refusal(400, "model.channel.is_valid.1_or_more.app_error"));
        }
        let mut world = self.mattermost.world();
        let is_of_team = world.team(team)?.members.contains(&self.user);
        if !is_of_team && !world.is_admin(&self.user) {
            return Err(NO_PERMISSION);
        }
        // An archived channel keeps its name.
        if world.channels.values().any(|it| it.team == team && it.name == name) {
            return Err(Refusal(400, "store.sql_channel.save_channel.exists.app_error"));
        }
        let id = world.make_id();
        let mut channel = Channel::new(&id, name, kind, team);
        channel.display_name = shown.to_owned();
        channel.header = self.text("header").to_owned();
        channel.purpose = self.text("purpose").to_owned();
        channel.creator = self.user.clone();
        channel.made_at = self.mattermost.now_ms();
        channel.members.insert(self.user.clone());
        let shown = channel.shown();
        world.channels.insert(id.clone(), channel);
        let told = json!({"channel_id": id, "team_id": team});
        self.mattermost
            .sockets()
            .tell("channel_created", To::User(&self.user, ""), |_| told.clone());
        Ok((201, shown))
    }

    /// The direct channel of two people.
    pub(super) fn make_line(&self) -> Given {
        let ids = self.ids()?;
        let (one, other) = match ids[..] {
            [one] => (one, one),
            [one, other] => (one, other),
            _ => return Err(BAD_BODY),
        };
        let mut world = self.mattermost.world();
        if ![one, other].contains(&self.user.as_str()) && !world.is_admin(&self.user) {
            return Err(NO_PERMISSION);
        }
        if !world.users.contains_key(one) || !world.users.contains_key(other) {
            return Err(NO_USER);
        }
        let count = world.channels.len();
        let shown = world.line(one, other).shown();
        if world.channels.len() > count {
            let id = shown["id"].as_str().unwrap_or_default();
            let told = json!({"creator_id": self.user, "teammate_id": other});
            let both = [one.to_owned(), other.to_owned()];
            self.mattermost
                .sockets()
                .tell("direct_added", To::Channel(id, &both), |_| told.clone());
        }
        Ok((201, shown))
    }

    /// The channel of a few people; the one that they have, if they have one.
    pub(super) fn make_group(&self) -> Given {
        let mut members: BTreeSet<String> = self.ids()?.into_iter().map(str::to_owned).collect();
        if members.is_empty() {
            return Err(BAD_BODY);
        }
        members.insert(self.user.clone());
        if !GROUP.contains(&members.len()) {
            return Err(Refusal(400, "api.channel.create_group.bad_size.app_error"));
        }
        let mut world = self.mattermost.world();
        if !members.iter().all(|member| world.users.contains_key(member)) {
            return Err(Refusal(400, "api.channel.create_group.bad_user.app_error"));
        }
        let known = world.channels.values().find(|it| it.kind == "G" && it.members == members);
        if let Some(known) = known {
            return Ok((201, known.shown()));
        }
        let id = world.make_id();
        // A real name is a hash of the members.
        let mut group = Channel::new(&id, &id, "G", "");
        let names: Vec<_> = members.iter().map(|member| world.name(member)).collect();
        group.display_name = names.join(", ");
        group.made_at = self.mattermost.now_ms();
        group.members.clone_from(&members);
        let shown = group.shown();
        world.channels.insert(id.clone(), group);
        let members: Vec<_> = members.into_iter().collect();
        let told = json!({"teammate_ids": json!(members).to_string()});
        self.mattermost.sockets().tell("group_added", To::Channel(&id, &members), |_| told.clone());
        Ok((201, shown))
    }

    /// Archives a channel; or deletes it for good, where that is allowed.
    pub(super) fn delete_channel(&self, id: &str) -> Given {
        let mut world = self.mattermost.world();
        let channel = world.channels.get(id).ok_or(NO_CHANNEL)?;
        if channel.is_direct() {
            return Err(Refusal(400, "api.channel.delete_channel.type.invalid"));
        }
        if !channel.members.contains(&self.user) && !world.manages(&channel.team, &self.user) {
            return Err(NO_PERMISSION);
        }
        if channel.name == "town-square" {
            return Err(Refusal(400, "api.channel.delete_channel.cannot.app_error"));
        }
        let members: Vec<_> = channel.members.iter().cloned().collect();
        if self.query.get("permanent").is_some_and(|it| it == "true") {
            if !world.settings.is_on("EnableAPIChannelDeletion") {
                let refusal = match world.is_admin(&self.user) {
                    true => "api.user.delete_channel.not_enabled.for_admin.app_error",
                    false => "api.user.delete_channel.not_enabled.app_error",
                };
                return Err(Refusal(401, refusal));
            }
            world.channels.remove(id);
        } else if let Some(channel) = world.channels.get_mut(id) {
            if channel.deleted_at > 0 {
                return Err(Refusal(400, "api.channel.delete_channel.deleted.app_error"));
            }
            channel.deleted_at = self.mattermost.now_ms();
            // Its webhooks go with it.
            world.hooks.retain(|_, hook| hook["channel_id"] != id);
            world.outgoing.retain(|hook| hook["channel_id"] != id);
        }
        let told = json!({"channel_id": id, "delete_at": self.mattermost.now_ms()});
        let mut sockets = self.mattermost.sockets();
        sockets.tell("channel_deleted", To::Channel(id, &members), |_| told.clone());
        drop(sockets);
        drop(world);
        self.mattermost.changed();
        self.ok()
    }

    pub(super) fn join_channel(&self, id: &str) -> Given {
        let user = self.text("user_id");
        if !is_id(user) {
            return Err(BAD_BODY);
        }
        let is_new = {
            let world = self.mattermost.world();
            let channel = world.channels.get(id).ok_or(NO_CHANNEL)?;
            if channel.is_direct() {
                return Err(Refusal(400, "api.channel.add_user_to_channel.type.app_error"));
            }
            let is_of_team = |who: &str| {
                world.teams.get(&channel.team).is_some_and(|team| team.members.contains(who))
            };
            let is_allowed = match user == self.user && channel.kind == "O" {
                true => is_of_team(user),
                false => channel.members.contains(&self.user) || world.is_admin(&self.user),
            };
            if !is_allowed {
                return Err(NO_PERMISSION);
            }
            if !world.users.contains_key(user) {
                return Err(NO_USER);
            }
            if !is_of_team(user) {
                return Err(Refusal(404, "app.team.get_member.missing.app_error"));
            }
            !channel.members.contains(user)
        };
        if is_new {
            self.mattermost.membership(user, id, true)?;
            self.told_of_join(user, id)?;
        }
        let world = self.mattermost.world();
        let channel = world.channels.get(id).ok_or(NO_CHANNEL)?;
        Ok((201, channel.member(user)))
    }

    /// The post that says who came, of whoever brought them.
    fn told_of_join(&self, user: &str, channel: &str) -> Result<(), Refusal> {
        let (by, name) = {
            let world = self.mattermost.world();
            (world.name(&self.user), world.name(user))
        };
        let (author, kind, text) = match user == self.user {
            true => (user, "system_join_channel", format!("{name} joined the channel.")),
            false => {
                let text = format!("{name} added to the channel by {by}.");
                (self.user.as_str(), "system_add_to_channel", text)
            }
        };
        let body = json!({
            "channel_id": channel, "message": text, "type": kind,
            "props": {"username": by, "addedUserId": user, "addedUsername": name},
        });
        // An administrator brings people where they are not themselves.
        match self.mattermost.posted(author, &body) {
            Err(refusal) if refusal.0 != NO_PERMISSION.0 => Err(refusal),
            _ => Ok(()),
        }
    }

    pub(super) fn leave_channel(&self, id: &str, user: &str) -> Given {
        let user = if user == "me" { &self.user } else { user };
        {
            let world = self.mattermost.world();
            let channel = world.channels.get(id).ok_or(NO_CHANNEL)?;
            let is_allowed = channel.members.contains(&self.user) || world.is_admin(&self.user);
            if user != self.user && !is_allowed {
                return Err(NO_PERMISSION);
            }
        }
        self.mattermost.membership(user, id, false)?;
        self.ok()
    }

    /// Reads of channels.
    pub(super) fn read_channels(&self, parts: &[&str]) -> Given {
        let world = self.mattermost.world();
        let ["channels", id, rest @ ..] = parts else { return Err(super::NO_ROUTE) };
        let channel = world.channels.get(*id).ok_or(NO_CHANNEL)?;
        match rest {
            [] if channel.kind == "O" || world.reads(channel, &self.user) => {
                Ok((200, channel.shown()))
            }
            _ if !world.reads(channel, &self.user) => Err(NO_PERMISSION),
            ["pinned"] => {
                let is_pinned = |post: &&Value| {
                    post["channel_id"] == **id
                        && post["is_pinned"] == true
                        && post["delete_at"] == 0
                };
                let pinned: Vec<_> = world.posts.iter().filter(is_pinned).collect();
                Ok((200, lists::as_list(&world, &pinned)))
            }
            ["members"] => {
                Ok((200, channel.members.iter().map(|member| channel.member(member)).collect()))
            }
            ["members", user] => {
                let user = if *user == "me" { self.user.as_str() } else { user };
                match channel.members.contains(user) {
                    true => Ok((200, channel.member(user))),
                    false => Err(Refusal(404, "app.channel.get_member.missing.app_error")),
                }
            }
            _ => Err(super::NO_ROUTE),
        }
    }

    /// The body as a list of ids.
    fn ids(&self) -> Result<Vec<&str>, Refusal> {
        let ids = self.body.as_array().ok_or(BAD_BODY)?.iter().map(Value::as_str);
        ids.map(|id| id.filter(|id| is_id(id)).ok_or(BAD_BODY)).collect()
    }
}
