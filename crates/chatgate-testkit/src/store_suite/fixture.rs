//! The few words in which the cases are written.

use std::sync::Arc;
use std::time::Duration;

use chatgate_core::{
    Batch, BatchChange, Claim, Committed, EnqueueOptions, EntryId, ErrorKind, Key, NodeId, Query,
    Queue, Record, Store, Timestamp,
};

use super::StoreUnderTest;

pub(super) const QUEUE: Queue = Queue::Outbox;
pub(super) const LEASE: Duration = Duration::from_secs(30);
pub(super) const MILLISECOND: Duration = Duration::from_millis(1);

/// A store under test whose calls must succeed, or fail in a certain way.
pub(super) struct Fixture<'a> {
    under: &'a dyn StoreUnderTest,
    pub(super) store: Arc<dyn Store>,
}

impl<'a> Fixture<'a> {
    pub(super) fn new(under: &'a dyn StoreUnderTest) -> Self {
        Self { under, store: under.store() }
    }

    pub(super) async fn now(&self) -> Timestamp {
        self.under.now().await
    }

    pub(super) async fn advance(&self, by: Duration) {
        self.under.advance(by).await;
    }

    #[track_caller]
    pub(super) fn commit(&self, batch: Batch) -> impl Future<Output = Committed> {
        let (caller, store) = (std::panic::Location::caller(), Arc::clone(&self.store));
        async move {
            let committed = store.commit(batch).await;
            committed.unwrap_or_else(|error| panic!("{caller}: the batch was refused: {error}"))
        }
    }

    #[track_caller]
    pub(super) fn refuse(&self, batch: Batch, kind: ErrorKind) -> impl Future<Output = ()> {
        let (caller, store) = (std::panic::Location::caller(), Arc::clone(&self.store));
        async move {
            match store.commit(batch).await {
                Ok(_) => panic!("{caller}: the batch must be refused as {}", kind.as_str()),
                Err(error) => assert_eq!(error.kind(), kind, "{caller}: {error}"),
            }
        }
    }

    pub(super) async fn get(&self, key: &Key) -> Option<Record> {
        self.store.get(key).await.unwrap()
    }

    pub(super) async fn value(&self, key: &Key) -> Option<String> {
        let record = self.get(key).await?;
        Some(String::from_utf8(record.value.to_vec()).unwrap())
    }

    pub(super) async fn names(&self, query: Query) -> Vec<String> {
        let records = self.store.scan(query).await.unwrap();
        records.into_iter().map(|record| record.key.name).collect()
    }

    /// Enqueues entries that are due at once, in one batch.
    pub(super) async fn enqueue(&self, lane: &str, entries: &[u128]) {
        let batch = entries
            .iter()
            .fold(Batch::new(), |batch, id| batch.and(entry(lane, *id, EnqueueOptions::new())));
        self.commit(batch).await;
    }

    pub(super) async fn enqueue_with(&self, lane: &str, id: u128, options: EnqueueOptions) {
        self.commit(Batch::new().and(entry(lane, id, options))).await;
    }

    pub(super) async fn claim(&self, node: &str, limit: usize) -> Vec<Claim> {
        self.claim_for(node, LEASE, limit).await
    }

    pub(super) async fn claim_for(&self, node: &str, lease: Duration, limit: usize) -> Vec<Claim> {
        self.store.claim(QUEUE, &NodeId::new(node), lease, limit).await.unwrap()
    }

    /// Claims exactly these entries, in this order.
    #[track_caller]
    pub(super) fn claims(&self, node: &str, expected: &[u128]) -> impl Future<Output = Vec<Claim>> {
        let (caller, store) = (std::panic::Location::caller(), Arc::clone(&self.store));
        let (node, expected) = (NodeId::new(node), expected.to_vec());
        async move {
            let claims = store.claim(QUEUE, &node, LEASE, 1_000).await.unwrap();
            assert_eq!(ids(&claims), expected, "{caller}: what {node} claims");
            claims
        }
    }

    pub(super) async fn finish(&self, claim: &Claim) {
        self.commit(Batch::new().finish(claim.hold)).await;
    }

    pub(super) async fn next_due(&self) -> Option<Timestamp> {
        self.store.next_due(QUEUE).await.unwrap()
    }
}

/// An entry whose value is its number.
pub(super) fn entry(lane: &str, id: u128, options: EnqueueOptions) -> BatchChange {
    let batch = Batch::new().enqueue(QUEUE, lane, EntryId::from(id), id.to_string(), options);
    batch.changes.into_iter().next().unwrap()
}

pub(super) fn taken_by(node: &str) -> EnqueueOptions {
    EnqueueOptions::new().take(NodeId::new(node), LEASE)
}

pub(super) fn ids(claims: &[Claim]) -> Vec<u128> {
    claims.iter().map(|claim| claim.hold.entry.as_u128()).collect()
}
