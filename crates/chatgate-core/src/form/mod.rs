//! Fields asked of a person: a modal, a dialog, a task module, or questions one after the other.

mod answer;
mod field;

pub use field::{ChoiceLook, FieldKind, FormField, Lines};

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{Effect, RouteId};

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

    /// Reads what a platform submitted: each answer in the JSON of its field's kind, checked. What was
    /// left empty is absent, and so is what the form has no field for.
    ///
    /// ```
    /// use chatgate_core::{Form, FormField};
    /// use serde_json::{Map, json};
    /// let form = Form::new("scale", "Scale").field(FormField::number("to", "To").required());
    /// let submitted = Map::from_iter([("to".into(), json!("3")), ("odd".into(), json!(1))]);
    /// assert_eq!(form.read(&submitted), Ok(Map::from_iter([("to".into(), json!(3))])));
    /// assert_eq!(form.read(&Map::new()).unwrap_err()["to"], "is required");
    /// ```
    ///
    /// # Errors
    /// What is wrong with which field.
    pub fn read(
        &self,
        submitted: &Map<String, Value>,
    ) -> std::result::Result<Map<String, Value>, FieldErrors> {
        let read = |field: &FormField| {
            let value = field.kind.submitted(submitted.get(&field.name)?)?;
            Some((field.name.clone(), value))
        };
        let values: Map<_, _> = self.fields.iter().filter_map(read).collect();
        let errors = self.check(&values);
        if errors.is_empty() { Ok(values) } else { Err(errors) }
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
mod tests;
