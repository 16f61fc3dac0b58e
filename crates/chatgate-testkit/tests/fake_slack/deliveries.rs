//! What reaches the app, signed, in which order, and how often.

use std::sync::Arc;
use std::time::Duration;

use chatgate_core::{ManualClock, Timestamp};
use chatgate_testkit::fakes::{MentionOrder, SlackConfig};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::json;

use crate::app::{Answer, App, Arrived};
use crate::{call, posted};

fn genuine(secret: &str, arrived: &Arrived) -> bool {
    let mut mac = Hmac::<sha2::Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    let timestamp = arrived.header("x-slack-request-timestamp");
    mac.update(format!("v0:{timestamp}:{}", arrived.body).as_bytes());
    let hex: String =
        mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    arrived.header("x-slack-signature") == format!("v0={hex}")
}

#[tokio::test]
async fn a_message_arrives_signed_and_in_an_envelope() {
    let app = App::start(SlackConfig::new()).await;
    let ts = app.slack.say("U0ALICE", "C0OPS", "hi `there`").await.unwrap();
    let arrived = app.last();
    assert!(genuine(app.slack.signing_secret(), &arrived));
    let envelope: serde_json::Value = serde_json::from_str(&arrived.body).unwrap();
    assert_eq!(
        (&envelope["type"], &envelope["team_id"]),
        (&json!("event_callback"), &json!("T0ACME"))
    );
    assert_eq!(envelope["authorizations"][0]["user_id"], "U0BOT");
    let event = arrived.event();
    assert_eq!((&event["ts"], &event["channel_type"]), (&json!(ts), &json!("channel")));
    let inline = &event["blocks"][0]["elements"][0]["elements"];
    assert_eq!(inline[1], json!({"type": "text", "text": "there", "style": {"code": true}}));
    assert_eq!(app.slack.deliveries()[0].status, Some(200));
}

#[tokio::test]
async fn a_mention_is_two_events_in_the_order_asked_for() {
    let orders = [
        (MentionOrder::MessageFirst, ["message", "app_mention"]),
        (MentionOrder::MentionFirst, ["app_mention", "message"]),
    ];
    for (order, expected) in orders {
        let app = App::start(SlackConfig::new().with_mention_order(order)).await;
        app.slack.mention("U0ALICE", "C0OPS", "deploy").await.unwrap();
        assert_eq!(app.event_types(), expected);
        let ids: Vec<_> = app.slack.deliveries().into_iter().map(|one| one.event_id).collect();
        assert_ne!(ids[0], ids[1]);
        let arrived = app.arrived();
        assert_eq!(arrived[0].event()["ts"], arrived[1].event()["ts"]);
    }
    let app = App::start(SlackConfig::new()).await;
    app.slack.mention("U0ALICE", "D0ALICE", "deploy").await.unwrap();
    assert_eq!(app.event_types(), ["message"]);
}

#[tokio::test]
async fn an_event_that_is_not_taken_comes_again_at_once_after_a_minute_and_after_five() {
    let app = App::start(SlackConfig::new()).await;
    app.answers(vec![Answer::status(500); 3]);
    app.slack.say("U0ALICE", "C0OPS", "x").await.unwrap();
    let count = |count: usize| {
        app.slack.until(move |slack| (slack.deliveries().len() == count).then_some(()))
    };
    count(2).await;
    app.slack.advance(Duration::from_secs(60));
    count(3).await;
    app.slack.advance(Duration::from_secs(300));
    count(4).await;
    let arrived = app.arrived();
    let number: Vec<_> = arrived.iter().map(|one| one.header("x-slack-retry-num")).collect();
    assert_eq!(number, ["", "1", "2", "3"]);
    assert_eq!(arrived[1].header("x-slack-retry-reason"), "http_error");
    let ids: std::collections::BTreeSet<_> =
        app.slack.deliveries().into_iter().map(|one| one.event_id).collect();
    assert_eq!(ids.len(), 1);
    let last = app.slack.deliveries().pop().unwrap();
    assert!(last.taken());
    assert!(last.at_ms - app.slack.deliveries()[1].at_ms >= 360_000);
}

#[tokio::test]
async fn an_app_can_decline_retries() {
    let app = App::start(SlackConfig::new()).await;
    let mut answer = Answer::status(500);
    answer.headers.push(("x-slack-no-retry", "1"));
    app.answers([answer]);
    app.slack.say("U0ALICE", "C0OPS", "x").await.unwrap();
    app.slack.advance(Duration::from_secs(1_000));
    app.slack.say("U0ALICE", "C0OPS", "y").await.unwrap();
    assert_eq!(app.arrived().len(), 2);
}

