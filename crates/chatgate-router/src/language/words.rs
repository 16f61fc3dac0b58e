//! Phrases as rich text.

use chatgate_core::{Inline, fill};

/// A phrase with its words in braces filled in; what stands in backquotes becomes code. What is filled
/// in stays text, whatever it looks like.
///
/// ```
/// use chatgate_core::Inline;
/// use chatgate_router::language::worded;
/// assert_eq!(
///     worded("no `{word}`.", &[("word", "`@all`")]),
///     [Inline::text("no "), Inline::code("`@all`"), Inline::text(".")],
/// );
/// ```
#[must_use]
pub fn worded(phrase: &str, values: &[(&str, &str)]) -> Vec<Inline> {
    let mut out = Vec::new();
    for (index, part) in phrase.split('`').enumerate() {
        let filled = fill(part, values);
        match (filled.is_empty(), index % 2) {
            (true, _) => {}
            (false, 0) => out.push(Inline::text(filled)),
            (false, _) => out.push(Inline::code(filled)),
        }
    }
    out
}
