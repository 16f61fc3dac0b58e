//! From what Slack sends to events: pure functions, so they are tested without a server.
//!
//! Nothing here fails: what is not known becomes [`EventKind::Other`], and a field that is not of the
//! type that it should be counts as absent.

mod action;
mod click;
mod event;
mod happening;
mod message;
mod raw;
mod slash;
#[cfg(test)]
mod tests;
mod time;
mod view;

pub(crate) use raw::without_credentials;
pub(crate) use time::{at, seconds};
pub(crate) use view::fields_of;

use std::cell::Cell;
use std::collections::BTreeSet;
use std::time::Duration;

use chatgate_core::{
    Actor, AdapterId, Event, EventKind, Place, Platform, ReasonCode, ReplyHandle, Seals, Standing,
    Timestamp, WorkspaceId,
};
use chatgate_http::BaseUrl;
pub(crate) use chatgate_http::{FormFields, soft};

use crate::install::Install;

/// The kind of the reply handles that this adapter makes.
pub(crate) const RESPONSE_URL: &str = "response_url";
/// The kinds of what opens a form: in front of everything, or on top of the modal that it came from.
pub(crate) const TRIGGER: &str = "trigger_id";
pub(crate) const TRIGGER_IN_MODAL: &str = "trigger_id in a modal";
/// Where addresses from payloads may lead (slack.md §2.5).
pub(crate) const HOSTS: &[&str] = &["slack.com", "slack-gov.com"];
/// How long and how often a `response_url` can be used (slack.md §2.5).
const RESPONSE_URL_LIFETIME: Duration = Duration::from_secs(30 * 60);
const RESPONSE_URL_USES: u32 = 5;
/// Until when an answer must be ready: Slack waits 3 s (slack.md §2.4), and the way there takes some.
const ANSWER_WITHIN: Duration = Duration::from_millis(2_500);
/// A trigger lives for 3 s (slack.md §2.5), and the way here has taken some of it.
const TRIGGER_LIFETIME: Duration = Duration::from_millis(2_500);
/// Slack's own voice, which speaks for nobody.
const SLACKBOT: &str = "USLACKBOT";

/// Who is admitted besides the members of the own workspace.
#[derive(Clone, Debug, Default)]
pub(crate) struct Admitted {
    /// Workspaces whose people are admitted, whatever their standing.
    pub(crate) workspaces: BTreeSet<String>,
    /// Shared channels in which the own members are admitted.
    pub(crate) channels: BTreeSet<String>,
}

/// Decodes one delivery.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Decoder<'a> {
    pub(crate) adapter: &'a AdapterId,
    /// Who we are, once Slack has told us.
    pub(crate) install: Option<&'a Install>,
    pub(crate) admitted: &'a Admitted,
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
    /// Something that is acknowledged and goes no further, and why.
    Nothing(&'static str),
    /// A button or form whose value was not sealed by this program.
    BadSeal {
        way: Option<ReplyHandle>,
        /// The first field of the form.
        field: Option<String>,
    },
    /// What `event_callback` is not.
    UrlVerification(String),
    /// Slack holds events back.
    RateLimited,
}

impl Decoded {
    fn event(event: Event) -> Self {
        Self::Event(Box::new(event))
    }
}

impl<'a> Decoder<'a> {
    /// An event of a workspace, without anything else yet.
    fn event(&self, workspace: WorkspaceId, key: String, at: Timestamp, kind: EventKind) -> Event {
        Event::new(Platform::slack(), self.adapter.clone(), workspace, key, at, kind)
            .externally_shared(None)
    }

    /// The workspace that a payload names, as places name it: of an installation for one workspace,
    /// that one, whoever acts there.
    fn workspace(&self, named: Option<&str>) -> WorkspaceId {
        let own = self.install.filter(|install| !install.org_wide);
        let own = own.and_then(|install| install.team.as_deref());
        WorkspaceId::from(own.or(named).unwrap_or("unknown"))
    }

    fn place(&self, workspace: &WorkspaceId, channel: &str) -> Place {
        Place::new(self.adapter.clone(), workspace.clone(), channel)
    }

    /// Who acted. What the payload proves is said; otherwise the gateway looks them up.
    fn actor(&self, install: &Install, user: &str, home: Option<&str>) -> Actor {
        let home = home.filter(|home| !home.is_empty());
        let team = home.or(install.team.as_deref()).or(install.enterprise.as_deref());
        let team = team.unwrap_or("unknown");
        let standing = match home {
            _ if user == SLACKBOT => Standing::Integration,
            Some(home) if install.is_foreign(home) => Standing::External,
            _ => Standing::Unknown,
        };
        let actor = Actor::member(self.adapter.clone(), Platform::slack(), team, user);
        let actor = actor.standing(standing);
        let admits = standing == Standing::External && self.admitted.workspaces.contains(team);
        if admits { actor.admitted() } else { actor }
    }

    /// The way back that a payload gives; an address of someone else's is dropped.
    fn reply(&self, url: Option<&str>) -> Option<ReplyHandle> {
        let url = url.filter(|url| !url.is_empty())?;
        if self.base.admit(url, HOSTS).is_err() {
            tracing::warn!(adapter = %self.adapter, "a response_url of a foreign host is dropped");
            self.dropped.set(Some(ReasonCode::ForeignUrl));
            return None;
        }
        let handle = ReplyHandle::new(RESPONSE_URL, url, self.now + RESPONSE_URL_LIFETIME);
        Some(handle.uses(RESPONSE_URL_USES))
    }

    /// What opens a form, for as long as it does.
    fn trigger(&self, kind: &str, id: Option<&str>) -> Option<ReplyHandle> {
        let id = id.filter(|id| !id.is_empty())?;
        Some(ReplyHandle::new(kind, id, self.now + TRIGGER_LIFETIME).uses(1))
    }

    /// Who we are, with what the payload says where Slack has not told us yet.
    fn install_or(&self, told: impl FnOnce() -> Install) -> std::borrow::Cow<'a, Install> {
        match self.install {
            Some(install) => std::borrow::Cow::Borrowed(install),
            None => std::borrow::Cow::Owned(told()),
        }
    }
}
