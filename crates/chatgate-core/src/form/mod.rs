//! Fields asked of a person: a modal, a dialog, a task module, or questions one after the other.

mod answer;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{Choice, Effect, Pick, RouteId};

/// One declared form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct FormSpec {
    /// Its route: `form:feedback`.
    pub route: RouteId,
    /// What submitting it does to the world.
    pub effect: Effect,
    /// The command whose permission it inherits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of: Option<RouteId>,
}

impl FormSpec {
    /// A form with the route `form:NAME` whose submission writes.
    #[must_use]
    pub fn new(name: &str) -> Self {
        Self { route: RouteId::from(format!("form:{name}")), effect: Effect::Write, of: None }
    }

    /// Says what submitting it does to the world.
    #[must_use]
    pub fn effect(mut self, effect: Effect) -> Self {
        self.effect = effect;
        self
    }

    /// Lets it inherit the permission of a command.
    #[must_use]
    pub fn of(mut self, command: impl Into<RouteId>) -> Self {
        self.of = Some(command.into());
        self
    }
}

/// Fields asked of a person, and where the answers go.
///
/// ```
/// use chatgate_core::{Form, FormField};
/// let form = Form::new("feedback", "How was it?")
///     .field(FormField::text("words", "In a few words").required())
///     .field(FormField::yes_no("again", "Again?"));
/// assert_eq!(form.fields.len(), 2);
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Form {
    /// The route that a submission runs: `form:feedback`.
    pub route: RouteId,
    /// Its title.
    pub title: String,
    /// A line or two above the fields.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub intro: Option<String>,
    /// What is asked.
    pub fields: Vec<FormField>,
    /// What stands on the button that submits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub submit: Option<String>,
    /// What stands on the button that closes it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cancel: Option<String>,
    /// What the program gave it to carry; never shown to the person.
    #[serde(default, skip_serializing_if = "Value::is_null")]
    pub state: Value,
    /// The sealed state, set when the form is fitted: this text, and nothing else of the state, goes
    /// to the platform.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seal: Option<String>,
}

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
    /// A file, where the platform's forms take one.
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

/// What a person filled in.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Submission {
    /// The answers by field name; a field left empty is absent.
    pub values: Map<String, Value>,
    /// What the program gave the form to carry.
    #[serde(default)]
    pub state: Value,
}

/// What is wrong with which field, by its name.
pub type FieldErrors = BTreeMap<String, String>;

impl Form {
    /// A form without fields yet; `name` as it was declared, without `form:`.
    pub fn new(name: &str, title: impl Into<String>) -> Self {
        Self::for_route(RouteId::from(format!("form:{name}")), title)
    }

    /// A form for a route.
    pub fn for_route(route: RouteId, title: impl Into<String>) -> Self {
        Self {
            route,
            title: title.into(),
            intro: None,
            fields: Vec::new(),
            submit: None,
            cancel: None,
            state: Value::Null,
            seal: None,
        }
    }

    /// Adds a line or two above the fields.
    #[must_use]
    pub fn intro(mut self, intro: impl Into<String>) -> Self {
        self.intro = Some(intro.into());
        self
    }

    /// Adds a field.
    #[must_use]
    pub fn field(mut self, field: FormField) -> Self {
        self.fields.push(field);
        self
    }

    /// Sets what stands on the button that submits.
    #[must_use]
    pub fn submit(mut self, label: impl Into<String>) -> Self {
        self.submit = Some(label.into());
        self
    }

    /// Sets what stands on the button that closes it.
    #[must_use]
    pub fn cancel(mut self, label: impl Into<String>) -> Self {
        self.cancel = Some(label.into());
        self
    }

    /// Gives it something to carry to the submission; sealed, never shown to the person.
    #[must_use]
    pub fn state(mut self, state: Value) -> Self {
        self.state = state;
        self
    }

    /// Checks answers against the fields: what is missing, and what is out of bounds.
    #[must_use]
    pub fn check(&self, values: &Map<String, Value>) -> FieldErrors {
        self.fields
            .iter()
            .filter_map(|field| {
                let error = match values.get(&field.name) {
                    None | Some(Value::Null) if field.required => Err("is required".to_owned()),
                    None | Some(Value::Null) => Ok(()),
                    Some(value) => field.kind.check(value),
                };
                error.err().map(|error| (field.name.clone(), error))
            })
            .collect()
    }
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

impl Submission {
    /// What was filled in, with what the form carried.
    #[must_use]
    pub fn new(values: Map<String, Value>, state: Value) -> Self {
        Self { values, state }
    }

    /// The answer of a field as text; `None` when it is absent or of another kind.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        self.values.get(name).and_then(Value::as_str)
    }

    /// The answer of a field as any type that JSON can become.
    ///
    /// # Errors
    /// `malformed` when it is absent or of another kind.
    pub fn value<T: serde::de::DeserializeOwned>(&self, name: &str) -> crate::Result<T> {
        let value = self.values.get(name).cloned().unwrap_or(Value::Null);
        serde_json::from_value(value)
            .map_err(|error| crate::Error::malformed(format!("field {name}: {error}")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn color() -> FormField {
        FormField::choice("color", "Color", ["red", "blue"].map(Choice::new))
    }

    #[test]
    fn typed_answers_become_the_fields_own_json() {
        assert_eq!(color().read("2"), Ok(Some("blue".into())));
        assert_eq!(color().read("RED"), Ok(Some("red".into())));
        assert_eq!(FormField::yes_no("ok", "OK?").read("Yes"), Ok(Some(true.into())));
        assert_eq!(FormField::number("n", "N").read("12"), Ok(Some(12.into())));
        assert_eq!(FormField::text("t", "T").read(" "), Ok(None));
    }

    #[test]
    fn wrong_answers_say_what_is_taken() {
        assert_eq!(color().read("green"), Err("takes one of red, blue".into()));
        assert_eq!(FormField::text("t", "T").required().read(""), Err("is required".into()));
        let date = FormField::new("d", "D", FieldKind::Date);
        assert!(date.read("2026-02-30").is_err());
    }

    #[test]
    fn a_submission_is_checked_field_by_field() {
        let form = Form::new("x", "X").field(color().required()).field(FormField::number("n", "N"));
        let errors = form.check(&Map::from_iter([("n".into(), Value::from("1"))]));
        assert_eq!(errors.keys().collect::<Vec<_>>(), ["color", "n"]);
    }
}
