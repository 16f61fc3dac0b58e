//! Adaptive Cards: what Teams shows, and what its clicks bring back.
//!
//! Text is said in `RichTextBlock`s, whose runs Teams reads no markup in at all. A `TextBlock` or a
//! `Fact`, where it reads Markdown, is used where only these can say it: a line with a mention, the
//! head of a section, keys with their values; there everything of others is escaped, and a line that
//! could be read otherwise stays in runs. So nothing that somebody wrote becomes a mention, a link or
//! a style. Everything is of Adaptive Cards 1.5, which every client of Teams shows.
//!
//! A content of words alone, of paragraphs, quotes of such and code, is a text message in Teams' simple
//! HTML; everything else, and everything that a workflow posts, is a card. An outgoing webhook's answer
//! is a text only where it is one line that reads the same in every format.
//!
//! # Which field carries a seal
//!
//! | element | sent as | what it brings back |
//! |---|---|---|
//! | button, also of an overflow | `Action.Execute` | the seal |
//! | button that asks before | `Action.ToggleVisibility` for the question, in it an `Action.Execute` | the seal |
//! | menu of choices | `Input.ChoiceSet` with an `Action.Execute` | the seal, positions under `chatgate-choices-N` |
//! | menu of people | the same, searched by Teams | the seal, ids under `chatgate-users-N` |
//! | picker | `Input.Date`, `Input.Time` with an `Action.Execute` | the seal, `chatgate-date-N`, `chatgate-time-N` |
//! | link | `Action.OpenUrl` | nothing: Teams opens it by itself |
//!
//! The `data` of an `Action.Execute` is `{"chatgate": {"element": N, "seal": "…"}}`; Teams puts what
//! the inputs hold beside `chatgate`. `N` says which inputs belong to the button. [`seal_of`] and
//! [`chosen_of`] read all of this. At most [`SEAL_CHARS`] characters are sent.

//!
//! A form is the card of a dialog. Its `Action.Submit` has the same `data`, and each input's id is
//! `KIND:NAME`, the name being the field's; [`form_values`] reads what comes back.

mod build;
mod capabilities;
mod click;
mod code;
mod control;
mod dialect;
mod envelope;
mod fold;
mod form;
mod inline;
mod json;
mod limits;
mod line;
mod list;
mod markdown;
mod payload;
mod read;
mod sheet;
mod size;
mod span;
mod submission;
mod table;
mod text;

pub use capabilities::{capabilities, outgoing_webhook_capabilities, webhook_capabilities};
pub use click::{chosen_of, seal_of};
pub use dialect::AdaptiveCards;
pub use limits::SEAL_CHARS;
pub use payload::{TeamsAttachment, TeamsForm, TeamsMessage};
pub use read::{read_html, read_message, read_text};
pub use submission::form_values;
