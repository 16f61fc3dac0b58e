//! Teams.

use std::collections::BTreeSet;

use serde_json::{Value, json};

/// A team.
#[derive(Clone, Debug)]
pub(super) struct Team {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) display_name: String,
    /// `O` or `I`: open, or by invitation.
    pub(super) kind: String,
    pub(super) members: BTreeSet<String>,
    /// Who administers it: whoever made it.
    pub(super) admins: BTreeSet<String>,
    pub(super) made_at: i64,
    /// When it was archived.
    pub(super) deleted_at: i64,
}

impl Team {
    pub(super) fn new(id: &str, name: &str, display_name: &str, kind: &str) -> Self {
        Self {
            id: id.to_owned(),
            name: name.to_owned(),
            display_name: display_name.to_owned(),
            kind: kind.to_owned(),
            members: BTreeSet::new(),
            admins: BTreeSet::new(),
            made_at: 1_700_000_000_000,
            deleted_at: 0,
        }
    }

    pub(super) fn shown(&self) -> Value {
        json!({
            "id": self.id, "name": self.name, "display_name": self.display_name,
            "type": self.kind, "create_at": self.made_at,
            "update_at": self.made_at.max(self.deleted_at), "delete_at": self.deleted_at,
            "description": "", "email": "", "company_name": "", "allowed_domains": "",
            "invite_id": "", "allow_open_invite": self.kind == "O", "scheme_id": null,
            "group_constrained": null, "policy_id": null, "cloud_limits_archived": false,
        })
    }

    /// Somebody as a member of it.
    pub(super) fn member(&self, user: &str) -> Value {
        let is_admin = self.admins.contains(user);
        json!({
            "team_id": self.id, "user_id": user,
            "roles": if is_admin { "team_user team_admin" } else { "team_user" },
            "delete_at": 0, "scheme_guest": false, "scheme_user": true,
            "scheme_admin": is_admin, "explicit_roles": "",
        })
    }
}

/// Whether a team may be called so in addresses.
pub(super) fn is_team_name(name: &str) -> bool {
    let is_part = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    (2..=64).contains(&name.len()) && name.bytes().all(is_part) && !name.starts_with('-')
}
