//! What `Router::on` takes: actions and events.

use chatgate_core::{Action, ActionSpec, Change, Event, EventKind, Result};

use crate::typed_form::Typed;
use crate::{Context, Heard, Prepared, Source};

/// What the first argument of a handler given to [`crate::Router::on`] can be: an [`Action`], a
/// [`crate::TypedForm`], or one of the events that this crate names, as [`crate::Mention`].
///
/// `S` is the router's state. A form with `#[form(state = …)]` listens over that one; everything else
/// over any.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is nothing that can be listened to",
    label = "the first argument is an event such as `Mention`, or derives `Action` or `Form`, with the router's state in any `#[form(state = …)]`"
)]
pub trait Listens<S>: Sized + 'static {
    /// How it is registered.
    fn registration() -> Registration;

    /// The functions behind its fields.
    fn sources() -> Vec<Source<S>> {
        Vec::new()
    }

    /// Makes it from what the run is given.
    ///
    /// # Errors
    /// `malformed` when it is something else, as after an upgrade.
    fn hear(prepared: &Prepared, cx: &Context) -> Result<Self>;
}

/// How something that is listened to is registered. Only this crate makes one.
#[derive(Clone, Debug)]
pub struct Registration(pub(crate) Registered);

#[derive(Clone, Debug)]
pub(crate) enum Registered {
    Action(&'static ActionSpec),
    Form(Typed),
    Event(Trigger),
}

#[diagnostic::do_not_recommend]
impl<S, A: Action + 'static> Listens<S> for A {
    fn registration() -> Registration {
        Registration(Registered::Action(A::spec()))
    }

    fn hear(prepared: &Prepared, _: &Context) -> Result<Self> {
        let (value, _) = prepared.value_and_chosen()?;
        A::from_value(value)
            .map_err(|error| error.with_context(format!("the value of {}", A::spec().route)))
    }
}

/// Which event starts a listener.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Trigger {
    Mention,
    DirectMessage,
    ThreadMessage,
    Overheard,
    ReactionAdded,
    ReactionRemoved,
    Joined,
    Left,
    Edited,
    Deleted,
    FormClosed,
    HomeOpened,
    Installed,
    Uninstalled,
    Other,
}

impl Trigger {
    /// The listener's route, when it is the first of its kind and has no name of its own.
    pub(crate) fn route(self) -> &'static str {
        match self {
            Self::Mention => "on:mention",
            Self::DirectMessage => "on:direct-message",
            Self::ThreadMessage => "on:thread-message",
            Self::Overheard => "on:overheard",
            Self::ReactionAdded => "on:reaction/added",
            Self::ReactionRemoved => "on:reaction/removed",
            Self::Joined => "on:joined",
            Self::Left => "on:left",
            Self::Edited => "on:edited",
            Self::Deleted => "on:deleted",
            Self::FormClosed => "on:form-closed",
            Self::HomeOpened => "on:home-opened",
            Self::Installed => "on:installed",
            Self::Uninstalled => "on:uninstalled",
            Self::Other => "on:other",
        }
    }

    /// What an event starts.
    pub(crate) fn of(event: &Event, heard: Heard) -> Option<Self> {
        Some(match &event.kind {
            EventKind::Message(_) => match heard {
                Heard::Command if event.direct => Self::DirectMessage,
                Heard::Command => Self::Mention,
                Heard::Thread => Self::ThreadMessage,
                Heard::Ambient => Self::Overheard,
            },
            EventKind::Reaction { change: Change::Added, .. } => Self::ReactionAdded,
            EventKind::Reaction { change: Change::Removed, .. } => Self::ReactionRemoved,
            EventKind::Membership { change: Change::Added, .. } => Self::Joined,
            EventKind::Membership { change: Change::Removed, .. } => Self::Left,
            EventKind::Edited { .. } => Self::Edited,
            EventKind::Deleted { .. } => Self::Deleted,
            EventKind::FormClosed { .. } => Self::FormClosed,
            EventKind::HomeOpened => Self::HomeOpened,
            EventKind::Install { change: Change::Added } => Self::Installed,
            EventKind::Install { change: Change::Removed } => Self::Uninstalled,
            EventKind::Other { .. } => Self::Other,
            _ => return None,
        })
    }
}
