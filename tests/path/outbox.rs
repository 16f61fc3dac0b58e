//! What was said leaves in order, not before it may, and until it is there.

use std::time::Duration;

use chatgate_core::{Error, ErrorKind, Retry};
use chatgate_testkit::TestChat;

use crate::bot::{self, App};

fn refused(seconds: u64) -> Error {
    Error::new(ErrorKind::RateLimited).with_retry(Retry::After(Duration::from_secs(seconds)))
}

fn texts(chat: &TestChat) -> Vec<String> {
    chat.adapter().messages().into_iter().map(|posted| posted.text).collect()
}

#[tokio::test]
async fn nothing_leaves_before_the_platform_allows_it_and_order_is_kept() {
    let chat = TestChat::new(bot::router(), App::default()).await;
    let place = TestChat::channel("ops");
    chat.adapter().fail_next("post", refused(30));
    for text in ["one", "two", "three"] {
        chat.speak().say(place.clone(), text).await.unwrap();
    }
    chat.settle().await;
    chat.advance(Duration::from_millis(29_999)).await;
    assert!(texts(&chat).is_empty());
    let calls = chat.adapter().calls().len();
    assert_eq!(calls, 1, "tried again before it may");
    chat.advance(Duration::from_millis(1)).await;
    assert_eq!(texts(&chat), ["one", "two", "three"]);
    assert!(chat.gateway().is_idle());
}

#[tokio::test]
async fn a_lane_that_waits_for_a_retry_holds_up_no_other() {
    let chat = TestChat::new(bot::router(), App::default()).await;
    chat.adapter().fail_next("post", Error::new(ErrorKind::Unavailable));
    chat.speak().say(TestChat::channel("a"), "first").await.unwrap();
    chat.settle().await;
    chat.speak().say(TestChat::channel("b"), "second").await.unwrap();
    chat.settle().await;
    assert_eq!(texts(&chat), ["second"]);
    chat.advance(Duration::from_secs(2)).await;
    assert_eq!(texts(&chat), ["second", "first"]);
}

#[tokio::test]
async fn a_post_that_arrived_although_it_failed_is_not_posted_twice() {
    let chat = TestChat::new(bot::router(), App::default()).await;
    chat.adapter().fail_after_next("post", Error::new(ErrorKind::Timeout));
    let sent = chat.speak().say(TestChat::channel("a"), "once").await.unwrap();
    chat.advance(Duration::from_secs(5)).await;
    assert_eq!(texts(&chat), ["once"]);
    assert_eq!(chat.adapter().calls(), ["post", "find_post"]);
    // Its id was found, so it can be changed.
    chat.speak().edit(&sent, "changed").await.unwrap();
    chat.settle().await;
    assert_eq!(texts(&chat), ["changed"]);
    let audit = chat.audit().await;
    assert!(audit.iter().any(|record| record["type"] == "message.reconciled"));
}

#[tokio::test]
async fn where_nobody_can_find_out_a_second_post_says_that_it_may_be_one() {
    let chat = TestChat::new(bot::router(), App::default()).await;
    chat.adapter().fail_next("post", Error::new(ErrorKind::Timeout));
    chat.adapter().fail_next("find_post", Error::unsupported("find_post"));
    chat.speak().say(TestChat::channel("a"), "disk full").await.unwrap();
    chat.advance(Duration::from_secs(5)).await;
    let said = texts(&chat);
    assert_eq!(said.len(), 1);
    assert!(said[0].contains("possibly repeated") && said[0].contains("disk full"), "{said:?}");
}

