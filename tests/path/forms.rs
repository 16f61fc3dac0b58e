//! Forms and questions: records, answered by a routed submission.

use chatgate_core::{Capabilities, EventKind, Feature};
use chatgate_testkit::TestChat;
use serde_json::json;

use crate::bot::{self, App};

#[tokio::test]
async fn a_submission_starts_its_own_handler_with_the_private_state() {
    let app = App::default();
    let chat = TestChat::new(bot::router(), app.clone()).await;
    let bob = chat.person("bob");
    bob.says("feedback").await;
    bob.submits(&[("words", json!("good")), ("again", json!(true))]).await;
    assert_eq!(app.ran.all(), ["feedback good true 48"]);
    chat.expect("Thank you.").await;
    // A form is submitted once.
    bob.submits(&[("words", json!("good")), ("again", json!(true))]).await;
    assert_eq!(app.ran.all().len(), 1);
}

#[tokio::test]
async fn a_form_whose_fields_are_wrong_is_corrected_and_submitted_again() {
    let app = App::default();
    let chat = TestChat::new(bot::router(), app.clone()).await;
    let bob = chat.person("bob");
    bob.says("feedback").await;
    bob.submits(&[("words", json!("bad")), ("again", json!(true))]).await;
    chat.expect("words: cannot be").await;
    bob.submits(&[("words", json!("fine")), ("again", json!(false))]).await;
    assert_eq!(app.ran.all(), ["feedback fine false 48"]);
}

#[tokio::test]
async fn what_a_client_let_through_does_not_reach_the_handler() {
    let app = App::default();
    let chat = TestChat::new(bot::router(), app.clone()).await;
    let bob = chat.person("bob");
    bob.says("feedback").await;
    bob.submits(&[("words", json!("two\nlines")), ("again", json!("perhaps"))]).await;
    chat.expect("words: takes one line").await;
    chat.expect("again: is of the wrong kind").await;
    bob.submits(&[("again", json!(true))]).await;
    chat.expect("words: is required").await;
    assert!(app.ran.all().is_empty());
    bob.submits(&[("words", json!("fine")), ("again", json!("yes")), ("odd", json!(1))]).await;
    assert_eq!(app.ran.all(), ["feedback fine true 48"]);
}

#[tokio::test]
async fn somebody_elses_form_is_not_submitted() {
    let app = App::default();
    let chat = TestChat::new(bot::router(), app.clone()).await;
    chat.person("bob").says("feedback").await;
    chat.person("eve").submits(&[("words", json!("x")), ("again", json!(true))]).await;
    assert!(app.ran.all().is_empty());
    chat.expect("This is not for you").await;
}

#[tokio::test]
async fn where_there_are_no_forms_the_fields_are_questions() {
    let app = App::default();
    let can = Capabilities::all().without([Feature::Forms]);
    let chat = TestChat::builder(bot::router(), app.clone()).capabilities(can).start().await;
    let bob = chat.person("bob");
    bob.says("feedback").await;
    chat.expect("How was it?").await;
    // Someone else's words are no answer.
    chat.person("eve").mutters("terrible").await;
    bob.mutters("good").await;
    chat.expect("Again?").await;
    bob.mutters("perhaps").await;
    chat.expect("takes yes or no").await;
    bob.mutters("yes").await;
    assert_eq!(app.ran.all(), ["feedback good true 48"]);
    chat.expect("Thank you.").await;
}

#[tokio::test]
async fn a_question_can_be_left() {
    let app = App::default();
    let can = Capabilities::all().without([Feature::Forms]);
    let chat = TestChat::builder(bot::router(), app.clone()).capabilities(can).start().await;
    let bob = chat.person("bob");
    bob.says("feedback").await;
    bob.says("cancel").await;
    chat.expect("Cancelled.").await;
    bob.says("count 1").await;
    assert_eq!(app.ran.all(), ["general 1"]);
}

#[tokio::test]
async fn a_usage_error_has_a_button_that_fills_in_what_is_missing() {
    let app = App::default();
    let chat = TestChat::new(bot::router(), app.clone()).await;
    let bob = chat.person("bob");
    bob.says("deploy api").await;
    let error = chat.expect("deploy api --env prod").await;
    assert_eq!(error.audience, chatgate_core::Audience::Only("bob".into()));
    bob.clicks("Fill in").await;
    let form = chat.adapter().forms().pop().unwrap().form;
    let service = form.fields.iter().find(|field| field.name == "service").unwrap();
    assert_eq!(service.default, Some(json!("api")));
    bob.submits(&[("service", json!("api")), ("env", json!("prod"))]).await;
    assert_eq!(app.ran.all(), ["deploy api prod"]);
}

#[tokio::test]
async fn without_forms_or_buttons_a_usage_error_has_no_button() {
    for missing in [Feature::Forms, Feature::Actions] {
        let can = Capabilities::all().without([missing]);
        let chat = TestChat::builder(bot::router(), App::default()).capabilities(can).start().await;
        chat.person("bob").says("deploy api").await;
        chat.expect("--env").await;
        chat.expect_none("Fill in").await;
    }
}

#[tokio::test]
async fn a_closed_form_runs_nothing() {
    let app = App::default();
    let chat = TestChat::new(bot::router(), app.clone()).await;
    let bob = chat.person("bob");
    bob.says("feedback").await;
    let form = chat.adapter().forms().pop().unwrap().form;
    let inbox = chat.gateway().inbox(&TestChat::adapter_id());
    let seal = inbox.seals().open(&form.seal.unwrap()).unwrap();
    chat.deliver(bob.event(EventKind::FormClosed { seal })).await;
    chat.settle().await;
    assert!(app.ran.all().is_empty());
    assert!(chat.adapter().messages().is_empty());
}

#[tokio::test]
async fn a_thread_is_heard_once_it_is_subscribed_to() {
    let app = App::default();
    let chat = TestChat::new(bot::router(), app.clone()).await;
    let bob = chat.person("bob");
    bob.clone().in_thread("t1").mutters("anyone?").await;
    assert!(app.ran.all().is_empty());
    bob.clone().in_thread("t1").says("follow").await;
    bob.clone().in_thread("t1").mutters("thanks").await;
    bob.clone().in_thread("t2").mutters("elsewhere").await;
    assert_eq!(app.ran.all(), ["heard in memory:home:general#t1"]);
}
