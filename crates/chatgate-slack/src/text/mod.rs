//! From what Slack sends to content: mrkdwn text and rich text blocks.

mod address;
mod mrkdwn;
mod rich_text;
mod style;

pub(crate) use address::address;

use chatgate_core::{Content, TimeStyle};
use serde_json::value::RawValue;

/// What a person wrote: its rich text where it has some, else its text.
pub(crate) fn written(text: &str, blocks: Option<&RawValue>) -> Content {
    let rich = blocks.and_then(rich_text::decode);
    let blocks = rich.unwrap_or_else(|| mrkdwn::decode(text, mrkdwn::Markup::All));
    content(blocks)
}

/// What a person typed after a slash: entities and code, but `*` and `_` are what they are.
pub(crate) fn typed(text: &str) -> Content {
    content(mrkdwn::decode(text, mrkdwn::Markup::Entities))
}

fn content(blocks: Vec<chatgate_core::Block>) -> Content {
    let mut content = Content::new();
    content.blocks = blocks;
    content
}

/// How much of a date is shown, by the words in Slack's format.
fn time_style(format: &str) -> TimeStyle {
    let (date, time) =
        (format.contains("{date") || format.contains("{day"), format.contains("{time"));
    match (date, time) {
        (false, false) if format.contains("{ago") => TimeStyle::Relative,
        (true, false) => TimeStyle::Date,
        (false, true) => TimeStyle::Time,
        _ => TimeStyle::DateTime,
    }
}
