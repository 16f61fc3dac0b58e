//! No credential is to be read in a log, nor in what the store keeps.

use chatgate_core::Query;
use serde_json::{Value, json};

use crate::log::Log;
use crate::world::World;

#[tokio::test]
async fn no_credential_is_logged_or_kept() {
    let (log, _guard) = Log::start();
    let world = World::new().await;
    let mut secrets = vec![world.mattermost.bot_token().to_owned()];
    let command = world.mattermost.slash("bob", "ops", "/incident it burns").await.unwrap();
    let fields = form_urlencoded::parse(command.request.as_bytes()).into_owned();
    for (name, value) in fields {
        match name.as_str() {
            "token" | "trigger_id" => secrets.push(value),
            "response_url" => secrets.push(value.rsplit('/').next().unwrap().to_owned()),
            _ => {}
        }
    }
    let card = world.expect("ops", "Take it").await;
    let click = world.mattermost.click("bob", card["id"].as_str().unwrap(), "Take it").await;
    let click: Value = serde_json::from_str(&click.unwrap().request).unwrap();
    secrets.push(click["trigger_id"].as_str().unwrap().to_owned());
    secrets.push(click["context"]["seal"].as_str().unwrap().to_owned());
    world.mattermost.slash("bob", "ops", "/feedback").await.unwrap();
    world.until(|world| (!world.mattermost.dialogs().is_empty()).then_some(())).await;
    secrets.push(world.mattermost.dialogs()[0]["state"].as_str().unwrap().to_owned());
    world.mattermost.submit("bob", json!({"words": "fine"})).await.unwrap();
    world.mattermost.control("revoke", json!({})).await.unwrap();
    world.mattermost.forget();
    world.until(|_| log.text().contains("unauthenticated").then_some(())).await;

    let audit = world.store.scan(Query::of(Query::AUDIT).limit(usize::MAX)).await.unwrap();
    let audit: Vec<_> =
        audit.iter().map(|record| String::from_utf8_lossy(&record.value).into_owned()).collect();
    let (log, audit) = (log.text(), audit.concat());
    assert!(log.len() > 1_000 && audit.contains("incident"));
    assert!(secrets.len() == 7, "{}", secrets.len());
    for secret in secrets {
        assert!(secret.len() >= 16);
        assert!(!log.contains(&secret), "logged: {secret}");
        assert!(!audit.contains(&secret), "kept: {secret}");
    }
}
