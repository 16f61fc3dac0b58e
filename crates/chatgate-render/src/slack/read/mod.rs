//! From what Slack sends to content: its markup and its blocks.
//!
//! Slack has escaped what people typed, so nothing that they wrote becomes an entity here; and a
//! broadcast becomes its word, so that nothing that they wrote reaches everyone when it is said again.

mod blocks;
mod mrkdwn;
mod rich_text;
mod soft;
mod style;

use chatgate_core::{Block, Content, TimeStyle};
use serde_json::value::RawValue;

/// Reads a message: its blocks where they say anything, else its text.
///
/// ```
/// use chatgate_render::slack::read_message;
/// use serde_json::value::RawValue;
///
/// assert_eq!(read_message("a &lt; b", None).plain_text(), "a < b");
/// let blocks = r#"[{"type": "rich_text", "elements": [
///     {"type": "rich_text_section", "elements": [{"type": "text", "text": "a < b"}]}
/// ]}]"#;
/// let blocks = RawValue::from_string(blocks.to_owned())?;
/// assert_eq!(read_message("what notifications said", Some(&blocks)).plain_text(), "a < b");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[must_use]
pub fn read_message(text: &str, blocks: Option<&RawValue>) -> Content {
    blocks.and_then(read_blocks).unwrap_or_else(|| read_mrkdwn(text))
}

/// Reads the blocks of a message: rich text, headers, sections, small print, pictures, tables. `None`
/// where none of them says anything. What is unknown in rich text is read by its words; what people
/// can only use, and whole blocks that are unknown, are left out.
///
/// ```
/// use chatgate_core::Content;
/// use chatgate_render::slack::read_blocks;
/// use serde_json::value::RawValue;
///
/// let json = r#"[{"type": "header", "text": {"type": "plain_text", "text": "Deploy"}}]"#;
/// let blocks = RawValue::from_string(json.to_owned())?;
/// assert_eq!(read_blocks(&blocks), Some(Content::new().heading(1, "Deploy")));
///
/// let blocks = RawValue::from_string(r#"[{"type": "divider"}]"#.to_owned())?;
/// assert_eq!(read_blocks(&blocks), None);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[must_use]
pub fn read_blocks(blocks: &RawValue) -> Option<Content> {
    blocks::decode(blocks).map(content)
}

/// Reads Slack's markup: the text of a message without rich text.
///
/// ```
/// use chatgate_core::{Content, Inline};
/// use chatgate_render::slack::read_mrkdwn;
///
/// let read = read_mrkdwn("*live* <@U1>");
/// let said = [Inline::bold("live"), Inline::text(" "), Inline::user("U1")];
/// assert_eq!(read, Content::new().paragraph(said));
/// ```
#[must_use]
pub fn read_mrkdwn(text: &str) -> Content {
    content(mrkdwn::decode(text, mrkdwn::Markup::All))
}

/// Reads what a person typed after a slash: entities and code, but `*` and `_` are what they are.
///
/// ```
/// use chatgate_core::Content;
/// assert_eq!(chatgate_render::slack::read_typed("find *.rs"), Content::from("find *.rs"));
/// ```
#[must_use]
pub fn read_typed(text: &str) -> Content {
    content(mrkdwn::decode(text, mrkdwn::Markup::Entities))
}

fn content(blocks: Vec<Block>) -> Content {
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
