//! Slash commands.

use chatgate_core::{AnswerKind, AnswerSlot, DeliveryKey, DisplayName, EventKind, Invocation};
use chatgate_http::FormFields;
use chatgate_render::mattermost::{Names, read};

use super::raw::fields_without_credentials;
use super::{ANSWER_WITHIN, Decoded, Decoder};

/// The fields of a command that come as often as they like (mattermost.md §4).
pub(crate) const SLASH_LISTS: &[&str] =
    &["user_mentions", "user_mentions_ids", "channel_mentions", "channel_mentions_ids"];
/// How many messages answer a command at once: the first, and its further responses.
const PARTS: usize = 10;

impl Decoder<'_> {
    /// Decodes a command's form, or query, whose token is known.
    pub(crate) fn slash(&self, fields: &FormFields<'_>) -> Decoded {
        let named =
            (fields.filled("command"), fields.filled("channel_id"), fields.filled("user_id"));
        let (Some(command), Some(channel), Some(user)) = named else {
            return Decoded::Nothing("a slash command without its name, place or person");
        };
        let command = command.strip_prefix('/').unwrap_or(command);
        let line = match fields.filled("text") {
            Some(words) => format!("{command} {words}"),
            None => command.to_owned(),
        };
        let kind = EventKind::Command(Invocation::new(read(&line, &self.names_of(fields))));
        let place = self.place(channel, fields.filled("root_id"));
        // In a direct message the team is whichever the client says (mattermost.md §4).
        let direct = fields.filled("channel_name").is_some_and(|it| self.is_direct_with(it, user));
        let place = match fields.filled("team_id").filter(|_| !direct) {
            Some(team) => place.in_team(team),
            None => place,
        };
        let mut event = self
            .event(self.key(fields), self.now, kind)
            .in_place(place)
            .by(self.actor(user))
            .with_raw(fields_without_credentials(fields));
        if direct {
            event = event.direct().externally_shared(Some(false));
        }
        if let Some(name) = fields.filled("user_name") {
            event = event.named(DisplayName::new(name));
        }
        if let Some(reply) = self.reply(fields.get("response_url")) {
            event = event.with_reply(reply);
        }
        if let Some(trigger) = self.trigger(fields.get("trigger_id")) {
            event = event.with_trigger(trigger);
        }
        let accepts = [AnswerKind::Message, AnswerKind::PrivateMessage];
        let slot = AnswerSlot::new(self.now + ANSWER_WITHIN, accepts).parts(PARTS);
        Decoded::event(event.answerable(slot))
    }

    /// The names that the command explains: whom and what it mentions, in two lists each.
    fn names_of(&self, fields: &FormFields<'_>) -> Names {
        let pairs = |names, ids| fields.all(names).zip(fields.all(ids));
        let names = pairs("user_mentions", "user_mentions_ids")
            .fold(self.names(), |names, (name, id)| names.user(name, id));
        pairs("channel_mentions", "channel_mentions_ids")
            .fold(names, |names, (name, id)| names.channel(name, id))
    }

    /// A trigger is of one command, and secret: its digest names the delivery. No server sends a
    /// command without one; if it did, each would be a command of its own.
    fn key(&self, fields: &FormFields<'_>) -> DeliveryKey {
        match fields.filled("trigger_id") {
            Some(trigger) => DeliveryKey::hashed("slash", trigger),
            None => DeliveryKey::hashed("slash", &format!("{} {fields:?}", self.now.as_millis())),
        }
    }
}
