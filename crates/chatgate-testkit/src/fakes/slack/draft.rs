//! What a call wants to say, checked as Slack checks it.

use serde_json::{Map, Value, json};

use super::args::Args;
use super::blocks;
use super::mrkdwn::{self, Live};
use super::refusal::{Refusal, refuse};

/// A post's text is cut here.
const POST_TEXT: usize = 40_000;
/// An update's text may not be longer.
const UPDATE_TEXT: usize = 4_000;
/// `markdown_text` may not be longer.
const MARKDOWN_TEXT: usize = 12_000;
const BLOCKS: usize = 50;
const ATTACHMENTS: usize = 100;
/// Metadata as JSON. Slack documents the refusal and no figure; this is the fake's own.
const METADATA: usize = 8_192;

/// What for, and so within which limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    Post,
    Update,
}

/// Content that was accepted.
#[derive(Clone, Debug, Default)]
pub(super) struct Draft {
    pub(super) text: String,
    pub(super) blocks: Option<Value>,
    pub(super) attachments: Option<Value>,
    pub(super) metadata: Option<Value>,
    pub(super) metadata_given: bool,
    pub(super) text_given: bool,
    pub(super) mentions: Vec<String>,
    pub(super) links: Vec<String>,
    pub(super) truncated: bool,
}

impl Draft {
    /// Reads and checks the content of a call. `handles` are those of the user groups.
    pub(super) fn read(args: &Args, purpose: Purpose, handles: &[String]) -> Result<Self, Refusal> {
        let mut draft = Self::default();
        let mut live = Live::default();
        let markdown = args.text("markdown_text");
        if markdown.is_some() && (args.text("text").is_some() || args.has("blocks")) {
            return refuse("markdown_text_conflict");
        }
        if let Some(markdown) = &markdown {
            if length(markdown) > MARKDOWN_TEXT {
                return refuse("msg_too_long");
            }
            live.scan(markdown);
            draft.text = mrkdwn::kept(markdown, false);
            draft.text_given = true;
            draft.blocks = Some(json!([{"type": "markdown", "text": markdown}]));
        }
        if let Some(text) = args.text("text") {
            draft.write_text(&text, args, purpose, &mut live, handles)?;
        }
        if let Some(blocks) = args.structure("blocks", "invalid_blocks_format")? {
            draft.blocks = read_blocks(blocks, &mut live)?;
        }
        if let Some(attachments) = args.structure("attachments", "invalid_attachments")? {
            draft.attachments = read_attachments(attachments, &mut live)?;
        }
        if args.has("metadata") {
            draft.metadata_given = true;
            draft.metadata = read_metadata(args)?;
        }
        let mut blocks = draft.blocks.take();
        if let Some(Value::Array(blocks)) = &mut blocks {
            blocks::name_all(blocks);
        }
        draft.blocks = blocks;
        (draft.mentions, draft.links) = (live.mentions, live.links);
        Ok(draft)
    }

    fn write_text(
        &mut self,
        text: &str,
        args: &Args,
        purpose: Purpose,
        live: &mut Live,
        handles: &[String],
    ) -> Result<(), Refusal> {
        let mut text = text.to_owned();
        match purpose {
            Purpose::Update if length(&text) > UPDATE_TEXT => return refuse("msg_too_long"),
            Purpose::Post if length(&text) > POST_TEXT => {
                text = text.chars().take(POST_TEXT).collect();
                self.truncated = true;
            }
            _ => {}
        }
        let parse = args.text("parse");
        let link_urls = parse.as_deref() != Some("none");
        live.scan(&text);
        if parse.as_deref() == Some("full") || args.flag("link_names") {
            live.scan_names(&text, handles);
        }
        if !link_urls {
            // Only `<…>` are links then.
            live.links.retain(|url| text.contains(&format!("<{url}")));
        }
        self.text = mrkdwn::kept(&text, link_urls);
        self.text_given = true;
        Ok(())
    }

    /// Refuses to say nothing.
    pub(super) fn or_no_text(self) -> Result<Self, Refusal> {
        let blank = self.text.is_empty() && self.blocks.is_none() && self.attachments.is_none();
        if blank { refuse("no_text") } else { Ok(self) }
    }
}

