//! What is sent, and what comes back. Neither shows a secret.

use std::fmt;
use std::time::{Duration, UNIX_EPOCH};

use bytes::Bytes;
use chatgate_core::{Error, Result, Timestamp};
use http::header::{AUTHORIZATION, CONTENT_TYPE, HeaderName, HeaderValue};
use http::{HeaderMap, Method, StatusCode};
use url::{Origin, Url};

use crate::base_url::web_origin;
use crate::{BaseUrl, Secret};

// A platform's API answers within seconds; a page of 200 messages is well below a mebibyte.
const TIMEOUT: Duration = Duration::from_secs(10);
const MAX_BODY: usize = 4 * 1024 * 1024;

/// One HTTP request. Its `Debug` shows method, host and path; of a secret address only the host.
#[derive(Clone)]
#[non_exhaustive]
pub struct Request {
    /// The method.
    pub method: Method,
    /// Where to.
    pub url: Url,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
    /// How long the whole exchange may take.
    pub timeout: Duration,
    /// The most bytes of the answer's body.
    pub max_body: usize,
    is_secret: bool,
    reach: Reach,
}

/// Which addresses a request may go to.
#[derive(Clone)]
enum Reach {
    Anywhere,
    /// Public ones, and those of this scheme, host and port.
    Public(Option<Origin>),
}

/// What came back. Its `Debug` shows the status and the body's length.
#[derive(Clone)]
#[non_exhaustive]
pub struct Response {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The whole body.
    pub body: Bytes,
}

impl Request {
    /// A request without a body, with the usual limits: 10 s, 4 MiB of answer.
    #[must_use]
    pub fn new(method: Method, url: Url) -> Self {
        Self {
            method,
            url,
            headers: HeaderMap::new(),
            body: Bytes::new(),
            timeout: TIMEOUT,
            max_body: MAX_BODY,
            is_secret: false,
            reach: Reach::Anywhere,
        }
    }

    /// Authenticates with a token.
    ///
    /// # Errors
    /// `configuration` when the token has characters that no header can carry.
    pub fn bearer(self, token: &Secret) -> Result<Self> {
        let mut value = HeaderValue::from_str(&format!("Bearer {}", token.expose()))
            .map_err(|_| Error::configuration("a token with characters that no token has"))?;
        value.set_sensitive(true);
        Ok(self.header(AUTHORIZATION, value))
    }

    /// Adds a header.
    #[must_use]
    pub fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.insert(name, value);
        self
    }

    /// Sends fields as a form.
    #[must_use]
    pub fn form<'a>(mut self, fields: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        self.body = body.into();
        let form = HeaderValue::from_static("application/x-www-form-urlencoded; charset=utf-8");
        self.header(CONTENT_TYPE, form)
    }

    /// Sends JSON.
    #[must_use]
    pub fn json(mut self, body: impl Into<Bytes>) -> Self {
        self.body = body.into();
        self.header(CONTENT_TYPE, HeaderValue::from_static("application/json; charset=utf-8"))
    }

    /// Sends bytes as they are.
    #[must_use]
    pub fn body(mut self, body: impl Into<Bytes>) -> Self {
        self.body = body.into();
        self
    }

    /// The address itself is a credential: a `response_url`, a webhook.
    #[must_use]
    pub fn secret_url(mut self) -> Self {
        self.is_secret = true;
        self
    }

    /// The address came from outside: it must lead to a public one. A name is resolved once, what it
    /// resolves to is checked, and that is where the connection goes; private, loopback, link-local,
    /// shared and metadata addresses are refused (`denied`, code `private_address`).
    #[must_use]
    pub fn public_only(mut self) -> Self {
        self.reach = Reach::Public(None);
        self
    }

    /// The same, except that the configured address's own scheme, host and port may be anywhere:
    /// where the operator runs the platform, or a test its fake.
    #[must_use]
    pub fn public_only_beside(mut self, base: &BaseUrl) -> Self {
        self.reach = Reach::Public(Some(web_origin(base.url())));
        self
    }

    /// True when it may go to public addresses only.
    #[cfg_attr(not(feature = "client"), allow(dead_code, reason = "only a real client resolves"))]
    pub(crate) fn must_be_public(&self) -> bool {
        match &self.reach {
            Reach::Anywhere => false,
            Reach::Public(except) => except.as_ref() != Some(&web_origin(&self.url)),
        }
    }

    /// Sets how long the whole exchange may take.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Sets the most bytes of the answer's body.
    #[must_use]
    pub fn max_body(mut self, bytes: usize) -> Self {
        self.max_body = bytes;
        self
    }

    /// Where it goes, as logs and errors may say it: without query, and of a secret address only the
    /// host.
    #[must_use]
    pub fn shown_url(&self) -> String {
        let host = self.url.host_str().unwrap_or_default();
        match (self.is_secret, self.url.port()) {
            (true, _) => format!("{}://{host}/…", self.url.scheme()),
            (false, None) => format!("{}://{host}{}", self.url.scheme(), self.url.path()),
            (false, Some(port)) => {
                format!("{}://{host}:{port}{}", self.url.scheme(), self.url.path())
            }
        }
    }
}

