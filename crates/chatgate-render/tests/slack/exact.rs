//! Every block and inline, exactly as it goes over the wire.

use std::sync::Arc;

use chatgate_core::{
    ActionValue, Align, Block, Broadcast, Button, Capabilities, Choice, Chosen, Confirm, Content,
    Dialect, Element, Feature, Field, Fitted, Image, Inline, Item, Level, Limits, List, LossKind,
    Menu, MenuSource, Native, Pick, Picker, Platform, RouteId, Step, StepState, Surface, Table,
    Target, TimeStyle, Timestamp,
};
use chatgate_render::slack::{BlockKit, MENU_SEAL_CHARS, chosen_of, seal_of};
use serde_json::{Value, json};
use url::Url;

use crate::validator::faults;

fn said(content: &Content, can: Capabilities) -> (Vec<Value>, Vec<LossKind>) {
    read(&BlockKit::new().message(content, &Target::new(Surface::Post, Arc::new(can))))
}

fn read(fitted: &Fitted) -> (Vec<Value>, Vec<LossKind>) {
    let parts = fitted.parts.iter().map(|part| part.read().expect("JSON"));
    (parts.collect(), fitted.losses.iter().map(|loss| loss.kind).collect())
}

/// The blocks of a content that fits one part without a loss.
fn blocks(content: &Content) -> Value {
    let (parts, losses) = said(content, Capabilities::all());
    assert_eq!(losses, []);
    assert_eq!(parts.len(), 1);
    let part = &parts[0];
    assert_eq!(faults(part), Vec::<String>::new());
    part["blocks"].clone()
}

/// The elements of the only section of a content of one paragraph.
fn inlines(inlines: impl IntoIterator<Item = Inline>) -> Value {
    blocks(&Content::new().paragraph(inlines))[0]["elements"][0]["elements"].clone()
}

fn rich(elements: &Value) -> Value {
    json!([{"type": "rich_text", "elements": elements}])
}

fn section(text: &str) -> Value {
    json!({"type": "rich_text_section", "elements": [{"type": "text", "text": text}]})
}

fn plain(text: &str) -> Value {
    json!({"type": "plain_text", "text": text, "emoji": false})
}

fn paragraph(text: &str) -> Block {
    Block::Paragraph(vec![text.into()])
}

fn url(text: &str) -> Url {
    text.parse().expect("an address")
}

fn action(name: &str) -> ActionValue {
    let mut action = ActionValue::of(RouteId::from(format!("action:{name}")), json!(null));
    action.seal = Some(format!("k1.{name}.mac"));
    action
}

fn menu(seal: &str) -> Menu {
    let choices = [Choice::labelled("Europe", "eu").hint("Frankfurt"), Choice::new("us")];
    let mut action = action("region");
    action.seal = Some(seal.to_owned());
    let menu = json!({"label": "Region", "action": action, "source": {"choices": choices}});
    serde_json::from_value(menu).expect("a menu")
}

fn picker(kind: &str) -> Element {
    let picker = json!({"label": "When", "action": action("when"), "kind": kind});
    Element::Picker(serde_json::from_value::<Picker>(picker).expect("a picker"))
}

#[test]
fn a_status_with_fields_and_text() {
    let content = Content::status(Level::Success, "api is live")
        .fields([("env", "prod"), ("version", "1.4.2")])
        .text("Rolled out in 42 s.");
    let (parts, losses) = said(&content, Capabilities::all());
    let field = |text: &str| json!({"type": "mrkdwn", "text": text, "verbatim": true});
    let payload = json!({
        "text": ":white_check_mark: api is live\nenv: prod\nversion: 1.4.2\nRolled out in 42 s.",
        "blocks": [
            {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [
                {"type": "emoji", "name": "white_check_mark"},
                {"type": "text", "text": " api is live", "style": {"bold": true}},
            ]}]},
            {"type": "section", "fields": [field("*env*\nprod"), field("*version*\n1.4.2")]},
            {"type": "rich_text", "elements": [section("Rolled out in 42 s.")]},
        ],
        "unfurl_links": false,
        "unfurl_media": false,
    });
    assert_eq!((parts, losses), (vec![payload], vec![]));
}

