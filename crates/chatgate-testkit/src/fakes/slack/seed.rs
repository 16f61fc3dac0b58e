//! The workspace that a fake Slack starts with.

use std::collections::BTreeMap;

use chatgate_core::Timestamp;
use serde_json::{Value, json};

use super::channel::{Channel, Kind};
use super::world::World;

pub(super) const TEAM: &str = "T0ACME";
pub(super) const DOMAIN: &str = "acme";
pub(super) const FOREIGN_TEAM: &str = "T0GLOBEX";
pub(super) const APP: &str = "A0CHATGATE";
pub(super) const BOT_USER: &str = "U0BOT";
pub(super) const BOT_ID: &str = "B0BOT";

/// The user's id, name and what is special about them.
const USERS: &[(&str, &str, &str)] = &[
    ("U0ALICE", "alice", ""),
    ("U0BOB", "bob", ""),
    ("U0CAROL", "carol", ""),
    ("U0GUEST", "guest", "guest"),
    ("U0ULTRA", "ultra", "ultra"),
    ("U0GONE", "gone", "deleted"),
    ("U0EXTERNAL", "external", "external"),
    ("U0STRANGER", "stranger", "stranger"),
    ("U0OTHERBOT", "otherbot", "bot"),
    (BOT_USER, "chatgate", "bot"),
];

/// The id, the name, the sort, and the members besides Alice, Bob and Carol.
const CHANNELS: &[(&str, &str, Kind, &[&str])] = &[
    ("C0OPS", "ops", Kind::Public, &[BOT_USER, "U0GUEST", "U0OTHERBOT"]),
    ("C0RANDOM", "random", Kind::Public, &[]),
    ("C0PRIVATE", "private", Kind::Private, &[BOT_USER]),
    ("C0SECRET", "secret", Kind::Private, &[]),
    ("C0SHARED", "shared", Kind::Public, &[BOT_USER, "U0EXTERNAL"]),
    ("C0ARCHIVED", "archived", Kind::Public, &[BOT_USER]),
];

pub(super) fn fill(world: &mut World, now: Timestamp) {
    for (id, name, special) in USERS {
        world.users.insert((*id).to_owned(), user(id, name, special));
    }
    for &(id, name, kind, others) in CHANNELS {
        let mut channel = Channel::new(id, name, kind, now);
        channel.ext_shared = id == "C0SHARED";
        channel.archived = id == "C0ARCHIVED";
        let everyone = ["U0ALICE", "U0BOB", "U0CAROL"];
        channel.members = everyone.iter().chain(others).map(|&user| user.to_owned()).collect();
        world.channels.insert(id.to_owned(), channel);
    }
    for (id, user) in [("D0ALICE", "U0ALICE"), ("D0BOB", "U0BOB"), ("D0GUEST", "U0GUEST")] {
        let mut channel = Channel::new(id, "", Kind::Direct, now);
        channel.with = Some(user.to_owned());
        channel.members = [user, BOT_USER].map(str::to_owned).into();
        world.channels.insert(id.to_owned(), channel);
    }
    world.groups.push(json!({
        "id": "S0SRE", "team_id": TEAM, "is_usergroup": true, "name": "SRE", "handle": "sre",
        "description": "", "is_external": false, "date_create": 1_700_000_000,
        "date_update": 1_700_000_000, "date_delete": 0, "auto_type": null,
        "created_by": "U0ALICE", "user_count": 2, "users": ["U0ALICE", "U0BOB"],
    }));
}

/// A user object.
pub(super) fn user(id: &str, name: &str, special: &str) -> Value {
    let foreign = matches!(special, "external" | "stranger");
    let team = if foreign { FOREIGN_TEAM } else { TEAM };
    let bot = special == "bot";
    let mut profile = json!({
        "real_name": name, "display_name": name, "real_name_normalized": name,
        "display_name_normalized": name, "team": team, "avatar_hash": "",
    });
    if bot {
        let ours = id == BOT_USER;
        profile["bot_id"] = json!(if ours { BOT_ID } else { "B0OTHERBOT" });
        profile["api_app_id"] = json!(if ours { APP } else { "A0OTHER" });
    } else if !foreign {
        profile["email"] = json!(format!("{name}@acme.example"));
    }
    json!({
        "id": id, "team_id": team, "name": name, "real_name": name,
        "deleted": special == "deleted", "color": "9f69e7",
        "tz": "Etc/UTC", "tz_label": "UTC", "tz_offset": 0, "profile": profile,
        "is_admin": id == "U0ALICE", "is_owner": false, "is_primary_owner": false,
        "is_restricted": matches!(special, "guest" | "ultra"),
        "is_ultra_restricted": special == "ultra",
        "is_bot": bot, "is_app_user": false, "is_stranger": special == "stranger",
        "is_email_confirmed": !bot && !foreign, "updated": 1_700_000_000,
    })
}

/// The public ids of channels and users by their names.
pub(super) fn names() -> (BTreeMap<String, String>, BTreeMap<String, String>) {
    let pair = |name: &str, id: &str| (name.to_owned(), id.to_owned());
    let mut channels: BTreeMap<_, _> =
        CHANNELS.iter().map(|(id, name, ..)| pair(name, id)).collect();
    channels.extend([pair("alice", "D0ALICE"), pair("bob", "D0BOB"), pair("guest", "D0GUEST")]);
    (channels, USERS.iter().map(|(id, name, _)| pair(name, id)).collect())
}
