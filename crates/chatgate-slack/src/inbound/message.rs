//! Messages: new, edited, deleted.

use chatgate_core::{Content, EventKind, Message, MessageRef, Place, SharedFile, Standing};
use chatgate_render::slack::read_message;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::event::Inner;
use super::{Decoded, Decoder, SLACKBOT, soft};

/// More than these are not read of one message.
const FILES: usize = 20;

/// A message as Slack sends it; of an edit or deletion, what is nested in it too.
#[derive(Deserialize)]
struct Wire<'a> {
    #[serde(default, deserialize_with = "soft")]
    subtype: Option<String>,
    #[serde(default, deserialize_with = "soft")]
    channel: Option<String>,
    #[serde(default, deserialize_with = "soft")]
    channel_type: Option<String>,
    #[serde(default, deserialize_with = "soft")]
    user: Option<String>,
    #[serde(default, deserialize_with = "soft")]
    bot_id: Option<String>,
    #[serde(default, deserialize_with = "soft")]
    app_id: Option<String>,
    #[serde(borrow, default)]
    bot_profile: Option<&'a RawValue>,
    #[serde(default, deserialize_with = "soft")]
    user_team: Option<String>,
    #[serde(default, deserialize_with = "soft")]
    source_team: Option<String>,
    #[serde(default, deserialize_with = "soft")]
    team: Option<String>,
    #[serde(default, deserialize_with = "soft")]
    text: Option<String>,
    #[serde(borrow, default)]
    blocks: Option<&'a RawValue>,
    #[serde(default, deserialize_with = "soft")]
    ts: Option<String>,
    #[serde(default, deserialize_with = "soft")]
    thread_ts: Option<String>,
    #[serde(default, deserialize_with = "soft")]
    deleted_ts: Option<String>,
    #[serde(default, deserialize_with = "soft")]
    files: Option<Vec<WireFile>>,
    #[serde(default, deserialize_with = "soft")]
    edited: Option<Edit>,
    #[serde(borrow, default, deserialize_with = "soft")]
    message: Option<Box<Wire<'a>>>,
    #[serde(borrow, default, deserialize_with = "soft")]
    previous_message: Option<Box<Wire<'a>>>,
}

/// A file as Slack describes it; one of another organisation may have no more than its id.
#[derive(Deserialize)]
struct WireFile {
    id: String,
    #[serde(default, deserialize_with = "soft")]
    name: Option<String>,
    #[serde(default, deserialize_with = "soft")]
    size: Option<u64>,
}

impl WireFile {
    fn shared(&self) -> SharedFile {
        let mut file = SharedFile::new(self.id.as_str());
        (file.name, file.bytes) = (self.name.clone(), self.size);
        file
    }
}

#[derive(Deserialize)]
struct Edit {
    #[serde(default, deserialize_with = "soft")]
    user: Option<String>,
    #[serde(default, deserialize_with = "soft")]
    ts: Option<String>,
}

