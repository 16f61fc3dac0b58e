//! What Tab offers: pure.

use chatgate_core::{ArgKind, ArgSpec, ArgStyle, CommandSpec, Specs};

/// The word that lists commands, where no command of the program has it.
const HELP: &str = "help";

/// Where the word at the cursor begins, and what it can become.
pub(crate) fn complete(specs: &Specs, line: &str, cursor: usize) -> (usize, Vec<String>) {
    let before = line.get(..cursor).unwrap_or(line);
    let (start, words) = words(before);
    let Some((current, words)) = words.split_last() else {
        return (start, Vec::new());
    };
    // `/deploy` is the same as `deploy`.
    if words.is_empty() && current.starts_with('/') {
        return (start + 1, offer(commands(specs), &current[1..]));
    }
    let Some((first, rest)) = words.split_first() else {
        return (start, offer(commands(specs), current));
    };
    let first = first.strip_prefix('/').unwrap_or(first);
    let mut below = &specs.commands[..];
    let mut path = rest;
    let mut spec = named(below, first);
    if spec.is_none() && first == HELP {
        return (start, offer(help(below, rest), current));
    }
    while let Some(found) = spec {
        if found.subcommands.is_empty() {
            return arguments(found, path, current, start);
        }
        below = &found.subcommands;
        let Some((next, after)) = path.split_first() else {
            return (start, offer(names(below), current));
        };
        spec = named(below, next);
        path = after;
    }
    (start, Vec::new())
}

/// The words before the cursor, the last one unfinished and perhaps empty, and where that begins. A
/// word in quotes is one word.
fn words(before: &str) -> (usize, Vec<&str>) {
    let mut words = Vec::new();
    let mut start = 0;
    let mut quote = None;
    for (at, c) in before.char_indices() {
        match quote {
            Some(open) if c == open => quote = None,
            Some(_) => {}
            None if matches!(c, '"' | '\'') => quote = Some(c),
            None if c.is_whitespace() => {
                if start < at {
                    words.push(&before[start..at]);
                }
                start = at + c.len_utf8();
            }
            None => {}
        }
    }
    words.push(&before[start..]);
    (start, words)
}

fn arguments(
    spec: &CommandSpec,
    typed: &[&str],
    current: &str,
    start: usize,
) -> (usize, Vec<String>) {
    let given = Given::read(spec, typed);
    if let Some(flag) = given.open {
        return (start, offer(values(&flag.kind), current));
    }
    if let Some((flag, value)) = current.strip_prefix("--").and_then(|flag| flag.split_once('=')) {
        let start = start + current.len() - value.len();
        let kind = spec.args.iter().find(|arg| arg.is_flag_named(flag)).map(|arg| &arg.kind);
        return (start, offer(kind.map(values).unwrap_or_default(), value));
    }
    let mut offered = if current.starts_with('-') { Vec::new() } else { given.next_values(spec) };
    if offered.is_empty() || current.starts_with('-') {
        offered.extend(given.flags(spec));
    }
    (start, offer(offered, current))
}

/// What of a command has been typed already.
struct Given<'a> {
    flags: Vec<&'a str>,
    positional: usize,
    /// A flag that waits for its value.
    open: Option<&'a ArgSpec>,
}

impl<'a> Given<'a> {
    fn read(spec: &'a CommandSpec, typed: &[&str]) -> Self {
        let mut given = Self { flags: Vec::new(), positional: 0, open: None };
        for word in typed {
            if given.open.take().is_some() {
                continue;
            }
            let (name, has_value) = match word.split_once('=') {
                Some((name, _)) => (name, true),
                None => (*word, false),
            };
            match spec.args.iter().find(|arg| is_flag(arg, name)) {
                Some(flag) => {
                    given.flags.push(&flag.name);
                    given.open = (!has_value && flag.kind != ArgKind::Bool).then_some(flag);
                }
                None => given.positional += 1,
            }
        }
        given
    }

    /// What the next positional argument can be.
    fn next_values(&self, spec: &CommandSpec) -> Vec<String> {
        let mut positional = spec.args.iter().filter(|arg| arg.style == ArgStyle::Positional);
        let next = positional.clone().nth(self.positional);
        let next = next.or_else(|| positional.next_back().filter(|last| last.many));
        next.map(|arg| values(&arg.kind)).unwrap_or_default()
    }

    /// The flags that may still be given.
    fn flags(&self, spec: &CommandSpec) -> Vec<String> {
        let open = spec.args.iter().filter(|arg| arg.many || !self.flags.contains(&&*arg.name));
        open.filter_map(|arg| match &arg.style {
            ArgStyle::Flag { long, .. } => Some(format!("--{long}")),
            _ => None,
        })
        .collect()
    }
}

fn is_flag(arg: &ArgSpec, word: &str) -> bool {
    if let Some(long) = word.strip_prefix("--") {
        return arg.is_flag_named(long);
    }
    let mut letters = word.strip_prefix('-').unwrap_or_default().chars();
    match (&arg.style, letters.next(), letters.next()) {
        (ArgStyle::Flag { short: Some(short), .. }, Some(letter), None) => *short == letter,
        _ => false,
    }
}

