//! Where something is said, and which message is meant.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::{
    AdapterId, ConversationId, Error, MessageId, PlatformMessageId, Result, TeamId, ThreadId,
    UserId, WorkspaceId,
};

/// A conversation, or a thread in it, on one adapter.
///
/// Its text form is `adapter:workspace:conversation[#thread]`, with `%`, `:`, `#` and control
/// characters of the parts escaped as `%XX`. Two places are the same when that form is; the team
/// is a fact about the conversation, not part of its name.
///
/// ```
/// use chatgate_core::Place;
/// let place: Place = "slack:T0ACME:C0OPS#1763.5".parse()?;
/// assert_eq!(place.conversation, "C0OPS");
/// assert_eq!(place.to_string(), "slack:T0ACME:C0OPS#1763.5");
/// # Ok::<(), chatgate_core::Error>(())
/// ```
#[derive(Clone, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Place {
    /// The adapter.
    pub adapter: AdapterId,
    /// The workspace.
    pub workspace: WorkspaceId,
    /// The channel, direct message or group chat.
    pub conversation: ConversationId,
    /// The thread, if it is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thread: Option<ThreadId>,
    /// The team in which the conversation lives, where a platform has teams in a workspace.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub team: Option<TeamId>,
}

impl Place {
    /// A conversation.
    pub fn new(
        adapter: AdapterId,
        workspace: impl Into<WorkspaceId>,
        conversation: impl Into<ConversationId>,
    ) -> Self {
        Self {
            adapter,
            workspace: workspace.into(),
            conversation: conversation.into(),
            thread: None,
            team: None,
        }
    }

    /// The direct line to a person: the conversation `@user`, which an adapter opens when it is first
    /// spoken to.
    #[must_use]
    pub fn direct(adapter: AdapterId, workspace: WorkspaceId, user: &UserId) -> Self {
        Self::new(adapter, workspace, format!("@{user}"))
    }

    /// Whom a direct line leads to; `None` for any other place.
    #[must_use]
    pub fn direct_user(&self) -> Option<UserId> {
        let user = self.conversation.as_str().strip_prefix('@')?;
        (!user.contains(',')).then(|| user.into())
    }

    /// The conversation of the bot with several people: `@user,user`, which an adapter opens when it is
    /// first spoken to. The same people are the same place, in whatever order they are given.
    ///
    /// ```
    /// use chatgate_core::{AdapterId, Place, UserId};
    /// let people = ["U2", "U1"].map(UserId::from);
    /// let group = Place::group(AdapterId::parse("slack")?, "T1".into(), &people);
    /// assert_eq!(group.conversation, "@U1,U2");
    /// assert_eq!(group.people(), ["U1", "U2"].map(UserId::from));
    /// assert_eq!(group.direct_user(), None);
    /// # Ok::<(), chatgate_core::Error>(())
    /// ```
    #[must_use]
    pub fn group(adapter: AdapterId, workspace: WorkspaceId, people: &[UserId]) -> Self {
        let mut people: Vec<_> = people.iter().map(UserId::as_str).collect();
        people.sort_unstable();
        people.dedup();
        Self::new(adapter, workspace, format!("@{}", people.join(",")))
    }

    /// With whom a direct line or a group is opened; nobody for any other place.
    #[must_use]
    pub fn people(&self) -> Vec<UserId> {
        match self.conversation.as_str().strip_prefix('@') {
            Some(people) => people.split(',').map(UserId::from).collect(),
            None => Vec::new(),
        }
    }

    /// A person's home page with the bot: the conversation `~user`. Nothing is posted there;
    /// [`crate::Operation::PublishHome`] fills it.
    #[must_use]
    pub fn home(adapter: AdapterId, workspace: WorkspaceId, user: &UserId) -> Self {
        Self::new(adapter, workspace, format!("~{user}"))
    }

    /// Whose home page it is; `None` for any other place.
    #[must_use]
    pub fn home_user(&self) -> Option<UserId> {
        self.conversation.as_str().strip_prefix('~').map(UserId::from)
    }

    /// A thread of the conversation.
    #[must_use]
    pub fn in_thread(mut self, thread: impl Into<ThreadId>) -> Self {
        self.thread = Some(thread.into());
        self
    }

    /// The conversation without its thread.
    #[must_use]
    pub fn without_thread(mut self) -> Self {
        self.thread = None;
        self
    }

    /// Names the team.
    #[must_use]
    pub fn in_team(mut self, team: impl Into<TeamId>) -> Self {
        self.team = Some(team.into());
        self
    }

