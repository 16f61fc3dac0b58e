//! What a place at Slack can show and do.

use std::sync::Arc;

use chatgate_core::{Capabilities, Feature, Place, ReplyHandle, Support};
use chatgate_render::slack;

use crate::directory::Conversation;
use crate::inbound::RESPONSE_URL;
use crate::limits;
use crate::state::State;

/// The few different answers, made once.
pub(crate) struct Abilities {
    posts: Arc<Capabilities>,
    does_not_post: Arc<Capabilities>,
    perhaps_posts: Arc<Capabilities>,
    by_response_url: Arc<Capabilities>,
    home: Arc<Capabilities>,
}

impl Abilities {
    pub(crate) fn new() -> Self {
        let paced = |mut can: Capabilities| {
            can.limits.rates = limits::rates();
            can
        };
        // Whoever may not post may not show anything to one person either, nor upload.
        let without = |support| {
            Arc::new(
                [Feature::Post, Feature::Ephemeral, Feature::Upload]
                    .into_iter()
                    .fold(paced(slack::capabilities()), |can, feature| can.set(feature, support)),
            )
        };
        Self {
            posts: without(Support::Yes),
            does_not_post: without(Support::No),
            perhaps_posts: without(Support::Unknown),
            by_response_url: Arc::new(paced(slack::response_url_capabilities())),
            home: Arc::new(paced(slack::home_capabilities())),
        }
    }

    pub(crate) fn of(
        &self,
        state: &State,
        place: &Place,
        via: Option<&ReplyHandle>,
    ) -> Arc<Capabilities> {
        let by_response_url =
            via.is_some_and(|via| via.kind == RESPONSE_URL && via.is_live(state.now()));
        if place.home_user().is_some() {
            return self.home.clone();
        }
        let can = match posts(state, place) {
            _ if by_response_url => &self.by_response_url,
            Support::Yes => &self.posts,
            Support::No => &self.does_not_post,
            _ => &self.perhaps_posts,
        };
        can.clone()
    }
}

/// Whether the bot can post in a place.
fn posts(state: &State, place: &Place) -> Support {
    if !place.people().is_empty() {
        return Support::Yes;
    }
    match state.directory.place(place.conversation.as_str(), state.now()) {
        Some(Conversation { direct: Some(true), .. }) => Support::Yes,
        Some(Conversation { postable: Some(true), .. }) => Support::Yes,
        // `chat:write.public` posts where anyone may come in (slack.md §10).
        Some(Conversation { postable: Some(false), public, .. }) => {
            let everywhere =
                state.install().is_some_and(|install| install.may("chat:write.public"));
            if everywhere && public == Some(true) { Support::Yes } else { Support::No }
        }
        _ => Support::Unknown,
    }
}
