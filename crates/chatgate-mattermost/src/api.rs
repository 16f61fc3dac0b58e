//! Mattermost's REST API, version 4: one call (mattermost.md §3.1).

use std::fmt;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use bytes::Bytes;
use chatgate_core::{Clock, Error, ErrorKind, Result, Retry, WorkspaceId};
use chatgate_http::{BaseUrl, HttpTransport, Request, Response, Roots, Secret, Socket, Transport};
use http::header::CONTENT_TYPE;
use http::{HeaderValue, Method};
use serde::de::DeserializeOwned;
use url::Url;

use crate::error;

/// The most bytes of an answer: a page has 200 posts of 16,383 characters (mattermost.md §3.1, §8).
const MAX_BODY: usize = 32 * 1024 * 1024;

/// A gigabyte at ten megabytes a second, and some.
const FILE_TIMEOUT: Duration = Duration::from_secs(120);

/// A refusal is read whole, however small the file may be.
const LEAST_BODY: usize = 64 * 1024;

/// Calls the REST API, and opens the WebSocket.
pub(crate) struct Api {
    /// The server, with its sub-path.
    pub(crate) base: BaseUrl,
    token: Secret,
    carrier: Carrier,
}

/// What carries requests: what was given, or the usual transport once there is a clock for it.
#[derive(Clone, Default)]
pub(crate) struct Carrier {
    transport: OnceLock<Arc<dyn Transport>>,
    roots: Roots,
}

impl Carrier {
    pub(crate) fn new(given: Option<Arc<dyn Transport>>, roots: Roots) -> Self {
        let transport = given.map_or_else(OnceLock::new, OnceLock::from);
        Self { transport, roots }
    }

    /// Makes the usual transport, where none was given.
    pub(crate) fn begin(&self, clock: &Arc<dyn Clock>) -> Result<()> {
        if self.transport.get().is_none() {
            let usual = HttpTransport::builder(clock.clone()).roots(self.roots.clone()).build()?;
            let _ = self.transport.set(Arc::new(usual));
        }
        Ok(())
    }

    pub(crate) fn get(&self) -> Result<&Arc<dyn Transport>> {
        self.transport.get().ok_or_else(|| {
            Error::new(ErrorKind::Unavailable).with_context("the adapter does not run yet")
        })
    }
}

impl Api {
    pub(crate) fn new(base: BaseUrl, token: Secret, carrier: Carrier) -> Self {
        Self { base, token, carrier }
    }

    /// The same server by somebody else's token.
    pub(crate) fn by(&self, token: Secret) -> Self {
        Self { base: self.base.clone(), token, carrier: self.carrier.clone() }
    }

    /// Makes the usual transport, where none was given.
    pub(crate) fn begin(&self, clock: &Arc<dyn Clock>) -> Result<()> {
        self.carrier.begin(clock)
    }

    /// The server as a workspace: its host, with port and sub-path where it has such.
    pub(crate) fn workspace(&self) -> WorkspaceId {
        workspace_of(&self.base)
    }

    /// Calls a route below `api/v4/` and reads its answer.
    pub(crate) async fn call<T: DeserializeOwned>(
        &self,
        method: Method,
        route: &str,
        body: Option<Bytes>,
    ) -> Result<T> {
        let answer = self.answer(method, route, body).await?;
        serde_json::from_slice(&answer.body).map_err(|_| {
            Error::malformed("Mattermost's answer makes no sense").with_retry(Retry::Ambiguous)
        })
    }

    /// Calls a route; the answer is a success.
    pub(crate) async fn answer(
        &self,
        method: Method,
        route: &str,
        body: Option<Bytes>,
    ) -> Result<Response> {
        let url = self.base.join(&format!("api/v4/{route}"))?;
        let mut request = Request::new(method, url).bearer(&self.token)?.max_body(MAX_BODY);
        if let Some(body) = body {
            request = request.json(body);
        }
        let response = self.transport()?.send(request).await?;
        if response.status.is_success() {
            return Ok(response);
        }
        Err(error::of(&response))
    }

