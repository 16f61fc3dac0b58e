use std::time::Duration;

use chatgate_core::{
    ActionValue, Allowed, Block, Button, Choice, Chosen, Confirm, Element, Hearing, Item, Limits,
    List, Menu, MenuSource, Picker, SEAL_LIFETIME, Seal, SealedValue, UserId, Uses,
};
use serde_json::{Value, json};

use super::*;
use crate::fit::{numbers, sealing};

fn value(name: &str) -> ActionValue {
    ActionValue::of(format!("action:{name}").into(), json!({"of": name}))
}

fn button(name: &str) -> Button {
    Button::of(name, value(name))
}

fn menu() -> Menu {
    let mut menu: Menu = serde_json::from_value(json!({
        "label": "Env", "action": value("env"), "source": {"choices": []},
    }))
    .unwrap();
    menu.source = MenuSource::Choices(vec![Choice::new("prod"), Choice::new("staging").hint("x")]);
    menu
}

fn picker() -> Picker {
    serde_json::from_value(json!({"label": "Day", "action": value("day"), "kind": "date"})).unwrap()
}

/// All kinds of elements, some of them nested.
fn card() -> Content {
    let inner = Block::Actions(vec![Element::Overflow(vec![button("c"), button("d")])]);
    let link = Element::Link { label: "Log".into(), url: "https://x.test/".parse().unwrap() };
    Content::from("Choose")
        .actions([Element::from(button("a").only_for(["U9".into()])), menu().into(), link])
        .block(Block::List(List::of(vec![Item::of(vec![inner])])))
        .actions([picker()])
}

fn seals(content: &Content) -> Vec<String> {
    fn find(value: &Value, out: &mut Vec<String>) {
        match value {
            Value::Object(map) => {
                out.extend(map.get("seal").and_then(Value::as_str).map(str::to_owned));
                map.values().for_each(|value| find(value, out));
            }
            Value::Array(values) => values.iter().for_each(|value| find(value, out)),
            _ => {}
        }
    }
    let mut out = Vec::new();
    find(&serde_json::to_value(content).unwrap(), &mut out);
    out
}

fn opened(bench: &Bench, fit: &Fit<'_>) -> Vec<Seal> {
    seals(&shown(fit)).iter().map(|text| bench.seals.open(text).unwrap()).collect()
}

#[tokio::test]
async fn every_action_is_sealed_for_its_card_and_conversation() {
    let bench = Bench::new(Capabilities::all());
    let place = open().in_thread("t");
    let fit = bench.fit(&card(), &ask(&place)).await.unwrap();
    assert!(fit.losses.is_empty() && fit.batch.changes.is_empty());
    let seals = opened(&bench, &fit);
    let routes: Vec<_> = seals.iter().map(|seal| seal.route.to_string()).collect();
    assert_eq!(routes, ["action:a", "action:env", "action:c", "action:d", "action:day"]);
    for (nonce, seal) in (0..).zip(&seals) {
        assert_eq!((seal.nonce, seal.card), (nonce, CardId::from(7)));
        assert_eq!(seal.place, open(), "a click may come from any thread");
        assert_eq!(seal.made, Timestamp::from_secs(1_000));
        assert_eq!(seal.expires, seal.made + SEAL_LIFETIME);
        assert_eq!(seal.uses, Uses::Once);
    }
    assert_eq!(seals[0].allowed, Allowed::Only(vec!["U9".into()]));
    let choices = vec!["prod".into(), "staging".into()];
    assert_eq!(seals[1].value, SealedValue::Inline { value: json!({"of": "env"}), choices });
}

#[tokio::test]
async fn a_seal_keeps_what_the_program_said_and_forgets_what_others_sealed() {
    let bench = Bench::new(Capabilities::all());
    let mut action = value("a");
    action.uses = Uses::Repeat;
    action.seal = Some("forged".into());
    let button = Button::of("a", action).valid_for(Duration::from_secs(60));
    let fit = bench.say(&Content::new().actions([button])).await;
    let seals = opened(&bench, &fit);
    assert_eq!(seals[0].expires, Timestamp::from_secs(1_060));
    assert_eq!(seals[0].uses, Uses::Repeat);
}

