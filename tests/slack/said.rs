//! What people ask is answered where they asked.

use crate::world::World;

#[tokio::test]
async fn a_slash_command_is_answered_inside_its_request() {
    let world = World::new().await;
    let attempt = world.slash("alice", "ops", "/status api").await;
    assert_eq!(attempt.status, Some(200), "{attempt:?}");
    assert_eq!(attempt.shown.as_deref(), Some("in_channel"), "{attempt:?}");
    assert!(attempt.answer.contains("api is live"), "{}", attempt.answer);
    assert_eq!(world.ran.all(), ["status api"]);
}

#[tokio::test]
async fn a_mention_is_answered_by_a_message() {
    let world = World::new().await;
    world.mention("alice", "ops", "status api").await;
    world.expect("ops", "api is live").await;
    world.settled().await;
    assert_eq!(world.said("ops").len(), 1, "{:?}", world.said("ops"));
}

#[tokio::test]
async fn where_the_bot_is_not_it_still_answers() {
    let world = World::new().await;
    world.slash("alice", "random", "/count 7").await;
    world.expect("random", "counted 7").await;
    assert_eq!(world.ran.all().len(), 1);
}

#[tokio::test]
async fn a_button_changes_its_message() {
    let world = World::new().await;
    world.slash("alice", "ops", "/incident disk full").await;
    let ts = world.expect("ops", "disk full").await;
    let attempt = world.click("bob", "ops", &ts, "Take it").await;
    assert!(attempt.taken(), "{attempt:?}");
    world.expect("ops", "taken by").await;
    world.settled().await;
    assert_eq!(world.said("ops").len(), 1, "{:?}", world.said("ops"));
    assert_eq!(world.ran.all(), ["take disk full"]);
}
