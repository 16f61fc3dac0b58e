//! What arrives: one normalised event, whatever the platform.

use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use serde::{Deserialize, Serialize, Serializer};
use serde_json::Value;

use crate::{
    Actor, AdapterId, AnswerSlot, Content, DeliveryKey, DisplayName, Error, MessageRef, Place,
    Platform, Result, Seal, SharedFile, ThreadId, Timestamp, UserId, WorkspaceId,
};

/// One normalised thing that arrived.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Event {
    /// The platform.
    pub platform: Platform,
    /// The adapter that decoded it.
    pub adapter: AdapterId,
    /// The workspace through which it came.
    pub workspace: WorkspaceId,
    /// Keys by which a repeated delivery is known: the delivery's own id, and for a new message also
    /// its place and id. One that was seen before makes the event a repetition.
    pub keys: Vec<DeliveryKey>,
    /// When it happened, as the platform says.
    pub at: Timestamp,
    /// How long it was under way, where the adapter knows: a connection was lost, and it was made up
    /// for. A command that was long under way does not run before its author is asked.
    #[serde(default, skip_serializing_if = "Duration::is_zero")]
    pub waited: Duration,
    /// Where; a modal has no place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
    /// Whether the place is a direct message with the bot.
    #[serde(default)]
    pub direct: bool,
    /// Whether people of other organisations are in the place; `None` where the delivery does not say:
    /// the gateway looks the place up before anything runs.
    #[serde(default)]
    pub externally_shared: Option<bool>,
    /// Who did it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actor: Option<Actor>,
    /// How they are called, for showing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actor_name: Option<DisplayName>,
    /// What happened.
    pub kind: EventKind,
    /// What the platform sent, credentials removed; parsed on demand by [`Event::raw`].
    #[serde(default, skip_serializing_if = "Bytes::is_empty", serialize_with = "as_text")]
    pub raw_bytes: Bytes,
    /// What the request that brought it can carry back.
    #[serde(skip)]
    pub answer: Option<AnswerSlot>,
    /// The platform's own short-lived way back. Stored only encrypted, so never with the event.
    #[serde(skip)]
    pub reply: Option<ReplyHandle>,
    /// What opens a form, where the platform wants to see that a person has just acted. It lives for
    /// seconds: it is never stored.
    #[serde(skip)]
    pub trigger: Option<ReplyHandle>,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum EventKind {
    /// A new message.
    Message(Message),
    /// A slash command, or what a platform has in its place.
    Command(Invocation),
    /// A button, menu or picker was used.
    Action(ActionUse),
    /// A menu or form asks what it may offer.
    OptionsAsked {
        /// What the menu or form carried, checked.
        seal: Seal,
        /// Which field asks, where a form does.
        #[serde(default)]
        field: Option<String>,
        /// What was typed so far.
        typed: String,
    },
    /// A form was submitted.
    FormSubmitted {
        /// What the form carried, checked.
        seal: Seal,
        /// The answers by field name.
        values: serde_json::Map<String, Value>,
    },
    /// A form was closed without an answer.
    FormClosed {
        /// What the form carried, checked.
        seal: Seal,
    },
    /// A reaction was added or removed.
    Reaction {
        /// The message.
        message: MessageRef,
        /// The emoji's short name.
        emoji: String,
        /// Which of both.
        change: Change,
    },
    /// Someone came into the place or left it.
    Membership {
        /// Who.
        user: UserId,
        /// Which of both.
        change: Change,
    },
    /// A message was edited.
    Edited {
        /// The message.
        message: MessageRef,
        /// What it says now.
        content: Content,
    },
    /// A message was deleted.
    Deleted {
        /// The message.
        message: MessageRef,
    },
    /// Someone opened the bot's home page.
    HomeOpened,
    /// The bot was installed, or removed.
    Install {
        /// Which of both.
        change: Change,
    },
    /// Anything else, by the platform's own name for it.
    Other {
        /// The platform's name for it.
        name: String,
    },
}

/// Whether something came or went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Change {
    /// It came.
    Added,
    /// It went.
    Removed,
}

