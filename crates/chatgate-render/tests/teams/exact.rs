//! Every block and inline, exactly as it goes over the wire.

use std::sync::Arc;

use chatgate_core::{
    ActionValue, Align, Block, Broadcast, Button, Capabilities, Choice, Chosen, Confirm, Content,
    Dialect, Element, Feature, Field, Image, Inline, Item, Level, Limits, List, LossKind, Menu,
    Native, Picker, Platform, RouteId, Step, StepState, Surface, Table, Target, TimeStyle,
    Timestamp,
};
use chatgate_render::AdaptiveCards;
use chatgate_render::teams::{self, SEAL_CHARS, chosen_of, seal_of};
use serde_json::{Value, json};
use url::Url;

use crate::validator::{faults, markdown, walk};

fn said(content: &Content, surface: Surface, can: Capabilities) -> (Vec<Value>, Vec<LossKind>) {
    let fitted = AdaptiveCards::new().message(content, &Target::new(surface, Arc::new(can)));
    for part in &fitted.parts {
        assert_eq!(faults(part.payload.get(), surface), Vec::<String>::new());
    }
    let parts = fitted.parts.iter().map(|part| part.read().expect("JSON"));
    (parts.collect(), fitted.losses.iter().map(|loss| loss.kind).collect())
}

fn card(part: &Value) -> &Value {
    &part["attachments"][0]["content"]
}

/// The elements of a card that a bot posts in one part without a loss.
fn body(content: &Content) -> Value {
    let (parts, losses) = said(content, Surface::Post, teams::capabilities());
    assert_eq!(losses, []);
    assert_eq!(parts.len(), 1);
    card(&parts[0])["body"].clone()
}

/// The elements of a card whatever was lost.
fn lossy(content: &Content, wanted: &[LossKind]) -> Value {
    let (parts, losses) = said(content, Surface::Post, teams::capabilities());
    assert_eq!(losses, wanted);
    card(&parts[0])["body"].clone()
}

fn rich(inlines: &Value) -> Value {
    json!({"type": "RichTextBlock", "inlines": inlines})
}

fn close(inlines: &Value) -> Value {
    json!({"type": "RichTextBlock", "spacing": "None", "inlines": inlines})
}

fn bold(text: &str) -> Value {
    json!({"type": "TextRun", "text": text, "weight": "Bolder"})
}

fn paragraph(text: &str) -> Block {
    Block::Paragraph(vec![text.into()])
}

fn url(text: &str) -> Url {
    text.parse().expect("an address")
}

fn dana() -> Inline {
    Inline::User { id: "29:dana".into(), handle: Some("Dana Ops".into()) }
}

fn action(name: &str) -> ActionValue {
    let mut action = ActionValue::of(RouteId::from(format!("action:{name}")), json!(null));
    action.seal = Some(format!("k1.{name}.mac"));
    action
}

fn execute(number: usize, title: &str, name: &str) -> Value {
    json!({"type": "Action.Execute", "title": title, "verb": "chatgate", "associatedInputs": "none",
           "data": {"chatgate": {"element": number, "seal": format!("k1.{name}.mac")}}})
}

fn with(mut value: Value, key: &str, of: &str) -> Value {
    value[key] = json!(of);
    value
}

#[test]
fn a_status_with_fields_is_a_card_with_a_summary() {
    let content =
        Content::status(Level::Success, "api is live").fields([("env", "prod"), ("by", "a_b *c*")]);
    let (parts, losses) = said(&content, Surface::Webhook, teams::webhook_capabilities());
    let payload = json!({
        "type": "message",
        "summary": "api is live",
        "attachments": [{
            "contentType": "application/vnd.microsoft.card.adaptive",
            "contentUrl": null,
            "content": {
                "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
                "type": "AdaptiveCard",
                "version": "1.5",
                "body": [
                    {"type": "Container", "style": "good", "items": [rich(&json!([bold("✅ api is live")]))]},
                    {"type": "FactSet", "facts": [
                        {"title": "env", "value": "prod"},
                        {"title": "by", "value": "a_b \\*c\\*"},
                    ]},
                ],
            },
        }],
    });
    assert_eq!((parts, losses), (vec![payload], vec![]));
}

