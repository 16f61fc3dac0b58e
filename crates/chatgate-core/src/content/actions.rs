//! Buttons, menus and pickers.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use url::Url;

use crate::action::{Action, ActionSpec};
use crate::{RouteId, UserId};

/// Something in a message that a person can use.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Element {
    /// A button that runs an action.
    Button(Button),
    /// A button that only opens an address.
    Link {
        /// What stands on it.
        label: String,
        /// Where it leads.
        url: Url,
    },
    /// A menu to choose from.
    Menu(Menu),
    /// A date or time picker.
    Picker(Picker),
    /// Rarely used actions, folded into one button.
    Overflow(Vec<Button>),
    /// An element of a newer version, kept as it came.
    #[serde(untagged)]
    Other(Value),
}

/// A button: pressing it runs its action.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Button {
    /// What stands on it.
    pub label: String,
    /// What it runs, and with what.
    pub action: ActionValue,
    /// How it looks.
    #[serde(default)]
    pub style: Style,
    /// What is asked before it runs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confirm: Option<Confirm>,
}

/// A menu: choosing runs its action with what was chosen.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Menu {
    /// What stands on it before anything is chosen.
    pub label: String,
    /// What it runs, and with what besides the choice.
    pub action: ActionValue,
    /// What can be chosen.
    pub source: MenuSource,
    /// Whether several can be chosen.
    #[serde(default)]
    pub pick: Pick,
}

/// What a menu offers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum MenuSource {
    /// These choices.
    Choices(Vec<Choice>),
    /// The people of the workspace.
    Users,
    /// The channels of the workspace.
    Channels,
}

/// How many of a menu's choices may be taken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Pick {
    /// One.
    #[default]
    One,
    /// Any number.
    Many,
}

/// One thing that can be chosen, in a menu or a form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Choice {
    /// What is shown.
    pub label: String,
    /// What it means to the program.
    pub value: String,
    /// A line that explains it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
    /// Other words that are typed for it; not shown.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub aliases: Vec<String>,
}

/// A date or time picker: picking runs its action with what was picked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Picker {
    /// What stands on it before anything is picked.
    pub label: String,
    /// What it runs, and with what besides the pick.
    pub action: ActionValue,
    /// What it picks.
    pub kind: PickerKind,
}

/// What a picker picks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum PickerKind {
    /// A day: `2026-11-24`.
    Date,
    /// A time of day: `14:30`.
    Time,
    /// Both.
    DateTime,
}

/// How a button looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Style {
    /// As any other.
    #[default]
    Default,
    /// The one most people want.
    Primary,
    /// The one that destroys something.
    Danger,
}

/// What is asked before a button runs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Confirm {
    /// The question's title.
    pub title: String,
    /// The question.
    pub text: String,
    /// What stands on the button that goes on.
    pub yes: String,
    /// What stands on the button that goes back.
    pub no: String,
}

/// What a button, menu or picker runs, and with what. It is sealed when the message is fitted, so a
/// click cannot carry another value than the one that was shown.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ActionValue {
    /// The route, as `action:acknowledge`.
    pub route: RouteId,
    /// The action's own value.
    pub value: Value,
    /// Who may use it, besides what policy says.
    #[serde(default)]
    pub allowed: Allowed,
    /// How often it may be used.
    #[serde(default)]
    pub uses: Uses,
    /// How long after it was shown it may be used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_for: Option<Duration>,
    /// The sealed form, set when the message is fitted: this text, and nothing else of the value,
    /// goes to the platform.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seal: Option<String>,
}

/// Who may use an element; policy is asked all the same.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Allowed {
    /// Everyone who sees it.
    #[default]
    Anyone,
    /// Only these users of the platform where it is shown.
    Only(Vec<UserId>),
}

/// How often an element may be used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Uses {
    /// Once, by whoever is first.
    #[default]
    Once,
    /// As often as anyone likes.
    Repeat,
}

impl Element {
    /// What stands on it.
    #[must_use]
    pub fn label(&self) -> &str {
        match self {
            Self::Button(button) => &button.label,
            Self::Link { label, .. } => label,
            Self::Menu(menu) => &menu.label,
            Self::Picker(picker) => &picker.label,
            Self::Overflow(_) => "…",
            Self::Other(raw) => raw.get("label").and_then(Value::as_str).unwrap_or("?"),
        }
    }
}

