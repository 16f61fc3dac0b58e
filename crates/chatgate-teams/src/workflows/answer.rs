//! What a workflow's trigger answers.

use std::time::Duration;

use chatgate_core::{Error, ErrorKind, Result, Retry, redact};
use chatgate_http::Response;
use serde::Deserialize;

/// How long to wait where the trigger does not say: the shorter of Teams' windows that matter.
const PAUSE: Duration = Duration::from_secs(30);

/// The run of the workflow that the request has started.
const RUN: &str = "x-ms-workflow-run-id";

/// The longest code or mark that is kept.
const WORD: usize = 100;

/// What a refusal says of itself.
#[derive(Default, Deserialize)]
struct Said {
    #[serde(default)]
    error: Named,
}

#[derive(Default, Deserialize)]
struct Named {
    #[serde(default)]
    code: String,
}

/// The run that was started; the workflow has no answer of its own, so its posts may still fail.
///
/// # Errors
/// What the trigger refused. Its words may name the address: only its code is kept.
pub(super) fn read(response: &Response) -> Result<Option<String>> {
    if response.status.is_success() {
        let run = response.headers.get(RUN).and_then(|value| value.to_str().ok());
        return Ok(run.filter(|run| is_word(run)).map(str::to_owned));
    }
    let status = response.status.as_u16();
    let pause = Retry::After(response.retry_after().unwrap_or(PAUSE));
    let (kind, retry, why) = match status {
        401 | 403 => {
            let why = "its signature is wrong, or it asks who calls: let anyone trigger it";
            (ErrorKind::Unauthenticated, Retry::Never, Some(why))
        }
        404 | 410 => (ErrorKind::NotFound, Retry::Never, Some("it was deleted or turned off")),
        429 => (ErrorKind::RateLimited, pause, None),
        503 if response.retry_after().is_some() => (ErrorKind::Unavailable, pause, None),
        408 | 500..=599 => (ErrorKind::Unavailable, Retry::Ambiguous, None),
        _ => (ErrorKind::InvalidInput, Retry::Never, None),
    };
    let said: Said = serde_json::from_slice(&response.body).unwrap_or_default();
    let code = match is_word(&said.error.code) {
        true => redact(&said.error.code).into_owned(),
        false => format!("http_{status}"),
    };
    let error = Error::new(kind).with_code(code).with_retry(retry);
    Err(match why {
        Some(why) => error.with_context(format!("the workflow: {why}")),
        None => error,
    })
}

fn is_word(text: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
    (1..=WORD).contains(&text.len()) && text.bytes().all(is_plain)
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, HeaderValue, StatusCode};

    use super::*;

    fn answered(status: u16, headers: HeaderMap, body: &str) -> Result<Option<String>> {
        let status = StatusCode::from_u16(status).unwrap();
        read(&Response::new(status, headers, body.to_owned()))
    }

    fn header(name: &'static str, value: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(name.parse().unwrap(), HeaderValue::from_static(value))])
    }

    fn error(status: u16) -> Error {
        answered(status, HeaderMap::new(), "<html>canary</html>").unwrap_err()
    }

    #[test]
    fn what_was_taken_is_known_by_its_run() {
        let taken = |run| answered(202, header(RUN, run), "").unwrap();
        assert_eq!(taken("08584-CU04").as_deref(), Some("08584-CU04"));
        assert_eq!(taken("<script>"), None);
        assert_eq!(answered(200, HeaderMap::new(), "").unwrap(), None);
    }

    #[test]
    fn a_refusal_is_retried_as_far_as_it_can_pass() {
        for (status, retry) in [
            (301, Retry::Never),
            (400, Retry::Never),
            (401, Retry::Never),
            (404, Retry::Never),
            (413, Retry::Never),
            (408, Retry::Ambiguous),
            (429, Retry::After(PAUSE)),
            (502, Retry::Ambiguous),
        ] {
            assert_eq!(error(status).retry(), retry, "{status}");
        }
        let wait = answered(429, header("retry-after", "7"), "").unwrap_err();
        assert_eq!(wait.retry(), Retry::After(Duration::from_secs(7)));
        assert!(error(403).is_unauthenticated() && error(404).is_not_found());
    }

    #[test]
    fn its_code_is_kept_and_its_words_are_not() {
        let body = r#"{"error":{"code":"WorkflowTriggerIsNotEnabled","message":"canary"}}"#;
        let told = answered(404, HeaderMap::new(), body).unwrap_err();
        assert_eq!(told.code(), Some("WorkflowTriggerIsNotEnabled"));
        assert!(!format!("{told} {told:?} {:?}", error(400)).contains("canary"));
        assert_eq!(error(400).code(), Some("http_400"));
    }
}
