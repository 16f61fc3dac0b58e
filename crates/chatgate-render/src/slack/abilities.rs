//! What a place at Slack can show and do, and how much it takes.

use chatgate_core::{Capabilities, Feature, Hearing, Limits};

use super::limits::{FILE_BYTES, MESSAGE_BLOCKS, UPDATE_TEXT_CHARS, VIEW_BLOCKS, VIEW_BYTES};
use super::{BUTTON_SEAL_CHARS, MENU_SEAL_CHARS};

/// What every message can show, whichever way it comes.
const SHOWN: [Feature; 4] =
    [Feature::Tables, Feature::Images, Feature::Mentions, Feature::Broadcast];

/// What a place can where the bot may post. A form opens right after a command or click; at any other
/// time there is a button that opens it.
///
/// ```
/// use chatgate_core::Feature;
/// assert!(chatgate_render::slack::capabilities().can(Feature::Edit));
/// ```
#[must_use]
pub fn capabilities() -> Capabilities {
    shown().with([
        Feature::Post,
        Feature::Edit,
        Feature::Delete,
        Feature::Ephemeral,
        Feature::DirectMessage,
        Feature::Threads,
        Feature::Actions,
        Feature::Forms,
        Feature::Reactions,
        Feature::Upload,
        Feature::History,
        Feature::Describe,
        Feature::Pins,
        Feature::GroupMessage,
        Feature::Download,
    ])
}

/// What a `response_url` can: its messages have no ids, so nothing is done to them afterwards
/// (`response_url` in "Handling user interaction").
///
/// ```
/// use chatgate_core::Feature;
/// assert!(!chatgate_render::slack::response_url_capabilities().can(Feature::Edit));
/// ```
#[must_use]
pub fn response_url_capabilities() -> Capabilities {
    shown().with([
        Feature::Post,
        Feature::Ephemeral,
        Feature::DirectMessage,
        Feature::Threads,
        Feature::Actions,
        Feature::Forms,
        Feature::Describe,
    ])
}

/// What an incoming webhook can: it posts to its one channel, and no click comes back to it.
///
/// ```
/// use chatgate_core::Feature;
/// assert!(!chatgate_render::slack::webhook_capabilities().can(Feature::Actions));
/// ```
#[must_use]
pub fn webhook_capabilities() -> Capabilities {
    let mut can = shown().with([Feature::Post, Feature::Threads]);
    can.limits = can.limits.hears(Hearing::Nothing);
    can
}

/// What a home page can show: no table, twice as many blocks as a message, and nobody is notified.
/// Nothing is posted there; each page takes the place of the one before.
///
/// ```
/// use chatgate_core::Feature;
/// let can = chatgate_render::slack::home_capabilities();
/// assert!(can.can(Feature::Home) && can.can(Feature::Actions) && !can.can(Feature::Tables));
/// ```
#[must_use]
pub fn home_capabilities() -> Capabilities {
    let can = shown()
        .with([Feature::Home, Feature::Actions, Feature::Describe])
        .without([Feature::Tables, Feature::Broadcast]);
    let mut limits = can.limits.clone().blocks(VIEW_BLOCKS).payload_bytes(VIEW_BYTES);
    limits.text_chars = None;
    can.limits(limits)
}

fn shown() -> Capabilities {
    let limits = Limits::new()
        .text_chars(UPDATE_TEXT_CHARS)
        .blocks(MESSAGE_BLOCKS)
        // As many as the dialect has room for in a button's value, and in a menu's ids.
        .action_value_chars(BUTTON_SEAL_CHARS)
        .menu_value_chars(MENU_SEAL_CHARS)
        .file_bytes(FILE_BYTES);
    Capabilities::new().with(SHOWN).limits(limits)
}
