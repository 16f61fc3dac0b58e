//! The transport over real sockets.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use bytes::{Bytes, BytesMut};
use chatgate_core::{Clock, ClockExt as _, Error, ErrorKind, Result, Retry, Timestamp};
use http::StatusCode;
use rustls::pki_types::CertificateDer;
use rustls::{ClientConfig, RootCertStore};
use rustls_platform_verifier::Verifier;

use super::public::{self, PublicOnly};
use super::{Request, Response, Roots, Socket, Transport, failure, websocket};

// Platforms close idle connections after a minute or more. Giving them up well before that keeps a
// request from running into a connection that the peer is just closing, which would be ambiguous.
const IDLE: Duration = Duration::from_secs(20);
const CONNECT: Duration = Duration::from_secs(5);
// As many as a gateway sends at once: with fewer, a busy one opens a connection for every few messages.
const IDLE_PER_HOST: usize = 64;

/// Carries requests over real sockets: HTTP/1.1 with connections kept alive, TLS by rustls with the
/// roots that the machine trusts, WebSockets over the same.
///
/// It follows no redirect, keeps no cookie, unpacks no body, takes no proxy from the environment
/// unless asked to, and never sends a request twice by itself once a byte of it may have left. The
/// time a whole exchange may take runs on the clock that it is given; besides, a connection must be
/// there within 5 s of the system's own time.
///
/// Cheap to clone; clones share their connections.
///
/// ```
/// use std::sync::Arc;
/// use chatgate_core::{Clock, Result};
/// use chatgate_http::{HttpTransport, Transport};
///
/// fn transport(clock: Arc<dyn Clock>) -> Result<Arc<dyn Transport>> {
///     Ok(Arc::new(HttpTransport::new(clock)?))
/// }
/// ```
#[derive(Clone)]
pub struct HttpTransport {
    clock: Arc<dyn Clock>,
    anywhere: reqwest::Client,
    public_only: reqwest::Client,
}

/// Builds a [`HttpTransport`].
pub struct HttpTransportBuilder {
    clock: Arc<dyn Clock>,
    proxies: bool,
    connect_timeout: Duration,
    roots: Vec<CertificateDer<'static>>,
}

impl HttpTransport {
    /// A transport with the usual settings.
    ///
    /// # Errors
    /// As [`HttpTransportBuilder::build`].
    pub fn new(clock: Arc<dyn Clock>) -> Result<Self> {
        Self::builder(clock).build()
    }

    /// A transport with settings of one's own.
    #[must_use]
    pub fn builder(clock: Arc<dyn Clock>) -> HttpTransportBuilder {
        HttpTransportBuilder { clock, proxies: false, connect_timeout: CONNECT, roots: Vec::new() }
    }
}

impl HttpTransportBuilder {
    /// Takes the proxies that the environment names (`HTTPS_PROXY`, `HTTP_PROXY`, `NO_PROXY`). It is
    /// the proxy then that resolves names, and has to refuse what payloads must not reach: only
    /// private addresses that are written as such are still refused here.
    #[must_use]
    pub fn proxies_from_environment(mut self) -> Self {
        self.proxies = true;
        self
    }

    /// Sets how long a connection may take to come about, encryption included.
    #[must_use]
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// Trusts this root certificate (DER) too, besides those of the machine.
    #[must_use]
    pub fn root_certificate(mut self, der: impl Into<Vec<u8>>) -> Self {
        self.roots.push(CertificateDer::from(der.into()));
        self
    }

    /// Trusts these root certificates too, besides those of the machine.
    #[must_use]
    pub fn roots(mut self, roots: Roots) -> Self {
        self.roots.extend(roots.0);
        self
    }

    /// Builds it.
    ///
    /// # Errors
    /// `configuration` when a root certificate makes no sense.
    pub fn build(self) -> Result<HttpTransport> {
        let tls = tls(self.roots)?;
        let client = || {
            let builder = reqwest::Client::builder()
                .tls_backend_preconfigured(tls.clone())
                .redirect(reqwest::redirect::Policy::none())
                .retry(reqwest::retry::never())
                .referer(false)
                .user_agent(concat!("chatgate/", env!("CARGO_PKG_VERSION")))
                .connect_timeout(self.connect_timeout)
                .pool_idle_timeout(IDLE)
                .pool_max_idle_per_host(IDLE_PER_HOST)
                .tcp_nodelay(true);
            if self.proxies { builder } else { builder.no_proxy() }
        };
        let guarded = if self.proxies { client() } else { client().dns_resolver(PublicOnly) };
        let built = |client: reqwest::ClientBuilder| {
            client.build().map_err(|_| Error::configuration("the HTTP client cannot be built"))
        };
        Ok(HttpTransport {
            clock: self.clock,
            anywhere: built(client())?,
            public_only: built(guarded)?,
        })
    }
}

