//! What is read back of what was said.
//!
//! Slack keeps of a content what is in its *normal form*, and gives it back as it was:
//! - paragraphs, code without a language, dividers, tables of plain cells, keys with plain values,
//!   pictures, small print; quotes of paragraphs; lists and tasks whose items are a paragraph and at
//!   most one list;
//! - one size of heading, of plain text;
//! - text without two neighbours that look alike, in one style or two nested ones (bold outside
//!   italic outside struck), or code; links with plain labels; mentions by their ids, without names;
//!   emoji; points in time to the second; line ends.
//!
//! Everything else becomes something in this form when it is said: a status a bold line behind an
//! emoji, a step likewise, a broadcast the word that it was.

use std::sync::Arc;

use chatgate_core::{
    Align, Block, Capabilities, Content, Dialect, Field, Image, Inline, Item, List, Surface, Table,
    Target, TimeStyle, Timestamp,
};
use chatgate_render::slack::{BlockKit, SlackMessage, read_blocks, read_mrkdwn};
use proptest::prelude::*;
use serde_json::value::RawValue;

use crate::support;

fn said(content: &Content) -> Vec<SlackMessage> {
    let target = Target::new(Surface::Post, Arc::new(Capabilities::all()));
    let fitted = BlockKit::new().message(content, &target);
    fitted.parts.iter().map(|part| part.read().expect("a message")).collect()
}

/// What is read of all parts together.
fn read(content: &Content) -> Content {
    let blocks: Vec<_> = said(content).into_iter().flat_map(|message| message.blocks).collect();
    let json = serde_json::to_string(&blocks).expect("JSON");
    read_blocks(&RawValue::from_string(json).expect("JSON")).unwrap_or_default()
}

fn word() -> impl Strategy<Value = String> {
    "[a-z<>&*_~`é日👍][a-z <>&*_~`:é日👍\"\\\\]{0,8}[a-z<>&é👍]"
}

fn text() -> impl Strategy<Value = Inline> {
    word().prop_map(Inline::Text)
}

fn inline() -> impl Strategy<Value = Inline> {
    let url = || "https://x.test/p?a=1&b=2".parse().expect("an address");
    let style = prop::sample::select(vec![
        TimeStyle::Date,
        TimeStyle::Time,
        TimeStyle::DateTime,
        TimeStyle::Relative,
    ]);
    prop_oneof![
        4 => text(),
        1 => text().prop_map(|text| Inline::Bold(vec![text])),
        1 => text().prop_map(|text| Inline::Italic(vec![text])),
        1 => text().prop_map(|text| Inline::Strike(vec![text])),
        1 => text().prop_map(|text| Inline::Bold(vec![Inline::Italic(vec![text])])),
        1 => word().prop_map(Inline::Code),
        1 => text().prop_map(move |label| Inline::Link { url: url(), label: vec![label] }),
        1 => Just(Inline::Link { url: url(), label: vec![] }),
        1 => Just(Inline::user("U1")),
        1 => Just(Inline::Channel { id: "C1".into(), name: None }),
        1 => Just(Inline::Group { id: "S1".into(), handle: None }),
        1 => Just(Inline::Emoji("tada".into())),
        1 => (1_i64..2_000_000_000, style)
            .prop_map(|(at, style)| Inline::Time { at: Timestamp::from_secs(at), style }),
    ]
}

/// A line, without two neighbours that look alike.
fn line() -> impl Strategy<Value = Vec<Inline>> {
    prop::collection::vec(inline(), 1..5).prop_map(|mut line| {
        line.dedup_by_key(|inline| std::mem::discriminant(inline));
        line
    })
}

fn paragraph() -> impl Strategy<Value = Block> {
    (line(), prop::option::of(line())).prop_map(|(mut lines, more)| {
        if let Some(more) = more {
            lines.push(Inline::Break);
            lines.extend(more);
        }
        Block::Paragraph(lines)
    })
}

