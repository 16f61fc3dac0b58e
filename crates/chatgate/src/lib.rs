#![doc = include_str!("../README.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]

#[cfg(feature = "cli")]
pub mod cli;

// What is said.
pub use chatgate_core::{
    Acknowledgement, ActionValue, Align, Allowed, Block, Broadcast, Button, Choice, Column,
    Confirm, Content, Element, Field, Image, Importance, Inline, Item, Level, LinkHosts, List,
    Menu, MenuSource, Native, Pick, Picker, PickerKind, Step, StepState, Style, Table, TimeStyle,
    Untrusted, Uses,
};

// What is asked of a person.
pub use chatgate_core::{
    ChoiceLook, FieldErrors, FieldKind, Form, FormField, FormSpec, Lines, SharedFile, Submission,
};

// Who, and where.
pub use chatgate_core::{
    Actor, AdapterId, Audience, CardId, ConversationId, DisplayName, EventId, FileRef, GroupId,
    Identity, MessageId, MessageRef, NodeId, OnePerActor, Place, Platform, PlatformMessageId,
    Principal, PrincipalGroup, PrincipalId, PrincipalKind, RouteId, Standing, TeamId, ThreadId,
    UserId, WorkspaceId,
};

// What arrives.
pub use chatgate_core::{
    ActionUse, Change, Chosen, Event, EventKind, Invocation, Message, PastMessage, ReplyHandle,
};

// What a program declares.
pub use chatgate_core::{
    Action, ActionSpec, ArgKind, ArgSpec, ArgStyle, CommandSpec, Effect, ListenerSpec, Need, Specs,
};

// Who may do what.
pub use chatgate_core::{
    AllowAll, Approval, Decision, DenyAll, Phase, Policy, Question, SealKey, Verdict,
};

// What stands below a gateway: whoever writes one of these takes the rest from `chatgate-core`.
pub use chatgate_core::{
    Adapter, Capabilities, Clock, ClockExt, Dialect, Endpoint, Feature, Health, Hearing, Inbox,
    Layer, Limits, ManualClock, MemoryLimits, MemoryStore, Priority, Rng, SeededRng, Store,
    Support, SystemRng, Timestamp,
};

// What goes wrong, and what chatgate says of itself.
pub use chatgate_core::{
    Error, ErrorKind, Finding, FindingLevel, Loss, LossKind, Phrases, Result, Retry,
};

// Handlers, and what they take and give.
pub use chatgate_router::{
    Args, Asked, Body, Captures, Command, Context, Extract, FieldValue, FromArg, FromRef, Handler,
    Hook, IntoChoices, IntoReply, Listener, Listens, Next, Prepared, Progress, Reply, Router, Run,
    Say, Selected, Sent, Source, SourceKind, Sources, State, Stateless, Stream, Strict, TypedForm,
    Visibility,
};

// The events that a handler can listen to.
pub use chatgate_router::{
    DirectMessage, FormClosed, HomeOpened, Installed, Joined, Left, Mention, MessageDeleted,
    MessageEdited, OtherEvent, Overheard, ReactionAdded, ReactionRemoved, ThreadMessage,
    Uninstalled,
};

// The engine.
pub use chatgate_gateway::{
    Chat, Gateway, GatewayLimits, Pacing, ReadyGateway, Report, Running, SystemClock,
};

// The derives: each has the name of the trait or type that it is about, in the namespace of macros.
#[cfg(feature = "macros")]
pub use chatgate_macros::{Action, Choice, Command, Form};

#[cfg(feature = "console")]
pub use chatgate_console::Console;
#[cfg(feature = "mattermost")]
pub use chatgate_mattermost::{
    Mattermost, MattermostBuilder, MattermostWebhook, MattermostWebhookBuilder,
};
#[cfg(feature = "slack")]
pub use chatgate_slack::{Slack, SlackBuilder};
#[cfg(feature = "teams")]
pub use chatgate_teams::{Teams, TeamsBuilder};

/// What derived code calls; no part of the public interface.
#[doc(hidden)]
pub use chatgate_router::__private;