#[test]
fn words_alone_are_a_text_message() {
    let content = Content::new()
        .paragraph([
            dana(),
            Inline::text(" <at>Eve</at> & "),
            Inline::bold("now"),
            Inline::Break,
            Inline::link("run", url("https://ci.test/?a=1&b=2")),
        ])
        .quote("said")
        .code(None, "a < b\n  c");
    let (parts, losses) = said(&content, Surface::Post, teams::capabilities());
    assert_eq!(losses, []);
    assert_eq!(
        parts[0],
        json!({
            "type": "message",
            "summary": "@Dana Ops <at>Eve</at> & now",
            "textFormat": "xml",
            "text": "<p><at>Dana Ops</at> &lt;at&gt;Eve&lt;/at&gt; &amp; <b>now</b><br/>\
                     <a href=\"https://ci.test/?a=1&amp;b=2\">run</a></p>\
                     <blockquote><p>said</p></blockquote><pre>a &lt; b\n  c</pre>",
            "entities": [{"type": "mention", "text": "<at>Dana Ops</at>",
                          "mentioned": {"id": "29:dana", "name": "Dana Ops"}}],
        })
    );
}

#[test]
fn an_answer_is_text_only_where_it_reads_the_same_in_every_format() {
    let answer = |text: &str| {
        let can = teams::outgoing_webhook_capabilities();
        said(&Content::from(text), Surface::Answer, can).0.remove(0)
    };
    let pong = json!({"type": "message", "summary": "pong, 3 of 3", "text": "pong, 3 of 3"});
    assert_eq!(answer("pong, 3 of 3"), pong);
    for text in ["a *b*", "<b>", "snake_case", "1. x", "- x", "a\nb", "https://x.test"] {
        assert!(answer(text).get("text").is_none(), "{text}");
    }
}

#[test]
fn a_line_with_a_mention_is_escaped_and_the_others_are_runs() {
    let content = Content::new().heading(2, "Next").paragraph([
        Inline::text("1. [x](y) *z* "),
        dana(),
        Inline::text(" <at>Dana Ops</at> "),
        Inline::italic("soon"),
        Inline::Break,
        Inline::text("*z*"),
    ]);
    let (parts, losses) = said(&content, Surface::Post, teams::capabilities());
    assert_eq!(losses, []);
    let text = "1\\. \\[x\\](y) \\*z\\* <at>Dana Ops</at> &lt;at>Dana Ops&lt;/at> _soon_";
    assert_eq!(
        card(&parts[0])["body"],
        json!([
            {"type": "TextBlock", "wrap": true, "style": "heading", "size": "Large",
             "weight": "Bolder", "text": "Next"},
            {"type": "TextBlock", "wrap": true, "text": text},
            close(&json!(["*z*"])),
        ])
    );
    let entity = json!({"type": "mention", "text": "<at>Dana Ops</at>",
                        "mentioned": {"id": "29:dana", "name": "Dana Ops"}});
    assert_eq!(card(&parts[0])["msteams"], json!({"entities": [entity]}));
}

#[test]
fn spaces_before_a_mention_do_not_make_it_code() {
    let label = vec![Inline::text("\t\u{7}")];
    let link = Inline::Link { url: url("https://x.test/(a)"), label };
    let content = Content::new().heading(1, "x").paragraph([link, dana()]);
    let found = lossy(&content, &[LossKind::Style]);
    assert_eq!(found[1]["text"], "␇ (https://x.test/(a))<at>Dana Ops</at>");
}

#[test]
fn what_begins_a_part_behind_a_mention_is_no_list_and_no_code() {
    let far = "far and wide ".repeat(4);
    for start in ["1. item", "- item", "# item", "    item"] {
        let line = vec![dana(), Inline::text(far.trim()), Inline::Bold(vec![start.into()])];
        let content = Content::new().block(Block::Context(line));
        let can = teams::capabilities().limits(Limits::new().text_chars(60));
        let (parts, _) = said(&content, Surface::Post, can);
        assert_eq!(parts.len(), 2, "{parts:?}");
        let last = markdown(card(&parts[1])).concat();
        assert!(last.ends_with("item"), "{parts:?}");
        assert_eq!(crate::shown::live(&last), Vec::<String>::new(), "{last}");
    }
}

