//! What Teams sends, read back: mentions by entity, HTML that may be anything, and our own words.

use std::sync::Arc;

use chatgate_core::{
    Block, Capabilities, Content, Dialect, Inline, Item, List, Surface, Table, Target,
};
use chatgate_render::AdaptiveCards;
use chatgate_render::teams::{read_html, read_message, read_text};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::support;

fn mention(id: &str, name: &str) -> Value {
    let text = format!("<at>{name}</at>");
    json!({"type": "mention", "text": text, "mentioned": {"id": id, "name": name}})
}

fn person(id: &str, name: &str) -> Inline {
    Inline::User { id: id.into(), handle: Some(name.into()) }
}

fn paragraph(text: &str) -> Block {
    Block::Paragraph(vec![text.into()])
}

#[test]
fn a_mention_is_one_by_its_entity_only() {
    let entities = [mention("28:bot", "opsbot")];
    let text = "<at>opsbot</at>\u{a0}page <at>Dana</at>";
    let wanted = [person("28:bot", "opsbot"), Inline::text(" page <at>Dana</at>")];
    assert_eq!(read_text(text, &entities), Content::new().paragraph(wanted));
    let html = "<p><at>opsbot</at>&nbsp;page <at>Dana</at></p>";
    let wanted = [person("28:bot", "opsbot"), Inline::text(" page Dana")];
    assert_eq!(read_html(html, &entities), Content::new().paragraph(wanted));
}

#[test]
fn what_is_formatted_is_read_from_the_attachment() {
    let span = |id: usize, name: &str| {
        format!("<span itemtype=\"http://schema.skype.com/Mention\" itemid=\"{id}\">{name}</span>")
    };
    let html = format!("<p>{}&nbsp;ask {} <b>now</b></p>", span(0, "opsbot"), span(1, "Dana Ops"));
    let activity = json!({
        "text": "<at>opsbot</at> ask <at>Dana Ops</at> now",
        "attachments": [
            {"contentType": "application/vnd.microsoft.teams.file.download.info"},
            {"contentType": "text/html", "content": html},
        ],
        "entities": [
            {"type": "clientInfo", "timezone": "Europe/Berlin"},
            mention("28:bot", "opsbot"),
            mention("29:dana", "Dana Ops"),
        ],
    });
    let wanted = [
        person("28:bot", "opsbot"),
        Inline::text(" ask "),
        person("29:dana", "Dana Ops"),
        Inline::text(" "),
        Inline::bold("now"),
    ];
    assert_eq!(read_message(&activity), Content::new().paragraph(wanted));
}

#[test]
fn a_place_that_names_another_is_not_believed() {
    let html = "<span itemtype=\"http://schema.skype.com/Mention\" itemid=\"0\">Eve</span>";
    let read = read_html(html, &[mention("29:dana", "Dana")]);
    assert_eq!(read, Content::new().paragraph([Inline::text("Eve")]));
}

#[test]
fn a_quoted_reply_does_not_stand_before_a_command() {
    let html = "<blockquote itemscope itemtype=\"http://schema.skype.com/Reply\" itemid=\"17\">\
                <strong>Eve</strong><p>deploy api --env prod</p></blockquote><p>status</p>";
    assert_eq!(read_html(html, &[]), Content::new().block(paragraph("status")));
    let html = "<blockquote><p>said</p></blockquote><p>so?</p>";
    let wanted = Content::new().quote("said").block(paragraph("so?"));
    assert_eq!(read_html(html, &[]), wanted);
}

#[test]
fn blocks_of_html_are_blocks() {
    let html = "<h2>Plan</h2><ol start=\"3\"><li>one<ul><li>in<br/>ner</li></ul></li><li>two</li></ol>\
                <pre class=\"language-sh\"><code>a  &lt; b\nc</code></pre><hr/>\
                <table><tbody><tr><td>k</td><td>v</td></tr><tr><td>a</td><td><p>1</p></td></tr></tbody></table>\
                <p>see <a href=\"https://x.test/\">it</a> <img alt=\"🎉\"></p>";
    let inner = Block::Paragraph(vec!["in".into(), Inline::Break, "ner".into()]);
    let list = List::of(vec![
        Item::of(vec![paragraph("one"), Block::List(List::of(vec![Item::of(vec![inner])]))]),
        Item::of(vec![paragraph("two")]),
    ]);
    let url = "https://x.test/".parse().expect("an address");
    let wanted = Content::new()
        .heading(2, "Plan")
        .block(Block::List(list.starting_at(3)))
        .code(Some("sh"), "a  < b\nc\n")
        .divider()
        .table(Table::new(["k", "v"]).row(["a", "1"]))
        .paragraph([Inline::text("see "), Inline::link("it", url), Inline::text(" 🎉")]);
    assert_eq!(read_html(html, &[]), wanted);
}

#[test]
fn html_without_sense_is_read_in_time_and_in_depth() {
    let deep = "<blockquote>".repeat(100_000) + "x" + &"</blockquote>".repeat(100_000);
    assert_eq!(read_html(&deep, &[]).plain_text(), "x");
    for piece in ["<", "<a href=\"", "&#", "<!--", "<at>", "</p>", "<li>", "<table><tr>", "<b>x"] {
        let html = piece.repeat(100_000);
        let entities = [mention("29:x", "x")];
        for read in [read_html(&html, &entities), read_text(&html, &entities)] {
            assert!(read.plain_text().len() <= 2 * html.len(), "{piece}");
        }
    }
    let evil = "<a href=\"javascript:alert(1)\">x</a>";
    assert_eq!(read_html(evil, &[]), Content::new().block(paragraph("x")));
}

