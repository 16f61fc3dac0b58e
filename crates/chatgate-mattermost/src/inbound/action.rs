//! Uses of buttons and menus.

use chatgate_core::{
    ActionUse, AnswerKind, AnswerSlot, DeliveryKey, DisplayName, EventKind, MessageRef, Place,
    Seal, Uses,
};
use chatgate_http::soft;
use chatgate_render::mattermost::{chosen_of, seal_of};
use serde::Deserialize;
use serde_json::Value;

use super::raw::without_credentials;
use super::{ANSWER_WITHIN, Decoded, Decoder};

/// What the server posts when an action is used (mattermost.md §6.2).
#[derive(Debug, Default, Deserialize)]
struct Used {
    #[serde(default, deserialize_with = "soft")]
    user_id: Option<String>,
    #[serde(default, deserialize_with = "soft")]
    user_name: Option<String>,
    #[serde(default, deserialize_with = "soft")]
    channel_id: Option<String>,
    #[serde(default, deserialize_with = "soft")]
    channel_name: Option<String>,
    #[serde(default, deserialize_with = "soft")]
    team_id: Option<String>,
    #[serde(default, deserialize_with = "soft")]
    post_id: Option<String>,
    #[serde(default, deserialize_with = "soft")]
    trigger_id: Option<String>,
}

impl Decoder<'_> {
    /// Decodes a JSON body, already known to be JSON. Nothing of it is believed before the seal in its
    /// context has been checked: nobody signs these requests, and no client ever sees a context
    /// (mattermost.md §6.3).
    pub(crate) fn action(&self, json: &str) -> Decoded {
        let body: Value = serde_json::from_str(json).unwrap_or_default();
        let Some(Ok(seal)) = seal_of(&body).map(|text| self.seals.open(text)) else {
            return Decoded::BadSeal;
        };
        let used: Used = serde_json::from_str(json).unwrap_or_default();
        let named = (used.user_id.as_deref(), used.channel_id.as_deref());
        let (Some(user), Some(channel)) = named else {
            return Decoded::Nothing("a use of a button without its place or person");
        };
        // A trigger is of one click, and secret.
        let trigger = used.trigger_id.as_deref().filter(|trigger| !trigger.is_empty());
        let click = trigger.map(|trigger| DeliveryKey::hashed("", trigger));
        let click = click.as_ref().map_or("", |click| click.as_str().trim_start_matches('/'));
        let mut key = format!("click/{}/{}/{user}", seal.card, seal.nonce);
        if seal.uses == Uses::Repeat {
            key.push('/');
            key.push_str(click);
        }
        let channel_name = used.channel_name.as_deref().unwrap_or_default();
        let direct = self.is_direct_with(channel_name, user);
        let place = match self.direct_line(&seal, user).filter(|_| direct) {
            Some(line) => line,
            None => self.shown_in(&seal, channel, used.team_id.as_deref()),
        };
        let mut action = ActionUse::new(seal).chosen(chosen_of(&body)).click(click);
        if let Some(post) = used.post_id.as_deref().filter(|post| !post.is_empty()) {
            action = action.in_message(MessageRef::platform(place.clone(), post));
        }
        let mut event = self
            .event(key, self.now, EventKind::Action(action))
            .in_place(place)
            .by(self.actor(user))
            .with_raw(without_credentials(json));
        if direct {
            event = event.direct().externally_shared(Some(false));
        }
        if let Some(name) = used.user_name {
            event = event.named(DisplayName::new(name));
        }
        if let Some(trigger) = self.trigger(trigger) {
            event = event.with_trigger(trigger);
        }
        let accepts = [AnswerKind::Update, AnswerKind::PrivateMessage];
        Decoded::event(event.answerable(AnswerSlot::new(self.now + ANSWER_WITHIN, accepts)))
    }

    /// Where the button was used: in the thread in which it was shown, where it still is in that
    /// channel. The server says the channel only.
    fn shown_in(&self, seal: &Seal, channel: &str, team: Option<&str>) -> Place {
        let here = self.place(channel, None);
        let place = match &seal.place.thread {
            Some(thread) if seal.place.is_same_conversation(&here) => {
                here.in_thread(thread.clone())
            }
            _ => here,
        };
        match team.filter(|team| !team.is_empty()) {
            Some(team) => place.in_team(team),
            None => place,
        }
    }

    /// The direct line to the person, where what carries this seal was shown there: it is the same
    /// place as the direct channel that Mattermost names, by the name under which it was shown.
    pub(super) fn direct_line(&self, seal: &Seal, user: &str) -> Option<Place> {
        let shown = &seal.place;
        let is_theirs = shown.direct_user().is_some_and(|line| line == *user);
        let is_here = shown.adapter == *self.adapter && shown.workspace == *self.workspace;
        (is_theirs && is_here).then(|| shown.clone())
    }
}
