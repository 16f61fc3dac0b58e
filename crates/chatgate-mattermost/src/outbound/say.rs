//! Posts: made, changed, taken away.

use chatgate_core::{
    Audience, Error, MessageId, MessageRef, Place, PlatformMessageId, Receipt, Rendered,
    ReplyHandle, Result,
};
use chatgate_render::mattermost::{
    MattermostMetadata, MattermostPost, MattermostProps, with_integration_url,
};
use http::Method;
use serde::{Deserialize, Serialize};

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
    let (channel_id, me) = (channel(state, place).await?, me(state).await?);
    let MattermostPost { message, props, metadata, .. } = read(state, part)?;
    let key = key.to_string();
    let mut new = New {
        channel_id: &channel_id,
        root_id: place.thread.as_ref().map_or("", |thread| thread.as_str()),
        message: &message,
        props: Props { said: &props, chatgate_message: Some(&key), from_bot: None },
        // Within half a minute the same key gives the same post (mattermost.md §3.3).
        pending_post_id: format!("{}:{key}", me.id),
        metadata,
    };
    let refused = match create(state, &new).await {
        Err(error) if new.metadata.is_some() && refuses_mark(&error) => error,
        outcome => return outcome,
    };
    // Without a licence a post can be marked, and nobody be asked to acknowledge it.
    if let Some(MattermostMetadata { priority, .. }) = &mut new.metadata
        && std::mem::take(&mut priority.requested_ack)
        && !priority.priority.is_empty()
    {
        tracing::warn!(error = %refused, "posted without asking for an acknowledgement");
        match create(state, &new).await {
            Err(error) if refuses_mark(&error) => {}
            outcome => return outcome,
        }
    }
    tracing::warn!(error = %refused, "posted without its mark");
    new.metadata = None;
    create(state, &new).await
}

/// A post that is to be made.
#[derive(Serialize)]
struct New<'a> {
    channel_id: &'a str,
    root_id: &'a str,
    message: &'a str,
    props: Props<'a>,
    pending_post_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    metadata: Option<MattermostMetadata>,
}

/// What a post is changed to.
#[derive(Serialize)]
struct Changed<'a> {
    message: &'a str,
    props: Props<'a>,
}

/// The props that were rendered, and ours.
#[derive(Serialize)]
struct Props<'a> {
    #[serde(flatten)]
    said: &'a MattermostProps,
    /// By this a post is found again.
    #[serde(skip_serializing_if = "Option::is_none")]
    chatgate_message: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    from_bot: Option<&'a str>,
}

async fn create(state: &State, new: &New<'_>) -> Result<Receipt> {
    let (route, body) = ("posts?set_online=false", serde_json::to_vec(new)?);
    let posted: Posted = state.api.call(Method::POST, route, Some(body.into())).await?;
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
    let props = Props { said: &props, chatgate_message: None, from_bot: Some("true") };
    let body = serde_json::to_vec(&Changed { message: &message, props })?;
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
