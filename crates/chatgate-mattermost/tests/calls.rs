//! Operations as calls, each exactly as it goes over the wire.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::sync::{Arc, Mutex};

use chatgate_core::{
    Adapter as _, Audience, Change, Content, Feature, Importance, MessageId, MessageRef, Operation,
    Place, Receipt, Surface, Target, UserId,
};
use chatgate_http::{MemoryTransport, Response};
use chatgate_mattermost::Mattermost;
use http::{HeaderMap, StatusCode};
use serde_json::{Value, json};

/// What was called: method and route, and the body.
type Called = Arc<Mutex<Vec<(String, Value)>>>;

/// What a scripted server answers to a route and a body.
type Answers = fn(&str, &Value) -> (u16, Value);

const ME: &str = "botbotbotbotbotbotbotbot01";

fn well(route: &str, _: &Value) -> (u16, Value) {
    match route {
        "GET users/me" => (200, json!({"id": ME, "username": "opsbot", "is_bot": true})),
        "POST posts" => (201, json!({"id": "post1"})),
        "POST channels/direct" | "POST channels/group" => (201, json!({"id": "opened1"})),
        _ => (200, json!({"status": "OK"})),
    }
}

fn bot(answers: Answers) -> (Mattermost, Called) {
    let called = Called::default();
    let seen = called.clone();
    let transport = MemoryTransport::new(move |request| {
        let route = request.url.path().trim_start_matches("/api/v4/");
        let route = format!("{} {route}", request.method);
        let body = serde_json::from_slice(&request.body).unwrap_or_default();
        let (status, said) = answers(&route, &body);
        seen.lock().unwrap().push((route, body));
        let status = StatusCode::from_u16(status).unwrap();
        let response = Response::new(status, HeaderMap::new(), said.to_string());
        async move { Ok(response) }
    });
    let builder = Mattermost::builder().url("http://127.0.0.1:1").token("token");
    (builder.transport(Arc::new(transport)).build().unwrap(), called)
}

fn ops(bot: &Mattermost) -> Place {
    Place::new(bot.id().clone(), "127.0.0.1:1", "ops")
}

/// The calls since the last look, but for who we are.
fn calls(called: &Called) -> Vec<(String, Value)> {
    let mut calls = std::mem::take(&mut *called.lock().unwrap());
    calls.retain(|(route, _)| route != "GET users/me");
    calls
}

fn post(bot: &Mattermost, place: &Place, content: &Content) -> Operation {
    let target = Target::new(Surface::Post, bot.capabilities(place, None));
    let part = bot.dialect().message(content, &target).parts.remove(0);
    let (audience, key) = (Audience::Everyone, MessageId::from(7));
    Operation::Post { place: place.clone(), audience, part, key, via: None }
}

#[tokio::test]
async fn a_post_is_pinned_and_no_longer() {
    let (bot, called) = bot(well);
    let message = MessageRef::platform(ops(&bot), "post1");
    for change in [Change::Added, Change::Removed] {
        let pin = Operation::Pin { place: ops(&bot), message: message.clone(), change };
        assert_eq!(bot.call(pin).await.unwrap(), Receipt::Done);
    }
    let calls = calls(&called);
    assert_eq!(calls[0].0, "POST posts/post1/pin");
    assert_eq!(calls[1].0, "POST posts/post1/unpin");
}

#[tokio::test]
async fn a_post_that_is_gone_is_pinned_no_longer() {
    let (bot, _) = bot(|_, _| (404, json!({"id": "app.post.get.app_error"})));
    let message = MessageRef::platform(ops(&bot), "post1");
    let pin = |change| Operation::Pin { place: ops(&bot), message: message.clone(), change };
    assert_eq!(bot.call(pin(Change::Removed)).await.unwrap(), Receipt::Done);
    assert!(bot.call(pin(Change::Added)).await.unwrap_err().is_not_found());
}

#[tokio::test]
async fn typing_is_shown_in_the_thread() {
    let (bot, called) = bot(well);
    bot.call(Operation::Typing { place: ops(&bot).in_thread("root1") }).await.unwrap();
    let wanted = json!({"channel_id": "ops", "parent_id": "root1"});
    assert_eq!(calls(&called), [("POST users/me/typing".to_owned(), wanted)]);
}

