//! Every number of Teams' that this dialect keeps to, and where it comes from.

use super::size::Size;

/// Teams: a bot's message is at most 100 KB, counted as UTF-16, and 80 KB is what its page advises
/// (Microsoft Learn, "Format your bot messages", 2026). Two bytes a unit.
pub(super) const BOT_UNITS: usize = 80 * 1024 / 2;

/// What an adapter adds to a bot's message: its conversation, its sender, whom it is for.
pub(super) const BOT_ENVELOPE_UNITS: usize = 1024;

/// Teams: the whole body of a webhook's request (Microsoft Learn, "Connectors: Microsoft Teams": 28 KB;
/// over it the flow fails after it has said 202).
pub(super) const WEBHOOK_BYTES: usize = 28 * 1024;

/// Adaptive Cards: Teams shows up to this version (Microsoft Learn, "Types of cards", 2023).
pub(super) const CARD_VERSION: &str = "1.5";

/// Teams' host configuration: more actions in one row are not shown.
pub(super) const ROW_ACTIONS: usize = 6;

/// The most characters of a seal that a button carries. Teams says nothing; a row of six is to stay
/// well below a webhook's size.
pub const SEAL_CHARS: usize = 2_000;

/// What a notification shows of a message.
pub(super) const SUMMARY_CHARS: usize = 200;

/// A name behind an `@`, and an id: longer ones are none.
pub(super) const NAME_CHARS: usize = 64;
pub(super) const ID_CHARS: usize = 128;

/// A label on a button or beside an input; Teams cuts longer ones off.
pub(super) const LABEL_CHARS: usize = 150;

/// The most choices of a menu: what a person can look through, and fits a message.
pub(super) const CHOICES: usize = 200;

/// An address longer than this is opened by no browser.
pub(super) const URL_CHARS: usize = 2_000;

/// More columns than this cannot be read in a chat.
pub(super) const TABLE_COLUMNS: usize = 10;

/// How much text stands in one piece, so that a message can be parted between them.
pub(super) const PIECE_CHARS: usize = 400;
pub(super) const CODE_CHARS: usize = 1_000;

/// How deep containers are drawn in each other; deeper ones are shown at this depth.
pub(super) const NESTED: u16 = 5;

/// Less than this is no message.
pub(super) const LEAST_BYTES: usize = 2_048;
pub(super) const LEAST_CHARS: usize = 40;

/// What a piece may always take, however small the place.
pub(super) const LEAST_PIECE: Size =
    Size { bytes: 320, units: 320, chars: 8, blocks: 1, actions: 0 };

/// A form with more fields is filled in by nobody.
pub(super) const FORM_FIELDS: usize = 50;

/// More choices are searched, not scrolled.
pub(super) const SEARCHED: usize = 20;
