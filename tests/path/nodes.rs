//! Two processes over one store: what one has recorded, the other does not run again.

use std::time::Duration;

use chatgate_core::Delivered;
use chatgate_testkit::TestChat;

use crate::bot::{self, App};

async fn two(app: &App) -> (TestChat, TestChat) {
    let first = TestChat::builder(bot::router(), app.clone())
        .gateway(|gateway| gateway.node("one"))
        .start()
        .await;
    let (store, clock) = (first.store().clone(), first.clock().clone());
    let second = TestChat::builder(bot::router(), app.clone())
        .gateway(|gateway| gateway.node("two"))
        .over(store, clock)
        .start()
        .await;
    (first, second)
}

async fn settle(first: &TestChat, second: &TestChat) {
    for _ in 0..3 {
        first.settle().await;
        second.settle().await;
    }
}

#[tokio::test]
async fn a_delivery_that_two_nodes_get_runs_once() {
    let app = App::default();
    let (first, second) = two(&app).await;
    let event = first.person("bob").message("count 1");
    let (one, other) = tokio::join!(first.deliver(event.clone()), second.deliver(event));
    assert_eq!([one, other], [Delivered::Accepted, Delivered::Accepted]);
    settle(&first, &second).await;
    first.advance(Duration::from_secs(120)).await;
    settle(&first, &second).await;
    assert_eq!(app.ran.all(), ["general 1"]);
    let said = first.messages("general").len() + second.messages("general").len();
    assert_eq!(said, 1);
}

#[tokio::test]
async fn two_clickers_at_two_nodes_use_a_once_button_once() {
    let app = App::default();
    let (first, second) = two(&app).await;
    first.person("bob").says("page").await;
    let clicks =
        [first.person("bob"), first.person("eve")].map(|person| person.click("Acknowledge", &[]));
    let [one, other] = clicks;
    let _ = tokio::join!(first.deliver(one), second.deliver(other));
    settle(&first, &second).await;
    assert_eq!(app.ran.all().len(), 1, "{:?}", app.ran.all());
}

#[tokio::test]
async fn a_conversation_that_both_nodes_serve_keeps_its_order() {
    let app = App::default();
    let (first, second) = two(&app).await;
    let bob = first.person("bob");
    for number in 0..20 {
        let node = if number % 2 == 0 { &first } else { &second };
        let event = bob.message(&format!("count {number}"));
        assert_eq!(node.deliver(event).await, Delivered::Accepted);
    }
    for _ in 0..5 {
        first.advance(Duration::from_secs(30)).await;
        settle(&first, &second).await;
    }
    let wanted: Vec<_> = (0..20).map(|number| format!("general {number}")).collect();
    assert_eq!(app.ran.all(), wanted);
}

#[tokio::test]
async fn a_node_that_dies_leaves_its_work_to_the_other() {
    let app = App::default();
    let (first, second) = two(&app).await;
    let bob = first.person("bob");
    let events = [bob.message("count 1"), bob.message("count 2")];
    for event in events {
        first.deliver(event).await;
    }
    drop(first);
    second.advance(Duration::from_secs(180)).await;
    assert_eq!(app.ran.all(), ["general 1", "general 2"]);
}
