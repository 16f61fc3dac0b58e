//! Order in a lane, priority between lanes.

use super::*;

#[tokio::test]
async fn a_lane_keeps_its_order_across_failures_and_others_go_on() {
    let mut bench = Bench::new();
    bench.tell("post c one", [fails(Retry::Safe), fails(Retry::Ambiguous)]);
    bench.tell("find_post c", [Act::Give(Receipt::Found(None))]);
    for (conversation, text) in [("c", "one"), ("c", "two"), ("d", "other"), ("c", "three")] {
        bench.post(conversation, text).await;
    }
    bench.run().await;
    assert_eq!(bench.calls(), ["post c one", "post d other"]);
    bench.pass(10).await;
    let of_c: Vec<_> = bench.calls().into_iter().filter(|call| !call.contains(" d ")).collect();
    let expected =
        ["post c one", "post c one", "find_post c", "post c one", "post c two", "post c three"];
    assert_eq!(of_c, expected);
}

#[tokio::test]
async fn a_call_that_never_ends_stops_only_its_lane() {
    let mut bench = Bench::new();
    bench.tell("post c one", [Act::Hang]);
    for (conversation, text) in [("c", "one"), ("c", "two"), ("d", "other")] {
        bench.post(conversation, text).await;
    }
    bench.run().await;
    // Its hold is renewed, so it is not begun a second time …
    bench.pass(110).await;
    assert_eq!(bench.calls(), ["post c one", "post d other"]);
    assert_eq!(bench.open(), 2);
    // … until it has had time enough: then nobody knows whether it arrived.
    bench.pass(30).await;
    let after = bench.calls().split_off(2);
    assert_eq!(after, ["find_post c", "post c one again", "post c two"]);
    assert_eq!(bench.open(), 0);
}

#[tokio::test]
async fn a_long_lane_leaves_room_to_the_others() {
    let mut bench = Bench::with(GatewayLimits::new().with_sends(2));
    bench.tell("post c 0", [Act::Hang]);
    for number in 0..50 {
        bench.post("c", &number.to_string()).await;
    }
    bench.run().await;
    bench.post("d", "other").await;
    bench.settle().await;
    assert_eq!(bench.calls(), ["post c 0", "post d other"]);
}

#[tokio::test]
async fn never_more_at_once_than_the_limit() {
    let mut bench = Bench::with(GatewayLimits::new().with_sends(3));
    for conversation in ["c", "d", "e", "f", "g"] {
        bench.tell(&format!("post {conversation} one"), [Act::Hang]);
        bench.post(conversation, "one").await;
    }
    bench.run().await;
    assert_eq!(bench.calls().len(), 3);
}

#[tokio::test]
async fn the_most_urgent_lane_goes_first() {
    let mut bench = Bench::with(GatewayLimits::new().with_sends(1));
    bench.post_as("chatter", "x", Priority::Chatter).await;
    bench.post_as("status", "x", Priority::Status).await;
    bench.post_as("answer", "x", Priority::Answer).await;
    bench.post_as("page", "x", Priority::Page).await;
    bench.run().await;
    assert_eq!(bench.calls(), ["post page x", "post answer x", "post status x", "post chatter x"]);
}

#[tokio::test]
async fn a_page_overtakes_what_waits_in_a_long_lane() {
    let mut bench = Bench::with(GatewayLimits::new().with_sends(1));
    *bench.fake.can.lock().unwrap() = Arc::new(rate(1));
    for number in 0..20 {
        bench.post_as("c", &number.to_string(), Priority::Chatter).await;
    }
    bench.run().await;
    bench.post_as("page", "x", Priority::Page).await;
    bench.settle().await;
    assert_eq!(bench.calls(), ["post c 0", "post page x"]);
}

#[tokio::test]
async fn what_is_queued_by_another_node_is_found() {
    let mut bench = Bench::new();
    bench.run().await;
    let other = engine(&bench.clock, &bench.store, &bench.fake, &bench.limits, 9);
    let key = other.new_message();
    let (row, entry) = (Row::new(post(key, "c", "one"), START), EntryId::from(key.as_u128()));
    other.commit(enqueue(Batch::new(), row, entry, Priority::Answer).unwrap()).await.unwrap();
    bench.pass(20).await;
    assert_eq!(bench.calls(), ["post c one"]);
    // Each counts for itself: this node what it sent, the other what it queued.
    assert_eq!(bench.open(), 0);
    assert_eq!(other.status.work().operations, 1);
    let shutdown = bench.shutdown.1.clone();
    let running = other.tasks.spawn(run(other.clone(), shutdown));
    bench.settle().await;
    assert_eq!(other.status.work().operations, 0);
    running.abort();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_lanes_at_once_keep_their_order_and_the_count() {
    let mut bench = Bench::new();
    bench.run().await;
    for number in 0..50 {
        for lane in 0..40 {
            bench.post(&format!("c{lane}"), &number.to_string()).await;
        }
    }
    bench.engine.status.watch().wait_for(|work| work.operations == 0).await.unwrap();
    let calls = bench.calls();
    assert_eq!(calls.len(), 2_000);
    for lane in 0..40 {
        let prefix = format!("post c{lane} ");
        let of_lane = calls.iter().filter_map(|call| call.strip_prefix(&prefix));
        assert!(of_lane.eq((0..50).map(|number| number.to_string())), "lane {lane}");
    }
    assert_eq!(bench.open(), 0);
}
