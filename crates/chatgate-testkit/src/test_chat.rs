//! A bot under test: people say things, time stands still, and what comes back is read.

use std::fmt;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chatgate_core::{
    AdapterId, AllowAll, Capabilities, Clock, Delivered, DenyAll, Event, Key, ManualClock,
    MemoryStore, Place, Policy, Query, Record, Result, Rng, SeededRng, Store, Timestamp,
};
use chatgate_gateway::{Chat, Gateway, GatewayLimits, Pacing, Report, Running};
use chatgate_router::Router;
use serde_json::Value;

use crate::{MemoryAdapter, Person, Posted};

/// A bot under test, on a platform in memory, with a clock that stands still.
///
/// Everyone may do everything unless a policy is given. What a person does returns when all has
/// happened that can happen without time passing; [`TestChat::advance`] lets time pass.
///
/// ```
/// use chatgate_macros::Command;
/// use chatgate_router::Router;
/// use chatgate_testkit::TestChat;
///
/// #[derive(Command)]
/// #[command(name = "greet", effect = "read", crate = "chatgate_router")]
/// struct Greet {
///     name: String,
/// }
///
/// async fn greet(greet: Greet) -> String {
///     format!("Hello, {}!", greet.name)
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let chat = TestChat::new(Router::new().command(greet), ()).await;
/// let bob = chat.person("bob");
/// bob.says("greet Alice").await;
/// chat.expect("Hello, Alice!").await;
/// # }
/// ```
pub struct TestChat {
    running: Running,
    adapter: MemoryAdapter,
    clock: ManualClock,
    store: Arc<MemoryStore>,
    seed: u64,
    last: Mutex<Option<Event>>,
    /// How many changes of the platform a test has expected so far.
    expected: AtomicUsize,
}

/// Puts a [`TestChat`] together.
pub struct TestChatBuilder<S> {
    gateway: Gateway<S>,
    allow_all: bool,
    adapter: MemoryAdapter,
    clock: ManualClock,
    store: Arc<MemoryStore>,
    seed: u64,
}

/// When a test begins: long after the epoch, at a round hour.
const BEGINNING: Timestamp = Timestamp::from_secs(1_800_000_000);
/// One count for all: a restarted bot's people do not repeat what they said before.
static NEXT: AtomicU64 = AtomicU64::new(1);
/// The random numbers of a test, unless it is given another seed.
const SEED: u64 = 1;
/// So many turns without a change: everything waits.
const QUIET: usize = 50;
/// After so many turns a test does not settle: it runs in a circle.
const TURNS: usize = 1_000_000;

