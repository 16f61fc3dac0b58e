//! What an adapter is asked to do, and what it says when it is done.

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    Actor, Audience, Content, FileRef, GroupId, MessageId, MessageRef, Place, PlatformMessageId,
    Rendered, ReplyHandle, Timestamp, UserId,
};

/// One thing to do on a platform. It grows by variants: an adapter answers one that it does not know
/// with `Error::unsupported`.
///
/// When an operation reaches [`crate::Adapter::call`], the messages in it are named by the platform's
/// ids: the gateway has put them in the place of ours.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Operation {
    /// Post a message.
    Post {
        /// Where.
        place: Place,
        /// Who sees it.
        #[serde(default)]
        audience: Audience,
        /// What it says.
        part: Rendered,
        /// Our id of it: the same key is the same message, however often it is tried.
        key: MessageId,
        /// By which way, if not by the platform's ordinary one.
        #[serde(skip)]
        via: Option<ReplyHandle>,
    },
    /// Change a message.
    Edit {
        /// Where it is.
        place: Place,
        /// Which one.
        message: MessageRef,
        /// What it says from now on.
        part: Rendered,
        /// By which way, if not by the platform's ordinary one.
        #[serde(skip)]
        via: Option<ReplyHandle>,
    },
    /// Delete a message.
    Delete {
        /// Where it is.
        place: Place,
        /// Which one.
        message: MessageRef,
        /// By which way, if not by the platform's ordinary one.
        #[serde(skip)]
        via: Option<ReplyHandle>,
    },
    /// Add or remove a reaction of the bot.
    React {
        /// Where the message is.
        place: Place,
        /// Which one.
        message: MessageRef,
        /// The emoji's short name.
        emoji: String,
        /// Which of both.
        change: crate::Change,
    },
    /// Pin a message, or no longer.
    Pin {
        /// Where the message is.
        place: Place,
        /// Which one.
        message: MessageRef,
        /// Which of both.
        change: crate::Change,
    },
    /// Show for a few seconds that the bot is typing.
    Typing {
        /// Where.
        place: Place,
    },
    /// Open a form.
    OpenForm {
        /// The place it is opened from.
        place: Place,
        /// For whom.
        user: UserId,
        /// The form.
        form: Rendered,
        /// The platform's trigger, where it needs one.
        #[serde(skip)]
        via: Option<ReplyHandle>,
    },
    /// Fill a person's home page with the bot, in the place of what it showed.
    PublishHome {
        /// The home page: [`Place::home`].
        place: Place,
        /// What it shows from now on.
        part: Rendered,
    },
    /// Upload a file.
    Upload {
        /// Where.
        place: Place,
        /// Our name of it.
        file: FileRef,
        /// Its name.
        name: String,
        /// What is in it.
        bytes: Bytes,
    },
    /// Fetch a file that someone has sent.
    Download {
        /// Where it was sent.
        place: Place,
        /// The platform's id of it.
        file: String,
        /// The most bytes that are taken; a larger one is an error.
        max_bytes: usize,
    },
    /// Find out whether a post whose outcome is unknown is there after all.
    FindPost {
        /// Where it was posted.
        place: Place,
        /// Our id of it.
        key: MessageId,
        /// When it was first tried.
        since: Timestamp,
        /// Who sees it.
        #[serde(default)]
        audience: Audience,
        /// Whether it went by a reply handle.
        #[serde(default)]
        by_handle: bool,
    },
    /// Look up what something is called.
    Describe(Subject),
    /// Read messages.
    History {
        /// Where.
        place: Place,
        /// Only messages before this one.
        before: Option<PlatformMessageId>,
        /// At most so many.
        limit: usize,
    },
    /// Any call of the platform's own.
    Native {
        /// Its name.
        method: String,
        /// Its arguments.
        body: Value,
    },
}

/// What can be looked up.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Subject {
    /// A place: what it is called, who is in it.
    Place(Place),
    /// A person, by id or handle.
    User {
        /// The place from which they are looked up.
        place: Place,
        /// The platform's id, or the handle.
        user: UserId,
    },
    /// A group of users.
    Group {
        /// The place from which it is looked up.
        place: Place,
        /// The platform's id, or the handle.
        group: GroupId,
    },
}

/// What an adapter says when an operation is done.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Receipt {
    /// The message was posted, under this id where the platform tells it.
    Posted(Option<PlatformMessageId>),
    /// The platform took the message and tells no more: whether it is shown, and when, is not known. The
    /// platform's own mark of what it does with it, where it gives one.
    Accepted(Option<String>),
    /// Done; there is nothing to tell.
    Done,
    /// The file was uploaded, under the platform's id.
    Uploaded(String),
    /// The bytes of a file.
    Downloaded(Bytes),
    /// The post is there, or it is not.
    Found(Option<PlatformMessageId>),
    /// What something is called.
    Described(Description),
    /// Messages, newest first.
    History(Vec<PastMessage>),
    /// The platform's own answer.
    Native(Value),
}

