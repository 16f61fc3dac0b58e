//! A Teams on this machine and a gateway before it.

use std::sync::Arc;
use std::time::Duration;

use chatgate_core::{
    AllowAll, Clock, ManualClock, MemoryStore, Place, Query, SealKey, Store, Timestamp,
};
use chatgate_gateway::{Gateway, GatewayLimits, Pacing, Running, SystemClock};
use chatgate_teams::{Teams, TeamsBuilder};
use chatgate_testkit::fakes::{Call, FakeTeams, TeamsConfig};
use serde_json::{Value, json};

use crate::bot::{self, App, Ran};

/// Nothing here takes so long: who waits longer waits for ever.
const PATIENCE: Duration = Duration::from_secs(60);

pub(crate) struct World {
    pub(crate) teams: FakeTeams,
    pub(crate) running: Running,
    pub(crate) store: Arc<dyn Store>,
    pub(crate) ran: Ran,
    /// Where the gateway listens.
    pub(crate) url: String,
}

impl World {
    /// An outgoing webhook; workflows, and none of them of a channel.
    pub(crate) async fn new() -> Self {
        Self::with(|_, builder| builder).await
    }

    /// The same, and what the channel `ops` is told after an answer goes by a workflow.
    pub(crate) async fn mapped() -> Self {
        Self::with(map).await
    }

    /// An adapter that is set up in another way.
    pub(crate) async fn with(set: impl FnOnce(&FakeTeams, TeamsBuilder) -> TeamsBuilder) -> Self {
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let store = Arc::new(MemoryStore::new(clock.clone()));
        Self::made(clock, TeamsConfig::new(), store, set, |it| it.pacing(Pacing::off())).await
    }

    /// Gateway, adapter, store and Teams on one clock that stands still until the test moves it on.
    pub(crate) async fn with_clock(
        config: TeamsConfig,
        set: impl FnOnce(&FakeTeams, TeamsBuilder) -> TeamsBuilder,
        change: impl FnOnce(Gateway<App>) -> Gateway<App>,
    ) -> (Self, ManualClock) {
        let clock = ManualClock::at(Timestamp::from_secs(1_800_000_000));
        let shared: Arc<dyn Clock> = Arc::new(clock.clone());
        let (config, store) =
            (config.with_clock(shared.clone()), Arc::new(MemoryStore::new(shared.clone())));
        (Self::made(shared, config, store, set, change).await, clock)
    }

    pub(crate) async fn made(
        clock: Arc<dyn Clock>,
        config: TeamsConfig,
        store: Arc<dyn Store>,
        set: impl FnOnce(&FakeTeams, TeamsBuilder) -> TeamsBuilder,
        change: impl FnOnce(Gateway<App>) -> Gateway<App>,
    ) -> Self {
        let teams = FakeTeams::start(config).await.unwrap();
        let app = App::default();
        let ran = app.ran.clone();
        let builder = Teams::builder()
            .workflow("ops", teams.workflow_url("ops"))
            .workflow("alerts", teams.workflow_url("alerts"))
            .outgoing_tokens(teams.token());
        let gateway = Gateway::new(app)
            .adapter(set(&teams, builder).build().unwrap())
            .shared_store(store.clone())
            .clock(clock)
            .policy(AllowAll)
            .limits(GatewayLimits::new().with_lane(2_000))
            .seal_keys([SealKey::new("t", [7; 32]).unwrap()])
            .router(bot::router())
            .listen("127.0.0.1:0");
        let running = change(gateway).build().unwrap().start().await.unwrap();
        let url = format!("http://{}/teams/outgoing", running.local_addr().unwrap());
        teams.listen(&url);
        Self { teams, running, store, ran, url }
    }

    /// The place that is named after a workflow.
    pub(crate) fn workflow(name: &str) -> Place {
        format!("teams:workflow:{name}").parse().unwrap()
    }

    /// A channel's own place.
    pub(crate) fn channel(&self, name: &str) -> Place {
        let ids = self.teams.ids();
        let adapter = chatgate_core::AdapterId::parse("teams").unwrap();
        Place::new(adapter, ids.tenant.as_str(), ids.channels[name].as_str())
    }

    /// Somebody writes a command in a channel.
    pub(crate) async fn say(&self, user: &str, channel: &str, line: &str) -> Call {
        self.teams.say(user, channel, &format!("@opsbot {line}")).await.unwrap()
    }

    /// The same, forged.
    pub(crate) async fn forge(&self, how: &str) -> Call {
        let body =
            json!({"user": "alice", "channel": "ops", "text": "@opsbot count 1", "forge": how});
        self.teams.call("say", body).await.unwrap()
    }

    /// What people read in a channel of what this author wrote, oldest first.
    pub(crate) fn read(&self, channel: &str, author: &str) -> Vec<String> {
        let messages = self.teams.messages(channel);
        let words = |message: &Value| message["words"].as_str().unwrap_or_default().to_owned();
        messages.iter().filter(|message| message["from"] == author).map(words).collect()
    }

    /// Waits until a workflow has posted these words.
    pub(crate) async fn expect_posted(&self, channel: &str, words: &str) -> Value {
        let look = |teams: &FakeTeams| {
            let messages = teams.messages(channel);
            messages.into_iter().find(|message| {
                message["from"] == "workflow"
                    && message["words"].as_str().is_some_and(|said| said.contains(words))
            })
        };
        match tokio::time::timeout(PATIENCE, self.teams.until(look)).await {
            Ok(found) => found,
            Err(_) => panic!("never posted {words:?}: {:#?}", self.teams.messages(channel)),
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
                clock.advance(Duration::from_millis(500));
            }
        };
        tokio::time::timeout(PATIENCE, looking).await.expect("it never comes")
    }

    /// Waits until nothing happens any more without time passing.
    pub(crate) async fn stands_still(&self) {
        let seen = || (self.running.activity(), self.teams.requests().len());
        let mut before = seen();
        loop {
            tokio::time::sleep(Duration::from_millis(10)).await;
            let now = seen();
            if now == before {
                return;
            }
            before = now;
        }
    }

    /// Waits until nothing is under way any more.
    pub(crate) async fn settled(&self) {
        let settled = async {
            loop {
                let before = self.running.activity();
                tokio::time::sleep(Duration::from_millis(20)).await;
                if self.running.is_idle() && self.running.activity() == before {
                    return;
                }
            }
        };
        tokio::time::timeout(PATIENCE, settled).await.expect("it never settles");
    }

    /// The audit records, oldest first.
    pub(crate) async fn audit(&self) -> Vec<Value> {
        let query = Query::of(Query::AUDIT).limit(usize::MAX);
        let records = self.store.scan(query).await.unwrap();
        records.iter().map(|record| serde_json::from_slice(&record.value).unwrap()).collect()
    }

    /// Why commands were denied, and requests refused, oldest first.
    pub(crate) async fn denials(&self) -> Vec<String> {
        let audit = self.audit().await;
        let reason = |record: &Value| {
            let refused =
                (record["type"] == "delivery.rejected").then(|| record["reason"].as_str());
            let reason = refused.flatten().or(record["decision"]["reason_code"].as_str());
            reason.map(str::to_owned)
        };
        audit.iter().filter_map(reason).collect()
    }
}

/// The workflow `ops` is the one of the channel `ops`.
pub(crate) fn map(teams: &FakeTeams, builder: TeamsBuilder) -> TeamsBuilder {
    builder.workflow_channel("ops", &teams.ids().channels["ops"])
}
