//! Posts: new, edited, deleted.

use chatgate_core::{
    Actor, Content, DisplayName, Event, EventKind, Message, MessageRef, SharedFile, Standing,
    Timestamp,
};
use chatgate_http::soft;
use chatgate_render::mattermost::{Names, read};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;

use super::frame::Happened;
use super::{Decoded, Decoder};

/// More than these a post has not: Mattermost takes ten.
const FILES: usize = 20;

/// What goes with a post: the post itself is JSON in a string (mattermost.md §2.6).
#[derive(Debug, Default, Deserialize)]
pub(super) struct Data {
    #[serde(default, deserialize_with = "soft")]
    post: Option<String>,
    #[serde(default, deserialize_with = "soft")]
    channel_type: Option<String>,
    #[serde(default, deserialize_with = "soft")]
    team_id: Option<String>,
    #[serde(default, deserialize_with = "soft")]
    sender_name: Option<String>,
}

/// A post as Mattermost sends it (mattermost.md §3.2).
#[derive(Debug, Default, Deserialize)]
pub(super) struct Post {
    #[serde(default, deserialize_with = "soft")]
    id: Option<String>,
    #[serde(default, deserialize_with = "soft")]
    create_at: Option<i64>,
    #[serde(default, deserialize_with = "soft")]
    edit_at: Option<i64>,
    #[serde(default, deserialize_with = "soft")]
    user_id: Option<String>,
    #[serde(default, deserialize_with = "soft")]
    channel_id: Option<String>,
    #[serde(default, deserialize_with = "soft")]
    root_id: Option<String>,
    #[serde(default, deserialize_with = "soft")]
    pub(super) message: Option<String>,
    #[serde(rename = "type", default, deserialize_with = "soft")]
    kind: Option<String>,
    #[serde(default, deserialize_with = "soft")]
    props: Option<Props>,
    #[serde(default, deserialize_with = "soft")]
    remote_id: Option<String>,
    #[serde(default, deserialize_with = "soft")]
    file_ids: Option<Vec<String>>,
    #[serde(default, deserialize_with = "soft")]
    metadata: Option<Metadata>,
}

#[derive(Debug, Default, Deserialize)]
struct Metadata {
    #[serde(default, deserialize_with = "soft")]
    files: Option<Vec<FileInfo>>,
}

/// What is known of a file; not every post says it.
#[derive(Debug, Default, Deserialize)]
struct FileInfo {
    id: String,
    #[serde(default, deserialize_with = "soft")]
    name: Option<String>,
    #[serde(default, deserialize_with = "soft")]
    size: Option<u64>,
}

/// What a post says of who made it. Each is `"true"`, or a text.
#[derive(Debug, Default, Deserialize)]
struct Props {
    #[serde(default, deserialize_with = "soft")]
    from_webhook: Option<Value>,
    #[serde(default, deserialize_with = "soft")]
    from_bot: Option<Value>,
    #[serde(default, deserialize_with = "soft")]
    from_plugin: Option<Value>,
    #[serde(default, deserialize_with = "soft")]
    from_oauth_app: Option<Value>,
    #[serde(default, deserialize_with = "soft")]
    override_username: Option<Value>,
    #[serde(default, deserialize_with = "soft")]
    webhook_display_name: Option<Value>,
    #[serde(default, deserialize_with = "soft")]
    channel_mentions: Option<serde_json::Map<String, Value>>,
}

impl Props {
    /// True for what a webhook, plugin, command or bot said under whoever's id (T27). A person may set
    /// some of these too: then they speak for nobody.
    fn is_of_integration(&self) -> bool {
        [
            &self.from_webhook,
            &self.from_bot,
            &self.from_plugin,
            &self.from_oauth_app,
            &self.override_username,
            &self.webhook_display_name,
        ]
        .into_iter()
        .flatten()
        .any(|value| match value {
            Value::Null => false,
            Value::Bool(value) => *value,
            Value::String(text) => !matches!(text.as_str(), "" | "false"),
            _ => true,
        })
    }
}

/// What a person writes; everything else is the server's own, or a plugin's (mattermost.md §3.2).
const WRITTEN: &[&str] = &["", "me", "slack_attachment"];

