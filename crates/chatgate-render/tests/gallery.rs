//! Every block and inline, in both dialects, at 40 and 80 columns.

#![allow(clippy::expect_used, reason = "a test that cannot go on should panic")]

use std::sync::Arc;

use chatgate_core::{
    ActionValue, Align, Block, Broadcast, Button, Capabilities, Choice, Confirm, Content, Dialect,
    Element, Field, Image, Inline, Item, Level, Limits, List, LossKind, Menu, MenuSource, Native,
    Pick, Picker, PickerKind, Platform, RouteId, Step, StepState, Surface, Table, Target,
    TimeStyle, Timestamp,
};
use chatgate_render::{AnsiTerminal, PlainText, TerminalMessage};
use serde_json::json;
use url::Url;

/// What a dialect says, in one part; ESC as `␛` so that it can be read here.
fn said(dialect: &dyn Dialect, content: &Content, columns: usize) -> String {
    let capabilities = Capabilities::all().limits(Limits::new().columns(columns));
    let fitted = dialect.message(content, &Target::new(Surface::Post, Arc::new(capabilities)));
    assert_eq!(fitted.parts.len(), 1);
    let message: TerminalMessage = fitted.parts[0].read().expect("a payload");
    message.text.replace('\x1b', "␛")
}

fn plain(content: &Content, columns: usize) -> String {
    said(&PlainText::new(), content, columns)
}

fn ansi(content: &Content, columns: usize) -> String {
    said(&AnsiTerminal::new(), content, columns)
}

fn url(text: &str) -> Url {
    text.parse().expect("an address")
}

fn action(name: &str) -> ActionValue {
    ActionValue::of(RouteId::from(format!("action:{name}")), json!(null))
}

fn words() -> Content {
    Content::new()
        .heading(1, "Release 1.4.2")
        .paragraph([
            Inline::text("Rolled out by "),
            Inline::user("bob"),
            Inline::text(" in "),
            Inline::Channel { id: "C1".into(), name: Some("ops".into()) },
            Inline::text(" for "),
            Inline::Group { id: "G1".into(), handle: Some("sre".into()) },
            Inline::text(", "),
            Inline::Broadcast(Broadcast::Here),
            Inline::text(" "),
            Inline::Emoji("tada".into()),
            Inline::text(" at "),
            Inline::Time { at: Timestamp::from_secs(1_795_530_600), style: TimeStyle::DateTime },
            Inline::Break,
            Inline::text("see "),
            Inline::link("the run", url("https://ci.test/42")),
            Inline::text(" or "),
            Inline::Link { url: url("https://x.test/"), label: vec![] },
        ])
        .paragraph([
            Inline::Bold(vec![
                Inline::text("bold "),
                Inline::Italic(vec![
                    Inline::text("and italic "),
                    Inline::Strike(vec![Inline::text("and struck")]),
                ]),
                Inline::text(" and bold"),
            ]),
            Inline::text(" and "),
            Inline::code("code"),
        ])
        .heading(3, "Notes")
        .quote("What a long sentence somebody said about it\nand more")
        .context("small print")
        .divider()
}

fn lists() -> Content {
    let inner = List::bullets(["one", "a second item that is rather long and wraps around"]);
    let tasks = List::of(vec![Item::text("done").task(true), Item::text("open").task(false)]);
    Content::new()
        .block(Block::List(List::of(vec![
            Item::of(vec![Block::Paragraph(vec!["outer".into()]), Block::List(inner)]),
            Item::of(vec![]),
        ])))
        .block(Block::List(List::numbered(["nine", "ten"]).starting_at(9)))
        .block(Block::List(tasks))
}

fn data() -> Content {
    Content::new()
        .code(Some("sh"), "make\tall\n  echo '```'\n\u{1b}[2J\n")
        .table(
            Table::new(["Service", "What it does", "Cost"])
                .row(["api", "answers every request that comes in", "12"])
                .row(["日本語", "👩‍👩‍👧 emoji", "7"])
                .row(["x", "", "1234", "more"])
                .align(1, Align::Center)
                .align(2, Align::Right),
        )
        .block(Block::Fields(vec![
            Field::new("env", "prod"),
            Field::new("version", "1.4.2 with a long explanation behind it"),
            Field::new("a key that is longer than half a narrow line", "value"),
        ]))
        .block(Block::Image(
            Image::new(url("https://x.test/cpu.png"), "CPU at 80 %").titled("Load"),
        ))
}