impl Button {
    /// A button that runs `action`.
    pub fn new<A: Action>(label: impl Into<String>, action: &A) -> Self {
        Self::of(label, ActionValue::new(action))
    }

    /// A button over a value made by hand.
    pub fn of(label: impl Into<String>, action: ActionValue) -> Self {
        Self { label: label.into(), action, style: Style::Default, confirm: None }
    }

    /// The one most people want.
    #[must_use]
    pub fn primary(mut self) -> Self {
        self.style = Style::Primary;
        self
    }

    /// The one that destroys something.
    #[must_use]
    pub fn danger(mut self) -> Self {
        self.style = Style::Danger;
        self
    }

    /// Asks before it runs.
    #[must_use]
    pub fn confirm(mut self, confirm: Confirm) -> Self {
        self.confirm = Some(confirm);
        self
    }

    /// Only these users may press it.
    #[must_use]
    pub fn only_for(mut self, users: impl IntoIterator<Item = UserId>) -> Self {
        self.action.allowed = Allowed::Only(users.into_iter().collect());
        self
    }

    /// It may be pressed only for so long after it was shown.
    #[must_use]
    pub fn valid_for(mut self, duration: Duration) -> Self {
        self.action.valid_for = Some(duration);
        self
    }
}

impl Menu {
    /// A menu of choices that runs `action` with the choice.
    pub fn new<A: Action>(
        label: impl Into<String>,
        action: &A,
        choices: impl IntoIterator<Item = Choice>,
    ) -> Self {
        Self {
            label: label.into(),
            action: ActionValue::new(action),
            source: MenuSource::Choices(choices.into_iter().collect()),
            pick: Pick::One,
        }
    }

    /// Offers something else.
    #[must_use]
    pub fn from_source(mut self, source: MenuSource) -> Self {
        self.source = source;
        self
    }

    /// Lets several be chosen.
    #[must_use]
    pub fn many(mut self) -> Self {
        self.pick = Pick::Many;
        self
    }
}

impl Picker {
    /// A picker that runs `action` with what was picked.
    pub fn new<A: Action>(label: impl Into<String>, action: &A, kind: PickerKind) -> Self {
        Self { label: label.into(), action: ActionValue::new(action), kind }
    }
}

impl Choice {
    /// A choice whose label is its value.
    pub fn new(value: impl Into<String>) -> Self {
        let value = value.into();
        Self { label: value.clone(), value, hint: None, aliases: Vec::new() }
    }

    /// A choice with a label of its own.
    pub fn labelled(label: impl Into<String>, value: impl Into<String>) -> Self {
        Self { label: label.into(), value: value.into(), hint: None, aliases: Vec::new() }
    }

    /// Adds a line that explains it.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Adds another word that is typed for it.
    #[must_use]
    pub fn alias(mut self, alias: impl Into<String>) -> Self {
        self.aliases.push(alias.into());
        self
    }
}

impl Confirm {
    /// A question with the answers Yes and No.
    pub fn new(title: impl Into<String>, text: impl Into<String>) -> Self {
        Self { title: title.into(), text: text.into(), yes: "Yes".into(), no: "No".into() }
    }
}

impl ActionValue {
    /// The value of a typed action, used as often as its declaration says.
    pub fn new<A: Action>(action: &A) -> Self {
        let ActionSpec { route, uses, .. } = A::spec();
        let mut value = Self::of(route.clone(), action.to_value());
        value.uses = *uses;
        value
    }

    /// A value made by hand.
    #[must_use]
    pub fn of(route: RouteId, value: Value) -> Self {
        Self {
            route,
            value,
            allowed: Allowed::Anyone,
            uses: Uses::Once,
            valid_for: None,
            seal: None,
        }
    }
}

impl From<Button> for Element {
    fn from(button: Button) -> Self {
        Self::Button(button)
    }
}

impl From<Menu> for Element {
    fn from(menu: Menu) -> Self {
        Self::Menu(menu)
    }
}

impl From<Picker> for Element {
    fn from(picker: Picker) -> Self {
        Self::Picker(picker)
    }
}
