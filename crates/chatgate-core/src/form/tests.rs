//! What fields take, typed and submitted.

use serde_json::json;

use super::*;
use crate::{Choice, Pick};

fn color() -> FormField {
    FormField::choice("color", "Color", ["red", "blue"].map(Choice::new))
}

#[test]
fn typed_answers_become_the_fields_own_json() {
    assert_eq!(color().read("2"), Ok(Some("blue".into())));
    assert_eq!(color().read("RED"), Ok(Some("red".into())));
    assert_eq!(FormField::yes_no("ok", "OK?").read("Yes"), Ok(Some(true.into())));
    assert_eq!(FormField::number("n", "N").read("12"), Ok(Some(12.into())));
    assert_eq!(FormField::text("t", "T").read(" "), Ok(None));
}

#[test]
fn wrong_answers_say_what_is_taken() {
    assert_eq!(color().read("green"), Err("takes one of red, blue".into()));
    assert_eq!(FormField::text("t", "T").required().read(""), Err("is required".into()));
    let date = FormField::new("d", "D", FieldKind::Date);
    assert!(date.read("2026-02-30").is_err());
}

#[test]
fn what_a_platform_submits_becomes_the_fields_own_json() {
    let many = FieldKind::Choice {
        choices: ["a", "b"].map(Choice::new).into(),
        pick: Pick::Many,
        look: ChoiceLook::Menu,
    };
    let number = FieldKind::Number { min: None, max: None, whole: true };
    for (kind, submitted, answer) in [
        (number.clone(), json!(" 7 "), json!(7)),
        (FieldKind::Bool, json!([]), json!(false)),
        (FieldKind::Bool, json!(["yes"]), json!(true)),
        (FieldKind::Bool, json!("true"), json!(true)),
        (many.clone(), json!("a"), json!(["a"])),
        (FieldKind::User, json!("U1"), json!({"id": "U1"})),
        (FieldKind::Channel, json!(["C1"]), json!({"id": "C1"})),
        (FieldKind::File, json!([{"id": "F1"}]), json!({"id": "F1"})),
        (FieldKind::DateTime, json!(1_764_000_000), json!("2025-11-24T16:00:00Z")),
        (FieldKind::DateTime, json!("2026-11-24T14:30Z"), json!("2026-11-24T14:30:00Z")),
        (FieldKind::Email, json!(" a@b.test "), json!("a@b.test")),
    ] {
        let form = Form::new("x", "X").field(FormField::new("f", "F", kind.clone()));
        let given = Map::from_iter([("f".into(), submitted.clone())]);
        let expected = Map::from_iter([("f".into(), answer)]);
        assert_eq!(form.read(&given), Ok(expected), "{kind:?} {submitted}");
    }
    for empty in [json!(null), json!(""), json!("  "), json!([])] {
        let form = Form::new("x", "X").field(FormField::new("f", "F", many.clone()));
        let given = Map::from_iter([("f".into(), empty.clone())]);
        assert_eq!(form.read(&given), Ok(Map::new()), "{empty}");
    }
}

#[test]
fn what_a_client_should_have_refused_is_refused_here() {
    let text = FieldKind::Text { lines: Lines::One, min_chars: Some(2), max_chars: Some(3) };
    let number = FieldKind::Number { min: Some(1.0), max: Some(9.0), whole: true };
    let choice = FieldKind::Choice {
        choices: vec![Choice::new("a")],
        pick: Pick::One,
        look: ChoiceLook::Radio,
    };
    for (kind, submitted) in [
        (text.clone(), json!("a")),
        (text.clone(), json!("four")),
        (text.clone(), json!("a\nb")),
        (text, json!(["ab", "cd"])),
        (number.clone(), json!(0)),
        (number.clone(), json!(10)),
        (number.clone(), json!("1.5")),
        (number.clone(), json!("nan")),
        (number, json!({"id": 1})),
        (choice.clone(), json!("b")),
        (choice.clone(), json!("1")),
        (choice, json!(["a", "a"])),
        (FieldKind::Email, json!("a b@c.test")),
        (FieldKind::Email, json!("a@b")),
        (FieldKind::Email, json!("a@@b.test")),
        (FieldKind::Email, json!("a@b.test\nbcc: x@y.test")),
        (FieldKind::Url, json!("javascript:alert(1)")),
        (FieldKind::Url, json!("https://bank.test@evil.test/")),
        (FieldKind::User, json!({"handle": "bob"})),
        (FieldKind::Date, json!("2026-02-30")),
        (FieldKind::Time, json!("25:00")),
        (FieldKind::DateTime, json!(f64::MAX)),
        (FieldKind::Bool, json!("perhaps")),
    ] {
        let form = Form::new("x", "X").field(FormField::new("f", "F", kind.clone()));
        let given = Map::from_iter([("f".into(), submitted.clone())]);
        assert!(form.read(&given).is_err(), "{kind:?} {submitted}");
    }
}

#[test]
fn a_submission_is_checked_field_by_field() {
    let form = Form::new("x", "X").field(color().required()).field(FormField::number("n", "N"));
    let errors = form.check(&Map::from_iter([("n".into(), Value::from("1"))]));
    assert_eq!(errors.keys().collect::<Vec<_>>(), ["color", "n"]);
}
