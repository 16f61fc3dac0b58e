//! Records by name, and which of them expires next.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;
use std::sync::Arc;

use bytes::Bytes;

use super::refused;
use crate::store::{Expect, Key, Query, Record};
use crate::{Error, ErrorKind, Result, Timestamp};

#[derive(Default)]
pub(super) struct Records {
    by_key: BTreeMap<Arc<Key>, Value>,
    by_expiry: BTreeSet<(Timestamp, Arc<Key>)>,
    /// One count for all keys: so a key that is deleted and written again goes on upwards.
    revision: u64,
    /// What the batch at work found before each of its changes.
    before: Vec<(Arc<Key>, Option<Value>)>,
}

struct Value {
    bytes: Bytes,
    revision: u64,
    expires_at: Option<Timestamp>,
}

impl Records {
    pub(super) fn get(&self, key: &Key, now: Timestamp) -> Option<Record> {
        let (key, value) = self.by_key.get_key_value(key)?;
        value.is_alive(now).then(|| value.record(key))
    }

    pub(super) fn scan(&self, query: &Query, now: Timestamp) -> Vec<Record> {
        let after = query.after.as_ref().filter(|after| **after >= query.prefix);
        let start = Key::new(query.kind.clone(), after.unwrap_or(&query.prefix).clone());
        let start = match after {
            Some(_) => Bound::Excluded(start),
            None => Bound::Included(start),
        };
        self.by_key
            .range::<Key, _>((start, Bound::Unbounded))
            .take_while(|(key, _)| key.kind == query.kind && key.name.starts_with(&query.prefix))
            .filter(|(_, value)| value.is_alive(now))
            .take(query.limit)
            .map(|(key, value)| value.record(key))
            .collect()
    }

    pub(super) fn put(
        &mut self,
        key: Key,
        value: &Bytes,
        expect: Expect,
        expires_at: Option<Timestamp>,
        now: Timestamp,
    ) -> Result<u64> {
        self.check(&key, expect, now)?;
        self.revision += 1;
        let revision = self.revision;
        // A copy: a slice would keep the whole buffer it was cut from.
        let bytes = Bytes::copy_from_slice(value);
        self.change(Arc::new(key), Some(Value { bytes, revision, expires_at }));
        Ok(revision)
    }

    pub(super) fn delete(&mut self, key: Key, expect: Expect, now: Timestamp) -> Result<()> {
        self.check(&key, expect, now)?;
        self.change(Arc::new(key), None);
        Ok(())
    }

    /// Drops at most `limit` records that have expired, the longest expired first.
    pub(super) fn drop_expired(&mut self, now: Timestamp, limit: usize) {
        for _ in 0..limit {
            let Some((expires_at, key)) = self.by_expiry.first() else {
                return;
            };
            if *expires_at > now {
                return;
            }
            let key = Arc::clone(key);
            self.set(&key, None);
        }
    }

    pub(super) fn len(&self) -> usize {
        self.by_key.len()
    }

    pub(super) fn keep(&mut self) {
        self.before.clear();
    }

    pub(super) fn roll_back(&mut self) {
        while let Some((key, value)) = self.before.pop() {
            self.set(&key, value);
        }
    }

    fn check(&self, key: &Key, expect: Expect, now: Timestamp) -> Result<()> {
        if key.kind == Query::AUDIT {
            return Err(Error::invalid_input("audit records are only appended to their chain"));
        }
        let found = self.by_key.get(key).filter(|value| value.is_alive(now));
        let holds = match expect {
            Expect::Any => true,
            Expect::Absent => found.is_none(),
            Expect::Revision(revision) => found.is_some_and(|value| value.revision == revision),
        };
        if holds {
            return Ok(());
        }
        let why = format!("{} {:?} is not as expected", key.kind, key.name);
        Err(refused(ErrorKind::Conflict, why))
    }

    fn change(&mut self, key: Arc<Key>, value: Option<Value>) {
        let before = self.set(&key, value);
        self.before.push((key, before));
    }

    fn set(&mut self, key: &Arc<Key>, value: Option<Value>) -> Option<Value> {
        let expires_at = value.as_ref().and_then(|value| value.expires_at);
        let before = match value {
            Some(value) => self.by_key.insert(Arc::clone(key), value),
            None => self.by_key.remove(&**key),
        };
        if let Some(expired_at) = before.as_ref().and_then(|value| value.expires_at) {
            self.by_expiry.remove(&(expired_at, Arc::clone(key)));
        }
        if let Some(expires_at) = expires_at {
            self.by_expiry.insert((expires_at, Arc::clone(key)));
        }
        before
    }
}

impl Value {
    fn is_alive(&self, now: Timestamp) -> bool {
        self.expires_at.is_none_or(|expires_at| now < expires_at)
    }

    fn record(&self, key: &Key) -> Record {
        Record::new(key.clone(), self.bytes.clone(), self.revision, self.expires_at)
    }
}