#[tokio::test]
async fn an_app_that_is_not_there_is_retried_too() {
    let app = App::start(SlackConfig::new()).await;
    app.slack.listen("http://127.0.0.1:1/");
    app.slack.say("U0ALICE", "C0OPS", "x").await.unwrap();
    let first = app.slack.deliveries().remove(0);
    assert_eq!((first.status, first.error.as_deref()), (None, Some("connection_failed")));
    app.slack.listen("http://chat.example/");
    app.slack.say("U0ALICE", "C0OPS", "x").await.unwrap();
    let sent = app.slack.deliveries();
    assert!(sent.iter().any(|one| one.error.is_some() && one.url.contains("example")));
}

#[tokio::test]
async fn own_messages_come_back_unless_told_not_to() {
    let app = App::start(SlackConfig::new()).await;
    let ts = posted(&app.slack, json!({"text": "mine"})).await;
    call(&app.slack, "chat.update", json!({"channel": "C0OPS", "ts": ts, "text": "new"})).await;
    app.slack.settled().await;
    let events: Vec<_> = app.arrived().iter().map(Arrived::event).collect();
    assert_eq!(events.len(), 2);
    let changed = events.iter().find(|event| event["subtype"] == "message_changed").unwrap();
    assert_eq!(changed["message"]["bot_id"], "B0BOT");
    assert_eq!(changed["previous_message"]["text"], "mine");

    let quiet = App::start(SlackConfig::new().without_echo()).await;
    posted(&quiet.slack, json!({"text": "mine"})).await;
    quiet.slack.settled().await;
    assert!(quiet.arrived().is_empty());
}

#[tokio::test]
async fn what_people_do_arrives() {
    let app = App::start(SlackConfig::new()).await;
    let slack = &app.slack;
    let ts = slack.say("U0ALICE", "C0OPS", "a").await.unwrap();
    let body = json!({"user": "U0ALICE", "channel": "C0OPS", "ts": ts, "text": "b", "name": "eyes",
        "urls": ["https://a.example/x"]});
    for (verb, kind) in [
        ("react", "reaction_added"),
        ("edit", "message"),
        ("link", "link_shared"),
        ("delete", "message"),
        ("leave", "member_left_channel"),
        ("join", "member_joined_channel"),
        ("home", "app_home_opened"),
        ("uninstall", "app_uninstalled"),
        ("revoke", "tokens_revoked"),
    ] {
        slack.control(verb, body.clone()).await.unwrap();
        assert_eq!(app.last().event()["type"], kind, "{verb}");
    }
    slack.control("event", json!({"event": {"type": "new_thing", "x": 1}})).await.unwrap();
    assert_eq!(app.last().event(), json!({"type": "new_thing", "x": 1}));
    app.answers([Answer::saying("c-1")]);
    let done = slack.control("handshake", json!({"challenge": "c-1"})).await.unwrap();
    assert_eq!(done["verified"], true);
}

#[tokio::test]
async fn a_channel_without_the_bot_is_silent() {
    let app = App::start(SlackConfig::new()).await;
    app.slack.mention("U0ALICE", "C0RANDOM", "x").await.unwrap();
    app.slack.settled().await;
    assert!(app.arrived().is_empty());
    assert!(app.slack.say("U0EXTERNAL", "C0OPS", "x").await.is_err());
}

#[tokio::test]
async fn forged_requests_are_forged() {
    let clock = ManualClock::at(Timestamp::from_secs(1_700_000_000));
    let app = App::start(SlackConfig::new().with_clock(Arc::new(clock))).await;
    let secret = app.slack.signing_secret().to_owned();
    for (forge, right, timestamp) in [
        ("unsigned", false, ""),
        ("wrong_secret", false, "1700000000"),
        ("altered", false, "1700000000"),
        ("stale", true, "1699999699"),
        ("early", true, "1700000301"),
    ] {
        let body = json!({"user": "U0ALICE", "channel": "C0OPS", "text": "x", "forge": forge});
        app.slack.control("say", body).await.unwrap();
        let arrived = app.last();
        assert_eq!(genuine(&secret, &arrived), right, "{forge}");
        assert_eq!(arrived.header("x-slack-request-timestamp"), timestamp, "{forge}");
    }
}
