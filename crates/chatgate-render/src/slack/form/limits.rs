//! How much a modal holds, as Slack documents it: the reference pages of views, blocks and block
//! elements, and `@slack/types`.

/// `title`, `submit` and `close` of a view.
pub(super) const TITLE_UNITS: usize = 24;
/// `private_metadata` of a view, which carries the seal.
pub(super) const METADATA_CHARS: usize = 3_000;
/// `callback_id` of a view, and the `block_id` of a block.
pub(super) const ID_UNITS: usize = 255;
/// `blocks` of a view; a message has fewer.
pub(super) const BLOCKS: usize = 100;
/// A view as JSON: "250 kB" (`view_too_large`).
pub(super) const VIEW_BYTES: usize = 250_000;
/// The text of a header block.
pub(super) const HEADER_UNITS: usize = 150;
/// The text of a section.
pub(super) const SECTION_UNITS: usize = 3_000;
/// `label` and `hint` of an input block.
pub(super) const LABEL_UNITS: usize = 2_000;
/// `placeholder` of an element.
pub(super) const PLACEHOLDER_UNITS: usize = 150;
/// The most that `min_length` and `max_length` of a text input may be, so the most that one holds.
pub(super) const INPUT_UNITS: usize = 3_000;
/// `text` and `description` of an option.
pub(super) const OPTION_UNITS: usize = 75;
/// `value` of an option: 75 in the types, 150 in the newest client; the smaller is sent.
pub(super) const OPTION_VALUE_UNITS: usize = 75;
/// Options in a menu or a group, and groups in a menu.
pub(super) const OPTIONS: usize = 100;
/// Options in a row of radio buttons or check boxes.
pub(super) const BUTTONS: usize = 10;
/// `initial_date_time` has ten digits.
pub(super) const EPOCHS: std::ops::RangeInclusive<i64> = 1_000_000_000..=9_999_999_999;
/// Bounds of a number are told only where they are exact and short; the others are checked when the
/// form is submitted (2^53, above which a double skips whole numbers).
pub(super) const EXACT: f64 = 9_007_199_254_740_992.0;
