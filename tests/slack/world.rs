//! A Slack on this machine and a gateway before it.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use chatgate_core::{AllowAll, Clock, ManualClock, MemoryStore, Query, SealKey, Store};
use chatgate_gateway::{Gateway, Pacing, Running, SystemClock};
use chatgate_slack::{Slack, SlackBuilder};
use chatgate_testkit::fakes::{Attempt, FakeSlack, SlackConfig, SlackIds};
use serde_json::Value;

use crate::bot::{self, App, Ran};

/// Nothing here takes so long: who waits longer waits for ever.
const PATIENCE: Duration = Duration::from_secs(20);

/// A Slack on this machine and a gateway before it, on the system's clock, unpaced.
pub(crate) struct World {
    pub(crate) slack: FakeSlack,
    pub(crate) ids: SlackIds,
    pub(crate) running: Running,
    pub(crate) store: Arc<dyn Store>,
    pub(crate) ran: Ran,
    clock: Arc<dyn Clock>,
}

impl World {
    /// Everything as it usually is.
    pub(crate) async fn new() -> Self {
        Self::with(SlackConfig::new(), |gateway| gateway).await
    }

    /// Another Slack, or another gateway.
    pub(crate) async fn with(
        config: SlackConfig,
        change: impl FnOnce(Gateway<App>) -> Gateway<App>,
    ) -> Self {
        Self::on(Arc::new(SystemClock), config, change).await
    }

    /// Gateway, adapter, store and Slack on one clock that stands still until the test moves it on.
    pub(crate) async fn with_clock(
        clock: &ManualClock,
        config: SlackConfig,
        change: impl FnOnce(Gateway<App>) -> Gateway<App>,
    ) -> Self {
        let clock: Arc<dyn Clock> = Arc::new(clock.clone());
        Self::on(clock.clone(), config.with_clock(clock), change).await
    }

    /// An adapter that is set up in another way.
    pub(crate) async fn with_adapter(
        set: impl FnOnce(SlackBuilder) -> SlackBuilder,
        config: SlackConfig,
    ) -> Self {
        Self::made(Arc::new(SystemClock), config, set, |gateway| gateway).await
    }

    async fn on(
        clock: Arc<dyn Clock>,
        config: SlackConfig,
        change: impl FnOnce(Gateway<App>) -> Gateway<App>,
    ) -> Self {
        Self::made(clock, config, |builder| builder, change).await
    }

    /// Everything of it made in another way.
    pub(crate) async fn made(
        clock: Arc<dyn Clock>,
        config: SlackConfig,
        set: impl FnOnce(SlackBuilder) -> SlackBuilder,
        change: impl FnOnce(Gateway<App>) -> Gateway<App>,
    ) -> Self {
        let slack = FakeSlack::start(config).await.unwrap();
        let store: Arc<dyn Store> = Arc::new(MemoryStore::new(clock.clone()));
        let app = App::default();
        let ran = app.ran.clone();
        let gateway = over(set(adapter(&slack)), app, store.clone()).clock(clock.clone());
        let running = start(&slack, change(gateway)).await;
        Self { ids: slack.ids(), slack, running, store, ran, clock }
    }

    /// The process ends, and another one starts over what it left in the store.
    pub(crate) async fn restart(self) -> Self {
        let store = self.store.clone();
        self.restart_over(store, |gateway| gateway).await
    }

    /// As [`World::restart`], over another store, or as another gateway.
    pub(crate) async fn restart_over(
        self,
        store: Arc<dyn Store>,
        change: impl FnOnce(Gateway<App>) -> Gateway<App>,
    ) -> Self {
        let Self { slack, ids, running, ran, clock, .. } = self;
        running.stop().await.unwrap();
        let app = App { ran: ran.clone() };
        let gateway = gateway(&slack, app, store.clone()).clock(clock.clone());
        let running = start(&slack, change(gateway)).await;
        Self { slack, ids, running, store, ran, clock }
    }

    /// Where the gateway listens.
    pub(crate) fn address(&self) -> SocketAddr {
        self.running.local_addr().unwrap()
    }

    /// The audit records, oldest first.
    pub(crate) async fn audit(&self) -> Vec<Value> {
        let query = Query::of(Query::AUDIT).limit(usize::MAX);
        let records = self.store.scan(query).await.unwrap();
        records.iter().map(|record| serde_json::from_slice(&record.value).unwrap()).collect()
    }

    /// The id of a conversation.
    pub(crate) fn channel(&self, name: &str) -> String {
        self.ids.channels[name].clone()
    }

    /// The id of a person.
    pub(crate) fn user(&self, name: &str) -> String {
        self.ids.users[name].clone()
    }

