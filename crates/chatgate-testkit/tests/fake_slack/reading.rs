//! History, threads, pages, people.

use std::sync::Arc;

use chatgate_core::{ManualClock, Timestamp};
use chatgate_testkit::fakes::{FakeSlack, SlackConfig};
use serde_json::{Value, json};

use crate::{alone, call, form, posted};

fn texts(answer: &Value) -> Vec<&str> {
    let messages = answer["messages"].as_array().unwrap();
    messages.iter().map(|message| message["text"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn history_comes_in_pages_newest_first() {
    let slack = alone().await;
    for number in 0..5 {
        posted(&slack, json!({"text": number.to_string()})).await;
    }
    let first =
        form(&slack, "conversations.history", &[("channel", "C0OPS"), ("limit", "2")]).await;
    assert_eq!((texts(&first), &first["has_more"]), (vec!["4", "3"], &json!(true)));
    let mut cursor = first["response_metadata"]["next_cursor"].as_str().unwrap().to_owned();
    let mut rest = Vec::new();
    while !cursor.is_empty() {
        let fields = [("channel", "C0OPS"), ("limit", "2"), ("cursor", &cursor)];
        let page = form(&slack, "conversations.history", &fields).await;
        rest.extend(texts(&page).into_iter().map(str::to_owned));
        cursor = page["response_metadata"]["next_cursor"].as_str().unwrap().to_owned();
    }
    assert_eq!(rest, ["2", "1", "0"]);
    for (name, value, code) in [
        ("cursor", "nonsense", "invalid_cursor"),
        ("limit", "1000", "invalid_limit"),
        ("oldest", "yesterday", "invalid_ts_oldest"),
    ] {
        let fields = [("channel", "C0OPS"), (name, value)];
        let answer = form(&slack, "conversations.history", &fields);
        assert_eq!(answer.await["error"], code);
    }
}

#[tokio::test]
async fn history_has_bounds_and_metadata() {
    let slack = alone().await;
    let metadata = json!({"event_type": "e", "event_payload": {"id": "1"}});
    let first = posted(&slack, json!({"text": "a"})).await;
    let second = posted(&slack, json!({"text": "b", "metadata": metadata})).await;
    let range = [("channel", "C0OPS"), ("oldest", &first), ("latest", &second)];
    assert_eq!(texts(&form(&slack, "conversations.history", &range).await), [""; 0]);
    let mut range = range.to_vec();
    range.push(("inclusive", "true"));
    let both = form(&slack, "conversations.history", &range).await;
    assert_eq!((texts(&both), &both["messages"][0]["metadata"]), (vec!["b", "a"], &Value::Null));
    range.push(("include_all_metadata", "true"));
    let both = form(&slack, "conversations.history", &range).await;
    assert_eq!(both["messages"][0]["metadata"], metadata);
}

#[tokio::test]
async fn a_thread_is_read_root_first_and_kept_out_of_the_channel() {
    let slack = alone().await;
    let root = slack.say("U0ALICE", "C0OPS", "root").await.unwrap();
    slack.reply("U0BOB", "C0OPS", &root, "one").await.unwrap();
    posted(&slack, json!({"text": "two", "thread_ts": root})).await;
    posted(&slack, json!({"text": "three", "thread_ts": root, "reply_broadcast": true})).await;
    let thread =
        form(&slack, "conversations.replies", &[("channel", "C0OPS"), ("ts", &root)]).await;
    assert_eq!(texts(&thread), ["root", "one", "two", "three"]);
    assert_eq!(thread["messages"][0]["reply_count"], 3);
    assert_eq!(thread["messages"][1]["parent_user_id"], "U0ALICE");
    let history = form(&slack, "conversations.history", &[("channel", "C0OPS")]).await;
    assert_eq!(texts(&history), ["three", "root"]);
    let none = form(&slack, "conversations.replies", &[("channel", "C0OPS"), ("ts", "1.000000")]);
    assert_eq!(none.await["error"], "thread_not_found");
}

#[tokio::test]
async fn places_and_people_say_what_they_are() {
    let slack = alone().await;
    let info = |channel: &'static str| {
        let slack = &slack;
        async move { form(slack, "conversations.info", &[("channel", channel)]).await }
    };
    assert_eq!(info("C0SHARED").await["channel"]["is_ext_shared"], true);
    assert_eq!(info("C0RANDOM").await["channel"]["is_member"], false);
    assert_eq!(info("D0ALICE").await["channel"]["user"], "U0ALICE");
    assert_eq!(info("C0PRIVATE").await["channel"]["is_private"], true);
    assert_eq!(info("C0SECRET").await["error"], "channel_not_found");
    let user = form(&slack, "users.info", &[("user", "U0ULTRA")]).await;
    assert_eq!(user["user"]["is_ultra_restricted"], true);
    let user = form(&slack, "users.info", &[("user", "U0EXTERNAL")]).await;
    assert_eq!(user["user"]["team_id"], slack.ids().foreign_team);
    assert_eq!(form(&slack, "users.info", &[("user", "U9")]).await["error"], "user_not_found");
    let test = call(&slack, "auth.test", json!({})).await;
    assert_eq!((&test["user_id"], &test["bot_id"]), (&json!("U0BOT"), &json!("B0BOT")));
}

#[tokio::test]
async fn a_public_channel_is_joined_and_a_dm_opened() {
    let slack = alone().await;
    let join = || call(&slack, "conversations.join", json!({"channel": "C0RANDOM"}));
    assert_eq!(join().await["channel"]["is_member"], true);
    assert_eq!(join().await["warning"], "already_in_channel");
    let open = call(&slack, "conversations.open", json!({"users": "U0CAROL"})).await;
    let again = call(&slack, "conversations.open", json!({"users": "U0CAROL"})).await;
    assert_eq!(open["channel"]["id"], again["channel"]["id"]);
    let all = form(&slack, "conversations.list", &[("types", "im"), ("limit", "2")]).await;
    assert_eq!(all["channels"].as_array().unwrap().len(), 2);
    assert_ne!(all["response_metadata"]["next_cursor"], "");
}

#[tokio::test]
async fn limits_are_enforced_when_asked() {
    let clock = ManualClock::at(Timestamp::from_secs(1_700_000_000));
    let config = SlackConfig::new().with_pace().with_clock(Arc::new(clock));
    let slack = FakeSlack::start(config).await.unwrap();
    for _ in 0..3 {
        posted(&slack, json!({"text": "x"})).await;
    }
    let body = json!({"channel": "C0OPS", "text": "x"});
    assert_eq!(call(&slack, "chat.postMessage", body).await["error"], "ratelimited");
    slack.advance(std::time::Duration::from_secs(3));
    posted(&slack, json!({"text": "x"})).await;
}
