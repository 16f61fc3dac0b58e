//! A conversation and its messages.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use chatgate_core::Timestamp;
use serde_json::{Value, json};

use super::message::Message;
use super::seed;
use super::ts::Ts;

/// Messages a conversation keeps; the oldest are forgotten.
const KEPT: usize = 50_000;
/// Ephemeral messages a conversation keeps for read-back.
const KEPT_PRIVATE: usize = 1_000;

/// What sort of conversation it is. The id does not tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Public,
    Private,
    Direct,
    Group,
}

impl Kind {
    pub(super) fn read(name: &str) -> Option<Self> {
        match name {
            "public_channel" => Some(Self::Public),
            "private_channel" => Some(Self::Private),
            "im" => Some(Self::Direct),
            "mpim" => Some(Self::Group),
            _ => None,
        }
    }

    /// `channel_type` of an event.
    pub(super) fn event_name(self) -> &'static str {
        match self {
            Self::Public => "channel",
            Self::Private => "group",
            Self::Direct => "im",
            Self::Group => "mpim",
        }
    }

    /// The first half of the scopes for this sort: `channels` of `channels:read`.
    pub(super) fn scope(self) -> &'static str {
        match self {
            Self::Public => "channels",
            Self::Private => "groups",
            Self::Direct => "im",
            Self::Group => "mpim",
        }
    }
}

/// A conversation.
#[derive(Debug)]
pub(super) struct Channel {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) kind: Kind,
    pub(super) members: BTreeSet<String>,
    pub(super) ext_shared: bool,
    pub(super) archived: bool,
    /// Whom the bot talks to, in a DM.
    pub(super) with: Option<String>,
    created: i64,
    messages: BTreeMap<Ts, Message>,
    /// Ephemeral messages: no history has them.
    pub(super) private: VecDeque<Message>,
    last: Ts,
}

impl Channel {
    pub(super) fn new(id: &str, name: &str, kind: Kind, now: Timestamp) -> Self {
        Self {
            id: id.to_owned(),
            name: name.to_owned(),
            kind,
            members: BTreeSet::new(),
            ext_shared: false,
            archived: false,
            with: None,
            created: now.as_millis() / 1_000,
            messages: BTreeMap::new(),
            private: VecDeque::new(),
            last: Ts::default(),
        }
    }

    pub(super) fn has(&self, user: &str) -> bool {
        self.members.contains(user)
    }

    /// The next `ts`: now, and after every earlier one.
    pub(super) fn next_ts(&mut self, now: Timestamp) -> Ts {
        let micros = now.as_millis().max(0).unsigned_abs().saturating_mul(1_000);
        self.last = Ts(micros.max(self.last.0 + 1));
        self.last
    }

    /// Stores a message under a new `ts`.
    pub(super) fn add(&mut self, mut message: Message, now: Timestamp) -> Ts {
        let ts = self.next_ts(now);
        message.ts = ts;
        if let Some(root) = message.thread.and_then(|root| self.messages.get_mut(&root)) {
            root.replies.insert(ts);
            root.thread = Some(root.ts);
            message.parent_user = root.body.get("user").cloned();
        }
        self.messages.insert(ts, message);
        if self.messages.len() > KEPT {
            self.messages.pop_first();
        }
        ts
    }

    /// Stores an ephemeral message under a new `ts`.
    pub(super) fn add_private(&mut self, mut message: Message, now: Timestamp) -> Ts {
        let ts = self.next_ts(now);
        message.ts = ts;
        if self.private.len() == KEPT_PRIVATE {
            self.private.pop_front();
        }
        self.private.push_back(message);
        ts
    }

    /// A message that is still there.
    pub(super) fn message(&self, ts: Ts) -> Option<&Message> {
        self.messages.get(&ts).filter(|message| !message.deleted)
    }

    /// A message that is still there.
    pub(super) fn message_mut(&mut self, ts: Ts) -> Option<&mut Message> {
        self.messages.get_mut(&ts).filter(|message| !message.deleted)
    }

    /// The messages that are pinned, in their order.
    pub(super) fn pinned(&self) -> impl Iterator<Item = &Message> {
        self.messages.values().filter(|message| message.pinned && !message.deleted)
    }

    /// A message or an ephemeral message that is still there.
    pub(super) fn any(&self, ts: Ts) -> Option<&Message> {
        let private = || self.private.iter().find(|message| message.ts == ts && !message.deleted);
        self.message(ts).or_else(private)
    }

    /// A message or an ephemeral message that is still there.
    pub(super) fn any_mut(&mut self, ts: Ts) -> Option<&mut Message> {
        if self.message(ts).is_some() {
            return self.message_mut(ts);
        }
        self.private.iter_mut().find(|message| message.ts == ts && !message.deleted)
    }

    /// Takes a message away; it stays for the control API.
    pub(super) fn delete(&mut self, ts: Ts) -> Option<Value> {
        let message = self.any_mut(ts)?;
        message.deleted = true;
        let (before, thread) = (message.shown(true), message.thread);
        if let Some(root) = thread.and_then(|root| self.messages.get_mut(&root)) {
            root.replies.remove(&ts);
        }
        Some(before)
    }

    /// All messages, also ephemeral and deleted ones, oldest first.
    pub(super) fn all(&self) -> Vec<&Message> {
        let mut all: Vec<_> = self.messages.values().chain(&self.private).collect();
        all.sort_by_key(|message| message.ts);
        all
    }

    /// What the channel shows, newest first: no replies, unless they were broadcast.
    pub(super) fn history(&self) -> impl Iterator<Item = &Message> {
        self.messages.values().rev().filter(|message| {
            let reply = message.thread.is_some_and(|root| root != message.ts);
            !message.deleted && (!reply || message.broadcast)
        })
    }

    /// A thread, its root first.
    pub(super) fn thread(&self, root: Ts) -> Option<Vec<&Message>> {
        let first = self.message(root)?;
        let replies = first.replies.iter().filter_map(|ts| self.message(*ts));
        Some(std::iter::once(first).chain(replies).collect())
    }

    /// The channel object, as the app sees it.
    pub(super) fn shown(&self) -> Value {
        let member = self.has(seed::BOT_USER);
        let mut channel = json!({
            "id": self.id,
            "created": self.created,
            "updated": self.created * 1_000,
            "is_archived": self.archived,
            "is_channel": matches!(self.kind, Kind::Public | Kind::Private),
            "is_group": self.kind == Kind::Private,
            "is_im": self.kind == Kind::Direct,
            "is_mpim": self.kind == Kind::Group,
            "is_private": self.kind != Kind::Public,
            "is_ext_shared": self.ext_shared,
            "is_shared": self.ext_shared,
            "is_org_shared": false,
            "is_pending_ext_shared": false,
            "context_team_id": seed::TEAM,
        });
        if let Some(user) = &self.with {
            channel["user"] = json!(user);
            channel["is_user_deleted"] = json!(false);
            return channel;
        }
        channel["name"] = json!(self.name);
        channel["name_normalized"] = json!(self.name);
        channel["is_member"] = json!(member);
        channel["is_general"] = json!(false);
        channel["creator"] = json!("U0ALICE");
        channel["topic"] = json!({"value": "", "creator": "", "last_set": 0});
        channel["purpose"] = json!({"value": "", "creator": "", "last_set": 0});
        channel["shared_team_ids"] = if self.ext_shared {
            json!([seed::TEAM, seed::FOREIGN_TEAM])
        } else {
            json!([seed::TEAM])
        };
        channel["connected_team_ids"] =
            if self.ext_shared { json!([seed::FOREIGN_TEAM]) } else { json!([]) };
        channel
    }
}
