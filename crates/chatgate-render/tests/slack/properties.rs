//! Never over a limit, never a lost character without a loss, nothing of others that is live.

use std::sync::Arc;

use chatgate_core::{
    ActionValue, Block, Broadcast, Capabilities, Choice, Content, Dialect, Element, Field, Image,
    Inline, Limits, LossKind, Menu, Pick, Picker, RouteId, Surface, Table, Target,
};
use chatgate_render::slack::{BlockKit, seal_of};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::support::{self, is_subsequence, letters, text};
use crate::validator::{faults, length, shown, visible, walk};

fn target(limits: Limits) -> Target {
    Target::new(Surface::Post, Arc::new(Capabilities::all().limits(limits)))
}

fn limits() -> impl Strategy<Value = Limits> {
    let chars = prop::option::of(prop_oneof![0_usize..60, 40_usize..4_000]);
    let bytes = prop::option::of(prop_oneof![900_usize..1_200, 1_024_usize..20_000]);
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

/// What would ping people, lie about an address or end its block, if it were read as markup.
fn hostile() -> impl Strategy<Value = String> {
    prop::sample::select(vec![
        "<!channel>",
        "<!here|x>",
        "<@U2>",
        "<#C1>",
        "<!subteam^S1>",
        "<https://evil.test|Approve>",
        "<!date^1^{date}^https://evil.test|now>",
        "```\n<!channel>",
        "`*_~`",
        "> quote",
        "&lt;!channel&gt;",
        ":tada:",
        "a*b*",
        "@here",
    ])
    .prop_map(str::to_owned)
}

fn words() -> impl Strategy<Value = String> {
    prop_oneof![text(), hostile(), (hostile(), text()).prop_map(|(a, b)| a + &b)]
}

fn url() -> impl Strategy<Value = url::Url> {
    prop_oneof![Just("https://x.test/p|<q>"), Just("mailto:a@x.test"), Just("javascript:alert(1)")]
        .prop_map(|url| url.parse().expect("an address"))
}

fn inline() -> impl Strategy<Value = Inline> {
    prop_oneof![
        words().prop_map(Inline::Text),
        words().prop_map(|text| Inline::Bold(vec![Inline::Text(text)])),
        words().prop_map(Inline::Code),
        words().prop_map(Inline::Emoji),
        words().prop_map(|name| Inline::User { id: format!("u{name}").into(), handle: Some(name) }),
        words().prop_map(|name| Inline::Group { id: "g>".into(), handle: Some(name) }),
        words().prop_map(|name| Inline::Channel { id: "c".into(), name: Some(name) }),
        (words(), url()).prop_map(|(label, url)| Inline::link(label, url)),
    ]
}

/// Seals of all lengths that matter, each of its own letters.
fn seal() -> impl Strategy<Value = Option<String>> {
    let length = prop_oneof![1_usize..300, 490_usize..510, 1_990_usize..2_010];
    let seal = (length, "[a-z.]{7}")
        .prop_map(|(length, letters)| letters.chars().cycle().take(length).collect::<String>());
    prop::option::weighted(0.75, seal)
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
    let many = prop::collection::vec(("[a-z]{1,5}", Just(None)), 95..110);
    let choices = prop_oneof![40 => choices, 1 => many];
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
        (words(), seal()).prop_map(|(label, seal)| {
            let mut element = support::button(&label);
            if let Element::Button(button) = &mut element {
                button.action.seal = seal;
                button.confirm = Some(chatgate_core::Confirm::new(label.clone(), label));
            }
            element
        }),
        (words(), seal(), source, any::<bool>()).prop_map(move |(label, seal, source, many)| {
            let mut menu = menu(label, action(seal), source);
            menu.pick = if many { Pick::Many } else { Pick::One };
            Element::Menu(menu)
        }),
        (words(), seal(), prop::sample::select(vec!["date", "time", "date_time"])).prop_map(
            |(label, seal, kind)| {
                let picker = json!({"label": label, "action": action(seal), "kind": kind});
                Element::Picker(serde_json::from_value::<Picker>(picker).expect("a picker"))
            }
        ),
        (words(), url()).prop_map(|(label, url)| Element::Link { label, url }),
    ]
}

fn block() -> impl Strategy<Value = Block> {
    let inlines = || prop::collection::vec(inline(), 0..4);
    prop_oneof![
        4 => support::block(),
        1 => inlines().prop_map(Block::Paragraph),
        1 => inlines().prop_map(Block::Context),
        1 => inlines().prop_map(|text| Block::Heading { level: 1, text }),
        1 => prop::collection::vec((words(), inlines()), 0..14).prop_map(|fields| {
            Block::Fields(fields.into_iter().map(|(key, value)| Field::rich(key, value)).collect())
        }),
        1 => prop::collection::vec(element(), 0..5).prop_map(Block::Actions),
        1 => (words(), prop::option::of(words()), url()).prop_map(|(alt, title, url)| {
            let mut image = Image::new(url, alt);
            image.title = title;
            Block::Image(image)
        }),
        1 => (rows_and_columns(), words()).prop_map(|((rows, columns), cell)| {
            let row = |_| vec![cell.clone(); columns];
            Block::Table((0..rows).map(row).fold(Table::new(vec!["head"; columns]), Table::row))
        }),
        1 => ("[a-z]{1,9}", few_or(1_500..2_000)).prop_map(|(word, times)| {
            Block::Code { language: None, text: format!("{word}\n").repeat(times) }
        }),
        1 => (words(), few_or(300..400)).prop_map(|(word, times)| {
            Block::Paragraph(vec![Inline::Text((word + " ").repeat(times))])
        }),
    ]
}

