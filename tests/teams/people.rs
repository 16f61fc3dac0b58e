//! Who must not run anything, and does not: each with the reason on record.

use serde_json::json;

use crate::world::World;

#[tokio::test]
async fn guests_strangers_and_people_of_other_tenants_run_nothing() {
    for (user, channel, reason) in [
        ("guest", "ops", "guest"),
        ("federated", "ops", "external_user"),
        ("anonymous", "ops", "anonymous"),
        ("alice", "shared", "externally_shared"),
    ] {
        let world = World::new().await;
        let call = world.say(user, channel, "count 1").await;
        assert!(call.taken(), "{user}: {call:?}");
        assert!(!call.answer.contains("counted"), "{user}: {call:?}");
        assert!(world.ran.all().is_empty(), "{user}");
        assert_eq!(world.denials().await, [reason], "{user}");
    }
}

#[tokio::test]
async fn the_tenants_that_are_named_are_admitted_and_no_other() {
    let ids = World::new().await.teams.ids();
    let only = |tenants: String| World::with(move |_, builder| builder.tenants(tenants));
    let world = only(format!("{},{}", ids.tenant, ids.foreign_tenant)).await;
    for user in ["alice", "federated"] {
        assert!(world.say(user, "ops", "count 1").await.answer.contains("counted"), "{user}");
    }
    // Of which tenant this guest is nobody says.
    assert!(!world.say("guest", "ops", "count 1").await.answer.contains("counted"));
    let world = only(ids.foreign_tenant).await;
    assert!(!world.say("alice", "ops", "count 1").await.answer.contains("counted"));
    assert_eq!(world.denials().await, ["external_user"]);
}

/// Two bots that answer each other never end.
#[tokio::test]
async fn a_bot_runs_nothing_and_is_not_answered() {
    let world = World::mapped().await;
    let call = world.say("otherbot", "ops", "count 1").await;
    assert_eq!((call.status, call.answer.as_str()), (Some(200), ""));
    world.settled().await;
    assert!(world.ran.all().is_empty());
    assert_eq!(world.denials().await, ["integration"]);
    assert!(world.teams.requests().is_empty());
}

/// A display name decides nothing.
#[tokio::test]
async fn a_person_is_known_by_their_id_and_not_by_their_name() {
    let world = World::new().await;
    let alice = world.teams.ids().people["alice"].clone();
    let from = json!({"id": "29:1x", "name": "alice", "aadObjectId": "dddddddd-0000-4000-8000-000000000000"});
    let body = json!({
        "user": "bob", "channel": "ops", "text": "@opsbot incident x", "extra": {"from": from},
    });
    let call = world.teams.call("say", body).await.unwrap();
    let reply = json!({
        "user": "bob", "channel": "ops", "root": call.id, "text": "@opsbot 1", "extra": {"from": from},
    });
    let taken = world.teams.call("say", reply).await.unwrap();
    assert!(taken.answer.contains("dddddddd") && !taken.answer.contains(&alice), "{taken:?}");
}
