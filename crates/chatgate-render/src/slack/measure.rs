//! How much fits a message, and how much a piece takes of it.

use std::ops::{Add, AddAssign};

use chatgate_core::Limits;

use crate::json::{char_bytes, text_bytes};

/// Slack: 50 blocks a message.
const BLOCKS: usize = 50;

/// The most text of one section, quote, list item or code block. Slack says 3,000 for a text object
/// and nothing for rich text; nobody reads more in one piece.
pub(super) const SECTION_UNITS: usize = 3_000;

/// Above about 13,200 Slack answers `msg_blocks_too_long`. It does not say what it counts: all
/// text, and about 125 for each block (bolt-js issues 2509 and 2867).
const WEIGHT: usize = 12_000;
const BLOCK_WEIGHT: usize = 150;
const ELEMENT_WEIGHT: usize = 25;

/// Slack says nothing about the bytes of a message; no readable one has so many.
const BYTES: usize = 64 * 1024;

/// The top-level text: Slack advises at most 4,000, and `chat.update` takes no more.
const TEXT_UNITS: usize = 3_000;

/// `{"text":"","blocks":[],"unfurl_links":false,"unfurl_media":false}`.
const ENVELOPE_BYTES: usize = 65;

/// Less than this cannot be written in blocks at all.
const LEAST_UNITS: usize = 40;
const LEAST_BYTES: usize = 1_024;

/// At most what opens a block in JSON: its type, its list, a comma.
const BLOCK_BYTES: usize = 64;

/// At most what opens a rich text element; a list item may open a list with it.
const RICH_BYTES: usize = 160;

/// What a piece takes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Size {
    /// Of text, in UTF-16, escaped: Slack does not say what it counts, and this is the most.
    pub(super) units: usize,
    /// In JSON, at most.
    pub(super) bytes: usize,
    /// As Slack seems to count towards a whole message.
    pub(super) weight: usize,
    pub(super) blocks: usize,
    pub(super) actions: usize,
    pub(super) tables: usize,
}

impl Size {
    /// Text alone.
    pub(super) fn text(text: &str) -> Self {
        let units = units(text);
        Self { units, bytes: text_bytes(text), weight: units, ..Self::default() }
    }

    /// An element of text, with so many bytes of JSON around it.
    pub(super) fn of(text: &str, around: usize) -> Self {
        Self::element(units(text), text_bytes(text) + around)
    }

    pub(super) fn element(units: usize, bytes: usize) -> Self {
        Self { units, bytes, weight: units + ELEMENT_WEIGHT, ..Self::default() }
    }

    /// What opens a block.
    pub(super) fn block() -> Self {
        Self { bytes: BLOCK_BYTES, weight: BLOCK_WEIGHT, blocks: 1, ..Self::default() }
    }

    /// What opens an element of a rich text block.
    pub(super) fn rich() -> Self {
        Self { bytes: RICH_BYTES, weight: ELEMENT_WEIGHT, ..Self::default() }
    }

    pub(super) fn fits(self, limit: Self) -> bool {
        self.units <= limit.units
            && self.bytes <= limit.bytes
            && self.weight <= limit.weight
            && self.blocks <= limit.blocks
            && self.actions <= limit.actions
            && self.tables <= limit.tables
    }

    /// Whether any limit is used up to the half: parting there does not make needless parts.
    pub(super) fn is_half_of(self, limit: Self) -> bool {
        let half = |size: usize, limit: usize| size > 0 && size >= limit.div_ceil(2);
        half(self.units, limit.units)
            || half(self.bytes, limit.bytes)
            || half(self.weight, limit.weight)
            || half(self.blocks, limit.blocks)
            || half(self.actions, limit.actions)
    }

    pub(super) fn minus(mut self, other: Self) -> Self {
        self.units = self.units.saturating_sub(other.units);
        self.bytes = self.bytes.saturating_sub(other.bytes);
        self.weight = self.weight.saturating_sub(other.weight);
        self.blocks = self.blocks.saturating_sub(other.blocks);
        self
    }
}

impl Add for Size {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            units: self.units.saturating_add(other.units),
            bytes: self.bytes.saturating_add(other.bytes),
            weight: self.weight.saturating_add(other.weight),
            blocks: self.blocks.saturating_add(other.blocks),
            actions: self.actions.saturating_add(other.actions),
            tables: self.tables.saturating_add(other.tables),
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
    /// All blocks of one part.
    pub(super) part: Size,
    /// One section, quote, list item or code block.
    pub(super) section: Size,
    /// The top-level text.
    pub(super) text: Size,
    /// A seal, by what the place says.
    pub(super) seal: usize,
}

impl Room {
    /// The room of a place; `None` where not even a short message fits. It is the same on every
    /// surface: the text is short enough for an edit.
    pub(super) fn of(limits: &Limits) -> Option<Self> {
        let or_max = |limit: Option<usize>| limit.unwrap_or(usize::MAX);
        let units = or_max(limits.text_chars).min(WEIGHT);
        let bytes = or_max(limits.payload_bytes).min(BYTES);
        if units < LEAST_UNITS || bytes < LEAST_BYTES {
            return None;
        }
        let text_units = units.min(TEXT_UNITS);
        // A unit takes at most three bytes: two for an escaped quote, three for most of CJK.
        let text_bytes = (bytes / 4).min(text_units * 3);
        let part = Size {
            units,
            bytes: bytes - ENVELOPE_BYTES - text_bytes,
            weight: WEIGHT,
            blocks: or_max(limits.blocks).clamp(1, BLOCKS),
            actions: or_max(limits.actions),
            tables: 1,
        };
        let text = Size { units: text_units, bytes: text_bytes, ..part };
        let seal = or_max(limits.action_value_chars);
        let room = Self { part, section: Size::default(), text, seal };
        Some(room.with_part(part))
    }

    /// Leaves this much free in every part.
    pub(super) fn without(self, mark: Size, text: Size) -> Self {
        let room = self.with_part(self.part.minus(mark));
        Self { text: room.text.minus(text), ..room }
    }

    fn with_part(mut self, part: Size) -> Self {
        self.part = part;
        self.section = part.minus(Size::block() + Size::rich());
        self.section.units = self.section.units.min(SECTION_UNITS);
        self
    }

    /// Whether something fits a part of its own.
    pub(super) fn takes(&self, size: Size) -> bool {
        (size + Size::block()).fits(self.part)
    }
}

/// How long text is in UTF-16 when `&`, `<` and `>` are escaped.
pub(super) fn units(text: &str) -> usize {
    text.chars().map(char_units).sum()
}

pub(super) fn char_units(c: char) -> usize {
    match c {
        '&' => 5,
        '<' | '>' => 4,
        c => c.len_utf16(),
    }
}

/// What a character takes when `&`, `<` and `>` are escaped.
pub(super) fn escaped_char(c: char) -> Size {
    let units = char_units(c);
    let bytes = if matches!(c, '&' | '<' | '>') { units } else { char_bytes(c) };
    Size { units, bytes, ..Size::default() }
}