/// What something is called on its platform.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Description {
    /// The platform's id.
    pub id: String,
    /// What people write for it, without `@` or `#`.
    pub handle: Option<String>,
    /// Whether people of other organisations are in it, where that is known.
    #[serde(default)]
    pub externally_shared: Option<bool>,
    /// Who a person is: their home workspace, and their standing in the workspace of the place from
    /// which they were looked up.
    #[serde(default)]
    pub actor: Option<Actor>,
}

/// A message of the past.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct PastMessage {
    /// The platform's id.
    pub id: PlatformMessageId,
    /// Who wrote it, where that is known.
    pub user: Option<UserId>,
    /// When.
    pub at: Timestamp,
    /// What it says.
    pub content: Content,
}

impl Operation {
    /// The operation as a stable word, for logs and metrics.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Post { .. } => "post",
            Self::Edit { .. } => "edit",
            Self::Delete { .. } => "delete",
            Self::React { .. } => "react",
            Self::Pin { .. } => "pin",
            Self::Typing { .. } => "typing",
            Self::OpenForm { .. } => "open_form",
            Self::PublishHome { .. } => "publish_home",
            Self::Upload { .. } => "upload",
            Self::Download { .. } => "download",
            Self::FindPost { .. } => "find_post",
            Self::Describe(_) => "describe",
            Self::History { .. } => "history",
            Self::Native { .. } => "native",
        }
    }

    /// What it counts as in [`crate::RateLimit::operations`]: [`Operation::name`], but a platform has
    /// other methods, with allowances of their own, for what one person sees (`post_private`), what goes
    /// by a reply handle (`post_reply`, `edit_reply`, `delete_reply`), and taking a reaction or a pin
    /// away (`unreact`, `unpin`). A native call counts as its method.
    #[must_use]
    pub fn paced_as(&self) -> &str {
        match self {
            Self::Post { via: Some(_), .. } => "post_reply",
            Self::Post { audience: Audience::Only(_), .. } => "post_private",
            Self::Edit { via: Some(_), .. } => "edit_reply",
            Self::Delete { via: Some(_), .. } => "delete_reply",
            Self::React { change: crate::Change::Removed, .. } => "unreact",
            Self::Pin { change: crate::Change::Removed, .. } => "unpin",
            Self::Native { method, .. } => method,
            _ => self.name(),
        }
    }

    /// Where it acts.
    #[must_use]
    pub fn place(&self) -> Option<&Place> {
        match self {
            Self::Post { place, .. }
            | Self::Edit { place, .. }
            | Self::Delete { place, .. }
            | Self::React { place, .. }
            | Self::Pin { place, .. }
            | Self::Typing { place }
            | Self::OpenForm { place, .. }
            | Self::PublishHome { place, .. }
            | Self::Upload { place, .. }
            | Self::Download { place, .. }
            | Self::FindPost { place, .. }
            | Self::History { place, .. }
            | Self::Describe(
                Subject::Place(place) | Subject::User { place, .. } | Subject::Group { place, .. },
            ) => Some(place),
            Self::Native { .. } => None,
        }
    }

    /// True when doing it twice is as doing it once, so an ambiguous outcome may simply be retried.
    #[must_use]
    pub fn is_idempotent(&self) -> bool {
        match self {
            Self::Edit { .. }
            | Self::Delete { .. }
            | Self::React { .. }
            | Self::Pin { .. }
            | Self::Typing { .. }
            | Self::PublishHome { .. }
            | Self::Download { .. }
            | Self::FindPost { .. }
            | Self::Describe(_)
            | Self::History { .. } => true,
            Self::Post { .. }
            | Self::OpenForm { .. }
            | Self::Upload { .. }
            | Self::Native { .. } => false,
        }
    }
}

impl Description {
    /// A thing and what people write for it.
    pub fn new(id: impl Into<String>, handle: Option<String>) -> Self {
        Self { id: id.into(), handle, externally_shared: None, actor: None }
    }

    /// Says who a person is.
    #[must_use]
    pub fn actor(mut self, actor: Actor) -> Self {
        self.actor = Some(actor);
        self
    }

    /// Says whether people of other organisations are in it.
    #[must_use]
    pub fn externally_shared(mut self, shared: Option<bool>) -> Self {
        self.externally_shared = shared;
        self
    }
}

impl PastMessage {
    /// A message of the past.
    pub fn new(
        id: impl Into<PlatformMessageId>,
        user: Option<UserId>,
        at: Timestamp,
        content: Content,
    ) -> Self {
        Self { id: id.into(), user, at, content }
    }
}