impl Decoder<'_> {
    pub(super) fn posted(&self, happened: &Happened<'_>) -> Option<Decoded> {
        let data: Data = happened.frame.data();
        let post = data.read()?;
        if let Some(nothing) = self.passed_over(&post) {
            return Some(nothing);
        }
        let kind = post.kind.as_deref().unwrap_or_default();
        let id = post.id.as_deref()?;
        if !WRITTEN.contains(&kind) {
            return Some(self.other(happened, &format!("posted/{kind}"), format!("post/{id}")));
        }
        let place = self.place(post.channel_id.as_deref()?, post.root_id.as_deref());
        let (content, named) = self.content(&post);
        let message = Message::new(MessageRef::platform(place.clone(), id), content);
        let mut message = message.files(post.files());
        message.mentioned = named;
        if place.thread.is_none() {
            message = message.thread_root(id);
        }
        let at = post.create_at.map_or(self.now, Timestamp::from_millis);
        let event = self.of(happened, format!("post/{id}"), at, EventKind::Message(message));
        let mut event = self.by(event, &post);
        if let Some(name) = data.sender_name.as_deref().filter(|name| !name.is_empty()) {
            event = event.named(DisplayName::new(name.trim_start_matches('@')));
        }
        let place = match data.team_id.as_deref().filter(|team| !team.is_empty()) {
            Some(team) => place.in_team(team),
            None => place,
        };
        event = event.in_place(place);
        if data.is_direct() {
            // There is nobody but the two, and who the other one is says their own standing.
            event = event.direct().externally_shared(Some(false));
        }
        Some(Decoded::event(event))
    }

    pub(super) fn edited(&self, happened: &Happened<'_>) -> Option<Decoded> {
        let post = happened.frame.data::<Data>().read()?;
        if let Some(nothing) = self.passed_over(&post) {
            return Some(nothing);
        }
        let edited_at = post.edit_at.unwrap_or_default();
        // Pins, reactions and previews change a post too; only other words are an edit.
        if edited_at == 0 {
            return Some(Decoded::Nothing("the words did not change"));
        }
        let id = post.id.as_deref()?;
        let place = self.place(post.channel_id.as_deref()?, post.root_id.as_deref());
        let (content, _) = self.content(&post);
        let message = MessageRef::platform(place.clone(), id);
        let kind = EventKind::Edited { message, content };
        let at = Timestamp::from_millis(edited_at);
        let event = self.of(happened, format!("edit/{id}/{edited_at}"), at, kind);
        Some(Decoded::event(self.by(event, &post).in_place(place)))
    }

    /// Mattermost does not say who deleted it, and the post is as it was before (mattermost.md §2.6).
    pub(super) fn deleted(&self, happened: &Happened<'_>) -> Option<Decoded> {
        let post = happened.frame.data::<Data>().read()?;
        if let Some(nothing) = self.passed_over(&post) {
            return Some(nothing);
        }
        let id = post.id.as_deref()?;
        let place = self.place(post.channel_id.as_deref()?, post.root_id.as_deref());
        let kind = EventKind::Deleted { message: MessageRef::platform(place.clone(), id) };
        let event = self.of(happened, format!("delete/{id}"), self.now, kind);
        Some(Decoded::event(event.in_place(place)))
    }

    /// Our own posts, and what the server itself says.
    fn passed_over(&self, post: &Post) -> Option<Decoded> {
        if post.user_id.as_deref().is_some_and(|user| self.is_me(user)) {
            return Some(Decoded::Nothing("our own post"));
        }
        let is_system = post.kind.as_deref().is_some_and(|kind| kind.starts_with("system_"));
        is_system.then_some(Decoded::Nothing("what the server itself says"))
    }

    fn by(&self, event: Event, post: &Post) -> Event {
        let Some(user) = post.user_id.as_deref().filter(|user| !user.is_empty()) else {
            return event;
        };
        event.by(self.author(user, post))
    }

    /// What a webhook, plugin or command says carries the id of a human who may be an administrator: it
    /// is never theirs. Someone of another server has an id of this one too (mattermost.md §9).
    fn author(&self, user: &str, post: &Post) -> Actor {
        let mut actor = self.actor(user);
        let remote = post.remote_id.as_deref().filter(|remote| !remote.is_empty());
        if let Some(remote) = remote {
            actor.workspace = remote.into();
            actor = actor.standing(Standing::External);
        }
        match &post.props {
            Some(props) if props.is_of_integration() => actor.standing(Standing::Integration),
            _ => actor,
        }
    }

    /// What is said, and whether it names us; our name at its start is taken away.
    fn content(&self, post: &Post) -> (Content, bool) {
        let mut content = read(post.message.as_deref().unwrap_or_default(), &self.names_in(post));
        let named = content.take_address(self.me.map(|me| me.id.as_str()));
        (content, named)
    }

    /// The names that a post itself explains: newer servers say the ids of channels.
    fn names_in(&self, post: &Post) -> Names {
        let channels = post.props.iter().filter_map(|props| props.channel_mentions.as_ref());
        channels.flatten().fold(self.names(), |names, (name, channel)| {
            match channel.get("id").and_then(Value::as_str) {
                Some(id) => names.channel(name.as_str(), id),
                None => names,
            }
        })
    }
}

impl Post {
    /// The files that go with it.
    fn files(&self) -> impl Iterator<Item = SharedFile> {
        let infos = || self.metadata.iter().flat_map(|metadata| metadata.files.iter().flatten());
        self.file_ids.iter().flatten().take(FILES).map(move |id| {
            let mut file = SharedFile::new(id.as_str());
            if let Some(info) = infos().find(|info| info.id == *id) {
                (file.name, file.bytes) = (info.name.clone(), info.size);
            }
            file
        })
    }
}

impl Data {
    pub(super) fn is_direct(&self) -> bool {
        self.channel_type.as_deref() == Some("D")
    }

    pub(super) fn read(&self) -> Option<Post> {
        serde_json::from_str(self.post.as_deref()?).ok()
    }
}

/// A post that was fetched, as the frame that would have brought it; of a channel with this id, kind
/// and team.
pub(crate) fn fetched(event: &str, post: &RawValue, channel: [&str; 3]) -> String {
    #[derive(Serialize)]
    struct Framed<'a> {
        event: &'a str,
        data: Told<'a>,
        broadcast: To<'a>,
    }
    #[derive(Serialize)]
    struct Told<'a> {
        post: &'a str,
        channel_type: &'a str,
        team_id: &'a str,
    }
    #[derive(Serialize)]
    struct To<'a> {
        channel_id: &'a str,
    }
    let [channel_id, channel_type, team_id] = channel;
    let data = Told { post: post.get(), channel_type, team_id };
    let framed = Framed { event, data, broadcast: To { channel_id } };
    // Text is always JSON.
    serde_json::to_string(&framed).unwrap_or_default()
}
