//! What one command costs on its way, stage by stage and whole, with the store in memory. The lower
//! bound is the handler itself in a task of its own, as any bot must at least do.
#![allow(
    missing_docs,
    clippy::expect_used,
    clippy::panic,
    reason = "a benchmark that goes wrong fails"
)]

use std::hint::black_box;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use chatgate_core::{
    Actor, Adapter, AdapterId, AllowAll, AnswerKind, AnswerSlot, AuditChain, Batch, Capabilities,
    Clock, Content, Delivered, Dialect, Effect, Endpoint, EnqueueOptions, EntryId, Error, Event,
    EventKind, Expect, Feature, Inbox, Key, Level, MemoryLimits, MemoryStore, Message, MessageRef,
    NodeId, Operation, Phase, Place, Platform, Policy, Principal, Question, Queue, Receipt,
    ReplyHandle, Result, Shutdown, Store, Surface, Target,
};
use chatgate_gateway::{Gateway, Pacing, Running, SystemClock};
use chatgate_macros::Command;
use chatgate_render::PlainText;
use chatgate_router::{Found, Heard, Router};
use criterion::{Criterion, criterion_group, criterion_main};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::Notify;

#[derive(Command)]
#[command(name = "status", effect = "read", crate = "chatgate_router")]
struct Status {
    service: String,
}

async fn status(status: Status) -> Content {
    Content::status(Level::Success, format!("{} is live", status.service))
}

/// A platform that takes everything and keeps nothing.
#[derive(Debug)]
struct Sink {
    id: AdapterId,
    capabilities: Arc<Capabilities>,
    dialect: PlainText,
    sent: Arc<Notify>,
}

#[async_trait]
impl Adapter for Sink {
    fn id(&self) -> &AdapterId {
        &self.id
    }

    fn capabilities(&self, _: &Place, _: Option<&ReplyHandle>) -> Arc<Capabilities> {
        self.capabilities.clone()
    }

    fn dialect(&self) -> &dyn Dialect {
        &self.dialect
    }

    fn endpoints(&self, _: &Inbox) -> Vec<Endpoint> {
        Vec::new()
    }

    async fn run(&self, _: Inbox, shutdown: Shutdown) -> Result<()> {
        shutdown.asked().await;
        Ok(())
    }

    async fn call(&self, operation: Operation) -> Result<Receipt> {
        match operation {
            Operation::Post { .. } => {
                self.sent.notify_one();
                Ok(Receipt::Posted(Some("1".into())))
            }
            other => Err(Error::unsupported(other.name())),
        }
    }
}

fn sink() -> AdapterId {
    AdapterId::parse("sink").expect("a name")
}

fn event(number: u64) -> Event {
    let place = Place::new(sink(), "w", "c");
    let message = MessageRef::platform(place.clone(), number.to_string());
    let content = Content::typed("status api");
    let kind = EventKind::Message(Message::new(message, content).mentioned());
    Event::new(Platform::from("sink"), sink(), "w", format!("k{number}"), SystemClock.now(), kind)
        .in_place(place)
        .by(actor())
}

fn actor() -> Actor {
    Actor::member(sink(), Platform::from("sink"), "w", "u")
}

fn router() -> Router<()> {
    Router::new().command(status)
}

fn memory() -> MemoryStore {
    // Large enough that a whole benchmark fits: nothing is refused, nothing is measured but the path.
    let limits = MemoryLimits::new().with_records(50_000_000).with_entries(10_000_000);
    MemoryStore::new(Arc::new(SystemClock)).with_limits(limits)
}

fn start(runtime: &Runtime, sent: &Arc<Notify>) -> (Running, Inbox) {
    let adapter = Sink {
        id: sink(),
        capabilities: Arc::new(Capabilities::new().with([Feature::Post])),
        dialect: PlainText::new(),
        sent: sent.clone(),
    };
    runtime.block_on(async {
        let running = Gateway::new(())
            .adapter(adapter)
            .store(memory())
            .policy(AllowAll)
            .pacing(Pacing::off())
            .router(router())
            .build()
            .expect("the gateway is right")
            .start()
            .await
            .expect("the gateway starts");
        let inbox = running.inbox(&sink());
        (running, inbox)
    })
}

