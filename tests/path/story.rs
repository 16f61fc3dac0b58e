//! A long day: everything at once, and the record of it holds.

use std::time::Duration;

use chatgate_core::{
    Answer, AnswerKind, AnswerSlot, Audience, AuditChain, Clock, Delivered, Error, ErrorKind, Retry,
};
use chatgate_render::TerminalMessage;
use chatgate_testkit::{Person, TestChat};
use serde_json::Value;

use crate::bot::{self, App};

fn verify(records: &[Value]) {
    let mut prev: Option<&Value> = None;
    for (index, record) in records.iter().enumerate() {
        assert_eq!(record["seq"], index + 1);
        if let Some(prev) = prev {
            assert_eq!(&record["prev"], prev, "record {index} follows another one");
        }
        let mut bare = record.clone();
        let hash = bare.as_object_mut().unwrap().remove("hash").unwrap();
        assert_eq!(AuditChain::hash(&bare).unwrap(), hash.as_str().unwrap(), "record {index}");
        prev = Some(&record["hash"]);
    }
}

#[tokio::test]
async fn after_a_long_day_the_audit_chain_holds_and_a_changed_record_is_seen() {
    for seed in [1, 2, 3] {
        let app = App::default();
        let chat = TestChat::builder(bot::listening_router(), app.clone()).seed(seed).start().await;
        let wait = Retry::After(Duration::from_secs(7));
        chat.adapter().fail_next("post", Error::new(ErrorKind::RateLimited).with_retry(wait));
        chat.adapter().fail_after_next("post", Error::new(ErrorKind::Timeout));
        let (bob, eve) = (chat.person("bob"), chat.person("eve"));
        bob.says("page").await;
        chat.advance(Duration::from_secs(10)).await;
        bob.says("deploy api --env prod").await;
        bob.clicks("Look").await;
        chat.repeat().await;
        eve.clicks("Acknowledge").await;
        bob.says("deploy").await;
        bob.says("panic").await;
        bob.says("feedback").await;
        bob.closes_form().await;
        bob.submits(&[("words", "good".into()), ("again", true.into())]).await;
        eve.clone().guest().says("count 1").await;
        eve.clone().integration().says("count 1").await;
        bob.slashes("count 2").await;
        chat.repeat().await;
        chat.advance(Duration::from_secs(700)).await;
        chat.expect("api is live").await;
        assert!(chat.gateway().is_idle());

        let mut records = chat.audit().await;
        assert!(records.len() > 30, "{}", records.len());
        verify(&records);
        records[10]["type"] = "command.approved".into();
        assert!(std::panic::catch_unwind(|| verify(&records)).is_err(), "seed {seed}");
    }
}

async fn slash(chat: &TestChat, person: &Person<'_>, text: &str) -> Delivered {
    let by = chat.clock().now() + Duration::from_secs(3);
    let slot = AnswerSlot::new(by, [AnswerKind::Message, AnswerKind::PrivateMessage]);
    chat.deliver(person.slash(text).answerable(slot)).await
}

#[tokio::test]
async fn inside_a_request_a_denied_command_and_an_unknown_one_get_the_same_answer_too() {
    let chat = TestChat::builder(bot::router(), App::default()).deny_all().start().await;
    let bob = chat.person("bob");
    let mut answers = Vec::new();
    for text in ["deploy api --env prod", "dxploy api --env prod", "deploy", "dxploy"] {
        match slash(&chat, &bob, text).await {
            Delivered::Answer(Answer::Message { audience, parts }) => {
                assert_eq!(audience, Audience::Only("bob".into()));
                let said: TerminalMessage = parts[0].read().unwrap();
                answers.push(said.text.replace("dxploy", "deploy"));
            }
            other => panic!("no answer to {text}: {other:?}"),
        }
    }
    assert_eq!(answers[0], answers[1]);
    assert_eq!(answers[2], answers[3]);
}

#[tokio::test]
async fn an_integration_gets_no_answer_at_all_not_even_inside_its_request() {
    let app = App::default();
    let chat = TestChat::new(bot::router(), app.clone()).await;
    chat.person("bob").says("page").await;
    chat.expect("Disk full").await;
    let robot = chat.person("robot").integration();
    for text in ["count 1", "help", "frobnicate", "deploy"] {
        assert_eq!(slash(&chat, &robot, text).await, Delivered::Accepted, "{text}");
    }
    robot.clicks("Acknowledge").await;
    robot.says("cancel").await;
    chat.expect_nothing().await;
    assert!(app.ran.all().is_empty());
}

#[tokio::test]
async fn a_platform_that_cannot_find_out_gets_a_second_post_that_says_so() {
    let chat = TestChat::new(bot::router(), App::default()).await;
    chat.adapter().forget_keys();
    chat.adapter().fail_after_next("post", Error::new(ErrorKind::Timeout));
    chat.speak().say(TestChat::channel("ops"), "disk full").await.unwrap();
    chat.advance(Duration::from_secs(5)).await;
    let texts: Vec<_> = chat.messages("ops").into_iter().map(|posted| posted.text).collect();
    assert_eq!(texts.len(), 2, "{texts:?}");
    assert!(!texts[0].contains("possibly repeated"), "{texts:?}");
    assert!(texts[1].contains("possibly repeated"), "{texts:?}");
}

#[tokio::test]
async fn field_errors_that_come_too_late_keep_what_was_filled_in() {
    let app = App::default();
    let chat = TestChat::new(bot::router(), app.clone()).await;
    let bob = chat.person("bob");
    bob.says("feedback").await;
    let opened = chat.adapter().forms().len();
    // The platform's request carries no field errors back: the form is closed when they come.
    bob.submits(&[("words", "bad".into()), ("again", true.into())]).await;
    chat.expect("cannot be").await;
    bob.clicks("Fill in").await;
    let forms = chat.adapter().forms();
    assert_eq!(forms.len(), opened + 1);
    let fields = &forms.last().unwrap().form.fields;
    let words = fields.iter().find(|field| field.name == "words").unwrap();
    assert_eq!(words.default, Some("bad".into()));
    bob.submits(&[("words", "fine".into()), ("again", true.into())]).await;
    assert_eq!(app.ran.all(), ["feedback fine true 48"]);
}
