//! Operations as calls of Slack's Web API.

mod download;
mod find;
mod form;
mod lookup;
mod native;
mod page;
mod past;
mod say;
mod upload;

use std::borrow::Cow;

use chatgate_core::{
    Audience, Change, Error, MessageRef, Operation, Place, PlatformMessageId, Receipt, Rendered,
    Result,
};
use serde::Deserialize;

use crate::api::Form;
use crate::state::State;

/// Does one operation.
pub(crate) async fn perform(state: &State, operation: Operation) -> Result<Receipt> {
    match operation {
        Operation::Post { place, audience, part, key, via } => {
            say::post(state, &place, &audience, &part, key, via.as_ref()).await
        }
        Operation::Edit { place, message, part, via } => {
            say::edit(state, &place, &message, &part, via.as_ref()).await
        }
        Operation::Delete { place, message, via } => {
            say::delete(state, &place, &message, via.as_ref()).await
        }
        Operation::React { place, message, emoji, change } => {
            react(state, &place, &message, &emoji, change).await
        }
        Operation::Pin { place, message, change } => pin(state, &place, &message, change).await,
        Operation::OpenForm { form, via, .. } => form::open(state, &form, via.as_ref()).await,
        Operation::PublishHome { place, part } => home(state, &place, &part).await,
        Operation::Upload { place, name, bytes, .. } => {
            upload::upload(state, &place, &name, bytes).await
        }
        Operation::Download { file, max_bytes, .. } => {
            download::download(state, &file, max_bytes).await.map(Receipt::Downloaded)
        }
        // What only a person sees, or went by a response_url, has no id and is in no history.
        Operation::FindPost { audience: Audience::Only(_), .. }
        | Operation::FindPost { by_handle: true, .. } => Err(Error::unsupported("find_post")),
        Operation::FindPost { place, key, since, .. } => {
            find::find(state, &place, key, since).await
        }
        Operation::Describe(subject) => {
            lookup::describe(state, &subject).await.map(Receipt::Described)
        }
        Operation::History { place, before, limit } => {
            past::history(state, &place, before.as_ref(), limit).await.map(Receipt::History)
        }
        Operation::Native { method, body } => native::call(state, &method, &body).await,
        other => Err(Error::unsupported(other.name())),
    }
}

async fn react(
    state: &State,
    place: &Place,
    message: &MessageRef,
    emoji: &str,
    change: Change,
) -> Result<Receipt> {
    let channel = channel(state, place).await?;
    let form: Form<'_> = vec![
        ("channel", channel.into()),
        ("timestamp", id(message)?.as_str().into()),
        ("name", emoji.trim_matches(':').into()),
    ];
    let (method, done) = match change {
        Change::Removed => ("reactions.remove", "no_reaction"),
        _ => ("reactions.add", "already_reacted"),
    };
    done_or(state.api.act(method, form).await, &[done])
}

async fn pin(
    state: &State,
    place: &Place,
    message: &MessageRef,
    change: Change,
) -> Result<Receipt> {
    let channel = channel(state, place).await?;
    let form: Form<'_> =
        vec![("channel", channel.into()), ("timestamp", id(message)?.as_str().into())];
    let (method, done) = match change {
        Change::Removed => ("pins.remove", "no_pin"),
        _ => ("pins.add", "already_pinned"),
    };
    done_or(state.api.act(method, form).await, &[done])
}

/// Each page takes the place of the one before: `views.publish` without a `hash` (slack.md §4.6).
async fn home(state: &State, place: &Place, part: &Rendered) -> Result<Receipt> {
    let Some(user) = place.home_user() else {
        return Err(Error::invalid_input("it is nobody's home page"));
    };
    let form: Form<'_> =
        vec![("user_id", user.as_str().into()), ("view", part.payload.get().into())];
    state.api.act("views.publish", form).await?;
    Ok(Receipt::Done)
}

/// Success, also where Slack says that it was so already.
fn done_or(result: Result<()>, so_already: &[&str]) -> Result<Receipt> {
    match result {
        Err(error) if error.code().is_some_and(|code| so_already.contains(&code)) => {
            Ok(Receipt::Done)
        }
        Err(error) => Err(error),
        Ok(()) => Ok(Receipt::Done),
    }
}

/// Slack's id of a message.
fn id(message: &MessageRef) -> Result<&PlatformMessageId> {
    match message {
        MessageRef::Platform { id, .. } => Ok(id),
        _ => Err(Error::not_found("a message that was never posted")),
    }
}

/// The conversation of a place; a direct line or a group is opened when it is first needed.
async fn channel(state: &State, place: &Place) -> Result<String> {
    #[derive(Deserialize)]
    struct Opened {
        channel: Named,
    }
    #[derive(Deserialize)]
    struct Named {
        id: String,
    }
    let conversation = place.conversation.as_str();
    let Some(people) = conversation.strip_prefix('@') else {
        return Ok(conversation.to_owned());
    };
    let now = state.now();
    if let Some(known) = state.directory.line(conversation, now) {
        return Ok(known);
    }
    let form: Form<'_> = vec![("users", Cow::from(people))];
    let opened: Opened = state.api.call("conversations.open", form).await?;
    let channel = opened.channel.id;
    state.directory.set_line(conversation, &channel, now);
    if place.direct_user().is_some() {
        state.directory.learn(&channel, now, |known| known.direct = Some(true));
    }
    Ok(channel)
}