fn states() -> Content {
    let step = |state, text: &str| Step::new(state, text);
    Content::status(Level::Info, "info")
        .then(Content::status(Level::Success, "success"))
        .then(Content::status(Level::Warning, "warning"))
        .then(Content::status(Level::Error, "error: the disk of the database is full, act now"))
        .block(Block::Progress(vec![
            step(StepState::Done, "build"),
            step(StepState::Running, "test"),
            step(StepState::Pending, "deploy"),
            step(StepState::Failed, "notify"),
            step(StepState::Skipped, "clean"),
        ]))
        .block(Block::Detail {
            summary: vec!["More".into()],
            blocks: vec![Block::Paragraph(vec!["unfolded".into()])],
        })
        .block(Block::Native(Native::new(
            Platform::slack(),
            json!({}),
            vec![Block::Paragraph(vec!["for others".into()])],
        )))
        .block(Block::Native(Native::new(Platform::console(), json!("\u{1b}raw"), vec![])))
        .block(Block::Other(json!({"type": "hologram", "text": "from the future"})))
}

fn controls() -> Content {
    let choices = [Choice::labelled("Europe", "eu").hint("Frankfurt"), Choice::new("us")];
    let source = MenuSource::Choices(choices.into());
    let mut menu: Menu = serde_json::from_value(json!({
        "label": "Region", "action": action("region"), "source": source,
    }))
    .expect("a menu");
    menu.pick = Pick::Many;
    let picker: Picker = serde_json::from_value(json!({
        "label": "When", "action": action("when"), "kind": PickerKind::Date,
    }))
    .expect("a picker");
    let stop = Button::of("Stop", action("stop")).danger().confirm(Confirm::new("Stop", "Sure?"));
    Content::new().actions([
        Element::Button(Button::of("Acknowledge", action("ack")).primary()),
        Element::Button(stop),
        Element::Link { label: "Run".into(), url: url("https://ci.test/42") },
        Element::Menu(menu),
        Element::Picker(picker),
        Element::Overflow(vec![Button::of("Rare", action("rare"))]),
        Element::Other(json!({"label": "Future"})),
    ])
}

#[test]
fn the_actions_of_the_payload_are_those_that_are_numbered() {
    let target = Target::new(Surface::Post, Arc::new(Capabilities::all()));
    let mut content = controls();
    if let Block::Actions(elements) = &mut content.blocks[0]
        && let Element::Button(button) = &mut elements[0]
    {
        button.action.seal = Some("sealed".into());
    }
    let fitted = PlainText::new().message(&content, &target);
    let payload: serde_json::Value = fitted.parts[0].read().expect("JSON");
    assert_eq!(
        payload["actions"],
        json!([
            {"number": 1, "label": "Acknowledge", "seal": "sealed", "kind": "button",
             "pick": "one", "style": "primary"},
            {"number": 2, "label": "Stop", "kind": "button", "pick": "one", "style": "danger",
             "confirm": {"title": "Stop", "text": "Sure?", "yes": "Yes", "no": "No"}},
            {"number": 3, "label": "Region", "kind": "choices", "pick": "many", "style": "default",
             "choices": [{"label": "Europe", "value": "eu", "hint": "Frankfurt"},
                         {"label": "us", "value": "us"}]},
            {"number": 4, "label": "When", "kind": "date", "pick": "one", "style": "default"},
            {"number": 5, "label": "Rare", "kind": "button", "pick": "one", "style": "default"},
        ])
    );
    let kinds: Vec<_> = fitted.losses.iter().map(|loss| loss.kind).collect();
    assert_eq!(kinds, [LossKind::Unknown]);
}