    /// True when both are in the same conversation, whatever the thread.
    #[must_use]
    pub fn is_same_conversation(&self, other: &Self) -> bool {
        self.adapter == other.adapter
            && self.workspace == other.workspace
            && self.conversation == other.conversation
    }
}

impl PartialEq for Place {
    fn eq(&self, other: &Self) -> bool {
        self.is_same_conversation(other) && self.thread == other.thread
    }
}

impl Eq for Place {}

impl Hash for Place {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (&self.adapter, &self.workspace, &self.conversation, &self.thread).hash(state);
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:", self.adapter)?;
        escape(self.workspace.as_str(), f)?;
        f.write_str(":")?;
        escape(self.conversation.as_str(), f)?;
        if let Some(thread) = &self.thread {
            f.write_str("#")?;
            escape(thread.as_str(), f)?;
        }
        Ok(())
    }
}

impl fmt::Debug for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Place({self})")
    }
}

impl FromStr for Place {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let wrong = || {
            Error::invalid_input(format!(
                "{text:?} is not a place: adapter:workspace:conversation[#thread]"
            ))
        };
        let (conversation, thread) = match text.split_once('#') {
            Some((conversation, thread)) => (conversation, Some(thread)),
            None => (text, None),
        };
        let mut parts = conversation.split(':');
        let (Some(adapter), Some(workspace), Some(conversation), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(wrong());
        };
        let part = |part: &str| unescape(part).filter(|part| !part.is_empty()).ok_or_else(wrong);
        let mut place =
            Self::new(AdapterId::parse(adapter)?, part(workspace)?, part(conversation)?);
        if let Some(thread) = thread {
            place.thread = Some(part(thread)?.into());
        }
        Ok(place)
    }
}

fn escape(part: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let is_plain = |c: char| !(matches!(c, '%' | ':' | '#') || c.is_control() || c.is_whitespace());
    let mut rest = part;
    while let Some(at) = rest.find(|c| !is_plain(c)) {
        let (plain, after) = rest.split_at(at);
        f.write_str(plain)?;
        let special = after.chars().next().map_or(0, char::len_utf8);
        let (special, after) = after.split_at(special);
        for byte in special.bytes() {
            write!(f, "%{byte:02X}")?;
        }
        rest = after;
    }
    f.write_str(rest)
}

fn unescape(part: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(part.len());
    let mut rest = part.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let digit = |byte: u8| char::from(byte).to_digit(16);
            let value = digit(rest.next()?)? * 16 + digit(rest.next()?)?;
            bytes.push(u8::try_from(value).ok()?);
        } else if byte == b'#' {
            return None;
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).ok()
}

/// Who sees a message.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Audience {
    /// Everyone in the place.
    #[default]
    Everyone,
    /// One person only (ephemeral).
    Only(UserId),
}

/// A message: ours, named when it was said, or the platform's, from an event.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum MessageRef {
    /// One of ours; the platform's own id is known once it is posted.
    Ours(MessageId),
    /// One that the platform named.
    Platform {
        /// Where it is.
        place: Place,
        /// The platform's id.
        id: PlatformMessageId,
    },
}

impl MessageRef {
    /// A message that the platform named.
    pub fn platform(place: Place, id: impl Into<PlatformMessageId>) -> Self {
        Self::Platform { place, id: id.into() }
    }

    /// Our own id, if it is one of ours.
    #[must_use]
    pub fn our_id(&self) -> Option<MessageId> {
        match self {
            Self::Ours(id) => Some(*id),
            Self::Platform { .. } => None,
        }
    }
}

impl From<MessageId> for MessageRef {
    fn from(id: MessageId) -> Self {
        Self::Ours(id)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_is_no_place_is_refused() {
        for text in [
            "",
            "slack",
            "slack:T",
            "slack::C",
            "slack:T:C:D",
            "S:T:C",
            "a:b:c#",
            "a:b:c#d#e",
            "a:%zz:c",
            "a:%ff:c",
        ] {
            assert!(text.parse::<Place>().is_err(), "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn the_text_form_round_trips(
            workspace in "\\PC{1,8}|[:#% \n]{1,3}",
            conversation in "\\PC{1,8}|[:#% \n]{1,3}",
            thread in proptest::option::of("\\PC{1,8}|[:#% \n]{1,3}"),
        ) {
            let mut place = Place::new(AdapterId::parse("slack-eu")?, workspace, conversation);
            place.thread = thread.map(Into::into);
            prop_assert_eq!(place.to_string().parse::<Place>()?, place);
        }
    }
}
