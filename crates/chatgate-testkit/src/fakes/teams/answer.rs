//! What a program answers to an outgoing webhook, as Teams takes it.

use serde_json::{Value, json};

use super::cards::{self, Actions};
use crate::fakes::client::Answered;

/// The largest answer that is shown.
const BYTES: usize = 28 * 1024;

/// Besides Adaptive Cards.
const OTHER_CARDS: [&str; 3] = [
    "application/vnd.microsoft.card.hero",
    "application/vnd.microsoft.card.thumbnail",
    "application/vnd.microsoft.teams.card.list",
];

/// What is shown of an answer; nothing for an empty one.
///
/// # Errors
/// Why it is not shown.
pub(super) fn read(answered: &Answered) -> Result<Option<Value>, String> {
    if answered.status != 200 {
        return Err(format!("status {}", answered.status));
    }
    if answered.body.is_empty() {
        return Ok(None);
    }
    let kind = answered.headers.get("content-type").and_then(|kind| kind.to_str().ok());
    if !kind.is_some_and(|kind| kind.starts_with("application/json")) {
        return Err("it is not JSON by its type".to_owned());
    }
    if answered.body.len() > BYTES {
        return Err(format!("it has {} bytes", answered.body.len()));
    }
    let body: Value = serde_json::from_slice(&answered.body).map_err(|error| error.to_string())?;
    if body["type"] != "message" {
        return Err("it is no message".to_owned());
    }
    let text = body["text"].as_str().filter(|text| !text.is_empty());
    let attachments = body["attachments"].as_array().filter(|it| !it.is_empty());
    match (text, attachments) {
        (Some(text), None) => Ok(Some(json!({"text": text}))),
        (None, Some(attachments)) => {
            for attachment in attachments {
                match attachment["contentType"].as_str() {
                    Some(cards::CARD) => cards::check(&attachment["content"], Actions::LinksOnly)?,
                    Some(other) if OTHER_CARDS.contains(&other) => {}
                    other => return Err(format!("an attachment of the type {other:?}")),
                }
            }
            Ok(Some(json!({"card": attachments[0]["content"]})))
        }
        (Some(_), Some(_)) => Err("it has a text and a card: that is two messages".to_owned()),
        (None, None) => Err("it says nothing".to_owned()),
    }
}
