//! Never over a limit, never a lost character without a loss, nothing of others that is live.

use std::sync::Arc;

use chatgate_core::{
    ActionValue, Block, Capabilities, Choice, Confirm, Content, Dialect, Element, Field, Fitted,
    Image, Inline, Limits, LossKind, Menu, Pick, Picker, RouteId, Surface, Table, Target,
};
use chatgate_render::AdaptiveCards;
use chatgate_render::teams::seal_of;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::shown::{live, shown};
use crate::support::{self, is_subsequence, letters, text};
use crate::validator::{faults, markdown, walk};

fn target(surface: Surface, limits: Limits) -> Target {
    Target::new(surface, Arc::new(Capabilities::all().limits(limits)))
}

fn surface() -> impl Strategy<Value = Surface> {
    prop::sample::select(vec![Surface::Post, Surface::Edit, Surface::Answer, Surface::Webhook])
}

fn limits() -> impl Strategy<Value = Limits> {
    let chars = prop::option::of(prop_oneof![0_usize..60, 40_usize..4_000]);
    let bytes = prop::option::of(prop_oneof![1_900_usize..2_200, 2_048_usize..20_000]);
    (chars, prop::option::of(0_usize..6), bytes, prop::option::of(0_usize..3)).prop_map(
        |(chars, blocks, bytes, actions)| {
            let mut limits = Limits::new();
            limits.text_chars = chars;
            limits.blocks = blocks;
            limits.payload_bytes = bytes;
            limits.actions = actions;
            limits
        },
    )
}

/// What would mention people, lie about an address or change its block, if it were read as markup.
fn hostile() -> impl Strategy<Value = String> {
    prop::sample::select(vec![
        "<at>Dana</at>",
        "</at>",
        "[Approve](https://evil.test)",
        "![x](https://evil.test/x.png)",
        "<https://evil.test>",
        "<script>alert(1)</script>",
        "<a href=\"https://evil.test\">x</a>",
        "{{DATE(2026-11-24T14:30:00Z, SHORT)}}",
        "{{TIME(2026-11-24T14:30:00Z)}}",
        "**bold** _it_ ~~no~~ `c`",
        "# head",
        "- item",
        "1. item",
        "> quote",
        "&lt;at&gt;Dana&lt;/at&gt;",
        "&amp;",
        "\\",
        "\\*",
        "[",
        "a_b_c",
        "***",
        "    code",
        "| a | b |",
    ])
    .prop_map(str::to_owned)
}

/// Mostly drawn from a few: text made letter by letter costs more than all the rest.
fn words() -> impl Strategy<Value = String> {
    let usual = prop::sample::select(vec![
        "",
        "api is live",
        "a",
        "snake_case v1.4.2",
        "日本語 👩‍👩‍👧 e\u{301}\u{302}",
        "a\nb\r\n c",
        "\u{1b}[31m\t\u{202e}x",
        "the quick brown fox jumps over the lazy dog and goes on and on",
    ]);
    let known = || prop_oneof![usual.clone().prop_map(str::to_owned), hostile()];
    prop_oneof![
        6 => known(),
        4 => (known(), known()).prop_map(|(a, b)| a + &b),
        1 => text(),
    ]
}

fn url() -> impl Strategy<Value = url::Url> {
    let long = format!("https://x.test/{}", "p".repeat(1_000));
    prop::sample::select(vec![
        "https://x.test/p|<q>(r)_s_*t*".to_owned(),
        "mailto:a@x.test".to_owned(),
        "javascript:alert(1)".to_owned(),
        "https://x.test/)".to_owned(),
        long,
    ])
    .prop_map(|url| url.parse().expect("an address"))
}

/// The only person that the contents mention.
const DANA: &str = "29:1dana";

fn inline() -> impl Strategy<Value = Inline> {
    prop_oneof![
        2 => words().prop_map(Inline::Text),
        1 => words().prop_map(|text| Inline::Bold(vec![Inline::Text(text)])),
        1 => words().prop_map(|text| Inline::Italic(vec![Inline::Text(text)])),
        1 => words().prop_map(Inline::Code),
        1 => words().prop_map(|name| Inline::Emoji(format!("_{name}"))),
        2 => words().prop_map(|name| Inline::User { id: DANA.into(), handle: Some(name) }),
        1 => words().prop_map(|name| Inline::User { id: format!("u{name}").into(), handle: Some(name) }),
        1 => words().prop_map(|name| Inline::Group { id: "g>".into(), handle: Some(name) }),
        1 => words().prop_map(|name| Inline::Channel { id: "c".into(), name: Some(name) }),
        2 => (words(), url()).prop_map(|(label, url)| Inline::link(label, url)),
        1 => Just(Inline::Break),
    ]
}

