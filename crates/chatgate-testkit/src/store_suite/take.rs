//! Entries that a node takes as they are enqueued.

use std::time::Duration;

use chatgate_core::{Batch, EnqueueOptions, NodeId, Priority};

use super::StoreUnderTest;
use super::fixture::{Fixture, LEASE, MILLISECOND, entry, ids, taken_by};

/// A free lane without entries gives its first one at once, as a claim would.
pub async fn an_idle_lane_is_taken_at_once(under: &dyn StoreUnderTest) {
    let store = Fixture::new(under);
    let options = taken_by("a").priority(Priority::Page).due(store.now().await);
    let claims = store.commit(Batch::new().and(entry("lane", 1, options))).await.claims;
    assert_eq!(ids(&claims), [1]);
    let claim = &claims[0];
    assert_eq!((claim.lane.as_str(), &claim.value[..]), ("lane", &b"1"[..]));
    assert_eq!((claim.priority, claim.attempts), (Priority::Page, 0));
    store.enqueue("lane", &[2]).await;
    store.claims("b", &[]).await;
    store.advance(LEASE - MILLISECOND).await;
    store.finish(claim).await;
    store.claims("b", &[2]).await;
}

/// A node that holds the lane goes on under its fence, and its hold lasts longer.
pub async fn a_lane_held_by_the_same_node_is_taken_under_its_fence(under: &dyn StoreUnderTest) {
    let store = Fixture::new(under);
    let first = store.commit(Batch::new().and(entry("lane", 1, taken_by("a")))).await.claims;
    store.advance(LEASE - MILLISECOND).await;
    let second = store.commit(Batch::new().and(entry("lane", 2, taken_by("a")))).await.claims;
    assert_eq!(ids(&second), [2]);
    assert_eq!(second[0].hold.fence, first[0].hold.fence);
    store.advance(LEASE - MILLISECOND).await;
    store.claims("b", &[]).await;
    store.finish(&first[0]).await;
    store.finish(&second[0]).await;
}

/// What waits goes first, even where the node holds the lane.
pub async fn nothing_is_taken_past_what_waits(under: &dyn StoreUnderTest) {
    let store = Fixture::new(under);
    store.enqueue("free", &[1]).await;
    let claims = store.commit(Batch::new().and(entry("free", 2, taken_by("a")))).await.claims;
    assert!(claims.is_empty());
    store.claims("a", &[1, 2]).await;
    store.enqueue("free", &[3]).await;
    let claims = store.commit(Batch::new().and(entry("free", 4, taken_by("a")))).await.claims;
    assert!(claims.is_empty());
    store.claims("a", &[3, 4]).await;
}

/// A lane that another node holds gives nothing, and is not held any longer for it.
pub async fn nothing_is_taken_from_another_holder(under: &dyn StoreUnderTest) {
    let store = Fixture::new(under);
    store.enqueue("lane", &[1]).await;
    let until = store.now().await + LEASE;
    let held = store.claims("a", &[1]).await;
    store.advance(Duration::from_secs(1)).await;
    let claims = store.commit(Batch::new().and(entry("lane", 2, taken_by("b")))).await.claims;
    assert!(claims.is_empty());
    assert_eq!(store.next_due().await, Some(until));
    store.finish(&held[0]).await;
    store.claims("b", &[2]).await;
}

/// When a hold has ended its claims wait, and go first.
pub async fn nothing_is_taken_from_a_hold_that_has_just_ended(under: &dyn StoreUnderTest) {
    let store = Fixture::new(under);
    store.enqueue("lane", &[1]).await;
    store.claims("a", &[1]).await;
    store.advance(LEASE).await;
    let claims = store.commit(Batch::new().and(entry("lane", 2, taken_by("b")))).await.claims;
    assert!(claims.is_empty());
    store.claims("b", &[1, 2]).await;
}

/// An entry for later waits.
pub async fn nothing_is_taken_before_it_is_due(under: &dyn StoreUnderTest) {
    let store = Fixture::new(under);
    let due = store.now().await + MILLISECOND;
    let claims = store.commit(Batch::new().and(entry("lane", 1, taken_by("a").due(due)))).await;
    assert!(claims.claims.is_empty());
    store.claims("a", &[]).await;
    store.advance(MILLISECOND).await;
    store.claims("b", &[1]).await;
}

/// A rest holds up entries that nothing waits before.
pub async fn nothing_is_taken_while_the_lane_rests(under: &dyn StoreUnderTest) {
    let store = Fixture::new(under);
    store.enqueue("lane", &[1, 2]).await;
    let claims = store.claims("a", &[1, 2]).await;
    let until = store.now().await + Duration::from_secs(10);
    store.commit(Batch::new().postpone(claims[1].hold, until)).await;
    let cancel = chatgate_core::BatchChange::Cancel {
        queue: claims[1].hold.queue,
        entry: claims[1].hold.entry,
    };
    store.commit(Batch::new().and(cancel)).await;
    let take = EnqueueOptions::new().take(NodeId::new("a"), LEASE);
    let taken = store.commit(Batch::new().and(entry("lane", 3, take))).await.claims;
    assert!(taken.is_empty());
    store.advance(Duration::from_secs(10)).await;
    store.claims("a", &[3]).await;
}
