//! What was found out, for a short time and not of too many.

use std::borrow::Borrow;
use std::collections::HashMap;
use std::hash::Hash;

use crate::Timestamp;

/// How many entries a cache keeps at most.
const KEPT: usize = 10_000;

/// A bounded map whose entries end: what an adapter knows of people and places. It keeps at most 10,000;
/// when it is full, what was put before the last half is forgotten.
///
/// ```
/// use chatgate_core::{Cache, Timestamp};
/// let mut names = Cache::default();
/// names.put("U1".to_owned(), "alice", Timestamp::from_secs(60));
/// assert_eq!(names.get("U1", Timestamp::from_secs(59)), Some(&"alice"));
/// assert_eq!(names.get("U1", Timestamp::from_secs(60)), None);
/// ```
#[derive(Debug)]
pub struct Cache<K, V> {
    young: HashMap<K, (V, Timestamp)>,
    old: HashMap<K, (V, Timestamp)>,
}

impl<K, V> Default for Cache<K, V> {
    fn default() -> Self {
        Self { young: HashMap::new(), old: HashMap::new() }
    }
}

impl<K: Eq + Hash, V> Cache<K, V> {
    /// What is known, if that has not ended.
    pub fn get<Q>(&self, key: &Q, now: Timestamp) -> Option<&V>
    where
        K: Borrow<Q>,
        Q: Eq + Hash + ?Sized,
    {
        let entry = self.young.get(key).or_else(|| self.old.get(key));
        entry.filter(|(_, until)| now < *until).map(|(value, _)| value)
    }

    /// The same, to add to it; it does not end later by that.
    pub fn get_mut<Q>(&mut self, key: &Q, now: Timestamp) -> Option<&mut V>
    where
        K: Borrow<Q>,
        Q: Eq + Hash + ?Sized,
    {
        let entry = self.young.get_mut(key).or_else(|| self.old.get_mut(key));
        entry.filter(|(_, until)| now < *until).map(|(value, _)| value)
    }

    /// Keeps something until then.
    pub fn put(&mut self, key: K, value: V, until: Timestamp) {
        self.old.remove(&key);
        if self.young.len() >= KEPT / 2 && !self.young.contains_key(&key) {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.insert(key, (value, until));
    }

    /// Forgets it.
    pub fn remove<Q>(&mut self, key: &Q)
    where
        K: Borrow<Q>,
        Q: Eq + Hash + ?Sized,
    {
        self.young.remove(key);
        self.old.remove(key);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn not_too_many_are_kept() {
        let (now, later) = (Timestamp::from_secs(1), Timestamp::from_secs(2));
        let mut cache = Cache::default();
        for key in 0..3 * KEPT {
            cache.put(key, (), later);
        }
        assert!(cache.young.len() + cache.old.len() <= KEPT);
        assert!(cache.get(&(3 * KEPT - 1), now).is_some());
        assert!(cache.get(&0, now).is_none());
    }

    #[test]
    fn what_is_added_to_does_not_end_later() {
        let mut cache = Cache::default();
        cache.put("a", 1, Timestamp::from_secs(5));
        *cache.get_mut("a", Timestamp::from_secs(4)).unwrap() = 2;
        assert_eq!(cache.get("a", Timestamp::from_secs(4)), Some(&2));
        assert_eq!(cache.get("a", Timestamp::from_secs(5)), None);
        cache.remove("a");
        assert_eq!(cache.get("a", Timestamp::from_secs(4)), None);
    }
}
