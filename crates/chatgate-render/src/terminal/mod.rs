//! The two dialects of a terminal: one layout, with escape codes or without.

mod abilities;
mod dialect;
mod form;
mod limit;
mod pack;
mod paint;
mod payload;
mod pieces;

pub use abilities::capabilities;
pub use dialect::{AnsiTerminal, PlainText};
pub use payload::{TerminalAction, TerminalActionKind, TerminalForm, TerminalMessage};
