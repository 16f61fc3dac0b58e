//! Commands, clicks, forms, and the ways back that they bring.

use std::time::Duration;

use chatgate_testkit::fakes::SlackConfig;
use serde_json::{Value, json};

use crate::app::{Answer, App, post};
use crate::{call, posted, refused};

async fn respond(url: &str, body: Value) -> (u16, String) {
    let kind = ("content-type", "application/json");
    let (head, body) = post(url, &[kind], body.to_string()).await.unwrap();
    (head.status.as_u16(), body)
}

fn card() -> Value {
    let plain = |text: &str| json!({"type": "plain_text", "text": text});
    json!({"text": "card", "blocks": [{"type": "actions", "block_id": "row", "elements": [
        {"type": "button", "action_id": "ack", "text": plain("Acknowledge"), "value": "sealed"},
        {"type": "static_select", "action_id": "env", "placeholder": plain("Environment"),
         "options": [{"text": plain("Staging"), "value": "s"}, {"text": plain("Prod"), "value": "p"}]},
        {"type": "datepicker", "action_id": "day"},
    ]}]})
}

#[tokio::test]
async fn a_command_is_answered_inside_its_request() {
    let app = App::start(SlackConfig::new().without_echo()).await;
    app.answers([
        Answer::saying("plain"),
        Answer::saying(json!({"text": "all", "response_type": "in_channel"})),
        Answer::status(200),
        Answer::saying(json!({"blocks": [{"type": "nonsense"}]})),
        Answer::status(500),
    ]);
    let mut shown = Vec::new();
    for _ in 0..5 {
        let attempt = app.slack.slash("U0ALICE", "C0OPS", "/deploy", "api").await.unwrap();
        shown.push(attempt.shown.unwrap());
    }
    assert_eq!(
        shown,
        ["ephemeral", "in_channel", "nothing", "error: invalid_blocks", "dispatch_failed"]
    );
    let arrived = app.last();
    assert_eq!((arrived.field("command"), arrived.field("text")), ("/deploy".into(), "api".into()));
    assert_eq!(arrived.field("is_enterprise_install"), "false");
    let messages = app.slack.messages("C0OPS");
    assert_eq!(messages[0]["_ephemeral_to"], "U0ALICE");
    assert_eq!(messages[1]["text"], "all");
    assert!(app.slack.slash("U0EXTERNAL", "C0SHARED", "/deploy", "").await.is_err());
}

#[tokio::test]
async fn a_command_that_is_answered_late_has_timed_out() {
    let app = App::start(SlackConfig::new()).await;
    let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    app.slack.listen(&format!("http://{}/", silent.local_addr().unwrap()));
    let slash = app.slack.slash("U0ALICE", "C0OPS", "/x", "");
    tokio::pin!(slash);
    tokio::select! {
        biased;
        _ = &mut slash => panic!("nobody answered"),
        _ = silent.accept() => {}
    }
    app.slack.advance(Duration::from_secs(3));
    assert_eq!(slash.await.unwrap().shown.as_deref(), Some("operation_timeout"));
}

#[tokio::test]
async fn a_response_url_takes_five_messages_in_half_an_hour() {
    let app = App::start(SlackConfig::new().without_echo()).await;
    app.slack.slash("U0ALICE", "C0RANDOM", "/x", "").await.unwrap();
    let url = app.last().field("response_url");
    // What is refused does not count.
    assert_eq!(respond(&url, json!({})).await.0, 400);
    for _ in 0..5 {
        assert_eq!(respond(&url, json!({"text": "x"})).await, (200, "ok".to_owned()));
    }
    let (status, body) = respond(&url, json!({"text": "x"})).await;
    assert!(status == 404 && body.contains("used_url"), "{body}");
    assert_eq!(app.slack.messages("C0RANDOM").len(), 5);

    app.slack.slash("U0ALICE", "C0OPS", "/x", "").await.unwrap();
    let url = app.last().field("response_url");
    app.slack.advance(Duration::from_secs(30 * 60));
    let (status, body) = respond(&url, json!({"text": "x"})).await;
    assert!(status == 404 && body.contains("expired_url"), "{body}");
}