#[test]
fn a_link_behind_a_mention_and_an_exclamation_mark_is_no_picture() {
    let link = Inline::link("run", url("https://ci.test/"));
    let content = Content::new().heading(1, "x").paragraph([dana(), Inline::text("!"), link]);
    assert_eq!(body(&content)[1]["text"], "<at>Dana Ops</at>\\![run](https://ci.test/)");
}

#[test]
fn looks_links_and_times_are_runs() {
    let content = Content::new().divider().paragraph([
        Inline::Bold(vec![Inline::text("b"), Inline::Italic(vec![Inline::text("i")])]),
        Inline::Strike(vec![Inline::text("s")]),
        Inline::code("c"),
        Inline::link("run", url("https://ci.test/")),
        Inline::link("bank.test", url("https://evil.test/")),
        Inline::Time { at: Timestamp::from_secs(1_795_530_600), style: TimeStyle::DateTime },
        Inline::text("{{DATE(2026-11-24T14:30:00Z, SHORT)}}"),
    ]);
    let open = |text: &str, url: &str| {
        json!({"type": "TextRun", "text": text,
               "selectAction": {"type": "Action.OpenUrl", "url": url}})
    };
    assert_eq!(
        lossy(&content, &[LossKind::Style]),
        json!([{"type": "RichTextBlock", "separator": true, "spacing": "Medium", "inlines": [
            bold("b"),
            {"type": "TextRun", "text": "i", "weight": "Bolder", "italic": true},
            {"type": "TextRun", "text": "s", "strikethrough": true},
            {"type": "TextRun", "text": "c", "fontType": "Monospace"},
            open("run", "https://ci.test/"),
            "bank.test (",
            open("https://evil.test/", "https://evil.test/"),
            ")2026-11-24 14:30Z{",
            "{DATE(2026-11-24T14:30:00Z, SHORT)}}",
        ]}])
    );
}

#[test]
fn short_lists_are_lines_and_long_ones_have_their_marks_in_a_column() {
    let tasks = List::of(vec![Item::text("done").task(true), Item::text("open").task(false)]);
    let content = Content::new().block(Block::List(tasks));
    assert_eq!(body(&content), json!([rich(&json!(["☑ done"])), close(&json!(["☐ open"]))]));

    let nested = List::of(vec![Item::of(vec![
        paragraph("outer"),
        Block::List(List::numbered(["nine"]).starting_at(9)),
    ])]);
    let content = Content::new().block(Block::List(nested));
    assert_eq!(
        body(&content),
        json!([{"type": "ColumnSet", "columns": [
            {"type": "Column", "width": "auto", "items": [rich(&json!(["•"]))]},
            {"type": "Column", "width": "stretch", "spacing": "Small",
             "items": [rich(&json!(["outer"])), rich(&json!(["9. nine"]))]},
        ]}])
    );
}

#[test]
fn quotes_code_progress_and_small_print() {
    let content = Content::new()
        .quote("said")
        .code(Some("sh"), "a\n  b  c\n")
        .block(Block::Progress(vec![
            Step::new(StepState::Done, "build"),
            Step::new(StepState::Running, "deploy"),
        ]))
        .context("small");
    assert_eq!(
        body(&content),
        json!([
            {"type": "Container", "style": "emphasis", "items": [rich(&json!(["said"]))]},
            {"type": "Container", "style": "emphasis", "items": [rich(&json!([
                {"type": "TextRun", "fontType": "Monospace", "size": "Small",
                 "text": "a\n\u{a0}\u{a0}b \u{a0}c"},
            ]))]},
            rich(&json!(["✅ build"])),
            {"type": "RichTextBlock", "spacing": "Small", "inlines": ["▶️ ", bold("deploy")]},
            {"type": "RichTextBlock", "spacing": "Small", "inlines": [
                {"type": "TextRun", "text": "small", "size": "Small", "isSubtle": true},
            ]},
        ])
    );
}

