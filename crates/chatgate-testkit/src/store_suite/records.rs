//! Records: expectations, expiry, revisions, scans.

use std::collections::HashSet;
use std::time::Duration;

use chatgate_core::{Batch, ErrorKind, Expect, Key, Query};

use super::StoreUnderTest;
use super::fixture::{Fixture, MILLISECOND};

const MINUTE: Duration = Duration::from_secs(60);

fn key() -> Key {
    Key::new("note", "one")
}

/// What was put is read, with the revision that the commit gave.
pub async fn a_record_is_read_as_it_was_written(under: &dyn StoreUnderTest) {
    let store = Fixture::new(under);
    assert_eq!(store.get(&key()).await, None);
    let until = store.now().await + MINUTE;
    let committed =
        store.commit(Batch::new().put_until(key(), "value", Expect::Absent, until)).await;
    let record = store.get(&key()).await.unwrap();
    assert_eq!(record.key, key());
    assert_eq!(&record.value[..], b"value");
    assert_eq!(vec![record.revision], committed.revisions);
    assert_eq!(record.expires_at, Some(until));
    store.commit(Batch::new().put(key(), "again", Expect::Any)).await;
    let record = store.get(&key()).await.unwrap();
    assert_eq!(record.expires_at, None, "a put without an expiry lasts");
}

/// `Expect::Absent` only writes what is not there.
pub async fn absent_is_refused_where_something_is(under: &dyn StoreUnderTest) {
    let store = Fixture::new(under);
    store.commit(Batch::new().put(key(), "first", Expect::Absent)).await;
    store.refuse(Batch::new().put(key(), "second", Expect::Absent), ErrorKind::Conflict).await;
    assert_eq!(store.value(&key()).await.as_deref(), Some("first"));
}

/// `Expect::Revision` only writes over that revision.
pub async fn a_revision_is_refused_where_it_is_another(under: &dyn StoreUnderTest) {
    let store = Fixture::new(under);
    store.refuse(Batch::new().put(key(), "new", Expect::Revision(1)), ErrorKind::Conflict).await;
    let first = store.commit(Batch::new().put(key(), "first", Expect::Absent)).await.revisions[0];
    let second =
        store.commit(Batch::new().put(key(), "second", Expect::Revision(first))).await.revisions[0];
    assert!(second > first, "a revision rises: {first}, then {second}");
    for stale in [first, second + 1] {
        let batch = Batch::new().put(key(), "third", Expect::Revision(stale));
        store.refuse(batch, ErrorKind::Conflict).await;
    }
    assert_eq!(store.value(&key()).await.as_deref(), Some("second"));
}

/// `Expect::Any` writes and deletes whether or not something is there.
pub async fn any_writes_and_deletes_whatever_is_there(under: &dyn StoreUnderTest) {
    let store = Fixture::new(under);
    store.commit(Batch::new().delete(key(), Expect::Any)).await;
    store.commit(Batch::new().put(key(), "first", Expect::Any)).await;
    store.commit(Batch::new().put(key(), "second", Expect::Any)).await;
    assert_eq!(store.value(&key()).await.as_deref(), Some("second"));
    store.commit(Batch::new().delete(key(), Expect::Any)).await;
    assert_eq!(store.get(&key()).await, None);
}

/// A deletion is refused like a write.
pub async fn delete_keeps_to_its_expectation(under: &dyn StoreUnderTest) {
    let store = Fixture::new(under);
    store.commit(Batch::new().delete(key(), Expect::Absent)).await;
    store.refuse(Batch::new().delete(key(), Expect::Revision(1)), ErrorKind::Conflict).await;
    let revision = store.commit(Batch::new().put(key(), "it", Expect::Absent)).await.revisions[0];
    store.refuse(Batch::new().delete(key(), Expect::Absent), ErrorKind::Conflict).await;
    let stale = Batch::new().delete(key(), Expect::Revision(revision + 1));
    store.refuse(stale, ErrorKind::Conflict).await;
    store.commit(Batch::new().delete(key(), Expect::Revision(revision))).await;
    assert_eq!(store.get(&key()).await, None);
}

/// A record is there until its expiry, and no longer at that moment.
pub async fn an_expired_record_is_gone_at_its_time(under: &dyn StoreUnderTest) {
    let store = Fixture::new(under);
    let until = store.now().await + MINUTE;
    store.commit(Batch::new().put_until(key(), "it", Expect::Any, until)).await;
    store.advance(MINUTE - MILLISECOND).await;
    assert!(store.get(&key()).await.is_some());
    assert_eq!(store.names(Query::of("note")).await, ["one"]);
    store.advance(MILLISECOND).await;
    assert_eq!(store.get(&key()).await, None);
    assert!(store.names(Query::of("note")).await.is_empty());
}

