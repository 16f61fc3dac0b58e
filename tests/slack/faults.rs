//! Slack fails in every way: what is said in one place still arrives, once and in order.

use chatgate_core::{ManualClock, Timestamp};
use chatgate_testkit::fakes::SlackConfig;
use serde_json::{Value, json};

use crate::world::World;

const POST: &str = "chat.postMessage";
const COUNTED: [&str; 4] = ["counted 1", "counted 2", "counted 3", "counted 4"];

async fn world() -> (World, ManualClock) {
    let clock = ManualClock::at(Timestamp::from_secs(1_800_000_000));
    let config = SlackConfig::new().without_echo();
    let world = World::with_clock(&clock, config, |gateway| gateway).await;
    (world, clock)
}

fn fails(world: &World, fault: &str, mut how: Value) {
    if how["method"].is_null() {
        how["method"] = POST.into();
    }
    world.slack.fault(fault, &how).unwrap();
}

/// Four commands in one place; each says something there.
async fn count(world: &World, channel: &str) {
    for number in 1..=COUNTED.len() {
        world.mention("alice", channel, &format!("count {number}")).await;
    }
}

fn calls(world: &World, method: &str) -> Vec<Value> {
    let mut requests = world.slack.requests();
    requests.retain(|request| request["method"] == method);
    requests
}

async fn audited(world: &World, kind: &str) -> usize {
    world.audit().await.iter().filter(|record| record["type"] == kind).count()
}

/// Everything has been said once, in order.
async fn all_is_said(world: &World, clock: &ManualClock) {
    world.advance_until(clock, |world| (world.said("ops").len() >= 4).then_some(())).await;
    world.settled().await;
    assert_eq!(world.said("ops"), COUNTED);
    assert_eq!(audited(world, "message.dead").await, 0);
    assert_eq!(audited(world, "message.ambiguous").await, 0);
}

#[tokio::test]
async fn nothing_is_posted_before_retry_after() {
    let (world, clock) = world().await;
    fails(&world, "rate_limit", json!({"retry_after": 30}));
    count(&world, "ops").await;
    world.stands_still().await;
    // The allowance is of the workspace: other places wait, too.
    world.mention("alice", "private", "count 9").await;
    all_is_said(&world, &clock).await;
    world.expect("private", "counted 9").await;

    let posts = calls(&world, POST);
    let at = |post: &Value| post["at_ms"].as_i64().unwrap();
    assert_eq!(posts[0]["status"], 429);
    assert!(posts[1..].iter().all(|post| at(post) >= at(&posts[0]) + 30_000), "{posts:#?}");
    // A refusal leaves nothing open: nobody has to look.
    assert_eq!(posts.len(), 6);
    assert!(calls(&world, "conversations.history").is_empty());
}

#[tokio::test]
async fn a_limit_that_comes_again_and_again_is_kept_each_time() {
    let (world, clock) = world().await;
    fails(&world, "rate_limit", json!({"times": 3, "retry_after": 10}));
    count(&world, "ops").await;
    all_is_said(&world, &clock).await;
    let posts = calls(&world, POST);
    let at: Vec<_> = posts.iter().map(|post| post["at_ms"].as_i64().unwrap()).collect();
    assert!((0..3).all(|refused| at[refused + 1] >= at[refused] + 10_000), "{at:?}");
}

#[tokio::test]
async fn what_failed_before_it_was_taken_is_looked_for_and_posted_again() {
    for (fault, how) in [
        ("http_error", json!({"status": 500})),
        ("http_error", json!({"status": 503})),
        ("api_error", json!({"error": "internal_error"})),
        // A proxy between us and Slack says something of its own.
        ("http_error", json!({"status": 200})),
        ("reset", json!({})),
    ] {
        let (world, clock) = world().await;
        fails(&world, fault, how.clone());
        count(&world, "ops").await;
        all_is_said(&world, &clock).await;
        assert_eq!(calls(&world, POST).len(), 5, "{fault} {how}");
        was_looked_for(&world, "conversations.history");
        assert_eq!(audited(&world, "message.reconciled").await, 0, "{fault} {how}");
        assert_eq!(audited(&world, "message.delivered").await, 4, "{fault} {how}");
    }
}

