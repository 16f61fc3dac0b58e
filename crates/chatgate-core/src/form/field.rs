//! One field of a form, and what it takes.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{Choice, Pick};

/// One field of a form.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct FormField {
    /// Its name in the submission.
    pub name: String,
    /// What stands beside it.
    pub label: String,
    /// What it takes.
    pub kind: FieldKind,
    /// Whether it must be filled in.
    #[serde(default)]
    pub required: bool,
    /// A line that explains it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
    /// What stands in it while it is empty.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub placeholder: Option<String>,
    /// What it holds at first, in the form the submission has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<Value>,
}

/// What a field takes, and the JSON that its answer is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum FieldKind {
    /// Text; a JSON string.
    Text {
        /// How many lines.
        #[serde(default)]
        lines: Lines,
        /// The fewest characters.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        min_chars: Option<usize>,
        /// The most characters.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        max_chars: Option<usize>,
    },
    /// A number; a JSON number.
    Number {
        /// The smallest that is taken.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        min: Option<f64>,
        /// The largest that is taken.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        max: Option<f64>,
        /// Whether only whole numbers are taken.
        #[serde(default)]
        whole: bool,
    },
    /// An e-mail address; a JSON string.
    Email,
    /// An http or https address; a JSON string.
    Url,
    /// One or several of these; the value, or an array of values.
    Choice {
        /// What can be chosen.
        choices: Vec<Choice>,
        /// One or many.
        #[serde(default)]
        pick: Pick,
        /// How it looks.
        #[serde(default)]
        look: ChoiceLook,
    },
    /// One of what exists when it is asked; the value, a JSON string.
    Listed,
    /// A person: `{"id": …, "handle": …}`.
    User,
    /// A channel: `{"id": …, "name": …}`.
    Channel,
    /// A JSON boolean.
    Bool,
    /// A day: `2026-11-24`.
    Date,
    /// A time of day: `14:30`.
    Time,
    /// A point in time, an RFC 3339 string in UTC.
    DateTime,
    /// A file, where the platform's forms take one: `{"id": …, "name": …}`, and what the platform says
    /// of it besides.
    File,
}

/// How many lines a text field has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Lines {
    /// One.
    #[default]
    One,
    /// As many as one likes.
    Many,
}

/// How a choice looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ChoiceLook {
    /// A menu.
    #[default]
    Menu,
    /// All choices at once.
    Radio,
}

impl FormField {
    /// A field that may be left empty.
    pub fn new(name: impl Into<String>, label: impl Into<String>, kind: FieldKind) -> Self {
        Self {
            name: name.into(),
            label: label.into(),
            kind,
            required: false,
            hint: None,
            placeholder: None,
            default: None,
        }
    }

    /// One line of text.
    pub fn text(name: impl Into<String>, label: impl Into<String>) -> Self {
        let kind = FieldKind::Text { lines: Lines::One, min_chars: None, max_chars: None };
        Self::new(name, label, kind)
    }

    /// Several lines of text.
    pub fn long_text(name: impl Into<String>, label: impl Into<String>) -> Self {
        let kind = FieldKind::Text { lines: Lines::Many, min_chars: None, max_chars: None };
        Self::new(name, label, kind)
    }

    /// A number.
    pub fn number(name: impl Into<String>, label: impl Into<String>) -> Self {
        Self::new(name, label, FieldKind::Number { min: None, max: None, whole: false })
    }

    /// One of several choices.
    pub fn choice(
        name: impl Into<String>,
        label: impl Into<String>,
        choices: impl IntoIterator<Item = Choice>,
    ) -> Self {
        let choices = choices.into_iter().collect();
        let kind = FieldKind::Choice { choices, pick: Pick::One, look: ChoiceLook::Menu };
        Self::new(name, label, kind)
    }

    /// Yes or no.
    pub fn yes_no(name: impl Into<String>, label: impl Into<String>) -> Self {
        Self::new(name, label, FieldKind::Bool)
    }

    /// It must be filled in.
    #[must_use]
    pub fn required(mut self) -> Self {
        self.required = true;
        self
    }

    /// Adds a line that explains it.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Sets what stands in it while it is empty.
    #[must_use]
    pub fn placeholder(mut self, placeholder: impl Into<String>) -> Self {
        self.placeholder = Some(placeholder.into());
        self
    }

    /// Sets what it holds at first.
    #[must_use]
    pub fn default_value(mut self, value: impl Into<Value>) -> Self {
        self.default = Some(value.into());
        self
    }

    /// Reads a typed answer: what a person writes when fields are questions in a conversation.
    /// `None` when nothing was given.
    ///
    /// # Errors
    /// In words, what is wrong with it.
    pub fn read(&self, typed: &str) -> std::result::Result<Option<Value>, String> {
        let typed = typed.trim();
        if typed.is_empty() || typed == "-" {
            return match (&self.default, self.required) {
                (Some(default), _) => Ok(Some(default.clone())),
                (None, true) => Err("is required".into()),
                (None, false) => Ok(None),
            };
        }
        let value = self.kind.read(typed)?;
        self.kind.check(&value)?;
        Ok(Some(value))
    }
}
