//! What exactly is written.

use std::sync::Arc;

use chatgate_core::{
    ActionValue, Align, Block, Broadcast, Button, Choice, ChoiceLook, Confirm, Content, Dialect,
    Element, Field, FieldKind, Form, FormField, Image, Inline, Item, Level, Limits, List, LossKind,
    Menu, MenuSource, Native, Pick, Picker, PickerKind, Platform, RouteId, Step, StepState,
    Surface, Table, Target, TimeStyle, Timestamp,
};
use chatgate_render::html::{self, Html, HtmlMessage, Pictures};
use serde_json::json;
use url::Url;

use crate::reader::read;

fn target() -> Target {
    Target::new(Surface::Post, Arc::new(html::capabilities()))
}

/// What stands inside the one element, without its style sheet; and the kinds of losses.
fn said(dialect: &Html, content: &Content) -> (String, Vec<LossKind>) {
    let fitted = dialect.message(content, &target());
    assert_eq!(fitted.parts.len(), 1);
    let message: HtmlMessage = fitted.parts[0].read().unwrap();
    read(&message.html).unwrap();
    let (_, inside) = message.html.split_once("</style>").unwrap();
    let inside = inside.strip_suffix("</div>").unwrap().trim_end().to_owned();
    (inside, fitted.losses.iter().map(|loss| loss.kind).collect())
}

fn block(block: Block) -> String {
    said(&Html::fragment(), &Content::new().block(block)).0
}

fn line(inlines: impl IntoIterator<Item = Inline>) -> String {
    let said = said(&Html::fragment(), &Content::new().paragraph(inlines)).0;
    said.strip_prefix("<p dir=\"auto\">").unwrap().strip_suffix("</p>").unwrap().to_owned()
}

fn url(text: &str) -> Url {
    text.parse().unwrap()
}

fn action() -> ActionValue {
    let mut action = ActionValue::of(RouteId::from("action:ack"), json!({"secret": 1}));
    action.seal = Some("k1.sealed".into());
    action
}

#[test]
fn text_of_others_is_text() {
    assert_eq!(
        line([Inline::text("<script>alert(\"1\" + '2')</script> &amp; @here\n\u{202e}x\u{1b}")]),
        "&lt;script&gt;alert(&quot;1&quot; + &#39;2&#39;)&lt;/script&gt; &amp;amp; @here<br>\u{fffd}x␛"
    );
    assert_eq!(line([Inline::code("</code>")]), "<code>&lt;/code&gt;</code>");
    let code = block(Block::Code { language: Some("\"><b>".into()), text: "\n</pre>\n".into() });
    assert_eq!(code, "<pre dir=\"ltr\"><code>\n&lt;/pre&gt;</code></pre>");
}

#[test]
fn styles_nest() {
    let inner = Inline::Italic(vec![Inline::text("b"), Inline::Strike(vec!["c".into()])]);
    assert_eq!(
        line([
            Inline::Bold(vec!["a".into(), inner]),
            Inline::Break,
            Inline::Emoji("tada".into()),
            Inline::Emoji("<b>".into())
        ]),
        "<b>a<i>b<s>c</s></i></b><br>🎉:&lt;b&gt;:"
    );
}

#[test]
fn a_link_says_where_it_leads() {
    let run = || url("https://ci.test/7?a=1&b=<2>");
    let open = "<a href=\"https://ci.test/7?a=1&amp;b=%3C2%3E\" rel=\"noopener noreferrer\">";
    assert_eq!(line([Inline::link("Run", run())]), format!("{open}Run</a>"));
    assert_eq!(
        line([Inline::Link { url: run(), label: vec![] }]),
        format!("{open}https://ci.test/7?a=1&amp;b=%3C2%3E</a>")
    );
    assert_eq!(
        line([Inline::link("bank.test", url("https://evil.test/"))]),
        "<a href=\"https://evil.test/\" rel=\"noopener noreferrer\">bank.test</a> (https://evil.test/)"
    );
    assert_eq!(
        line([Inline::link("Run", url("javascript:alert(1)"))]),
        "Run (javascript:alert(1))"
    );
}

#[test]
fn mentions_and_broadcasts_reach_nobody() {
    let content = Content::new().paragraph([
        Inline::User { id: "U1".into(), handle: Some("nadia".into()) },
        Inline::Group { id: "S1".into(), handle: None },
        Inline::Channel { id: "C1".into(), name: Some("ops".into()) },
        Inline::Broadcast(Broadcast::Here),
    ]);
    let (html, losses) = said(&Html::fragment(), &content);
    let mention = |name: &str| format!("<span class=\"mention\">{name}</span>");
    let all: String = ["@nadia", "@S1", "#ops", "@here"].map(mention).concat();
    assert_eq!(html, format!("<p dir=\"auto\">{all}</p>"));
    assert_eq!(losses, [LossKind::Mention, LossKind::Broadcast]);
}

