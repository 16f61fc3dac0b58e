//! How far a channel has been read.

use chatgate_core::{Event, EventKind, MessageRef};

/// How much earlier is looked for what is missing: rows are written out of order. What comes twice is
/// known by its key.
const MARGIN_MS: i64 = 5_000;

/// The last post of a channel that was delivered, and the last change of one. By the server's clock.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Position {
    /// When the last post was made.
    pub(super) created: i64,
    /// When a post was last made or edited.
    pub(super) changed: i64,
    /// The last post; empty where none is known.
    pub(super) post: String,
}

impl Position {
    /// Reads a cursor.
    pub(super) fn read(text: &str) -> Option<Self> {
        let mut parts = text.splitn(3, '/');
        let created = parts.next()?.parse().ok()?;
        let changed = parts.next()?.parse().ok()?;
        Some(Self { created, changed, post: parts.next()?.to_owned() })
    }

    /// As a cursor.
    pub(super) fn text(&self) -> String {
        format!("{}/{}/{}", self.created, self.changed, self.post)
    }

    /// After what time posts are looked for that may be new.
    pub(super) fn created_since(&self) -> i64 {
        self.created.saturating_sub(self.margin())
    }

    /// After what time a change may be new.
    pub(super) fn changed_since(&self) -> i64 {
        self.changed.saturating_sub(self.margin())
    }

    /// Before the first post nothing was said to us, however little before.
    fn margin(&self) -> i64 {
        if self.post.is_empty() { 0 } else { MARGIN_MS }
    }

    /// Moves on to an event; false when that is no new or edited post.
    pub(super) fn pass(&mut self, event: &Event) -> bool {
        let at = event.at.as_millis();
        match &event.kind {
            EventKind::Message(message) => {
                let MessageRef::Platform { id, .. } = &message.message else { return false };
                self.pass_post(at, id.as_str());
                true
            }
            EventKind::Edited { .. } => {
                self.changed = self.changed.max(at);
                true
            }
            _ => false,
        }
    }

    /// Moves on to a post.
    pub(super) fn pass_post(&mut self, created: i64, id: &str) {
        if (created, id) > (self.created, self.post.as_str()) {
            self.created = created;
            self.post = id.to_owned();
        }
        self.changed = self.changed.max(created);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_position_comes_back_as_it_was() {
        let position = Position { created: 5, changed: 9, post: "p1".into() };
        assert_eq!(Position::read(&position.text()), Some(position));
        for odd in ["", "1", "1/2", "a/1/p"] {
            assert_eq!(Position::read(odd), None, "{odd}");
        }
    }

    #[test]
    fn a_position_moves_forwards_only() {
        let mut position = Position::default();
        position.pass_post(5, "b");
        position.pass_post(5, "a");
        position.pass_post(4, "z");
        assert_eq!(position, Position { created: 5, changed: 5, post: "b".into() });
    }
}
