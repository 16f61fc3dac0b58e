//! What waits for a person or a platform is a record: a restart in between changes nothing.

use std::time::Duration;

use chatgate_core::{Capabilities, Feature};
use chatgate_testkit::TestChat;

use crate::bot::{self, App};

/// The same bot in a new process, over the same store, on a platform that kept its messages.
async fn restarted(chat: TestChat, app: &App, can: &Capabilities) -> TestChat {
    let (store, clock) = (chat.store().clone(), chat.clock().clone());
    drop(chat);
    TestChat::builder(bot::router(), app.clone())
        .capabilities(can.clone())
        .over(store, clock)
        .start()
        .await
}

#[tokio::test]
async fn a_click_after_a_restart_finds_what_it_needs() {
    let app = App::default();
    let can = Capabilities::all();
    let chat = TestChat::builder(bot::router(), app.clone()).start().await;
    let bob = chat.person("bob");
    bob.says("page").await;
    let (click, again) = (bob.click("Acknowledge", &[]), bob.click("Acknowledge", &[]));
    let chat = restarted(chat, &app, &can).await;
    chat.deliver(click.clone()).await;
    chat.settle().await;
    assert_eq!(app.ran.all(), ["ack 7 by bob"]);
    let chat = restarted(chat, &app, &can).await;
    chat.deliver(click).await;
    chat.deliver(again).await;
    chat.expect("This has already been used").await;
    assert_eq!(app.ran.all(), ["ack 7 by bob"]);
}

#[tokio::test]
async fn questions_go_on_after_a_restart() {
    let app = App::default();
    let can = Capabilities::all().without([Feature::Forms]);
    let chat =
        TestChat::builder(bot::router(), app.clone()).capabilities(can.clone()).start().await;
    chat.person("bob").says("feedback").await;
    chat.person("bob").mutters("good").await;
    let chat = restarted(chat, &app, &can).await;
    let answer = chat.person("bob").message("yes").with_key("after the restart");
    chat.deliver(answer).await;
    chat.settle().await;
    assert_eq!(app.ran.all(), ["feedback good true 48"], "{}", chat.transcript());
}

#[tokio::test]
async fn a_delivery_that_is_repeated_after_a_restart_runs_nothing() {
    let app = App::default();
    let chat = TestChat::builder(bot::router(), app.clone()).start().await;
    let event = chat.person("bob").message("count 1");
    chat.deliver(event.clone()).await;
    chat.settle().await;
    let chat = restarted(chat, &app, &Capabilities::all()).await;
    chat.deliver(event).await;
    chat.advance(Duration::from_secs(120)).await;
    assert_eq!(app.ran.all(), ["general 1"]);
}

#[tokio::test]
async fn questions_that_nobody_answers_for_a_day_are_over() {
    let app = App::default();
    let can = Capabilities::all().without([Feature::Forms]);
    let chat = TestChat::builder(bot::router(), app.clone()).capabilities(can).start().await;
    let bob = chat.person("bob");
    bob.says("feedback").await;
    chat.clock().advance(Duration::from_secs(24 * 3_600));
    bob.mutters("good").await;
    bob.mutters("yes").await;
    assert!(app.ran.all().is_empty());
}

#[tokio::test]
async fn a_form_that_is_submitted_a_day_late_has_expired() {
    let app = App::default();
    let chat = TestChat::new(bot::router(), app.clone()).await;
    let bob = chat.person("bob");
    bob.says("feedback").await;
    chat.clock().advance(Duration::from_secs(24 * 3_600));
    bob.submits(&[("words", "good".into()), ("again", true.into())]).await;
    chat.expect("This has expired").await;
    assert!(app.ran.all().is_empty());
}

#[tokio::test]
async fn what_only_waited_in_its_lane_is_run_after_a_restart_in_its_order() {
    let app = App::default();
    let chat = TestChat::builder(bot::router(), app.clone()).start().await;
    let bob = chat.person("bob");
    let events = ["panic", "count 1", "count 2", "count 3"].map(|text| bob.message(text));
    // Recorded, and nothing has begun when the process dies.
    for event in events {
        chat.deliver(event).await;
    }
    let began = app.ran.all();
    assert!(began.is_empty(), "{began:?}");
    let chat = restarted(chat, &app, &Capabilities::all()).await;
    chat.advance(Duration::from_secs(120)).await;
    assert_eq!(app.ran.all(), ["general 1", "general 2", "general 3"], "{}", chat.transcript());
    assert!(chat.gateway().is_idle());
}
