//! Response URLs and trigger ids: what is known only to who was given it, for a while.

use std::collections::HashMap;
use std::time::Duration;

use chatgate_core::Timestamp;

use super::refusal::{Refusal, refuse};
use super::ts::Ts;

/// A response URL takes five messages within 30 minutes.
const USES: u32 = 5;
const LIFE: Duration = Duration::from_secs(30 * 60);
/// A trigger id lives for three seconds.
const TRIGGER_LIFE: Duration = Duration::from_secs(3);
/// How many of each are kept; at the bound, those that have expired are forgotten.
const KEPT: usize = 20_000;

/// What a response URL answers to.
#[derive(Clone, Debug)]
pub(super) struct ResponseUrl {
    pub(super) channel: String,
    pub(super) user: String,
    /// The message with the element; a slash command has none.
    pub(super) source: Option<Ts>,
    expires: Timestamp,
    uses: u32,
}

impl ResponseUrl {
    /// The way back that the answer to a slash command is.
    pub(super) fn inside(channel: &str, user: &str) -> Self {
        let (channel, user) = (channel.to_owned(), user.to_owned());
        Self { channel, user, source: None, expires: Timestamp::FAR_FUTURE, uses: 0 }
    }
}

#[derive(Clone, Debug)]
struct Trigger {
    user: String,
    expires: Timestamp,
    used: bool,
}

/// The secrets that were handed out.
#[derive(Debug, Default)]
pub(super) struct Secrets {
    urls: HashMap<String, ResponseUrl>,
    triggers: HashMap<String, Trigger>,
    next: u64,
}

impl Secrets {
    /// The path of a new response URL.
    pub(super) fn response_path(
        &mut self,
        channel: &str,
        user: &str,
        source: Option<Ts>,
        now: Timestamp,
    ) -> String {
        if self.urls.len() >= KEPT {
            self.urls.retain(|_, url| url.expires > now);
        }
        self.next += 1;
        let kind = if source.is_some() { "actions" } else { "commands" };
        let team = super::seed::TEAM;
        let path = format!("/{kind}/{team}/{:012}/{:024x}", self.next, self.unguessable());
        let (channel, user) = (channel.to_owned(), user.to_owned());
        let url = ResponseUrl { channel, user, source, expires: now + LIFE, uses: 0 };
        self.urls.insert(path.clone(), url);
        path
    }

    /// What the response URL answers to, while it may still be used.
    pub(super) fn response_url(&self, path: &str, now: Timestamp) -> Result<ResponseUrl, Refusal> {
        match self.urls.get(path) {
            None => refuse("invalid_url"),
            Some(url) if url.expires <= now => refuse("expired_url"),
            Some(url) if url.uses >= USES => refuse("used_url"),
            Some(url) => Ok(url.clone()),
        }
    }

    pub(super) fn count_use(&mut self, path: &str) {
        if let Some(url) = self.urls.get_mut(path) {
            url.uses += 1;
        }
    }

    pub(super) fn new_trigger(&mut self, user: &str, now: Timestamp) -> String {
        if self.triggers.len() >= KEPT {
            self.triggers.retain(|_, trigger| trigger.expires > now);
        }
        self.next += 1;
        let id = format!("{}.{}.{:032x}", self.next, 1_000_000, self.unguessable());
        let trigger = Trigger { user: user.to_owned(), expires: now + TRIGGER_LIFE, used: false };
        self.triggers.insert(id.clone(), trigger);
        id
    }

    /// Uses a trigger id up; who triggered it.
    pub(super) fn exchange(&mut self, id: &str, now: Timestamp) -> Result<String, Refusal> {
        match self.triggers.get_mut(id) {
            None => refuse("invalid_trigger_id"),
            Some(trigger) if trigger.used => refuse("exchanged_trigger_id"),
            Some(trigger) if trigger.expires <= now => refuse("expired_trigger_id"),
            Some(trigger) => {
                trigger.used = true;
                Ok(trigger.user.clone())
            }
        }
    }

    /// Looks like a secret. Everything here is on this machine, so it need not be one.
    fn unguessable(&self) -> u128 {
        u128::from(self.next).wrapping_mul(0x9E37_79B9_7F4A_7C15_F39C_C060_5CED_C835)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_response_url_lives_for_half_an_hour() {
        let (mut secrets, now) = (Secrets::default(), Timestamp::from_secs(1));
        let path = secrets.response_path("C", "U", None, now);
        let just = now + LIFE - Duration::from_millis(1);
        assert!(secrets.response_url(&path, just).is_ok());
        assert_eq!(secrets.response_url(&path, now + LIFE).unwrap_err().code, "expired_url");
        assert_eq!(secrets.response_url("/x", now).unwrap_err().code, "invalid_url");
    }

    #[test]
    fn a_response_url_is_used_five_times() {
        let (mut secrets, now) = (Secrets::default(), Timestamp::from_secs(1));
        let path = secrets.response_path("C", "U", None, now);
        for _ in 0..5 {
            assert!(secrets.response_url(&path, now).is_ok());
            secrets.count_use(&path);
        }
        assert_eq!(secrets.response_url(&path, now).unwrap_err().code, "used_url");
    }

    #[test]
    fn a_trigger_is_used_once_and_soon() {
        let (mut secrets, now) = (Secrets::default(), Timestamp::from_secs(1));
        let (one, two) = (secrets.new_trigger("U", now), secrets.new_trigger("U", now));
        assert_eq!(secrets.exchange(&one, now).unwrap(), "U");
        assert_eq!(secrets.exchange(&one, now).unwrap_err().code, "exchanged_trigger_id");
        let late = now + Duration::from_secs(3);
        assert_eq!(secrets.exchange(&two, late).unwrap_err().code, "expired_trigger_id");
        assert_eq!(secrets.exchange("x", now).unwrap_err().code, "invalid_trigger_id");
    }
}
