//! The events that can be listened to.

use chatgate_core::{
    Content, Error, EventKind, Message, MessageRef, Result, RouteId, SealedValue, UserId,
};
use serde_json::Value;

use crate::listens::{Listens, Registered, Registration, Trigger};
use crate::{Context, Prepared};

/// Declares an event: how it is registered, and how it is made from what arrived.
macro_rules! hears {
    ($($name:ident = $trigger:ident, $pattern:pat => $made:expr;)*) => {$(
        impl<S> Listens<S> for $name {
            fn registration() -> Registration {
                Registration(Registered::Event(Trigger::$trigger))
            }

            fn hear(_: &Prepared, cx: &Context) -> Result<Self> {
                match &cx.event().kind {
                    $pattern => Ok($made),
                    _ => Err(other_event(stringify!($name))),
                }
            }
        }
    )*};
}

hears! {
    Mention = Mention, EventKind::Message(message) => Self { message: message.clone() };
    DirectMessage = DirectMessage, EventKind::Message(message) => Self { message: message.clone() };
    ThreadMessage = ThreadMessage, EventKind::Message(message) => Self { message: message.clone() };
    Overheard = Overheard, EventKind::Message(message) => Self { message: message.clone() };
    ReactionAdded = ReactionAdded, EventKind::Reaction { message, emoji, .. } =>
        Self { message: message.clone(), emoji: emoji.clone() };
    ReactionRemoved = ReactionRemoved, EventKind::Reaction { message, emoji, .. } =>
        Self { message: message.clone(), emoji: emoji.clone() };
    Joined = Joined, EventKind::Membership { user, .. } => Self { user: user.clone() };
    Left = Left, EventKind::Membership { user, .. } => Self { user: user.clone() };
    MessageEdited = Edited, EventKind::Edited { message, content } =>
        Self { message: message.clone(), content: content.clone() };
    MessageDeleted = Deleted, EventKind::Deleted { message } => Self { message: message.clone() };
    FormClosed = FormClosed, EventKind::FormClosed { seal } => Self {
        form: seal.route.clone(),
        state: match &seal.value {
            SealedValue::Inline { value, .. } => value.clone(),
            _ => return Err(Error::internal("the form's record was not loaded")),
        },
    };
    HomeOpened = HomeOpened, EventKind::HomeOpened => Self;
    Installed = Installed, EventKind::Install { .. } => Self;
    Uninstalled = Uninstalled, EventKind::Install { .. } => Self;
    OtherEvent = Other, EventKind::Other { name } => Self { name: name.clone() };
}

fn other_event(name: &str) -> Error {
    Error::malformed(format!("what arrived is no {name}"))
}

/// A message that speaks to the bot by name and is no command.
///
/// ```
/// use chatgate_router::{Mention, Router};
///
/// async fn echo(mention: Mention) -> String {
///     format!("You said: {}", mention.text())
/// }
///
/// let router: Router<()> = Router::new().on(echo);
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Mention {
    /// The message.
    pub message: Message,
}

/// A direct message to the bot that is no command.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct DirectMessage {
    /// The message.
    pub message: Message,
}

/// A message without a mention in a thread that is subscribed to: see [`Context::subscribe`].
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct ThreadMessage {
    /// The message.
    pub message: Message,
}

/// A message that does not speak to the bot: no mention, no direct message, not in a thread that is
/// subscribed to.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Overheard {
    /// The message.
    pub message: Message,
}

macro_rules! texts {
    ($($name:ident)*) => {$(
        impl $name {
            /// What it says, without any markup and without the mention of the bot at its start.
            #[must_use]
            pub fn text(&self) -> String {
                self.message.content.plain_text()
            }
        }
    )*};
}

texts! { Mention DirectMessage ThreadMessage Overheard }

/// Someone added a reaction to a message.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct ReactionAdded {
    /// The message.
    pub message: MessageRef,
    /// The emoji's short name.
    pub emoji: String,
}

/// Someone took a reaction away.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct ReactionRemoved {
    /// The message.
    pub message: MessageRef,
    /// The emoji's short name.
    pub emoji: String,
}

/// Someone came into the place.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Joined {
    /// Who.
    pub user: UserId,
}

/// Someone left the place.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Left {
    /// Who.
    pub user: UserId,
}

/// A message was edited. It never runs a command anew.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct MessageEdited {
    /// The message.
    pub message: MessageRef,
    /// What it says now.
    pub content: Content,
}

/// A message was deleted.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct MessageDeleted {
    /// The message.
    pub message: MessageRef,
}

/// A form was closed without an answer.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct FormClosed {
    /// The form's route: `form:feedback`.
    pub form: RouteId,
    /// What the program gave it to carry.
    pub state: Value,
}

/// Someone opened the bot's home page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct HomeOpened;

/// The bot was installed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Installed;

/// The bot was removed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Uninstalled;

/// Anything that has no type of its own, by the platform's name for it; the event's `raw()` has the
/// rest.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct OtherEvent {
    /// The platform's name for it.
    pub name: String,
}
