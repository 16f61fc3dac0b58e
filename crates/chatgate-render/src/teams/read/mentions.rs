//! Who is mentioned, by the entities of a message.

use std::collections::HashMap;

use chatgate_core::Inline;
use serde_json::Value;

use super::person;
use super::tokens::decoded;

/// The mentions of a message: found by their text, their name, or their place among all.
pub(super) struct Mentions {
    people: Vec<Inline>,
    by_text: HashMap<String, usize>,
    by_name: HashMap<String, usize>,
}

impl Mentions {
    pub(super) fn new(entities: &[Value]) -> Self {
        let mut mentions =
            Self { people: Vec::new(), by_text: HashMap::new(), by_name: HashMap::new() };
        for entity in entities.iter().filter(|entity| entity["type"] == "mention") {
            let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
            let (id, name) = (text(&entity["mentioned"]["id"]), text(&entity["mentioned"]["name"]));
            if id.is_empty() {
                continue;
            }
            let index = mentions.people.len();
            mentions.people.push(person(&id, &name));
            mentions.by_text.entry(text(&entity["text"])).or_insert(index);
            mentions.by_name.entry(name.trim().to_owned()).or_insert(index);
        }
        mentions
    }

    /// By what stands in the text: the tag as a whole.
    pub(super) fn by_text(&self, tag: &str) -> Option<Inline> {
        let index = self.by_text.get(tag).copied().or_else(|| {
            let inner = tag.split_once('>')?.1.strip_suffix("</at>")?;
            self.by_name.get(decoded(inner).trim()).copied()
        });
        self.people.get(index?).cloned()
    }

    /// By what stands in a tag of HTML: a place among all, if the name is the right one there, else
    /// the name.
    pub(super) fn by_name(&self, place: Option<usize>, name: &str) -> Option<Inline> {
        let name = name.trim();
        let is_named = |person: &&Inline| match person {
            Inline::User { handle, .. } => handle.as_deref().map(str::trim) == Some(name),
            _ => false,
        };
        let placed = place.and_then(|place| self.people.get(place)).filter(is_named);
        placed.or_else(|| self.people.get(*self.by_name.get(name)?)).cloned()
    }
}
