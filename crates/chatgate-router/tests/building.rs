//! Mistakes that are told when a router is built, all at once.

#![allow(clippy::unwrap_used, clippy::panic, reason = "helpers of tests")]

mod support;

use chatgate_core::{ArgKind, ArgSpec, CommandSpec, Effect, FormSpec, Submission};
use chatgate_router::{Captures, Listener, Mention, Router, Source, SourceKind, Sources};
use support::{action, command};

command!(Deploy, CommandSpec::new("deploy", "Roll out").alias("ship"));
command!(Ship, CommandSpec::new("ship", "Send by ship"));
command!(Sail, CommandSpec::new("sail", "Sail").alias("deploy"));
command!(Help, CommandSpec::new("help", "Mine"));
command!(Stop, CommandSpec::new("stop", "Mine").alias("cancel"));
command!(Odd, CommandSpec::new("Odd one", "Two words"));
command!(Listed, CommandSpec::new("l", "L").arg(ArgSpec::new("what", ArgKind::Listed)));
command!(plain Astray, CommandSpec::new("astray", "A").arg(ArgSpec::new("a", ArgKind::Word)));
action!(Undo, chatgate_core::ActionSpec::new("undo").of("deploy"));
action!(Lost, chatgate_core::ActionSpec::new("lost").of("nowhere"));

impl<S: Clone> Sources<S> for Astray {
    fn sources() -> Vec<Source<S>> {
        let list = SourceKind::choices::<S, _, _>(|_| async { Vec::new() });
        vec![Source::new("astray", "b", list)]
    }
}

async fn deploy(_: Deploy) {}
async fn undo(_: Undo) {}
async fn lost(_: Lost) {}
async fn heard(_: Mention) {}
async fn matching(_: Captures) {}
async fn filled(_: Submission) {}

fn mistakes(router: Router<()>) -> Vec<String> {
    let error = router.build(()).unwrap_err();
    assert!(error.is_configuration());
    error.context().to_vec()
}

#[test]
fn all_mistakes_are_told_at_once() {
    let found = mistakes(
        Router::new()
            .command(deploy)
            .command(deploy)
            .on(lost)
            .on(undo)
            .on(undo)
            .message("(", matching),
    );
    assert_eq!(found.len(), 5, "{found:#?}");
    for (mistake, words) in found.iter().zip([
        "`deploy`: registered twice",
        "`deploy`: its alias `ship`",
        "`action:lost`: of `nowhere`",
        "`action:undo`: registered twice",
        "`on:message`: the pattern \"(\"",
    ]) {
        assert!(mistake.starts_with(words), "{mistake} / {words}");
    }
}

#[test]
fn a_name_and_an_alias_collide_whichever_comes_first() {
    async fn ship(_: Ship) {}
    async fn sail(_: Sail) {}
    assert_eq!(mistakes(Router::new().command(deploy).command(ship)).len(), 1);
    assert_eq!(mistakes(Router::new().command(ship).command(deploy)).len(), 1);
    assert_eq!(mistakes(Router::new().command(deploy).command(sail)).len(), 1);
    let apart = Router::new().command(deploy).nest("sea", "At sea", Router::new().command(ship));
    assert!(apart.build(()).is_ok());
}

#[test]
fn chatgates_own_words_are_taken_at_the_top_only() {
    async fn help(_: Help) {}
    async fn stop(_: Stop) {}
    assert!(mistakes(Router::new().command(help))[0].contains("chatgate's own word"));
    assert!(mistakes(Router::new().command(stop))[0].contains("`cancel`"));
    assert!(mistakes(Router::new().nest("help", "", Router::new().command(deploy))).len() == 1);
    let below = Router::new().command(help).command(stop);
    assert!(Router::new().nest("my", "Mine", below).build(()).is_ok());
}

#[test]
fn words_and_nesting_must_be_sane() {
    async fn odd(_: Odd) {}
    assert!(mistakes(Router::new().command(odd))[0].contains("cannot be typed"));
    let nest = |router, word: &str| Router::new().nest(word, "Deeper", router);
    let deep = ["a", "b", "c"].into_iter().fold(Router::new().command(deploy), nest);
    assert!(deep.build(()).is_ok());
    let deeper = ["a", "b", "c", "d"].into_iter().fold(Router::new().command(deploy), nest);
    assert!(mistakes(deeper)[0].contains("nested deeper than 4 words"));
    assert!(
        mistakes(Router::new().nest("empty", "", Router::new()))[0].contains("without commands")
    );
}

#[test]
fn what_is_listed_needs_a_list_and_a_list_its_argument() {
    async fn listed(_: Listed) {}
    async fn astray(_: Astray) {}
    assert!(
        mistakes(Router::new().command(listed))[0].contains("nothing lists what `what` can be")
    );
    assert!(mistakes(Router::new().command(astray))[0].contains("no argument `b`"));
}

#[test]
fn routes_of_forms_and_listeners_are_unique() {
    let form = |router: Router<()>, name| router.form(FormSpec::new(name), filled);
    assert_eq!(mistakes(form(form(Router::new(), "x"), "x")).len(), 1);
    let found = mistakes(form(Router::new().command(deploy), "deploy"));
    assert!(found[0].contains("the form of the command `deploy`"), "{found:?}");
    let named = || Listener::new(heard).named("x");
    assert_eq!(mistakes(Router::new().listen(named()).listen(named())).len(), 1);
    let action = Listener::new(undo).effect(Effect::Read);
    assert!(mistakes(Router::new().command(deploy).listen(action))[0].contains("declares its own"));
}
