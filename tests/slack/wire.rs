//! Requests as bytes on a socket, so that they can be wrong in every way.

use std::net::SocketAddr;

use chatgate_core::{Clock, Timestamp};
use chatgate_gateway::SystemClock;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

pub(crate) const JSON: &str = "application/json";
pub(crate) const FORM: &str = "application/x-www-form-urlencoded";
pub(crate) const TIMESTAMP: &str = "X-Slack-Request-Timestamp";
pub(crate) const SIGNATURE: &str = "X-Slack-Signature";

/// A request as Slack makes it, to be spoiled.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Request {
    /// Signed now.
    pub(crate) fn signed(secret: &str, kind: &str, body: impl Into<Vec<u8>>) -> Self {
        Self::signed_at(SystemClock.now(), secret, kind, body)
    }

    /// Signed then.
    pub(crate) fn signed_at(
        when: Timestamp,
        secret: &str,
        kind: &str,
        body: impl Into<Vec<u8>>,
    ) -> Self {
        let (body, seconds) = (body.into(), (when.as_millis() / 1_000).to_string());
        let signature = signature(secret, &seconds, &body);
        let headers = vec![("Content-Type".to_owned(), kind.to_owned())];
        Self { headers, body }.with(TIMESTAMP, &seconds).with(SIGNATURE, &signature)
    }

    /// With another header, or another value of it.
    pub(crate) fn with(self, name: &str, value: &str) -> Self {
        let mut request = self.without(name);
        request.headers.push((name.to_owned(), value.to_owned()));
        request
    }

    /// Without a header.
    pub(crate) fn without(mut self, name: &str) -> Self {
        self.headers.retain(|(known, _)| known != name);
        self
    }

    /// With another body under the same signature.
    pub(crate) fn with_body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self
    }

    /// The head, with everything but how long the body is.
    pub(crate) fn head(&self) -> String {
        let mut head =
            "POST /slack/events HTTP/1.1\r\nHost: bot\r\nConnection: close\r\n".to_owned();
        for (name, value) in &self.headers {
            head += &format!("{name}: {value}\r\n");
        }
        head
    }

    /// Sends it whole.
    pub(crate) async fn send(&self, to: SocketAddr) -> Answer {
        let mut stream = TcpStream::connect(to).await.unwrap();
        let head = format!("{}Content-Length: {}\r\n\r\n", self.head(), self.body.len());
        stream.write_all(head.as_bytes()).await.unwrap();
        // Who is refused early may not be read to the end.
        let _ = stream.write_all(&self.body).await;
        answer(stream).await
    }

    /// Sends it without saying how long it is.
    pub(crate) async fn send_in_chunks(&self, to: SocketAddr) -> Answer {
        let mut stream = TcpStream::connect(to).await.unwrap();
        let head = format!("{}Transfer-Encoding: chunked\r\n\r\n", self.head());
        stream.write_all(head.as_bytes()).await.unwrap();
        for chunk in self.body.chunks(64 * 1024) {
            let size = format!("{:x}\r\n", chunk.len());
            let chunk = [size.as_bytes(), chunk, b"\r\n"].concat();
            if stream.write_all(&chunk).await.is_err() {
                break;
            }
        }
        let _ = stream.write_all(b"0\r\n\r\n").await;
        answer(stream).await
    }
}

/// Asks for a page.
pub(crate) async fn get(to: SocketAddr, path: &str) -> Answer {
    let mut stream = TcpStream::connect(to).await.unwrap();
    let head = format!("GET {path} HTTP/1.1\r\nHost: bot\r\nConnection: close\r\n\r\n");
    stream.write_all(head.as_bytes()).await.unwrap();
    answer(stream).await
}

/// Reads an answer to its end.
pub(crate) async fn answer(mut stream: TcpStream) -> Answer {
    let mut all = Vec::new();
    let _ = stream.read_to_end(&mut all).await;
    let text = String::from_utf8_lossy(&all).into_owned();
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
    Answer { status, head: head.to_lowercase(), body: body.to_owned() }
}

/// Slack's signature v0 (`v0:<timestamp>:<raw body>`), in a few lines of the tests' own.
fn signature(secret: &str, timestamp: &str, body: &[u8]) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(format!("v0:{timestamp}:").as_bytes());
    mac.update(body);
    let hex: String =
        mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    format!("v0={hex}")
}