/// Mostly few, so that a case is cheap; sometimes as many as no part takes.
fn few_or(many: std::ops::Range<usize>) -> impl Strategy<Value = usize> {
    prop_oneof![40 => 1_usize..20, 1 => many]
}

/// Small tables, wide ones and long ones.
fn rows_and_columns() -> impl Strategy<Value = (usize, usize)> {
    prop_oneof![
        20 => (0_usize..4, 1_usize..5),
        1 => (0_usize..3, 18_usize..22),
        1 => (95_usize..105, 1_usize..3),
    ]
}

fn content() -> impl Strategy<Value = Content> {
    (prop::collection::vec(block(), 1..5), prop::option::of(words())).prop_map(
        |(blocks, summary)| {
            let mut content = blocks.into_iter().fold(Content::new(), Content::block);
            content.summary = summary;
            content
        },
    )
}

/// Both forms of every part.
fn payloads(fitted: &chatgate_core::Fitted) -> Vec<(usize, Value)> {
    let json = fitted
        .parts
        .iter()
        .flat_map(|part| [Some(part.payload.get()), part.repeated.as_ref().map(|json| json.get())]);
    json.flatten().map(|json| (json.len(), serde_json::from_str(json).expect("JSON"))).collect()
}

/// Text whose every `<`, `>` and `&` is escaped.
fn is_escaped(text: &str) -> bool {
    let mut rest = text;
    while let Some(at) = rest.find(['<', '>', '&']) {
        let entity = ["&amp;", "&lt;", "&gt;"].into_iter().find(|it| rest[at..].starts_with(it));
        let Some(entity) = entity else { return false };
        rest = &rest[at + entity.len()..];
    }
    true
}

