//! Forms of a program's own types: declared, opened, checked and handled.

#![allow(clippy::unwrap_used, clippy::panic, reason = "helpers of tests")]

mod support;

use chatgate_core::{
    Choice, ChoiceLook, CommandSpec, ConversationId, Effect, Error, FieldErrors, FieldKind, Form,
    FormSpec, Lines, Pick, Result, RouteId, SharedFile, Submission, Timestamp, UserId,
};
use chatgate_macros::{Choice, Form};
use chatgate_router::{
    Body, FromRef, Heard, Listener, Refused, Reply, Router, Routes, State, TypedForm,
};
use proptest::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use support::{command, handle, matched, prepare, said, submit};
use url::Url;

#[derive(Clone)]
struct App {
    ci: Ci,
}

#[derive(Clone)]
struct Ci(&'static [&'static str]);

impl FromRef<App> for Ci {
    fn from_ref(app: &App) -> Self {
        app.ci.clone()
    }
}

command!(Ask, CommandSpec::new("ask", "Asks"));

async fn services(State(Ci(names)): State<Ci>) -> Vec<Choice> {
    names.iter().map(|name| Choice::new(*name)).collect()
}

async fn no_services(State(_): State<App>) -> Result<Vec<Choice>> {
    Err(Error::internal("down"))
}

/// Everything
/// that can be asked.
///
/// It is a lot.
#[derive(Form, Debug, PartialEq)]
#[form(crate = "chatgate_router", submit = "Go", cancel = "Never mind", effect = "idempotent")]
#[form(of = "ask", state = App)]
struct Everything {
    /// In a word.
    ///
    /// Without a space.
    #[field(min = 2, max = 8, placeholder = "Good", default = "well")]
    word: String,
    #[field(lines = "many", label = "More")]
    text: Option<String>,
    #[field(min = 1, max = 9, default = 3)]
    count: u8,
    large: Option<u64>,
    #[field(min = -1.5, max = 1.5)]
    ratio: Option<f32>,
    #[field(email)]
    mail: Option<String>,
    link: Option<Url>,
    #[field(radio, default = "eu-west")]
    region: Region,
    #[field(required, default = ["eu-west", "us"])]
    regions: Vec<Region>,
    #[field(choices = services)]
    service: Option<String>,
    #[field(name = "on-call", hint = "Who is woken")]
    who: Option<UserId>,
    channel: Option<ConversationId>,
    r#loop: bool,
    day: Option<jiff::civil::Date>,
    time: Option<jiff::civil::Time>,
    at: Option<Timestamp>,
    log: Option<SharedFile>,
    #[field(state)]
    week: Week,
}

#[derive(Choice, Clone, Copy, Debug, PartialEq)]
#[choice(crate = "chatgate_router")]
enum Region {
    #[choice(label = "Europe")]
    EuWest,
    #[choice(name = "us", alias = "america")]
    UsEast,
}

#[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
struct Week {
    number: u8,
}

/// How was it?
#[derive(Form, Debug, PartialEq)]
#[form(crate = chatgate_router, name = "opinion")]
struct Feedback {
    words: String,
    again: bool,
}

async fn feedback(form: Feedback) -> Reply {
    match form.words.as_str() {
        "asdf" => Reply::invalid(Feedback::WORDS, "says nothing")
            .and_invalid(Feedback::AGAIN, "is not meant"),
        words => Reply::message(format!("{words} {}", form.again)),
    }
}

async fn everything(form: Everything) -> String {
    format!("{form:?}")
}

fn routes(names: &'static [&'static str]) -> Routes {
    // A form may inherit the permission of a command only where there is one.
    async fn ask(_: Ask) {}
    let router = Router::new().command(ask).on(everything).on(feedback);
    router.build(App { ci: Ci(names) }).unwrap()
}

fn full() -> Value {
    json!({
        "word": "good", "text": "one\ntwo", "count": 4, "large": u64::MAX, "ratio": 0.5,
        "mail": "a@b.test", "link": "https://x.test/", "region": "us", "regions": ["us"],
        "service": "api", "on-call": {"id": "U1"}, "channel": {"id": "C1"}, "loop": true,
        "day": "2026-11-24", "time": "14:30:00", "at": "2026-11-24T14:30:00Z",
        "log": {"id": "F1", "name": "x.log"},
    })
}

fn kind(name: &str) -> FieldKind {
    let form = Everything::with_state(&Week { number: 48 });
    form.fields.into_iter().find(|field| field.name == name).unwrap().kind
}

