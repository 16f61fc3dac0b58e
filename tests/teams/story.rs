//! What people do all day, over real sockets.

use std::time::Duration;

use chatgate_testkit::fakes::TeamsConfig;
use serde_json::json;

use crate::world::{World, map};

#[tokio::test]
async fn a_command_is_answered_in_its_thread_by_a_card() {
    let world = World::new().await;
    let call = world.say("alice", "ops", "deploy api").await;
    assert!(call.taken(), "{call:?}");
    let messages = world.teams.messages("ops");
    let (asked, answer) = (&messages[0], &messages[1]);
    assert_eq!((&answer["from"], &answer["root"]), (&json!("opsbot"), &asked["id"]));
    assert!(answer["card"].is_object(), "{answer}");
    // What it said on its way is a part of the one answer.
    let words = answer["words"].as_str().unwrap();
    assert!(words.contains("Building api") && words.contains("Replacing api"), "{words}");
    assert!(words.contains("api is live"), "{words}");
    assert_eq!(world.ran.all(), ["deploy api"]);
    world.settled().await;
    assert!(world.teams.requests().is_empty(), "nothing was posted besides");
}

#[tokio::test]
async fn one_line_is_answered_by_a_text() {
    let world = World::new().await;
    let call = world.say("alice", "ops", "count 4").await;
    assert_eq!(call.json()["text"], "counted 4");
}

#[tokio::test]
async fn what_is_not_known_or_wrong_is_told_in_the_thread() {
    let world = World::new().await;
    for (line, words) in [("frobnicate", "frobnicate"), ("count", "number"), ("help", "deploy")] {
        let call = world.say("alice", "ops", line).await;
        assert!(call.taken(), "{line}: {call:?}");
        assert!(call.answer.contains(words), "{line}: {}", call.answer);
    }
    assert!(world.ran.all().is_empty());
}

#[tokio::test]
async fn a_run_without_words_is_acknowledged() {
    let world = World::new().await;
    let call = world.say("alice", "ops", "quiet").await;
    assert_eq!(call.json()["text"], "Got it.");
}

#[tokio::test]
async fn a_button_is_a_number_to_write_in_the_thread() {
    let world = World::new().await;
    let call = world.say("alice", "ops", "incident it burns").await;
    assert!(
        call.answer.contains("Take it") && call.answer.contains("Write my name and"),
        "{call:?}"
    );
    let reply = json!({"user": "bob", "channel": "ops", "root": call.id, "text": "@opsbot 1"});
    let taken = world.teams.call("say", reply).await.unwrap();
    assert!(taken.answer.contains("it burns is taken by"), "{taken:?}");
    assert_eq!(world.ran.all(), ["take it burns"]);
}

#[tokio::test]
async fn forms_questions_and_history_are_not_pretended() {
    for world in [World::new().await, World::mapped().await] {
        let call = world.say("alice", "ops", "feedback").await;
        assert!(call.taken(), "{call:?}");
        assert_eq!(world.ran.all(), ["feedback"]);
        world.settled().await;
        assert!(world.teams.requests().is_empty(), "a question that nobody can answer");
    }
}

#[tokio::test]
async fn a_slow_command_gets_an_honest_answer_in_time() {
    let paced = |gateway| gateway;
    let (world, clock) = World::with_clock(TeamsConfig::new(), |_, it| it, paced).await;
    let (call, ()) = tokio::join!(world.say("alice", "ops", "slow 30"), async {
        world
            .advance_until(&clock, |world| (world.read("ops", "opsbot").len() == 1).then_some(()))
            .await;
    });
    assert!(call.taken() && call.took_ms <= 4_000, "{call:?}");
    let said = call.json()["text"].as_str().unwrap().to_owned();
    assert!(said.contains("Still working on it.") && said.contains("Nothing more"), "{said}");
    world.advance_until(&clock, |world| world.running.is_idle().then_some(())).await;
    // It ran to its end, and what it had to say has nowhere to go: that is on record.
    assert_eq!(world.ran.all(), ["slow 30"]);
    let audit = world.audit().await;
    assert!(audit.iter().any(|record| record["type"] == "message.dead"), "{audit:#?}");
    assert!(world.teams.requests().is_empty());
}

#[tokio::test]
async fn what_a_slow_command_says_follows_by_the_workflow_of_its_channel() {
    let (world, clock) = World::with_clock(TeamsConfig::new(), map, |gateway| gateway).await;
    let (call, ()) = tokio::join!(world.say("alice", "ops", "slow 30"), async {
        world
            .advance_until(&clock, |world| (world.read("ops", "opsbot").len() == 1).then_some(()))
            .await;
    });
    assert!(call.taken() && call.took_ms <= 4_000, "{call:?}");
    let said = call.json()["text"].as_str().unwrap().to_owned();
    assert!(said.contains("Still working on it.") && said.contains("follows"), "{said}");
    let posted = |world: &World| world.read("ops", "workflow").pop();
    let words = world.advance_until(&clock, posted).await;
    assert!(words.contains("took 30 seconds"), "{words}");
    // A workflow posts to the channel and not to the thread: it says what it answers.
    assert!(words.contains("slow 30"), "{words}");
    assert_eq!(world.ran.all(), ["slow 30"]);
}

#[tokio::test]
async fn progress_goes_by_the_workflow_where_there_is_one() {
    let world = World::mapped().await;
    let call = world.say("alice", "ops", "deploy api").await;
    assert!(call.taken() && call.answer.contains("follows"), "{call:?}");
    world.expect_posted("ops", "api is live").await;
    world.settled().await;
    assert!(world.read("ops", "workflow").iter().any(|said| said.contains("Building api")));
    assert!(world.teams.runs().iter().all(|run| run["status"] == "Succeeded"));
}

#[tokio::test]
async fn a_channel_and_its_workflow_are_one_place_to_post_to() {
    let world = World::mapped().await;
    let chat = world.running.chat();
    for (place, words) in
        [(World::workflow("ops"), "by name"), (world.channel("ops"), "by channel")]
    {
        chat.say(place, words).await.unwrap();
        world.expect_posted("ops", words).await;
    }
    chat.say(World::workflow("alerts"), "elsewhere").await.unwrap();
    world.expect_posted("random", "elsewhere").await;
    for nowhere in [World::workflow("other"), world.channel("random")] {
        let error = chat.say(nowhere, "lost").await.unwrap_err();
        assert!(error.is_unsupported(), "{error:?}");
    }
    world.settled().await;
    let accepted = world.audit().await.iter().filter(|it| it["type"] == "message.accepted").count();
    // Taken, which is all that is known.
    assert_eq!(accepted, 3);
}

#[tokio::test]
async fn a_run_that_fails_after_it_was_taken_is_not_told_to_anybody() {
    let world = World::new().await;
    world.teams.control("fail_run", json!({"error": "Forbidden"})).await.unwrap();
    world.running.chat().say(World::workflow("ops"), "lost").await.unwrap();
    world.settled().await;
    tokio::time::timeout(
        Duration::from_secs(20),
        world.teams.until(|teams| (teams.runs().len() == 1).then_some(())),
    )
    .await
    .unwrap();
    assert_eq!(world.teams.runs()[0]["status"], "Failed");
    assert!(world.read("ops", "workflow").is_empty());
    let kinds: Vec<_> = world.audit().await.iter().map(|it| it["type"].clone()).collect();
    assert!(
        kinds.contains(&json!("message.accepted")) && !kinds.contains(&json!("message.delivered"))
    );
}
