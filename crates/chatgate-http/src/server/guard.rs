//! Endpoints as an `axum` router, each behind the same checks.

use std::convert::Infallible;
use std::fmt;
use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use bytes::Bytes;
use chatgate_core::{Clock, Endpoint, Error, Result};
use futures_util::FutureExt as _;
use http::header::{ALLOW, CONTENT_ENCODING, CONTENT_TYPE, EXPECT, HeaderValue};
use http::{HeaderMap, Method, Request, Response, StatusCode};
use http_body::Body as _;
use tower_service::Service;

use super::body::{self, NotTaken};

const MAX_BODY: usize = 1024 * 1024;
const BODY_TIMEOUT: Duration = Duration::from_secs(10);

type Rejected = Arc<dyn Fn(&str, &'static str) + Send + Sync>;

/// What every request must pass before an endpoint sees it, whatever server carries it.
///
/// A refusal has an empty body, and a reason for whoever counts and audits: `method_not_allowed`
/// (405), `encoded_body` and `unsupported_media_type` (415), `body_too_large` (413), `body_timeout`
/// (408), `body_broken` (400), `endpoint_panicked` (500). What a refused request still sends is read
/// and thrown away, within the same time-out, so that its sender sees the answer.
#[derive(Clone)]
pub struct Guard {
    clock: Arc<dyn Clock>,
    max_body: usize,
    body_timeout: Duration,
    rejected: Option<Rejected>,
}

impl Guard {
    /// The usual limits: 1 MiB of body, 10 s for it to arrive.
    #[must_use]
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self { clock, max_body: MAX_BODY, body_timeout: BODY_TIMEOUT, rejected: None }
    }

    /// Sets the most bytes of a body.
    #[must_use]
    pub fn max_body(mut self, bytes: usize) -> Self {
        self.max_body = bytes;
        self
    }

    /// Sets how long a whole body may take to arrive.
    #[must_use]
    pub fn body_timeout(mut self, timeout: Duration) -> Self {
        self.body_timeout = timeout;
        self
    }

    /// Tells of each refusal: the endpoint's path, and the reason. It must not wait.
    #[must_use]
    pub fn on_rejected<F>(mut self, rejected: F) -> Self
    where
        F: Fn(&str, &'static str) + Send + Sync + 'static,
    {
        self.rejected = Some(Arc::new(rejected));
        self
    }

    pub(super) fn clock(&self) -> &Arc<dyn Clock> {
        &self.clock
    }

    pub(super) fn reject(&self, path: &str, reason: &'static str) {
        tracing::debug!(path, reason, "request refused");
        if let Some(rejected) = &self.rejected {
            rejected(path, reason);
        }
    }
}

impl fmt::Debug for Guard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Guard")
            .field("max_body", &self.max_body)
            .field("body_timeout", &self.body_timeout)
            .finish_non_exhaustive()
    }
}

/// Makes a router of endpoints, each behind the guard. Endpoints on one path with different methods
/// are merged; one that answers GET answers HEAD too. There is no fallback, so it can be merged into
/// another router.
///
/// # Errors
/// `configuration`, with all problems in its context: a path that is none or that is more than a
/// plain one, two endpoints that answer the same method at the same path, a content type that makes
/// no sense.
pub fn router(endpoints: Vec<Endpoint>, guard: Guard) -> Result<Router> {
    let mut problems = Vec::new();
    let mut paths: Vec<PathEndpoints> = Vec::new();
    for endpoint in endpoints {
        problems.extend(problems_of(&endpoint));
        match paths.iter_mut().find(|known| known.path == endpoint.path) {
            Some(known) => {
                for method in &endpoint.methods {
                    if known.find(method).is_some() {
                        let path = &endpoint.path;
                        problems.push(format!("two endpoints answer {method} {path}"));
                    }
                }
                known.endpoints.push(endpoint);
            }
            None => paths.push(PathEndpoints::new(endpoint, guard.clone())),
        }
    }
    if let Some((first, rest)) = problems.split_first() {
        let error = Error::configuration(first.clone());
        return Err(rest.iter().fold(error, |error, problem| error.with_context(problem.clone())));
    }
    let mut router = Router::new();
    for mut path in paths {
        path.allow = path.allowed()?;
        let at = path.path.clone();
        router = router.route_service(&at, PathService(Arc::new(path)));
    }
    Ok(router)
}

fn problems_of(endpoint: &Endpoint) -> Vec<String> {
    let path = &endpoint.path;
    let mut problems = Vec::new();
    // Plain paths only: what others take for a pattern (`:id`, `{id}`, `*rest`) is a mistake here.
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/-._~%@+=,".contains(&byte);
    if !path.starts_with('/') || !path.bytes().all(plain) {
        problems.push(format!("{path:?} is no plain path that starts with a slash"));
    }
    if endpoint.methods.is_empty() {
        problems.push(format!("the endpoint {path} answers no method"));
    }
    for content_type in &endpoint.content_types {
        let parts: Vec<&str> = content_type.split('/').collect();
        let is_word = |part: &&str| {
            !part.is_empty()
                && part.bytes().all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b))
        };
        if parts.len() != 2 || !parts.iter().all(is_word) {
            problems.push(format!("the endpoint {path} takes {content_type:?}, no content type"));
        }
    }
    problems
}

/// All endpoints of one path.
struct PathEndpoints {
    path: String,
    endpoints: Vec<Endpoint>,
    allow: HeaderValue,
    guard: Guard,
}

