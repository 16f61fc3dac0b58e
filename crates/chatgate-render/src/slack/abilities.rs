//! What a place at Slack can show and do, and how much it takes.

use chatgate_core::{Capabilities, Feature, Limits};

use super::{BUTTON_SEAL_CHARS, MENU_SEAL_CHARS};

/// Characters of text: what `chat.update` takes; more would post, but could not be edited.
const TEXT_CHARS: usize = 4_000;
/// Blocks in a message (more is `msg_blocks_too_many`).
const BLOCKS: usize = 50;
/// Bytes of a file: 1 GB, as Slack's help pages say; whoever uploads more has other means.
const FILE_BYTES: u64 = 1_000_000_000;

/// What every message can show, whichever way it comes.
const SHOWN: [Feature; 4] =
    [Feature::Tables, Feature::Images, Feature::Mentions, Feature::Broadcast];

/// What a place can where the bot may post.
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
        Feature::Reactions,
        Feature::Upload,
        Feature::History,
        Feature::Describe,
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
    shown().with([Feature::Post, Feature::Threads])
}

fn shown() -> Capabilities {
    let limits = Limits::new()
        .text_chars(TEXT_CHARS)
        .blocks(BLOCKS)
        // As many as the dialect has room for in a button's value, and in a menu's ids.
        .action_value_chars(BUTTON_SEAL_CHARS)
        .menu_value_chars(MENU_SEAL_CHARS)
        .file_bytes(FILE_BYTES);
    Capabilities::new().with(SHOWN).limits(limits)
}
