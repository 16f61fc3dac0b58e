//! From what Mattermost sends to events: pure functions, so they are tested without a server.
//!
//! Nothing here fails: what is not known becomes [`EventKind::Other`], and a field that is not of the
//! type that it should be counts as absent.

mod action;
mod dialog;
mod frame;
mod happening;
mod hook;
mod named;
mod post;
mod raw;
mod slash;
#[cfg(test)]
mod tests;

pub(crate) use dialog::Asked;
pub(crate) use frame::{Frame, Told};
pub(crate) use hook::Hook;
pub(crate) use named::named_in;
pub(crate) use post::fetched;
pub(crate) use slash::SLASH_LISTS;

use std::cell::Cell;
use std::time::Duration;

use chatgate_core::{
    Actor, AdapterId, DeliveryKey, Event, EventKind, Place, Platform, ReasonCode, ReplyHandle,
    Seals, Standing, Timestamp, WorkspaceId,
};
use chatgate_http::BaseUrl;
use chatgate_render::mattermost::Names;

use crate::state::Me;

/// The kind of the reply handles that this adapter makes.
pub(crate) const RESPONSE_URL: &str = "response_url";
/// The kind of what opens a dialog.
pub(crate) const TRIGGER: &str = "trigger_id";
/// How long and how often a `response_url` can be used (mattermost.md §4).
const RESPONSE_URL_LIFETIME: Duration = Duration::from_secs(30 * 60);
const RESPONSE_URL_USES: u32 = 5;
/// Where response addresses lead, below the server's own address (mattermost.md §1).
const RESPONSE_PATH: &str = "hooks/";
/// Until when an answer must be ready. A server waits 30 s unless it is told to wait less
/// (mattermost.md §4), and the person sees nothing happen meanwhile.
const ANSWER_WITHIN: Duration = Duration::from_millis(2_500);

/// Decodes what arrives.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Decoder<'a> {
    pub(crate) adapter: &'a AdapterId,
    pub(crate) workspace: &'a WorkspaceId,
    /// Who we are, once the server has told us.
    pub(crate) me: Option<&'a Me>,
    /// People by name who were looked up for it.
    pub(crate) people: &'a [(String, String)],
    /// How long what opens a dialog does.
    pub(crate) trigger_lasts: Duration,
    pub(crate) base: &'a BaseUrl,
    pub(crate) seals: &'a Seals,
    pub(crate) now: Timestamp,
    /// Why a part of the delivery was dropped, if one was.
    pub(crate) dropped: &'a Cell<Option<ReasonCode>>,
}

/// What a delivery is.
#[derive(Debug)]
pub(crate) enum Decoded {
    /// An event for the gateway.
    Event(Box<Event>),
    /// Something that goes no further, and why.
    Nothing(&'static str),
    /// What says that it comes from a button or form of ours, and was not sealed by this program.
    BadSeal,
}

impl Decoded {
    fn event(event: Event) -> Self {
        Self::Event(Box::new(event))
    }
}

impl Decoder<'_> {
    /// An event of the server, without anything else yet.
    fn event(&self, key: impl Into<DeliveryKey>, at: Timestamp, kind: EventKind) -> Event {
        let (adapter, workspace) = (self.adapter.clone(), self.workspace.clone());
        Event::new(Platform::mattermost(), adapter, workspace, key, at, kind)
            .externally_shared(None)
    }

    fn place(&self, channel: &str, root: Option<&str>) -> Place {
        let place = Place::new(self.adapter.clone(), self.workspace.clone(), channel);
        match root.filter(|root| !root.is_empty()) {
            Some(root) => place.in_thread(root),
            None => place,
        }
    }

    /// Who acted, by their id. Whether they are a guest or a bot is on no delivery: the gateway looks
    /// them up.
    fn actor(&self, user: &str) -> Actor {
        let (adapter, workspace) = (self.adapter.clone(), self.workspace.clone());
        Actor::member(adapter, Platform::mattermost(), workspace, user).standing(Standing::Unknown)
    }

    /// The way back that a command gives; an address of someone else's is dropped.
    fn reply(&self, url: Option<&str>) -> Option<ReplyHandle> {
        let url = url.filter(|url| !url.is_empty())?;
        let hooks = format!("{}{RESPONSE_PATH}", self.base.url().path());
        let is_ours = |url: &url::Url| url.path().starts_with(&hooks);
        if !self.base.admit(url, &[]).is_ok_and(|url| is_ours(&url)) {
            tracing::warn!(adapter = %self.adapter, "a response_url of a foreign host is dropped");
            self.dropped.set(Some(ReasonCode::ForeignUrl));
            return None;
        }
        let handle = ReplyHandle::new(RESPONSE_URL, url, self.now + RESPONSE_URL_LIFETIME);
        Some(handle.uses(RESPONSE_URL_USES))
    }

    /// What opens a dialog, for as long as it does.
    fn trigger(&self, id: Option<&str>) -> Option<ReplyHandle> {
        let id = id.filter(|id| !id.is_empty())?;
        Some(ReplyHandle::new(TRIGGER, id, self.now + self.trigger_lasts))
    }

    /// The names that are known: our own, and those that were looked up.
    fn names(&self) -> Names {
        let own = self.me.map(|me| (me.username.as_str(), me.id.as_str()));
        let people = self.people.iter().map(|(name, id)| (name.as_str(), id.as_str()));
        people.chain(own).fold(Names::new(), |names, (name, id)| names.user(name, id))
    }

    fn is_me(&self, user: &str) -> bool {
        self.me.is_some_and(|me| me.id == user)
    }

    /// True for the name of the direct channel between us and this person: both ids, in their order.
    fn is_direct_with(&self, channel_name: &str, user: &str) -> bool {
        let Some((first, second)) = channel_name.split_once("__") else { return false };
        (first == user && self.is_me(second)) || (second == user && self.is_me(first))
    }
}

/// A name of Mattermost's as far as a name goes.
fn known(name: &str) -> String {
    let name: String = name.chars().filter(|c| !c.is_control()).take(100).collect();
    if name.is_empty() { "unknown".into() } else { name }
}