#[test]
fn an_incident_card() {
    let content = Content::status(Level::Error, "Error rate of api above 5 %")
        .heading(2, "Incident 42")
        .block(Block::Progress(vec![
            Step::new(StepState::Done, "Page on-call"),
            Step::new(StepState::Running, "Roll back"),
            Step::new(StepState::Pending, "Write up"),
        ]))
        .block(Block::Context(vec![
            Inline::text("opened by "),
            Inline::user("U1"),
            Inline::text(" · "),
            Inline::link("run", url("https://ci.test/?a=1&b=2")),
        ]))
        .actions([
            Button::of("Acknowledge", action("ack")).primary(),
            Button::of("Stop", action("stop")).danger().confirm(Confirm::new("Stop", "Sure?")),
        ]);
    let emoji = |name: &str| json!({"type": "emoji", "name": name});
    assert_eq!(
        blocks(&content),
        json!([
            {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [
                emoji("x"),
                {"type": "text", "text": " Error rate of api above 5 %", "style": {"bold": true}},
            ]}]},
            {"type": "header", "text": plain("Incident 42")},
            {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [
                emoji("white_check_mark"),
                {"type": "text", "text": " Page on-call\n"},
                emoji("arrow_forward"),
                {"type": "text", "text": " Roll back", "style": {"bold": true}},
                {"type": "text", "text": "\n"},
                emoji("white_circle"),
                {"type": "text", "text": " Write up"},
            ]}]},
            {"type": "context", "elements": [{
                "type": "mrkdwn",
                "text": "opened by <@U1> · <https://ci.test/?a=1&amp;b=2|run>",
                "verbatim": true,
            }]},
            {"type": "actions", "elements": [
                {"type": "button", "action_id": "1", "text": plain("Acknowledge"),
                 "value": "k1.ack.mac", "style": "primary"},
                {"type": "button", "action_id": "2", "text": plain("Stop"),
                 "value": "k1.stop.mac", "style": "danger",
                 "confirm": {"title": plain("Stop"), "text": plain("Sure?"),
                             "confirm": plain("Yes"), "deny": plain("No"), "style": "danger"}},
            ]},
        ])
    );
}

#[test]
fn mentions_dates_and_styles_are_elements() {
    let found = inlines([
        Inline::user("U1"),
        Inline::Channel { id: "C1".into(), name: Some("ops".into()) },
        Inline::Group { id: "S1".into(), handle: Some("sre".into()) },
        Inline::Broadcast(Broadcast::Everyone),
        Inline::Emoji("+1".into()),
        Inline::Time { at: Timestamp::from_secs(1_795_530_600), style: TimeStyle::DateTime },
        Inline::Bold(vec![Inline::text("b"), Inline::Italic(vec![Inline::text("i")])]),
        Inline::Strike(vec![Inline::text("s")]),
        Inline::Break,
        Inline::code("`c`"),
    ]);
    assert_eq!(
        found,
        json!([
            {"type": "user", "user_id": "U1"},
            {"type": "channel", "channel_id": "C1"},
            {"type": "usergroup", "usergroup_id": "S1"},
            {"type": "broadcast", "range": "everyone"},
            {"type": "emoji", "name": "+1"},
            {"type": "date", "timestamp": 1_795_530_600, "format": "{date_short} {time}",
             "fallback": "2026-11-24 14:30Z"},
            {"type": "text", "text": "b", "style": {"bold": true}},
            {"type": "text", "text": "i", "style": {"bold": true, "italic": true}},
            {"type": "text", "text": "s", "style": {"strike": true}},
            {"type": "text", "text": "\n"},
            {"type": "text", "text": "`c`", "style": {"code": true}},
        ])
    );
}

