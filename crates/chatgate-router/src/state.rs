//! The program's own state, and its parts.

/// A part of the program's state: what a handler, or a function that lists choices, works with.
///
/// ```
/// use chatgate_router::{FromRef, State};
///
/// #[derive(Clone)]
/// struct Ci;
/// #[derive(Clone)]
/// struct App {
///     ci: Ci,
/// }
/// impl FromRef<App> for Ci {
///     fn from_ref(app: &App) -> Self {
///         app.ci.clone()
///     }
/// }
/// let State(_ci): State<Ci> = State(Ci::from_ref(&App { ci: Ci }));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[allow(clippy::exhaustive_structs, reason = "taken apart in a handler's arguments: State(ci)")]
pub struct State<T>(pub T);

/// A part of the state `S`. Every state that can be cloned is a part of itself.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a part of the state `{S}`",
    label = "write `impl FromRef<{S}> for {Self}`"
)]
pub trait FromRef<S> {
    /// Takes the part out of the state.
    fn from_ref(state: &S) -> Self;
}

impl<T: Clone> FromRef<T> for T {
    fn from_ref(state: &T) -> Self {
        state.clone()
    }
}
