//! What carries requests: real, or in memory.

use async_trait::async_trait;
use bytes::Bytes;
use chatgate_core::Result;

use super::{Request, Response};

/// Carries one HTTP exchange, and opens WebSockets. Every adapter speaks through one.
#[async_trait]
pub trait Transport: Send + Sync + 'static {
    /// Sends a request and reads its whole answer, whatever its status. Follows no redirect.
    ///
    /// # Errors
    /// `unavailable` with [`chatgate_core::Retry::Safe`] when nothing has left; with
    /// [`chatgate_core::Retry::Ambiguous`], or `timeout`, when the request may have arrived;
    /// `malformed` (ambiguous) when the answer is larger than the request allows.
    async fn send(&self, request: Request) -> Result<Response>;

    /// Opens a WebSocket.
    ///
    /// # Errors
    /// `unavailable` when it cannot be opened; `unauthenticated` on a 401 or 403.
    async fn connect(&self, request: Request) -> Result<Box<dyn Socket>>;
}

/// An open WebSocket.
#[async_trait]
pub trait Socket: Send {
    /// Sends a frame.
    ///
    /// # Errors
    /// `unavailable` when the socket is gone.
    async fn send(&mut self, frame: Frame) -> Result<()>;

    /// The next frame; `None` once the peer has closed. Safe to drop while it waits.
    ///
    /// # Errors
    /// `unavailable` when the socket broke, `malformed` when the peer broke the protocol.
    async fn next(&mut self) -> Result<Option<Frame>>;

    /// Closes it, without waiting for the peer longer than a second.
    async fn close(&mut self);
}

/// One frame of a WebSocket.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Frame {
    /// Text.
    Text(String),
    /// Bytes.
    Binary(Bytes),
    /// Is anybody there?
    Ping(Bytes),
    /// Yes.
    Pong(Bytes),
}
