//! Requests that no team has made, and what is done with them: nothing.

use serde_json::json;

use crate::world::World;

async fn is_refused(how: &str, status: u16, reason: &str) {
    let world = World::new().await;
    let call = world.forge(how).await;
    assert_eq!((call.status, call.answer.as_str()), (Some(status), ""), "{how}");
    world.settled().await;
    assert!(world.ran.all().is_empty(), "{how}");
    // No event was made of it: its refusal is all there is.
    let audit = world.audit().await;
    let kinds: Vec<_> = audit.iter().map(|record| record["type"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["delivery.rejected"], "{how}");
    assert_eq!(world.denials().await, [reason], "{how}");
}

#[tokio::test]
async fn an_unsigned_request_is_refused() {
    is_refused("unsigned", 401, "missing_signature").await;
    is_refused("bearer", 401, "missing_signature").await;
}

#[tokio::test]
async fn a_forged_signature_is_refused() {
    is_refused("wrong_key", 401, "bad_signature").await;
    is_refused("undecoded_key", 401, "bad_signature").await;
}

#[tokio::test]
async fn an_altered_body_is_refused() {
    is_refused("altered", 401, "bad_signature").await;
}

#[tokio::test]
async fn a_body_of_another_type_or_size_is_refused() {
    is_refused("form", 415, "unsupported_media_type").await;
    is_refused("huge", 413, "body_too_large").await;
}

#[tokio::test]
async fn json_that_readers_would_read_differently_is_refused() {
    is_refused("twice", 400, "json_duplicate_key").await;
    is_refused("deep", 400, "json_too_deep").await;
    is_refused("torn", 400, "json_malformed").await;
}

#[tokio::test]
async fn a_signed_request_of_more_than_five_minutes_ago_is_refused() {
    let world = World::new().await;
    let say = |ago_ms: u64| {
        let text = "@opsbot count 1";
        json!({"user": "alice", "channel": "ops", "text": text, "ago_ms": ago_ms})
    };
    let old = world.teams.call("say", say(301_000)).await.unwrap();
    assert_eq!((old.status, old.answer.as_str()), (Some(401), ""));
    assert_eq!(world.denials().await, ["stale_timestamp"]);
    let recent = world.teams.call("say", say(200_000)).await.unwrap();
    assert!(recent.taken());
    assert_eq!(world.ran.all(), ["count 1"]);
}

#[tokio::test]
async fn both_tokens_are_good_while_one_is_replaced() {
    let other = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
    let both = |teams: &chatgate_testkit::fakes::FakeTeams| format!("{other},{}", teams.token());
    let world = World::with(|teams, builder| builder.outgoing_tokens(both(teams))).await;
    assert!(world.say("alice", "ops", "count 1").await.taken());
    let world = World::with(|_, builder| builder.outgoing_tokens(other)).await;
    assert_eq!(world.say("alice", "ops", "count 1").await.status, Some(401));
    assert!(world.ran.all().is_empty());
}

#[tokio::test]
async fn the_address_answers_nothing_else() {
    let world = World::new().await;
    world.teams.listen(world.url.replace("/teams/outgoing", "/teams/other"));
    assert_eq!(world.say("alice", "ops", "count 1").await.status, Some(404));
}
