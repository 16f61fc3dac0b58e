//! What can still be changed: entries that wait.

use chatgate_core::{Batch, BatchChange, EntryId, ErrorKind};

use super::StoreUnderTest;
use super::fixture::{Fixture, LEASE, QUEUE};

fn replace(entry: u128) -> Batch {
    let entry = EntryId::from(entry);
    Batch::new().and(BatchChange::Replace { queue: QUEUE, entry, value: "new".into() })
}

fn cancel(entry: u128) -> Batch {
    Batch::new().and(BatchChange::Cancel { queue: QUEUE, entry: EntryId::from(entry) })
}

/// The new value leaves in the old one's place, once.
pub async fn a_replaced_entry_leaves_once_with_its_new_value(under: &dyn StoreUnderTest) {
    let store = Fixture::new(under);
    store.enqueue("lane", &[1, 2, 3]).await;
    store.commit(replace(2)).await;
    let claims = store.claims("a", &[1, 2, 3]).await;
    assert_eq!((&claims[1].value[..], &claims[2].value[..]), (&b"new"[..], &b"3"[..]));
    for claim in &claims {
        store.finish(claim).await;
    }
    store.advance(LEASE).await;
    store.claims("a", &[]).await;
}

/// A cancelled entry is gone, at the head as well as behind it.
pub async fn a_cancelled_entry_never_leaves(under: &dyn StoreUnderTest) {
    let store = Fixture::new(under);
    store.enqueue("lane", &[1, 2, 3]).await;
    store.enqueue("other", &[4]).await;
    store.commit(cancel(1)).await;
    store.commit(cancel(3)).await;
    store.commit(cancel(4)).await;
    store.claims("a", &[2]).await;
    store.advance(LEASE).await;
    store.claims("a", &[2]).await;
}

/// Too late once an entry is claimed or finished; too early for one that was never there.
pub async fn what_does_not_wait_is_neither_replaced_nor_cancelled(under: &dyn StoreUnderTest) {
    let store = Fixture::new(under);
    for change in [replace(1), cancel(1)] {
        store.refuse(change, ErrorKind::Conflict).await;
    }
    store.enqueue("lane", &[1]).await;
    let claims = store.claims("a", &[1]).await;
    for change in [replace(1), cancel(1)] {
        store.refuse(change, ErrorKind::Conflict).await;
    }
    store.finish(&claims[0]).await;
    for change in [replace(1), cancel(1)] {
        store.refuse(change, ErrorKind::Conflict).await;
    }
}

/// What is released, postponed or lost by its holder waits like any other.
pub async fn what_waits_again_is_replaced_and_cancelled(under: &dyn StoreUnderTest) {
    let store = Fixture::new(under);
    store.enqueue("lane", &[1, 2, 3]).await;
    let claims = store.claims("a", &[1, 2, 3]).await;
    let now = store.now().await;
    store.commit(Batch::new().release(claims[0].hold).postpone(claims[1].hold, now)).await;
    store.commit(replace(1)).await;
    store.commit(cancel(2)).await;
    store.refuse(cancel(3), ErrorKind::Conflict).await;
    store.advance(LEASE).await;
    store.commit(replace(3)).await;
    let claims = store.claims("b", &[1, 3]).await;
    assert!(claims.iter().all(|claim| &claim.value[..] == b"new"));
}