#[test]
fn a_point_in_time_is_for_machines_too() {
    let at = Timestamp::from_secs(1_795_530_600);
    assert_eq!(
        line([Inline::Time { at, style: TimeStyle::Time }]),
        "<time datetime=\"2026-11-24T14:30:00Z\">14:30Z</time>"
    );
    let never = line([Inline::Time { at: Timestamp::FAR_FUTURE, style: TimeStyle::Date }]);
    assert!(!never.contains('<'), "{never}");
}

#[test]
fn blocks_are_elements() {
    for (given, wanted) in [
        (Block::Heading { level: 2, text: vec!["x".into()] }, "<h2 dir=\"auto\">x</h2>"),
        (Block::Heading { level: 200, text: vec!["x".into()] }, "<h6 dir=\"auto\">x</h6>"),
        (Block::Divider, "<hr>"),
        (Block::Context(vec!["x".into()]), "<p class=\"context\" dir=\"auto\">x</p>"),
        (
            Block::Status { level: Level::Error, text: vec!["x".into()] },
            "<p class=\"status error\" dir=\"auto\"><span class=\"sign\">✖</span> x</p>",
        ),
        (
            Block::Quote(vec![Block::Paragraph(vec!["x".into()])]),
            "<blockquote><p dir=\"auto\">x</p></blockquote>",
        ),
        (
            Block::Fields(vec![Field::new("k", "v")]),
            "<table class=\"fields\"><tr><th dir=\"auto\">k</th><td dir=\"auto\">v</td></tr></table>",
        ),
        (
            Block::Progress(vec![
                Step::new(StepState::Done, "a"),
                Step::new(StepState::Failed, "b"),
            ]),
            "<ul><li class=\"step done\" dir=\"auto\"><span class=\"sign\">✔</span> a</li>\
             <li class=\"step failed\" dir=\"auto\"><span class=\"sign\">✖</span> b</li></ul>",
        ),
        (
            Block::Detail {
                summary: vec!["more".into()],
                blocks: vec![Block::Paragraph(vec!["x".into()])],
            },
            "<details><summary dir=\"auto\">more</summary><p dir=\"auto\">x</p></details>",
        ),
    ] {
        assert_eq!(block(given), wanted);
    }
}

#[test]
fn lists_nest_count_and_tick() {
    let inner = Block::List(List::bullets(["c"]));
    let first = Block::Paragraph(vec!["b".into()]);
    let list = List::of(vec![
        Item::text("a").task(true),
        Item::of(vec![first, inner]),
        Item::of(vec![Block::Divider]).task(false),
    ]);
    assert_eq!(
        block(Block::List(list.starting_at(3))),
        "<ol start=\"3\"><li class=\"task\" dir=\"auto\"><span class=\"sign\">☑</span> a</li>\
         <li dir=\"auto\">b<ul><li dir=\"auto\">c</li></ul></li>\
         <li class=\"task\" dir=\"auto\"><span class=\"sign\">☐</span> <hr></li></ol>"
    );
}

#[test]
fn a_table_has_a_head_and_aligned_columns() {
    let table = Table::new(["a", "b"]).align(1, Align::Right).row(["1", "2", "3"]).row(["4"]);
    assert_eq!(
        block(Block::Table(table)),
        "<table class=\"table\"><tr><th dir=\"auto\">a</th><th class=\"right\" dir=\"auto\">b</th></tr>\
         <tr><td dir=\"auto\">1</td><td class=\"right\" dir=\"auto\">2</td><td dir=\"auto\">3</td></tr>\
         <tr><td dir=\"auto\">4</td></tr></table>"
    );
}

#[test]
fn pictures_are_fetched_only_where_the_program_says_so() {
    let image = |address: &str| {
        Content::new().block(Block::Image(Image::new(url(address), "A \"graph\"").titled("Load")))
    };
    let (linked, losses) = said(&Html::fragment(), &image("https://g.test/a.png"));
    assert!(linked.contains("<a href=\"https://g.test/a.png\"") && !linked.contains("<img"));
    assert_eq!(losses, [LossKind::Image]);

    let shown = Html::fragment().with_pictures(Pictures::Shown);
    assert_eq!(
        said(&shown, &image("https://g.test/a.png")),
        (
            "<figure><figcaption>Load</figcaption>\
             <img src=\"https://g.test/a.png\" alt=\"A &quot;graph&quot;\"></figure>"
                .into(),
            vec![]
        )
    );
    assert!(!said(&shown, &image("http://g.test/a.png")).0.contains("<img"));
}