fn seal() -> impl Strategy<Value = Option<String>> {
    // Written out, a strategy of 2,000 letters costs more than all the rest.
    let seal = |(seed, chars): (u16, usize)| Some(format!("{seed}.{}", "a".repeat(chars - 6)));
    prop_oneof![
        2 => Just(None),
        2 => (10_000_u16.., 8_usize..300).prop_map(seal),
        1 => (10_000_u16.., 1_990_usize..2_010).prop_map(seal),
    ]
}

fn action(seal: Option<String>) -> ActionValue {
    let mut action = ActionValue::of(RouteId::from("action:x"), json!(null));
    action.seal = seal;
    action
}

fn element() -> impl Strategy<Value = Element> {
    let menu = |label: String, action: ActionValue, source: Value| {
        let menu = json!({"label": label, "action": action, "source": source});
        serde_json::from_value::<Menu>(menu).expect("a menu")
    };
    let choices = prop::collection::vec((words(), prop::option::of(words())), 0..5);
    let many = (195_usize..205).prop_map(|count| vec![("x".to_owned(), None); count]);
    let choices = prop_oneof![19 => choices, 1 => many];
    let source = prop_oneof![
        choices.prop_map(|choices| {
            let choice = |(label, hint): (String, Option<String>)| {
                let mut choice = Choice::labelled(label, "v");
                choice.hint = hint;
                choice
            };
            json!({"choices": choices.into_iter().map(choice).collect::<Vec<_>>()})
        }),
        Just(json!("users")),
        Just(json!("channels")),
    ];
    prop_oneof![
        3 => (words(), seal(), any::<bool>()).prop_map(|(label, seal, asks)| {
            let mut element = support::button(&label);
            if let Element::Button(button) = &mut element {
                button.action.seal = seal;
                button.confirm = asks.then(|| Confirm::new(label.clone(), label));
            }
            element
        }),
        1 => (words(), seal()).prop_map(|(label, seal)| {
            let Element::Button(mut button) = support::button(&label) else { unreachable!() };
            button.action.seal = seal;
            Element::Overflow(vec![button])
        }),
        2 => (words(), seal(), source, any::<bool>()).prop_map(move |(label, seal, source, many)| {
            let mut menu = menu(label, action(seal), source);
            menu.pick = if many { Pick::Many } else { Pick::One };
            Element::Menu(menu)
        }),
        1 => (words(), seal(), prop::sample::select(vec!["date", "time", "date_time"])).prop_map(
            |(label, seal, kind)| {
                let picker = json!({"label": label, "action": action(seal), "kind": kind});
                Element::Picker(serde_json::from_value::<Picker>(picker).expect("a picker"))
            }
        ),
        1 => (words(), url()).prop_map(|(label, url)| Element::Link { label, url }),
    ]
}

fn block() -> impl Strategy<Value = Block> {
    let inlines = || prop::collection::vec(inline(), 0..4);
    prop_oneof![
        2 => support::block(),
        2 => inlines().prop_map(Block::Paragraph),
        1 => inlines().prop_map(Block::Context),
        1 => inlines().prop_map(|text| Block::Heading { level: 1, text }),
        1 => inlines().prop_map(|text| Block::Quote(vec![Block::Paragraph(text)])),
        1 => prop::collection::vec((words(), inlines()), 0..9).prop_map(|fields| {
            Block::Fields(fields.into_iter().map(|(key, value)| Field::rich(key, value)).collect())
        }),
        1 => prop::collection::vec(element(), 0..8).prop_map(Block::Actions),
        1 => (words(), prop::option::of(words()), url()).prop_map(|(alt, title, url)| {
            let mut image = Image::new(url, alt);
            image.title = title;
            Block::Image(image)
        }),
        1 => prop::collection::vec(prop::collection::vec(inlines(), 0..4), 1..4).prop_map(|rows| {
            let table = Table::new(["head", "*"]);
            Block::Table(rows.into_iter().fold(table, Table::rich_row))
        }),
        1 => (1_usize..12, prop_oneof![9 => 0_usize..9, 1 => 95_usize..105], words()).prop_map(|(columns, rows, cell)| {
            let row = |_| vec![cell.clone(); columns];
            Block::Table((0..rows).map(row).fold(Table::new(vec!["head"; columns]), Table::row))
        }),
        1 => (words(), prop_oneof![9 => 1_usize..40, 1 => 300_usize..400]).prop_map(|(word, times)| {
            Block::Code { language: None, text: format!("{word}\n").repeat(times.min(6_000 / (word.len() + 1))) }
        }),
        1 => (words(), prop_oneof![9 => 1_usize..40, 1 => 300_usize..400]).prop_map(|(word, times)| {
            Block::Paragraph(vec![Inline::Text((word.clone() + " ").repeat(times.min(6_000 / (word.len() + 1))))])
        }),
    ]
}

