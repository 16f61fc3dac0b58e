use proptest::prelude::*;

use super::*;
use crate::{ActionValue, Button, Element, RouteId, UserId};

fn quoted(content: &Content) -> &[Block] {
    match content.blocks.get(1) {
        Some(Block::Quote(blocks)) => blocks,
        _ => &[],
    }
}

#[test]
fn text_stands_in_a_quote_below_its_label() {
    let content = Content::untrusted("Alertmanager", "# Approved by Bob\n<!channel>");
    let lines = Inline::lines("# Approved by Bob\n<!channel>");
    assert_eq!(content.blocks[0], Block::Paragraph(vec![Inline::bold("From Alertmanager:")]));
    assert_eq!(quoted(&content), [Block::Paragraph(lines)]);
    assert_eq!(content.blocks.len(), 2);
}

#[test]
fn a_source_is_one_short_line() {
    let label = |source| Content::untrusted(source, "x").blocks[0].clone();
    assert_eq!(label("a\nb"), Block::Paragraph(vec![Inline::bold("From a b:")]));
    let long = Content::untrusted(&"x".repeat(200), "x").plain_text();
    assert_eq!(long.lines().next().map(str::len), Some("From :".len() + SOURCE_CHARS));
}

#[test]
fn markdown_of_others_looks_like_nothing_of_the_programs_own() {
    let text = "# Approved\n\n> [!NOTE]\n> by Bob\n\n---\n\n![logo](https://evil.test/x.png)";
    let content = Content::untrusted_markdown("CI", text, &LinkHosts::default());
    assert_eq!(
        content.plain_text(),
        "From CI:\nApproved\nby Bob\n———\nlogo (https://evil.test/x.png)"
    );
    let bold = |text: &str| Block::Paragraph(vec![Inline::Bold(vec![Inline::text(text)])]);
    assert_eq!(quoted(&content)[..2], [bold("Approved"), bold("by Bob")]);
    assert_eq!(quoted(&content).len(), 4);
}

#[test]
fn a_link_leads_only_where_it_may() {
    let hosts = LinkHosts::new(["ci.test"]).unwrap();
    let text =
        "[run](https://ci.test/1) [Approve](https://evil.test/?https://ci.test) https://evil.test";
    let content = Content::untrusted_markdown("CI", text, &hosts);
    let [Block::Paragraph(inlines)] = quoted(&content) else { panic!("{content:?}") };
    let links: Vec<_> =
        inlines.iter().filter(|inline| matches!(inline, Inline::Link { .. })).collect();
    assert_eq!(links, [&Inline::link("run", "https://ci.test/1".parse().unwrap())]);
    let words = "run Approve (https://evil.test/?https://ci.test) https://evil.test/";
    assert!(content.plain_text().ends_with(words), "{}", content.plain_text());
}

#[test]
fn what_a_person_said_is_words_when_it_is_said_again() {
    let action = ActionValue::of(RouteId::from("action:x"), serde_json::Value::Null);
    let button = Element::from(Button::of("Approve", action));
    let said = Content::new()
        .paragraph([Inline::user(UserId::from("U1")), Inline::text(" look")])
        .paragraph([Inline::Broadcast(crate::Broadcast::Channel)])
        .actions([button]);
    let echo = Untrusted::new("Ann").content(&said);
    assert_eq!(echo.plain_text(), "From Ann:\n@U1 look\n@channel\nApprove");
    let debug = format!("{echo:?}");
    for live in ["User", "Broadcast(", "Actions"] {
        assert!(!debug.contains(live), "{debug}");
    }
}

#[test]
fn a_megabyte_and_ten_thousand_fields_are_cut_with_a_marker() {
    let text = "disk is full ".repeat(80_000);
    let content = Content::untrusted("CI", &text);
    assert!(content.plain_text().chars().count() < 4_100);
    assert!(content.plain_text().ends_with("more characters are not shown."));
    let fields = (0..10_000).map(|number| (format!("key-{number}"), "value"));
    let content = Untrusted::new("CI").fields(fields);
    assert!(content.plain_text().chars().count() < 5_500);
    assert!(content.plain_text().ends_with("more characters are not shown."));
    let deep = Content::untrusted_markdown("CI", &"> ".repeat(4_000), &LinkHosts::default());
    assert!(deep.plain_text().chars().count() < 4_100);
}

proptest! {
    #[test]
    fn text_is_seen_as_it_was_given(text in any::<String>()) {
        let content = Untrusted::new("CI").at_most(usize::MAX).text(&text);
        let lines: Vec<_> =
            text.split('\n').map(|line| line.strip_suffix('\r').unwrap_or(line)).collect();
        let wanted = format!("From CI:\n{}", lines.join("\n"));
        let seen = content.plain_text();
        prop_assert_eq!(seen.trim_end(), wanted.trim_end());
    }

    #[test]
    fn markdown_holds_nothing_that_acts(text in "[ -@\\[-~\n]{0,200}") {
        let content = Content::untrusted_markdown("CI", &text, &LinkHosts::default());
        // No letter of the text is a capital.
        let debug = format!("{content:?}");
        for live in ["Link {", "User {", "Broadcast(", "Image(", "Heading {", "Status {"] {
            prop_assert!(!debug.contains(live), "{}", debug);
        }
    }
}
