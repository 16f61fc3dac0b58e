//! Forms as modals: exact JSON, limits, and what is submitted.

use std::sync::Arc;

use chatgate_core::{
    Capabilities, Choice, ChoiceLook, Dialect, FieldKind, Fitted, Form, FormField, Lines, LossKind,
    Pick, Surface, Target,
};
use chatgate_render::slack::{BlockKit, form_values};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use crate::modal::faults;
use crate::support::{is_subsequence, letters, text};

fn say(form: &Form) -> chatgate_core::Result<Fitted> {
    let target = Target::new(Surface::Form, Arc::new(Capabilities::all()));
    BlockKit::new().form(form, &target)
}

fn view(form: &Form) -> Value {
    let fitted = say(form).expect("a form that fits");
    let view: Value = fitted.parts[0].read().expect("JSON");
    assert_eq!(faults(&view), Vec::<String>::new(), "{view:#}");
    view
}

fn element(field: FormField) -> Value {
    view(&Form::new("x", "X").field(field))["blocks"][0]["element"].clone()
}

fn losses(form: &Form) -> Vec<LossKind> {
    say(form).expect("a form that fits").losses.into_iter().map(|loss| loss.kind).collect()
}

fn plain(text: &str) -> Value {
    json!({"type": "plain_text", "text": text, "emoji": false})
}

fn field(kind: FieldKind) -> FormField {
    FormField::new("a", "A", kind)
}

fn text_field(min_chars: Option<usize>, max_chars: Option<usize>) -> FormField {
    field(FieldKind::Text { lines: Lines::One, min_chars, max_chars })
}

fn choice(choices: &[&str], pick: Pick, look: ChoiceLook) -> FormField {
    let choices = choices.iter().map(|value| Choice::new(*value)).collect();
    field(FieldKind::Choice { choices, pick, look })
}

#[test]
fn a_form_is_a_modal() {
    let mut form = Form::new("deploy", "Deploy")
        .intro("Roll a service out.")
        .field(FormField::text("service", "Service").required().hint("Its name").placeholder("api"))
        .submit("Roll out")
        .cancel("Not now");
    form.seal = Some("k1.abc.defghijklmnop".into());
    let wanted = json!({
        "type": "modal",
        "callback_id": "form:deploy",
        "title": plain("Deploy"),
        "submit": plain("Roll out"),
        "close": plain("Not now"),
        "private_metadata": "k1.abc.defghijklmnop",
        "notify_on_close": true,
        "blocks": [
            {"type": "section", "text": plain("Roll a service out.")},
            {
                "type": "input", "block_id": "service", "label": plain("Service"),
                "hint": plain("Its name"), "optional": false,
                "element": {
                    "action_id": "field-efghijklmnop", "placeholder": plain("api"),
                    "type": "plain_text_input", "multiline": false,
                },
            },
        ],
    });
    assert_eq!(view(&form), wanted);
    let part = &say(&form).unwrap().parts[0];
    assert_eq!(part.summary, "Deploy");
    assert!(part.repeated.is_none(), "a form that did not open is not opened again");
}

