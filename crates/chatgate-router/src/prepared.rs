//! What a run is given, ready to run: what policy is asked about, and what a record keeps.

use chatgate_core::{
    Chosen, Error, EventKind, FieldErrors, Result, RouteId, SealedValue, Submission,
};
use serde_json::{Map, Value, json};

use crate::{Args, UsageError};

/// What was chosen stands under this name; no field of a Rust type can have it.
const CHOSEN: &str = "$chosen";
/// An action's value that is no object stands under this name when something was chosen with it.
const VALUE: &str = "$value";

/// What a run is given, in its canonical JSON form: the same that policy is asked about, an approval
/// signs and the audit record keeps.
///
/// - A command: its arguments by name.
/// - An action: the value that its button carried. What was chosen in a menu or picker stands beside
///   it under `$chosen`, and a value that is no object under `$value` then.
/// - A form: `{"values": …}`, with `"state"` when the program gave the form something to carry.
/// - A listener: nothing.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Prepared {
    args: Option<Value>,
    /// For a command, the route that its own spec gives it: without the words it was nested below.
    own_route: Option<RouteId>,
}

/// Why something cannot run as it was asked for.
#[derive(Debug)]
#[non_exhaustive]
pub enum Refused {
    /// The command line is wrong.
    Usage(UsageError),
    /// The form is filled in wrongly.
    Fields(FieldErrors),
    /// What exists could not be listed, or a reference not be resolved; or what arrived makes no
    /// sense, as after an upgrade.
    Failed(Error),
}

impl Prepared {
    /// What policy is asked about; `None` for a listener.
    #[must_use]
    pub fn args(&self) -> Option<&Value> {
        self.args.as_ref()
    }

    pub(crate) fn of(args: Value) -> Self {
        Self { args: Some(args), own_route: None }
    }

    pub(crate) fn command(own_route: RouteId, args: Map<String, Value>) -> Self {
        Self { args: Some(Value::Object(args)), own_route: Some(own_route) }
    }

    /// The arguments of a command.
    pub(crate) fn command_args(&self) -> Result<Args> {
        let route = self.own_route.clone();
        let route = route.ok_or_else(|| Error::internal("this was prepared for something else"))?;
        Ok(Args::new(route, self.map()?.clone()))
    }

    fn map(&self) -> Result<&Map<String, Value>> {
        let map = self.args.as_ref().and_then(Value::as_object);
        map.ok_or_else(|| Error::malformed("the arguments are no JSON object"))
    }

    /// An action's value and what was chosen, from the event.
    pub(crate) fn action(kind: &EventKind) -> Result<Self> {
        let EventKind::Action(used) = kind else {
            return Err(Error::internal("an action runs for the use of an element only"));
        };
        let SealedValue::Inline { value, choices } = &used.seal.value else {
            return Err(Error::internal("the element's record was not loaded"));
        };
        let chosen = match &used.chosen {
            Chosen::Choices(indices) => indices
                .iter()
                .map(|index| choices.get(*index).cloned())
                .collect::<Option<Vec<_>>>()
                .ok_or_else(|| Error::malformed("the menu has no such choice"))?,
            Chosen::Ids(ids) => ids.clone(),
            Chosen::Picked(picked) => vec![picked.clone()],
            _ => return Ok(Self::of(value.clone())),
        };
        let mut map = match value {
            Value::Object(map) => map.clone(),
            other => Map::from_iter([(VALUE.to_owned(), other.clone())]),
        };
        map.insert(CHOSEN.into(), json!(chosen));
        Ok(Self::of(Value::Object(map)))
    }

    /// The action's value alone, and what was chosen.
    pub(crate) fn value_and_chosen(&self) -> Result<(Value, Vec<String>)> {
        let mut value = self.args.clone().unwrap_or(Value::Null);
        let Some(map) = value.as_object_mut() else {
            return Ok((value, Vec::new()));
        };
        let Some(chosen) = map.remove(CHOSEN) else {
            return Ok((value, Vec::new()));
        };
        let chosen = serde_json::from_value(chosen)?;
        match map.remove(VALUE) {
            Some(value) => Ok((value, chosen)),
            None => Ok((value, chosen)),
        }
    }

    /// What a form of the program's own was filled in with, from the event.
    pub(crate) fn form(kind: &EventKind) -> Result<Self> {
        let EventKind::FormSubmitted { seal, values } = kind else {
            return Err(Error::internal("a form's handler runs for a submission only"));
        };
        let SealedValue::Inline { value: state, .. } = &seal.value else {
            return Err(Error::internal("the form's record was not loaded"));
        };
        let mut map = Map::from_iter([("values".to_owned(), Value::Object(values.clone()))]);
        if !state.is_null() {
            map.insert("state".into(), state.clone());
        }
        Ok(Self::of(Value::Object(map)))
    }

    /// The same with other answers.
    pub(crate) fn with_values(mut self, values: Map<String, Value>) -> Self {
        if let Some(Value::Object(map)) = &mut self.args {
            map.insert("values".into(), Value::Object(values));
        }
        self
    }

    pub(crate) fn submission(&self) -> Result<Submission> {
        let map = self.map()?;
        let Some(Value::Object(values)) = map.get("values") else {
            return Err(Error::malformed("a submission without values"));
        };
        let state = map.get("state").cloned().unwrap_or(Value::Null);
        Ok(Submission::new(values.clone(), state))
    }
}

impl From<Error> for Refused {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}
