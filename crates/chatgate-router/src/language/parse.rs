//! From a line's words to a command's arguments.

use std::ops::Range;

use chatgate_core::{ArgKind, ArgSpec, CommandSpec, Need, Timestamp};
use serde_json::{Map, Value};

use super::charset::Odd;
use super::flag::{self, Flag};
use super::flatten::{Below, Entity};
use super::line::{Limit, Line};
use super::moment;
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

/// A word, or the part of it after `=`, that is to become a value.
struct Piece<'a> {
    text: &'a str,
    entity: Option<&'a Entity>,
    span: Range<usize>,
    form: Form,
    verbatim: bool,
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
        let slots = self.spec.args.iter().zip(&mut self.slots);
        slots.filter_map(|(arg, slot)| Some((arg.name.clone(), slot.take()?))).collect()
    }

    /// The word as a flag; `None` when it is none.
    fn flag(&self, token: &'a Token) -> Option<Flag<'a>> {
        if self.flags_ended || !token.is_plain() {
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
                    form: if quoted { Form::Literal } else { Form::Plain },
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
        let start = match (token.form, token.equals) {
            // The quote that nothing closes.
            (Form::Unclosed, Some((_, from))) => from,
            _ => token.start,
        };
        Piece {
            text: token.text(self.line.source()),
            // After `=` it is the value's alone.
            entity: if token.equals.is_none() { self.line.entity(token) } else { None },
            span: start..token.end,
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

    fn take(&mut self, index: usize, piece: Piece<'a>) -> Parsed<()> {
        let arg = &self.spec.args[index];
        if arg.kind == ArgKind::Rest {
            return self.take_rest(index, piece.span.start);
        }
        if piece.form == Form::Unclosed {
            let quote = self.line.source()[piece.span.start..].chars().next();
            let end = piece.span.start + quote.map_or(1, char::len_utf8);
            return Err(Fault::at(piece.span.start..end, Problem::UnclosedQuote));
        }
        let read = match arg.kind {
            ArgKind::Json => self.read_json(&piece),
            ArgKind::Timestamp => self.read_timestamp(&piece),
            ArgKind::Code => match (piece.entity, piece.form) {
                (Some(Entity::Code(_)), _) | (_, Form::Literal) => self.read(&arg.kind, &piece),
                _ => Err(Misfit::Kind),
            },
            _ => self.read(&arg.kind, &piece),
        };
        match read {
            Ok(value) => {
                self.put(index, value);
                Ok(())
            }
            Err(misfit) => Err(misplaced(arg, &piece, misfit)),
        }
    }

    fn read(&self, kind: &ArgKind, piece: &Piece<'_>) -> Result<Value, Misfit> {
        value::read(kind, Typed { text: piece.text, entity: piece.entity, now: Some(self.now) })
    }

    /// JSON may have spaces outside quotes: it ends where it ends, which must be where a word does.
    fn read_json(&mut self, piece: &Piece<'_>) -> Result<Value, Misfit> {
        if piece.entity.is_some() {
            return self.read(&ArgKind::Json, piece);
        }
        let bare = &self.line.source()[piece.span.start..];
        match value::leading_json(bare) {
            Ok((length, value)) if ends_word(&bare[length..]) => {
                let end = piece.span.start + length;
                let tokens = self.line.tokens();
                while tokens.get(self.at).is_some_and(|token| token.start < end) {
                    self.at += 1;
                }
                Ok(value)
            }
            Ok(_) => Err(Misfit::Kind),
            Err(misfit) if piece.verbatim => Err(misfit),
            Err(_) => self.read(&ArgKind::Json, piece),
        }
    }

    /// `in 10m` is two words.
    fn read_timestamp(&mut self, piece: &Piece<'_>) -> Result<Value, Misfit> {
        let after = self.line.word(self.at).filter(|_| piece.verbatim && moment::is_in(piece.text));
        let Some(after) = after else {
            return self.read(&ArgKind::Timestamp, piece);
        };
        self.at += 1;
        let text = format!("in {after}");
        value::read(&ArgKind::Timestamp, Typed::text(&text, Some(self.now)))
    }

    /// Everything to the end of the line, and what stands below it.
    fn take_rest(&mut self, index: usize, from: usize) -> Parsed<()> {
        self.take_code_blocks()?;
        self.at = self.line.tokens().len();
        let mut text = self.line.source()[from..].trim_end().to_owned();
        for below in self.line.below().iter().zip(&mut self.below_taken) {
            if let (below, taken @ false) = below {
                *taken = true;
                text.push('\n');
                text.push_str(&below.typed());
            }
        }
        match value::read(&ArgKind::Rest, Typed::text(&text, None)) {
            Ok(value) => {
                self.put(index, value);
                self.next = index + 1;
                Ok(())
            }
            Err(misfit) => {
                let arg = &self.spec.args[index];
                let span = from..self.line.source().len();
                let piece =
                    Piece { text: &text, entity: None, span, form: Form::Plain, verbatim: true };
                Err(misplaced(arg, &piece, misfit))
            }
        }
    }

    fn take_rest_below(&mut self) -> Parsed<()> {
        let rest = self.positional().filter(|&index| self.spec.args[index].kind == ArgKind::Rest);
        match rest {
            Some(index) if self.left_below().next().is_some() => {
                self.take_rest(index, self.line.source().len())
            }
            _ => Ok(()),
        }
    }

    /// Code blocks below the line are for the arguments that take code.
    fn take_code_blocks(&mut self) -> Parsed<()> {
        for index in 0..self.spec.args.len() {
            if self.slots[index].is_none() {
                self.take_code_block(index)?;
            }
        }
        Ok(())
    }

    /// Takes the next code block for an argument; false when it takes none, or there is none.
    fn take_code_block(&mut self, index: usize) -> Parsed<bool> {
        let arg = &self.spec.args[index];
        if !matches!(arg.kind, ArgKind::Code | ArgKind::Json) {
            return Ok(false);
        }
        let below = self.line.below();
        let mut blocks = below.iter().zip(&mut self.below_taken).filter(|(_, taken)| !**taken);
        let found = blocks.find_map(|(below, taken)| match below {
            Below::Code(text) => Some((text, taken)),
            Below::Text(_) => None,
        });
        let Some((text, taken)) = found else {
            return Ok(false);
        };
        *taken = true;
        let text = text.trim_end_matches('\n');
        match value::read(&arg.kind, Typed::text(text, Some(self.now))) {
            Ok(value) => {
                self.put(index, value);
                Ok(true)
            }
            Err(misfit) => Err(Fault::nowhere(Problem::value(arg, text, misfit))),
        }
    }

    fn left_below(&self) -> impl Iterator<Item = &'a Below> {
        let below = self.line.below().iter().zip(&self.below_taken);
        below.filter(|(_, taken)| !**taken).map(|(below, _)| below)
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

/// A fault in a piece, as near to the character as is known.
fn misplaced(arg: &ArgSpec, piece: &Piece<'_>, misfit: Misfit) -> Box<Fault> {
    let mut span = piece.span.clone();
    if let (Misfit::Odd(Odd::Unseen { at, c } | Odd::Mixed { at, c, .. }), true) =
        (&misfit, piece.verbatim)
    {
        let start = span.start + at;
        if start + c.len_utf8() <= span.end {
            span = start..start + c.len_utf8();
        }
    }
    Fault::at(span, Problem::value(arg, piece.text, misfit))
}

fn ends_word(rest: &str) -> bool {
    rest.chars().next().is_none_or(char::is_whitespace)
}
