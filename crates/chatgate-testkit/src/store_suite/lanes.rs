//! In which order entries leave.

use std::time::Duration;

use chatgate_core::{Batch, EnqueueOptions, EntryId, ErrorKind, NodeId, Priority, Queue};

use super::StoreUnderTest;
use super::fixture::{Fixture, LEASE, MILLISECOND, QUEUE, entry, ids};

const MINUTE: Duration = Duration::from_secs(60);

/// Neither ids nor batches count, only who came first.
pub async fn entries_leave_in_the_order_of_their_lane(under: &dyn StoreUnderTest) {
    let store = Fixture::new(under);
    store.enqueue("lane", &[9, 3]).await;
    store.enqueue("lane", &[7]).await;
    store.enqueue("lane", &[1, 8]).await;
    assert_eq!(ids(&store.claim("a", 1).await), [9]);
    let claims = store.claims("a", &[3, 7, 1, 8]).await;
    assert!(claims.iter().all(|claim| claim.lane == "lane"));
    assert_eq!(&claims[2].value[..], b"1");
}

/// Between lanes the priority of the first entry decides.
pub async fn the_most_urgent_head_goes_first(under: &dyn StoreUnderTest) {
    let store = Fixture::new(under);
    let by_urgency = [Priority::Chatter, Priority::Status, Priority::Answer, Priority::Page];
    for (id, priority) in (1..).zip(by_urgency) {
        let options = EnqueueOptions::new().priority(priority);
        store.enqueue_with(&format!("lane {id}"), id, options).await;
    }
    assert_eq!(ids(&store.claim("a", 1).await), [4]);
    let claims = store.claims("b", &[3, 2, 1]).await;
    assert_eq!(claims[2].priority, Priority::Chatter);
}

/// Between lanes of equal priority, the due time of the first entry decides.
pub async fn of_equal_urgency_the_longest_due_goes_first(under: &dyn StoreUnderTest) {
    let store = Fixture::new(under);
    let now = store.now().await;
    for (id, ago) in [(1, 2), (2, 3), (3, 1)] {
        let due = now - Duration::from_secs(ago);
        store.enqueue_with(&format!("lane {id}"), id, EnqueueOptions::new().due(due)).await;
    }
    let urgent = EnqueueOptions::new().due(now).priority(Priority::Page);
    store.enqueue_with("lane 4", 4, urgent).await;
    store.claims("a", &[4, 2, 1, 3]).await;
}

/// Where nothing else decides, the entry that came first does; each entry of a lane takes its turn
/// anew.
pub async fn among_equals_the_first_enqueued_goes_first(under: &dyn StoreUnderTest) {
    let store = Fixture::new(under);
    for (lane, id) in [("b", 4), ("a", 3), ("b", 2), ("c", 1), ("a", 5)] {
        store.enqueue(lane, &[id]).await;
    }
    store.claims("a", &[4, 3, 2, 1, 5]).await;
}

/// An urgent entry waits behind the others of its lane.
pub async fn priority_never_reorders_a_lane(under: &dyn StoreUnderTest) {
    let store = Fixture::new(under);
    let (page, chatter) = (Priority::Page, Priority::Chatter);
    for (lane, id, priority) in
        [("slow", 1, chatter), ("slow", 2, page), ("other", 3, Priority::Answer)]
    {
        store.enqueue_with(lane, id, EnqueueOptions::new().priority(priority)).await;
    }
    store.claims("a", &[3, 1, 2]).await;
}

/// An entry is given at its due time, not before, and nor are those behind it.
pub async fn a_head_that_is_not_due_holds_its_lane_back(under: &dyn StoreUnderTest) {
    let store = Fixture::new(under);
    let later = EnqueueOptions::new().due(store.now().await + MINUTE).priority(Priority::Page);
    store.enqueue_with("later", 1, later).await;
    store.enqueue("later", &[2]).await;
    store.enqueue("now", &[3]).await;
    store.claims("a", &[3]).await;
    store.advance(MINUTE - MILLISECOND).await;
    let early = store.claim("b", 10).await;
    assert_eq!(ids(&early), [3], "only what the ended hold gave back");
    store.finish(&early[0]).await;
    store.advance(MILLISECOND).await;
    store.claims("a", &[1, 2]).await;
}

/// No more than asked for, none for none.
pub async fn claim_gives_at_most_its_limit(under: &dyn StoreUnderTest) {
    let store = Fixture::new(under);
    store.enqueue("one", &[1, 2, 3]).await;
    store.enqueue("two", &[4, 5]).await;
    assert!(store.claim("a", 0).await.is_empty());
    assert_eq!(ids(&store.claim("a", 2).await), [1, 2]);
    assert_eq!(ids(&store.claim("b", 1).await), [4], "the other lane is free");
    assert_eq!(ids(&store.claim("a", 5).await), [3]);
    store.claims("c", &[]).await;
}

/// Each queue has lanes, entries and holds of its own.
pub async fn queues_do_not_mix(under: &dyn StoreUnderTest) {
    let store = Fixture::new(under);
    let queues = [Queue::Inbox, Queue::Outbox, Queue::Timers];
    for queue in queues {
        let value = queue.as_str();
        let (id, options) = (EntryId::from(1), EnqueueOptions::new());
        store.commit(Batch::new().enqueue(queue, "lane", id, value, options)).await;
    }
    for (queue, node) in queues.into_iter().zip(["a", "b", "c"]) {
        let claims = store.store.claim(queue, &NodeId::new(node), LEASE, 10).await.unwrap();
        assert_eq!(ids(&claims), [1], "{}", queue.as_str());
        assert_eq!(claims[0].hold.queue, queue);
        assert_eq!(&claims[0].value[..], queue.as_str().as_bytes());
        store.commit(Batch::new().finish(claims[0].hold)).await;
    }
}

/// An id is refused as long as its entry is there, waiting or claimed, in whatever lane.
pub async fn an_entry_is_enqueued_once(under: &dyn StoreUnderTest) {
    let store = Fixture::new(under);
    let again = || Batch::new().and(entry("other", 1, EnqueueOptions::new()));
    store.enqueue("lane", &[1]).await;
    store.refuse(again(), ErrorKind::Conflict).await;
    let claims = store.claims("a", &[1]).await;
    store.refuse(again(), ErrorKind::Conflict).await;
    assert_eq!(claims[0].hold.queue, QUEUE);
    store.finish(&claims[0]).await;
    store.commit(again()).await;
    store.claims("a", &[1]).await;
}
