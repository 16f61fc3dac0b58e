//! A fake Slack inside a Rust test.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;
use serde_json::{Value, json};

use super::deliver::Attempt;
use super::{Slack, SlackConfig, seed};
use crate::fakes::server;

/// The ids of what a fake Slack starts with.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct SlackIds {
    /// The workspace.
    pub team: String,
    /// The workspace that the external people are from.
    pub foreign_team: String,
    /// The bot as a user, `U…`.
    pub bot_user: String,
    /// The bot as the author of messages, `B…`.
    pub bot_id: String,
    /// The app.
    pub app: String,
    /// Conversations by name: `ops` (public, with the bot), `random` (public, without), `private`,
    /// `secret` (private, without), `shared` (with another workspace), `archived`, and the DMs
    /// `alice`, `bob` and `guest`.
    pub channels: BTreeMap<String, String>,
    /// Users by name: `alice`, `bob`, `carol`, `guest`, `ultra` (a single-channel guest),
    /// `external`, `stranger`, `gone`, `otherbot`, `chatgate`.
    pub users: BTreeMap<String, String>,
}

/// A Slack on the loopback interface, until it is dropped.
///
/// ```
/// use chatgate_testkit::fakes::{FakeSlack, SlackConfig};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> std::io::Result<()> {
/// let slack = FakeSlack::start(SlackConfig::new()).await?;
/// let api = slack.api_url(); // what `SLACK_API_URL` is set to
/// assert!(api.starts_with("http://127.0.0.1:"));
/// assert!(slack.messages("C0OPS").is_empty());
/// # Ok(())
/// # }
/// ```
pub struct FakeSlack {
    slack: Arc<Slack>,
    bot_token: String,
}

impl FakeSlack {
    /// Starts one.
    ///
    /// # Errors
    ///
    /// When the port is taken.
    pub async fn start(config: SlackConfig) -> std::io::Result<Self> {
        let (listener, address) = server::listen(config.port).await?;
        let bot_token = config.bot_token.clone();
        let slack = Slack::new(config, format!("http://{address}"));
        slack.tasks.start(server::serve(Arc::clone(&slack), listener));
        Ok(Self { slack, bot_token })
    }

    /// `http://127.0.0.1:<port>`.
    #[must_use]
    pub fn base_url(&self) -> &str {
        &self.slack.base_url
    }

    /// Where the Web API is, with a slash at its end.
    #[must_use]
    pub fn api_url(&self) -> String {
        format!("{}/api/", self.slack.base_url)
    }

    /// Where the control API is, with a slash at its end.
    #[must_use]
    pub fn control_url(&self) -> String {
        format!("{}/_control/", self.slack.base_url)
    }

    /// The bot token that is accepted.
    #[must_use]
    pub fn bot_token(&self) -> &str {
        &self.bot_token
    }

    /// The secret that deliveries are signed with.
    #[must_use]
    pub fn signing_secret(&self) -> &str {
        &self.slack.signing_secret
    }

    /// The ids of what there is from the start.
    #[must_use]
    pub fn ids(&self) -> SlackIds {
        let (channels, users) = seed::names();
        SlackIds {
            team: seed::TEAM.to_owned(),
            foreign_team: seed::FOREIGN_TEAM.to_owned(),
            bot_user: seed::BOT_USER.to_owned(),
            bot_id: seed::BOT_ID.to_owned(),
            app: seed::APP.to_owned(),
            channels,
            users,
        }
    }

    /// The line that the program `fake-slack` prints when it is ready.
    #[must_use]
    pub fn ready_line(&self) -> String {
        json!({
            "base_url": self.base_url(), "api_url": self.api_url(),
            "control_url": self.control_url(), "tokens": {"bot": self.bot_token},
            "signing_secret": self.signing_secret(), "ids": self.ids(),
        })
        .to_string()
    }

    /// From now on the app listens here, for everything.
    pub fn listen(&self, url: &str) {
        self.slack.world().app.urls = super::world::Urls::all(Some(url.to_owned()));
    }

    /// Does what a verb of the control API says; `docs/fakes.md` has them all.
    ///
    /// # Errors
    ///
    /// What was wrong with the verb or its body.
    pub async fn control(&self, verb: &str, body: Value) -> Result<Value, String> {
        self.slack.verb(verb, &body).await
    }

    /// Someone says something in a conversation; the `ts` of the message, once the app has taken
    /// its events or failed to.
    ///
    /// # Errors
    ///
    /// When the person or the conversation does not exist, or the person is not in it.
    pub async fn say(&self, user: &str, channel: &str, text: &str) -> Result<String, String> {
        let body = json!({"user": user, "channel": channel, "text": text});
        self.control("say", body).await.map(|said| ts(&said))
    }

    /// As [`say`](Self::say), with a mention of the bot in front.
    ///
    /// # Errors
    ///
    /// As [`say`](Self::say).
    pub async fn mention(&self, user: &str, channel: &str, text: &str) -> Result<String, String> {
        let body = json!({"user": user, "channel": channel, "text": text, "mention_bot": true});
        self.control("say", body).await.map(|said| ts(&said))
    }