#[test]
fn every_kind_of_field_has_its_element() {
    let of = |name: &str, rest: Value| {
        let mut element = json!({"type": name, "action_id": "field"});
        if let (Value::Object(element), Value::Object(rest)) = (&mut element, rest) {
            element.extend(rest);
        }
        element
    };
    let option = |value: &str| json!({"text": plain(value), "value": value});
    let yes = json!({"text": plain("Yes"), "value": "yes"});
    let number = |min, max, whole| field(FieldKind::Number { min, max, whole });
    let person = json!({"id": "U0ALICE", "handle": "alice"});
    let include = json!({"include": ["public", "private"]});
    let all = [
        (
            text_field(Some(2), Some(9)).default_value("abc"),
            of(
                "plain_text_input",
                json!({"multiline": false, "min_length": 2, "max_length": 9, "initial_value": "abc"}),
            ),
        ),
        (FormField::long_text("a", "A"), of("plain_text_input", json!({"multiline": true}))),
        (
            number(Some(0.5), Some(9.5), true).default_value(3),
            of(
                "number_input",
                json!({"is_decimal_allowed": false, "min_value": "1", "max_value": "9", "initial_value": "3"}),
            ),
        ),
        (
            number(Some(0.5), None, false).default_value(1.5),
            of(
                "number_input",
                json!({"is_decimal_allowed": true, "min_value": "0.5", "initial_value": "1.5"}),
            ),
        ),
        (
            field(FieldKind::Email).default_value("a@x.test"),
            of("email_text_input", json!({"initial_value": "a@x.test"})),
        ),
        (field(FieldKind::Url), of("url_text_input", json!({}))),
        (
            choice(&["a", "b"], Pick::One, ChoiceLook::Menu).default_value("b"),
            of(
                "static_select",
                json!({"options": [option("a"), option("b")], "initial_option": option("b")}),
            ),
        ),
        (
            choice(&["a", "b"], Pick::Many, ChoiceLook::Menu).default_value(json!(["b", "a"])),
            of(
                "multi_static_select",
                json!({"options": [option("a"), option("b")], "initial_options": [option("a"), option("b")]}),
            ),
        ),
        (
            choice(&["a", "b"], Pick::One, ChoiceLook::Radio).default_value("a"),
            of(
                "radio_buttons",
                json!({"options": [option("a"), option("b")], "initial_option": option("a")}),
            ),
        ),
        (
            choice(&["a", "b"], Pick::Many, ChoiceLook::Radio),
            of("checkboxes", json!({"options": [option("a"), option("b")]})),
        ),
        (
            field(FieldKind::Listed).default_value("main"),
            of("external_select", json!({"min_query_length": 0, "initial_option": option("main")})),
        ),
        (
            field(FieldKind::User).default_value(person),
            of("users_select", json!({"initial_user": "U0ALICE"})),
        ),
        (
            field(FieldKind::Channel).default_value(json!({"id": "C0OPS", "name": "ops"})),
            of("conversations_select", json!({"filter": include, "initial_conversation": "C0OPS"})),
        ),
        (
            field(FieldKind::Date).default_value("2026-11-24"),
            of("datepicker", json!({"initial_date": "2026-11-24"})),
        ),
        (
            field(FieldKind::Time).default_value("14:30"),
            of("timepicker", json!({"initial_time": "14:30"})),
        ),
        (
            field(FieldKind::DateTime).default_value("2026-11-24T14:30:00Z"),
            of("datetimepicker", json!({"initial_date_time": 1_795_530_600})),
        ),
        (field(FieldKind::File), of("file_input", json!({"max_files": 1}))),
    ];
    for (field, wanted) in all {
        let form = Form::new("x", "X").field(field.clone());
        assert_eq!(element(field), wanted);
        assert_eq!(losses(&form), []);
    }
    let sure = element(field(FieldKind::Bool).required().default_value(true));
    let wanted = json!({
        "type": "checkboxes", "action_id": "bool", "options": [yes], "initial_options": [yes],
    });
    assert_eq!(sure, wanted);
}

#[test]
fn a_box_that_is_not_ticked_can_be_submitted() {
    let form = Form::new("x", "X").field(FormField::yes_no("sure", "Sure?").required());
    assert_eq!(view(&form)["blocks"][0]["optional"], true);
}

#[test]
fn what_an_element_cannot_show_while_empty_stands_in_its_hint() {
    let kind = FieldKind::DateTime;
    let field = FormField::new("at", "At", kind).hint("In your time.").placeholder("now");
    let view = view(&Form::new("x", "X").field(field));
    assert_eq!(view["blocks"][0]["hint"], plain("In your time.\nnow"));
}

#[test]
fn a_long_title_stands_whole_below_the_bar() {
    let fits = Form::new("x", "x".repeat(24)).field(text_field(None, None));
    assert_eq!(view(&fits)["title"]["text"], "x".repeat(24));
    assert_eq!(view(&fits)["blocks"].as_array().map(Vec::len), Some(1));
    let long = Form::new("x", "x".repeat(25)).field(text_field(None, None));
    let said = view(&long);
    assert_eq!(said["title"]["text"], format!("{}…", "x".repeat(23)));
    assert_eq!(said["blocks"][0], json!({"type": "header", "text": plain(&"x".repeat(25))}));
    assert_eq!(losses(&long), [], "nothing is lost");
    let longer = Form::new("x", "x".repeat(151)).field(text_field(None, None));
    assert_eq!(view(&longer)["blocks"][0]["type"], "section");
}

