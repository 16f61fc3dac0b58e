//! Calling an adapter: its panic and its silence are outcomes, not the end of whoever calls.

use std::any::Any;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::{Context, Poll};

use chatgate_core::{
    Adapter, Clock, Error, ErrorKind, Operation, Receipt, Result, Retry, Timestamp,
};

/// Calls an adapter, until a deadline. When it panics or is silent, nobody knows whether it was done.
pub(crate) async fn call(
    adapter: &dyn Adapter,
    operation: Operation,
    clock: &dyn Clock,
    deadline: Timestamp,
) -> Result<Receipt> {
    let name = operation.name();
    let called = Caught::new(adapter.call(operation));
    let outcome = tokio::select! {
        biased;
        outcome = called => outcome,
        () = clock.sleep_until(deadline) => return Err(unknown(name, "the adapter does not answer")),
    };
    outcome.unwrap_or_else(|_| {
        tracing::error!(adapter = %adapter.id(), operation = name, "an adapter panicked");
        Err(unknown(name, "the adapter panicked"))
    })
}

fn unknown(operation: &'static str, why: &str) -> Error {
    Error::new(ErrorKind::Timeout)
        .with_retry(Retry::Ambiguous)
        .with_operation(operation)
        .with_context(why)
}

/// A future whose panic is its outcome: what it panicked with. It is not polled again after one.
pub(crate) struct Caught<'a, T>(Pin<Box<dyn Future<Output = T> + Send + 'a>>);

impl<'a, T> Caught<'a, T> {
    pub(crate) fn new(future: Pin<Box<dyn Future<Output = T> + Send + 'a>>) -> Self {
        Self(future)
    }
}

impl<T> Future for Caught<'_, T> {
    type Output = std::result::Result<T, Box<dyn Any + Send>>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let future = self.0.as_mut();
        match catch_unwind(AssertUnwindSafe(|| future.poll(context))) {
            Ok(Poll::Ready(output)) => Poll::Ready(Ok(output)),
            Ok(Poll::Pending) => Poll::Pending,
            Err(panic) => Poll::Ready(Err(panic)),
        }
    }
}
