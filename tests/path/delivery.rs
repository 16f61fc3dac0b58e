//! What is delivered is recorded once, and runs once.

use chatgate_core::{Delivered, EventKind, MessageRef};
use chatgate_gateway::GatewayLimits;
use chatgate_testkit::TestChat;

use crate::bot::{self, App};

#[tokio::test]
async fn the_same_delivery_three_times_runs_once() {
    let app = App::default();
    let chat = TestChat::new(bot::router(), app.clone()).await;
    let event = chat.person("bob").message("count 1");
    for _ in 0..3 {
        assert_eq!(chat.deliver(event.clone()).await, Delivered::Accepted);
        chat.settle().await;
    }
    assert_eq!(app.ran.all(), ["general 1"]);
    assert_eq!(chat.adapter().messages().len(), 1);
}

#[tokio::test]
async fn one_message_in_two_deliveries_with_keys_of_their_own_runs_once() {
    let app = App::default();
    let chat = TestChat::new(bot::router(), app.clone()).await;
    let bob = chat.person("bob");
    let first = bob.message("count 1").with_key("general/p1");
    let mut second = bob.message("count 1").with_key("general/p1");
    second.kind = first.kind.clone();
    chat.deliver(first).await;
    chat.deliver(second).await;
    chat.settle().await;
    assert_eq!(app.ran.all(), ["general 1"]);
}

#[tokio::test]
async fn a_repeated_slash_command_gets_the_recorded_answer() {
    let app = App::default();
    let chat = TestChat::new(bot::router(), app.clone()).await;
    let bob = chat.person("bob");
    let by = chatgate_core::Timestamp::FAR_FUTURE;
    let slot = chatgate_core::AnswerSlot::new(by, [chatgate_core::AnswerKind::Message]);
    let event = bob.slash("count 5").answerable(slot);
    let first = chat.deliver(event.clone()).await;
    assert!(matches!(first, Delivered::Answer(_)), "{first:?}");
    assert_eq!(chat.deliver(event).await, first);
    assert_eq!(app.ran.all(), ["general 5"]);
}

#[tokio::test]
async fn a_slash_command_repeated_while_it_runs_is_acknowledged_and_runs_once() {
    let app = App::default();
    let chat = TestChat::new(bot::router(), app.clone()).await;
    let by = chatgate_core::Timestamp::FAR_FUTURE;
    let slot = chatgate_core::AnswerSlot::new(by, [chatgate_core::AnswerKind::Message]);
    let event = chat.person("bob").slash("count 5").answerable(slot);
    let (first, again) = tokio::join!(chat.deliver(event.clone()), chat.deliver(event));
    assert!(matches!(first, Delivered::Answer(_)), "{first:?}");
    assert_ne!(again, Delivered::Busy);
    assert_eq!(app.ran.all(), ["general 5"]);
}

#[tokio::test]
async fn a_message_that_its_writer_edits_is_not_a_new_command() {
    let app = App::default();
    let chat = TestChat::new(bot::listening_router(), app.clone()).await;
    let bob = chat.person("bob");
    bob.says("count 1").await;
    let EventKind::Message(message) = bob.message("count 2").kind else {
        panic!("a message is a message");
    };
    let edited = EventKind::Edited { message: message.message, content: message.content };
    chat.deliver(bob.event(edited)).await;
    chat.settle().await;
    assert_eq!(app.ran.all(), ["general 1"]);
}

#[tokio::test]
async fn a_full_inbox_answers_busy_and_takes_more_when_there_is_room() {
    let app = App::default();
    let chat = TestChat::builder(bot::router(), app.clone())
        .limits(GatewayLimits::new().with_inbox(2))
        .start()
        .await;
    let bob = chat.person("bob");
    bob.says("deploy api --env prod").await;
    bob.says("deploy web --env prod").await;
    assert_eq!(bob.says("count 1").await, Delivered::Busy);
    chat.advance(std::time::Duration::from_secs(700)).await;
    assert_eq!(bob.says("count 2").await, Delivered::Accepted);
    assert_eq!(app.ran.all(), ["deploy api prod", "deploy web prod", "general 2"]);
}

#[tokio::test]
async fn a_full_lane_is_busy_while_others_are_not() {
    let chat = TestChat::builder(bot::router(), App::default())
        .limits(GatewayLimits::new().with_lane(1))
        .start()
        .await;
    let bob = chat.person("bob");
    // The first one runs and says nothing for a second, the second one waits.
    let events = ["panic", "count 1", "count 2"].map(|text| bob.message(text));
    let [first, second, third] = events;
    assert_eq!(chat.deliver(first).await, Delivered::Accepted);
    assert_eq!(chat.deliver(second).await, Delivered::Busy);
    assert_eq!(chat.person("bob").in_channel("other").says("count 3").await, Delivered::Accepted);
    assert_eq!(chat.deliver(third).await, Delivered::Accepted);
}

#[tokio::test]
async fn what_nobody_knows_is_taken_and_runs_nothing() {
    let app = App::default();
    let chat = TestChat::new(bot::router(), app.clone()).await;
    let bob = chat.person("bob");
    let message = MessageRef::platform(bob.place().clone(), "p1");
    let kinds = [
        EventKind::Other { name: "file_shared".into() },
        EventKind::HomeOpened,
        EventKind::Deleted { message },
    ];
    for kind in kinds {
        assert_eq!(chat.deliver(bob.event(kind)).await, Delivered::Accepted);
    }
    chat.settle().await;
    assert!(chat.gateway().is_idle());
    assert_eq!(chat.adapter().messages().len(), 0);
}

#[tokio::test]
async fn every_audit_record_follows_the_one_before_it() {
    let chat = TestChat::new(bot::router(), App::default()).await;
    let bob = chat.person("bob");
    bob.says("count 1").await;
    bob.says("frobnicate").await;
    bob.says("panic").await;
    let records = chat.audit().await;
    assert!(records.len() > 6, "{}", records.len());
    let mut prev = None;
    for (index, record) in records.iter().enumerate() {
        assert_eq!(record["seq"], index + 1);
        if let Some(prev) = prev {
            assert_eq!(&record["prev"], prev);
        }
        let mut bare = record.clone();
        let hash = bare.as_object_mut().unwrap().remove("hash").unwrap();
        assert_eq!(chatgate_core::AuditChain::hash(&bare).unwrap(), hash.as_str().unwrap());
        prev = Some(&record["hash"]);
    }
    let types: Vec<_> = records.iter().filter_map(|record| record["type"].as_str()).collect();
    for wanted in [
        "delivery.accepted",
        "command.started",
        "command.finished",
        "command.denied",
        "message.delivered",
    ] {
        assert!(types.contains(&wanted), "no {wanted} among {types:?}");
    }
}
