//! The outbox over a store in memory, a clock that stands still and an adapter that does as it is told.

mod ambiguous;
mod edits;
mod lanes;
mod restarts;
mod retries;

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use async_trait::async_trait;
use chatgate_core::{
    Adapter, AdapterId, AllowAll, Audience, AuditChain, Batch, Capabilities, Content, Dialect,
    Endpoint, EntryId, Error, ErrorKind, Fitted, Form, Inbox, ManualClock, MemoryStore, MessageId,
    MessageRef, OnePerActor, Operation, Phrases, Place, Priority, Query, RateLimit, RateScope,
    Receipt, Rendered, ReplyHandle, Result, Retry, Seals, SeededRng, Shutdown, ShutdownTrigger,
    Store, Target, Timestamp,
};
use chatgate_router::Router;
use serde_json::Value;
use tokio::task::JoinHandle;
use tokio_util::task::TaskTracker;

use super::{Outbox, commit_edit, enqueue, run};
use crate::engine::Engine;
use crate::fit::Names;
use crate::inbox::{self, Lanes};
use crate::limits::GatewayLimits;
use crate::pacer::{Pacer, Pacing};
use crate::status::Status;
use crate::stored::{self, Posted, Row};

/// What the adapter does when it is called.
enum Act {
    Give(Receipt),
    Fail(Error),
    Panic,
    /// It never comes back.
    Hang,
}

/// An adapter that writes down what it is asked, and does as it is told.
struct Fake {
    id: AdapterId,
    clock: ManualClock,
    can: Mutex<Arc<Capabilities>>,
    acts: Mutex<HashMap<String, VecDeque<Act>>>,
    calls: Mutex<Vec<(Duration, String)>>,
}

/// An operation in words: `post c one`, `edit c 7=two`, `find_post c`.
fn words(operation: &Operation) -> String {
    let id = |message: &MessageRef| match message {
        MessageRef::Platform { id, .. } => id.to_string(),
        _ => "ours".to_owned(),
    };
    let what = match operation {
        Operation::Post { part, via, .. } => {
            let via = via.as_ref().map_or("", |_| " via");
            format!(" {}{via}", part.read::<String>().unwrap())
        }
        Operation::Edit { message, part, .. } => {
            format!(" {}={}", id(message), part.read::<String>().unwrap())
        }
        Operation::Delete { message, .. } | Operation::React { message, .. } => {
            format!(" {}", id(message))
        }
        _ => String::new(),
    };
    let place = operation.place().unwrap();
    let thread = place.thread.as_ref().map_or(String::new(), |thread| format!("#{thread}"));
    format!("{} {}{thread}{what}", operation.name(), place.conversation)
}

const START: Timestamp = Timestamp::from_secs(1_000);

#[async_trait]
impl Adapter for Fake {
    fn id(&self) -> &AdapterId {
        &self.id
    }

    fn capabilities(&self, _place: &Place, _via: Option<&ReplyHandle>) -> Arc<Capabilities> {
        self.can.lock().unwrap().clone()
    }

    fn dialect(&self) -> &dyn Dialect {
        self
    }

    fn endpoints(&self, _inbox: &Inbox) -> Vec<Endpoint> {
        Vec::new()
    }

    async fn run(&self, _inbox: Inbox, _shutdown: Shutdown) -> Result<()> {
        Ok(())
    }

    async fn call(&self, operation: Operation) -> Result<Receipt> {
        use chatgate_core::Clock as _;
        let words = words(&operation);
        self.calls.lock().unwrap().push((self.clock.now().since(START), words.clone()));
        let act = self.acts.lock().unwrap().get_mut(&words).and_then(VecDeque::pop_front);
        match act {
            Some(Act::Give(receipt)) => return Ok(receipt),
            Some(Act::Fail(error)) => return Err(error),
            Some(Act::Panic) => panic!("as told"),
            Some(Act::Hang) => std::future::pending::<()>().await,
            None => {}
        }
        match operation {
            Operation::Post { part, .. } => {
                Ok(Receipt::Posted(Some(part.read::<String>().unwrap().into())))
            }
            Operation::FindPost { .. } => Err(Error::unsupported("find_post")),
            _ => Ok(Receipt::Done),
        }
    }
}