#[test]
fn code_blocks_of_teams_have_a_fallback() {
    let target = Target::new(Surface::Post, Arc::new(teams::capabilities()));
    let content = Content::status(Level::Info, "log").code(Some("rust"), "fn a() {}\n");
    let fitted = AdaptiveCards::new().with_code_blocks().message(&content, &target);
    let part: Value = fitted.parts[0].read().expect("JSON");
    let run =
        json!({"type": "TextRun", "fontType": "Monospace", "size": "Small", "text": "fn a() {}"});
    assert_eq!(
        card(&part)["body"][1],
        json!({"type": "CodeBlock", "codeSnippet": "fn a() {}", "language": "PlainText",
               "startLineNumber": 1,
               "fallback": {"type": "Container", "style": "emphasis", "items": [rich(&json!([run]))]}})
    );
}

#[test]
fn a_table_has_its_columns_and_its_head() {
    let table = Table::new(["host", "load"]).row(["web-1", "80 %"]).align(1, Align::Right);
    let cell = |inlines: Value| json!({"type": "TableCell", "items": [rich(&inlines)]});
    assert_eq!(
        body(&Content::new().table(table)),
        json!([{"type": "Table", "firstRowAsHeaders": true,
        "columns": [{"width": 5}, {"width": 4, "horizontalCellContentAlignment": "Right"}],
        "rows": [
            {"type": "TableRow", "cells": [cell(json!([bold("host")])), cell(json!([bold("load")]))]},
            {"type": "TableRow", "cells": [cell(json!(["web-1"])), cell(json!(["80 %"]))]},
        ]}])
    );
}

#[test]
fn a_parted_table_keeps_its_head_and_a_parted_fold_its_line() {
    let rows = (0..200).map(|row| [row.to_string(), "x".repeat(200)]);
    let table = rows.fold(Table::new(["number", "text"]), Table::row);
    let (parts, losses) =
        said(&Content::new().table(table.clone()), Surface::Post, teams::capabilities());
    assert!(parts.len() > 1);
    assert_eq!(losses, [LossKind::Length]);
    for part in &parts {
        let head = &card(part)["body"][0]["rows"][0]["cells"][0]["items"][0]["inlines"][0];
        assert_eq!(head["text"], "number");
    }
    let detail = Block::Detail { summary: vec!["more".into()], blocks: vec![Block::Table(table)] };
    let (parts, _) = said(&Content::from(detail), Surface::Post, teams::capabilities());
    assert!(parts.len() > 1);
    for part in &parts {
        assert_eq!(card(part)["body"][0]["selectAction"]["type"], "Action.ToggleVisibility");
        assert_eq!(card(part)["body"][1]["isVisible"], false);
    }
}

#[test]
fn a_detail_unfolds_where_cards_can() {
    let content = Content::from(Block::Detail {
        summary: vec!["Log".into()],
        blocks: vec![paragraph("line")],
    });
    assert_eq!(
        body(&content),
        json!([
            {"type": "ColumnSet",
             "selectAction": {"type": "Action.ToggleVisibility",
                              "targetElements": ["chatgate-1", "chatgate-2", "chatgate-3"]},
             "columns": [
                {"type": "Column", "width": "auto", "items": [
                    {"type": "RichTextBlock", "id": "chatgate-1", "inlines": ["▸"]},
                    {"type": "RichTextBlock", "id": "chatgate-2", "isVisible": false, "inlines": ["▾"]},
                ]},
                {"type": "Column", "width": "stretch", "spacing": "Small",
                 "items": [rich(&json!([bold("Log")]))]},
            ]},
            {"type": "Container", "id": "chatgate-3", "isVisible": false, "spacing": "Small",
             "items": [rich(&json!(["line"]))]},
        ])
    );
    let can = teams::outgoing_webhook_capabilities();
    let (parts, losses) = said(&content, Surface::Answer, can);
    assert_eq!(losses, [LossKind::Detail]);
    assert_eq!(
        card(&parts[0])["body"],
        json!([rich(&json!([bold("▾ Log")])), rich(&json!(["line"]))])
    );
}

