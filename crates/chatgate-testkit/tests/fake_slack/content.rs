//! What may be said, where, and by whom.

use chatgate_testkit::fakes::{FakeSlack, SlackConfig};
use serde_json::{Value, json};

use crate::{alone, app::post, call, form, posted, refused};

#[tokio::test]
async fn a_message_is_stored_and_read_back() {
    let slack = alone().await;
    let ts = posted(&slack, json!({"text": "hello & <!here> <@U0BOB>"})).await;
    let message = slack.messages("C0OPS").pop().unwrap();
    assert_eq!(message["text"], "hello &amp; <!here> <@U0BOB>");
    assert_eq!(message["bot_id"], slack.ids().bot_id);
    assert_eq!(message["_mentions"], json!(["<!here>", "<@U0BOB>"]));
    assert_eq!(ts.split_once('.').unwrap().1.len(), 6);
}

#[tokio::test]
async fn a_ts_is_unique_in_its_channel() {
    let slack = alone().await;
    let mut seen = std::collections::BTreeSet::new();
    for _ in 0..50 {
        assert!(seen.insert(posted(&slack, json!({"text": "x"})).await));
    }
}

#[tokio::test]
async fn a_token_is_asked_for() {
    let slack = alone().await;
    let url = format!("{}chat.postMessage", slack.api_url());
    let body = json!({"channel": "C0OPS", "text": "x", "token": slack.bot_token()}).to_string();
    let kind = ("content-type", "application/json; charset=utf-8");
    // A token in a JSON body does not count.
    let (_, answer) = post(&url, &[kind], body.clone()).await.unwrap();
    assert!(answer.contains("not_authed"), "{answer}");
    let wrong = ("authorization", "Bearer xoxb-wrong");
    let (_, answer) = post(&url, &[kind, wrong], body).await.unwrap();
    assert!(answer.contains("invalid_auth"), "{answer}");
    let fields = format!("token={}&channel=C0OPS&text=x", slack.bot_token());
    let kind = ("content-type", "application/x-www-form-urlencoded");
    let (head, answer) = post(&url, &[kind], fields).await.unwrap();
    assert!(answer.contains("\"ok\":true"), "{answer}");
    assert!(head.headers["x-oauth-scopes"].to_str().unwrap().contains("chat:write"));
    assert!(slack.requests().iter().all(|request| !request.to_string().contains("xoxb-")));
    slack.control("configure", json!({"refuse": "token_revoked"})).await.unwrap();
    refused(&slack, "auth.test", json!({}), "token_revoked").await;
}

#[tokio::test]
async fn a_scope_that_is_missing_is_named() {
    let config = SlackConfig::new().without_scope("chat:write").without_scope("im:read");
    let slack = FakeSlack::start(config).await.unwrap();
    let answer = call(&slack, "chat.postMessage", json!({"channel": "C0OPS", "text": "x"})).await;
    assert_eq!(
        (&answer["error"], &answer["needed"]),
        (&json!("missing_scope"), &json!("chat:write"))
    );
    assert!(answer["provided"].as_str().unwrap().contains("users:read"));
    let answer = form(&slack, "conversations.info", &[("channel", "D0ALICE")]).await;
    assert_eq!(answer["needed"], "im:read");
}

#[tokio::test]
async fn posting_is_refused_where_slack_refuses_it() {
    let slack = alone().await;
    for (channel, code) in [
        ("C0NOWHERE", "channel_not_found"),
        ("C0SECRET", "channel_not_found"),
        ("C0RANDOM", "not_in_channel"),
        ("C0ARCHIVED", "is_archived"),
        ("U0GONE", "channel_not_found"),
    ] {
        refused(&slack, "chat.postMessage", json!({"channel": channel, "text": "x"}), code).await;
    }
    let answer = call(&slack, "chat.postMessage", json!({"channel": "U0CAROL", "text": "x"})).await;
    assert!(answer["channel"].as_str().unwrap().starts_with('D'));
}