/// Why a request is refused.
struct Refusal {
    status: StatusCode,
    reason: &'static str,
}

impl PathEndpoints {
    fn new(first: Endpoint, guard: Guard) -> Self {
        let allow = HeaderValue::from_static("");
        Self { path: first.path.clone(), endpoints: vec![first], allow, guard }
    }

    fn find(&self, method: &Method) -> Option<&Endpoint> {
        self.endpoints.iter().find(|endpoint| endpoint.methods.contains(method))
    }

    /// What `Allow` says.
    fn allowed(&self) -> Result<HeaderValue> {
        let mut methods: Vec<&str> = Vec::new();
        for endpoint in &self.endpoints {
            methods.extend(endpoint.methods.iter().map(Method::as_str));
        }
        if methods.contains(&"GET") && !methods.contains(&"HEAD") {
            methods.push("HEAD");
        }
        let wrong = |_| Error::configuration(format!("{}: a method that is none", self.path));
        HeaderValue::from_str(&methods.join(", ")).map_err(wrong)
    }

    async fn answer(&self, request: Request<Body>) -> Response<Body> {
        let (mut head, mut body) = request.into_parts();
        match self.take(&mut head, &mut body).await {
            Ok((endpoint, bytes)) => {
                // A body that was sent in another encoding was refused, so these bytes are the body.
                self.call(endpoint, Request::from_parts(head, bytes)).await
            }
            Err(refusal) => {
                self.guard.reject(&self.path, refusal.reason);
                // Whoever asked first has sent nothing yet.
                let hurried = refusal.status == StatusCode::REQUEST_TIMEOUT
                    || refusal.status == StatusCode::BAD_REQUEST
                    || head.headers.contains_key(EXPECT);
                if !hurried {
                    let guard = &self.guard;
                    body::discard(&mut body, &*guard.clock, guard.body_timeout).await;
                }
                let mut response = empty(refusal.status);
                if refusal.status == StatusCode::METHOD_NOT_ALLOWED {
                    response.headers_mut().insert(ALLOW, self.allow.clone());
                }
                response
            }
        }
    }

    /// Checks a request's head and reads its body.
    async fn take(
        &self,
        head: &mut http::request::Parts,
        body: &mut Body,
    ) -> Result<(&Endpoint, Bytes), Refusal> {
        let endpoint = match self.find(&head.method) {
            None if head.method == Method::HEAD => {
                head.method = Method::GET;
                self.find(&Method::GET)
            }
            found => found,
        };
        let endpoint = endpoint.ok_or(Refusal {
            status: StatusCode::METHOD_NOT_ALLOWED,
            reason: "method_not_allowed",
        })?;
        let unsupported = |reason| Refusal { status: StatusCode::UNSUPPORTED_MEDIA_TYPE, reason };
        if is_encoded(&head.headers) {
            return Err(unsupported("encoded_body"));
        }
        let has_body = !body.is_end_stream();
        if !takes(endpoint, &head.headers, has_body) {
            return Err(unsupported("unsupported_media_type"));
        }
        let guard = &self.guard;
        let read = body::read(body, guard.max_body, &*guard.clock, guard.body_timeout).await;
        let bytes = read.map_err(|error| {
            let (status, reason) = match error {
                NotTaken::TooLarge => (StatusCode::PAYLOAD_TOO_LARGE, "body_too_large"),
                NotTaken::TooSlow => (StatusCode::REQUEST_TIMEOUT, "body_timeout"),
                NotTaken::Broken => (StatusCode::BAD_REQUEST, "body_broken"),
            };
            Refusal { status, reason }
        })?;
        Ok((endpoint, bytes))
    }

    /// Calls the endpoint. One that panics costs its own request only.
    async fn call(&self, endpoint: &Endpoint, request: Request<Bytes>) -> Response<Body> {
        match AssertUnwindSafe(endpoint.call(request)).catch_unwind().await {
            Ok(response) => response.map(Body::from),
            Err(_) => {
                // What the panic says may be anything, also a secret.
                tracing::error!(path = self.path, "an endpoint panicked");
                self.guard.reject(&self.path, "endpoint_panicked");
                empty(StatusCode::INTERNAL_SERVER_ERROR)
            }
        }
    }
}

fn empty(status: StatusCode) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    response
}

fn is_encoded(headers: &HeaderMap) -> bool {
    let plain =
        |value: &HeaderValue| value.as_bytes().trim_ascii().eq_ignore_ascii_case(b"identity");
    headers.get_all(CONTENT_ENCODING).iter().any(|value| !plain(value))
}

/// True when the endpoint takes what the head announces.
fn takes(endpoint: &Endpoint, headers: &HeaderMap, has_body: bool) -> bool {
    let mut given = headers.get_all(CONTENT_TYPE).iter();
    let Some(first) = given.next() else { return !has_body };
    if endpoint.content_types.is_empty() {
        return !has_body;
    }
    // Two types would be read as one by some and as the other by others.
    if given.next().is_some() {
        return false;
    }
    let essence = first.as_bytes().split(|byte| *byte == b';').next().unwrap_or_default();
    let essence = essence.trim_ascii();
    endpoint.content_types.iter().any(|known| known.as_bytes().eq_ignore_ascii_case(essence))
}

/// The seam to `axum`.
#[derive(Clone)]
struct PathService(Arc<PathEndpoints>);

impl Service<Request<Body>> for PathService {
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Body>, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let path = self.0.clone();
        Box::pin(async move { Ok(path.answer(request).await) })
    }
}
