//! Words, quotes, flags, and what stands below the line.

use chatgate_core::{Block, Broadcast, Inline};
use serde_json::json;

use super::super::quote;
use super::*;

fn words(content: &Content) -> Vec<String> {
    let line = Line::read(content);
    (0..line.len()).filter_map(|index| line.word(index).map(str::to_owned)).collect()
}

fn typed(text: &str) -> Vec<String> {
    words(&Content::typed(text))
}

#[test]
fn words_are_parted_by_any_space() {
    assert_eq!(
        typed("  deploy \t api\u{a0}--env\u{202f}prod\u{2003}x "),
        ["deploy", "api", "--env", "prod", "x"]
    );
    assert!(typed(" \n \n").is_empty());
    assert_eq!(typed("\n\n  deploy api"), ["deploy", "api"]);
}

#[test]
fn quotes_of_all_keyboards_hold_text_together() {
    for text in [
        "say \"hello there\"",
        "say 'hello there'",
        "say “hello there”",
        "say ”hello there”",
        "say “hello there\"",
        "say „hello there“",
        "say «hello there»",
        "say »hello there«",
        "say ‘hello there’",
        "say ’hello there’",
        "say ‚hello there‘",
        "say hello\\ there",
        "say \"hello\u{a0}there\"",
        "say `hello there`",
    ] {
        assert_eq!(typed(text), ["say", "hello there"], "{text}");
    }
}

#[test]
fn apostrophes_and_inches_are_no_quotes() {
    assert_eq!(typed("say don't it’s 6'2\""), ["say", "don't", "it’s", "6'2\""]);
    assert_eq!(typed("say 'don't worry' ‘it’s ok’"), ["say", "don't worry", "it’s ok"]);
}

