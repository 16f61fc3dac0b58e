//! What is wrong with a declaration, found when a program starts.

use std::collections::HashSet;

use chatgate_core::{ArgKind, ArgSpec, ArgStyle, CommandSpec, Content, Effect, Need, Timestamp};

use super::{Line, flag, parse::default, parse::parse};

/// What is wrong with a command's declaration, a sentence each: two arguments of one name, a default
/// that its own argument does not take, an example that does not work, …
///
/// ```
/// use chatgate_core::{ArgKind, ArgSpec, CommandSpec};
/// let spec = CommandSpec::new("scale", "Scale a service")
///     .arg(ArgSpec::new("to", ArgKind::integer()).long("to").default_value("many"));
/// let mistakes = chatgate_router::language::mistakes(&spec);
/// assert_eq!(mistakes, ["scale: the default `many` of `to` is not a whole number"]);
/// ```
#[must_use]
pub fn mistakes(spec: &CommandSpec) -> Vec<String> {
    let mut found = Vec::new();
    check(spec, &mut found);
    found
}

fn check(spec: &CommandSpec, found: &mut Vec<String>) {
    let mut say = |text: String| found.push(format!("{}: {text}", spec.path()));
    for word in std::iter::once(&spec.name).chain(&spec.aliases) {
        if !is_word(word) {
            say(format!("`{word}` cannot be typed as a command's name"));
        }
    }
    if !spec.subcommands.is_empty() && !spec.args.is_empty() {
        say("a command with subcommands takes no arguments itself".into());
    }
    let mut words = HashSet::new();
    for below in &spec.subcommands {
        for word in std::iter::once(&below.name).chain(&below.aliases) {
            if !words.insert(word) {
                say(format!("two of its commands are named `{word}`"));
            }
        }
    }
    names(&spec.args, &mut say);
    places(&spec.args, &mut say);
    for arg in &spec.args {
        if arg.target && spec.effect == Effect::Write && arg.need != Need::Required {
            say(format!("`{}` is what it acts on, so it must always be given", arg.name));
        }
        if let Need::Default(text) = &arg.need {
            // A default such as `in 10m` needs some present.
            if default(arg, text, Some(Timestamp::EPOCH)).is_err() {
                let expected = arg.kind.expectation();
                say(format!("the default `{text}` of `{}` is not {expected}", arg.name));
            }
        }
    }
    if spec.subcommands.is_empty() {
        for example in &spec.examples {
            if let Some(problem) = example_problem(spec, example) {
                say(format!("the example `{example}` does not work: {problem}"));
            }
        }
    }
    for below in &spec.subcommands {
        check(below, found);
    }
}

fn names(args: &[ArgSpec], say: &mut impl FnMut(String)) {
    let mut names = HashSet::new();
    let mut flags = HashSet::new();
    for arg in args {
        if !names.insert(arg.name.as_str()) {
            say(format!("two arguments are named `{}`", arg.name));
        }
        let ArgStyle::Flag { long, short, aliases } = &arg.style else {
            continue;
        };
        let short = short.map(|letter| letter.to_string());
        for word in std::iter::once(long).chain(aliases).chain(&short) {
            if !is_word(word) || word.contains('=') {
                say(format!("`{word}` cannot be typed as a flag"));
            }
            if !flags.insert(word.clone()) {
                say(format!("two flags are named `{word}`"));
            }
        }
    }
}

/// Whether the positional arguments can be told apart.
fn places(args: &[ArgSpec], say: &mut impl FnMut(String)) {
    let positional: Vec<_> = args.iter().filter(|arg| !flag::is_flag(arg)).collect();
    let from_below = |arg: &ArgSpec| matches!(arg.kind, ArgKind::Code | ArgKind::Json);
    for pair in positional.windows(2) {
        let [arg, after] = pair else { continue };
        if arg.kind == ArgKind::Rest && !from_below(after) {
            say(format!("`{}` takes the rest, so `{}` gets nothing", arg.name, after.name));
        } else if arg.many && !from_below(after) {
            say(format!("`{}` takes all words, so `{}` gets none", arg.name, after.name));
        }
        if arg.need != Need::Required && after.need == Need::Required {
            say(format!("`{}` must be given, so `{}` before it must too", after.name, arg.name));
        }
    }
}

fn is_word(text: &str) -> bool {
    let stray =
        |c: char| c.is_whitespace() || c.is_control() || matches!(c, '.' | '"' | '`' | '\\');
    !text.is_empty() && !text.starts_with(['-', '–', '—']) && !text.contains(stray)
}

fn example_problem(spec: &CommandSpec, example: &str) -> Option<String> {
    let line = Line::read(&Content::typed(example));
    let path: Vec<_> = spec.route.as_str().split('.').collect();
    let named = path.iter().enumerate().all(|(index, word)| line.word(index) == Some(word));
    if !named {
        return Some(format!("it does not begin with `{}`", spec.path()));
    }
    let error = parse(spec, &line, path.len(), Timestamp::EPOCH).err()?;
    Some(error.to_string())
}
