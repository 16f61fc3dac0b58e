//! What an argument may be, asked of the program while it runs.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use chatgate_core::{Choice, Error, Result, RouteId};

use crate::{FromRef, State};

/// A function of the program that stands behind one argument of one command.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Source<S> {
    /// The route of the command that runs: of the subcommand, where there is one.
    pub route: RouteId,
    /// The argument's name.
    pub arg: String,
    /// What the function tells.
    pub kind: SourceKind<S>,
}

/// What a function behind an argument tells.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum SourceKind<S> {
    /// What exists: `async fn services(State(ci): State<Ci>) -> Vec<Choice>`, or a `Result` of it.
    Choices(Lister<S>),
    /// What a reference stands for now: `async fn commit(branch: String, State(git): State<Git>) ->
    /// Result<String>`.
    Resolve(Resolver<S>),
}

type Pending<T> = Pin<Box<dyn Future<Output = Result<T>> + Send>>;
type List<S> = dyn Fn(&S) -> Pending<Vec<Choice>> + Send + Sync;
type Resolve<S> = dyn Fn(String, &S) -> Pending<String> + Send + Sync;

/// Lists what exists.
pub struct Lister<S>(Arc<List<S>>);

/// Turns a reference into an immutable id.
pub struct Resolver<S>(Arc<Resolve<S>>);

impl<S> Source<S> {
    /// A function behind an argument.
    pub fn new(route: impl Into<RouteId>, arg: impl Into<String>, kind: SourceKind<S>) -> Self {
        Self { route: route.into(), arg: arg.into(), kind }
    }

    /// The same for a command that has been put elsewhere: what stood at or below the route `from`
    /// stands at or below `to`.
    #[must_use]
    pub fn moved(mut self, from: &RouteId, to: &str) -> Self {
        if let Some(tail) = self.route.as_str().strip_prefix(from.as_str()) {
            self.route = RouteId::from(format!("{to}{tail}"));
        }
        self
    }
}

impl<S> SourceKind<S> {
    /// A function that lists what exists.
    pub fn choices<T, F, R>(list: F) -> Self
    where
        T: FromRef<S>,
        F: Fn(State<T>) -> R + Send + Sync + 'static,
        R: Future<Output: IntoChoices> + Send + 'static,
    {
        Self::Choices(Lister(Arc::new(move |state| {
            let listed = list(State(T::from_ref(state)));
            Box::pin(async move { listed.await.into_choices() })
        })))
    }

    /// A function that turns a reference into an immutable id.
    pub fn resolve<T, F, R, E>(resolve: F) -> Self
    where
        T: FromRef<S>,
        F: Fn(String, State<T>) -> R + Send + Sync + 'static,
        R: Future<Output = Result<String, E>> + Send + 'static,
        E: Into<Error>,
    {
        Self::Resolve(Resolver(Arc::new(move |reference, state| {
            let resolved = resolve(reference, State(T::from_ref(state)));
            Box::pin(async move { resolved.await.map_err(Into::into) })
        })))
    }
}

impl<S> Lister<S> {
    /// Lists what exists.
    pub fn list(
        &self,
        state: &S,
    ) -> impl Future<Output = Result<Vec<Choice>>> + Send + 'static + use<S> {
        (self.0)(state)
    }
}

impl<S> Resolver<S> {
    /// Turns a reference into an immutable id.
    pub fn resolve(
        &self,
        reference: String,
        state: &S,
    ) -> impl Future<Output = Result<String>> + Send + 'static + use<S> {
        (self.0)(reference, state)
    }
}

impl<S> Clone for Lister<S> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<S> Clone for Resolver<S> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<S> fmt::Debug for Lister<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Lister")
    }
}

impl<S> fmt::Debug for Resolver<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Resolver")
    }
}

/// What a function that lists choices may return.
#[diagnostic::on_unimplemented(
    message = "a function that lists choices cannot return `{Self}`",
    label = "return `Vec<Choice>`, or a `Result` of it"
)]
pub trait IntoChoices {
    /// Makes it a list of choices.
    ///
    /// # Errors
    /// The function's own.
    fn into_choices(self) -> Result<Vec<Choice>>;
}

impl IntoChoices for Vec<Choice> {
    fn into_choices(self) -> Result<Vec<Choice>> {
        Ok(self)
    }
}

impl<E: Into<Error>> IntoChoices for Result<Vec<Choice>, E> {
    fn into_choices(self) -> Result<Vec<Choice>> {
        self.map_err(Into::into)
    }
}