#[test]
fn a_struct_becomes_a_form() {
    let form = Everything::with_state(&Week { number: 48 });
    assert_eq!(form.route, "form:everything");
    assert_eq!(form.title, "Everything that can be asked");
    assert_eq!(form.intro.as_deref(), Some("It is a lot."));
    assert_eq!((form.submit.as_deref(), form.cancel.as_deref()), (Some("Go"), Some("Never mind")));
    assert_eq!(form.state, json!({"number": 48}));
    let spec = FormSpec::new("everything").effect(Effect::Idempotent).of("ask");
    assert_eq!(Everything::spec(), &spec);

    let field = |name: &str| form.fields.iter().find(|field| field.name == name).unwrap().clone();
    let word = field("word");
    assert_eq!(
        (word.label.as_str(), word.hint.as_deref()),
        ("In a word", Some("Without a space."))
    );
    assert_eq!((word.placeholder.as_deref(), word.default), (Some("Good"), Some(json!("well"))));
    assert_eq!(field("text").label, "More");
    assert_eq!(field("on-call").label, "On call");
    assert_eq!(field("loop").label, "Loop");
    assert_eq!(field("regions").default, Some(json!(["eu-west", "us"])));
    let required: Vec<_> = form
        .fields
        .iter()
        .filter(|field| field.required)
        .map(|field| field.name.as_str())
        .collect();
    assert_eq!(required, ["word", "count", "region", "regions"]);

    assert_eq!(Feedback::form().route, "form:opinion");
    assert_eq!(Feedback::form().title, "How was it?");
    assert_eq!((Everything::WHO, Everything::LOOP), ("on-call", "loop"));
}

#[test]
fn every_kind_of_field_has_its_type() {
    let number = |min, max, whole| FieldKind::Number { min, max, whole };
    let text = |lines, min_chars, max_chars| FieldKind::Text { lines, min_chars, max_chars };
    assert_eq!(kind("word"), text(Lines::One, Some(2), Some(8)));
    assert_eq!(kind("text"), text(Lines::Many, None, None));
    assert_eq!(kind("count"), number(Some(1.0), Some(9.0), true));
    assert_eq!(kind("large"), number(Some(0.0), None, true));
    assert_eq!(kind("ratio"), number(Some(-1.5), Some(1.5), false));
    let FieldKind::Choice { choices, pick, look } = kind("region") else { panic!("no choice") };
    assert_eq!((choices[0].label.as_str(), choices[1].value.as_str()), ("Europe", "us"));
    assert_eq!((pick, look), (Pick::One, ChoiceLook::Radio));
    assert!(matches!(kind("regions"), FieldKind::Choice { pick: Pick::Many, .. }));
    for (name, expected) in [
        ("mail", FieldKind::Email),
        ("link", FieldKind::Url),
        ("service", FieldKind::Listed),
        ("on-call", FieldKind::User),
        ("channel", FieldKind::Channel),
        ("loop", FieldKind::Bool),
        ("day", FieldKind::Date),
        ("time", FieldKind::Time),
        ("at", FieldKind::DateTime),
        ("log", FieldKind::File),
    ] {
        assert_eq!(kind(name), expected, "{name}");
    }
}

#[tokio::test]
async fn a_submission_becomes_the_struct_with_the_state_it_carried() {
    let routes = routes(&["api"]);
    let event = submit("form:everything", json!({"number": 48}), full());
    let form = matched(routes.find(&event, Heard::Ambient));
    let prepared = prepare(&form, &event).await.unwrap();
    let args = prepared.args().unwrap().clone();
    assert_eq!(args["state"], json!({"number": 48}));
    let submission =
        Submission::new(args["values"].as_object().unwrap().clone(), args["state"].clone());
    let read = Everything::from_submission(submission).unwrap();
    assert_eq!(read.large, Some(u64::MAX));
    assert_eq!(read.who, Some("U1".into()));
    assert_eq!(read.regions, [Region::UsEast]);
    assert_eq!(read.at, Some(Timestamp::from_secs(1_795_530_600)));
    assert_eq!(read.log.as_ref().unwrap().name.as_deref(), Some("x.log"));
    assert_eq!(read.week, Week { number: 48 });

    let little = json!({"word": "good", "count": "4", "region": "us", "regions": ["us"], "x": 1});
    let event = submit("form:everything", json!({"number": 1}), little);
    let prepared = prepare(&form, &event).await.unwrap();
    let values = &prepared.args().unwrap()["values"];
    let expected = json!({"word": "good", "count": 4, "region": "us", "regions": ["us"]});
    assert_eq!(*values, expected, "what was left empty is absent, and so is what was never asked");
    let said = said(&routes, event).await;
    assert!(said.contains("r#loop: false") || said.contains("loop: false"), "{said}");
}

