//! A command's line and its words.

use chatgate_core::Content;

use super::flatten::{self, Below, Entity, Mark};
use super::scan::{self, Token};

/// The most bytes that a line may have.
pub(super) const MAX_BYTES: usize = 32 * 1024;
/// The most words that a line may have.
pub(super) const MAX_WORDS: usize = 256;

/// A command's line: its words, and what stands below it.
///
/// ```
/// use chatgate_core::Content;
/// use chatgate_router::Line;
/// let line = Line::read(&Content::typed("say “hello there” @bob"));
/// assert_eq!(line.word(1), Some("hello there"));
/// assert_eq!(line.len(), 3);
/// ```
#[derive(Clone, Debug, Default)]
pub struct Line {
    source: String,
    marks: Vec<Mark>,
    tokens: Vec<Token>,
    below: Vec<Below>,
    limit: Limit,
}

/// Whether a line is within the limits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Limit {
    #[default]
    Kept,
    Bytes,
    Words,
}

impl Line {
    /// Reads the first line of a content. A content that begins with anything but a paragraph has no
    /// line.
    #[must_use]
    pub fn read(content: &Content) -> Self {
        let flatten::Flat { mut source, mut marks, below } = flatten::flatten(content);
        let mut limit = Limit::Kept;
        if source.len() > MAX_BYTES {
            limit = Limit::Bytes;
            source.truncate(last_boundary(&source, MAX_BYTES));
            marks.retain(|mark| mark.end <= source.len());
        }
        let (tokens, complete) = scan::scan(&source, &marks, MAX_WORDS);
        if limit == Limit::Kept && !complete {
            limit = Limit::Words;
        }
        Self { source, marks, tokens, below, limit }
    }

    /// One word, without its quotes, counted from 0.
    #[must_use]
    pub fn word(&self, index: usize) -> Option<&str> {
        self.tokens.get(index).map(|token| token.text(&self.source))
    }

    /// How many words it has.
    #[must_use]
    pub fn len(&self) -> usize {
        self.tokens.len()
    }

    /// True when it has no words.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.tokens.is_empty()
    }

    /// The line as it was typed.
    #[must_use]
    pub fn source(&self) -> &str {
        &self.source
    }

    /// True when `--help` or `-h` stands among the words after the first `skip`.
    #[must_use]
    pub fn asks_help(&self, skip: usize) -> bool {
        let tokens = self.tokens.iter().skip(skip).filter(|token| token.is_plain());
        let mut words = tokens.map(|token| token.text(&self.source));
        words.any(|word| matches!(word, "--help" | "—help" | "–help" | "-h"))
    }

    pub(super) fn tokens(&self) -> &[Token] {
        &self.tokens
    }

    pub(super) fn below(&self) -> &[Below] {
        &self.below
    }

    pub(super) fn limit(&self) -> Limit {
        self.limit
    }

    pub(super) fn entity(&self, token: &Token) -> Option<&Entity> {
        self.marks.get(token.entity?).map(|mark| &mark.entity)
    }
}

/// The last character boundary at or before a byte.
pub(super) fn last_boundary(text: &str, at: usize) -> usize {
    (0..=at.min(text.len())).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0)
}
