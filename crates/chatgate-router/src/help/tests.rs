use chatgate_core::Choice;

use super::*;

fn deploy() -> CommandSpec {
    let env = ArgKind::Choice(vec![Choice::new("staging"), Choice::new("prod")]);
    CommandSpec::new("deploy", "Roll a service out")
        .details("It waits.\n\nThen it ends.")
        .arg(ArgSpec::new("service", ArgKind::Word).about("The service to roll out"))
        .arg(ArgSpec::new("env", env).about("Where to").long("env"))
        .arg(ArgSpec::new("wait", ArgKind::Duration).long("wait").default_value("5m"))
        .arg(ArgSpec::new("force", ArgKind::Bool).about("Ask nothing").long("force").optional())
        .arg(ArgSpec::new("tag", ArgKind::Word).long("tag").many().optional())
        .example("deploy api --env prod")
}

fn incident() -> CommandSpec {
    CommandSpec::new("incident", "Look after incidents")
        .subcommand(CommandSpec::new("list", "What is open"))
        .subcommand(
            CommandSpec::new("ack", "Say that you look at it")
                .arg(ArgSpec::new("id", ArgKind::integer())),
        )
        .subcommand(CommandSpec::new("purge", "Forget everything").hidden())
}

#[test]
fn the_overview_has_a_line_for_each_command_that_runs() {
    let hidden = CommandSpec::new("secret", "Nobody knows").hidden();
    let commands = [&incident(), &deploy(), &hidden];
    let shown = overview(&commands, "/ops ", &Phrases::default());
    let expected = "\
Commands
deploy <service> --env <staging|prod> [--wait <wait>] [--force] [--tag <tag>]...: Roll a service out
incident: Look after incidents
incident list: What is open
incident ack <id>: Say that you look at it
/ops help <command> tells more about one of them.";
    assert_eq!(shown.plain_text(), expected);
}

#[test]
fn nothing_to_run_is_said_so() {
    let shown = overview(&[], "", &Phrases::default());
    assert_eq!(shown.plain_text(), "There is nothing that you may run here.");
}

#[test]
fn a_command_is_told_in_detail() {
    let spec = deploy();
    let shown = detail(&spec, &[&spec], "", &Phrases::default());
    let expected = "\
deploy
Roll a service out
It waits.
Then it ends.
Usage: deploy <service> --env <staging|prod> [--wait <wait>] [--force] [--tag <tag>]...
<service>: The service to roll out. A word, or text in quotes.
--env <staging|prod>: Where to. One of staging, prod.
[--wait <wait>]: A length of time such as 10m or \"2h 30m\". Default: 5m
[--force]: Ask nothing. On when given.
[--tag <tag>]...: A word, or text in quotes. May be repeated.
For example:
deploy api --env prod";
    assert_eq!(shown.plain_text(), expected);
}

#[test]
fn a_parent_is_told_by_what_is_visible_below_it() {
    let spec = incident();
    let shown = detail(&spec, &[&spec.subcommands[1]], "", &Phrases::default());
    let expected = "\
incident
Look after incidents
incident ack <id>: Say that you look at it
help <command> tells more about one of them.";
    assert_eq!(shown.plain_text(), expected);
}

#[test]
fn a_misspelt_name_is_found_and_a_strange_one_is_not() {
    let names = ["deploy", "status", "incident", "rm"];
    for (word, expected) in [
        ("depoly", Some("deploy")),
        ("Deply", Some("deploy")),
        ("stat", Some("status")),
        ("incidents", Some("incident")),
        ("mr", Some("rm")),
        ("x", None),
        ("", None),
        ("employ-them-all", None),
        ("cat", None),
    ] {
        assert_eq!(closest(word, names.into_iter()), expected, "{word}");
    }
}
