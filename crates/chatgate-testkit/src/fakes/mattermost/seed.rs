//! What there is from the start.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::channel::Channel;
use super::team::Team;
use super::world::World;

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
    let mut team = Team::new(&id(TEAM), TEAM, "Acme", "O");
    team.admins.insert(id("alice"));
    for (name, special) in USERS {
        world.users.insert(id(name), user(name, special));
        if *special != "deleted" {
            team.members.insert(id(name));
        }
        if *special == "bot" {
            world.bots.insert(id(name), bot(&id(name), name, &id("alice"), 1_700_000_000_000));
        }
    }
    world.teams.insert(team.id.clone(), team);
    for (name, kind, has_bot) in CHANNELS {
        let mut channel = Channel::new(&id(name), name, kind, &id(TEAM));
        channel.creator = id("alice");
        channel.shared = *name == "shared";
        let people = ["alice", "bob", "carol", "guest", "remote", "otherbot"];
        channel.members = people.iter().map(|name| id(name)).collect();
        if *has_bot {
            channel.members.insert(id(BOT));
        }
        world.channels.insert(id(name), channel);
    }
}

/// A user object of those that there are from the start.
fn user(name: &str, special: &str) -> Value {
    let mut user =
        if special == "bot" { bot_user(&id(name), name) } else { person(&id(name), name) };
    user["roles"] = match special {
        "admin" => "system_admin system_user",
        "guest" => "system_guest",
        _ => "system_user",
    }
    .into();
    if special == "deleted" {
        user["delete_at"] = 1_700_000_000_001_i64.into();
    }
    if special == "remote" {
        user["remote_id"] = id("remoteserver").into();
    }
    user
}

/// A bot object.
pub(super) fn bot(user: &str, name: &str, owner: &str, now: i64) -> Value {
    json!({
        "user_id": user, "username": name, "display_name": "", "description": "",
        "owner_id": owner, "create_at": now, "update_at": now, "delete_at": 0,
    })
}

/// The user object of a bot.
pub(super) fn bot_user(id: &str, name: &str) -> Value {
    let mut user = person(id, name);
    user["is_bot"] = true.into();
    user["bot_description"] = "".into();
    user
}

/// A user object.
fn person(id: &str, name: &str) -> Value {
    json!({
        "id": id, "create_at": 1_700_000_000_000_i64, "update_at": 1_700_000_000_000_i64,
        "delete_at": 0, "username": name, "email": "", "nickname": "", "first_name": name,
        "last_name": "", "position": "", "roles": "system_user", "locale": "en", "props": {},
        "notify_props": {},
        "timezone": {"useAutomaticTimezone": "true", "automaticTimezone": "", "manualTimezone": ""},
    })
}

/// The ids of channels and users by their names.
pub(super) fn names() -> (BTreeMap<String, String>, BTreeMap<String, String>) {
    let pair = |name: &str| (name.to_owned(), id(name));
    let channels = CHANNELS.iter().map(|(name, ..)| pair(name)).collect();
    (channels, USERS.iter().map(|(name, _)| pair(name)).collect())
}
