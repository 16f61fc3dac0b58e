//! What people type, and what becomes of it.

mod errors;
mod hostile;
mod kinds;
mod mistakes;
mod props;
mod words;

use chatgate_core::{ArgKind, ArgSpec, Choice, CommandSpec, Content, Phrases, Timestamp};
use serde_json::{Map, Value};

use super::{Line, UsageError, parse};

/// 2026-11-24T12:00:00Z.
pub(super) const NOW: Timestamp = Timestamp::from_secs(1_795_521_600);

pub(super) fn deploy() -> CommandSpec {
    let env = ArgKind::Choice(vec![Choice::new("staging"), Choice::new("prod").alias("live")]);
    CommandSpec::new("deploy", "Roll a service out")
        .arg(ArgSpec::new("service", ArgKind::Word))
        .arg(ArgSpec::new("env", env).long("env").short('e').alias("environment"))
        .arg(
            ArgSpec::new("replicas", ArgKind::Integer { min: 1, max: 20 })
                .long("replicas")
                .optional(),
        )
        .arg(ArgSpec::new("message", ArgKind::Text).long("message").short('m').optional())
        .arg(ArgSpec::new("force", ArgKind::Bool).long("force").optional())
        .arg(ArgSpec::new("tag", ArgKind::Word).long("tag").many().optional())
        .example("deploy api --env prod")
}

/// A command `x` with one argument of a kind.
pub(super) fn one(kind: ArgKind) -> CommandSpec {
    CommandSpec::new("x", "").arg(ArgSpec::new("a", kind))
}

pub(super) fn run(spec: &CommandSpec, content: &Content) -> Result<Map<String, Value>, UsageError> {
    parse(spec, &Line::read(content), 1, NOW)
}

/// The arguments of a typed line.
pub(super) fn args(spec: &CommandSpec, typed: &str) -> Value {
    match run(spec, &Content::typed(typed)) {
        Ok(values) => Value::Object(values),
        Err(error) => panic!("{typed}: {error}"),
    }
}

/// What is wrong with a typed line.
pub(super) fn error(spec: &CommandSpec, typed: &str) -> UsageError {
    match run(spec, &Content::typed(typed)) {
        Ok(values) => panic!("{typed:?} was taken: {values:?}"),
        Err(error) => error,
    }
}

/// The text of a usage error, as the person reads it.
pub(super) fn told(error: &UsageError) -> String {
    error.content(&Phrases::default()).plain_text()
}
