//! When to claim next.

use std::time::Duration;

use chatgate_core::{Batch, EnqueueOptions, Queue};

use super::StoreUnderTest;
use super::fixture::{Fixture, LEASE, QUEUE};

const SOON: Duration = Duration::from_secs(10);

/// Nothing waits, nothing is held: nothing to wait for.
pub async fn nothing_is_due_in_an_empty_queue(under: &dyn StoreUnderTest) {
    let store = Fixture::new(under);
    assert_eq!(store.next_due().await, None);
    store.enqueue("lane", &[1]).await;
    for queue in [Queue::Inbox, Queue::Timers] {
        assert_ne!(queue, QUEUE);
        assert_eq!(store.store.next_due(queue).await.unwrap(), None, "{}", queue.as_str());
    }
    let claims = store.claims("a", &[1]).await;
    store.finish(&claims[0]).await;
    assert_eq!(store.next_due().await, None);
}

/// What can be claimed is due now, however long it has been.
pub async fn a_ready_lane_is_due_now(under: &dyn StoreUnderTest) {
    let store = Fixture::new(under);
    store.enqueue("lane", &[1]).await;
    assert_eq!(store.next_due().await, Some(store.now().await));
    store.advance(SOON).await;
    assert_eq!(store.next_due().await, Some(store.now().await));
    let claims = store.claims("a", &[1]).await;
    store.commit(Batch::new().release(claims[0].hold)).await;
    assert_eq!(store.next_due().await, Some(store.now().await));
}

/// The first entry of a lane decides, and the earliest lane.
pub async fn a_later_entry_is_due_at_its_time(under: &dyn StoreUnderTest) {
    let store = Fixture::new(under);
    let now = store.now().await;
    store.enqueue_with("slow", 1, EnqueueOptions::new().due(now + SOON * 3)).await;
    store.enqueue("slow", &[2]).await;
    assert_eq!(store.next_due().await, Some(now + SOON * 3));
    store.enqueue_with("quick", 3, EnqueueOptions::new().due(now + SOON)).await;
    assert_eq!(store.next_due().await, Some(now + SOON));
    store.advance(SOON * 2).await;
    let claims = store.claims("a", &[3]).await;
    store.finish(&claims[0]).await;
    assert_eq!(store.next_due().await, Some(now + SOON * 3));
}

/// A rest puts a lane off, however long its entries have been due.
pub async fn a_resting_lane_is_due_after_its_rest(under: &dyn StoreUnderTest) {
    let store = Fixture::new(under);
    store.enqueue("lane", &[1, 2]).await;
    let until = store.now().await + SOON;
    let claims = store.claim("a", 1).await;
    store.commit(Batch::new().postpone(claims[0].hold, until)).await;
    assert_eq!(store.next_due().await, Some(until));
}

/// A hold's end gives its claims back, whether or not more waits behind them. What waits there does
/// not count before: or every other node would ask again and again.
pub async fn a_held_lane_is_due_when_its_hold_ends(under: &dyn StoreUnderTest) {
    let store = Fixture::new(under);
    store.enqueue("lane", &[1]).await;
    let until = store.now().await + LEASE;
    let claims = store.claims("a", &[1]).await;
    assert_eq!(store.next_due().await, Some(until));
    store.enqueue("lane", &[2]).await;
    assert_eq!(store.next_due().await, Some(until));
    store.advance(SOON).await;
    store.commit(Batch::new().renew(claims[0].hold, LEASE)).await;
    assert_eq!(store.next_due().await, Some(until + SOON));
    store.advance(LEASE).await;
    assert_eq!(store.next_due().await, Some(until + SOON), "which is now");
    store.claims("b", &[1, 2]).await;
}

/// The holder of a lane may claim what comes due in it.
pub async fn a_later_entry_of_a_held_lane_is_due_at_its_time(under: &dyn StoreUnderTest) {
    let store = Fixture::new(under);
    let now = store.now().await;
    store.enqueue("lane", &[1]).await;
    store.enqueue_with("lane", 2, EnqueueOptions::new().due(now + SOON)).await;
    store.claims("a", &[1]).await;
    assert_eq!(store.next_due().await, Some(now + SOON));
    store.advance(SOON).await;
    assert_eq!(store.next_due().await, Some(now + LEASE));
    store.claims("a", &[2]).await;
}
