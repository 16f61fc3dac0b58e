//! Posts: made, changed, taken away.

use chatgate_core::{
    Audience, Error, MessageId, MessageRef, Place, PlatformMessageId, Receipt, Rendered,
    ReplyHandle, Result,
};
use chatgate_render::mattermost::{MattermostPost, with_integration_url};
use http::Method;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{channel, me, post_id};
use crate::inbound::RESPONSE_URL;
use crate::state::State;
use crate::webhook::Answers;

/// The prop by which a post is found again.
pub(super) const KEY: &str = "chatgate_message";

#[derive(Deserialize)]
struct Posted {
    id: String,
}

/// Makes a post.
pub(super) async fn post(
    state: &State,
    place: &Place,
    audience: &Audience,
    part: &Rendered,
    key: MessageId,
    via: Option<&ReplyHandle>,
) -> Result<Receipt> {
    if let Some(via) = via {
        back(state, via, audience, part).await?;
        return Ok(Receipt::Posted(None));
    }
    if let Audience::Only(_) = audience {
        // Bots may not (mattermost.md §0).
        return Err(Error::unsupported("post").with_context("a message that one person sees"));
    }
    let channel_id = channel(state, place).await?;
    let MattermostPost { message, props, metadata, .. } = read(state, part)?;
    let mut props = serde_json::to_value(props)?;
    props[KEY] = key.to_string().into();
    let mut body = json!({
        "channel_id": channel_id,
        "root_id": place.thread.as_ref().map_or("", |thread| thread.as_str()),
        "message": message,
        "props": props,
        // Within half a minute the same key gives the same post (mattermost.md §3.3).
        "pending_post_id": format!("{}:{key}", me(state).await?.id),
    });
    let Some(mut metadata) = metadata else {
        return create(state, &body).await;
    };
    body["metadata"] = serde_json::to_value(&metadata)?;
    let refused = match create(state, &body).await {
        Err(error) if refuses_mark(&error) => error,
        outcome => return outcome,
    };
    // Without a licence a post can be marked, and nobody be asked to acknowledge it.
    let asks = std::mem::take(&mut metadata.priority.requested_ack);
    if asks && !metadata.priority.priority.is_empty() {
        tracing::warn!(error = %refused, "posted without asking for an acknowledgement");
        body["metadata"] = serde_json::to_value(&metadata)?;
        match create(state, &body).await {
            Err(error) if refuses_mark(&error) => {}
            outcome => return outcome,
        }
    }
    tracing::warn!(error = %refused, "posted without its mark");
    body["metadata"] = json!({});
    create(state, &body).await
}

async fn create(state: &State, body: &Value) -> Result<Receipt> {
    let route = "posts?set_online=false";
    let posted: Posted = state.api.call(Method::POST, route, Some(body.to_string().into())).await?;
    Ok(Receipt::Posted(Some(PlatformMessageId::from(posted.id))))
}

/// Whether it is the mark that the server does not take: without a licence, or where marks are switched
/// off (mattermost.md §3.3). Nothing was posted then.
fn refuses_mark(error: &Error) -> bool {
    error.is_unsupported()
        || error.code().is_some_and(|code| code.starts_with("api.post.post_priority."))
}

/// Changes a post. All its props are replaced (mattermost.md §3.3).
pub(super) async fn edit(state: &State, edited: &MessageRef, part: &Rendered) -> Result<Receipt> {
    let MattermostPost { message, props, .. } = read(state, part)?;
    let mut props = serde_json::to_value(props)?;
    props["from_bot"] = "true".into();
    let body = json!({"message": message, "props": props}).to_string();
    let route = format!("posts/{}/patch", post_id(edited)?);
    state.api.answer(Method::PUT, &route, Some(body.into())).await?;
    Ok(Receipt::Done)
}

/// Takes a post away; one that is gone already is away.
pub(super) async fn delete(state: &State, deleted: &MessageRef) -> Result<Receipt> {
    let route = format!("posts/{}", post_id(deleted)?);
    match state.api.answer(Method::DELETE, &route, None).await {
        Err(error) if !error.is_not_found() => Err(error),
        _ => Ok(Receipt::Done),
    }
}

/// A part as it was rendered, its actions with the address that they call.
fn read(state: &State, part: &Rendered) -> Result<MattermostPost> {
    match state.action_url() {
        Some(url) => Ok(serde_json::from_str(with_integration_url(&part.payload, &url).get())?),
        None => part.read(),
    }
}

async fn back(
    state: &State,
    via: &ReplyHandle,
    audience: &Audience,
    part: &Rendered,
) -> Result<()> {
    if via.kind != RESPONSE_URL {
        return Err(Error::invalid_input("a way back of another kind"));
    }
    if !via.is_live(state.now()) {
        return Err(Error::not_found("the way back has expired or is used up"));
    }
    let answers = Answers { action_url: state.action_url() };
    state.api.post_back(via.expose(), answers.said(audience, std::slice::from_ref(part))).await
}