#[test]
fn words_of_exactly_the_limit_fit_and_one_more_is_cut_with_a_loss() {
    let base = || Form::new("x", "X").field(text_field(None, None));
    let x = |most: usize| "x".repeat(most);
    type Make = Box<dyn Fn(String) -> Form>;
    let cases: [(usize, Make); 6] = [
        (24, Box::new(move |words| base().submit(words))),
        (24, Box::new(move |words| base().cancel(words))),
        (2_000, Box::new(|words| Form::new("x", "X").field(FormField::text("a", words)))),
        (2_000, Box::new(|words| Form::new("x", "X").field(text_field(None, None).hint(words)))),
        (
            150,
            Box::new(|words| Form::new("x", "X").field(text_field(None, None).placeholder(words))),
        ),
        (
            75,
            Box::new(|words| {
                let choices = [Choice::labelled(words, "v")];
                Form::new("x", "X").field(FormField::choice("a", "A", choices))
            }),
        ),
    ];
    for (most, make) in cases {
        view(&make(x(most)));
        assert_eq!(losses(&make(x(most))), [], "{most}");
        view(&make(x(most + 1)));
        assert_eq!(losses(&make(x(most + 1))), [LossKind::Cut], "{most}");
        // A cluster at the cut goes whole or not at all.
        let family = format!("{}👩‍👩‍👧", x(most - 2));
        let said = view(&make(family)).to_string();
        assert!(said.contains("x…") && !said.contains('👩'), "{most}");
    }
}

#[test]
fn what_no_cutting_helps_against_is_refused() {
    let x = |most: usize| "x".repeat(most);
    let refused = |form: Form| say(&form).is_err_and(|error| error.is_invalid_input());
    let fields = |count: usize| {
        (0..count)
            .fold(Form::new("x", "X"), |form, n| form.field(FormField::text(n.to_string(), "A")))
    };
    view(&fields(100));
    assert!(refused(fields(101)));
    assert!(refused(Form::new("x", "X")), "there is nothing to show");
    view(&Form::new("x", "X").intro("Sure?"));
    let named = |name: String| Form::new("x", "X").field(FormField::text(name, "A"));
    view(&named(x(255)));
    assert!(refused(named(x(256))));
    assert!(refused(named(String::new())));
    assert!(refused(named("a".into()).field(text_field(None, None))), "two fields of one name");
    let sealed = |count: usize| {
        let mut form = named("a".into());
        form.seal = Some(x(count));
        form
    };
    view(&sealed(3_000));
    assert!(refused(sealed(3_001)));
    let chosen = |values: &[&str], look| Form::new("x", "X").field(choice(values, Pick::One, look));
    view(&chosen(&[&x(75)], ChoiceLook::Menu));
    assert!(refused(chosen(&[&x(76)], ChoiceLook::Menu)));
    assert!(refused(chosen(&[], ChoiceLook::Menu)));
    assert!(refused(Form::new("x", "X").field(text_field(Some(3), Some(2)))));
    assert!(refused(Form::new("x", "X").field(text_field(Some(3_001), None))));
    assert!(refused(Form::new("x", "X").field(text_field(None, Some(0)))));
    let none = FieldKind::Number { min: Some(2.0), max: Some(1.0), whole: false };
    assert!(refused(Form::new("x", "X").field(field(none))));
}

#[test]
fn a_view_of_more_bytes_than_slack_takes_is_refused() {
    let choices = |count: usize| {
        let all = (0..count).map(|n| Choice::labelled("日".repeat(75), n.to_string()));
        Form::new("x", "X").field(FormField::choice("a", "A", all))
    };
    view(&choices(700));
    assert!(say(&choices(900)).is_err_and(|error| error.is_invalid_input()));
}

