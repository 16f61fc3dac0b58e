//! Everything that is kept or shown while a test runs: what the store is given, what is logged, what
//! `Debug` and errors say, and the audit chain. A secret must not be in it.
//!
//! Whoever looks for secrets in it also plants some: [`planted_secrets_are_found`].

use std::fmt::Write as _;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use chatgate_core::{
    Adapter, AdapterId, AuditChain, Batch, BatchChange, Capabilities, Claim, Committed, Dialect,
    Endpoint, EnqueueOptions, EntryId, Error, Expect, Inbox, Key, MemoryStore, NodeId, Operation,
    Place, Query, Queue, Receipt, Record, ReplyHandle, Result, Shutdown, Store, Timestamp,
};
use chatgate_gateway::SystemClock;
use chatgate_http::{HttpTransport, Request, Response, Socket, Transport};
use serde_json::json;
use tracing::subscriber::DefaultGuard;

use crate::log::Log;

/// What of a store is read back at the end: every kind of record that the gateway keeps.
const KINDS: &[&str] = &[
    "answer", "choices", "cursor", "dedupe", "dialogue", "file", "form", "gateway", "message",
    "run", "sealed", "thread", "used",
];

/// What was kept or shown, by where.
#[derive(Clone, Debug, Default)]
pub(crate) struct Evidence(Arc<Mutex<Vec<(&'static str, String)>>>);

impl Evidence {
    pub(crate) fn add(&self, place: &'static str, text: impl Into<String>) {
        self.0.lock().unwrap().push((place, text.into()));
    }

    /// Where a text is to be read.
    pub(crate) fn places_of(&self, secret: &str) -> Vec<&'static str> {
        assert!(secret.len() >= 16, "{secret} might be found by chance");
        let evidence = self.0.lock().unwrap();
        let mut places: Vec<_> =
            evidence.iter().filter(|(_, text)| text.contains(secret)).map(|(at, _)| *at).collect();
        places.sort_unstable();
        places.dedup();
        places
    }

    /// How much there is to look at: without anything nothing is found.
    pub(crate) fn chars(&self, place: &str) -> usize {
        let evidence = self.0.lock().unwrap();
        evidence.iter().filter(|(at, _)| *at == place).map(|(_, text)| text.len()).sum()
    }

    /// Takes what was logged.
    pub(crate) fn add_log(&self, log: &Log) {
        self.add("log", log.text());
        self.add("log", LINES.lock().unwrap().clone());
        self.add("frames", FRAMES.lock().unwrap().clone());
    }

    /// An adapter that shows what it is asked to do, and what comes of it.
    pub(crate) fn layer(
        &self,
    ) -> impl Fn(Arc<dyn Adapter>) -> Arc<dyn Adapter> + Send + Sync + 'static {
        let evidence = self.clone();
        move |inner| Arc::new(Asked { inner, evidence: evidence.clone() })
    }
}

/// A store that shows all bytes that it is given.
#[derive(Debug)]
pub(crate) struct Watched {
    inner: MemoryStore,
    evidence: Evidence,
}

impl Watched {
    pub(crate) fn new(evidence: &Evidence) -> Arc<Self> {
        let inner = MemoryStore::new(Arc::new(SystemClock));
        Arc::new(Self { inner, evidence: evidence.clone() })
    }

    /// Takes what is left in it.
    pub(crate) async fn read_back(&self) {
        for kind in KINDS {
            for record in self.scan(Query::of(*kind).limit(usize::MAX)).await.unwrap() {
                self.evidence.add("debug", format!("{record:?}"));
                self.evidence.add("store", String::from_utf8_lossy(&record.value));
            }
        }
        for record in self.scan(Query::of(Query::AUDIT).limit(usize::MAX)).await.unwrap() {
            self.evidence.add("audit", String::from_utf8_lossy(&record.value));
        }
    }
}

#[async_trait]
impl Store for Watched {
    async fn commit(&self, batch: Batch) -> Result<Committed> {
        self.evidence.add("debug", format!("{batch:?}"));
        for change in &batch.changes {
            match change {
                BatchChange::Put { key, value, .. } => {
                    let name = format!("{}/{} ", key.kind, key.name);
                    self.evidence.add("store", name + &String::from_utf8_lossy(value));
                }
                BatchChange::Enqueue { lane, value, .. } => {
                    let row = format!("{lane} {}", String::from_utf8_lossy(value));
                    self.evidence.add("store", row);
                }
                BatchChange::Replace { value, .. } => {
                    self.evidence.add("store", String::from_utf8_lossy(value));
                }
                BatchChange::Audit { record, .. } => {
                    self.evidence.add("audit", record.as_str().to_owned());
                }
                _ => {}
            }
        }
        self.inner.commit(batch).await
    }

    async fn get(&self, key: &Key) -> Result<Option<Record>> {
        self.inner.get(key).await
    }

    async fn scan(&self, query: Query) -> Result<Vec<Record>> {
        self.inner.scan(query).await
    }

