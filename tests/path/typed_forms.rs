//! Forms of a program's own type: opened, asked, checked and handled.

use std::time::Duration;

use chatgate_core::{
    Answer, AnswerKind, AnswerSlot, Capabilities, Choice, Clock as _, Delivered, EventKind,
    Feature, Result,
};
use chatgate_macros::{Choice, Command, Form};
use chatgate_router::{Context, Reply, Router, State, TypedForm as _};
use chatgate_testkit::{Person, TestChat};
use serde_json::json;

use crate::bot::{App, Ran};

/// Report an incident
#[derive(Command)]
#[command(effect = "read", crate = "chatgate_router")]
struct Report {
    incident: u32,
}

/// What happened?
#[derive(Form)]
#[form(of = "report", state = App, submit = "Page them", crate = "chatgate_router")]
struct Incident {
    /// In a line
    #[field(min = 5, max = 80)]
    summary: String,
    #[field(radio, default = "minor")]
    severity: Severity,
    #[field(choices = services)]
    service: String,
    #[field(min = 0)]
    affected: Option<u32>,
    /// Is it over?
    over: bool,
    #[field(state)]
    incident: u32,
}

#[derive(Choice)]
#[choice(crate = "chatgate_router")]
enum Severity {
    Minor,
    Major,
}

async fn services(State(_): State<Ran>) -> Vec<Choice> {
    ["api", "web"].map(Choice::new).into()
}

async fn report(cmd: Report, cx: Context) -> Result<()> {
    cx.form(Incident::with_state(&cmd.incident)).await?;
    Ok(())
}

async fn incident(form: Incident, State(ran): State<Ran>) -> Reply {
    if form.summary.starts_with("hello") {
        return Reply::invalid(Incident::SUMMARY, "is no incident");
    }
    let Incident { incident, summary, severity, service, affected, over } = form;
    ran.push(format!("{incident} {summary:?} {severity} {service} {affected:?} {over}"));
    Reply::message("On it.")
}

fn router() -> Router<App> {
    Router::new().command(report).on(incident)
}

fn slow_disk() -> Incident {
    Incident {
        summary: "Slow disk".into(),
        severity: Severity::Major,
        service: "api".into(),
        affected: Some(12),
        over: false,
        // Nobody can say this in a form.
        incident: 99,
    }
}

#[tokio::test]
async fn a_submission_is_the_handlers_first_argument_with_the_state_it_was_opened_with() {
    let app = App::default();
    let chat = TestChat::new(router(), app.clone()).await;
    let bob = chat.person("bob");
    bob.says("report 7").await;
    bob.fills_in(&slow_disk()).await;
    assert_eq!(app.ran.all(), [r#"7 "Slow disk" major api Some(12) false"#]);
    chat.expect("On it.").await;
}

#[tokio::test]
async fn the_state_is_not_in_what_the_platform_gets_to_show() {
    let chat = TestChat::new(router(), App::default()).await;
    chat.person("bob").says("report 424242").await;
    let shown = chat.adapter().forms().pop().unwrap().form;
    let shown = format!("{} {:?}", shown.title, shown.fields);
    assert!(!shown.contains("424242"), "{shown}");
}

#[tokio::test]
async fn what_a_client_let_through_goes_back_to_be_corrected() {
    let app = App::default();
    let chat = TestChat::new(router(), app.clone()).await;
    let bob = chat.person("bob");
    bob.says("report 7").await;
    let wrong = json!({"summary": "no", "severity": "huge", "service": "api", "affected": -1});
    let wrong: Vec<_> = wrong.as_object().unwrap().iter().collect();
    let wrong: Vec<_> =
        wrong.iter().map(|(name, value)| (name.as_str(), (*value).clone())).collect();
    bob.submits(&wrong).await;
    chat.expect("summary: needs 5 characters or more").await;
    chat.expect("severity: takes one of minor, major").await;
    chat.expect("affected: must be 0 or more").await;
    bob.fills_in(&Incident { service: "database".into(), ..slow_disk() }).await;
    chat.expect("service: `database` is none of what exists").await;
    bob.fills_in(&Incident { summary: "hello".into(), ..slow_disk() }).await;
    chat.expect("summary: is no incident").await;
    assert!(app.ran.all().is_empty());
    bob.fills_in(&slow_disk()).await;
    assert_eq!(app.ran.all().len(), 1);
}

#[tokio::test]
async fn a_form_of_a_command_that_one_may_not_run_is_not_submitted() {
    let app = App::default();
    let chat = TestChat::new(router(), app.clone()).await;
    chat.person("bob").says("report 7").await;
    chat.person("bob").guest().fills_in(&slow_disk()).await;
    assert!(app.ran.all().is_empty());
}

#[tokio::test]
async fn what_a_field_lists_is_for_those_who_may_submit_the_form() {
    let chat = TestChat::new(router(), App::default()).await;
    let bob = chat.person("bob");
    bob.says("report 7").await;
    let form = chat.adapter().forms().pop().unwrap().form;
    let seal = chat.gateway().inbox(&TestChat::adapter_id()).seals().open(&form.seal.unwrap());
    let asks = |person: &Person<'_>, typed: &str| {
        let (seal, field) = (seal.as_ref().unwrap().clone(), Some(Incident::SERVICE.to_owned()));
        let by = chat.clock().now() + Duration::from_secs(3);
        let slot = AnswerSlot::new(by, [AnswerKind::Options]);
        person.event(EventKind::OptionsAsked { seal, field, typed: typed.into() }).answerable(slot)
    };
    let api = Delivered::Answer(Answer::Options(vec![Choice::new("api")]));
    assert_eq!(chat.deliver(asks(&bob, "ap")).await, api);
    let refused = chat.deliver(asks(&bob.clone().guest(), "ap")).await;
    assert_ne!(refused, api);
}

#[tokio::test]
async fn where_there_are_no_forms_the_fields_are_asked_one_by_one() {
    let app = App::default();
    let can = Capabilities::all().without([Feature::Forms]);
    let chat = TestChat::builder(router(), app.clone()).capabilities(can).start().await;
    let bob = chat.person("bob");
    bob.says("report 7").await;
    chat.expect("What happened?").await;
    bob.mutters("no").await;
    chat.expect("needs 5 characters or more").await;
    bob.mutters("Slow disk").await;
    bob.mutters("2").await;
    bob.mutters("api").await;
    bob.mutters("many").await;
    chat.expect("is not a number").await;
    bob.mutters("-").await;
    chat.expect("Is it over?").await;
    bob.mutters("yes").await;
    assert_eq!(app.ran.all(), [r#"7 "Slow disk" major api None true"#]);
}
