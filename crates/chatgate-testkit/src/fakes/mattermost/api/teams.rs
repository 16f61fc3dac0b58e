//! Teams, and who is in them.

use serde_json::json;

use super::{BAD_BODY, Call, Given, NO_PERMISSION, NO_USER};
use crate::fakes::mattermost::channel::Channel;
use crate::fakes::mattermost::refusal::{NO_TEAM, Refusal};
use crate::fakes::mattermost::sockets::To;
use crate::fakes::mattermost::team::{Team, is_team_name};

/// The channels that every team has.
const CHANNELS: [(&str, &str); 2] = [("town-square", "Town Square"), ("off-topic", "Off-Topic")];

impl Call<'_> {
    pub(super) fn make_team(&self) -> Given {
        let (name, shown, kind) = (self.text("name"), self.text("display_name"), self.text("type"));
        let invalid = |what: &'static str| Err(Refusal(400, what));
        if shown.is_empty() || shown.chars().count() > 64 {
            return invalid("model.team.is_valid.name.app_error");
        }
        if !is_team_name(name) {
            return invalid("model.team.is_valid.characters.app_error");
        }
        if !matches!(kind, "O" | "I") {
            return invalid("model.team.is_valid.type.app_error");
        }
        let mut world = self.mattermost.world();
        // Whoever is a member of the server may, but no bot and no guest.
        let user = world.users.get(&self.user).ok_or(NO_USER)?;
        if user["is_bot"] == true || user["roles"] == "system_guest" {
            return Err(Refusal(403, "api.team.is_team_creation_allowed.disabled.app_error"));
        }
        // An archived team keeps its name.
        if world.teams.values().any(|team| team.name == name) {
            return Err(Refusal(400, "app.team.save.existing.app_error"));
        }
        let (id, now) = (world.make_id(), self.mattermost.now_ms());
        let mut team = Team::new(&id, name, shown, kind);
        team.made_at = now;
        team.members.insert(self.user.clone());
        team.admins.insert(self.user.clone());
        for (name, shown) in CHANNELS {
            let mut channel = Channel::new(&world.make_id(), name, "O", &id);
            channel.display_name = shown.to_owned();
            channel.made_at = now;
            channel.members.insert(self.user.clone());
            world.channels.insert(channel.id.clone(), channel);
        }
        let shown = team.shown();
        world.teams.insert(id, team);
        Ok((201, shown))
    }

    pub(super) fn delete_team(&self, id: &str) -> Given {
        let mut world = self.mattermost.world();
        let is_admin = world.is_admin(&self.user);
        if !world.manages(id, &self.user) {
            return Err(NO_PERMISSION);
        }
        world.team(id)?;
        if self.query.get("permanent").is_some_and(|it| it == "true") {
            if !world.settings.is_on("EnableAPITeamDeletion") {
                let refusal = match is_admin {
                    true => "api.user.delete_team.not_enabled.for_admin.app_error",
                    false => "api.user.delete_team.not_enabled.app_error",
                };
                return Err(Refusal(401, refusal));
            }
            world.teams.remove(id);
            world.channels.retain(|_, channel| channel.team != id);
            world.commands.retain(|command| command["team_id"] != id);
        } else if let Some(team) = world.teams.get_mut(id) {
            team.deleted_at = self.mattermost.now_ms();
            let (shown, members) = (team.shown(), team.members.clone());
            let told = json!({"team": shown.to_string()});
            let members: Vec<_> = members.into_iter().collect();
            let mut sockets = self.mattermost.sockets();
            sockets.tell("delete_team", To::Channel("", &members), |_| told.clone());
        }
        drop(world);
        self.mattermost.changed();
        self.ok()
    }

    pub(super) fn join_team(&self, id: &str) -> Given {
        let user = self.text("user_id");
        if self.text("team_id") != id {
            return Err(BAD_BODY);
        }
        let mut world = self.mattermost.world();
        if !world.users.contains_key(user) {
            return Err(NO_USER);
        }
        let is_open = world.team(id)?.kind == "O";
        let is_allowed = match user == self.user {
            true => is_open || world.is_admin(user),
            // Every member may add others.
            false => world.team(id)?.members.contains(&self.user) || world.is_admin(&self.user),
        };
        if !is_allowed {
            return Err(NO_PERMISSION);
        }
        let own: Vec<String> = world
            .channels
            .values()
            .filter(|it| it.team == id && CHANNELS.iter().any(|(name, _)| *name == it.name))
            .map(|channel| channel.id.clone())
            .collect();
        for channel in own {
            if let Some(channel) = world.channels.get_mut(&channel) {
                channel.members.insert(user.to_owned());
            }
        }
        let team = world.teams.get_mut(id).ok_or(NO_TEAM)?;
        team.members.insert(user.to_owned());
        let member = team.member(user);
        let told = json!({"team_id": id, "user_id": user});
        self.mattermost.sockets().tell("added_to_team", To::User(user, ""), |_| told.clone());
        Ok((201, member))
    }

    pub(super) fn leave_team(&self, id: &str, user: &str) -> Given {
        let user = if user == "me" { &self.user } else { user };
        let mut world = self.mattermost.world();
        if user != self.user && !world.manages(id, &self.user) {
            return Err(NO_PERMISSION);
        }
        world.teams.get_mut(id).ok_or(NO_TEAM)?.members.remove(user);
        for channel in world.channels.values_mut().filter(|channel| channel.team == id) {
            channel.members.remove(user);
        }
        let told = json!({"team_id": id, "user_id": user});
        self.mattermost.sockets().tell("leave_team", To::User(user, ""), |_| told.clone());
        self.ok()
    }

    /// The teams in which somebody is.
    pub(super) fn teams_of(&self, user: &str) -> Given {
        let user = if user == "me" { &self.user } else { user };
        let world = self.mattermost.world();
        let theirs = world.teams.values().filter(|it| it.members.contains(user));
        Ok((200, theirs.filter(|team| team.deleted_at == 0).map(Team::shown).collect()))
    }

    /// Reads of teams.
    pub(super) fn read_teams(&self, parts: &[&str]) -> Given {
        let world = self.mattermost.world();
        let sees = |team: &Team| {
            team.kind == "O" || team.members.contains(&self.user) || world.is_admin(&self.user)
        };
        match parts {
            ["teams"] => {
                let seen = world.teams.values().filter(|team| sees(team));
                Ok((200, seen.filter(|team| team.deleted_at == 0).map(Team::shown).collect()))
            }
            ["teams", "name", name] => {
                let found = world.teams.values().find(|team| team.name == *name);
                let found = found.ok_or(Refusal(404, "app.team.get_by_name.missing.app_error"))?;
                if !sees(found) {
                    return Err(NO_PERMISSION);
                }
                Ok((200, found.shown()))
            }
            ["teams", id, "members", user] => {
                let team = world.team(id)?;
                let user = if *user == "me" { self.user.as_str() } else { user };
                match team.members.contains(user) {
                    true => Ok((200, team.member(user))),
                    false => Err(Refusal(404, "app.team.get_member.missing.app_error")),
                }
            }
            ["teams", id, "channels", "name", name] => {
                let found = world.channels.values().find(|it| it.team == **id && it.name == *name);
                let missing = Refusal(404, "app.channel.get_by_name.missing.app_error");
                let found = found.filter(|channel| world.reads(channel, &self.user));
                found.map(|channel| (200, channel.shown())).ok_or(missing)
            }
            ["teams", id] => match world.team(id)? {
                team if sees(team) => Ok((200, team.shown())),
                _ => Err(NO_PERMISSION),
            },
            _ => Err(super::NO_ROUTE),
        }
    }
}
