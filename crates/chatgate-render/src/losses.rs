//! Losses, each kind told once.

use std::borrow::Cow;

use chatgate_core::{Loss, LossKind};

/// Collects losses; a kind that was told is not told again.
///
/// ```
/// use chatgate_core::LossKind;
/// use chatgate_render::Losses;
///
/// let mut losses = Losses::new();
/// losses.add(LossKind::Table, "shown as a list");
/// losses.add(LossKind::Table, "shown as a list");
/// assert_eq!(losses.into_vec().len(), 1);
/// ```
#[derive(Clone, Debug, Default)]
pub struct Losses {
    losses: Vec<Loss>,
}

impl Losses {
    /// None yet.
    ///
    /// ```
    /// assert!(chatgate_render::Losses::new().into_vec().is_empty());
    /// ```
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a loss, unless its kind is there already.
    ///
    /// ```
    /// use chatgate_core::LossKind;
    /// let mut losses = chatgate_render::Losses::new();
    /// losses.add(LossKind::Cut, "cut off");
    /// assert!(losses.has(LossKind::Cut));
    /// ```
    pub fn add(&mut self, kind: LossKind, instead: impl Into<Cow<'static, str>>) {
        if !self.has(kind) {
            self.losses.push(Loss::new(kind, instead));
        }
    }

    /// Whether a loss of this kind is there.
    ///
    /// ```
    /// use chatgate_core::LossKind;
    /// assert!(!chatgate_render::Losses::new().has(LossKind::Cut));
    /// ```
    #[must_use]
    pub fn has(&self, kind: LossKind) -> bool {
        self.losses.iter().any(|loss| loss.kind == kind)
    }

    /// The losses, in the order in which they came.
    ///
    /// ```
    /// use chatgate_core::LossKind;
    /// let mut losses = chatgate_render::Losses::new();
    /// losses.add(LossKind::Image, "shown as its address");
    /// assert_eq!(losses.into_vec()[0].kind, LossKind::Image);
    /// ```
    #[must_use]
    pub fn into_vec(self) -> Vec<Loss> {
        self.losses
    }
}