impl TestChat {
    /// A bot with these routes over this state.
    ///
    /// # Panics
    /// When the routes are wrong.
    pub async fn new<S: Clone + Send + Sync + 'static>(router: Router<S>, state: S) -> Self {
        Self::builder(router, state).start().await
    }

    /// A bot with more to set.
    pub fn builder<S: Clone + Send + Sync + 'static>(
        router: Router<S>,
        state: S,
    ) -> TestChatBuilder<S> {
        let clock = ManualClock::at(BEGINNING);
        let store = Arc::new(MemoryStore::new(Arc::new(clock.clone())));
        let adapter = MemoryAdapter::new(Self::adapter_id());
        let rng: Arc<dyn Rng> = Arc::new(SeededRng::new(SEED));
        let gateway = Gateway::new(state)
            .adapter(adapter.clone())
            .shared_store(store.clone())
            .clock(Arc::new(clock.clone()))
            .rng(rng)
            .pacing(Pacing::off())
            .seal_keys([seal_key()])
            .router(router);
        TestChatBuilder { gateway, allow_all: true, adapter, clock, store, seed: SEED }
    }

    /// The name of the platform's adapter.
    ///
    /// # Panics
    /// Never.
    #[must_use]
    pub fn adapter_id() -> AdapterId {
        AdapterId::parse("memory").expect("a right name")
    }

    /// A channel.
    #[must_use]
    pub fn channel(name: &str) -> Place {
        Place::new(Self::adapter_id(), "home", name)
    }

    /// A full member of the workspace, in the channel `general`.
    #[must_use]
    pub fn person(&self, name: &str) -> Person<'_> {
        Person::new(self, name)
    }

    /// Delivers an event as the platform would, and waits for what it is answered with.
    pub async fn deliver(&self, event: Event) -> Delivered {
        *self.last.lock().unwrap_or_else(PoisonError::into_inner) = Some(event.clone());
        self.running.inbox(&event.adapter.clone()).deliver(event).await
    }

    /// Delivers the last event once more, as a platform does that has not seen the acknowledgement.
    ///
    /// # Panics
    /// When nothing was delivered yet.
    pub async fn repeat(&self) -> Delivered {
        let last = self.last.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let delivered = self.deliver(last.expect("something was delivered")).await;
        self.settle().await;
        delivered
    }

    /// A number that no earlier call gave, of this or another bot: for delivery keys and message ids,
    /// which two bots over one store must not share.
    #[must_use]
    pub fn unique(&self) -> u64 {
        NEXT.fetch_add(1, Ordering::Relaxed)
    }

    /// Waits until a message says this, and gives it; the newest one when several do.
    ///
    /// # Panics
    /// When no message does, with all that was said.
    pub async fn expect(&self, text: &str) -> Posted {
        self.settle().await;
        self.expected.store(self.changes(), Ordering::Relaxed);
        let mut messages = self.adapter.messages().into_iter().rev();
        match messages.find(|posted| !posted.deleted && posted.text.contains(text)) {
            Some(posted) => posted,
            None => panic!("nobody said {text:?}. What was said:\n{}", self.transcript()),
        }
    }

    /// Waits until all waits, and fails when a message says this.
    ///
    /// # Panics
    /// When a message does, with all that was said.
    pub async fn expect_none(&self, text: &str) {
        self.settle().await;
        let said = self.adapter.messages().iter().any(|posted| posted.text.contains(text));
        assert!(!said, "somebody said {text:?}. What was said:\n{}", self.transcript());
    }

    /// Waits until all waits, and fails when the platform was asked to show or change anything since the
    /// last [`TestChat::expect`] or [`TestChat::expect_nothing`], or since the beginning.
    ///
    /// # Panics
    /// When it was, with all that was said.
    pub async fn expect_nothing(&self) {
        self.settle().await;
        let changes = self.changes();
        let before = self.expected.swap(changes, Ordering::Relaxed);
        assert!(
            changes == before,
            "something new was said or changed. What was said:\n{}",
            self.transcript()
        );
    }

    /// How often the platform was asked to show or change something.
    fn changes(&self) -> usize {
        let looks = |call: &&str| matches!(*call, "describe" | "history" | "find_post");
        self.adapter.calls().iter().filter(|call| !looks(call)).count()
    }

    /// What can be read in a channel and its threads now, oldest first.
    #[must_use]
    pub fn messages(&self, channel: &str) -> Vec<Posted> {
        let place = Self::channel(channel);
        let here = |posted: &Posted| !posted.deleted && posted.place.is_same_conversation(&place);
        self.adapter.messages().into_iter().filter(here).collect()
    }

    /// Everything that was said, a message a paragraph, and the seed of the random numbers.
    #[must_use]
    pub fn transcript(&self) -> String {
        let mut out = format!("(seed {})\n", self.seed);
        for posted in self.adapter.messages() {
            let deleted = if posted.deleted { " (deleted)" } else { "" };
            out.push_str(&format!(
                "[{} to {:?}{deleted}]\n{}\n",
                posted.place, posted.audience, posted.text
            ));
        }
        out
    }

    /// Waits until everything has happened that can happen without time passing.
    ///
    /// # Panics
    /// When it never ends.
    pub async fn settle(&self) {
        let mut seen = (self.running.activity(), self.adapter.calls().len());
        let mut quiet = 0;
        for _ in 0..TURNS {
            tokio::task::yield_now().await;
            let now = (self.running.activity(), self.adapter.calls().len());
            quiet = if now == seen { quiet + 1 } else { 0 };
            seen = now;
            if quiet >= QUIET {
                return;
            }
        }
        panic!("the bot does not come to rest");
    }

    /// Lets time pass, from one deadline that someone sleeps until to the next.
    ///
    /// # Panics
    /// As [`TestChat::settle`].
    pub async fn advance(&self, duration: Duration) {
        let end = self.clock.now() + duration;
        self.settle().await;
        while self.clock.now() < end {
            let next = self.clock.next_deadline().map_or(end, |deadline| deadline.min(end));
            self.clock.set(next);
            self.settle().await;
        }
    }

    /// The platform.
    #[must_use]
    pub fn adapter(&self) -> &MemoryAdapter {
        &self.adapter
    }

    /// The clock.
    #[must_use]
    pub fn clock(&self) -> &ManualClock {
        &self.clock
    }

    /// The store.
    #[must_use]
    pub fn store(&self) -> &Arc<MemoryStore> {
        &self.store
    }

    /// Speaks first.
    #[must_use]
    pub fn speak(&self) -> Chat {
        self.running.chat()
    }

    /// The running gateway.
    #[must_use]
    pub fn gateway(&self) -> &Running {
        &self.running
    }

    /// The audit records, in their order.
    ///
    /// # Panics
    /// When the store cannot be read.
    pub async fn audit(&self) -> Vec<Value> {
        let query = Query::of(Query::AUDIT).limit(usize::MAX);
        let records: Vec<Record> = self.store.scan(query).await.expect("the store can be read");
        let read = |record: Record| serde_json::from_slice(&record.value).expect("JSON");
        records.into_iter().map(read).collect()
    }

    /// One record of the store.
    ///
    /// # Panics
    /// When the store cannot be read.
    pub async fn record(&self, key: &Key) -> Option<Record> {
        self.store.get(key).await.expect("the store can be read")
    }

    /// Stops the bot and says what was left.
    ///
    /// # Errors
    /// As [`Running::stop`].
    pub async fn stop(self) -> Result<Report> {
        self.running.stop().await
    }
}

