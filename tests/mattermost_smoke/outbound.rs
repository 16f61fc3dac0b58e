//! Every call that the adapter makes, each looked at afterwards through the administrator's eyes.

use std::time::Duration;

use chatgate_core::{
    Adapter, Audience, Change, Clock as _, Content, Importance, MessageId, MessageRef, Operation,
    Place, PlatformMessageId, Receipt, Rendered, Retry, Subject, Surface, Target, Timestamp,
    UserId,
};
use chatgate_gateway::SystemClock;
use chatgate_mattermost::{Mattermost, MattermostWebhook};
use serde_json::{Value, json};

use crate::report::Report;
use crate::server::{Refused, Result, Server};
use crate::watch::{Watch, eventually};

/// How often a call is tried that the server has no time for.
const TRIES: u32 = 10;
const FILE: &[u8] = b"what is in the file\n";
const NAME: &str = "smoke.txt";

/// The adapter, and where it is used.
pub(crate) struct Outbound {
    pub(crate) adapter: Mattermost,
    pub(crate) server: Server,
    pub(crate) channel: String,
    pub(crate) bot: String,
    pub(crate) person: String,
    /// Another bot, for groups.
    pub(crate) other: String,
    /// The address of the incoming webhook.
    pub(crate) incoming: Option<String>,
}

/// Uses everything, and reports of each.
pub(crate) async fn use_all(outbound: &Outbound, report: &mut Report) {
    let began = SystemClock.now();
    let root = match outbound.say(&outbound.place(), "first", 1).await {
        Ok(root) => {
            report.ok("post");
            root
        }
        Err(why) => return report.failed_at("post", why),
    };
    let mut told = |part: &str, done: Result<()>| match done {
        Ok(()) => report.ok(part),
        Err(why) if why.is_unavailable() => report.refused(part, why),
        Err(why) => report.failed_at(part, why),
    };
    told("post once, however often it is tried", outbound.said_once(&root).await);
    told("find a post again", outbound.find(&root, began).await);
    told("edit a post", outbound.edit(&root).await);
    told("reply in a thread", outbound.reply(&root).await);
    told("add a reaction", outbound.react(&root, Change::Added).await);
    told("remove a reaction", outbound.react(&root, Change::Removed).await);
    told("pin a post", outbound.pin(&root, Change::Added).await);
    told("unpin a post", outbound.pin(&root, Change::Removed).await);
    told("show that it is typing", outbound.typing().await);
    told("mark a post as important", outbound.mark().await);
    told("ask for an acknowledgement", outbound.acknowledge().await);
    told("upload a file and fetch it", outbound.upload().await);
    told("look up a channel and a person", outbound.describe().await);
    told("read what was said", outbound.history(&root).await);
    told("say it in several posts", outbound.say_much().await);
    told("write to one person", outbound.directly().await);
    told("write to a group", outbound.to_group().await);
    told("make any other call", outbound.native().await);
    told("delete a post", outbound.delete(&root).await);
    if let Some(url) = &outbound.incoming {
        told("post by an incoming webhook", outbound.by_webhook(url).await);
    }
}

impl Outbound {
    fn place(&self) -> Place {
        let base = self.server.base();
        let workspace = base.split_once("://").map_or(base, |(_, rest)| rest);
        Place::new(self.adapter.id().clone(), workspace, self.channel.as_str())
    }

    fn message(&self, post: &PlatformMessageId) -> MessageRef {
        MessageRef::platform(self.place(), post.clone())
    }

    fn parts(&self, content: &Content) -> Vec<Rendered> {
        let can = self.adapter.capabilities(&self.place(), None);
        self.adapter.dialect().message(content, &Target::new(Surface::Post, can)).parts
    }

