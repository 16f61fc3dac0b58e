//! Never over a limit, never a lost character without a loss, never a control character of others.

#![allow(clippy::expect_used, reason = "a test that cannot go on should panic")]

use std::sync::Arc;

use chatgate_core::{
    Block, Capabilities, Content, Dialect, Element, Feature, Fitted, Form, FormField, Inline, Item,
    Limits, List, LossKind, Surface, Table, Target,
};
use chatgate_render::{AnsiTerminal, PlainText, TerminalForm, TerminalMessage, display_width};
use proptest::prelude::*;
use support::{block, button, is_subsequence, letters, text};

mod support;

fn target(limits: Limits) -> Target {
    Target::new(Surface::Post, Arc::new(Capabilities::all().limits(limits)))
}

fn texts(fitted: &Fitted) -> Vec<String> {
    let read = |part: &chatgate_core::Rendered| part.read::<TerminalMessage>().expect("a payload");
    fitted.parts.iter().map(|part| read(part).text).collect()
}

fn plain(content: &Content, limits: Limits) -> (Vec<String>, Vec<LossKind>) {
    let fitted = PlainText::new().message(content, &target(limits));
    (texts(&fitted), fitted.losses.iter().map(|loss| loss.kind).collect())
}

/// Text without the dialect's own colour sequences: `ESC [ digits and ; m`.
fn stripped(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find("\x1b[") {
        out.push_str(&rest[..at]);
        let tail = &rest[at + 2..];
        let end = tail.find(|c: char| c != ';' && !c.is_ascii_digit()).unwrap_or(tail.len());
        rest = tail[end..].strip_prefix('m').unwrap_or(&rest[at + 1..]);
    }
    out + rest
}

#[test]
fn a_parted_code_block_keeps_its_fence() {
    let content = Content::new().code(Some("sh"), "one\ntwo\nthree\nfour");
    let (texts, losses) = plain(&content, Limits::new().text_chars(40).columns(40));
    assert_eq!(texts, ["```sh\none\ntwo\nthree\nfour\n```"]);
    assert_eq!(losses, []);
    let (texts, losses) = plain(&content, Limits::new().text_chars(22).columns(40));
    assert_eq!(texts, ["```sh\none\ntwo\n```", "```sh\nthree\nfour\n```"]);
    assert_eq!(losses, [LossKind::Length]);
}

#[test]
fn a_parted_table_keeps_its_head() {
    let table = ["a", "b", "c", "d", "e", "f", "g"].map(|cell| [cell]);
    let table = table.into_iter().fold(Table::new(["k"]), Table::row);
    let (texts, losses) = plain(&Content::new().table(table), Limits::new().text_chars(60));
    let head = "┌───┐\n│ k │\n├───┤";
    assert_eq!(
        texts,
        [
            format!("{head}\n│ a │\n│ b │\n│ c │\n│ d │\n│ e │\n└───┘"),
            format!("{head}\n│ f │\n│ g │\n└───┘"),
        ]
    );
    assert_eq!(losses, [LossKind::Length]);
}

#[test]
fn a_border_between_blocks_is_better_than_one_between_lines() {
    let content = Content::new().text("one two\nthree").text("four\nfive six");
    let (texts, _) = plain(&content, Limits::new().text_chars(22).columns(40));
    assert_eq!(texts, ["one two\nthree", "four\nfive six"]);
}

#[test]
fn blocks_and_actions_are_counted_in_each_part() {
    let content = Content::new().divider().divider().divider();
    let (texts, losses) = plain(&content, Limits::new().blocks(2).columns(3));
    assert_eq!(texts, ["───\n───", "───"]);
    assert_eq!(losses, [LossKind::Length]);

    let content = Content::new().actions(["a", "b", "c"].map(button));
    let fitted = PlainText::new().message(&content, &target(Limits::new().actions(2)));
    let counts: Vec<Vec<usize>> = fitted
        .parts
        .iter()
        .map(|part| part.read::<TerminalMessage>().expect("a payload"))
        .map(|message| message.actions.iter().map(|action| action.number).collect())
        .collect();
    assert_eq!(counts, [vec![1, 2], vec![3]]);
}

