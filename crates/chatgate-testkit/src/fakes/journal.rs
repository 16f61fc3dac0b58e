//! What happened, in order, with a bound: the oldest is forgotten.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

/// Entries a journal keeps.
const KEPT: usize = 10_000;

/// A bounded log, numbered from 1.
#[derive(Debug)]
pub(crate) struct Journal<T>(Mutex<Pages<T>>);

#[derive(Debug)]
struct Pages<T> {
    entries: VecDeque<T>,
    written: u64,
}

impl<T> Default for Journal<T> {
    fn default() -> Self {
        Self(Mutex::new(Pages { entries: VecDeque::new(), written: 0 }))
    }
}

impl<T: Clone> Journal<T> {
    /// Writes what `entry` makes of its number.
    pub(crate) fn write(&self, entry: impl FnOnce(u64) -> T) {
        let mut pages = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        pages.written += 1;
        let entry = entry(pages.written);
        if pages.entries.len() == KEPT {
            pages.entries.pop_front();
        }
        pages.entries.push_back(entry);
    }

    pub(crate) fn read(&self) -> Vec<T> {
        let pages = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        pages.entries.iter().cloned().collect()
    }

    pub(crate) fn clear(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).entries.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_is_forgotten() {
        let journal = Journal::default();
        for _ in 0..KEPT + 2 {
            journal.write(|number| number);
        }
        let kept = journal.read();
        assert_eq!((kept.len(), kept[0]), (KEPT, 3));
    }
}
