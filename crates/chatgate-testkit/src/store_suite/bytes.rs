//! What is kept comes back byte for byte.

use bytes::Bytes;
use chatgate_core::{Batch, EnqueueOptions, EntryId, Expect, Key, NodeId};

use super::StoreUnderTest;
use super::fixture::{Fixture, LEASE, QUEUE};

/// Values of records and entries: empty, no text at all, long.
pub async fn values_survive_byte_for_byte(under: &dyn StoreUnderTest) {
    let store = Fixture::new(under);
    let every_byte: Vec<u8> = (0..=u8::MAX).collect();
    let long = every_byte.repeat(4_096);
    let values = [vec![], vec![0], vec![0xff, 0xfe, 0x00, 0x80], every_byte, long];
    for (number, value) in (0..).zip(values) {
        let key = Key::new("note", number.to_string());
        let entry = EntryId::from(number);
        let batch = Batch::new().put(key.clone(), value.clone(), Expect::Absent);
        let options = EnqueueOptions::new();
        store.commit(batch.enqueue(QUEUE, "lane", entry, value.clone(), options)).await;
        let record = store.get(&key).await.unwrap();
        assert!(record.value == value, "record {number} changed");
        let claim = store.claim("a", 1).await.remove(0);
        assert!(claim.value == value, "entry {number} changed");
        store.finish(&claim).await;
    }
}

/// Names of kinds, records, lanes and nodes: empty, beyond ASCII, with signs that query languages
/// use, long.
pub async fn names_survive_byte_for_byte(under: &dyn StoreUnderTest) {
    let store = Fixture::new(under);
    let long = "long ".repeat(400);
    let names = ["", " ", "Zoë ☃ 😀", "a\u{0301}", "á", "%_'\"\\;--", "a\nb\t", &long];
    for (number, name) in (0..).zip(names) {
        let key = Key::new(format!("kind {name}"), name);
        let (entry, lease) = (EntryId::from(u128::MAX - number), LEASE);
        let batch = Batch::new().put(key.clone(), name.to_owned(), Expect::Absent);
        let options = EnqueueOptions::new().take(NodeId::new(name), lease);
        let batch = batch.enqueue(QUEUE, name, entry, Bytes::new(), options);
        let claim = store.commit(batch).await.claims.remove(0);
        assert_eq!((claim.lane.as_str(), claim.hold.entry), (name, entry));
        assert_eq!(store.get(&key).await.unwrap().key, key);
        assert_eq!(store.value(&key).await.as_deref(), Some(name));
        store.finish(&claim).await;
    }
}
