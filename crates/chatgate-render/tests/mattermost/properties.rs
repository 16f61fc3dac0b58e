//! Never over a limit, never a lost character without a loss, nothing of others that is live.

use std::sync::Arc;

use chatgate_core::{
    ActionValue, Block, Capabilities, Choice, Confirm, Content, Dialect, Element, Field, Fitted,
    Image, Inline, Limits, LossKind, Menu, Pick, RouteId, Surface, Table, Target,
};
use chatgate_render::mattermost::{MattermostPosts, seal_of};
use chatgate_render::sanitise;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::reader::{self, JOINER, live, squeezed};
use crate::support::{self, is_subsequence, letters, text};
use crate::validator::{actions, faults, labels, texts, visible};

fn target(surface: Surface, limits: Limits) -> Target {
    Target::new(surface, Arc::new(Capabilities::all().limits(limits)))
}

fn said(content: &Content, surface: Surface, limits: Limits) -> Fitted {
    MattermostPosts::new().message(content, &target(surface, limits))
}

fn surface() -> impl Strategy<Value = Surface> {
    prop::sample::select(vec![
        Surface::Post,
        Surface::Edit,
        Surface::Answer,
        Surface::Reply,
        Surface::Webhook,
    ])
}

fn limits() -> impl Strategy<Value = Limits> {
    let chars = prop::option::of(prop_oneof![0_usize..100, 64_usize..4_000]);
    let bytes = prop::option::of(prop_oneof![700_usize..1_500, 1_024_usize..20_000]);
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

/// What would ping people, lie about an address, end its block or look otherwise, if it were read as
/// markup.
fn hostile() -> impl Strategy<Value = String> {
    prop::sample::select(vec![
        "@all",
        "@channel",
        "_@here",
        "x.@bob",
        "~town-square",
        "#tag",
        ":tada:",
        ":)",
        "<3",
        "<!channel>",
        "<@U2>",
        "<https://evil.test|Approve>",
        "[Approve](https://evil.test)",
        "![x](https://evil.test/p.png)",
        "https://evil.test/?q=1",
        "www.evil.test",
        "evil.test/in",
        "mmaction://approve",
        "mailto:a@evil.test",
        "```\n@all",
        "~~~\n",
        "`*_~`",
        "> quote",
        "# head",
        "- item",
        "1. item",
        "+ x",
        "===",
        "---",
        "***",
        "| a | b |\n| - | - |\n",
        "|",
        "&lt;b&gt;",
        "&#64;all",
        "<b>",
        "<!-- x -->",
        "**bold**",
        "*i*",
        "_i_",
        "___ a__",
        "_ _",
        "~~s~~",
        "$x$",
        "\\@all",
        "\\",
        "\\*",
        "[a]: https://evil.test",
        "    code",
        "a*b*c",
        "x-D",
        "[ ] ",
        "[x] ",
    ])
    .prop_map(str::to_owned)
}

fn words() -> impl Strategy<Value = String> {
    prop_oneof![
        text(),
        hostile(),
        (hostile(), text()).prop_map(|(a, b)| a + &b),
        (hostile(), hostile()).prop_map(|(a, b)| a + &b),
        (text(), hostile()).prop_map(|(a, b)| a + "\n" + &b),
    ]
}

fn url() -> impl Strategy<Value = url::Url> {
    prop::sample::select(vec![
        "https://x.test/p|<q>(a)?b=&lt;*_~`$&copy;=1",
        "mailto:a@x.test",
        "javascript:alert(1)",
        "http://[::1]/",
    ])
    .prop_map(|url| url.parse().expect("an address"))
}

/// Inlines of which nothing is live.
fn inert() -> impl Strategy<Value = Inline> {
    let leaf = prop_oneof![
        3 => words().prop_map(Inline::Text),
        1 => words().prop_map(Inline::Code),
        1 => Just(Inline::Break),
        1 => words().prop_map(|name| Inline::User { id: "u".into(), handle: Some(name + "!") }),
        1 => words().prop_map(|name| Inline::Channel { id: "c".into(), name: Some(name + "!") }),
        1 => words().prop_map(|name| Inline::Emoji(name + "!")),
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

fn inline() -> impl Strategy<Value = Inline> {
    prop_oneof![
        3 => inert(),
        1 => (words(), url()).prop_map(|(label, url)| Inline::link(label, url)),
        1 => Just(Inline::User { id: "u1".into(), handle: Some("bob".into()) }),
        1 => Just(Inline::Emoji("tada".into())),
    ]
}

fn seal() -> impl Strategy<Value = Option<String>> {
    prop_oneof![
        1 => Just(None),
        9 => "[a-z.]{4,12}".prop_map(Some),
        1 => (7_998_usize..8_003).prop_map(|chars| Some("s".repeat(chars))),
    ]
}

fn element() -> impl Strategy<Value = Element> {
    let action = |seal: Option<String>| {
        let mut action = ActionValue::of(RouteId::from("action:x"), json!(null));
        action.seal = seal;
        action
    };
    let choices = prop::collection::vec((words(), prop::option::of(words())), 0..5);
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
        (words(), seal(), any::<bool>()).prop_map(|(label, seal, asks)| {
            let mut element = support::button(&label);
            if let Element::Button(button) = &mut element {
                button.action.seal = seal;
                button.confirm = asks.then(|| Confirm::new(label.clone(), label));
            }
            element
        }),
        (words(), seal(), source, any::<bool>()).prop_map(move |(label, seal, source, many)| {
            let menu = json!({"label": label, "action": action(seal), "source": source});
            let mut menu = serde_json::from_value::<Menu>(menu).expect("a menu");
            menu.pick = if many { Pick::Many } else { Pick::One };
            Element::Menu(menu)
        }),
        (words(), url()).prop_map(|(label, url)| Element::Link { label, url }),
    ]
}

fn block() -> impl Strategy<Value = Block> {
    let inlines = || prop::collection::vec(inline(), 0..4);
    prop_oneof![
        4 => support::block(),
        2 => inlines().prop_map(Block::Paragraph),
        1 => inlines().prop_map(Block::Context),
        1 => inlines().prop_map(|text| Block::Heading { level: 1, text }),
        1 => prop::collection::vec((words(), inlines()), 0..6).prop_map(|fields| {
            Block::Fields(fields.into_iter().map(|(key, value)| Field::rich(key, value)).collect())
        }),
        1 => prop::collection::vec(element(), 0..5).prop_map(Block::Actions),
        1 => (words(), prop::option::of(words()), url()).prop_map(|(alt, title, url)| {
            let mut image = Image::new(url, alt);
            image.title = title;
            Block::Image(image)
        }),
        1 => (1_usize..9, 0_usize..9, words()).prop_map(|(columns, rows, cell)| {
            let row = |_| vec![cell.clone(); columns];
            Block::Table((0..rows).map(row).fold(Table::new(vec!["head"; columns]), Table::row))
        }),
        1 => ("[a-z]{1,9}", prop_oneof![19 => 1_usize..60, 1 => 1_500_usize..2_000]).prop_map(
            |(word, times)| Block::Code { language: None, text: format!("{word}\n").repeat(times) }
        ),
        1 => (words(), prop_oneof![9 => 1_usize..40, 1 => 200_usize..300]).prop_map(|(word, times)| {
            Block::Paragraph(vec![Inline::Text((word + " ").repeat(times))])
        }),
    ]
}

fn content() -> impl Strategy<Value = Content> {
    (prop::collection::vec(block(), 1..4), prop::option::of(words())).prop_map(
        |(blocks, summary)| {
            let mut content = blocks.into_iter().fold(Content::new(), Content::block);
            content.summary = summary;
            content
        },
    )
}

/// Both forms of every part.
fn payloads(fitted: &Fitted) -> Vec<(usize, Value)> {
    let json = fitted
        .parts
        .iter()
        .flat_map(|part| [Some(part.payload.get()), part.repeated.as_ref().map(|json| json.get())]);
    json.flatten().map(|json| (json.len(), serde_json::from_str(json).expect("JSON"))).collect()
}

/// What is seen of all parts.
fn seen(fitted: &Fitted) -> String {
    let texts = fitted.parts.iter().flat_map(|part| {
        let payload: Value = part.read().expect("JSON");
        let texts = texts(&payload);
        let mut seen: Vec<_> = texts.iter().map(|text| reader::read(text).text() + "\n").collect();
        seen.extend(labels(&payload));
        seen
    });
    texts.collect()
}

/// The only text of a content that fits one part.
fn markdown(content: &Content) -> String {
    let fitted = said(content, Surface::Post, Limits::new());
    assert_eq!(fitted.parts.len(), 1);
    let payload: Value = fitted.parts[0].read().expect("JSON");
    payload["message"].as_str().expect("a text").to_owned()
}

/// Runs of one look, without the white space at their ends.
fn merged(runs: impl IntoIterator<Item = reader::Run>) -> Vec<reader::Run> {
    let mut out: Vec<reader::Run> = Vec::new();
    for mut run in runs {
        run.text = run.text.replace(JOINER, "");
        if run.text.trim().is_empty() {
            // No look is seen of it.
            if let Some(last) = out.last_mut() {
                last.text.push_str(&run.text);
            }
            continue;
        }
        match out.last_mut() {
            Some(last)
                if reader::Run { text: String::new(), ..last.clone() }
                    == (reader::Run { text: String::new(), ..run.clone() }) =>
            {
                last.text.push_str(&run.text);
            }
            _ => out.push(run),
        }
    }
    for run in &mut out {
        run.text = squeezed(&run.text);
    }
    out
}

/// What inlines look like, read from themselves.
fn looks(inlines: &[Inline], look: &reader::Run, out: &mut Vec<reader::Run>) {
    let push = |text: &str, look: &reader::Run, out: &mut Vec<reader::Run>| {
        out.push(reader::Run { text: text.to_owned(), ..look.clone() });
    };
    for inline in inlines {
        match inline {
            Inline::Text(text) => push(&sanitise(text), look, out),
            Inline::Code(text) => {
                let mut look = reader::Run { code: true, ..look.clone() };
                // The web client would end a style at a mark of it in the code.
                look.bold &= !text.contains('*');
                look.italic &= !text.contains('*');
                look.strike &= !text.contains('~');
                push(&sanitise(text), &look, out);
            }
            Inline::Bold(inner) => looks(inner, &reader::Run { bold: true, ..look.clone() }, out),
            Inline::Italic(inner) => {
                looks(inner, &reader::Run { italic: true, ..look.clone() }, out);
            }
            Inline::Strike(inner) => {
                looks(inner, &reader::Run { strike: true, ..look.clone() }, out);
            }
            Inline::User { handle, .. } => {
                push(&format!("@{}", sanitise(handle.as_deref().unwrap_or_default())), look, out);
            }
            Inline::Channel { name, .. } => {
                push(&format!("~{}", sanitise(name.as_deref().unwrap_or_default())), look, out);
            }
            Inline::Emoji(name) => push(&format!(":{}:", sanitise(name)), look, out),
            _ => push("\n", look, out),
        }
    }
}

proptest! {
    #[test]
    fn no_part_is_over_a_limit(content in content(), limits in limits(), surface in surface()) {
        let fitted = said(&content, surface, limits.clone());
        let max = |limit: Option<usize>| limit.unwrap_or(usize::MAX);
        for (bytes, payload) in payloads(&fitted) {
            prop_assert_eq!(faults(&payload), Vec::<String>::new(), "{}", payload);
            let text = visible(&payload);
            prop_assert!(text <= max(limits.text_chars).min(16_383), "{text}: {payload}");
            let urls = actions(&payload).len() * 512;
            prop_assert!(bytes + urls <= max(limits.payload_bytes), "{bytes}");
            prop_assert!(actions(&payload).len() <= max(limits.actions));
        }
        let long = fitted.losses.iter().filter(|loss| loss.kind == LossKind::Length).count();
        prop_assert_eq!(long, usize::from(fitted.parts.len() > 1));
    }

    #[test]
    fn no_letter_is_lost_without_a_loss(content in content(), limits in limits()) {
        let fitted = said(&content, Surface::Post, limits);
        let kinds: Vec<_> = fitted.losses.iter().map(|loss| loss.kind).collect();
        if kinds.contains(&LossKind::Cut) || kinds.contains(&LossKind::Depth) {
            return Ok(());
        }
        let said = seen(&fitted);
        let mut have = letters(&said);
        have.sort_unstable();
        let mut wanted = letters(&content.plain_text());
        wanted.sort_unstable();
        let have: String = have.into_iter().collect();
        prop_assert!(is_subsequence(&wanted, &have), "{:?}\n{said}", content.plain_text());
    }

    #[test]
    fn text_keeps_its_order(paragraphs in prop::collection::vec(words(), 1..4), limits in limits()) {
        let content = paragraphs.iter().fold(Content::new(), |content, text| {
            content.text(text.as_str()).quote(text.as_str()).bullets([text.as_str()])
        });
        let fitted = said(&content, Surface::Post, limits);
        if fitted.losses.iter().all(|loss| loss.kind == LossKind::Length) {
            prop_assert!(is_subsequence(&letters(&content.plain_text()), &seen(&fitted)));
        }
    }

    #[test]
    fn text_is_seen_as_it_is_and_is_nothing_else(text in words()) {
        let markdown = markdown(&Content::new().block(Block::Paragraph(vec![Inline::text(text.as_str())])));
        let read = reader::read(&markdown);
        let expected = squeezed(&sanitise(&text));
        if !expected.is_empty() {
            prop_assert_eq!(squeezed(&read.text()), expected, "{}", markdown);
        }
        prop_assert_eq!(&read.markup, &Vec::<String>::new(), "{}", markdown);
        prop_assert!(read.runs.iter().all(|run| !run.bold && !run.italic && !run.strike && !run.code && run.link.is_none()));
        prop_assert_eq!(live(&read.raw()), Vec::<String>::new(), "{}", markdown);
    }

    #[test]
    fn looks_are_seen_as_they_are(inlines in prop::collection::vec(inert(), 0..4)) {
        let mut wanted = Vec::new();
        looks(&inlines, &reader::Run::default(), &mut wanted);
        let wanted = merged(wanted);
        if wanted.is_empty() {
            return Ok(());
        }
        let markdown = markdown(&Content::new().block(Block::Paragraph(inlines)));
        let read = reader::read(&markdown);
        prop_assert_eq!(merged(read.runs.clone()), wanted, "{}", markdown);
        prop_assert_eq!(&read.markup, &Vec::<String>::new(), "{}", markdown);
        for run in read.runs.iter().filter(|run| !run.code) {
            prop_assert_eq!(live(&run.text), Vec::<String>::new(), "{}", markdown);
        }
    }

    #[test]
    fn nothing_of_others_is_a_link_or_controls_anything(content in content(), surface in surface()) {
        let fitted = said(&content, surface, Limits::new());
        let controls = |c: char| {
            c != '\n' && c.is_control()
                || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
        };
        for (_, payload) in payloads(&fitted) {
            for text in texts(&payload) {
                prop_assert!(!text.contains(controls), "{text:?}");
                let read = reader::read(&text);
                for link in read.runs.iter().filter_map(|run| run.link.as_deref()) {
                    let ours = ["https://x.test/", "mailto:a@x.test", "http://[::1]/"];
                    prop_assert!(ours.iter().any(|it| link.starts_with(it)), "{link}");
                }
                // What a webhook reads as Slack does, it reads in code too.
                let is_slack = text.contains("<!") || text.contains("<@");
                prop_assert!(surface != Surface::Webhook || !is_slack, "{text}");
            }
            let said = texts(&payload).concat();
            let is_name = |rest: &str| rest.starts_with(|c: char| c.is_ascii_alphanumeric());
            let mentions = said.split('@').skip(1).any(is_name);
            let props = payload.get("props").and_then(|it| it.get("disable_mentions"));
            prop_assert!(mentions || props == Some(&json!(true)), "{payload}");
        }
    }

    #[test]
    fn code_is_seen_as_it_is(text in words(), quoted in any::<bool>()) {
        let mut block = Block::Code { language: Some("rust".into()), text: text.clone() };
        if quoted {
            block = Block::Quote(vec![block]);
        }
        let read = reader::read(&markdown(&Content::from(block)));
        let safe = sanitise(&text);
        let expected = safe.strip_suffix('\n').unwrap_or(&safe);
        let said = read.raw();
        let said = said.trim_end_matches('\n');
        prop_assert_eq!(said, expected.trim_end_matches('\n'));
    }

    #[test]
    fn cells_are_seen_as_they_are(cells in prop::collection::vec(words(), 1..5)) {
        let table = Table::new(vec!["head"; cells.len()]).row(cells.clone());
        let read = reader::read(&markdown(&Content::new().table(table)));
        let expected: Vec<_> = cells.iter().map(|cell| squeezed(&sanitise(cell))).collect();
        let said = read.text();
        let row = said.split("\n").filter(|line| !line.is_empty()).nth(1).unwrap_or_default();
        let said: Vec<_> = row.split(" | ").map(squeezed).take(cells.len()).collect();
        if expected.iter().all(|cell| !cell.contains('|')) {
            prop_assert_eq!(said, expected);
        }
    }

    #[test]
    fn seals_come_back_whole(elements in prop::collection::vec(element(), 1..6)) {
        let fitted = said(&Content::new().actions(elements.clone()), Surface::Post, Limits::new());
        let mut found = Vec::new();
        for part in &fitted.parts {
            for action in actions(&part.read::<Value>()?) {
                // As Mattermost posts a click: with the action's context.
                let body = json!({"context": action["integration"]["context"]});
                found.extend(seal_of(&body).map(str::to_owned));
            }
        }
        let mut wanted = elements.iter().filter_map(|element| match element {
            Element::Button(button) => button.action.seal.clone(),
            Element::Menu(menu) => menu.action.seal.clone(),
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