fn list() -> impl Strategy<Value = List> {
    let item = |inner: Option<List>, text: Vec<Inline>, done| {
        let mut item = Item::of(vec![Block::Paragraph(text)]);
        item.done = done;
        item.blocks.extend(inner.map(Block::List));
        item
    };
    let start = || prop::option::of(1_u32..20);
    let plain = (line(), prop::option::of(any::<bool>()))
        .prop_map(move |(text, done)| item(None, text, done));
    let flat = (start(), prop::collection::vec(plain, 1..4)).prop_map(|(start, items)| {
        let mut list = List::of(items);
        list.start = start;
        list
    });
    flat.prop_recursive(3, 12, 3, move |inner| {
        let nested = (prop::option::of(inner), line(), prop::option::of(any::<bool>()))
            .prop_map(move |(inner, text, done)| item(inner, text, done));
        (start(), prop::collection::vec(nested, 1..4)).prop_map(|(start, items)| {
            let mut list = List::of(items);
            list.start = start;
            list
        })
    })
}

fn block() -> impl Strategy<Value = Block> {
    let tame = || "[a-z][a-z <&]{0,8}[a-z]";
    let cells = prop::collection::vec(prop::collection::vec(tame(), 3), 1..4);
    prop_oneof![
        4 => paragraph(),
        1 => word().prop_map(|text| Block::Heading { level: 1, text: vec![Inline::Text(text)] }),
        2 => list().prop_map(Block::List),
        1 => prop::collection::vec(paragraph(), 1..3).prop_map(Block::Quote),
        1 => "[a-z<&`]{1,9}(\n[a-z ]{1,9}){0,3}"
            .prop_map(|text| Block::Code { language: None, text }),
        1 => cells.prop_map(|rows| {
            let table = rows.into_iter().fold(Table::new(["a", "b", "c"]), Table::row);
            Block::Table(table.align(1, Align::Right).align(2, Align::Center))
        }),
        1 => prop::collection::vec((tame(), tame()), 1..4).prop_map(|fields| {
            Block::Fields(fields.into_iter().map(|(key, value)| Field::new(key, value)).collect())
        }),
        1 => (tame(), prop::option::of(tame())).prop_map(|(alt, title)| {
            let mut image = Image::new("https://x.test/a.png".parse().expect("an address"), alt);
            image.title = title;
            Block::Image(image)
        }),
        1 => prop_oneof![
            text().prop_map(|text| vec![text]),
            tame().prop_map(|text| vec![Inline::text(format!("by {text} ")), Inline::user("U1")]),
        ]
        .prop_map(Block::Context),
        1 => Just(Block::Divider),
    ]
}

/// A content in normal form: no second table, which is drawn.
fn normal() -> impl Strategy<Value = Content> {
    prop::collection::vec(block(), 1..5).prop_map(|blocks| {
        let mut tables = 0;
        let one_table = |block: &Block| {
            tables += usize::from(matches!(block, Block::Table(_)));
            !matches!(block, Block::Table(_)) || tables == 1
        };
        let mut content = Content::new();
        content.blocks = blocks.into_iter().filter(one_table).collect();
        content.blocks.push(Block::Paragraph(vec![Inline::text("end")]));
        content
    })
}

proptest! {
    #[test]
    fn what_is_in_normal_form_comes_back_as_it_was(content in normal()) {
        prop_assert_eq!(read(&content), content);
    }

    #[test]
    fn what_was_read_says_itself_again(blocks in prop::collection::vec(support::block(), 1..4)) {
        let content = blocks.into_iter().fold(Content::new(), Content::block);
        let once = read(&content);
        let again = read(&once);
        prop_assert_eq!(again.plain_text(), once.plain_text());
    }

    #[test]
    fn nothing_in_the_text_is_live(content in normal()) {
        for message in said(&content) {
            let json = serde_json::to_string(&read_mrkdwn(&message.text)).expect("JSON");
            for live in ["{\"user\"", "{\"group\"", "{\"channel\"", "{\"link\"", "{\"time\"", "{\"broadcast\""] {
                prop_assert!(!json.contains(live), "{}", json);
            }
        }
    }

    #[test]
    fn words_come_back_from_the_text(lines in prop::collection::vec("[a-z<&é日👍][a-z <>&:é日👍]{0,20}[a-z&é]", 1..5)) {
        let content = lines.iter().fold(Content::new(), |content, line| content.text(line.as_str()));
        let text = &said(&content)[0].text;
        prop_assert_eq!(read_mrkdwn(text).plain_text(), content.plain_text());
    }
}
