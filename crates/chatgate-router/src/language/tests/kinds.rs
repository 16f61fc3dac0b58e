//! What each kind of argument takes, and its canonical form.

use serde_json::json;

use super::*;

fn value(kind: ArgKind, typed: &str) -> Value {
    args(&one(kind), &format!("x {typed}"))["a"].clone()
}

fn refused(kind: ArgKind, typed: &str) -> &'static str {
    error(&one(kind), &format!("x {typed}")).reason_code().as_str()
}

#[test]
fn whole_numbers_keep_their_bounds() {
    assert_eq!(value(ArgKind::integer(), "9223372036854775807"), i64::MAX);
    assert_eq!(value(ArgKind::integer(), "-9223372036854775808"), i64::MIN);
    for typed in ["9223372036854775808", "1.5", "1e3", "ten", "0x10", "1_000", "\"\""] {
        assert_eq!(refused(ArgKind::integer(), typed), "bad_argument", "{typed}");
    }
    assert_eq!(refused(ArgKind::Integer { min: 1, max: 3 }, "4"), "bad_argument");
    assert_eq!(value(ArgKind::Integer { min: 1, max: 3 }, "3"), 3);
}

#[test]
fn numbers_are_finite() {
    assert_eq!(value(ArgKind::Number, "1.5"), 1.5);
    assert_eq!(value(ArgKind::Number, "-1e3"), -1000.0);
    for typed in ["nan", "inf", "-inf", "1e999", "infinity", "one"] {
        let reason = refused(ArgKind::Number, typed);
        assert!(matches!(reason, "bad_argument" | "unknown_flag"), "{typed}: {reason}");
    }
}

#[test]
fn yes_and_no_have_many_words() {
    for (typed, expected) in
        [("yes", true), ("ON", true), ("true", true), ("no", false), ("off", false)]
    {
        assert_eq!(value(ArgKind::Bool, typed), expected, "{typed}");
    }
    assert_eq!(refused(ArgKind::Bool, "maybe"), "bad_argument");
}

#[test]
fn lengths_and_points_of_time() {
    assert_eq!(value(ArgKind::Duration, "1h30m"), 5_400_000);
    assert_eq!(value(ArgKind::Duration, "“2h 30m”"), 9_000_000);
    assert_eq!(refused(ArgKind::Duration, "99999999999999w"), "bad_argument");
    for (typed, expected) in [
        ("2026-11-24T14:30:00+02:00", "2026-11-24T12:30:00Z"),
        ("2026-12-01", "2026-12-01T00:00:00Z"),
        ("14:30", "2026-11-24T14:30:00Z"),
        ("09:15", "2026-11-25T09:15:00Z"),
        ("\"in 10m\"", "2026-11-24T12:10:00Z"),
        ("in 10m", "2026-11-24T12:10:00Z"),
        ("In \"1h 5m\"", "2026-11-24T13:05:00Z"),
    ] {
        assert_eq!(value(ArgKind::Timestamp, typed), expected, "{typed}");
    }
    for typed in ["soon", "in", "in soon", "24:61", "\"in -5m\""] {
        assert_eq!(refused(ArgKind::Timestamp, typed), "bad_argument", "{typed}");
    }
}

#[test]
fn addresses_are_of_the_web_and_carry_no_password() {
    assert_eq!(value(ArgKind::Url, "https://x.test/a?b=c#d"), "https://x.test/a?b=c#d");
    assert_eq!(value(ArgKind::Url, "\"http://x.test\""), "http://x.test/");
    for typed in [
        "ftp://x.test",
        "javascript:alert(1)",
        "x.test",
        "https://",
        "\"https://u:p@x.test/\"",
        "\"https://u@x.test/\"",
        "file:///etc/passwd",
        "\"https://x.te\tst/\"",
    ] {
        assert_eq!(refused(ArgKind::Url, typed), "bad_argument", "{typed}");
    }
}

#[test]
fn people_and_channels_are_written_with_their_sign() {
    assert_eq!(value(ArgKind::User, "@bob"), json!({"id": "bob", "handle": "bob"}));
    assert_eq!(value(ArgKind::Channel, "#ops"), json!({"id": "ops", "name": "ops"}));
    for typed in ["bob", "@", "#ops", "\"@bob smith\"", "@here"] {
        // `@here` typed as text is a name like any other; the platform's own is `Broadcast`.
        if typed == "@here" {
            continue;
        }
        assert_eq!(refused(ArgKind::User, typed), "bad_argument", "{typed}");
    }
}

#[test]
fn json_is_bare_in_code_or_in_quotes() {
    let expected = json!({"a b": [1, "c"]});
    for typed in [
        r#"{"a b": [1, "c"]}"#,
        r#"`{"a b": [1, "c"]}`"#,
        r#"'{"a b": [1, "c"]}'"#,
        "{ \"a b\" : [ 1 , \"c\" ] }",
    ] {
        assert_eq!(value(ArgKind::Json, typed), expected, "{typed}");
    }
    assert_eq!(value(ArgKind::Json, "\"text\""), "text");
    assert_eq!(value(ArgKind::Json, "null"), Value::Null);
    for typed in ["{\"a\":", "{}x", "{a: 1}", "nope"] {
        assert_eq!(refused(ArgKind::Json, typed), "bad_argument", "{typed}");
    }
    assert_eq!(refused(ArgKind::Json, "{} {}"), "too_many_words");
    let deep = "[".repeat(4_000);
    assert_eq!(refused(ArgKind::Json, &deep), "bad_argument");
}

#[test]
fn code_stands_between_backquotes_or_quotes() {
    assert_eq!(value(ArgKind::Code, "`a  b`"), "a  b");
    assert_eq!(value(ArgKind::Code, "'a  b'"), "a  b");
    assert_eq!(refused(ArgKind::Code, "ab"), "bad_argument");
}

#[test]
fn what_exists_is_any_word_until_it_is_asked() {
    assert_eq!(value(ArgKind::Listed, "api-7"), "api-7");
    assert_eq!(refused(ArgKind::Listed, "аpi"), "bad_argument");
}

#[test]
fn lists_take_all_words() {
    let spec = CommandSpec::new("x", "").arg(ArgSpec::new("ids", ArgKind::integer()).many());
    assert_eq!(args(&spec, "x 1 -2 3"), json!({"ids": [1, -2, 3]}));
    assert_eq!(error(&spec, "x").reason_code(), "missing_argument");
    assert_eq!(error(&spec, "x 1 two").reason_code(), "bad_argument");
}

#[test]
fn defaults_are_read_as_if_they_were_typed() {
    let spec = CommandSpec::new("x", "")
        .arg(ArgSpec::new("wait", ArgKind::Duration).long("wait").default_value("10m"))
        .arg(ArgSpec::new("at", ArgKind::Timestamp).long("at").default_value("in 1h"))
        .arg(ArgSpec::new("on", ArgKind::Word).long("on").many().default_value("a \"b c\""));
    let expected = json!({"wait": 600_000, "at": "2026-11-24T13:00:00Z", "on": ["a", "b c"]});
    assert_eq!(args(&spec, "x"), expected);
    assert_eq!(args(&spec, "x --on d")["on"], json!(["d"]));
}
