//! How much fits a part, and how much a piece takes of it.

use std::ops::{Add, AddAssign};

use chatgate_core::{Limits, Surface};

use super::limits::{BOT_ENVELOPE_UNITS, BOT_UNITS, LEAST_BYTES, LEAST_CHARS, WEBHOOK_BYTES};

/// What a piece, or a whole part, takes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Size {
    /// Of JSON, in UTF-8: what webhooks count.
    pub(super) bytes: usize,
    /// Of JSON, in UTF-16: what bots count, two bytes each.
    pub(super) units: usize,
    /// Of text that a person sees.
    pub(super) chars: usize,
    /// At the top of a card.
    pub(super) blocks: usize,
    pub(super) actions: usize,
}

impl Size {
    /// JSON, without the text in it that a person sees.
    pub(super) fn json(json: &str) -> Self {
        let units = if json.is_ascii() { json.len() } else { json.encode_utf16().count() };
        Self { bytes: json.len(), units, ..Self::default() }
    }

    pub(super) fn with_chars(mut self, chars: usize) -> Self {
        self.chars = chars;
        self
    }

    pub(super) fn fits(self, limit: Self) -> bool {
        self.bytes <= limit.bytes
            && self.units <= limit.units
            && self.chars <= limit.chars
            && self.blocks <= limit.blocks
            && self.actions <= limit.actions
    }

    /// Whether any limit is used up to the half: parting there does not make needless parts.
    pub(super) fn is_half_of(self, limit: Self) -> bool {
        let half = |size: usize, limit: usize| size > 0 && size >= limit.div_ceil(2);
        half(self.bytes, limit.bytes)
            || half(self.units, limit.units)
            || half(self.chars, limit.chars)
            || half(self.blocks, limit.blocks)
            || half(self.actions, limit.actions)
    }

    pub(super) fn minus(mut self, other: Self) -> Self {
        self.bytes = self.bytes.saturating_sub(other.bytes);
        self.units = self.units.saturating_sub(other.units);
        self.chars = self.chars.saturating_sub(other.chars);
        self.blocks = self.blocks.saturating_sub(other.blocks);
        self
    }

    /// A part of it, as far as text goes.
    pub(super) fn divided(mut self, by: usize) -> Self {
        self.bytes /= by;
        self.units /= by;
        self.chars /= by;
        self
    }
}

impl Add for Size {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            bytes: self.bytes.saturating_add(other.bytes),
            units: self.units.saturating_add(other.units),
            chars: self.chars.saturating_add(other.chars),
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

/// How much a whole part may take on a surface; `None` where not even a short message fits.
pub(super) fn room(surface: Surface, limits: &Limits) -> Option<Size> {
    let or_max = |limit: Option<usize>| limit.unwrap_or(usize::MAX);
    let bytes = match surface {
        Surface::Webhook | Surface::Answer => WEBHOOK_BYTES,
        _ => usize::MAX,
    };
    let room = Size {
        bytes: or_max(limits.payload_bytes).min(bytes),
        units: BOT_UNITS - BOT_ENVELOPE_UNITS,
        chars: or_max(limits.text_chars),
        blocks: or_max(limits.blocks).max(1),
        actions: or_max(limits.actions),
    };
    (room.bytes >= LEAST_BYTES && room.chars >= LEAST_CHARS).then_some(room)
}
