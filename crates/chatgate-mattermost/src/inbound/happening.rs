//! What happens around posts: reactions, who comes and who goes.

use chatgate_core::{Change, EventKind, MessageRef, Timestamp};
use chatgate_http::soft;
use serde::Deserialize;

use super::frame::Happened;
use super::{Decoded, Decoder};

/// A reaction is JSON in a string, as a post is.
#[derive(Debug, Default, Deserialize)]
struct Data {
    #[serde(default, deserialize_with = "soft")]
    reaction: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Reaction {
    user_id: String,
    post_id: String,
    emoji_name: String,
    #[serde(default, deserialize_with = "soft")]
    create_at: Option<i64>,
    #[serde(default, deserialize_with = "soft")]
    update_at: Option<i64>,
}

#[derive(Debug, Default, Deserialize)]
struct Membership {
    #[serde(default, deserialize_with = "soft")]
    user_id: Option<String>,
    #[serde(default, deserialize_with = "soft")]
    remover_id: Option<String>,
}

impl Decoder<'_> {
    pub(super) fn reaction(&self, happened: &Happened<'_>) -> Option<Decoded> {
        let data: Data = happened.frame.data();
        let reaction: Reaction = serde_json::from_str(data.reaction.as_deref()?).ok()?;
        if self.is_me(&reaction.user_id) {
            return Some(Decoded::Nothing("our own reaction"));
        }
        let channel = happened.frame.channel();
        if channel.is_empty() {
            return None;
        }
        let place = self.place(&channel, None);
        let added = happened.frame.name() == "reaction_added";
        let kind = EventKind::Reaction {
            message: MessageRef::platform(place.clone(), reaction.post_id.as_str()),
            emoji: reaction.emoji_name,
            change: change(added),
        };
        // A reaction that was taken away may have no time of its making (mattermost.md §2.6).
        let at = reaction.update_at.or(reaction.create_at).filter(|at| *at > 0);
        let at = at.map_or(self.now, Timestamp::from_millis);
        let event = self.of(happened, happened.key(), at, kind);
        Some(Decoded::event(event.in_place(place).by(self.actor(&reaction.user_id))))
    }

    /// Also of the bot itself: then it may begin, or cease, to post there. Whoever is removed is told
    /// so without their own id (mattermost.md §2.6).
    pub(super) fn membership(&self, happened: &Happened<'_>) -> Option<Decoded> {
        let data: Membership = happened.frame.data();
        let channel = happened.frame.channel();
        let added = happened.frame.name() == "user_added";
        let me = self.me.map(|me| me.id.as_str()).filter(|_| !added);
        let user = data.user_id.as_deref().filter(|user| !user.is_empty()).or(me)?;
        if channel.is_empty() {
            return None;
        }
        let kind = EventKind::Membership { user: user.into(), change: change(added) };
        let event = self.of(happened, happened.key(), self.now, kind);
        let by = data.remover_id.as_deref().filter(|by| !by.is_empty()).unwrap_or(user);
        Some(Decoded::event(event.in_place(self.place(&channel, None)).by(self.actor(by))))
    }
}

fn change(added: bool) -> Change {
    if added { Change::Added } else { Change::Removed }
}
