//! Arguments by other ways than a typed line: a form, an agent's call, an approved run.

use std::time::Duration;

use chatgate_core::{
    ArgKind, ArgSpec, ChoiceLook, CommandSpec, FieldErrors, FieldKind, Form, FormField, Lines,
    Need, Phrases, Pick, RouteId, Timestamp,
};
use serde_json::{Map, Value};

use crate::language::value::{self, Misfit, Typed};
use crate::language::{default_of, duration_text};

/// The form that asks for a command's arguments, with what was understood of a line filled in. Its
/// route is `form:` and the command's own.
#[must_use]
pub fn form_for(spec: &CommandSpec, partial: &Map<String, Value>, phrases: &Phrases) -> Form {
    let route = RouteId::from(format!("form:{}", spec.route));
    let mut form = Form::for_route(route, spec.path()).submit(&*phrases.fill_in);
    if !spec.about.is_empty() {
        form = form.intro(&*spec.about);
    }
    spec.args.iter().fold(form, |form, arg| form.field(field(arg, partial.get(&arg.name))))
}

/// Reads what a form was filled in with, as [`form_for`] made it. Times of day count from `now`.
///
/// # Errors
/// What is wrong with which field.
pub fn args_from_submission(
    spec: &CommandSpec,
    values: &Map<String, Value>,
    now: Timestamp,
) -> Result<Map<String, Value>, FieldErrors> {
    collect(spec, Some(now), |arg| {
        let value = values.get(&arg.name).filter(|value| !is_empty(value))?;
        Some(submitted(arg, value, now))
    })
}

/// Checks arguments in their canonical form, as an agent's call gives them, and adds the defaults of
/// what was left out.
///
/// # Errors
/// What is wrong with which argument; an argument that the command does not have is wrong too.
pub fn args_from_json(
    spec: &CommandSpec,
    values: &Map<String, Value>,
) -> Result<Map<String, Value>, FieldErrors> {
    let unknown: FieldErrors = values
        .keys()
        .filter(|name| !spec.args.iter().any(|arg| arg.name == **name))
        .map(|name| (name.clone(), "is no argument of this command".to_owned()))
        .collect();
    if !unknown.is_empty() {
        return Err(unknown);
    }
    collect(spec, None, |arg| {
        let value = values.get(&arg.name).filter(|value| !value.is_null())?;
        Some(match value {
            Value::Array(values) if arg.many => {
                values.iter().map(|value| value::check(&arg.kind, value)).collect()
            }
            _ if arg.many => Err(Misfit::Kind),
            value => value::check(&arg.kind, value),
        })
    })
}

/// The values of all arguments, with defaults for those that `read` has none for.
fn collect(
    spec: &CommandSpec,
    now: Option<Timestamp>,
    read: impl Fn(&ArgSpec) -> Option<Result<Value, Misfit>>,
) -> Result<Map<String, Value>, FieldErrors> {
    let mut found = Map::new();
    let mut errors = FieldErrors::new();
    for arg in &spec.args {
        let given = read(arg);
        let value = match (given, &arg.need) {
            (Some(value), _) => value,
            (None, Need::Default(text)) => default_of(arg, text, now),
            (None, Need::Required) => {
                errors.insert(arg.name.clone(), "is required".to_owned());
                continue;
            }
            (None, _) => continue,
        };
        match value {
            Ok(Value::Array(values)) if arg.many && values.is_empty() => {
                if arg.need == Need::Required {
                    errors.insert(arg.name.clone(), "is required".to_owned());
                }
            }
            Ok(value) => {
                found.insert(arg.name.clone(), value);
            }
            Err(misfit) => {
                errors.insert(arg.name.clone(), misfit.words(&arg.kind));
            }
        }
    }
    if errors.is_empty() { Ok(found) } else { Err(errors) }
}

/// A field left empty: some platforms send it as empty text.
fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.trim().is_empty(),
        _ => false,
    }
}

fn submitted(arg: &ArgSpec, value: &Value, now: Timestamp) -> Result<Value, Misfit> {
    if !arg.many {
        return one(&arg.kind, value, now);
    }
    match value {
        Value::Array(values) => values.iter().map(|value| one(&arg.kind, value, now)).collect(),
        Value::String(text) => {
            let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
            lines.map(|line| one(&arg.kind, &line.into(), now)).collect()
        }
        value => one(&arg.kind, value, now).map(|value| Value::Array(vec![value])),
    }
}

