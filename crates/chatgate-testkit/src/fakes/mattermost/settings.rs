//! The server's own settings, as an administrator reads and changes them.

use std::net::Ipv4Addr;

use serde_json::{Map, Value, json};

use super::refusal::{BAD_BODY, Refusal};

/// The settings that the server has and this fake obeys, by section.
#[derive(Clone, Debug)]
pub(super) struct Settings(Value);

impl Settings {
    /// What a server has of its own accord, except that it may reach programs on this machine, which a
    /// real one may not before it is told, and that bots may be made.
    pub(super) fn new(site_url: &str) -> Self {
        Self(json!({
            "ServiceSettings": {
                "SiteURL": site_url,
                "AllowedUntrustedInternalConnections": "127.0.0.1 localhost",
                "EnableBotAccountCreation": true,
                "EnableUserAccessTokens": false,
                "EnableCommands": true,
                "EnableIncomingWebhooks": true,
                "EnableOutgoingWebhooks": true,
                "EnablePostUsernameOverride": false,
                "EnablePostIconOverride": false,
                "EnableUserTypingMessages": true,
                "EnableAPITeamDeletion": false,
                "EnableAPIChannelDeletion": false,
                "EnableAPIUserDeletion": false,
                "PostPriority": true,
            },
            "FileSettings": {"MaxFileSize": 104_857_600, "EnableFileAttachments": true},
            "TeamSettings": {"MaxUsersPerTeam": 50},
        }))
    }

    pub(super) fn shown(&self) -> &Value {
        &self.0
    }

    pub(super) fn is_on(&self, name: &str) -> bool {
        self.0["ServiceSettings"][name] == true
    }

    pub(super) fn text(&self, name: &str) -> &str {
        self.0["ServiceSettings"][name].as_str().unwrap_or_default()
    }

    /// Changes what is named. What the server does not know it passes over; a value of another type it
    /// cannot read.
    pub(super) fn patch(&mut self, changes: &Value) -> Result<(), Refusal> {
        let sections = changes.as_object().ok_or(BAD_BODY)?;
        let mut changed = self.0.clone();
        for (section, changes) in sections {
            let Some(known) = changed.get_mut(section).and_then(Value::as_object_mut) else {
                continue;
            };
            change(known, changes.as_object().ok_or(BAD_BODY)?)?;
        }
        let site_url = |it: &Value| it["ServiceSettings"]["SiteURL"].as_str().map(str::to_owned);
        if site_url(&self.0) != site_url(&changed) && site_url(&changed) == Some(String::new()) {
            return Err(Refusal(400, "api.config.update_config.clear_siteurl.app_error"));
        }
        self.0 = changed;
        Ok(())
    }

    /// Whether the server may reach this host, which is on this machine or a network of its own.
    pub(super) fn may_reach(&self, host: &str) -> bool {
        let allowed = self.text("AllowedUntrustedInternalConnections");
        let mut allowed = allowed.split(|c: char| c == ',' || c.is_whitespace());
        allowed.any(|allowed| allowed == host || is_in(host, allowed))
    }
}

fn change(known: &mut Map<String, Value>, changes: &Map<String, Value>) -> Result<(), Refusal> {
    for (name, value) in changes {
        let Some(known) = known.get_mut(name) else { continue };
        match (&*known, value) {
            (_, Value::Null) => {}
            (Value::Bool(_), Value::Bool(_))
            | (Value::String(_), Value::String(_))
            | (Value::Number(_), Value::Number(_)) => *known = value.clone(),
            _ => return Err(BAD_BODY),
        }
    }
    Ok(())
}

/// Whether an address is in a network, written as `127.0.0.0/8`.
fn is_in(host: &str, network: &str) -> bool {
    let read = || -> Option<bool> {
        let (base, bits) = network.split_once('/')?;
        let (base, host): (Ipv4Addr, Ipv4Addr) = (base.parse().ok()?, host.parse().ok()?);
        let bits: u32 = bits.parse().ok().filter(|bits| *bits <= 32)?;
        let mask = u32::MAX.checked_shl(32 - bits).unwrap_or_default();
        Some(base.to_bits() & mask == host.to_bits() & mask)
    };
    read().unwrap_or_default()
}
