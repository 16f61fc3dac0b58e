//! Slack's Web API: one call, as a form (slack.md §4.1).

use std::borrow::Cow;
use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use chatgate_core::{Clock, Error, ErrorKind, Result};
use chatgate_http::{BaseUrl, HttpTransport, Request, Response, Secret, Transport};
use http::Method;
use serde::de::DeserializeOwned;
use url::Url;

use crate::error::{Said, nonsense, of_status};
use crate::inbound::HOSTS;

/// A refusal is read whole, however small the file may be.
const LEAST_BODY: usize = 64 * 1024;

/// The fields of a call.
pub(crate) type Form<'a> = Vec<(&'a str, Cow<'a, str>)>;

/// Calls the Web API.
pub(crate) struct Api {
    pub(crate) base: BaseUrl,
    token: Secret,
    /// The one that was given, or the usual one once there is a clock for it.
    transport: OnceLock<Arc<dyn Transport>>,
}

/// An answer: its body, and what the headers say.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) body: Bytes,
    /// What the token may do, where Slack says so.
    pub(crate) scopes: Option<String>,
}

impl Api {
    pub(crate) fn new(base: BaseUrl, token: Secret, given: Option<Arc<dyn Transport>>) -> Self {
        let transport = OnceLock::new();
        if let Some(given) = given {
            let _ = transport.set(given);
        }
        Self { base, token, transport }
    }

    /// Makes the usual transport, where none was given.
    pub(crate) fn begin(&self, clock: &Arc<dyn Clock>) -> Result<()> {
        if self.transport.get().is_none() {
            let _ = self.transport.set(Arc::new(HttpTransport::new(clock.clone())?));
        }
        Ok(())
    }

    /// Calls a method and reads its answer.
    pub(crate) async fn call<T: DeserializeOwned>(
        &self,
        method: &str,
        form: Form<'_>,
    ) -> Result<T> {
        let answer = self.answer(method, form).await?;
        serde_json::from_slice(&answer.body).map_err(|_| nonsense())
    }

    /// Calls a method of which only the success counts.
    pub(crate) async fn act(&self, method: &str, form: Form<'_>) -> Result<()> {
        self.answer(method, form).await.map(drop)
    }

    /// Calls a method; the answer is a success.
    pub(crate) async fn answer(&self, method: &str, form: Form<'_>) -> Result<Answer> {
        let url = self.base.join(method)?;
        let fields = form.iter().map(|(name, value)| (*name, &**value));
        let request = Request::new(Method::POST, url).bearer(&self.token)?.form(fields);
        let response = self.transport()?.send(request).await?;
        let retry_after = response.retry_after();
        if let Some(error) = of_status(response.status, retry_after) {
            // A refusal may come with another status than 200 too.
            let said = serde_json::from_slice::<Said>(&response.body).ok();
            let refused =
                said.filter(|said| said.ok == Some(false) && response.status.is_client_error());
            return Err(match refused {
                Some(said) if response.status.as_u16() != 429 => said.error(retry_after),
                _ => error,
            });
        }
        let said: Said = serde_json::from_slice(&response.body).map_err(|_| nonsense())?;
        match said.ok {
            Some(true) => {}
            Some(false) => return Err(said.error(retry_after)),
            None => return Err(nonsense()),
        }
        if let Some(warning) = said.warning() {
            let explanations: Vec<_> = said.explanations().collect();
            tracing::debug!(method, warning, ?explanations, "Slack warns");
        }
        let scopes = response.headers.get("x-oauth-scopes");
        let scopes = scopes.and_then(|scopes| scopes.to_str().ok()).map(str::to_owned);
        Ok(Answer { body: response.body, scopes })
    }

    /// Posts JSON to an address that is a credential itself: a `response_url`.
    pub(crate) async fn post_back(&self, url: &str, body: Bytes) -> Result<()> {
        let url = self.base.admit(url, HOSTS)?;
        let request = Request::new(Method::POST, url).json(body).secret_url();
        let response = self.transport()?.send(request.public_only_beside(&self.base)).await?;
        posted_back(&response)
    }

    /// Sends a file's bytes to the address that Slack gave for them.
    pub(crate) async fn send_file(&self, url: &str, bytes: Bytes) -> Result<()> {
        let url: Url = self.base.admit(url, HOSTS)?;
        let request = Request::new(Method::POST, url).body(bytes).secret_url();
        let request = request.timeout(UPLOAD_TIMEOUT).public_only_beside(&self.base);
        let response = self.transport()?.send(request).await?;
        // Nothing is shared before the last step, so a second try is safe.
        match of_status(response.status, response.retry_after()) {
            Some(error) if error.is_ambiguous() => {
                Err(error.with_retry(chatgate_core::Retry::Safe))
            }
            Some(error) => Err(error),
            None => Ok(()),
        }
    }

    /// Fetches a file from the address that Slack gave for it; only with the token is it given out.
    pub(crate) async fn fetch_file(&self, url: &str, max_bytes: usize) -> Result<Bytes> {
        let url: Url = self.base.admit(url, HOSTS)?;
        let request = Request::new(Method::GET, url).bearer(&self.token)?.secret_url();
        let request = request.max_body(max_bytes.max(LEAST_BODY)).timeout(UPLOAD_TIMEOUT);
        let response = self.transport()?.send(request.public_only_beside(&self.base)).await?;
        match of_status(response.status, response.retry_after()) {
            _ if matches!(response.status.as_u16(), 404 | 410) => {
                Err(Error::not_found("Slack does not have that file any more"))
            }
            Some(error) => Err(error),
            None if response.body.len() > max_bytes => {
                Err(Error::invalid_input(format!("the file has more than {max_bytes} bytes")))
            }
            None => Ok(response.body),
        }
    }

    fn transport(&self) -> Result<&Arc<dyn Transport>> {
        self.transport.get().ok_or_else(|| {
            Error::new(ErrorKind::Unavailable).with_context("the adapter does not run yet")
        })
    }
}

impl std::fmt::Debug for Api {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Api").field("base", &self.base).finish_non_exhaustive()
    }
}

/// A gigabyte at ten megabytes a second, and some.
const UPLOAD_TIMEOUT: std::time::Duration = std::time::Duration::from_secs(120);

/// `ok` as text, or JSON that says it; errors come both ways.
fn posted_back(response: &Response) -> Result<()> {
    let said = serde_json::from_slice::<Said>(&response.body).unwrap_or_default();
    if said.ok == Some(false)
        && !response.status.is_server_error()
        && response.status.as_u16() != 429
    {
        return Err(said.error(response.retry_after()));
    }
    match (response.status.as_u16(), of_status(response.status, response.retry_after())) {
        (_, None) => Ok(()),
        (403 | 404 | 410, _) => {
            Err(Error::not_found("the way back has expired or is used up").with_code("expired_url"))
        }
        (_, Some(error)) => Err(error),
    }
}