#[test]
fn buttons_carry_their_seal_and_ask_where_they_should() {
    let content = Content::new().actions([
        Element::from(Button::of("Approve", action("ok")).primary()),
        Element::from(
            Button::of("Stop", action("stop")).danger().confirm(Confirm::new("Stop?", "Sure?")),
        ),
        Element::Link { label: "Run".into(), url: url("https://ci.test/") },
        Element::Overflow(vec![Button::of("More", action("more"))]),
    ]);
    let toggle = |title: &str| json!({"type": "Action.ToggleVisibility", "title": title, "targetElements": ["chatgate-1"]});
    assert_eq!(
        body(&content),
        json!([
            {"type": "ActionSet", "actions": [
                with(execute(1, "Approve", "ok"), "style", "positive"),
                with(toggle("Stop"), "style", "destructive"),
                {"type": "Action.OpenUrl", "title": "Run", "url": "https://ci.test/"},
                with(execute(3, "More", "more"), "mode", "secondary"),
            ]},
            {"type": "Container", "id": "chatgate-1", "isVisible": false, "style": "emphasis", "items": [
                rich(&json!([bold("Stop?")])),
                rich(&json!(["Sure?"])),
                {"type": "ActionSet", "actions": [
                    with(execute(2, "Yes", "stop"), "style", "destructive"),
                    toggle("No"),
                ]},
            ]},
        ])
    );
}

#[test]
fn a_seventh_button_begins_a_row() {
    let buttons = (0..7).map(|_| Button::of("x", action("x")));
    let found = body(&Content::new().actions(buttons));
    let counts: Vec<_> = (0..2).map(|row| found[row]["actions"].as_array().map(Vec::len)).collect();
    assert_eq!(counts, [Some(6), Some(1)]);
}

#[test]
fn a_webhook_keeps_its_links_and_shows_other_buttons_as_text() {
    let content = Content::new().actions([
        Element::from(Button::of("Approve", action("ok"))),
        Element::Link { label: "Run".into(), url: url("https://ci.test/") },
    ]);
    for (surface, can) in [
        (Surface::Webhook, teams::webhook_capabilities()),
        (Surface::Webhook, Capabilities::all()),
        (Surface::Answer, teams::outgoing_webhook_capabilities()),
    ] {
        let (parts, losses) = said(&content, surface, can);
        assert_eq!(losses, [LossKind::Actions]);
        let link = json!({"type": "Action.OpenUrl", "title": "Run", "url": "https://ci.test/"});
        let row = json!({"type": "ActionSet", "spacing": "None", "actions": [link]});
        assert_eq!(card(&parts[0])["body"], json!([rich(&json!(["• Approve"])), row]));
    }
}

#[test]
fn menus_and_pickers_have_a_button_that_sends_them() {
    let choices = [Choice::labelled("Europe", "eu").hint("Frankfurt"), Choice::new("us")];
    let menu =
        json!({"label": "Region", "action": action("region"), "source": {"choices": choices}});
    let menu: Menu = serde_json::from_value(menu).expect("a menu");
    let picker = json!({"label": "When", "action": action("when"), "kind": "date_time"});
    let picker: Picker = serde_json::from_value(picker).expect("a picker");
    let people = json!({"label": "Who", "action": action("who"), "source": "users"});
    let people: Menu = serde_json::from_value(people).expect("a menu");
    let found = body(&Content::new().actions([
        Element::from(menu.many()),
        Element::from(picker),
        Element::from(people),
    ]));
    assert_eq!(
        found[0]["columns"][0]["items"][0],
        json!({"type": "Input.ChoiceSet", "id": "chatgate-choices-1", "label": "Region",
               "style": "compact", "isMultiSelect": true, "choices": [
                   {"title": "Europe – Frankfurt", "value": "0"}, {"title": "us", "value": "1"}]})
    );
    let ok = with(execute(1, "OK", "region"), "associatedInputs", "auto");
    assert_eq!(found[0]["columns"][1]["items"][0]["actions"], json!([ok]));
    let inputs =
        |row: usize, column: usize| found[row]["columns"][column]["items"][0]["id"].clone();
    assert_eq!([inputs(1, 0), inputs(1, 1)], ["chatgate-date-2", "chatgate-time-2"]);
    assert_eq!(
        found[2]["columns"][0]["items"][0]["choices.data"]["dataset"],
        "graph.microsoft.com/users"
    );
}

