//! Block Kit as it goes over the wire; only what this dialect says, borrowed from the content.

use std::borrow::Cow;

use serde::Serialize;
use serde_json::Value;

use super::measure::units;
use super::span::Span;

/// The payload of one part.
#[derive(Serialize)]
pub(super) struct Message<'a> {
    pub(super) text: &'a str,
    pub(super) blocks: &'a [Block<'a>],
    pub(super) unfurl_links: bool,
    pub(super) unfurl_media: bool,
}

#[derive(Debug, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum Block<'a> {
    Header {
        text: Text<'a>,
    },
    Divider,
    RichText {
        elements: Vec<Rich<'a>>,
    },
    Section {
        #[serde(skip_serializing_if = "Option::is_none")]
        block_id: Option<String>,
        #[serde(skip_serializing_if = "Option::is_none")]
        text: Option<Text<'a>>,
        #[serde(skip_serializing_if = "Vec::is_empty")]
        fields: Vec<Text<'a>>,
        #[serde(skip_serializing_if = "Option::is_none")]
        accessory: Option<Box<Control<'a>>>,
    },
    Context {
        elements: [Text<'a>; 1],
    },
    Image {
        image_url: &'a str,
        alt_text: Cow<'a, str>,
        #[serde(skip_serializing_if = "Option::is_none")]
        title: Option<Text<'a>>,
    },
    Actions {
        #[serde(skip_serializing_if = "Option::is_none")]
        block_id: Option<String>,
        elements: Vec<Control<'a>>,
    },
    Table {
        #[serde(skip_serializing_if = "Vec::is_empty")]
        column_settings: Vec<Setting>,
        rows: Vec<Vec<Cell<'a>>>,
    },
    /// The program's own block, passed through.
    #[serde(untagged)]
    Native(&'a Value),
}

/// A text object.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum Text<'a> {
    /// Literal; only emoji names are read, where the content has emoji.
    PlainText { text: Cow<'a, str>, emoji: bool },
    /// Escaped; `verbatim` keeps Slack from looking for addresses and names in it.
    Mrkdwn { text: String, verbatim: bool },
}

impl<'a> Text<'a> {
    pub(super) fn plain(text: impl Into<Cow<'a, str>>) -> Self {
        Self::PlainText { text: text.into(), emoji: false }
    }

    pub(super) fn mrkdwn(text: String) -> Self {
        Self::Mrkdwn { text, verbatim: true }
    }

    pub(super) fn as_str(&self) -> &str {
        match self {
            Self::PlainText { text, .. } => text,
            Self::Mrkdwn { text, .. } => text,
        }
    }
}

/// An element of a rich text block.
#[derive(Debug, Serialize)]
#[serde(tag = "type")]
pub(super) enum Rich<'a> {
    #[serde(rename = "rich_text_section")]
    Section { elements: Vec<Span<'a>> },
    #[serde(rename = "rich_text_quote")]
    Quote {
        elements: Vec<Span<'a>>,
        #[serde(skip_serializing_if = "is_zero")]
        border: u8,
    },
    #[serde(rename = "rich_text_preformatted")]
    Preformatted {
        elements: Vec<Span<'a>>,
        #[serde(skip_serializing_if = "is_zero")]
        border: u8,
    },
    #[serde(rename = "rich_text_list")]
    List {
        style: &'static str,
        #[serde(skip_serializing_if = "is_zero")]
        indent: u8,
        #[serde(skip_serializing_if = "is_zero")]
        border: u8,
        #[serde(skip_serializing_if = "is_none")]
        offset: u32,
        elements: Vec<Rich<'a>>,
    },
}

#[derive(Debug, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum Cell<'a> {
    RawText { text: Cow<'a, str> },
    RichText { elements: [Rich<'a>; 1] },
}

/// How a column of a table is shown.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(super) struct Setting {
    pub(super) align: &'static str,
    #[serde(skip_serializing_if = "is_false")]
    pub(super) is_wrapped: bool,
}

/// Something that a person can use.
#[derive(Debug, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum Control<'a> {
    Button {
        action_id: String,
        text: Text<'a>,
        #[serde(skip_serializing_if = "Option::is_none")]
        value: Option<&'a str>,
        #[serde(skip_serializing_if = "Option::is_none")]
        url: Option<&'a str>,
        #[serde(skip_serializing_if = "Option::is_none")]
        style: Option<&'static str>,
        #[serde(skip_serializing_if = "Option::is_none")]
        confirm: Option<Box<Confirm<'a>>>,
    },
    StaticSelect {
        action_id: String,
        placeholder: Text<'a>,
        #[serde(flatten)]
        options: Options<'a>,
    },
    MultiStaticSelect {
        action_id: String,
        placeholder: Text<'a>,
        #[serde(flatten)]
        options: Options<'a>,
    },
    UsersSelect {
        action_id: String,
        placeholder: Text<'a>,
    },
    MultiUsersSelect {
        action_id: String,
        placeholder: Text<'a>,
    },
    ConversationsSelect {
        action_id: String,
        placeholder: Text<'a>,
        filter: Filter,
    },
    MultiConversationsSelect {
        action_id: String,
        placeholder: Text<'a>,
        filter: Filter,
    },
    Datepicker {
        action_id: String,
        placeholder: Text<'a>,
    },
    Timepicker {
        action_id: String,
        placeholder: Text<'a>,
    },
    Datetimepicker {
        action_id: String,
    },
}

impl Control<'_> {
    /// How long its texts are together.
    pub(super) fn units(&self) -> usize {
        let of = |text: &Text<'_>| units(text.as_str());
        match self {
            Self::Button { text, confirm, .. } => {
                of(text)
                    + confirm.as_ref().map_or(0, |confirm| {
                        of(&confirm.title)
                            + of(&confirm.text)
                            + of(&confirm.confirm)
                            + of(&confirm.deny)
                    })
            }
            Self::StaticSelect { placeholder, options, .. }
            | Self::MultiStaticSelect { placeholder, options, .. } => {
                let all = |options: &[Opt<'_>]| -> usize {
                    let text = |option: &Opt<'_>| {
                        of(&option.text) + option.description.as_ref().map_or(0, of)
                    };
                    options.iter().map(text).sum()
                };
                let options = match options {
                    Options::Options(options) => all(options),
                    Options::OptionGroups(groups) => {
                        groups.iter().map(|group| of(&group.label) + all(&group.options)).sum()
                    }
                };
                of(placeholder) + options
            }
            Self::UsersSelect { placeholder, .. }
            | Self::MultiUsersSelect { placeholder, .. }
            | Self::ConversationsSelect { placeholder, .. }
            | Self::MultiConversationsSelect { placeholder, .. }
            | Self::Datepicker { placeholder, .. }
            | Self::Timepicker { placeholder, .. } => of(placeholder),
            Self::Datetimepicker { .. } => 0,
        }
    }
}

