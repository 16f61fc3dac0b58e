//! Usage errors, as people read them.

use super::*;

const USAGE: &str = "Usage: deploy <service> --env <staging|prod> [--replicas <replicas>] \
                     [--message <message>] [--force] [--tag <tag>]...\n\
                     For example: deploy api --env prod";

#[track_caller]
fn reads(typed: &str, reason: &str, expected: &str) {
    let error = error(&deploy(), typed);
    assert_eq!(told(&error), format!("{expected}\n{USAGE}"), "{typed:?}");
    assert_eq!(error.reason_code(), reason);
}

#[test]
fn unknown_flags() {
    reads(
        "deploy api --evn prod",
        "unknown_flag",
        "\
deploy has no flag --evn.
deploy api --evn prod
           ^^^^^
Did you mean --env?",
    );
    reads(
        "deploy api --colour=red --env prod",
        "unknown_flag",
        "\
deploy has no flag --colour.
deploy api --colour=red --env prod
           ^^^^^^^^",
    );
    reads(
        "deploy api -x",
        "unknown_flag",
        "\
deploy has no flag -x.
deploy api -x
           ^^",
    );
}

#[test]
fn flags_without_or_with_two_values() {
    reads(
        "deploy api --env",
        "missing_value",
        "\
--env needs a value: one of staging, prod.
deploy api --env
           ^^^^^",
    );
    reads(
        "deploy api --env --force",
        "missing_value",
        "\
--env needs a value: one of staging, prod.
deploy api --env --force
           ^^^^^",
    );
    reads(
        "deploy api -e= prod",
        "missing_value",
        "\
--env needs a value: one of staging, prod.
deploy api -e= prod
           ^^^",
    );
    reads(
        "deploy api --env prod -e staging",
        "repeated_flag",
        "\
--env is given twice.
deploy api --env prod -e staging
                      ^^",
    );
}

#[test]
fn what_is_missing() {
    reads(
        "deploy --env prod",
        "missing_argument",
        "\
service is missing: a word, or text in quotes.
deploy --env prod
                  ^",
    );
    reads(
        "deploy",
        "missing_argument",
        "\
These are missing: service, --env.
deploy
       ^",
    );
}

#[test]
fn what_is_too_much() {
    reads(
        "deploy api prod --env prod",
        "too_many_words",
        "\
deploy does not take prod.
deploy api prod --env prod
           ^^^^",
    );
    reads(
        "deploy api --env prod\nand then db",
        "trailing_input",
        "\
deploy takes one line, so nothing was done. This was left over:
and then db",
    );
    reads(
        "deploy api --env \"prod",
        "unclosed_quote",
        "\
This quote is never closed.
deploy api --env \"prod
                 ^",
    );
    reads(
        "deploy api --message=“it is",
        "unclosed_quote",
        "\
This quote is never closed.
deploy api --message=“it is
                     ^",
    );
}

#[test]
fn values_that_do_not_fit() {
    reads(
        "deploy api --env prdo",
        "unknown_choice",
        "\
--env cannot be prdo.
deploy api --env prdo
                 ^^^^
Did you mean prod? It takes one of staging, prod.",
    );
    reads(
        "deploy api --env=qa",
        "unknown_choice",
        "\
--env cannot be qa.
deploy api --env=qa
                 ^^
It takes one of staging, prod.",
    );
    reads(
        "deploy api -e prod --replicas=21",
        "bad_argument",
        "\
--replicas cannot be 21: it takes a whole number from 1 to 20.
deploy api -e prod --replicas=21
                              ^^",
    );
    reads(
        "deploy 日本 -e prod --replicas ten",
        "bad_argument",
        "\
--replicas cannot be ten: it takes a whole number from 1 to 20.
deploy 日本 -e prod --replicas ten
                               ^^^",
    );
}

#[test]
fn characters_that_do_not_belong() {
    reads(
        "deploy аpi -e prod",
        "bad_argument",
        "\
service mixes Cyrillic and Latin letters, and some of them look alike.
deploy аpi -e prod
        ^",
    );
    reads(
        "deploy a\u{200b}pi -e prod",
        "bad_argument",
        "\
service has a character that cannot be seen: U+200B.
deploy a\u{fffd}pi -e prod
        ^",
    );
}

#[test]
fn what_does_not_exist_is_pointed_at() {
    let spec = CommandSpec::new("deploy", "")
        .arg(ArgSpec::new("service", ArgKind::Listed))
        .arg(ArgSpec::new("ref", ArgKind::Word).long("ref").optional());
    let line = Line::read(&Content::typed("deploy web --ref=web"));
    let choices = ["api", "webb"].map(Choice::new);
    let error = UsageError::unknown_choice(&spec, &line, "service", "web", &choices);
    assert_eq!(
        told(&error),
        "\
service cannot be web.
deploy web --ref=web
       ^^^
Did you mean webb? It takes one of api, webb.
Usage: deploy <service> [--ref <ref>]"
    );
    assert_eq!(error.reason_code(), "unknown_choice");
    let error = UsageError::unknown_choice(&spec, &line, "ref", "web", &[]);
    assert_eq!(error.span(), Some(17..20));
}

#[test]
fn subcommands_that_are_missing_or_unknown() {
    let spec = CommandSpec::new("incident", "Look after incidents")
        .subcommand(
            CommandSpec::new("ack", "Say that you look at it")
                .arg(ArgSpec::new("id", ArgKind::Word)),
        )
        .subcommand(CommandSpec::new("purge", "Forget everything"));
    let visible = &[&spec.subcommands[0]];
    let told_of = |typed: &str| {
        told(&UsageError::unknown_subcommand(
            &spec,
            &Line::read(&Content::typed(typed)),
            1,
            visible,
        ))
    };
    assert_eq!(
        told_of("incident akc 7"),
        "\
I don't know incident akc, or you may not run it.
incident akc 7
         ^^^
Did you mean incident ack?
incident ack <id>: Say that you look at it"
    );
    assert_eq!(
        told_of("incident purge"),
        "\
I don't know incident purge, or you may not run it.
incident purge
         ^^^^^
incident ack <id>: Say that you look at it"
    );
    assert_eq!(
        told_of("incident"),
        "\
incident needs one of its commands.
incident
         ^
incident ack <id>: Say that you look at it"
    );
}

#[test]
fn what_was_understood_is_kept_for_the_form() {
    let error = error(&deploy(), "deploy --env prod --tag a");
    let partial = serde_json::json!({"env": "prod", "tag": ["a"]});
    assert_eq!(Value::Object(error.partial().clone()), partial);
    assert_eq!(error.spec().name, "deploy");
    assert_eq!(error.to_string(), "service is missing: a word, or text in quotes.");
}

#[test]
fn a_fault_below_the_line_is_not_pointed_at_in_it() {
    let error = error(&one(ArgKind::Rest), "x ok\u{a0}\n\u{7}");
    assert_eq!(error.span(), None);
    let expected = "a has a character that cannot be seen: U+0007.\nUsage: x <a>";
    assert_eq!(told(&error), expected);
}
