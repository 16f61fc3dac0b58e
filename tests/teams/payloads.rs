//! What is really sent, kept in `tests/vendor/teams/sent.json` for Microsoft's own reader to
//! judge.
//!
//! `CHATGATE_UPDATE=1 cargo test -p chatgate-tests --test teams payloads` writes the file anew.

use std::path::PathBuf;
use std::sync::Arc;

use chatgate_core::{
    Block, Button, Choice, Content, Element, Inline, Item, Level, List, Menu, SeededRng, Step,
    StepState, Table,
};
use chatgate_gateway::Pacing;
use chatgate_testkit::fakes::TeamsConfig;
use serde_json::{Value, json};

use crate::bot::Take;
use crate::world::World;

/// Everything that a content can be made of.
fn gallery() -> Vec<(&'static str, Content)> {
    let url = || "https://ci.example/runs/7".parse().unwrap();
    let take = || Take { what: "disk".into() };
    let choices = || [Choice::labelled("Staging", "staging"), Choice::new("prod")];
    let table = Table::new(["Service", "Version"]).row(["api", "1.4.2"]).row(["web", "2.0.0"]);
    vec![
        ("line", Content::from("one line")),
        ("status", Content::status(Level::Success, "api is live").link("Run log", url())),
        ("hostile", Content::from("<at>all</at> & *bold* `code` [Ok](https://evil.example)")),
        (
            "inlines",
            Content::new().paragraph([
                Inline::bold("bold"),
                Inline::text(" "),
                Inline::italic("italic"),
                Inline::text(" "),
                Inline::code("code"),
                Inline::text(" "),
                Inline::User {
                    id: "cccccccc-0000-4000-8000-616c69636561".into(),
                    handle: Some("Alice".into()),
                },
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
                Menu::new("Where", &take(), choices()).into(),
                Element::Link { label: "Runbook".into(), url: url() },
            ]),
        ),
    ]
}

#[tokio::test]
async fn what_is_sent_is_what_microsofts_own_reader_judges() {
    let rng = Arc::new(SeededRng::new(7));
    let (world, _clock) = World::with_clock(
        TeamsConfig::new(),
        |_, builder| builder,
        |gateway| gateway.pacing(Pacing::off()).rng(rng).node("n"),
    )
    .await;
    let chat = world.running.chat();
    for (name, content) in gallery() {
        let sent = chat.say(World::workflow("ops"), content).await.unwrap();
        assert!(!sent.parts.is_empty(), "{name}");
        world.settled().await;
    }
    let requests = world.teams.requests();
    let mut sent: Vec<Value> =
        requests.iter().map(|it| json!({"surface": "workflow", "body": it["body"]})).collect();
    for line in ["deploy api", "count 1", "count", "help", "incident it burns", "quiet"] {
        let call = world.say("alice", "ops", line).await;
        assert!(call.taken(), "{line}: {call:?}");
        sent.push(json!({"surface": "outgoing", "body": call.json()}));
    }
    assert!(sent.len() >= gallery().len() + 6, "{}", sent.len());
    let text = serde_json::to_string_pretty(&sent).unwrap() + "\n";
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("vendor/teams/sent.json");
    if std::env::var_os("CHATGATE_UPDATE").is_some() {
        std::fs::write(&file, &text).unwrap();
    }
    let kept = std::fs::read_to_string(&file).unwrap_or_default();
    assert!(kept == text, "{} is not what is sent: CHATGATE_UPDATE=1 writes it", file.display());
}
