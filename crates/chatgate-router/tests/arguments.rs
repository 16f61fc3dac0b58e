//! From what was given to what is meant: the line, listed choices, references.

#![allow(clippy::unwrap_used, clippy::panic, reason = "helpers of tests")]

mod support;

use std::sync::Arc;

use chatgate_core::{ArgKind, ArgSpec, Choice, CommandSpec, Error, Event, Phrases, Result};
use chatgate_router::{
    FromRef, Prepared, Refused, Router, Routes, Source, SourceKind, Sources, State,
};
use serde_json::{Value, json};
use support::{click, command, context, find, matched, mention, prepare, said, submit};

command!(plain Deploy, {
    CommandSpec::new("app", "Applications").subcommand(
        CommandSpec::new("deploy", "Roll out")
            .arg(ArgSpec::new("service", ArgKind::Listed))
            .arg(ArgSpec::new("branch", ArgKind::Word).resolved()),
    )
});

impl Sources<App> for Deploy {
    fn sources() -> Vec<Source<App>> {
        vec![
            Source::new("app.deploy", "service", SourceKind::choices(services)),
            Source::new("app.deploy", "branch", SourceKind::resolve(commit)),
        ]
    }
}

#[derive(Clone)]
struct App {
    ci: Ci,
}

#[derive(Clone)]
struct Ci(Arc<Vec<&'static str>>);

impl FromRef<App> for Ci {
    fn from_ref(app: &App) -> Self {
        app.ci.clone()
    }
}

async fn services(State(ci): State<Ci>) -> Result<Vec<Choice>> {
    if ci.0.is_empty() {
        return Err(Error::new(chatgate_core::ErrorKind::Unavailable));
    }
    Ok(ci.0.iter().map(|name| Choice::new(*name)).collect())
}

async fn commit(branch: String, State(_): State<App>) -> Result<String> {
    match branch.as_str() {
        "main" => Ok("9fceb02".into()),
        "gone" => Err(Error::message("That branch was deleted.")),
        _ => Err(Error::not_found("branch")),
    }
}

async fn deploy(cmd: Deploy) -> String {
    format!("{} {}", cmd.0.route, Value::from(cmd.0.values))
}

fn routes(services: &[&'static str]) -> Routes {
    let app = App { ci: Ci(Arc::new(services.to_vec())) };
    let router = Router::new().nest("ops", "Operations", Router::new().command(deploy));
    router.build(app).unwrap()
}

async fn prepared(event: Event) -> Result<Prepared, Refused> {
    let routes = routes(&["api", "api-canary", "web"]);
    let matched = matched(routes.find(&event, chatgate_router::Heard::Command));
    prepare(&matched, &event).await
}

fn text(refused: &Refused) -> String {
    match refused {
        Refused::Usage(usage) => usage.content(&Phrases::default()).plain_text(),
        Refused::Fields(fields) => format!("{fields:?}"),
        Refused::Failed(error) => error.to_string(),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn policy_sees_the_listed_choice_and_the_resolved_reference() {
    let prepared = prepared(mention("ops app deploy api main")).await.unwrap();
    assert_eq!(prepared.args(), Some(&json!({"service": "api", "branch": "9fceb02"})));
}

#[tokio::test]
async fn the_handler_is_given_its_commands_own_route() {
    let said = said(&routes(&["api"]), mention("ops app deploy api main")).await;
    assert_eq!(said, r#"app.deploy {"branch":"9fceb02","service":"api"}"#);
}

#[tokio::test]
async fn a_listed_choice_is_matched_exactly_and_the_nearest_is_suggested() {
    let refused = prepared(mention("ops app deploy apii main")).await.unwrap_err();
    assert!(matches!(refused, Refused::Usage(_)), "{refused:?}");
    assert!(text(&refused).contains("api"), "{}", text(&refused));
    assert!(prepared(mention("ops app deploy API main")).await.is_err());
}

#[tokio::test]
async fn a_reference_to_nothing_is_refused_in_the_programs_words_or_as_a_usage_error() {
    let refused = prepared(mention("ops app deploy api gone")).await.unwrap_err();
    assert_eq!(text(&refused), "That branch was deleted.");
    let refused = prepared(mention("ops app deploy api nope")).await.unwrap_err();
    assert!(matches!(refused, Refused::Usage(_)), "{refused:?}");
}

#[tokio::test]
async fn what_cannot_be_listed_is_a_failure_and_no_usage_error() {
    let routes = routes(&[]);
    let event = mention("ops app deploy api main");
    let refused =
        prepare(&matched(find(&routes, "ops app deploy api main")), &event).await.unwrap_err();
    assert!(matches!(&refused, Refused::Failed(error) if error.is_unavailable()), "{refused:?}");
}

#[tokio::test]
async fn a_filled_in_form_runs_the_same_checks_and_tells_the_field() {
    let fill = |values| submit("form:ops.app.deploy", Value::Null, values);
    let prepared_args = prepared(fill(json!({"service": "web", "branch": "main"}))).await.unwrap();
    assert_eq!(prepared_args.args(), Some(&json!({"service": "web", "branch": "9fceb02"})));
    for (values, field) in [
        (json!({"service": "nope", "branch": "main"}), "service"),
        (json!({"service": "web", "branch": "gone"}), "branch"),
    ] {
        match prepared(fill(values)).await.unwrap_err() {
            Refused::Fields(fields) => assert_eq!(fields.keys().collect::<Vec<_>>(), [field]),
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn a_button_that_carries_a_command_runs_the_same_checks() {
    let press = |args| click("ops.app.deploy", args);
    let prepared_args = prepared(press(json!({"service": "web", "branch": "main"}))).await.unwrap();
    assert_eq!(prepared_args.args(), Some(&json!({"service": "web", "branch": "9fceb02"})));
    assert!(prepared(press(json!({"service": "nope", "branch": "main"}))).await.is_err());
    assert!(prepared(press(json!("web"))).await.is_err());
}

#[tokio::test]
async fn a_recorded_run_is_what_was_prepared_and_is_not_resolved_anew() {
    let first = prepared(mention("ops app deploy api main")).await.unwrap();
    let routes = routes(&[]);
    let command = routes.command(&"ops.app.deploy".into()).unwrap();
    let again = command.prepared_from_json(first.args().unwrap().clone()).unwrap();
    assert_eq!(again, first);
    let cx = context(&command, &mention("anything"));
    let reply = command.run(again, cx).await.unwrap();
    let Some(chatgate_router::Body::Message(content)) = reply.body else { panic!() };
    assert_eq!(content.plain_text(), r#"app.deploy {"branch":"9fceb02","service":"api"}"#);
    assert!(command.prepared_from_json(json!([1])).is_err());
}

#[tokio::test]
async fn options_are_what_is_listed_the_best_fit_first() {
    let routes = routes(&["canary-api", "web", "api-canary", "api"]);
    let command = routes.command(&"ops.app.deploy".into()).unwrap();
    let options = command.options("service", "API").await.unwrap();
    let values: Vec<_> = options.iter().map(|choice| choice.value.as_str()).collect();
    assert_eq!(values, ["api", "api-canary", "canary-api"]);
    assert_eq!(command.options("service", "").await.unwrap().len(), 4);
    assert!(command.options("branch", "m").await.unwrap().is_empty());
}
