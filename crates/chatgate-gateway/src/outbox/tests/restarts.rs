//! A process ends in the middle, and what the next one makes of it.

use std::sync::atomic::{AtomicU32, Ordering};

use chatgate_core::{Claim, Committed, Key, NodeId, Queue, Record};

use super::*;

#[tokio::test]
async fn what_an_earlier_process_left_is_sent_and_counted() {
    let mut bench = Bench::new();
    bench.tell("post c one", [after(10)]);
    bench.post("c", "one").await;
    bench.post("c", "two").await;
    bench.run().await;
    bench.crash();
    assert_eq!(bench.open(), 0);
    bench.tell("post c two", [Act::Hang]);
    bench.run().await;
    bench.pass(10).await;
    // It was settled before: nothing is unclear about it, and it is not looked up.
    assert_eq!(bench.calls(), ["post c one", "post c one", "post c two"]);
    assert_eq!(bench.open(), 1);
}

#[tokio::test]
async fn a_send_that_a_crash_cut_off_is_looked_up_first() {
    let mut bench = Bench::new();
    bench.tell("post c one", [Act::Hang]);
    bench.tell("find_post c", [Act::Give(Receipt::Found(Some("found".into())))]);
    let message = bench.post("c", "one").await;
    bench.post("c", "two").await;
    bench.run().await;
    bench.crash();
    bench.run().await;
    // The node has kept its name, and does not overtake what its hold still covers.
    bench.pass(59).await;
    assert_eq!(bench.calls(), ["post c one"]);
    bench.pass(1).await;
    assert_eq!(bench.calls(), ["post c one", "find_post c", "post c two"]);
    assert_eq!(bench.posted(message).await.unwrap().id.unwrap().as_str(), "found");
    assert_eq!(bench.open(), 0);
}

#[tokio::test]
async fn an_upload_that_a_crash_cut_off_is_given_up() {
    let mut bench = Bench::new();
    bench.tell("upload c", [Act::Hang]);
    bench.queue_operation(upload(&bench.engine, "c")).await;
    bench.run().await;
    bench.crash();
    bench.run().await;
    bench.pass(60).await;
    assert_eq!(bench.calls(), ["upload c"]);
    assert_eq!(bench.audit().await, ["message.ambiguous ambiguous"]);
}

#[tokio::test]
async fn what_shutdown_cuts_off_is_given_back_and_looked_up() {
    let mut bench = Bench::new();
    bench.tell("post c one", [Act::Hang]);
    bench.post("c", "one").await;
    bench.run().await;
    bench.engine.status.cut_off();
    bench.settle().await;
    // It still counts as left behind.
    assert_eq!(bench.open(), 1);
    assert!(bench.running[0].is_finished());
    bench.crash();
    bench.run().await;
    assert_eq!(bench.calls(), ["post c one", "find_post c", "post c one again"]);
}

#[tokio::test]
async fn asking_to_stop_does_not_stop_sending() {
    let mut bench = Bench::new();
    bench.run().await;
    bench.shutdown.0.ask();
    bench.settle().await;
    bench.post("c", "one").await;
    bench.settle().await;
    assert_eq!(bench.calls(), ["post c one"]);
}

#[tokio::test]
async fn a_row_that_is_done_before_anyone_tells_that_it_was_queued_is_counted_once() {
    let mut bench = Bench::new();
    bench.run().await;
    let key = bench.engine.new_message();
    let entry = EntryId::from(key.as_u128());
    let row = Row::new(post(key, "c", "one"), START);
    let batch = enqueue(Batch::new(), row, entry, Priority::Answer).unwrap();
    bench.store.commit(batch).await.unwrap();
    bench.pass(20).await;
    assert_eq!(bench.calls(), ["post c one"]);
    super::super::queued(&bench.engine, vec![entry]);
    assert_eq!(bench.open(), 0);
}

/// A store that cannot be reached for the next commits that finish something.
#[derive(Debug)]
struct Shaky {
    inner: MemoryStore,
    failures: AtomicU32,
}

#[async_trait]
impl Store for Shaky {
    async fn commit(&self, batch: Batch) -> Result<Committed> {
        let finishes = |change: &_| matches!(change, chatgate_core::BatchChange::Finish(_));
        let left = &self.failures;
        if batch.changes.iter().any(finishes)
            && left.fetch_update(Ordering::AcqRel, Ordering::Acquire, |n| n.checked_sub(1)).is_ok()
        {
            return Err(Error::new(ErrorKind::Unavailable));
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
        self.inner.claim(queue, holder, lease, limit).await
    }

    async fn next_due(&self, queue: Queue) -> Result<Option<Timestamp>> {
        self.inner.next_due(queue).await
    }
}

#[tokio::test]
async fn a_store_that_fails_for_a_moment_makes_nothing_be_sent_twice() {
    let clock = ManualClock::at(START);
    let inner = MemoryStore::new(Arc::new(clock.clone()));
    let store = Arc::new(Shaky { inner, failures: AtomicU32::new(4) });
    let mut bench = Bench::over(store, clock, GatewayLimits::new());
    bench.post("c", "one").await;
    bench.run().await;
    assert_eq!(bench.open(), 1);
    bench.pass(16).await;
    assert_eq!(bench.open(), 0);
    bench.pass(120).await;
    assert_eq!(bench.calls(), ["post c one"]);
    assert_eq!(bench.audit().await, ["message.delivered"]);
}
