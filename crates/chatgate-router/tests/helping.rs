//! Help and suggestions show what is visible, and nothing else.

#![allow(clippy::unwrap_used, clippy::panic, reason = "helpers of tests")]

mod support;

use chatgate_core::{ArgKind, ArgSpec, CommandSpec, Phrases, RouteId};
use chatgate_router::{Found, Router, Routes};
use support::{command, find, route};

command!(Deploy, CommandSpec::new("deploy", "Roll out").example("deploy"));
command!(
    Connect,
    CommandSpec::new("connect", "Connect").arg(ArgSpec::new("host", ArgKind::Word).short('h'))
);
command!(Secret, CommandSpec::new("secret", "Hush").hidden());
command!(Incident, {
    CommandSpec::new("incident", "Incidents")
        .subcommand(CommandSpec::new("ack", "Take it"))
        .subcommand(CommandSpec::new("close", "Close it"))
});

fn routes() -> Routes {
    async fn deploy(_: Deploy) {}
    async fn secret(_: Secret) {}
    async fn incident(_: Incident) {}
    Router::new().command(deploy).command(secret).command(incident).build(()).unwrap()
}

fn all(_: &RouteId) -> bool {
    true
}

fn only_ack(route: &RouteId) -> bool {
    *route == "incident.ack"
}

fn help(topic: &[&str], visible: &dyn Fn(&RouteId) -> bool) -> Option<String> {
    let topic: Vec<_> = topic.iter().map(|word| (*word).to_owned()).collect();
    let content = routes().help(&topic, visible, "/", &Phrases::default())?;
    Some(content.plain_text())
}

fn suggest(text: &str, visible: &dyn Fn(&RouteId) -> bool) -> Option<String> {
    let routes = routes();
    match find(&routes, text) {
        Found::Unknown { line } | Found::Incomplete { line, .. } => routes.suggest(&line, visible),
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_overview_lists_what_is_visible_and_not_hidden() {
    let text = help(&[], &all).unwrap();
    assert!(text.contains("deploy") && text.contains("incident"), "{text}");
    assert!(!text.contains("secret"), "{text}");
    let text = help(&[], &only_ack).unwrap();
    assert!(text.contains("incident") && !text.contains("deploy"), "{text}");
}

#[test]
fn a_parent_is_shown_with_its_visible_leaves() {
    let text = help(&["incident"], &only_ack).unwrap();
    assert!(text.contains("ack") && !text.contains("close"), "{text}");
    assert!(help(&["incident"], &|_| false).is_none());
}

#[test]
fn an_invisible_topic_is_the_same_as_an_unknown_one() {
    assert!(help(&["deploy"], &all).is_some());
    assert!(help(&["deploy"], &only_ack).is_none());
    assert!(help(&["nope"], &all).is_none());
    assert!(help(&["incident", "nope"], &all).is_none());
    assert!(help(&["secret"], &all).is_some(), "who knows its name may read about it");
}

#[test]
fn only_visible_commands_are_suggested() {
    assert_eq!(suggest("deplyo api", &all).as_deref(), Some("deploy"));
    assert_eq!(suggest("deplyo api", &only_ack), None);
    assert_eq!(suggest("incident clsoe", &all).as_deref(), Some("incident close"));
    assert_eq!(suggest("incident clsoe", &only_ack), None);
    assert_eq!(suggest("secrte", &all), None);
    assert_eq!(suggest("incident", &all), None);
    assert_eq!(suggest("something else entirely", &all), None);
}

#[test]
fn help_can_be_asked_for_behind_the_command_unless_it_has_a_use_for_the_flag() {
    async fn connect(_: Connect) {}
    let routes = Router::new().command(connect).build(()).unwrap();
    assert_eq!(route(&find(&routes, "connect -h example.com")), "connect");
    let routes = self::routes();
    assert_eq!(route(&find(&routes, "deploy -h")), "help [deploy]");
    assert_eq!(route(&find(&routes, "incident --help")), "help [incident]");
}

#[test]
fn a_nested_commands_examples_work_where_it_is_nested() {
    async fn deploy(_: Deploy) {}
    let ops = Router::new().nest("eu", "Europe", Router::new().command(deploy));
    let routes = Router::new().nest("ops", "Operations", ops).build(()).unwrap();
    let specs = routes.specs();
    assert_eq!(specs.commands[0].leaves()[0].examples, ["ops eu deploy"]);
    assert_eq!(route(&find(&routes, "ops eu deploy")), "ops.eu.deploy");
}

#[test]
fn an_incomplete_line_shows_the_visible_subcommands_only() {
    let routes = routes();
    let Found::Incomplete { spec, line, skip } = find(&routes, "incident clsoe") else { panic!() };
    let text = |visible: &dyn Fn(&RouteId) -> bool| {
        let usage = routes.incomplete(&spec, &line, skip, visible)?;
        Some(usage.content(&Phrases::default()).plain_text())
    };
    assert!(text(&all).unwrap().contains("close"));
    let shown = text(&only_ack).unwrap();
    assert!(shown.contains("ack") && !shown.contains("close"), "{shown}");
    assert!(text(&|_| false).is_none());
}
