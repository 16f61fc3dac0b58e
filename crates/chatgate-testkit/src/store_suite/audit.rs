//! Audit chains.

use chatgate_core::{
    AuditChain, Batch, BatchChange, ErrorKind, Expect, Key, NodeId, Query, canonical_json,
};
use serde_json::{Value, json};

use super::StoreUnderTest;
use super::fixture::Fixture;

const NO_PREV: &str = "sha256:0000000000000000000000000000000000000000000000000000000000000000";

fn chain(boot: &str) -> AuditChain {
    AuditChain::new(NodeId::new("node"), boot)
}

/// `seq` from 1 without a gap, `prev` the hash before, `hash` over everything else.
pub async fn a_chain_is_dense_linked_and_hashed(under: &dyn StoreUnderTest) {
    let store = Fixture::new(under);
    let record = |number: u64| json!({"type": "é \u{1f600}", "number": number, "deep": {"b": [1], "a": null}});
    // Some alone, some together.
    for batch in [vec![1], vec![2, 3], vec![4]] {
        let append = |batch: Batch, number: &u64| batch.audit(chain("1"), record(*number));
        store.commit(batch.iter().fold(Batch::new(), append)).await;
    }
    let records = verified(&store, "1").await;
    assert_eq!(records.len(), 4);
    for (number, found) in (1..).zip(records) {
        assert_eq!(found["number"], json!(number));
        assert_eq!(found["deep"], record(number)["deep"]);
        assert_eq!(found["type"], record(number)["type"]);
    }
}

/// Each chain counts for itself.
pub async fn chains_are_independent(under: &dyn StoreUnderTest) {
    let store = Fixture::new(under);
    for number in 0..3 {
        let batch = Batch::new().audit(chain("1"), json!({"number": number}));
        store.commit(batch.audit(chain("2"), json!({"number": number}))).await;
    }
    store.commit(Batch::new().audit(chain("2"), json!({}))).await;
    assert_eq!(verified(&store, "1").await.len(), 3);
    assert_eq!(verified(&store, "2").await.len(), 4);
}

/// Neither a record that is refused nor one in a refused batch leaves a trace.
pub async fn a_refused_record_leaves_no_gap(under: &dyn StoreUnderTest) {
    let store = Fixture::new(under);
    let good = || Batch::new().audit(chain("1"), json!({"type": "good"}));
    store.commit(good()).await;
    for record in
        [json!([]), json!("text"), json!({"seq": 2}), json!({"hash": ""}), json!({"n": 0.5})]
    {
        store.refuse(good().audit(chain("1"), record), ErrorKind::InvalidInput).await;
    }
    let unknown = Batch::new().put(Key::new("note", "it"), "", Expect::Revision(1)).changes;
    let batch = good().audit(chain("2"), json!({})).and(unknown[0].clone());
    store.refuse(batch, ErrorKind::Conflict).await;
    store.commit(good()).await;
    assert_eq!(verified(&store, "1").await.len(), 2);
    assert!(verified(&store, "2").await.is_empty());
}

/// Not even a record that expects nothing, or a deletion, gets past the chain.
pub async fn audit_records_are_only_appended(under: &dyn StoreUnderTest) {
    let store = Fixture::new(under);
    store.commit(Batch::new().audit(chain("1"), json!({"type": "first"}))).await;
    for name in ["node/1/00000000000000000001", "node/1/00000000000000000002"] {
        let key = Key::new(Query::AUDIT, name);
        let put = Batch::new().put(key.clone(), "{}", Expect::Any);
        store.refuse(put, ErrorKind::InvalidInput).await;
        let delete = BatchChange::Delete { key, expect: Expect::Any };
        store.refuse(Batch::new().and(delete), ErrorKind::InvalidInput).await;
    }
    assert_eq!(verified(&store, "1").await.len(), 1);
}

/// By prefix, after a name, up to a limit, like any other record.
pub async fn audit_records_are_scanned_by_chain(under: &dyn StoreUnderTest) {
    let store = Fixture::new(under);
    for boot in ["2", "1"] {
        let append = |batch: Batch, number| batch.audit(chain(boot), json!({"number": number}));
        store.commit((0..11).fold(Batch::new(), append)).await;
    }
    let name = |boot: &str, seq: u64| format!("node/{boot}/{seq:020}");
    let all = Query::of(Query::AUDIT);
    assert_eq!(store.names(all.clone()).await.len(), 22);
    let page = all.prefix("node/1/").after(name("1", 9)).limit(5);
    assert_eq!(store.names(page).await, [name("1", 10), name("1", 11)]);
    let key = Key::new(Query::AUDIT, name("2", 11));
    let record = store.get(&key).await.unwrap();
    assert_eq!((record.revision, record.expires_at), (11, None));
    assert_eq!(store.get(&Key::new(Query::AUDIT, name("2", 12))).await, None);
}

/// The records of a chain, when it holds together.
async fn verified(store: &Fixture<'_>, boot: &str) -> Vec<Value> {
    let prefix = format!("{}/", chain(boot).name());
    let records = store.store.scan(Query::of(Query::AUDIT).prefix(prefix.clone())).await.unwrap();
    let mut prev = NO_PREV.to_owned();
    let mut verified = Vec::new();
    for (seq, record) in (1_u64..).zip(records) {
        assert_eq!(record.key.name, format!("{prefix}{seq:020}"));
        let mut value: Value = serde_json::from_slice(&record.value).unwrap();
        assert_eq!(&record.value[..], canonical_json(&value).unwrap().as_bytes());
        assert_eq!(value["seq"], json!(seq));
        assert_eq!(value["prev"], json!(prev), "record {seq} follows another");
        let hash = value.as_object_mut().unwrap().remove("hash").unwrap();
        assert_eq!(json!(AuditChain::hash(&value).unwrap()), hash, "record {seq} was changed");
        prev = hash.as_str().unwrap().to_owned();
        verified.push(value);
    }
    verified
}