#[test]
fn a_label_does_not_hide_where_a_link_leads() {
    let evil = || url("https://evil.test/");
    let found = inlines([
        Inline::link("Run", evil()),
        Inline::Link { url: evil(), label: vec![] },
        Inline::link("https://bank.test/", evil()),
    ]);
    assert_eq!(
        found,
        json!([
            {"type": "link", "url": "https://evil.test/", "text": "Run"},
            {"type": "link", "url": "https://evil.test/"},
            {"type": "text", "text": "https://bank.test/ ("},
            {"type": "link", "url": "https://evil.test/"},
            {"type": "text", "text": ")"},
        ])
    );
    let button = Element::Link { label: "bank.test".into(), url: evil() };
    let (parts, losses) = said(&Content::new().actions([button]), Capabilities::all());
    assert_eq!(losses, [LossKind::Actions]);
    assert_eq!(parts[0]["blocks"][0]["type"], "rich_text");
}

#[test]
fn what_is_no_id_is_a_name() {
    let content = Content::new().paragraph([Inline::user("bob"), Inline::text("!")]);
    let (parts, losses) = said(&content, Capabilities::all());
    assert_eq!(parts[0]["blocks"], rich(&json!([section("@bob!")])));
    assert_eq!(losses, [LossKind::Mention]);
}

#[test]
fn nested_lists_are_lists_side_by_side() {
    let content = Content::new().block(Block::List(List::of(vec![
        Item::of(vec![
            paragraph("outer"),
            Block::List(List::numbered(["one", "two"])),
            paragraph("after"),
        ]),
        Item::text("done").task(true),
    ])));
    assert_eq!(
        blocks(&content),
        rich(&json!([
            {"type": "rich_text_list", "style": "bullet", "elements": [section("outer")]},
            {"type": "rich_text_list", "style": "ordered", "indent": 1,
             "elements": [section("one"), section("two")]},
            section("after"),
            {"type": "rich_text_list", "style": "bullet", "elements": [section("☑ done")]},
        ]))
    );
    let nine = Content::new().block(Block::List(List::numbered(["nine", "ten"]).starting_at(9)));
    assert_eq!(
        blocks(&nine),
        rich(&json!([
            {"type": "rich_text_list", "style": "ordered", "offset": 8,
             "elements": [section("nine"), section("ten")]},
        ]))
    );
    let zero = Content::new().block(Block::List(List::numbered(["a"]).starting_at(0)));
    assert_eq!(
        blocks(&zero),
        rich(&json!([
            {"type": "rich_text_list", "style": "bullet", "elements": [section("0. a")]},
        ]))
    );
}

#[test]
fn a_quote_holds_lists_and_code_behind_its_border() {
    let content = Content::new().block(Block::Quote(vec![
        paragraph("p"),
        paragraph("q"),
        Block::List(List::bullets(["x"])),
        Block::Code { language: None, text: "c\n".into() },
        Block::Quote(vec![paragraph("inner")]),
    ]));
    let text = |text: &str| json!([{"type": "text", "text": text}]);
    assert_eq!(
        blocks(&content),
        rich(&json!([
            {"type": "rich_text_quote", "elements": text("p\n\nq")},
            {"type": "rich_text_list", "style": "bullet", "border": 1, "elements": [section("x")]},
            {"type": "rich_text_preformatted", "border": 1, "elements": text("c")},
            {"type": "rich_text_quote", "border": 1, "elements": text("inner")},
        ]))
    );
}