impl Response {
    /// A response.
    #[must_use]
    pub fn new(status: StatusCode, headers: HeaderMap, body: impl Into<Bytes>) -> Self {
        Self { status, headers, body: body.into() }
    }

    /// How long the peer asks to wait: the header `Retry-After` in whole seconds.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        let value = self.headers.get(http::header::RETRY_AFTER)?.to_str().ok()?;
        value.trim().parse().ok().map(Duration::from_secs)
    }

    /// The time by the peer's clock: the header `Date`, to the second.
    #[must_use]
    pub fn date(&self) -> Option<Timestamp> {
        let value = self.headers.get(http::header::DATE)?.to_str().ok()?;
        let since = httpdate::parse_http_date(value).ok()?.duration_since(UNIX_EPOCH).ok()?;
        i64::try_from(since.as_secs()).ok().map(Timestamp::from_secs)
    }
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request")
            .field("method", &self.method)
            .field("url", &self.shown_url())
            .field("bytes", &self.body.len())
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Response {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Response")
            .field("status", &self.status)
            .field("bytes", &self.body.len())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_secret_is_shown() {
        let url = Url::parse("https://hooks.slack.com/commands/T1/canary?token=canary").unwrap();
        let request = Request::new(Method::POST, url.clone())
            .bearer(&Secret::new("xoxb-canary"))
            .unwrap()
            .form([("token", "canary")])
            .secret_url();
        let shown = format!("{request:?} {:?} {}", request.headers, request.shown_url());
        assert!(!shown.contains("canary"), "{shown}");
        assert!(shown.contains("hooks.slack.com"));
        assert!(!Request::new(Method::GET, url).shown_url().contains("token"));
    }

    #[test]
    fn only_the_configured_address_may_be_private() {
        let base = BaseUrl::parse("http://127.0.0.1:4000/api").unwrap();
        let to = |url: &str| Request::new(Method::POST, Url::parse(url).unwrap());
        let beside = |url: &str| to(url).public_only_beside(&base).must_be_public();
        assert!(!beside("http://127.0.0.1:4000/response/1"));
        assert!(!beside("ws://127.0.0.1:4000/link"));
        assert!(beside("http://127.0.0.1:4001/"));
        assert!(beside("https://127.0.0.1:4000/"));
        assert!(to("http://127.0.0.1:4000/").public_only().must_be_public());
        assert!(!to("http://127.0.0.1:4000/").must_be_public());
    }

    #[test]
    fn retry_after_is_read_in_seconds_only() {
        let with = |value: &'static str| {
            let headers = HeaderMap::from_iter([(
                http::header::RETRY_AFTER,
                HeaderValue::from_static(value),
            )]);
            Response::new(StatusCode::TOO_MANY_REQUESTS, headers, "").retry_after()
        };
        assert_eq!(with("30"), Some(Duration::from_secs(30)));
        assert_eq!(with("soon"), None);
    }

    #[test]
    fn the_peers_time_is_read_from_its_date() {
        let with = |value: &'static str| {
            let headers =
                HeaderMap::from_iter([(http::header::DATE, HeaderValue::from_static(value))]);
            Response::new(StatusCode::OK, headers, "").date()
        };
        let expected = Timestamp::from_secs(784_111_777);
        assert_eq!(with("Sun, 06 Nov 1994 08:49:37 GMT"), Some(expected));
        assert_eq!(with("now"), None);
        assert_eq!(with("Thu, 01 Jan 1960 00:00:00 GMT"), None);
    }
}
