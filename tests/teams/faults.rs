//! A workflow fails in every way: what is said still arrives, in order, never too early, and marked where
//! it may come twice.

use chatgate_core::ManualClock;
use chatgate_gateway::Pacing;
use chatgate_testkit::fakes::TeamsConfig;
use serde_json::{Value, json};

use crate::world::{World, map};

async fn world() -> (World, ManualClock) {
    World::with_clock(TeamsConfig::new(), map, |gateway| gateway.pacing(Pacing::off())).await
}

async fn say(world: &World, number: u32) {
    let place = World::workflow("ops");
    world.running.chat().say(place, format!("number {number}")).await.unwrap();
}

fn at(request: &Value) -> i64 {
    request["at_ms"].as_i64().unwrap()
}

#[tokio::test]
async fn nothing_is_sent_before_retry_after_by_whatever_name() {
    let (world, clock) = world().await;
    world.teams.control("rate_limit", json!({"method": "ops", "retry_after": 30})).await.unwrap();
    for number in 1..=3 {
        say(&world, number).await;
    }
    world.stands_still().await;
    // The same webhook by the channel's own name waits, too; another one does not.
    let chat = world.running.chat();
    chat.say(world.channel("ops"), "by channel").await.unwrap();
    chat.say(World::workflow("alerts"), "elsewhere").await.unwrap();
    world.expect_posted("random", "elsewhere").await;
    world
        .advance_until(&clock, |world| (world.read("ops", "workflow").len() == 4).then_some(()))
        .await;
    let requests = world.teams.requests();
    let ops: Vec<_> = requests.iter().filter(|request| request["workflow"] == "ops").collect();
    assert_eq!((ops[0]["status"].as_u64(), ops.len()), (Some(429), 5));
    assert!(ops[1..].iter().all(|request| at(request) >= at(ops[0]) + 30_000), "{ops:#?}");
    let words = world.read("ops", "workflow");
    let numbers: Vec<_> = words.iter().filter(|it| it.contains("number")).collect();
    assert!((1..=3).zip(&numbers).all(|(number, it)| it.contains(&format!("number {number}"))));
    assert!(!words.concat().contains("possibly repeated"));
}

#[tokio::test]
async fn what_may_have_arrived_is_said_again_and_marked() {
    for (fault, how) in [
        ("reset", json!({"method": "ops", "after_accept": true})),
        ("reset", json!({"method": "ops"})),
        ("http_error", json!({"method": "ops", "status": 502, "after_accept": true})),
    ] {
        let (world, clock) = world().await;
        world.teams.control(fault, how.clone()).await.unwrap();
        let long = "word ".repeat(5_500);
        world.running.chat().say(World::workflow("ops"), long.as_str()).await.unwrap();
        say(&world, 2).await;
        let done = |world: &World| {
            let last = world.read("ops", "workflow").pop()?;
            last.contains("number 2").then_some(())
        };
        world.advance_until(&clock, done).await;
        let posted = world.read("ops", "workflow");
        let marked = posted.iter().filter(|words| words.contains("possibly repeated")).count();
        assert_eq!(marked, 1, "{how}");
        let was_taken = how["after_accept"] == true;
        assert_eq!(posted[0].contains("possibly repeated"), !was_taken, "{how}");
        // The mark has its room.
        let requests = world.teams.requests();
        let largest = requests.iter().filter_map(|it| it["bytes"].as_u64()).max().unwrap();
        assert!(largest > 20_000 && largest <= 28_672, "{largest}");
        assert!(world.teams.runs().iter().all(|run| run["status"] == "Succeeded"));
    }
}

#[tokio::test]
async fn what_will_never_be_taken_is_given_up_with_its_reason() {
    let (world, _clock) = world().await;
    world.teams.control("turn", json!({"workflow": "ops", "on": false})).await.unwrap();
    say(&world, 1).await;
    world.settled().await;
    let audit = world.audit().await;
    let dead = audit.iter().find(|record| record["type"] == "message.dead").expect("a record");
    assert_eq!(dead["error"]["code"], "WorkflowTriggerIsNotEnabled");
    assert_eq!(world.teams.requests().len(), 1);
}

/// Whoever waits for an alert that never comes does not know that the way is gone.
#[tokio::test]
async fn a_workflow_that_takes_nothing_any_more_raises_an_alarm_once() {
    let (world, _clock) = world().await;
    let turn = |on: bool| world.teams.control("turn", json!({"workflow": "ops", "on": on}));
    for (on, alarms) in [(false, 1), (false, 1), (true, 1), (false, 2)] {
        turn(on).await.unwrap();
        say(&world, 1).await;
        world.settled().await;
        let audit = world.audit().await;
        let raised = audit.iter().filter(|record| record["type"] == "alarm");
        let raised: Vec<_> = raised.map(|record| record["reason"].clone()).collect();
        assert_eq!(raised, vec![json!("workflow_lost"); alarms]);
    }
}

/// Everything that is documented, and a flood that keeps to it: nothing is ever refused.
#[tokio::test]
async fn a_flood_keeps_to_the_documented_limits() {
    let config = TeamsConfig::new().with_pace();
    let (world, clock) = World::with_clock(config, map, |gateway| gateway).await;
    const POSTS: usize = 40;
    for number in 0..POSTS {
        // By both names, in turn.
        let place = if number % 2 == 0 { World::workflow("ops") } else { world.channel("ops") };
        world.running.chat().say(place, format!("number {number}")).await.unwrap();
    }
    world
        .advance_until(&clock, |world| {
            let done = world.read("ops", "workflow").len() == POSTS;
            if !done {
                clock.advance(std::time::Duration::from_secs(2));
            }
            done.then_some(())
        })
        .await;
    assert!(world.teams.requests().iter().all(|request| request["status"] == 202));
}
