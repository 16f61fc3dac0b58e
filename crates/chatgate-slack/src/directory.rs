//! What is known of conversations, people and groups: for a short time, and not of too many.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use chatgate_core::{Cache, Description, Timestamp};

/// How long a conversation is remembered: a channel that becomes shared is noticed by then.
const PLACES_FOR: Duration = Duration::from_secs(5 * 60);
/// How long a person is: one who was deactivated or made a guest is noticed by then.
const PEOPLE_FOR: Duration = Duration::from_secs(60);
/// How long groups and direct lines are; a line's id does not change.
const GROUPS_FOR: Duration = Duration::from_secs(5 * 60);
const LINES_FOR: Duration = Duration::from_secs(60 * 60);
/// What is known of a conversation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Conversation {
    /// What it is called.
    pub(crate) name: Option<String>,
    /// Whether the bot can post there as it is.
    pub(crate) postable: Option<bool>,
    /// Whether anyone in the workspace may come in.
    pub(crate) public: Option<bool>,
    /// Whether it is a direct message with the bot.
    pub(crate) direct: Option<bool>,
    /// Whether people of other organisations are in it.
    pub(crate) externally_shared: Option<bool>,
    /// Whether Slack was asked for it, rather than only an event came from there.
    pub(crate) described: bool,
}

/// What is known. Everything is forgotten after its time.
#[derive(Debug, Default)]
pub(crate) struct Directory {
    places: Mutex<Cache<String, Conversation>>,
    people: Mutex<Cache<String, Description>>,
    groups: Mutex<Cache<String, Vec<Description>>>,
    lines: Mutex<Cache<String, String>>,
}

impl Directory {
    pub(crate) fn place(&self, channel: &str, now: Timestamp) -> Option<Conversation> {
        lock(&self.places).get(channel, now).cloned()
    }

    /// Remembers what Slack said when it was asked.
    pub(crate) fn set_place(&self, channel: &str, known: Conversation, now: Timestamp) {
        lock(&self.places).put(channel.to_owned(), known, now + PLACES_FOR);
    }

    /// Adds what an event shows; what Slack itself said is not made any older or younger by it.
    pub(crate) fn learn(
        &self,
        channel: &str,
        now: Timestamp,
        learn: impl FnOnce(&mut Conversation),
    ) {
        let mut places = lock(&self.places);
        match places.get_mut(channel, now) {
            Some(known) => learn(known),
            None => {
                let mut known = Conversation::default();
                learn(&mut known);
                places.put(channel.to_owned(), known, now + PLACES_FOR);
            }
        }
    }

    pub(crate) fn forget_place(&self, channel: &str) {
        lock(&self.places).remove(channel);
    }

    pub(crate) fn person(&self, user: &str, now: Timestamp) -> Option<Description> {
        lock(&self.people).get(user, now).cloned()
    }

    pub(crate) fn set_person(&self, user: &str, person: Description, now: Timestamp) {
        lock(&self.people).put(user.to_owned(), person, now + PEOPLE_FOR);
    }

    pub(crate) fn forget_person(&self, user: &str) {
        lock(&self.people).remove(user);
    }

    /// The groups of the workspace, all at once: Slack does not look up one.
    pub(crate) fn groups(&self, now: Timestamp) -> Option<Vec<Description>> {
        lock(&self.groups).get("", now).cloned()
    }

    pub(crate) fn set_groups(&self, groups: Vec<Description>, now: Timestamp) {
        lock(&self.groups).put(String::new(), groups, now + GROUPS_FOR);
    }

    /// The direct message with a person.
    pub(crate) fn line(&self, user: &str, now: Timestamp) -> Option<String> {
        lock(&self.lines).get(user, now).cloned()
    }

    pub(crate) fn set_line(&self, user: &str, channel: &str, now: Timestamp) {
        lock(&self.lines).put(user.to_owned(), channel.to_owned(), now + LINES_FOR);
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
    fn what_is_known_ends() {
        let directory = Directory::default();
        directory.set_place("C1", Conversation::default(), NOW);
        assert!(directory.place("C1", NOW).is_some());
        assert!(directory.place("C1", NOW + PLACES_FOR).is_none());
        directory.set_place("C1", Conversation::default(), NOW);
        directory.forget_place("C1");
        assert!(directory.place("C1", NOW).is_none());
    }

    #[test]
    fn an_event_does_not_make_an_answer_younger() {
        let directory = Directory::default();
        directory.set_place("C1", Conversation { described: true, ..Conversation::default() }, NOW);
        let later = NOW + Duration::from_secs(200);
        directory.learn("C1", later, |known| known.postable = Some(true));
        assert_eq!(directory.place("C1", later).unwrap().postable, Some(true));
        assert!(directory.place("C1", NOW + PLACES_FOR).is_none());
        directory.learn("C2", later, |known| known.direct = Some(true));
        assert!(!directory.place("C2", later).unwrap().described);
    }
}
