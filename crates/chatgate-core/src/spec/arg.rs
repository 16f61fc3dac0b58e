//! One argument of a command: how it is written, and what it takes.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::Choice;

/// One argument of a command.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ArgSpec {
    /// Its name in usage lines, forms, policy and audit.
    pub name: String,
    /// One line of help.
    #[serde(default)]
    pub about: String,
    /// What it takes.
    pub kind: ArgKind,
    /// How it is written.
    pub style: ArgStyle,
    /// Whether it may be left out.
    pub need: Need,
    /// Whether it may be given several times.
    #[serde(default)]
    pub many: bool,
    /// Whether it names what the command acts on.
    #[serde(default)]
    pub target: bool,
    /// Whether a reference in it is turned into an immutable id before approval.
    #[serde(default)]
    pub resolved: bool,
}

/// How an argument is written.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ArgStyle {
    /// By its place.
    #[default]
    Positional,
    /// As `--long`, or `-s`.
    Flag {
        /// The word after `--`.
        long: String,
        /// The letter after `-`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        short: Option<char>,
        /// Other words after `--`.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        aliases: Vec<String>,
    },
}

/// Whether an argument may be left out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Need {
    /// It must be given.
    #[default]
    Required,
    /// It may be left out.
    Optional,
    /// Left out, it is as if this had been typed.
    Default(String),
}

/// What an argument takes, and the JSON it is kept as.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ArgKind {
    /// A whole number; a JSON number.
    Integer {
        /// The smallest that is taken.
        min: i64,
        /// The largest that is taken.
        max: i64,
    },
    /// A number; a JSON number.
    Number,
    /// `true` or `false`, `yes` or `no`, `on` or `off`; a flag alone means true. A JSON boolean.
    Bool,
    /// One word or quoted text: printable, of one script, without control, bidi or zero-width
    /// characters. A JSON string.
    Word,
    /// One word or quoted text, with any printable character. A JSON string.
    Text,
    /// Everything to the end of the line. A JSON string.
    Rest,
    /// A length of time: `10m`, `2h 30m`. Whole milliseconds, a JSON number.
    Duration,
    /// A point in time: RFC 3339, `2026-11-24`, `14:30` or `in 10m`. An RFC 3339 string in UTC.
    Timestamp,
    /// An absolute http or https address. A JSON string.
    Url,
    /// A person: `{"id": …, "handle": …}`.
    User,
    /// A channel: `{"id": …, "name": …}`.
    Channel,
    /// One of these; the choice's value, a JSON string.
    Choice(Vec<Choice>),
    /// One of what exists when it is asked; the choice's value, a JSON string.
    Listed,
    /// JSON, in a code span or block or bare. As it is.
    Json,
    /// A code block or span. Its text, a JSON string.
    Code,
}

impl ArgSpec {
    /// A required positional argument.
    pub fn new(name: impl Into<String>, kind: ArgKind) -> Self {
        Self {
            name: name.into(),
            about: String::new(),
            kind,
            style: ArgStyle::Positional,
            need: Need::Required,
            many: false,
            target: false,
            resolved: false,
        }
    }

    /// Sets its line of help.
    #[must_use]
    pub fn about(mut self, about: impl Into<String>) -> Self {
        self.about = about.into();
        self
    }

    /// Makes it a flag: `--long`.
    #[must_use]
    pub fn long(mut self, long: impl Into<String>) -> Self {
        let short = match self.style {
            ArgStyle::Flag { short, .. } => short,
            ArgStyle::Positional => None,
        };
        self.style = ArgStyle::Flag { long: long.into(), short, aliases: Vec::new() };
        self
    }

    /// Gives a flag its letter: `-s`. A positional argument becomes a flag of its own name.
    #[must_use]
    pub fn short(mut self, letter: char) -> Self {
        let (long, aliases) = match self.style {
            ArgStyle::Flag { long, aliases, .. } => (long, aliases),
            ArgStyle::Positional => (self.name.clone(), Vec::new()),
        };
        self.style = ArgStyle::Flag { long, short: Some(letter), aliases };
        self
    }

    /// Adds another word for a flag; without effect on a positional argument.
    #[must_use]
    pub fn alias(mut self, alias: impl Into<String>) -> Self {
        if let ArgStyle::Flag { aliases, .. } = &mut self.style {
            aliases.push(alias.into());
        }
        self
    }

    /// It must be given.
    #[must_use]
    pub fn required(mut self) -> Self {
        self.need = Need::Required;
        self
    }

    /// It may be left out.
    #[must_use]
    pub fn optional(mut self) -> Self {
        self.need = Need::Optional;
        self
    }

    /// Left out, it is as if this had been typed.
    #[must_use]
    pub fn default_value(mut self, text: impl Into<String>) -> Self {
        self.need = Need::Default(text.into());
        self
    }

    /// It may be given several times.
    #[must_use]
    pub fn many(mut self) -> Self {
        self.many = true;
        self
    }