/// A new message.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Message {
    /// Which one it is.
    pub message: MessageRef,
    /// What it says, with the mention of the bot at its start taken away.
    pub content: Content,
    /// Whether it speaks to the bot by name.
    pub mentioned: bool,
    /// The root of a thread that a reply to this message would open, where that is not known from the
    /// place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thread_root: Option<ThreadId>,
    /// The files that go with it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<SharedFile>,
}

/// A slash command: its words, as content, without the slash.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Invocation {
    /// The command's name and arguments.
    pub content: Content,
}

/// A use of a button, menu or picker.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ActionUse {
    /// What the element carried, checked.
    pub seal: Seal,
    /// The message that it stands in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<MessageRef>,
    /// What was chosen, for a menu or picker.
    #[serde(default)]
    pub chosen: Chosen,
    /// The platform's own mark of this one click, so that a `repeat` button's clicks differ.
    #[serde(default)]
    pub click: String,
}

/// What was chosen in a menu or picker.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Chosen {
    /// Nothing: it was a button.
    #[default]
    Nothing,
    /// Choices of the program, by their position from 0.
    Choices(Vec<usize>),
    /// A platform's own things, by their ids: users, channels.
    Ids(Vec<String>),
    /// A date or time as text.
    Picked(String),
}

impl Message {
    /// A message that does not speak to the bot by name.
    #[must_use]
    pub fn new(message: MessageRef, content: Content) -> Self {
        Self { message, content, mentioned: false, thread_root: None, files: Vec::new() }
    }

    /// It speaks to the bot by name.
    #[must_use]
    pub fn mentioned(mut self) -> Self {
        self.mentioned = true;
        self
    }

    /// These files go with it.
    #[must_use]
    pub fn files(mut self, files: impl IntoIterator<Item = SharedFile>) -> Self {
        self.files.extend(files);
        self
    }

    /// A reply to it opens this thread.
    #[must_use]
    pub fn thread_root(mut self, root: impl Into<ThreadId>) -> Self {
        self.thread_root = Some(root.into());
        self
    }
}

impl Invocation {
    /// A command's words.
    #[must_use]
    pub fn new(content: Content) -> Self {
        Self { content }
    }
}

impl ActionUse {
    /// A click on what carried this seal.
    #[must_use]
    pub fn new(seal: Seal) -> Self {
        Self { seal, message: None, chosen: Chosen::Nothing, click: String::new() }
    }

    /// Names the message that the element stands in.
    #[must_use]
    pub fn in_message(mut self, message: MessageRef) -> Self {
        self.message = Some(message);
        self
    }

    /// Says what was chosen.
    #[must_use]
    pub fn chosen(mut self, chosen: Chosen) -> Self {
        self.chosen = chosen;
        self
    }

    /// Gives the platform's own mark of this one click.
    #[must_use]
    pub fn click(mut self, click: impl Into<String>) -> Self {
        self.click = click.into();
        self
    }
}

impl Event {
    /// An event of an adapter's workspace.
    pub fn new(
        platform: Platform,
        adapter: AdapterId,
        workspace: impl Into<WorkspaceId>,
        key: impl Into<DeliveryKey>,
        at: Timestamp,
        kind: EventKind,
    ) -> Self {
        Self {
            platform,
            adapter,
            workspace: workspace.into(),
            keys: vec![key.into()],
            at,
            waited: Duration::ZERO,
            place: None,
            direct: false,
            externally_shared: Some(false),
            actor: None,
            actor_name: None,
            kind,
            raw_bytes: Bytes::new(),
            answer: None,
            reply: None,
            trigger: None,
        }
    }

    /// Adds a further key by which a repetition is known.
    #[must_use]
    pub fn with_key(mut self, key: impl Into<DeliveryKey>) -> Self {
        self.keys.push(key.into());
        self
    }

    /// Says how long it was under way.
    #[must_use]
    pub fn waited(mut self, waited: Duration) -> Self {
        self.waited = waited;
        self
    }

    /// Says where.
    #[must_use]
    pub fn in_place(mut self, place: Place) -> Self {
        self.place = Some(place);
        self
    }