#[test]
fn what_was_chosen_is_read_back() {
    let data = |element: u8, held: Value| {
        let mut data = json!({"chatgate": {"element": element, "seal": "k1.x.mac"}});
        for (key, value) in held.as_object().expect("an object") {
            data[key] = value.clone();
        }
        data
    };
    // Another menu of the same card sends what it holds too.
    let click = data(2, json!({"chatgate-choices-1": "0", "chatgate-choices-2": "1,0"}));
    assert_eq!(seal_of(&click), Some("k1.x.mac"));
    assert_eq!(chosen_of(&click, None), Chosen::Choices(vec![1, 0]));
    let button = data(3, json!({"chatgate-choices-1": "0"}));
    assert_eq!(chosen_of(&button, None), Chosen::Nothing);
    let people = data(1, json!({"chatgate-users-1": "guid-1,guid-2"}));
    assert_eq!(chosen_of(&people, None), Chosen::Ids(vec!["guid-1".into(), "guid-2".into()]));
    let date = data(1, json!({"chatgate-date-1": "2026-11-24"}));
    assert_eq!(chosen_of(&date, None), Chosen::Picked("2026-11-24".into()));
    let half = data(1, json!({"chatgate-date-1": "2026-11-24", "chatgate-time-1": ""}));
    assert_eq!(chosen_of(&half, None), Chosen::Nothing);
    let both = data(1, json!({"chatgate-date-1": "2026-11-24", "chatgate-time-1": "00:15"}));
    let local = Some("2026-11-20T09:00:00.000+05:30");
    assert_eq!(chosen_of(&both, local), Chosen::Picked("2026-11-23T18:45Z".into()));
    assert_eq!(chosen_of(&json!({"chatgate": {"element": -1}}), None), Chosen::Nothing);
}

#[test]
fn a_seal_too_long_for_teams_makes_its_button_text() {
    for (chars, losses) in [(SEAL_CHARS, vec![]), (SEAL_CHARS + 1, vec![LossKind::Actions])] {
        let mut action = action("x");
        action.seal = Some("s".repeat(chars));
        let content = Content::new().actions([Button::of("Go", action)]);
        assert_eq!(said(&content, Surface::Post, teams::capabilities()).1, losses);
    }
}

#[test]
fn only_pictures_over_https_are_shown() {
    let picture =
        |address: &str| Content::from(Block::Image(Image::new(url(address), "CPU").titled("Load")));
    assert_eq!(
        body(&picture("https://x.test/cpu.png")),
        json!([
            rich(&json!([bold("Load")])),
            {"type": "Image", "spacing": "Small", "url": "https://x.test/cpu.png", "altText": "CPU"},
        ])
    );
    let found = lossy(&picture("http://x.test/cpu.png"), &[LossKind::Image]);
    assert_eq!(found[1]["inlines"][0]["text"], "CPU");
}

#[test]
fn what_teams_cannot_mention_is_a_word() {
    let content = Content::new().heading(1, "x").paragraph([
        Inline::user("bob"),
        Inline::Group { id: "G1".into(), handle: Some("sre".into()) },
        Inline::Channel { id: "C1".into(), name: Some("ops".into()) },
        Inline::Broadcast(Broadcast::Here),
    ]);
    let found = lossy(&content, &[LossKind::Mention, LossKind::Broadcast]);
    assert_eq!(found[1], rich(&json!(["@bob@sre#ops@here"])));
    let content = Content::new().heading(1, "x").paragraph([dana()]);
    let can = teams::capabilities().without([Feature::Mentions]);
    let (parts, losses) = said(&content, Surface::Post, can);
    assert_eq!(losses, [LossKind::Mention]);
    assert_eq!(card(&parts[0]).get("msteams"), None);
}

#[test]
fn teams_own_elements_pass_as_they_are() {
    let native = |payload: Value| {
        let fallback = vec![paragraph("fallback")];
        Content::from(Block::Native(Native::new(Platform::teams(), payload, fallback)))
    };
    let own = json!({"type": "TextBlock", "text": "*own*", "wrap": true});
    assert_eq!(body(&native(own.clone())), json!([own]));
    let found = lossy(&native(json!("nonsense")), &[LossKind::Unknown]);
    assert_eq!(found, json!([rich(&json!(["fallback"]))]));
}

