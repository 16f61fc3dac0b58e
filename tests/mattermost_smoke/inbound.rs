//! Every way in which something comes from the server, used as a person's client uses it.

use serde_json::{Value, json};

use crate::bot::{Reached, Seen};
use crate::report::Report;
use crate::server::{Refused, Result, Server, text};
use crate::watch::{Watch, eventually};

const COMMAND: &str = "/mattermost/command";
const ACTION: &str = "/mattermost/action";
const DIALOG: &str = "/mattermost/dialog";
const HOOK: &str = "/mattermost/hook";

/// A slash command, as it is registered.
#[derive(Debug)]
pub(crate) struct Command {
    pub(crate) trigger: String,
    pub(crate) token: String,
    pub(crate) body: Value,
}

/// What the adapter makes of the ways back that a command carries: addresses below the server's
/// `SiteURL`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum WaysBack {
    Known,
    /// They do not lead to the server that it knows, and so are not taken.
    Foreign,
}

/// Where a person meets the bot.
pub(crate) struct Inbound {
    pub(crate) server: Server,
    pub(crate) bot: String,
    pub(crate) bot_name: String,
    pub(crate) person: String,
    pub(crate) team: String,
    pub(crate) channel: String,
    pub(crate) commands: Vec<Command>,
    /// What the outgoing webhook looks for, where there is one.
    pub(crate) outgoing: Option<String>,
    pub(crate) reached: Reached,
    pub(crate) seen: Seen,
    /// Whether somebody has said where the server reaches this program.
    pub(crate) is_public: bool,
    pub(crate) ways_back: WaysBack,
    pub(crate) url: String,
}

/// Uses everything, and reports of each.
pub(crate) async fn use_all(inbound: &Inbound, report: &mut Report) {
    let watch = match Watch::begin(&inbound.server).await {
        Ok(watch) => watch,
        Err(why) => return report.failed_at("open the person's own WebSocket", why),
    };
    told(report, "a mention, by the WebSocket", inbound.mention().await);
    told(report, "a direct message, by the WebSocket", inbound.direct().await);
    told(report, "a message piece by piece", inbound.stream().await);
    told(report, "a file that a person sends", inbound.file().await);
    told(report, "a reaction and an edit, by the WebSocket", inbound.happenings().await);
    for (part, trigger) in [
        ("a slash command, answered at once", "parrot"),
        ("a slash command, answered late", "snail"),
    ] {
        let before = inbound.reached.times(COMMAND);
        inbound.called(report, part, before, COMMAND, inbound.slash(trigger).await);
    }
    let before = inbound.reached.times(COMMAND);
    let done = inbound.slash_by_get().await;
    inbound.called(report, "a slash command, by GET", before, COMMAND, done);
    let before = inbound.reached.times(COMMAND);
    let done = inbound.whisper("at once", &watch).await;
    inbound.called(report, "an answer that one person sees", before, COMMAND, done);
    let part = "a late answer that one person sees, by response_url";
    if inbound.ways_back == WaysBack::Foreign {
        report.unreached_by(part, "it begins with a SiteURL that does not lead to the server");
    } else {
        let before = inbound.reached.times(COMMAND);
        let done = inbound.whisper("late", &watch).await;
        inbound.called(report, part, before, COMMAND, done);
    }
    match inbound.card().await {
        Err(why) => report.failed_at("a card with a button and a menu", why),
        Ok(post) => {
            report.ok("a card with a button and a menu");
            let before = inbound.reached.times(ACTION);
            let done = inbound.choose(&post).await;
            inbound.called(report, "a choice in a menu", before, ACTION, done);
            let before = inbound.reached.times(ACTION);
            let done = inbound.press(&post).await;
            inbound.called(report, "a button", before, ACTION, done);
        }
    }
    let before = inbound.reached.times(COMMAND);
    let opened = inbound.survey(&watch).await;
    let dialog = opened.as_ref().ok().cloned();
    let done = opened.map(|_| ());
    inbound.called(report, "a dialog is opened", before, COMMAND, done);
    if let Some(dialog) = dialog {
        let before = inbound.reached.times(DIALOG);
        let done = inbound.submit(&dialog).await;
        inbound.called(report, "a dialog is corrected and submitted", before, DIALOG, done);
    }
    if let Some(word) = &inbound.outgoing {
        let before = inbound.reached.times(HOOK);
        let done = inbound.hook(word).await;
        inbound.called(report, "an outgoing webhook", before, HOOK, done);
    }
}

fn told(report: &mut Report, part: &str, done: Result<()>) {
    match done {
        Ok(()) => report.ok(part),
        Err(why) => report.failed_at(part, why),
    }
}

