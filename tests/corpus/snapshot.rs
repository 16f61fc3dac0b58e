//! What is recorded, and how what is said now differs from it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use chatgate_core::Fitted;
use serde_json::Value;

use crate::message::folder;

const HOW: &str =
    "CHATGATE_UPDATE=1 cargo test -p chatgate-tests --test corpus records what is said now";

/// The recorded files of a folder, each checked once.
pub(crate) struct Snapshots {
    folder: PathBuf,
    is_update: bool,
    unchecked: BTreeSet<String>,
    wrong: Vec<String>,
}

impl Snapshots {
    pub(crate) fn open(name: &str) -> Self {
        let folder = folder().join(name);
        let mut unchecked = BTreeSet::new();
        files(&folder, &folder, &mut unchecked);
        let is_update = std::env::var_os("CHATGATE_UPDATE").is_some();
        Self { folder, is_update, unchecked, wrong: Vec::new() }
    }

    pub(crate) fn check(&mut self, file: &str, text: &str) {
        self.unchecked.remove(file);
        let path = self.folder.join(file);
        let recorded = fs::read_to_string(&path).ok();
        if recorded.as_deref() == Some(text) {
            return;
        }
        if self.is_update {
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(&path, text).unwrap();
            return;
        }
        self.wrong.push(match recorded {
            None => format!("{file}: not recorded"),
            Some(recorded) => format!("{file}: {}", difference(&recorded, text)),
        });
    }

    /// Fails with all that is wrong.
    pub(crate) fn finish(mut self) {
        for file in &self.unchecked {
            if self.is_update {
                fs::remove_file(self.folder.join(file)).unwrap();
            } else {
                self.wrong.push(format!("{file}: recorded, and nobody says it any more"));
            }
        }
        assert!(self.wrong.is_empty(), "{}\n\n{HOW}", self.wrong.join("\n"));
    }
}

fn files(root: &Path, folder: &Path, out: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).into_iter().flatten() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(root, &path, out);
        } else {
            out.insert(path.strip_prefix(root).unwrap().to_str().unwrap().to_owned());
        }
    }
}

/// The first line that differs.
fn difference(recorded: &str, said: &str) -> String {
    let mut pairs = recorded.lines().zip(said.lines()).enumerate();
    match pairs.find(|(_, (recorded, said))| recorded != said) {
        Some((line, (recorded, said))) => format!(
            "line {} differs\n  recorded: {}\n  said now: {}",
            line + 1,
            recorded.trim(),
            said.trim()
        ),
        None => format!("{} lines, recorded {}", said.lines().count(), recorded.lines().count()),
    }
}

/// What the platforms could not show as it was meant, a line each.
pub(crate) fn losses(rendered: &BTreeMap<String, (Fitted, String)>) -> String {
    let mut out = String::new();
    for (file, (fitted, _)) in rendered {
        for loss in &fitted.losses {
            let kind = serde_json::to_value(loss.kind).unwrap();
            let name = file.trim_end_matches(".json");
            out += &format!("{name}: {}: {}\n", kind.as_str().unwrap(), loss.instead);
        }
    }
    out
}

/// What of a source did not come back when it was read and written again.
pub(crate) fn missing(source: &Value, read: &Value) -> Vec<String> {
    match (source, read) {
        (Value::Object(source), Value::Object(read)) => source
            .iter()
            .flat_map(|(key, value)| match read.get(key) {
                Some(found) => missing(value, found),
                None => vec![key.clone()],
            })
            .collect(),
        (Value::Array(source), Value::Array(read)) if source.len() == read.len() => {
            source.iter().zip(read).flat_map(|(source, read)| missing(source, read)).collect()
        }
        (source, read) if source == read => Vec::new(),
        (Value::Number(source), Value::Number(read)) if source.as_f64() == read.as_f64() => {
            Vec::new()
        }
        (source, _) => vec![source.to_string()],
    }
}
