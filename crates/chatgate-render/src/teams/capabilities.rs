//! What each way into Teams can.

use chatgate_core::{Capabilities, Feature, Hearing, Limits, Support};

use super::limits::{BOT_ENVELOPE_UNITS, BOT_UNITS, SEAL_CHARS, WEBHOOK_BYTES};

/// What a bot can, in any conversation that it is in.
///
/// ```
/// use chatgate_core::{Feature, Support};
/// let can = chatgate_render::teams::capabilities();
/// assert_eq!(can.support(Feature::Forms), Support::Yes);
/// assert_eq!(can.support(Feature::Broadcast), Support::No);
/// ```
#[must_use]
pub fn capabilities() -> Capabilities {
    Capabilities::new()
        .with([
            Feature::Post,
            Feature::Edit,
            Feature::Delete,
            Feature::Threads,
            Feature::DirectMessage,
            Feature::Actions,
            Feature::Forms,
            Feature::Tables,
            Feature::Images,
            Feature::Mentions,
            Feature::Describe,
        ])
        // Both are previews of 2026, and not in every tenant and conversation.
        .set(Feature::Ephemeral, Support::Unknown)
        .set(Feature::Reactions, Support::Unknown)
        .limits(
            Limits::new()
                .payload_bytes(2 * (BOT_UNITS - BOT_ENVELOPE_UNITS))
                .action_value_chars(SEAL_CHARS)
                .menu_value_chars(SEAL_CHARS),
        )
}

/// What a workflow can: it only posts.
///
/// ```
/// use chatgate_core::Feature;
/// let can = chatgate_render::teams::webhook_capabilities();
/// assert!(can.can(Feature::Post) && !can.can(Feature::Actions));
/// ```
#[must_use]
pub fn webhook_capabilities() -> Capabilities {
    Capabilities::new()
        .with([Feature::Post, Feature::Tables, Feature::Images, Feature::Mentions])
        .limits(Limits::new().payload_bytes(WEBHOOK_BYTES).actions(0).hears(Hearing::Nothing))
}

/// What an outgoing webhook can: it only answers, and only once.
///
/// ```
/// use chatgate_core::Feature;
/// let can = chatgate_render::teams::outgoing_webhook_capabilities();
/// assert!(!can.can(Feature::Post) && !can.can(Feature::Mentions));
/// ```
#[must_use]
pub fn outgoing_webhook_capabilities() -> Capabilities {
    Capabilities::new()
        .with([Feature::Tables, Feature::Images])
        .limits(Limits::new().payload_bytes(WEBHOOK_BYTES).actions(0).hears(Hearing::ByName))
}
