//! What goes wrong next, as it was asked for.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use serde_json::Value;

/// One thing that goes wrong with a request.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Fault {
    /// 429, and `Retry-After` in seconds.
    RateLimit { retry_after: u64 },
    /// Another status than 200.
    HttpError { status: u16 },
    /// The platform's own kind of refusal, by its code.
    ApiError { code: String },
    /// The connection is cut without an answer.
    Reset,
    /// The answer takes long.
    Slow { by: Duration },
}

/// When a fault strikes: before anything was done, or after everything was (the ambiguous one).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum When {
    Before,
    AfterAccept,
}

#[derive(Debug)]
struct Scripted {
    method: String,
    left: u64,
    when: When,
    fault: Fault,
}

/// All faults that were asked for and have not struck yet.
#[derive(Debug, Default)]
pub(crate) struct Faults(Mutex<Vec<Scripted>>);

impl Faults {
    /// Plans the fault `name` by its control body `{method, times, after_accept, …}`.
    pub(crate) fn plan(&self, name: &str, body: &Value) -> Result<(), String> {
        let number = |field: &str, default: u64| match &body[field] {
            Value::Null => Ok(default),
            value => value.as_u64().ok_or_else(|| format!("`{field}` must be a whole number")),
        };
        let fault = match name {
            "rate_limit" => Fault::RateLimit { retry_after: number("retry_after", 1)? },
            "http_error" => {
                let status = number("status", 500)?;
                let status =
                    u16::try_from(status).ok().filter(|status| (100..600).contains(status));
                Fault::HttpError { status: status.ok_or("`status` must be 100 to 599")? }
            }
            "api_error" => {
                let code = body["error"].as_str().ok_or("`error` is missing")?;
                Fault::ApiError { code: code.to_owned() }
            }
            "reset" => Fault::Reset,
            "slow" => Fault::Slow { by: Duration::from_millis(number("ms", 1_000)?) },
            other => return Err(format!("no such fault: {other}")),
        };
        let method = body["method"].as_str().unwrap_or("*").to_owned();
        let late = body["after_accept"].as_bool().unwrap_or(false);
        let when = if late { When::AfterAccept } else { When::Before };
        let left = number("times", 1)?;
        self.scripted().push(Scripted { method, left, when, fault });
        Ok(())
    }

    /// The fault that strikes a request to `method` now, if any; the oldest first.
    pub(crate) fn strike(&self, method: &str) -> Option<(Fault, When)> {
        let mut scripted = self.scripted();
        let at = scripted.iter().position(|one| one.method == method || one.method == "*")?;
        let one = &mut scripted[at];
        let struck = (one.fault.clone(), one.when);
        one.left = one.left.saturating_sub(1);
        if one.left == 0 {
            scripted.remove(at);
        }
        Some(struck)
    }

    pub(crate) fn clear(&self) {
        self.scripted().clear();
    }

    fn scripted(&self) -> std::sync::MutexGuard<'_, Vec<Scripted>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_fault_strikes_its_method_as_often_as_asked() {
        let faults = Faults::default();
        faults.plan("rate_limit", &json!({"method": "a", "times": 2, "retry_after": 7})).unwrap();
        faults.plan("reset", &json!({"after_accept": true})).unwrap();
        let limit = Some((Fault::RateLimit { retry_after: 7 }, When::Before));
        assert_eq!(faults.strike("a"), limit);
        assert_eq!(faults.strike("b"), Some((Fault::Reset, When::AfterAccept)));
        assert_eq!(faults.strike("a"), limit);
        assert_eq!(faults.strike("a"), None);
    }

    #[test]
    fn a_mistake_in_a_fault_is_named() {
        let faults = Faults::default();
        assert!(faults.plan("http_error", &json!({"status": 9})).is_err());
        assert!(faults.plan("rate_limit", &json!({"times": "x"})).is_err());
        assert!(faults.plan("earthquake", &json!({})).is_err());
    }
}
