//! Which event finds which handler.

#![allow(clippy::unwrap_used, clippy::panic, reason = "helpers of tests")]

mod support;

use chatgate_core::{
    ArgKind, ArgSpec, Change, CommandSpec, Effect, EventKind, FormSpec, Submission,
};
use chatgate_router::{
    Captures, DirectMessage, Found, Heard, Joined, Listener, Mention, Overheard, ReactionAdded,
    ReactionRemoved, RouteKind, Router, Routes, ThreadMessage,
};
use serde_json::json;
use support::{aside, click, command, direct, event, find, reaction, route, slash, submit};

command!(Deploy, {
    CommandSpec::new("deploy", "Roll out").alias("ship").arg(ArgSpec::new("service", ArgKind::Word))
});
command!(Incident, {
    CommandSpec::new("incident", "Incidents")
        .subcommand(CommandSpec::new("ack", "Take it").alias("take").effect(Effect::Idempotent))
        .subcommand(CommandSpec::new("close", "Close it").serial())
});
support::action!(Acknowledge, chatgate_core::ActionSpec::new("acknowledge").of("incident.ack"));

async fn deploy(_: Deploy) {}
async fn incident(_: Incident) {}
async fn acknowledge(_: Acknowledge) {}
async fn on_mention(_: Mention) {}
async fn on_direct(_: DirectMessage) {}
async fn in_thread(_: ThreadMessage) {}
async fn overheard(_: Overheard) {}
async fn matching(_: Captures) {}
async fn filled(_: Submission) {}

fn commands() -> Router<()> {
    Router::new().command(deploy).command(incident).on(acknowledge)
}

fn routes(router: Router<()>) -> Routes {
    router.build(()).unwrap()
}

#[test]
fn words_find_a_command_by_name_alias_and_whatever_case() {
    let routes = routes(commands());
    for text in ["deploy api", "ship api", "Deploy api"] {
        assert_eq!(route(&find(&routes, text)), "deploy", "{text}");
        assert_eq!(route(&routes.find(&slash(text), Heard::Command)), "deploy", "{text}");
        assert_eq!(route(&routes.find(&direct(text), Heard::Command)), "deploy", "{text}");
    }
}

#[test]
fn words_find_a_subcommand_or_the_group_that_lacks_one() {
    let routes = routes(commands());
    assert_eq!(route(&find(&routes, "incident ack")), "incident.ack");
    assert_eq!(route(&find(&routes, "incident take")), "incident.ack");
    assert_eq!(route(&find(&routes, "incident")), "incomplete incident after 1");
    assert_eq!(route(&find(&routes, "incident nope")), "incomplete incident after 1");
}

#[test]
fn nested_commands_stand_below_a_word_and_keep_their_own_route_inside() {
    let ops = Router::new().nest("eu", "Europe", commands());
    let routes = routes(Router::new().nest("ops", "Operations", ops));
    assert_eq!(route(&find(&routes, "ops eu incident close")), "ops.eu.incident.close");
    assert_eq!(route(&find(&routes, "ops eu")), "incomplete ops.eu after 2");
    assert_eq!(route(&find(&routes, "incident close")), "unknown");

    let specs = routes.specs();
    assert_eq!(specs.commands[0].leaves()[2].path(), "ops eu incident close");
    // The action of a nested router inherits from its own router's command.
    assert_eq!(specs.actions[0].of.as_ref().unwrap(), &"ops.eu.incident.ack");
}

#[test]
fn a_gate_tells_effect_kind_and_inheritance() {
    let routes = routes(commands());
    let ack = routes.command(&"incident.ack".into()).unwrap();
    assert_eq!((ack.gate.effect, ack.gate.kind), (Effect::Idempotent, RouteKind::Command));
    assert!(!ack.serial);
    assert!(routes.command(&"incident.close".into()).unwrap().serial);
    let action = routes.action(&"action:acknowledge".into()).unwrap();
    assert_eq!(action.gate.of, Some("incident.ack".into()));
    assert!(routes.command(&"incident".into()).is_none(), "a group does not run");
    assert!(routes.command(&"action:acknowledge".into()).is_none());
    let leaves: Vec<_> = routes.leaves().iter().map(|gate| gate.route.as_str()).collect();
    assert_eq!(leaves, ["deploy", "incident.ack", "incident.close"]);
}

#[test]
fn help_and_cancel_come_before_every_command() {
    let routes = routes(commands());
    assert_eq!(route(&find(&routes, "help")), "help []");
    assert_eq!(route(&find(&routes, "Help incident ack")), "help [incident ack]");
    assert_eq!(route(&find(&routes, "ship --help")), "help [deploy]");
    assert_eq!(route(&find(&routes, "cancel")), "cancel");
    assert_eq!(route(&find(&routes, "cancel my order")), "unknown");
    assert_eq!(route(&find(&routes, "")), "help []");
}

