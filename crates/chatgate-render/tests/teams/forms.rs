//! Forms as dialogs, and what they come back with.

use std::sync::Arc;

use chatgate_core::{
    Capabilities, Choice, ChoiceLook, Dialect, Feature, FieldKind, Form, FormField, Lines,
    LossKind, Pick, Surface, Target,
};
use chatgate_render::AdaptiveCards;
use chatgate_render::teams::{self, form_values, seal_of};
use serde_json::{Value, json};

use crate::validator::Judge;

fn target(can: Capabilities) -> Target {
    Target::new(Surface::Form, Arc::new(can))
}

fn dialog(form: &Form) -> (Value, Vec<LossKind>) {
    let fitted = AdaptiveCards::new().form(form, &target(teams::capabilities())).expect("a form");
    let payload: Value = fitted.parts[0].read().expect("JSON");
    let mut judge = Judge::default();
    judge.card(&payload["card"]["content"]);
    assert_eq!(judge.faults, Vec::<String>::new());
    (payload, fitted.losses.iter().map(|loss| loss.kind).collect())
}

fn input(field: FormField) -> Value {
    let (payload, losses) = dialog(&Form::new("x", "X").field(field));
    assert_eq!(losses, []);
    payload["card"]["content"]["body"][0].clone()
}

fn many(pick: Pick, look: ChoiceLook) -> FieldKind {
    let choices = vec![Choice::labelled("Low *", "low,est"), Choice::new("high").hint("Bad")];
    FieldKind::Choice { choices, pick, look }
}

#[test]
fn a_form_is_the_card_of_a_dialog() {
    let mut form = Form::new("feedback", "How was it?")
        .intro("Be *honest*.")
        .field(FormField::text("words", "In words").required().hint("Short").placeholder("…"));
    form.seal = Some("k1.state.mac".into());
    let (payload, losses) = dialog(&form);
    assert_eq!(losses, []);
    assert_eq!(
        payload,
        json!({
            "title": "How was it?", "height": "medium", "width": "medium",
            "card": {
                "contentType": "application/vnd.microsoft.card.adaptive",
                "content": {
                    "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
                    "type": "AdaptiveCard", "version": "1.5",
                    "body": [
                        {"type": "RichTextBlock", "inlines": ["Be *honest*."]},
                        {"type": "Input.Text", "id": "text:words", "label": "In words",
                         "placeholder": "…", "isRequired": true, "errorMessage": "In words"},
                        {"type": "RichTextBlock", "spacing": "Small", "inlines": [
                            {"type": "TextRun", "text": "Short", "size": "Small", "isSubtle": true}]},
                    ],
                    "actions": [{"type": "Action.Submit", "title": "Submit", "style": "positive",
                                 "data": {"chatgate": {"element": 0, "seal": "k1.state.mac"}}}],
                },
            },
        })
    );
    let data = &payload["card"]["content"]["actions"][0]["data"];
    assert_eq!(seal_of(data), Some("k1.state.mac"));
}

#[test]
fn every_kind_of_field_has_its_input() {
    let text = FieldKind::Text { lines: Lines::Many, min_chars: Some(3), max_chars: Some(9) };
    let found = input(FormField::new("t", "T", text).default_value("a\nb"));
    assert_eq!(
        found,
        json!({"type": "Input.Text", "id": "text:t", "label": "T", "errorMessage": "T: 3+",
               "isMultiline": true, "maxLength": 9, "regex": "^[\\s\\S]{3,}$", "value": "a\nb"})
    );
    let number = FieldKind::Number { min: Some(1.0), max: Some(5.0), whole: true };
    let found = input(FormField::new("n", "N", number).default_value(2));
    assert_eq!(
        found,
        json!({"type": "Input.Number", "id": "number:n", "label": "N", "errorMessage": "N: 1–5",
               "min": 1, "max": 5, "value": 2})
    );
    let kind = |kind| input(FormField::new("f", "F", kind));
    assert_eq!(kind(FieldKind::Email)["style"], "Email");
    assert_eq!(kind(FieldKind::Url)["style"], "Url");
    assert_eq!(kind(FieldKind::Date)["type"], "Input.Date");
    assert_eq!(kind(FieldKind::Time)["type"], "Input.Time");
    assert_eq!(kind(FieldKind::User)["choices.data"]["type"], "Data.Query");
    assert_eq!(kind(FieldKind::DateTime)["columns"][1]["items"][0]["id"], "time:f");
    let toggle = json!({"type": "Input.Toggle", "id": "bool:f", "title": "F", "valueOn": "true",
                        "valueOff": "false", "value": "false"});
    assert_eq!(kind(FieldKind::Bool), toggle);
}

