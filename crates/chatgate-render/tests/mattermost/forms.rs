//! Forms as dialogs, within their limits, and what they bring back.

use std::collections::BTreeSet;
use std::sync::Arc;

use chatgate_core::{
    Choice, ChoiceLook, Dialect, FieldKind, Form, FormField, LossKind, Pick, Result, Surface,
    Target,
};
use chatgate_render::mattermost::{self, MattermostPosts, form_seal_of, form_values};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use crate::reader;
use crate::support::{is_subsequence, letters, text};

fn said(form: &Form, version: (u32, u32)) -> Result<(Value, Vec<LossKind>)> {
    let target = Target::new(Surface::Form, Arc::new(mattermost::capabilities()));
    let fitted = MattermostPosts::new().for_server(version.0, version.1).form(form, &target)?;
    assert_eq!(fitted.parts.len(), 1);
    let losses = fitted.losses.iter().map(|loss| loss.kind).collect();
    Ok((fitted.parts[0].read()?, losses))
}

#[test]
fn what_is_listed_when_it_is_asked_for_is_a_menu_where_the_server_can_ask() {
    let form = Form::new("deploy", "Deploy")
        .field(FormField::new("version", "Version", FieldKind::Listed).required());
    let target = Target::new(Surface::Form, Arc::new(mattermost::capabilities()));
    let element = |url: &str, version: (u32, u32)| {
        let dialect = MattermostPosts::new().with_lookups(&url.parse().expect("an address"));
        let fitted = dialect.for_server(version.0, version.1).form(&form, &target).expect("a form");
        let dialog: Value = fitted.parts[0].read().expect("JSON");
        (dialog["elements"][0].clone(), fitted.losses.len())
    };
    let (asked, losses) = element("https://bot.test/mattermost/dialog", (11, 0));
    assert_eq!((&asked["type"], &asked["data_source"]), (&json!("select"), &json!("dynamic")));
    assert_eq!(asked["data_source_url"], "https://bot.test/mattermost/dialog");
    assert_eq!(losses, 0);
    // A server takes no other address than an encrypted one, and an old one has no such menus.
    for (url, version) in [("http://127.0.0.1:1/x", (11, 0)), ("https://bot.test/x", (10, 11))] {
        let (typed, losses) = element(url, version);
        assert_eq!(typed["type"], "text");
        assert_eq!((typed.get("data_source_url"), losses), (None, 1));
    }
}

/// What is wrong with a dialog, by the limits of `integration_action.go`.
fn faults(dialog: &Value) -> Vec<String> {
    let mut faults = Vec::new();
    let mut check = |is_right: bool, what: String| {
        if !is_right {
            faults.push(what);
        }
    };
    let length = |value: &Value| value.as_str().map_or(usize::MAX, str::len);
    check((1..=24).contains(&length(&dialog["title"])), format!("title: {}", dialog["title"]));
    check(length(&dialog["callback_id"]) <= 300, "callback_id".into());
    check((1..=24).contains(&length(&dialog["submit_label"])), "submit_label".into());
    check(dialog["notify_on_cancel"] == true, "notify_on_cancel".into());
    let mut names = BTreeSet::new();
    for element in dialog["elements"].as_array().into_iter().flatten() {
        check(names.insert(element["name"].to_string()), "a name is not unique".into());
        check((1..=300).contains(&length(&element["name"])), format!("name: {element}"));
        check((1..=24).contains(&length(&element["display_name"])), format!("label: {element}"));
        check(length(&element["help_text"]) <= 150, format!("help: {element}"));
        let (default, placeholder) = (length(&element["default"]), length(&element["placeholder"]));
        let options = element["options"].as_array().cloned().unwrap_or_default();
        let has_options = !options.is_empty();
        let min = element["min_length"].as_u64().unwrap_or(u64::MAX);
        let max = element["max_length"].as_u64().unwrap_or(0);
        let most = match element["type"].as_str().unwrap_or_default() {
            "text" => {
                check(min <= max, format!("bounds: {element}"));
                150
            }
            "textarea" => {
                check(min <= max, format!("bounds: {element}"));
                3_000
            }
            "select" => {
                let source = element["data_source"].as_str().unwrap_or_default();
                check(has_options == source.is_empty(), format!("source: {element}"));
                3_000
            }
            "radio" => {
                check(has_options, "no options".into());
                3_000
            }
            "bool" => {
                let is_one = ["", "true", "false"].iter().any(|it| element["default"] == *it);
                check(is_one, format!("default: {element}"));
                150
            }
            "date" | "datetime" => 3_000,
            other => {
                check(false, format!("type: {other}"));
                0
            }
        };
        check(default <= most && placeholder <= most, format!("texts: {element}"));
        let values: BTreeSet<_> = options.iter().map(|it| it["value"].to_string()).collect();
        check(values.len() == options.len(), "two options have one value".into());
        check(options.iter().all(|it| length(&it["text"]) > 0), "an option without a text".into());
    }
    faults
}

