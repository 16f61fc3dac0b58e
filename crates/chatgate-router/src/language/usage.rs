//! A command line that cannot be run, told so that the next one can.

use std::fmt;
use std::ops::Range;

use chatgate_core::{Block, Choice, CommandSpec, Content, Inline, Level, Phrases, ReasonCode};
use serde_json::{Map, Value};

use super::caret::{excerpt, underlined};
use super::flag;
use super::line::Line;
use super::problem::Problem;
use crate::help;

/// The most characters of what was left over that are shown.
const MAX_LEFT: usize = 300;

/// A command line that cannot be run: what is wrong with it, where, and what would be right.
#[derive(Clone)]
pub struct UsageError {
    inner: Box<Inner>,
}

#[derive(Clone)]
struct Inner {
    spec: CommandSpec,
    partial: Map<String, Value>,
    source: String,
    span: Option<Range<usize>>,
    problem: Problem,
}

impl UsageError {
    pub(super) fn new(
        spec: &CommandSpec,
        line: &Line,
        span: Option<Range<usize>>,
        problem: Problem,
        partial: Map<String, Value>,
    ) -> Self {
        let source = line.source().to_owned();
        Self { inner: Box::new(Inner { spec: spec.clone(), partial, source, span, problem }) }
    }

    /// A word that is none of what exists now for an argument; without choices, one that is not there
    /// or could not be looked up.
    #[must_use]
    pub fn unknown_choice(
        spec: &CommandSpec,
        line: &Line,
        arg: &str,
        given: &str,
        choices: &[Choice],
    ) -> Self {
        let Some(found) = spec.args.iter().find(|spec| spec.name == arg) else {
            return Self::new(spec, line, None, Problem::CannotCheck, Map::new());
        };
        let choices: Vec<_> = choices.iter().map(|choice| choice.value.clone()).collect();
        let closest = help::closest(given, choices.iter().map(String::as_str)).map(str::to_owned);
        let problem = Problem::NotListed {
            argument: flag::shown(found),
            given: given.to_owned(),
            choices,
            closest,
        };
        Self::new(spec, line, place_of(spec, line, arg, given), problem, Map::new())
    }

    /// A command that needs the name of a subcommand after its own `skip` words, and has none or a
    /// wrong one. Only the visible subcommands are shown.
    #[must_use]
    pub fn unknown_subcommand(
        spec: &CommandSpec,
        line: &Line,
        skip: usize,
        visible: &[&CommandSpec],
    ) -> Self {
        let given = line.word(skip);
        let names = visible.iter().map(|spec| spec.name.as_str());
        let closest = given.and_then(|word| help::closest(word, names)).map(str::to_owned);
        let span = match line.tokens().get(skip) {
            Some(token) => token.start..token.end,
            None => line.source().len()..line.source().len(),
        };
        let problem = Problem::Subcommand { given: given.map(str::to_owned), closest };
        let mut shown = spec.clone();
        shown.subcommands = visible.iter().map(|&spec| spec.clone()).collect();
        Self::new(&shown, line, Some(span), problem, Map::new())
    }

    /// The command; of its subcommands only those that may be shown.
    #[must_use]
    pub fn spec(&self) -> &CommandSpec {
        &self.inner.spec
    }

    /// What was understood of the line, for a form that asks for the rest.
    #[must_use]
    pub fn partial(&self) -> &Map<String, Value> {
        &self.inner.partial
    }

    /// With what was understood of the line.
    #[must_use]
    pub fn with_partial(mut self, partial: Map<String, Value>) -> Self {
        self.inner.partial = partial;
        self
    }

    /// The reason as a stable word: `bad_argument`, `trailing_input`, `missing_argument`, …
    #[must_use]
    pub fn reason_code(&self) -> ReasonCode {
        self.inner.problem.code()
    }

    /// What is wrong in the line, as bytes of [`Line::source`]; `None` where it is not in the line.
    #[must_use]
    pub fn span(&self) -> Option<Range<usize>> {
        self.inner.span.clone()
    }

    /// What the person reads: what is wrong, the line with the place underlined, what was perhaps
    /// meant, the usage line and an example.
    #[must_use]
    pub fn content(&self, phrases: &Phrases) -> Content {
        let Inner { spec, source, span, problem, .. } = &*self.inner;
        let text = problem.message(spec, phrases);
        let mut content = Content::new().block(Block::Status { level: Level::Warning, text });
        if let Problem::Below { left } = problem {
            content = content.code(None, excerpt(left, MAX_LEFT));
        }
        if let Some(span) = span.clone().filter(|_| !source.is_empty()) {
            content = content.code(None, underlined(source, span));
        }
        let hints = problem.hints(spec, phrases);
        if !hints.is_empty() {
            content = content.paragraph(hints);
        }
        if spec.subcommands.is_empty() {
            return content.paragraph(usage(spec, phrases));
        }
        content.then(help::listing(&spec.subcommands.iter().collect::<Vec<_>>()))
    }
}

/// The usage line, and one example.
fn usage(spec: &CommandSpec, phrases: &Phrases) -> Vec<Inline> {
    let mut out = vec![Inline::text(format!("{} ", phrases.usage)), Inline::code(spec.usage())];
    if let Some(example) = spec.examples.first() {
        out.push(Inline::Break);
        out.push(Inline::text(format!("{} ", phrases.example)));
        out.push(Inline::code(example));
    }
    out
}

/// Where an argument's value stands in a line.
fn place_of(spec: &CommandSpec, line: &Line, arg: &str, given: &str) -> Option<Range<usize>> {
    let source = line.source();
    let skip = spec.route.as_str().split('.').count();
    let position = spec.args.iter().position(|spec| spec.name == arg)?;
    let mut named = false;
    let mut alike = None;
    for token in line.tokens().iter().skip(skip) {
        let text = token.text(source);
        let (head, value) = match token.equals {
            Some((at, from)) => (&text[..at - 1], Some((&text[at..], from))),
            None => (text, None),
        };
        let is_it = token.is_plain()
            && flag::flag(head).and_then(|flag| flag::find(spec, flag)) == Some(position);
        match value {
            Some((value, from)) if is_it && value == given => return Some(from..token.end),
            _ => {}
        }
        if text == given {
            if named {
                return Some(token.start..token.end);
            }
            alike.get_or_insert(token.start..token.end);
        }
        named = is_it && value.is_none();
    }
    alike
}

impl fmt::Display for UsageError {
    /// What is wrong, in one line.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let message = self.inner.problem.message(&self.inner.spec, &Phrases::default());
        f.write_str(&Content::from(message).plain_text())
    }
}

impl fmt::Debug for UsageError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UsageError")
            .field("command", &self.inner.spec.route)
            .field("source", &self.inner.source)
            .field("span", &self.inner.span)
            .field("problem", &self.inner.problem)
            .finish_non_exhaustive()
    }
}

impl std::error::Error for UsageError {}
