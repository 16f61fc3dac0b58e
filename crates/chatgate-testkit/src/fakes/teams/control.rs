//! The control API: what people do, what goes wrong, and what there is to read.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{Method, Response, StatusCode};
use http_body_util::Full;
use serde_json::{Value, json};

use super::Teams;
use super::world::channel_id;
use crate::fakes::server::{self, Arrived};

/// The answer to `/_control/<verb>`.
pub(super) async fn answer(
    teams: &Arc<Teams>,
    verb: &str,
    arrived: &Arrived,
) -> Response<Full<Bytes>> {
    let body = if arrived.body.is_empty() { &b"{}"[..] } else { &arrived.body };
    let result = match (arrived.method == Method::GET, serde_json::from_slice(body)) {
        (true, _) => teams.read(verb, &arrived.query),
        (false, Ok(body)) => teams.verb(verb, &body).await,
        (false, Err(error)) => Err(format!("not JSON: {error}")),
    };
    match result {
        Ok(mut body) => {
            body["ok"] = json!(true);
            server::json(&body)
        }
        Err(error) => {
            server::json_with(StatusCode::BAD_REQUEST, &json!({"ok": false, "error": error}))
        }
    }
}

impl Teams {
    /// Does what a verb of the control API says.
    pub(super) async fn verb(&self, verb: &str, body: &Value) -> Result<Value, String> {
        let text = |name: &str| body[name].as_str().unwrap_or_default();
        match verb {
            "rate_limit" | "http_error" | "api_error" | "reset" | "slow" => {
                self.faults.plan(verb, body).map(|()| json!({}))
            }
            "clear" => {
                self.faults.clear();
                self.requests.clear();
                self.runs.clear();
                self.world().fails.clear();
                Ok(json!({}))
            }
            "clock" => {
                let by = body["advance_ms"].as_u64().ok_or("`advance_ms` is missing")?;
                self.clock.advance(Duration::from_millis(by));
                Ok(json!({"now_ms": self.clock.now().as_millis()}))
            }
            "listen" => {
                self.world().listen_url = Some(text("url").to_owned());
                Ok(json!({}))
            }
            "say" => self.say(body).await,
            "repeat" => self.repeat(text("id")).await,
            // The next runs fail after their requests were taken.
            "fail_run" => {
                let times = usize::try_from(body["times"].as_u64().unwrap_or(1)).unwrap_or(1);
                let code = body["error"].as_str().unwrap_or("Forbidden");
                let fails = std::iter::repeat_n(code.to_owned(), times.min(10_000));
                self.world().fails.extend(fails);
                Ok(json!({}))
            }
            "turn" => {
                let is_on = body["on"].as_bool().ok_or("`on` is missing")?;
                let mut world = self.world();
                let workflow = world.workflows.get_mut(text("workflow"));
                workflow.ok_or("there is no such workflow")?.is_on = is_on;
                Ok(json!({}))
            }
            _ => Err(format!("no such verb: {verb}")),
        }
    }

    /// Reads something back.
    fn read(&self, what: &str, query: &str) -> Result<Value, String> {
        let param = |name: &str| {
            let mut pairs = form_urlencoded::parse(query.as_bytes());
            pairs.find(|(known, _)| known == name).map(|(_, value)| value.into_owned())
        };
        match what {
            "messages" => {
                let channel = param("conversation").ok_or("`conversation` is missing")?;
                Ok(json!({"messages": self.messages(&channel)}))
            }
            "requests" => Ok(json!({"requests": self.requests.read()})),
            "runs" => Ok(json!({"runs": self.runs.read()})),
            _ => Err(format!("nothing to read: {what}")),
        }
    }

    /// What was written in a channel, oldest first.
    pub(super) fn messages(&self, channel: &str) -> Vec<Value> {
        let channel = channel_id(channel);
        let world = self.world();
        world.messages.iter().filter(|it| it["channel"] == channel.as_str()).cloned().collect()
    }
}
