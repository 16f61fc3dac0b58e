use chatgate_core::{ArgStyle, Choice};
use serde_json::json;

use super::*;

fn spec() -> CommandSpec {
    let env = ArgKind::Choice(vec![Choice::new("staging"), Choice::new("prod")]);
    CommandSpec::new("deploy", "Roll a service out")
        .arg(ArgSpec::new("service", ArgKind::Word).about("The service to roll out"))
        .arg(ArgSpec::new("env", env).long("env"))
        .arg(ArgSpec::new("wait-for", ArgKind::Duration).long("wait-for").default_value("90s"))
        .arg(ArgSpec::new("tag", ArgKind::Word).long("tag").many().optional())
        .arg(
            ArgSpec::new("replicas", ArgKind::Integer { min: 1, max: 9 })
                .long("replicas")
                .optional(),
        )
}

fn map(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        other => panic!("not an object: {other}"),
    }
}

#[test]
fn the_form_asks_every_argument_and_keeps_what_was_understood() {
    let form = form_for(&spec(), &map(json!({"service": "api"})), &Phrases::default());
    assert_eq!(form.route, "form:deploy");
    let field = |name: &str| form.fields.iter().find(|field| field.name == name).unwrap();
    assert_eq!(field("service").default, Some("api".into()));
    assert_eq!(field("service").hint.as_deref(), Some("The service to roll out"));
    assert!(field("env").required && !field("tag").required);
    assert_eq!(field("wait-for").label, "Wait for");
    assert_eq!(field("wait-for").default, Some("1m30s".into()));
    let whole = FieldKind::Number { min: Some(1.0), max: Some(9.0), whole: true };
    assert_eq!(field("replicas").kind, whole);
}

#[test]
fn what_the_form_holds_at_first_is_what_it_reads() {
    let partial = map(json!({
        "service": "api", "env": "prod", "wait-for": 5_000, "tag": ["a", "b"], "replicas": 3,
    }));
    let form = form_for(&spec(), &partial, &Phrases::default());
    let values: Map<_, _> = form
        .fields
        .iter()
        .filter_map(|field| Some((field.name.clone(), field.default.clone()?)))
        .collect();
    assert_eq!(form.check(&values), FieldErrors::new());
    assert_eq!(args_from_submission(&spec(), &values, Timestamp::EPOCH), Ok(partial));
}

#[test]
fn a_submission_becomes_the_canonical_form() {
    let values = map(json!({
        "service": " api ", "env": "prod", "wait-for": "", "tag": "a\n\nb", "replicas": 3.0,
        "something else": 1,
    }));
    let args = args_from_submission(&spec(), &values, Timestamp::EPOCH).unwrap();
    let expected = json!({
        "service": "api", "env": "prod", "wait-for": 90_000, "tag": ["a", "b"], "replicas": 3,
    });
    assert_eq!(Value::from(args), expected);
}

#[test]
fn a_submission_is_checked_field_by_field() {
    let values = map(json!({"service": "аpi", "wait-for": "soon", "replicas": 10, "env": "qa"}));
    let errors = args_from_submission(&spec(), &values, Timestamp::EPOCH).unwrap_err();
    let expected = [
        ("env", "takes one of staging, prod"),
        ("replicas", "takes a whole number from 1 to 9"),
        ("service", "mixes Cyrillic and Latin letters"),
        ("wait-for", "takes a length of time such as 10m or \"2h 30m\""),
    ];
    assert_eq!(errors, expected.map(|(name, words)| (name.into(), words.into())).into());
}

#[test]
fn canonical_arguments_come_through_unchanged() {
    let spec = CommandSpec::new("x", "")
        .arg(ArgSpec::new("who", ArgKind::User))
        .arg(ArgSpec::new("at", ArgKind::Timestamp))
        .arg(ArgSpec::new("of", ArgKind::Json))
        .arg(ArgSpec::new("url", ArgKind::Url));
    let args = map(json!({
        "who": {"id": "U1", "handle": null}, "at": "2026-11-24T12:00:00Z", "of": [null],
        "url": "https://x.test/",
    }));
    assert_eq!(args_from_json(&spec, &args), Ok(args));
}

#[test]
fn a_call_is_checked_strictly() {
    let wrong = [
        (json!({"service": "api", "env": "prod", "more": 1}), "more"),
        (json!({"service": "api"}), "env"),
        (json!({"service": "api", "env": "PROD"}), "env"),
        (json!({"service": "a\u{200b}pi", "env": "prod"}), "service"),
        (json!({"service": 1, "env": "prod"}), "service"),
        (json!({"service": "api", "env": "prod", "wait-for": "10m"}), "wait-for"),
        (json!({"service": "api", "env": "prod", "wait-for": -1}), "wait-for"),
        (json!({"service": "api", "env": "prod", "tag": "a"}), "tag"),
        (json!({"service": "api", "env": "prod", "replicas": 0}), "replicas"),
        (json!({"service": "api", "env": "prod", "replicas": 1.5}), "replicas"),
    ];
    for (args, name) in wrong {
        let errors = args_from_json(&spec(), &map(args.clone())).unwrap_err();
        assert_eq!(errors.keys().collect::<Vec<_>>(), [name], "{args}");
    }
}

#[test]
fn a_required_list_is_not_empty() {
    let spec = CommandSpec::new("x", "").arg(ArgSpec::new("id", ArgKind::Word).many());
    assert_eq!(spec.args[0].style, ArgStyle::Positional);
    assert!(args_from_json(&spec, &map(json!({"id": []}))).is_err());
    assert!(args_from_json(&spec, &map(json!({"id": ["a"]}))).is_ok());
}