#[tokio::test]
async fn what_failed_after_it_was_taken_is_found_and_not_posted_again() {
    for (fault, how) in [
        ("http_error", json!({"status": 500})),
        ("http_error", json!({"status": 504})),
        ("api_error", json!({"error": "fatal_error"})),
        ("http_error", json!({"status": 200})),
        ("reset", json!({})),
        // Far beyond the ten seconds that a call may take.
        ("slow", json!({"ms": 60_000})),
    ] {
        let (world, clock) = world().await;
        let mut late = how.clone();
        late["after_accept"] = true.into();
        fails(&world, fault, late);
        count(&world, "ops").await;
        all_is_said(&world, &clock).await;
        was_looked_for(&world, "conversations.history");
        assert_eq!(audited(&world, "message.reconciled").await, 1, "{fault} {how}");
        assert_eq!(audited(&world, "message.delivered").await, 3, "{fault} {how}");
    }
}

/// The look-up asks for metadata, and for no more than it needs.
fn was_looked_for(world: &World, method: &str) {
    let lookups = calls(world, method);
    assert_eq!(lookups.len(), 1, "{lookups:#?}");
    let asked = &lookups[0]["body"];
    assert_eq!(asked["include_all_metadata"], "true", "{asked}");
    assert!(asked["oldest"].is_string(), "{asked}");
    let key = |post: &Value| {
        let metadata = post["body"]["metadata"].as_str()?.parse::<Value>().ok()?;
        metadata["event_payload"]["gw_id"].as_str().map(str::to_owned)
    };
    // What is logged of a failed post has a body only where it was taken.
    let posts = calls(world, POST);
    let keys: Vec<_> = posts.iter().filter_map(key).collect();
    let mut once = keys.clone();
    once.sort();
    once.dedup();
    assert_eq!(once.len(), keys.len(), "one message was posted twice: {keys:?}");
}

#[tokio::test]
async fn in_a_thread_the_replies_are_looked_through() {
    let (world, clock) = world().await;
    let (user, channel) = (world.user("alice"), world.channel("ops"));
    let root = world.slack.say(&user, &channel, "what is going on?").await.unwrap();
    fails(&world, "reset", json!({"after_accept": true}));
    for number in 1..=COUNTED.len() {
        let body = json!({
            "user": user, "channel": channel, "text": format!("count {number}"),
            "mention_bot": true, "thread_ts": root,
        });
        world.slack.control("say", body).await.unwrap();
    }
    all_is_said(&world, &clock).await;
    was_looked_for(&world, "conversations.replies");
    let lookup = &calls(&world, "conversations.replies")[0];
    assert_eq!(lookup["body"]["ts"], root.as_str(), "{lookup}");
}

#[tokio::test]
async fn a_post_is_found_among_many_others() {
    let (world, clock) = world().await;
    fails(&world, "reset", json!({"after_accept": true}));
    world.mention("alice", "ops", "count 1").await;
    world.stands_still().await;
    assert_eq!(calls(&world, POST).len(), 1);
    let (user, channel) = (world.user("bob"), world.channel("ops"));
    for number in 0..250 {
        let text = format!("what was that? {number}");
        let body = json!({"user": user, "channel": channel, "text": text, "wait": false});
        world.slack.control("say", body).await.unwrap();
    }
    for number in 2..=COUNTED.len() {
        world.mention("alice", "ops", &format!("count {number}")).await;
    }
    all_is_said(&world, &clock).await;
    let lookups = calls(&world, "conversations.history");
    assert_eq!(lookups.len(), 3, "a hundred messages a page");
    assert!(lookups[1]["body"]["cursor"].is_string(), "{}", lookups[1]);
    assert_eq!(audited(&world, "message.reconciled").await, 1);
}

