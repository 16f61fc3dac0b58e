//! What became of each part of the smoke test: one line each, printed at once.

use std::fmt::Display;

/// What became of one part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    Ok,
    Failed,
    /// The server could not reach the program.
    Unreached,
    /// The server has no licence for it.
    Refused,
}

/// All that was seen.
#[derive(Debug, Default)]
pub(crate) struct Report {
    lines: Vec<(Outcome, String, String)>,
}

impl Report {
    pub(crate) fn ok(&mut self, part: &str) {
        self.add(Outcome::Ok, part, "");
    }

    pub(crate) fn failed_at(&mut self, part: &str, why: impl Display) {
        self.add(Outcome::Failed, part, why);
    }

    pub(crate) fn unreached_by(&mut self, part: &str, why: impl Display) {
        self.add(Outcome::Unreached, part, why);
    }

    pub(crate) fn refused(&mut self, part: &str, why: impl Display) {
        self.add(Outcome::Refused, part, why);
    }

    /// Something to know that is no part of the test.
    pub(crate) fn note(&self, text: impl Display) {
        println!("note         {text}");
    }

    fn add(&mut self, outcome: Outcome, part: &str, why: impl Display) {
        let why = why.to_string();
        let word = match outcome {
            Outcome::Ok => "ok",
            Outcome::Failed => "FAILED",
            Outcome::Unreached => "not reached",
            Outcome::Refused => "refused",
        };
        let colon = if why.is_empty() { "" } else { ": " };
        println!("{word:<12} {part}{colon}{why}");
        self.lines.push((outcome, part.to_owned(), why));
    }

    /// Whether nothing failed. What the server could not reach, and what it has no licence for, is named
    /// and is no failure.
    pub(crate) fn passed(&self) -> bool {
        !self.lines.is_empty() && self.failed().is_empty()
    }

    pub(crate) fn failed(&self) -> Vec<&str> {
        self.of(Outcome::Failed)
    }

    pub(crate) fn unreached(&self) -> Vec<&str> {
        self.of(Outcome::Unreached)
    }

    fn of(&self, outcome: Outcome) -> Vec<&str> {
        let of_it = self.lines.iter().filter(|(other, ..)| *other == outcome);
        of_it.map(|(_, part, _)| part.as_str()).collect()
    }

    pub(crate) fn summary(&self) -> String {
        let count = |outcome| self.of(outcome).len();
        let mut text = format!(
            "{} ok, {} failed, {} not reached, {} refused for want of a licence",
            count(Outcome::Ok),
            count(Outcome::Failed),
            count(Outcome::Unreached),
            count(Outcome::Refused),
        );
        for (outcome, part, why) in &self.lines {
            if *outcome != Outcome::Ok {
                text.push_str(&format!("\n  {outcome:?}: {part}: {why}"));
            }
        }
        text
    }
}
