//! What there is: a tenant with a team, its channels and people, workflows, and what was written.

use std::collections::BTreeMap;

use serde_json::{Value, json};

pub(super) const TENANT: &str = "aaaaaaaa-0000-4000-8000-00000000000a";
pub(super) const FOREIGN: &str = "bbbbbbbb-0000-4000-8000-00000000000b";
pub(super) const TEAM: &str = "19:acmeteam@thread.tacv2";
/// The name under which the outgoing webhook is called.
pub(super) const WEBHOOK: &str = "opsbot";
/// Its id.
pub(super) const APP: &str = "28:11111111-2222-4333-8444-555555555555";

/// The channels: their names and kinds.
const CHANNELS: &[(&str, &str)] =
    &[("ops", "standard"), ("random", "standard"), ("shared", "shared")];

/// The workflows: their names and the channels that they post to.
const WORKFLOWS: &[(&str, &str)] = &[("ops", "ops"), ("alerts", "random")];

/// Names, and what is special about each.
const PEOPLE: &[(&str, &str)] = &[
    ("alice", ""),
    ("bob", ""),
    ("carol", ""),
    ("guest", "guest"),
    ("federated", "federated"),
    ("anonymous", "anonymous"),
    ("otherbot", "bot"),
];

#[derive(Debug)]
pub(super) struct World {
    /// Where the outgoing webhook calls.
    pub(super) listen_url: Option<String>,
    pub(super) workflows: BTreeMap<String, Workflow>,
    /// What was written, oldest first.
    pub(super) messages: Vec<Value>,
    /// The requests of the outgoing webhook by the id of their message.
    pub(super) called: BTreeMap<String, super::call::Sent>,
    /// So many runs fail, with this code, whatever they were given.
    pub(super) fails: Vec<String>,
    next_id: i64,
}

#[derive(Clone, Debug)]
pub(super) struct Workflow {
    /// 32 hexadecimal digits.
    pub(super) id: String,
    pub(super) signature: String,
    /// The channel's name.
    pub(super) channel: String,
    pub(super) is_on: bool,
}

impl World {
    pub(super) fn new(listen_url: Option<String>) -> Self {
        let workflows = WORKFLOWS.iter().map(|(name, channel)| {
            let workflow = Workflow {
                id: hex(name, 32),
                signature: format!("fake-{}_signature", hex(name, 24)),
                channel: (*channel).to_owned(),
                is_on: true,
            };
            ((*name).to_owned(), workflow)
        });
        Self {
            listen_url,
            workflows: workflows.collect(),
            messages: Vec::new(),
            called: BTreeMap::new(),
            fails: Vec::new(),
            next_id: 1_790_000_000_000,
        }
    }

    /// Ids of messages are growing numbers.
    pub(super) fn make_id(&mut self, now_ms: i64) -> String {
        self.next_id = (self.next_id + 1).max(now_ms);
        self.next_id.to_string()
    }

    /// Keeps a message: whose it is, the root of its thread, and what it says.
    pub(super) fn write(&mut self, channel: &str, root: &str, id: &str, from: &str, said: &Value) {
        let mut message = json!({"id": id, "channel": channel, "root": root, "from": from});
        for name in ["text", "card", "error"] {
            if !said[name].is_null() {
                message[name] = said[name].clone();
            }
        }
        message["words"] = words(&message["card"], &message["text"]).into();
        self.messages.push(message);
    }
}

/// The names of channels and their ids.
pub(super) fn channels() -> BTreeMap<String, String> {
    CHANNELS.iter().map(|(name, _)| ((*name).to_owned(), channel_id(name))).collect()
}

/// The names of people and the ids that a directory has of them; of those whom it does not know, the ids
/// that they have for the webhook.
pub(super) fn people() -> BTreeMap<String, String> {
    let known = PEOPLE.iter().map(|(name, special)| {
        let id = if *special == "anonymous" { mri(name) } else { object(name) };
        ((*name).to_owned(), id)
    });
    known.collect()
}

/// The id of a channel, by its name or as it is.
pub(super) fn channel_id(name: &str) -> String {
    match CHANNELS.iter().any(|(known, _)| *known == name) {
        true => format!("19:{name}channel@thread.tacv2"),
        false => name.to_owned(),
    }
}

/// The kind of a channel, by its name or id.
pub(super) fn channel_kind(name: &str) -> Option<&'static str> {
    let is_it = |known: &str| known == name || channel_id(known) == name;
    CHANNELS.iter().find(|(known, _)| is_it(known)).map(|(_, kind)| *kind)
}

/// What an activity says of who wrote.
pub(super) fn from(name: &str) -> Option<Value> {
    let (name, special) = PEOPLE.iter().find(|(known, _)| *known == name)?;
    let mut from = json!({"id": mri(name), "name": name, "aadObjectId": object(name)});
    match *special {
        "guest" => from["userRole"] = "guest".into(),
        "federated" => from["tenantId"] = FOREIGN.into(),
        "anonymous" => from["aadObjectId"] = Value::Null,
        "bot" => from["id"] = format!("28:{}", object(name)).into(),
        _ => {}
    }
    Some(from)
}

fn object(name: &str) -> String {
    let digits = hex(name, 12);
    format!("cccccccc-0000-4000-8000-{digits}")
}

fn mri(name: &str) -> String {
    format!("29:1{name}")
}

/// Hexadecimal digits that a name makes.
fn hex(name: &str, digits: usize) -> String {
    let made: String =
        name.bytes().cycle().take(digits).map(|byte| format!("{byte:02x}")).collect();
    made.chars().take(digits).collect()
}

/// What a person reads.
fn words(card: &Value, text: &Value) -> String {
    let mut out = String::new();
    read(card, &mut out);
    out.push_str(text.as_str().unwrap_or_default());
    out
}

fn read(value: &Value, out: &mut String) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| read(item, out)),
        Value::Object(fields) => {
            for (name, value) in fields {
                match (name.as_str(), value) {
                    (
                        "text" | "title" | "value" | "codeSnippet" | "altText",
                        Value::String(text),
                    ) => {
                        out.push_str(text);
                        let ends = fields.get("type").is_none_or(|kind| kind != "TextRun");
                        out.push_str(if ends { "\n" } else { "" });
                    }
                    ("inlines", Value::Array(inlines)) => {
                        for inline in inlines {
                            match inline {
                                Value::String(text) => out.push_str(text),
                                run => read(run, out),
                            }
                        }
                        out.push('\n');
                    }
                    ("fallback" | "msteams", _) => {}
                    (_, value) => read(value, out),
                }
            }
        }
        _ => {}
    }
}
