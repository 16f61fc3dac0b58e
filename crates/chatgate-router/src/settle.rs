//! From what was given to what is meant: listed choices are checked, references resolved.

use chatgate_core::{ArgSpec, Choice, CommandSpec, Error, FieldErrors, FieldKind, Form};
use serde_json::{Map, Value};

use crate::bound::Runner;

/// Why arguments could not be settled.
pub(crate) enum Unsettled {
    /// This is none of what exists.
    NoChoice { arg: String, given: String, choices: Vec<Choice> },
    /// This refers to nothing.
    NoReference { arg: String, given: String, error: Error },
    /// It could not be found out.
    Failed(Error),
}

/// Checks listed choices and resolves references, argument by argument, in the order of the spec.
pub(crate) async fn settle(
    spec: &CommandSpec,
    values: &mut Map<String, Value>,
    runner: &dyn Runner,
) -> Result<(), Unsettled> {
    for arg in &spec.args {
        let Some(value) = values.get_mut(&arg.name) else {
            continue;
        };
        check(arg, value, runner).await?;
        resolve(arg, value, runner).await?;
    }
    Ok(())
}

/// The answers of a form that are none of what exists.
pub(crate) async fn unlisted(
    form: &Form,
    values: &Map<String, Value>,
    runner: &dyn Runner,
) -> Result<FieldErrors, Error> {
    let mut errors = FieldErrors::new();
    for field in form.fields.iter().filter(|field| field.kind == FieldKind::Listed) {
        let Some(value) = values.get(&field.name).and_then(Value::as_str) else {
            continue;
        };
        let choices = runner.choices(&field.name).await?.unwrap_or_default();
        if !choices.iter().any(|choice| choice.value == value) {
            errors.insert(field.name.clone(), format!("`{value}` is none of what exists"));
        }
    }
    Ok(errors)
}

async fn check(arg: &ArgSpec, value: &Value, runner: &dyn Runner) -> Result<(), Unsettled> {
    let Some(choices) = runner.choices(&arg.name).await.map_err(Unsettled::Failed)? else {
        return Ok(());
    };
    let given = each(value)
        .find(|given| !choices.iter().any(|choice| given.as_str() == Some(choice.value.as_str())));
    match given {
        None => Ok(()),
        Some(given) => {
            Err(Unsettled::NoChoice { arg: arg.name.clone(), given: as_typed(given), choices })
        }
    }
}

async fn resolve(arg: &ArgSpec, value: &mut Value, runner: &dyn Runner) -> Result<(), Unsettled> {
    let values = match value {
        Value::Array(values) if arg.many => values.as_mut_slice(),
        one => std::slice::from_mut(one),
    };
    for value in values {
        let Some(reference) = value.as_str() else {
            continue;
        };
        match runner.resolve(&arg.name, reference).await {
            Ok(None) => return Ok(()),
            Ok(Some(resolved)) => *value = resolved.into(),
            Err(error) if refers_to_nothing(&error) => {
                return Err(Unsettled::NoReference {
                    arg: arg.name.clone(),
                    given: as_typed(value),
                    error,
                });
            }
            Err(error) => return Err(Unsettled::Failed(error)),
        }
    }
    Ok(())
}

/// Whether the person gave something wrong, rather than that something broke.
fn refers_to_nothing(error: &Error) -> bool {
    error.is_not_found() || error.is_invalid_input() || error.for_person().is_some()
}

fn each(value: &Value) -> std::slice::Iter<'_, Value> {
    match value {
        Value::Array(values) => values.iter(),
        one => std::slice::from_ref(one).iter(),
    }
}

fn as_typed(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