fn values(kind: &ArgKind) -> Vec<String> {
    match kind {
        ArgKind::Choice(choices) => choices.iter().map(|choice| quoted(&choice.value)).collect(),
        _ => Vec::new(),
    }
}

/// A value as it must be typed.
fn quoted(value: &str) -> String {
    if value.contains(char::is_whitespace) { format!("\"{value}\"") } else { value.to_owned() }
}

fn commands(specs: &Specs) -> Vec<String> {
    let mut names = names(&specs.commands);
    if named(&specs.commands, HELP).is_none() {
        names.push(HELP.into());
    }
    names
}

/// `help` takes the words of a command.
fn help(commands: &[CommandSpec], typed: &[&str]) -> Vec<String> {
    let mut below = commands;
    for word in typed {
        let Some(spec) = named(below, word) else {
            return Vec::new();
        };
        below = &spec.subcommands;
    }
    names(below)
}

fn names(commands: &[CommandSpec]) -> Vec<String> {
    commands.iter().filter(|spec| !spec.hidden).map(|spec| spec.name.clone()).collect()
}

fn named<'a>(commands: &'a [CommandSpec], word: &str) -> Option<&'a CommandSpec> {
    commands.iter().find(|spec| spec.is_named(word))
}

fn offer(mut offered: Vec<String>, typed: &str) -> Vec<String> {
    offered.retain(|word| word.starts_with(typed));
    offered.sort_unstable();
    offered.dedup();
    offered
}

#[cfg(test)]
mod tests {
    use chatgate_core::Choice;

    use super::*;

    fn specs() -> Specs {
        let env = ArgKind::Choice(vec![Choice::new("staging"), Choice::new("prod")]);
        let deploy = CommandSpec::new("deploy", "")
            .alias("ship")
            .arg(ArgSpec::new("service", ArgKind::Word))
            .arg(ArgSpec::new("env", env.clone()).long("env").short('e'))
            .arg(ArgSpec::new("force", ArgKind::Bool).long("force").optional())
            .arg(ArgSpec::new("tag", ArgKind::Word).long("tag").many());
        let incident = CommandSpec::new("incident", "")
            .subcommand(CommandSpec::new("ack", "").arg(ArgSpec::new("env", env).many()))
            .subcommand(CommandSpec::new("open", ""));
        let hidden = CommandSpec::new("debug", "").hidden();
        Specs::new(vec![deploy, incident, hidden], Vec::new(), Vec::new(), Vec::new())
    }

    /// What Tab offers at the end of a line, and what it would be put behind.
    fn tab(line: &str) -> (String, Vec<String>) {
        let (start, offered) = complete(&specs(), line, line.len());
        (line[..start].to_owned(), offered)
    }

    fn offered(line: &str) -> Vec<String> {
        tab(line).1
    }

    #[test]
    fn the_first_word_is_a_command_that_is_not_hidden() {
        assert_eq!(offered(""), ["deploy", "help", "incident"]);
        assert_eq!(offered("de"), ["deploy"]);
        assert_eq!(tab("/in"), ("/".into(), vec!["incident".into()]));
        assert!(offered("x").is_empty());
    }

    #[test]
    fn subcommands_follow_their_command_and_help() {
        assert_eq!(offered("incident "), ["ack", "open"]);
        assert_eq!(offered("/incident a"), ["ack"]);
        assert_eq!(offered("help incident "), ["ack", "open"]);
        assert_eq!(offered("help d"), ["deploy"]);
    }

    #[test]
    fn flags_are_offered_until_they_are_given() {
        assert_eq!(offered("deploy api --"), ["--env", "--force", "--tag"]);
        assert_eq!(offered("ship api --force --e"), ["--env"]);
        assert_eq!(offered("deploy api --force --tag x --"), ["--env", "--tag"]);
        assert_eq!(offered("deploy api -e prod "), ["--force", "--tag"]);
    }

    #[test]
    fn fixed_choices_are_offered_where_they_are_taken() {
        assert_eq!(offered("deploy api --env "), ["prod", "staging"]);
        assert_eq!(offered("deploy api -e p"), ["prod"]);
        assert_eq!(tab("deploy --env=s"), ("deploy --env=".into(), vec!["staging".into()]));
        assert_eq!(offered("incident ack "), ["prod", "staging"]);
        assert_eq!(offered("incident ack prod st"), ["staging"]);
    }

    #[test]
    fn a_word_in_quotes_is_one_word_and_the_cursor_may_stand_anywhere() {
        assert_eq!(offered("deploy \"a b\" --env p"), ["prod"]);
        assert_eq!(complete(&specs(), "de api", 2), (0, vec!["deploy".into()]));
        assert_eq!(complete(&specs(), "é", 1).0, 0);
    }
}
