//! Arguments in their one canonical form: JSON by argument name.

use serde_json::{Map, Value};

use chatgate_core::{Error, Result, RouteId};

/// The arguments of one command, in their canonical form: what policy is asked about, what an approval
/// signs, what the audit record keeps and what the handler is given. The JSON of each kind of argument
/// is told at [`chatgate_core::ArgKind`].
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Args {
    /// The command that they belong to; for a subcommand, its own route.
    pub route: RouteId,
    /// The values by argument name; what was left out without a default is absent.
    pub values: Map<String, Value>,
}

impl Args {
    /// The arguments of a command.
    #[must_use]
    pub fn new(route: RouteId, values: Map<String, Value>) -> Self {
        Self { route, values }
    }

    /// One value; `None` when it was left out.
    #[must_use]
    pub fn value(&self, name: &str) -> Option<&Value> {
        self.values.get(name)
    }

    /// One value as a type of Rust.
    ///
    /// # Errors
    /// `malformed` when it is absent or of another kind, as after an upgrade that changed the command.
    pub fn take<T: FromArg>(&self, name: &str) -> Result<T> {
        T::from_arg(self.values.get(name))
            .map_err(|error| error.with_context(format!("argument {name}")))
    }
}

/// A type that an argument can become.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a command's argument",
    label = "use a number, bool, String, Duration, Timestamp, Url, UserId, ConversationId, serde_json::Value, a Vec or Option of one, or derive `Choice`"
)]
pub trait FromArg: Sized {
    /// The kind of argument that this type takes when nothing else is said.
    fn kind() -> chatgate_core::ArgKind;

    /// Whether it may be left out: true for `Option`, `Vec` and `bool`.
    fn is_optional() -> bool {
        false
    }

    /// Whether it may be given several times: true for `Vec`.
    fn is_many() -> bool {
        false
    }

    /// Reads the canonical value.
    ///
    /// # Errors
    /// `malformed` when it is absent, or of another kind.
    fn from_arg(value: Option<&Value>) -> Result<Self>;
}

/// A value that is not there although the spec says that it must be.
pub(crate) fn absent() -> Error {
    Error::malformed("is absent")
}
