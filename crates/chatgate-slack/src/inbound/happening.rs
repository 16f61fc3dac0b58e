//! What happens around messages: reactions, who comes and goes, the home page, the installation.

use chatgate_core::{Change, EventKind, MessageRef};
use serde::Deserialize;

use super::event::Inner;
use super::{Decoded, Decoder, soft};

#[derive(Deserialize)]
struct Reaction {
    user: String,
    reaction: String,
    item: Item,
}

#[derive(Deserialize)]
struct Item {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default, deserialize_with = "soft")]
    channel: Option<String>,
    #[serde(default, deserialize_with = "soft")]
    ts: Option<String>,
}

#[derive(Deserialize)]
struct Membership {
    user: String,
    channel: String,
    #[serde(default, deserialize_with = "soft")]
    team: Option<String>,
}

#[derive(Deserialize)]
struct HomeOpened {
    user: String,
    #[serde(default, deserialize_with = "soft")]
    tab: Option<String>,
}

#[derive(Deserialize)]
struct Revoked {
    tokens: RevokedTokens,
}

#[derive(Deserialize)]
struct RevokedTokens {
    #[serde(default, deserialize_with = "soft")]
    bot: Option<Vec<String>>,
}

impl Decoder<'_> {
    pub(super) fn reaction(&self, inner: &Inner<'_>) -> Option<Decoded> {
        let wire: Reaction = serde_json::from_str(inner.raw).ok()?;
        if inner.is_own(Some(&wire.user), None, None) {
            return Some(Decoded::Nothing("our own reaction"));
        }
        if wire.item.kind != "message" {
            return None;
        }
        let place = self.place(&inner.workspace, wire.item.channel.as_deref()?);
        let kind = EventKind::Reaction {
            message: MessageRef::platform(place.clone(), wire.item.ts?),
            emoji: wire.reaction,
            change: change(inner.kind == "reaction_added"),
        };
        let actor = self.actor(inner.install, &wire.user, None);
        Some(Decoded::event(self.of(inner, kind).in_place(place).by(actor)))
    }

    /// Also of the bot itself: then it may begin, or cease, to post there.
    pub(super) fn membership(&self, inner: &Inner<'_>) -> Option<Decoded> {
        let wire: Membership = serde_json::from_str(inner.raw).ok()?;
        let kind = EventKind::Membership {
            user: wire.user.as_str().into(),
            change: change(inner.kind == "member_joined_channel"),
        };
        let place = self.place(&inner.workspace, &wire.channel);
        let actor = self.actor(inner.install, &wire.user, wire.team.as_deref());
        Some(Decoded::event(self.of(inner, kind).in_place(place).by(actor)))
    }

    /// The page with the messages is opened too, which is no home page.
    pub(super) fn home_opened(&self, inner: &Inner<'_>) -> Option<Decoded> {
        let wire: HomeOpened = serde_json::from_str(inner.raw).ok()?;
        if wire.tab.as_deref() != Some("home") {
            return None;
        }
        let actor = self.actor(inner.install, &wire.user, None);
        let event = self.of(inner, EventKind::HomeOpened).by(actor);
        Some(Decoded::event(event.externally_shared(Some(false))))
    }

    pub(super) fn removed(&self, inner: &Inner<'_>) -> Decoded {
        Decoded::event(self.of(inner, EventKind::Install { change: Change::Removed }))
    }

    /// The bot's token, or only tokens of people, which nothing here uses.
    pub(super) fn tokens_revoked(&self, inner: &Inner<'_>) -> Option<Decoded> {
        let wire: Revoked = serde_json::from_str(inner.raw).ok()?;
        let bots = wire.tokens.bot.unwrap_or_default();
        (!bots.is_empty()).then(|| self.removed(inner))
    }
}

fn change(added: bool) -> Change {
    if added { Change::Added } else { Change::Removed }
}