impl Dialect for Fake {
    fn message(&self, _content: &Content, _target: &Target) -> Fitted {
        Fitted::default()
    }

    fn form(&self, _form: &Form, _target: &Target) -> Result<Fitted> {
        Ok(Fitted::default())
    }
}

/// One process after the other over one store and one platform.
struct Bench {
    clock: ManualClock,
    store: Arc<dyn Store>,
    fake: Arc<Fake>,
    engine: Arc<Engine>,
    running: Vec<JoinHandle<()>>,
    starts: u64,
    limits: GatewayLimits,
    // Held: a dropped one asks to stop.
    shutdown: (ShutdownTrigger, Shutdown),
}

impl Bench {
    fn new() -> Self {
        Self::with(GatewayLimits::new())
    }

    fn with(limits: GatewayLimits) -> Self {
        let clock = ManualClock::at(START);
        let store = Arc::new(MemoryStore::new(Arc::new(clock.clone())));
        Self::over(store, clock, limits)
    }

    fn over(store: Arc<dyn Store>, clock: ManualClock, limits: GatewayLimits) -> Self {
        let fake = Arc::new(Fake {
            id: AdapterId::parse("a").unwrap(),
            clock: clock.clone(),
            can: Mutex::new(Arc::new(Capabilities::all())),
            acts: Mutex::default(),
            calls: Mutex::default(),
        });
        let engine = engine(&clock, &store, &fake, &limits, 0);
        let (running, shutdown) = (Vec::new(), ShutdownTrigger::new());
        Self { clock, store, fake, engine, running, starts: 0, limits, shutdown }
    }

    /// The process starts to send.
    async fn run(&mut self) {
        let tasks = &self.engine.tasks;
        self.running = vec![
            tasks.spawn(run(self.engine.clone(), self.shutdown.1.clone())),
            tasks.spawn(inbox::renew_holds(self.engine.clone())),
        ];
        self.settle().await;
    }

    /// The process dies as it stands, and another one takes its place; it does not run yet.
    fn crash(&mut self) {
        self.running.drain(..).for_each(|task| task.abort());
        self.starts += 1;
        let (clock, store, fake) = (&self.clock, &self.store, &self.fake);
        self.engine = engine(clock, store, fake, &self.limits, self.starts);
    }

    /// Lets everything go on until all of it waits.
    async fn settle(&self) {
        for _ in 0..500 {
            tokio::task::yield_now().await;
        }
    }

    /// Lets time pass in small steps, as it does.
    async fn pass(&self, seconds: u64) {
        for _ in 0..seconds * 2 {
            self.clock.advance(Duration::from_millis(500));
            self.settle().await;
        }
    }

    /// Tells the adapter what to do at its next calls with these words.
    fn tell(&self, words: &str, acts: impl IntoIterator<Item = Act>) {
        self.fake.acts.lock().unwrap().entry(words.to_owned()).or_default().extend(acts);
    }

    async fn queue(&self, entry: EntryId, operation: Operation, priority: Priority) {
        let row = Row::new(operation, self.engine.now());
        let batch = enqueue(Batch::new(), row, entry, priority).unwrap();
        self.engine.commit(batch).await.unwrap();
    }

    async fn post_as(&self, conversation: &str, text: &str, priority: Priority) -> MessageId {
        let key = self.engine.new_message();
        self.queue(EntryId::from(key.as_u128()), post(key, conversation, text), priority).await;
        key
    }

    async fn post(&self, conversation: &str, text: &str) -> MessageId {
        self.post_as(conversation, text, Priority::Answer).await
    }

    async fn edit(&self, message: MessageId, conversation: &str, text: &str) {
        let (place, message) = (place(conversation), MessageRef::from(message));
        let part = Rendered::new(text, "").unwrap();
        let edit = Operation::Edit { place, message: message.clone(), part, via: None };
        let row = Row::new(edit, self.engine.now());
        commit_edit(&self.engine, &message, row, Priority::Status).await.unwrap();
    }

