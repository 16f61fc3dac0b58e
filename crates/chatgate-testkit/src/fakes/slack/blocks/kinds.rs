//! The blocks of Block Kit.

use super::Surface;
use super::elements::{ACCESSORIES, ACTIONS, INPUTS, SLACK_FILE, one_of};
use super::rich;
use super::schema::{Schema, Shape, may, must};

const MESSAGE: &[&str] = &[
    "section",
    "header",
    "divider",
    "context",
    "actions",
    "input",
    "image",
    "video",
    "file",
    "rich_text",
    "markdown",
    "table",
    "data_table",
    "context_actions",
    "alert",
    "card",
    "carousel",
    "container",
    "task_card",
    "plan",
    "data_visualization",
];
const VIEW: &[&str] = &[
    "section",
    "header",
    "divider",
    "context",
    "actions",
    "input",
    "image",
    "video",
    "rich_text",
    "alert",
    "card",
    "carousel",
    "container",
    "markdown",
];

/// The blocks that may stand on a surface.
pub(super) fn on(surface: Surface) -> &'static [&'static str] {
    match surface {
        Surface::Message => MESSAGE,
        Surface::Modal | Surface::Home => VIEW,
    }
}

const IMAGE: Shape = Shape::Element(&["image"]);
const CELL: Shape = Shape::Rich(&["rich_text", "raw_text", "raw_number"]);
const ROW: Shape = Shape::List { of: &CELL, least: 1, most: 20 };
const COLUMN: Shape = Shape::Object(&Schema {
    fields: &[
        may("align", Shape::OneOf(&["left", "center", "right"])),
        may("is_wrapped", Shape::Bool),
    ],
    rule: None,
});
const RICH: Shape = Shape::Rich(&["rich_text"]);

macro_rules! block {
    ($($field:expr),* $(,)?) => { block!(None; $($field),*) };
    ($rule:expr; $($field:expr),* $(,)?) => {{
        static SCHEMA: Schema = Schema {
            fields: &[may("block_id", Shape::StrOrEmpty(255)), $($field),*],
            rule: $rule,
        };
        Some(&SCHEMA)
    }};
}

/// The shape of a block.
pub(super) fn block(kind: &str) -> Option<&'static Schema> {
    match kind {
        "section" => block!(
            Some(|section| {
                let said = section.contains_key("text") || section.contains_key("fields");
                (!said).then(|| "missing required field: text or fields".to_owned())
            });
            may("text", Shape::Text(3_000)),
            may("fields", Shape::List { of: &Shape::Text(2_000), least: 1, most: 10 }),
            may("accessory", ACCESSORIES),
            may("expand", Shape::Bool),
        ),
        "header" => block!(must("text", Shape::Plain(150))),
        "divider" => block!(),
        "context" => block!(must(
            "elements",
            Shape::List {
                of: &Shape::Element(&["image", "mrkdwn", "plain_text"]),
                least: 1,
                most: 10,
            }
        )),
        "actions" => block!(must("elements", Shape::List { of: &ACTIONS, least: 1, most: 25 })),
        "input" => block!(
            must("label", Shape::Plain(2_000)),
            must("element", INPUTS),
            may("hint", Shape::Plain(2_000)),
            may("optional", Shape::Bool),
            may("dispatch_action", Shape::Bool),
        ),
        "image" => block!(
            Some(|image| one_of(image, "image_url", "slack_file"));
            must("alt_text", Shape::Str(2_000)),
            may("image_url", Shape::Url(3_000)),
            may("slack_file", SLACK_FILE),
            may("title", Shape::Plain(2_000)),
        ),
        "video" => block!(
            must("video_url", Shape::Url(3_000)),
            must("thumbnail_url", Shape::Url(3_000)),
            must("alt_text", Shape::Str(2_000)),
            must("title", Shape::Plain(199)),
            may("title_url", Shape::Url(3_000)),
            may("author_name", Shape::Str(49)),
            may("description", Shape::Plain(2_000)),
            may("provider_icon_url", Shape::Url(3_000)),
            may("provider_name", Shape::Str(255)),
        ),
        "file" => {
            block!(must("source", Shape::OneOf(&["remote"])), must("external_id", Shape::Str(255)),)
        }
        "rich_text" => block!(must("elements", rich::ELEMENTS)),
        "markdown" => block!(must("text", Shape::Str(12_000))),
        "table" => block!(
            must("rows", Shape::List { of: &ROW, least: 1, most: 100 }),
            may("column_settings", Shape::List { of: &Shape::OrNull(&COLUMN), least: 1, most: 20 }),
        ),
        _ => newer(kind),
    }
}

