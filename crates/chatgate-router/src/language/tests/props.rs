//! What holds for every line.

use chatgate_core::{Block, Inline};
use proptest::prelude::*;

use super::super::charset::check_word;
use super::super::quote;
use super::*;

fn everything() -> CommandSpec {
    deploy()
        .arg(ArgSpec::new("n", ArgKind::integer()).long("n").optional())
        .arg(ArgSpec::new("at", ArgKind::Timestamp).long("at").optional())
        .arg(ArgSpec::new("for", ArgKind::Duration).long("for").optional())
        .arg(ArgSpec::new("json", ArgKind::Json).long("json").optional())
        .arg(ArgSpec::new("url", ArgKind::Url).long("url").optional())
        .arg(ArgSpec::new("who", ArgKind::User).long("who").optional())
        .arg(ArgSpec::new("rest", ArgKind::Rest).optional())
}

/// Text made of what means something to the language.
fn chatty() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => "[a-z]{1,4}",
        1 => "\\PC{0,3}",
        1 => any::<char>().prop_map(String::from),
        6 => prop::sample::select(vec![
            " ", "\"", "'", "“", "”", "‘", "’", "«", "»", "\\", "`", "=", "--", "—", "-", "@", "#",
            "\n", "\u{a0}", "{", "}", "[", "1", "-5", "in 10m", "http://", "x.test", "deploy ",
            "--json ", "--n ", "--at=", "--url ", "--who ", "--env ", "日", "e\u{301}", "\u{200b}",
        ]).prop_map(str::to_owned),
    ];
    prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

fn inline() -> impl Strategy<Value = Inline> {
    let leaf = prop_oneof![
        chatty().prop_map(Inline::Text),
        chatty().prop_map(Inline::Code),
        chatty().prop_map(|id| Inline::User { id: id.into(), handle: None }),
        (chatty(), chatty())
            .prop_map(|(id, name)| Inline::Channel { id: id.into(), name: Some(name) }),
        chatty().prop_map(|label| Inline::link(label, "https://x.test/p".parse().unwrap())),
        Just(Inline::Break),
        Just(Inline::Emoji("tada".into())),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| prop::collection::vec(inner, 0..4).prop_map(Inline::Bold))
}

fn content() -> impl Strategy<Value = Content> {
    let block = prop_oneof![
        4 => prop::collection::vec(inline(), 0..6).prop_map(Block::Paragraph),
        1 => chatty().prop_map(|text| Block::Code { language: None, text }),
        1 => chatty().prop_map(|text| Block::Quote(vec![Block::Paragraph(vec![Inline::Text(text)])])),
    ];
    prop::collection::vec(block, 0..4).prop_map(|blocks| {
        let mut content = Content::new();
        content.blocks = blocks;
        content
    })
}

fn check(content: &Content) {
    let line = Line::read(content);
    let source = line.source();
    for token in line.tokens() {
        assert!(source.get(token.start..token.end).is_some());
        assert!(token.start < token.end);
        let text = token.text(source);
        if let Some((at, from)) = token.equals {
            assert!(text.is_char_boundary(at) && source.is_char_boundary(from));
        }
    }
    let specs = [everything(), one(ArgKind::Rest), one(ArgKind::Json), one(ArgKind::Code)];
    for spec in &specs {
        for skip in [0, 1] {
            if let Err(error) = parse(spec, &line, skip, NOW) {
                let span = error.span().unwrap_or(0..0);
                assert!(source.get(span).is_some(), "{error:?}");
                let shown = error.content(&Phrases::default());
                assert!(!shown.is_empty());
                let _ = error.to_string();
            }
        }
        let visible: Vec<_> = specs.iter().collect();
        let _ = told(&UsageError::unknown_subcommand(spec, &line, 1, &visible));
        let word = line.word(2).unwrap_or_default();
        let error = UsageError::unknown_choice(spec, &line, "service", word, &[Choice::new("a")]);
        assert!(source.get(error.span().unwrap_or(0..0)).is_some());
        let _ = told(&error);
    }
}

proptest! {
    #[test]
    fn nothing_panics_and_spans_are_of_the_source(content in content()) {
        check(&content);
    }

    #[test]
    fn nothing_panics_on_typed_text(text in chatty()) {
        check(&Content::typed(&text));
        check(&Content::typed(&format!("deploy {text}")));
    }

    #[test]
    fn nothing_panics_on_any_text(text in any::<String>()) {
        check(&Content::typed(&text));
        check(&Content::from(text));
    }

    #[test]
    fn a_quoted_word_is_read_as_it_was(text in prop_oneof!["\\PC{1,12}", chatty()]) {
        let word: String =
            text.chars().filter(|c| check_word(c.encode_utf8(&mut [0; 4])).is_ok()).collect();
        // Letters of two scripts are refused however they are quoted.
        let word = if check_word(&word).is_ok() { word } else { word.replace(|c: char| !c.is_ascii(), "") };
        prop_assume!(!word.trim().is_empty());
        let line = format!("x {}", quote(&word));
        let values = run(&one(ArgKind::Word), &Content::from(line)).unwrap();
        prop_assert_eq!(&values["a"], &word);
        let flag = CommandSpec::new("x", "").arg(ArgSpec::new("a", ArgKind::Word).long("a"));
        for line in [format!("x --a {}", quote(&word)), format!("x --a={}", quote(&word))] {
            let values = run(&flag, &Content::from(line)).unwrap();
            prop_assert_eq!(&values["a"], &word);
        }
    }

    #[test]
    fn the_rest_is_kept_to_the_letter(text in "[a-z\"'`“”‘’=\\\\—–-]{1,8}( [a-z\"'`“”‘’=\\\\—–-]{1,8}){0,6}") {
        let values = run(&one(ArgKind::Rest), &Content::from(format!("x {text}"))).unwrap();
        prop_assert_eq!(&values["a"], &text);
    }
}