fn environments(pick: Pick) -> FormField {
    let choices = vec![Choice::labelled("Production", "prod").hint("careful"), Choice::new("dev")];
    FormField::new(
        "envs",
        "Environments",
        FieldKind::Choice { choices, pick, look: ChoiceLook::Menu },
    )
}

#[test]
fn a_form_is_a_dialog_of_the_same_fields() {
    let mut form = Form::new("deploy", "Deploy")
        .intro("To *all* regions.")
        .field(FormField::text("service", "Service").required().placeholder("api"))
        .field(FormField::number("count", "How many").default_value(3))
        .field(environments(Pick::One).default_value("dev"))
        .field(FormField::new("owner", "Owner", FieldKind::User))
        .field(FormField::yes_no("sure", "Sure?").hint("There is no way back."))
        .submit("Go");
    form.seal = Some("k1.form.mac".into());
    let (dialog, losses) = said(&form, (0, 0)).expect("a dialog");
    assert_eq!((faults(&dialog), losses), (vec![], vec![]));
    assert_eq!(dialog["callback_id"], "form:deploy");
    assert_eq!(dialog["introduction_text"], "To \\*all\\* regions.");
    assert_eq!((&dialog["state"], &dialog["submit_label"]), (&json!("k1.form.mac"), &json!("Go")));
    let elements = &dialog["elements"];
    let kinds: Vec<_> = (0..5).map(|at| elements[at]["type"].clone()).collect();
    assert_eq!(kinds, ["text", "text", "select", "select", "bool"]);
    assert_eq!(elements[0]["optional"], false);
    assert_eq!(elements[0]["placeholder"], "api");
    assert_eq!((&elements[1]["subtype"], &elements[1]["default"]), (&json!("number"), &json!("3")));
    let production = json!({"text": "Production – careful", "value": "prod"});
    assert_eq!((&elements[2]["options"][0], &elements[2]["default"]), (&production, &json!("dev")));
    assert_eq!(elements[3]["data_source"], "users");
    assert_eq!(
        (&elements[4]["placeholder"], &elements[4]["optional"]),
        (&json!("Yes"), &json!(true))
    );
    assert_eq!(elements[4]["help_text"], "There is no way back.");
}

#[test]
fn an_old_server_is_sent_nothing_that_it_does_not_know() {
    let form = Form::new("x", "X")
        .field(environments(Pick::Many).default_value(json!(["dev"])))
        .field(FormField::new("day", "Day", FieldKind::Date));
    let (old, losses) = said(&form, (10, 11)).expect("a dialog");
    assert_eq!(losses, [LossKind::Style, LossKind::Form]);
    let kind = |dialog: &Value, at: usize| dialog["elements"][at]["type"].clone();
    assert_eq!([kind(&old, 0), kind(&old, 1), kind(&old, 2)], ["bool", "bool", "text"]);
    assert_eq!(old["elements"][1]["name"], "+4:envsdev");
    assert_eq!(old["elements"][1]["default"], "true");
    let (new, losses) = said(&form, (11, 1)).expect("a dialog");
    assert_eq!(losses, []);
    assert_eq!([kind(&new, 0), kind(&new, 1)], ["select", "date"]);
    assert_eq!(
        (&new["elements"][0]["multiselect"], &new["elements"][0]["default"]),
        (&json!(true), &json!("dev"))
    );
}

#[test]
fn words_too_long_for_an_element_stand_above_all_of_them() {
    for length in [24, 25] {
        let label = "l".repeat(length);
        let form = Form::new("x", "t".repeat(length)).field(FormField::text("a", label.as_str()));
        let (dialog, losses) = said(&form, (0, 0)).expect("a dialog");
        assert_eq!(faults(&dialog), Vec::<String>::new());
        let above = dialog["introduction_text"].as_str().expect("a text");
        assert_eq!(above.contains(&label), length == 25);
        assert_eq!(losses.len(), usize::from(length == 25));
    }
}

#[test]
fn what_cannot_be_a_dialog_is_an_error() {
    let wrong = [
        Form::new("x", "X"),
        Form::new("x", "X").field(FormField::text("", "A")),
        Form::new("x", "X").field(FormField::text("+1:ab", "A")),
        Form::new("x", "X").field(FormField::text("a", "A")).field(FormField::text("a", "B")),
        Form::new("x", "X").field(FormField::choice("a", "A", [])),
        Form::new("x", "X").field(FormField::new("a", "A", FieldKind::File)),
        (0..51).fold(Form::new("x", "X"), |form, at| {
            form.field(FormField::text(format!("f{at}"), "A"))
        }),
    ];
    for form in wrong {
        assert!(said(&form, (11, 10)).is_err(), "{form:?}");
    }
}

