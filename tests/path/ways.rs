//! What came another way than was asked for can still be used: buttons, numbers and forms after a
//! fallback.

use chatgate_core::{Audience, Button, Capabilities, Content, Feature, Place};
use chatgate_router::Say;
use chatgate_testkit::{Person, TestChat};

use crate::bot::{self, Acknowledge, App};

fn card() -> Content {
    Content::from("Disk full").actions([Button::new("Acknowledge", &Acknowledge::of(7))])
}

async fn chat_without(features: &[Feature], app: &App) -> TestChat {
    let can = Capabilities::all().without(features.iter().copied());
    TestChat::builder(bot::router(), app.clone()).capabilities(can).start().await
}

/// Bob in his direct conversation, as platforms name it: by an id of its own.
fn in_direct_conversation<'a>(bob: &Person<'a>) -> (Place, Person<'a>) {
    let person = bob.clone().in_channel("D024BE91L");
    (person.place().clone(), person)
}

#[tokio::test]
async fn a_private_card_sent_as_a_direct_message_is_used_there() {
    let app = App::default();
    let chat = chat_without(&[Feature::Ephemeral], &app).await;
    let private = Say::new(TestChat::channel("general"), card()).only_to("bob".into());
    chat.speak().send(private).await.unwrap();
    chat.settle().await;
    let (_, bob) = in_direct_conversation(&chat.person("bob"));
    let click = bob.click("Acknowledge", &[]).direct();
    chat.deliver(click).await;
    chat.settle().await;
    assert_eq!(app.ran.all(), ["ack 7 by bob"], "{}", chat.transcript());
}

#[tokio::test]
async fn a_private_card_sent_as_a_direct_message_with_numbers_is_used_by_its_number() {
    let app = App::default();
    let chat = chat_without(&[Feature::Ephemeral, Feature::Actions], &app).await;
    let private = Say::new(TestChat::channel("general"), card()).only_to("bob".into());
    chat.speak().send(private).await.unwrap();
    chat.settle().await;
    let (_, bob) = in_direct_conversation(&chat.person("bob"));
    chat.deliver(bob.message("1").direct()).await;
    chat.settle().await;
    assert_eq!(app.ran.all(), ["ack 7 by bob"], "{}", chat.transcript());
}

#[tokio::test]
async fn a_card_for_a_thread_is_used_where_it_was_said_instead() {
    let app = App::default();
    let chat = chat_without(&[Feature::Threads], &app).await;
    let thread = TestChat::channel("general").in_thread("t1");
    chat.speak().say(thread, card()).await.unwrap();
    chat.settle().await;
    chat.person("bob").clicks("Acknowledge").await;
    assert_eq!(app.ran.all(), ["ack 7 by bob"]);
}

#[tokio::test]
async fn a_number_in_a_thread_is_that_of_the_threads_card() {
    let app = App::default();
    let chat = chat_without(&[Feature::Actions], &app).await;
    let bob = chat.person("bob");
    bob.clone().in_thread("t1").says("page").await;
    bob.says("1").await;
    assert!(app.ran.all().is_empty(), "the channel has no card");
    bob.in_thread("t1").says("1").await;
    assert_eq!(app.ran.all(), ["ack 7 by bob"]);
}

#[tokio::test]
async fn a_click_in_a_thread_is_answered_in_that_thread() {
    let app = App::default();
    let chat = chat_without(&[], &app).await;
    let bob = chat.person("bob").in_thread("t1");
    bob.says("page").await;
    bob.clicks("Look").await;
    let looking = chat.expect("looking").await;
    assert_eq!(looking.place, TestChat::channel("general").in_thread("t1"));
}

#[tokio::test]
async fn where_nothing_can_be_edited_a_click_is_answered_by_a_new_message() {
    let app = App::default();
    let chat = chat_without(&[Feature::Edit], &app).await;
    chat.person("bob").says("page").await;
    chat.person("eve").clicks("Acknowledge").await;
    let said = chat.expect("Acknowledged by eve").await;
    assert_eq!(said.audience, Audience::Everyone);
    assert_eq!(chat.messages("general").len(), 2);
    // The old buttons are still there, and do nothing any more.
    chat.person("bob").clicks("Acknowledge").await;
    chat.expect("This has already been used").await;
    assert_eq!(app.ran.all(), ["ack 7 by eve"]);
}

#[tokio::test]
async fn someone_elses_fill_in_button_opens_nothing() {
    let app = App::default();
    let chat = chat_without(&[], &app).await;
    chat.person("bob").says("deploy api").await;
    chat.person("eve").clicks("Fill in").await;
    chat.expect("This is not for you").await;
    assert!(chat.adapter().forms().is_empty());
}

#[tokio::test]
async fn questions_in_one_place_are_not_answered_in_another() {
    let app = App::default();
    let chat = chat_without(&[Feature::Forms], &app).await;
    let bob = chat.person("bob");
    bob.says("feedback").await;
    bob.clone().in_channel("other").mutters("good").await;
    bob.clone().in_thread("t1").mutters("good").await;
    bob.mutters("good").await;
    bob.mutters("yes").await;
    assert_eq!(app.ran.all(), ["feedback good true 48"]);
}

#[tokio::test]
async fn field_errors_after_questions_let_the_person_answer_again() {
    let app = App::default();
    let chat = chat_without(&[Feature::Forms], &app).await;
    let bob = chat.person("bob");
    bob.says("feedback").await;
    bob.mutters("bad").await;
    bob.mutters("yes").await;
    chat.expect("cannot be").await;
    assert!(app.ran.all().is_empty());
    bob.clicks("Fill in").await;
    bob.mutters("good").await;
    bob.mutters("yes").await;
    assert_eq!(app.ran.all(), ["feedback good true 48"], "{}", chat.transcript());
}
