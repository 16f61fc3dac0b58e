//! Who holds a lane, how long, and what an old fence is worth.

use std::time::Duration;

use chatgate_core::{
    Batch, BatchChange, Claim, EnqueueOptions, EntryId, ErrorKind, Expect, Hold, Key, Queue,
};

use super::StoreUnderTest;
use super::fixture::{Fixture, LEASE, MILLISECOND, QUEUE, entry, ids};

/// A lane is one node's until it gives it up.
pub async fn a_held_lane_gives_nothing_to_others(under: &dyn StoreUnderTest) {
    let store = Fixture::new(under);
    store.enqueue("lane", &[1, 2]).await;
    assert_eq!(ids(&store.claim("a", 1).await), [1]);
    store.enqueue("lane", &[3]).await;
    store.claims("b", &[]).await;
    store.enqueue("other", &[4]).await;
    store.claims("b", &[4]).await;
    store.claims("a", &[2, 3]).await;
}

/// More of the lane comes under the fence of what is already held, and renews it.
pub async fn a_holder_claims_more_under_the_same_fence(under: &dyn StoreUnderTest) {
    let store = Fixture::new(under);
    store.enqueue("lane", &[1, 2, 3]).await;
    let mut claims = store.claim("a", 2).await;
    store.advance(LEASE - MILLISECOND).await;
    claims.extend(store.claims("a", &[3]).await);
    let fence = claims[0].hold.fence;
    assert!(claims.iter().all(|claim| claim.hold.fence == fence));
    store.advance(LEASE - MILLISECOND).await;
    store.claims("b", &[]).await;
    for claim in &claims {
        store.finish(claim).await;
    }
}

/// A hold stands until its time and no longer at it.
pub async fn a_hold_ends_at_its_time(under: &dyn StoreUnderTest) {
    let store = Fixture::new(under);
    store.enqueue("lane", &[1]).await;
    store.claims("a", &[1]).await;
    store.advance(LEASE - MILLISECOND).await;
    store.claims("b", &[]).await;
    store.advance(MILLISECOND).await;
    store.claims("b", &[1]).await;
}

/// An ended hold leaves the lane as it was; the next one has a higher fence.
pub async fn claims_of_an_ended_hold_wait_in_their_old_places(under: &dyn StoreUnderTest) {
    let store = Fixture::new(under);
    store.enqueue("lane", &[1, 2, 3, 4]).await;
    let old = store.claim("a", 3).await;
    store.finish(&old[1]).await;
    store.advance(LEASE).await;
    let new = store.claims("b", &[1, 3, 4]).await;
    assert!(new[0].hold.fence > old[0].hold.fence, "fences rise");
    // Even the same node starts anew.
    store.advance(LEASE).await;
    let newer = store.claims("b", &[1, 3, 4]).await;
    assert!(newer[0].hold.fence > new[0].hold.fence, "fences rise");
}

/// A renewal of one claim renews the hold of all.
pub async fn a_renewed_hold_outlives_its_lease(under: &dyn StoreUnderTest) {
    let store = Fixture::new(under);
    store.enqueue("lane", &[1, 2]).await;
    let claims = store.claims("a", &[1, 2]).await;
    for _ in 0..5 {
        store.advance(LEASE - MILLISECOND).await;
        store.commit(Batch::new().renew(claims[0].hold, LEASE)).await;
    }
    store.claims("b", &[]).await;
    store.advance(LEASE - MILLISECOND).await;
    store.finish(&claims[1]).await;
    store.advance(MILLISECOND).await;
    store.claims("b", &[1]).await;
}

/// A shorter lease takes nothing from the claims that were promised a longer one.
pub async fn a_hold_never_gets_shorter(under: &dyn StoreUnderTest) {
    let store = Fixture::new(under);
    let short = Duration::from_secs(1);
    store.enqueue("lane", &[1, 2]).await;
    let claims = store.claim("a", 1).await;
    store.commit(Batch::new().renew(claims[0].hold, short)).await;
    assert_eq!(ids(&store.claim_for("a", short, 1).await), [2]);
    store.advance(LEASE - MILLISECOND).await;
    store.claims("b", &[]).await;
    store.finish(&claims[0]).await;
}

/// What a node writes after its hold has ended is refused, with all that it writes along.
pub async fn an_ended_hold_is_fenced_and_commits_nothing(under: &dyn StoreUnderTest) {
    let store = Fixture::new(under);
    let key = Key::new("note", "one");
    store.enqueue("lane", &[1]).await;
    let old = store.claims("a", &[1]).await.remove(0);
    store.advance(LEASE).await;
    refused_with_company(&store, &old, &key).await;
    let new = store.claims("b", &[1]).await.remove(0);
    refused_with_company(&store, &old, &key).await;
    store.finish(&new).await;
    refused_with_company(&store, &old, &key).await;
    assert_eq!(store.get(&key).await, None);
    store.claims("c", &[]).await;
}

