//! From a line's words to a command's arguments.

mod below;
mod take;

use std::ops::Range;

use chatgate_core::{ArgKind, ArgSpec, CommandSpec, Need, Timestamp};
use serde_json::{Map, Value};

use self::take::Piece;
use super::flag::{self, Flag};
use super::flatten::Below;
use super::line::{Limit, Line};
use super::problem::Problem;
use super::quote;
use super::scan::{Form, Token};
use super::usage::UsageError;
use super::value::{self, Misfit, Typed};
use crate::help;

/// Reads a command's arguments in their canonical form; the line's first `skip` words name the
/// command. Times of day count from `now`.
///
/// # Errors
/// What is wrong with the line, where, and what would be right.
pub fn parse(
    spec: &CommandSpec,
    line: &Line,
    skip: usize,
    now: Timestamp,
) -> Result<Map<String, Value>, UsageError> {
    let mut parser = Parser {
        spec,
        line,
        now,
        at: skip,
        flags_ended: false,
        below_taken: vec![false; line.below().len()],
        slots: vec![None; spec.args.len()],
        next: 0,
    };
    match parser.run() {
        Ok(()) => Ok(parser.values()),
        Err(fault) => {
            let Fault { span, problem } = *fault;
            Err(UsageError::new(spec, line, span, problem, parser.values()))
        }
    }
}

/// Reads what an argument is when it is left out.
pub(crate) fn default(arg: &ArgSpec, text: &str, now: Option<Timestamp>) -> Result<Value, Misfit> {
    if !arg.many {
        return value::read(&arg.kind, Typed::text(text, now));
    }
    let (tokens, _) = super::scan::scan(text, &[], usize::MAX);
    let words = tokens.iter().map(|token| token.text(text));
    words.map(|word| value::read(&arg.kind, Typed::text(word, now))).collect()
}

struct Fault {
    span: Option<Range<usize>>,
    problem: Problem,
}

impl Fault {
    fn at(span: Range<usize>, problem: Problem) -> Box<Self> {
        Box::new(Self { span: Some(span), problem })
    }

    fn nowhere(problem: Problem) -> Box<Self> {
        Box::new(Self { span: None, problem })
    }
}

/// Boxed, since most lines are right: a large error makes every step of theirs slower.
type Parsed<T> = Result<T, Box<Fault>>;

struct Parser<'a> {
    spec: &'a CommandSpec,
    line: &'a Line,
    now: Timestamp,
    /// The next word.
    at: usize,
    flags_ended: bool,
    below_taken: Vec<bool>,
    /// The values, argument by argument.
    slots: Vec<Option<Value>>,
    /// Before this argument all positional ones are filled.
    next: usize,
}

impl<'a> Parser<'a> {
    fn run(&mut self) -> Parsed<()> {
        if self.line.limit() == Limit::Bytes {
            return Err(Fault::nowhere(Problem::TooLong("32 KiB")));
        }
        while let Some(token) = self.line.tokens().get(self.at) {
            match self.flag(token) {
                Some(flag) => self.take_flag(token, flag)?,
                None => self.take_positional(token)?,
            }
        }
        self.take_code_blocks()?;
        self.take_rest_below()?;
        let left: Vec<_> = self.left_below().map(Below::typed).collect();
        if !left.is_empty() {
            return Err(Fault::nowhere(Problem::Below { left: left.join("\n") }));
        }
        self.complain_of_missing()?;
        self.fill_defaults()
    }

    fn values(&mut self) -> Map<String, Value> {
        let mut values = Map::new();
        // One by one: collecting would sort them in a list first.
        for (arg, slot) in self.spec.args.iter().zip(&mut self.slots) {
            if let Some(value) = slot.take() {
                values.insert(arg.name.clone(), value);
            }
        }
        values
    }

