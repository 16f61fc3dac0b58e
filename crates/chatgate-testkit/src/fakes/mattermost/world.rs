//! What there is on the server: people, teams, channels, posts, commands.

use std::collections::{BTreeMap, HashMap};

use bytes::Bytes;
use chatgate_core::Timestamp;
use serde_json::{Map, Value, json};

use super::channel::Channel;
use super::config::MattermostConfig;
use super::refusal::{NO_CHANNEL, NO_PERMISSION, NO_POST, NO_TEAM, Refusal};
use super::seed;
use super::settings::Settings;
use super::team::Team;

/// How long a `pending_post_id` is known.
const PENDING_MS: i64 = 30_000;
/// The longest message.
pub(super) const MESSAGE_CHARS: usize = 16_383;

/// What there is.
#[derive(Debug)]
pub(super) struct World {
    pub(super) settings: Settings,
    pub(super) users: BTreeMap<String, Value>,
    /// What the server knows of a bot besides its user.
    pub(super) bots: BTreeMap<String, Value>,
    pub(super) teams: BTreeMap<String, Team>,
    pub(super) channels: BTreeMap<String, Channel>,
    pub(super) posts: Vec<Value>,
    by_id: HashMap<String, usize>,
    pub(super) commands: Vec<Value>,
    /// Webhooks: incoming ones by their id, and outgoing ones.
    pub(super) hooks: BTreeMap<String, Value>,
    pub(super) outgoing: Vec<Value>,
    pub(super) responses: HashMap<String, ResponseUrl>,
    pub(super) triggers: HashMap<String, Trigger>,
    pub(super) dialogs: Vec<Dialog>,
    pub(super) shown: Vec<Value>,
    pub(super) files: HashMap<String, File>,
    pending: HashMap<String, (i64, String)>,
    /// Whose token it is, and the tokens that were made since the start.
    pub(super) tokens: HashMap<String, String>,
    pub(super) made_tokens: Vec<Value>,
    pub(super) max_post: usize,
    made: u64,
}

/// A file.
#[derive(Clone, Debug)]
pub(super) struct File {
    pub(super) channel: String,
    /// What is told of it; the post that shows it, once there is one.
    pub(super) info: Value,
    pub(super) bytes: Bytes,
}

/// A way back that a command was given.
#[derive(Clone, Debug)]
pub(super) struct ResponseUrl {
    pub(super) channel: String,
    pub(super) user: String,
    pub(super) root: String,
    pub(super) made: Timestamp,
    pub(super) uses: u32,
}

/// Who may open a dialog, and since when.
#[derive(Clone, Debug)]
pub(super) struct Trigger {
    pub(super) user: String,
    pub(super) channel: String,
    pub(super) made: Timestamp,
}

/// A dialog that a person sees.
#[derive(Clone, Debug)]
pub(super) struct Dialog {
    pub(super) user: String,
    pub(super) channel: String,
    pub(super) url: String,
    pub(super) body: Value,
    pub(super) open: bool,
}

impl World {
    pub(super) fn new(config: &MattermostConfig, site_url: &str) -> Self {
        let mut settings = Settings::new(site_url);
        // What it cannot take, it has not.
        let _ = settings.patch(&config.settings);
        let mut world = Self {
            settings,
            bots: BTreeMap::new(),
            teams: BTreeMap::new(),
            users: BTreeMap::new(),
            channels: BTreeMap::new(),
            posts: Vec::new(),
            by_id: HashMap::new(),
            commands: Vec::new(),
            hooks: BTreeMap::new(),
            outgoing: Vec::new(),
            responses: HashMap::new(),
            triggers: HashMap::new(),
            dialogs: Vec::new(),
            shown: Vec::new(),
            files: HashMap::new(),
            pending: HashMap::new(),
            tokens: HashMap::new(),
            made_tokens: Vec::new(),
            max_post: config.max_post,
            made: 0,
        };
        seed::fill(&mut world);
        for (id, user) in &world.users {
            let name = user["username"].as_str().unwrap_or_default();
            let token = match name {
                seed::BOT => config.bot_token.clone(),
                "alice" => config.admin_token.clone(),
                _ => format!("token-{name}"),
            };
            world.tokens.insert(token, id.clone());
        }
        world
    }

