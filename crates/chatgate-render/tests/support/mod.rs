//! Contents of all kinds, for every dialect.

#![allow(clippy::expect_used, reason = "a test that cannot go on should panic")]

use chatgate_core::{
    ActionValue, Block, Button, Element, Field, Inline, Item, Level, List, RouteId, Step,
    StepState, Table,
};
use proptest::prelude::*;
use serde_json::json;

pub(crate) fn button(label: &str) -> Element {
    let action = ActionValue::of(RouteId::from("action:ack"), json!(null));
    Element::Button(Button::of(label, action))
}

/// Text of all kinds: words, hostile characters, wide and combining ones.
pub(crate) fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-z]{1,12}( [a-z]{1,9}){0,8}",
        "([a-z \n\t\r\"\\\\]|\\x1b|\\x07|\u{9b}|\u{202e}|\u{2066}){0,20}",
        "(日|本|👩‍👩‍👧|é|e\u{301}\u{302}|a| ){0,20}",
        any::<String>(),
    ]
}

pub(crate) fn inline() -> impl Strategy<Value = Inline> {
    let leaf = prop_oneof![
        text().prop_map(Inline::Text),
        text().prop_map(Inline::Code),
        // No usual one: of that some platforms show the picture, not the name.
        text().prop_map(|name| Inline::Emoji(format!("_{name}"))),
        text().prop_map(|name| Inline::User { id: "U1".into(), handle: Some(name) }),
        text().prop_map(|text| {
            let url = "https://x.test/p".parse().expect("an address");
            Inline::link(text, url)
        }),
        Just(Inline::Break),
        text().prop_map(|text| Inline::Other(json!({"type": "x", "text": text}))),
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        let inner = prop::collection::vec(inner, 0..3);
        prop_oneof![
            inner.clone().prop_map(Inline::Bold),
            inner.clone().prop_map(Inline::Italic),
            inner.prop_map(Inline::Strike),
        ]
    })
}

pub(crate) fn inlines() -> impl Strategy<Value = Vec<Inline>> {
    prop::collection::vec(inline(), 0..3)
}

pub(crate) fn block() -> impl Strategy<Value = Block> {
    let level = prop::sample::select(vec![Level::Info, Level::Error]);
    let state = prop::sample::select(vec![StepState::Done, StepState::Running]);
    let leaf = prop_oneof![
        inlines().prop_map(Block::Paragraph),
        (0_u8..9, inlines()).prop_map(|(level, text)| Block::Heading { level, text }),
        (prop::option::of(text()), text())
            .prop_map(|(language, text)| Block::Code { language, text }),
        Just(Block::Divider),
        (
            prop::collection::vec(text(), 0..4),
            prop::collection::vec(prop::collection::vec(inlines(), 0..5), 0..4)
        )
            .prop_map(|(heads, rows)| {
                Block::Table(rows.into_iter().fold(Table::new(heads), Table::rich_row))
            }),
        prop::collection::vec((text(), inlines()), 0..3).prop_map(|fields| {
            let fields = fields.into_iter().map(|(key, value)| Field::rich(key, value));
            Block::Fields(fields.collect())
        }),
        (level, inlines()).prop_map(|(level, text)| Block::Status { level, text }),
        prop::collection::vec((state, text()), 0..3).prop_map(|steps| {
            Block::Progress(steps.into_iter().map(|(state, text)| Step::new(state, text)).collect())
        }),
        inlines().prop_map(Block::Context),
        prop::collection::vec(text(), 0..4)
            .prop_map(|labels| Block::Actions(labels.iter().map(|label| button(label)).collect())),
        text().prop_map(|text| Block::Other(json!({"type": "x", "text": text}))),
    ];
    leaf.prop_recursive(4, 16, 3, |inner| {
        let inner = prop::collection::vec(inner, 0..3);
        prop_oneof![
            inner.clone().prop_map(Block::Quote),
            (inlines(), inner.clone())
                .prop_map(|(summary, blocks)| Block::Detail { summary, blocks }),
            (prop::option::of(any::<u32>()), prop::option::of(any::<bool>()), inner).prop_map(
                |(start, done, blocks)| {
                    let mut item = Item::of(blocks);
                    item.done = done;
                    let mut list = List::of(vec![item.clone(), item]);
                    list.start = start;
                    Block::List(list)
                }
            ),
        ]
    })
}

/// The letters of a content that must be found again, in order.
pub(crate) fn letters(text: &str) -> Vec<char> {
    text.chars().filter(|c| c.is_alphanumeric()).collect()
}

pub(crate) fn is_subsequence(wanted: &[char], text: &str) -> bool {
    let mut wanted = wanted.iter().peekable();
    for c in text.chars() {
        if wanted.peek() == Some(&&c) {
            wanted.next();
        }
    }
    wanted.peek().is_none()
}