#[tokio::test]
async fn content_is_refused_as_slack_refuses_it() {
    let slack = alone().await;
    let divider = json!({"type": "divider"});
    let ts = posted(&slack, json!({"text": "root"})).await;
    let cases: Vec<(Value, &str)> = vec![
        (json!({}), "no_text"),
        (json!({"text": ""}), "no_text"),
        (json!({"blocks": []}), "no_text"),
        (json!({"blocks": "{"}), "invalid_blocks_format"),
        (json!({"blocks": {}}), "invalid_blocks_format"),
        (json!({"blocks": [{"type": "what"}]}), "invalid_blocks"),
        (json!({"blocks": vec![divider; 51]}), "msg_blocks_too_many"),
        (json!({"text": "x", "markdown_text": "y"}), "markdown_text_conflict"),
        (json!({"markdown_text": "y".repeat(12_001)}), "msg_too_long"),
        (
            json!({"text": "x", "attachments": vec![json!({"text": "a"}); 101]}),
            "too_many_attachments",
        ),
        (json!({"text": "x", "attachments": [{"words": "a"}]}), "invalid_attachments"),
        (json!({"text": "x", "thread_ts": "soon"}), "invalid_thread_ts"),
        (json!({"text": "x", "thread_ts": "1.000000"}), "invalid_thread_ts"),
        (json!({"text": "x", "metadata": {"event_type": "e"}}), "invalid_metadata_format"),
        (
            json!({"text": "x", "metadata": {"event_type": "e", "event_payload": {"a": {"b": {}}}}}),
            "invalid_metadata_format",
        ),
        (
            json!({"text": "x", "metadata": {"event_type": "e",
                "event_payload": {"a": "x".repeat(9_000)}}}),
            "metadata_too_large",
        ),
    ];
    for (mut body, code) in cases {
        body["channel"] = json!("C0OPS");
        refused(&slack, "chat.postMessage", body, code).await;
    }
    let reply = posted(&slack, json!({"text": "reply", "thread_ts": ts})).await;
    let body = json!({"channel": "C0OPS", "text": "x", "thread_ts": reply});
    refused(&slack, "chat.postMessage", body, "cannot_reply_to_message").await;
}

#[tokio::test]
async fn a_post_is_cut_and_an_update_refused() {
    let slack = alone().await;
    let ts = posted(&slack, json!({"text": "x".repeat(40_001)})).await;
    let message = slack.messages("C0OPS").pop().unwrap();
    assert_eq!(message["_truncated"], true);
    assert_eq!(message["text"].as_str().unwrap().len(), 40_000);
    let body = json!({"channel": "C0OPS", "ts": ts, "text": "x".repeat(4_001)});
    refused(&slack, "chat.update", body, "msg_too_long").await;
}

#[tokio::test]
async fn an_update_keeps_what_it_does_not_name() {
    let slack = alone().await;
    let block = json!({"type": "section", "text": {"type": "mrkdwn", "text": "b"}});
    let metadata = json!({"event_type": "e", "event_payload": {"id": "1"}});
    let ts = posted(&slack, json!({"text": "a", "blocks": [block], "metadata": metadata})).await;
    let update = |body: Value| {
        let mut body = body;
        body["channel"] = json!("C0OPS");
        body["ts"] = json!(ts);
        call(&slack, "chat.update", body)
    };
    // Text without blocks removes the blocks; metadata stays.
    let answer = update(json!({"text": "c"})).await;
    assert_eq!((&answer["text"], &answer["message"]["blocks"]), (&json!("c"), &Value::Null));
    assert_eq!(answer["message"]["metadata"], metadata);
    assert!(answer["message"]["edited"].is_object());
    let answer = update(json!({"metadata": {}})).await;
    assert_eq!((&answer["text"], &answer["message"]["metadata"]), (&json!("c"), &Value::Null));
    assert_eq!(update(json!({})).await["error"], "no_text");
}

#[tokio::test]
async fn only_own_messages_are_changed() {
    let slack = alone().await;
    let theirs = slack.say("U0ALICE", "C0OPS", "mine").await.unwrap();
    let ours = posted(&slack, json!({"text": "x"})).await;
    let of = |ts: &str| json!({"channel": "C0OPS", "ts": ts, "text": "y"});
    refused(&slack, "chat.update", of(&theirs), "cant_update_message").await;
    refused(&slack, "chat.delete", of(&theirs), "cant_delete_message").await;
    refused(&slack, "chat.update", of("1.000000"), "message_not_found").await;
    assert_eq!(call(&slack, "chat.delete", of(&ours)).await["ok"], true);
    refused(&slack, "chat.update", of(&ours), "message_not_found").await;
    assert_eq!(slack.messages("C0OPS").len(), 1);
}

