//! The envelope of the Events API: which event, of which installation.

use bytes::Bytes;
use chatgate_core::{Event, EventKind, Timestamp, WorkspaceId};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::{Decoded, Decoder, soft, without_credentials};
use crate::install::Install;

/// What arrives as JSON, whichever it is.
#[derive(Deserialize)]
struct Envelope<'a> {
    #[serde(rename = "type", default, deserialize_with = "soft")]
    kind: Option<String>,
    #[serde(default, deserialize_with = "soft")]
    challenge: Option<String>,
    #[serde(default, deserialize_with = "soft")]
    team_id: Option<String>,
    #[serde(default, deserialize_with = "soft")]
    enterprise_id: Option<String>,
    #[serde(default, deserialize_with = "soft")]
    context_team_id: Option<String>,
    #[serde(default, deserialize_with = "soft")]
    context_enterprise_id: Option<String>,
    #[serde(default, deserialize_with = "soft")]
    api_app_id: Option<String>,
    #[serde(default, deserialize_with = "soft")]
    event_id: Option<String>,
    #[serde(default, deserialize_with = "soft")]
    event_time: Option<i64>,
    #[serde(default, deserialize_with = "soft")]
    is_ext_shared_channel: Option<bool>,
    #[serde(default, deserialize_with = "soft")]
    authorizations: Option<Vec<Authorization>>,
    #[serde(borrow, default)]
    event: Option<&'a RawValue>,
}

/// The one installation that an event was sent for.
#[derive(Deserialize)]
struct Authorization {
    #[serde(default, deserialize_with = "soft")]
    enterprise_id: Option<String>,
    #[serde(default, deserialize_with = "soft")]
    team_id: Option<String>,
    #[serde(default, deserialize_with = "soft")]
    user_id: Option<String>,
    #[serde(default, deserialize_with = "soft")]
    is_bot: Option<bool>,
    #[serde(default, deserialize_with = "soft")]
    is_enterprise_install: Option<bool>,
}

/// What every event has.
#[derive(Deserialize)]
struct Head {
    #[serde(rename = "type", default, deserialize_with = "soft")]
    kind: Option<String>,
    #[serde(default, deserialize_with = "soft")]
    event_ts: Option<String>,
}

/// One event with what its envelope says.
pub(super) struct Inner<'a> {
    pub(super) kind: &'a str,
    pub(super) raw: &'a str,
    pub(super) install: &'a Install,
    pub(super) workspace: WorkspaceId,
    pub(super) externally_shared: Option<bool>,
    /// The app that receives it: ours.
    pub(super) app: Option<&'a str>,
    pub(super) at: Timestamp,
    id: String,
    whole: &'a str,
}

