//! What there is from the start.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::world::{Channel, World};

/// The team.
pub(super) const TEAM: &str = "acme";
/// The bot's name.
pub(super) const BOT: &str = "opsbot";

/// Names and what is special about each.
const USERS: &[(&str, &str)] = &[
    ("alice", "admin"),
    ("bob", ""),
    ("carol", ""),
    ("guest", "guest"),
    ("remote", "remote"),
    ("gone", "deleted"),
    ("otherbot", "bot"),
    (BOT, "bot"),
];

/// Names, letters, and whether the bot is in it.
const CHANNELS: &[(&str, &str, bool)] =
    &[("ops", "O", true), ("random", "O", false), ("private", "P", true), ("shared", "O", true)];

/// An id: 26 letters and digits, which begin with a name.
pub(super) fn id(name: &str) -> String {
    let letters = name.bytes().filter(u8::is_ascii_alphanumeric).map(char::from);
    let mut id: String = letters.map(|letter| letter.to_ascii_lowercase()).take(26).collect();
    while id.len() < 26 {
        id.push('1');
    }
    id
}

pub(super) fn fill(world: &mut World) {
    for (name, special) in USERS {
        world.users.insert(id(name), user(name, special));
    }
    for (name, kind, has_bot) in CHANNELS {
        let mut channel = Channel::new(&id(name), name, kind);
        channel.shared = *name == "shared";
        let people = ["alice", "bob", "carol", "guest", "remote", "otherbot"];
        channel.members = people.iter().map(|name| id(name)).collect();
        if *has_bot {
            channel.members.insert(id(BOT));
        }
        world.channels.insert(id(name), channel);
    }
}

/// A user object.
pub(super) fn user(name: &str, special: &str) -> Value {
    let roles = match special {
        "admin" => "system_admin system_user",
        "guest" => "system_guest",
        _ => "system_user",
    };
    let mut user = json!({
        "id": id(name), "create_at": 1_700_000_000_000_i64, "update_at": 1_700_000_000_000_i64,
        "delete_at": if special == "deleted" { 1_700_000_000_001_i64 } else { 0 },
        "username": name, "email": "", "nickname": "", "first_name": name, "last_name": "",
        "position": "", "roles": roles, "locale": "en", "props": {}, "notify_props": {},
        "timezone": {"useAutomaticTimezone": "true", "automaticTimezone": "", "manualTimezone": ""},
    });
    match special {
        "bot" => {
            user["is_bot"] = true.into();
            user["bot_description"] = "".into();
        }
        "remote" => user["remote_id"] = id("remoteserver").into(),
        _ => {}
    }
    user
}

/// The ids of channels and users by their names.
pub(super) fn names() -> (BTreeMap<String, String>, BTreeMap<String, String>) {
    let pair = |name: &str| (name.to_owned(), id(name));
    let channels = CHANNELS.iter().map(|(name, ..)| pair(name)).collect();
    (channels, USERS.iter().map(|(name, _)| pair(name)).collect())
}
