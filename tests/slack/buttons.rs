//! Buttons, menus and pickers: each runs as often as it may, for whom it may.

use std::sync::Arc;
use std::time::Duration;

use chatgate_core::{
    Button, Choice, ClockExt, Content, Element, LossKind, ManualClock, MemoryStore, Menu, Picker,
    PickerKind, Query, Result, Timestamp, UserId,
};
use chatgate_gateway::{Gateway, SystemClock};
use chatgate_macros::{Action, Command};
use chatgate_router::{Context, Reply, Router, Selected, Sent, State};
use chatgate_testkit::fakes::{Attempt, SlackConfig};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::bot::{App, Ran};
use crate::world::World;

/// Show a card
#[derive(Command)]
#[command(name = "card", effect = "write", crate = "chatgate_router")]
struct Card {
    /// Which one
    which: String,
}

/// Press
#[derive(Action, Serialize, Deserialize)]
#[action(name = "press", of = "card", crate = "chatgate_router")]
struct Press {
    what: String,
}

/// Look
#[derive(Action, Serialize, Deserialize)]
#[action(name = "look", of = "card", effect = "read", repeat, crate = "chatgate_router")]
struct Look {
    what: String,
}

/// Pick
#[derive(Action, Serialize, Deserialize)]
#[action(name = "pick", of = "card", crate = "chatgate_router")]
struct Pick {
    what: String,
}

fn choices() -> [Choice; 3] {
    [Choice::labelled("Minor", "sev3"), Choice::labelled("Major", "sev2"), Choice::new("sev1")]
}

fn elements(which: &str, alice: UserId) -> Vec<Element> {
    let press = |what: &str| Press { what: what.to_owned() };
    let pick = |what: &str| Pick { what: what.to_owned() };
    let look = Look { what: "twice".to_owned() };
    match which {
        "mine" => vec![Button::new("Press", &press("mine")).only_for([alice]).into()],
        "short" => {
            let minute = Duration::from_secs(60);
            vec![Button::new("Press", &press("short")).valid_for(minute).into()]
        }
        "menu" => vec![Menu::new("Severity", &pick("menu"), choices()).into()],
        "many" => vec![Menu::new("Severities", &pick("many"), choices()).many().into()],
        "date" => vec![Picker::new("Day", &pick("date"), PickerKind::Date).into()],
        "people" => {
            let menu = Menu::new("Who", &pick("people"), []);
            vec![menu.from_source(chatgate_core::MenuSource::Users).into()]
        }
        "repeat" => vec![Button::new("Look", &look).into()],
        "more" => vec![Element::Overflow(vec![
            Button::new("Press", &press("more")),
            Button::new("Look", &look),
        ])],
        "long" => {
            let long = "x".repeat(3_000);
            vec![
                Button::new("Press", &press(&long)).into(),
                Menu::new("Severity", &pick(&long), choices()).into(),
            ]
        }
        _ => vec![Button::new("Press", &press("plain")).into()],
    }
}

async fn card(cmd: Card, cx: Context) -> Result<()> {
    let elements = elements(&cmd.which, cx.actor().user.clone());
    cx.say(Content::from(format!("card {}", cmd.which)).actions(elements)).await?;
    Ok(())
}

async fn press(action: Press, cx: Context, State(ran): State<Ran>) -> Reply {
    ran.push(format!("press {} by {}", &action.what[..1], cx.actor().user));
    Reply::update(format!("pressed by {}", cx.actor().user))
}

async fn look(action: Look, State(ran): State<Ran>) -> String {
    ran.push(format!("look {}", action.what));
    "looked".to_owned()
}

async fn pick(action: Pick, selected: Selected, State(ran): State<Ran>) -> Reply {
    ran.push(format!("pick {} {}", &action.what[..1], selected.values.join("+")));
    Reply::update(format!("picked {}", selected.values.join(" and ")))
}

/// Show a card to one person only
#[derive(Command)]
#[command(name = "whisper", effect = "write", crate = "chatgate_router")]
struct Whisper;