fn one(kind: &ArgKind, value: &Value, now: Timestamp) -> Result<Value, Misfit> {
    match (kind, value) {
        (ArgKind::Text | ArgKind::Rest | ArgKind::Code, Value::String(text)) => {
            value::read(kind, Typed::text(text, Some(now)))
        }
        (_, Value::String(text)) => value::read(kind, Typed::text(text.trim(), Some(now))),
        // Some platforms have no whole numbers.
        (ArgKind::Integer { .. }, Value::Number(number)) if number.is_f64() => value::read(
            kind,
            Typed::text(&format!("{}", number.as_f64().unwrap_or(f64::NAN)), None),
        ),
        (kind, value) => value::check(kind, value),
    }
}

impl Misfit {
    /// What is wrong, to be read after the field's name.
    fn words(&self, kind: &ArgKind) -> String {
        match self {
            Self::Kind | Self::Choice(_) => format!("takes {}", kind.expectation()),
            Self::Odd(odd) => odd.words(),
            Self::UserInfo => "may not carry a user name or password".into(),
            Self::Json(problem) => format!("is not JSON: {problem}"),
        }
    }
}

fn field(arg: &ArgSpec, given: Option<&Value>) -> FormField {
    let mut field = FormField::new(&*arg.name, label(arg), field_kind(arg));
    field.required = arg.need == Need::Required;
    if !arg.about.is_empty() {
        field.hint = Some(arg.about.clone());
    }
    if matches!(arg.kind, ArgKind::Duration) && !arg.many {
        field.placeholder = Some("10m".into());
    }
    let default = match (&arg.need, given) {
        (_, Some(given)) => Some(given.clone()),
        (Need::Default(text), None) => default_of(arg, text, None).ok(),
        _ => None,
    };
    field.default = default.and_then(|value| filled_in(arg, value));
    field
}

/// The argument's name as a label: `wait-for` becomes `Wait for`.
fn label(arg: &ArgSpec) -> String {
    let words = arg.name.replace(['-', '_'], " ");
    let mut chars = words.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

fn field_kind(arg: &ArgSpec) -> FieldKind {
    let text = |lines| FieldKind::Text { lines, min_chars: None, max_chars: None };
    match &arg.kind {
        ArgKind::Choice(choices) => FieldKind::Choice {
            choices: choices.clone(),
            pick: if arg.many { Pick::Many } else { Pick::One },
            look: ChoiceLook::Menu,
        },
        // One a line.
        _ if arg.many => text(Lines::Many),
        ArgKind::Integer { min, max } => FieldKind::Number {
            min: bound(*min, i64::MIN),
            max: bound(*max, i64::MAX),
            whole: true,
        },
        ArgKind::Number => FieldKind::Number { min: None, max: None, whole: false },
        ArgKind::Bool => FieldKind::Bool,
        ArgKind::Url => FieldKind::Url,
        ArgKind::User => FieldKind::User,
        ArgKind::Channel => FieldKind::Channel,
        ArgKind::Listed => FieldKind::Listed,
        ArgKind::Timestamp => FieldKind::DateTime,
        ArgKind::Rest | ArgKind::Json | ArgKind::Code => text(Lines::Many),
        _ => text(Lines::One),
    }
}

fn bound(value: i64, unbounded: i64) -> Option<f64> {
    #[allow(clippy::cast_precision_loss, reason = "the argument itself is checked exactly")]
    (value != unbounded).then_some(value as f64)
}

/// A canonical value as the field holds it; `None` where it cannot.
fn filled_in(arg: &ArgSpec, value: Value) -> Option<Value> {
    match (&arg.kind, value) {
        (ArgKind::Choice(_), value) => Some(value),
        (_, Value::Array(values)) if arg.many => {
            let lines: Option<Vec<_>> = values.into_iter().map(|value| line(arg, value)).collect();
            Some(lines?.join("\n").into())
        }
        (ArgKind::Duration | ArgKind::Json, value) => line(arg, value).map(Value::from),
        (_, value) => Some(value),
    }
}

/// A canonical value as a line of text; `None` where text would not name the same thing.
fn line(arg: &ArgSpec, value: Value) -> Option<String> {
    match (&arg.kind, value) {
        (ArgKind::User | ArgKind::Channel, _) => None,
        (ArgKind::Duration, value) => Some(duration_text(Duration::from_millis(value.as_u64()?))),
        (ArgKind::Json, value) => Some(value.to_string()),
        (_, Value::String(text)) => Some(text),
        (_, value) => Some(value.to_string()),
    }
}

#[cfg(test)]
mod tests;