fn whole(criterion: &mut Criterion) {
    let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
    let sent = Arc::new(Notify::new());
    let (running, inbox) = start(&runtime, &sent);
    let next = AtomicU64::new(0);
    let mut group = criterion.benchmark_group("path");
    group.bench_function("whole, answered in band", |bencher| {
        bencher.iter(|| {
            runtime.block_on(async {
                let by = SystemClock.now() + Duration::from_secs(10);
                let slot = AnswerSlot::new(by, [AnswerKind::Message]);
                let event = event(next.fetch_add(1, Ordering::Relaxed)).answerable(slot);
                let delivered = inbox.deliver(event).await;
                assert!(matches!(delivered, Delivered::Answer(_)), "{delivered:?}");
            });
        });
    });
    group.bench_function("whole, answered by a message", |bencher| {
        bencher.iter(|| {
            runtime.block_on(async {
                let event = event(next.fetch_add(1, Ordering::Relaxed));
                assert_eq!(inbox.deliver(event).await, Delivered::Accepted);
                sent.notified().await;
            });
        });
    });
    group.bench_function("lower bound: the handler in a task", |bencher| {
        bencher.iter(|| {
            runtime.block_on(async {
                let mut tasks = tokio::task::JoinSet::new();
                tasks.spawn(status(Status { service: black_box("api").to_owned() }));
                tasks.join_next().await.expect("a task").expect("a content")
            })
        });
    });
    group.finish();
    drop(running);
}

fn stages(criterion: &mut Criterion) {
    let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
    let routes = router().build(()).expect("the routes are right");
    let message = event(0);
    let mut group = criterion.benchmark_group("stage");

    let store = memory();
    let next = AtomicU64::new(1);
    let node = NodeId::from("n");
    let lease = Duration::from_secs(60);
    group.bench_function("inbox and lane: record, hold, finish", |bencher| {
        bencher.iter(|| {
            runtime.block_on(async {
                let number = next.fetch_add(1, Ordering::Relaxed);
                let value = serde_json::to_vec(&message).expect("an event is JSON");
                let entry = EntryId::from(u128::from(number));
                let options = EnqueueOptions::new().take(node.clone(), lease);
                let key = Key::new("dedupe", number.to_string());
                let batch = Batch::new()
                    .put_until(key, "1", Expect::Absent, SystemClock.now() + lease)
                    .enqueue(Queue::Inbox, "lane", entry, value, options);
                let committed = store.commit(batch).await.expect("there is room");
                let hold = committed.claims.first().expect("the lane is free").hold;
                store.commit(Batch::new().finish(hold)).await.expect("it is held")
            })
        });
    });
    let chain = AuditChain::new(node.clone(), "boot");
    group.bench_function("audit: one record", |bencher| {
        bencher.iter(|| {
            let record = serde_json::json!({
                "v": 1, "id": "01J", "ts": SystemClock.now().to_string(), "node": "n",
                "type": "delivery.accepted",
                "source": {"adapter": "sink", "delivery_key": "k1", "place": "sink:w:c"},
            });
            runtime
                .block_on(store.commit(Batch::new().audit(chain.clone(), record)))
                .expect("there is room")
        });
    });
    group.bench_function("router: find", |bencher| {
        bencher.iter(|| routes.find(black_box(&message), Heard::Command));
    });
    let Found::Command(matched) = routes.find(&message, Heard::Command) else {
        panic!("the command is there")
    };
    group.bench_function("router: parse", |bencher| {
        bencher.iter(|| {
            runtime
                .block_on(matched.prepare(black_box(&message), SystemClock.now()))
                .expect("the line is right")
        });
    });
    group.bench_function("gate: one question", |bencher| {
        bencher.iter(|| {
            let question = Question::new(
                Phase::Request,
                "status".into(),
                Effect::Read,
                actor(),
                Principal::human("p"),
                message.place_or_stand_in(),
                SystemClock.now(),
            );
            runtime.block_on(AllowAll.decide(black_box(&question))).expect("a decision")
        });
    });
    group.bench_function("handler: run", |bencher| {
        bencher.iter(|| runtime.block_on(status(Status { service: black_box("api").to_owned() })));
    });
    let content = runtime.block_on(status(Status { service: "api".into() }));
    let target = Target::new(Surface::Post, Arc::new(Capabilities::all()));
    group.bench_function("fit: render", |bencher| {
        bencher.iter(|| PlainText::new().message(black_box(&content), &target));
    });
    let rendered = PlainText::new().message(&content, &target).parts;
    group.bench_function("outbox: queue, claim, finish", |bencher| {
        bencher.iter(|| {
            runtime.block_on(async {
                let entry = EntryId::from(u128::from(next.fetch_add(1, Ordering::Relaxed)));
                let value = serde_json::to_vec(&rendered).expect("a part is JSON");
                let options = EnqueueOptions::new();
                let batch = Batch::new().enqueue(Queue::Outbox, "lane", entry, value, options);
                store.commit(batch).await.expect("there is room");
                let claims = store.claim(Queue::Outbox, &node, lease, 8).await.expect("claims");
                let hold = claims.first().expect("it waits").hold;
                store.commit(Batch::new().finish(hold)).await.expect("it is held")
            })
        });
    });
    group.finish();
}

criterion_group!(benches, whole, stages);
criterion_main!(benches);
