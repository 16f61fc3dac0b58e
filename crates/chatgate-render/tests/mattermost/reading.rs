//! What was said is read again as it was meant.

use std::sync::Arc;

use chatgate_core::{Align, Block, Content, Dialect, Inline, Item, List, Surface, Table, Target};
use chatgate_render::mattermost::{self, MattermostPosts, Names, read};
use proptest::prelude::*;
use serde_json::Value;

fn names() -> Names {
    Names::new().user("bob", "u1").channel("ops", "c1")
}

fn again(content: &Content) -> (String, Content) {
    let target = Target::new(Surface::Post, Arc::new(mattermost::capabilities()));
    let fitted = MattermostPosts::new().message(content, &target);
    let payload: Value = fitted.parts[0].read().expect("JSON");
    let message = payload["message"].as_str().expect("a text").to_owned();
    let read = read(&message, &names());
    (message, read)
}

fn words() -> impl Strategy<Value = String> {
    "[a-z0-9*_@#:~|<>&$!().+=`\\[\\]\\\\-]{1,6}( [a-z*_@#:~]{1,4}){0,2}"
}

fn bob() -> Inline {
    Inline::User { id: "u1".into(), handle: Some("bob".into()) }
}

/// A line's pieces, in a form that reading gives back: no two texts side by side.
fn line() -> impl Strategy<Value = Vec<Inline>> {
    let styled = prop_oneof![
        words().prop_map(Inline::bold),
        words().prop_map(Inline::italic),
        words().prop_map(|text| Inline::Strike(vec![Inline::text(text)])),
        "[a-z*_@<]{1,5}".prop_map(Inline::Code),
        "[a-z*_@#:~|<>&$!()+=`\\[\\]-]{1,6}".prop_map(|label: String| {
            let url = "https://x.test/a?b=1&c=2".parse().expect("an address");
            Inline::link(label, url)
        }),
        Just(bob()),
        Just(Inline::Channel { id: "c1".into(), name: Some("ops".into()) }),
        Just(Inline::Emoji("tada".into())),
    ];
    (words(), prop::collection::vec((styled, words()), 0..3)).prop_map(|(first, rest)| {
        let mut out = vec![Inline::text(first)];
        for (styled, text) in rest {
            out.push(Inline::text(" "));
            out.push(styled);
            out.push(Inline::text(format!(" {text}")));
        }
        merged(out)
    })
}

fn merged(inlines: Vec<Inline>) -> Vec<Inline> {
    let mut out: Vec<Inline> = Vec::new();
    for inline in inlines {
        match (out.last_mut(), inline) {
            (Some(Inline::Text(last)), Inline::Text(text)) => last.push_str(&text),
            (_, inline) => out.push(inline),
        }
    }
    out
}

fn block() -> impl Strategy<Value = Block> {
    let leaf = prop_oneof![
        3 => line().prop_map(Block::Paragraph),
        1 => (line(), line()).prop_map(|(first, second)| {
            let mut all = first;
            all.push(Inline::Break);
            all.extend(second);
            Block::Paragraph(all)
        }),
        1 => ("[a-z]{1,5}(\n[a-z`~>#-]{1,9}){0,3}").prop_map(|text| {
            Block::Code { language: Some("rust".into()), text }
        }),
    ];
    leaf.prop_recursive(2, 8, 3, |inner| {
        let paragraph = || line().prop_map(Block::Paragraph);
        prop_oneof![
            prop::collection::vec(paragraph(), 1..3).prop_map(Block::Quote),
            (
                prop::option::of(0_u32..20),
                prop::option::of(any::<bool>()),
                paragraph(),
                prop::option::of(inner)
            )
                .prop_map(|(start, done, first, second)| {
                    let mut item = Item::of(std::iter::once(first).chain(second).collect());
                    item.done = done;
                    let mut list = List::of(vec![item.clone(), item]);
                    list.start = start;
                    Block::List(list)
                }),
        ]
    })
}

fn outer() -> impl Strategy<Value = Block> {
    prop_oneof![
        6 => block(),
        1 => (1_u8..7, line()).prop_map(|(level, text)| Block::Heading { level, text }),
        1 => Just(Block::Divider),
        1 => prop::collection::vec(line(), 1..4).prop_map(|cells| {
            let table = Table::new(vec!["head"; cells.len()]).align(0, Align::Right);
            Block::Table(table.rich_row(cells))
        }),
    ]
}

proptest! {
    #[test]
    fn what_is_said_is_read_again(block in outer()) {
        let content = Content::from(block);
        let (message, read) = again(&content);
        prop_assert_eq!(read, content, "{}", message);
    }

    #[test]
    fn reading_never_fails(text in any::<String>(), marks in "[@~`>*_#|\\[\\]()\n a-]{0,60}") {
        let _ = read(&text, &names());
        let content = read(&marks, &names());
        let is_broadcast = format!("{content:?}").contains("Broadcast(");
        prop_assert!(!is_broadcast);
    }
}

#[test]
fn names_are_found_where_people_mean_them() {
    let read = |text: &str| match read(text, &names()).blocks.as_slice() {
        [Block::Paragraph(inlines)] => inlines.clone(),
        other => vec![Inline::text(format!("{other:?}"))],
    };
    assert_eq!(read("hi @Bob."), ["hi ".into(), bob(), ".".into()]);
    for text in ["mail a@bob", "@bobby", "@all @here", "`@bob`x", "@\u{2060}bob"] {
        assert!(!read(text).contains(&bob()), "{text}");
    }
    assert_eq!(read("a\nb"), ["a".into(), Inline::Break, "b".into()]);
}
