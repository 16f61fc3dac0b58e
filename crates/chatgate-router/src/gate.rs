//! What policy is asked about before a route runs.

use chatgate_core::{Effect, RouteId};

/// One route as policy sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RouteGate {
    /// The route: `deploy`, `action:acknowledge`, `form:feedback`, `on:mention`.
    pub route: RouteId,
    /// What running it does to the world.
    pub effect: Effect,
    /// The command whose permission it inherits: whoever may run that may run this.
    pub of: Option<RouteId>,
    /// What it is.
    pub kind: RouteKind,
}

/// What a route is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RouteKind {
    /// A command.
    Command,
    /// What a button, menu or picker runs.
    Action,
    /// What the submission of a form runs.
    Form,
    /// What an event runs.
    Listener,
}
