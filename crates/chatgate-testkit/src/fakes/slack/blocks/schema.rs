//! The words that the shapes of Block Kit are written in.

use serde_json::{Map, Value};

/// The shape of one object besides its `type`.
pub(super) struct Schema {
    pub(super) fields: &'static [Field],
    /// What no single field tells.
    pub(super) rule: Option<Rule>,
}

/// Looks at a whole object; the message of what is wrong with it.
pub(super) type Rule = fn(&Map<String, Value>) -> Option<String>;

/// One field.
pub(super) struct Field {
    pub(super) name: &'static str,
    pub(super) required: bool,
    pub(super) shape: Shape,
}

pub(super) const fn must(name: &'static str, shape: Shape) -> Field {
    Field { name, required: true, shape }
}

pub(super) const fn may(name: &'static str, shape: Shape) -> Field {
    Field { name, required: false, shape }
}

/// The shape of a value. Numbers are the most UTF-16 units or items.
pub(super) enum Shape {
    /// A `plain_text` object.
    Plain(usize),
    /// A `mrkdwn` object.
    Mrkdwn(usize),
    /// A `plain_text` or `mrkdwn` object.
    Text(usize),
    /// A string that is not empty.
    Str(usize),
    /// A string.
    StrOrEmpty(usize),
    /// An absolute URL.
    Url(usize),
    Bool,
    Int(i64, i64),
    Number,
    OneOf(&'static [&'static str]),
    /// A string that the function takes.
    Written(fn(&str) -> bool),
    /// An object of one shape.
    Object(&'static Schema),
    /// An element of one of these types.
    Element(&'static [&'static str]),
    /// A block of one of these types.
    Block(&'static [&'static str]),
    /// A rich text part of one of these types.
    Rich(&'static [&'static str]),
    /// From `least` to `most` items.
    List {
        of: &'static Shape,
        least: usize,
        most: usize,
    },
    /// An item that may be null.
    OrNull(&'static Shape),
    /// Any object.
    AnyObject,
}
