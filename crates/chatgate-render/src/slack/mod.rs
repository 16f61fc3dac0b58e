//! Block Kit: what Slack shows, and what its clicks bring back.
//!
//! Text is said in `rich_text`, where Slack reads no markup at all; in the few places that take
//! only its markup (fields, small print) only text without any is said in it. So nothing that
//! somebody wrote becomes a mention, a link or a style.
//!
//! # Which field carries a seal
//!
//! | element | sent as | seal |
//! |---|---|---|
//! | button, and each button of an overflow | `button` | `value`, at most [`BUTTON_SEAL_CHARS`] |
//! | menu of choices | `static_select`, `multi_static_select` | the ids |
//! | menu of people | `users_select`, `multi_users_select` | the ids |
//! | menu of channels | `conversations_select`, `multi_conversations_select` | the ids |
//! | picker | `datepicker`, `timepicker`, `datetimepicker` | the ids |
//! | link | `button` with `url` | none: the click is acknowledged and nothing else |
//!
//! *The ids*: a menu has no value of its own, so `action_id` is `NUMBER:SEAL`, where the number
//! makes it unique in the message. A seal of more than 249 characters is parted: its end stands in
//! `action_id`, and what is before in the `block_id` of a block that holds only this element,
//! `NUMBER:HEAD`. Together they take [`MENU_SEAL_CHARS`]. The values of options are positions, from
//! `"0"`. [`seal_of`] and [`chosen_of`] read all of this.

mod abilities;
mod atom;
mod build;
mod click;
mod control;
mod cut;
mod dialect;
mod envelope;
mod form;
mod inline;
pub mod limits;
mod measure;
mod mrkdwn;
mod pack;
mod payload;
mod read;
mod span;
mod table;
mod text;
mod wire;
mod write;

pub use abilities::{
    capabilities, home_capabilities, response_url_capabilities, webhook_capabilities,
};
pub use click::{BUTTON_SEAL_CHARS, MENU_SEAL_CHARS, chosen_of, seal_of};
pub use dialect::BlockKit;
pub use form::form_values;
pub use payload::{SlackHome, SlackMessage};
pub use read::{read_blocks, read_message, read_mrkdwn, read_typed};
