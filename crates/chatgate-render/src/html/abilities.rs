//! What a page can show.

use chatgate_core::{Capabilities, Feature};

/// What a page can show: it reaches nobody, and nothing in it runs.
///
/// ```
/// use chatgate_core::Feature;
/// let can = chatgate_render::html::capabilities();
/// assert!(can.can(Feature::Tables) && !can.can(Feature::Mentions));
/// ```
#[must_use]
pub fn capabilities() -> Capabilities {
    Capabilities::new().with([Feature::Post, Feature::Tables, Feature::Images])
}
