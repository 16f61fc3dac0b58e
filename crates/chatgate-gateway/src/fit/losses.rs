//! Losses, each told once.

use std::borrow::Cow;

use chatgate_core::{AdapterId, Error, Loss, LossKind, Result};

/// Collects losses; one that was told is not told again.
#[derive(Debug, Default)]
pub(super) struct Losses(Vec<Loss>);

impl Losses {
    pub(super) fn add(&mut self, kind: LossKind, instead: impl Into<Cow<'static, str>>) {
        self.extend([Loss::new(kind, instead)]);
    }

    pub(super) fn extend(&mut self, losses: impl IntoIterator<Item = Loss>) {
        for loss in losses {
            if !self.0.contains(&loss) {
                self.0.push(loss);
            }
        }
    }

    pub(super) fn into_vec(self) -> Vec<Loss> {
        self.0
    }

    /// Fails when there is one.
    pub(super) fn refuse(&self, operation: &'static str, adapter: &AdapterId) -> Result<()> {
        if self.0.is_empty() {
            return Ok(());
        }
        let error = Error::unsupported(operation).with_adapter(adapter.clone());
        Err(self.0.iter().fold(error, |error, loss| error.with_context(in_words(loss))))
    }
}

fn in_words(loss: &Loss) -> String {
    let kind = serde_json::to_value(loss.kind).unwrap_or_default();
    format!("{}: {}", kind.as_str().unwrap_or("loss"), loss.instead)
}
