//! A handler with its types erased.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use chatgate_core::Result;

use crate::{Context, ExtractAll, Handler, IntoReply, Prepared, Reply};

/// A handler with its types erased, but for that of the program's state.
pub(crate) struct Call<S>(Arc<dyn Start<S>>);

/// A handler that has been called and not yet been waited for.
pub(crate) struct Started(pub(crate) Pin<Box<dyn Future<Output = Result<Reply>> + Send>>);

trait Start<S>: Send + Sync {
    fn start(&self, prepared: &Prepared, cx: &Context, state: &S) -> Result<Started>;
}

impl<S, F> Start<S> for F
where
    F: Fn(&Prepared, &Context, &S) -> Result<Started> + Send + Sync,
{
    fn start(&self, prepared: &Prepared, cx: &Context, state: &S) -> Result<Started> {
        self(prepared, cx, state)
    }
}

impl<S: 'static> Call<S> {
    /// Erases a handler, given how its first argument is made.
    pub(crate) fn new<H, First, Rest>(
        handler: H,
        first: impl Fn(&Prepared, &Context) -> Result<First> + Send + Sync + 'static,
    ) -> Self
    where
        H: Handler<First, Rest>,
        H::Future: Future + Send + 'static,
        <H::Future as Future>::Output: IntoReply,
        First: 'static,
        Rest: ExtractAll<S> + 'static,
    {
        let start = move |prepared: &Prepared, cx: &Context, state: &S| {
            let future = handler.call(first(prepared, cx)?, Rest::extract_all(cx, state)?);
            Ok(Started(Box::pin(async move { future.await.into_reply() })))
        };
        Self(Arc::new(start))
    }

    /// Makes the arguments and calls the handler.
    pub(crate) fn start(&self, prepared: &Prepared, cx: &Context, state: &S) -> Result<Started> {
        self.0.start(prepared, cx, state)
    }
}

impl<S> Clone for Call<S> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}