impl Decoder<'_> {
    /// Decodes a JSON body, already known to be JSON.
    pub(crate) fn json(&self, body: &str) -> Decoded {
        let Ok(mut envelope) = serde_json::from_str::<Envelope<'_>>(body) else {
            return Decoded::Nothing("a JSON body that is no object");
        };
        match envelope.kind.as_deref().unwrap_or_default() {
            "url_verification" => {
                Decoded::UrlVerification(envelope.challenge.take().unwrap_or_default())
            }
            "app_rate_limited" => Decoded::RateLimited,
            "event_callback" => self.event_callback(body, &envelope),
            other => {
                let workspace = self.workspace(envelope.team_id.as_deref());
                let key =
                    envelope.event_id.clone().unwrap_or_else(|| super::slash::digest("json", body));
                let kind = EventKind::Other { name: known(other) };
                let event = self.event(workspace, key, self.now, kind);
                Decoded::event(event.with_raw(without_credentials(body)))
            }
        }
    }

    fn event_callback(&self, body: &str, envelope: &Envelope<'_>) -> Decoded {
        let raw = envelope.event.map_or("null", RawValue::get);
        let head: Option<Head> = serde_json::from_str(raw).ok();
        let kind = head.as_ref().and_then(|head| head.kind.as_deref()).unwrap_or("unknown");
        let install = self.install_or(|| told(envelope));
        let authorized = envelope.authorizations.iter().flatten().next();
        let team = envelope
            .context_team_id
            .as_deref()
            .or_else(|| authorized.and_then(|authorized| authorized.team_id.as_deref()))
            .or(envelope.team_id.as_deref())
            .or_else(|| authorized.and_then(|authorized| authorized.enterprise_id.as_deref()));
        let event_ts = head.as_ref().and_then(|head| head.event_ts.as_deref());
        let at = event_ts
            .and_then(super::at)
            .or_else(|| envelope.event_time.map(Timestamp::from_secs))
            .unwrap_or(self.now);
        // An event without an id cannot come: if it does, it is known by all that it says.
        let id = envelope.event_id.clone().unwrap_or_else(|| super::slash::digest("event", body));
        let inner = Inner {
            kind,
            raw,
            install: &install,
            workspace: self.workspace(team),
            externally_shared: envelope.is_ext_shared_channel,
            app: envelope.api_app_id.as_deref(),
            at,
            id,
            whole: body,
        };
        self.inner(&inner)
    }

    fn inner(&self, inner: &Inner<'_>) -> Decoded {
        let decoded = match inner.kind {
            "message" | "app_mention" => self.message(inner),
            "reaction_added" | "reaction_removed" => self.reaction(inner),
            "member_joined_channel" | "member_left_channel" => self.membership(inner),
            "app_home_opened" => self.home_opened(inner),
            "app_uninstalled" => Some(self.removed(inner)),
            "tokens_revoked" => self.tokens_revoked(inner),
            _ => None,
        };
        decoded.unwrap_or_else(|| self.other(inner, inner.kind))
    }

    /// An event under a name of Slack's: who listens to it reads it himself.
    pub(super) fn other(&self, inner: &Inner<'_>, name: &str) -> Decoded {
        Decoded::event(self.of(inner, EventKind::Other { name: known(name) }))
    }

    /// An event as far as its envelope says.
    pub(super) fn of(&self, inner: &Inner<'_>, kind: EventKind) -> Event {
        self.event(inner.workspace.clone(), inner.id.clone(), inner.at, kind)
            .externally_shared(inner.externally_shared)
            .with_raw(inner.raw())
    }
}

impl Inner<'_> {
    fn raw(&self) -> Bytes {
        without_credentials(self.whole)
    }

    /// True for an id of our own: the bot's, or its user's.
    pub(super) fn is_own(&self, user: Option<&str>, bot: Option<&str>, app: Option<&str>) -> bool {
        let same = |given: Option<&str>, own: Option<&str>| given.is_some() && given == own;
        same(user, self.install.user.as_deref())
            || same(bot, self.install.bot.as_deref())
            || same(app, self.app)
    }
}

/// What an envelope says of the installation, until `auth.test` has said it.
fn told(envelope: &Envelope<'_>) -> Install {
    let authorized = envelope.authorizations.iter().flatten().next();
    let said = |of: fn(&Authorization) -> Option<&String>| authorized.and_then(of).cloned();
    let is_bot = authorized.is_some_and(|authorized| authorized.is_bot == Some(true));
    Install {
        team: said(|authorized| authorized.team_id.as_ref())
            .or_else(|| envelope.context_team_id.clone())
            .or_else(|| envelope.team_id.clone()),
        enterprise: said(|authorized| authorized.enterprise_id.as_ref())
            .or_else(|| envelope.context_enterprise_id.clone())
            .or_else(|| envelope.enterprise_id.clone()),
        org_wide: authorized
            .is_some_and(|authorized| authorized.is_enterprise_install == Some(true)),
        user: said(|authorized| authorized.user_id.as_ref()).filter(|_| is_bot),
        app: envelope.api_app_id.clone(),
        ..Install::default()
    }
}

/// A name of Slack's as far as a name goes.
fn known(name: &str) -> String {
    let name: String = name.chars().filter(|c| !c.is_control()).take(100).collect();
    if name.is_empty() { "unknown".into() } else { name }
}