#[test]
fn headings_paragraphs_quotes_and_every_inline_plain() {
    assert_eq!(
        plain(&words(), 40),
        r"# Release 1.4.2
Rolled out by @bob in #ops for @sre,
@here :tada: at 2026-11-24 14:30Z
see the run (https://ci.test/42) or
https://x.test/

bold and italic and struck and bold and
`code`

### Notes
│ What a long sentence somebody said
│ about it
│ and more
small print
────────────────────────────────────────"
    );
    assert_eq!(
        plain(&words(), 80),
        r"# Release 1.4.2
Rolled out by @bob in #ops for @sre, @here :tada: at 2026-11-24 14:30Z
see the run (https://ci.test/42) or https://x.test/

bold and italic and struck and bold and `code`

### Notes
│ What a long sentence somebody said about it
│ and more
small print
────────────────────────────────────────────────────────────────────────────────"
    );
}

#[test]
fn headings_paragraphs_quotes_and_every_inline_ansi() {
    assert_eq!(
        ansi(&words(), 40),
        r"␛[1m# Release 1.4.2␛[0m
Rolled out by ␛[36m@bob␛[0m in ␛[36m#ops␛[0m for ␛[36m@sre␛[0m,
␛[1;33m@here␛[0m :tada: at 2026-11-24 14:30Z
see ␛[4mthe run␛[0m␛[2m (https://ci.test/42)␛[0m or
␛[4mhttps://x.test/␛[0m

␛[1mbold ␛[0m␛[1;3mand italic ␛[0m␛[1;3;9mand struck␛[0m␛[1m and bold␛[0m and
␛[36m`code`␛[0m

␛[1m### Notes␛[0m
␛[2m│ ␛[0mWhat a long sentence somebody said
␛[2m│ ␛[0mabout it
␛[2m│ ␛[0mand more
␛[2msmall print␛[0m
␛[2m────────────────────────────────────────␛[0m"
    );
    assert_eq!(
        ansi(&words(), 80),
        r"␛[1m# Release 1.4.2␛[0m
Rolled out by ␛[36m@bob␛[0m in ␛[36m#ops␛[0m for ␛[36m@sre␛[0m, ␛[1;33m@here␛[0m :tada: at 2026-11-24 14:30Z
see ␛[4mthe run␛[0m␛[2m (https://ci.test/42)␛[0m or ␛[4mhttps://x.test/␛[0m

␛[1mbold ␛[0m␛[1;3mand italic ␛[0m␛[1;3;9mand struck␛[0m␛[1m and bold␛[0m and ␛[36m`code`␛[0m

␛[1m### Notes␛[0m
␛[2m│ ␛[0mWhat a long sentence somebody said about it
␛[2m│ ␛[0mand more
␛[2msmall print␛[0m
␛[2m────────────────────────────────────────────────────────────────────────────────␛[0m"
    );
}

#[test]
fn lists_of_every_kind_plain() {
    assert_eq!(
        plain(&lists(), 40),
        r"• outer
  • one
  • a second item that is rather long
    and wraps around
•

 9. nine
10. ten

☑ done
☐ open"
    );
    assert_eq!(
        plain(&lists(), 80),
        r"• outer
  • one
  • a second item that is rather long and wraps around
•

 9. nine
10. ten

☑ done
☐ open"
    );
}

#[test]
fn lists_of_every_kind_ansi() {
    assert_eq!(
        ansi(&lists(), 40),
        r"␛[2m• ␛[0mouter
  ␛[2m• ␛[0mone
  ␛[2m• ␛[0ma second item that is rather long
    and wraps around
␛[2m•␛[0m

␛[2m 9. ␛[0mnine
␛[2m10. ␛[0mten

␛[2m☑ ␛[0mdone
␛[2m☐ ␛[0mopen"
    );
    assert_eq!(
        ansi(&lists(), 80),
        r"␛[2m• ␛[0mouter
  ␛[2m• ␛[0mone
  ␛[2m• ␛[0ma second item that is rather long and wraps around
␛[2m•␛[0m

␛[2m 9. ␛[0mnine
␛[2m10. ␛[0mten

␛[2m☑ ␛[0mdone
␛[2m☐ ␛[0mopen"
    );
}

#[test]
fn code_tables_fields_and_pictures_plain() {
    assert_eq!(
        plain(&data(), 40),
        r"````sh
make    all
  echo '```'
␛[2J
````
┌─────────┬──────────────┬──────┬──────┐
│ Service │ What it does │ Cost │      │
├─────────┼──────────────┼──────┼──────┤
│ api     │   answers    │   12 │      │
│         │    every     │      │      │
│         │ request that │      │      │
│         │   comes in   │      │      │
├─────────┼──────────────┼──────┼──────┤
│ 日本語  │   👩‍👩‍👧 emoji   │    7 │      │
├─────────┼──────────────┼──────┼──────┤
│ x       │              │ 1234 │ more │
└─────────┴──────────────┴──────┴──────┘
env:     prod
version: 1.4.2 with a long explanation
         behind it
a key that is longer than half a narrow
line:
  value
Load
[image] CPU at 80 %
(https://x.test/cpu.png)"
    );
    assert_eq!(
        plain(&data(), 80),
        r"````sh
make    all
  echo '```'
␛[2J
````
┌─────────┬─────────────────────────────────────┬──────┬──────┐
│ Service │            What it does             │ Cost │      │
├─────────┼─────────────────────────────────────┼──────┼──────┤
│ api     │ answers every request that comes in │   12 │      │
│ 日本語  │              👩‍👩‍👧 emoji               │    7 │      │
│ x       │                                     │ 1234 │ more │
└─────────┴─────────────────────────────────────┴──────┴──────┘
env:     prod
version: 1.4.2 with a long explanation behind it
a key that is longer than half a narrow line:
  value
Load
[image] CPU at 80 % (https://x.test/cpu.png)"
    );
}

#[test]
fn code_tables_fields_and_pictures_ansi() {
    assert_eq!(
        ansi(&data(), 40),
        r"␛[2m````sh␛[0m
␛[36mmake    all␛[0m
␛[36m  echo '```'␛[0m
␛[36m␛[2J␛[0m
␛[2m````␛[0m
␛[2m┌─────────┬──────────────┬──────┬──────┐␛[0m
␛[2m│␛[0m ␛[1mService␛[0m ␛[2m│␛[0m ␛[1mWhat it does␛[0m ␛[2m│␛[0m ␛[1mCost␛[0m ␛[2m│␛[0m      ␛[2m│␛[0m
␛[2m├─────────┼──────────────┼──────┼──────┤␛[0m
␛[2m│␛[0m api     ␛[2m│␛[0m   answers    ␛[2m│␛[0m   12 ␛[2m│␛[0m      ␛[2m│␛[0m
␛[2m│␛[0m         ␛[2m│␛[0m    every     ␛[2m│␛[0m      ␛[2m│␛[0m      ␛[2m│␛[0m
␛[2m│␛[0m         ␛[2m│␛[0m request that ␛[2m│␛[0m      ␛[2m│␛[0m      ␛[2m│␛[0m
␛[2m│␛[0m         ␛[2m│␛[0m   comes in   ␛[2m│␛[0m      ␛[2m│␛[0m      ␛[2m│␛[0m
␛[2m├─────────┼──────────────┼──────┼──────┤␛[0m
␛[2m│␛[0m 日本語  ␛[2m│␛[0m   👩‍👩‍👧 emoji   ␛[2m│␛[0m    7 ␛[2m│␛[0m      ␛[2m│␛[0m
␛[2m├─────────┼──────────────┼──────┼──────┤␛[0m
␛[2m│␛[0m x       ␛[2m│␛[0m              ␛[2m│␛[0m 1234 ␛[2m│␛[0m more ␛[2m│␛[0m
␛[2m└─────────┴──────────────┴──────┴──────┘␛[0m
␛[1menv:␛[0m     prod
␛[1mversion:␛[0m 1.4.2 with a long explanation
         behind it
␛[1ma key that is longer than half a narrow␛[0m
␛[1mline:␛[0m
  value
␛[1mLoad␛[0m
␛[2m[image] ␛[0mCPU at 80 %
␛[2m(https://x.test/cpu.png)␛[0m"
    );
    assert_eq!(
        ansi(&data(), 80),
        r"␛[2m````sh␛[0m
␛[36mmake    all␛[0m
␛[36m  echo '```'␛[0m
␛[36m␛[2J␛[0m
␛[2m````␛[0m
␛[2m┌─────────┬─────────────────────────────────────┬──────┬──────┐␛[0m
␛[2m│␛[0m ␛[1mService␛[0m ␛[2m│␛[0m            ␛[1mWhat it does␛[0m             ␛[2m│␛[0m ␛[1mCost␛[0m ␛[2m│␛[0m      ␛[2m│␛[0m
␛[2m├─────────┼─────────────────────────────────────┼──────┼──────┤␛[0m
␛[2m│␛[0m api     ␛[2m│␛[0m answers every request that comes in ␛[2m│␛[0m   12 ␛[2m│␛[0m      ␛[2m│␛[0m
␛[2m│␛[0m 日本語  ␛[2m│␛[0m              👩‍👩‍👧 emoji               ␛[2m│␛[0m    7 ␛[2m│␛[0m      ␛[2m│␛[0m
␛[2m│␛[0m x       ␛[2m│␛[0m                                     ␛[2m│␛[0m 1234 ␛[2m│␛[0m more ␛[2m│␛[0m
␛[2m└─────────┴─────────────────────────────────────┴──────┴──────┘␛[0m
␛[1menv:␛[0m     prod
␛[1mversion:␛[0m 1.4.2 with a long explanation behind it
␛[1ma key that is longer than half a narrow line:␛[0m
  value
␛[1mLoad␛[0m
␛[2m[image] ␛[0mCPU at 80 %␛[2m (https://x.test/cpu.png)␛[0m"
    );
}

#[test]
fn states_details_and_blocks_of_others_plain() {
    assert_eq!(
        plain(&states(), 40),
        r"ℹ info
✔ success
⚠ warning
✖ error: the disk of the database is
  full, act now
✔ build
▶ test
○ deploy
✖ notify
– clean
▾ More
  unfolded
for others
␛raw
from the future"
    );
    assert_eq!(
        plain(&states(), 80),
        r"ℹ info
✔ success
⚠ warning
✖ error: the disk of the database is full, act now
✔ build
▶ test
○ deploy
✖ notify
– clean
▾ More
  unfolded
for others
␛raw
from the future"
    );
}

#[test]
fn states_details_and_blocks_of_others_ansi() {
    assert_eq!(
        ansi(&states(), 40),
        r"␛[1;34mℹ info␛[0m
␛[1;32m✔ success␛[0m
␛[1;33m⚠ warning␛[0m
␛[1;31m✖ error: the disk of the database is␛[0m
  ␛[1;31mfull, act now␛[0m
␛[32m✔ build␛[0m
␛[1;34m▶ test␛[0m
␛[2m○ deploy␛[0m
␛[31m✖ notify␛[0m
␛[2m– clean␛[0m
␛[1m▾ More␛[0m
  unfolded
for others
␛raw
from the future"
    );
    assert_eq!(
        ansi(&states(), 80),
        r"␛[1;34mℹ info␛[0m
␛[1;32m✔ success␛[0m
␛[1;33m⚠ warning␛[0m
␛[1;31m✖ error: the disk of the database is full, act now␛[0m
␛[32m✔ build␛[0m
␛[1;34m▶ test␛[0m
␛[2m○ deploy␛[0m
␛[31m✖ notify␛[0m
␛[2m– clean␛[0m
␛[1m▾ More␛[0m
  unfolded
for others
␛raw
from the future"
    );
}

#[test]
fn actions_of_every_kind_plain() {
    assert_eq!(
        plain(&controls(), 40),
        r"[1] Acknowledge
[2] Stop
Run (https://ci.test/42)
[3] Region
    1. Europe – Frankfurt
    2. us
[4] When (YYYY-MM-DD)
[5] Rare
• Future"
    );
    assert_eq!(
        plain(&controls(), 80),
        r"[1] Acknowledge
[2] Stop
Run (https://ci.test/42)
[3] Region
    1. Europe – Frankfurt
    2. us
[4] When (YYYY-MM-DD)
[5] Rare
• Future"
    );
}

#[test]
fn actions_of_every_kind_ansi() {
    assert_eq!(
        ansi(&controls(), 40),
        r"␛[36m[1] ␛[0m␛[1mAcknowledge␛[0m
␛[36m[2] ␛[0m␛[31mStop␛[0m
␛[4mRun␛[0m␛[2m (https://ci.test/42)␛[0m
␛[36m[3] ␛[0mRegion
␛[2m    1. ␛[0mEurope␛[2m – Frankfurt␛[0m
␛[2m    2. ␛[0mus
␛[36m[4] ␛[0mWhen (YYYY-MM-DD)
␛[36m[5] ␛[0mRare
• Future"
    );
    assert_eq!(
        ansi(&controls(), 80),
        r"␛[36m[1] ␛[0m␛[1mAcknowledge␛[0m
␛[36m[2] ␛[0m␛[31mStop␛[0m
␛[4mRun␛[0m␛[2m (https://ci.test/42)␛[0m
␛[36m[3] ␛[0mRegion
␛[2m    1. ␛[0mEurope␛[2m – Frankfurt␛[0m
␛[2m    2. ␛[0mus
␛[36m[4] ␛[0mWhen (YYYY-MM-DD)
␛[36m[5] ␛[0mRare
• Future"
    );
}
