//! What wraps every run.

use std::fmt;
use std::future::Future;
use std::sync::Arc;

use async_trait::async_trait;
use chatgate_core::Result;

use crate::bound::Runner;
use crate::{Context, Prepared, Reply};

/// Wraps every run of a router: measures it, logs it, changes its context or its reply, or answers in
/// its place. An async function of the same shape is one, too.
///
/// ```
/// use chatgate_core::Result;
/// use chatgate_router::{Context, Next, Reply, Router};
///
/// async fn time(cx: Context, next: Next) -> Result<Reply> {
///     let before = cx.clock().now();
///     let reply = next.run(cx.clone()).await;
///     println!("{} took {:?}", cx.route(), cx.clock().now().since(before));
///     reply
/// }
///
/// let router: Router<()> = Router::new().layer(time);
/// ```
#[async_trait]
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a layer",
    label = "a layer implements `Hook`, or is an async function of a Context and a Next that returns a Result<Reply>"
)]
pub trait Hook: Send + Sync + 'static {
    /// Runs, and lets `next` run or not.
    ///
    /// # Errors
    /// Those of `next`, and its own.
    async fn run(&self, cx: Context, next: Next) -> Result<Reply>;
}

#[async_trait]
impl<F, Fut> Hook for F
where
    F: Fn(Context, Next) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<Reply>> + Send,
{
    async fn run(&self, cx: Context, next: Next) -> Result<Reply> {
        self(cx, next).await
    }
}

/// The rest of a run: further layers, guards, the handler.
pub struct Next {
    runner: Arc<dyn Runner>,
    prepared: Prepared,
    index: usize,
}

impl Next {
    pub(crate) fn new(runner: Arc<dyn Runner>, prepared: Prepared) -> Self {
        Self { runner, prepared, index: 0 }
    }

    /// What the run is given.
    #[must_use]
    pub fn prepared(&self) -> &Prepared {
        &self.prepared
    }

    /// Runs it.
    ///
    /// # Errors
    /// Those of the handler and of what stands before it; a guard's is a denial.
    pub async fn run(mut self, cx: Context) -> Result<Reply> {
        let hook = self.runner.hook(self.index).cloned();
        match hook {
            Some(hook) => {
                self.index += 1;
                hook.run(cx, self).await
            }
            None => self.runner.run(self.prepared, cx).await,
        }
    }
}

impl fmt::Debug for Next {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Next").field("prepared", &self.prepared).finish_non_exhaustive()
    }
}
