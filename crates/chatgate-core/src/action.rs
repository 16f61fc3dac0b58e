//! What a button, menu or picker runs.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{Effect, Result, RouteId, Uses};

/// A typed action: what a button carries, and what its handler is given. Derived with
/// `#[derive(Action)]`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a chatgate action",
    label = "derive it: `#[derive(Action)]`"
)]
pub trait Action: Sized {
    /// What the action is.
    fn spec() -> &'static ActionSpec;

    /// The value that a button carries, sealed.
    fn to_value(&self) -> Value;

    /// Reads the value that a button carried.
    ///
    /// # Errors
    /// `malformed` when the value is not of this action, as after an upgrade that changed it.
    fn from_value(value: Value) -> Result<Self>;
}

/// One declared action.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ActionSpec {
    /// Its route: `action:acknowledge`.
    pub route: RouteId,
    /// What running it does to the world.
    pub effect: Effect,
    /// How often one button runs it.
    pub uses: Uses,
    /// The command whose permission it inherits: whoever may run that may click this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of: Option<RouteId>,
}

impl ActionSpec {
    /// An action with the route `action:NAME` that writes, once a button.
    #[must_use]
    pub fn new(name: &str) -> Self {
        Self {
            route: RouteId::from(format!("action:{name}")),
            effect: Effect::Write,
            uses: Uses::Once,
            of: None,
        }
    }

    /// Says what running it does to the world.
    #[must_use]
    pub fn effect(mut self, effect: Effect) -> Self {
        self.effect = effect;
        self
    }

    /// Says how often one button runs it.
    #[must_use]
    pub fn uses(mut self, uses: Uses) -> Self {
        self.uses = uses;
        self
    }

    /// Lets it inherit the permission of a command.
    #[must_use]
    pub fn of(mut self, command: impl Into<RouteId>) -> Self {
        self.of = Some(command.into());
        self
    }
}