async fn refused_with_company(store: &Fixture<'_>, old: &Claim, key: &Key) {
    let until = store.now().await;
    let changes = Batch::new()
        .finish(old.hold)
        .postpone(old.hold, until)
        .renew(old.hold, LEASE)
        .release(old.hold);
    for change in changes.changes {
        let company = Batch::new().put(key.clone(), "written", Expect::Any);
        let company = company.and(entry("company", 9, EnqueueOptions::new()));
        store.refuse(company.and(change.clone()), ErrorKind::Fenced).await;
        let after = Batch::new().and(change).put(key.clone(), "written", Expect::Any);
        store.refuse(after, ErrorKind::Fenced).await;
    }
}

/// Holds that nobody was given: of a waiting entry, an unknown one, another queue, another fence; and
/// what was given back.
pub async fn a_hold_of_what_is_not_claimed_is_fenced(under: &dyn StoreUnderTest) {
    let store = Fixture::new(under);
    store.enqueue("lane", &[1, 2]).await;
    let hold = store.claim("a", 1).await[0].hold;
    for not_held in [
        Hold::new(QUEUE, EntryId::from(2), hold.fence),
        Hold::new(QUEUE, EntryId::from(3), hold.fence),
        Hold::new(Queue::Timers, hold.entry, hold.fence),
        Hold::new(QUEUE, hold.entry, hold.fence + 1),
    ] {
        store.refuse(Batch::new().finish(not_held), ErrorKind::Fenced).await;
        store.refuse(Batch::new().renew(not_held, LEASE), ErrorKind::Fenced).await;
    }
    store.commit(Batch::new().release(hold)).await;
    store.refuse(Batch::new().finish(hold), ErrorKind::Fenced).await;
    store.claims("b", &[1, 2]).await;
    store.refuse(Batch::new().release(hold), ErrorKind::Fenced).await;
}

/// What is released stands before what came after it; the other claims stay held.
pub async fn a_released_entry_returns_to_its_place(under: &dyn StoreUnderTest) {
    let store = Fixture::new(under);
    store.enqueue("lane", &[1, 2, 3, 4]).await;
    let claims = store.claim("a", 3).await;
    store.commit(Batch::new().release(claims[1].hold)).await;
    store.claims("b", &[]).await;
    store.commit(Batch::new().release(claims[0].hold).finish(claims[2].hold)).await;
    store.claims("b", &[1, 2, 4]).await;
}

/// The last claim, however it is given up, frees the lane.
pub async fn a_lane_falls_free_with_its_last_claim(under: &dyn StoreUnderTest) {
    let store = Fixture::new(under);
    store.enqueue("lane", &[1, 2, 3]).await;
    let claims = store.claim("a", 2).await;
    store.finish(&claims[0]).await;
    store.claims("b", &[]).await;
    store.finish(&claims[1]).await;
    let last = store.claims("b", &[3]).await;
    assert!(last[0].hold.fence > claims[0].hold.fence, "fences rise");
    store.commit(Batch::new().release(last[0].hold)).await;
    let claims = store.claims("c", &[3]).await;
    let now = store.now().await;
    store.commit(Batch::new().postpone(claims[0].hold, now)).await;
    store.claims("d", &[3]).await;
}

/// Every earlier claim counts, however it ended; a replacement starts no new count.
pub async fn attempts_are_counted(under: &dyn StoreUnderTest) {
    let store = Fixture::new(under);
    store.enqueue("lane", &[1, 2]).await;
    for round in 0..6 {
        let claim = store.claim("a", 1).await.remove(0);
        assert_eq!((claim.hold.entry.as_u128(), claim.attempts), (1, round));
        let now = store.now().await;
        match round {
            0 | 3 => drop(store.commit(Batch::new().release(claim.hold)).await),
            1 | 4 => drop(store.commit(Batch::new().postpone(claim.hold, now)).await),
            _ => store.advance(LEASE).await,
        }
        let replace =
            BatchChange::Replace { queue: QUEUE, entry: claim.hold.entry, value: "new".into() };
        store.commit(Batch::new().and(replace)).await;
    }
    let claims = store.claims("a", &[1, 2]).await;
    assert_eq!((claims[0].attempts, claims[1].attempts), (6, 0));
}
