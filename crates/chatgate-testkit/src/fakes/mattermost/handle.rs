//! A fake Mattermost inside a Rust test.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use serde::Serialize;
use serde_json::{Value, json};

use super::{Delivery, Mattermost, MattermostConfig, seed};
use crate::fakes::server;

/// The ids of what a fake Mattermost starts with.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct MattermostIds {
    /// The team.
    pub team: String,
    /// The bot, `opsbot`.
    pub bot: String,
    /// Channels by name: `ops` (public, with the bot), `random` (public, without), `private`, and
    /// `shared` (with another server).
    pub channels: BTreeMap<String, String>,
    /// Users by name: `alice` (an administrator), `bob`, `carol`, `guest`, `remote` (of another server),
    /// `gone` (deactivated), `otherbot`, `opsbot`.
    pub users: BTreeMap<String, String>,
}

/// A Mattermost on the loopback interface, until it is dropped. People and channels go by name or id.
///
/// ```
/// use chatgate_testkit::fakes::{FakeMattermost, MattermostConfig};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> std::io::Result<()> {
/// let mattermost = FakeMattermost::start(MattermostConfig::new()).await?;
/// // What `MATTERMOST_URL` and `MATTERMOST_TOKEN` are set to:
/// assert!(mattermost.base_url().starts_with("http://127.0.0.1:"));
/// assert!(!mattermost.bot_token().is_empty());
/// # Ok(())
/// # }
/// ```
pub struct FakeMattermost {
    mattermost: Arc<Mattermost>,
    bot_token: String,
    admin_token: String,
}

impl FakeMattermost {
    /// Starts one.
    ///
    /// # Errors
    ///
    /// When the port is taken.
    pub async fn start(config: MattermostConfig) -> std::io::Result<Self> {
        let (listener, address) = server::listen(config.port).await?;
        let (bot_token, admin_token) = (config.bot_token.clone(), config.admin_token.clone());
        let mattermost = Mattermost::new(config, format!("http://{address}"));
        mattermost.tasks.start(server::serve(Arc::clone(&mattermost), listener));
        Ok(Self { mattermost, bot_token, admin_token })
    }

    /// `http://127.0.0.1:<port>`.
    #[must_use]
    pub fn base_url(&self) -> &str {
        &self.mattermost.base_url
    }

    /// Where the control API is, with a slash at its end.
    #[must_use]
    pub fn control_url(&self) -> String {
        format!("{}/_control/", self.mattermost.base_url)
    }

    /// The bot's token. A person's is `token-<name>`, the administrator's where nothing else was said.
    #[must_use]
    pub fn bot_token(&self) -> &str {
        &self.bot_token
    }

    /// The administrator's token.
    #[must_use]
    pub fn admin_token(&self) -> &str {
        &self.admin_token
    }

    /// The ids of what there is from the start.
    #[must_use]
    pub fn ids(&self) -> MattermostIds {
        let (channels, users) = seed::names();
        MattermostIds { team: seed::id(seed::TEAM), bot: seed::id(seed::BOT), channels, users }
    }

    /// The line that a program prints when it is ready.
    #[must_use]
    pub fn ready_line(&self) -> String {
        json!({
            "base_url": self.base_url(), "control_url": self.control_url(),
            "tokens": {"bot": self.bot_token, "admin": self.admin_token}, "ids": self.ids(),
        })
        .to_string()
    }

    /// Does what a verb of the control API says.
    ///
    /// # Errors
    ///
    /// What was wrong with the verb or its body, or the id of what the server refused.
    pub async fn control(&self, verb: &str, body: Value) -> Result<Value, String> {
        self.mattermost.verb(verb, &body).await
    }

    /// Somebody writes something; gives the post's id.
    ///
    /// # Errors
    ///
    /// The id of what the server refused.
    pub async fn say(&self, user: &str, channel: &str, text: &str) -> Result<String, String> {
        let said = json!({"user": user, "channel": channel, "text": text});
        let said = self.control("say", said).await?;
        Ok(said["id"].as_str().unwrap_or_default().to_owned())
    }

