//! What Mattermost refuses, as errors (mattermost.md §3.1).

use std::time::Duration;

use chatgate_core::{Error, ErrorKind, Retry, redact};
use chatgate_http::Response;
use serde::Deserialize;

/// How long to wait where the server does not say.
const PAUSE: Duration = Duration::from_secs(1);
/// A first attempt at the same post is still under way.
const PENDING: &str = "api.post.deduplicate_create_post.pending";
/// The longest id that is kept.
const CODE: usize = 100;

/// What a refusal says of itself; a proxy's says nothing that can be read.
#[derive(Default, Deserialize)]
struct Said {
    #[serde(default)]
    id: String,
}

/// The error that an answer is. Its words are in the server's own language: only its id is kept.
pub(crate) fn of(response: &Response) -> Error {
    let status = response.status.as_u16();
    let said: Said = serde_json::from_slice(&response.body).unwrap_or_default();
    let is_id = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    // Every id of the server's has dots, and no token of its has any: what is sent back to us is not kept.
    let is_code = said.id.contains('.') && said.id.len() <= CODE && said.id.chars().all(is_id);
    let code = match is_code {
        true => redact(&said.id).into_owned(),
        false => format!("http_{status}"),
    };
    let pause = Retry::After(response.retry_after().unwrap_or(PAUSE));
    let (kind, retry) = match status {
        _ if code == PENDING => (ErrorKind::Unavailable, pause),
        401 => (ErrorKind::Unauthenticated, Retry::Never),
        403 => (ErrorKind::Denied, Retry::Never),
        404 => (ErrorKind::NotFound, Retry::Never),
        429 => (ErrorKind::RateLimited, pause),
        501 => (ErrorKind::Unsupported, Retry::Never),
        503 if response.retry_after().is_some() => (ErrorKind::Unavailable, pause),
        500..=599 => (ErrorKind::Unavailable, Retry::Ambiguous),
        _ if code.starts_with("interactive_message.decode_trigger_id") => {
            (ErrorKind::NotFound, Retry::Never)
        }
        _ => (ErrorKind::InvalidInput, Retry::Never),
    };
    Error::new(kind).with_code(code).with_retry(retry)
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, StatusCode};

    use super::*;

    fn error(status: u16, body: &str) -> Error {
        of(&Response::new(StatusCode::from_u16(status).unwrap(), HeaderMap::new(), body.to_owned()))
    }

    #[test]
    fn a_refusal_is_known_by_its_id() {
        let pending = error(500, r#"{"id":"api.post.deduplicate_create_post.pending"}"#);
        assert_eq!(pending.retry(), Retry::After(PAUSE));
        let expired = error(400, r#"{"id":"interactive_message.decode_trigger_id.expired"}"#);
        assert!(expired.is_not_found());
        assert_eq!(expired.code(), Some("interactive_message.decode_trigger_id.expired"));
    }

    #[test]
    fn an_answer_of_a_proxy_is_known_by_its_status() {
        let error = |status| error(status, "<html>limit exceeded</html>");
        assert_eq!(error(429).retry(), Retry::After(PAUSE));
        assert_eq!(error(502).retry(), Retry::Ambiguous);
        assert!(error(401).is_unauthenticated() && error(403).is_denied());
        assert_eq!(error(404).code(), Some("http_404"));
    }

    #[test]
    fn words_of_the_server_are_not_kept() {
        for id in ["a b.c", "<script>.", &"x.".repeat(CODE), "9xuqwrwgstrb3mzrxb83nb357a"] {
            let body = serde_json::json!({"id": id, "message": "canary"}).to_string();
            assert_eq!(error(400, &body).code(), Some("http_400"));
        }
    }
}
