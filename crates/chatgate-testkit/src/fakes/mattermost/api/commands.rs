//! Slash commands and webhooks, as they are registered at a team.

use serde_json::Value;

use super::{BAD_BODY, BAD_URL, Call, Given, NO_PERMISSION};
use crate::fakes::mattermost::refusal::Refusal;
use crate::fakes::mattermost::world::{World, is_id};

const NO_COMMAND: Refusal = Refusal(404, "store.sql_command.get.missing.app_error");
/// Commands of the server's own, some of them.
const BUILT_IN: &[&str] = &[
    "away",
    "code",
    "dnd",
    "echo",
    "header",
    "help",
    "invite",
    "join",
    "kick",
    "leave",
    "logout",
    "me",
    "msg",
    "mute",
    "offline",
    "online",
    "open",
    "purpose",
    "rename",
    "search",
    "settings",
    "shortcuts",
    "shrug",
    "status",
];

impl Call<'_> {
    pub(super) fn commands(&self) -> Given {
        let world = self.mattermost.world();
        let team = self.query.get("team_id").ok_or(BAD_URL)?;
        if !world.manages(team, &self.user) {
            return Err(NO_PERMISSION);
        }
        let theirs = world.commands.iter().filter(|it| it["team_id"] == team.as_str());
        Ok((200, theirs.cloned().collect()))
    }

    pub(super) fn make_command(&self) -> Given {
        let mut world = self.mattermost.world();
        let team = self.text("team_id");
        if !world.manages(team, &self.user) {
            return Err(NO_PERMISSION);
        }
        let mut command = self.checked(&world)?;
        let (id, token) = (world.make_id(), world.make_id());
        command["id"] = id.into();
        command["token"] = token.into();
        command["creator_id"] = self.user.as_str().into();
        world.commands.push(command.clone());
        Ok((201, command))
    }

    pub(super) fn change_command(&self, id: &str) -> Given {
        let mut world = self.mattermost.world();
        if self.text("id") != id {
            return Err(BAD_BODY);
        }
        let known = self.known_command(&world, id)?;
        if self.text("team_id") != known["team_id"] {
            return Err(Refusal(400, "api.command.team_mismatch.app_error"));
        }
        let mut changed = self.checked(&world)?;
        for kept in ["id", "token", "creator_id", "create_at"] {
            changed[kept] = known[kept].clone();
        }
        if let Some(known) = world.commands.iter_mut().find(|it| it["id"] == id) {
            *known = changed.clone();
        }
        Ok((200, changed))
    }

    pub(super) fn delete_command(&self, id: &str) -> Given {
        let mut world = self.mattermost.world();
        self.known_command(&world, id)?;
        world.commands.retain(|it| it["id"] != id);
        self.ok()
    }

    pub(super) fn renew_command_token(&self, id: &str) -> Given {
        let mut world = self.mattermost.world();
        self.known_command(&world, id)?;
        let token = world.make_id();
        if let Some(known) = world.commands.iter_mut().find(|it| it["id"] == id) {
            known["token"] = token.as_str().into();
        }
        Ok((200, serde_json::json!({"token": token})))
    }

    fn known_command(&self, world: &World, id: &str) -> Result<Value, Refusal> {
        let known = world.commands.iter().find(|it| it["id"] == id).ok_or(NO_COMMAND)?;
        let team = known["team_id"].as_str().unwrap_or_default();
        if world.manages(team, &self.user) { Ok(known.clone()) } else { Err(NO_COMMAND) }
    }

    /// The command of the body, as the server keeps it.
    fn checked(&self, world: &World) -> Result<Value, Refusal> {
        if !world.settings.is_on("EnableCommands") {
            return Err(Refusal(501, "api.command.disabled.app_error"));
        }
        let (trigger, url) = (self.text("trigger").to_lowercase(), self.text("url"));
        let is_known = world.commands.iter().any(|it| {
            it["trigger"] == *trigger
                && it["team_id"] == self.text("team_id")
                && it["id"] != self.text("id")
        });
        if is_known || BUILT_IN.contains(&&*trigger) {
            return Err(Refusal(400, "api.command.duplicate_trigger.app_error"));
        }
        let is_part = |byte: u8| byte.is_ascii_alphanumeric() || b"_./-".contains(&byte);
        let is_trigger = (1..=128).contains(&trigger.len()) && trigger.bytes().all(is_part);
        if !is_trigger || trigger.starts_with('/') {
            return Err(Refusal(400, "model.command.is_valid.trigger.app_error"));
        }
        if !is_id(self.text("team_id")) {
            return Err(Refusal(400, "model.command.is_valid.team_id.app_error"));
        }
        if url.is_empty() || url.len() > 1_024 {
            return Err(Refusal(400, "model.command.is_valid.url.app_error"));
        }
        if !url.starts_with("http://") && !url.starts_with("https://") {
            return Err(Refusal(400, "model.command.is_valid.url_http.app_error"));
        }
        if !matches!(self.text("method"), "P" | "G") {
            return Err(Refusal(400, "model.command.is_valid.method.app_error"));
        }
        if self.text("display_name").len() > 64 {
            return Err(Refusal(400, "model.command.is_valid.display_name.app_error"));
        }
        if self.text("description").len() > 128 {
            return Err(Refusal(400, "model.command.is_valid.description.app_error"));
        }
        let mut command = self.body.clone();
        command["trigger"] = trigger.into();
        let now = self.mattermost.now_ms();
        command["create_at"] = now.into();
        command["update_at"] = now.into();
        command["delete_at"] = 0.into();
        Ok(command)
    }

    /// Somebody types a command; gives what the program answered.
    pub(super) async fn execute(&self) -> Given {
        let (channel, line) = (self.text("channel_id"), self.text("command"));
        if line.len() <= 1 || !line.starts_with('/') || !is_id(channel) {
            return Err(Refusal(400, "api.command.execute_command.start.app_error"));
        }
        let root = self.text("root_id");
        let delivery = self.mattermost.slash(&self.user, channel, line, root).await?;
        match delivery.refused.as_deref() {
            None => Ok((200, delivery.json())),
            Some("api.command.execute_command.failed_resp.app_error") => {
                Err(Refusal(500, "api.command.execute_command.failed_resp.app_error"))
            }
            Some(_) => Err(Refusal(500, "api.command.execute_command.failed.app_error")),
        }
    }

    /// Reads and changes of webhooks.
    pub(super) fn webhooks(&self, parts: &[&str]) -> Given {
        let team = || self.query.get("team_id").map(String::as_str);
        let world = self.mattermost.world();
        let manages = |hook: &Value| {
            let team = hook["team_id"].as_str().unwrap_or_default();
            if world.manages(team, &self.user) { Ok(()) } else { Err(NO_PERMISSION) }
        };
        let of_team = |hook: &&Value| {
            team().is_none_or(|team| hook["team_id"] == team) && manages(hook).is_ok()
        };
        match parts {
            ["incoming"] => Ok((200, world.hooks.values().filter(of_team).cloned().collect())),
            ["outgoing"] => Ok((200, world.outgoing.iter().filter(of_team).cloned().collect())),
            ["incoming", id] => {
                let missing = Refusal(404, "app.webhooks.get_incoming.app_error");
                let hook = world.hooks.get(*id).ok_or(missing)?;
                manages(hook).map(|()| (200, hook.clone()))
            }
            ["outgoing", id] => {
                let missing = Refusal(404, "app.webhooks.get_outgoing.app_error");
                let hook = world.outgoing.iter().find(|it| it["id"] == **id).ok_or(missing)?;
                manages(hook).map(|()| (200, hook.clone()))
            }
            _ => Err(super::NO_ROUTE),
        }
    }

    pub(super) fn delete_webhook(&self, parts: &[&str]) -> Given {
        self.webhooks(parts)?;
        let mut world = self.mattermost.world();
        if let [_, id] = parts {
            world.hooks.remove(*id);
            world.outgoing.retain(|hook| hook["id"] != **id);
        }
        self.ok()
    }
}
