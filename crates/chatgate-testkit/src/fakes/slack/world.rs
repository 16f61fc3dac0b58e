//! What a fake Slack knows: people, conversations, the app.

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};

use chatgate_core::Timestamp;
use serde_json::{Map, Value, json};

use super::channel::{Channel, Kind};
use super::config::{MentionOrder, SlackConfig};
use super::message::Message;
use super::refusal::{Refusal, refuse};
use super::secrets::Secrets;
use super::seed;
use super::ts::Ts;
use super::uploads::Uploads;
use super::views::Views;

/// Events that wait to be sent; more are dropped, as Slack drops a backlog.
const EVENTS: usize = 10_000;

/// The installed app and how it is set.
#[derive(Debug)]
pub(super) struct App {
    pub(super) scopes: Vec<String>,
    pub(super) token: String,
    /// The code that every call is refused with: the token was revoked, the account is inactive.
    pub(super) refused: Option<String>,
    pub(super) echo: bool,
    pub(super) mention_order: MentionOrder,
    pub(super) urls: Urls,
}

impl App {
    pub(super) fn granted(&self, scope: &str) -> bool {
        self.scopes.iter().any(|granted| granted == scope)
    }
}

/// Where the app listens. One URL may take everything.
#[derive(Clone, Debug, Default)]
pub(super) struct Urls {
    pub(super) events: Option<String>,
    pub(super) commands: Option<String>,
    pub(super) interactivity: Option<String>,
    pub(super) options: Option<String>,
}

impl Urls {
    pub(super) fn all(url: Option<String>) -> Self {
        Self {
            events: url.clone(),
            commands: url.clone(),
            interactivity: url.clone(),
            options: url,
        }
    }
}

/// An event that waits to be sent.
#[derive(Clone, Debug)]
pub(super) struct Outgoing {
    pub(super) event: Value,
    pub(super) ext_shared: bool,
}

/// Everything.
#[derive(Debug)]
pub(super) struct World {
    pub(super) app: App,
    pub(super) users: BTreeMap<String, Value>,
    pub(super) groups: Vec<Value>,
    pub(super) channels: BTreeMap<String, Channel>,
    pub(super) uploads: Uploads,
    pub(super) views: Views,
    pub(super) secrets: Secrets,
    pub(super) base_url: String,
    events: VecDeque<Outgoing>,
    counters: HashMap<&'static str, u64>,
}

impl World {
    pub(super) fn new(config: &SlackConfig, base_url: &str, now: Timestamp) -> Self {
        let mut world = Self {
            app: App {
                scopes: config.scopes.clone(),
                token: config.bot_token.clone(),
                refused: None,
                echo: config.echo,
                mention_order: config.mention_order,
                urls: Urls::all(config.listen_url.clone()),
            },
            users: BTreeMap::new(),
            groups: Vec::new(),
            channels: BTreeMap::new(),
            uploads: Uploads::default(),
            views: Views::default(),
            secrets: Secrets::default(),
            base_url: base_url.to_owned(),
            events: VecDeque::new(),
            counters: HashMap::new(),
        };
        seed::fill(&mut world, now);
        world
    }

    /// A new id, such as `F00000001`.
    pub(super) fn new_id(&mut self, prefix: &'static str) -> String {
        let counter = self.counters.entry(prefix).or_default();
        *counter += 1;
        format!("{prefix}{counter:08}")
    }

    pub(super) fn user(&self, id: &str) -> Result<&Value, Refusal> {
        self.users.get(id).map_or_else(|| refuse("user_not_found"), Ok)
    }

    pub(super) fn team_of(&self, user: &str) -> String {
        let team = self.users.get(user).and_then(|user| user["team_id"].as_str());
        team.unwrap_or(seed::TEAM).to_owned()
    }

    /// A channel that the app can see: public ones, and those that it is in.
    pub(super) fn seen(&mut self, id: &str) -> Result<&mut Channel, Refusal> {
        match self.channels.get_mut(id) {
            Some(channel) if channel.kind == Kind::Public || channel.has(seed::BOT_USER) => {
                Ok(channel)
            }
            _ => refuse("channel_not_found"),
        }
    }

    /// A channel whose messages the app can read and react to: one that it is in.
    pub(super) fn joined(&mut self, id: &str) -> Result<&mut Channel, Refusal> {
        let channel = self.seen(id)?;
        if channel.has(seed::BOT_USER) { Ok(channel) } else { refuse("not_in_channel") }
    }

    /// The DM of the bot and a user, made when there is none.
    pub(super) fn direct(&mut self, user: &str, now: Timestamp) -> Result<String, Refusal> {
        let known = self.user(user).map_err(|_| Refusal::new("channel_not_found"))?;
        if known["deleted"] == true || user == seed::BOT_USER {
            return refuse("channel_not_found");
        }
        let found = self.channels.values().find(|channel| channel.with.as_deref() == Some(user));
        if let Some(channel) = found {
            return Ok(channel.id.clone());
        }
        let id = self.new_id("D");
        let mut channel = Channel::new(&id, "", Kind::Direct, now);
        channel.with = Some(user.to_owned());
        channel.members = BTreeSet::from([user.to_owned(), seed::BOT_USER.to_owned()]);
        self.channels.insert(id.clone(), channel);
        Ok(id)
    }

