//! Outcomes that nobody knows.

use super::*;

#[tokio::test]
async fn a_post_that_arrived_after_all_is_not_sent_again() {
    let mut bench = Bench::new();
    bench.tell("post c one", [fails(Retry::Ambiguous)]);
    bench.tell("find_post c", [Act::Give(Receipt::Found(Some("found".into())))]);
    let message = bench.post("c", "one").await;
    bench.run().await;
    bench.pass(5).await;
    assert_eq!(bench.calls(), ["post c one", "find_post c"]);
    assert_eq!(bench.posted(message).await.unwrap().id.unwrap().as_str(), "found");
    assert_eq!(bench.audit().await, ["message.reconciled"]);
    assert_eq!(bench.open(), 0);
}

#[tokio::test]
async fn a_post_that_did_not_arrive_is_sent_again_as_it_was() {
    let mut bench = Bench::new();
    bench.tell("post c one", [fails(Retry::Ambiguous)]);
    bench.tell("find_post c", [Act::Give(Receipt::Found(None))]);
    bench.post("c", "one").await;
    bench.run().await;
    bench.pass(5).await;
    assert_eq!(bench.calls(), ["post c one", "find_post c", "post c one"]);
}

#[tokio::test]
async fn where_nobody_can_look_the_message_says_that_it_may_be_repeated() {
    for error in [Error::unsupported("find_post"), Error::new(ErrorKind::Denied)] {
        let mut bench = Bench::new();
        bench.tell("post c one", [fails(Retry::Ambiguous)]);
        bench.tell("find_post c", [Act::Fail(error)]);
        bench.post("c", "one").await;
        bench.run().await;
        bench.pass(5).await;
        assert_eq!(bench.calls(), ["post c one", "find_post c", "post c one again"]);
    }
}

#[tokio::test]
async fn not_knowing_yet_is_no_reason_to_post_twice() {
    let mut bench = Bench::new();
    bench.tell("post c one", [fails(Retry::Ambiguous)]);
    let found = Act::Give(Receipt::Found(Some("found".into())));
    bench.tell("find_post c", [fails(Retry::Ambiguous), after(60), fails(Retry::Safe), found]);
    bench.post("c", "one").await;
    bench.run().await;
    bench.pass(10).await;
    // What the platform asked of the look-up holds for look-ups only.
    bench.post("d", "other").await;
    bench.settle().await;
    assert_eq!(bench.seconds("post d other"), [10]);
    bench.pass(70).await;
    assert_eq!(bench.seconds("post c one"), [0]);
    assert_eq!(bench.seconds("find_post c"), [1, 3, 63, 71]);
    assert_eq!(bench.open(), 0);
}

#[tokio::test]
async fn what_does_no_harm_twice_is_simply_tried_again() {
    let mut bench = Bench::new();
    bench.run().await;
    let message = bench.post("c", "one").await;
    bench.settle().await;
    bench.tell("edit c one=two", [fails(Retry::Ambiguous)]);
    bench.edit(message, "c", "two").await;
    bench.pass(5).await;
    assert_eq!(bench.calls(), ["post c one", "edit c one=two", "edit c one=two"]);
}

#[tokio::test]
async fn what_may_do_harm_twice_is_given_up() {
    let mut bench = Bench::new();
    bench.tell("upload c", [fails(Retry::Ambiguous)]);
    bench.queue_operation(upload(&bench.engine, "c")).await;
    bench.run().await;
    bench.pass(5).await;
    assert_eq!(bench.calls(), ["upload c"]);
    assert_eq!(bench.audit().await, ["message.ambiguous ambiguous"]);
    assert_eq!(bench.open(), 0);
}

#[tokio::test]
async fn a_panic_of_an_adapter_is_an_outcome_that_nobody_knows() {
    let mut bench = Bench::new();
    bench.tell("post c one", [Act::Panic]);
    bench.post("c", "one").await;
    bench.post("c", "two").await;
    bench.run().await;
    bench.pass(5).await;
    let expected = ["post c one", "find_post c", "post c one again", "post c two"];
    assert_eq!(bench.calls(), expected);
    assert_eq!(bench.open(), 0);
}
