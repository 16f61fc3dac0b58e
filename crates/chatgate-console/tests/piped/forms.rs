//! Forms as questions.

use std::sync::Mutex;

use async_trait::async_trait;
use chatgate_core::{
    Answer, Choice, Delivered, Event, EventKind, FieldErrors, FieldKind, Form, FormField,
};
use serde_json::{Value, json};

use crate::backend::{Bot, Script, sit, typed};

/// `ask` opens a form; its submissions get these answers in turn.
struct Asks {
    form: Form,
    answers: Mutex<Vec<Scripted>>,
}

/// What a submission gets.
struct Scripted(fn(&Bot) -> Answer);

impl Asks {
    fn new(form: Form, answers: impl IntoIterator<Item = Scripted>) -> Self {
        Self { form, answers: Mutex::new(answers.into_iter().collect()) }
    }
}

#[async_trait]
impl Script for Asks {
    async fn answer(&self, event: &Event, bot: &Bot) -> Delivered {
        match &event.kind {
            EventKind::Message(_) if typed(event).as_deref() == Some("ask") => {
                bot.open_form(self.form.clone()).await.unwrap();
            }
            EventKind::OptionsAsked { .. } => {
                let choices = vec![Choice::new("v1"), Choice::new("v2")];
                return Delivered::Answer(Answer::Options(choices));
            }
            EventKind::FormSubmitted { .. } => {
                let mut answers = self.answers.lock().unwrap();
                if !answers.is_empty() {
                    return Delivered::Answer(answers.remove(0).0(bot));
                }
            }
            _ => {}
        }
        Delivered::Accepted
    }
}

fn feedback() -> Form {
    Form::new("feedback", "How was it?")
        .intro("Two questions.")
        .field(FormField::text("words", "In a few words").required())
        .field(FormField::choice("stars", "Stars", ["few", "many"].map(Choice::new)))
}

fn submissions(events: &[Event]) -> Vec<Value> {
    let values = events.iter().filter_map(|event| match &event.kind {
        EventKind::FormSubmitted { values, .. } => Some(Value::from(values.clone())),
        _ => None,
    });
    values.collect()
}

fn closed(events: &[Event]) -> usize {
    events.iter().filter(|event| matches!(event.kind, EventKind::FormClosed { .. })).count()
}

#[tokio::test]
async fn fields_are_asked_one_by_one_and_wrong_answers_again() {
    let script = Asks::new(feedback(), []);
    let sitting = sit("ask\n\nvery good\nsome\n2\nthanks\n", script).await;
    let expected = "How was it?\nTwo questions.\nAnswer here, or write `cancel`.\n\
                    In a few words (required)\n\
                    In a few words is required.\n\
                    In a few words (required)\n\
                    Stars\n  1. few\n  2. many\n\
                    Stars takes one of few, many.\n\
                    Stars\n  1. few\n  2. many\n";
    assert_eq!(sitting.output, expected);
    let submitted = submissions(&sitting.events);
    assert_eq!(submitted, [json!({"words": "very good", "stars": "many"})]);
    assert_eq!(typed(sitting.events.last().unwrap()).as_deref(), Some("thanks"));
}

#[tokio::test]
async fn the_cancel_word_closes_the_form() {
    let sitting = sit("ask\nCANCEL\nhello\n", Asks::new(feedback(), [])).await;
    assert_eq!(closed(&sitting.events), 1);
    assert!(submissions(&sitting.events).is_empty());
    assert!(sitting.output.ends_with("Cancelled.\n"));
    assert_eq!(typed(sitting.events.last().unwrap()).as_deref(), Some("hello"));
}

#[tokio::test]
async fn field_errors_ask_only_the_wrong_fields_again() {
    let wrong = Scripted(|_| {
        Answer::FieldErrors(FieldErrors::from([("words".into(), "is too short".into())]))
    });
    let sitting = sit("ask\nok\n1\nfine, thanks\n", Asks::new(feedback(), [wrong])).await;
    assert!(sitting.output.contains("In a few words: is too short\nIn a few words [ok]\n"));
    let expected =
        [json!({"words": "ok", "stars": "few"}), json!({"words": "fine, thanks", "stars": "few"})];
    assert_eq!(submissions(&sitting.events), expected);
}

#[tokio::test]
async fn an_error_that_no_field_can_mend_closes_the_form() {
    let wrong =
        Scripted(|_| Answer::FieldErrors(FieldErrors::from([("other".into(), "is down".into())])));
    let sitting = sit("ask\nok\n1\n", Asks::new(feedback(), [wrong])).await;
    assert!(sitting.output.ends_with("other: is down\n"));
    assert_eq!(closed(&sitting.events), 1);
}

#[tokio::test]
async fn a_next_form_follows_in_its_place() {
    let next = Scripted(|bot| {
        let more = Form::new("more", "One more").field(FormField::yes_no("again", "Again?"));
        Answer::NextForm(bot.form(more))
    });
    let close = Scripted(|_| Answer::CloseForm);
    let sitting = sit("ask\nok\n\nyes\n", Asks::new(feedback(), [next, close])).await;
    assert_eq!(submissions(&sitting.events), [json!({"words": "ok"}), json!({"again": true})]);
    assert!(sitting.output.ends_with("Again? (yes or no)\n"));
}

#[tokio::test]
async fn what_exists_is_fetched_and_numbered() {
    let form = Form::new("tag", "Which?")
        .field(FormField::new("tag", "Tag", FieldKind::Listed).required());
    let sitting = sit("ask\n2\n", Asks::new(form, [])).await;
    assert!(sitting.output.ends_with("Tag (required)\n  1. v1\n  2. v2\n"));
    assert_eq!(submissions(&sitting.events), [json!({"tag": "v2"})]);
    let asked = sitting.events.iter().find_map(|event| match &event.kind {
        EventKind::OptionsAsked { field, .. } => field.clone(),
        _ => None,
    });
    assert_eq!(asked.as_deref(), Some("tag"));
}

#[tokio::test]
async fn a_form_that_is_open_at_the_end_of_the_input_is_closed() {
    let sitting = sit("ask\nok\n", Asks::new(feedback(), [])).await;
    assert_eq!(closed(&sitting.events), 1);
    assert!(sitting.output.ends_with("(the input has ended: the form is left)\n"));
    let late = sitting.bot.open_form(feedback()).await;
    assert!(late.is_ok() || late.is_err_and(|error| error.is_not_found()));
}

#[tokio::test]
async fn an_answer_may_begin_with_a_number_sign() {
    let form =
        Form::new("where", "Where?").field(FormField::new("c", "Channel", FieldKind::Channel));
    let sitting = sit("ask\n#ops\n", Asks::new(form, [])).await;
    assert_eq!(submissions(&sitting.events), [json!({"c": {"id": "ops", "name": "ops"}})]);
}