impl Decoder<'_> {
    /// Decodes a `message` or an `app_mention`: Slack sends both for one message, in either order, and
    /// both are the same event.
    pub(super) fn message(&self, inner: &Inner<'_>) -> Option<Decoded> {
        let wire: Wire<'_> = serde_json::from_str(inner.raw).ok()?;
        let nested = [&wire.message, &wire.previous_message];
        if wire.is_own(inner)
            || nested.iter().any(|wire| wire.as_ref().is_some_and(|wire| wire.is_own(inner)))
        {
            return Some(Decoded::Nothing("our own message"));
        }
        match wire.subtype.as_deref() {
            // What a person writes. A thread's update may come without its subtype (slack.md §10).
            None if wire.message.is_some() => Some(self.other(inner, "message/message_replied")),
            None | Some("file_share" | "thread_broadcast" | "me_message" | "bot_message") => {
                self.said(inner, &wire)
            }
            Some("message_changed") => self.changed(inner, &wire),
            Some("message_deleted") => self.deleted(inner, &wire),
            Some(other) => Some(self.other(inner, &format!("message/{other}"))),
        }
    }

    fn said(&self, inner: &Inner<'_>, wire: &Wire<'_>) -> Option<Decoded> {
        // A mention that was edited in is no new message.
        if inner.kind == "app_mention" && wire.edited.is_some() {
            return self.edited(inner, wire, wire.channel.as_deref()?);
        }
        let (channel, ts) = (wire.channel.as_deref()?, wire.ts.as_deref()?);
        let place = self.place_of(inner, wire, channel);
        let (content, named) = self.content(inner, wire);
        let mut message = Message::new(MessageRef::platform(place.clone(), ts), content);
        message.files = wire.files.iter().flatten().take(FILES).map(WireFile::shared).collect();
        message.mentioned = match inner.install.user {
            Some(_) => named,
            None => inner.kind == "app_mention",
        };
        if place.thread.is_none() {
            message = message.thread_root(ts);
        }
        let key = format!("message/{}/{channel}/{ts}", inner.workspace);
        let event = self.of(inner, EventKind::Message(message)).with_key(key);
        let mut event = self.by(event, inner, wire, wire.user.as_deref()).in_place(place);
        if let Some(at) = super::at(ts) {
            event.at = at;
        }
        if wire.channel_type.as_deref() == Some("im") {
            event.externally_shared = event.externally_shared.or(Some(false));
            event = event.direct();
        }
        Some(Decoded::event(event))
    }

    fn changed(&self, inner: &Inner<'_>, wire: &Wire<'_>) -> Option<Decoded> {
        let now = wire.message.as_deref()?;
        // An unfurled link changes a message too; only another text is an edit (slack.md §10).
        if wire.previous_message.as_ref().is_some_and(|before| before.text == now.text) {
            return Some(Decoded::Nothing("the text did not change"));
        }
        self.edited(inner, now, wire.channel.as_deref()?)
    }

    fn edited(&self, inner: &Inner<'_>, wire: &Wire<'_>, channel: &str) -> Option<Decoded> {
        let ts = wire.ts.as_deref()?;
        let place = self.place_of(inner, wire, channel);
        let (content, _) = self.content(inner, wire);
        let message = MessageRef::platform(place.clone(), ts);
        let event = self.of(inner, EventKind::Edited { message, content });
        let edit = wire.edited.as_ref();
        let by = edit.and_then(|edit| edit.user.as_deref()).or(wire.user.as_deref());
        let when = edit.and_then(|edit| edit.ts.as_deref());
        let event = match when {
            Some(when) => event.with_key(format!("edit/{}/{channel}/{ts}/{when}", inner.workspace)),
            None => event,
        };
        Some(Decoded::event(self.by(event, inner, wire, by).in_place(place)))
    }

    /// Slack does not say who deleted it.
    fn deleted(&self, inner: &Inner<'_>, wire: &Wire<'_>) -> Option<Decoded> {
        let before = wire.previous_message.as_deref();
        let (channel, ts) = (wire.channel.as_deref()?, wire.deleted_ts.as_deref()?);
        let place = match before {
            Some(before) => self.place_of(inner, before, channel),
            None => self.place(&inner.workspace, channel),
        };
        let kind = EventKind::Deleted { message: MessageRef::platform(place.clone(), ts) };
        Some(Decoded::event(self.of(inner, kind).in_place(place)))
    }

    fn by(
        &self,
        event: chatgate_core::Event,
        inner: &Inner<'_>,
        wire: &Wire<'_>,
        user: Option<&str>,
    ) -> chatgate_core::Event {
        let Some(user) = user.or(wire.bot_id.as_deref()) else {
            return event;
        };
        let home =
            wire.user_team.as_deref().or(wire.source_team.as_deref()).or(wire.team.as_deref());
        let actor = self.actor(inner.install, user, home);
        event.by(if wire.is_of_bot() { actor.standing(Standing::Integration) } else { actor })
    }

    /// What is said, and whether it names us; our name at its start is taken away.
    fn content(&self, inner: &Inner<'_>, wire: &Wire<'_>) -> (Content, bool) {
        let mut content = read_message(wire.text.as_deref().unwrap_or_default(), wire.blocks);
        let named = content.take_address(inner.install.user.as_deref());
        (content, named)
    }

    /// The place: a reply's is its thread.
    fn place_of(&self, inner: &Inner<'_>, wire: &Wire<'_>, channel: &str) -> Place {
        let place = self.place(&inner.workspace, channel);
        match &wire.thread_ts {
            Some(root) if wire.ts.as_ref() != Some(root) => place.in_thread(root.as_str()),
            _ => place,
        }
    }
}

impl Wire<'_> {
    fn is_own(&self, inner: &Inner<'_>) -> bool {
        inner.is_own(self.user.as_deref(), self.bot_id.as_deref(), self.app_id.as_deref())
    }

    /// True for what no person wrote.
    fn is_of_bot(&self) -> bool {
        self.bot_id.is_some()
            || self.bot_profile.is_some_and(|profile| profile.get() != "null")
            || self.subtype.as_deref() == Some("bot_message")
            || self.user.as_deref() == Some(SLACKBOT)
    }
}
