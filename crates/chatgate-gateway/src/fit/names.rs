//! Names of people, groups and channels, looked up once and kept for a while.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::sync::Mutex;
use std::time::Duration;

use chatgate_core::{
    AdapterId, ConversationId, Description, Error, Feature, GroupId, Inline, Operation, Place,
    Receipt, Result, Subject, Timestamp, UserId, WorkspaceId,
};

use super::Tools;
use super::place::Site;
use super::survey::Survey;
use crate::call::call;
use crate::sync::lock;

/// How long a name is kept; people rename themselves.
const KEEP_FOR: Duration = Duration::from_secs(5 * 60);

/// The most names that are looked up for one message: a platform's allowance for look-ups is about
/// that many a minute (Slack's `users.info`: tier 4, 100 a minute).
const LOOK_UPS: usize = 50;

/// How long one message waits for its look-ups.
const LOOK_UP_FOR: Duration = Duration::from_secs(2);

/// Who or what is mentioned, by its id or by what was typed.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Name {
    User(UserId),
    Group(GroupId),
    Channel(ConversationId),
}

/// What was looked up for one message; `None` is what could not be found.
pub(super) type Known = HashMap<Name, Option<Description>>;

impl Name {
    /// What an inline mentions, and what it is called if the inline says so.
    pub(super) fn of(inline: &Inline) -> Option<(Self, Option<&str>)> {
        match inline {
            Inline::User { id, handle } => Some((Self::User(id.clone()), handle.as_deref())),
            Inline::Group { id, handle } => Some((Self::Group(id.clone()), handle.as_deref())),
            Inline::Channel { id, name } => Some((Self::Channel(id.clone()), name.as_deref())),
            _ => None,
        }
    }

    pub(super) fn id(&self) -> &str {
        match self {
            Self::User(id) => id.as_str(),
            Self::Group(id) => id.as_str(),
            Self::Channel(id) => id.as_str(),
        }
    }

    fn subject(&self, place: &Place) -> Subject {
        let place = place.clone();
        match self {
            Self::User(user) => Subject::User { place, user: user.clone() },
            Self::Group(group) => Subject::Group { place, group: group.clone() },
            Self::Channel(id) => {
                Subject::Place(Place::new(place.adapter, place.workspace, id.clone()))
            }
        }
    }
}

type Owner = (AdapterId, WorkspaceId);

/// Names that were looked up: at most so many, each for five minutes, the oldest dropped first.
pub(crate) struct Names {
    limit: usize,
    kept: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    entries: HashMap<(Owner, Name), Entry>,
    /// The entries by age.
    order: BTreeMap<u64, (Owner, Name)>,
    next: u64,
}

struct Entry {
    age: u64,
    until: Timestamp,
    found: Option<Description>,
}

impl Names {
    pub(crate) fn new(limit: usize) -> Self {
        Self { limit, kept: Mutex::default() }
    }

    /// What is kept of a name; `Some(None)` when it is known not to exist.
    fn kept(&self, key: &(Owner, Name), now: Timestamp) -> Option<Option<Description>> {
        let kept = lock(&self.kept);
        let entry = kept.entries.get(key).filter(|entry| now < entry.until)?;
        Some(entry.found.clone())
    }

    fn keep(&self, key: (Owner, Name), found: Option<Description>, now: Timestamp) {
        if self.limit == 0 {
            return;
        }
        let mut kept = lock(&self.kept);
        let age = kept.next;
        kept.next += 1;
        let until = now + KEEP_FOR;
        let before = kept.entries.insert(key.clone(), Entry { age, until, found });
        if let Some(before) = before {
            kept.order.remove(&before.age);
        }
        kept.order.insert(age, key);
        if kept.entries.len() > self.limit
            && let Some((_, oldest)) = kept.order.pop_first()
        {
            kept.entries.remove(&oldest);
        }
    }
}

impl fmt::Debug for Names {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Names").field("limit", &self.limit).finish_non_exhaustive()
    }
}

/// Looks up what is not sure. What is left out of the answer stays as it is.
pub(super) async fn look_up(tools: &Tools<'_>, site: &Site<'_>, survey: &Survey) -> Known {
    let mut known = Known::new();
    if survey.unsure.is_empty() || !site.can.can(Feature::Describe) {
        return known;
    }
    let owner = (site.place.adapter.clone(), site.place.workspace.clone());
    let notifies = site.can.can(Feature::Mentions);
    let deadline = tools.clock.now() + LOOK_UP_FOR;
    let mut left = LOOK_UPS;
    for unsure in &survey.unsure {
        // What was typed is good enough to be read.
        if unsure.typed && !notifies {
            continue;
        }
        let name = &unsure.name;
        let key = (owner.clone(), name.clone());
        if let Some(found) = tools.names.kept(&key, tools.clock.now()) {
            known.insert(name.clone(), found);
            continue;
        }
        if left == 0 {
            known.insert(name.clone(), None);
            continue;
        }
        left -= 1;
        let found = match describe(tools, name.subject(&site.place), deadline).await {
            Ok(description) => Some(description),
            Err(error) if error.is_not_found() => None,
            // It was not known whether it can.
            Err(error) if error.is_unsupported() => return known,
            Err(_) => {
                // What fails now would fail for the next name too.
                left = 0;
                known.insert(name.clone(), None);
                continue;
            }
        };
        tools.names.keep(key, found.clone(), tools.clock.now());
        known.insert(name.clone(), found);
    }
    known
}

async fn describe(tools: &Tools<'_>, subject: Subject, deadline: Timestamp) -> Result<Description> {
    match call(&**tools.adapter, Operation::Describe(subject), tools.clock, deadline).await? {
        Receipt::Described(mut description) => {
            description.handle = description.handle.filter(|handle| !handle.is_empty());
            Ok(description)
        }
        other => Err(Error::internal(format!("unexpected receipt {other:?}"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(user: &str) -> (Owner, Name) {
        let owner = (AdapterId::parse("a").unwrap(), WorkspaceId::from("w"));
        (owner, Name::User(user.into()))
    }

    #[test]
    fn the_oldest_name_makes_room() {
        let names = Names::new(2);
        let now = Timestamp::EPOCH;
        for user in ["1", "2", "1", "3"] {
            names.keep(key(user), None, now);
        }
        assert_eq!(names.kept(&key("2"), now), None);
        assert!(names.kept(&key("1"), now).is_some());
        assert!(names.kept(&key("3"), now).is_some());
        let kept = lock(&names.kept);
        assert_eq!((kept.entries.len(), kept.order.len()), (2, 2));
    }

    #[test]
    fn a_name_is_forgotten_after_five_minutes() {
        let names = Names::new(2);
        let found = Some(Description::new("U1", None));
        names.keep(key("1"), found.clone(), Timestamp::EPOCH);
        let almost = Timestamp::from_secs(299);
        assert_eq!(names.kept(&key("1"), almost), Some(found));
        assert_eq!(names.kept(&key("1"), Timestamp::from_secs(300)), None);
    }

    #[test]
    fn a_cache_of_nothing_keeps_nothing() {
        let names = Names::new(0);
        names.keep(key("1"), None, Timestamp::EPOCH);
        assert_eq!(names.kept(&key("1"), Timestamp::EPOCH), None);
    }
}