/// The shape of a block that came in 2026.
fn newer(kind: &str) -> Option<&'static Schema> {
    match kind {
        "data_table" => block!(
            must("rows", Shape::List { of: &ROW, least: 1, most: 101 }),
            must("caption", Shape::Str(255)),
            may("page_size", Shape::Int(1, 100)),
            may("row_header_column_index", Shape::Int(0, 19)),
        ),
        "context_actions" => block!(must(
            "elements",
            Shape::List {
                of: &Shape::Element(&["feedback_buttons", "icon_button"]),
                least: 1,
                most: 5,
            }
        )),
        "alert" => block!(
            must("text", Shape::Text(3_000)),
            may("level", Shape::OneOf(&["default", "info", "warning", "error", "success"])),
        ),
        "card" => block!(
            Some(|card| {
                let shown = ["hero_image", "title", "actions", "body"];
                let empty = !shown.iter().any(|field| card.contains_key(*field));
                empty.then(|| format!("one of {} is required", shown.join(", ")))
            });
            may("hero_image", IMAGE),
            may("icon", IMAGE),
            may("slack_icon", Shape::AnyObject),
            may("title", Shape::Mrkdwn(150)),
            may("subtitle", Shape::Mrkdwn(150)),
            may("body", Shape::Mrkdwn(200)),
            may("subtext", Shape::Mrkdwn(200)),
            may("actions", Shape::List { of: &Shape::Element(&["button"]), least: 1, most: 25 }),
        ),
        "carousel" => block!(must(
            "elements",
            Shape::List { of: &Shape::Block(&["card"]), least: 1, most: 10 }
        )),
        "container" => block!(
            Some(|container| one_of(container, "title", "rich_text_title"));
            may("title", Shape::Plain(150)),
            may("rich_text_title", RICH),
            may("subtitle", Shape::Text(150)),
            may("icon", IMAGE),
            must("child_blocks", Shape::List { of: &Shape::Block(CHILDREN), least: 1, most: 10 }),
            may("width", Shape::OneOf(&["narrow", "standard", "wide", "full"])),
            may("is_collapsible", Shape::Bool),
            may("default_collapsed", Shape::Bool),
            may("has_header_divider", Shape::Bool),
        ),
        "task_card" => block!(
            must("task_id", Shape::Str(255)),
            must("title", Shape::Str(3_000)),
            must("status", Shape::OneOf(&["pending", "in_progress", "complete", "error"])),
            may("details", RICH),
            may("output", RICH),
            may("sources", Shape::List { of: &Shape::Element(&["url"]), least: 1, most: 100 }),
        ),
        "plan" => block!(
            must("title", Shape::Str(3_000)),
            may("tasks", Shape::List { of: &Shape::Block(&["task_card"]), least: 1, most: 50 }),
        ),
        "data_visualization" => {
            block!(must("title", Shape::Str(3_000)), must("chart", Shape::AnyObject))
        }
        _ => None,
    }
}

/// What a container may hold, by the vendor's types.
const CHILDREN: &[&str] = &[
    "actions",
    "context",
    "divider",
    "file",
    "header",
    "image",
    "input",
    "rich_text",
    "section",
    "table",
    "video",
];
