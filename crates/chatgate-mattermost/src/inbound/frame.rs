//! The frames of the WebSocket: which event, for whom, at which place of the sequence.

use std::borrow::Cow;

use chatgate_core::{Event, EventKind, Timestamp};
use chatgate_http::soft;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::raw::without_credentials;
use super::{Decoded, Decoder, known};

/// A frame of the server, as far as all of them are alike.
#[derive(Debug, Deserialize)]
pub(crate) struct Frame<'a> {
    #[serde(borrow, default, deserialize_with = "soft")]
    event: Option<Cow<'a, str>>,
    #[serde(default, deserialize_with = "soft")]
    seq: Option<u64>,
    #[serde(default, deserialize_with = "soft")]
    seq_reply: Option<u64>,
    #[serde(borrow, default, deserialize_with = "soft")]
    status: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    data: Option<&'a RawValue>,
    #[serde(default, deserialize_with = "soft")]
    broadcast: Option<Broadcast>,
}

#[derive(Debug, Default, Deserialize)]
struct Broadcast {
    #[serde(default, deserialize_with = "soft")]
    channel_id: Option<String>,
}

/// What a frame is to the connection.
#[derive(Debug)]
pub(crate) enum Told {
    /// The connection begins, under this id.
    Hello { connection: Option<String>, version: Option<String>, seq: u64 },
    /// Something happened.
    Happened { seq: u64 },
    /// One of our frames is answered: of a ping, with the server's time.
    Reply { to: u64, server_time: Option<Timestamp> },
    /// One of our frames is refused: the token may no longer work.
    Refused,
    /// Neither.
    Unknown,
}

/// What every event has in its data: where, and of whom.
#[derive(Debug, Default, Deserialize)]
struct Head {
    #[serde(default, deserialize_with = "soft")]
    channel_id: Option<String>,
    #[serde(default, deserialize_with = "soft")]
    user_id: Option<String>,
    #[serde(default, deserialize_with = "soft")]
    connection_id: Option<String>,
    #[serde(default, deserialize_with = "soft")]
    server_version: Option<String>,
    #[serde(default, deserialize_with = "soft")]
    server_time: Option<i64>,
}

/// What nobody listens to, of which there is much (mattermost.md §2.6): who types, reads and is
/// there, and what a client keeps for itself.
const NOISE: &[&str] = &[
    "hello",
    "typing",
    "status_change",
    "ephemeral_message",
    "multiple_channels_viewed",
    "channel_viewed",
    "post_unread",
    "preferences_changed",
    "preference_changed",
    "preferences_deleted",
    "thread_updated",
    "thread_read_changed",
    "thread_follow_changed",
    "open_dialog",
    "show_toast",
    "config_changed",
    "license_changed",
];
const NOISY_KINDS: &[&str] = &["sidebar_category_", "draft_", "scheduled_post_", "plugin_"];

impl<'a> Frame<'a> {
    /// Reads a frame; `None` for what is no JSON object.
    pub(crate) fn read(text: &'a str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }

    /// What it is to the connection.
    pub(crate) fn told(&self) -> Told {
        match (self.event.as_deref(), self.seq) {
            (Some("hello"), Some(seq)) => {
                let head: Head = self.data();
                Told::Hello { connection: head.connection_id, version: head.server_version, seq }
            }
            (Some(_), Some(seq)) => Told::Happened { seq },
            _ => match self.seq_reply {
                Some(_) if self.status.as_deref() == Some("FAIL") => Told::Refused,
                Some(to) => {
                    let time = self.data::<Head>().server_time.map(Timestamp::from_millis);
                    Told::Reply { to, server_time: time }
                }
                None => Told::Unknown,
            },
        }
    }

    /// True for what is no event of ours, without a look into it.
    pub(crate) fn is_noise(&self) -> bool {
        let name = self.name();
        NOISE.contains(&name) || NOISY_KINDS.iter().any(|kind| name.starts_with(kind))
    }

    /// The channel in which it happened; empty where it happened in none.
    pub(crate) fn channel(&self) -> Cow<'_, str> {
        let of_broadcast = self.broadcast.as_ref().and_then(|to| to.channel_id.as_deref());
        if let Some(channel) = of_broadcast.filter(|channel| !channel.is_empty()) {
            return channel.into();
        }
        self.data::<Head>().channel_id.unwrap_or_default().into()
    }

    pub(super) fn name(&self) -> &str {
        self.event.as_deref().unwrap_or_default()
    }

    pub(super) fn data<T: Default + Deserialize<'a>>(&self) -> T {
        let data = self.data.and_then(|data| serde_json::from_str(data.get()).ok());
        data.unwrap_or_default()
    }
}

/// One event of the socket with what names it.
pub(super) struct Happened<'a> {
    pub(super) frame: &'a Frame<'a>,
    whole: &'a str,
    /// The connection, which with its sequence names what has no name of its own.
    connection: &'a str,
}

impl Decoder<'_> {
    /// Decodes a frame of the connection with this id.
    pub(crate) fn frame(&self, text: &str, connection: &str) -> Decoded {
        let Some(frame) = Frame::read(text) else {
            return Decoded::Nothing("a frame that is no object");
        };
        if frame.event.is_none() {
            return Decoded::Nothing("the reply to a frame of ours");
        }
        if frame.is_noise() {
            return Decoded::Nothing("what nobody listens to");
        }
        let happened = Happened { frame: &frame, whole: text, connection };
        let decoded = match frame.name() {
            "posted" => self.posted(&happened),
            "post_edited" => self.edited(&happened),
            "post_deleted" => self.deleted(&happened),
            "reaction_added" | "reaction_removed" => self.reaction(&happened),
            "user_added" | "user_removed" => self.membership(&happened),
            _ => None,
        };
        decoded.unwrap_or_else(|| self.other(&happened, frame.name(), happened.key()))
    }

    /// An event under a name of Mattermost's: who listens to it reads it himself.
    pub(super) fn other(&self, happened: &Happened<'_>, name: &str, key: String) -> Decoded {
        let kind = EventKind::Other { name: known(name) };
        let mut event = self.of(happened, key, self.now, kind);
        let channel = happened.frame.channel();
        if !channel.is_empty() {
            event = event.in_place(self.place(&channel, None));
        }
        if let Some(user) = happened.frame.data::<Head>().user_id.filter(|user| !user.is_empty()) {
            event = event.by(self.actor(&user));
        }
        Decoded::event(event)
    }

    /// An event of the socket, as far as its frame says.
    pub(super) fn of(
        &self,
        happened: &Happened<'_>,
        key: String,
        at: Timestamp,
        kind: EventKind,
    ) -> Event {
        self.event(key, at, kind).with_raw(without_credentials(happened.whole))
    }
}

impl Happened<'_> {
    /// The key of what has none of its own: a frame that comes again has its old number.
    pub(super) fn key(&self) -> String {
        format!("frame/{}/{}", self.connection, self.frame.seq.unwrap_or_default())
    }
}
