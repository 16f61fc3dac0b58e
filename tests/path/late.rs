//! Commands that were long under way.

use std::time::Duration;

use chatgate_core::Event;
use chatgate_testkit::{Person, TestChat};

use crate::bot::{self, App};

/// A command that was under way for so many seconds.
fn late(bob: &Person<'_>, waited: u64) -> Event {
    bob.message("deploy api --env prod").waited(Duration::from_secs(waited))
}

#[tokio::test]
async fn a_late_command_runs_once_its_author_says_so_and_once_only() {
    let app = App::default();
    let chat = TestChat::new(bot::router(), app.clone()).await;
    let bob = chat.person("bob");
    chat.deliver(late(&bob, 120)).await;
    chat.expect("has only just come here").await;
    assert!(app.ran.all().is_empty());
    chat.person("eve").clicks("Run it").await;
    chat.expect("This is not for you").await;
    assert!(app.ran.all().is_empty());
    bob.clicks("Run it").await;
    bob.clicks("Run it").await;
    chat.settle().await;
    assert_eq!(app.ran.all(), ["deploy api prod"]);
}

#[tokio::test]
async fn a_command_that_is_too_late_is_not_run_at_all() {
    let app = App::default();
    let chat = TestChat::new(bot::router(), app.clone()).await;
    chat.deliver(late(&chat.person("bob"), 600)).await;
    chat.expect("is too old by now").await;
    chat.expect_none("Run it").await;
    assert!(app.ran.all().is_empty());
}

#[tokio::test]
async fn a_command_that_is_a_little_late_runs() {
    let app = App::default();
    let chat = TestChat::new(bot::router(), app.clone()).await;
    chat.deliver(late(&chat.person("bob"), 119)).await;
    chat.settle().await;
    assert_eq!(app.ran.all(), ["deploy api prod"]);
}

#[tokio::test]
async fn who_may_not_run_it_is_not_asked() {
    let chat = TestChat::builder(bot::router(), App::default()).deny_all().start().await;
    chat.deliver(late(&chat.person("bob"), 120)).await;
    chat.expect("I don't know").await;
    chat.expect_none("Run it").await;
}
