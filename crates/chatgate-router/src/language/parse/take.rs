//! From a word to an argument's value.

use std::ops::Range;

use chatgate_core::{ArgKind, ArgSpec};
use serde_json::Value;

use super::{Fault, Parsed, Parser};
use crate::language::charset::Odd;
use crate::language::flatten::Entity;
use crate::language::moment;
use crate::language::problem::Problem;
use crate::language::scan::Form;
use crate::language::value::{self, Misfit, Typed};

/// A word, or the part of it after `=`, that is to become a value.
pub(super) struct Piece<'a> {
    pub(super) text: &'a str,
    pub(super) entity: Option<&'a Entity>,
    pub(super) span: Range<usize>,
    /// Where its value begins, after `=` where there is one.
    pub(super) value: usize,
    pub(super) form: Form,
    pub(super) verbatim: bool,
}

impl<'a> Piece<'a> {
    /// A stretch of the source as it stands.
    pub(super) fn verbatim(text: &'a str, span: Range<usize>) -> Self {
        let value = span.start;
        Self { text, entity: None, span, value, form: Form::Plain, verbatim: true }
    }
}

impl<'a> Parser<'a> {
    pub(super) fn take(&mut self, index: usize, piece: Piece<'a>) -> Parsed<()> {
        let arg = &self.spec.args[index];
        if arg.kind == ArgKind::Rest {
            return self.take_rest(index, piece.span.start);
        }
        if piece.form == Form::Unclosed {
            let quote = self.line.source()[piece.value..].chars().next();
            let end = piece.value + quote.map_or(0, char::len_utf8);
            return Err(Fault::at(piece.value..end, Problem::UnclosedQuote));
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

    pub(super) fn read(&self, kind: &ArgKind, piece: &Piece<'_>) -> Result<Value, Misfit> {
        value::read(kind, Typed { text: piece.text, entity: piece.entity, now: Some(self.now) })
    }

    /// JSON may have spaces outside quotes: it ends where it ends, which must be where a word does.
    pub(super) fn read_json(&mut self, piece: &Piece<'_>) -> Result<Value, Misfit> {
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
    pub(super) fn read_timestamp(&mut self, piece: &Piece<'_>) -> Result<Value, Misfit> {
        let after = self.line.word(self.at).filter(|_| piece.verbatim && moment::is_in(piece.text));
        let Some(after) = after else {
            return self.read(&ArgKind::Timestamp, piece);
        };
        self.at += 1;
        let text = format!("in {after}");
        value::read(&ArgKind::Timestamp, Typed::text(&text, Some(self.now)))
    }
}

/// A fault in a piece, as near to the character as is known.
pub(super) fn misplaced(arg: &ArgSpec, piece: &Piece<'_>, misfit: Misfit) -> Box<Fault> {
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
