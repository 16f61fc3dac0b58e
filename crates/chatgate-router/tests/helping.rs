//! Help and suggestions show what is visible, and nothing else.

#![allow(clippy::unwrap_used, clippy::panic, reason = "helpers of tests")]

mod support;

use chatgate_core::{CommandSpec, Phrases, RouteId};
use chatgate_router::{Found, Router, Routes};
use support::{command, find};

command!(Deploy, CommandSpec::new("deploy", "Roll out"));
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
    Router::new()
        .command(deploy)
        .command(secret)
        .command(incident)
        .build(())
        .unwrap()
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
    assert!(
        text.contains("deploy") && text.contains("incident"),
        "{text}"
    );
    assert!(!text.contains("secret"), "{text}");
    let text = help(&[], &only_ack).unwrap();
    assert!(
        text.contains("incident") && !text.contains("deploy"),
        "{text}"
    );
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
    assert!(
        help(&["secret"], &all).is_some(),
        "who knows its name may read about it"
    );
}

#[test]
fn only_visible_commands_are_suggested() {
    assert_eq!(suggest("deplyo api", &all).as_deref(), Some("deploy"));
    assert_eq!(suggest("deplyo api", &only_ack), None);
    assert_eq!(
        suggest("incident clsoe", &all).as_deref(),
        Some("incident close")
    );
    assert_eq!(suggest("incident clsoe", &only_ack), None);
    assert_eq!(suggest("secrte", &all), None);
    assert_eq!(suggest("incident", &all), None);
    assert_eq!(suggest("something else entirely", &all), None);
}
