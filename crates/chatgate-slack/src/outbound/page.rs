//! One page of the messages of a conversation or thread.

use chatgate_core::{Place, Result};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::api::Form;
use crate::inbound::soft;
use crate::state::State;

#[derive(Deserialize)]
struct Wire<M> {
    #[serde(default = "Vec::new")]
    messages: Vec<M>,
    #[serde(default, deserialize_with = "soft")]
    response_metadata: Option<Next>,
}

#[derive(Deserialize)]
struct Next {
    #[serde(default, deserialize_with = "soft")]
    next_cursor: Option<String>,
}

/// Messages, and where the next page begins if there is one (slack.md §4.1).
pub(super) struct Page<M> {
    pub(super) messages: Vec<M>,
    pub(super) next: Option<String>,
}

/// Reads a page from a cursor on: of a conversation newest first, of a thread oldest first.
pub(super) async fn page<M: DeserializeOwned>(
    state: &State,
    place: &Place,
    mut form: Form<'_>,
    cursor: Option<String>,
) -> Result<Page<M>> {
    if let Some(cursor) = cursor {
        form.push(("cursor", cursor.into()));
    }
    let method = match &place.thread {
        Some(root) => {
            form.push(("ts", root.to_string().into()));
            "conversations.replies"
        }
        None => "conversations.history",
    };
    let wire: Wire<M> = state.api.call(method, form).await?;
    let next = wire.response_metadata.and_then(|next| next.next_cursor);
    Ok(Page { messages: wire.messages, next: next.filter(|next| !next.is_empty()) })
}
