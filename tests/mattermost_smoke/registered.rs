//! What is registered at the team: slash commands and webhooks.

use chatgate_mattermost::Manifest;
use serde_json::{Value, json};

use crate::bot;
use crate::inbound::Command;
use crate::made::Made;
use crate::report::Report;
use crate::server::{Refused, Result, Server, text};

/// What a post begins with that the outgoing webhook looks for.
pub(crate) fn trigger_word(name: &str) -> String {
    format!("#{name}")
}

/// Registers things at the team.
pub(crate) struct Registrar<'a> {
    pub(crate) server: &'a Server,
    pub(crate) team: &'a str,
    pub(crate) channel: &'a str,
    pub(crate) url: &'a str,
    pub(crate) report: &'a mut Report,
    pub(crate) made: &'a mut Made,
}

impl Registrar<'_> {
    /// The commands of the program, as its manifest says.
    pub(crate) async fn commands(&mut self) -> Vec<Command> {
        let mut commands = Vec::new();
        let url = format!("{}/mattermost/command", self.url.trim_end_matches('/'));
        let (Ok(specs), Ok(url)) = (bot::specs(), url.parse()) else { return commands };
        for command in Manifest::new(&specs, &url).commands {
            let mut body = serde_json::to_value(&command).unwrap_or_default();
            body["team_id"] = self.team.into();
            match self.made.command(self.server, &body).await {
                Ok((id, token)) => {
                    body["id"] = id.into();
                    commands.push(Command { trigger: command.trigger, token, body });
                }
                Err(why) => {
                    self.refused(&format!("register the slash command /{}", command.trigger), &why);
                }
            }
        }
        if commands.len() > 1 {
            self.report.ok("register slash commands");
        }
        commands
    }

    /// An outgoing webhook; gives its token.
    pub(crate) async fn outgoing(&mut self, name: &str) -> Option<String> {
        let body = json!({
            "team_id": self.team, "channel_id": self.channel, "display_name": name,
            "trigger_words": [trigger_word(name)], "trigger_when": 0,
            "callback_urls": [format!("{}/mattermost/hook", self.url.trim_end_matches('/'))],
            "content_type": "application/json",
        });
        let hook = self.made.webhook(self.server, "outgoing", &body).await;
        self.known("register an outgoing webhook", hook, "token")
    }

    /// An incoming webhook; gives its address.
    pub(crate) async fn incoming(&mut self, name: &str) -> Option<String> {
        let body = json!({"channel_id": self.channel, "display_name": name});
        let hook = self.made.webhook(self.server, "incoming", &body).await;
        let id = self.known("register an incoming webhook", hook, "id")?;
        Some(format!("{}/hooks/{id}", self.server.base()))
    }

    fn known(&mut self, part: &str, hook: Result<Value>, field: &str) -> Option<String> {
        match hook.and_then(|hook| text(&hook, field)) {
            Ok(text) => {
                self.report.ok(part);
                Some(text)
            }
            Err(why) => {
                self.refused(part, &why);
                None
            }
        }
    }

    fn refused(&mut self, part: &str, why: &Refused) {
        match why.is_unavailable() {
            true => self.report.refused(part, why),
            false => self.report.failed_at(part, why),
        }
    }
}