impl Inbound {
    /// Reports of a part in which the server calls this program at `path`.
    fn called(&self, report: &mut Report, part: &str, before: usize, path: &str, done: Result<()>) {
        match done {
            Err(why) if self.reached.times(path) == before => {
                let why = format!("{}{path} is not reached by the server ({why})", self.url);
                match self.is_public {
                    true => report.failed_at(part, why),
                    false => report
                        .unreached_by(part, format!("{why}; CHATGATE_PUBLIC_URL may say where")),
                }
            }
            done => told(report, part, done),
        }
    }

    /// A post in a channel that holds these words, and is somebody's.
    async fn said(&self, channel: &str, author: &str, words: &str) -> Result<Value> {
        let is_it = |post: &&Value| post["user_id"] == author && post.to_string().contains(words);
        eventually(async || {
            let posts = self.server.get(&format!("channels/{channel}/posts")).await?;
            let posts = posts["posts"].as_object();
            Ok(posts.and_then(|posts| posts.values().find(is_it).cloned()))
        })
        .await
        .map_err(|why| Refused::new(format!("no post says “{words}” ({why})")))
    }

    async fn write(&self, channel: &str, words: &str) -> Result<()> {
        let body = json!({"channel_id": channel, "message": words});
        self.server.post("posts", &body).await.map(|_| ())
    }

    async fn execute(&self, line: &str) -> Result<Value> {
        let body = json!({"channel_id": self.channel, "team_id": self.team, "command": line});
        self.server.post("commands/execute", &body).await
    }

    async fn mention(&self) -> Result<()> {
        // The first one may come before the bot listens, and is then read afterwards.
        self.write(&self.channel, &format!("@{} parrot by mention", self.bot_name)).await?;
        self.said(&self.channel, &self.bot, "parrot: by mention").await.map(|_| ())
    }

    async fn direct(&self) -> Result<()> {
        let line = self.server.post("channels/direct", &json!([self.person, self.bot])).await?;
        let line = text(&line, "id")?;
        self.write(&line, "parrot directly").await?;
        self.said(&line, &self.bot, "parrot: directly").await.map(|_| ())
    }

    async fn stream(&self) -> Result<()> {
        let line = format!("@{} poem of four short words", self.bot_name);
        self.write(&self.channel, &line).await?;
        self.said(&self.channel, &self.bot, "poem: of four short words").await.map(|_| ())
    }

    async fn file(&self) -> Result<()> {
        let route = format!("files?channel_id={}&filename=smoke.bin", self.channel);
        let sent = self.server.send(&route, &[7; 321]).await?;
        let file = text(&sent["file_infos"][0], "id")?;
        let message = format!("@{} weigh", self.bot_name);
        let body = json!({"channel_id": self.channel, "message": message, "file_ids": [file]});
        self.server.post("posts", &body).await?;
        self.said(&self.channel, &self.bot, "weighed: 321 bytes").await.map(|_| ())
    }

    /// What happens to a message of the person's that does not speak to the bot.
    async fn happenings(&self) -> Result<()> {
        let body = json!({"channel_id": self.channel, "message": "not to the bot"});
        let post = text(&self.server.post("posts", &body).await?, "id")?;
        let reaction = json!({"user_id": self.person, "post_id": post, "emoji_name": "eyes"});
        self.server.post("reactions", &reaction).await?;
        self.until_seen(&format!("eyes on {post}")).await?;
        self.server.delete(&format!("users/me/posts/{post}/reactions/eyes")).await?;
        self.until_seen(&format!("no eyes on {post}")).await?;
        let body = json!({"message": "still not to the bot"});
        self.server.put(&format!("posts/{post}/patch"), &body).await?;
        self.until_seen(&format!("{post} says still not to the bot")).await
    }

    async fn until_seen(&self, what: &str) -> Result<()> {
        eventually(async || Ok(self.seen.has(what).then_some(())))
            .await
            .map_err(|why| Refused::new(format!("“{what}” is not seen ({why})")))
    }

    async fn slash(&self, trigger: &str) -> Result<()> {
        self.execute(&format!("/{trigger} by command")).await?;
        let words = format!("{trigger}: by command");
        // In the person's name, or in the bot's where it came too late.
        let is_it = |post: &Value| post["message"].as_str().is_some_and(|it| it.contains(&words));
        eventually(async || {
            let posts = self.server.get(&format!("channels/{}/posts", self.channel)).await?;
            Ok(posts["posts"].as_object().and_then(|posts| posts.values().any(is_it).then_some(())))
        })
        .await
        .map_err(|why| Refused::new(format!("no post says “{words}” ({why})")))
    }

