//! A handler with everything it needs: what is around it, and the state.

use std::sync::Arc;

use async_trait::async_trait;
use chatgate_core::{Choice, CommandSpec, Error, Result, RouteId};

use crate::call::Call;
use crate::scope::Scope;
use crate::typed_form::Typed;
use crate::{Context, Hook, Prepared, Reply, RouteGate, Source, SourceKind};

/// One route with its handler, all types erased.
pub(crate) struct Entry {
    pub(crate) gate: RouteGate,
    /// For a command.
    pub(crate) command: Option<BoundCommand>,
    /// For a form that a type derives.
    pub(crate) form: Option<Typed>,
    pub(crate) runner: Arc<dyn Runner>,
}

/// What only a command has.
pub(crate) struct BoundCommand {
    /// Its spec, with the route that it has where it was nested.
    pub(crate) spec: Arc<CommandSpec>,
    /// The route that its own spec gives it: without the words it was nested below.
    pub(crate) own_route: RouteId,
}

/// What runs a route.
#[async_trait]
pub(crate) trait Runner: Send + Sync {
    /// A layer, the outermost first.
    fn hook(&self, index: usize) -> Option<&Arc<dyn Hook>>;

    /// Asks the guards and runs the handler.
    async fn run(&self, prepared: Prepared, cx: Context) -> Result<Reply>;

    fn on_error(&self, error: &Error, cx: &Context) -> Option<Reply>;

    /// What exists for an argument; `None` where nothing lists it.
    async fn choices(&self, arg: &str) -> Result<Option<Vec<Choice>>>;

    /// What a reference means; `None` where nothing resolves it.
    async fn resolve(&self, arg: &str, reference: &str) -> Result<Option<String>>;
}

/// A handler with everything it needs.
pub(crate) struct Bound<S> {
    pub(crate) call: Call<S>,
    pub(crate) scope: Scope<S>,
    pub(crate) sources: Vec<Source<S>>,
    pub(crate) state: Arc<S>,
}

#[async_trait]
impl<S: Send + Sync + 'static> Runner for Bound<S> {
    fn hook(&self, index: usize) -> Option<&Arc<dyn Hook>> {
        self.scope.hooks.get(index)
    }

    async fn run(&self, prepared: Prepared, cx: Context) -> Result<Reply> {
        for guard in &self.scope.guards {
            guard.check(&cx, &self.state).await?;
        }
        let started = self.call.start(&prepared, &cx, &self.state)?;
        started.0.await
    }

    fn on_error(&self, error: &Error, cx: &Context) -> Option<Reply> {
        Some(self.scope.on_error.as_ref()?.reply(error, cx))
    }

    async fn choices(&self, arg: &str) -> Result<Option<Vec<Choice>>> {
        for source in &self.sources {
            if let SourceKind::Choices(lister) = &source.kind
                && source.arg == arg
            {
                return lister.list(&self.state).await.map(Some);
            }
        }
        Ok(None)
    }

    async fn resolve(&self, arg: &str, reference: &str) -> Result<Option<String>> {
        for source in &self.sources {
            if let SourceKind::Resolve(resolver) = &source.kind
                && source.arg == arg
            {
                return resolver.resolve(reference.to_owned(), &self.state).await.map(Some);
            }
        }
        Ok(None)
    }
}
