//! Each limit at exactly n and n + 1, and what stands at a cut.

use std::sync::Arc;

use chatgate_core::{
    ActionValue, Block, Button, Capabilities, Confirm, Content, Dialect, Element, Field, Fitted,
    Image, Inline, Item, Limits, List, LossKind, Menu, RouteId, Surface, Table, Target,
};
use chatgate_render::slack::{BlockKit, home_capabilities, limits};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::validator::{faults, length, shown};

fn fitted(content: &Content, surface: Surface) -> Fitted {
    let can = match surface {
        Surface::Home => home_capabilities(),
        _ => Capabilities::all(),
    };
    BlockKit::new().message(content, &Target::new(surface, Arc::new(can)))
}

/// The payloads, each without a fault, and the losses.
fn said(content: &Content) -> (Vec<Value>, Vec<LossKind>) {
    let fitted = fitted(content, Surface::Post);
    let parts: Vec<Value> = fitted.parts.iter().map(|part| part.read().expect("JSON")).collect();
    for part in &parts {
        assert_eq!(faults(part), Vec::<String>::new());
    }
    (parts, fitted.losses.iter().map(|loss| loss.kind).collect())
}

fn kinds(payload: &Value) -> Vec<&str> {
    let blocks = payload["blocks"].as_array().expect("blocks");
    blocks.iter().map(|block| block["type"].as_str().expect("a type")).collect()
}

fn action(seal: usize) -> ActionValue {
    let mut action = ActionValue::of(RouteId::from("action:x"), json!(null));
    action.seal = Some("s".repeat(seal));
    action
}

fn menu(choices: usize) -> Menu {
    let choices: Vec<_> =
        (0..choices).map(|n| json!({"label": n.to_string(), "value": "v"})).collect();
    let menu = json!({"label": "Where", "action": action(9), "source": {"choices": choices}});
    serde_json::from_value(menu).expect("a menu")
}

#[test]
fn a_header_ends_at_its_units() {
    let kind = |text: String| kinds(&said(&Content::new().heading(1, text)).0[0])[0].to_owned();
    assert_eq!(kind("h".repeat(limits::HEADER_UNITS)), "header");
    assert_eq!(kind("h".repeat(limits::HEADER_UNITS + 1)), "rich_text");
    // An emoji is two units, an ampersand the five of its escape.
    assert_eq!(kind("👍".repeat(limits::HEADER_UNITS / 2)), "header");
    assert_eq!(kind("👍".repeat(limits::HEADER_UNITS / 2) + "!"), "rich_text");
    assert_eq!(kind("&".repeat(limits::HEADER_UNITS / 5)), "header");
    assert_eq!(kind("&".repeat(limits::HEADER_UNITS / 5) + "!"), "rich_text");
}

#[test]
fn a_section_and_a_code_block_end_at_their_units() {
    let blocks = |content: Content| {
        let (parts, losses) = said(&content);
        assert_eq!((parts.len(), losses.len()), (1, 0));
        kinds(&parts[0]).len()
    };
    assert_eq!(blocks(Content::from("a".repeat(limits::SECTION_UNITS))), 1);
    assert_eq!(blocks(Content::from("a".repeat(limits::SECTION_UNITS + 1))), 2);
    assert_eq!(blocks(Content::new().code(None, "a".repeat(limits::SECTION_UNITS))), 1);
    assert_eq!(blocks(Content::new().code(None, "a".repeat(limits::SECTION_UNITS + 1))), 2);
}

#[test]
fn a_message_ends_at_its_blocks() {
    let dividers = |count| (0..count).fold(Content::new(), |content, _| content.divider());
    // One block is kept for "possibly repeated".
    let most = limits::MESSAGE_BLOCKS - 1;
    assert_eq!(said(&dividers(most)), (vec![said(&dividers(most)).0[0].clone()], vec![]));
    let (parts, losses) = said(&dividers(most + 1));
    assert_eq!(parts.iter().map(|part| kinds(part).len()).collect::<Vec<_>>(), [most, 1]);
    assert_eq!(losses, [LossKind::Length]);
}