    /// A new id.
    pub(super) fn make_id(&mut self) -> String {
        self.made += 1;
        // Ids have no order on a real server; here they have one that is not that of time.
        let mixed = self.made.wrapping_mul(0x9E37_79B9_7F4A_7C15);
        format!("{mixed:016x}{:010}", self.made)
    }

    pub(super) fn name(&self, user: &str) -> String {
        let name = self.users.get(user).and_then(|user| user["username"].as_str());
        name.unwrap_or_default().to_owned()
    }

    /// A channel in which this person is.
    pub(super) fn joined(&mut self, channel: &str, user: &str) -> Result<&mut Channel, Refusal> {
        let found = self.channels.get_mut(channel).ok_or(NO_CHANNEL)?;
        if found.members.contains(user) { Ok(found) } else { Err(NO_PERMISSION) }
    }

    pub(super) fn team(&self, id: &str) -> Result<&Team, Refusal> {
        self.teams.get(id).ok_or(NO_TEAM)
    }

    /// Whether they administer the server.
    pub(super) fn is_admin(&self, user: &str) -> bool {
        self.roles(user).any(|role| role == "system_admin")
    }

    /// Whether they administer a team, and with it its commands and webhooks; a bot usually does not.
    pub(super) fn manages(&self, team: &str, user: &str) -> bool {
        let administers = self.teams.get(team).is_some_and(|team| team.admins.contains(user));
        administers || self.roles(user).any(|role| matches!(role, "system_admin" | "team_admin"))
    }

    /// Whether they may read a channel: whoever is in it, and in a public one all of its team.
    pub(super) fn reads(&self, channel: &Channel, user: &str) -> bool {
        let is_of_team =
            || self.teams.get(&channel.team).is_some_and(|it| it.members.contains(user));
        channel.members.contains(user)
            || (channel.kind == "O" && is_of_team())
            || self.is_admin(user)
    }

    fn roles(&self, user: &str) -> impl Iterator<Item = &str> {
        let roles = self.users.get(user).and_then(|user| user["roles"].as_str());
        roles.unwrap_or_default().split(' ')
    }

    /// The direct channel between two people; made when it is first needed.
    pub(super) fn line(&mut self, one: &str, other: &str) -> &mut Channel {
        let mut both = [one, other];
        both.sort_unstable();
        let name = both.join("__");
        let known = self.channels.values().find(|channel| channel.name == name);
        let id = match known.map(|channel| channel.id.clone()) {
            Some(id) => id,
            None => self.make_id(),
        };
        self.channels.entry(id.clone()).or_insert_with(|| {
            let mut line = Channel::new(&id, &name, "D", "");
            line.members = both.iter().map(|&user| user.to_owned()).collect();
            line
        })
    }

