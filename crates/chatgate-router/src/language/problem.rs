//! What can be wrong with a command line, and the words for it.

use chatgate_core::{ArgKind, ArgSpec, CommandSpec, Inline, Phrases, ReasonCode};

use super::caret::excerpt;
use super::charset::Odd;
use super::flag;
use super::value::Misfit;
use super::words::worded;

/// The most choices that are listed in an error.
const MAX_CHOICES: usize = 12;
/// The most characters of a person's own words that are repeated inside a sentence.
const MAX_GIVEN: usize = 60;

/// What is wrong with a command line.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Problem {
    UnknownFlag {
        given: String,
        closest: Option<String>,
    },
    RepeatedFlag(String),
    MissingValue {
        flag: String,
        expected: String,
    },
    /// The arguments, and what the first of them takes.
    Missing {
        arguments: Vec<String>,
        expected: String,
    },
    TooManyWords {
        given: String,
    },
    Value {
        argument: String,
        given: String,
        kind: ArgKind,
        misfit: Misfit,
    },
    /// None of what exists now.
    NotListed {
        argument: String,
        given: String,
        choices: Vec<String>,
        closest: Option<String>,
    },
    CannotCheck,
    Below {
        left: String,
    },
    UnclosedQuote,
    TooLong(&'static str),
    Subcommand {
        given: Option<String>,
        closest: Option<String>,
    },
}

impl Problem {
    /// A value that an argument does not take.
    pub(super) fn value(arg: &ArgSpec, given: &str, misfit: Misfit) -> Self {
        Self::Value {
            argument: flag::shown(arg),
            given: given.to_owned(),
            kind: arg.kind.clone(),
            misfit,
        }
    }

    /// The reason as a stable word.
    pub(super) fn code(&self) -> ReasonCode {
        match self {
            Self::UnknownFlag { .. } => ReasonCode::UnknownFlag,
            Self::RepeatedFlag(_) => ReasonCode::RepeatedFlag,
            Self::MissingValue { .. } => ReasonCode::MissingValue,
            Self::Missing { .. } => ReasonCode::MissingArgument,
            Self::TooManyWords { .. } => ReasonCode::TooManyWords,
            Self::Value { misfit: Misfit::Choice(_), .. } | Self::NotListed { .. } => {
                ReasonCode::UnknownChoice
            }
            Self::Value { .. } => ReasonCode::BadArgument,
            Self::CannotCheck => ReasonCode::CannotCheck,
            Self::Below { .. } => ReasonCode::TrailingInput,
            Self::UnclosedQuote => ReasonCode::UnclosedQuote,
            Self::TooLong(_) => ReasonCode::LineTooLong,
            Self::Subcommand { .. } => ReasonCode::UnknownCommand,
        }
    }

    /// What is wrong, in a sentence.
    pub(super) fn message(&self, spec: &CommandSpec, phrases: &Phrases) -> Vec<Inline> {
        let command = spec.path();
        match self {
            Self::UnknownFlag { given, .. } => {
                let values = [("command", command.as_str()), ("given", &short(given))];
                worded(&phrases.unknown_flag, &values)
            }
            Self::RepeatedFlag(flag) => worded(&phrases.repeated_flag, &[("flag", flag)]),
            Self::MissingValue { flag, expected } => {
                worded(&phrases.missing_value, &[("flag", flag), ("expected", expected)])
            }
            Self::Missing { arguments, expected } => match arguments.as_slice() {
                [argument] => {
                    let values = [("argument", argument.as_str()), ("expected", expected)];
                    worded(&phrases.missing_argument, &values)
                }
                _ => worded(&phrases.missing_arguments, &[("arguments", &arguments.join(", "))]),
            },
            Self::TooManyWords { given } => {
                let values = [("command", command.as_str()), ("given", &short(given))];
                worded(&phrases.too_many_words, &values)
            }
            Self::Value { argument, given, kind, misfit } => {
                misfit.message(argument, given, kind, phrases)
            }
            Self::NotListed { argument, given, .. } => {
                let values = [("argument", argument.as_str()), ("given", &short(given))];
                worded(&phrases.unknown_choice, &values)
            }
            Self::CannotCheck => worded(&phrases.cannot_check, &[]),
            Self::Below { .. } => worded(&phrases.trailing_input, &[("command", &command)]),
            Self::UnclosedQuote => worded(&phrases.unclosed_quote, &[]),
            Self::TooLong(limit) => worded(&phrases.line_too_long, &[("limit", limit)]),
            Self::Subcommand { given: Some(given), .. } => {
                let words = format!("{command} {}", short(given));
                worded(&phrases.not_found, &[("command", &words)])
            }
            Self::Subcommand { given: None, .. } => {
                worded(&phrases.subcommand_missing, &[("command", &command)])
            }
        }
    }

    /// What was perhaps meant, and what would be right.
    pub(super) fn hints(&self, spec: &CommandSpec, phrases: &Phrases) -> Vec<Inline> {
        let (closest, choices) = match self {
            Self::UnknownFlag { closest, .. } => (closest.clone(), Vec::new()),
            Self::NotListed { closest, choices, .. } => (closest.clone(), choices.clone()),
            Self::Value { kind: ArgKind::Choice(choices), misfit, .. } => {
                let values = choices.iter().map(|choice| choice.value.clone()).collect();
                match misfit {
                    Misfit::Choice(closest) => (closest.clone(), values),
                    _ => (None, values),
                }
            }
            Self::Subcommand { closest, .. } => {
                (closest.as_ref().map(|name| format!("{} {name}", spec.path())), Vec::new())
            }
            _ => (None, Vec::new()),
        };
        let mut out = Vec::new();
        if let Some(closest) = closest {
            out.extend(worded(&phrases.did_you_mean, &[("command", &closest)]));
        }
        if !choices.is_empty() {
            if !out.is_empty() {
                out.push(Inline::text(" "));
            }
            out.extend(worded(&phrases.takes_one_of, &[("choices", &listed(&choices))]));
        }
        out
    }
}

impl Misfit {
    /// Why a value is not taken, in a sentence.
    pub(super) fn message(
        &self,
        argument: &str,
        given: &str,
        kind: &ArgKind,
        phrases: &Phrases,
    ) -> Vec<Inline> {
        let name = ("argument", argument);
        let given = short(given);
        match self {
            Self::Kind => {
                let expected = kind.expectation();
                let values = [name, ("given", given.as_str()), ("expected", &expected)];
                worded(&phrases.wrong_kind, &values)
            }
            Self::Choice(_) => worded(&phrases.unknown_choice, &[name, ("given", &given)]),
            Self::Odd(Odd::Unseen { c, .. }) => {
                let character = format!("U+{:04X}", u32::from(*c));
                worded(&phrases.unseen_character, &[name, ("character", &character)])
            }
            Self::Odd(Odd::Mixed { scripts: [first, second], .. }) => {
                worded(&phrases.mixed_scripts, &[name, ("first", first), ("second", second)])
            }
            Self::UserInfo => worded(&phrases.url_with_password, &[name]),
            Self::Json(problem) => worded(&phrases.not_json, &[name, ("problem", problem)]),
        }
    }
}

/// A person's own words, for the midst of a sentence.
fn short(given: &str) -> String {
    excerpt(given, MAX_GIVEN).replace('\n', " ")
}

fn listed(choices: &[String]) -> String {
    let mut out = choices.iter().take(MAX_CHOICES).cloned().collect::<Vec<_>>().join(", ");
    if choices.len() > MAX_CHOICES {
        out.push_str(", …");
    }
    out
}