    async fn slash_by_get(&self) -> Result<()> {
        let command = self.commands.iter().find(|command| command.trigger == "parrot");
        let command = command.ok_or_else(|| Refused::new("/parrot is not registered"))?;
        let mut body = command.body.clone();
        body["method"] = "G".into();
        let id = text(&body, "id")?;
        self.server.put(&format!("commands/{id}"), &body).await?;
        self.execute("/parrot by get").await?;
        self.said(&self.channel, &self.person, "parrot: by get").await.map(|_| ())
    }

    async fn whisper(&self, words: &str, watch: &Watch) -> Result<()> {
        self.execute(&format!("/whisper {words}")).await?;
        let is_it = |event: &Value| {
            let post = event["data"]["post"].as_str()?;
            post.contains(&format!("whisper: {words}")).then_some(())
        };
        watch.until("ephemeral_message", is_it).await
    }

    /// Has the bot post a card; gives it.
    async fn card(&self) -> Result<Value> {
        self.write(&self.channel, &format!("@{} card of colours", self.bot_name)).await?;
        let card = self.said(&self.channel, &self.bot, "card: of colours").await?;
        if card.to_string().contains("integration") {
            return Err(Refused::new("the server shows what its buttons call"));
        }
        Ok(card)
    }

    /// The action of a card by the kind that it is.
    fn action(card: &Value, is_it: impl Fn(&Value) -> bool) -> Result<String> {
        let cards = card["props"]["attachments"].as_array().into_iter().flatten();
        let mut actions = cards.filter_map(|card| card["actions"].as_array()).flatten();
        let found = actions.find(|action| is_it(action));
        text(found.ok_or_else(|| Refused::new("the card has no such action"))?, "id")
    }

    async fn choose(&self, card: &Value) -> Result<()> {
        let action = Self::action(card, |action| action["type"] == "select")?;
        let cards = card["props"]["attachments"].as_array().into_iter().flatten();
        let options = cards.filter_map(|card| card["actions"].as_array()).flatten();
        let mut options = options.filter_map(|action| action["options"].as_array()).flatten();
        let green = options.find(|option| option["text"] == "Green");
        let green =
            text(green.ok_or_else(|| Refused::new("the menu has no such choice"))?, "value")?;
        let post = text(card, "id")?;
        let body = json!({"selected_option": green});
        self.server.post(&format!("posts/{post}/actions/{action}"), &body).await?;
        self.said(&self.channel, &self.bot, "chosen: green").await.map(|_| ())
    }

    async fn press(&self, card: &Value) -> Result<()> {
        let action = Self::action(card, |action| action["type"] != "select")?;
        let post = text(card, "id")?;
        self.server.post(&format!("posts/{post}/actions/{action}"), &json!({})).await?;
        eventually(async || {
            let post = self.server.get(&format!("posts/{post}")).await?;
            Ok(post.to_string().contains("pressed: of colours").then_some(()))
        })
        .await
        .map_err(|why| Refused::new(format!("the card did not change ({why})")))
    }

    /// Asks for the dialog; gives what the person's client is told to show.
    async fn survey(&self, watch: &Watch) -> Result<Value> {
        self.execute("/survey").await?;
        let opened = |event: &Value| serde_json::from_str(event["data"]["dialog"].as_str()?).ok();
        watch.until("open_dialog", opened).await
    }

    async fn submit(&self, opened: &Value) -> Result<()> {
        let dialog = &opened["dialog"];
        let element = dialog["elements"].as_array().and_then(|elements| elements.first());
        let element = text(element.unwrap_or(&Value::Null), "name")?;
        let submission = |words: &str| {
            let body = json!({
                "url": opened["url"], "callback_id": dialog["callback_id"],
                "state": dialog["state"], "channel_id": self.channel, "team_id": self.team,
                "user_id": self.person, "submission": {element.clone(): words}, "cancelled": false,
            });
            async move { self.server.post("actions/dialogs/submit", &body).await }
        };
        let corrected = submission("bad").await?;
        if corrected["errors"][&element] != "cannot be bad" {
            return Err(Refused::new(format!("a wrong value is answered by {corrected}")));
        }
        let taken = submission("fine").await?;
        if taken["errors"].as_object().is_some_and(|errors| !errors.is_empty()) {
            return Err(Refused::new(format!("a right value is answered by {taken}")));
        }
        self.said(&self.channel, &self.bot, "opinion: fine").await.map(|_| ())
    }

    async fn hook(&self, word: &str) -> Result<()> {
        self.write(&self.channel, &format!("{word} parrot by webhook")).await?;
        // In the name of whoever has made the webhook.
        self.said(&self.channel, &self.person, "parrot: by webhook").await.map(|_| ())
    }
}