#[tokio::test]
async fn a_click_carries_what_was_clicked() {
    let app = App::start(SlackConfig::new().without_echo()).await;
    let ts = posted(&app.slack, card()).await;
    for name in ["ack", "Acknowledge"] {
        let attempt = app.slack.click("U0ALICE", "C0OPS", &ts, name).await.unwrap();
        assert!(attempt.taken());
        let payload = app.last().payload();
        let action = &payload["actions"][0];
        assert_eq!((&action["action_id"], &action["value"]), (&json!("ack"), &json!("sealed")));
        assert_eq!(payload["container"]["message_ts"], ts.as_str());
        assert_eq!(payload["message"]["blocks"][0]["block_id"], "row");
        assert_eq!(payload["user"]["team_id"], "T0ACME");
    }
    app.slack.choose("U0BOB", "C0OPS", &ts, "env", json!("Prod")).await.unwrap();
    let payload = app.last().payload();
    assert_eq!(payload["actions"][0]["selected_option"]["value"], "p");
    let state = &payload["state"]["values"]["row"];
    assert_eq!(state["env"]["selected_option"]["value"], "p");
    assert_eq!(state["day"], json!({"type": "datepicker", "selected_date": null}));
}

#[tokio::test]
async fn people_click_only_what_they_see_unless_forced() {
    let app = App::start(SlackConfig::new().without_echo()).await;
    let ts = posted(&app.slack, card()).await;
    let slack = &app.slack;
    assert!(slack.click("U0ALICE", "C0OPS", &ts, "missing").await.is_err());
    assert!(slack.click("U0EXTERNAL", "C0OPS", &ts, "ack").await.is_err());
    assert!(slack.choose("U0ALICE", "C0OPS", &ts, "env", json!("moon")).await.is_err());
    assert!(app.arrived().is_empty());
    let forged = json!({"user": "U0EXTERNAL", "channel": "C0OPS", "ts": ts, "action": "ack",
        "value": "altered", "force": true});
    slack.control("click", forged).await.unwrap();
    let payload = app.last().payload();
    assert_eq!(payload["actions"][0]["value"], "altered");
    assert_eq!(payload["user"]["team_id"], "T0GLOBEX");
    // A guest who is in the channel clicks like everyone else.
    assert!(slack.click("U0GUEST", "C0OPS", &ts, "ack").await.unwrap().taken());
}

#[tokio::test]
async fn a_click_brings_a_way_to_replace_and_delete_the_message() {
    let app = App::start(SlackConfig::new().without_echo()).await;
    let ts = posted(&app.slack, card()).await;
    app.slack.click("U0ALICE", "C0OPS", &ts, "ack").await.unwrap();
    let url = app.last().payload()["response_url"].as_str().unwrap().to_owned();
    assert_eq!(respond(&url, json!({"text": "aside"})).await.0, 200);
    assert_eq!(app.slack.messages("C0OPS")[1]["_ephemeral_to"], "U0ALICE");
    respond(&url, json!({"text": "done", "replace_original": true})).await;
    let message = app.slack.messages("C0OPS").remove(0);
    assert_eq!((&message["text"], &message["blocks"]), (&json!("done"), &Value::Null));
    let thread = json!({"text": "t", "response_type": "in_channel", "thread_ts": ts});
    assert_eq!(respond(&url, thread).await.0, 200);
    respond(&url, json!({"delete_original": true})).await;
    assert!(app.slack.messages("C0OPS").iter().all(|message| message["ts"] != ts.as_str()));
}

