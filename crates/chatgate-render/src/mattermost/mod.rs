//! Mattermost: posts in Markdown with attachments, and what their actions bring back.
//!
//! # Where things stand
//!
//! Text stands in the post. A status begins an attachment in its colour, and what follows it stands in
//! that, until a heading or a line ends it; so do fields and actions, with nothing but such around them.
//! Attachments are shown below the post, so what comes after the first stands in attachments too. Where
//! a part goes on with plain text, that is the post's own text again.
//!
//! # Text of others
//!
//! A backslash keeps text from being markup. It does not keep `@all` from reaching everyone: the server
//! looks for names, and clients for channels, hashtags, emoji and addresses, in text that has no
//! backslashes any more. Those are parted by a WORD JOINER (U+2060), which nobody sees and which is in
//! what somebody copies. It is sure part by part, where `disable_mentions` would stop the program's own
//! mentions of a post too; that is set besides where a post has none. Words that a person asks to be
//! notified of are that person's affair.
//!
//! A mention of the program is a name, for Mattermost has none by id: without its handle it is text.
//! What is linked or shown as a picture is what the program says is; an address in text is text. A post
//! always has attachments, be they none: then no server looks up an address that is in its text.
//!
//! # Which field carries a seal
//!
//! | element | sent as | seal |
//! |---|---|---|
//! | button, and each button of an overflow | `button` | `integration.context.seal` |
//! | menu of choices | `select` with `options`, whose values are positions from `"0"` | the same |
//! | menu of people, of channels | `select` with `data_source` | the same |
//! | link | a link in the text above | none |
//! | picker | its words: there is none | none |
//!
//! The server keeps a context and shows it to nobody. [`seal_of`] and [`chosen_of`] read what it posts
//! when an action is used. Where that goes is the adapter's affair: every action has
//! [`INTEGRATION_URL`] for an address, and [`with_integration_url`] puts the real one there, for which
//! each part leaves [`ACTION_URL_BYTES`].
//!
//! A form's seal is `state`, its route `callback_id`, and each field's name that of its element; where
//! several choices are boxes, a box is named `+LENGTH:NAMEVALUE`, and an error of such a field is one
//! of the whole dialog. [`form_seal_of`] and [`form_values`] read a submission. Whoever fills a dialog in
//! sees `state` and chooses all that is sent back: bind what is sealed to the person and channel.

mod atom;
mod build;
mod capabilities;
mod click;
mod control;
mod cut;
mod dialect;
mod escape;
mod form;
mod inline;
mod limits;
mod line;
mod pack;
mod payload;
mod read;
mod size;
mod span;
mod table;
mod wire;

pub use capabilities::{answer_capabilities, capabilities, webhook_capabilities};
pub use click::{INTEGRATION_URL, chosen_of, seal_of, with_integration_url};
pub use dialect::MattermostPosts;
pub use form::{form_seal_of, form_values};
pub use limits::{
    ACTION_URL_BYTES, OLD_POST_CHARS, POST_CHARS, PROPS_CHARS, REQUEST_BYTES, SEAL_CHARS,
};
pub use payload::{
    MattermostAnswer, MattermostMetadata, MattermostPost, MattermostPriority, MattermostProps,
};
pub use read::{Names, read};
