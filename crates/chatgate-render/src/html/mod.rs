//! HTML: for mail, and to see a message before it is sent.
//!
//! What comes out stands alone: one style sheet inside it, no script, nothing that is fetched but
//! pictures where the program asks for them. Everything that somebody wrote is text in it, mentions
//! and broadcasts too: they reach nobody. Buttons, menus and forms are drawn and do nothing; links
//! lead somewhere.

mod abilities;
mod dialect;
mod element;
mod form;
mod inline;
mod page;
mod payload;
mod smaller;
mod table;
mod words;
mod write;

pub use abilities::capabilities;
pub use dialect::{Html, Pictures};
pub use payload::HtmlMessage;
