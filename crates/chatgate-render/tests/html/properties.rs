//! Never over a limit, never a lost character without a loss, nothing of others that is a tag.

use std::sync::Arc;

use chatgate_core::{Content, Dialect, Fitted, Limits, LossKind, Surface, Target};
use chatgate_render::html::{self, Html, HtmlMessage};
use chatgate_render::sanitise;
use proptest::prelude::*;

use crate::reader::read;
use crate::support::{block, is_subsequence, letters, text};

fn target(surface: Surface, limits: Limits) -> Target {
    Target::new(surface, Arc::new(html::capabilities().limits(limits)))
}

/// How long a part is with nothing in it.
fn empty_chars() -> usize {
    let fitted =
        Html::fragment().message(&Content::from(""), &target(Surface::Answer, Limits::new()));
    pages(&fitted)[0].chars().count() - "<p dir=\"auto\"></p>\n".len()
}

fn pages(fitted: &Fitted) -> Vec<String> {
    fitted.parts.iter().map(|part| part.read::<HtmlMessage>().unwrap().html).collect()
}

/// What would be a tag, an attribute or an entity if it were read as HTML.
fn hostile() -> impl Strategy<Value = String> {
    prop::sample::select(vec![
        "<script>alert(1)</script>",
        "</p></div></body>",
        "\" onclick=\"x",
        "' style='x",
        "<!--",
        "-->",
        "<![CDATA[",
        "&lt;b&gt;",
        "&#x3c;b",
        "</style>",
        "<img src=x>",
    ])
    .prop_map(str::to_owned)
}

fn content() -> impl Strategy<Value = Content> {
    let hostile = (hostile(), text()).prop_map(|(a, b)| Content::from(a + &b));
    let blocks = prop::collection::vec(block(), 0..5)
        .prop_map(|blocks| blocks.into_iter().fold(Content::new(), Content::block));
    (hostile, blocks).prop_map(|(first, then)| first.then(then))
}

fn limits() -> impl Strategy<Value = Limits> {
    let empty = empty_chars();
    let chars = prop::option::of(prop_oneof![1 => 0_usize..300, 4 => 300_usize..3_000]);
    (
        chars,
        prop::option::of(prop_oneof![1 => 0_usize..300, 4 => 300_usize..3_000]),
        prop::option::of(0_usize..6),
    )
        .prop_map(move |(chars, bytes, blocks)| {
            let mut limits = Limits::new();
            limits.text_chars = chars.map(|chars| empty + chars);
            limits.payload_bytes = bytes.map(|bytes| empty + 200 + bytes);
            limits.blocks = blocks;
            limits
        })
}

proptest! {
    #[test]
    fn text_is_seen_as_it_was_given(text in prop_oneof![text(), hostile(), any::<String>()]) {
        let fitted = Html::fragment()
            .message(&Content::new().paragraph([text.as_str().into()]), &target(Surface::Answer, Limits::new()));
        let seen = read(&pages(&fitted)[0]).map_err(TestCaseError::fail)?.text;
        let wanted = sanitise(&text);
        prop_assert_eq!(seen.strip_suffix("\n\n\n"), Some(wanted.as_ref()));
    }

    #[test]
    fn every_part_is_whole_and_within_its_limits(content in content(), limits in limits()) {
        let fitted = Html::fragment().message(&content, &target(Surface::Post, limits.clone()));
        let all = fitted.parts.iter().flat_map(|part| [Some(&part.payload), part.repeated.as_ref()]);
        for payload in all.flatten() {
            let message: HtmlMessage = serde_json::from_str(payload.get()).unwrap();
            read(&message.html).map_err(TestCaseError::fail)?;
            prop_assert!(message.html.chars().count() <= limits.text_chars.unwrap_or(usize::MAX));
            prop_assert!(payload.get().len() <= limits.payload_bytes.unwrap_or(usize::MAX));
        }
        prop_assert!(!fitted.parts.is_empty() || !fitted.losses.is_empty());
    }

    #[test]
    fn no_character_is_lost_without_a_loss(content in content(), limits in limits()) {
        let fitted = Html::fragment().message(&content, &target(Surface::Answer, limits));
        let is_cut = |loss: &chatgate_core::Loss| matches!(loss.kind, LossKind::Cut | LossKind::Depth);
        if fitted.losses.iter().any(is_cut) {
            return Ok(());
        }
        let seen: String = pages(&fitted)
            .iter()
            .map(|page| read(page).map(|read| read.text))
            .collect::<Result<_, _>>()
            .map_err(TestCaseError::fail)?;
        let wanted = letters(&sanitise(&content.plain_text()));
        prop_assert!(is_subsequence(&wanted, &seen), "{seen}");
    }
}

#[test]
fn a_part_is_as_long_as_its_limit_and_no_longer() {
    let empty = empty_chars();
    let paragraph = "<p dir=\"auto\"></p>\n".len();
    for text in ["a".repeat(100), "é\u{301}\u{302}".repeat(30), "👩‍👩‍👧".repeat(20)] {
        let content = Content::from(text.as_str());
        let chars = empty + paragraph + text.chars().count();
        for (limit, parts) in [(chars, 1), (chars - 1, 2)] {
            let limits = Limits::new().text_chars(limit);
            let fitted = Html::fragment().message(&content, &target(Surface::Answer, limits));
            assert_eq!(fitted.parts.len(), parts, "{limit}");
            let seen: String = pages(&fitted)
                .iter()
                .map(|page| read(page).unwrap().text.replace('\n', ""))
                .collect();
            assert_eq!(seen, text);
        }
    }
}

#[test]
fn a_cut_stands_between_two_clusters() {
    let family = "👩‍👩‍👧";
    let limits = Limits::new().text_chars(empty_chars() + 40);
    let content = Content::from(family.repeat(40));
    let fitted = Html::fragment().message(&content, &target(Surface::Answer, limits));
    for page in pages(&fitted) {
        let text = read(&page).unwrap().text.replace('\n', "");
        assert_eq!(text.replace(family, ""), "");
    }
}

#[test]
fn a_page_that_is_too_small_says_so() {
    let limits = Limits::new().text_chars(empty_chars() - 1);
    let fitted = Html::fragment().message(&Content::from("x"), &target(Surface::Post, limits));
    assert!(fitted.parts.is_empty());
    assert_eq!(fitted.losses[0].kind, LossKind::Cut);
}

#[test]
fn a_long_table_goes_on_with_its_head() {
    let table = (0..400).fold(chatgate_core::Table::new(["name", "state"]), |table, row| {
        table.row([format!("host-{row}"), "up".to_owned()])
    });
    let limits = Limits::new().text_chars(empty_chars() + 4_000);
    let fitted =
        Html::fragment().message(&Content::new().table(table), &target(Surface::Post, limits));
    assert!(fitted.parts.len() > 3);
    for page in pages(&fitted) {
        assert!(read(&page).unwrap().text.trim_start().starts_with("name\nstate"));
    }
}
