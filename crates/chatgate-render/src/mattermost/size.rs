//! How much a piece takes, and how much a part holds.

use std::ops::{Add, AddAssign};

use chatgate_core::Limits;

use super::limits::{ENVELOPE_BYTES, POST_CHARS, PROPS_CHARS, REQUEST_BYTES};
use crate::json::text_bytes;

/// Below this not even a short message fits.
const LEAST_CHARS: usize = 64;
const LEAST_BYTES: usize = 800;

/// At most what stands around a part's texts in JSON.
const PART_BYTES: usize = 160;

/// What something takes of a part.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Size {
    /// Characters of text that can be seen.
    pub(super) chars: usize,
    /// Bytes of JSON.
    pub(super) bytes: usize,
    pub(super) actions: usize,
    pub(super) blocks: usize,
}

impl Size {
    /// What text takes in a JSON string.
    pub(super) fn text(text: &str) -> Self {
        Self { chars: text.chars().count(), bytes: text_bytes(text), ..Self::default() }
    }

    /// Text with so many bytes of JSON around it.
    pub(super) fn of(text: &str, around: usize) -> Self {
        let text = Self::text(text);
        Self { bytes: text.bytes + around, ..text }
    }

    pub(super) fn fits(self, limit: Self) -> bool {
        self.chars <= limit.chars
            && self.bytes <= limit.bytes
            && self.actions <= limit.actions
            && self.blocks <= limit.blocks
    }

    /// Whether any limit is used up to the half: parting there does not make needless parts.
    pub(super) fn is_half_of(self, limit: Self) -> bool {
        let half = |size: usize, limit: usize| size > 0 && size >= limit.div_ceil(2);
        half(self.chars, limit.chars)
            || half(self.bytes, limit.bytes)
            || half(self.actions, limit.actions)
            || half(self.blocks, limit.blocks)
    }

    pub(super) fn minus(mut self, other: Self) -> Self {
        self.chars = self.chars.saturating_sub(other.chars);
        self.bytes = self.bytes.saturating_sub(other.bytes);
        self
    }
}

impl Add for Size {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            chars: self.chars.saturating_add(other.chars),
            bytes: self.bytes.saturating_add(other.bytes),
            actions: self.actions.saturating_add(other.actions),
            blocks: self.blocks.saturating_add(other.blocks),
        }
    }
}

impl AddAssign for Size {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

/// How much a message may hold.
#[derive(Clone, Copy, Debug)]
pub(super) struct Room {
    /// All of one part.
    pub(super) part: Size,
    /// A seal, by what the place says.
    pub(super) seal: usize,
}

impl Room {
    /// The room of a place; `None` where not even a short message fits.
    pub(super) fn of(limits: &Limits) -> Option<Self> {
        let or_max = |limit: Option<usize>| limit.unwrap_or(usize::MAX);
        let chars = or_max(limits.text_chars).min(POST_CHARS);
        // No character of props takes less than a byte.
        let ours = (REQUEST_BYTES - ENVELOPE_BYTES).min(PROPS_CHARS);
        let bytes = or_max(limits.payload_bytes).min(ours);
        if chars < LEAST_CHARS || bytes < LEAST_BYTES {
            return None;
        }
        let part = Size {
            chars,
            bytes: bytes - PART_BYTES,
            actions: or_max(limits.actions),
            blocks: or_max(limits.blocks).max(1),
        };
        Some(Self { part, seal: or_max(limits.action_value_chars).min(super::SEAL_CHARS) })
    }

    /// Leaves this much free in every part.
    pub(super) fn without(mut self, mark: Size) -> Self {
        self.part = self.part.minus(mark);
        self
    }
}
