//! Buttons: sealed, bound to their place and time, used once.

use std::time::Duration;

use chatgate_core::{Capabilities, EventKind, Feature};
use chatgate_testkit::TestChat;

use crate::bot::{self, App};

#[tokio::test]
async fn a_once_button_runs_once_whoever_clicks() {
    let app = App::default();
    let chat = TestChat::new(bot::router(), app.clone()).await;
    chat.person("bob").says("page").await;
    let first = chat.person("bob").click("Acknowledge", &[]);
    let second = chat.person("eve").click("Acknowledge", &[]);
    let again = chat.person("bob").click("Acknowledge", &[]);
    for event in [first, second, again] {
        chat.deliver(event).await;
    }
    chat.settle().await;
    assert_eq!(app.ran.all(), ["ack 7 by bob"]);
    chat.expect("This has already been used").await;
}

#[tokio::test]
async fn a_repeat_button_runs_with_every_click_but_not_with_every_delivery() {
    let app = App::default();
    let chat = TestChat::new(bot::router(), app.clone()).await;
    let bob = chat.person("bob");
    bob.says("page").await;
    let click = bob.click("Look", &[]);
    chat.deliver(click.clone()).await;
    chat.deliver(click).await;
    bob.clicks("Look").await;
    assert_eq!(app.ran.all(), ["look 7", "look 7"]);
}

#[tokio::test]
async fn a_click_updates_the_message_that_it_came_from() {
    let chat = TestChat::new(bot::router(), App::default()).await;
    chat.person("bob").says("page").await;
    let page = chat.expect("Disk full").await;
    chat.person("eve").clicks("Acknowledge").await;
    let updated = chat.expect("Acknowledged by eve").await;
    assert_eq!(updated.id, page.id);
    assert!(updated.actions.is_empty());
}

#[tokio::test]
async fn a_button_shown_elsewhere_or_long_ago_runs_nothing() {
    let app = App::default();
    let chat = TestChat::new(bot::router(), app.clone()).await;
    chat.person("bob").says("page").await;
    chat.person("bob").in_channel("other").clicks("Acknowledge").await;
    chat.expect("This is not for you").await;
    // Nobody waits ninety days in steps.
    let click = chat.person("bob").click("Acknowledge", &[]);
    chat.clock().advance(chatgate_core::SEAL_LIFETIME);
    chat.deliver(click).await;
    chat.expect("This has expired").await;
    assert!(app.ran.all().is_empty());
}

#[tokio::test]
async fn a_changed_seal_never_becomes_an_event() {
    let chat = TestChat::new(bot::router(), App::default()).await;
    let bob = chat.person("bob");
    bob.says("page").await;
    let page = chat.expect("Disk full").await;
    let seal = page.actions[0].seal.clone().unwrap();
    let inbox = chat.gateway().inbox(&TestChat::adapter_id());
    assert!(inbox.seals().open(&seal).is_ok());
    assert!(inbox.seals().open(&seal.replace('.', "")).unwrap_err().is_denied());
    assert!(inbox.seals().open(&format!("{seal}A")).unwrap_err().is_denied());
}

#[tokio::test]
async fn a_seal_from_before_the_stores_birth_has_expired() {
    let app = App::default();
    let old = TestChat::new(bot::router(), App::default()).await;
    old.person("bob").says("page").await;
    let click = old.person("bob").click("Acknowledge", &[]);
    // The same keys over an emptied store, later: what was used before is forgotten.
    let chat = TestChat::builder(bot::router(), app.clone())
        .gateway(|gateway| {
            let clock = chatgate_core::ManualClock::at(click.at + Duration::from_secs(60));
            gateway.clock(std::sync::Arc::new(clock))
        })
        .start()
        .await;
    chat.deliver(click).await;
    chat.expect("This has expired").await;
    assert!(app.ran.all().is_empty());
}

#[tokio::test]
async fn a_number_in_another_thread_does_not_use_the_newest_card_of_the_channel() {
    let app = App::default();
    let can = Capabilities::all().without([Feature::Actions]);
    let chat = TestChat::builder(bot::router(), app.clone()).capabilities(can).start().await;
    let bob = chat.person("bob");
    bob.says("page").await;
    bob.says("page").await;
    chat.settle().await;
    let first = chat.messages("general")[0].id.to_string();
    bob.clone().in_thread(first).says("1").await;
    bob.clone().in_thread("p999").says("1").await;
    assert!(app.ran.all().is_empty(), "{:?}", app.ran.all());
    bob.says("1").await;
    assert_eq!(app.ran.all(), ["ack 7 by bob"]);
}

#[tokio::test]
async fn where_there_are_no_buttons_a_number_clicks() {
    let app = App::default();
    let can = Capabilities::all().without([Feature::Actions]);
    let chat = TestChat::builder(bot::router(), app.clone()).capabilities(can).start().await;
    let bob = chat.person("bob");
    bob.says("page").await;
    let page = chat.expect("Disk full").await;
    assert!(page.text.contains("1. Acknowledge"), "{}", page.text);
    bob.says("3").await;
    assert!(app.ran.all().is_empty());
    bob.says("1").await;
    assert_eq!(app.ran.all(), ["ack 7 by bob"]);
}

#[tokio::test]
async fn a_value_too_long_for_the_platform_is_kept_in_the_store() {
    let app = App::default();
    let limits = chatgate_core::Limits::new().action_value_chars(350);
    let can = Capabilities::all().limits(limits);
    let chat = TestChat::builder(bot::router(), app.clone()).capabilities(can).start().await;
    chat.person("bob").says("page").await;
    chat.person("bob").clicks("Acknowledge").await;
    assert_eq!(app.ran.all(), ["ack 7 by bob"]);
}

#[tokio::test]
async fn a_modal_without_a_place_acts_where_it_was_opened() {
    let app = App::default();
    let chat = TestChat::new(bot::router(), app.clone()).await;
    let bob = chat.person("bob");
    bob.says("page").await;
    let mut click = bob.click("Look", &[]);
    click.place = None;
    assert!(matches!(click.kind, EventKind::Action(_)));
    chat.deliver(click).await;
    let looking = chat.expect("looking").await;
    assert_eq!(looking.place, TestChat::channel("general"));
}