/// What is asked before a button runs.
#[derive(Debug, Serialize)]
pub(super) struct Confirm<'a> {
    pub(super) title: Text<'a>,
    pub(super) text: Text<'a>,
    pub(super) confirm: Text<'a>,
    pub(super) deny: Text<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) style: Option<&'static str>,
}

/// What a menu offers: options, or groups of them where they are many.
#[derive(Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Options<'a> {
    Options(Vec<Opt<'a>>),
    OptionGroups(Vec<Group<'a>>),
}

#[derive(Debug, Serialize)]
pub(super) struct Group<'a> {
    pub(super) label: Text<'a>,
    pub(super) options: Vec<Opt<'a>>,
}

#[derive(Clone, Debug, Serialize)]
pub(super) struct Opt<'a> {
    pub(super) text: Text<'a>,
    pub(super) value: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) description: Option<Text<'a>>,
}

/// Which conversations can be chosen.
#[derive(Debug, Serialize)]
pub(super) struct Filter {
    pub(super) include: [&'static str; 2],
}

impl Filter {
    /// Channels, no direct messages.
    pub(super) const CHANNELS: Self = Self { include: ["public", "private"] };
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for it")]
fn is_zero(number: &u8) -> bool {
    *number == 0
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for it")]
fn is_none(offset: &u32) -> bool {
    *offset == 0
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for it")]
fn is_false(flag: &bool) -> bool {
    !*flag
}