    async fn claim(
        &self,
        queue: Queue,
        holder: &NodeId,
        lease: Duration,
        limit: usize,
    ) -> Result<Vec<Claim>> {
        let claims = self.inner.claim(queue, holder, lease, limit).await?;
        self.evidence.add("debug", format!("{claims:?}"));
        Ok(claims)
    }

    async fn next_due(&self, queue: Queue) -> Result<Option<Timestamp>> {
        self.inner.next_due(queue).await
    }
}

/// A transport that shows what it carries.
pub(crate) struct Carried {
    inner: HttpTransport,
    evidence: Evidence,
}

impl Carried {
    pub(crate) fn new(evidence: &Evidence) -> Arc<Self> {
        let inner = HttpTransport::new(Arc::new(SystemClock)).unwrap();
        Arc::new(Self { inner, evidence: evidence.clone() })
    }
}

#[async_trait]
impl Transport for Carried {
    async fn send(&self, request: Request) -> Result<Response> {
        self.evidence.add("debug", format!("{request:?} {}", request.shown_url()));
        let response = self.inner.send(request).await;
        self.evidence.add("debug", format!("{response:?}"));
        response
    }

    async fn connect(&self, request: Request) -> Result<Box<dyn Socket>> {
        self.evidence.add("debug", format!("{request:?} {}", request.shown_url()));
        self.inner.connect(request).await
    }
}

/// An adapter that shows what it is asked to do, and what comes of it.
struct Asked {
    inner: Arc<dyn Adapter>,
    evidence: Evidence,
}

#[async_trait]
impl Adapter for Asked {
    fn id(&self) -> &AdapterId {
        self.inner.id()
    }

    fn capabilities(&self, place: &Place, via: Option<&ReplyHandle>) -> Arc<Capabilities> {
        self.inner.capabilities(place, via)
    }

    fn dialect(&self) -> &dyn Dialect {
        self.inner.dialect()
    }

    fn endpoints(&self, inbox: &Inbox) -> Vec<Endpoint> {
        self.inner.endpoints(inbox)
    }

    async fn run(&self, inbox: Inbox, shutdown: Shutdown) -> Result<()> {
        self.evidence.add("debug", format!("{inbox:?}"));
        self.inner.run(inbox, shutdown).await
    }

    async fn call(&self, operation: Operation) -> Result<Receipt> {
        self.evidence.add("debug", format!("{operation:?}"));
        let called = self.inner.call(operation).await;
        self.evidence.add("debug", format!("{called:?}"));
        if let Err(error) = &called {
            self.evidence.add("debug", format!("{error}"));
        }
        called
    }
}

/// Everything that is logged, fields of spans included, by `tracing` and by `log`.
pub(crate) fn listen() -> (Log, DefaultGuard) {
    let _ = ::log::set_logger(&Lines);
    ::log::set_max_level(::log::LevelFilter::Trace);
    Log::start()
}

static LINES: Mutex<String> = Mutex::new(String::new());
/// What the WebSocket library logs at TRACE: whole frames.
static FRAMES: Mutex<String> = Mutex::new(String::new());

/// Keeps the records of `log`.
struct Lines;

impl ::log::Log for Lines {
    fn enabled(&self, _: &::log::Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &::log::Record<'_>) {
        let is_frame = record.target().starts_with("tungstenite");
        let mut lines = if is_frame { &FRAMES } else { &LINES }.lock().unwrap();
        writeln!(lines, "{} {}", record.target(), record.args()).unwrap();
    }

    fn flush(&self) {}
}

/// Whether a secret is found wherever it is left: a test that looks for some is worth that much.
pub(crate) async fn planted_secrets_are_found() {
    let (log, _guard) = listen();
    let evidence = Evidence::default();
    let store = Watched::new(&evidence);
    let planted = |name: &str| format!("planted-canary-{name}");
    tracing::trace!(field = planted("field"), "{}", planted("message"));
    tracing::trace_span!("span", secret = planted("span")).in_scope(|| {});
    ::log::trace!("{}", planted("record"));
    let chain = AuditChain::new("node".into(), "boot");
    let batch = Batch::new()
        .put(Key::new("kind", planted("key")), planted("value"), Expect::Any)
        .enqueue(
            Queue::Outbox,
            planted("lane"),
            EntryId::from(1),
            planted("row"),
            EnqueueOptions::new(),
        )
        .audit(chain, json!({"secret": planted("audit")}));
    store.commit(batch).await.unwrap();
    evidence.add("debug", format!("{:?}", Error::internal(planted("error"))));
    let carried = Carried::new(&evidence);
    let nowhere = format!("http://127.0.0.1:1/{}", planted("path")).parse().unwrap();
    let _ = carried.send(Request::new(http::Method::GET, nowhere)).await;
    evidence.add_log(&log);
    for (name, place) in [
        ("field", "log"),
        ("message", "log"),
        ("span", "log"),
        ("record", "log"),
        ("key", "store"),
        ("value", "store"),
        ("lane", "store"),
        ("row", "store"),
        ("audit", "audit"),
        ("error", "debug"),
        ("path", "debug"),
    ] {
        let places = evidence.places_of(&planted(name));
        assert!(places.contains(&place), "{name}: {places:?}");
    }
}