#[tokio::test]
async fn a_change_that_failed_is_made_again_and_the_last_one_stands() {
    for (fault, how) in [
        ("http_error", json!({"status": 502})),
        ("http_error", json!({"status": 502, "after_accept": true})),
        ("reset", json!({"after_accept": true})),
        ("slow", json!({"ms": 60_000, "after_accept": true})),
        ("rate_limit", json!({"retry_after": 5})),
    ] {
        let (world, clock) = world().await;
        let mut update = how.clone();
        update["method"] = "chat.update".into();
        fails(&world, fault, update);
        world.mention("alice", "ops", "deploy api").await;
        let done = |world: &World| world.said("ops").iter().any(|said| said.contains("is live"));
        world.advance_until(&clock, |world| done(world).then_some(())).await;
        world.settled().await;
        let said = world.said("ops");
        assert_eq!(said.len(), 2, "{fault} {how}: {said:?}");
        assert!(said[1].contains("api is live"), "{said:?}");
        assert_eq!(audited(&world, "message.dead").await, 0, "{fault} {how}");
        assert_eq!(audited(&world, "message.ambiguous").await, 0, "{fault} {how}");
    }
}

#[tokio::test]
async fn while_nobody_can_look_nothing_is_posted_twice() {
    let (world, clock) = world().await;
    fails(&world, "reset", json!({"after_accept": true}));
    fails(&world, "http_error", json!({"method": "conversations.history", "times": 2}));
    fails(&world, "rate_limit", json!({"method": "conversations.history", "retry_after": 20}));
    count(&world, "ops").await;
    all_is_said(&world, &clock).await;
    assert_eq!(calls(&world, "conversations.history").len(), 4);
    assert_eq!(audited(&world, "message.reconciled").await, 1);
}

#[tokio::test]
async fn what_nobody_can_look_for_says_that_it_may_be_a_repetition() {
    // Where the bot is not, only the response URL leads; what one person sees has no id.
    for (method, channel, text) in
        [("response_url", "random", "/count 7"), ("chat.postEphemeral", "ops", "status")]
    {
        let (world, clock) = world().await;
        fails(&world, "reset", json!({"method": method, "after_accept": true}));
        if channel == "random" {
            world.slash("alice", channel, text).await;
        } else {
            world.mention("alice", channel, text).await;
        }
        let own = |world: &World| {
            let mut said = world.slack.messages(&world.channel(channel));
            said.retain(|message| message["bot_id"].is_string());
            said
        };
        world.advance_until(&clock, |world| (own(world).len() == 2).then_some(())).await;
        world.settled().await;
        let said: Vec<_> = own(&world).iter().map(|message| message["text"].to_string()).collect();
        assert_eq!(said.len(), 2, "{said:?}");
        assert!(!said[0].contains("possibly repeated"), "{said:?}");
        assert!(said[1].contains("possibly repeated"), "{said:?}");
    }
}

#[tokio::test]
async fn faults_of_every_kind_in_a_row_lose_and_double_nothing() {
    let (world, clock) = world().await;
    fails(&world, "reset", json!({"after_accept": true}));
    fails(&world, "http_error", json!({"status": 502}));
    fails(&world, "rate_limit", json!({"retry_after": 5}));
    fails(&world, "slow", json!({"ms": 60_000, "after_accept": true}));
    fails(&world, "http_error", json!({"status": 500, "after_accept": true}));
    count(&world, "ops").await;
    all_is_said(&world, &clock).await;
}

#[tokio::test]
async fn a_limit_on_one_method_does_not_stop_another() {
    let (world, clock) = world().await;
    fails(&world, "rate_limit", json!({"method": "chat.update", "retry_after": 60}));
    world.mention("alice", "ops", "deploy api").await;
    world.expect("ops", "Deploying api").await;
    world.stands_still().await;
    assert_eq!(calls(&world, "chat.update").len(), 1);
    // No time passes, and others are served.
    world.mention("bob", "private", "count 7").await;
    world.expect("private", "counted 7").await;
    // In its own place, what was said later waits for what was said before.
    let done = |world: &World| world.said("ops").iter().any(|said| said.contains("is live"));
    assert!(!done(&world));
    world.advance_until(&clock, |world| done(world).then_some(())).await;
    let updates = calls(&world, "chat.update");
    let at = |index: usize| updates[index]["at_ms"].as_i64().unwrap();
    assert!(at(1) >= at(0) + 60_000, "{updates:#?}");
}
