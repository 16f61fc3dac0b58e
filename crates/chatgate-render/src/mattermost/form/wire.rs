//! A dialog as it goes over the wire.

use serde::Serialize;

use crate::mattermost::wire::Choice;

#[derive(Debug, Serialize)]
pub(super) struct Dialog<'a> {
    pub(super) callback_id: String,
    pub(super) title: String,
    pub(super) introduction_text: String,
    pub(super) elements: Vec<Element>,
    pub(super) submit_label: String,
    pub(super) notify_on_cancel: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) state: Option<&'a str>,
}

/// Fields that every element has are always sent, as Mattermost's types ask.
#[derive(Debug, Default, Serialize)]
pub(super) struct Element {
    pub(super) display_name: String,
    pub(super) name: String,
    #[serde(rename = "type")]
    pub(super) kind: &'static str,
    pub(super) subtype: &'static str,
    pub(super) default: String,
    pub(super) placeholder: String,
    pub(super) help_text: String,
    pub(super) optional: bool,
    pub(super) min_length: usize,
    pub(super) max_length: usize,
    pub(super) data_source: &'static str,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(super) data_source_url: String,
    #[serde(skip_serializing_if = "is_false")]
    pub(super) multiselect: bool,
    pub(super) options: Vec<Choice>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for it")]
fn is_false(flag: &bool) -> bool {
    !*flag
}