    /// Stores a message, and tells the app if it may see it. `None`: there is no such channel.
    pub(super) fn post(&mut self, channel: &str, message: Message, now: Timestamp) -> Option<Ts> {
        let from_app = message.body.contains_key("bot_id");
        let ts = self.channels.get_mut(channel)?.add(message, now);
        if (!from_app || self.app.echo)
            && let Some(event) = self.message_event(channel, ts)
        {
            self.emit(channel, event);
        }
        Some(ts)
    }

    /// The `message` event of a stored message.
    pub(super) fn message_event(&self, channel: &str, ts: Ts) -> Option<Value> {
        self.app.urls.events.as_ref()?;
        let place = self.channels.get(channel)?;
        let mut event = place.message(ts)?.shown(true);
        event["channel"] = json!(place.id);
        event["channel_type"] = json!(place.kind.event_name());
        event["event_ts"] = event["ts"].clone();
        Some(event)
    }

    /// An event about a message or a place: it is sent if the bot is there.
    pub(super) fn emit(&mut self, channel: &str, event: Value) {
        let Some(place) = self.channels.get(channel) else { return };
        let ext_shared = place.ext_shared;
        if place.has(seed::BOT_USER) {
            self.send(event, ext_shared);
        }
    }

    /// An event that is sent wherever the bot is.
    pub(super) fn send(&mut self, event: Value, ext_shared: bool) {
        if self.app.urls.events.is_some() && self.events.len() < EVENTS {
            self.events.push_back(Outgoing { event, ext_shared });
        }
    }

    /// The events that wait, in order.
    pub(super) fn take_events(&mut self) -> Vec<Outgoing> {
        self.events.drain(..).collect()
    }

    /// `message_changed`, after a message was changed.
    pub(super) fn emit_changed(&mut self, channel: &str, ts: Ts, before: Value, now: Timestamp) {
        let Some(place) = self.channels.get_mut(channel) else { return };
        let at = place.next_ts(now).to_string();
        let Some(message) = place.message(ts) else { return };
        let event = json!({
            "type": "message", "subtype": "message_changed", "hidden": true,
            "channel": channel, "channel_type": place.kind.event_name(),
            "ts": at, "event_ts": at, "message": message.shown(true), "previous_message": before,
        });
        if before_by_app(&event) && !self.app.echo {
            return;
        }
        self.emit(channel, event);
    }

    /// `message_deleted`, after a message was deleted.
    pub(super) fn emit_deleted(&mut self, channel: &str, before: Value, now: Timestamp) {
        let Some(place) = self.channels.get_mut(channel) else { return };
        let at = place.next_ts(now).to_string();
        let event = json!({
            "type": "message", "subtype": "message_deleted", "hidden": true,
            "channel": channel, "channel_type": place.kind.event_name(), "ts": at, "event_ts": at,
            "deleted_ts": before["ts"], "previous_message": before,
        });
        if before_by_app(&event) && !self.app.echo {
            return;
        }
        self.emit(channel, event);
    }

    /// `member_joined_channel` or `member_left_channel`.
    pub(super) fn emit_membership(
        &mut self,
        kind: &str,
        user: &str,
        channel: &str,
        now: Timestamp,
    ) {
        let Some(place) = self.channels.get_mut(channel) else { return };
        let at = place.next_ts(now).to_string();
        let event = json!({
            "type": kind, "user": user, "channel": channel, "team": self.team_of(user),
            "channel_type": if channel.starts_with('G') { "G" } else { "C" }, "event_ts": at,
        });
        // The bot hears of its own leaving.
        let ext_shared = self.channels.get(channel).is_some_and(|place| place.ext_shared);
        if user == seed::BOT_USER {
            self.send(event, ext_shared);
        } else {
            self.emit(channel, event);
        }
    }

    /// The handles of the user groups.
    pub(super) fn handles(&self) -> Vec<String> {
        let handle = |group: &Value| group["handle"].as_str().map(str::to_owned);
        self.groups.iter().filter_map(handle).collect()
    }

    /// What every message of the app carries.
    pub(super) fn by_app() -> Map<String, Value> {
        let body = json!({
            "type": "message", "user": seed::BOT_USER, "bot_id": seed::BOT_ID,
            "app_id": seed::APP, "team": seed::TEAM,
            "bot_profile": {
                "id": seed::BOT_ID, "app_id": seed::APP, "user_id": seed::BOT_USER,
                "name": "chatgate", "icons": {}, "deleted": false, "updated": 1_700_000_000,
                "team_id": seed::TEAM,
            },
        });
        let Value::Object(body) = body else { return Map::new() };
        body
    }
}

fn before_by_app(event: &Value) -> bool {
    event["previous_message"]["bot_id"] == seed::BOT_ID
}
