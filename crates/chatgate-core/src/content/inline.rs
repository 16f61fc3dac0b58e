//! What stands inside a line.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use url::Url;

use crate::{ConversationId, GroupId, Timestamp, UserId};

/// A piece of a line. What looks like markup inside [`Inline::Text`] is text and stays text.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Inline {
    /// Plain text.
    Text(String),
    /// Strong.
    Bold(Vec<Inline>),
    /// Emphasised.
    Italic(Vec<Inline>),
    /// Struck out.
    Strike(Vec<Inline>),
    /// A code span.
    Code(String),
    /// A link; an empty label shows the address itself.
    Link {
        /// Where it leads.
        url: Url,
        /// What is shown.
        label: Vec<Inline>,
    },
    /// A person.
    User {
        /// The platform's id; a handle where only that was typed.
        id: UserId,
        /// What people write after `@`, when it is known.
        handle: Option<String>,
    },
    /// A group of users.
    Group {
        /// The platform's id.
        id: GroupId,
        /// What people write after `@`, when it is known.
        handle: Option<String>,
    },
    /// A channel.
    Channel {
        /// The platform's id.
        id: ConversationId,
        /// Its name, when it is known.
        name: Option<String>,
    },
    /// Everyone at once; only ever written by the program, never decoded from text of others.
    Broadcast(Broadcast),
    /// An emoji by its short name, without colons.
    Emoji(String),
    /// A point in time, shown in the reader's own time zone where the platform can.
    Time {
        /// When.
        at: Timestamp,
        /// How much of it is shown.
        style: TimeStyle,
    },
    /// A line end.
    Break,
    /// Something of a newer version or of one platform only; kept as it came.
    #[serde(untagged)]
    Other(Value),
}

/// Who a broadcast reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Broadcast {
    /// Members of the conversation who are active now.
    Here,
    /// All members of the conversation.
    Channel,
    /// Everyone in the workspace.
    Everyone,
}

/// How a point in time is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum TimeStyle {
    /// The day.
    Date,
    /// Hours and minutes.
    Time,
    /// Day, hours and minutes.
    #[default]
    DateTime,
    /// How long ago, or in how long.
    Relative,
}

impl Inline {
    /// Plain text.
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// Strong text.
    pub fn bold(text: impl Into<String>) -> Self {
        Self::Bold(vec![Self::text(text)])
    }

    /// Emphasised text.
    pub fn italic(text: impl Into<String>) -> Self {
        Self::Italic(vec![Self::text(text)])
    }

    /// A code span.
    pub fn code(text: impl Into<String>) -> Self {
        Self::Code(text.into())
    }

    /// A link with a label.
    pub fn link(label: impl Into<String>, url: Url) -> Self {
        Self::Link { url, label: vec![Self::text(label)] }
    }

    /// A mention of a person by the platform's id.
    pub fn user(id: impl Into<UserId>) -> Self {
        Self::User { id: id.into(), handle: None }
    }

    /// Text with its line ends as [`Inline::Break`]s.
    pub(super) fn lines(text: &str) -> Vec<Self> {
        let mut out = Vec::new();
        for line in text.split('\n') {
            if !out.is_empty() {
                out.push(Self::Break);
            }
            let line = line.strip_suffix('\r').unwrap_or(line);
            if !line.is_empty() || out.is_empty() {
                out.push(Self::text(line));
            }
        }
        out
    }

    /// Writes the words alone.
    pub(super) fn write_plain(&self, out: &mut String, depth: usize) {
        match self {
            Self::Text(text) | Self::Code(text) => out.push_str(text),
            Self::Bold(inner) | Self::Italic(inner) | Self::Strike(inner) => {
                write_plain(inner, out, depth + 1);
            }
            Self::Link { url, label } if label.is_empty() => out.push_str(url.as_str()),
            Self::Link { label, .. } => write_plain(label, out, depth + 1),
            Self::User { id, handle } => {
                out.push('@');
                out.push_str(handle.as_deref().unwrap_or(id.as_str()));
            }
            Self::Group { id, handle } => {
                out.push('@');
                out.push_str(handle.as_deref().unwrap_or(id.as_str()));
            }
            Self::Channel { id, name } => {
                out.push('#');
                out.push_str(name.as_deref().unwrap_or(id.as_str()));
            }
            Self::Broadcast(broadcast) => out.push_str(broadcast.word()),
            Self::Emoji(name) => {
                out.push(':');
                out.push_str(name);
                out.push(':');
            }
            Self::Time { at, .. } => out.push_str(&at.to_string()),
            Self::Break => out.push('\n'),
            Self::Other(raw) => {
                if let Some(text) = raw.get("text").and_then(Value::as_str) {
                    out.push_str(text);
                }
            }
        }
    }
}

impl Broadcast {
    /// The broadcast as a word that notifies nobody.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Here => "@here",
            Self::Channel => "@channel",
            Self::Everyone => "@everyone",
        }
    }
}

impl From<&str> for Inline {
    fn from(text: &str) -> Self {
        Self::text(text)
    }
}

impl From<String> for Inline {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

/// Writes the words of inlines, down to [`super::block::MAX_DEPTH`] levels.
pub(super) fn write_plain(inlines: &[Inline], out: &mut String, depth: usize) {
    if depth > super::block::MAX_DEPTH {
        return;
    }
    for inline in inlines {
        inline.write_plain(out, depth);
    }
}