#[test]
fn many_choices_become_groups_and_menus() {
    let many: Vec<String> = (0..101).map(|n| n.to_string()).collect();
    let values = |count: usize| many.iter().take(count).map(String::as_str).collect::<Vec<_>>();
    let menu = |count| element(choice(&values(count), Pick::One, ChoiceLook::Menu));
    assert_eq!(menu(100)["options"].as_array().map(Vec::len), Some(100));
    assert_eq!(menu(101)["option_groups"][1]["label"]["text"], "101–101");
    for (pick, few, menu) in [
        (Pick::One, "radio_buttons", "static_select"),
        (Pick::Many, "checkboxes", "multi_static_select"),
    ] {
        assert_eq!(element(choice(&values(10), pick, ChoiceLook::Radio))["type"], few);
        let more = choice(&values(11), pick, ChoiceLook::Radio);
        assert_eq!(losses(&Form::new("x", "X").field(more.clone())), [LossKind::Style]);
        assert_eq!(element(more)["type"], menu);
    }
}

#[test]
fn text_longer_than_an_input_holds_is_told() {
    let at = |max| Form::new("x", "X").field(text_field(None, Some(max)));
    assert_eq!(losses(&at(3_000)), []);
    assert_eq!(losses(&at(3_001)), [LossKind::Style]);
    assert_eq!(view(&at(3_001))["blocks"][0]["element"]["max_length"], 3_000);
    let holds = |count: usize| {
        Form::new("x", "X").field(text_field(None, Some(5)).default_value("x".repeat(count)))
    };
    assert_eq!(losses(&holds(5)), []);
    assert_eq!(losses(&holds(6)), [LossKind::Form]);
}

#[test]
fn a_long_intro_goes_on_in_further_sections() {
    let form = |count: usize| Form::new("x", "X").intro("x".repeat(count));
    assert_eq!(view(&form(3_000))["blocks"].as_array().map(Vec::len), Some(1));
    let view = view(&form(3_001));
    let blocks = view["blocks"].as_array().unwrap().iter();
    let said: String = blocks.filter_map(|block| block["text"]["text"].as_str()).collect();
    assert_eq!(said, "x".repeat(3_001));
}

#[test]
fn a_value_that_a_field_cannot_hold_is_told() {
    let not_one = choice(&["a"], Pick::One, ChoiceLook::Menu);
    for field in [
        not_one.default_value("b"),
        field(FieldKind::Number { min: None, max: None, whole: true }).default_value("three"),
        field(FieldKind::User).default_value(json!({"id": "alice"})),
        field(FieldKind::Channel).default_value("ops"),
        field(FieldKind::Date).default_value("tomorrow"),
        field(FieldKind::Time).default_value("14:30:15"),
        field(FieldKind::DateTime).default_value("1980-01-01T00:00:00Z"),
        field(FieldKind::Bool).default_value("yes"),
        field(FieldKind::Listed).default_value("x".repeat(76)),
        field(FieldKind::File).default_value("log"),
        text_field(None, None).default_value(json!(["a"])),
    ] {
        let form = Form::new("x", "X").field(field);
        view(&form);
        assert_eq!(losses(&form), [LossKind::Form], "{form:?}");
    }
}

#[test]
fn forms_of_different_seals_have_different_elements() {
    let with = |seal: &str| {
        let mut form = Form::new("x", "X").field(text_field(None, None));
        form.seal = Some(seal.into());
        view(&form)["blocks"][0]["element"]["action_id"].clone()
    };
    assert_ne!(with("k.payload.aaaaaaaaaaaaaaaa"), with("k.payload.bbbbbbbbbbbbbbbb"));
}

/// What Slack sends when a form is submitted as it was opened.
fn submitted(view: &Value) -> Value {
    let inputs = view["blocks"].as_array().into_iter().flatten();
    let inputs = inputs.filter(|block| block["type"] == "input");
    let state = inputs.map(|block| {
        let element = &block["element"];
        let one = |name: &str| element.get(name).cloned().unwrap_or_default();
        let (field, value) = match element["type"].as_str().unwrap_or_default() {
            "static_select" | "radio_buttons" | "external_select" => {
                ("selected_option", one("initial_option"))
            }
            "multi_static_select" | "checkboxes" => {
                let all = element.get("initial_options").cloned();
                ("selected_options", all.unwrap_or_else(|| json!([])))
            }
            "users_select" => ("selected_user", one("initial_user")),
            "conversations_select" => ("selected_conversation", one("initial_conversation")),
            "datepicker" => ("selected_date", one("initial_date")),
            "timepicker" => ("selected_time", one("initial_time")),
            "datetimepicker" => ("selected_date_time", one("initial_date_time")),
            "file_input" => ("files", json!([])),
            _ => ("value", one("initial_value")),
        };
        let action = element["action_id"].as_str().unwrap_or_default();
        let name = block["block_id"].as_str().unwrap_or_default().to_owned();
        (name, json!({action: {"type": element["type"], field: value}}))
    });
    Value::Object(state.collect())
}

