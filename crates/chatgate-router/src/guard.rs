//! What must agree before a handler runs.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use chatgate_core::{Error, ErrorKind, Result};

use crate::{Context, ExtractAll, Handler};

/// A guard with its types erased, but for that of the program's state.
pub(crate) struct Guard<S>(Arc<dyn Ask<S>>);

struct Asked(Pin<Box<dyn Future<Output = Result<()>> + Send>>);

trait Ask<S>: Send + Sync {
    fn ask(&self, cx: &Context, state: &S) -> Result<Asked>;
}

impl<S, F> Ask<S> for F
where
    F: Fn(&Context, &S) -> Result<Asked> + Send + Sync,
{
    fn ask(&self, cx: &Context, state: &S) -> Result<Asked> {
        self(cx, state)
    }
}

impl<S: 'static> Guard<S> {
    pub(crate) fn new<H, Rest>(guard: H) -> Self
    where
        H: Handler<Context, Rest>,
        H::Future: Future<Output = Result<()>> + Send + 'static,
        Rest: ExtractAll<S> + 'static,
    {
        Self(Arc::new(move |cx: &Context, state: &S| {
            let future = guard.call(cx.clone(), Rest::extract_all(cx, state)?);
            Ok(Asked(Box::pin(future)))
        }))
    }

    /// Asks it; whatever it says but yes is a denial.
    pub(crate) async fn check(&self, cx: &Context, state: &S) -> Result<()> {
        let asked = self.0.ask(cx, state).map_err(denial)?;
        asked.0.await.map_err(denial)
    }
}

impl<S> Clone for Guard<S> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

/// A guard's error as a denial. The first line of its context is what the person reads, where the
/// guard found words for them.
fn denial(error: Error) -> Error {
    let words = error.for_person().map(str::to_owned);
    let denied = Error::from_source(ErrorKind::Denied, error).with_code("guard");
    match words {
        Some(words) => denied.with_context(words),
        None => denied,
    }
}