async fn whisper(_: Whisper, cx: Context) -> Result<()> {
    let press = Button::new("Press", &Press { what: "whisper".to_owned() });
    let look = Button::new("Look", &Look { what: "twice".to_owned() });
    cx.privately().say(Content::from("only you").actions([press, look])).await?;
    Ok(())
}

/// Say something so often, and answer
#[derive(Command)]
#[command(name = "talk", effect = "write", crate = "chatgate_router")]
struct Talk {
    /// How often
    times: u32,
}

async fn talk(cmd: Talk, cx: Context, State(ran): State<Ran>) -> Result<&'static str> {
    for number in 1..=cmd.times {
        let sent = cx.say(format!("words {number}")).await?;
        ran.push(format!("{number} {:?}", kinds(&sent)));
    }
    Ok("all said")
}

fn kinds(sent: &Sent) -> Vec<LossKind> {
    sent.losses.iter().map(|loss| loss.kind).collect()
}

/// Say something, change it, and answer
#[derive(Command)]
#[command(name = "change", effect = "write", crate = "chatgate_router")]
struct Change;

async fn change(_: Change, cx: Context, State(ran): State<Ran>) -> Result<&'static str> {
    let sent = cx.say("first words").await?;
    let sent = cx.edit(&sent, "second words").await?;
    ran.push(format!("{:?}", kinds(&sent)));
    ran.push(format!("{:?}", cx.strict().edit(&sent, "third words").await.is_err()));
    Ok("all changed")
}

/// Say something after a long time
#[derive(Command)]
#[command(name = "late", effect = "write", crate = "chatgate_router")]
struct Late;

async fn late(_: Late, cx: Context, State(ran): State<Ran>) -> Result<&'static str> {
    cx.say("at once").await?;
    cx.clock().sleep(Duration::from_secs(30 * 60)).await;
    cx.say("too late").await?;
    ran.push("said");
    Ok("all too late")
}

/// Do something in three steps
#[derive(Command)]
#[command(name = "steps", effect = "write", crate = "chatgate_router")]
struct Steps;

async fn steps(_: Steps, cx: Context) -> Result<&'static str> {
    let mut progress = cx.progress("building").await?;
    cx.clock().sleep(Duration::from_millis(150)).await;
    progress.step("testing").await?;
    cx.clock().sleep(Duration::from_millis(150)).await;
    progress.step("shipping").await?;
    progress.done().await?;
    Ok("shipped")
}

fn with_cards(gateway: Gateway<App>) -> Gateway<App> {
    let router =
        Router::new().command(card).command(whisper).command(steps).command(talk).command(change);
    gateway.router(router.command(late).on(press).on(look).on(pick))
}

async fn world() -> World {
    World::with(SlackConfig::new(), with_cards).await
}

/// Alice has a card shown in #ops; its `ts`.
async fn shown(world: &World, which: &str) -> String {
    world.slash("alice", "ops", &format!("/card {which}")).await;
    world.expect("ops", &format!("card {which}")).await
}

/// A click is acknowledged with nothing in the answer, whatever comes of it.
fn acknowledged(attempt: &Attempt) {
    assert_eq!(attempt.status, Some(200), "{attempt:?}");
    assert_eq!(attempt.answer, "", "{attempt:?}");
}

#[tokio::test]
async fn progress_is_one_message_that_changes() {
    let world = world().await;
    world.slash("alice", "ops", "/steps").await;
    world.expect("ops", "shipped").await;
    world.settled().await;
    let said = world.said("ops");
    let progress: Vec<_> = said.iter().filter(|text| text.contains("building")).collect();
    assert_eq!(progress.len(), 1, "{said:?}");
    for step in ["building", "testing", "shipping"] {
        assert!(progress[0].contains(&format!(":white_check_mark: {step}")), "{progress:?}");
    }
    assert_eq!(said.len(), 2, "the progress and the answer: {said:?}");
    assert!(world.calls("chat.update").len() >= 2);
}