#[test]
fn what_runs_something_is_drawn_and_carries_nothing() {
    let choices = vec![Choice::new("a").hint("first"), Choice::new("b")];
    let mut menu = Menu::new("Pick", &NoAction, choices);
    menu.action = action();
    let elements: Vec<Element> = vec![
        Button::of("Go", action()).primary().confirm(Confirm::new("Sure?", "Really?")).into(),
        Button::of("Drop", action()).danger().into(),
        Element::Link { label: "Log".into(), url: url("https://ci.test/7") },
        menu.clone().into(),
        menu.from_source(MenuSource::Users).into(),
        Picker::new("When", &NoAction, PickerKind::Time).into(),
        Element::Overflow(vec![Button::of("Later", action())]),
    ];
    let (html, losses) = said(&Html::fragment(), &Content::new().actions(elements));
    assert_eq!(
        html,
        "<div class=\"actions\"><span class=\"button primary\">Go</span>\
         <span class=\"button danger\">Drop</span>\
         <span class=\"button\"><a href=\"https://ci.test/7\" rel=\"noopener noreferrer\">Log</a></span>\
         <details class=\"menu\"><summary dir=\"auto\">Pick</summary>\
         <ul><li dir=\"auto\">a – first</li><li dir=\"auto\">b</li></ul></details>\
         <span class=\"menu\">Pick ▾</span><span class=\"menu\">🕒 When</span>\
         <span class=\"button\">Later</span></div>"
    );
    assert_eq!(losses, [LossKind::Actions]);
}

struct NoAction;

impl chatgate_core::Action for NoAction {
    fn spec() -> &'static chatgate_core::ActionSpec {
        static SPEC: std::sync::LazyLock<chatgate_core::ActionSpec> =
            std::sync::LazyLock::new(|| chatgate_core::ActionSpec::new("ack"));
        &SPEC
    }

    fn to_value(&self) -> serde_json::Value {
        json!(null)
    }

    fn from_value(_: serde_json::Value) -> chatgate_core::Result<Self> {
        Ok(Self)
    }
}

#[test]
fn no_native_block_is_taken_as_it_is() {
    let native = Native::new(
        Platform::from("html"),
        json!("<script>alert(1)</script>"),
        vec![Block::Paragraph(vec!["x".into()])],
    );
    assert_eq!(block(Block::Native(native)), "<p dir=\"auto\">x</p>");
}

#[test]
fn a_document_stands_alone() {
    let content = Content::status(Level::Success, "a < b");
    let fitted = Html::new().message(&content, &target());
    let message: HtmlMessage = fitted.parts[0].read().unwrap();
    let read = read(&message.html).unwrap();
    assert!(message.html.starts_with("<!DOCTYPE html>\n"));
    assert!(message.html.contains("<title>a &lt; b</title>"));
    assert_eq!(read.text.trim(), "✔ a < b");
    let contents = read.values("meta", "content");
    assert!(contents.contains(&"default-src 'none'; style-src 'unsafe-inline'"));
    assert!(!message.html.contains("@import") && !message.html.contains("url("));
}

#[test]
fn a_form_is_drawn_without_what_it_carries() {
    let look = ChoiceLook::Radio;
    let choices = vec![Choice::labelled("Low", "low"), Choice::labelled("High", "high")];
    let mut form = Form::new("change", "Plan <it>")
        .intro("Who & when")
        .field(FormField::text("what", "What").required().placeholder("a \"name\""))
        .field(FormField::new(
            "risk",
            "Risk",
            FieldKind::Choice { choices: choices.clone(), pick: Pick::One, look },
        ))
        .field(FormField::choice("menu", "Menu", choices).default_value("high"))
        .field(FormField::yes_no("freeze", "Freeze").default_value(true).hint("All of it"))
        .submit("Plan")
        .state(json!({"token": "hidden"}));
    form.seal = Some("k1.hidden".into());
    let fitted = Html::fragment().form(&form, &target()).unwrap();
    let message: HtmlMessage = fitted.parts[0].read().unwrap();
    let text = read(&message.html).unwrap().text;
    for words in
        ["Plan <it>", "Who & when", "a \"name\"", "○ Low", "High", "☑", "All of it", "Plan"]
    {
        assert!(text.contains(words), "{words}: {text}");
    }
    assert!(text.contains("What\n") && text.contains("Risk (optional)\n"), "{text}");
    assert!(!message.html.contains("hidden") && !message.html.contains("k1."));
    assert_eq!(fitted.losses[0].kind, LossKind::Form);
}

#[test]
fn a_form_that_does_not_fit_is_refused() {
    let form = Form::new("change", "Plan").field(FormField::text("what", "What"));
    let limits = Limits::new().text_chars(100);
    let target = Target::new(Surface::Form, Arc::new(html::capabilities().limits(limits)));
    let error = Html::fragment().form(&form, &target).unwrap_err();
    assert!(error.is_invalid_input(), "{error}");
}