#[test]
fn a_file_is_answered_with_what_slack_says_of_it() {
    let file = json!({"id": "F1", "name": "log.txt"});
    let values = json!({"log": {"field": {"type": "file_input", "files": [file]}}});
    assert_eq!(form_values(&values)["log"], file);
}

fn names() -> impl Strategy<Value = String> {
    prop_oneof![4 => "[a-z]{1,8}", 1 => text()]
}

fn kind() -> impl Strategy<Value = FieldKind> {
    let bound = || prop::option::of(prop_oneof![0_usize..12, 2_990_usize..3_010]);
    let number = || prop::option::of(prop_oneof![-5.0..5.0, any::<f64>()]);
    let one = || (text(), "[a-z]{1,80}", prop::option::of(text()));
    let few = prop::collection::vec(one(), 0..4);
    let many = (one(), prop_oneof![9_usize..12, 99_usize..103]).prop_map(
        |((label, value, hint), count)| {
            (0..count).map(|n| (label.clone(), format!("{n}{value}"), hint.clone())).collect()
        },
    );
    let choices = prop_oneof![30 => few, 1 => many];
    prop_oneof![
        (any::<bool>(), bound(), bound()).prop_map(|(many, min_chars, max_chars)| {
            let lines = if many { Lines::Many } else { Lines::One };
            FieldKind::Text { lines, min_chars, max_chars }
        }),
        (number(), number(), any::<bool>()).prop_map(|(min, max, whole)| FieldKind::Number {
            min,
            max,
            whole
        }),
        (choices, any::<bool>(), any::<bool>()).prop_map(|(choices, many, radio)| {
            let choices = choices.into_iter().map(|(label, mut value, hint)| {
                value.truncate(if value.len() > 76 { 76 } else { 74 });
                let mut choice = Choice::labelled(label, value);
                choice.hint = hint;
                choice
            });
            FieldKind::Choice {
                choices: choices.collect(),
                pick: if many { Pick::Many } else { Pick::One },
                look: if radio { ChoiceLook::Radio } else { ChoiceLook::Menu },
            }
        }),
        prop::sample::select(vec![
            FieldKind::Email,
            FieldKind::Url,
            FieldKind::Listed,
            FieldKind::User,
            FieldKind::Channel,
            FieldKind::Bool,
            FieldKind::Date,
            FieldKind::Time,
            FieldKind::DateTime,
            FieldKind::File,
        ]),
    ]
}

fn value() -> impl Strategy<Value = Value> {
    prop_oneof![
        text().prop_map(Value::from),
        any::<f64>().prop_map(|number| json!(number)),
        any::<bool>().prop_map(Value::from),
        prop::sample::select(vec![
            json!("2026-11-24"),
            json!("14:30"),
            json!("2026-11-24T14:30:00Z"),
            json!({"id": "U0ALICE"}),
            json!({"id": "C0OPS", "name": "ops"}),
            json!(["a", "b"]),
            json!("x".repeat(3_001)),
            Value::Null,
        ]),
    ]
}

/// A value that a field of this kind holds.
fn held(kind: &FieldKind, salt: u32) -> Value {
    match kind {
        FieldKind::Text { max_chars, .. } => {
            let most = max_chars.unwrap_or(9).clamp(1, 9);
            json!("word word".get(..most))
        }
        FieldKind::Number { .. } => json!(salt),
        FieldKind::Email => json!("a@x.test"),
        FieldKind::Url => json!("https://x.test/"),
        FieldKind::Choice { choices, pick, .. } => {
            let at = |n: usize| choices.get(n % choices.len().max(1)).map(|it| it.value.clone());
            match pick {
                Pick::Many => json!(at(salt as usize).into_iter().collect::<Vec<_>>()),
                _ => json!(at(salt as usize)),
            }
        }
        FieldKind::Listed => json!("main"),
        FieldKind::User => json!({"id": "U0ALICE"}),
        FieldKind::Channel => json!({"id": "C0OPS"}),
        FieldKind::Bool => json!(salt.is_multiple_of(2)),
        FieldKind::Date => json!("2026-11-24"),
        FieldKind::Time => json!("14:30"),
        FieldKind::DateTime => json!("2026-11-24T14:30:00Z"),
        _ => Value::Null,
    }
}

