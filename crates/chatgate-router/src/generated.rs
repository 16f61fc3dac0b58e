//! What derived code calls; no part of the public interface.

pub use std::sync::OnceLock;

pub use chatgate_core;
pub use serde_json;

use chatgate_core::{ArgKind, ArgSpec, CommandSpec, Error, Need, Result};
use serde::de::DeserializeOwned;

pub use crate::generated_form::*;
pub use crate::{
    Args, Command, Context, FieldValue, FromArg, Listens, Prepared, Registration, Source,
    SourceKind, Sources, TypedForm,
};

/// The declaration of an argument of a type.
#[must_use]
pub fn arg<T: FromArg>(name: &str) -> ArgSpec {
    let mut arg = ArgSpec::new(name, T::kind());
    if T::is_optional() {
        arg.need = Need::Optional;
    }
    arg.many = T::is_many();
    arg
}

/// The declaration of an argument that any type can be read from: JSON.
#[must_use]
pub fn json_arg(name: &str) -> ArgSpec {
    ArgSpec::new(name, ArgKind::Json)
}

/// Text that is written in another way than as a word.
#[must_use]
pub fn written_as<T: FromText>(mut arg: ArgSpec, kind: ArgKind) -> ArgSpec {
    arg.kind = kind;
    arg
}

/// Text that refers to something, and is resolved.
#[must_use]
pub fn resolved<T: FromText>(arg: ArgSpec) -> ArgSpec {
    arg.resolved()
}

/// Bounds within those of the type.
#[must_use]
pub fn bounded<T: FromInteger>(mut arg: ArgSpec, least: i64, most: i64) -> ArgSpec {
    if let ArgKind::Integer { min, max } = &mut arg.kind {
        *min = least.max(*min);
        *max = most.min(*max);
    }
    arg
}

/// Reads an argument of any type from JSON.
///
/// # Errors
/// `malformed` when it is of another type.
pub fn take_json<T: DeserializeOwned>(args: &Args, name: &str) -> Result<T> {
    let value = args.value(name).cloned().unwrap_or_default();
    serde_json::from_value(value)
        .map_err(|error| Error::malformed(format!("argument {name}: {error}")))
}

/// Puts another command below one, under the name that it has there.
#[must_use]
pub fn below<C: Command>(
    parent: CommandSpec,
    name: &str,
    change: fn(&mut CommandSpec),
) -> CommandSpec {
    let mut spec = C::spec().clone();
    let (old, new) = (spec.path(), format!("{} {name}", parent.path()));
    name.clone_into(&mut spec.name);
    move_examples(&mut spec, &old, &new);
    change(&mut spec);
    parent.subcommand(spec)
}

fn move_examples(spec: &mut CommandSpec, old: &str, new: &str) {
    for example in &mut spec.examples {
        match example.strip_prefix(old) {
            Some(rest) if rest.is_empty() || rest.starts_with(' ') => {
                *example = format!("{new}{rest}");
            }
            _ => {}
        }
    }
    for below in &mut spec.subcommands {
        move_examples(below, old, new);
    }
}

/// The functions behind the arguments of a command that stands below another one.
#[must_use]
pub fn sources_below<S, C: Command + Sources<S>>(route: &str) -> Vec<Source<S>> {
    let from = &C::spec().route;
    C::sources().into_iter().map(|source| source.moved(from, route)).collect()
}

/// What follows a command's own name in a route.
///
/// # Errors
/// `malformed` when the route is not of the command.
pub fn path_below<'a>(spec: &CommandSpec, args: &'a Args) -> Result<&'a str> {
    let path = args.route.as_str().strip_prefix(spec.route.as_str());
    path.and_then(|path| path.strip_prefix('.')).ok_or_else(|| not_below(args))
}

/// A route that names no subcommand.
#[must_use]
pub fn not_below(args: &Args) -> Error {
    Error::malformed(format!("{} is none of the command's subcommands", args.route))
}

/// A type that text can become.
#[diagnostic::on_unimplemented(
    message = "`rest`, `text`, `code`, `choices` and `resolve` need a text argument, not `{Self}`",
    label = "use String, or an Option or Vec of it"
)]
pub trait FromText {}

impl FromText for String {}
impl<T: FromText> FromText for Option<T> {}
impl<T: FromText> FromText for Vec<T> {}

/// A type that a whole number can become.
#[diagnostic::on_unimplemented(
    message = "`min` and `max` need a whole number, not `{Self}`",
    label = "use an integer type, or an Option or Vec of one"
)]
pub trait FromInteger {}

macro_rules! integers {
    ($($type:ty),*) => { $(impl FromInteger for $type {})* };
}

integers!(i8, i16, i32, i64, u8, u16, u32, u64, isize, usize);
impl<T: FromInteger> FromInteger for Option<T> {}
impl<T: FromInteger> FromInteger for Vec<T> {}
