//! What a person can use, as it goes over the wire; only what this dialect says, borrowed from the
//! content.

use std::borrow::Cow;

use serde::Serialize;

use super::measure::units;

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

/// How a column of a table is shown.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Setting {
    pub(super) align: &'static str,
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
