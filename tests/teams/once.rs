//! Each message runs once, however often it comes, and each gets its answer.

use std::collections::BTreeSet;

use crate::world::World;

#[tokio::test]
async fn a_message_that_comes_again_runs_once_and_gets_the_same_answer() {
    let world = World::new().await;
    let first = world.say("alice", "ops", "count 1").await;
    let second = world.teams.repeat(&first.id).await.unwrap();
    assert_eq!(
        (first.request.as_str(), first.answer.as_str()),
        (&*second.request, &*second.answer)
    );
    assert!(second.taken());
    assert_eq!(world.ran.all(), ["count 1"]);
    // The same words again are another message.
    world.say("alice", "ops", "count 1").await;
    assert_eq!(world.ran.all().len(), 2);
}

#[tokio::test]
async fn a_message_that_comes_twice_at_once_runs_once() {
    let world = World::mapped().await;
    let first = world.say("alice", "ops", "quiet").await;
    let again = || world.teams.repeat(&first.id);
    let _ = tokio::join!(again(), again(), again(), again());
    world.settled().await;
    assert_eq!(world.ran.all(), ["quiet"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_messages_are_each_answered_once() {
    const MESSAGES: usize = 1_000;
    const AT_ONCE: usize = 20;
    let world = World::new().await;
    for begin in (0..MESSAGES).step_by(AT_ONCE) {
        let calls = (begin..begin + AT_ONCE).map(|number| {
            let channel = ["ops", "random"][number % 2];
            let world = &world;
            async move { world.say("alice", channel, &format!("count {number}")).await }
        });
        for (number, call) in (begin..).zip(futures_util::future::join_all(calls).await) {
            assert!(call.taken(), "{call:?}");
            assert_eq!(call.json()["text"], format!("counted {number}"));
        }
    }
    let ran = world.ran.all();
    assert_eq!(ran.len(), MESSAGES);
    assert_eq!(ran.iter().collect::<BTreeSet<_>>().len(), MESSAGES);
    let answers = ["ops", "random"].map(|channel| world.read(channel, "opsbot").len());
    assert_eq!(answers, [MESSAGES / 2; 2]);
}