#[test]
fn commands_come_before_patterns_and_patterns_before_mentions() {
    let routes = routes(
        commands()
            .on(on_mention)
            .on(on_direct)
            .message("^deploy", matching)
            .message("hello", matching)
            .listen(Listener::matching("hello|bye", matching).named("greet")),
    );
    assert_eq!(route(&find(&routes, "deploy api")), "deploy");
    assert_eq!(route(&find(&routes, "hello you")), "on:message/2 on:message/greet");
    assert_eq!(route(&find(&routes, "good morning")), "on:mention");
    assert_eq!(route(&find(&routes, "")), "on:mention");
    let text = direct("good morning");
    assert_eq!(route(&routes.find(&text, Heard::Command)), "on:direct-message");
    assert_eq!(route(&routes.find(&slash("hello"), Heard::Command)), "unknown");
}

#[test]
fn what_is_addressed_and_no_command_is_unknown_only_when_nobody_listens() {
    let routes = routes(commands().on(on_mention));
    assert_eq!(route(&find(&routes, "deplyo api")), "on:mention");
    assert_eq!(route(&routes.find(&direct("deplyo api"), Heard::Command)), "unknown");
}

#[test]
fn a_thread_that_is_subscribed_to_runs_no_commands() {
    let routes = routes(commands().on(in_thread).message("hello", matching));
    let in_thread = |text: &str| route(&routes.find(&aside(text), Heard::Thread));
    assert_eq!(in_thread("deploy api"), "on:thread-message");
    assert_eq!(in_thread("hello"), "on:message");
}

#[test]
fn what_is_said_to_others_reaches_only_those_who_listen_to_it() {
    let pattern = Listener::matching("fire", matching).hears_all().effect(Effect::Read);
    let quiet = routes(commands().message("fire", matching).on(on_mention).on(in_thread));
    assert_eq!(route(&quiet.find(&aside("fire"), Heard::Ambient)), "nothing");
    let routes = routes(commands().listen(pattern).on(overheard));
    assert_eq!(route(&routes.find(&aside("fire"), Heard::Ambient)), "on:message");
    assert_eq!(route(&routes.find(&aside("deploy"), Heard::Ambient)), "on:overheard");
    assert_eq!(routes.specs().listeners[0].effect, Effect::Read);
}

#[test]
fn every_listener_to_an_event_runs_and_has_a_route_of_its_own() {
    async fn added(_: ReactionAdded) {}
    async fn removed(_: ReactionRemoved) {}
    async fn joined(_: Joined) {}
    let routes = routes(
        Router::new()
            .on(added)
            .on(removed)
            .nest("ops", "Operations", commands().on(added))
            .listen(Listener::new(added).named("count"))
            .on(joined),
    );
    assert_eq!(
        route(&routes.find(&reaction(Change::Added), Heard::Ambient)),
        "on:reaction/added on:reaction/added/2 on:reaction/added/count"
    );
    assert_eq!(
        route(&routes.find(&reaction(Change::Removed), Heard::Ambient)),
        "on:reaction/removed"
    );
    let joined = event(EventKind::Membership { user: "bob".into(), change: Change::Added });
    assert_eq!(route(&routes.find(&joined, Heard::Ambient)), "on:joined");
    assert!(routes.listener(&"on:joined".into()).is_some());
    assert_eq!(route(&routes.find(&event(EventKind::HomeOpened), Heard::Ambient)), "nothing");
}

#[test]
fn a_seal_finds_the_action_the_form_or_the_command_that_it_was_made_for() {
    let routes = routes(commands().form(FormSpec::new("feedback"), filled));
    let find = |event| route(&routes.find(&event, Heard::Ambient));
    assert_eq!(find(click("action:acknowledge", json!(1))), "action:acknowledge");
    assert_eq!(find(click("deploy", json!({"service": "api"}))), "deploy");
    assert_eq!(find(click("action:gone", json!(1))), "nothing");
    assert_eq!(find(submit("form:feedback", json!(null), json!({}))), "form:feedback");
    assert_eq!(find(submit("form:incident.ack", json!(null), json!({}))), "filled in incident.ack");
    assert!(routes.form(&"form:feedback".into()).is_some());
    assert_eq!(routes.form(&"form:deploy".into()).unwrap().gate.route, "deploy");
}

#[test]
fn one_of_ten_thousand_commands_is_found() {
    let router = (0..5_000).fold(Router::new(), |router, number| {
        let team = Router::new().command(deploy).command(incident);
        router.nest(format!("team-{number}"), "A team", team)
    });
    let routes = routes(router);
    assert_eq!(route(&find(&routes, "team-4999 ship api")), "team-4999.deploy");
    assert_eq!(routes.leaves().len(), 15_000);
}

#[test]
fn routers_merge_at_one_level() {
    let routes = routes(Router::new().command(deploy).merge(Router::new().command(incident)));
    assert_eq!(route(&find(&routes, "incident ack")), "incident.ack");
    assert!(matches!(find(&routes, "deploy"), Found::Command(_)));
}