#[tokio::test]
async fn a_button_for_one_person_does_nothing_for_another() {
    let world = world().await;
    let ts = shown(&world, "mine").await;
    acknowledged(&world.click("bob", "ops", &ts, "Press").await);
    world.expect_told("bob", "ops", "This is not for you").await;
    assert!(world.ran.all().is_empty());
    assert_eq!(world.denials().await, ["not_for_you"]);
    acknowledged(&world.click("alice", "ops", &ts, "Press").await);
    world.expect("ops", "pressed by U0ALICE").await;
    assert_eq!(world.ran.all(), ["press m by U0ALICE"]);
}

#[tokio::test]
async fn a_button_that_was_used_is_used_up() {
    let world = world().await;
    let ts = shown(&world, "plain").await;
    let value = value_of(&world.message("ops", &ts), "Press");
    acknowledged(&world.click("bob", "ops", &ts, "Press").await);
    world.expect("ops", "pressed by U0BOB").await;
    world.settled().await;
    // The update took the button away; who still sees the old message clicks all the same.
    world.slash("alice", "ops", "/card repeat").await;
    let other = world.expect("ops", "card repeat").await;
    acknowledged(&world.forge_click("carol", "ops", &other, "Look", &value).await);
    world.expect_told("carol", "ops", "already been used").await;
    assert_eq!(world.ran.all(), ["press p by U0BOB"]);
    assert_eq!(world.denials().await, ["already_used"]);
}

#[tokio::test]
async fn a_repeat_button_runs_with_every_click() {
    let world = world().await;
    let ts = shown(&world, "repeat").await;
    for person in ["bob", "carol", "bob"] {
        acknowledged(&world.click(person, "ops", &ts, "Look").await);
        world.settled().await;
    }
    assert_eq!(world.ran.all(), ["look twice"; 3]);
}

#[tokio::test]
async fn of_two_people_at_once_one_wins() {
    let world = world().await;
    let ts = shown(&world, "plain").await;
    let (alice, bob) = tokio::join!(
        world.click("alice", "ops", &ts, "Press"),
        world.click("bob", "ops", &ts, "Press"),
    );
    acknowledged(&alice);
    acknowledged(&bob);
    world.settled().await;
    world.expect("ops", "pressed by").await;
    world.expect("ops", "already been used").await;
    let ran = world.ran.all();
    assert_eq!(ran.len(), 1, "{ran:?}");
    let loser = if ran[0].ends_with("ALICE") { "bob" } else { "alice" };
    world.expect_told(loser, "ops", "already been used").await;
    assert_eq!(world.denials().await, ["already_used"]);
}

#[tokio::test]
async fn a_button_ends_with_its_time() {
    let clock = ManualClock::at(Timestamp::from_secs(1_800_000_000));
    let world = World::with_clock(&clock, SlackConfig::new(), with_cards).await;
    let ts = shown(&world, "short").await;
    clock.advance(Duration::from_secs(61));
    acknowledged(&world.click("bob", "ops", &ts, "Press").await);
    world.expect_told("bob", "ops", "This has expired").await;
    assert!(world.ran.all().is_empty());
    assert_eq!(world.denials().await, ["expired"]);
}

#[tokio::test]
async fn an_altered_value_never_becomes_an_event() {
    let world = world().await;
    let ts = shown(&world, "plain").await;
    let value = value_of(&world.message("ops", &ts), "Press");
    let cut = &value[..value.len() - 1];
    let other = if value.ends_with('A') { 'B' } else { 'A' };
    let middle = value.len() / 2;
    let flipped = if value.as_bytes()[middle] == b'a' { "b" } else { "a" };
    let altered = [
        format!("{cut}{other}"),
        format!("{}{flipped}{}", &value[..middle], &value[middle + 1..]),
        value.replacen("t.", "u.", 1),
    ];
    for value in &altered {
        acknowledged(&world.forge_click("bob", "ops", &ts, "Press", value).await);
    }
    world.expect_told("bob", "ops", "This has expired").await;
    world.settled().await;
    assert!(world.ran.all().is_empty());
    let audit = world.audit().await;
    let accepted = audit.iter().filter(|record| record["type"] == "delivery.accepted").count();
    assert_eq!(accepted, 1, "only the command: {audit:#?}");
    let rejected =
        |record: &Value| record["type"] == "delivery.rejected" && record["reason"] == "bad_seal";
    assert!(audit.iter().any(rejected), "{audit:#?}");
    assert_eq!(world.told("bob", "ops").len(), altered.len());
}