    /// Makes a post; the same `pending_post_id` gives the same one for half a minute.
    pub(super) fn post(
        &mut self,
        user: &str,
        body: &Value,
        now: i64,
    ) -> Result<(Value, bool), Refusal> {
        let text = |name: &str| body[name].as_str().unwrap_or_default().to_owned();
        let pending = text("pending_post_id");
        if !pending.is_empty()
            && let Some((at, id)) = self.pending.get(&pending)
            && now - at < PENDING_MS
        {
            return Ok((self.get(id)?.clone(), false));
        }
        let message = text("message");
        if message.chars().count() > self.max_post {
            return Err(Refusal(400, "model.post.is_valid.message_length.app_error"));
        }
        let (channel, root) = (text("channel_id"), text("root_id"));
        let place = self.joined(&channel, user)?;
        if place.deleted_at > 0 {
            return Err(Refusal(400, "api.post.create_post.can_not_post_to_deleted.error"));
        }
        place.last_post_at = now;
        if !root.is_empty() {
            let is_root = self
                .get(&root)
                .is_ok_and(|post| post["root_id"] == "" && post["channel_id"] == channel.as_str());
            if !is_root {
                return Err(Refusal(400, "api.post.create_post.root_id.app_error"));
            }
        }
        let id = self.make_id();
        let mut files = Vec::new();
        for file in body["file_ids"].as_array().into_iter().flatten().filter_map(Value::as_str) {
            // A file goes with one post of its owner in its channel; any other is left out.
            let known = self.files.get_mut(file).filter(|known| {
                let info = &known.info;
                info["user_id"] == user && known.channel == channel && info["post_id"] == ""
            });
            if let Some(known) = known {
                known.info["post_id"] = id.as_str().into();
                files.push(file.to_owned());
            }
        }
        let mut props = body["props"].as_object().cloned().unwrap_or_default();
        if self.users.get(user).is_some_and(|user| user["is_bot"] == true) {
            props.insert("from_bot".to_owned(), "true".into());
        }
        self.name_actions(&mut props);
        let kind = body["type"].as_str().unwrap_or_default();
        let mut metadata = json!({});
        if body["metadata"]["priority"].is_object() {
            metadata["priority"] = body["metadata"]["priority"].clone();
        }
        let post = json!({
            "id": id, "create_at": now, "update_at": now, "edit_at": 0, "delete_at": 0,
            "is_pinned": false, "user_id": user, "channel_id": channel, "root_id": root,
            "original_id": "", "message": message, "type": kind, "props": props, "hashtags": "",
            "pending_post_id": "", "file_ids": files, "reply_count": 0, "last_reply_at": 0, "participants": null,
            "metadata": metadata,
        });
        if !pending.is_empty() {
            self.pending.insert(pending, (now, id.clone()));
        }
        self.by_id.insert(id, self.posts.len());
        self.posts.push(post.clone());
        Ok((post, true))
    }

    /// Gives each action an id that has none.
    pub(super) fn name_actions(&mut self, props: &mut Map<String, Value>) {
        let attachments = props.get_mut("attachments").and_then(Value::as_array_mut);
        for attachment in attachments.into_iter().flatten() {
            for action in attachment["actions"].as_array_mut().into_iter().flatten() {
                if action["id"].as_str().unwrap_or_default().is_empty() {
                    action["id"] = self.make_id().into();
                }
            }
        }
    }

    pub(super) fn get(&self, id: &str) -> Result<&Value, Refusal> {
        self.by_id.get(id).and_then(|at| self.posts.get(*at)).ok_or(NO_POST)
    }

    /// A post that is not deleted: the only kind that can be edited or deleted.
    pub(super) fn standing(&self, id: &str) -> Result<&Value, Refusal> {
        self.get(id).and_then(|post| if post["delete_at"] == 0 { Ok(post) } else { Err(NO_POST) })
    }

    /// Changes a post; gives what it is from then on.
    pub(super) fn change(
        &mut self,
        id: &str,
        now: i64,
        change: impl FnOnce(&mut Value),
    ) -> Result<Value, Refusal> {
        let at = *self.by_id.get(id).ok_or(NO_POST)?;
        let post = self.posts.get_mut(at).ok_or(NO_POST)?;
        change(post);
        post["update_at"] = now.into();
        Ok(post.clone())
    }

    /// An action of a post, as the server keeps it.
    pub(super) fn action(&self, post: &str, is_it: impl Fn(&Value) -> bool) -> Option<Value> {
        let post = self.get(post).ok()?;
        let attachments = post["props"]["attachments"].as_array()?;
        let mut actions = attachments.iter().filter_map(|it| it["actions"].as_array()).flatten();
        actions.find(|action| is_it(action)).cloned()
    }
}

/// Whether this can be the id of something: 26 letters and digits.
pub(super) fn is_id(text: &str) -> bool {
    let is_part = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    text.len() == 26 && text.bytes().all(is_part)
}

/// A post as clients see it: what an action calls is the server's own.
pub(super) fn shown(post: &Value) -> Value {
    let mut post = post.clone();
    for attachment in post["props"]["attachments"].as_array_mut().into_iter().flatten() {
        for action in attachment["actions"].as_array_mut().into_iter().flatten() {
            if let Some(action) = action.as_object_mut() {
                action.remove("integration");
            }
        }
    }
    post
}
