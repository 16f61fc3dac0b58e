//! Claimers that really run side by side.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use chatgate_core::{Batch, EnqueueOptions, EntryId, NodeId, Store};
use tokio::task::JoinSet;

use super::StoreUnderTest;
use super::fixture::{Fixture, QUEUE};

const LANES: u128 = 12;
const ENTRIES: u128 = 240;
// Nobody's hold ends: what this case is about is who gets which lane.
const LEASE: Duration = Duration::from_secs(86_400);

/// Several nodes claim and finish at once: each entry is done once, each lane in its order.
pub async fn claimers_at_work_together_do_everything_once(under: &dyn StoreUnderTest) {
    let store = Fixture::new(under);
    for first in (0..ENTRIES).step_by(60) {
        let batch = (first..first + 60).fold(Batch::new(), |batch, id| {
            let lane = format!("lane {}", id % LANES);
            batch.enqueue(QUEUE, lane, EntryId::from(id), "", EnqueueOptions::new())
        });
        store.commit(batch).await;
    }
    let done = Arc::new(Mutex::new(BTreeMap::<String, Vec<u128>>::new()));
    let mut claimers = JoinSet::new();
    for node in ["a", "b", "c", "d"] {
        claimers.spawn(work(Arc::clone(&store.store), NodeId::new(node), Arc::clone(&done)));
    }
    while let Some(end) = claimers.join_next().await {
        end.unwrap();
    }
    let done = done.lock().unwrap();
    for (lane, entries) in done.iter() {
        assert!(entries.is_sorted(), "{lane}: {entries:?}");
    }
    let mut all: Vec<u128> = done.values().flatten().copied().collect();
    all.sort_unstable();
    assert_eq!(all, (0..ENTRIES).collect::<Vec<_>>());
}

async fn work(store: Arc<dyn Store>, node: NodeId, done: Arc<Mutex<BTreeMap<String, Vec<u128>>>>) {
    loop {
        let claims = store.claim(QUEUE, &node, LEASE, 3).await.unwrap();
        if claims.is_empty() && store.next_due(QUEUE).await.unwrap().is_none() {
            return;
        }
        for claim in claims {
            tokio::task::yield_now().await;
            // Noted before the lane can fall free: else the next holder's note could come first.
            done.lock().unwrap().entry(claim.lane).or_default().push(claim.hold.entry.as_u128());
            store.commit(Batch::new().finish(claim.hold)).await.unwrap();
        }
        tokio::task::yield_now().await;
    }
}
