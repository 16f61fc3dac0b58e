//! Numbers, menus and what is asked before they run.

use std::io::{self, Write};
use std::sync::Mutex;

use async_trait::async_trait;
use chatgate_console::Console;
use chatgate_core::{
    ActionUse, Answer, Audience, Choice, Chosen, Confirm, Content, Delivered, Element, Event,
    EventKind, Menu, MenuSource, MessageRef, Pick, Picker, PickerKind, Receipt,
};

use crate::backend::{Bot, Buffer, Script, sit, typed};

/// Answers a message with a card, a click with an update of it.
struct Card;

fn said(bot: &Bot, content: Content) -> Delivered {
    let parts = vec![bot.render(content)];
    Delivered::Answer(Answer::Message { audience: Audience::Everyone, parts })
}

fn card(bot: &Bot) -> Content {
    let confirm = Confirm::new("Sure?", "It pages Bob.");
    let choices = vec![Choice::labelled("Half an hour", "30m"), Choice::labelled("A day", "1d")];
    let mut snooze: Menu = serde_json::from_value(serde_json::json!({
        "label": "Snooze", "action": bot.value("action:snooze"), "source": {"choices": []},
    }))
    .unwrap();
    snooze.source = MenuSource::Choices(choices);
    snooze.pick = Pick::One;
    let mut day: Picker = serde_json::from_value(serde_json::json!({
        "label": "Due", "action": bot.value("action:due"), "kind": "date",
    }))
    .unwrap();
    day.kind = PickerKind::Date;
    Content::from("Incident 7").actions([
        Element::from(bot.button("Ack")),
        bot.button("Escalate").confirm(confirm).into(),
        snooze.into(),
        day.into(),
    ])
}

fn click(event: &Event) -> Option<&ActionUse> {
    match &event.kind {
        EventKind::Action(used) => Some(used),
        _ => None,
    }
}

#[async_trait]
impl Script for Card {
    async fn answer(&self, event: &Event, bot: &Bot) -> Delivered {
        match click(event) {
            None => said(bot, card(bot)),
            Some(used) => {
                let part = bot.render(format!("done: {}", used.seal.route));
                let private = Some(bot.render("only you see this"));
                Delivered::Answer(Answer::Update { part, private })
            }
        }
    }
}

fn clicks(events: &[Event]) -> Vec<ActionUse> {
    events.iter().filter_map(click).cloned().collect()
}

#[tokio::test]
async fn typing_the_number_clicks_and_the_update_is_printed() {
    let sitting = sit("show\n1\n1\n", Card).await;
    let (card, after) = sitting.output.split_once("[1] Ack").unwrap();
    assert_eq!(card, "Incident 7\n");
    assert!(after.contains("[2] Escalate") && after.contains("1. Half an hour"), "{after}");
    assert!(after.contains("\ndone: action:ack\nonly you see this\n"), "{after}");
    let clicks = clicks(&sitting.events);
    assert_eq!(clicks.len(), 1);
    assert_eq!(clicks[0].seal.route, "action:ack");
    assert!(matches!(&clicks[0].message, Some(MessageRef::Platform { .. })));
    // The card has no buttons any more: the second `1` is a message.
    assert_eq!(typed(&sitting.events[2]).as_deref(), Some("1"));
}

#[tokio::test]
async fn a_button_that_asks_first_runs_only_after_yes() {
    let sitting = sit("show\n2\nmaybe\nno\n2\nyes\n", Card).await;
    assert_eq!(sitting.output.matches("It pages Bob.").count(), 3);
    assert!(sitting.output.contains("Cancelled."));
    let clicks = clicks(&sitting.events);
    assert_eq!(clicks.len(), 1);
    assert_eq!(clicks[0].seal.route, "action:escalate");
}

#[tokio::test]
async fn a_menu_asks_for_the_choice_and_a_picker_for_the_day() {
    let sitting = sit("show\n3\n9\n2\nshow\n4\ntomorrow\n2026-11-24\n", Card).await;
    let clicks = clicks(&sitting.events);
    assert_eq!(clicks[0].chosen, Chosen::Choices(vec![1]));
    assert_eq!(clicks[1].chosen, Chosen::Picked("2026-11-24".into()));
    assert!(sitting.output.contains("Snooze (a number)\n  1. Half an hour\n  2. A day\n"));
    assert!(sitting.output.contains("Not one of the 2."));
    assert!(sitting.output.contains("That is not a day"));
}

#[tokio::test]
async fn the_cancel_word_leaves_a_question_and_the_next_line_is_a_message() {
    let sitting = sit("show\n3\ncancel\n2026\n", Card).await;
    assert!(clicks(&sitting.events).is_empty());
    assert!(sitting.output.contains("Cancelled.\n"));
    assert_eq!(typed(&sitting.events[1]).as_deref(), Some("2026"));
}

/// Shows a button whose seal was made by someone else.
struct Forged;

#[async_trait]
impl Script for Forged {
    async fn answer(&self, _: &Event, bot: &Bot) -> Delivered {
        let mut button = bot.button("Ack");
        button.action.seal = Some("r.e30.AAAA".into());
        said(bot, Content::new().actions([button]))
    }
}

#[tokio::test]
async fn a_seal_that_does_not_open_is_no_event() {
    let sitting = sit("show\n1\n", Forged).await;
    assert_eq!(sitting.events.len(), 1);
    assert_eq!(*sitting.bot.rejected.lock().unwrap(), ["bad_seal"]);
    assert!(sitting.output.ends_with("This has expired. Please start again.\n"));
}

/// Says its card through the outbox, only after the run has ended.
struct Late(Mutex<Option<io::PipeWriter>>);

#[async_trait]
impl Script for Late {
    async fn answer(&self, event: &Event, _: &Bot) -> Delivered {
        if typed(event).is_some_and(|text| text == "show") {
            // Only now the number is there to be read.
            let mut input = self.0.lock().unwrap().take().unwrap();
            input.write_all(b"1\n").unwrap();
        }
        Delivered::Accepted
    }
}

#[tokio::test]
async fn a_number_waits_for_a_card_that_is_still_in_the_outbox() {
    let (reader, mut writer) = io::pipe().unwrap();
    writer.write_all(b"show\n").unwrap();
    let output = Buffer::default();
    let bot = Bot::new(Console::over(reader, output.clone()));
    let late = async {
        while bot.events.lock().unwrap().is_empty() {
            tokio::task::yield_now().await;
        }
        for _ in 0..1_000 {
            tokio::task::yield_now().await;
        }
        let posted = bot.post(1, card(&bot)).await;
        assert!(matches!(posted, Receipt::Posted(Some(_))));
    };
    let (ended, ()) = tokio::join!(bot.run(Late(Mutex::new(Some(writer)))), late);
    ended.unwrap();
    let events = bot.events.lock().unwrap();
    assert_eq!(clicks(&events).len(), 1);
}