#[test]
fn headings_code_dividers_and_pictures() {
    let image = Image::new(url("https://x.test/cpu.png"), "CPU at 80 %").titled("Load");
    let content = Content::new()
        .heading(1, "<Release> 1:2:3")
        .heading(3, "Notes")
        .code(Some("sh"), "echo '```'\n")
        .divider()
        .block(Block::Image(image));
    let bold = json!([{"type": "text", "text": "Notes", "style": {"bold": true}}]);
    let code = json!([{"type": "text", "text": "echo '```'"}]);
    assert_eq!(
        blocks(&content),
        json!([
            {"type": "header", "text": plain("<Release> 1:2:3")},
            {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": bold}]},
            {"type": "rich_text", "elements": [
                {"type": "rich_text_preformatted", "elements": code},
            ]},
            {"type": "divider"},
            {"type": "image", "image_url": "https://x.test/cpu.png", "alt_text": "CPU at 80 %",
             "title": plain("Load")},
        ])
    );
    let long = Content::new().heading(1, "h".repeat(151));
    assert_eq!(blocks(&long)[0]["type"], "rich_text");
}

#[test]
fn a_table_is_slacks_own_and_a_second_is_drawn() {
    let table = Table::new(["Service", "Cost"])
        .row(["api", "12"])
        .rich_row(vec![vec![Inline::link("web", url("https://x.test/"))]])
        .align(1, Align::Right);
    let one = Content::new().table(table);
    let rich_cell = |element: Value| {
        json!({"type": "rich_text", "elements": [
            {"type": "rich_text_section", "elements": [element]},
        ]})
    };
    let head =
        |text: &str| rich_cell(json!({"type": "text", "text": text, "style": {"bold": true}}));
    let raw = |text: &str| json!({"type": "raw_text", "text": text});
    let link = json!({"type": "link", "url": "https://x.test/", "text": "web"});
    assert_eq!(
        blocks(&one),
        json!([{
            "type": "table",
            "column_settings": [{"align": "left"}, {"align": "right"}],
            "rows": [
                [head("Service"), head("Cost")],
                [raw("api"), raw("12")],
                [rich_cell(link), raw(" ")],
            ],
        }])
    );
    let two = one.table(Table::new(["k"]).row(["v"]));
    let (parts, losses) = said(&two, Capabilities::all());
    assert_eq!(losses, [LossKind::Table]);
    let drawn = &parts[0]["blocks"][1]["elements"][0];
    assert_eq!(drawn["type"], "rich_text_preformatted");
    assert_eq!(drawn["elements"][0]["text"], "┌───┐\n│ k │\n├───┤\n│ v │\n└───┘");
    assert_eq!(
        parts[0]["text"],
        "Service | Cost\napi | 12\nweb | \n┌───┐\n│ k │\n├───┤\n│ v │\n└───┘"
    );
}

#[test]
fn a_parted_table_keeps_its_head() {
    let row = |number: usize| [number.to_string(), "state".to_owned()];
    let table = (0..150).map(row).fold(Table::new(["host", "state"]), Table::row);
    let (parts, losses) = said(&Content::new().table(table), Capabilities::all());
    assert_eq!(losses, [LossKind::Length]);
    let rows: Vec<_> = parts
        .iter()
        .map(|part| part["blocks"][0]["rows"].as_array().expect("rows"))
        .inspect(|rows| assert_eq!(rows[0][0]["elements"][0]["elements"][0]["text"], "host"))
        .map(Vec::len)
        .collect();
    assert_eq!(rows, [100, 52]);
}

#[test]
fn long_code_is_parted_between_lines() {
    let content = Content::new().code(None, "0123456789\n".repeat(1_500));
    let (parts, losses) = said(&content, Capabilities::all());
    assert_eq!(losses, [LossKind::Length]);
    assert_eq!(parts.len(), 2);
    for block in parts.iter().flat_map(|part| part["blocks"].as_array().expect("blocks")) {
        let text = block["elements"][0]["elements"][0]["text"].as_str().expect("code");
        assert!(text.starts_with("0123456789\n") && text.ends_with("\n0123456789"), "{text}");
    }
}

#[test]
fn a_detail_is_shown_open() {
    let content = Content::new()
        .block(Block::Detail { summary: vec!["More".into()], blocks: vec![paragraph("all")] });
    let (parts, losses) = said(&content, Capabilities::all());
    let bold = json!([{"type": "text", "text": "▾ More", "style": {"bold": true}}]);
    let all = json!([{"type": "text", "text": "all"}]);
    assert_eq!(
        parts[0]["blocks"],
        rich(&json!([
            {"type": "rich_text_section", "elements": bold},
            {"type": "rich_text_quote", "elements": all},
        ]))
    );
    assert_eq!(losses, [LossKind::Detail]);
}

#[test]
fn fields_that_markup_would_change_are_said_in_lines() {
    let content = Content::new().fields([("host", "web_1"), ("pattern", "*.rs")]);
    assert_eq!(
        blocks(&content),
        rich(&json!([{"type": "rich_text_section", "elements": [
            {"type": "text", "text": "host: ", "style": {"bold": true}},
            {"type": "text", "text": "web_1\n"},
            {"type": "text", "text": "pattern: ", "style": {"bold": true}},
            {"type": "text", "text": "*.rs"},
        ]}]))
    );
    let many = Content::new().fields((0..12).map(|number| (format!("k{number}"), "v")));
    let found = blocks(&many);
    let counts: Vec<_> = (0..2).map(|at| found[at]["fields"].as_array().map(Vec::len)).collect();
    assert_eq!(counts, [Some(10), Some(2)]);
    let rich = Field::rich("by", vec![Inline::user("U1")]);
    assert_eq!(
        blocks(&Content::from(Block::Fields(vec![rich])))[0]["fields"][0]["text"],
        "*by*\n<@U1>"
    );
}

#[test]
fn menus_and_pickers_carry_their_seal_in_the_ids() {
    let long = format!("k1.{}.mac", "s".repeat(300));
    let mut many = menu("k1.many.mac");
    many.pick = Pick::Many;
    let people = menu("k1.who.mac").from_source(MenuSource::Users);
    let channels = menu("k1.where.mac").from_source(MenuSource::Channels);
    let content = Content::new().actions([
        Element::Menu(menu("k1.one.mac")),
        Element::Menu(menu(&long)),
        Element::Menu(many),
        Element::Menu(people),
        Element::Menu(channels),
        picker("date"),
        picker("time"),
        picker("date_time"),
    ]);
    let options = json!([
        {"text": plain("Europe"), "value": "0", "description": plain("Frankfurt")},
        {"text": plain("us"), "value": "1"},
    ]);
    let region = plain("Region");
    let label = json!([{"type": "text", "text": "When", "style": {"bold": true}}]);
    assert_eq!(
        blocks(&content),
        json!([
            {"type": "actions", "elements": [
                {"type": "static_select", "action_id": "1:k1.one.mac", "placeholder": region,
                 "options": options},
            ]},
            {"type": "actions", "block_id": format!("2:{}", &long[..58]), "elements": [
                {"type": "static_select", "action_id": format!("2:{}", &long[58..]),
                 "placeholder": region, "options": options},
            ]},
            {"type": "section", "text": region, "accessory":
                {"type": "multi_static_select", "action_id": "3:k1.many.mac",
                 "placeholder": region, "options": options}},
            {"type": "actions", "elements": [
                {"type": "users_select", "action_id": "4:k1.who.mac", "placeholder": region},
                {"type": "conversations_select", "action_id": "5:k1.where.mac",
                 "placeholder": region, "filter": {"include": ["public", "private"]}},
                {"type": "datepicker", "action_id": "6:k1.when.mac", "placeholder": plain("When")},
                {"type": "timepicker", "action_id": "7:k1.when.mac", "placeholder": plain("When")},
            ]},
            {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": label}]},
            {"type": "actions", "elements": [
                {"type": "datetimepicker", "action_id": "8:k1.when.mac"},
            ]},
        ])
    );
}

#[test]
fn a_seal_too_long_for_its_element_makes_it_text() {
    let mut button = Button::of("Go", action("go"));
    button.action.seal = Some("s".repeat(2_001));
    let menu = menu(&"s".repeat(MENU_SEAL_CHARS + 1));
    let content = Content::new().actions([Element::Button(button), Element::Menu(menu)]);
    let (parts, losses) = said(&content, Capabilities::all());
    assert_eq!(parts[0]["blocks"], rich(&json!([section("• Go\n• Region: Europe, us")])));
    assert_eq!(losses, [LossKind::Actions]);
}

#[test]
fn what_was_chosen_is_read_back() {
    let chosen = |action: Value| chosen_of(&action);
    let ids = |ids: &[&str]| Chosen::Ids(ids.iter().map(|id| (*id).to_owned()).collect());
    let none: Option<Value> = None;
    let many = json!([{"value": "1"}, {"value": "0"}]);
    for (action, wanted) in [
        (json!({"type": "button", "value": "x"}), Chosen::Nothing),
        (json!({"type": "static_select", "selected_option": none}), Chosen::Choices(vec![])),
        (
            json!({"type": "multi_static_select", "selected_options": many}),
            Chosen::Choices(vec![1, 0]),
        ),
        (json!({"type": "users_select", "selected_user": "U1"}), ids(&["U1"])),
        (json!({"type": "multi_users_select", "selected_users": ["U1", "U2"]}), ids(&["U1", "U2"])),
        (json!({"type": "conversations_select", "selected_conversation": "C1"}), ids(&["C1"])),
        (json!({"type": "multi_channels_select", "selected_channels": ["C1"]}), ids(&["C1"])),
        (
            json!({"type": "datepicker", "selected_date": "2026-11-24"}),
            Chosen::Picked("2026-11-24".into()),
        ),
        (json!({"type": "timepicker", "selected_time": "14:30"}), Chosen::Picked("14:30".into())),
        (
            json!({"type": "datetimepicker", "selected_date_time": 1_795_530_600}),
            Chosen::Picked("2026-11-24T14:30Z".into()),
        ),
        (json!({"type": "datepicker", "selected_date": none}), Chosen::Nothing),
        (json!({"type": "hologram"}), Chosen::Nothing),
        (json!(7), Chosen::Nothing),
    ] {
        assert_eq!(chosen(action.clone()), wanted, "{action}");
    }
}

#[test]
fn what_carries_no_seal_has_none() {
    for action in [
        json!({"type": "button", "action_id": "1", "url": "https://x.test/"}),
        json!({"type": "static_select", "action_id": "1:"}),
        json!({"type": "static_select", "action_id": "theirs", "block_id": "1:x"}),
        json!({"action_id": "1:x"}),
        json!([]),
    ] {
        assert_eq!(seal_of(&action), None, "{action}");
    }
    // A block's own id belongs to its element alone.
    let other = json!({"type": "datepicker", "action_id": "1:ab", "block_id": "2:cd"});
    assert_eq!(seal_of(&other).as_deref(), Some("ab"));
}

#[test]
fn slacks_own_blocks_pass_as_they_are() {
    let native = |payload| {
        let fallback = vec![paragraph("disk full")];
        Content::new().block(Block::Native(Native::new(Platform::slack(), payload, fallback)))
    };
    let alert = json!({"type": "alert", "text": {"type": "plain_text", "text": "full"}});
    for payload in [alert.clone(), json!([alert])] {
        let (parts, losses) = said(&native(payload), Capabilities::all());
        assert_eq!((&parts[0]["blocks"], losses), (&json!([alert]), vec![]));
        assert_eq!(parts[0]["text"], "disk full");
    }
    for payload in [json!("alert"), json!([alert, 7]), json!({"text": "no type"})] {
        let (parts, losses) = said(&native(payload), Capabilities::all());
        assert_eq!(parts[0]["blocks"], rich(&json!([section("disk full")])));
        assert_eq!(losses, [LossKind::Unknown]);
    }
    let elsewhere = Native::new(Platform::teams(), json!({}), vec![paragraph("hi")]);
    assert_eq!(blocks(&Content::from(Block::Native(elsewhere))), rich(&json!([section("hi")])));
}

#[test]
fn what_the_place_cannot_do_is_shown_otherwise_and_told() {
    let can = Capabilities::all().without([
        Feature::Tables,
        Feature::Images,
        Feature::Actions,
        Feature::Mentions,
        Feature::Broadcast,
    ]);
    let content = Content::new()
        .table(Table::new(["k"]).row(["v"]))
        .block(Block::Image(Image::new(url("https://x.test/a"), "alt")))
        .actions([Button::of("Go", action("go"))])
        .paragraph([Inline::user("U1"), Inline::Broadcast(Broadcast::Here)]);
    let (parts, losses) = said(&content, can);
    let types: Vec<_> = parts[0]["blocks"].as_array().expect("blocks").iter().collect();
    assert!(types.iter().all(|block| block["type"] == "rich_text"), "{types:?}");
    use LossKind::{Actions, Broadcast as Broadcasts, Image as Images, Mention, Table as Tables};
    assert_eq!(losses, [Tables, Images, Actions, Mention, Broadcasts]);
}

#[test]
fn the_repeated_form_says_so() {
    let can = Capabilities::all().limits(Limits::new().text_chars(400));
    let target = Target::new(Surface::Post, Arc::new(can));
    let fitted = BlockKit::new().message(&Content::from("word ".repeat(300)), &target);
    assert!(fitted.parts.len() > 1);
    for part in &fitted.parts {
        let repeated = part.repeated.as_ref().expect("a repeated form");
        let repeated: Value = serde_json::from_str(repeated.get()).expect("JSON");
        let payload: Value = part.read().expect("JSON");
        let mark = json!({"type": "context", "elements": [plain("↻ possibly repeated")]});
        assert_eq!(
            (&repeated["blocks"][0], &repeated["blocks"][1]),
            (&mark, &payload["blocks"][0])
        );
        let text = payload["text"].as_str().expect("a text");
        assert_eq!(repeated["text"], format!("↻ possibly repeated\n{text}"));
    }
}

#[test]
fn a_summary_is_the_text_of_the_first_part() {
    let content = Content::from("a").summary("All & <good>");
    let (parts, _) = said(&content, Capabilities::all());
    assert_eq!(parts[0]["text"], "All &amp; &lt;good&gt;");
}

#[test]
fn an_empty_content_has_no_part_and_a_silent_block_has_one() {
    assert_eq!(said(&Content::new(), Capabilities::all()), (vec![], vec![]));
    let silent = json!({"text": "…", "blocks": [], "unfurl_links": false, "unfurl_media": false});
    assert_eq!(said(&Content::new().paragraph([]), Capabilities::all()), (vec![silent], vec![]));
}

#[test]
fn a_place_too_small_for_blocks_is_told() {
    let can = Capabilities::all().limits(Limits::new().payload_bytes(500));
    assert_eq!(said(&Content::from("hi"), can), (vec![], vec![LossKind::Cut]));
}

#[test]
fn deep_nesting_ends_with_a_loss_and_not_the_stack() {
    let mut block = paragraph("core");
    let mut inline = Inline::text("core");
    for level in 0..1_000 {
        block = match level % 3 {
            0 => Block::Quote(vec![block]),
            1 => Block::List(List::of(vec![Item::of(vec![block])])),
            _ => Block::Detail { summary: vec![], blocks: vec![block] },
        };
        inline = Inline::Bold(vec![inline]);
    }
    let (parts, losses) =
        said(&Content::new().block(block).paragraph([inline]), Capabilities::all());
    assert!(!parts[0].to_string().contains("core"));
    assert!(losses.contains(&LossKind::Depth));
    assert_eq!(faults(&parts[0]), Vec::<String>::new());
}
