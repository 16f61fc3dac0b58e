//! How much fits a message, and how much a piece takes of it.

use std::ops::{Add, AddAssign};

use chatgate_core::{Limits, Surface};

use super::limits::{
    BLOCK_WEIGHT, ELEMENT_WEIGHT, MESSAGE_BLOCKS, MESSAGE_BYTES, MESSAGE_TABLES, MESSAGE_WEIGHT,
    SECTION_UNITS, TEXT_UNITS, VIEW_BLOCKS, VIEW_BYTES,
};
use crate::bytes;
use crate::json::{char_bytes, text_bytes};

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
    /// Plain text alone.
    pub(super) fn plain(length: usize) -> Self {
        Self { units: length, bytes: length, weight: length, ..Self::default() }
    }

    /// Text alone.
    pub(super) fn text(text: &str) -> Self {
        let (units, bytes) = lengths(text);
        Self { units, bytes, weight: units, ..Self::default() }
    }

    /// An element of text, with so many bytes of JSON around it.
    pub(super) fn of(text: &str, around: usize) -> Self {
        let (units, bytes) = lengths(text);
        Self::element(units, bytes + around)
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
    /// The room of a place; `None` where not even a short message fits. It is the same for a post
    /// and for its edit: the text is short enough for both.
    pub(super) fn of(limits: &Limits, surface: Surface) -> Option<Self> {
        let or_max = |limit: Option<usize>| limit.unwrap_or(usize::MAX);
        let (most, text_units) = match surface {
            Surface::Home => (VIEW, 0),
            _ => (MESSAGE, TEXT_UNITS),
        };
        let units = or_max(limits.text_chars).min(most.units);
        let bytes = or_max(limits.payload_bytes).min(most.bytes);
        if units < LEAST_UNITS || bytes < LEAST_BYTES {
            return None;
        }
        let text_units = units.min(text_units);
        // A unit takes at most three bytes: two for an escaped quote, three for most of CJK.
        let text_bytes = (bytes / 4).min(text_units * 3);
        let part = Size {
            units,
            bytes: bytes - ENVELOPE_BYTES - text_bytes,
            blocks: or_max(limits.blocks).clamp(1, most.blocks),
            actions: or_max(limits.actions),
            ..most
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

/// What Slack takes of a message, and of a view. Where it takes tables in views is not known.
const MESSAGE: Size = Size {
    units: MESSAGE_WEIGHT,
    bytes: MESSAGE_BYTES,
    weight: MESSAGE_WEIGHT,
    blocks: MESSAGE_BLOCKS,
    actions: usize::MAX,
    tables: MESSAGE_TABLES,
};
const VIEW: Size = Size {
    units: VIEW_BYTES,
    bytes: VIEW_BYTES,
    weight: usize::MAX,
    blocks: VIEW_BLOCKS,
    actions: usize::MAX,
    tables: 0,
};

/// How long text is in UTF-16 when `&`, `<` and `>` are escaped.
pub(super) fn units(text: &str) -> usize {
    let escape = |byte| 4 * u8::from(byte == b'&') + 3 * u8::from((byte == b'<') | (byte == b'>'));
    bytes::sum(text, |byte| unit(byte) + escape(byte))
}

/// How long text is in UTF-16.
pub(super) fn utf16_units(text: &str) -> usize {
    if text.is_ascii() { text.len() } else { bytes::sum(text, unit) }
}

/// The first byte of a character counts for it, and the first of four once more.
fn unit(byte: u8) -> u8 {
    u8::from(byte & 0xc0 != 0x80) + u8::from(byte >= 0xf0)
}

/// Whether text is printable ASCII that nothing escapes: it is safe, and as long in every way.
pub(super) fn is_plain(text: &str) -> bool {
    let is_special = |byte| {
        let is_mark = (byte == b'&') | (byte == b'<') | (byte == b'>');
        is_mark | (byte == b'"') | (byte == b'\\') | !(0x20..0x7f).contains(&byte)
    };
    !bytes::any(text, is_special)
}

/// How long text is, in units and in bytes of JSON.
fn lengths(text: &str) -> (usize, usize) {
    if is_plain(text) { (text.len(), text.len()) } else { (units(text), text_bytes(text)) }
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
