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
    /// One of an earlier instant: what follows it has all of the last one's instant. Empty where none
    /// is known.
    pub(super) earlier: String,
}

impl Position {
    /// Reads a cursor.
    pub(super) fn read(text: &str) -> Option<Self> {
        let mut parts = text.splitn(4, '/');
        let created = parts.next()?.parse().ok()?;
        let changed = parts.next()?.parse().ok()?;
        let (post, earlier) = (parts.next()?.to_owned(), parts.next()?.to_owned());
        Some(Self { created, changed, post, earlier })
    }

    /// As a cursor.
    pub(super) fn text(&self) -> String {
        format!("{}/{}/{}/{}", self.created, self.changed, self.post, self.earlier)
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

    /// After which post new ones are looked for.
    pub(super) fn after(&self) -> &str {
        if self.earlier.is_empty() { &self.post } else { &self.earlier }
    }

    /// Moves on to a post.
    pub(super) fn pass_post(&mut self, created: i64, id: &str) {
        if created > self.created {
            self.earlier = std::mem::replace(&mut self.post, id.to_owned());
            self.created = created;
        }
        self.changed = self.changed.max(created);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_position_comes_back_as_it_was() {
        let mut position =
            Position { created: 5, changed: 9, post: "p2".into(), earlier: "p1".into() };
        assert_eq!(Position::read(&position.text()), Some(position.clone()));
        position.earlier = String::new();
        assert_eq!(Position::read(&position.text()), Some(position));
        for odd in ["", "1", "1/2", "1/2/p", "a/1/p/q"] {
            assert_eq!(Position::read(odd), None, "{odd}");
        }
    }

    #[test]
    fn a_position_moves_forwards_only() {
        let mut position = Position::default();
        for (created, post) in [(5, "a"), (6, "b"), (6, "c"), (4, "z")] {
            position.pass_post(created, post);
        }
        let wanted = Position { created: 6, changed: 6, post: "b".into(), earlier: "a".into() };
        assert_eq!(position, wanted);
        // Whatever else is of the last instant comes after this one.
        assert_eq!(position.after(), "a");
    }
}
