//! A modal as it goes over the wire; only what this dialect says.

use std::borrow::Cow;

use serde::Serialize;

use crate::slack::wire::{Filter, Opt, Options, Text};

#[derive(Serialize)]
#[serde(tag = "type", rename = "modal")]
pub(super) struct Modal<'a> {
    pub(super) callback_id: Cow<'a, str>,
    pub(super) title: Text<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) submit: Option<Text<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) close: Option<Text<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) private_metadata: Option<&'a str>,
    pub(super) notify_on_close: bool,
    pub(super) blocks: Vec<Block<'a>>,
}

#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum Block<'a> {
    Header { text: Text<'a> },
    Section { text: Text<'a> },
    Input(Box<Input<'a>>),
}

/// A field.
#[derive(Serialize)]
pub(super) struct Input<'a> {
    pub(super) block_id: &'a str,
    pub(super) label: Text<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) hint: Option<Text<'a>>,
    pub(super) optional: bool,
    pub(super) element: Element<'a>,
}

/// What is filled in.
#[derive(Serialize)]
pub(super) struct Element<'a> {
    pub(super) action_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) placeholder: Option<Text<'a>>,
    #[serde(flatten)]
    pub(super) kind: Kind<'a>,
}

#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum Kind<'a> {
    PlainTextInput {
        multiline: bool,
        #[serde(skip_serializing_if = "Option::is_none")]
        min_length: Option<usize>,
        #[serde(skip_serializing_if = "Option::is_none")]
        max_length: Option<usize>,
        #[serde(skip_serializing_if = "Option::is_none")]
        initial_value: Option<Cow<'a, str>>,
    },
    EmailTextInput {
        #[serde(skip_serializing_if = "Option::is_none")]
        initial_value: Option<Cow<'a, str>>,
    },
    UrlTextInput {
        #[serde(skip_serializing_if = "Option::is_none")]
        initial_value: Option<Cow<'a, str>>,
    },
    NumberInput {
        is_decimal_allowed: bool,
        #[serde(skip_serializing_if = "Option::is_none")]
        min_value: Option<String>,
        #[serde(skip_serializing_if = "Option::is_none")]
        max_value: Option<String>,
        #[serde(skip_serializing_if = "Option::is_none")]
        initial_value: Option<String>,
    },
    StaticSelect {
        #[serde(flatten)]
        options: Options<'a>,
        #[serde(skip_serializing_if = "Option::is_none")]
        initial_option: Option<Opt<'a>>,
    },
    MultiStaticSelect {
        #[serde(flatten)]
        options: Options<'a>,
        #[serde(skip_serializing_if = "Vec::is_empty")]
        initial_options: Vec<Opt<'a>>,
    },
    RadioButtons {
        options: Vec<Opt<'a>>,
        #[serde(skip_serializing_if = "Option::is_none")]
        initial_option: Option<Opt<'a>>,
    },
    Checkboxes {
        options: Vec<Opt<'a>>,
        #[serde(skip_serializing_if = "Vec::is_empty")]
        initial_options: Vec<Opt<'a>>,
    },
    ExternalSelect {
        min_query_length: u8,
        #[serde(skip_serializing_if = "Option::is_none")]
        initial_option: Option<Opt<'a>>,
    },
    UsersSelect {
        #[serde(skip_serializing_if = "Option::is_none")]
        initial_user: Option<&'a str>,
    },
    ConversationsSelect {
        filter: Filter,
        #[serde(skip_serializing_if = "Option::is_none")]
        initial_conversation: Option<&'a str>,
    },
    Datepicker {
        #[serde(skip_serializing_if = "Option::is_none")]
        initial_date: Option<String>,
    },
    Timepicker {
        #[serde(skip_serializing_if = "Option::is_none")]
        initial_time: Option<String>,
    },
    Datetimepicker {
        #[serde(skip_serializing_if = "Option::is_none")]
        initial_date_time: Option<i64>,
    },
    FileInput {
        max_files: u8,
    },
}

impl Kind<'_> {
    /// Whether Slack shows words in it while it is empty.
    pub(super) fn has_placeholder(&self) -> bool {
        !matches!(
            self,
            Self::RadioButtons { .. }
                | Self::Checkboxes { .. }
                | Self::Datetimepicker { .. }
                | Self::FileInput { .. }
        )
    }
}