#[tokio::test]
async fn an_ephemeral_message_is_for_one_who_is_there() {
    let slack = alone().await;
    let to = |user: &str| json!({"channel": "C0OPS", "user": user, "text": "psst"});
    let answer = call(&slack, "chat.postEphemeral", to("U0ALICE")).await;
    let ts = answer["message_ts"].as_str().unwrap();
    assert_eq!(slack.messages("C0OPS")[0]["_ephemeral_to"], "U0ALICE");
    refused(&slack, "chat.postEphemeral", to("U0EXTERNAL"), "user_not_in_channel").await;
    refused(&slack, "chat.postEphemeral", to("U0NOBODY"), "user_not_found").await;
    let body = json!({"channel": "C0OPS", "ts": ts, "text": "x"});
    refused(&slack, "chat.update", body, "message_not_found").await;
    let history = form(&slack, "conversations.history", &[("channel", "C0OPS")]).await;
    assert_eq!(history["messages"], json!([]));
}

#[tokio::test]
async fn reactions_are_given_once() {
    let slack = alone().await;
    let ts = posted(&slack, json!({"text": "x"})).await;
    let with = |name: &str| json!({"channel": "C0OPS", "timestamp": ts, "name": name});
    assert_eq!(call(&slack, "reactions.add", with("eyes")).await["ok"], true);
    refused(&slack, "reactions.add", with("eyes"), "already_reacted").await;
    refused(&slack, "reactions.add", with(":eyes:"), "invalid_name").await;
    assert_eq!(slack.messages("C0OPS")[0]["reactions"][0]["users"], json!(["U0BOT"]));
    assert_eq!(call(&slack, "reactions.remove", with("eyes")).await["ok"], true);
    refused(&slack, "reactions.remove", with("eyes"), "no_reaction").await;
}

#[tokio::test]
async fn a_message_is_pinned_once() {
    let slack = alone().await;
    let ts = posted(&slack, json!({"text": "x"})).await;
    let it = || json!({"channel": "C0OPS", "timestamp": ts});
    assert_eq!(call(&slack, "pins.add", it()).await["ok"], true);
    refused(&slack, "pins.add", it(), "already_pinned").await;
    let list = form(&slack, "pins.list", &[("channel", "C0OPS")]).await;
    assert_eq!(list["items"][0]["message"]["ts"], ts);
    assert_eq!(call(&slack, "pins.remove", it()).await["ok"], true);
    refused(&slack, "pins.remove", it(), "no_pin").await;
    let list = form(&slack, "pins.list", &[("channel", "C0OPS")]).await;
    assert_eq!(list["items"], json!([]));
}

#[tokio::test]
async fn a_file_is_announced_brought_and_completed() {
    let slack = alone().await;
    let fields = [("filename", "log.txt"), ("length", "5")];
    let answer = form(&slack, "files.getUploadURLExternal", &fields).await;
    let (id, url) = (&answer["file_id"], answer["upload_url"].as_str().unwrap());
    let complete = json!({"files": [{"id": id, "title": "Log"}], "channel_id": "C0OPS", "initial_comment": "here"});
    refused(&slack, "files.completeUploadExternal", complete.clone(), "file_update_failed").await;
    let (head, _) = post(url, &[], "four".to_owned()).await.unwrap();
    assert_eq!(head.status, 400);
    let (head, _) = post(url, &[], "hello".to_owned()).await.unwrap();
    assert_eq!(head.status, 200);
    let done = call(&slack, "files.completeUploadExternal", complete).await;
    assert_eq!(done["files"][0]["title"], "Log");
    let message = slack.messages("C0OPS").pop().unwrap();
    assert_eq!((&message["text"], &message["files"][0]["id"]), (&json!("here"), id));
    let none = form(&slack, "files.getUploadURLExternal", &[("filename", "x"), ("length", "0")]);
    assert_eq!(none.await["error"], "missing_argument");
}

#[tokio::test]
async fn a_published_view_is_checked_and_kept() {
    let slack = alone().await;
    let home =
        |blocks: Value| json!({"user_id": "U0ALICE", "view": {"type": "home", "blocks": blocks}});
    let answer = call(&slack, "views.publish", home(json!([{"type": "divider"}]))).await;
    assert_eq!(answer["view"]["type"], "home");
    let mut stale = home(json!([]));
    stale["hash"] = json!("old");
    refused(&slack, "views.publish", stale, "hash_conflict").await;
    refused(&slack, "views.publish", home(json!([{"type": "x"}])), "invalid_arguments").await;
    let modal = json!({"trigger_id": "1.2.3", "view": {"type": "modal", "blocks": [],
        "title": {"type": "plain_text", "text": "t"}}});
    refused(&slack, "views.open", modal, "invalid_trigger_id").await;
}