/// One configuration for requests and WebSockets. The provider is named, so that none has to be
/// installed for the whole process.
fn tls(roots: Vec<CertificateDer<'static>>) -> Result<ClientConfig> {
    let wrong = |error: rustls::Error| Error::configuration(format!("TLS: {error}"));
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider.clone())
        .with_safe_default_protocol_versions()
        .map_err(wrong)?;
    let own_roots = !roots.is_empty();
    match Verifier::new_with_extra_roots(roots, provider) {
        Ok(verifier) => Ok(builder
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(verifier))
            .with_no_client_auth()),
        Err(error) if own_roots => Err(wrong(error)),
        Err(error) => {
            // Plain requests to loopback still work; every encrypted one fails.
            tracing::warn!(%error, "the machine has no root certificates: no https");
            let none = RootCertStore::empty();
            Ok(builder.with_root_certificates(none).with_no_client_auth())
        }
    }
}

impl HttpTransport {
    /// Sends a request and waits for the head of the answer.
    pub(super) async fn exchange(&self, request: Request) -> Result<reqwest::Response> {
        let client = if request.must_be_public() {
            if !public::may_be_public(&request.url) {
                return Err(failure::not_public());
            }
            &self.public_only
        } else {
            &self.anywhere
        };
        let sent = client
            .request(request.method, request.url)
            .headers(request.headers)
            .body(request.body)
            .send();
        sent.await.map_err(|error| failure::of_sending(&error))
    }

    async fn whole_exchange(&self, request: Request) -> Result<Response> {
        let limit = request.max_body;
        let mut answer = self.exchange(request).await?;
        let status = answer.status();
        let headers = std::mem::take(answer.headers_mut());
        let body = read(answer, limit).await?;
        Ok(Response::new(status, headers, body))
    }

    /// Gives up on what takes too long, and logs how it went.
    async fn watched<T>(
        &self,
        what: Watched,
        exchange: impl Future<Output = Result<T>>,
        status: impl FnOnce(&T) -> StatusCode,
    ) -> Result<T> {
        let outcome = tokio::select! {
            biased;
            outcome = exchange => outcome,
            () = self.clock.sleep(what.timeout) => Err(Error::new(ErrorKind::Timeout)),
        };
        let ms = what.started.until(self.clock.now()).as_millis();
        let Watched { operation, method, url, .. } = what;
        match outcome {
            Ok(done) => {
                let status = status(&done).as_u16();
                tracing::debug!(%method, url, status, ms, "exchange");
                Ok(done)
            }
            Err(error) => {
                let error = error.with_context(format!("{method} {url}")).with_operation(operation);
                tracing::debug!(%method, url, ms, %error, "exchange failed");
                Err(error)
            }
        }
    }

    fn watch(&self, operation: &'static str, request: &Request) -> Watched {
        Watched {
            operation,
            method: request.method.clone(),
            url: request.shown_url(),
            timeout: request.timeout,
            started: self.clock.now(),
        }
    }
}

/// What is said of an exchange: nothing of it is secret.
struct Watched {
    operation: &'static str,
    method: http::Method,
    url: String,
    timeout: Duration,
    started: Timestamp,
}

/// Reads the body, never more of it than `limit`.
async fn read(mut answer: reqwest::Response, limit: usize) -> Result<Bytes> {
    let too_long = |length: u64| usize::try_from(length).map_or(true, |length| length > limit);
    if answer.content_length().is_some_and(too_long) {
        return Err(failure::too_large(limit));
    }
    // Most answers come in one piece, which is then not copied.
    let mut first = Bytes::new();
    let mut all = BytesMut::new();
    while let Some(chunk) = answer.chunk().await.map_err(|error| failure::of_reading(&error))? {
        if first.len() + all.len() + chunk.len() > limit {
            return Err(failure::too_large(limit));
        }
        if first.is_empty() && all.is_empty() {
            first = chunk;
            continue;
        }
        all.extend_from_slice(&std::mem::take(&mut first));
        all.extend_from_slice(&chunk);
    }
    Ok(if all.is_empty() { first } else { all.freeze() })
}

#[async_trait]
impl Transport for HttpTransport {
    async fn send(&self, request: Request) -> Result<Response> {
        let watched = self.watch("send", &request);
        self.watched(watched, self.whole_exchange(request), |answer| answer.status).await
    }

    /// The most bytes of a message are those that the request allows of an answer; the request's
    /// timeout bounds the opening, and every frame that is sent.
    async fn connect(&self, request: Request) -> Result<Box<dyn Socket>> {
        let watched = self.watch("connect", &request);
        let opening = websocket::open(self, self.clock.clone(), request);
        let opened = self.watched(watched, opening, |_| StatusCode::SWITCHING_PROTOCOLS).await;
        // Opening changes nothing at the peer: whatever went wrong on the way may be tried again.
        let opened = opened.map_err(|error| match error.kind() {
            ErrorKind::Unavailable | ErrorKind::Timeout => error.with_retry(Retry::Safe),
            _ => error,
        })?;
        Ok(Box::new(opened))
    }
}

impl fmt::Debug for HttpTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpTransport").finish_non_exhaustive()
    }
}

impl fmt::Debug for HttpTransportBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpTransportBuilder")
            .field("proxies", &self.proxies)
            .field("connect_timeout", &self.connect_timeout)
            .finish_non_exhaustive()
    }
}
