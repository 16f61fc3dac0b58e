//! One connection to one platform.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use tokio::sync::watch;

use crate::{
    AdapterId, Capabilities, Dialect, Error, Inbox, Operation, PastMessage, Place,
    PlatformMessageId, Receipt, ReplyHandle, Result,
};

/// One connection to one platform; it may serve many workspaces.
///
/// Six required methods, for good. A new verb is a new [`Operation`], which an adapter that does not
/// know it answers with [`Error::unsupported`].
#[async_trait]
pub trait Adapter: Send + Sync + 'static {
    /// Its unique name in the gateway.
    fn id(&self) -> &AdapterId;

    /// What a place can show and do, also with a given reply handle. Answers from what it knows,
    /// without waiting.
    fn capabilities(&self, place: &Place, via: Option<&ReplyHandle>) -> Arc<Capabilities>;

    /// How its platform says things.
    fn dialect(&self) -> &dyn Dialect;

    /// The HTTP endpoints at which the platform reaches it.
    fn endpoints(&self, inbox: &Inbox) -> Vec<Endpoint>;

    /// Runs until shutdown is asked for: holds its sockets, delivers what arrives. One that only has
    /// endpoints just waits.
    ///
    /// # Errors
    /// When it can never work, such as with wrong credentials. What may pass is retried inside.
    async fn run(&self, inbox: Inbox, shutdown: Shutdown) -> Result<()>;

    /// Does one operation. Several calls to the platform only where each may be repeated.
    ///
    /// # Errors
    /// `unsupported` for an operation that it does not know; otherwise what the platform said, with
    /// the retry class that fits.
    async fn call(&self, operation: Operation) -> Result<Receipt>;
}

/// The verbs in words, over [`Adapter::call`].
#[async_trait]
pub trait AdapterExt: Adapter {
    /// Reads messages of a place, newest first.
    ///
    /// # Errors
    /// As [`Adapter::call`].
    async fn history(
        &self,
        place: Place,
        before: Option<PlatformMessageId>,
        limit: usize,
    ) -> Result<Vec<PastMessage>> {
        match self.call(Operation::History { place, before, limit }).await? {
            Receipt::History(messages) => Ok(messages),
            other => Err(unexpected("history", &other)),
        }
    }

    /// Calls a method of the platform's own.
    ///
    /// # Errors
    /// As [`Adapter::call`].
    async fn native(&self, method: &str, body: serde_json::Value) -> Result<serde_json::Value> {
        match self.call(Operation::Native { method: method.to_owned(), body }).await? {
            Receipt::Native(answer) => Ok(answer),
            other => Err(unexpected("native", &other)),
        }
    }
}

impl<A: Adapter + ?Sized> AdapterExt for A {}

fn unexpected(operation: &'static str, receipt: &Receipt) -> Error {
    Error::internal(format!("unexpected receipt {receipt:?}")).with_operation(operation)
}

/// Wraps an adapter into another one that does something besides: counts, logs, fails on purpose.
pub trait Layer: Send + Sync + 'static {
    /// Wraps it.
    fn layer(&self, inner: Arc<dyn Adapter>) -> Arc<dyn Adapter>;
}

impl<F> Layer for F
where
    F: Fn(Arc<dyn Adapter>) -> Arc<dyn Adapter> + Send + Sync + 'static,
{
    fn layer(&self, inner: Arc<dyn Adapter>) -> Arc<dyn Adapter> {
        self(inner)
    }
}

type EndpointFuture = Pin<Box<dyn Future<Output = http::Response<Bytes>> + Send>>;

/// One HTTP endpoint: where, for what, and what answers.
#[derive(Clone)]
#[non_exhaustive]
pub struct Endpoint {
    /// The path: `/slack/events`.
    pub path: String,
    /// The methods that it answers.
    pub methods: Vec<http::Method>,
    /// The content types of the bodies that it takes; none for methods without a body.
    pub content_types: Vec<String>,
    handler: Arc<dyn Fn(http::Request<Bytes>) -> EndpointFuture + Send + Sync>,
}

impl Endpoint {
    /// An endpoint that answers `method` at `path`.
    pub fn new<F, Fut>(method: http::Method, path: impl Into<String>, handler: F) -> Self
    where
        F: Fn(http::Request<Bytes>) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = http::Response<Bytes>> + Send + 'static,
    {
        Self {
            path: path.into(),
            methods: vec![method],
            content_types: Vec::new(),
            handler: Arc::new(move |request| Box::pin(handler(request))),
        }
    }

    /// Answers another method too.
    #[must_use]
    pub fn method(mut self, method: http::Method) -> Self {
        self.methods.push(method);
        self
    }

    /// Takes bodies of this type.
    #[must_use]
    pub fn content_type(mut self, content_type: impl Into<String>) -> Self {
        self.content_types.push(content_type.into());
        self
    }

    /// Answers a request.
    pub async fn call(&self, request: http::Request<Bytes>) -> http::Response<Bytes> {
        (self.handler)(request).await
    }
}

impl fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Endpoint")
            .field("path", &self.path)
            .field("methods", &self.methods)
            .field("content_types", &self.content_types)
            .finish_non_exhaustive()
    }
}

/// Tells when to stop. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Shutdown {
    asked: watch::Receiver<bool>,
}

/// Asks everyone who holds the [`Shutdown`] to stop.
#[derive(Debug)]
pub struct ShutdownTrigger {
    asked: watch::Sender<bool>,
}

impl ShutdownTrigger {
    /// A trigger and what it triggers.
    #[must_use]
    pub fn new() -> (Self, Shutdown) {
        let (sender, receiver) = watch::channel(false);
        (Self { asked: sender }, Shutdown { asked: receiver })
    }

    /// Asks to stop.
    pub fn ask(&self) {
        self.asked.send_replace(true);
    }
}

impl Shutdown {
    /// Waits until stopping is asked for; also when the trigger is gone.
    pub async fn asked(&self) {
        let mut asked = self.asked.clone();
        let _ = asked.wait_for(|asked| *asked).await;
    }

    /// True once stopping was asked for.
    #[must_use]
    pub fn is_asked(&self) -> bool {
        *self.asked.borrow() || self.asked.has_changed().is_err()
    }
}