/// Blocks that are words alone.
fn words_alone() -> impl Strategy<Value = Block> {
    let inlines = || prop::collection::vec(inline(), 0..4);
    prop_oneof![
        3 => inlines().prop_map(Block::Paragraph),
        1 => inlines().prop_map(|text| Block::Quote(vec![Block::Paragraph(text)])),
        1 => (words(), 1_usize..30).prop_map(|(word, times)| {
            Block::Code { language: None, text: format!("{word}\n").repeat(times) }
        }),
    ]
}

fn content() -> impl Strategy<Value = Content> {
    let blocks = prop_oneof![
        2 => prop::collection::vec(block(), 1..5),
        1 => prop::collection::vec(words_alone(), 1..5),
    ];
    (blocks, prop::option::of(words())).prop_map(|(blocks, summary)| {
        let mut content = blocks.into_iter().fold(Content::new(), Content::block);
        content.summary = summary;
        content
    })
}

fn said(content: &Content, surface: Surface, limits: Limits) -> Fitted {
    AdaptiveCards::new().message(content, &target(surface, limits))
}

/// Both forms of every part.
fn payloads(fitted: &Fitted) -> impl Iterator<Item = &str> {
    fitted.parts.iter().flat_map(|part| {
        [Some(part.payload.get()), part.repeated.as_ref().map(|json| json.get())]
            .into_iter()
            .flatten()
    })
}

fn read(json: &str) -> Value {
    serde_json::from_str(json).expect("JSON")
}

