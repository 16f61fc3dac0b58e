//! What begins before, ends before, where that was promised; and where it was not, nobody waits.

use std::time::Duration;

use chatgate_core::{
    Answer, AnswerKind, AnswerSlot, Capabilities, Clock, ClockExt, Delivered, Error, ErrorKind,
    Feature, Result, Retry, Timestamp,
};
use chatgate_macros::Command;
use chatgate_router::{Context, Router, State};
use chatgate_testkit::TestChat;

use crate::bot::{self, App, Ran};

/// Talk, then work, alone
#[derive(Command)]
#[command(name = "migrate", serial, crate = "chatgate_router")]
struct Migrate;

async fn migrate(_: Migrate, cx: Context, State(ran): State<Ran>) -> Result<()> {
    ran.push("migrate begins");
    let progress = cx.progress("Migrating …").await?;
    cx.clock().sleep(Duration::from_secs(60)).await;
    progress.done().await?;
    ran.push("migrate ends");
    Ok(())
}

/// Say one thing, return another
#[derive(Command)]
#[command(name = "both", effect = "read", crate = "chatgate_router")]
struct Both;

async fn both(_: Both, cx: Context) -> Result<&'static str> {
    cx.say("said first").await?;
    Ok("returned second")
}

/// Say one thing, answer another
#[derive(Command)]
#[command(name = "twice", effect = "read", crate = "chatgate_router")]
struct Twice;

async fn twice(_: Twice, cx: Context) -> Result<()> {
    cx.say("said first").await?;
    cx.answer("answered second").await?;
    Ok(())
}

fn router() -> Router<App> {
    bot::router().command(migrate).command(both).command(twice)
}

#[tokio::test]
async fn a_serial_command_holds_its_lane_to_the_end_also_when_it_talks() {
    let app = App::default();
    let chat = TestChat::new(router(), app.clone()).await;
    let bob = chat.person("bob");
    bob.says("migrate").await;
    chat.expect("Migrating").await;
    bob.says("count 1").await;
    assert_eq!(app.ran.all(), ["migrate begins"]);
    chat.advance(Duration::from_secs(61)).await;
    assert_eq!(app.ran.all(), ["migrate begins", "migrate ends", "general 1"]);
}

#[tokio::test]
async fn what_was_said_first_is_not_overtaken_by_what_the_request_carries_back() {
    let chat = TestChat::new(router(), App::default()).await;
    let slot = AnswerSlot::new(Timestamp::FAR_FUTURE, [AnswerKind::Message]);
    let delivered = chat.deliver(chat.person("bob").slash("both").answerable(slot)).await;
    chat.settle().await;
    // The request is acknowledged empty once something was said, and the rest follows it.
    assert!(
        matches!(delivered, Delivered::Accepted | Delivered::Answer(Answer::Nothing)),
        "{delivered:?}"
    );
    let texts: Vec<_> = chat.messages("general").into_iter().map(|posted| posted.text).collect();
    assert_eq!(texts, ["said first", "returned second"]);
}

#[tokio::test]
async fn what_is_said_where_nothing_can_be_edited_is_posted_at_once_and_not_kept_for_the_answer() {
    let can = Capabilities::all().without([Feature::Edit]);
    let chat = TestChat::builder(router(), App::default()).capabilities(can).start().await;
    let slot = AnswerSlot::new(Timestamp::FAR_FUTURE, [AnswerKind::Message]);
    let waits = chat.deliver(chat.person("bob").slash("migrate").answerable(slot));
    tokio::pin!(waits);
    tokio::select! {
        _ = &mut waits => {}
        () = chat.settle() => {}
    }
    let texts: Vec<_> = chat.messages("general").into_iter().map(|posted| posted.text).collect();
    assert!(texts.iter().any(|text| text.contains("Migrating")), "{texts:?}");
}

#[tokio::test]
async fn where_nothing_can_be_posted_an_answer_has_what_was_said_before_it() {
    let can = Capabilities::all().without([Feature::Post, Feature::DirectMessage]);
    let chat = TestChat::builder(router(), App::default()).capabilities(can).start().await;
    let slot = AnswerSlot::new(Timestamp::FAR_FUTURE, [AnswerKind::Message]);
    let delivered = chat.deliver(chat.person("bob").slash("twice").answerable(slot)).await;
    let Delivered::Answer(Answer::Message { parts, .. }) = &delivered else {
        panic!("{delivered:?}");
    };
    let said = parts[0].payload.get();
    let (first, second) = (said.find("said first"), said.find("answered second"));
    assert!(first.is_some() && first < second, "{said}");
}

#[tokio::test]
async fn a_request_is_acknowledged_as_soon_as_something_was_said_by_other_means() {
    let chat = TestChat::new(router(), App::default()).await;
    let by = chat.clock().now() + Duration::from_secs(3);
    let slot = AnswerSlot::new(by, [AnswerKind::Message]);
    let event = chat.person("bob").slash("migrate").answerable(slot);
    let waits = chat.deliver(event);
    tokio::pin!(waits);
    let answered = tokio::select! {
        delivered = &mut waits => Some(delivered),
        () = chat.settle() => None,
    };
    assert_eq!(answered, Some(Delivered::Accepted), "it waits for its deadline");
}

#[tokio::test]
async fn a_busy_conversation_that_is_slow_to_take_messages_holds_up_no_other() {
    let chat = TestChat::new(router(), App::default()).await;
    chat.adapter().slow_next("post", Duration::from_secs(60));
    for number in 0..200 {
        chat.speak().say(TestChat::channel("busy"), format!("line {number}")).await.unwrap();
    }
    chat.settle().await;
    chat.speak().say(TestChat::channel("other"), "hello").await.unwrap();
    chat.settle().await;
    assert_eq!(chat.messages("other").len(), 1, "it waits for the slow one");
    assert!(chat.messages("busy").is_empty());
    chat.advance(Duration::from_secs(60)).await;
    let texts: Vec<_> = chat.messages("busy").into_iter().map(|posted| posted.text).collect();
    let wanted: Vec<_> = (0..200).map(|number| format!("line {number}")).collect();
    assert_eq!(texts, wanted);
}

#[tokio::test]
async fn an_edit_that_must_wait_holds_up_no_post_elsewhere() {
    let chat = TestChat::new(router(), App::default()).await;
    let sent = chat.speak().say(TestChat::channel("a"), "old").await.unwrap();
    chat.settle().await;
    let wait = Retry::After(Duration::from_secs(60));
    chat.adapter().fail_next("edit", Error::new(ErrorKind::RateLimited).with_retry(wait));
    chat.speak().edit(&sent, "new").await.unwrap();
    chat.settle().await;
    chat.speak().say(TestChat::channel("b"), "hello").await.unwrap();
    chat.settle().await;
    assert_eq!(chat.messages("b").len(), 1);
    chat.advance(Duration::from_secs(60)).await;
    assert_eq!(chat.messages("a")[0].text, "new");
}

#[tokio::test]
async fn clicks_forms_and_options_do_not_wait_for_a_lane_that_a_serial_command_holds() {
    let app = App::default();
    let chat = TestChat::new(router(), app.clone()).await;
    let bob = chat.person("bob");
    bob.says("page").await;
    bob.says("feedback").await;
    bob.says("migrate").await;
    bob.clicks("Acknowledge").await;
    bob.submits(&[("words", "good".into()), ("again", true.into())]).await;
    bob.says("help").await;
    chat.expect("Roll a service out").await;
    assert_eq!(app.ran.all(), ["migrate begins", "ack 7 by bob", "feedback good true 48"]);
}
