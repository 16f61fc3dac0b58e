//! What goes wrong when it was asked for.

use chatgate_testkit::fakes::SlackConfig;
use serde_json::json;

use crate::app::{App, post};
use crate::{alone, call};

#[tokio::test]
async fn a_rate_limit_names_the_seconds() {
    let slack = alone().await;
    slack.rate_limit("auth.test", 1, 7);
    let authorization = format!("Bearer {}", slack.bot_token());
    let url = format!("{}auth.test", slack.api_url());
    let headers = [("authorization", authorization.as_str())];
    let (head, body) = post(&url, &headers, String::new()).await.unwrap();
    assert_eq!((head.status.as_u16(), &head.headers["retry-after"]), (429, &"7".parse().unwrap()));
    assert!(body.contains("ratelimited"));
    let (head, _) = post(&url, &headers, String::new()).await.unwrap();
    assert_eq!(head.status, 200);
}

#[tokio::test]
async fn an_ambiguous_failure_has_done_its_work() {
    let slack = alone().await;
    let url = format!("{}chat.postMessage", slack.api_url());
    let authorization = format!("Bearer {}", slack.bot_token());
    let headers = [
        ("authorization", authorization.as_str()),
        ("content-type", "application/json; charset=utf-8"),
    ];
    let body = json!({"channel": "C0OPS", "text": "x"}).to_string();
    for (fault, late, stored) in
        [("http_error", false, 0), ("http_error", true, 1), ("reset", false, 1), ("reset", true, 2)]
    {
        let plan = json!({"method": "chat.postMessage", "status": 502, "after_accept": late});
        slack.fault(fault, &plan).unwrap();
        match post(&url, &headers, body.clone()).await {
            Ok((head, _)) => assert_eq!((fault, head.status.as_u16()), ("http_error", 502)),
            Err(_) => assert_eq!(fault, "reset"),
        }
        assert_eq!(slack.messages("C0OPS").len(), stored, "{fault} {late}");
    }
    slack.fault("api_error", &json!({"method": "*", "error": "fatal_error"})).unwrap();
    assert_eq!(call(&slack, "auth.test", json!({})).await["error"], "fatal_error");
    let requests = slack.requests();
    assert!(requests[0]["fault"].as_str().unwrap().contains("HttpError"));
}

#[tokio::test]
async fn a_slow_answer_waits_for_the_clock() {
    let slack = alone().await;
    slack.fault("slow", &json!({"method": "auth.test", "ms": 3_600_000})).unwrap();
    let answered = call(&slack, "auth.test", json!({}));
    tokio::pin!(answered);
    tokio::select! {
        biased;
        _ = &mut answered => panic!("it was not slow"),
        _ = call(&slack, "api.test", json!({})) => {}
    }
    slack.advance(std::time::Duration::from_secs(3_600));
    assert_eq!(answered.await["ok"], true);
}

#[tokio::test]
async fn deliveries_are_dropped_and_doubled() {
    let app = App::start(SlackConfig::new()).await;
    app.slack.control("drop", json!({"event": "app_mention"})).await.unwrap();
    app.slack.mention("U0ALICE", "C0OPS", "x").await.unwrap();
    assert_eq!(app.event_types(), ["message"]);
    app.slack.control("duplicate", json!({"copies": 3})).await.unwrap();
    app.slack.say("U0ALICE", "C0OPS", "x").await.unwrap();
    let sent = app.slack.deliveries();
    assert_eq!(sent.len(), 4);
    assert!(sent[1..].iter().all(|one| one.event_id == sent[1].event_id));
}