#[tokio::test]
async fn what_the_platform_refuses_for_good_is_given_up_and_told() {
    let chat = TestChat::new(bot::router(), App::default()).await;
    chat.adapter().fail_next("post", Error::new(ErrorKind::NotFound));
    let sent = chat.speak().say(TestChat::channel("a"), "lost").await.unwrap();
    // An edit of a message that never arrived dies with it.
    chat.speak().edit(&sent, "changed").await.unwrap();
    chat.settle().await;
    assert!(texts(&chat).is_empty());
    assert!(chat.gateway().is_idle());
    let audit = chat.audit().await;
    let reasons: Vec<_> = audit
        .iter()
        .filter(|record| record["type"] == "message.dead")
        .filter_map(|record| record["reason"].as_str())
        .collect();
    assert_eq!(reasons, ["not_found", "post_dead"]);
}

#[tokio::test]
async fn an_edit_that_still_waits_is_replaced_by_a_newer_one() {
    let chat = TestChat::new(bot::router(), App::default()).await;
    let sent = chat.speak().say(TestChat::channel("a"), "0").await.unwrap();
    chat.settle().await;
    chat.adapter().fail_next("edit", refused(10));
    for number in 1..=50 {
        chat.speak().edit(&sent, number.to_string()).await.unwrap();
        chat.settle().await;
    }
    chat.advance(Duration::from_secs(11)).await;
    assert_eq!(texts(&chat), ["50"]);
    let edits = chat.adapter().calls().into_iter().filter(|call| *call == "edit").count();
    assert!(edits <= 3, "{edits} edits");
}

#[tokio::test]
async fn a_panicking_adapter_call_loses_nothing() {
    let chat = TestChat::new(bot::router(), App::default()).await;
    chat.adapter().panic_next("post");
    chat.speak().say(TestChat::channel("a"), "still there").await.unwrap();
    chat.advance(Duration::from_secs(5)).await;
    assert_eq!(texts(&chat), ["still there"]);
}

#[tokio::test]
async fn what_was_said_before_a_restart_is_sent_after_it() {
    let first = TestChat::new(bot::router(), App::default()).await;
    first.adapter().fail_next("post", refused(3_600));
    first.speak().say(TestChat::channel("a"), "survives").await.unwrap();
    first.settle().await;
    assert!(texts(&first).is_empty());
    let store = first.store().clone();
    let clock = first.clock().clone();
    // The process dies: nothing is drained, nothing given back.
    drop(first);
    let second = TestChat::builder(bot::router(), App::default()).over(store, clock).start().await;
    second.advance(Duration::from_secs(3_700)).await;
    assert_eq!(texts(&second), ["survives"]);
    assert!(second.gateway().is_idle());
}

#[tokio::test]
async fn a_write_that_a_crash_cut_off_is_never_run_again_and_the_person_is_told() {
    let app = App::default();
    let first = TestChat::new(bot::router(), app.clone()).await;
    first.person("bob").says("deploy api --env prod").await;
    assert_eq!(app.ran.all(), ["deploy api prod"]);
    let (store, clock) = (first.store().clone(), first.clock().clone());
    drop(first);
    let second = TestChat::builder(bot::router(), app.clone()).over(store, clock).start().await;
    second.advance(Duration::from_secs(120)).await;
    assert_eq!(app.ran.all(), ["deploy api prod"]);
    second.expect("was interrupted").await;
    let audit = second.audit().await;
    assert!(audit.iter().any(|record| record["type"] == "command.unknown"));
}

#[tokio::test]
async fn a_restart_under_the_same_name_does_not_overtake_what_was_begun_before() {
    let app = App::default();
    let named = |gateway: chatgate_gateway::Gateway<App>| gateway.node("gw-1");
    let first = TestChat::builder(bot::router(), app.clone()).gateway(named).start().await;
    first.person("bob").says("deploy api --env prod").await;
    let (store, clock) = (first.store().clone(), first.clock().clone());
    drop(first);
    let second = TestChat::builder(bot::router(), app.clone())
        .gateway(named)
        .over(store, clock)
        .start()
        .await;
    second.person("bob").says("count 1").await;
    assert_eq!(app.ran.all(), ["deploy api prod"], "the lane is still held");
    second.advance(Duration::from_secs(120)).await;
    assert_eq!(app.ran.all(), ["deploy api prod", "general 1"]);
}