#[test]
fn a_home_page_ends_at_its_blocks_and_is_cut_off() {
    let dividers = |count| (0..count).fold(Content::new(), |content, _| content.divider());
    let home = |content: &Content| {
        let fitted = fitted(content, Surface::Home);
        assert_eq!(fitted.parts.len(), 1);
        assert!(fitted.parts[0].repeated.is_none());
        let page: Value = fitted.parts[0].read().expect("JSON");
        assert_eq!(page["type"], "home");
        assert_eq!(page.as_object().map(|page| page.len()), Some(2));
        (page, fitted.losses.iter().map(|loss| loss.kind).collect::<Vec<_>>())
    };
    let (page, losses) = home(&dividers(limits::VIEW_BLOCKS));
    assert_eq!((kinds(&page).len(), losses), (limits::VIEW_BLOCKS, vec![]));
    let (page, losses) = home(&dividers(limits::VIEW_BLOCKS + 1));
    let kinds = kinds(&page);
    assert_eq!((kinds.len(), kinds.last()), (limits::VIEW_BLOCKS, Some(&"context")));
    assert_eq!(losses, [LossKind::Cut]);

    let (page, losses) = home(&Content::from("word ".repeat(100_000)));
    assert!(page.to_string().len() <= limits::VIEW_BYTES);
    assert_eq!(losses, [LossKind::Cut]);
    let (page, losses) = home(&Content::new().table(Table::new(["k"]).row(["v"])));
    assert!(!page.to_string().contains("\"table\""));
    assert_eq!(losses, [LossKind::Table]);
}

#[test]
fn a_table_ends_at_its_rows_and_columns() {
    let table = |rows: usize, columns: usize| {
        let row = |_| vec!["v"; columns];
        Content::new().table((0..rows).map(row).fold(Table::new(vec!["k"; columns]), Table::row))
    };
    // The head is a row too.
    assert_eq!(said(&table(limits::TABLE_ROWS - 1, 2)).0.len(), 1);
    assert_eq!(said(&table(limits::TABLE_ROWS, 2)).0.len(), 2);
    assert_eq!(kinds(&said(&table(1, limits::TABLE_COLUMNS)).0[0]), ["table"]);
    let (parts, losses) = said(&table(1, limits::TABLE_COLUMNS + 1));
    assert_eq!((kinds(&parts[0]), losses), (vec!["rich_text"], vec![LossKind::Table]));
}

#[test]
fn fields_and_small_print_end_at_their_units() {
    let fields = |count: usize| Content::new().fields((0..count).map(|n| (format!("k{n}"), "v")));
    assert_eq!(kinds(&said(&fields(limits::SECTION_FIELDS)).0[0]), ["section"]);
    assert_eq!(kinds(&said(&fields(limits::SECTION_FIELDS + 1)).0[0]), ["section", "section"]);
    let around = "*k*\n".len();
    let field = |units: usize| {
        let value = "v".repeat(units - around);
        let content = Content::from(Block::Fields(vec![Field::new("k", value)]));
        kinds(&said(&content).0[0])[0].to_owned()
    };
    assert_eq!(field(limits::SHORT_FIELD_UNITS), "section");
    assert_eq!(field(limits::SHORT_FIELD_UNITS + 1), "rich_text");
    let context =
        |units: usize| kinds(&said(&Content::new().context("c".repeat(units))).0[0])[0].to_owned();
    assert_eq!(context(limits::CONTEXT_UNITS), "context");
    assert_eq!(context(limits::CONTEXT_UNITS + 1), "rich_text");
}

#[test]
fn a_picture_ends_at_its_texts_and_its_address() {
    let kind = |address: usize, alt: usize, title: usize| {
        let start = "https://x.test/";
        let url = format!("{start}{}", "p".repeat(address - start.len()));
        let image = Image::new(url.parse().expect("an address"), "a".repeat(alt));
        let image = image.titled("t".repeat(title));
        kinds(&said(&Content::from(Block::Image(image))).0[0])[0].to_owned()
    };
    let (url, text) = (limits::URL_UNITS, limits::IMAGE_TEXT_UNITS);
    assert_eq!(kind(url, text, text), "image");
    assert_eq!(kind(url + 1, 1, 1), "rich_text");
    assert_eq!(kind(99, text + 1, 1), "rich_text");
    assert_eq!(kind(99, 1, text + 1), "rich_text");
}

#[test]
fn labels_and_confirmations_end_at_their_units() {
    let losses = |button: Button| said(&Content::new().actions([button])).1;
    let button = |label: usize| Button::of("l".repeat(label), action(9));
    assert_eq!(losses(button(limits::LABEL_UNITS)), []);
    assert_eq!(losses(button(limits::LABEL_UNITS + 1)), [LossKind::Cut]);
    let confirm = |title: usize, text: usize, label: usize| {
        let mut confirm = Confirm::new("t".repeat(title), "x".repeat(text));
        confirm.yes = "y".repeat(label);
        losses(button(1).confirm(confirm))
    };
    let (title, text, label) =
        (limits::CONFIRM_TITLE_UNITS, limits::CONFIRM_TEXT_UNITS, limits::CONFIRM_LABEL_UNITS);
    assert_eq!(confirm(title, text, label), []);
    assert_eq!(confirm(title + 1, text, label), [LossKind::Cut]);
    assert_eq!(confirm(title, text + 1, label), [LossKind::Cut]);
    assert_eq!(confirm(title, text, label + 1), [LossKind::Cut]);
    let mut menu = menu(1);
    menu.label = "p".repeat(limits::PLACEHOLDER_UNITS);
    assert_eq!(said(&Content::new().actions([menu.clone()])).1, []);
    menu.label.push('p');
    assert_eq!(said(&Content::new().actions([menu])).1, [LossKind::Cut]);
}