#[test]
fn an_action_too_large_for_the_place_is_shown_as_text() {
    let mut content = Content::new().actions([button("Approve")]);
    if let Block::Actions(elements) = &mut content.blocks[0]
        && let Element::Button(button) = &mut elements[0]
    {
        button.action.seal = Some("s".repeat(300));
    }
    for limits in [Limits::new().payload_bytes(400), Limits::new().action_value_chars(299)] {
        let (texts, losses) = plain(&content, limits);
        assert_eq!(texts, ["• Approve"]);
        assert_eq!(losses, [LossKind::Actions]);
    }
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
    let image = chatgate_core::Image::new("https://x.test/a".parse().expect("an address"), "alt");
    let content = Content::new()
        .table(Table::new(["k", "v"]).row(["a", "1"]).row(["b", "2"]))
        .block(Block::Image(image))
        .actions([button("Go")])
        .paragraph([Inline::user("bob"), Inline::Broadcast(chatgate_core::Broadcast::Everyone)]);
    let fitted = PlainText::new().message(&content, &Target::new(Surface::Post, Arc::new(can)));
    let shown = "k: a\nv: 1\n\nk: b\nv: 2\n[image] alt (https://x.test/a)\n• Go\n@bob@everyone";
    assert_eq!(texts(&fitted), [shown]);
    let kinds: Vec<_> = fitted.losses.iter().map(|loss| loss.kind).collect();
    use LossKind::{Actions, Broadcast, Image, Mention, Table as Tables};
    assert_eq!(kinds, [Tables, Image, Actions, Mention, Broadcast]);
}

#[test]
fn a_table_too_wide_for_the_place_becomes_a_list() {
    let table = Table::new((0..12).map(|n| format!("c{n}"))).row((0..12).map(|n| n.to_string()));
    let (texts, losses) = plain(&Content::new().table(table), Limits::new().columns(30));
    assert!(texts[0].starts_with("c0:  0\nc1:  1\n") && texts[0].ends_with("\nc11: 11"));
    assert_eq!(losses, [LossKind::Table]);
}

#[test]
fn a_short_row_in_a_list_keeps_the_heads() {
    let table = Table::new(["a", "b"]).row(["1"]).row(["1", "2", "3"]);
    let can = Capabilities::all().without([Feature::Tables]);
    let target = Target::new(Surface::Post, Arc::new(can));
    let fitted = PlainText::new().message(&Content::new().table(table), &target);
    assert_eq!(texts(&fitted), ["a: 1\nb:\n\na: 1\nb: 2\n3: 3"]);
}

#[test]
fn deep_nesting_ends_with_a_loss_and_not_the_stack() {
    let mut block = Block::Paragraph(vec![Inline::text("core")]);
    let mut inline = Inline::text("core");
    for level in 0..1_000 {
        block = match level % 3 {
            0 => Block::Quote(vec![block]),
            1 => Block::List(List::of(vec![Item::of(vec![block])])),
            _ => Block::Detail { summary: vec![], blocks: vec![block] },
        };
        inline = Inline::Bold(vec![inline]);
    }
    let content = Content::new().block(block).paragraph([inline]);
    for columns in [1, 10, 80, 400] {
        let (texts, losses) = plain(&content, Limits::new().columns(columns));
        assert!(!texts[0].contains("core"));
        assert!(losses.contains(&LossKind::Depth), "{columns}");
    }
}

#[test]
fn nesting_that_is_allowed_is_shown_whole() {
    let mut block = Block::Paragraph(vec![Inline::text("core")]);
    for _ in 0..32 {
        block = Block::Quote(vec![block]);
    }
    let (texts, losses) = plain(&Content::from(block), Limits::new().columns(100));
    assert_eq!(texts, [format!("{}core", "│ ".repeat(32))]);
    assert_eq!(losses, []);
}

#[test]
fn the_repeated_form_says_so_and_fits() {
    let limits = Limits::new().text_chars(100).payload_bytes(140);
    let content = Content::new().text("word ".repeat(60));
    let fitted = PlainText::new().message(&content, &target(limits));
    for part in &fitted.parts {
        let repeated = part.repeated.as_ref().expect("a repeated form");
        let message: TerminalMessage = serde_json::from_str(repeated.get()).expect("a payload");
        let text = part.read::<TerminalMessage>().expect("a payload").text;
        assert_eq!(message.text, format!("↻ possibly repeated\n{text}"));
        assert!(message.text.chars().count() <= 100 && repeated.get().len() <= 140);
    }
}

#[test]
fn the_summary_is_one_safe_line() {
    let content = Content::from("first\x1b[2J\nsecond");
    let fitted = AnsiTerminal::new().message(&content, &target(Limits::new()));
    assert_eq!(fitted.parts[0].summary, "first␛[2J");
}