    /// Someone types a command with a slash.
    pub(crate) async fn slash(&self, user: &str, channel: &str, line: &str) -> Attempt {
        let (command, text) = line.split_once(' ').unwrap_or((line, ""));
        let (user, channel) = (self.user(user), self.channel(channel));
        self.slack.slash(&user, &channel, command, text).await.unwrap()
    }

    /// Someone mentions the bot.
    pub(crate) async fn mention(&self, user: &str, channel: &str, text: &str) -> String {
        let (user, channel) = (self.user(user), self.channel(channel));
        self.slack.mention(&user, &channel, text).await.unwrap()
    }

    /// Someone presses a button.
    pub(crate) async fn click(&self, user: &str, channel: &str, ts: &str, label: &str) -> Attempt {
        let (user, channel) = (self.user(user), self.channel(channel));
        self.slack.click(&user, &channel, ts, label).await.unwrap()
    }

    /// The texts of what the bot has said in a conversation, oldest first.
    pub(crate) fn said(&self, channel: &str) -> Vec<String> {
        let own = |message: &Value| message["bot_id"] == self.ids.bot_id.as_str();
        let messages = self.slack.messages(&self.channel(channel));
        let text = |message: &Value| message["text"].as_str().unwrap_or_default().to_owned();
        messages.iter().filter(|message| own(message)).map(text).collect()
    }

    /// Waits until the bot has said something with these words; its `ts`.
    pub(crate) async fn expect(&self, channel: &str, words: &str) -> String {
        let id = self.channel(channel);
        let look = |slack: &FakeSlack| {
            let messages = slack.messages(&id);
            let found = messages.iter().find(|message| {
                message["text"].as_str().is_some_and(|text| text.contains(words))
                    && message["bot_id"].is_string()
            });
            found.map(|message| message["ts"].as_str().unwrap_or_default().to_owned())
        };
        match tokio::time::timeout(PATIENCE, self.slack.until(look)).await {
            Ok(ts) => ts,
            Err(_) => panic!("never said {words:?}: {:#?}", self.slack.messages(&id)),
        }
    }

    /// Moves the clock on, second by second, until `look` finds something. What a second sets off is
    /// waited for before the next one.
    pub(crate) async fn advance_until<T>(
        &self,
        clock: &ManualClock,
        mut look: impl FnMut(&Self) -> Option<T>,
    ) -> T {
        let looking = async {
            loop {
                self.stands_still().await;
                if let Some(found) = look(self) {
                    return found;
                }
                clock.advance(Duration::from_secs(1));
            }
        };
        tokio::time::timeout(PATIENCE, looking).await.expect("it never comes")
    }

    /// Waits until nothing happens any more without time passing.
    pub(crate) async fn stands_still(&self) {
        let seen = || (self.running.activity(), self.slack.requests().len());
        let mut before = seen();
        loop {
            self.slack.settled().await;
            tokio::time::sleep(Duration::from_millis(10)).await;
            let now = seen();
            if now == before {
                return;
            }
            before = now;
        }
    }

    /// Waits until nothing is under way any more, on either side.
    pub(crate) async fn settled(&self) {
        let settled = async {
            loop {
                self.slack.settled().await;
                let before = self.running.activity();
                tokio::time::sleep(Duration::from_millis(20)).await;
                if self.running.is_idle() && self.running.activity() == before {
                    return;
                }
            }
        };
        tokio::time::timeout(PATIENCE, settled).await.expect("it never settles");
    }
}

pub(crate) fn gateway(slack: &FakeSlack, app: App, store: Arc<dyn Store>) -> Gateway<App> {
    over(adapter(slack), app, store)
}

fn adapter(slack: &FakeSlack) -> SlackBuilder {
    Slack::builder()
        .signing_secret(slack.signing_secret())
        .bot_token(slack.bot_token())
        .api_url(slack.api_url())
}

fn over(adapter: SlackBuilder, app: App, store: Arc<dyn Store>) -> Gateway<App> {
    Gateway::new(app)
        .adapter(adapter.build().unwrap())
        .shared_store(store)
        .policy(AllowAll)
        .pacing(Pacing::off())
        .seal_keys([SealKey::new("t", [7; 32]).unwrap()])
        .router(bot::router())
        .listen("127.0.0.1:0")
}

async fn start(slack: &FakeSlack, gateway: Gateway<App>) -> Running {
    let running = gateway.build().unwrap().start().await.unwrap();
    let address = running.local_addr().unwrap();
    slack.listen(&format!("http://{address}/slack/events"));
    running
}
