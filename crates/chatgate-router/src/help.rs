//! Help, from the same declarations as everything else.

use chatgate_core::{ArgKind, ArgSpec, Block, CommandSpec, Content, Field, Inline, Need, Phrases};

use crate::language::worded;

/// Help about everything that the asker may run: a line for each command that runs, those of one
/// parent together.
#[must_use]
pub fn overview(commands: &[&CommandSpec], prefix: &str, phrases: &Phrases) -> Content {
    let shown = leaves(commands);
    if shown.is_empty() {
        return Content::new().paragraph(worded(&phrases.help_empty, &[]));
    }
    let help = format!("{prefix}help");
    Content::new()
        .heading(3, phrases.help_heading.as_str())
        .then(listing(commands))
        .block(Block::Context(worded(&phrases.help_more, &[("help", &help)])))
}

/// A line for each command that runs: its usage and what it does. Commands with subcommands come
/// last, each with a line of its own before them.
pub(crate) fn listing(commands: &[&CommandSpec]) -> Content {
    let (parents, alone): (Vec<&CommandSpec>, Vec<&CommandSpec>) = commands
        .iter()
        .copied()
        .filter(|spec| !spec.hidden)
        .partition(|spec| !spec.subcommands.is_empty());
    let mut content = Content::new();
    if !alone.is_empty() {
        content = content.block(fields(&alone));
    }
    for parent in parents {
        let mut title = vec![Inline::bold(parent.path())];
        if !parent.about.is_empty() {
            title.push(Inline::text(format!(": {}", parent.about)));
        }
        let below = leaves(&[parent]);
        if !below.is_empty() {
            content = content.paragraph(title).block(fields(&below));
        }
    }
    content
}

fn fields(commands: &[&CommandSpec]) -> Block {
    Block::Fields(commands.iter().map(|spec| Field::new(spec.usage(), &*spec.about)).collect())
}

/// The commands that run and are not hidden.
fn leaves<'a>(commands: &[&'a CommandSpec]) -> Vec<&'a CommandSpec> {
    fn add<'a>(spec: &'a CommandSpec, out: &mut Vec<&'a CommandSpec>) {
        if spec.hidden {
            return;
        }
        if spec.subcommands.is_empty() {
            out.push(spec);
        }
        for below in &spec.subcommands {
            add(below, out);
        }
    }
    let mut out = Vec::new();
    for spec in commands {
        add(spec, &mut out);
    }
    out
}

/// Help about one command: usage, what it does, its arguments, examples; for a command with
/// subcommands, those that are visible.
#[must_use]
pub fn detail(
    spec: &CommandSpec,
    visible: &[&CommandSpec],
    prefix: &str,
    phrases: &Phrases,
) -> Content {
    let mut content = Content::new().heading(3, spec.path());
    if !spec.about.is_empty() {
        content = content.text(spec.about.as_str());
    }
    if let Some(details) = &spec.details {
        for paragraph in details.split("\n\n") {
            content = content.text(paragraph);
        }
    }
    if !spec.subcommands.is_empty() {
        let help = format!("{prefix}help");
        return content
            .then(listing(visible))
            .block(Block::Context(worded(&phrases.help_more, &[("help", &help)])));
    }
    let usage = [Inline::text(format!("{} ", phrases.usage)), Inline::code(spec.usage())];
    content = content.paragraph(usage);
    if !spec.args.is_empty() {
        content = content.block(Block::Fields(spec.args.iter().map(argument).collect()));
    }
    match spec.examples.as_slice() {
        [] => content,
        examples => content.text(phrases.example.as_str()).code(None, examples.join("\n")),
    }
}

/// An argument: how it is written; what it is for, what it takes, what it is when left out.
fn argument(arg: &ArgSpec) -> Field {
    let mut words = Vec::new();
    if !arg.about.is_empty() {
        words.push(Inline::text(format!("{} ", sentence(&arg.about))));
    }
    if arg.kind == ArgKind::Bool {
        words.push(Inline::text("On when given."));
    } else {
        words.push(Inline::text(sentence(&capital(&arg.kind.expectation()))));
    }
    if arg.many {
        words.push(Inline::text(" May be repeated."));
    }
    if let Need::Default(text) = &arg.need {
        words.push(Inline::text(" Default: "));
        words.push(Inline::code(text));
    }
    Field::rich(arg.usage(), words)
}

fn sentence(text: &str) -> String {
    let text = text.trim_end();
    if text.ends_with(['.', '!', '?']) { text.to_owned() } else { format!("{text}.") }
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// The name that was probably meant by a word; `None` when none is close.
///
/// ```
/// use chatgate_router::help::closest;
/// assert_eq!(closest("depoly", ["status", "deploy"].into_iter()), Some("deploy"));
/// assert_eq!(closest("xyz", ["status", "deploy"].into_iter()), None);
/// ```
pub fn closest<'a>(word: &str, names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    // Longer words are no misspelt names, and the comparison takes time with their length.
    const MAX_CHARS: usize = 40;
    let word = word.to_lowercase();
    let length = word.chars().count();
    if !(2..=MAX_CHARS).contains(&length) {
        return None;
    }
    let distance = |name: &str| {
        let folded = name.to_lowercase();
        let chars = folded.chars().count();
        if chars > MAX_CHARS {
            return None;
        }
        // The beginning of a name.
        if folded.starts_with(&word) {
            return Some(1);
        }
        // A letter, and in longer words one in three, may be wrong, missing, added or swapped.
        let allowed = (length.max(chars) / 3).max(1);
        Some(strsim::damerau_levenshtein(&word, &folded)).filter(|distance| *distance <= allowed)
    };
    let close = names.filter_map(|name| Some((distance(name)?, name)));
    close.min_by_key(|(distance, _)| *distance).map(|(_, name)| name)
}

#[cfg(test)]
mod tests;