#[test]
fn an_empty_content_has_no_part_and_a_silent_block_has_one() {
    assert_eq!(plain(&Content::new(), Limits::new()), (vec![], vec![]));
    let silent = Content::new().paragraph([]);
    assert_eq!(plain(&silent, Limits::new()), (vec![String::new()], vec![]));
}

#[test]
fn a_form_is_one_part_with_safe_words() {
    let form = Form::new("x", "Ti\x1btle")
        .intro("a\nb\x07")
        .field(FormField::text("name", "La\nbel").hint("h\x1b").required());
    let fitted = AnsiTerminal::new().form(&form, &target(Limits::new())).expect("a form");
    let said: TerminalForm = fitted.parts[0].read().expect("a payload");
    assert_eq!((said.title.as_str(), said.intro.as_deref()), ("Ti␛tle", Some("a\nb␇")));
    assert_eq!(said.fields, [FormField::text("name", "La bel").hint("h␛").required()]);
    assert_eq!(fitted.parts.len(), 1);
}

#[test]
fn a_form_that_does_not_fit_or_has_no_place_is_an_error() {
    let form = Form::new("x", "A title").intro("long ".repeat(50));
    let dialect = PlainText::new();
    for limits in [Limits::new().text_chars(100), Limits::new().payload_bytes(100)] {
        let error = dialect.form(&form, &target(limits)).expect_err("too long");
        assert_eq!(error.kind(), chatgate_core::ErrorKind::InvalidInput);
    }
    let nothing = Target::new(Surface::Form, Arc::new(Capabilities::new()));
    assert!(dialect.form(&form, &nothing).expect_err("no forms").is_unsupported());
}

fn content() -> impl Strategy<Value = Content> {
    prop::collection::vec(block(), 1..5)
        .prop_map(|blocks| blocks.into_iter().fold(Content::new(), Content::block))
}

fn limits() -> impl Strategy<Value = Limits> {
    let few = || prop::option::of(prop_oneof![0_usize..30, 30_usize..600]);
    (few(), prop::option::of(0_usize..4), few(), prop::option::of(0_usize..3), few()).prop_map(
        |(chars, blocks, bytes, actions, columns)| {
            let mut limits = Limits::new();
            limits.text_chars = chars;
            limits.blocks = blocks;
            limits.payload_bytes = bytes;
            limits.actions = actions;
            limits.columns = columns;
            limits
        },
    )
}

/// How many letters and digits the dialect's own colour sequences have.
fn sequences(texts: &[String]) -> usize {
    letters(&texts.concat()).len() - letters(&stripped(&texts.concat())).len()
}

