//! The parts of rich text.

use super::schema::{Schema, Shape, may, must};

const INLINE: Shape = Shape::List {
    of: &Shape::Rich(&[
        "text",
        "link",
        "emoji",
        "user",
        "usergroup",
        "channel",
        "team",
        "broadcast",
        "date",
        "color",
    ]),
    least: 0,
    most: 10_000,
};
const STYLE: Shape = Shape::Object(&Schema {
    fields: &[
        may("bold", Shape::Bool),
        may("italic", Shape::Bool),
        may("strike", Shape::Bool),
        may("code", Shape::Bool),
        may("underline", Shape::Bool),
        may("highlight", Shape::Bool),
        may("client_highlight", Shape::Bool),
        may("unlink", Shape::Bool),
    ],
    rule: None,
});
const ID: Shape = Shape::Str(255);
const BORDER: Shape = Shape::Int(0, 1);

macro_rules! part {
    ($($field:expr),* $(,)?) => {{
        static SCHEMA: Schema = Schema { fields: &[$($field),*], rule: None };
        Some(&SCHEMA)
    }};
}

macro_rules! styled {
    ($($field:expr),* $(,)?) => { part!(may("style", STYLE), $($field),*) };
}

/// The shape of a part of rich text.
pub(super) fn part(kind: &str) -> Option<&'static Schema> {
    match kind {
        "rich_text" => part!(may("block_id", Shape::StrOrEmpty(255)), must("elements", ELEMENTS)),
        "rich_text_section" => part!(must("elements", INLINE)),
        "rich_text_list" => part!(
            must("style", Shape::OneOf(&["bullet", "ordered"])),
            must(
                "elements",
                Shape::List { of: &Shape::Rich(&["rich_text_section"]), least: 1, most: 10_000 }
            ),
            may("indent", Shape::Int(0, 8)),
            may("border", BORDER),
            may("offset", Shape::Int(0, 1_000_000)),
        ),
        "rich_text_quote" => part!(must("elements", INLINE), may("border", BORDER)),
        "rich_text_preformatted" => part!(
            must(
                "elements",
                Shape::List { of: &Shape::Rich(&["text", "link"]), least: 0, most: 10_000 }
            ),
            may("border", BORDER),
            may("language", Shape::Str(255)),
        ),
        // Cells of tables.
        "raw_text" => part!(must("text", Shape::StrOrEmpty(10_000))),
        "raw_number" => part!(must("value", Shape::Number), must("text", Shape::StrOrEmpty(255))),
        "text" => styled!(must("text", Shape::Str(100_000))),
        "link" => styled!(
            must("url", Shape::Url(3_000)),
            may("text", Shape::StrOrEmpty(100_000)),
            may("unsafe", Shape::Bool),
        ),
        "emoji" => styled!(
            must("name", Shape::Str(255)),
            may("unicode", Shape::Str(255)),
            may("url", Shape::Url(3_000)),
        ),
        "user" => styled!(must("user_id", ID)),
        "usergroup" => styled!(must("usergroup_id", ID)),
        "channel" => styled!(must("channel_id", ID)),
        "team" => styled!(must("team_id", ID)),
        "broadcast" => styled!(must("range", Shape::OneOf(&["here", "channel", "everyone"]))),
        "date" => styled!(
            must("timestamp", Shape::Int(0, i64::MAX)),
            must("format", Shape::Str(1_000)),
            may("url", Shape::Url(3_000)),
            may("fallback", Shape::StrOrEmpty(3_000)),
        ),
        "color" => styled!(must("value", Shape::Str(255))),
        _ => None,
    }
}

/// What rich text is made of.
pub(super) const ELEMENTS: Shape = Shape::List {
    of: &Shape::Rich(&[
        "rich_text_section",
        "rich_text_list",
        "rich_text_quote",
        "rich_text_preformatted",
    ]),
    least: 0,
    most: 10_000,
};