#[tokio::test]
async fn a_button_outlives_its_process() {
    let world = World::new().await;
    world.slash("alice", "ops", "/incident disk full").await;
    let ts = world.expect("ops", "disk full").await;
    let world = world.restart().await;
    acknowledged(&world.click("bob", "ops", &ts, "Take it").await);
    world.expect("ops", "taken by").await;
    assert_eq!(world.ran.all(), ["take disk full"]);
}

#[tokio::test]
async fn a_long_value_outlives_its_process_too() {
    let world = world().await;
    let ts = shown(&world, "long").await;
    let store = world.store.clone();
    let world = world.restart_over(store, with_cards).await;
    acknowledged(&world.click("bob", "ops", &ts, "Press").await);
    world.expect("ops", "pressed by U0BOB").await;
    assert_eq!(world.ran.all(), ["press x by U0BOB"]);
}

#[tokio::test]
async fn a_button_does_not_outlive_its_store() {
    let world = world().await;
    let ts = shown(&world, "plain").await;
    let emptied = Arc::new(MemoryStore::new(Arc::new(SystemClock)));
    let world = world.restart_over(emptied, with_cards).await;
    acknowledged(&world.click("bob", "ops", &ts, "Press").await);
    world.expect_told("bob", "ops", "This has expired").await;
    assert!(world.ran.all().is_empty());
    assert_eq!(world.denials().await, ["expired"]);
}

#[tokio::test]
async fn what_is_chosen_arrives_as_what_it_means() {
    for (which, label, value, ran) in [
        ("menu", "Severity", json!("Major"), "pick m sev2"),
        ("many", "Severities", json!(["Minor", "sev1"]), "pick m sev3+sev1"),
        ("date", "Day", json!("2026-11-24"), "pick d 2026-11-24"),
        ("people", "Who", json!("U0CAROL"), "pick p U0CAROL"),
    ] {
        let world = world().await;
        let ts = shown(&world, which).await;
        acknowledged(&world.choose("bob", "ops", &ts, label, value).await);
        world.expect("ops", "picked").await;
        world.settled().await;
        assert_eq!(world.ran.all(), [ran], "{which}");
        assert_eq!(world.said("ops").len(), 1, "{:?}", world.said("ops"));
    }
}

#[tokio::test]
async fn folded_buttons_run_too() {
    let world = world().await;
    let ts = shown(&world, "more").await;
    acknowledged(&world.click("bob", "ops", &ts, "Look").await);
    world.settled().await;
    acknowledged(&world.click("bob", "ops", &ts, "Press").await);
    world.settled().await;
    assert_eq!(world.ran.all(), ["look twice", "press m by U0BOB"]);
}

#[tokio::test]
async fn what_is_too_long_for_a_value_is_kept_and_still_runs() {
    let world = world().await;
    let ts = shown(&world, "long").await;
    let blocks = world.message("ops", &ts)["blocks"].to_string();
    assert!(!blocks.contains("xxxx"), "the value goes to Slack: {blocks}");
    let kept = world.store.scan(Query::of("sealed")).await.unwrap();
    assert_eq!(kept.len(), 2, "a record for each");
    acknowledged(&world.choose("bob", "ops", &ts, "Severity", json!("sev1")).await);
    world.settled().await;
    assert_eq!(world.ran.all(), ["pick x sev1"]);
}

