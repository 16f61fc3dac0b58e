//! People, bots, tokens.

use serde_json::{Value, json};

use super::{BAD_BODY, Call, Given, NO_PERMISSION, NO_USER};
use crate::fakes::mattermost::refusal::Refusal;
use crate::fakes::mattermost::seed;

const NO_BOT: Refusal = Refusal(404, "store.sql_bot.get.missing.app_error");

impl Call<'_> {
    /// Reads of people and bots.
    pub(super) fn read_users(&self, parts: &[&str]) -> Given {
        let world = self.mattermost.world();
        let found = |user: Option<&Value>| user.cloned().map(|user| (200, user)).ok_or(NO_USER);
        match parts {
            ["users", "username", name] => {
                let missing = Refusal(404, "app.user.get_by_username.app_error");
                let found = world.users.values().find(|user| user["username"] == **name);
                found.cloned().map(|user| (200, user)).ok_or(missing)
            }
            ["users", "me"] => found(world.users.get(&self.user)),
            ["users", id] => found(world.users.get(*id)),
            ["users", id, "tokens"] => {
                let id = if *id == "me" { self.user.as_str() } else { id };
                if id != self.user && !world.is_admin(&self.user) {
                    return Err(NO_PERMISSION);
                }
                let theirs = world.made_tokens.iter().filter(|token| token["user_id"] == id);
                let shown = theirs.cloned().map(|mut token| {
                    if let Some(fields) = token.as_object_mut() {
                        fields.remove("token");
                    }
                    token
                });
                Ok((200, shown.collect()))
            }
            ["bots", id] => {
                let bot = world.bots.get(*id).filter(|_| world.is_admin(&self.user));
                let includes_deleted =
                    self.query.get("include_deleted").is_some_and(|it| it == "true");
                let bot = bot.filter(|bot| includes_deleted || bot["delete_at"] == 0);
                bot.cloned().map(|bot| (200, bot)).ok_or(NO_BOT)
            }
            ["bots"] if world.is_admin(&self.user) => {
                let there = world.bots.values().filter(|bot| bot["delete_at"] == 0);
                Ok((200, there.cloned().collect()))
            }
            ["bots"] => Err(NO_PERMISSION),
            _ => Err(super::NO_ROUTE),
        }
    }

    /// People by their ids or names.
    pub(super) fn users_among(&self) -> Given {
        let world = self.mattermost.world();
        let asked = self.body.as_array().ok_or(BAD_BODY)?;
        let is_asked =
            |user: &&Value| asked.iter().any(|it| *it == user["id"] || *it == user["username"]);
        Ok((200, world.users.values().filter(is_asked).cloned().collect()))
    }

    pub(super) fn make_bot(&self) -> Given {
        let mut world = self.mattermost.world();
        if !world.is_admin(&self.user) {
            return Err(NO_PERMISSION);
        }
        if !world.settings.is_on("EnableBotAccountCreation") {
            return Err(Refusal(403, "api.bot.create_disabled"));
        }
        let name = self.text("username");
        let is_part = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
        let is_name = name.bytes().all(|byte| is_part(byte) || b"._-".contains(&byte))
            && name.bytes().next().is_some_and(|byte| byte.is_ascii_lowercase())
            && name.len() <= 64;
        if !is_name {
            return Err(Refusal(400, "model.bot.is_valid.username.app_error"));
        }
        if world.users.values().any(|user| user["username"] == name) {
            return Err(Refusal(400, "app.user.save.username_exists.app_error"));
        }
        let (id, now) = (world.make_id(), self.mattermost.now_ms());
        let mut bot = seed::bot(&id, name, &self.user, now);
        bot["display_name"] = self.text("display_name").into();
        bot["description"] = self.text("description").into();
        world.users.insert(id.clone(), seed::bot_user(&id, name));
        world.bots.insert(id.clone(), bot.clone());
        // It tells its owner what is left to do.
        let line = world.line(&self.user, &id).id.clone();
        drop(world);
        let told = json!({
            "channel_id": line, "type": "add_bot_teams_channels",
            "message": "Please add me to teams and channels you want me to interact in.",
        });
        self.mattermost.posted(&id, &told)?;
        Ok((201, bot))
    }

    /// Takes a bot out of service, or lets it work again.
    pub(super) fn switch_bot(&self, id: &str, deleted_at: i64) -> Given {
        let mut world = self.mattermost.world();
        if !world.is_admin(&self.user) {
            return Err(NO_BOT);
        }
        let bot = world.bots.get_mut(id).ok_or(NO_BOT)?;
        bot["delete_at"] = deleted_at.into();
        let bot = bot.clone();
        if let Some(user) = world.users.get_mut(id) {
            user["delete_at"] = deleted_at.into();
        }
        drop(world);
        self.mattermost.changed();
        Ok((200, bot))
    }

    /// Takes somebody out of service.
    pub(super) fn delete_user(&self, id: &str) -> Given {
        let mut world = self.mattermost.world();
        let is_permanent = self.query.get("permanent").is_some_and(|it| it == "true");
        if !world.is_admin(&self.user) {
            return Err(NO_PERMISSION);
        }
        if !world.users.contains_key(id) {
            return Err(NO_USER);
        }
        if is_permanent && !world.settings.is_on("EnableAPIUserDeletion") {
            return Err(Refusal(401, "api.user.delete_user.not_enabled.for_admin.app_error"));
        }
        if is_permanent {
            world.users.remove(id);
            world.bots.remove(id);
            world.tokens.retain(|_, user| user != id);
            for channel in world.channels.values_mut() {
                channel.members.remove(id);
            }
        } else if let Some(user) = world.users.get_mut(id) {
            user["delete_at"] = self.mattermost.now_ms().into();
        }
        self.ok()
    }

    pub(super) fn make_token(&self, id: &str) -> Given {
        let id = if id == "me" { &self.user } else { id };
        let mut world = self.mattermost.world();
        let is_bot = world.users.get(id).ok_or(NO_USER)?["is_bot"] == true;
        if self.text("description").is_empty() {
            return Err(BAD_BODY);
        }
        if !world.is_admin(&self.user) {
            return Err(NO_PERMISSION);
        }
        if !is_bot && !world.settings.is_on("EnableUserAccessTokens") {
            return Err(Refusal(501, "app.user_access_token.disabled"));
        }
        let (token_id, token) = (world.make_id(), world.make_id());
        let made = json!({
            "id": token_id, "token": token, "user_id": id,
            "description": self.text("description"), "is_active": true,
        });
        world.tokens.insert(token, id.to_owned());
        world.made_tokens.push(made.clone());
        // The specification says 201; the server does not.
        Ok((200, made))
    }

    pub(super) fn revoke_token(&self) -> Given {
        let mut world = self.mattermost.world();
        let is_it = |token: &Value| token["id"] == self.text("token_id");
        let found = world.made_tokens.iter().position(is_it).ok_or(BAD_BODY)?;
        if !world.is_admin(&self.user) {
            return Err(NO_PERMISSION);
        }
        let token = world.made_tokens.remove(found);
        world.tokens.remove(token["token"].as_str().unwrap_or_default());
        self.ok()
    }
}
