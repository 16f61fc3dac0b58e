//! What Mattermost can show and do, by the way that leads there.

use chatgate_core::{Capabilities, Feature, Limits};

use super::limits::{ENVELOPE_BYTES, POST_CHARS, REQUEST_BYTES, SEAL_CHARS};

/// A bot over the WebSocket and REST. Bots may not show anything to one person only; a server that
/// says another `MaxPostSize` or request size is asked first.
///
/// ```
/// use chatgate_core::Feature;
/// let can = chatgate_render::mattermost::capabilities();
/// assert!(can.can(Feature::Edit) && !can.can(Feature::Ephemeral));
/// assert_eq!(can.limits.text_chars, Some(16_383));
/// ```
#[must_use]
pub fn capabilities() -> Capabilities {
    Capabilities::new()
        .with(Feature::ALL)
        .without([Feature::Ephemeral, Feature::Home])
        .limits(limits())
}

/// The answer to a slash command, and its `response_url`: five messages in half an hour, to
/// everyone or to the person alone, that nobody can change afterwards.
///
/// ```
/// use chatgate_core::Feature;
/// let can = chatgate_render::mattermost::answer_capabilities();
/// assert!(can.can(Feature::Ephemeral) && !can.can(Feature::Edit));
/// ```
#[must_use]
pub fn answer_capabilities() -> Capabilities {
    Capabilities::new().with(SAID).with([Feature::Ephemeral, Feature::Forms]).limits(limits())
}

/// An incoming webhook, which only sends.
///
/// ```
/// use chatgate_core::Feature;
/// let can = chatgate_render::mattermost::webhook_capabilities();
/// assert!(can.can(Feature::Actions) && !can.can(Feature::Forms));
/// ```
#[must_use]
pub fn webhook_capabilities() -> Capabilities {
    Capabilities::new().with(SAID).limits(limits())
}

/// What every message can have.
const SAID: [Feature; 7] = [
    Feature::Post,
    Feature::Threads,
    Feature::Actions,
    Feature::Tables,
    Feature::Images,
    Feature::Mentions,
    Feature::Broadcast,
];

fn limits() -> Limits {
    Limits::new()
        .text_chars(POST_CHARS)
        .payload_bytes(REQUEST_BYTES - ENVELOPE_BYTES)
        .action_value_chars(SEAL_CHARS)
}