#[tokio::test]
async fn what_is_said_to_one_person_is_used_by_that_person() {
    let bench = Bench::new(Capabilities::all());
    let place = open();
    let audience = Audience::Only(UserId::from("bob"));
    let asked = Ask { audience: &audience, ..ask(&place) };
    let fit = bench.fit(&card(), &asked).await.unwrap();
    let seals = opened(&bench, &fit);
    assert_eq!(seals[0].allowed, Allowed::Only(vec!["U9".into()]), "said so by the program");
    assert_eq!(seals[1].allowed, Allowed::Only(vec!["bob".into()]));
}

#[tokio::test]
async fn a_value_that_is_too_long_goes_into_a_record_and_comes_back() {
    let short = chatgate_core::Limits::new().action_value_chars(600);
    let menus = chatgate_core::Limits::new().action_value_chars(2_000).menu_value_chars(498);
    for (can, length) in [
        (Capabilities::all().limits(short), 600),
        (Capabilities::all().limits(menus), 300),
        // Where nobody knows a limit, there is still one of the seals.
        (Capabilities::all(), 9_000),
    ] {
        let bench = Bench::new(can);
        let long = json!("x".repeat(length));
        let mut big = menu();
        big.action.value = long.clone();
        let content = Content::new().actions([Element::from(button("a")), big.into()]);
        let fit = bench.say(&content).await;
        assert_eq!(keys(&fit), [format!("sealed/{}/1", CardId::from(7))]);
        let seals = opened(&bench, &fit);
        assert_ne!(seals[0].value, SealedValue::Record);
        assert_eq!(seals[1].value, SealedValue::Record);
        let opened = sealing::open(&bench.store, seals[1].clone()).await.unwrap();
        let choices = vec!["prod".into(), "staging".into()];
        assert_eq!(opened.value, SealedValue::Inline { value: long, choices });
        let same = sealing::open(&bench.store, seals[0].clone()).await.unwrap();
        assert_eq!(same, seals[0]);
        bench.clock.advance(SEAL_LIFETIME);
        let error = sealing::open(&bench.store, seals[1].clone()).await.unwrap_err();
        assert!(error.is_not_found());
    }
}

#[tokio::test]
async fn where_nothing_is_heard_no_number_is_promised() {
    let can = Capabilities::all().without([Feature::Actions]);
    let bench = Bench::new(can.clone().limits(Limits::new().hears(Hearing::Nothing)));
    let fit = bench.say(&card()).await;
    assert_eq!(shown(&fit).plain_text(), "Choose\nLog\na · Env\nc · d\nDay");
    let told: Vec<_> = fit.losses.iter().map(|loss| (loss.kind, &*loss.instead)).collect();
    assert_eq!(told, [(LossKind::Actions, numbers::UNUSABLE)]);
    assert!(keys(&fit).is_empty());
    let bench = Bench::new(can.limits(Limits::new().hears(Hearing::ByName)));
    let fit = bench.say(&card()).await;
    assert!(shown(&fit).plain_text().ends_with("Write my name and a number to choose."));
    assert_eq!(keys(&fit), ["choices/a:w:c"]);
}

#[tokio::test]
async fn where_there_are_no_buttons_people_write_numbers() {
    let bench = Bench::without([Feature::Actions]);
    let fit = bench.say(&card()).await;
    let shown = shown(&fit);
    assert_eq!(
        shown.plain_text(),
        "Choose\na\nEnv: prod\nEnv: staging (x)\nLog\nc\nd\nDay\nWrite a number to choose."
    );
    let starts = shown.blocks.iter().filter_map(|block| match block {
        Block::List(list) => list.start,
        _ => None,
    });
    assert_eq!(starts.collect::<Vec<_>>(), [1]);
    assert_eq!(fit.losses.len(), 2, "{:?}", fit.losses);
    assert!(fit.losses.iter().all(|loss| loss.kind == LossKind::Actions));
    assert_eq!(keys(&fit), ["choices/a:w:c"]);
    assert!(seals(&shown).is_empty());

    let means = async |typed: &str| {
        let choice = numbers::choice(&bench.store, &open(), &"bob".into(), typed).await.unwrap();
        choice.map(|(seal, chosen)| (seal.route.to_string(), chosen))
    };
    assert_eq!(means("1").await, Some(("action:a".into(), Chosen::Nothing)));
    assert_eq!(means("2").await, Some(("action:env".into(), Chosen::Choices(vec![0]))));
    assert_eq!(means(" 3 ").await, Some(("action:env".into(), Chosen::Choices(vec![1]))));
    assert_eq!(means("5").await, Some(("action:d".into(), Chosen::Nothing)));
    for wrong in ["0", "6", "-1", "+1", "", "1a", "１", "99999999999999999999999"] {
        assert_eq!(means(wrong).await, None, "{wrong:?}");
    }
}