    /// Does an operation; again where the server has no time for it.
    async fn call(&self, operation: Operation) -> Result<Receipt> {
        for _ in 1..TRIES {
            match self.adapter.call(operation.clone()).await {
                Err(error) => match error.retry() {
                    Retry::After(pause) => {
                        tokio::time::sleep(pause.min(Duration::from_secs(30))).await;
                    }
                    _ => return Err(error.into()),
                },
                Ok(receipt) => return Ok(receipt),
            }
        }
        Ok(self.adapter.call(operation).await?)
    }

    async fn post(&self, place: &Place, part: Rendered, key: u128) -> Result<PlatformMessageId> {
        let (place, key) = (place.clone(), MessageId::from(key));
        let post = Operation::Post { place, audience: Audience::Everyone, part, key, via: None };
        match self.call(post).await? {
            Receipt::Posted(Some(id)) => Ok(id),
            other => Err(Refused::new(format!("the receipt of a post is {other:?}"))),
        }
    }

    async fn post_content(&self, content: &Content, key: u128) -> Result<PlatformMessageId> {
        let part = self.parts(content).pop();
        let part = part.ok_or_else(|| Refused::new("no part was rendered"))?;
        self.post(&self.place(), part, key).await
    }

    /// Says a few words; what the server has of them is looked at.
    async fn say(&self, place: &Place, words: &str, key: u128) -> Result<PlatformMessageId> {
        let part = self.parts(&Content::from(words)).pop();
        let part = part.ok_or_else(|| Refused::new("no part was rendered"))?;
        let id = self.post(place, part, key).await?;
        let post = self.look(&id).await?;
        must(post["user_id"] == *self.bot, "it is another's post")?;
        must(post["message"] == words, "the post says something else")?;
        Ok(id)
    }

    async fn look(&self, post: &PlatformMessageId) -> Result<Value> {
        self.server.get(&format!("posts/{post}")).await
    }

    async fn is_off(&self, setting: &str) -> bool {
        self.server.client_setting(setting).await.as_deref() == Some("false")
    }

    async fn said_once(&self, root: &PlatformMessageId) -> Result<()> {
        let again = self.say(&self.place(), "first", 1).await?;
        must(again == *root, "there are two posts")
    }

    async fn find(&self, root: &PlatformMessageId, since: Timestamp) -> Result<()> {
        let find = |key: u128| {
            let (place, key) = (self.place(), MessageId::from(key));
            self.call(Operation::FindPost {
                place,
                key,
                since,
                audience: Audience::Everyone,
                by_handle: false,
            })
        };
        must(find(1).await? == Receipt::Found(Some(root.clone())), "it is not found")?;
        must(find(u128::MAX).await? == Receipt::Found(None), "what was never said is found")
    }

    async fn edit(&self, root: &PlatformMessageId) -> Result<()> {
        let part = self.parts(&Content::from("second")).pop();
        let part = part.ok_or_else(|| Refused::new("no part was rendered"))?;
        let (place, message) = (self.place(), self.message(root));
        self.call(Operation::Edit { place, message, part, via: None }).await?;
        let post = self.look(root).await?;
        must(post["message"] == "second", "the post says what it said before")?;
        must(post["edit_at"].as_i64() > Some(0), "it is not marked as edited")
    }

    async fn reply(&self, root: &PlatformMessageId) -> Result<()> {
        let thread = self.place().in_thread(root.as_str());
        let reply = self.say(&thread, "a reply", 2).await?;
        must(self.look(&reply).await?["root_id"] == *root.as_str(), "it is not in the thread")
    }

    async fn react(&self, root: &PlatformMessageId, change: Change) -> Result<()> {
        let (place, message) = (self.place(), self.message(root));
        let emoji = "+1".to_owned();
        self.call(Operation::React { place, message, emoji, change }).await?;
        let reactions = self.server.get(&format!("posts/{root}/reactions")).await?;
        let is_ours = |it: &Value| it["user_id"] == *self.bot && it["emoji_name"] == "+1";
        let is_there = reactions.as_array().into_iter().flatten().any(is_ours);
        must(is_there == (change == Change::Added), "the server has not noticed")
    }

