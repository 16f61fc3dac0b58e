//! The fake Slack: what it refuses, what it delivers, and when.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod app;
mod content;
mod deliveries;
mod faults;
mod interactions;
mod reading;

use chatgate_testkit::fakes::{FakeSlack, SlackConfig};
use serde_json::{Value, json};

use app::post;

/// A fake that nobody listens to.
async fn alone() -> FakeSlack {
    FakeSlack::start(SlackConfig::new()).await.unwrap()
}

/// Calls a method with JSON; what came back.
async fn call(slack: &FakeSlack, method: &str, body: Value) -> Value {
    let authorization = format!("Bearer {}", slack.bot_token());
    let headers = [
        ("content-type", "application/json; charset=utf-8"),
        ("authorization", authorization.as_str()),
    ];
    let url = format!("{}{method}", slack.api_url());
    let (_, body) = post(&url, &headers, body.to_string()).await.unwrap();
    serde_json::from_str(&body).unwrap()
}

/// Calls a method with a form, as the methods that read do.
async fn form(slack: &FakeSlack, method: &str, fields: &[(&str, &str)]) -> Value {
    let authorization = format!("Bearer {}", slack.bot_token());
    let headers = [
        ("content-type", "application/x-www-form-urlencoded"),
        ("authorization", authorization.as_str()),
    ];
    let url = format!("{}{method}", slack.api_url());
    let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    let (_, body) = post(&url, &headers, body).await.unwrap();
    serde_json::from_str(&body).unwrap()
}

/// Posts a message to #ops; its `ts`.
async fn posted(slack: &FakeSlack, body: Value) -> String {
    let mut body = body;
    body["channel"] = json!("C0OPS");
    let answer = call(slack, "chat.postMessage", body).await;
    assert_eq!(answer["ok"], true, "{answer}");
    answer["ts"].as_str().unwrap().to_owned()
}

/// Asserts that a method refuses with this code.
async fn refused(slack: &FakeSlack, method: &str, body: Value, code: &str) {
    let answer = call(slack, method, body.clone()).await;
    assert_eq!((&answer["ok"], &answer["error"]), (&json!(false), &json!(code)), "{method} {body}");
}