#[test]
fn choices_are_escaped_where_teams_reads_markdown() {
    let menu = input(FormField::new("c", "C", many(Pick::One, ChoiceLook::Menu)));
    assert_eq!(
        (&menu["style"], &menu["choices"][0]["title"]),
        (&json!("compact"), &json!("Low *"))
    );
    let radio = input(FormField::new("c", "C", many(Pick::One, ChoiceLook::Radio)));
    assert_eq!(radio["choices"][0]["title"], "Low \\*");
    let field = FormField::new("c", "C", many(Pick::Many, ChoiceLook::Menu));
    let boxes = input(field.default_value(json!(["low,est", "high"])));
    assert_eq!(
        (&boxes["isMultiSelect"], &boxes["value"]),
        (&json!(true), &json!("low%2Cest,high"))
    );
}

#[test]
fn what_is_submitted_is_what_the_form_reads() {
    let form = Form::new("x", "X")
        .field(FormField::text("t", "T"))
        .field(FormField::number("n", "N"))
        .field(FormField::new("c", "C", many(Pick::Many, ChoiceLook::Menu)))
        .field(FormField::yes_no("b", "B"))
        .field(FormField::new("u", "U", FieldKind::User))
        .field(FormField::new("at", "At", FieldKind::DateTime))
        .field(FormField::text("empty", "E"));
    let data = json!({
        "chatgate": {"element": 0, "seal": "k1.x.mac"},
        "text:t": " a ", "number:n": "3", "choices:c": "low%2Cest,high", "bool:b": "true",
        "person:u": "guid", "day:at": "2026-11-24", "time:at": "14:30", "text:empty": "",
        "odd": 1, "unknown:x": "y",
    });
    let values = form_values(&data, Some("2026-11-24T10:00:00-05:00"));
    let wanted = json!({"t": " a ", "n": 3, "c": ["low,est", "high"], "b": true,
                        "u": {"id": "guid"}, "at": "2026-11-24T19:30:00Z"});
    assert_eq!(form.read(&values).map(Value::from), Ok(wanted));
    let half = json!({"day:at": "2026-11-24", "time:at": ""});
    let errors = form.read(&form_values(&half, None)).expect_err("half a time");
    assert_eq!(errors.keys().collect::<Vec<_>>(), ["at"]);
}

#[test]
fn what_dialogs_do_not_have_is_told() {
    let form = Form::new("x", "X").field(FormField::new("c", "C", FieldKind::Channel)).cancel("No");
    assert_eq!(dialog(&form).1, [LossKind::Form]);
    let file = Form::new("x", "X").field(FormField::new("f", "F", FieldKind::File));
    let dialect = AdaptiveCards::new();
    let error = dialect.form(&file, &target(teams::capabilities())).expect_err("no files");
    assert!(error.is_unsupported());
    let can = teams::capabilities().without([Feature::Forms]);
    let plain = Form::new("x", "X").field(FormField::text("t", "T"));
    assert!(dialect.form(&plain, &target(can)).expect_err("no forms").is_unsupported());
    for wrong in [
        Form::new("x", "X"),
        plain.clone().field(FormField::text("t", "again")),
        (0..51).fold(Form::new("x", "X"), |form, at| {
            form.field(FormField::text(format!("f{at}"), "F"))
        }),
        Form::new("x", "X").field(FormField::text("t", "l".repeat(151))),
        plain.intro("ä".repeat(50_000)),
    ] {
        assert!(
            dialect.form(&wrong, &target(teams::capabilities())).is_err(),
            "{}",
            wrong.fields.len()
        );
    }
}