fn any_form() -> impl Strategy<Value = Form> {
    let some = || prop::option::of(text());
    let field = (names(), text(), kind(), some(), some(), prop::option::of(value()), any::<bool>());
    let field = field.prop_map(|(name, label, kind, hint, placeholder, default, required)| {
        let mut field = FormField::new(name, label, kind);
        (field.hint, field.placeholder, field.default) = (hint, placeholder, default);
        field.required = required;
        field
    });
    let seal = prop::option::of(prop_oneof!["[A-Za-z0-9._-]{0,40}", "[a-z]{2990,3010}"]);
    (text(), some(), prop::collection::vec(field, 0..4), some(), some(), seal).prop_map(
        |(title, intro, fields, submit, cancel, seal)| {
            let mut form = Form::new("x", title);
            (form.intro, form.submit, form.cancel, form.seal) = (intro, submit, cancel, seal);
            form.fields = fields;
            form
        },
    )
}

proptest! {
    #[test]
    fn no_form_is_over_a_limit_and_no_word_is_lost_without_a_loss(form in any_form()) {
        let fitted = match say(&form) {
            Ok(fitted) => fitted,
            Err(error) => {
                prop_assert!(error.is_invalid_input(), "{error:?}");
                return Ok(());
            }
        };
        prop_assert_eq!(fitted.parts.len(), 1);
        let view: Value = fitted.parts[0].read().unwrap();
        prop_assert_eq!(faults(&view), Vec::<String>::new(), "{:#}", view);
        if fitted.losses.iter().any(|loss| loss.kind == LossKind::Cut) {
            return Ok(());
        }
        let said = said(&view);
        let mut words = vec![form.title.as_str()];
        words.extend(form.intro.as_deref());
        for field in &form.fields {
            words.push(&field.label);
            words.extend(field.hint.as_deref());
            words.extend(field.placeholder.as_deref());
        }
        words.extend([form.submit.as_deref(), form.cancel.as_deref()].into_iter().flatten());
        for word in words {
            let word = letters(word);
            prop_assert!(said.iter().any(|text| is_subsequence(&word, text)), "{word:?}");
        }
    }

    #[test]
    fn a_form_that_is_submitted_as_it_was_opened_says_what_it_held(
        kinds in prop::collection::vec((kind(), any::<u32>()), 1..5),
    ) {
        let mut form = Form::new("x", "X");
        let mut wanted = Map::new();
        for (n, (kind, salt)) in kinds.into_iter().enumerate() {
            let (name, value) = (format!("f{n}"), held(&kind, salt));
            form = form.field(FormField::new(&*name, "A", kind).default_value(value.clone()));
            if !value.is_null() && value != json!([]) {
                wanted.insert(name, value);
            }
        }
        let Ok(fitted) = say(&form) else { return Ok(()) };
        let view: Value = fitted.parts[0].read().unwrap();
        prop_assert_eq!(form_values(&submitted(&view)), wanted);
    }

    #[test]
    fn reading_never_fails(name in any::<String>(), action in any::<String>(), value in value()) {
        for kind in ["number_input", "checkboxes", "file_input", "datetimepicker", "x"] {
            let fields = ["value", "selected_options", "files", "selected_date_time"];
            for field in fields {
                let _ = form_values(&json!({&name: {&action: {"type": kind, field: value}}}));
            }
        }
        let _ = form_values(&value);
    }
}

/// The texts that a person sees, with those that go on in a further section joined.
fn said(view: &Value) -> Vec<String> {
    let mut texts = Vec::new();
    let mut sections = String::new();
    for block in view["blocks"].as_array().into_iter().flatten() {
        if block["type"] == "section" {
            sections.push_str(block["text"]["text"].as_str().unwrap_or_default());
        }
    }
    texts.push(sections);
    crate::validator::walk(view, &mut |object| {
        texts.extend(object.get("text").and_then(Value::as_str).map(str::to_owned));
    });
    texts
}
