//! What goes over the wire.

use std::borrow::Cow;

use serde::Serialize;
use serde_json::Value;

/// A post of a bot.
#[derive(Debug, Serialize)]
pub(super) struct Post<'a> {
    pub(super) message: &'a str,
    pub(super) props: Props<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) metadata: Option<Metadata>,
}

#[derive(Clone, Copy, Debug, Serialize)]
pub(super) struct Metadata {
    pub(super) priority: Priority,
}

/// The mark of a post.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Priority {
    pub(super) priority: &'static str,
    #[serde(skip_serializing_if = "is_false")]
    pub(super) requested_ack: bool,
}

#[derive(Debug, Serialize)]
pub(super) struct Props<'a> {
    /// Never absent: the server looks no address up for a post that has them, be they none.
    pub(super) attachments: &'a [Attachment<'a>],
    #[serde(skip_serializing_if = "is_false")]
    pub(super) disable_mentions: bool,
}

/// An answer to a command, what goes to a `response_url`, and to an incoming webhook.
#[derive(Debug, Serialize)]
pub(super) struct Answer<'a> {
    pub(super) text: &'a str,
    pub(super) attachments: &'a [Attachment<'a>],
    #[serde(skip_serializing_if = "is_false")]
    pub(super) skip_slack_parsing: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) props: Option<AnswerProps>,
}

#[derive(Debug, Serialize)]
pub(super) struct AnswerProps {
    pub(super) disable_mentions: bool,
}

#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
pub(super) enum Attachment<'a> {
    Card(Card<'a>),
    Native(&'a Value),
}

#[derive(Clone, Debug, Default, Serialize)]
pub(super) struct Card<'a> {
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(super) fallback: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) color: Option<&'static str>,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(super) text: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) fields: Vec<Field>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) actions: Vec<Action<'a>>,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(super) footer: String,
}

#[derive(Clone, Debug, Serialize)]
pub(super) struct Field {
    pub(super) title: String,
    pub(super) value: String,
    pub(super) short: bool,
}

#[derive(Clone, Debug, Serialize)]
pub(super) struct Action<'a> {
    /// Letters and digits: the route of older servers takes no others.
    pub(super) id: String,
    pub(super) name: String,
    #[serde(rename = "type")]
    pub(super) kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) style: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) tooltip: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) data_source: Option<&'static str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) options: Vec<Choice>,
    pub(super) integration: Integration<'a>,
}

#[derive(Clone, Debug, Serialize)]
pub(super) struct Choice {
    pub(super) text: String,
    pub(super) value: String,
}

#[derive(Clone, Debug, Serialize)]
pub(super) struct Integration<'a> {
    pub(super) url: &'static str,
    pub(super) context: Context<'a>,
}

#[derive(Clone, Debug, Serialize)]
pub(super) struct Context<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) seal: Option<Cow<'a, str>>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for it")]
fn is_false(flag: &bool) -> bool {
    !*flag
}
