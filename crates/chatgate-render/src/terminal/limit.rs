//! How much fits a part, and how much a row takes of it.

use std::ops::{Add, AddAssign};

use chatgate_core::Limits;

use crate::json::text_bytes;

/// `{"text":""}`.
const EMPTY_BYTES: usize = 11;
/// `,"actions":[]`.
const ACTIONS_BYTES: usize = 13;

/// What a row, or all rows of a part, take.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Size {
    pub(super) chars: usize,
    /// In JSON.
    pub(super) bytes: usize,
    pub(super) blocks: usize,
    pub(super) actions: usize,
}

impl Size {
    /// A line end, in JSON `\n`.
    pub(super) const LINE_END: Self = Self { chars: 1, bytes: 2, blocks: 0, actions: 0 };

    pub(super) fn of(text: &str) -> Self {
        Self { chars: text.chars().count(), bytes: text_bytes(text), blocks: 0, actions: 0 }
    }

    pub(super) fn fits(self, limit: Self) -> bool {
        self.chars <= limit.chars
            && self.bytes <= limit.bytes
            && self.blocks <= limit.blocks
            && self.actions <= limit.actions
    }

    /// Whether any limit is used up to the half: parting there does not make needless parts.
    pub(super) fn is_half_of(self, limit: Self) -> bool {
        self.chars >= limit.chars.div_ceil(2)
            || self.bytes >= limit.bytes.div_ceil(2)
            || self.blocks >= limit.blocks.div_ceil(2)
            || (self.actions > 0 && self.actions >= limit.actions.div_ceil(2))
    }

    /// What is left of text beside another size.
    pub(super) fn minus_text(mut self, other: Self) -> Self {
        self.chars = self.chars.saturating_sub(other.chars);
        self.bytes = self.bytes.saturating_sub(other.bytes);
        self
    }

    /// A part of it, as far as text goes.
    pub(super) fn text_divided(mut self, by: usize) -> Self {
        self.chars /= by;
        self.bytes /= by;
        self
    }
}

impl Add for Size {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            chars: self.chars.saturating_add(other.chars),
            bytes: self.bytes.saturating_add(other.bytes),
            blocks: self.blocks.saturating_add(other.blocks),
            actions: self.actions.saturating_add(other.actions),
        }
    }
}

impl AddAssign for Size {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

/// What the rows of one part may take; `None` where not even an empty message fits.
pub(super) fn part_limit(limits: &Limits) -> Option<Size> {
    let bytes = limits.payload_bytes.unwrap_or(usize::MAX).checked_sub(EMPTY_BYTES)?;
    Some(Size {
        chars: limits.text_chars.unwrap_or(usize::MAX),
        bytes,
        blocks: limits.blocks.unwrap_or(usize::MAX).max(1),
        actions: limits.actions.unwrap_or(usize::MAX),
    })
}

/// How long one action may be in JSON: with its text, the list around it and the comma it must leave
/// half of the part.
pub(super) fn action_limit(part: Size) -> usize {
    (part.bytes.saturating_sub(ACTIONS_BYTES) / 2).saturating_sub(1)
}

/// What the list of actions takes, without the actions.
pub(super) const ACTIONS: Size = Size { chars: 0, bytes: ACTIONS_BYTES, blocks: 0, actions: 0 };

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_size_is_what_serde_json_writes(text in any::<String>()) {
            let json = serde_json::to_string(&text)?;
            prop_assert_eq!(Size::of(&text).bytes + 2, json.len());
        }
    }
}