impl<S: Clone + Send + Sync + 'static> TestChatBuilder<S> {
    /// Lets this policy decide.
    #[must_use]
    pub fn policy(mut self, policy: impl Policy) -> Self {
        self.gateway = self.gateway.policy(policy);
        self.without_policy()
    }

    /// Adds no policy, as a program that forgot to.
    #[must_use]
    pub fn without_policy(mut self) -> Self {
        self.allow_all = false;
        self
    }

    /// Lets nobody do anything.
    #[must_use]
    pub fn deny_all(self) -> Self {
        self.policy(DenyAll)
    }

    /// Goes on over the store and clock of an earlier bot: a restart.
    #[must_use]
    pub fn over(mut self, store: Arc<MemoryStore>, clock: ManualClock) -> Self {
        // The same seed would make the same ids again.
        let seed = SEED + NEXT.fetch_add(1, Ordering::Relaxed);
        self.gateway = self.gateway.shared_store(store.clone()).clock(Arc::new(clock.clone()));
        (self.store, self.clock) = (store, clock);
        self.seed(seed)
    }

    /// Takes other random numbers: what depends on them is tried with several seeds.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.gateway = self.gateway.rng(Arc::new(SeededRng::new(seed)));
        self.seed = seed;
        self
    }

    /// Sets what one place can show and do: a conversation with its threads, or one thread.
    #[must_use]
    pub fn capabilities_in(self, place: &Place, capabilities: Capabilities) -> Self {
        self.adapter.set_capabilities_in(place, capabilities);
        self
    }

    /// Sets what every place can show and do.
    #[must_use]
    pub fn capabilities(self, capabilities: Capabilities) -> Self {
        self.adapter.set_capabilities(capabilities);
        self
    }

    /// Sets how much the gateway takes on.
    #[must_use]
    pub fn limits(mut self, limits: GatewayLimits) -> Self {
        self.gateway = self.gateway.limits(limits);
        self
    }

    /// Changes the gateway in any other way.
    #[must_use]
    pub fn gateway(mut self, change: impl FnOnce(Gateway<S>) -> Gateway<S>) -> Self {
        self.gateway = change(self.gateway);
        self
    }

    /// Starts the bot.
    ///
    /// # Panics
    /// When the routes are wrong.
    pub async fn start(self) -> TestChat {
        let gateway = if self.allow_all { self.gateway.policy(AllowAll) } else { self.gateway };
        let ready = match gateway.build() {
            Ok(ready) => ready,
            Err(error) => panic!("the gateway is put together wrongly: {error:?}"),
        };
        let running = ready.start().await.expect("a store in memory can be used");
        let Self { adapter, clock, store, seed, .. } = self;
        let (last, expected) = (Mutex::new(None), AtomicUsize::new(0));
        let chat = TestChat { running, adapter, clock, store, seed, last, expected };
        chat.settle().await;
        chat
    }
}

pub(crate) fn seal_key() -> chatgate_core::SealKey {
    chatgate_core::SealKey::new("test", "a test's key, thirty-two bytes or more")
        .expect("long enough")
}

impl fmt::Debug for TestChat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TestChat").field("adapter", &self.adapter).finish_non_exhaustive()
    }
}

impl<S> fmt::Debug for TestChatBuilder<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TestChatBuilder").field("gateway", &self.gateway).finish_non_exhaustive()
    }
}
