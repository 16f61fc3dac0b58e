//! What is known of channels, people and direct lines: for a short time, and not of too many.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use chatgate_core::{Cache, Description, Timestamp};

/// How long a channel is remembered: one that becomes shared is noticed by then.
const PLACES_FOR: Duration = Duration::from_secs(5 * 60);
/// How long a person is: one who was deactivated or made a guest is noticed by then.
const PEOPLE_FOR: Duration = Duration::from_secs(60);
/// How long a direct line is: its id does not change.
const LINES_FOR: Duration = Duration::from_secs(60 * 60);

/// What is known. Everything is forgotten after its time.
#[derive(Debug, Default)]
pub(crate) struct Directory {
    places: Mutex<Cache<String, Description>>,
    people: Mutex<Cache<String, Description>>,
    lines: Mutex<Cache<String, String>>,
}

impl Directory {
    pub(crate) fn place(&self, channel: &str, now: Timestamp) -> Option<Description> {
        lock(&self.places).get(channel, now).cloned()
    }

    pub(crate) fn set_place(&self, channel: &str, known: Description, now: Timestamp) {
        lock(&self.places).put(channel.to_owned(), known, now + PLACES_FOR);
    }

    pub(crate) fn forget_place(&self, channel: &str) {
        lock(&self.places).remove(channel);
    }

    /// Forgets a person, by id and by name: they may be known by both.
    pub(crate) fn forget_person(&self, user: &str, name: Option<&str>) {
        let mut people = lock(&self.people);
        people.remove(user);
        if let Some(name) = name {
            people.remove(name);
        }
    }

    /// A person, by id or name.
    pub(crate) fn person(&self, user: &str, now: Timestamp) -> Option<Description> {
        lock(&self.people).get(user, now).cloned()
    }

    pub(crate) fn set_person(&self, user: &str, person: Description, now: Timestamp) {
        lock(&self.people).put(user.to_owned(), person, now + PEOPLE_FOR);
    }

    /// The channel of a direct line or a group.
    pub(crate) fn line(&self, conversation: &str, now: Timestamp) -> Option<String> {
        lock(&self.lines).get(conversation, now).cloned()
    }

    pub(crate) fn set_line(&self, conversation: &str, channel: &str, now: Timestamp) {
        lock(&self.lines).put(conversation.to_owned(), channel.to_owned(), now + LINES_FOR);
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_secs(1_000);

    #[test]
    fn what_is_known_ends_or_is_forgotten() {
        let directory = Directory::default();
        let known = || Description::new("x", None);
        directory.set_place("c1", known(), NOW);
        assert!(directory.place("c1", NOW).is_some());
        assert!(directory.place("c1", NOW + PLACES_FOR).is_none());
        directory.set_place("c1", known(), NOW);
        directory.forget_place("c1");
        assert!(directory.place("c1", NOW).is_none());
        directory.set_person("u1", known(), NOW);
        directory.set_person("alice", known(), NOW);
        directory.forget_person("u1", Some("alice"));
        assert!(directory.person("u1", NOW).or(directory.person("alice", NOW)).is_none());
    }
}