#[tokio::test]
async fn what_a_client_let_through_never_reaches_the_handler() {
    let routes = routes(&["api"]);
    for (name, value) in [
        ("word", json!("a")),
        ("word", json!("much too long")),
        ("word", json!("a\u{202e}b")),
        ("word", json!("")),
        ("count", json!(0)),
        ("count", json!(300)),
        ("count", json!("x")),
        ("large", json!(-1)),
        ("large", json!(1.5)),
        ("large", json!(1e300)),
        ("ratio", json!(2)),
        ("mail", json!("a b@c.test")),
        ("link", json!("file:///etc/passwd")),
        ("region", json!("mars")),
        ("region", json!("america")),
        ("region", json!(["us", "us"])),
        ("regions", json!([])),
        ("regions", json!(["us", "mars"])),
        ("service", json!("web")),
        ("on-call", json!({"handle": "bob"})),
        ("loop", json!("perhaps")),
        ("day", json!("2026-02-30")),
        ("time", json!("25:00")),
        ("at", json!("soon")),
        ("log", json!([{"id": "F1"}, {"id": "F2"}])),
    ] {
        let mut values = full();
        values[name] = value.clone();
        let event = submit("form:everything", json!({"number": 48}), values);
        let form = matched(routes.find(&event, Heard::Ambient));
        match prepare(&form, &event).await {
            Err(Refused::Fields(errors)) => {
                assert_eq!(errors.keys().collect::<Vec<_>>(), [name], "{value}: {errors:?}");
            }
            other => panic!("{name} {value}: {other:?}"),
        }
    }
}

#[tokio::test]
async fn all_that_is_wrong_is_told_at_once_and_in_words() {
    let routes = routes(&[]);
    let event = submit("form:everything", json!({"number": 48}), json!({"count": 12}));
    let form = matched(routes.find(&event, Heard::Ambient));
    let Err(Refused::Fields(errors)) = prepare(&form, &event).await else { panic!("taken") };
    let expected = [
        ("count", "must be 9 or less"),
        ("region", "is required"),
        ("regions", "is required"),
        ("word", "is required"),
    ];
    let expected: FieldErrors =
        expected.iter().map(|(name, why)| ((*name).into(), (*why).into())).collect();
    assert_eq!(errors, expected);
}

#[tokio::test]
async fn a_handlers_own_check_names_the_field() {
    let routes = routes(&[]);
    let event = submit("form:opinion", Value::Null, json!({"words": "asdf"}));
    let Some(Body::FieldErrors(errors)) = handle(&routes, event).await.unwrap().body else {
        panic!("taken")
    };
    assert_eq!(errors["words"], "says nothing");
    assert_eq!(errors["again"], "is not meant");
    let event = submit("form:opinion", Value::Null, json!({"words": "fine"}));
    assert_eq!(said(&routes, event).await, "fine false");
}

#[tokio::test]
async fn a_menu_lists_what_exists_and_what_is_declared() {
    let form = routes(&["api", "web", "rapid"]).form(&RouteId::from("form:everything")).unwrap();
    let options = async |name: &str, typed: &str| {
        let choices = form.options(name, typed).await.unwrap();
        choices.into_iter().map(|choice| choice.value).collect::<Vec<_>>()
    };
    assert_eq!(options("service", "ap").await, ["api", "rapid"]);
    assert_eq!(options("region", "euro").await, ["eu-west"]);
    assert!(options("word", "").await.is_empty());
}

#[tokio::test]
async fn what_cannot_be_listed_is_a_failure_and_no_answer_to_the_person() {
    #[derive(Form)]
    #[form(crate = "chatgate_router", state = App)]
    struct Restart {
        #[field(choices = no_services)]
        service: String,
    }
    async fn restart(form: Restart) -> String {
        form.service
    }
    let routes = Router::new().on(restart).build(App { ci: Ci(&[]) }).unwrap();
    let event = submit("form:restart", Value::Null, json!({"service": "api"}));
    let form = matched(routes.find(&event, Heard::Ambient));
    assert!(matches!(prepare(&form, &event).await, Err(Refused::Failed(_))));
}

#[tokio::test]
async fn a_state_of_an_older_version_fails_and_does_not_run() {
    let event = submit("form:everything", json!({"weeks": 48}), full());
    let error = handle(&routes(&["api"]), event).await.unwrap_err();
    assert!(error.is_malformed(), "{error:?}");
}

