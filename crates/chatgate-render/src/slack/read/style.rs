//! Where a run of bold, italic or struck text ends.

/// Which kinds of run have no end further on in a line, so that none is looked for again: what is
/// typed in hostile hope must not cost more than its length.
#[derive(Default)]
pub(super) struct Unended([bool; 3]);

impl Unended {
    /// Reads a run at the start of `rest`, whose first byte is the marker: what stands inside. It begins
    /// at a word's boundary, has no space inside its markers, and ends at a boundary on the line.
    pub(super) fn run<'a>(&mut self, before: &str, rest: &'a str) -> Option<&'a str> {
        let marker = rest.chars().next()?;
        let unended = &mut self.0[match marker {
            '*' => 0,
            '_' => 1,
            _ => 2,
        }];
        let inner = rest.get(1..)?;
        let first = inner.chars().next()?;
        let opens = boundary(before.chars().next_back());
        if *unended || !opens || first.is_whitespace() || first == marker {
            return None;
        }
        for (at, _) in inner.match_indices(marker) {
            let (inside, after) = (&inner[..at], &inner[at + 1..]);
            let tight = inside.chars().next_back().is_some_and(|c| !c.is_whitespace());
            if tight && boundary(after.chars().next()) {
                return Some(inside);
            }
        }
        // Whether a marker ends a run does not depend on where it began.
        *unended = true;
        None
    }
}

/// True beside what is no letter or digit.
pub(super) fn boundary(beside: Option<char>) -> bool {
    beside.is_none_or(|c| !c.is_alphanumeric())
}
