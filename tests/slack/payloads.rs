//! What is really sent, kept in `tests/vendor/payloads/sent.json` for Slack's own types to judge.
//!
//! `CHATGATE_UPDATE=1 cargo test -p chatgate-tests --test slack payloads` writes the file anew.

use std::path::PathBuf;
use std::sync::Arc;

use chatgate_core::{
    ActionValue, Block, Button, Choice, Confirm, Content, Element, Inline, Item, Level, List,
    ManualClock, Menu, Picker, PickerKind, Place, SeededRng, Step, StepState, Table, Timestamp,
};
use chatgate_testkit::fakes::SlackConfig;
use serde_json::{Value, json};

use crate::bot::Take;
use crate::world::World;

/// Everything that a content can be made of.
fn gallery() -> Vec<(&'static str, Content)> {
    let url = || "https://ci.example/runs/7".parse().unwrap();
    let take = || Take { what: "disk".into() };
    let sealed = || ActionValue::new(&take());
    let choices = || [Choice::labelled("Staging", "staging"), Choice::new("prod")];
    let table = Table::new(["Service", "Version"]).row(["api", "1.4.2"]).row(["web", "2.0.0"]);
    vec![
        ("status", Content::status(Level::Success, "api is live").link("Run log", url())),
        (
            "hostile",
            Content::from("<!channel> <@U0ALICE> & *bold* `code` <https://evil.example|Ok>"),
        ),
        (
            "inlines",
            Content::new().paragraph([
                Inline::bold("bold"),
                Inline::text(" "),
                Inline::italic("italic"),
                Inline::text(" "),
                Inline::code("code"),
                Inline::text(" "),
                Inline::user("U0ALICE"),
                Inline::text(" "),
                Inline::link("the run", url()),
            ]),
        ),
        (
            "blocks",
            Content::new()
                .heading(1, "Deploy")
                .text("The plan:")
                .bullets(["one", "two"])
                .block(Block::List(List::numbered(["first", "second"])))
                .block(Block::List(List::of(vec![
                    Item::text("done").task(true),
                    Item::text("open").task(false),
                ])))
                .quote("somebody's words")
                .code(Some("sh"), "cargo test\necho ok")
                .divider()
                .fields([("Service", "api"), ("Where", "prod")])
                .context("said by a bot"),
        ),
        ("table", Content::new().text("Services").table(table)),
        (
            "progress",
            Content::new().block(Block::Progress(vec![
                Step::new(StepState::Done, "Build"),
                Step::new(StepState::Running, "Roll out"),
                Step::new(StepState::Pending, "Check"),
            ])),
        ),
        (
            "actions",
            Content::from("Incident: disk full").actions([
                Element::from(Button::new("Take it", &take()).primary()),
                Button::new("Drop it", &take())
                    .danger()
                    .confirm(Confirm::new("Drop it?", "Nobody will look at it."))
                    .into(),
                Menu::new("Where", &take(), choices()).into(),
                Menu::new("Where, all of them", &take(), choices()).many().into(),
                Picker::new("When", &take(), PickerKind::Date).into(),
            ]),
        ),
        (
            "overflow",
            Content::from("More").actions([Element::Overflow(vec![
                Button::of("One", sealed()),
                Button::of("Two", sealed()),
            ])]),
        ),
        ("long", Content::from("word ".repeat(2_000))),
    ]
}

#[tokio::test]
async fn what_is_sent_is_what_slacks_own_types_judge() {
    let clock = ManualClock::at(Timestamp::from_secs(1_800_000_000));
    let rng = Arc::new(SeededRng::new(7));
    let world =
        World::with_clock(&clock, SlackConfig::new(), |gateway| gateway.rng(rng).node("n")).await;
    let place: Place =
        format!("slack:{}:{}", world.ids.team, world.channel("ops")).parse().unwrap();
    let chat = world.running.chat();
    for (name, content) in gallery() {
        let sent = chat.say(place.clone(), content).await.unwrap();
        assert!(!sent.parts.is_empty(), "{name}");
        world.settled().await;
    }
    let sent = world.slack.requests();
    let posts = sent.iter().filter(|call| call["method"] == "chat.postMessage");
    let calls: Vec<Value> = posts
        .map(|call| json!({"method": "chat.postMessage", "arguments": arguments(&call["body"])}))
        .collect();
    assert!(calls.len() >= gallery().len(), "{}", calls.len());
    let text = serde_json::to_string_pretty(&calls).unwrap() + "\n";
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("vendor/payloads/sent.json");
    if std::env::var_os("CHATGATE_UPDATE").is_some() {
        std::fs::write(&file, &text).unwrap();
    }
    let kept = std::fs::read_to_string(&file).unwrap_or_default();
    assert!(kept == text, "{} is not what is sent: CHATGATE_UPDATE=1 writes it", file.display());
}

/// The arguments as JSON, where a form has JSON as text.
fn arguments(body: &Value) -> Value {
    let mut arguments = body.clone();
    if let Value::Object(fields) = &mut arguments {
        fields.remove("token");
        for (name, value) in fields.iter_mut() {
            let structured = ["blocks", "metadata"].contains(&name.as_str());
            if let (Some(text), true) = (value.as_str(), structured) {
                *value = serde_json::from_str(text).unwrap();
            }
            if let Some(flag @ ("true" | "false")) = value.as_str() {
                *value = json!(flag == "true");
            }
        }
    }
    arguments
}
