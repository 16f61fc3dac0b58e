//! No credential is to be read in a log, in an error, nor in what the store keeps.

use chatgate_core::Query;
use serde_json::json;

use crate::log::Log;
use crate::world::World;

#[tokio::test]
async fn no_credential_is_logged_or_kept() {
    let (log, _guard) = Log::start();
    let world = World::mapped().await;
    let url = world.teams.workflow_url("ops");
    let signature = url.rsplit('=').next().unwrap().to_owned();
    let id = url.split('/').nth(4).unwrap().to_owned();
    let secrets = [world.teams.token().to_owned(), signature, id];
    assert!(secrets.iter().all(|secret| secret.len() >= 16), "{secrets:?}");

    let call = world.say("alice", "ops", "deploy api").await;
    assert!(call.taken());
    world.forge("wrong_key").await;
    // Every way in which a workflow says no.
    for (fault, how) in [
        ("http_error", json!({"method": "ops", "status": 401})),
        ("http_error", json!({"method": "ops", "status": 500})),
        ("api_error", json!({"method": "ops", "error": "InvalidRequestContent"})),
        ("reset", json!({"method": "ops"})),
    ] {
        world.settled().await;
        world.teams.control(fault, how).await.unwrap();
        world.running.chat().say(World::workflow("ops"), "words").await.unwrap();
    }
    world.settled().await;

    let mut kept = String::new();
    for kind in ["audit", "outbox", "dedupe", "answer", "message"] {
        let records = world.store.scan(Query::of(kind).limit(usize::MAX)).await.unwrap();
        for record in records {
            kept.push_str(&String::from_utf8_lossy(&record.value));
        }
    }
    let log = log.text();
    assert!(log.len() > 1_000 && kept.contains("deploy"), "{} and {}", log.len(), kept.len());
    for secret in secrets {
        assert!(!log.contains(&secret), "logged: {secret}");
        assert!(!kept.contains(&secret), "kept: {secret}");
    }
}
