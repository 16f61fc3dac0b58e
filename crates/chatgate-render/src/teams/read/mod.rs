//! From what Teams sends to content: its text, its HTML, and the entities that say who is mentioned.
//!
//! Only an entity makes a mention: `<at>` that somebody typed is text. What a reply quotes is left out,
//! so that a command below it is the first thing that is read.

mod html;
mod lines;
mod mentions;
mod tokens;
mod tree;

use chatgate_core::{Block, Content, Inline};
use serde_json::Value;

use mentions::Mentions;

/// Reads a message's activity: what is formatted from its `text/html` attachment, else its `text`.
///
/// ```
/// use chatgate_core::{Content, Inline};
/// use chatgate_render::teams::read_message;
/// use serde_json::json;
///
/// let activity = json!({
///     "type": "message",
///     "text": "<at>opsbot</at>&nbsp;deploy api",
///     "entities": [{
///         "type": "mention",
///         "text": "<at>opsbot</at>",
///         "mentioned": {"id": "28:app", "name": "opsbot"},
///     }],
/// });
/// let bot = Inline::User { id: "28:app".into(), handle: Some("opsbot".into()) };
/// let read = Content::new().paragraph([bot, Inline::text(" deploy api")]);
/// assert_eq!(read_message(&activity), read);
/// ```
#[must_use]
pub fn read_message(activity: &Value) -> Content {
    let list =
        |key: &str| activity.get(key).and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let text =
        |value: &'_ Value, key: &str| value.get(key).and_then(Value::as_str).map(str::to_owned);
    let entities = list("entities");
    let is_html = |attachment: &&Value| attachment["contentType"] == "text/html";
    let html = list("attachments").iter().find(is_html).and_then(|it| text(it, "content"));
    if let Some(html) = html {
        return read_html(&html, entities);
    }
    let said = text(activity, "text").unwrap_or_default();
    match activity.get("textFormat").and_then(Value::as_str) {
        Some("xml") => read_html(&said, entities),
        _ => read_text(&said, entities),
    }
}

/// Reads Teams' HTML, with the entities of the message that it stands in. What is unknown in it is
/// read by its words.
///
/// ```
/// use chatgate_core::{Content, Inline};
/// use chatgate_render::teams::read_html;
///
/// let read = read_html("<p><b>live</b> at <code>a &lt; b</code></p>", &[]);
/// let said = [Inline::bold("live"), Inline::text(" at "), Inline::code("a < b")];
/// assert_eq!(read, Content::new().paragraph(said));
/// ```
#[must_use]
pub fn read_html(html: &str, entities: &[Value]) -> Content {
    content(html::read(html, &Mentions::new(entities)))
}

/// Reads the text of a message that has no format of its own.
///
/// ```
/// use chatgate_render::teams::read_text;
/// assert_eq!(read_text("<at>Dana</at> a\u{a0}b", &[]).plain_text(), "<at>Dana</at> a b");
/// ```
#[must_use]
pub fn read_text(text: &str, entities: &[Value]) -> Content {
    let mentions = Mentions::new(entities);
    let mut inlines = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find("<at") {
        let Some(length) = rest[at..].find("</at>") else { break };
        let end = at + length + "</at>".len();
        let (before, tag) = (&rest[..at], &rest[at..end]);
        if let Some(mention) = mentions.by_text(tag) {
            lines::push(before, &mut inlines);
            inlines.push(mention);
        } else {
            lines::push(&rest[..end], &mut inlines);
        }
        rest = &rest[end..];
    }
    lines::push(rest, &mut inlines);
    let inlines = lines::trimmed(inlines);
    content(if inlines.is_empty() { Vec::new() } else { vec![Block::Paragraph(inlines)] })
}

fn content(blocks: Vec<Block>) -> Content {
    blocks.into_iter().fold(Content::new(), Content::block)
}

/// A mention of a person.
fn person(id: &str, name: &str) -> Inline {
    Inline::User { id: id.into(), handle: (!name.is_empty()).then(|| name.to_owned()) }
}