/// What has expired is absent for every expectation.
pub async fn expired_counts_as_absent(under: &dyn StoreUnderTest) {
    let store = Fixture::new(under);
    let until = store.now().await + MINUTE;
    let batch = Batch::new().put_until(key(), "it", Expect::Any, until);
    let revision = store.commit(batch).await.revisions[0];
    store.refuse(Batch::new().put(key(), "new", Expect::Absent), ErrorKind::Conflict).await;
    store.advance(MINUTE).await;
    let expected = Expect::Revision(revision);
    store.refuse(Batch::new().put(key(), "new", expected), ErrorKind::Conflict).await;
    store.refuse(Batch::new().delete(key(), expected), ErrorKind::Conflict).await;
    store.commit(Batch::new().put(key(), "new", Expect::Absent)).await;
    assert_eq!(store.value(&key()).await.as_deref(), Some("new"));
}

/// Dropping what has expired takes several commits; none of them drops anything else, or shows it.
pub async fn what_has_expired_stays_away_while_it_is_dropped(under: &dyn StoreUnderTest) {
    let store = Fixture::new(under);
    let until = store.now().await + MINUTE;
    let mut batch = Batch::new().put(Key::new("note", "lasting"), "", Expect::Any);
    for number in 0..300 {
        let key = Key::new("note", format!("{number:03}"));
        batch = batch.put_until(key, "", Expect::Any, until);
    }
    store.commit(batch).await;
    store.advance(MINUTE).await;
    // One is written anew before it can have been dropped: it must survive the dropping.
    let renewed = Key::new("note", "299");
    store.commit(Batch::new().put(renewed.clone(), "", Expect::Absent)).await;
    for round in 0..20 {
        assert_eq!(store.names(Query::of("note")).await, ["299", "lasting"], "round {round}");
        store.commit(Batch::new().put(Key::new("other", "it"), "", Expect::Any)).await;
    }
}

/// No revision of a key comes back, whatever became of the record.
pub async fn a_revision_never_repeats(under: &dyn StoreUnderTest) {
    let store = Fixture::new(under);
    let mut seen = HashSet::new();
    let mut last = 0;
    for round in 0..12 {
        let until = store.now().await + MINUTE;
        let batch = Batch::new().put(key(), "one", Expect::Any);
        let batch = batch.put_until(key(), "two", Expect::Any, until);
        let revisions = store.commit(batch).await.revisions;
        assert_eq!(revisions.len(), 2, "one revision a put");
        for revision in revisions {
            assert!(seen.insert(revision) && revision > last, "round {round}: {revision}");
            last = revision;
        }
        match round % 3 {
            0 => drop(store.commit(Batch::new().delete(key(), Expect::Any)).await),
            1 => store.advance(MINUTE * 2).await,
            _ => {}
        }
        // Whatever is dropped is dropped now.
        store.commit(Batch::new().put(Key::new("other", "it"), "", Expect::Any)).await;
    }
}

/// The four parts of a query, and together.
pub async fn scan_keeps_to_kind_prefix_after_and_limit(under: &dyn StoreUnderTest) {
    let store = Fixture::new(under);
    let mut batch = Batch::new().put(Key::new("mote", "b/0"), "", Expect::Any);
    for name in ["b/2", "c", "b/1", "b", "a", "b/3", "b0"] {
        batch = batch.put(Key::new("note", name), name, Expect::Any);
    }
    store.commit(batch.put(Key::new("notes", "b/9"), "", Expect::Any)).await;
    let all = Query::of("note");
    assert_eq!(store.names(all.clone()).await, ["a", "b", "b/1", "b/2", "b/3", "b0", "c"]);
    let under_b = all.clone().prefix("b/");
    assert_eq!(store.names(under_b.clone()).await, ["b/1", "b/2", "b/3"]);
    assert_eq!(store.names(under_b.clone().limit(2)).await, ["b/1", "b/2"]);
    assert_eq!(store.names(under_b.clone().after("b/1")).await, ["b/2", "b/3"]);
    assert_eq!(store.names(under_b.clone().after("b/1").limit(1)).await, ["b/2"]);
    assert_eq!(store.names(under_b.clone().after("a")).await, ["b/1", "b/2", "b/3"]);
    assert_eq!(store.names(all.clone().after("b/15")).await, ["b/2", "b/3", "b0", "c"]);
    assert!(store.names(under_b.after("b0")).await.is_empty());
    assert!(store.names(all.clone().limit(0)).await.is_empty());
    assert!(store.names(all.prefix("%")).await.is_empty(), "a prefix is no pattern");
    assert!(store.names(Query::of("nothing")).await.is_empty());
}

/// Names are ordered by their UTF-8, not by a language's rules.
pub async fn scan_goes_by_the_bytes_of_the_names(under: &dyn StoreUnderTest) {
    let store = Fixture::new(under);
    let mut names = ["ä", "Z", "a", "", "_", "a b", "aB", "😀", "\u{fb33}", "z", "A", "a\u{0301}"];
    let put = |batch: Batch, name: &&str| batch.put(Key::new("note", *name), "", Expect::Any);
    store.commit(names.iter().fold(Batch::new(), put)).await;
    names.sort_unstable();
    assert_eq!(store.names(Query::of("note")).await, names);
    assert_eq!(store.names(Query::of("note").after("a")).await, names[5..]);
}
