//! A batch happens whole or not at all.

use std::time::Duration;

use chatgate_core::{
    AuditChain, Batch, BatchChange, Claim, EnqueueOptions, EntryId, ErrorKind, Expect, Hold, Key,
    NodeId, Query, Timestamp,
};
use serde_json::json;

use super::StoreUnderTest;
use super::fixture::{Fixture, LEASE, QUEUE, entry, ids, taken_by};

const HOUR: Duration = Duration::from_secs(3_600);

/// Every kind of change that is refused, after every kind that would have been done.
pub async fn a_batch_is_all_or_nothing(under: &dyn StoreUnderTest) {
    let store = Fixture::new(under);
    let goods = World::open(&store, 0).await.goods().len();
    let bads = World::open(&store, 1).await.bads().len();
    let mut round = 2;
    for good in 0..goods {
        for bad in 0..bads {
            store.advance(HOUR * 2).await;
            empty(&store).await;
            let world = World::open(&store, round).await;
            let good = world.goods().swap_remove(good);
            let (bad, kind) = world.bads().swap_remove(bad);
            let told = format!("{bad:?} after {good:?}");
            let error = store.store.commit(Batch::new().and(good).and(bad)).await;
            assert_eq!(error.map_err(|error| error.kind()), Err(kind), "{told}");
            world.check_untouched(&store, &told).await;
            round += 1;
        }
    }
}

/// A change finds what those before it in the batch left.
pub async fn a_batch_sees_its_own_changes(under: &dyn StoreUnderTest) {
    let store = Fixture::new(under);
    let key = Key::new("note", "one");
    let batch = Batch::new().put(key.clone(), "one", Expect::Absent);
    store.refuse(batch.put(key.clone(), "two", Expect::Absent), ErrorKind::Conflict).await;
    let batch = Batch::new().put(key.clone(), "one", Expect::Absent);
    let batch = batch.delete(key.clone(), Expect::Any).put(key.clone(), "two", Expect::Absent);
    store.commit(batch).await;
    assert_eq!(store.value(&key).await.as_deref(), Some("two"));

    // The second finds the first waiting; the fourth finds the third taken by the same node.
    let batch = Batch::new().and(entry("waits", 1, EnqueueOptions::new()));
    let batch = batch.and(entry("waits", 2, taken_by("a")));
    let batch = batch.and(entry("taken", 3, taken_by("a"))).and(entry("taken", 4, taken_by("a")));
    let claims = store.commit(batch.and(entry("taken", 5, taken_by("b")))).await.claims;
    assert_eq!(ids(&claims), [3, 4]);
    assert_eq!(claims[0].hold.fence, claims[1].hold.fence);

    let batch = Batch::new().finish(claims[0].hold).finish(claims[0].hold);
    store.refuse(batch, ErrorKind::Fenced).await;
    let batch = Batch::new().finish(claims[0].hold).finish(claims[1].hold);
    // The lane has fallen free, but 5 waits before 6.
    let batch = batch.and(entry("taken", 6, taken_by("b")));
    assert!(store.commit(batch).await.claims.is_empty());
    let batch = Batch::new().and(entry("waits", 7, EnqueueOptions::new()));
    let (queue, seven) = (QUEUE, EntryId::from(7));
    let cancel = BatchChange::Cancel { queue, entry: seven };
    let batch = batch.and(BatchChange::Replace { queue, entry: seven, value: "new".into() });
    store.commit(batch.and(cancel.clone())).await;
    store.refuse(Batch::new().and(cancel), ErrorKind::Conflict).await;
    store.claims("c", &[1, 2, 5, 6]).await;
}

/// One of everything: a record, a held lane with one more waiting, a free lane, a chain.
struct World {
    round: u128,
    kept: Key,
    fixed: Key,
    held: Claim,
    held_until: Timestamp,
    chain: AuditChain,
}

impl World {
    async fn open(store: &Fixture<'_>, round: u128) -> Self {
        let kept = Key::new("note", format!("kept {round}"));
        let fixed = Key::new("note", format!("fixed {round}"));
        let chain = AuditChain::new(NodeId::new("a"), round.to_string());
        let first = round * 100;
        let batch = Batch::new()
            .put(kept.clone(), "before", Expect::Absent)
            .put(fixed.clone(), "before", Expect::Absent)
            .audit(chain.clone(), json!({"type": "first"}))
            .and(entry(&format!("held {round}"), first + 1, taken_by("a")))
            .and(entry(&format!("held {round}"), first + 2, EnqueueOptions::new()))
            .and(entry(&format!("free {round}"), first + 3, EnqueueOptions::new()))
            .and(entry(&format!("free {round}"), first + 4, EnqueueOptions::new()));
        let held_until = store.now().await + LEASE;
        let held = store.commit(batch).await.claims.remove(0);
        Self { round, kept, fixed, held, held_until, chain }
    }

