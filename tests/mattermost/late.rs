//! Commands that were given while nobody listened.

use serde_json::json;

use crate::world::World;

async fn missed(minutes: u64) -> World {
    let world = World::new().await;
    world.mattermost.say("bob", "ops", "@opsbot deploy first").await.unwrap();
    world.expect("ops", "first is live").await;
    world.settled().await;
    // The server's REST answers nothing, so that the bot cannot come back before the time has passed.
    let fault = json!({"method": "GET users", "times": 100, "status": 503});
    world.mattermost.control("http_error", fault).await.unwrap();
    world.mattermost.forget();
    world.mattermost.say("bob", "ops", "@opsbot deploy api").await.unwrap();
    let advance = json!({"advance_ms": minutes * 60_000});
    world.mattermost.control("clock", advance).await.unwrap();
    world.mattermost.control("clear", json!({})).await.unwrap();
    world
}

#[tokio::test]
async fn a_command_that_was_missed_for_minutes_runs_once_its_author_says_so() {
    let world = missed(5).await;
    let asked = world.expect("ops", "has only just come here").await;
    assert_eq!(world.ran.all(), ["deploy first"]);
    let post = asked["id"].as_str().unwrap();
    let refused = world.mattermost.click("carol", post, "Run it").await.unwrap();
    assert_eq!(refused.json()["ephemeral_text"], "This is not for you.");
    world.mattermost.click("bob", post, "Run it").await.unwrap();
    world.expect("ops", "api is live").await;
    world.mattermost.click("bob", post, "Run it").await.unwrap();
    world.settled().await;
    assert_eq!(world.ran.all(), ["deploy first", "deploy api"]);
}

#[tokio::test]
async fn a_command_that_was_missed_for_long_is_refused_with_words() {
    let world = missed(11).await;
    world.expect_directly("bob", "is too old by now").await;
    world.settled().await;
    assert_eq!(world.ran.all(), ["deploy first"]);
    assert!(world.denials().await.contains(&"too_late".to_owned()));
}