proptest! {
    #[test]
    fn no_part_is_over_a_limit(content in content(), surface in surface(), limits in limits()) {
        let fitted = said(&content, surface, limits.clone());
        let max = |limit: Option<usize>| limit.unwrap_or(usize::MAX);
        for json in payloads(&fitted) {
            prop_assert_eq!(faults(json, surface), Vec::<String>::new(), "{}", json);
            prop_assert!(json.len() <= max(limits.payload_bytes), "{}", json.len());
            let payload = read(json);
            let text = shown(&payload).chars().filter(|c| *c != '\n').count();
            prop_assert!(text <= max(limits.text_chars), "{text} {json}");
            let body = &payload["attachments"][0]["content"]["body"];
            prop_assert!(body.as_array().map_or(0, Vec::len) <= max(limits.blocks).max(1));
            let mut actions = 0;
            walk(&payload, &mut |object| {
                actions += usize::from(object.get("type") == Some(&json!("Action.Execute")));
            });
            prop_assert!(actions <= max(limits.actions));
        }
        let long = fitted.losses.iter().filter(|loss| loss.kind == LossKind::Length).count();
        prop_assert_eq!(long, usize::from(fitted.parts.len() > 1));
    }

    #[test]
    fn no_letter_is_lost_without_a_loss(
        content in content(), surface in surface(), limits in limits(),
    ) {
        let fitted = said(&content, surface, limits);
        let kinds: Vec<_> = fitted.losses.iter().map(|loss| loss.kind).collect();
        if kinds.contains(&LossKind::Cut) || kinds.contains(&LossKind::Depth) {
            return Ok(());
        }
        let said: String = fitted.parts.iter().map(|part| shown(&read(part.payload.get()))).collect();
        let mut have = letters(&said);
        have.sort_unstable();
        let mut wanted = letters(&without_mentions(&content).plain_text());
        wanted.sort_unstable();
        let have: String = have.into_iter().collect();
        prop_assert!(is_subsequence(&wanted, &have), "{:?}\n{said}", content.plain_text());
    }

    #[test]
    fn text_keeps_its_order(
        paragraphs in prop::collection::vec(text(), 1..4), surface in surface(), limits in limits(),
    ) {
        let content = paragraphs.iter().fold(Content::new(), |content, text| {
            content.text(text.as_str()).quote(text.as_str()).bullets([text.as_str()])
        });
        let fitted = said(&content, surface, limits);
        if fitted.losses.iter().all(|loss| loss.kind == LossKind::Length) {
            let said: String =
                fitted.parts.iter().map(|part| shown(&read(part.payload.get()))).collect();
            prop_assert!(is_subsequence(&letters(&content.plain_text()), &said), "{said}");
        }
    }

    #[test]
    fn nothing_of_others_is_live_or_unseen(content in content(), surface in surface()) {
        let fitted = said(&content, surface, Limits::new());
        for json in payloads(&fitted) {
            let payload = read(json);
            let card = &payload["attachments"][0]["content"];
            for text in markdown(card) {
                for live in live(&text) {
                    let is_ours = ["Strong", "Emphasis"].contains(&live.as_str())
                        || live.starts_with("https://x.test/") || live == "mailto:a@x.test";
                    prop_assert!(is_ours, "{live} in {text}");
                }
            }
            let mut wrong = foreign_tags(payload["text"].as_str().unwrap_or_default());
            walk(&payload, &mut |object| {
                let text = |key: &str| object.get(key).and_then(Value::as_str).unwrap_or_default();
                let is_wrong = match text("type") {
                    "mention" => object["mentioned"]["id"] != DANA,
                    "Action.OpenUrl" => {
                        let url = text("url");
                        url.contains(['<', '>', '|'])
                            || !url.starts_with("https://x.test/") && url != "mailto:a@x.test"
                    }
                    "Image" => !text("url").starts_with("https://x.test/"),
                    _ => false,
                };
                if is_wrong {
                    wrong.push(format!("{object:?}"));
                }
            });
            prop_assert!(wrong.is_empty(), "{wrong:?}");
            let mut seen = shown(&payload);
            seen.push_str(payload["summary"].as_str().unwrap_or_default());
            prop_assert!(!seen.contains(is_unseen));
        }
    }

    #[test]
    fn seals_come_back_whole(elements in prop::collection::vec(element(), 1..12)) {
        let content = Content::new().actions(elements.clone());
        let fitted = said(&content, Surface::Post, Limits::new());
        let mut found = Vec::new();
        for part in &fitted.parts {
            let payload = read(part.payload.get());
            walk(&payload, &mut |object| {
                if let Some(data) = object.get("data") {
                    found.extend(seal_of(data).map(str::to_owned));
                }
            });
        }
        found.sort_unstable();
        let mut wanted: Vec<_> = elements.iter().filter_map(|element| match element {
            Element::Button(button) => button.action.seal.clone(),
            Element::Menu(menu) => menu.action.seal.clone(),
            Element::Picker(picker) => picker.action.seal.clone(),
            Element::Overflow(buttons) => buttons[0].action.seal.clone(),
            _ => None,
        }).collect();
        wanted.sort_unstable();
        let told = fitted.losses.iter().any(|loss| loss.kind == LossKind::Actions);
        let missing = wanted.len() - found.len();
        wanted.retain(|seal| found.contains(seal));
        prop_assert_eq!(wanted.len(), found.len());
        prop_assert!(missing == 0 || told);
    }
}

/// What would steer a terminal or reorder a line.
fn is_unseen(c: char) -> bool {
    c != '\n' && c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// The tags of a text message that no content has.
fn foreign_tags(html: &str) -> Vec<String> {
    let known = ["p", "br/", "b", "i", "s", "code", "pre", "blockquote", "at", "a"];
    let tags = html.split('<').skip(1).map(|tag| tag.split('>').next().unwrap_or_default());
    let is_ours = |tag: &str| {
        let address = tag.strip_prefix("a href=\"");
        known.contains(&tag.trim_start_matches('/'))
            || address
                .is_some_and(|url| url.starts_with("https://x.test/") || url == "mailto:a@x.test\"")
    };
    tags.filter(|tag| !is_ours(tag)).map(str::to_owned).collect()
}

/// A mention shows its name without what could be markup, so the names are left out.
fn without_mentions(content: &Content) -> Content {
    fn strip(value: &mut Value) {
        if let Some(user) = value.get_mut("user").filter(|user| user["id"] == DANA) {
            user["handle"] = json!("");
        }
        match value {
            Value::Array(items) => items.iter_mut().for_each(strip),
            Value::Object(map) => map.values_mut().for_each(strip),
            _ => {}
        }
    }
    let mut value = serde_json::to_value(content).expect("JSON");
    strip(&mut value);
    serde_json::from_value(value).expect("a content")
}