#[tokio::test]
async fn a_private_card_is_used_by_its_person_and_answered_in_private() {
    let world = world().await;
    world.slash("alice", "ops", "/whisper").await;
    let ts = world.expect("ops", "only you").await;
    acknowledged(&world.click("alice", "ops", &ts, "Look").await);
    world.expect("ops", "looked").await;
    acknowledged(&world.click("alice", "ops", &ts, "Press").await);
    world.expect_told("alice", "ops", "pressed by U0ALICE").await;
    assert_eq!(world.ran.all(), ["look twice", "press w by U0ALICE"]);
}

/// What the adapter said by a `response_url`, oldest first, and what became of it.
fn said_back(world: &World) -> Vec<(u64, String)> {
    let calls = world.calls("response_url");
    let text = |call: &Value| call["body"]["text"].as_str().unwrap_or_default().to_owned();
    calls.iter().map(|call| (call["status"].as_u64().unwrap(), text(call))).collect()
}

#[tokio::test]
async fn where_the_bot_is_not_everything_goes_by_the_response_url() {
    let world = world().await;
    world.slash("alice", "random", "/talk 3").await;
    world.expect("random", "all said").await;
    world.settled().await;
    assert_eq!(world.said("random"), ["words 1", "words 2", "words 3", "all said"]);
    let back: Vec<_> = said_back(&world).into_iter().map(|(status, _)| status).collect();
    assert_eq!(back, [200; 4]);
    assert!(world.calls("chat.postMessage").is_empty(), "nothing was tried that cannot work");
    assert_eq!(world.ran.all().len(), 3);
}

#[tokio::test]
async fn where_the_bot_is_not_an_edit_is_said_with_the_answer() {
    let world = world().await;
    world.slash("alice", "random", "/change").await;
    world.expect("random", "all changed").await;
    world.settled().await;
    assert_eq!(world.said("random"), ["first words", "second words\nall changed"]);
    assert_eq!(
        world.ran.all(),
        ["[Edit]", "true"],
        "the loss is told, and strictly it is an error"
    );
    assert!(world.calls("chat.update").is_empty());
}

#[tokio::test]
async fn a_response_url_is_used_five_times_at_most() {
    let world = world().await;
    world.slash("alice", "random", "/talk 7").await;
    world.expect("random", "all said").await;
    world.settled().await;
    let back = said_back(&world);
    assert_eq!(back.len(), 5, "{back:?}");
    assert!(back.iter().all(|(status, _)| *status == 200), "{back:?}");
    for number in 1..=7 {
        world.expect("random", &format!("words {number}")).await;
    }
    let ran = world.ran.all();
    assert_eq!(ran[4..], ["5 [Message]", "6 [Message]", "7 [Message]"], "{ran:?}");
}

#[tokio::test]
async fn a_response_url_is_not_used_after_half_an_hour() {
    let clock = ManualClock::at(Timestamp::from_secs(1_800_000_000));
    let world = World::with_clock(&clock, SlackConfig::new(), with_cards).await;
    world.slash("alice", "random", "/late").await;
    world.expect("random", "at once").await;
    world.stands_still().await;
    clock.advance(Duration::from_secs(30 * 60));
    world.stands_still().await;
    assert_eq!(world.ran.all(), ["said"]);
    assert_eq!(said_back(&world).len(), 1);
    assert_eq!(world.said("random"), ["at once"]);
    // Both were tried by the ordinary way, which leads nowhere, and that is on record.
    let audit = world.audit().await;
    let dead = audit.iter().filter(|record| record["type"] == "message.dead");
    let codes: Vec<_> = dead.map(|record| record["error"]["code"].clone()).collect();
    assert_eq!(codes, ["not_in_channel", "not_in_channel"], "{audit:#?}");
}

/// What a button carries.
fn value_of(message: &Value, label: &str) -> String {
    let blocks = message["blocks"].as_array().unwrap();
    let elements =
        blocks.iter().flat_map(|block| block["elements"].as_array().into_iter().flatten());
    let mut found = elements.filter(|element| element["text"]["text"] == label);
    found.next().and_then(|element| element["value"].as_str()).unwrap().to_owned()
}
