#![doc = include_str!("../README.md")]

mod bytes;
mod emoji;
pub mod html;
mod inlines;
mod json;
mod layout;
mod link;
mod losses;
pub mod mattermost;
mod sanitise;
pub mod slack;
mod split;
pub mod teams;
pub mod terminal;
mod time;
mod width;

pub use html::Html;
pub use losses::Losses;
pub use mattermost::MattermostPosts;
pub use sanitise::{sanitise, sanitise_line};
pub use slack::BlockKit;
pub use split::split_text;
pub use teams::AdaptiveCards;
pub use terminal::{
    AnsiTerminal, PlainText, TerminalAction, TerminalActionKind, TerminalForm, TerminalMessage,
};
pub use time::utc_text;
pub use width::{display_width, shorten, wrap_text};

/// How deep blocks and inlines may nest; what is deeper is not shown. As in core.
const MAX_DEPTH: usize = 32;
