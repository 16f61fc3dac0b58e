//! The server, as an administrator and as a person uses it.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use chatgate_core::{Error, Result as Answered};
use chatgate_gateway::SystemClock;
use chatgate_http::{HttpTransport, Request, Response, Secret, Socket, Transport};
use http::{Method, StatusCode};
use serde_json::Value;

/// How often a call is tried, and how long is waited where the server does not say.
const TRIES: u32 = 10;
const PAUSE: Duration = Duration::from_secs(1);
/// The longest that is waited because the server says so.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// A server, by somebody's token.
#[derive(Clone)]
pub(crate) struct Server {
    transport: Arc<dyn Transport>,
    base: String,
    token: Secret,
}

/// Why a call was not done.
#[derive(Debug)]
pub(crate) struct Refused {
    pub(crate) status: Option<u16>,
    what: String,
}

impl Refused {
    pub(crate) fn new(what: impl Into<String>) -> Self {
        Self { status: None, what: what.into() }
    }

    /// What the server has no licence for.
    pub(crate) fn unlicensed(what: impl Into<String>) -> Self {
        Self { status: Some(501), ..Self::new(what) }
    }

    /// Whether the server has no licence for it, or has it switched off.
    pub(crate) fn is_unavailable(&self) -> bool {
        self.status == Some(501)
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)
    }
}

impl From<Error> for Refused {
    fn from(error: Error) -> Self {
        // What the server says it cannot do, unlike what the adapter does not try.
        let is_unavailable = error.is_unsupported() && error.code().is_some();
        Self { status: is_unavailable.then_some(501), what: error.to_string() }
    }
}

pub(crate) type Result<T> = std::result::Result<T, Refused>;

impl Server {
    pub(crate) fn new(url: &str, token: &str) -> Answered<Self> {
        let transport = Arc::new(HttpTransport::new(Arc::new(SystemClock))?);
        let base = url.trim().trim_end_matches('/').to_owned();
        Ok(Self { transport, base, token: Secret::new(token.trim()) })
    }

    /// The same server at another address of its.
    pub(crate) fn at(&self, base: &str) -> Self {
        Self { base: base.trim_end_matches('/').to_owned(), ..self.clone() }
    }

    pub(crate) fn base(&self) -> &str {
        &self.base
    }

    pub(crate) fn transport(&self) -> Arc<dyn Transport> {
        self.transport.clone()
    }

    pub(crate) async fn get(&self, route: &str) -> Result<Value> {
        self.call(Method::GET, route, &Value::Null).await
    }

    /// The same, tried once: it may not be there at all.
    pub(crate) async fn get_once(&self, route: &str) -> Result<Value> {
        let request = self.request(&Method::GET, route, &Value::Null)?;
        told(&Method::GET, route, &self.transport.send(request).await?)
    }

    pub(crate) async fn post(&self, route: &str, body: &Value) -> Result<Value> {
        self.call(Method::POST, route, body).await
    }

    pub(crate) async fn put(&self, route: &str, body: &Value) -> Result<Value> {
        self.call(Method::PUT, route, body).await
    }

    pub(crate) async fn delete(&self, route: &str) -> Result<Value> {
        self.call(Method::DELETE, route, &Value::Null).await
    }

    /// Sends bytes to a route.
    pub(crate) async fn send(&self, route: &str, bytes: &[u8]) -> Result<Value> {
        let request = self.request(&Method::POST, route, &Value::Null)?.body(bytes.to_vec());
        told(&Method::POST, route, &self.transport.send(request).await?)
    }

    /// Calls a route; again where the server is busy, or where a call that may be repeated got lost.
    async fn call(&self, method: Method, route: &str, body: &Value) -> Result<Value> {
        told(&method, route, &self.sent(&method, route, body).await?)
    }

    /// A setting as clients are told of it; nothing where it is not told.
    pub(crate) async fn client_setting(&self, name: &str) -> Option<String> {
        let config = self.get("config/client?format=old").await.ok()?;
        config[name].as_str().map(str::to_owned)
    }

    /// The bytes of a route.
    pub(crate) async fn bytes(&self, route: &str) -> Result<Vec<u8>> {
        let response = self.sent(&Method::GET, route, &Value::Null).await?;
        match response.status.is_success() {
            true => Ok(response.body.to_vec()),
            false => Err(Refused::new(format!("GET {route}: {}", response.status.as_u16()))),
        }
    }

    async fn sent(&self, method: &Method, route: &str, body: &Value) -> Result<Response> {
        let may_repeat = *method != Method::POST;
        for tried in 1.. {
            let sent = self.transport.send(self.request(method, route, body)?).await;
            let pause = match &sent {
                Ok(response) if response.status == StatusCode::TOO_MANY_REQUESTS => {
                    response.retry_after().unwrap_or(PAUSE)
                }
                Ok(response) if may_repeat && (502..=504).contains(&response.status.as_u16()) => {
                    PAUSE
                }
                Err(error) if may_repeat || !error.is_ambiguous() => PAUSE,
                _ => return Ok(sent?),
            };
            if tried == TRIES {
                return Ok(sent?);
            }
            tokio::time::sleep(pause.min(LONGEST_PAUSE)).await;
        }
        unreachable!("it is tried a few times")
    }

    fn request(&self, method: &Method, route: &str, body: &Value) -> Result<Request> {
        let url = format!("{}/api/v4/{route}", self.base);
        let url = url.parse().map_err(|error| Refused::new(format!("{url}: {error}")))?;
        let request = Request::new(method.clone(), url).bearer(&self.token)?;
        let request = request.max_body(16 * 1024 * 1024).timeout(Duration::from_secs(45));
        Ok(if body.is_null() { request } else { request.json(body.to_string()) })
    }

    /// The WebSocket of whose token it is.
    pub(crate) async fn socket(&self) -> Result<Box<dyn Socket>> {
        let url = format!("{}/api/v4/websocket", self.base).replacen("http", "ws", 1);
        let url = url.parse().map_err(|error| Refused::new(format!("{url}: {error}")))?;
        let request = Request::new(Method::GET, url).bearer(&self.token)?;
        Ok(self.transport.connect(request).await?)
    }
}

/// What an answer says; its refusal names the route without what it asks for.
fn told(method: &Method, route: &str, response: &Response) -> Result<Value> {
    let told: Value = serde_json::from_slice(&response.body).unwrap_or_default();
    if response.status.is_success() {
        return Ok(told);
    }
    let (id, status) = (told["id"].as_str().unwrap_or_default(), response.status.as_u16());
    let name = route.split('?').next().unwrap_or_default();
    Err(Refused { status: Some(status), what: format!("{method} {name}: {status} {id}") })
}

/// A text of an answer; an answer without it is refused.
pub(crate) fn text(value: &Value, name: &str) -> Result<String> {
    let text = value[name].as_str().filter(|text| !text.is_empty());
    text.map(str::to_owned).ok_or_else(|| Refused::new(format!("an answer without `{name}`")))
}