    /// The word as a flag; `None` when it is none.
    fn flag(&self, token: &'a Token) -> Option<Flag<'a>> {
        // A quote that nothing closes may follow a flag's `=`.
        let unclosed_value = token.form == Form::Unclosed && token.equals.is_some();
        if self.flags_ended || !(token.is_plain() || unclosed_value) {
            return None;
        }
        let text = token.text(self.line.source());
        let flag = flag::flag(token.equals.map_or(text, |(at, _)| &text[..at - 1]))?;
        let expected = self.positional().map(|index| &self.spec.args[index].kind);
        match expected {
            Some(kind) if flag::is_negative_number(kind, text) => None,
            // Prose may have dashes, where no flag is declared.
            Some(ArgKind::Rest) if !self.spec.args.iter().any(flag::is_flag) => None,
            _ => Some(flag),
        }
    }

    /// The positional argument that the next word is for.
    fn positional(&self) -> Option<usize> {
        let mut args = self.spec.args.iter().enumerate().skip(self.next);
        args.find(|(_, arg)| !flag::is_flag(arg)).map(|(index, _)| index)
    }

    fn take_flag(&mut self, token: &'a Token, flag: Flag<'a>) -> Parsed<()> {
        self.at += 1;
        if flag == Flag::End {
            self.flags_ended = true;
            return Ok(());
        }
        let head = token.start..token.equals.map_or(token.end, |(_, at)| at - 1);
        let given = &self.line.source()[head.clone()];
        let Some(index) = flag::find(self.spec, flag) else {
            let closest = self.closest_flag(flag);
            let problem = Problem::UnknownFlag { given: given.to_owned(), closest };
            return Err(Fault::at(head, problem));
        };
        let arg = &self.spec.args[index];
        if self.slots[index].is_some() && !arg.many {
            return Err(Fault::at(head, Problem::RepeatedFlag(flag::shown(arg))));
        }
        let missing = || {
            let (flag, expected) = (flag::shown(arg), arg.kind.expectation());
            Fault::at(token.start..token.end, Problem::MissingValue { flag, expected })
        };
        let piece = match token.equals {
            Some((_, from)) if from == token.end => return Err(missing()),
            Some((at, from)) => {
                let quoted = self.line.source()[from..].starts_with(quote::opens);
                Piece {
                    text: &token.text(self.line.source())[at..],
                    entity: self.line.entity(token),
                    span: from..token.end,
                    value: from,
                    form: match token.form {
                        Form::Plain if quoted => Form::Literal,
                        form => form,
                    },
                    verbatim: token.is_verbatim(),
                }
            }
            None if arg.kind == ArgKind::Bool => {
                self.put(index, Value::Bool(true));
                return Ok(());
            }
            None => match self.value_word(arg) {
                Some(piece) => piece,
                None if self.take_code_block(index)? => return Ok(()),
                None => return Err(missing()),
            },
        };
        self.take(index, piece)
    }

    /// The next word, when it can be the value of a flag.
    fn value_word(&mut self, arg: &ArgSpec) -> Option<Piece<'a>> {
        let token = self.line.tokens().get(self.at)?;
        let text = token.text(self.line.source());
        let is_flag = token.is_plain()
            && flag::flag(text).is_some()
            && !flag::is_negative_number(&arg.kind, text);
        if is_flag {
            return None;
        }
        self.at += 1;
        Some(self.piece(token))
    }

    fn piece(&self, token: &'a Token) -> Piece<'a> {
        Piece {
            text: token.text(self.line.source()),
            // After `=` it is the value's alone.
            entity: if token.equals.is_none() { self.line.entity(token) } else { None },
            span: token.start..token.end,
            value: token.equals.map_or(token.start, |(_, from)| from),
            form: token.form,
            verbatim: token.is_verbatim(),
        }
    }

    fn take_positional(&mut self, token: &'a Token) -> Parsed<()> {
        let piece = self.piece(token);
        let Some(index) = self.positional() else {
            let problem = Problem::TooManyWords { given: piece.text.to_owned() };
            return Err(Fault::at(piece.span, problem));
        };
        self.at += 1;
        self.next = if self.spec.args[index].many { index } else { index + 1 };
        self.take(index, piece)
    }

    fn complain_of_missing(&self) -> Parsed<()> {
        if self.line.limit() == Limit::Words && !self.took_rest() {
            return Err(Fault::nowhere(Problem::TooLong("256 words")));
        }
        let args = self.spec.args.iter().zip(&self.slots);
        let missing: Vec<_> = args
            .filter(|(arg, slot)| slot.is_none() && arg.need == Need::Required)
            .map(|(arg, _)| arg)
            .collect();
        let Some(first) = missing.first() else {
            return Ok(());
        };
        let problem = Problem::Missing {
            arguments: missing.iter().map(|arg| flag::shown(arg)).collect(),
            expected: first.kind.expectation(),
        };
        let end = self.line.source().len();
        Err(Fault::at(end..end, problem))
    }

    /// Whether an argument has taken all there was, however much that is.
    fn took_rest(&self) -> bool {
        let mut args = self.spec.args.iter().zip(&self.slots);
        args.any(|(arg, slot)| arg.kind == ArgKind::Rest && slot.is_some())
    }

    fn fill_defaults(&mut self) -> Parsed<()> {
        for (arg, slot) in self.spec.args.iter().zip(&mut self.slots) {
            if let (Need::Default(text), None) = (&arg.need, &slot) {
                let value = default(arg, text, Some(self.now))
                    .map_err(|misfit| Fault::nowhere(Problem::value(arg, text, misfit)))?;
                *slot = Some(value);
            }
        }
        Ok(())
    }

    fn put(&mut self, index: usize, value: Value) {
        if !self.spec.args[index].many {
            self.slots[index] = Some(value);
            return;
        }
        match &mut self.slots[index] {
            Some(Value::Array(values)) => values.push(value),
            slot => *slot = Some(Value::Array(vec![value])),
        }
    }

    fn closest_flag(&self, flag: Flag<'_>) -> Option<String> {
        let (Flag::Long(name) | Flag::Short(name)) = flag else {
            return None;
        };
        let flags: Vec<_> =
            self.spec.args.iter().filter(|arg| flag::is_flag(arg)).map(flag::shown).collect();
        let names = flags.iter().map(|flag| flag.trim_start_matches('-'));
        help::closest(name, names).map(|name| format!("--{name}"))
    }
}
