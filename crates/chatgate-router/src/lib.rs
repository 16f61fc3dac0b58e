#![doc = include_str!("../README.md")]

mod arg_types;
mod args;
mod bound;
mod build;
mod call;
mod captures;
mod command;
mod context;
mod events;
mod extract;
mod field_value;
mod fill;
mod found;
mod gate;
mod generated;
mod generated_form;
mod guard;
mod handler;
pub mod help;
mod hook;
pub mod language;
mod listener;
mod listens;
mod matched;
mod prepared;
mod reply;
mod router;
mod routes;
mod scope;
mod selected;
mod settle;
mod source;
mod speaker;
mod state;
mod stream;
mod tree;
mod typed_form;

pub use args::{Args, FromArg};
pub use captures::Captures;
pub use command::{Command, Sources};
pub use context::{Context, Progress, Run};
pub use events::{
    DirectMessage, FormClosed, HomeOpened, Installed, Joined, Left, Mention, MessageDeleted,
    MessageEdited, OtherEvent, Overheard, ReactionAdded, ReactionRemoved, ThreadMessage,
    Uninstalled,
};
pub use extract::{Extract, ExtractAll};
pub use field_value::FieldValue;
pub use fill::{args_from_json, args_from_submission, form_for};
pub use found::{Found, Heard};
pub use gate::{RouteGate, RouteKind};
pub use handler::Handler;
pub use hook::{Hook, Next};
pub use language::{Line, UsageError};
pub use listener::Listener;
pub use listens::{Listens, Registration};
pub use matched::Matched;
pub use prepared::{Prepared, Refused};
pub use reply::{Body, IntoReply, Reply, Visibility};
pub use router::Router;
pub use routes::Routes;
pub use selected::Selected;
pub use source::{IntoChoices, Lister, Resolver, Source, SourceKind};
pub use speaker::{Asked, Say, Sent, Speaker, Strict};
pub use state::{FromRef, State};
pub use stream::{Stream, Streaming};
pub use typed_form::{Stateless, TypedForm};

/// What derived code calls; no part of the public interface.
#[doc(hidden)]
pub mod __private {
    pub use crate::generated::*;
}
