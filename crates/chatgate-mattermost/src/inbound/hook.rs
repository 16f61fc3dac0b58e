//! Outgoing webhooks: posts that begin with a word which the server looks for.

use bytes::Bytes;
use chatgate_core::{AnswerKind, AnswerSlot, DisplayName, EventKind, Message, MessageRef};
use chatgate_http::{FormFields, soft};
use chatgate_render::mattermost::read;
use serde::Deserialize;

use super::raw::{fields_without_credentials, without_credentials};
use super::{ANSWER_WITHIN, Decoded, Decoder};

/// What a webhook says, as a form or as JSON (mattermost.md §5.2).
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Hook {
    #[serde(default, deserialize_with = "soft")]
    pub(crate) token: Option<String>,
    #[serde(default, deserialize_with = "soft")]
    team_id: Option<String>,
    #[serde(default, deserialize_with = "soft")]
    channel_id: Option<String>,
    #[serde(default, deserialize_with = "soft")]
    user_id: Option<String>,
    #[serde(default, deserialize_with = "soft")]
    user_name: Option<String>,
    #[serde(default, deserialize_with = "soft")]
    post_id: Option<String>,
    #[serde(default, deserialize_with = "soft")]
    text: Option<String>,
    #[serde(default, deserialize_with = "soft")]
    pub(crate) trigger_word: Option<String>,
    #[serde(skip)]
    raw: Bytes,
}

impl Hook {
    /// Reads a JSON body, already known to be JSON.
    pub(crate) fn json(body: &str) -> Self {
        let hook: Self = serde_json::from_str(body).unwrap_or_default();
        Self { raw: without_credentials(body), ..hook }
    }

    /// Reads a form.
    pub(crate) fn form(fields: &FormFields<'_>) -> Self {
        let field = |name| fields.filled(name).map(str::to_owned);
        Self {
            token: field("token"),
            team_id: field("team_id"),
            channel_id: field("channel_id"),
            user_id: field("user_id"),
            user_name: field("user_name"),
            post_id: field("post_id"),
            text: field("text"),
            trigger_word: field("trigger_word"),
            raw: fields_without_credentials(fields),
        }
    }
}

impl Decoder<'_> {
    /// Decodes a webhook whose token is known. `is_command` tells of a word whether a command begins
    /// with it: the word that the server looked for is only then a part of what is said.
    pub(crate) fn hook(&self, hook: &Hook, is_command: impl Fn(&str) -> bool) -> Decoded {
        let named = (hook.channel_id.as_deref(), hook.user_id.as_deref(), hook.post_id.as_deref());
        let (Some(channel), Some(user), Some(post)) = named else {
            return Decoded::Nothing("a webhook without its place, person or post");
        };
        if self.is_me(user) {
            return Decoded::Nothing("our own post");
        }
        let text = hook.text.as_deref().unwrap_or_default();
        let word = hook.trigger_word.as_deref().filter(|word| !word.is_empty());
        let words = match word.and_then(|word| Some((word, text.strip_prefix(word)?))) {
            Some((word, rest))
                if !is_command(word) && rest.chars().next().is_none_or(char::is_whitespace) =>
            {
                rest.trim_start()
            }
            _ => text,
        };
        let mut content = read(words, &self.names());
        let named = content.take_address(self.me.map(|me| me.id.as_str()));
        let place = self.place(channel, None);
        let place = match hook.team_id.as_deref().filter(|team| !team.is_empty()) {
            Some(team) => place.in_team(team),
            None => place,
        };
        let message = Message::new(MessageRef::platform(place.clone(), post), content)
            .thread_root(post)
            .mentioned();
        let mut event = self
            .event(format!("hook/{post}"), self.now, EventKind::Message(message))
            .in_place(place)
            .by(self.actor(user))
            .with_raw(hook.raw.clone());
        if named {
            // The socket brings the same post, and it speaks to us there too.
            event = event.with_key(format!("post/{post}"));
        }
        if let Some(name) = &hook.user_name {
            event = event.named(DisplayName::new(name.as_str()));
        }
        let slot = AnswerSlot::new(self.now + ANSWER_WITHIN, [AnswerKind::Message]);
        Decoded::event(event.answerable(slot))
    }
}
