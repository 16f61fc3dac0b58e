//! Messages that match a pattern.

use chatgate_core::{Error, EventKind, Message, Result};
use regex_lite::Regex;

/// A message that matches the pattern of a listener, and what the pattern's groups caught.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Captures {
    /// The message.
    pub message: Message,
    groups: Vec<Group>,
}

#[derive(Clone, Debug, PartialEq)]
struct Group {
    name: Option<String>,
    text: Option<String>,
}

impl Captures {
    /// What a group caught, counted from 1; 0 is the whole match. `None` when there is no such group
    /// or it caught nothing.
    #[must_use]
    pub fn get(&self, group: usize) -> Option<&str> {
        self.groups.get(group)?.text.as_deref()
    }

    /// What the group `(?<name>…)` caught. `None` when there is no such group or it caught nothing.
    #[must_use]
    pub fn name(&self, name: &str) -> Option<&str> {
        let group = self.groups.iter().find(|group| group.name.as_deref() == Some(name))?;
        group.text.as_deref()
    }

    /// Matches a message anew.
    pub(crate) fn of(pattern: &Regex, kind: &EventKind) -> Result<Self> {
        let EventKind::Message(message) = kind else {
            return Err(Error::malformed("what arrived is no message"));
        };
        let text = message.content.plain_text();
        let found = pattern
            .captures(&text)
            .ok_or_else(|| Error::malformed("the message does not match the pattern"))?;
        let groups = pattern
            .capture_names()
            .zip(found.iter())
            .map(|(name, text)| Group {
                name: name.map(str::to_owned),
                text: text.map(|text| text.as_str().to_owned()),
            })
            .collect();
        Ok(Self { message: message.clone(), groups })
    }
}