#[tokio::test]
async fn a_group_is_opened_once_with_the_bot_in_it() {
    let (bot, called) = bot(well);
    let people = ["u2", "u1"].map(UserId::from);
    let group = Place::group(bot.id().clone(), "127.0.0.1:1".into(), &people);
    for _ in 0..2 {
        bot.call(post(&bot, &group, &"hello".into())).await.unwrap();
    }
    let calls = calls(&called);
    assert_eq!(calls.len(), 3);
    assert_eq!(calls[0], ("POST channels/group".to_owned(), json!(["u1", "u2", ME])));
    assert_eq!(calls[2].1["channel_id"], "opened1");
}

#[tokio::test]
async fn an_urgent_post_is_marked_and_a_reply_cannot_be() {
    let (bot, called) = bot(well);
    let urgent = Content::from("disk full").importance(Importance::Urgent).ask_acknowledgement();
    bot.call(post(&bot, &ops(&bot), &urgent)).await.unwrap();
    let wanted = json!({"priority": {"priority": "urgent", "requested_ack": true}});
    assert_eq!(calls(&called)[0].1["metadata"], wanted);
    let thread = ops(&bot).in_thread("root1");
    assert!(bot.capabilities(&ops(&bot), None).can(Feature::Importance));
    assert!(!bot.capabilities(&thread, None).can(Feature::Importance));
}

#[tokio::test]
async fn what_a_server_without_a_licence_refuses_is_posted_without_it() {
    let (bot, called) = bot(|route, body| match route {
        "POST posts" if body["metadata"]["priority"]["requested_ack"] == true => {
            (501, json!({"id": "license_error.feature_unavailable.specific"}))
        }
        _ => well(route, body),
    });
    let urgent = Content::from("disk full").importance(Importance::Urgent).ask_acknowledgement();
    let receipt = bot.call(post(&bot, &ops(&bot), &urgent)).await.unwrap();
    assert_eq!(receipt, Receipt::Posted(Some("post1".into())));
    let calls = calls(&called);
    assert_eq!(calls.len(), 2);
    assert_eq!(calls[1].1["metadata"]["priority"]["priority"], "urgent");
    assert_eq!(calls[1].1["pending_post_id"], calls[0].1["pending_post_id"]);
}

#[tokio::test]
async fn where_marks_are_switched_off_a_post_has_none() {
    let (bot, called) = bot(|route, body| match route {
        "POST posts" if body["metadata"]["priority"].is_object() => (
            403,
            json!({"id": "api.post.post_priority.priority_post_not_allowed_for_user.request_error"}),
        ),
        _ => well(route, body),
    });
    let urgent = Content::from("disk full").importance(Importance::Urgent);
    bot.call(post(&bot, &ops(&bot), &urgent)).await.unwrap();
    let calls = calls(&called);
    assert_eq!(calls.len(), 2);
    assert_eq!(calls[1].1.get("metadata"), None);
}

#[tokio::test]
async fn a_file_is_fetched_and_its_id_leads_nowhere_else() {
    let (bot, called) = bot(|_, _| (200, json!("words")));
    let download = |file: &str| {
        let (place, file) = (ops(&bot), file.to_owned());
        Operation::Download { place, file, max_bytes: 100 }
    };
    let receipt = bot.call(download("file1")).await.unwrap();
    assert_eq!(receipt, Receipt::Downloaded("\"words\"".into()));
    assert_eq!(calls(&called)[0].0, "GET files/file1");
    assert!(bot.call(download("../users/me")).await.unwrap_err().is_invalid_input());
}

#[tokio::test]
async fn another_refusal_of_a_marked_post_is_no_reason_to_post_it_unmarked() {
    let (bot, called) = bot(|route, body| match route {
        "POST posts" => (403, json!({"id": "api.context.permissions.app_error"})),
        _ => well(route, body),
    });
    let urgent = Content::from("disk full").importance(Importance::Urgent);
    assert!(bot.call(post(&bot, &ops(&bot), &urgent)).await.unwrap_err().is_denied());
    assert_eq!(calls(&called).len(), 1);
}
