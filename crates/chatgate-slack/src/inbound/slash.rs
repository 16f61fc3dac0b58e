//! Slash commands.

use bytes::Bytes;
use chatgate_core::{
    AnswerKind, AnswerSlot, DeliveryKey, DisplayName, EventKind, Invocation, Timestamp,
};
use chatgate_render::slack::read_typed;
use serde::Serializer as _;

use super::raw::is_credential;
use super::{ANSWER_WITHIN, Decoded, Decoder, FormFields, TRIGGER};
use crate::install::Install;

impl Decoder<'_> {
    /// Decodes a slash command's form.
    pub(crate) fn slash(&self, fields: &FormFields<'_>) -> Decoded {
        let named =
            (fields.filled("command"), fields.filled("channel_id"), fields.filled("user_id"));
        let (Some(command), Some(channel), Some(user)) = named else {
            return Decoded::Nothing("a slash command without its name, place or person");
        };
        let team = fields.filled("team_id");
        let install = self.install_or(|| Install {
            team: team.map(str::to_owned),
            enterprise: fields.filled("enterprise_id").map(str::to_owned),
            ..Install::default()
        });
        let workspace = self.workspace(team);
        // Commands are given by people of the workspace only (slack.md §2.4), and the payload names
        // their workspace; one of another installation is not ours.
        let actor = self.actor(&install, user, team);
        let command = command.strip_prefix('/').unwrap_or(command);
        let line = match fields.filled("text") {
            Some(words) => format!("{command} {words}"),
            None => command.to_owned(),
        };
        let kind = EventKind::Command(Invocation::new(read_typed(&line)));
        let place = self.place(&workspace, channel);
        let mut event =
            self.event(workspace, key(fields, self.now), self.now, kind).in_place(place).by(actor);
        if let Some(name) = fields.filled("user_name") {
            event = event.named(DisplayName::new(name));
        }
        if let Some(reply) = self.reply(fields.get("response_url")) {
            event = event.with_reply(reply);
        }
        if let Some(trigger) = self.trigger(TRIGGER, fields.get("trigger_id")) {
            event = event.with_trigger(trigger);
        }
        let accepts = [AnswerKind::Message, AnswerKind::PrivateMessage];
        let slot = AnswerSlot::new(self.now + ANSWER_WITHIN, accepts);
        Decoded::event(event.answerable(slot).with_raw(raw(fields)))
    }
}

/// A trigger is of one command, and secret: its digest names the delivery. Slack sends no command
/// without one; if it did, each would be a command of its own.
fn key(fields: &FormFields<'_>, now: Timestamp) -> String {
    match fields.filled("trigger_id") {
        Some(trigger) => digest("slash", trigger),
        None => digest("slash", &format!("{} {fields:?}", now.as_millis())),
    }
}

/// A key made from a secret.
pub(super) fn digest(kind: &str, secret: &str) -> String {
    DeliveryKey::hashed(kind, secret).as_str().to_owned()
}

/// Longer than what most commands say, so that it is written without growing.
const RAW_BYTES: usize = 512;

/// The fields as a JSON object, without credentials.
fn raw(fields: &FormFields<'_>) -> Bytes {
    let kept = fields.iter().filter(|(name, _)| !is_credential(name) && *name != "ssl_check");
    let mut out = Vec::with_capacity(RAW_BYTES);
    match serde_json::Serializer::new(&mut out).collect_map(kept) {
        Ok(()) => out.into(),
        // Text is always JSON.
        Err(_) => Bytes::new(),
    }
}
