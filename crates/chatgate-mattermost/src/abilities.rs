//! What a place at Mattermost can show and do.

use std::sync::{Arc, PoisonError, RwLock};

use chatgate_core::{Capabilities, Feature};
use chatgate_render::mattermost;

/// The two different answers, made once for each size of posts that the server says.
pub(crate) struct Abilities {
    /// A button has to lead somewhere, and a dialog to come back.
    is_reachable: bool,
    made: RwLock<Made>,
}

struct Made {
    post_chars: usize,
    posts: Arc<Capabilities>,
    answers: Arc<Capabilities>,
}

impl Abilities {
    pub(crate) fn new(is_reachable: bool, post_chars: usize) -> Self {
        Self { is_reachable, made: RwLock::new(Made::new(is_reachable, post_chars)) }
    }

    /// What a post can, and what goes by a reply handle.
    pub(crate) fn of(&self, post_chars: usize) -> (Arc<Capabilities>, Arc<Capabilities>) {
        {
            let made = self.made.read().unwrap_or_else(PoisonError::into_inner);
            if made.post_chars == post_chars {
                return (made.posts.clone(), made.answers.clone());
            }
        }
        let made = Made::new(self.is_reachable, post_chars);
        let both = (made.posts.clone(), made.answers.clone());
        *self.made.write().unwrap_or_else(PoisonError::into_inner) = made;
        both
    }
}

impl Made {
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
            answers: fitted(mattermost::answer_capabilities()),
        }
    }
}
