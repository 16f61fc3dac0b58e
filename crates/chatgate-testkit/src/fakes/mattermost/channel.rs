//! Channels.

use std::collections::BTreeSet;

use serde_json::{Value, json};

/// A channel.
#[derive(Clone, Debug)]
pub(super) struct Channel {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) display_name: String,
    /// `O`, `P`, `D`, `G`: public, private, of two people, of a few.
    pub(super) kind: String,
    /// Its team; nothing where people talk directly.
    pub(super) team: String,
    pub(super) creator: String,
    pub(super) header: String,
    pub(super) purpose: String,
    pub(super) shared: bool,
    pub(super) members: BTreeSet<String>,
    pub(super) made_at: i64,
    /// When it was archived.
    pub(super) deleted_at: i64,
    pub(super) last_post_at: i64,
}

impl Channel {
    pub(super) fn new(id: &str, name: &str, kind: &str, team: &str) -> Self {
        Self {
            id: id.to_owned(),
            name: name.to_owned(),
            display_name: name.to_owned(),
            kind: kind.to_owned(),
            team: team.to_owned(),
            creator: String::new(),
            header: String::new(),
            purpose: String::new(),
            shared: false,
            members: BTreeSet::new(),
            made_at: 1_700_000_000_000,
            deleted_at: 0,
            last_post_at: 0,
        }
    }

    /// Whether people talk directly in it, outside of any team.
    pub(super) fn is_direct(&self) -> bool {
        matches!(self.kind.as_str(), "D" | "G")
    }

    pub(super) fn shown(&self) -> Value {
        json!({
            "id": self.id, "create_at": self.made_at,
            "update_at": self.made_at.max(self.deleted_at), "delete_at": self.deleted_at,
            "team_id": self.team, "type": self.kind, "name": self.name,
            "display_name": if self.kind == "D" { "" } else { &self.display_name },
            "header": self.header, "purpose": self.purpose, "last_post_at": self.last_post_at,
            "total_msg_count": 0, "creator_id": self.creator, "scheme_id": null, "props": null,
            "group_constrained": null, "shared": self.shared.then_some(true),
        })
    }

    /// Somebody as a member of it.
    pub(super) fn member(&self, user: &str) -> Value {
        let is_admin = self.creator == user;
        json!({
            "channel_id": self.id, "user_id": user,
            "roles": if is_admin { "channel_user channel_admin" } else { "channel_user" },
            "last_viewed_at": 0, "msg_count": 0, "mention_count": 0, "notify_props": {},
            "last_update_at": self.made_at, "scheme_guest": false, "scheme_user": true,
            "scheme_admin": is_admin, "explicit_roles": "",
        })
    }
}