#[test]
fn mistakes_in_a_form_are_told_when_the_router_is_built() {
    #[derive(Form)]
    #[form(crate = "chatgate_router")]
    struct Scale {
        #[field(min = 1, default = 0)]
        to: u8,
        #[field(default = "mars")]
        region: Region,
    }
    async fn scale(form: Scale) -> String {
        format!("{} {}", form.to, form.region)
    }
    let Err(error) = Router::new().on(scale).build(()) else { panic!("built") };
    assert_eq!(
        error.context(),
        [
            "`form:scale`: the default of `to` must be 1 or more",
            "`form:scale`: the default of `region` takes one of eu-west, us",
        ]
    );
    let renamed = Router::new().listen(Listener::new(feedback).named("x"));
    let Err(error) = renamed.build(()) else { panic!("built") };
    assert!(error.context()[0].contains("declares its own name"), "{error:?}");
    let twice = Router::new().on(feedback).form(FormSpec::new("opinion"), untyped);
    let Err(error) = twice.build(()) else { panic!("built") };
    assert!(error.context()[0].contains("registered twice"), "{error:?}");
}

async fn untyped(_: Submission) {}

/// The values that a form would submit as it stands.
fn defaults(form: &Form) -> Map<String, Value> {
    let value =
        |field: &chatgate_core::FormField| Some((field.name.clone(), field.default.clone()?));
    form.fields.iter().filter_map(value).collect()
}

fn text() -> impl Strategy<Value = String> {
    "[a-z\u{e4}\u{1f600}]{2,8}"
}

prop_compose! {
    fn filled()(
        word in text(), more in proptest::option::of("[a-z]([a-z\n ]{0,20}[a-z])?"), count in 1_u8..=9,
        large in any::<Option<u64>>(), ratio in proptest::option::of(-1.5_f32..=1.5),
        regions in proptest::sample::subsequence(vec![Region::EuWest, Region::UsEast], 1..=2),
        seconds in proptest::option::of(0_i64..4_000_000_000), r#loop in any::<bool>(),
        id in proptest::option::of("[A-Z0-9]{1,12}"), week in any::<u8>(),
    ) -> Everything {
        let day = seconds.map(|at| i8::try_from(at % 28).unwrap() + 1);
        let hour = seconds.map(|at| i8::try_from(at % 24).unwrap());
        Everything {
            word, text: more, count, large, ratio, mail: id.as_ref().map(|id| format!("{id}@x.test")),
            link: id.as_ref().map(|id| Url::parse(&format!("https://x.test/{id}")).unwrap()),
            region: regions[0], regions, service: Some("api".into()), who: id.as_deref().map(Into::into),
            channel: id.as_deref().map(Into::into), r#loop, day: day.map(|day| jiff::civil::date(2026, 11, day)),
            time: hour.map(|hour| jiff::civil::time(hour, 30, 0, 0)), at: seconds.map(Timestamp::from_secs), log: None,
            week: Week { number: week },
        }
    }
}

proptest! {
    #[test]
    fn what_is_filled_in_comes_back_as_it_was(everything in filled()) {
        let form = everything.filled_in();
        let values = form.read(&defaults(&form)).unwrap();
        prop_assert!(Everything::check(&values).is_empty());
        let read = Everything::from_submission(Submission::new(values, form.state)).unwrap();
        prop_assert_eq!(read, everything);
    }

    /// Whatever is submitted: what passes the checks becomes the struct.
    #[test]
    fn what_passes_the_checks_can_be_read(
        name in proptest::sample::select(vec![
            "word", "text", "count", "large", "ratio", "mail", "link", "region", "regions", "service",
            "on-call", "channel", "loop", "day", "time", "at", "log",
        ]),
        value in prop_oneof![
            any::<f64>().prop_map(|number| json!(number)), any::<i64>().prop_map(|number| json!(number)),
            any::<String>().prop_map(|text| json!(text)), "[0-9a-z:.@-]{0,12}".prop_map(|text| json!(text)),
            Just(json!(["us"])), Just(json!([["us"]])), Just(json!({"id": 1})), Just(json!({"id": "x"})),
            Just(json!({"id": "x", "name": 7})), Just(json!(true)), Just(Value::Null),
        ],
    ) {
        let mut submitted = full();
        submitted[name] = value;
        let form = Everything::with_state(&Week { number: 48 });
        if let Ok(values) = form.read(submitted.as_object().unwrap()) {
            let fine = Everything::check(&values).is_empty();
            let read = Everything::from_submission(Submission::new(values, form.state));
            prop_assert_eq!(fine, read.is_ok());
        }
    }
}
