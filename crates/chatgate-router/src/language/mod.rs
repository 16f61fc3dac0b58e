//! The command language: what people type in a chat, read as a command's arguments.
//!
//! A command is one line. Words are parted by spaces, and text with spaces stands in quotes: straight
//! or curly ones, as phones type them. `\` takes a quote, space, dash or backslash as it is; a code
//! span is one word. Flags are `--name value`, `--name=value` or `-n value`, with `—name` and `–name`
//! read as `--name`; after `--` nothing is a flag. Mentions, channels and links are words that know
//! what they name. What stands below the line belongs to the command only where an argument takes it.
//!
//! ```
//! use chatgate_core::{ArgKind, ArgSpec, CommandSpec, Content, Timestamp};
//! use chatgate_router::language::{Line, parse};
//!
//! let deploy = CommandSpec::new("deploy", "Roll a service out")
//!     .arg(ArgSpec::new("service", ArgKind::Word))
//!     .arg(ArgSpec::new("wait", ArgKind::Duration).long("wait").optional());
//! let line = Line::read(&Content::typed("deploy api —wait=10m"));
//! let args = parse(&deploy, &line, 1, Timestamp::EPOCH).unwrap();
//! assert_eq!(args["service"], "api");
//! assert_eq!(args["wait"], 600_000);
//! ```

mod caret;
pub(crate) mod charset;
mod check;
mod flag;
mod flatten;
mod line;
mod moment;
mod parse;
mod problem;
mod quote;
mod scan;
mod usage;
pub(crate) mod value;
mod words;

#[cfg(test)]
mod tests;

pub use check::mistakes;
pub use line::Line;
pub use moment::duration_text;
pub(crate) use parse::default as default_of;
pub use parse::parse;
pub use quote::quote;
pub use usage::UsageError;
pub use words::worded;