    async fn queue_operation(&self, operation: Operation) {
        let entry = EntryId::generate(&*self.engine.clock, &*self.engine.rng);
        self.queue(entry, operation, Priority::Answer).await;
    }

    /// What the adapter was asked, in its order.
    fn calls(&self) -> Vec<String> {
        self.fake.calls.lock().unwrap().iter().map(|(_, words)| words.clone()).collect()
    }

    /// In which second the adapter was asked this.
    fn seconds(&self, words: &str) -> Vec<u64> {
        let calls = self.fake.calls.lock().unwrap();
        calls.iter().filter(|(_, other)| other == words).map(|(at, _)| at.as_secs()).collect()
    }

    /// The audit record: `message.dead post_dead`.
    async fn audit(&self) -> Vec<String> {
        let records = self.store.scan(Query::of(Query::AUDIT)).await.unwrap();
        let said = |value: &Value| match (value["type"].as_str(), value["reason"].as_str()) {
            (Some(kind), Some(reason)) => format!("{kind} {reason}"),
            (kind, _) => kind.unwrap_or_default().to_owned(),
        };
        records.iter().map(|record| said(&serde_json::from_slice(&record.value).unwrap())).collect()
    }

    async fn posted(&self, message: MessageId) -> Option<Posted> {
        let record = self.store.get(&Posted::key(message)).await.unwrap();
        record.map(|record| stored::read(&record.value).unwrap())
    }

    fn open(&self) -> usize {
        self.engine.status.work().operations
    }
}

fn engine(
    clock: &ManualClock,
    store: &Arc<dyn Store>,
    fake: &Arc<Fake>,
    limits: &GatewayLimits,
    start: u64,
) -> Arc<Engine> {
    let rng = Arc::new(SeededRng::new(start));
    let adapter: Arc<dyn Adapter> = fake.clone();
    // The node keeps its name from one start to the next.
    let node = chatgate_core::NodeId::from("node");
    Arc::new(Engine {
        status: Status::new([fake.id.clone()]),
        adapters: HashMap::from([(fake.id.clone(), adapter)]),
        store: store.clone(),
        policy: Arc::new(AllowAll),
        identity: Arc::new(OnePerActor),
        routes: Router::new().build(()).unwrap(),
        seals: Seals::random(Arc::new(SeededRng::new(7))),
        phrases: Phrases::default(),
        clock: Arc::new(clock.clone()),
        rng,
        chain: AuditChain::new(node.clone(), start.to_string()),
        holder: node.clone(),
        node,
        born: OnceLock::new(),
        tasks: TaskTracker::new(),
        pacer: Pacer::new(Pacing::platform()),
        names: Names::new(1),
        lanes: Lanes::default(),
        outbox: Outbox::new(),
        limits: limits.clone(),
    })
}

fn place(conversation: &str) -> Place {
    Place::new(AdapterId::parse("a").unwrap(), "w", conversation)
}

fn post(key: MessageId, conversation: &str, text: &str) -> Operation {
    let (place, audience) = (place(conversation), Audience::Everyone);
    let part = Rendered::new(text, "").unwrap();
    let part = part.with_repeated(&format!("{text} again")).unwrap();
    Operation::Post { place, audience, part, key, via: None }
}

fn upload(engine: &Engine, conversation: &str) -> Operation {
    let file = chatgate_core::FileRef::generate(&*engine.clock, &*engine.rng);
    Operation::Upload {
        place: place(conversation),
        file,
        name: "log.txt".into(),
        bytes: "log".into(),
    }
}

fn fails(retry: Retry) -> Act {
    Act::Fail(Error::new(ErrorKind::Unavailable).with_retry(retry))
}

fn after(seconds: u64) -> Act {
    fails(Retry::After(Duration::from_secs(seconds)))
}

fn rate(every: u64) -> Capabilities {
    let rate = RateLimit::new(RateScope::Conversation, Duration::from_secs(every));
    Capabilities::all().limits(chatgate_core::Limits::new().rate(rate))
}
