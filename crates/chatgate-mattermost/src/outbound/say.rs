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
    let (message, mut props) = read(state, part)?;
    props[KEY] = key.to_string().into();
    let body = json!({
        "channel_id": channel_id,
        "root_id": place.thread.as_ref().map_or("", |thread| thread.as_str()),
        "message": message,
        "props": props,
        // Within half a minute the same key gives the same post (mattermost.md §3.3).
        "pending_post_id": format!("{}:{key}", me(state).await?.id),
    });
    let route = "posts?set_online=false";
    let posted: Posted = state.api.call(Method::POST, route, Some(body.to_string().into())).await?;
    Ok(Receipt::Posted(Some(PlatformMessageId::from(posted.id))))
}

/// Changes a post. All its props are replaced (mattermost.md §3.3).
pub(super) async fn edit(state: &State, edited: &MessageRef, part: &Rendered) -> Result<Receipt> {
    let (message, mut props) = read(state, part)?;
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
fn read(state: &State, part: &Rendered) -> Result<(String, Value)> {
    let post: MattermostPost = match state.action_url() {
        Some(url) => serde_json::from_str(with_integration_url(&part.payload, &url).get())?,
        None => part.read()?,
    };
    Ok((post.message, serde_json::to_value(post.props)?))
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