#[test]
fn values_options_and_rows_end_at_their_numbers() {
    let losses = |seal| said(&Content::new().actions([Button::of("Go", action(seal))])).1;
    assert_eq!(losses(limits::BUTTON_VALUE_CHARS), []);
    assert_eq!(losses(limits::BUTTON_VALUE_CHARS + 1), [LossKind::Actions]);
    let has = |choices, key: &str| {
        let (parts, losses) = said(&Content::new().actions([menu(choices)]));
        assert_eq!(losses, []);
        parts[0]["blocks"][0]["elements"][0].get(key).is_some()
    };
    assert!(has(limits::OPTIONS, "options"));
    assert!(has(limits::OPTIONS + 1, "option_groups"));
    let rows = |count| {
        let button = |_| Element::from(Button::of("Go", action(9)));
        kinds(&said(&Content::new().actions((0..count).map(button))).0[0]).len()
    };
    assert_eq!(rows(limits::ROW_ELEMENTS), 1);
    assert_eq!(rows(limits::ROW_ELEMENTS + 1), 2);
}

#[test]
fn lists_are_indented_as_deep_as_slack_does() {
    let nested = |levels: u8| {
        (1..levels).fold(List::bullets(["x"]), |inner, _| {
            let text = Block::Paragraph(vec![Inline::text("x")]);
            List::of(vec![Item::of(vec![text, Block::List(inner)])])
        })
    };
    let losses = |levels| said(&Content::from(Block::List(nested(levels)))).1;
    assert_eq!(losses(limits::LIST_INDENT + 1), []);
    assert_eq!(losses(limits::LIST_INDENT + 2), [LossKind::Depth]);
}

#[test]
fn the_text_ends_below_what_an_edit_takes() {
    for filler in ["a", "&", "\"", "日", "👍", "\n"] {
        let (parts, _) = said(&Content::from(filler.repeat(limits::MESSAGE_WEIGHT)));
        for part in parts {
            let text = part["text"].as_str().expect("a text");
            assert!(length(text) <= limits::TEXT_UNITS, "{filler:?}: {}", length(text));
        }
    }
}

#[test]
fn cuts_prefer_paragraphs_to_lines_to_sentences_to_words() {
    // The first piece ends in its second half, behind the best border there.
    let filler = |units: usize| "x".repeat(units);
    for (border, better) in [(" ", "? "), ("? ", "\n"), ("\n", "\n\n")] {
        let text = format!("{}{better}{}{border}{}", filler(1_800), filler(800), filler(2_000));
        let content = Content::new().paragraph([Inline::Text(text)]);
        let first = shown(&said(&content).0[0]["blocks"][0]).concat();
        assert_eq!(length(&first), 1_800 + better.len(), "{border:?} {better:?}");
    }
}

/// What must stay whole: a family, a flag, a skin tone, a letter with marks, a syllable.
const CLUSTERS: [&str; 6] = ["👩‍👩‍👧‍👦", "🇩🇪", "👍🏽", "e\u{301}\u{302}", "각", "a"];

/// Says a text that is only one cluster again and again, behind letters; no piece has part of one.
fn stays_whole(cluster: &str, before: usize, times: usize, can: Capabilities) {
    let text = "b".repeat(before) + &cluster.repeat(times);
    let content = Content::new().paragraph([Inline::Text(text.clone())]);
    let target = Target::new(Surface::Post, Arc::new(can));
    let fitted = BlockKit::new().message(&content, &target);
    assert!(fitted.losses.iter().all(|loss| loss.kind == LossKind::Length));
    let parts = fitted.parts.iter().map(|part| part.read::<Value>().expect("JSON"));
    let pieces: Vec<_> = parts
        .flat_map(|part| part["blocks"].as_array().cloned().expect("blocks"))
        .map(|block| shown(&block).concat())
        .collect();
    assert_eq!(pieces.concat(), text);
    for piece in pieces {
        let clusters = piece.trim_start_matches('b');
        assert_eq!(clusters, cluster.repeat(clusters.len() / cluster.len()), "{piece}");
    }
}

#[test]
fn no_cluster_is_cut_where_a_section_ends() {
    for cluster in CLUSTERS {
        for before in 0..8 {
            stays_whole(cluster, before, limits::SECTION_UNITS, Capabilities::all());
        }
    }
}

proptest! {
    #[test]
    fn no_cluster_is_cut_where_a_place_ends(
        cluster in prop::sample::select(CLUSTERS.to_vec()),
        before in 0_usize..30,
        most in 80_usize..130,
    ) {
        let can = Capabilities::all().limits(Limits::new().text_chars(most));
        stays_whole(cluster, before, 60, can);
    }
}
