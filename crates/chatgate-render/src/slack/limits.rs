//! How much Slack takes, each number with its source.
//!
//! Slack does not say whether it counts characters or UTF-16 units; the dialect counts units, which
//! are never fewer, and counts them after `&`, `<` and `>` are escaped. The words in brackets say
//! where a number is from: *reference* is Slack's reference of Block Kit (and `@slack/types`, which
//! repeats it), *methods* are the pages of the Web API's methods, *measured* is what others have found
//! out where Slack says nothing, *ours* is a choice within what Slack takes.
//!
//! ```
//! use chatgate_render::slack::limits;
//! assert!(limits::TEXT_UNITS < limits::UPDATE_TEXT_CHARS);
//! ```

/// Blocks of a message (reference; `msg_blocks_too_many`).
pub const MESSAGE_BLOCKS: usize = 50;

/// Blocks of a view: a modal or a home page (reference).
pub const VIEW_BLOCKS: usize = 100;

/// Bytes of a view as JSON (methods: `view_too_large` above 250 kB).
pub const VIEW_BYTES: usize = 250_000;

/// Characters of the top-level text that `chat.update` takes (methods: `msg_too_long`).
/// `chat.postMessage` takes ten times as many, but what it posts should be editable.
pub const UPDATE_TEXT_CHARS: usize = 4_000;

/// Units of the top-level text (ours: leaves room for "possibly repeated" below
/// [`UPDATE_TEXT_CHARS`]; no notification shows so much).
pub const TEXT_UNITS: usize = 3_000;

/// What all blocks of a message may weigh together (measured: above about 13,200 Slack answers
/// `msg_blocks_too_long`; bolt-js issues 2509 and 2867). A block weighs [`BLOCK_WEIGHT`], an element
/// [`ELEMENT_WEIGHT`], and text its units.
pub const MESSAGE_WEIGHT: usize = 12_000;

/// What a block weighs besides its text (measured: about 125).
pub const BLOCK_WEIGHT: usize = 150;

/// What an element weighs besides its text (ours: nobody has measured it).
pub const ELEMENT_WEIGHT: usize = 25;

/// Bytes of a message as JSON (ours: Slack says nothing, and nobody reads so much).
pub const MESSAGE_BYTES: usize = 64 * 1024;

/// Units of a text object (reference), and of one section, quote, list item or code block of rich
/// text (ours: Slack says nothing of those).
pub const SECTION_UNITS: usize = 3_000;

/// Units of a header (reference).
pub const HEADER_UNITS: usize = 150;

/// Fields of a section (reference).
pub const SECTION_FIELDS: usize = 10;

/// Units of a field (reference).
pub const FIELD_UNITS: usize = 2_000;

/// Units of a field that stands beside another (ours: a longer one is easier to read in lines).
pub const SHORT_FIELD_UNITS: usize = 200;

/// Units of an element of small print (reference: a text object's; ours is less).
pub const CONTEXT_UNITS: usize = 2_000;

/// Units of a picture's alternative text, and of its title (reference).
pub const IMAGE_TEXT_UNITS: usize = 2_000;

/// Units of an address (reference: of a picture or a button).
pub const URL_UNITS: usize = 3_000;

/// How deep a list of rich text may be indented (reference: `indent` 0 to 8).
pub const LIST_INDENT: u8 = 8;

/// Tables of a message (reference: `only_one_table_allowed`).
pub const MESSAGE_TABLES: usize = 1;

/// Rows of a table, its head among them (reference).
pub const TABLE_ROWS: usize = 100;

/// Cells of a row (reference).
pub const TABLE_COLUMNS: usize = 20;

/// Units of a table (measured, for data tables; Slack says nothing of these).
pub const TABLE_UNITS: usize = 10_000;

/// Elements of a row of actions (reference).
pub const ROW_ELEMENTS: usize = 25;

/// Units of a button's label, of an option's text and of its description (reference).
pub const LABEL_UNITS: usize = 75;

/// Characters of a button's value (reference).
pub const BUTTON_VALUE_CHARS: usize = 2_000;

/// Characters of an `action_id`, and of a `block_id` (reference).
pub const ID_CHARS: usize = 255;

/// Units of what stands in a menu before anything is chosen (reference).
pub const PLACEHOLDER_UNITS: usize = 150;

/// Options of a menu, and of a group of them (reference).
pub const OPTIONS: usize = 100;

/// Groups of options of a menu (reference).
pub const OPTION_GROUPS: usize = 100;

/// Units of a confirmation's title (reference).
pub const CONFIRM_TITLE_UNITS: usize = 100;

/// Units of a confirmation's text (reference).
pub const CONFIRM_TEXT_UNITS: usize = 300;

/// Units of a confirmation's two buttons (reference).
pub const CONFIRM_LABEL_UNITS: usize = 30;

/// Units of a notification's summary (ours: what a phone shows).
pub const SUMMARY_CHARS: usize = 200;

/// Bytes of an uploaded file: 1 GB (Slack's help pages).
pub const FILE_BYTES: u64 = 1_000_000_000;