/// Counted in UTF-16 units: Slack does not say in what, and they are never fewer than characters.
pub(super) fn length(text: &str) -> usize {
    if text.is_ascii() { text.len() } else { text.encode_utf16().count() }
}

fn read_blocks(blocks: Value, live: &mut Live) -> Result<Option<Value>, Refusal> {
    let Value::Array(list) = &blocks else { return refuse("invalid_blocks_format") };
    if list.is_empty() {
        return Ok(None);
    }
    if list.len() > BLOCKS {
        return refuse("msg_blocks_too_many");
    }
    blocks::check(list, blocks::Surface::Message, "/blocks")?;
    blocks::alive(list, live);
    Ok(Some(blocks))
}

/// The fields that an attachment may have.
const ATTACHMENT: &[&str] = &[
    "actions",
    "author_icon",
    "author_link",
    "author_name",
    "blocks",
    "callback_id",
    "color",
    "fallback",
    "fields",
    "footer",
    "footer_icon",
    "image_url",
    "mrkdwn_in",
    "pretext",
    "text",
    "thumb_url",
    "title",
    "title_link",
    "ts",
    "id",
    "attachment_type",
    "preview",
];

fn read_attachments(attachments: Value, live: &mut Live) -> Result<Option<Value>, Refusal> {
    let Value::Array(list) = &attachments else { return refuse("invalid_attachments") };
    if list.len() > ATTACHMENTS {
        return refuse("too_many_attachments");
    }
    for (at, attachment) in list.iter().enumerate() {
        let Some(fields) = attachment.as_object() else { return refuse("invalid_attachments") };
        if let Some(unknown) = fields.keys().find(|name| !ATTACHMENT.contains(&name.as_str())) {
            let message =
                format!("[ERROR] additional property: {unknown} [json-pointer:/attachments/{at}]");
            return Err(Refusal::new("invalid_attachments").with_messages(vec![message]));
        }
        for name in ["text", "pretext", "fallback", "title", "footer"] {
            live.scan(fields.get(name).and_then(Value::as_str).unwrap_or_default());
        }
        for field in fields.get("fields").and_then(Value::as_array).into_iter().flatten() {
            live.scan(field["value"].as_str().unwrap_or_default());
        }
        match fields.get("blocks") {
            None => {}
            Some(Value::Array(inner)) => {
                if inner.len() > BLOCKS {
                    return refuse("msg_blocks_too_many");
                }
                let at = format!("/attachments/{at}/blocks");
                blocks::check(inner, blocks::Surface::Message, &at)?;
                blocks::alive(inner, live);
            }
            Some(_) => return refuse("invalid_attachments"),
        }
    }
    Ok((!list.is_empty()).then_some(attachments))
}

/// `event_type`, and an `event_payload` of scalars or one level of objects. `{}` is none.
fn read_metadata(args: &Args) -> Result<Option<Value>, Refusal> {
    let Some(metadata) = args.structure("metadata", "invalid_metadata_format")? else {
        return Ok(None);
    };
    let Some(fields) = metadata.as_object() else { return refuse("invalid_metadata_format") };
    if fields.is_empty() {
        return Ok(None);
    }
    let payload = fields.get("event_payload").and_then(Value::as_object);
    let named =
        fields.get("event_type").and_then(Value::as_str).is_some_and(|name| !name.is_empty());
    let known = fields
        .keys()
        .all(|name| matches!(name.as_str(), "event_type" | "event_payload" | "entities"));
    match payload {
        Some(payload) if named && known && is_shallow(payload) => {}
        _ => return refuse("invalid_metadata_format"),
    }
    if metadata.to_string().len() > METADATA {
        return refuse("metadata_too_large");
    }
    Ok(Some(metadata))
}

fn is_shallow(payload: &Map<String, Value>) -> bool {
    let scalar = |value: &Value| !value.is_object() && !value.is_array();
    payload.values().all(|value| match value {
        Value::Object(inner) => inner.values().all(scalar),
        Value::Array(items) => items.iter().all(scalar),
        _ => true,
    })
}
