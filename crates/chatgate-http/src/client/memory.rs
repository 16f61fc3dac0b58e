//! A transport without a network, for tests.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use async_trait::async_trait;
use chatgate_core::{Error, Result};

use super::{Request, Response, Socket, Transport};

type Answering = Pin<Box<dyn Future<Output = Result<Response>> + Send>>;

/// Answers every request by a function.
///
/// ```
/// use chatgate_http::{MemoryTransport, Response};
/// use http::{HeaderMap, StatusCode};
/// let transport = MemoryTransport::new(|request| async move {
///     assert_eq!(request.url.path(), "/api/auth.test");
///     Ok(Response::new(StatusCode::OK, HeaderMap::new(), r#"{"ok":true}"#))
/// });
/// ```
#[derive(Clone)]
pub struct MemoryTransport {
    answer: Arc<dyn Fn(Request) -> Answering + Send + Sync>,
}

impl MemoryTransport {
    /// Answers every request by this function.
    pub fn new<F, Fut>(answer: F) -> Self
    where
        F: Fn(Request) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<Response>> + Send + 'static,
    {
        Self { answer: Arc::new(move |request| Box::pin(answer(request))) }
    }
}

#[async_trait]
impl Transport for MemoryTransport {
    async fn send(&self, request: Request) -> Result<Response> {
        (self.answer)(request).await
    }

    /// There are no sockets in memory yet.
    async fn connect(&self, _: Request) -> Result<Box<dyn Socket>> {
        Err(Error::unsupported("connect"))
    }
}

impl fmt::Debug for MemoryTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryTransport").finish_non_exhaustive()
    }
}
