//! What stands below the line, and the arguments that take it.

use chatgate_core::ArgKind;

use super::take::{Piece, misplaced};
use super::{Fault, Parsed, Parser};
use crate::language::flatten::Below;
use crate::language::problem::Problem;
use crate::language::value::{self, Typed};

impl<'a> Parser<'a> {
    /// Everything to the end of the line, and what stands below it.
    pub(super) fn take_rest(&mut self, index: usize, from: usize) -> Parsed<()> {
        self.take_code_blocks()?;
        self.at = self.line.tokens().len();
        let mut text = self.line.source()[from..].trim_end().to_owned();
        let on_line = from..from + text.len();
        for below in self.line.below().iter().zip(&mut self.below_taken) {
            if let (below, taken @ false) = below {
                *taken = true;
                if !text.is_empty() {
                    text.push('\n');
                }
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
                if misfit.at().is_some_and(|at| from + at >= on_line.end) {
                    return Err(Fault::nowhere(Problem::value(arg, &text, misfit)));
                }
                Err(misplaced(arg, &Piece::verbatim(&text, on_line), misfit))
            }
        }
    }

    pub(super) fn take_rest_below(&mut self) -> Parsed<()> {
        let mut args = self.spec.args.iter().zip(&self.slots);
        let rest = args.position(|(arg, slot)| arg.kind == ArgKind::Rest && slot.is_none());
        match rest {
            Some(index) if self.left_below().next().is_some() => {
                self.take_rest(index, self.line.source().len())
            }
            _ => Ok(()),
        }
    }

    /// Code blocks below the line are for the arguments that take code.
    pub(super) fn take_code_blocks(&mut self) -> Parsed<()> {
        for index in 0..self.spec.args.len() {
            if self.slots[index].is_none() {
                self.take_code_block(index)?;
            }
        }
        Ok(())
    }

    /// Takes the next code block for an argument; false when it takes none, or there is none.
    pub(super) fn take_code_block(&mut self, index: usize) -> Parsed<bool> {
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

    pub(super) fn left_below(&self) -> impl Iterator<Item = &'a Below> {
        let below = self.line.below().iter().zip(&self.below_taken);
        below.filter(|(_, taken)| !**taken).map(|(below, _)| below)
    }
}
