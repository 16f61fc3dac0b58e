//! Earlier messages.

use std::borrow::Cow;

use chatgate_core::{PastMessage, Place, PlatformMessageId, Result, UserId};
use chatgate_render::slack::read_message;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::channel;
use super::page::{Page, page};
use crate::api::Form;
use crate::inbound::{at, soft};
use crate::state::State;

/// How many messages a page has (Slack advises at most 200), and how many pages are read.
const PAGE: usize = 200;
const PAGES: usize = 5;

#[derive(Deserialize)]
struct Past {
    #[serde(default, deserialize_with = "soft")]
    ts: Option<String>,
    #[serde(default, deserialize_with = "soft")]
    user: Option<String>,
    #[serde(default, deserialize_with = "soft")]
    text: Option<String>,
    #[serde(default)]
    blocks: Option<Box<RawValue>>,
}

/// Reads messages, newest first.
pub(super) async fn history(
    state: &State,
    place: &Place,
    before: Option<&PlatformMessageId>,
    limit: usize,
) -> Result<Vec<PastMessage>> {
    if limit == 0 {
        return Ok(Vec::new());
    }
    let channel = channel(state, place).await?;
    // A conversation comes newest first, a thread oldest first: of that all has to be read.
    let size = if place.thread.is_some() { PAGE } else { limit.min(PAGE) }.to_string();
    let mut messages: Vec<Past> = Vec::new();
    let mut cursor = None;
    for _ in 0..PAGES {
        let mut form: Form<'_> =
            vec![("channel", Cow::from(channel.as_str())), ("limit", size.as_str().into())];
        if let Some(before) = before {
            form.push(("latest", before.as_str().into()));
            form.push(("inclusive", "false".into()));
        }
        let page: Page<Past> = page(state, place, form, cursor).await?;
        messages.extend(page.messages);
        cursor = page.next;
        let enough = place.thread.is_none() && messages.len() >= limit;
        if cursor.is_none() || enough {
            break;
        }
    }
    if place.thread.is_some() {
        messages.reverse();
    }
    // A thread's root comes with every page of it, also where it is not asked for.
    let wanted = |past: &PastMessage| before.is_none_or(|before| past.id != *before);
    Ok(messages.into_iter().filter_map(past).filter(wanted).take(limit).collect())
}

fn past(message: Past) -> Option<PastMessage> {
    let ts = message.ts?;
    let when = at(&ts)?;
    let text = message.text.as_deref().unwrap_or_default();
    let content = read_message(text, message.blocks.as_deref());
    Some(PastMessage::new(ts, message.user.map(UserId::from), when, content))
}
