//! Declarations that cannot work, told when a program starts.

use chatgate_core::Effect;

use super::super::mistakes;
use super::*;

#[track_caller]
fn says(spec: &CommandSpec, expected: &str) {
    assert_eq!(mistakes(spec), [expected]);
}

fn x() -> CommandSpec {
    CommandSpec::new("x", "")
}

fn word(name: &str) -> ArgSpec {
    ArgSpec::new(name, ArgKind::Word)
}

#[test]
fn a_good_declaration_has_none() {
    assert_eq!(mistakes(&deploy()), Vec::<String>::new());
}

#[test]
fn names_are_words_and_differ() {
    says(
        &CommandSpec::new("two words", ""),
        "two words: `two words` cannot be typed as a command's name",
    );
    says(&x().alias("-x"), "x: `-x` cannot be typed as a command's name");
    says(&x().arg(word("a")).arg(word("a").long("b")), "x: two arguments are named `a`");
    let flags = x().arg(word("a").long("a").short('s')).arg(word("s").long("s"));
    says(&flags, "x: two flags are named `s`");
    let twins =
        x().subcommand(CommandSpec::new("a", "").alias("b")).subcommand(CommandSpec::new("b", ""));
    says(&twins, "x: two of its commands are named `b`");
}

#[test]
fn positional_arguments_can_be_told_apart() {
    let rest = x().arg(ArgSpec::new("a", ArgKind::Rest)).arg(word("b"));
    says(&rest, "x: `a` takes the rest, so `b` gets nothing");
    says(&x().arg(word("a").many()).arg(word("b")), "x: `a` takes all words, so `b` gets none");
    let optional = x().arg(word("a").optional()).arg(word("b"));
    says(&optional, "x: `b` must be given, so `a` before it must too");
}

#[test]
fn a_writing_command_is_told_what_it_acts_on() {
    let spec = x().arg(word("env").target().default_value("prod"));
    says(&spec, "x: `env` is what it acts on, so it must always be given");
    assert!(mistakes(&spec.effect(Effect::Read)).is_empty());
}

#[test]
fn defaults_and_examples_work() {
    let spec = x().arg(ArgSpec::new("n", ArgKind::integer()).default_value("many"));
    says(&spec, "x: the default `many` of `n` is not a whole number");
    says(&x().example("y"), "x: the example `y` does not work: it does not begin with `x`");
    let spec = x().arg(word("a")).example("x");
    says(&spec, "x: the example `x` does not work: a is missing: a word, or text in quotes.");
}

#[test]
fn what_is_wrong_below_is_told_by_its_path() {
    let spec = x().subcommand(CommandSpec::new("y", "").arg(word("a")).arg(word("a")));
    says(&spec, "x y: two arguments are named `a`");
}
