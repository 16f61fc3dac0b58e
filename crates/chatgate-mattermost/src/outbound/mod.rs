//! Operations as calls of Mattermost's REST API.

mod find;
mod form;
mod lookup;
mod native;
mod past;
mod say;
mod upload;

pub(crate) use lookup::people_named;

use std::sync::Arc;

use chatgate_core::{Audience, Change, Error, MessageRef, Operation, Place, Receipt, Result};
use http::Method;
use serde::Deserialize;
use serde_json::json;

use crate::api::id;
use crate::socket::who_we_are;
use crate::state::{Me, State};

/// Does one operation.
pub(crate) async fn perform(state: &State, operation: Operation) -> Result<Receipt> {
    match operation {
        Operation::Post { place, audience, part, key, via } => {
            say::post(state, &place, &audience, &part, key, via.as_ref()).await
        }
        Operation::Edit { message, part, via: None, .. } => say::edit(state, &message, &part).await,
        Operation::Delete { message, via: None, .. } => say::delete(state, &message).await,
        Operation::React { message, emoji, change, .. } => {
            react(state, &message, &emoji, change).await
        }
        Operation::Pin { message, change, .. } => pin(state, &message, change).await,
        Operation::Typing { place } => typing(state, &place).await,
        Operation::OpenForm { form, via, .. } => form::open(state, &form, via.as_ref()).await,
        // What went by a response_url has no id.
        Operation::FindPost { audience: Audience::Only(_), .. }
        | Operation::FindPost { by_handle: true, .. } => Err(Error::unsupported("find_post")),
        Operation::FindPost { place, key, since, .. } => {
            find::find(state, &place, key, since).await
        }
        Operation::Upload { place, name, bytes, .. } => {
            upload::upload(state, &place, &name, bytes).await
        }
        Operation::Download { file, max_bytes, .. } => {
            let route = format!("files/{}", id(&file)?);
            state.api.fetch_file(&route, max_bytes).await.map(Receipt::Downloaded)
        }
        Operation::History { place, before, limit } => {
            past::history(state, &place, before.as_ref(), limit).await.map(Receipt::History)
        }
        Operation::Native { method, body } => native::call(state, &method, &body).await,
        Operation::Describe(subject) => {
            lookup::describe(state, &subject).await.map(Receipt::Described)
        }
        other => Err(Error::unsupported(other.name())),
    }
}

async fn react(
    state: &State,
    message: &MessageRef,
    emoji: &str,
    change: Change,
) -> Result<Receipt> {
    let (me, post, emoji) = (me(state).await?, post_id(message)?, emoji.trim_matches(':'));
    let outcome = match change {
        Change::Removed => {
            // A name may have a plus in it, which some servers read as a space.
            let emoji: String = emoji.bytes().map(|byte| format!("%{byte:02X}")).collect();
            let route = format!("users/{}/posts/{post}/reactions/{emoji}", id(&me.id)?);
            state.api.answer(Method::DELETE, &route, None).await
        }
        _ => {
            let body = json!({"user_id": me.id, "post_id": post, "emoji_name": emoji});
            state.api.answer(Method::POST, "reactions", Some(body.to_string().into())).await
        }
    };
    match outcome {
        Err(error) if change == Change::Removed && error.is_not_found() => Ok(Receipt::Done),
        outcome => outcome.map(|_| Receipt::Done),
    }
}

async fn pin(state: &State, message: &MessageRef, change: Change) -> Result<Receipt> {
    let verb = if change == Change::Removed { "unpin" } else { "pin" };
    let route = format!("posts/{}/{verb}", post_id(message)?);
    match state.api.answer(Method::POST, &route, None).await {
        Err(error) if change == Change::Removed && error.is_not_found() => Ok(Receipt::Done),
        outcome => outcome.map(|_| Receipt::Done),
    }
}

async fn typing(state: &State, place: &Place) -> Result<Receipt> {
    let parent = place.thread.as_ref().map_or("", |thread| thread.as_str());
    let body = json!({"channel_id": channel(state, place).await?, "parent_id": parent});
    state.api.answer(Method::POST, "users/me/typing", Some(body.to_string().into())).await?;
    Ok(Receipt::Done)
}

/// Who we are; asks the server where it has not told us yet.
async fn me(state: &State) -> Result<Arc<Me>> {
    if let Some(me) = state.me() {
        return Ok(me);
    }
    let me = Arc::new(who_we_are(state).await?);
    state.set_me(me.clone());
    Ok(me)
}

/// Mattermost's id of a post.
fn post_id(message: &MessageRef) -> Result<&str> {
    match message {
        MessageRef::Platform { id: post, .. } => id(post.as_str()),
        _ => Err(Error::not_found("a message that was never posted")),
    }
}

/// The channel of a place; a direct line or a group is opened when it is first needed.
pub(crate) async fn channel(state: &State, place: &Place) -> Result<String> {
    #[derive(Deserialize)]
    struct Opened {
        id: String,
    }
    let (conversation, mut people) = (place.conversation.as_str(), place.people());
    if people.is_empty() {
        return id(conversation).map(str::to_owned);
    }
    let now = state.now();
    if let Some(known) = state.directory.line(conversation, now) {
        return Ok(known);
    }
    let route = if people.len() == 1 { "channels/direct" } else { "channels/group" };
    let me = me(state).await?;
    people.retain(|person| *person != *me.id);
    people.push(me.id.as_str().into());
    let body = serde_json::to_vec(&people)?;
    let opened: Opened = state.api.call(Method::POST, route, Some(body.into())).await?;
    let channel = id(&opened.id)?.to_owned();
    state.directory.set_line(conversation, &channel, now);
    Ok(channel)
}
