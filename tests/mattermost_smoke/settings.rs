//! The server's settings, changed for the run and put back.

use serde_json::{Map, Value, json};

use crate::report::Report;
use crate::server::{Result, Server};

/// What has to be on, and what for.
const SWITCHES: [(&str, &str); 4] = [
    ("EnableBotAccountCreation", "bots"),
    ("EnableCommands", "slash commands"),
    ("EnableIncomingWebhooks", "incoming webhooks"),
    ("EnableOutgoingWebhooks", "outgoing webhooks"),
];
const ALLOWED: &str = "AllowedUntrustedInternalConnections";
const SITE_URL: &str = "SiteURL";

/// What is changed for the run, and what was before.
pub(crate) struct Changes {
    wanted: Map<String, Value>,
    before: Map<String, Value>,
}

impl Changes {
    /// What lets the server do all that is tested, and reach `host`.
    pub(crate) async fn planned(server: &Server, host: &str, report: &Report) -> Result<Self> {
        let config = server.get("config").await?;
        let has = &config["ServiceSettings"];
        let mut wanted = Map::new();
        for (name, _) in SWITCHES {
            if has[name] == false {
                wanted.insert(name.to_owned(), true.into());
            }
        }
        let allowed = has[ALLOWED].as_str().unwrap_or_default();
        if !allowed.split(|c: char| c == ',' || c.is_whitespace()).any(|entry| entry == host) {
            let entries = format!("{allowed} {host}");
            wanted.insert(ALLOWED.to_owned(), entries.trim().into());
        }
        let is_kept = |name: &str| name == SITE_URL;
        if has[SITE_URL].as_str().unwrap_or_default().is_empty() {
            report.note(
                "the server has no SiteURL: it is set to MATTERMOST_URL, and stays so, since no API \
                 clears it",
            );
            wanted.insert(SITE_URL.to_owned(), server.base().into());
        }
        let changed = wanted.keys().filter(|name| !is_kept(name));
        let before = changed.map(|name| (name.clone(), has[name].clone())).collect();
        Ok(Self { wanted, before })
    }

    /// What to put back.
    pub(crate) fn before(&self) -> Value {
        Value::Object(self.before.clone())
    }

    pub(crate) async fn apply(&self, server: &Server, report: &Report) -> Result<()> {
        if self.wanted.is_empty() {
            return Ok(());
        }
        let names: Vec<_> = self.wanted.keys().map(String::as_str).collect();
        report.note(format!("set for the run: {}", names.join(", ")));
        server.put("config/patch", &json!({"ServiceSettings": self.wanted})).await?;
        // A setting of the environment, or one that this administrator may not change, stays.
        let now = server.get("config").await?;
        for (name, value) in &self.wanted {
            if now["ServiceSettings"][name] != *value {
                let what = SWITCHES.iter().find(|(switch, _)| switch == name);
                let what = what.map_or("the way to this program", |(_, what)| what);
                report.note(format!("the API does not change {name}, which is for {what}"));
            }
        }
        Ok(())
    }
}

/// Puts back what was before.
pub(crate) async fn put_back(server: &Server, before: &Value) -> std::result::Result<(), String> {
    if before.as_object().is_none_or(Map::is_empty) {
        return Ok(());
    }
    let patch = json!({"ServiceSettings": before});
    server.put("config/patch", &patch).await.map_err(|refused| refused.to_string())?;
    let now = server.get("config").await.map_err(|refused| refused.to_string())?;
    let others: Vec<_> = before
        .as_object()
        .into_iter()
        .flatten()
        .filter(|(name, value)| now["ServiceSettings"][name] != **value)
        .map(|(name, value)| format!("{name} was {value}"))
        .collect();
    if others.is_empty() { Ok(()) } else { Err(others.join(", ")) }
}
