//! The one answer inside the platform's request, and what follows when it is not possible.

use std::time::Duration;

use chatgate_core::{
    Answer, AnswerKind, AnswerSlot, Audience, Capabilities, Clock, Delivered, Feature,
};
use chatgate_macros::Command;
use chatgate_render::TerminalMessage;
use chatgate_router::Context;
use chatgate_testkit::{Person, TestChat};

use crate::bot::{self, App};

fn slot(chat: &TestChat, seconds: u64) -> AnswerSlot {
    let by = chat.clock().now() + Duration::from_secs(seconds);
    AnswerSlot::new(by, [AnswerKind::Message, AnswerKind::PrivateMessage])
}

fn said(delivered: &Delivered) -> (Audience, String) {
    match delivered {
        Delivered::Answer(Answer::Message { audience, parts }) => {
            let texts = parts.iter().map(|part| part.read::<TerminalMessage>().unwrap().text);
            (audience.clone(), texts.collect::<Vec<_>>().join("\n"))
        }
        other => panic!("no message: {other:?}"),
    }
}

async fn slash(chat: &TestChat, person: &Person<'_>, text: &str) -> Delivered {
    chat.deliver(person.slash(text).answerable(slot(chat, 3))).await
}

#[tokio::test]
async fn what_a_handler_returns_goes_back_inside_the_request() {
    let chat = TestChat::new(bot::router(), App::default()).await;
    let delivered = slash(&chat, &chat.person("bob"), "count 4").await;
    assert_eq!(said(&delivered), (Audience::Everyone, "counted 4".into()));
    assert!(chat.adapter().messages().is_empty());
}

/// Tell it elsewhere
#[derive(Command)]
#[command(name = "tell", effect = "write", crate = "chatgate_router")]
struct Tell;

async fn tell(_: Tell, cx: Context) -> chatgate_core::Result<&'static str> {
    cx.in_place(TestChat::channel("news")).say("there is news").await?;
    Ok("told")
}

#[tokio::test]
async fn what_is_said_elsewhere_takes_nothing_from_the_answer() {
    let chat = TestChat::new(bot::router().command(tell), App::default()).await;
    let delivered = slash(&chat, &chat.person("bob"), "tell").await;
    assert_eq!(said(&delivered), (Audience::Everyone, "told".into()));
    chat.expect("there is news").await;
}

#[tokio::test]
async fn denials_usage_errors_and_help_go_back_privately() {
    let chat = TestChat::new(bot::router(), App::default()).await;
    let bob = chat.person("bob");
    for text in ["help", "count", "frobnicate"] {
        let (audience, _) = said(&slash(&chat, &bob, text).await);
        assert_eq!(audience, Audience::Only("bob".into()), "{text}");
    }
}

#[tokio::test]
async fn what_is_not_ready_in_time_follows_as_a_message() {
    let chat = TestChat::new(bot::router(), App::default()).await;
    let bob = chat.person("bob");
    let event = bob.slash("deploy api --env prod").answerable(slot(&chat, 3));
    let (delivered, ()) = tokio::join!(chat.deliver(event), chat.advance(Duration::from_secs(3)));
    assert_eq!(delivered, Delivered::Accepted);
    chat.advance(Duration::from_secs(600)).await;
    chat.expect("api is live").await;
}

#[tokio::test]
async fn an_answer_of_more_parts_than_the_request_carries_goes_as_messages_whole() {
    let limits = chatgate_core::Limits::new().text_chars(20);
    let can = Capabilities::all().limits(limits);
    let chat = TestChat::builder(bot::router(), App::default()).capabilities(can).start().await;
    let bob = chat.person("bob");
    let slot = AnswerSlot::new(chat.clock().now() + Duration::from_secs(3), [AnswerKind::Message]);
    let delivered = chat.deliver(bob.slash("page").answerable(slot)).await;
    chat.settle().await;
    assert_eq!(delivered, Delivered::Accepted);
    assert!(chat.adapter().messages().len() > 1, "{}", chat.transcript());
}

#[tokio::test]
async fn an_answer_that_nothing_can_follow_is_cut_and_says_so() {
    let limits = chatgate_core::Limits::new().text_chars(120);
    let can = Capabilities::all().without([Feature::Post]).limits(limits);
    let chat = TestChat::builder(bot::router(), App::default()).capabilities(can).start().await;
    let delivered = slash(&chat, &chat.person("bob"), "help").await;
    let Delivered::Answer(Answer::Message { parts, .. }) = &delivered else {
        panic!("no message: {delivered:?}")
    };
    assert_eq!(parts.len(), 1);
    let (_, text) = said(&delivered);
    assert!(text.contains("the rest does not fit"), "{text}");
    assert!(text.chars().count() > 60, "less than there was room for: {text}");
}

#[tokio::test]
async fn a_place_that_cannot_be_posted_to_gets_say_and_progress_inside_its_answer() {
    let can = Capabilities::all().without([
        Feature::Post,
        Feature::Edit,
        Feature::DirectMessage,
        Feature::Ephemeral,
    ]);
    let chat = TestChat::builder(bot::router(), App::default()).capabilities(can).start().await;
    let bob = chat.person("bob");
    let event = bob.slash("deploy api --env prod").answerable(slot(&chat, 700));
    let (delivered, ()) = tokio::join!(chat.deliver(event), chat.advance(Duration::from_secs(601)));
    let (_, text) = said(&delivered);
    assert!(text.contains("Deploying api"), "{text}");
    assert!(text.contains("✔"), "the last state of the progress: {text}");
    assert!(text.contains("api is live"), "{text}");
    assert!(chat.adapter().messages().is_empty());
    // A question needs a message of its own, and there is none.
    let delivered = slash(&chat, &bob, "feedback").await;
    let no_form = chat.adapter().forms().len();
    assert!(matches!(delivered, Delivered::Accepted | Delivered::Answer(_)));
    assert_eq!(no_form, 1, "forms are still possible there");
}