#[tokio::test]
async fn a_number_is_as_bound_as_a_button() {
    let bench = Bench::without([Feature::Actions]);
    bench.say(&card()).await;
    let place = open();
    let (seal, _) =
        numbers::choice(&bench.store, &place, &"bob".into(), "1").await.unwrap().unwrap();
    assert_eq!(seal.allowed, Allowed::Only(vec!["U9".into()]));
    assert_eq!((seal.card, seal.nonce, seal.place), (CardId::from(7), 0, place.clone()));
    for elsewhere in ["a:w:d", "a:w:c#t"] {
        let place = elsewhere.parse().unwrap();
        assert!(numbers::choice(&bench.store, &place, &"bob".into(), "1").await.unwrap().is_none());
    }
    bench.clock.advance(SEAL_LIFETIME);
    assert!(numbers::choice(&bench.store, &place, &"bob".into(), "1").await.unwrap().is_none());
}

#[tokio::test]
async fn the_newest_card_of_a_place_counts() {
    let bench = Bench::without([Feature::Actions]);
    bench.say(&Content::new().actions([button("a"), button("b")])).await;
    bench.say(&Content::new().actions([button("c")])).await;
    let (seal, _) =
        numbers::choice(&bench.store, &open(), &"bob".into(), "1").await.unwrap().unwrap();
    assert_eq!(seal.route, "action:c");
    assert!(numbers::choice(&bench.store, &open(), &"bob".into(), "2").await.unwrap().is_none());
}

#[tokio::test]
async fn what_a_number_runs_at_once_is_said_with_it() {
    let bench = Bench::without([Feature::Actions]);
    let asks = button("drop").confirm(Confirm::new("Drop", "Really drop it?"));
    let content = Content::new().actions([asks]);
    let fit = bench.say(&content).await;
    assert!(shown(&fit).plain_text().starts_with("drop (Really drop it?)"));
    let place = open();
    refused(&bench, &content, ask(&place), "without being asked again").await;
}

#[tokio::test]
async fn links_alone_are_no_loss() {
    let bench = Bench::without([Feature::Actions]);
    let link = Element::Link { label: "Log".into(), url: "https://x.test/".parse().unwrap() };
    let fit = bench.say(&Content::new().actions([link])).await;
    assert!(fit.losses.is_empty() && fit.batch.changes.is_empty());
    assert_eq!(shown(&fit).plain_text(), "Log");
}

#[tokio::test]
async fn a_strict_card_leaves_the_store_untouched() {
    let bench = Bench::without([Feature::Actions]);
    let place = open();
    refused(&bench, &card(), ask(&place), "actions: shown as numbers").await;
    let query = chatgate_core::Query::of("choices");
    assert!(bench.store.scan(query).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_form_carries_its_state_back_to_where_it_was_opened() {
    let bench = Bench::new(Capabilities::all());
    let origin = open().in_thread("t");
    let form = Form::new("f", "F").state(json!({"step": 2}));
    let tools = bench.tools();
    let (fitted, records) =
        crate::fit::form::fit(&tools, &form, &origin, &"bob".into(), None).unwrap();
    assert!(records.changes.is_empty());
    let form: Form = fitted.parts[0].read().unwrap();
    let seal = bench.seals.open(form.seal.as_deref().unwrap()).unwrap();
    assert_eq!((&seal.place, &seal.route), (&origin, &form.route));
    assert_eq!(seal.allowed, Allowed::Only(vec!["bob".into()]));
    assert_eq!(seal.expires, Timestamp::from_secs(1_000) + bench.limits.dialogue);
    let value = json!({"step": 2});
    assert_eq!(seal.value, SealedValue::Inline { value, choices: Vec::new() });
}

#[tokio::test]
async fn where_there_are_no_forms_none_is_fitted() {
    let bench = Bench::without([Feature::Forms]);
    let form = Form::new("f", "F");
    let error = crate::fit::form::fit(&bench.tools(), &form, &open(), &"bob".into(), None);
    let error = error.unwrap_err();
    assert!(error.is_unsupported());
    assert_eq!(error.operation(), Some("form"));
}