#[tokio::test]
async fn an_ephemeral_card_is_replaced_only_for_who_sees_it() {
    let app = App::start(SlackConfig::new().without_echo()).await;
    let mut body = card();
    body["channel"] = json!("C0OPS");
    body["user"] = json!("U0ALICE");
    let answer = call(&app.slack, "chat.postEphemeral", body).await;
    let ts = answer["message_ts"].as_str().unwrap();
    assert!(app.slack.click("U0BOB", "C0OPS", ts, "ack").await.is_err());
    app.slack.click("U0ALICE", "C0OPS", ts, "ack").await.unwrap();
    let payload = app.last().payload();
    assert_eq!(
        (&payload["container"]["is_ephemeral"], &payload["message"]),
        (&json!(true), &Value::Null)
    );
    let url = payload["response_url"].as_str().unwrap();
    let replace = json!({"text": "x", "replace_original": true, "response_type": "in_channel"});
    respond(url, replace).await;
    let message = app.slack.messages("C0OPS").remove(0);
    assert_eq!((&message["text"], &message["_ephemeral_to"]), (&json!("x"), &json!("U0ALICE")));
}

fn modal() -> Value {
    let plain = |text: &str| json!({"type": "plain_text", "text": text});
    json!({"type": "modal", "callback_id": "c", "title": plain("Deploy"), "submit": plain("Go"),
        "notify_on_close": true,
        "blocks": [{"type": "input", "block_id": "why", "label": plain("Reason"),
            "element": {"type": "plain_text_input", "action_id": "text"}}]})
}

#[tokio::test]
async fn a_form_is_opened_soon_filled_in_and_submitted() {
    let app = App::start(SlackConfig::new().without_echo()).await;
    let slack = &app.slack;
    slack.slash("U0ALICE", "C0OPS", "/x", "").await.unwrap();
    let trigger = app.last().field("trigger_id");
    let body = json!({"trigger_id": trigger, "view": modal()});
    let opened = call(slack, "views.open", body.clone()).await;
    assert_eq!(opened["view"]["callback_id"], "c");
    refused(slack, "views.open", body, "exchanged_trigger_id").await;
    let submit =
        |values: Value| slack.control("submit", json!({"user": "U0ALICE", "values": values}));
    assert!(submit(json!({})).await.is_err());
    let errors = json!({"response_action": "errors", "errors": {"why": "too short"}});
    app.answers([Answer::saying(errors)]);
    assert_eq!(submit(json!({"Reason": "x"})).await.unwrap()["outcome"], "errors");
    let state = &app.last().payload()["view"]["state"]["values"];
    assert_eq!(state["why"]["text"], json!({"type": "plain_text_input", "value": "x"}));
    assert_eq!(submit(json!({"Reason": "because"})).await.unwrap()["outcome"], "closed");

    slack.slash("U0ALICE", "C0OPS", "/x", "").await.unwrap();
    let body = json!({"trigger_id": app.last().field("trigger_id"), "view": modal()});
    slack.advance(Duration::from_secs(3));
    refused(slack, "views.open", body, "expired_trigger_id").await;
}

#[tokio::test]
async fn a_form_that_is_closed_says_so() {
    let app = App::start(SlackConfig::new().without_echo()).await;
    app.slack.slash("U0ALICE", "C0OPS", "/x", "").await.unwrap();
    let trigger = app.last().field("trigger_id");
    call(&app.slack, "views.open", json!({"trigger_id": trigger, "view": modal()})).await;
    app.slack.control("close", json!({"user": "U0ALICE"})).await.unwrap();
    let payload = app.last().payload();
    assert_eq!((&payload["type"], &payload["trigger_id"]), (&json!("view_closed"), &Value::Null));
}

#[tokio::test]
async fn options_are_asked_for() {
    let app = App::start(SlackConfig::new().without_echo()).await;
    let blocks = json!([{"type": "actions", "elements": [
        {"type": "external_select", "action_id": "service"}]}]);
    let ts = posted(&app.slack, json!({"text": "x", "blocks": blocks})).await;
    app.answers([Answer::saying(json!({"options": []})), Answer::saying(json!({}))]);
    let body = json!({"user": "U0ALICE", "channel": "C0OPS", "ts": ts, "action": "service",
        "value": "ap"});
    assert_eq!(app.slack.control("suggest", body.clone()).await.unwrap()["valid"], true);
    assert_eq!(app.last().payload()["value"], "ap");
    assert_eq!(app.slack.control("suggest", body).await.unwrap()["valid"], false);
}
