//! What a look at the set-up found.

use std::fmt;

use crate::redact;

/// One thing that a look at the set-up found: what it is, how bad, and what to do next.
///
/// ```
/// use chatgate_core::{Finding, FindingLevel};
/// let finding = Finding::error("the server does not take the token", "copy it again");
/// assert_eq!(finding.level(), FindingLevel::Error);
/// assert_eq!(finding.next_step(), Some("copy it again"));
/// assert_eq!(finding.to_string(), "error: the server does not take the token");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    level: FindingLevel,
    what: String,
    next: Option<String>,
}

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum FindingLevel {
    /// It is as it should be.
    Ok,
    /// It works, but for what is told.
    Warning,
    /// It does not work.
    Error,
}

impl Finding {
    /// Something is as it should be.
    #[must_use]
    pub fn ok(what: impl AsRef<str>) -> Self {
        Self { level: FindingLevel::Ok, what: line(what.as_ref()), next: None }
    }

    /// Something works, but for what is told; and what to do next.
    #[must_use]
    pub fn warning(what: impl AsRef<str>, next: impl AsRef<str>) -> Self {
        let next = Some(line(next.as_ref()));
        Self { level: FindingLevel::Warning, what: line(what.as_ref()), next }
    }

    /// Something does not work; and what to do next.
    #[must_use]
    pub fn error(what: impl AsRef<str>, next: impl AsRef<str>) -> Self {
        Self { level: FindingLevel::Error, ..Self::warning(what, next) }
    }

    /// How bad it is.
    #[must_use]
    pub fn level(&self) -> FindingLevel {
        self.level
    }

    /// What was found, in one line.
    #[must_use]
    pub fn what(&self) -> &str {
        &self.what
    }

    /// What to do next, in one line; nothing where all is well.
    #[must_use]
    pub fn next_step(&self) -> Option<&str> {
        self.next.as_deref()
    }
}

impl FindingLevel {
    /// The level as a word.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warning => "warn",
            Self::Error => "error",
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.level.as_str(), self.what)
    }
}

/// A finding is shown in a terminal, and names what others have named: one line, nothing that controls
/// it or reorders it, no credentials.
fn line(text: &str) -> String {
    let reorders = |c| matches!(c, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let shown = |c: char| if c.is_control() || reorders(c) { ' ' } else { c };
    let line: String = text.chars().map(shown).collect();
    redact(&line).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_others_have_named_moves_no_cursor_and_shows_no_token() {
        let finding = Finding::warning("a\u{1b}[2J\u{202e}b\nc xoxb-1234567890-canary", "d\re");
        assert!(!finding.what().contains(char::is_control));
        assert!(!finding.what().contains("canary"), "{finding}");
        assert_eq!(finding.next_step(), Some("d e"));
    }

    #[test]
    fn the_worst_is_the_greatest() {
        assert!(FindingLevel::Error > FindingLevel::Warning);
        assert!(FindingLevel::Warning > FindingLevel::Ok);
    }
}
