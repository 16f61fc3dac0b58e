//! A transport without a network, for tests.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use async_trait::async_trait;
use chatgate_core::{Error, ErrorKind, Result};
use tokio::sync::mpsc;

use super::{Frame, Request, Response, Socket, Transport};

type Answering = Pin<Box<dyn Future<Output = Result<Response>> + Send>>;
type Opening = Pin<Box<dyn Future<Output = Result<Box<dyn Socket>>> + Send>>;

// Enough that a test need not read while it writes.
const FRAMES: usize = 256;

/// Answers every request by a function, and opens sockets by another one.
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
    open: Option<Arc<dyn Fn(Request) -> Opening + Send + Sync>>,
}

impl MemoryTransport {
    /// Answers every request by this function.
    pub fn new<F, Fut>(answer: F) -> Self
    where
        F: Fn(Request) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<Response>> + Send + 'static,
    {
        Self { answer: Arc::new(move |request| Box::pin(answer(request))), open: None }
    }

    /// Opens every socket by this function, such as with one end of [`MemorySocket::pair`].
    #[must_use]
    pub fn sockets<F, Fut>(mut self, open: F) -> Self
    where
        F: Fn(Request) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<Box<dyn Socket>>> + Send + 'static,
    {
        self.open = Some(Arc::new(move |request| Box::pin(open(request))));
        self
    }
}

#[async_trait]
impl Transport for MemoryTransport {
    async fn send(&self, request: Request) -> Result<Response> {
        (self.answer)(request).await
    }

    /// `unsupported` unless [`MemoryTransport::sockets`] says how.
    async fn connect(&self, request: Request) -> Result<Box<dyn Socket>> {
        match &self.open {
            Some(open) => open(request).await,
            None => Err(Error::unsupported("connect")),
        }
    }
}

impl fmt::Debug for MemoryTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryTransport").finish_non_exhaustive()
    }
}

/// One end of a socket without a network.
///
/// ```
/// use chatgate_http::{Frame, MemorySocket, Socket};
/// # async fn both() -> chatgate_core::Result<()> {
/// let (mut ours, mut theirs) = MemorySocket::pair();
/// ours.send(Frame::Text("hello".to_owned())).await?;
/// assert_eq!(theirs.next().await?, Some(Frame::Text("hello".to_owned())));
/// ours.close().await;
/// assert_eq!(theirs.next().await?, None);
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct MemorySocket {
    out: Option<mpsc::Sender<Frame>>,
    coming: mpsc::Receiver<Frame>,
}

impl MemorySocket {
    /// Both ends of a socket. Dropping one closes it for the other.
    #[must_use]
    pub fn pair() -> (Self, Self) {
        let (left_out, right_coming) = mpsc::channel(FRAMES);
        let (right_out, left_coming) = mpsc::channel(FRAMES);
        let left = Self { out: Some(left_out), coming: left_coming };
        (left, Self { out: Some(right_out), coming: right_coming })
    }
}

#[async_trait]
impl Socket for MemorySocket {
    async fn send(&mut self, frame: Frame) -> Result<()> {
        let gone = || Error::new(ErrorKind::Unavailable).with_context("the socket is closed");
        let out = self.out.as_ref().ok_or_else(gone)?;
        out.send(frame).await.map_err(|_| gone())
    }

    async fn next(&mut self) -> Result<Option<Frame>> {
        Ok(self.coming.recv().await)
    }

    async fn close(&mut self) {
        self.out = None;
        self.coming.close();
    }
}

#[cfg(test)]
mod tests {
    use http::Method;
    use url::Url;

    use super::*;

    #[tokio::test]
    async fn a_socket_in_memory_ends_on_both_sides() {
        let (mut ours, mut theirs) = MemorySocket::pair();
        theirs.send(Frame::Binary("1".into())).await.unwrap();
        ours.send(Frame::Text("2".to_owned())).await.unwrap();
        assert_eq!(theirs.next().await.unwrap(), Some(Frame::Text("2".to_owned())));
        drop(theirs);
        assert_eq!(ours.next().await.unwrap(), Some(Frame::Binary("1".into())));
        assert_eq!(ours.next().await.unwrap(), None);
        assert!(ours.send(Frame::Text("3".to_owned())).await.unwrap_err().is_unavailable());
    }

    #[tokio::test]
    async fn a_transport_in_memory_opens_sockets_when_told_how() {
        let deaf = MemoryTransport::new(|_| async { Err(Error::unsupported("send")) });
        let request = Request::new(Method::GET, Url::parse("wss://chat.test/").unwrap());
        let Err(error) = deaf.connect(request.clone()).await else { panic!("nobody opens") };
        assert!(error.is_unsupported());
        let open = deaf.sockets(|_| async {
            let (ours, mut theirs) = MemorySocket::pair();
            theirs.send(Frame::Text("hello".to_owned())).await?;
            Ok(Box::new(ours) as Box<dyn Socket>)
        });
        let mut socket = open.connect(request).await.unwrap();
        assert_eq!(socket.next().await.unwrap(), Some(Frame::Text("hello".to_owned())));
    }
}
