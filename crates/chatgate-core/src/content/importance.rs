//! How much a message asks of those who see it.

use serde::{Deserialize, Serialize};

/// How a message is marked.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Importance {
    /// Not at all.
    #[default]
    Usual,
    /// As important.
    Important,
    /// As urgent: it should be seen now.
    Urgent,
}

/// Whether those who read a message are asked to acknowledge it.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Acknowledgement {
    /// They are not.
    #[default]
    NotAsked,
    /// They are.
    Asked,
}

impl Importance {
    pub(super) fn is_usual(&self) -> bool {
        *self == Self::Usual
    }
}

impl Acknowledgement {
    pub(super) fn is_not_asked(&self) -> bool {
        *self == Self::NotAsked
    }
}
