//! Sockets that go on, and those that begin anew.

use chatgate_testkit::fakes::FakeMattermost;
use serde_json::json;

use crate::client::Socket;
use crate::{advance, made};

const MINUTE_MS: u64 = 60_000;

/// A connection of the bot that broke; gives its id.
async fn broken(fake: &FakeMattermost) -> String {
    let id = Socket::open(fake, "").await.hello().await;
    fake.cut();
    id
}

/// What comes first when the bot goes on from a number.
async fn first(fake: &FakeMattermost, id: &str, from: u64) -> (String, u64) {
    let mut socket = resumed(fake, id, from).await;
    let event = socket.next().await.unwrap();
    (event["event"].as_str().unwrap().to_owned(), event["seq"].as_u64().unwrap())
}

async fn resumed(fake: &FakeMattermost, id: &str, from: u64) -> Socket {
    Socket::open(fake, &format!("connection_id={id}&sequence_number={from}")).await
}

#[tokio::test]
async fn of_what_was_sent_the_newest_128_are_kept_also_of_what_waited() {
    let fake = made().await;
    let id = broken(&fake).await;
    // The numbers 2 to 201.
    for number in 0..200 {
        fake.say("alice", "ops", &format!("post {number}")).await.unwrap();
    }
    let mut socket = resumed(&fake, &id, 2).await;
    for seq in 2..202 {
        assert_eq!(socket.next().await.unwrap()["seq"], seq);
    }
    drop(socket);
    fake.cut();
    // All of it has been sent by now; 74 is the oldest that is kept.
    assert_eq!(first(&fake, &id, 74).await, ("posted".to_owned(), 74));
    fake.cut();
    assert_eq!(first(&fake, &id, 73).await, ("hello".to_owned(), 0));
}

#[tokio::test]
async fn a_connection_that_broke_is_forgotten_after_five_minutes_without_use() {
    let fake = made().await;
    let id = broken(&fake).await;
    fake.say("alice", "ops", "missed").await.unwrap();
    advance(&fake, 4 * MINUTE_MS).await;
    assert_eq!(first(&fake, &id, 2).await, ("posted".to_owned(), 2));
    fake.cut();
    // Going on was a use of it, and what is unused is looked for every five minutes.
    advance(&fake, 5 * MINUTE_MS).await;
    assert_eq!(first(&fake, &id, 2).await, ("posted".to_owned(), 2));
    fake.cut();
    advance(&fake, 10 * MINUTE_MS).await;
    assert_eq!(first(&fake, &id, 2).await, ("hello".to_owned(), 0));
}

#[tokio::test]
async fn a_connection_that_is_open_is_not_forgotten_and_a_post_is_a_use() {
    let fake = made().await;
    let mut socket = Socket::open(&fake, "").await;
    let id = socket.hello().await;
    advance(&fake, 60 * MINUTE_MS).await;
    fake.cut();
    fake.say("alice", "ops", "missed").await.unwrap();
    assert_eq!(first(&fake, &id, 2).await, ("posted".to_owned(), 2));
    fake.cut();
    for seq in 3..6 {
        advance(&fake, 4 * MINUTE_MS).await;
        fake.say("opsbot", "ops", "used").await.unwrap();
        assert_eq!(fake.connections().1, 1, "{seq}");
    }
    assert_eq!(first(&fake, &id, 3).await, ("posted".to_owned(), 3));
}

#[tokio::test]
async fn an_id_or_a_number_that_is_none_ends_the_socket() {
    let fake = made().await;
    let id = broken(&fake).await;
    for query in [
        "connection_id=short&sequence_number=2".to_owned(),
        format!("connection_id={}&sequence_number=2", id.replace('0', "-")),
        format!("connection_id={id}"),
        format!("connection_id={id}&sequence_number=two"),
    ] {
        assert_eq!(Socket::open(&fake, &query).await.next().await, None, "{query}");
    }
    // One that is unknown begins anew.
    let unknown = "a".repeat(26);
    assert_eq!(first(&fake, &unknown, 2).await, ("hello".to_owned(), 0));
}

#[tokio::test]
async fn who_says_on_the_socket_who_they_are_is_answered_after_the_hello() {
    let fake = made().await;
    let id = broken(&fake).await;
    let query = format!("connection_id={id}&sequence_number=2");
    let mut socket = Socket::with(&fake, &query, &[]).await.unwrap();
    let data = json!({"token": fake.bot_token()});
    socket.say(json!({"seq": 1, "action": "authentication_challenge", "data": data})).await;
    assert_ne!(socket.hello().await, id);
    assert_eq!(socket.next().await, Some(json!({"status": "OK", "seq_reply": 1})));
}

#[tokio::test]
async fn an_upgrade_from_a_foreign_origin_is_refused() {
    let fake = made().await;
    for origin in ["https://evil.test", "null"] {
        let refused = Socket::with(&fake, "", &[("origin", origin)]).await;
        assert_eq!(refused.err(), Some(403), "{origin}");
    }
    let own = fake.base_url().to_owned();
    assert!(Socket::with(&fake, "", &[("origin", &own)]).await.is_ok());
}