#[test]
fn a_submission_comes_back_as_answers() {
    let body = json!({
        "type": "dialog_submission",
        "state": "k1.form.mac",
        "submission": {"service": "api", "count": 3, "sure": false, "note": null, "+4:envsdev": true,
            "+4:envsprod": false},
    });
    assert_eq!(form_seal_of(&body), Some("k1.form.mac"));
    let form = Form::new("x", "X")
        .field(FormField::text("service", "Service"))
        .field(FormField::number("count", "Count"))
        .field(FormField::yes_no("sure", "Sure?"))
        .field(FormField::text("note", "Note"))
        .field(environments(Pick::Many));
    let read = form.read(&form_values(&body["submission"])).expect("answers");
    let wanted = json!({"service": "api", "count": 3, "sure": false, "envs": ["dev"]});
    assert_eq!(Value::from(read), wanted);
}

fn kind() -> impl Strategy<Value = FieldKind> {
    let choices = prop::collection::vec((text(), "[a-z]{1,3}"), 1..4);
    let choices = choices.prop_map(|all| {
        all.into_iter().map(|(label, value)| Choice::labelled(label, value)).collect::<Vec<_>>()
    });
    let look = prop::sample::select(vec![ChoiceLook::Menu, ChoiceLook::Radio]);
    let pick = prop::sample::select(vec![Pick::One, Pick::Many]);
    prop_oneof![
        (prop::option::of(1_usize..9), prop::option::of(9_usize..9_000)).prop_map(|(min, max)| {
            FieldKind::Text { lines: Default::default(), min_chars: min, max_chars: max }
        }),
        Just(FieldKind::Url),
        Just(FieldKind::Bool),
        Just(FieldKind::Date),
        Just(FieldKind::Channel),
        Just(FieldKind::Listed),
        (choices, pick, look).prop_map(|(choices, pick, look)| FieldKind::Choice {
            choices,
            pick,
            look
        }),
    ]
}

fn field() -> impl Strategy<Value = FormField> {
    let default = prop_oneof![
        Just(Value::Null),
        text().prop_map(Value::from),
        Just(json!(true)),
        Just(json!({"id": "u1"})),
        Just(json!(["a", "b"])),
    ];
    let words = || {
        prop::option::of(prop_oneof![text(), (140_usize..160).prop_map(|chars| "w".repeat(chars))])
    };
    ("[a-z]{1,8}", text(), kind(), words(), words(), default, any::<bool>()).prop_map(
        |(name, label, kind, hint, placeholder, default, required)| {
            let mut field = FormField::new(name, label, kind);
            field.hint = hint;
            field.placeholder = placeholder;
            field.default = Some(default);
            field.required = required;
            field
        },
    )
}

proptest! {
    #[test]
    fn a_dialog_is_within_its_limits_and_keeps_all_words(
        fields in prop::collection::vec(field(), 0..3),
        title in text(),
        intro in prop::option::of(text()),
        version in prop::sample::select(vec![(0, 0), (11, 10)]),
    ) {
        let mut form = Form::new("x", title.clone());
        form.intro = intro.clone();
        form.fields = fields;
        let Ok((dialog, losses)) = said(&form, version) else { return Ok(()) };
        prop_assert_eq!(faults(&dialog), Vec::<String>::new());
        if losses.contains(&LossKind::Cut) {
            return Ok(());
        }
        let above = reader::read(dialog["introduction_text"].as_str().unwrap_or_default()).text();
        let mut seen = format!("{} {above}", dialog["title"].as_str().unwrap_or_default());
        for element in dialog["elements"].as_array().into_iter().flatten() {
            for name in ["display_name", "placeholder", "help_text"] {
                seen.push_str(element[name].as_str().unwrap_or_default());
            }
        }
        let mut have = letters(&seen);
        have.sort_unstable();
        let have: String = have.into_iter().collect();
        let mut words = title + &intro.unwrap_or_default();
        for field in &form.fields {
            words.push_str(&field.label);
            words.extend(field.hint.clone());
            words.extend(field.placeholder.clone());
        }
        let mut wanted = letters(&words);
        wanted.sort_unstable();
        prop_assert!(is_subsequence(&wanted, &have), "{form:?}\n{dialog}");
    }

    #[test]
    fn reading_a_submission_never_fails(text in any::<String>(), rest in any::<String>()) {
        let body = json!({(format!("+{text}:{rest}")): true, (text): rest});
        let read: Map<_, _> = form_values(&body);
        prop_assert!(read.len() <= 2);
    }
}
