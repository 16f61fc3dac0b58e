//! A Mattermost on this machine and a gateway before it.

use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

use chatgate_core::{AllowAll, Clock, MemoryStore, Query, SealKey, Store};
use chatgate_gateway::{Gateway, GatewayLimits, Pacing, Running, SystemClock};
use chatgate_mattermost::{Mattermost, MattermostBuilder};
use chatgate_testkit::fakes::{FakeMattermost, MattermostConfig};
use serde_json::{Value, json};

use crate::bot::{self, App, Ran};

/// Nothing here takes so long: who waits longer waits for ever.
const PATIENCE: Duration = Duration::from_secs(60);

pub(crate) struct World {
    pub(crate) mattermost: FakeMattermost,
    pub(crate) running: Running,
    pub(crate) store: Arc<dyn Store>,
    pub(crate) ran: Ran,
    /// Where the gateway listens.
    pub(crate) url: String,
}

impl World {
    pub(crate) async fn new() -> Self {
        let mattermost = FakeMattermost::start(MattermostConfig::new()).await.unwrap();
        Self::before(mattermost, Arc::new(SystemClock)).await
    }

    /// A gateway before this Mattermost, on this clock.
    pub(crate) async fn before(mattermost: FakeMattermost, clock: Arc<dyn Clock>) -> Self {
        let store: Arc<dyn Store> = Arc::new(MemoryStore::new(clock.clone()));
        Self::made(mattermost, clock, store, |builder| builder, |gateway| gateway).await
    }

    /// Everything of it made in another way.
    pub(crate) async fn made(
        mattermost: FakeMattermost,
        clock: Arc<dyn Clock>,
        store: Arc<dyn Store>,
        set: impl FnOnce(MattermostBuilder) -> MattermostBuilder,
        change: impl FnOnce(Gateway<App>) -> Gateway<App>,
    ) -> Self {
        let app = App::default();
        let ran = app.ran.clone();
        // The adapter is told where Mattermost reaches it before anything listens there.
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let url = format!("http://127.0.0.1:{port}");
        let tokens: Vec<_> = ["count", "deploy", "incident", "page", "feedback", "secret"]
            .map(|trigger| mattermost.command(trigger, &format!("{url}/mattermost/command")))
            .into();
        let builder = Mattermost::builder()
            .url(mattermost.base_url())
            .token(mattermost.bot_token())
            .slash_tokens(tokens.join(","))
            .public_url(&url);
        let gateway = Gateway::new(app)
            .adapter(set(builder).build().unwrap())
            .clock(clock)
            .shared_store(store.clone())
            .policy(AllowAll)
            .pacing(Pacing::off())
            .limits(GatewayLimits::new().with_lane(200))
            .seal_keys([SealKey::new("t", [7; 32]).unwrap()])
            .router(bot::router())
            .listen(format!("127.0.0.1:{port}"));
        let running = change(gateway).build().unwrap().start().await.unwrap();
        let world = Self { mattermost, running, store, ran, url };
        world.until(|world| world.mattermost.is_connected().then_some(())).await;
        world
    }

    /// The id of a channel or person.
    pub(crate) fn id(&self, name: &str) -> String {
        let ids = self.mattermost.ids();
        ids.channels.get(name).or_else(|| ids.users.get(name)).unwrap().clone()
    }

    /// Waits until there is what `look` finds.
    pub(crate) async fn until<T>(&self, look: impl Fn(&Self) -> Option<T>) -> T {
        let looking = async {
            loop {
                if let Some(found) = look(self) {
                    return found;
                }
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        match tokio::time::timeout(PATIENCE, looking).await {
            Ok(found) => found,
            Err(_) => panic!("it never comes; {} ran", self.ran.all().len()),
        }
    }

    /// Waits until the bot has said something with these words.
    pub(crate) async fn expect(&self, channel: &str, words: &str) -> Value {
        let bot = self.id("opsbot");
        self.until(|world| {
            let messages = world.mattermost.messages(channel);
            messages
                .into_iter()
                .find(|post| post["user_id"] == bot.as_str() && post.to_string().contains(words))
        })
        .await
    }

    /// Waits until a direct message says something with these words.
    pub(crate) async fn expect_directly(&self, user: &str, words: &str) -> Value {
        let line = self.mattermost.control("direct", json!({"user": user})).await.unwrap();
        self.expect(line["channel"].as_str().unwrap(), words).await
    }

    /// Waits until nothing is under way any more.
    pub(crate) async fn settled(&self) {
        let settled = async {
            loop {
                let before = self.running.activity();
                tokio::time::sleep(Duration::from_millis(50)).await;
                if self.running.is_idle() && self.running.activity() == before {
                    return;
                }
            }
        };
        tokio::time::timeout(PATIENCE, settled).await.expect("it never settles");
    }

    /// Why commands were denied, and requests refused, oldest first.
    pub(crate) async fn denials(&self) -> Vec<String> {
        let query = Query::of(Query::AUDIT).limit(usize::MAX);
        let records = self.store.scan(query).await.unwrap();
        let records = records.iter().map(|record| serde_json::from_slice(&record.value).unwrap());
        records
            .filter_map(|record: Value| {
                let reason = record["decision"]["reason"].as_str().or(record["reason"].as_str());
                let reason = reason.or(record["decision"]["reason_code"].as_str());
                reason.map(str::to_owned)
            })
            .collect()
    }
}