proptest! {
    #[test]
    fn no_part_is_over_a_limit(content in content(), limits in limits()) {
        let fitted = BlockKit::new().message(&content, &target(limits.clone()));
        let max = |limit: Option<usize>| limit.unwrap_or(usize::MAX);
        for (bytes, payload) in payloads(&fitted) {
            prop_assert_eq!(faults(&payload), Vec::<String>::new(), "{}", payload);
            let text = length(payload["text"].as_str().expect("a text"));
            prop_assert!(text <= max(limits.text_chars), "{text}");
            let text: usize = visible(&payload["blocks"]);
            prop_assert!(text <= max(limits.text_chars).min(12_000), "{text}");
            prop_assert!(bytes <= max(limits.payload_bytes), "{bytes}");
            let blocks = payload["blocks"].as_array().map_or(0, Vec::len);
            prop_assert!(blocks <= max(limits.blocks).max(1));
            let mut actions = 0;
            walk(&payload, &mut |object| actions += usize::from(object.contains_key("action_id")));
            prop_assert!(actions <= max(limits.actions));
        }
        let long = fitted.losses.iter().filter(|loss| loss.kind == LossKind::Length).count();
        prop_assert_eq!(long, usize::from(fitted.parts.len() > 1));
    }

    #[test]
    fn no_letter_is_lost_without_a_loss(content in content(), limits in limits()) {
        let fitted = BlockKit::new().message(&content, &target(limits));
        let kinds: Vec<_> = fitted.losses.iter().map(|loss| loss.kind).collect();
        if kinds.contains(&LossKind::Cut) || kinds.contains(&LossKind::Depth) {
            return Ok(());
        }
        let texts = fitted.parts.iter().flat_map(|part| {
            let payload: Value = part.read().expect("JSON");
            shown(&payload["blocks"])
        });
        let said: String = texts.collect();
        let mut have = letters(&said);
        have.sort_unstable();
        let mut wanted = letters(&without_live_names(&content).plain_text());
        wanted.sort_unstable();
        let have: String = have.into_iter().collect();
        prop_assert!(is_subsequence(&wanted, &have), "{:?}\n{said}", content.plain_text());
    }

    #[test]
    fn text_keeps_its_order(paragraphs in prop::collection::vec(text(), 1..4), limits in limits()) {
        let content = paragraphs.iter().fold(Content::new(), |content, text| {
            content.text(text.as_str()).quote(text.as_str()).bullets([text.as_str()])
        });
        let fitted = BlockKit::new().message(&content, &target(limits));
        if fitted.losses.iter().all(|loss| loss.kind == LossKind::Length) {
            let texts = fitted.parts.iter().flat_map(|part| {
                let payload: Value = part.read().expect("JSON");
                shown(&payload["blocks"])
            });
            let said: String = texts.collect();
            prop_assert!(is_subsequence(&letters(&content.plain_text()), &said));
        }
    }

    #[test]
    fn nothing_of_others_is_live(content in content()) {
        let fitted = BlockKit::new().message(&content, &target(Limits::new()));
        for (_, payload) in payloads(&fitted) {
            let text = payload["text"].as_str().expect("a text");
            prop_assert!(is_escaped(text), "{text}");
            let mut wrong = Vec::new();
            walk(&payload, &mut |object| {
                let text = object.get("text").and_then(Value::as_str).unwrap_or_default();
                match object.get("type").and_then(Value::as_str) {
                    // Only one mention of the contents is one.
                    Some("user") if object["user_id"] == "U1" => {}
                    Some("user" | "usergroup" | "channel" | "broadcast") => {
                        wrong.push(format!("{object:?}"));
                    }
                    Some("link") => {
                        let url = object.get("url").and_then(Value::as_str).unwrap_or_default();
                        if url.contains(['<', '>', '|'])
                            || !url.starts_with("https://x.test/") && url != "mailto:a@x.test"
                        {
                            wrong.push(format!("{object:?}"));
                        }
                    }
                    Some("mrkdwn") => {
                        let rest = without_entities(text);
                        if !is_escaped(&rest) {
                            wrong.push(format!("{object:?}"));
                        }
                    }
                    _ => {}
                }
            });
            prop_assert!(wrong.is_empty(), "{wrong:?}");
        }
    }

    #[test]
    fn no_control_character_of_others_is_left(content in content()) {
        let fitted = BlockKit::new().message(&content, &target(Limits::new()));
        let hostile = |c: char| {
            c != '\n' && c.is_control()
                || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
        };
        for (_, payload) in payloads(&fitted) {
            let mut strings = shown(&payload);
            strings.extend(payload["text"].as_str().map(str::to_owned));
            prop_assert!(!strings.concat().contains(hostile));
        }
    }

    #[test]
    fn seals_come_back_whole(elements in prop::collection::vec(element(), 1..6)) {
        let content = Content::new().actions(elements.clone());
        let fitted = BlockKit::new().message(&content, &target(Limits::new()));
        let mut found = Vec::new();
        for part in &fitted.parts {
            let payload: Value = part.read()?;
            for block in payload["blocks"].as_array().into_iter().flatten() {
                let row = block["elements"].as_array().cloned().unwrap_or_default();
                for mut element in row.into_iter().chain([block["accessory"].clone()]) {
                    if element.get("action_id").is_some() {
                        // As Slack sends a click: with its block's id, made up where there is none.
                        element["block_id"] =
                            block.get("block_id").cloned().unwrap_or(json!("xY1/z"));
                        found.extend(seal_of(&element).map(std::borrow::Cow::into_owned));
                    }
                }
            }
        }
        let mut wanted = elements.iter().filter_map(|element| match element {
            Element::Button(button) => button.action.seal.clone(),
            Element::Menu(menu) => menu.action.seal.clone(),
            Element::Picker(picker) => picker.action.seal.clone(),
            _ => None,
        }).peekable();
        // In order; what is missing was shown as text, which is told.
        let missing = wanted.clone().count() - found.len();
        for seal in &found {
            while wanted.next_if(|it| it != seal).is_some() {}
            let next = wanted.next();
            prop_assert_eq!(next.as_ref(), Some(seal));
        }
        let told = fitted.losses.iter().any(|loss| loss.kind == LossKind::Actions);
        prop_assert!(missing == 0 || told);
    }
}

/// A live mention shows the name that Slack knows, not the one in the content.
fn without_live_names(content: &Content) -> Content {
    fn strip(value: &mut Value) {
        if let Some(user) = value.get_mut("user").filter(|user| user["id"] == "U1") {
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

/// Markup without the entities that the contents really have.
fn without_entities(text: &str) -> String {
    let text = text.replace("<@U1>", "").replace("<mailto:a@x.test", "<https://x.test/");
    let mut out = String::new();
    let mut rest = text.as_str();
    while let Some(at) = rest.find("<https://x.test/") {
        out.push_str(&rest[..at]);
        let tail = &rest[at + 1..];
        let end = tail.find('>').unwrap_or(tail.len());
        out.push_str(tail[..end].split_once('|').map_or("", |(_, label)| label));
        rest = tail.get(end + 1..).unwrap_or_default();
    }
    out + rest
}

#[test]
fn a_broadcast_is_live_only_where_the_program_says_so() {
    let content =
        Content::new().paragraph([Inline::text("<!channel> "), Inline::Broadcast(Broadcast::Here)]);
    let fitted = BlockKit::new().message(&content, &target(Limits::new()));
    let payload: Value = fitted.parts[0].read().expect("JSON");
    assert_eq!(payload["text"], "&lt;!channel&gt; @here");
    assert_eq!(
        payload["blocks"][0]["elements"][0]["elements"],
        json!([{"type": "text", "text": "<!channel> "}, {"type": "broadcast", "range": "here"}])
    );
}