proptest! {
    #[test]
    fn no_part_is_over_a_limit(content in content(), limits in limits()) {
        let fitted = AnsiTerminal::new().message(&content, &target(limits.clone()));
        let max = |limit: Option<usize>| limit.unwrap_or(usize::MAX);
        let payloads = fitted.parts.iter().flat_map(|part| {
            [Some(part.payload.get()), part.repeated.as_ref().map(|json| json.get())]
        });
        for json in payloads.flatten() {
            let message: TerminalMessage = serde_json::from_str(json)?;
            prop_assert!(message.text.chars().count() <= max(limits.text_chars));
            prop_assert!(json.len() <= max(limits.payload_bytes));
            prop_assert!(message.actions.len() <= max(limits.actions));
        }
        let long = fitted.losses.iter().filter(|loss| loss.kind == LossKind::Length).count();
        prop_assert_eq!(long, usize::from(fitted.parts.len() > 1));
    }

    #[test]
    fn a_parted_frame_fits_with_its_head_and_foot(
        lines in prop::collection::vec("[a-z ]{0,60}", 1..5),
        chars in 16_usize..60,
        bytes in 40_usize..90,
    ) {
        let content = Content::new().code(Some("sh"), lines.join("\n"));
        let limits = Limits::new().text_chars(chars).payload_bytes(bytes);
        for dialect in [&AnsiTerminal::new() as &dyn Dialect, &PlainText::new()] {
            let fitted = dialect.message(&content, &target(limits.clone()));
            for (part, text) in fitted.parts.iter().zip(texts(&fitted)) {
                prop_assert!(text.chars().count() <= chars, "{text:?}");
                prop_assert!(part.payload.get().len() <= bytes, "{text:?}");
            }
            prop_assert_eq!(letters(&texts(&fitted).concat().replace("```sh", "")).len()
                - sequences(&texts(&fitted)), letters(&lines.concat()).len());
        }
    }

    #[test]
    fn an_action_fits_with_its_list_or_is_text(
        seals in prop::collection::vec(0_usize..200, 1..4),
        label in "[a-z ]{1,80}",
        bytes in 60_usize..700,
    ) {
        let mut elements: Vec<_> = seals.iter().map(|_| button(&label)).collect();
        for (element, length) in elements.iter_mut().zip(&seals) {
            if let Element::Button(button) = element {
                button.action.seal = Some("s".repeat(*length));
            }
        }
        let content = Content::new().actions(elements);
        let fitted = PlainText::new().message(&content, &target(Limits::new().payload_bytes(bytes)));
        let mut shown = 0;
        for part in &fitted.parts {
            prop_assert!(part.payload.get().len() <= bytes);
            shown += part.read::<TerminalMessage>()?.actions.len();
        }
        let told = fitted.losses.iter().any(|loss| loss.kind == LossKind::Actions);
        prop_assert_eq!(shown < seals.len(), told);
    }

    #[test]
    fn no_letter_is_lost_without_a_loss(content in content(), limits in limits()) {
        let fitted = AnsiTerminal::new().message(&content, &target(limits));
        let kinds: Vec<_> = fitted.losses.iter().map(|loss| loss.kind).collect();
        if kinds.contains(&LossKind::Cut) || kinds.contains(&LossKind::Depth) {
            return Ok(());
        }
        let shown = stripped(&texts(&fitted).concat());
        // Cells wrap side by side: only what stands outside of tables keeps its order.
        for block in content.blocks.iter().filter(|block| !has_table(block)) {
            let wanted = letters(&Content::from(block.clone()).plain_text());
            prop_assert!(is_subsequence(&wanted, &shown), "{wanted:?}\n{shown}");
        }
        let mut have: Vec<char> = letters(&shown);
        have.sort_unstable();
        let mut wanted = letters(&content.plain_text());
        wanted.sort_unstable();
        let have: String = have.into_iter().collect();
        prop_assert!(is_subsequence(&wanted, &have));
    }

    #[test]
    fn no_control_character_of_others_is_left(content in content(), limits in limits()) {
        for part in AnsiTerminal::new().message(&content, &target(limits)).parts {
            let message: TerminalMessage = part.read()?;
            let hostile = |c: char| {
                c != '\n' && c.is_control()
                    || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
            };
            prop_assert!(!stripped(&message.text).contains(hostile));
            prop_assert!(!part.summary.contains(|c: char| c == '\n' || hostile(c)));
            for action in message.actions {
                prop_assert!(!action.label.contains(|c: char| c == '\n' || hostile(c)));
            }
        }
    }

    #[test]
    fn plain_text_is_the_terminal_without_colours(content in content(), columns in 1_usize..100) {
        let target = target(Limits::new().columns(columns));
        let painted = texts(&AnsiTerminal::new().message(&content, &target)).concat();
        let plain = texts(&PlainText::new().message(&content, &target)).concat();
        prop_assert_eq!(stripped(&painted), plain);
    }

    #[test]
    fn lines_fit_the_width(content in content(), columns in 4_usize..100) {
        let mut content = content;
        content.blocks.retain(|block| !has_code(block));
        for text in texts(&PlainText::new().message(&content, &target(Limits::new().columns(columns)))) {
            for line in text.lines() {
                prop_assert!(display_width(line) <= columns, "{columns}: {line:?}");
            }
        }
    }

    #[test]
    fn the_lines_of_a_table_are_equally_wide(
        heads in prop::collection::vec(text(), 1..4),
        rows in prop::collection::vec(prop::collection::vec(text(), 0..5), 0..4),
        columns in 20_usize..100,
    ) {
        let table = rows.into_iter().fold(Table::new(heads), Table::row);
        let (texts, losses) = plain(&Content::new().table(table), Limits::new().columns(columns));
        if losses.is_empty() {
            let widths: Vec<_> = texts[0].split('\n').map(display_width).collect();
            prop_assert!(widths.iter().all(|width| *width == widths[0]), "{}", texts[0]);
        }
    }
}

fn has(block: &Block, wanted: fn(&Block) -> bool) -> bool {
    let any = |blocks: &[Block]| blocks.iter().any(|block| has(block, wanted));
    wanted(block)
        || match block {
            Block::Quote(blocks) | Block::Detail { blocks, .. } => any(blocks),
            Block::List(list) => list.items.iter().any(|item| any(&item.blocks)),
            _ => false,
        }
}

fn has_table(block: &Block) -> bool {
    has(block, |block| matches!(block, Block::Table(_)))
}

fn has_code(block: &Block) -> bool {
    has(block, |block| matches!(block, Block::Code { .. }))
}
