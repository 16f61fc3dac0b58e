//! Operations on messages of ours.

use super::*;

#[tokio::test]
async fn a_newer_edit_replaces_one_that_waits() {
    let mut bench = Bench::new();
    let message = bench.post("c", "one").await;
    for text in ["two", "three", "four"] {
        bench.edit(message, "c", text).await;
    }
    assert_eq!(bench.open(), 2);
    bench.run().await;
    assert_eq!(bench.calls(), ["post c one", "edit c one=four"]);
    assert_eq!(bench.open(), 0);
}

#[tokio::test]
async fn an_edit_that_is_being_sent_is_not_replaced() {
    let mut bench = Bench::new();
    bench.run().await;
    let message = bench.post("c", "one").await;
    bench.settle().await;
    bench.tell("edit c one=two", [after(10)]);
    bench.edit(message, "c", "two").await;
    bench.settle().await;
    // It waits again, so it can be replaced again.
    bench.edit(message, "c", "three").await;
    bench.edit(message, "c", "four").await;
    assert_eq!(bench.open(), 1);
    bench.pass(10).await;
    assert_eq!(bench.calls(), ["post c one", "edit c one=two", "edit c one=four"]);
    bench.tell("edit c one=five", [Act::Hang]);
    bench.edit(message, "c", "five").await;
    bench.settle().await;
    bench.edit(message, "c", "six").await;
    assert_eq!(bench.open(), 2);
}

#[tokio::test]
async fn an_edit_goes_on_after_it_was_replaced_while_it_was_postponed() {
    let mut bench = Bench::new();
    bench.run().await;
    let message = bench.post("c", "one").await;
    bench.settle().await;
    bench.tell("edit c one=two", [after(5)]);
    bench.edit(message, "c", "two").await;
    bench.settle().await;
    bench.edit(message, "c", "three").await;
    bench.pass(5).await;
    assert_eq!(bench.calls().last().unwrap(), "edit c one=three");
    assert_eq!(bench.audit().await, ["message.delivered", "message.delivered"]);
}

#[tokio::test]
async fn an_edit_of_a_dead_post_dies_with_it() {
    let mut bench = Bench::new();
    bench.tell("post c one", [fails(Retry::Never)]);
    let message = bench.post("c", "one").await;
    bench.edit(message, "c", "two").await;
    bench.post("c", "three").await;
    bench.run().await;
    assert_eq!(bench.calls(), ["post c one", "post c three"]);
    let expected = ["message.dead unavailable", "message.dead post_dead", "message.delivered"];
    assert_eq!(bench.audit().await, expected);
    assert_eq!(bench.open(), 0);
}

#[tokio::test]
async fn a_message_whose_id_the_platform_does_not_tell_cannot_be_changed() {
    let mut bench = Bench::new();
    bench.tell("post c one", [Act::Give(Receipt::Posted(None))]);
    let message = bench.post("c", "one").await;
    bench.edit(message, "c", "two").await;
    bench.run().await;
    assert_eq!(bench.calls(), ["post c one"]);
    assert_eq!(bench.audit().await, ["message.delivered", "message.dead unsupported"]);
}

#[tokio::test]
async fn an_operation_of_another_lane_waits_for_its_post() {
    let mut bench = Bench::new();
    bench.tell("post c one", [after(10)]);
    let message = bench.post("c", "one").await;
    bench.run().await;
    let react = Operation::React {
        place: place("c").in_thread("t"),
        message: message.into(),
        emoji: "eyes".into(),
        change: chatgate_core::Change::Added,
    };
    bench.queue_operation(react).await;
    bench.pass(12).await;
    assert_eq!(bench.calls(), ["post c one", "post c one", "react c#t one"]);
    assert_eq!(bench.audit().await, ["message.delivered", "message.delivered"]);
    assert_eq!(bench.open(), 0);
}
