//! Audit chains, each with its newest records.

use std::collections::BTreeMap;
use std::ops::Bound;

use bytes::Bytes;

use super::refused;
use crate::store::{AuditChain, AuditRecord, Key, Query, Record};
use crate::{ErrorKind, Result};

#[derive(Default)]
pub(super) struct Chains {
    heads: BTreeMap<String, Head>,
    /// The records of all chains by `chain/seq`, the order in which they are read.
    records: BTreeMap<String, Bytes>,
    /// The chains that the batch at work appended to, with their heads before each record.
    before: Vec<(String, Option<Head>)>,
}

/// Where a chain goes on; it outlives the records that are dropped.
#[derive(Clone)]
struct Head {
    seq: u64,
    hash: String,
    oldest: u64,
}

impl Chains {
    pub(super) fn get(&self, name: &str) -> Option<Record> {
        self.records.get_key_value(name).and_then(record)
    }

    pub(super) fn scan(&self, query: &Query) -> Vec<Record> {
        let after = query.after.as_ref().filter(|after| **after >= query.prefix);
        let start = match after {
            Some(after) => Bound::Excluded(after.as_str()),
            None => Bound::Included(query.prefix.as_str()),
        };
        self.records
            .range::<str, _>((start, Bound::Unbounded))
            .take_while(|(name, _)| name.starts_with(&query.prefix))
            .take(query.limit)
            .filter_map(record)
            .collect()
    }

    pub(super) fn append(&mut self, chain: &AuditChain, record: AuditRecord) -> Result<()> {
        let chain = chain.name();
        let head = self.heads.get(&chain);
        let seq = head.map_or(0, |head| head.seq) + 1;
        let (text, hash) = AuditChain::complete(record, seq, head.map(|head| head.hash.as_str()))
            .map_err(|error| error.with_operation("commit"))?;
        let oldest = head.map_or(seq, |head| head.oldest);
        let name = record_name(&chain, seq);
        if self.records.insert(name, Bytes::from(text)).is_some() {
            // Cannot happen: `seq` is fresh. Refused rather than overwritten, whoever breaks that.
            return Err(refused(ErrorKind::Internal, "an audit record is already there"));
        }
        let before = self.heads.insert(chain.clone(), Head { seq, hash, oldest });
        self.before.push((chain, before));
        Ok(())
    }

    pub(super) fn len(&self) -> usize {
        self.heads.len()
    }

    /// Keeps what the batch appended, and drops what is older than the newest `limit` of its chains.
    pub(super) fn keep(&mut self, limit: usize) {
        let limit = u64::try_from(limit).unwrap_or(u64::MAX);
        for (chain, _) in std::mem::take(&mut self.before) {
            let Some(head) = self.heads.get_mut(&chain) else {
                continue;
            };
            while head.oldest.saturating_add(limit) <= head.seq {
                self.records.remove(&record_name(&chain, head.oldest));
                head.oldest += 1;
            }
        }
    }

    pub(super) fn roll_back(&mut self) {
        while let Some((chain, before)) = self.before.pop() {
            if let Some(head) = self.heads.remove(&chain) {
                self.records.remove(&record_name(&chain, head.seq));
            }
            if let Some(before) = before {
                self.heads.insert(chain, before);
            }
        }
    }
}

fn record_name(chain: &str, seq: u64) -> String {
    format!("{chain}/{seq:020}")
}

/// A record as it is read: its revision is its `seq`, for it never changes.
fn record((name, text): (&String, &Bytes)) -> Option<Record> {
    let (_, seq) = name.rsplit_once('/')?;
    let key = Key::new(Query::AUDIT, name.clone());
    Some(Record::new(key, text.clone(), seq.parse().ok()?, None))
}
