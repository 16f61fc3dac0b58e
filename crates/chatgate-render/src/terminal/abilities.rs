//! What a terminal can do.

use chatgate_core::{Capabilities, Feature};

/// What a terminal can do. Not: threads, pictures, uploads (it keeps out of the file system), history.
///
/// ```
/// use chatgate_core::Feature;
/// assert!(!chatgate_render::terminal::capabilities().can(Feature::Threads));
/// ```
#[must_use]
pub fn capabilities() -> Capabilities {
    Capabilities::new().with([
        Feature::Post,
        Feature::Edit,
        Feature::Delete,
        Feature::Ephemeral,
        Feature::Actions,
        Feature::Forms,
        Feature::Tables,
        Feature::Mentions,
        Feature::Reactions,
        Feature::Describe,
    ])
}