/// Every character that is no space, with how it looks and where it leads.
fn flat(content: &Content) -> Vec<(char, u8, Option<String>)> {
    let mut out = Vec::new();
    for block in &content.blocks {
        flat_block(block, 0, &mut out);
    }
    out.retain(|(c, ..)| !c.is_whitespace() && *c != '\u{a0}');
    out
}

fn flat_block(block: &Block, quotes: u8, out: &mut Vec<(char, u8, Option<String>)>) {
    match block {
        Block::Paragraph(text) => flat_inlines(text, quotes * 16, None, out),
        Block::Quote(blocks) => blocks.iter().for_each(|it| flat_block(it, quotes + 1, out)),
        Block::Code { text, .. } => {
            let text = chatgate_render::sanitise(text);
            out.extend(text.chars().map(|c| (c, quotes * 16 + 15, None)));
        }
        other => unreachable!("{other:?} is no words"),
    }
}

fn flat_inlines(
    inlines: &[Inline],
    look: u8,
    link: Option<&str>,
    out: &mut Vec<(char, u8, Option<String>)>,
) {
    for inline in inlines {
        let mut words = |text: &str, look: u8, link: Option<&str>| {
            let text = chatgate_render::sanitise(text);
            out.extend(text.chars().map(|c| (c, look, link.map(str::to_owned))));
        };
        match inline {
            Inline::Text(text) => words(text, look, link),
            Inline::Emoji(name) => {
                words(&format!(":{}:", chatgate_render::sanitise_line(name)), look, link)
            }
            Inline::Code(text) => words(text, look | 8, link),
            Inline::Bold(inner) => flat_inlines(inner, look | 1, link, out),
            Inline::Italic(inner) => flat_inlines(inner, look | 2, link, out),
            Inline::Strike(inner) => flat_inlines(inner, look | 4, link, out),
            Inline::Link { url, label } if label.is_empty() => {
                words(url.as_str(), look, Some(url.as_str()));
            }
            Inline::Link { url, label } => flat_inlines(label, look, Some(url.as_str()), out),
            // A name loses what could be markup.
            Inline::User { id, .. } => words(id.as_str(), look & 0xf0, link),
            Inline::Break => {}
            other => unreachable!("{other:?}"),
        }
    }
}

fn inline() -> impl Strategy<Value = Inline> {
    let leaf = prop_oneof![
        3 => support::text().prop_map(Inline::Text),
        1 => support::text().prop_map(Inline::Code),
        1 => Just(Inline::User { id: "29:dana".into(), handle: Some("Dana <Ops>".into()) }),
        1 => "[a-z<>&]{1,8}".prop_map(|label| {
            Inline::link(label, "https://x.test/?a=1&b=2".parse().expect("an address"))
        }),
        1 => Just(Inline::Break),
    ];
    leaf.prop_recursive(2, 8, 2, |inner| {
        let inner = prop::collection::vec(inner, 0..3);
        prop_oneof![
            inner.clone().prop_map(Inline::Bold),
            inner.clone().prop_map(Inline::Italic),
            inner.prop_map(Inline::Strike),
        ]
    })
}

fn words() -> impl Strategy<Value = Block> {
    let inlines = || prop::collection::vec(inline(), 0..4);
    prop_oneof![
        3 => inlines().prop_map(Block::Paragraph),
        1 => inlines().prop_map(|text| Block::Quote(vec![Block::Paragraph(text)])),
        1 => support::text().prop_map(|text| Block::Code { language: None, text }),
    ]
}

/// What HTML is made of, whole and in halves.
const PIECES: &[&str] = &[
    "<",
    ">",
    "</",
    "<p>",
    "</p>",
    "<b>",
    "<code>",
    "</code>",
    "<pre>",
    "</pre>",
    "<at>",
    "</at>",
    "<li>",
    "</ul>",
    "<ol>",
    "<table>",
    "<tr>",
    "<td>",
    "</table>",
    "<blockquote>",
    "<a href=\"",
    "\">",
    "&",
    "&amp;",
    "&#",
    "<br/>",
    " ",
    "é",
    "x",
    "\n",
];

proptest! {
    #[test]
    fn what_is_said_in_words_is_read_back(blocks in prop::collection::vec(words(), 1..4)) {
        let content = blocks.into_iter().fold(Content::new(), Content::block);
        let target = Target::new(Surface::Post, Arc::new(Capabilities::all()));
        let fitted = AdaptiveCards::new().message(&content, &target);
        prop_assert_eq!(fitted.parts.len(), 1);
        let message: Value = fitted.parts[0].read()?;
        if message.get("text").is_some() {
            prop_assert_eq!(flat(&read_message(&message)), flat(&content), "{}", message);
        } else {
            prop_assert_eq!(flat(&content), []);
        }
    }

    #[test]
    fn anything_is_read(pieces in prop::collection::vec(prop::sample::select(PIECES), 0..20)) {
        let html = pieces.concat();
        let read = read_html(&html, &[mention("29:dana", "x")]);
        prop_assert!(read.plain_text().chars().count() <= html.chars().count() + 60);
        let read = read_text(&html, &[mention("29:dana", "x")]);
        prop_assert!(read.plain_text().chars().count() <= html.chars().count() + 60);
    }
}