    /// It names what the command acts on.
    #[must_use]
    pub fn target(mut self) -> Self {
        self.target = true;
        self
    }

    /// A reference in it is turned into an immutable id before approval.
    #[must_use]
    pub fn resolved(mut self) -> Self {
        self.resolved = true;
        self
    }

    /// True when `--name` names this flag.
    #[must_use]
    pub fn is_flag_named(&self, name: &str) -> bool {
        match &self.style {
            ArgStyle::Flag { long, aliases, .. } => {
                long == name || aliases.iter().any(|alias| alias == name)
            }
            ArgStyle::Positional => false,
        }
    }

    /// How it stands in a usage line: `<service>`, `[--env <env>]`, `<id>...`.
    #[must_use]
    pub fn usage(&self) -> String {
        let value = match &self.kind {
            ArgKind::Choice(choices) if choices.len() <= 4 && !choices.is_empty() => {
                choices.iter().map(|choice| choice.value.as_str()).collect::<Vec<_>>().join("|")
            }
            _ => self.name.clone(),
        };
        let dots = if self.many { "..." } else { "" };
        let required = self.need == Need::Required;
        match &self.style {
            ArgStyle::Positional if required => format!("<{value}>{dots}"),
            ArgStyle::Positional => format!("[{value}]{dots}"),
            ArgStyle::Flag { long, .. } if self.kind == ArgKind::Bool => format!("[--{long}]"),
            ArgStyle::Flag { long, .. } if required => format!("--{long} <{value}>{dots}"),
            ArgStyle::Flag { long, .. } => format!("[--{long} <{value}>]{dots}"),
        }
    }

    /// Its value as JSON Schema.
    #[must_use]
    pub fn json_schema(&self) -> Value {
        let mut schema = self.kind.json_schema();
        if self.many {
            schema = json!({"type": "array", "items": schema});
        }
        if let Value::Object(map) = &mut schema {
            if !self.about.is_empty() {
                map.insert("description".into(), self.about.clone().into());
            }
            if let Need::Default(text) = &self.need {
                map.insert("default".into(), text.clone().into());
            }
        }
        schema
    }
}

impl ArgKind {
    /// Any whole number that fits 64 bits.
    #[must_use]
    pub fn integer() -> Self {
        Self::Integer { min: i64::MIN, max: i64::MAX }
    }

    /// What is expected, in words: "a whole number".
    #[must_use]
    pub fn expectation(&self) -> String {
        match self {
            Self::Integer { min: i64::MIN, max: i64::MAX } => "a whole number".into(),
            Self::Integer { min, max: i64::MAX } => format!("a whole number, {min} or more"),
            Self::Integer { min: i64::MIN, max } => format!("a whole number, {max} or less"),
            Self::Integer { min, max } => format!("a whole number from {min} to {max}"),
            Self::Number => "a number".into(),
            Self::Bool => "yes or no".into(),
            Self::Word => "a word, or text in quotes".into(),
            Self::Text => "text, in quotes if it has spaces".into(),
            Self::Rest => "text".into(),
            Self::Duration => "a length of time such as 10m or \"2h 30m\"".into(),
            Self::Timestamp => "a time such as 14:30, 2026-11-24T14:30Z or \"in 10m\"".into(),
            Self::Url => "an http or https address".into(),
            Self::User => "a person, as @name".into(),
            Self::Channel => "a channel, as #name".into(),
            Self::Choice(choices) => {
                let values: Vec<_> = choices.iter().map(|choice| choice.value.as_str()).collect();
                format!("one of {}", values.join(", "))
            }
            Self::Listed => "one of what exists".into(),
            Self::Json => "JSON".into(),
            Self::Code => "code, between backquotes".into(),
        }
    }

    fn json_schema(&self) -> Value {
        match self {
            Self::Integer { min: i64::MIN, max: i64::MAX } => json!({"type": "integer"}),
            Self::Integer { min, max } => {
                json!({"type": "integer", "minimum": min, "maximum": max})
            }
            Self::Number => json!({"type": "number"}),
            Self::Bool => json!({"type": "boolean"}),
            Self::Duration => json!({"type": "integer", "minimum": 0, "x-unit": "ms"}),
            Self::Timestamp => json!({"type": "string", "format": "date-time"}),
            Self::Url => json!({"type": "string", "format": "uri"}),
            Self::User => entity_schema("handle"),
            Self::Channel => entity_schema("name"),
            Self::Choice(choices) => {
                let values: Vec<_> = choices.iter().map(|choice| choice.value.clone()).collect();
                json!({"type": "string", "enum": values})
            }
            Self::Json => json!({}),
            Self::Word | Self::Text | Self::Rest | Self::Listed | Self::Code => {
                json!({"type": "string"})
            }
        }
    }
}

fn entity_schema(name: &str) -> Value {
    json!({
        "type": "object",
        "properties": {"id": {"type": "string"}, name: {"type": ["string", "null"]}},
        "required": ["id"],
    })
}