#[test]
fn a_backslash_takes_what_would_mean_something_and_is_itself_otherwise() {
    assert_eq!(
        typed(r#"x \"a\" \\ \-n C:\temp \d+ "a \" b\\""#),
        ["x", "\"a\"", "\\", "-n", "C:\\temp", "\\d+", "a \" b\\"]
    );
}

#[test]
fn flags_are_written_in_many_ways() {
    let expected = json!({"service": "api", "env": "prod"});
    for text in [
        "deploy api --env prod",
        "deploy --env prod api",
        "deploy --env=prod api",
        "deploy api —env prod",
        "deploy api –env=prod",
        "deploy api -e prod",
        "deploy api -e=prod",
        "deploy api –e prod",
        "deploy api --environment \"prod\"",
        "deploy api --env=“prod”",
        "deploy api --env PROD",
        "deploy api --env live",
        "deploy 'api' --env `prod`",
        "deploy --env prod -- api",
        "deploy --env prod — api",
    ] {
        assert_eq!(args(&deploy(), text), expected, "{text}");
    }
}

#[test]
fn lists_switches_and_quoted_values_add_up() {
    let text = "deploy api -e prod --tag a --tag=b --force -m \"it's time\" --replicas=3";
    let expected = json!({
        "service": "api", "env": "prod", "tag": ["a", "b"], "force": true,
        "message": "it's time", "replicas": 3,
    });
    assert_eq!(args(&deploy(), text), expected);
    assert_eq!(args(&deploy(), "deploy api -e prod --force=no")["force"], false);
    assert_eq!(args(&deploy(), "deploy api -e prod --message=\"\"")["message"], "");
}

#[test]
fn after_two_dashes_and_in_quotes_nothing_is_a_flag() {
    assert_eq!(args(&deploy(), "deploy --env prod -- --force")["service"], "--force");
    assert_eq!(args(&deploy(), "deploy --env prod \"--force\"")["service"], "--force");
    assert_eq!(args(&deploy(), "deploy --env prod `--force`")["service"], "--force");
    assert_eq!(args(&deploy(), r"deploy --env prod \--force")["service"], "--force");
    assert_eq!(args(&deploy(), "deploy -e prod -m \"-e\" x")["message"], "-e");
}

#[test]
fn numbers_below_zero_are_no_flags() {
    let spec = one(ArgKind::integer())
        .arg(ArgSpec::new("n", ArgKind::Number).long("n").short('n').optional());
    assert_eq!(args(&spec, "x -5"), json!({"a": -5}));
    assert_eq!(args(&spec, "x –5 --n -2.5"), json!({"a": -5, "n": -2.5}));
    assert_eq!(args(&spec, "x −7 -n -.5"), json!({"a": -7, "n": -0.5}));
    assert_eq!(error(&one(ArgKind::Word), "x -5").reason_code(), "unknown_flag");
}

#[test]
fn the_rest_is_everything_as_it_was_typed() {
    let spec = one(ArgKind::Rest).arg(ArgSpec::new("to", ArgKind::Word).long("to").optional());
    let cases = [
        ("x it's  \"so\" nice — really --to me ", "it's  \"so\" nice — really --to me"),
        ("x --to me don't 'stop", "don't 'stop"),
        ("x ask @bob in #ops", "ask @bob in #ops"),
        ("x one\ntwo\n\n> three\n```\nfour\n```", "one\ntwo\nthree\n```\nfour\n```"),
        ("x\nbelow only", "\nbelow only"),
    ];
    for (text, expected) in cases {
        assert_eq!(args(&spec, text)["a"], expected.trim_start(), "{text}");
    }
    assert_eq!(args(&one(ArgKind::Rest), "x --- it -shrugs")["a"], "--- it -shrugs");
    assert_eq!(error(&spec, "x").reason_code(), "missing_argument");
}

#[test]
fn the_rest_may_have_more_words_than_a_line_of_arguments() {
    let text = format!("x {}", "word ".repeat(1_000));
    assert_eq!(args(&one(ArgKind::Rest), &text)["a"], "word ".repeat(1_000).trim_end());
}

#[test]
fn a_code_block_below_feeds_what_takes_code() {
    let spec = one(ArgKind::Word).arg(ArgSpec::new("code", ArgKind::Code));
    assert_eq!(args(&spec, "x sh\n```sh\nls -l\npwd\n```")["code"], "ls -l\npwd");
    assert_eq!(args(&spec, "x sh `ls -l`")["code"], "ls -l");
    let flag = one(ArgKind::Word).arg(ArgSpec::new("body", ArgKind::Json).long("body").optional());
    assert_eq!(args(&flag, "x a --body\n```\n{\"b\": 1}\n```")["body"], json!({"b": 1}));
    assert_eq!(args(&flag, "x a\n```\n[]\n```")["body"], json!([]));
    let rest = one(ArgKind::Code).arg(ArgSpec::new("note", ArgKind::Rest).optional());
    let both = args(&rest, "x\n```\n1\n```\nbecause\n```\n2\n```");
    assert_eq!(both, json!({"a": "1", "note": "because\n```\n2\n```"}));
}

#[test]
fn entities_of_a_platform_are_words_that_know_what_they_are() {
    let content = Content::new().paragraph([
        Inline::text("x "),
        Inline::User { id: "U1".into(), handle: None },
        Inline::text(" --in="),
        Inline::Channel { id: "C1".into(), name: Some("ops team".into()) },
        Inline::text(" --on "),
        Inline::Bold(vec![Inline::link("x.test", "https://x.test".parse().unwrap())]),
    ]);
    let spec = one(ArgKind::User)
        .arg(ArgSpec::new("in", ArgKind::Channel).long("in"))
        .arg(ArgSpec::new("on", ArgKind::Url).long("on"));
    let expected = json!({
        "a": {"id": "U1", "handle": null},
        "in": {"id": "C1", "name": "ops team"},
        "on": "https://x.test/",
    });
    assert_eq!(Value::Object(run(&spec, &content).unwrap()), expected);
    assert_eq!(words(&content), ["x", "@U1", "--in=#ops team", "--on", "x.test"]);
}

#[test]
fn an_entity_beside_other_letters_is_only_its_text() {
    let content = Content::new().paragraph([
        Inline::text("x a"),
        Inline::User { id: "U1".into(), handle: Some("bob".into()) },
        Inline::text("b "),
        Inline::Broadcast(Broadcast::Here),
    ]);
    assert_eq!(words(&content), ["x", "a@bobb", "@here"]);
    assert_eq!(
        run(&one(ArgKind::User).arg(ArgSpec::new("b", ArgKind::Word)), &content)
            .unwrap_err()
            .reason_code(),
        "bad_argument"
    );
}

#[test]
fn styles_are_read_through_and_what_is_no_paragraph_is_no_line() {
    let bold = Content::new().paragraph([Inline::text("x "), Inline::italic("a b")]);
    assert_eq!(words(&bold), ["x", "a", "b"]);
    assert!(Line::read(&Content::typed("```\ndeploy api\n```")).is_empty());
    assert!(Line::read(&Content::typed("> deploy api\ndeploy api")).is_empty());
    assert!(Line::read(&Content::from(Block::Divider)).is_empty());
}

#[test]
fn help_is_asked_for_among_the_words() {
    for text in ["deploy --help", "deploy api -h", "deploy —help"] {
        assert!(Line::read(&Content::typed(text)).asks_help(1), "{text}");
    }
    assert!(!Line::read(&Content::typed("deploy \"--help\" help")).asks_help(1));
}

#[test]
fn a_quoted_word_is_quoted_only_where_it_must_be() {
    assert_eq!(quote("api-2"), "api-2");
    assert_eq!(quote("-x"), "\"-x\"");
    assert_eq!(quote(""), "\"\"");
    assert_eq!(quote("it's"), "\"it's\"");
}