    /// Somebody types a command, `/deploy api`, that is registered.
    ///
    /// # Errors
    ///
    /// The id of what the server refused.
    pub async fn slash(&self, user: &str, channel: &str, line: &str) -> Result<Delivery, String> {
        self.delivery("slash", json!({"user": user, "channel": channel, "line": line})).await
    }

    /// Somebody presses the button of a post, by its name.
    ///
    /// # Errors
    ///
    /// The id of what the server refused.
    pub async fn click(&self, user: &str, post: &str, action: &str) -> Result<Delivery, String> {
        self.delivery("click", json!({"user": user, "post": post, "action": action})).await
    }

    /// Somebody submits the dialog that they see.
    ///
    /// # Errors
    ///
    /// When they see none.
    pub async fn submit(&self, user: &str, values: Value) -> Result<Delivery, String> {
        self.delivery("submit", json!({"user": user, "values": values})).await
    }

    async fn delivery(&self, verb: &str, body: Value) -> Result<Delivery, String> {
        let done = self.control(verb, body).await?;
        serde_json::from_value(done["delivery"].clone()).map_err(|error| error.to_string())
    }

    /// A slash command exists from now on, at this address; gives its token.
    #[must_use]
    pub fn command(&self, trigger: &str, url: &str) -> String {
        let made = self.mattermost.command(trigger, url).unwrap_or_default();
        made["token"].as_str().unwrap_or_default().to_owned()
    }

    /// How many posts there are, deleted ones among them.
    #[must_use]
    pub fn post_count(&self) -> usize {
        self.mattermost.world().posts.len()
    }

    /// Cuts the bot's sockets; the server lets it go on where they broke.
    pub fn cut(&self) {
        let _ = self.mattermost.break_sockets("cut");
    }

    /// Cuts the bot's sockets, and forgets them.
    pub fn forget(&self) {
        let _ = self.mattermost.break_sockets("forget");
    }

    /// Loses the next event of each of the bot's sockets.
    pub fn lose_one(&self) {
        let _ = self.mattermost.break_sockets("lose");
    }

    /// How often the bot's socket went on where it broke, and how often it began anew.
    #[must_use]
    pub fn connections(&self) -> (usize, usize) {
        let sockets = self.mattermost.sockets();
        (sockets.resumed, sockets.begun)
    }

    /// Whether the bot listens.
    #[must_use]
    pub fn is_connected(&self) -> bool {
        self.mattermost.sockets().is_live(&seed::id(seed::BOT))
    }

    /// The posts of a channel, oldest first.
    #[must_use]
    pub fn messages(&self, channel: &str) -> Vec<Value> {
        let channels = self.ids().channels;
        self.mattermost.messages(channels.get(channel).map_or(channel, String::as_str))
    }

    /// What people were shown alone.
    #[must_use]
    pub fn shown(&self) -> Vec<Value> {
        self.mattermost.world().shown.clone()
    }

    /// The dialogs that people see, as they were opened last.
    #[must_use]
    pub fn dialogs(&self) -> Vec<Value> {
        let world = self.mattermost.world();
        world.dialogs.iter().filter(|dialog| dialog.open).map(|it| it.body.clone()).collect()
    }

    /// The requests that came, oldest first.
    #[must_use]
    pub fn requests(&self) -> Vec<Value> {
        self.mattermost.requests.read()
    }

    /// Waits until there is what `look` finds.
    pub async fn until<T>(&self, look: impl Fn(&Self) -> Option<T>) -> T {
        let mut changes = self.mattermost.changes.subscribe();
        loop {
            changes.borrow_and_update();
            if let Some(found) = look(self) {
                return found;
            }
            // The sender lives as long as this.
            let _ = changes.changed().await;
        }
    }
}

impl Drop for FakeMattermost {
    fn drop(&mut self) {
        self.mattermost.tasks.stop();
    }
}

impl fmt::Debug for FakeMattermost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FakeMattermost").field("base_url", &self.base_url()).finish_non_exhaustive()
    }
}