    /// Sends a file's bytes.
    pub(crate) async fn send_file<T: DeserializeOwned>(
        &self,
        channel: &str,
        name: &str,
        bytes: Bytes,
    ) -> Result<T> {
        let mut url = self.base.join("api/v4/files")?;
        url.query_pairs_mut().append_pair("channel_id", channel).append_pair("filename", name);
        let request = Request::new(Method::POST, url).bearer(&self.token)?.body(bytes);
        let kind = HeaderValue::from_static("application/octet-stream");
        let request = request.header(CONTENT_TYPE, kind).timeout(FILE_TIMEOUT);
        let response = self.transport()?.send(request).await?;
        if !response.status.is_success() {
            // Nobody sees a file before the post that it goes with, so a second try is safe.
            let error = error::of(&response);
            return Err(if error.is_ambiguous() { error.with_retry(Retry::Safe) } else { error });
        }
        serde_json::from_slice(&response.body)
            .map_err(|_| Error::malformed("Mattermost's answer makes no sense"))
    }

    /// Fetches a file's bytes.
    pub(crate) async fn fetch_file(&self, route: &str, max_bytes: usize) -> Result<Bytes> {
        let url = self.base.join(&format!("api/v4/{route}"))?;
        let request = Request::new(Method::GET, url).bearer(&self.token)?;
        let request = request.max_body(max_bytes.max(LEAST_BODY)).timeout(FILE_TIMEOUT);
        let response = self.transport()?.send(request).await?;
        match response.status.is_success() {
            true if response.body.len() > max_bytes => {
                Err(Error::invalid_input(format!("the file has more than {max_bytes} bytes")))
            }
            true => Ok(response.body),
            false => Err(error::of(&response)),
        }
    }

    /// Posts JSON to an address that is a credential itself: a `response_url`.
    pub(crate) async fn post_back(&self, url: &str, body: Bytes) -> Result<()> {
        let url = self.base.admit(url, &[])?;
        let request = Request::new(Method::POST, url).json(body).secret_url();
        let response = self.transport()?.send(request.public_only_beside(&self.base)).await?;
        if response.status.is_success() { Ok(()) } else { Err(error::of(&response)) }
    }

    /// Opens the WebSocket, with these query parameters. The token goes with the upgrade: only then
    /// does the server go on with an earlier connection (mattermost.md §2.1).
    pub(crate) async fn socket(&self, query: &[(&str, &str)]) -> Result<Box<dyn Socket>> {
        let mut url: Url = self.base.join("api/v4/websocket")?;
        let scheme = if self.base.is_plain() { "ws" } else { "wss" };
        url.set_scheme(scheme).map_err(|()| Error::internal("no WebSocket address"))?;
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        let request = Request::new(Method::GET, url).bearer(&self.token)?;
        self.transport()?.connect(request).await
    }

    pub(crate) fn transport(&self) -> Result<&Arc<dyn Transport>> {
        self.carrier.get()
    }
}

/// A server as a workspace: its host, with port and sub-path where it has such.
pub(crate) fn workspace_of(base: &BaseUrl) -> WorkspaceId {
    let url = base.url();
    let host = url.host_str().unwrap_or_default();
    let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
    let path = url.path().trim_end_matches('/');
    format!("{host}{port}{path}").into()
}

/// An id or name, as it may stand in a route.
///
/// # Errors
/// `invalid_input` for what is none: it could lead to another route.
pub(crate) fn id(text: &str) -> Result<&str> {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
    let is_id = !text.is_empty() && text.len() <= 128 && text.bytes().all(is_plain);
    let goes_up = text.bytes().all(|byte| byte == b'.');
    match is_id && !goes_up {
        true => Ok(text),
        false => Err(Error::invalid_input("an id that Mattermost does not have")),
    }
}

impl fmt::Debug for Api {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Api").field("base", &self.base).finish_non_exhaustive()
    }
}