    async fn pin(&self, root: &PlatformMessageId, change: Change) -> Result<()> {
        let (place, message) = (self.place(), self.message(root));
        self.call(Operation::Pin { place, message, change }).await?;
        let pinned = self.server.get(&format!("channels/{}/pinned", self.channel)).await?;
        let is_there = pinned["posts"].get(root.as_str()).is_some();
        must(is_there == (change == Change::Added), "the server has not noticed")
    }

    async fn typing(&self) -> Result<()> {
        let watch = Watch::begin(&self.server).await?;
        self.call(Operation::Typing { place: self.place() }).await?;
        if self.is_off("EnableUserTypingMessages").await {
            return Err(Refused::unlicensed("EnableUserTypingMessages is off: nobody sees it"));
        }
        let is_ours = |event: &Value| (event["data"]["user_id"] == *self.bot).then_some(());
        watch.until("typing", is_ours).await
    }

    async fn mark(&self) -> Result<()> {
        let content = Content::from("important").importance(Importance::Important);
        let post = self.look(&self.post_content(&content, 4).await?).await?;
        if self.is_off("PostPriority").await {
            return Err(Refused::unlicensed("PostPriority is off: it was posted without the mark"));
        }
        must(post["metadata"]["priority"]["priority"] == "important", "it is not marked")
    }

    /// Without a licence the server takes no such post; the adapter then makes one that does not ask.
    async fn acknowledge(&self) -> Result<()> {
        let content = Content::from("urgent").importance(Importance::Urgent);
        let content = content.ask_acknowledgement();
        let post = self.look(&self.post_content(&content, 5).await?).await?;
        match post["metadata"]["priority"]["requested_ack"] == true {
            true => Ok(()),
            false => Err(Refused::unlicensed("it was posted, and nobody is asked")),
        }
    }

    async fn upload(&self) -> Result<()> {
        let (place, file, name) = (self.place(), chatgate_core::FileRef::from(1), NAME.to_owned());
        let upload = Operation::Upload { place: place.clone(), file, name, bytes: FILE.into() };
        let Receipt::Uploaded(id) = self.call(upload).await? else {
            return Err(Refused::new("the receipt of an upload is another"));
        };
        let info = self.server.get(&format!("files/{id}/info")).await?;
        must(info["name"] == NAME, "it is called otherwise")?;
        must(info["post_id"].as_str().is_some_and(|it| !it.is_empty()), "no post shows it")?;
        let bytes = self.server.bytes(&format!("files/{id}")).await?;
        must(bytes == FILE, "there is something else in it")?;
        let fetch = |max_bytes| {
            self.call(Operation::Download { place: place.clone(), file: id.clone(), max_bytes })
        };
        must(
            fetch(FILE.len()).await? == Receipt::Downloaded(FILE.into()),
            "it is fetched otherwise",
        )?;
        must(fetch(FILE.len() - 1).await.is_err(), "more is taken than was asked for")
    }

    async fn describe(&self) -> Result<()> {
        let place = self.call(Operation::Describe(Subject::Place(self.place()))).await?;
        let Receipt::Described(place) = place else { return Err(Refused::new("no description")) };
        must(place.externally_shared == Some(false), "the channel is said to be shared")?;
        let user = UserId::from(self.person.as_str());
        let user = Subject::User { place: self.place(), user };
        let Receipt::Described(user) = self.call(Operation::Describe(user)).await? else {
            return Err(Refused::new("no description"));
        };
        let known = self.server.get("users/me").await?;
        must(user.handle.as_deref() == known["username"].as_str(), "the person has another name")
    }

    async fn history(&self, root: &PlatformMessageId) -> Result<()> {
        let read = |place: Place| self.call(Operation::History { place, before: None, limit: 50 });
        for place in [self.place(), self.place().in_thread(root.as_str())] {
            let Receipt::History(posts) = read(place).await? else {
                return Err(Refused::new("no history"));
            };
            must(posts.iter().any(|post| post.id == *root), "what was said is not in it")?;
        }
        Ok(())
    }