#[test]
fn fields_that_facts_cannot_say_are_rows() {
    let content =
        Content::new().block(Block::Fields(vec![Field::rich("run", vec![Inline::code("x_y")])]));
    let found = body(&content);
    assert_eq!((&found[0]["type"], &found[0]["showGridLines"]), (&json!("Table"), &json!(false)));
}

#[test]
fn the_repeated_form_says_so_and_an_answer_has_none() {
    let can = Arc::new(teams::capabilities());
    let dialect = AdaptiveCards::new();
    for content in [Content::from("pong"), Content::status(Level::Info, "x")] {
        let fitted = dialect.message(&content, &Target::new(Surface::Post, can.clone()));
        let repeated = fitted.parts[0].repeated.as_ref().expect("the repeated form").get();
        assert!(repeated.contains("↻ possibly repeated"), "{repeated}");
        let fitted = dialect.message(&content, &Target::new(Surface::Answer, can.clone()));
        assert!(fitted.parts[0].repeated.is_none());
    }
}

#[test]
fn a_webhook_takes_28_kb_and_not_one_byte_more() {
    let long = |chars| Content::status(Level::Info, "x").text("ä".repeat(chars));
    let bytes = |chars| {
        let (parts, _) = said(&long(chars), Surface::Webhook, teams::webhook_capabilities());
        let fitted = AdaptiveCards::new().message(
            &long(chars),
            &Target::new(Surface::Webhook, Arc::new(teams::webhook_capabilities())),
        );
        let longest =
            fitted.parts.iter().filter_map(|part| Some(part.repeated.as_ref()?.get().len()));
        (parts.len(), longest.max().unwrap_or(0))
    };
    let most =
        (1_000..20_000).rev().step_by(100).find(|chars| bytes(*chars).0 == 1).expect("one part");
    let exact =
        (most..most + 100).take_while(|chars| bytes(*chars).0 == 1).last().expect("one part");
    let (_, size) = bytes(exact);
    // What only some cards have is kept free: a part's number, its width, its mentions.
    assert!((28_672 - 64..=28_672).contains(&size), "{size}");
    let (parts, size) = bytes(exact + 1);
    assert!(parts == 2 && size <= 28_672);
}

#[test]
fn a_cluster_at_the_cut_stays_whole() {
    let family = "👩‍👩‍👧";
    let content = Content::status(Level::Info, "x").text(family.repeat(4_000));
    let (parts, losses) = said(&content, Surface::Webhook, teams::webhook_capabilities());
    assert!(parts.len() > 1);
    assert_eq!(losses, [LossKind::Length]);
    let mut runs = Vec::new();
    for part in &parts {
        walk(part, &mut |object| {
            let inlines = object.get("inlines").and_then(Value::as_array).into_iter().flatten();
            runs.extend(inlines.filter_map(Value::as_str).map(str::to_owned));
        });
    }
    assert!(runs.iter().all(|run| run.replace(family, "").is_empty()));
    assert_eq!(runs.concat(), family.repeat(4_000));
}

#[test]
fn a_place_too_small_and_a_content_without_words() {
    let small = teams::capabilities().limits(Limits::new().payload_bytes(100));
    assert_eq!(said(&Content::from("x"), Surface::Post, small), (vec![], vec![LossKind::Cut]));
    assert_eq!(said(&Content::new(), Surface::Post, teams::capabilities()).0.len(), 0);
    let (parts, losses) = said(&Content::new().divider(), Surface::Post, teams::capabilities());
    assert_eq!((parts.len(), losses.len()), (1, 0));
}

#[test]
fn deep_nesting_ends_with_a_loss_and_not_the_stack() {
    let deep = (0..1_000).fold(paragraph("x"), |inner, _| Block::Quote(vec![inner]));
    let content = Content::status(Level::Info, "x").block(deep);
    let (parts, losses) = said(&content, Surface::Post, teams::capabilities());
    assert_eq!((parts.len(), losses), (1, vec![LossKind::Depth]));
}
