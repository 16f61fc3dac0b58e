//! The store suite on the store in memory, and what only that store promises.

use std::sync::Arc;
use std::time::Duration;

use chatgate_core::{
    AuditChain, Batch, Clock, EnqueueOptions, EntryId, Expect, Key, ManualClock, MemoryLimits,
    MemoryStore, NodeId, Query, Queue, Store, Timestamp,
};
use chatgate_testkit::store_suite::StoreUnderTest;
use serde_json::json;

struct Memory {
    clock: ManualClock,
    store: Arc<MemoryStore>,
}

#[async_trait::async_trait]
impl StoreUnderTest for Memory {
    fn store(&self) -> Arc<dyn Store> {
        self.store.clone()
    }

    async fn now(&self) -> Timestamp {
        self.clock.now()
    }

    async fn advance(&self, by: Duration) {
        self.clock.advance(by);
    }
}

async fn make() -> Memory {
    with_limits(MemoryLimits::new())
}

chatgate_testkit::store_suite!(make);

fn with_limits(limits: MemoryLimits) -> Memory {
    let clock = ManualClock::at(Timestamp::from_secs(1_000_000));
    let store = Arc::new(MemoryStore::new(Arc::new(clock.clone())).with_limits(limits));
    Memory { clock, store }
}

fn put(name: impl Into<String>) -> Batch {
    Batch::new().put(Key::new("note", name), "secret", Expect::Any)
}

fn enqueue(id: u128) -> Batch {
    let (queue, options) = (Queue::Inbox, EnqueueOptions::new());
    Batch::new().enqueue(queue, "lane", EntryId::from(id), "secret", options)
}

#[tokio::test]
async fn a_full_store_is_busy_until_something_is_deleted() {
    let store = with_limits(MemoryLimits::new().with_records(2)).store;
    store.commit(put("one")).await.unwrap();
    store.commit(put("two")).await.unwrap();
    assert!(store.commit(put("three")).await.unwrap_err().is_busy());
    assert_eq!(store.get(&Key::new("note", "three")).await.unwrap(), None);
    store.commit(put("two")).await.unwrap();
    let swap = put("three").delete(Key::new("note", "one"), Expect::Any);
    store.commit(swap).await.unwrap();
}

#[tokio::test]
async fn what_has_expired_makes_room() {
    let memory = with_limits(MemoryLimits::new().with_records(200));
    let until = memory.clock.now() + Duration::from_secs(1);
    let expiring = (0..200).fold(Batch::new(), |batch, number| {
        batch.put_until(Key::new("note", number.to_string()), "", Expect::Any, until)
    });
    memory.store.commit(expiring).await.unwrap();
    memory.clock.advance(Duration::from_secs(1));
    let all = (0..200).fold(Batch::new(), |batch, number| {
        batch.put(Key::new("new", number.to_string()), "", Expect::Any)
    });
    memory.store.commit(all).await.unwrap();
}

#[tokio::test]
async fn a_full_queue_is_busy_until_something_is_finished() {
    let store = with_limits(MemoryLimits::new().with_entries(2)).store;
    store.commit(enqueue(1)).await.unwrap();
    store.commit(enqueue(2)).await.unwrap();
    assert!(store.commit(enqueue(3)).await.unwrap_err().is_busy());
    let (node, lease) = (NodeId::new("a"), Duration::from_secs(1));
    let claims = store.claim(Queue::Inbox, &node, lease, 9).await.unwrap();
    assert_eq!(claims.len(), 2, "the refused entry is not there");
    store.commit(enqueue(3).finish(claims[0].hold)).await.unwrap();
}

#[tokio::test]
async fn a_chain_keeps_its_newest_records_and_goes_on() {
    let limits = MemoryLimits::new().with_audit_records(3).with_audit_chains(1);
    let store = with_limits(limits).store;
    let chain = |boot: &str| AuditChain::new(NodeId::new("a"), boot);
    for number in 0..8 {
        let batch = Batch::new().audit(chain("1"), json!({"number": number}));
        store.commit(batch).await.unwrap();
    }
    let records = store.scan(Query::of(Query::AUDIT)).await.unwrap();
    let values: Vec<serde_json::Value> =
        records.iter().map(|record| serde_json::from_slice(&record.value).unwrap()).collect();
    let seqs: Vec<_> = values.iter().map(|value| value["seq"].as_u64().unwrap()).collect();
    assert_eq!(seqs, [6, 7, 8]);
    assert_eq!(values[2]["prev"], values[1]["hash"]);
    let other = store.commit(Batch::new().audit(chain("2"), json!({}))).await;
    assert!(other.unwrap_err().is_busy());
}

#[tokio::test]
async fn debug_shows_no_value() {
    let store = make().await.store;
    store.commit(put("it")).await.unwrap();
    store.commit(enqueue(1)).await.unwrap();
    let shown = format!("{store:?}");
    assert!(shown.contains("records: 1") && !shown.contains("secret"), "{shown}");
}

#[tokio::test]
async fn a_clock_that_is_set_back_gives_nothing_early_and_loses_nothing() {
    let Memory { clock, store } = make().await;
    let (node, lease, now) = (NodeId::new("a"), Duration::from_secs(1), clock.now());
    let due = now + Duration::from_secs(10);
    let options = EnqueueOptions::new().due(due);
    let batch = Batch::new().enqueue(Queue::Timers, "lane", EntryId::from(1), "", options);
    store.commit(batch).await.unwrap();
    clock.set(due);
    assert_eq!(store.next_due(Queue::Timers).await.unwrap(), Some(due));
    clock.set(now);
    assert_eq!(store.claim(Queue::Timers, &node, lease, 9).await.unwrap(), []);
    assert_eq!(store.next_due(Queue::Timers).await.unwrap(), Some(due));
    clock.set(due);
    assert_eq!(store.claim(Queue::Timers, &node, lease, 9).await.unwrap().len(), 1);
}

#[tokio::test]
async fn many_lanes_are_claimed_from_in_their_order() {
    let store = make().await.store;
    for first in (0..100_000_u128).step_by(10_000) {
        let batch = (first..first + 10_000).fold(Batch::new(), |batch, id| {
            let lane = format!("lane {}", id % 10_000);
            let options = EnqueueOptions::new();
            batch.enqueue(Queue::Inbox, lane, EntryId::from(id), "", options)
        });
        store.commit(batch).await.unwrap();
    }
    let node = NodeId::new("a");
    for id in 0..100_000 {
        let claims = store.claim(Queue::Inbox, &node, Duration::from_secs(1), 1).await.unwrap();
        assert_eq!(claims[0].hold.entry, EntryId::from(id));
        store.commit(Batch::new().finish(claims[0].hold)).await.unwrap();
    }
}
