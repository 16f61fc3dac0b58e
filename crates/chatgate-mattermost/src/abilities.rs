//! What a place at Mattermost can show and do.

use std::sync::{Arc, PoisonError, RwLock};

use chatgate_core::{Capabilities, Feature};
use chatgate_render::mattermost;

/// The different answers, made once for each size of posts that the server says.
pub(crate) struct Abilities {
    /// A button has to lead somewhere, and a dialog to come back.
    is_reachable: bool,
    made: RwLock<Made>,
}

struct Made {
    post_chars: usize,
    posts: Arc<Capabilities>,
    replies: Arc<Capabilities>,
    answers: Arc<Capabilities>,
}

/// By which way something is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    /// As a post of its own.
    Post,
    /// As a post in a thread.
    Reply,
    /// By a reply handle.
    Answer,
}

impl Abilities {
    pub(crate) fn new(is_reachable: bool, post_chars: usize) -> Self {
        Self { is_reachable, made: RwLock::new(Made::new(is_reachable, post_chars)) }
    }

    pub(crate) fn of(&self, way: Way, post_chars: usize) -> Arc<Capabilities> {
        {
            let made = self.made.read().unwrap_or_else(PoisonError::into_inner);
            if made.post_chars == post_chars {
                return made.of(way);
            }
        }
        let made = Made::new(self.is_reachable, post_chars);
        let can = made.of(way);
        *self.made.write().unwrap_or_else(PoisonError::into_inner) = made;
        can
    }
}

impl Made {
    fn of(&self, way: Way) -> Arc<Capabilities> {
        match way {
            Way::Post => self.posts.clone(),
            Way::Reply => self.replies.clone(),
            Way::Answer => self.answers.clone(),
        }
    }

    fn new(is_reachable: bool, post_chars: usize) -> Self {
        let fitted = |mut can: Capabilities| {
            can.limits.text_chars = Some(post_chars);
            Arc::new(match is_reachable {
                true => can,
                false => can.without([Feature::Actions, Feature::Forms]),
            })
        };
        Self {
            post_chars,
            posts: fitted(mattermost::capabilities()),
            // Only the first post of a thread can be marked (mattermost.md §3.3).
            replies: fitted(mattermost::capabilities().without([Feature::Importance])),
            answers: fitted(mattermost::answer_capabilities()),
        }
    }
}