    /// Says that the place is a direct message with the bot.
    #[must_use]
    pub fn direct(mut self) -> Self {
        self.direct = true;
        self
    }

    /// Says whether people of other organisations are in the place; `None` is not known.
    #[must_use]
    pub fn externally_shared(mut self, shared: Option<bool>) -> Self {
        self.externally_shared = shared;
        self
    }

    /// Says who did it.
    #[must_use]
    pub fn by(mut self, actor: Actor) -> Self {
        self.actor = Some(actor);
        self
    }

    /// Says how they are called.
    #[must_use]
    pub fn named(mut self, name: DisplayName) -> Self {
        self.actor_name = Some(name);
        self
    }

    /// Keeps what the platform sent, credentials removed.
    #[must_use]
    pub fn with_raw(mut self, raw: Bytes) -> Self {
        self.raw_bytes = raw;
        self
    }

    /// Says what the request can carry back.
    #[must_use]
    pub fn answerable(mut self, slot: AnswerSlot) -> Self {
        self.answer = Some(slot);
        self
    }

    /// Gives the platform's own short-lived way back.
    #[must_use]
    pub fn with_reply(mut self, reply: ReplyHandle) -> Self {
        self.reply = Some(reply);
        self
    }

    /// Gives what opens a form.
    #[must_use]
    pub fn with_trigger(mut self, trigger: ReplyHandle) -> Self {
        self.trigger = Some(trigger);
        self
    }

    /// What the platform sent, parsed.
    ///
    /// # Errors
    /// `malformed` when it is not of this type.
    pub fn raw<'de, T: Deserialize<'de>>(&'de self) -> Result<T> {
        serde_json::from_slice(&self.raw_bytes)
            .map_err(|error| Error::malformed(format!("raw event: {error}")))
    }

    /// The place, or a stable stand-in for lane and gates: the actor's own direct line, else the
    /// workspace.
    #[must_use]
    pub fn place_or_stand_in(&self) -> Place {
        if let Some(place) = &self.place {
            return place.clone();
        }
        let (adapter, workspace) = (self.adapter.clone(), self.workspace.clone());
        match &self.actor {
            Some(actor) => Place::direct(adapter, workspace, &actor.user),
            None => Place::new(adapter, workspace, "@"),
        }
    }
}

/// Writes bytes as the text that they nearly always are: as a list of numbers they take four times the
/// room. Both are read back.
fn as_text<S: Serializer>(bytes: &Bytes, serializer: S) -> std::result::Result<S::Ok, S::Error> {
    match std::str::from_utf8(bytes) {
        Ok(text) => serializer.serialize_str(text),
        Err(_) => serializer.serialize_bytes(bytes),
    }
}

/// A platform's own short-lived way back: a response address, a trigger. Opaque to all but its
/// adapter, and secret.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ReplyHandle {
    /// What kind it is, by the platform's name: `response_url`, `trigger_id`.
    pub kind: String,
    /// When it ends.
    pub expires: Timestamp,
    /// How often it can still be used, where that is limited.
    pub uses_left: Option<u32>,
    secret: String,
}

impl ReplyHandle {
    /// A handle of a kind.
    pub fn new(kind: impl Into<String>, secret: impl Into<String>, expires: Timestamp) -> Self {
        Self { kind: kind.into(), expires, uses_left: None, secret: secret.into() }
    }

    /// Limits how often it can be used.
    #[must_use]
    pub fn uses(mut self, uses: u32) -> Self {
        self.uses_left = Some(uses);
        self
    }

    /// The platform's own text; only the adapter that made the handle has a use for it.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.secret
    }

    /// True while it can be used.
    #[must_use]
    pub fn is_live(&self, now: Timestamp) -> bool {
        now < self.expires && self.uses_left != Some(0)
    }
}

impl fmt::Debug for ReplyHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReplyHandle")
            .field("kind", &self.kind)
            .field("expires", &self.expires)
            .field("uses_left", &self.uses_left)
            .finish_non_exhaustive()
    }
}
