//! What the terminal dialects give to an adapter: read with `Rendered::read`.

use chatgate_core::{Choice, Confirm, FormField, Pick, Style};
use serde::{Deserialize, Serialize};

/// A message for a terminal: text that can be printed as it is, and the actions that it numbers.
///
/// ```
/// use std::sync::Arc;
/// use chatgate_core::{Capabilities, Content, Dialect, Surface, Target};
/// use chatgate_render::{PlainText, TerminalMessage};
///
/// let target = Target::new(Surface::Post, Arc::new(Capabilities::all()));
/// let fitted = PlainText::new().message(&Content::from("hi"), &target);
/// let message: TerminalMessage = fitted.parts[0].read()?;
/// assert_eq!(message, TerminalMessage::new("hi"));
/// # Ok::<(), chatgate_core::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct TerminalMessage {
    /// The lines, without a line end after the last. Every text in it was made safe: the only control
    /// characters are `\n` and, from `AnsiTerminal`, its own colour sequences.
    pub text: String,
    /// What can be used, in the order of the numbers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub actions: Vec<TerminalAction>,
}

/// Something that a person can use by its number.
///
/// ```
/// use chatgate_render::{TerminalAction, TerminalActionKind};
/// let action = TerminalAction::new("Acknowledge", TerminalActionKind::Button);
/// assert_eq!(action.number, 1);
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct TerminalAction {
    /// Its number in the text, `[1]`; goes on through the parts of a message.
    pub number: usize,
    /// What stands on it.
    pub label: String,
    /// What goes back when it is used; absent where nothing was sealed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seal: Option<String>,
    /// What it takes.
    pub kind: TerminalActionKind,
    /// What can be chosen, where it is a choice. Labels and hints were made safe, values not.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub choices: Vec<Choice>,
    /// How many may be chosen.
    #[serde(default)]
    pub pick: Pick,
    /// How it looks.
    #[serde(default)]
    pub style: Style,
    /// What is asked before it runs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confirm: Option<Confirm>,
}

/// What an action takes.
///
/// ```
/// use chatgate_render::TerminalActionKind;
/// assert_eq!(serde_json::to_string(&TerminalActionKind::DateTime)?, "\"date_time\"");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum TerminalActionKind {
    /// Nothing.
    Button,
    /// Some of its choices.
    Choices,
    /// People of the workspace.
    Users,
    /// Channels of the workspace.
    Channels,
    /// A day: `2026-11-24`.
    Date,
    /// A time of day: `14:30`.
    Time,
    /// A point in time.
    DateTime,
    /// Something of a newer version.
    #[serde(other)]
    Other,
}

/// A form for a terminal: its fields are asked one after the other.
///
/// ```
/// use std::sync::Arc;
/// use chatgate_core::{Capabilities, Dialect, Form, FormField, Surface, Target};
/// use chatgate_render::{PlainText, TerminalForm};
///
/// let target = Target::new(Surface::Form, Arc::new(Capabilities::all()));
/// let form = Form::new("feedback", "How was it?").field(FormField::yes_no("again", "Again?"));
/// let form: TerminalForm = PlainText::new().form(&form, &target)?.parts[0].read()?;
/// assert_eq!(form.fields[0].label, "Again?");
/// # Ok::<(), chatgate_core::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct TerminalForm {
    /// Its title.
    pub title: String,
    /// Lines above the fields.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub intro: Option<String>,
    /// What is asked. Labels, hints, placeholders and the words of choices were made safe; names,
    /// values and defaults are the program's own and were not.
    pub fields: Vec<FormField>,
    /// What submits it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub submit: Option<String>,
    /// What leaves it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cancel: Option<String>,
    /// What goes back with the answers; absent where nothing was sealed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seal: Option<String>,
}

impl TerminalMessage {
    /// A message of text alone; the text is taken as it is.
    ///
    /// ```
    /// assert!(chatgate_render::TerminalMessage::new("hi").actions.is_empty());
    /// ```
    pub fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), actions: Vec::new() }
    }

    /// Adds an action.
    ///
    /// ```
    /// use chatgate_render::{TerminalAction, TerminalActionKind, TerminalMessage};
    /// let ack = TerminalAction::new("Ack", TerminalActionKind::Button);
    /// assert_eq!(TerminalMessage::new("[1] Ack").action(ack).actions.len(), 1);
    /// ```
    #[must_use]
    pub fn action(mut self, action: TerminalAction) -> Self {
        self.actions.push(action);
        self
    }
}

impl TerminalAction {
    /// An action with the number 1 and no seal.
    ///
    /// ```
    /// use chatgate_render::{TerminalAction, TerminalActionKind};
    /// assert!(TerminalAction::new("When", TerminalActionKind::Date).seal.is_none());
    /// ```
    pub fn new(label: impl Into<String>, kind: TerminalActionKind) -> Self {
        Self {
            number: 1,
            label: label.into(),
            seal: None,
            kind,
            choices: Vec::new(),
            pick: Pick::One,
            style: Style::Default,
            confirm: None,
        }
    }
}

impl TerminalForm {
    /// A form without fields.
    ///
    /// ```
    /// assert!(chatgate_render::TerminalForm::new("Feedback").fields.is_empty());
    /// ```
    pub fn new(title: impl Into<String>) -> Self {
        Self { title: title.into(), ..Self::default() }
    }
}