    fn goods(&self) -> Vec<BatchChange> {
        let (first, hold) = (self.round * 100, self.held.hold);
        let waiting = EntryId::from(first + 3);
        let batch = Batch::new()
            .put(self.kept.clone(), "after", Expect::Any)
            .put_until(self.kept.clone(), "after", Expect::Any, Timestamp::FAR_FUTURE)
            .put(Key::new("note", format!("new {}", self.round)), "after", Expect::Absent)
            .delete(self.kept.clone(), Expect::Any)
            .and(entry(&format!("free {}", self.round), first + 5, EnqueueOptions::new()))
            .and(entry(&format!("new {}", self.round), first + 5, EnqueueOptions::new()))
            .and(entry(&format!("new {}", self.round), first + 5, taken_by("a")))
            .finish(hold)
            .postpone(hold, self.held_until + HOUR)
            .renew(hold, HOUR)
            .release(hold)
            .and(BatchChange::Replace { queue: QUEUE, entry: waiting, value: "after".into() })
            .and(BatchChange::Cancel { queue: QUEUE, entry: waiting })
            .audit(self.chain.clone(), json!({"type": "second"}));
        batch.changes
    }

    fn bads(&self) -> Vec<(BatchChange, ErrorKind)> {
        let (unknown, waiting) = (EntryId::from(99), EntryId::from(self.round * 100 + 2));
        let stale = Hold::new(QUEUE, self.held.hold.entry, self.held.hold.fence + 1_000_000);
        let conflicts = Batch::new()
            .put(self.fixed.clone(), "after", Expect::Absent)
            .put(self.fixed.clone(), "after", Expect::Revision(0))
            .delete(self.fixed.clone(), Expect::Absent)
            .delete(self.fixed.clone(), Expect::Revision(0))
            .enqueue(QUEUE, "elsewhere", waiting, "after", EnqueueOptions::new())
            .and(BatchChange::Replace { queue: QUEUE, entry: unknown, value: "after".into() })
            .and(BatchChange::Cancel { queue: QUEUE, entry: unknown });
        let fenced = Batch::new()
            .finish(stale)
            .postpone(stale, self.held_until)
            .renew(stale, LEASE)
            .release(stale);
        let invalid = Batch::new()
            .put(Key::new(Query::AUDIT, "it"), "after", Expect::Any)
            .audit(self.chain.clone(), json!({"seq": 7}));
        [
            (conflicts, ErrorKind::Conflict),
            (fenced, ErrorKind::Fenced),
            (invalid, ErrorKind::InvalidInput),
        ]
        .into_iter()
        .flat_map(|(batch, kind)| batch.changes.into_iter().map(move |change| (change, kind)))
        .collect()
    }

    async fn check_untouched(&self, store: &Fixture<'_>, told: &str) {
        let kept = store.get(&self.kept).await.unwrap();
        assert_eq!((&kept.value[..], kept.expires_at), (&b"before"[..], None), "{told}");
        let names = store.names(Query::of("note").prefix(format!("new {}", self.round))).await;
        assert!(names.is_empty(), "{told}: {names:?}");
        let prefix = format!("{}/", self.chain.name());
        let audit = store.names(Query::of(Query::AUDIT).prefix(prefix)).await;
        assert_eq!(audit.len(), 1, "{told}");

        // Longer than the hold, so that only its end can be due next.
        let first = self.round * 100;
        let free = store.claim_for("b", HOUR, 10).await;
        assert_eq!(ids(&free), [first + 3, first + 4], "{told}");
        assert_eq!(&free[0].value[..], (first + 3).to_string().as_bytes(), "{told}");
        assert_eq!(store.next_due().await, Some(self.held_until), "{told}");
        store.finish(&self.held).await;
        let rest = store.claim("a", 10).await;
        assert_eq!(ids(&rest), [first + 2], "{told}");
        assert_eq!(rest[0].attempts, 0, "{told}");
        let rest = free.iter().chain(&rest);
        store.commit(rest.fold(Batch::new(), |batch, claim| batch.finish(claim.hold))).await;
        assert_eq!(store.next_due().await, None, "{told}");
    }
}

async fn empty(store: &Fixture<'_>) {
    for claim in store.claim("z", 1_000).await {
        store.finish(&claim).await;
    }
}
