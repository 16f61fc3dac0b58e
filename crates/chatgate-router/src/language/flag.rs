//! What is a flag, and which one.

use chatgate_core::{ArgKind, ArgSpec, ArgStyle, CommandSpec};

/// A word that looks like a flag.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Flag<'a> {
    /// `--`: no flags from here on.
    End,
    /// `--name`; its name.
    Long(&'a str),
    /// `-n`; what follows the dash.
    Short(&'a str),
}

/// Reads a word as a flag, without its value.
pub(super) fn flag(word: &str) -> Option<Flag<'_>> {
    // A phone makes one dash of two; a few of them in a row are meant as two.
    if word.starts_with(['—', '–']) {
        let name = word.trim_start_matches(['—', '–', '-']);
        return Some(if name.is_empty() { Flag::End } else { Flag::Long(name) });
    }
    match word.strip_prefix("--") {
        Some("") => Some(Flag::End),
        Some(name) => Some(Flag::Long(name)),
        None => word.strip_prefix('-').filter(|rest| !rest.is_empty()).map(Flag::Short),
    }
}

/// The position of the flag's argument in the spec.
pub(super) fn find(spec: &CommandSpec, flag: Flag<'_>) -> Option<usize> {
    let short = |name: &str| {
        let mut chars = name.chars();
        let letter = chars.next().filter(|_| chars.next().is_none())?;
        spec.args.iter().position(|arg| match &arg.style {
            ArgStyle::Flag { short, .. } => *short == Some(letter),
            _ => false,
        })
    };
    match flag {
        Flag::End => None,
        Flag::Short(name) => short(name),
        // `–n` from a phone is `-n`.
        Flag::Long(name) => {
            spec.args.iter().position(|arg| arg.is_flag_named(name)).or_else(|| short(name))
        }
    }
}

/// How a flag is named to a person: `--env`.
pub(super) fn shown(arg: &ArgSpec) -> String {
    match &arg.style {
        ArgStyle::Flag { long, .. } => format!("--{long}"),
        _ => arg.name.clone(),
    }
}

pub(super) fn is_flag(arg: &ArgSpec) -> bool {
    matches!(arg.style, ArgStyle::Flag { .. })
}

/// True for a number below zero where a number is taken: it is no flag.
pub(super) fn is_negative_number(kind: &ArgKind, word: &str) -> bool {
    matches!(kind, ArgKind::Integer { .. } | ArgKind::Number)
        && word.strip_prefix(['-', '−', '–']).is_some_and(|digits| {
            digits.starts_with(|c: char| c.is_ascii_digit() || c == '.')
                && digits.parse::<f64>().is_ok()
        })
}
