//! WebSockets over the same connections as requests: one proxy, one resolver, one TLS.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use chatgate_core::{Clock, ClockExt as _, Error, ErrorKind, Result, Retry};
use futures_util::{SinkExt as _, StreamExt as _};
use http::header::{
    CONNECTION, HeaderValue, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_VERSION,
    UPGRADE,
};
use http::{Method, StatusCode};
use reqwest::Upgraded;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::error::{Error as WsError, ProtocolError};
use tokio_tungstenite::tungstenite::handshake::client::generate_key;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tokio_tungstenite::tungstenite::protocol::{Message, Role, WebSocketConfig};

use super::{Frame, HttpTransport, Request, Socket, failure};

const CLOSE: Duration = Duration::from_secs(1);

/// A WebSocket over a real connection.
pub(super) struct WebSocket {
    stream: WebSocketStream<Upgraded>,
    clock: Arc<dyn Clock>,
    send_timeout: Duration,
    is_closed: bool,
}

/// Opens one. The request's method, and the headers that the protocol owns, are the protocol's.
pub(super) async fn open(
    transport: &HttpTransport,
    clock: Arc<dyn Clock>,
    mut request: Request,
) -> Result<WebSocket> {
    let key = generate_key();
    let accept = derive_accept_key(key.as_bytes());
    let key = HeaderValue::from_str(&key).map_err(|_| Error::internal("a key of base64"))?;
    request.method = Method::GET;
    let scheme = match request.url.scheme() {
        "ws" => "http",
        "wss" => "https",
        _ => "",
    };
    if !scheme.is_empty() {
        let changed = request.url.set_scheme(scheme);
        changed.map_err(|()| Error::invalid_input("an address that no WebSocket has"))?;
    }
    for (name, value) in [
        (CONNECTION, HeaderValue::from_static("Upgrade")),
        (UPGRADE, HeaderValue::from_static("websocket")),
        (SEC_WEBSOCKET_VERSION, HeaderValue::from_static("13")),
        (SEC_WEBSOCKET_KEY, key),
    ] {
        request = request.header(name, value);
    }
    let (limit, send_timeout) = (request.max_body, request.timeout);
    let answer = transport.exchange(request).await?;
    check(answer.status(), answer.headers().get(SEC_WEBSOCKET_ACCEPT), &accept)?;
    let upgraded = answer.upgrade().await.map_err(|error| failure::of_sending(&error))?;
    let config =
        WebSocketConfig::default().max_message_size(Some(limit)).max_frame_size(Some(limit));
    let stream = WebSocketStream::from_raw_socket(upgraded, Role::Client, Some(config)).await;
    Ok(WebSocket { stream, clock, send_timeout, is_closed: false })
}

fn check(status: StatusCode, given: Option<&HeaderValue>, accept: &str) -> Result<()> {
    match status {
        StatusCode::SWITCHING_PROTOCOLS => {}
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => {
            return Err(Error::new(ErrorKind::Unauthenticated).with_code(status.as_str()));
        }
        other => return Err(Error::new(ErrorKind::Unavailable).with_code(other.as_str())),
    }
    if given.is_some_and(|given| given.as_bytes() == accept.as_bytes()) {
        return Ok(());
    }
    Err(Error::new(ErrorKind::Unavailable).with_context("the peer speaks no WebSocket"))
}

#[async_trait]
impl Socket for WebSocket {
    async fn send(&mut self, frame: Frame) -> Result<()> {
        let message = match frame {
            Frame::Text(text) => Message::text(text),
            Frame::Binary(bytes) => Message::Binary(bytes),
            Frame::Ping(bytes) => Message::Ping(bytes),
            Frame::Pong(bytes) => Message::Pong(bytes),
        };
        if self.is_closed {
            return Err(gone());
        }
        // A peer that reads nothing must not hold the sender for ever.
        let sent = tokio::select! {
            biased;
            sent = self.stream.send(message) => sent.map_err(broken),
            () = self.clock.sleep(self.send_timeout) => {
                // What was to be said still waits: nothing may be said after it.
                self.is_closed = true;
                Err(Error::new(ErrorKind::Timeout))
            }
        };
        sent.map_err(|error| error.with_operation("send").with_retry(Retry::Ambiguous))
    }

    async fn next(&mut self) -> Result<Option<Frame>> {
        while !self.is_closed {
            match self.stream.next().await {
                Some(Ok(Message::Text(text))) => {
                    return Ok(Some(Frame::Text(text.as_str().to_owned())));
                }
                Some(Ok(Message::Binary(bytes))) => return Ok(Some(Frame::Binary(bytes))),
                Some(Ok(Message::Ping(bytes))) => return Ok(Some(Frame::Ping(bytes))),
                Some(Ok(Message::Pong(bytes))) => return Ok(Some(Frame::Pong(bytes))),
                Some(Ok(Message::Frame(_))) => {}
                Some(Ok(Message::Close(_))) => {
                    // Marked first: whoever gives up on the farewell still finds it closed.
                    self.is_closed = true;
                    tokio::select! {
                        biased;
                        _ = self.stream.flush() => {}
                        () = self.clock.sleep(CLOSE) => {}
                    }
                }
                Some(Err(WsError::ConnectionClosed | WsError::AlreadyClosed)) | None => {
                    self.is_closed = true;
                }
                Some(Err(error)) => {
                    self.is_closed = true;
                    return Err(broken(error).with_operation("next"));
                }
            }
        }
        Ok(None)
    }

    async fn close(&mut self) {
        let stream = &mut self.stream;
        let farewell = async {
            if stream.close(None).await.is_ok() {
                // The peer says goodbye too; what it says before is nobody's any more.
                while let Some(Ok(_)) = stream.next().await {}
            }
        };
        tokio::select! {
            biased;
            () = farewell => {}
            () = self.clock.sleep(CLOSE) => {}
        }
        self.is_closed = true;
    }
}

fn gone() -> Error {
    Error::new(ErrorKind::Unavailable).with_context("the socket is closed")
}

/// The words of the library could hold what the peer sent, so they are not repeated.
fn broken(error: WsError) -> Error {
    match error {
        WsError::Io(error) => Error::from_source(ErrorKind::Unavailable, error),
        WsError::ConnectionClosed
        | WsError::AlreadyClosed
        | WsError::Protocol(ProtocolError::ResetWithoutClosingHandshake) => gone(),
        WsError::Capacity(_) => {
            Error::malformed("a message that is too large").with_code("message_too_large")
        }
        WsError::Utf8(_) => Error::malformed("a text that is not UTF-8"),
        WsError::WriteBufferFull(_) => Error::new(ErrorKind::Busy),
        _ => Error::malformed("the peer broke the protocol"),
    }
}

impl fmt::Debug for WebSocket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WebSocket").field("is_closed", &self.is_closed).finish_non_exhaustive()
    }
}