    /// As [`say`](Self::say), in a thread.
    ///
    /// # Errors
    ///
    /// As [`say`](Self::say), and when there is no such message.
    pub async fn reply(
        &self,
        user: &str,
        channel: &str,
        thread_ts: &str,
        text: &str,
    ) -> Result<String, String> {
        let body = json!({"user": user, "channel": channel, "text": text, "thread_ts": thread_ts});
        self.control("say", body).await.map(|said| ts(&said))
    }

    /// Someone types a command with a slash; what the app answered.
    ///
    /// # Errors
    ///
    /// When the person cannot do so there.
    pub async fn slash(
        &self,
        user: &str,
        channel: &str,
        command: &str,
        text: &str,
    ) -> Result<Attempt, String> {
        let body = json!({"user": user, "channel": channel, "command": command, "text": text});
        self.control("slash", body).await.map(|done| attempt(&done))
    }

    /// Someone presses a button, named by its `action_id` or its label; what the app answered.
    ///
    /// # Errors
    ///
    /// When the message has no such element, or the person does not see it.
    pub async fn click(
        &self,
        user: &str,
        channel: &str,
        ts: &str,
        action: &str,
    ) -> Result<Attempt, String> {
        let body = json!({"user": user, "channel": channel, "ts": ts, "action": action});
        self.control("click", body).await.map(|done| attempt(&done))
    }

    /// Someone chooses in a select, a date picker, …: an option's value or label, a date, an id; a
    /// list where several can be chosen.
    ///
    /// # Errors
    ///
    /// As [`click`](Self::click), and when there is no such option.
    pub async fn choose(
        &self,
        user: &str,
        channel: &str,
        ts: &str,
        action: &str,
        value: Value,
    ) -> Result<Attempt, String> {
        let body = json!(
            {"user": user, "channel": channel, "ts": ts, "action": action, "value": value}
        );
        self.control("click", body).await.map(|done| attempt(&done))
    }

    /// The next `times` calls of a method (`*` is every one) get 429.
    pub fn rate_limit(&self, method: &str, times: u64, retry_after: u64) {
        let body = json!({"method": method, "times": times, "retry_after": retry_after});
        let _ = self.slack.faults.plan("rate_limit", &body);
    }

    /// Plans a fault of the control API: `rate_limit`, `http_error`, `api_error`, `reset`, `slow`.
    ///
    /// # Errors
    ///
    /// What was wrong with it.
    pub fn fault(&self, fault: &str, body: &Value) -> Result<(), String> {
        self.slack.faults.plan(fault, body)
    }

    /// Moves the fake's clock on: retries, response URLs, trigger ids run on it.
    pub fn advance(&self, by: Duration) {
        self.slack.clock.advance(by);
    }

    /// The messages of a conversation, oldest first, ephemeral ones included. Besides what Slack
    /// shows they have `_mentions`, `_links`, `_ephemeral_to`, `_truncated`.
    #[must_use]
    pub fn messages(&self, channel: &str) -> Vec<Value> {
        let read = self.slack.read("messages", &format!("conversation={channel}"));
        list(read, "messages")
    }

    /// The calls of the app, oldest first: `method`, `body`, `status`, `error`, `answer`, `at_ms`.
    #[must_use]
    pub fn requests(&self) -> Vec<Value> {
        self.slack.requests.read()
    }

    /// The requests to the app, oldest first.
    #[must_use]
    pub fn deliveries(&self) -> Vec<Attempt> {
        self.slack.attempts.read()
    }

    /// Waits until no first attempt of a delivery is under way.
    pub async fn settled(&self) {
        self.slack.flights.landed().await;
    }

    /// Waits until `look` finds something; it looks after every change.
    pub async fn until<T>(&self, mut look: impl FnMut(&Self) -> Option<T>) -> T {
        let mut changes = self.slack.changed.subscribe();
        loop {
            changes.borrow_and_update();
            if let Some(found) = look(self) {
                return found;
            }
            if changes.changed().await.is_err() {
                // It lives as long as `self`.
                std::future::pending::<()>().await;
            }
        }
    }
}

impl Drop for FakeSlack {
    fn drop(&mut self) {
        self.slack.tasks.stop();
    }
}

impl fmt::Debug for FakeSlack {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FakeSlack").field("base_url", &self.base_url()).finish_non_exhaustive()
    }
}

fn ts(said: &Value) -> String {
    said["ts"].as_str().unwrap_or_default().to_owned()
}

fn attempt(done: &Value) -> Attempt {
    serde_json::from_value(done["attempt"].clone()).unwrap_or_default()
}

fn list(read: Result<Value, String>, name: &str) -> Vec<Value> {
    match read {
        Ok(mut read) => match read[name].take() {
            Value::Array(items) => items,
            _ => Vec::new(),
        },
        Err(_) => Vec::new(),
    }
}