    /// More than one post takes, to the last word.
    async fn say_much(&self) -> Result<()> {
        const WORDS: usize = 8_000;
        let parts = self.parts(&Content::from("word ".repeat(WORDS).as_str()));
        must(parts.len() > 1, "it is one part")?;
        let mut said = 0;
        for (number, part) in (10..).zip(parts) {
            let post = self.look(&self.post(&self.place(), part, number).await?).await?;
            said += post["message"].as_str().unwrap_or_default().matches("word").count();
        }
        must(said == WORDS, "some of it is lost")
    }

    async fn directly(&self) -> Result<()> {
        let (place, user) = (self.place(), UserId::from(self.person.as_str()));
        let line = Place::direct(place.adapter, place.workspace, &user);
        let post = self.say(&line, "to you alone", 3).await?;
        let channel = self.look(&post).await?["channel_id"].clone();
        let channel = channel.as_str().unwrap_or_default();
        let channel = self.server.get(&format!("channels/{channel}")).await?;
        must(channel["type"] == "D", "it is no direct message")
    }

    async fn to_group(&self) -> Result<()> {
        let place = self.place();
        let people = [&self.person, &self.other].map(|user| UserId::from(user.as_str()));
        let group = Place::group(place.adapter, place.workspace, &people);
        let post = self.say(&group, "to you both", 6).await?;
        let channel = self.look(&post).await?["channel_id"].clone();
        let channel = channel.as_str().unwrap_or_default();
        let channel = self.server.get(&format!("channels/{channel}")).await?;
        must(channel["type"] == "G", "it is no group")
    }

    async fn native(&self) -> Result<()> {
        let get = Operation::Native { method: "GET users/me".to_owned(), body: Value::Null };
        let Receipt::Native(me) = self.call(get).await? else {
            return Err(Refused::new("no answer"));
        };
        must(me["id"] == *self.bot, "it is another's")?;
        let named = Operation::Native {
            method: "POST users/ids".to_owned(),
            body: json!([self.person, self.other]),
        };
        let Receipt::Native(users) = self.call(named).await? else {
            return Err(Refused::new("no answer"));
        };
        must(users.as_array().is_some_and(|users| users.len() == 2), "the answer is another")
    }

    async fn delete(&self, root: &PlatformMessageId) -> Result<()> {
        let (place, message) = (self.place(), self.message(root));
        self.call(Operation::Delete { place, message, via: None }).await?;
        let posts = self.server.get(&format!("channels/{}/posts", self.channel)).await?;
        let mut order = posts["order"].as_array().into_iter().flatten();
        must(order.all(|id| *id != *root.as_str()), "it is still there")
    }

    async fn by_webhook(&self, url: &str) -> Result<()> {
        let webhook = MattermostWebhook::builder()
            .url(url)
            .allow_plain_http()
            .transport(self.server.transport())
            .build()?;
        let place = webhook.place();
        let can = webhook.capabilities(&place, None);
        let content = Content::from("by the webhook");
        let target = Target::new(Surface::Post, can);
        let part = webhook.dialect().message(&content, &target).parts.pop();
        let part = part.ok_or_else(|| Refused::new("no part was rendered"))?;
        let (audience, key) = (Audience::Everyone, MessageId::from(20));
        webhook.call(Operation::Post { place, audience, part, key, via: None }).await?;
        let is_it = |post: &Value| {
            post["message"] == "by the webhook" && post["props"]["from_webhook"] == "true"
        };
        eventually(async || {
            let posts = self.server.get(&format!("channels/{}/posts", self.channel)).await?;
            Ok(posts["posts"].as_object().and_then(|posts| posts.values().any(is_it).then_some(())))
        })
        .await
    }
}

fn must(holds: bool, otherwise: &str) -> Result<()> {
    if holds { Ok(()) } else { Err(Refused::new(otherwise)) }
}
