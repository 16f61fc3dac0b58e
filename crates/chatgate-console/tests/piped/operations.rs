//! What the gateway asks of the console.

use std::io;

use chatgate_console::Console;
use chatgate_core::{
    Adapter, Audience, Change, Content, Feature, FileRef, Form, MessageId, MessageRef, Operation,
    Receipt, Subject, Support,
};

use crate::backend::{Bot, Buffer};

fn bot() -> (std::sync::Arc<Bot>, Buffer) {
    let output = Buffer::default();
    (Bot::new(Console::over(io::empty(), output.clone()).user("alice")), output)
}

fn posted(receipt: Receipt, bot: &Bot) -> MessageRef {
    match receipt {
        Receipt::Posted(Some(id)) => MessageRef::platform(bot.place(), id),
        other => panic!("not posted: {other:?}"),
    }
}

async fn edit(bot: &Bot, message: &MessageRef, text: &str) {
    let operation = Operation::Edit {
        place: bot.place(),
        message: message.clone(),
        part: bot.render(text),
        via: None,
    };
    assert_eq!(bot.console().call(operation).await.unwrap(), Receipt::Done);
}

#[tokio::test]
async fn a_progress_prints_each_new_state_as_lines() {
    let (bot, output) = bot();
    let message = posted(bot.post(1, "0 of 2").await, &bot);
    for state in ["1 of 2", "1 of 2", "2 of 2"] {
        edit(&bot, &message, state).await;
    }
    assert_eq!(output.text(), "0 of 2\n1 of 2\n2 of 2\n");
}

#[tokio::test]
async fn a_post_that_is_tried_again_is_printed_once() {
    let (bot, output) = bot();
    let first = bot.post(1, "hi").await;
    assert_eq!(bot.post(1, "hi").await, first);
    assert_ne!(bot.post(2, "hi").await, first);
    assert_eq!(output.text(), "hi\nhi\n");
}

#[tokio::test]
async fn deletions_and_reactions_are_notes() {
    let (bot, output) = bot();
    let message = posted(bot.post(1, Content::from("oops")).await, &bot);
    for change in [Change::Added, Change::Removed] {
        let (place, message) = (bot.place(), message.clone());
        let react = Operation::React { place, message, emoji: "eyes\x1b[2J".into(), change };
        bot.console().call(react).await.unwrap();
    }
    let delete = Operation::Delete { place: bot.place(), message, via: None };
    bot.console().call(delete).await.unwrap();
    let expected = "oops\n(reacted :eyes␛[2J:)\n(took back :eyes␛[2J:)\n(deleted: oops)\n";
    assert_eq!(output.text(), expected);
}

#[tokio::test]
async fn what_is_for_another_person_is_not_shown() {
    let (bot, output) = bot();
    for (user, shown) in [("alice", true), ("mallory", false)] {
        let operation = Operation::Post {
            place: bot.place(),
            audience: Audience::Only(user.into()),
            part: bot.render("secret"),
            key: MessageId::from(u128::from(shown)),
            via: None,
        };
        assert_eq!(bot.console().call(operation).await.is_ok(), shown);
    }
    assert_eq!(output.text(), "secret\n");
}

#[tokio::test]
async fn what_is_not_declared_is_unsupported() {
    let (bot, _) = bot();
    let can = bot.console().capabilities(&bot.place(), None);
    for feature in [Feature::Upload, Feature::History, Feature::Threads, Feature::Images] {
        assert_eq!(can.support(feature), Support::No, "{feature:?}");
    }
    let upload = Operation::Upload {
        place: bot.place(),
        file: FileRef::from(1),
        name: "a".into(),
        bytes: Default::default(),
    };
    let history = Operation::History { place: bot.place(), before: None, limit: 1 };
    let native = Operation::Native { method: "x".into(), body: serde_json::Value::Null };
    for operation in [upload, history, native] {
        assert!(bot.console().call(operation).await.unwrap_err().is_unsupported());
    }
}

#[tokio::test]
async fn people_are_called_what_they_are_called() {
    let (bot, _) = bot();
    let user = Subject::User { place: bot.place(), user: "bob".into() };
    match bot.console().call(Operation::Describe(user)).await.unwrap() {
        Receipt::Described(found) => assert_eq!(found.handle.as_deref(), Some("bob")),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn only_so_many_forms_wait() {
    let (bot, _) = bot();
    let mut opened = 0;
    let full = loop {
        match bot.open_form(Form::new("f", "F")).await {
            Ok(_) => opened += 1,
            Err(error) => break error,
        }
    };
    assert!(full.is_busy() && opened == 16);
}
