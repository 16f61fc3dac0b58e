//! One message of the corpus.

use std::fs;
use std::path::PathBuf;

use chatgate_core::{Content, Form};
use serde::de::DeserializeOwned;
use serde_json::Value;
use sha2::{Digest, Sha256};

/// About as long as the seals that a gateway makes.
const SEAL_CHARS: usize = 240;

pub(crate) struct Message {
    pub(crate) name: String,
    pub(crate) said: Said,
}

pub(crate) enum Said {
    Content(Content),
    Form(Form),
}

/// Where the corpus is.
pub(crate) fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("corpus")
}

/// All messages, by name.
pub(crate) fn messages() -> Vec<Message> {
    let mut paths: Vec<_> =
        fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
        .iter()
        .filter_map(|path| {
            let name = path.file_stem()?.to_str()?.to_owned();
            let said = match path.extension()?.to_str()? {
                "json" => json(&name, sealed(parsed(&name))),
                "md" => Said::Content(Content::markdown(&fs::read_to_string(path).unwrap())),
                _ => return None,
            };
            Some(Message { name, said })
        })
        .collect()
}

impl Message {
    /// The JSON that it was read from, with seals.
    pub(crate) fn source(&self) -> Option<Value> {
        let is_json = folder().join(format!("{}.json", self.name)).exists();
        is_json.then(|| sealed(parsed(&self.name)))
    }
}

fn parsed(name: &str) -> Value {
    let text = fs::read_to_string(folder().join(format!("{name}.json"))).unwrap();
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{name}.json: {error}"))
}

/// A content has blocks, a form has fields.
fn json(name: &str, value: Value) -> Said {
    if value.get("blocks").is_some() {
        Said::Content(read(name, value))
    } else {
        Said::Form(read(name, value))
    }
}

fn read<T: DeserializeOwned>(name: &str, value: Value) -> T {
    serde_json::from_value(value).unwrap_or_else(|error| panic!("{name}.json: {error}"))
}

/// Gives every action, and a form, a seal that is made of what it seals: the same each time, and good
/// for nothing.
fn sealed(mut value: Value) -> Value {
    match &mut value {
        Value::Object(map) => {
            for inner in map.values_mut() {
                *inner = sealed(inner.take());
            }
            if map.contains_key("route") {
                let seal = seal(&Value::Object(map.clone()).to_string());
                map.insert("seal".into(), seal.into());
            }
        }
        Value::Array(items) => {
            for inner in items {
                *inner = sealed(inner.take());
            }
        }
        _ => {}
    }
    value
}

fn seal(of: &str) -> String {
    let digest = Sha256::digest(of.as_bytes());
    let letters: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("k1.{letters}").chars().chain(letters.chars().cycle()).take(SEAL_CHARS).collect()
}
