//! Postponed entries, and lanes that rest.

use std::time::Duration;

use chatgate_core::{Batch, BatchChange, Priority};

use super::StoreUnderTest;
use super::fixture::{Fixture, MILLISECOND, QUEUE, entry, taken_by};

const REST: Duration = Duration::from_secs(10);

/// Until the time is there the lane gives nothing, not even what comes later; then it starts where it
/// stood.
pub async fn a_postponed_entry_stays_at_the_head_and_its_lane_rests(under: &dyn StoreUnderTest) {
    let store = Fixture::new(under);
    store.enqueue("lane", &[1, 2]).await;
    let claims = store.claim("a", 1).await;
    let until = store.now().await + REST;
    store.commit(Batch::new().postpone(claims[0].hold, until)).await;
    store.enqueue_with("lane", 3, taken_by("a").priority(Priority::Page)).await;
    store.enqueue("other", &[4]).await;
    let others = store.claims("a", &[4]).await;
    store.finish(&others[0]).await;
    store.advance(REST - MILLISECOND).await;
    store.claims("a", &[]).await;
    store.claims("b", &[]).await;
    store.advance(MILLISECOND).await;
    store.claims("b", &[1, 2, 3]).await;
}

/// A postponed entry rests the lane and takes nothing from what is already claimed.
pub async fn other_claims_of_a_resting_lane_stay_held(under: &dyn StoreUnderTest) {
    let store = Fixture::new(under);
    store.enqueue("lane", &[1, 2, 3]).await;
    let claims = store.claim("a", 2).await;
    let until = store.now().await + REST;
    store.commit(Batch::new().postpone(claims[0].hold, until)).await;
    store.claims("a", &[]).await;
    store.advance(REST).await;
    store.claims("b", &[]).await;
    store.finish(&claims[1]).await;
    store.claims("b", &[1, 3]).await;
}

/// Of several postponements the latest time counts.
pub async fn the_longer_rest_counts(under: &dyn StoreUnderTest) {
    let store = Fixture::new(under);
    store.enqueue("lane", &[1, 2]).await;
    let claims = store.claims("a", &[1, 2]).await;
    let now = store.now().await;
    store.commit(Batch::new().postpone(claims[0].hold, now + REST * 2)).await;
    store.commit(Batch::new().postpone(claims[1].hold, now + REST)).await;
    store.advance(REST * 2 - MILLISECOND).await;
    store.claims("b", &[]).await;
    store.advance(MILLISECOND).await;
    store.claims("b", &[1, 2]).await;
}

/// A lane without entries has nothing to rest for.
pub async fn a_rest_ends_with_the_last_entry(under: &dyn StoreUnderTest) {
    let store = Fixture::new(under);
    store.enqueue("lane", &[1]).await;
    let claims = store.claims("a", &[1]).await;
    let until = store.now().await + REST;
    store.commit(Batch::new().postpone(claims[0].hold, until)).await;
    let cancel = BatchChange::Cancel { queue: QUEUE, entry: claims[0].hold.entry };
    store.commit(Batch::new().and(cancel)).await;
    assert_eq!(store.next_due().await, None);
    let committed = store.commit(Batch::new().and(entry("lane", 2, taken_by("a")))).await;
    assert_eq!(committed.claims.len(), 1);
}
