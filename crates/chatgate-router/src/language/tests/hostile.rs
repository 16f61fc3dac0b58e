//! Lines that are meant to be read in two ways.

use chatgate_core::{Block, Inline};

use super::*;

fn refused(typed: &str) -> &'static str {
    error(&deploy(), typed).reason_code().as_str()
}

#[test]
fn a_word_with_what_cannot_be_seen_is_a_bad_argument() {
    for c in [
        '\0',
        '\u{7}',
        '\u{1b}',
        '\u{200b}',
        '\u{200d}',
        '\u{2060}',
        '\u{feff}',
        '\u{202e}',
        '\u{2066}',
        '\u{ad}',
        '\u{e0061}',
        '\u{3164}',
    ] {
        for text in [
            format!("deploy a{c}pi --env prod"),
            format!("deploy \"a{c}pi\" --env prod"),
            format!("deploy `a{c}pi` --env prod"),
            format!("deploy api --env pr{c}od"),
            format!("deploy api --env prod --tag x{c}"),
        ] {
            assert_eq!(refused(&text), "bad_argument", "{text:?}");
        }
    }
}

#[test]
fn look_alikes_are_a_bad_argument() {
    for text in
        ["deploy аpi --env prod", "deploy api --env prоd", "deploy api --env prod --tag ρrod"]
    {
        assert_eq!(refused(text), "bad_argument", "{text}");
    }
    // All Cyrillic is one script; it is simply not the same word.
    assert_eq!(refused("deploy api --env рго"), "unknown_choice");
    // The Kelvin sign folds to `k`, the long s to `s`.
    assert_eq!(refused("deploy api --env ſtaging"), "unknown_choice");
    assert_eq!(refused("deploy api --еnv prod"), "unknown_flag");
}

#[test]
fn a_second_line_is_trailing_input_whatever_ends_the_first() {
    for end in ["\n", "\r\n", "\r", "\u{b}", "\u{c}", "\u{85}", "\u{2028}", "\u{2029}", "\n\n\n"] {
        let text = format!("deploy api --env staging{end}deploy api --env prod");
        assert_eq!(refused(&text), "trailing_input", "{text:?}");
    }
    assert_eq!(refused("deploy api --env prod\n```\nrm -rf\n```"), "trailing_input");
    assert_eq!(refused("deploy api --env prod\n> deploy api"), "trailing_input");
    let broken = Content::new().paragraph([
        Inline::text("deploy api --env prod"),
        Inline::Bold(vec![Inline::Break, Inline::text("deploy db --env prod")]),
    ]);
    assert_eq!(run(&deploy(), &broken).unwrap_err().reason_code(), "trailing_input");
    let other = Content::typed("deploy api --env prod")
        .block(Block::Other(serde_json::json!({"type": "new", "text": "deploy db"})));
    assert_eq!(run(&deploy(), &other).unwrap_err().reason_code(), "trailing_input");
}

#[test]
fn blank_lines_below_are_nothing() {
    assert!(run(&deploy(), &Content::typed("deploy api --env prod\n  \n\n")).is_ok());
}

#[test]
fn a_quote_does_not_reach_over_the_line() {
    assert_eq!(refused("deploy \"api --env prod\n--env staging\""), "unclosed_quote");
}

#[test]
fn a_line_end_in_a_code_span_or_a_name_does_not_make_a_line() {
    let content = Content::new()
        .paragraph([Inline::text("deploy --env prod "), Inline::code("api\ndeploy db")]);
    assert_eq!(run(&deploy(), &content).unwrap()["service"], "api deploy db");
}

#[test]
fn quotes_and_metacharacters_are_letters_like_others() {
    let text = r#"deploy "api; rm -rf / && $(whoami) | `x` 'y'" --env prod"#;
    let service = run(&deploy(), &Content::from(text)).unwrap()["service"].clone();
    assert_eq!(service, "api; rm -rf / && $(whoami) | `x` 'y'");
}

#[test]
fn too_much_is_refused_before_it_costs_anything() {
    let long = format!("deploy {} --env prod", "a".repeat(40_000));
    assert_eq!(refused(&long), "line_too_long");
    let many = format!("deploy api --env prod {}", "--tag a ".repeat(200));
    assert_eq!(refused(&many), "line_too_long");
    let wide = format!("deploy {} --env prod", "日".repeat(20_000));
    assert_eq!(refused(&wide), "line_too_long");
    let deep = (0..100_000).fold(Inline::text("x"), |inner, _| Inline::Bold(vec![inner]));
    let content = Content::new().paragraph([Inline::text("deploy "), deep]);
    assert_eq!(Line::read(&content).len(), 1);
    // Dropped level by level, or the drop itself would recurse.
    let mut inlines = content.blocks;
    while let Some(Block::Paragraph(mut inner)) = inlines.pop() {
        if let Some(Inline::Bold(deeper)) = inner.pop() {
            inlines.push(Block::Paragraph(deeper));
        }
    }
}

#[test]
fn what_is_told_shows_nothing_that_turns_or_hides_text() {
    let error = error(&deploy(), "deploy api\u{202e}\u{200b} --env prod\u{7}");
    let text = told(&error);
    assert!(!text.contains(['\u{202e}', '\u{200b}', '\u{7}']), "{text:?}");
    assert!(
        !super::error(&deploy(), "deploy api\u{202e}x --nope\u{202e}")
            .to_string()
            .contains('\u{202e}')
    );
}

#[test]
fn what_a_person_typed_never_becomes_a_mention_or_markup_in_an_answer() {
    let content = error(&deploy(), "deploy api --env @everyone").content(&Phrases::default());
    fn plain(inlines: &[Inline]) -> bool {
        inlines
            .iter()
            .all(|inline| matches!(inline, Inline::Text(_) | Inline::Code(_) | Inline::Break))
    }
    for block in &content.blocks {
        match block {
            Block::Status { text, .. } | Block::Paragraph(text) => assert!(plain(text), "{text:?}"),
            Block::Code { .. } => {}
            other => panic!("{other:?}"),
        }
    }
}
