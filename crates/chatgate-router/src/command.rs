//! What makes a type a command.

use chatgate_core::{CommandSpec, Result};

use crate::{Args, Source};

/// A command: what is declared of it, and how it is made from its arguments. Derived with
/// `#[derive(Command)]`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a chatgate command",
    label = "derive it: `#[derive(Command)]`"
)]
pub trait Command: Sized {
    /// What the command is.
    fn spec() -> &'static CommandSpec;

    /// Reads the arguments; for a command with subcommands, [`Args::route`] says which one.
    ///
    /// # Errors
    /// `malformed` when they are not of this command, as after an upgrade that changed it.
    fn from_args(args: &Args) -> Result<Self>;

    /// Reads the arguments of a command that stands below another one: `path` is what follows its own
    /// name in the route, empty when it is itself meant.
    ///
    /// # Errors
    /// As [`Command::from_args`].
    #[doc(hidden)]
    fn from_args_at(path: &str, args: &Args) -> Result<Self> {
        let _ = path;
        Self::from_args(args)
    }
}

/// The functions behind a command's arguments, over the state `S`. Derived along with [`Command`]: for
/// every state when the command has none, else for the one that `#[command(state = …)]` names.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a command over the state `{S}`",
    label = "derive `Command`; if it has a `#[command(state = …)]`, that names the router's state"
)]
pub trait Sources<S> {
    /// The functions, by route and argument.
    fn sources() -> Vec<Source<S>> {
        Vec::new()
    }
}
