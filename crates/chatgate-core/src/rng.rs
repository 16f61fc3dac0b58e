//! Randomness is injected, so a test can replay a run from its seed.

use std::cell::RefCell;
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};

/// Where random bytes come from.
pub trait Rng: fmt::Debug + Send + Sync + 'static {
    /// Fills the buffer with random bytes.
    fn fill(&self, buffer: &mut [u8]);
}

/// The operating system's random numbers.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemRng;

impl Rng for SystemRng {
    fn fill(&self, buffer: &mut [u8]) {
        // Ids take ten bytes each: one call of the system gives many.
        let filled = READY.try_with(|ready| ready.borrow_mut().take(buffer));
        if !matches!(filled, Ok(true)) {
            ask_the_system(buffer);
        }
    }
}

/// Random bytes of the operating system that nobody has been given yet.
struct Ready {
    bytes: [u8; READY_BYTES],
    used: usize,
}

const READY_BYTES: usize = 512;

thread_local! {
    static READY: RefCell<Ready> =
        const { RefCell::new(Ready { bytes: [0; READY_BYTES], used: READY_BYTES }) };
}

impl Ready {
    /// Gives bytes, each once; `false` when so many are better asked for directly.
    fn take(&mut self, buffer: &mut [u8]) -> bool {
        if buffer.len() > READY_BYTES / 4 {
            return false;
        }
        if self.used + buffer.len() > READY_BYTES {
            ask_the_system(&mut self.bytes);
            self.used = 0;
        }
        let given = &mut self.bytes[self.used..self.used + buffer.len()];
        buffer.copy_from_slice(given);
        given.fill(0);
        self.used += buffer.len();
        true
    }
}

fn ask_the_system(buffer: &mut [u8]) {
    // Without randomness no id and no nonce is safe, and a caller could do nothing about it. The
    // sources that can fail (a missing device in a broken jail) recover or stay broken: wait.
    while getrandom::fill(buffer).is_err() {
        std::thread::yield_now();
    }
}

/// Repeatable random numbers for tests: the same seed gives the same bytes. Not for secrets.
#[derive(Debug)]
pub struct SeededRng {
    state: AtomicU64,
}

impl SeededRng {
    /// Starts from a seed.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self { state: AtomicU64::new(seed) }
    }

    /// The next 64 random bits (SplitMix64; Steele, Lea, Flood 2014).
    pub fn next_u64(&self) -> u64 {
        const STEP: u64 = 0x9E37_79B9_7F4A_7C15;
        let mut z = self.state.fetch_add(STEP, Ordering::Relaxed).wrapping_add(STEP);
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }
}

impl Rng for SeededRng {
    fn fill(&self, buffer: &mut [u8]) {
        for chunk in buffer.chunks_mut(8) {
            let bytes = self.next_u64().to_le_bytes();
            chunk.copy_from_slice(&bytes[..chunk.len()]);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn no_random_bytes_are_given_twice() {
        let mut seen = HashSet::new();
        for size in [10, 16, 128, 129].into_iter().cycle().take(2_000) {
            let mut bytes = vec![0; size];
            SystemRng.fill(&mut bytes);
            for piece in bytes.chunks_exact(10) {
                assert!(seen.insert(piece.to_vec()), "{piece:?} came twice");
            }
        }
    }
}
