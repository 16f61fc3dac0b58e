//! Messages: posted, changed, taken away.

use bytes::Bytes;
use chatgate_core::{
    Audience, Error, MessageId, MessageRef, Place, PlatformMessageId, Receipt, Rendered,
    ReplyHandle, Result,
};
use serde::Deserialize;
use serde_json::json;

use super::{channel, done_or, id};
use crate::answer::{fields, message, response_type};
use crate::api::Form;
use crate::inbound::RESPONSE_URL;
use crate::state::State;

/// The type of the metadata by which a post is found again.
pub(super) const METADATA: &str = "chatgate_message";

#[derive(Deserialize)]
struct Posted {
    ts: String,
}

/// Posts a message.
pub(super) async fn post(
    state: &State,
    place: &Place,
    audience: &Audience,
    part: &Rendered,
    key: MessageId,
    via: Option<&ReplyHandle>,
) -> Result<Receipt> {
    if let Some(via) = via {
        let words = [("response_type", response_type(audience)), ("replace_original", "false")];
        back(state, via, message(part, &words, place.thread.as_ref())).await?;
        return Ok(Receipt::Posted(None));
    }
    let channel = channel(state, place).await?;
    let fields = fields(part)?;
    let mut form = base(&channel, &fields);
    if let Some(thread) = &place.thread {
        form.push(("thread_ts", thread.as_str().into()));
    }
    if let Audience::Only(user) = audience {
        form.push(("user", user.as_str().into()));
        // Its id is good for nothing: it can neither be changed nor found (slack.md §4.3).
        state.api.act("chat.postEphemeral", form).await?;
        return Ok(Receipt::Posted(None));
    }
    let metadata = json!({"event_type": METADATA, "event_payload": {"gw_id": key.to_string()}});
    form.push(("metadata", metadata.to_string().into()));
    let posted: Posted = state.api.call("chat.postMessage", form).await?;
    Ok(Receipt::Posted(Some(PlatformMessageId::from(posted.ts))))
}

/// Changes a message. What is not given stays, so the metadata does.
pub(super) async fn edit(
    state: &State,
    place: &Place,
    edited: &MessageRef,
    part: &Rendered,
    via: Option<&ReplyHandle>,
) -> Result<Receipt> {
    if let Some(via) = via {
        back(state, via, message(part, &[("replace_original", "true")], None)).await?;
        return Ok(Receipt::Done);
    }
    let channel = channel(state, place).await?;
    let fields = fields(part)?;
    let unfurls = |(name, _): &&(String, String)| !name.starts_with("unfurl_");
    let kept: Vec<_> = fields.iter().filter(unfurls).cloned().collect();
    let mut form = base(&channel, &kept);
    form.push(("ts", id(edited)?.as_str().into()));
    state.api.act("chat.update", form).await?;
    Ok(Receipt::Done)
}

/// Takes a message away; one that is gone already is away.
pub(super) async fn delete(
    state: &State,
    place: &Place,
    deleted: &MessageRef,
    via: Option<&ReplyHandle>,
) -> Result<Receipt> {
    if let Some(via) = via {
        back(state, via, Bytes::from_static(b"{\"delete_original\":true}")).await?;
        return Ok(Receipt::Done);
    }
    let channel = channel(state, place).await?;
    let form: Form<'_> = vec![("channel", channel.into()), ("ts", id(deleted)?.as_str().into())];
    done_or(state.api.act("chat.delete", form).await, &["message_not_found"])
}

fn base<'a>(channel: &'a str, fields: &'a [(String, String)]) -> Form<'a> {
    let mut form: Form<'a> = vec![("channel", channel.into())];
    form.extend(fields.iter().map(|(name, value)| (name.as_str(), value.as_str().into())));
    // Nothing in the text is looked at again: what is live in it was made so by the dialect.
    form.push(("parse", "none".into()));
    form
}

async fn back(state: &State, via: &ReplyHandle, body: Bytes) -> Result<()> {
    if via.kind != RESPONSE_URL {
        return Err(Error::invalid_input("a way back of another kind"));
    }
    if !via.is_live(state.now()) {
        return Err(Error::not_found("the way back has expired or is used up"));
    }
    state.api.post_back(via.expose(), body).await
}
