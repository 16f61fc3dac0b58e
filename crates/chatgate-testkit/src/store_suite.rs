//! What every [`Store`] must do, as one suite of tests that each of them runs.
//!
//! A store joins in with a few lines. Every case starts with what `make` gives: an empty store, and
//! the hands of the clock that it takes its time from.
//!
//! ```no_run
//! use std::{sync::Arc, time::Duration};
//! use chatgate_core::{Clock, ManualClock, MemoryStore, Store, Timestamp};
//! use chatgate_testkit::store_suite::StoreUnderTest;
//!
//! struct Memory(ManualClock, Arc<MemoryStore>);
//!
//! #[async_trait::async_trait]
//! impl StoreUnderTest for Memory {
//!     fn store(&self) -> Arc<dyn Store> { self.1.clone() }
//!     async fn now(&self) -> Timestamp { self.0.now() }
//!     async fn advance(&self, by: Duration) { self.0.advance(by) }
//! }
//!
//! async fn make() -> Memory {
//!     let clock = ManualClock::at(Timestamp::from_secs(1_000_000));
//!     Memory(clock.clone(), Arc::new(MemoryStore::new(Arc::new(clock))))
//! }
//!
//! chatgate_testkit::store_suite!(make);
//! # fn main() {}
//! ```
//!
//! The crate that runs it needs tokio's `rt` and `macros` for `#[tokio::test]`. The environment says
//! how long the model test runs: `CHATGATE_SCHEDULES` (1,000 by default) random schedules, the first
//! from `CHATGATE_SEED`; a failure names the seed that repeats it.

#![allow(
    clippy::panic,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a suite fails by panicking"
)]

mod atomic;
mod audit;
mod bytes;
mod due;
mod fixture;
mod holds;
mod lanes;
mod model;
mod records;
mod reference;
mod rests;
mod take;
mod together;
mod waiting;
mod witness;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use chatgate_core::{Store, Timestamp};

/// An empty store and the clock it goes by.
#[async_trait]
pub trait StoreUnderTest: Send + Sync {
    /// The store; every call gives the same one.
    fn store(&self) -> Arc<dyn Store>;

    /// The store's time.
    async fn now(&self) -> Timestamp;

    /// Moves the store's time on. It may not move by itself, or hardly: a case that waits for a moment
    /// checks just before it, too.
    async fn advance(&self, by: Duration);
}

/// Declares the cases once: where they are found, and what `store_suite!` expands to. A case that is
/// written and not listed is dead code, which the compiler reports.
macro_rules! cases {
    ($d:tt $($module:ident { $($case:ident,)* })*) => {
        /// The cases, each a test of its own.
        pub mod cases {
            $(pub use super::$module::{$($case),*};)*
        }

        /// Expands to one `#[tokio::test]` a case. Takes the path of an async function that gives a new
        /// [`StoreUnderTest`](crate::store_suite::StoreUnderTest); the suite's module shows one.
        #[macro_export]
        macro_rules! store_suite {
            ($d make:path) => {
                $($(
                    #[tokio::test]
                    async fn $case() {
                        let under = $d make().await;
                        $d crate::store_suite::cases::$case(&under).await;
                    }
                )*)*
            };
        }
    };
}

cases! { $
    records {
        a_record_is_read_as_it_was_written,
        absent_is_refused_where_something_is,
        a_revision_is_refused_where_it_is_another,
        any_writes_and_deletes_whatever_is_there,
        delete_keeps_to_its_expectation,
        an_expired_record_is_gone_at_its_time,
        expired_counts_as_absent,
        what_has_expired_stays_away_while_it_is_dropped,
        a_revision_never_repeats,
        scan_keeps_to_kind_prefix_after_and_limit,
        scan_goes_by_the_bytes_of_the_names,
    }
    bytes {
        values_survive_byte_for_byte,
        names_survive_byte_for_byte,
    }
    atomic {
        a_batch_is_all_or_nothing,
        a_batch_sees_its_own_changes,
    }
    lanes {
        entries_leave_in_the_order_of_their_lane,
        the_most_urgent_head_goes_first,
        of_equal_urgency_the_longest_due_goes_first,
        among_equals_the_first_enqueued_goes_first,
        priority_never_reorders_a_lane,
        a_head_that_is_not_due_holds_its_lane_back,
        claim_gives_at_most_its_limit,
        queues_do_not_mix,
        an_entry_is_enqueued_once,
    }
    take {
        an_idle_lane_is_taken_at_once,
        a_lane_held_by_the_same_node_is_taken_under_its_fence,
        nothing_is_taken_past_what_waits,
        nothing_is_taken_from_another_holder,
        nothing_is_taken_from_a_hold_that_has_just_ended,
        nothing_is_taken_before_it_is_due,
        nothing_is_taken_while_the_lane_rests,
    }
    holds {
        a_held_lane_gives_nothing_to_others,
        a_holder_claims_more_under_the_same_fence,
        a_hold_ends_at_its_time,
        claims_of_an_ended_hold_wait_in_their_old_places,
        a_renewed_hold_outlives_its_lease,
        a_hold_never_gets_shorter,
        an_ended_hold_is_fenced_and_commits_nothing,
        a_hold_of_what_is_not_claimed_is_fenced,
        a_released_entry_returns_to_its_place,
        a_lane_falls_free_with_its_last_claim,
        attempts_are_counted,
    }
    rests {
        a_postponed_entry_stays_at_the_head_and_its_lane_rests,
        other_claims_of_a_resting_lane_stay_held,
        the_longer_rest_counts,
        a_rest_ends_with_the_last_entry,
    }
    waiting {
        a_replaced_entry_leaves_once_with_its_new_value,
        a_cancelled_entry_never_leaves,
        what_does_not_wait_is_neither_replaced_nor_cancelled,
        what_waits_again_is_replaced_and_cancelled,
    }
    due {
        nothing_is_due_in_an_empty_queue,
        a_ready_lane_is_due_now,
        a_later_entry_is_due_at_its_time,
        a_resting_lane_is_due_after_its_rest,
        a_held_lane_is_due_when_its_hold_ends,
        a_later_entry_of_a_held_lane_is_due_at_its_time,
    }
    audit {
        a_chain_is_dense_linked_and_hashed,
        chains_are_independent,
        a_refused_record_leaves_no_gap,
        audit_records_are_only_appended,
        audit_records_are_scanned_by_chain,
    }
    together {
        claimers_at_work_together_do_everything_once,
    }
    model {
        random_schedules_agree_with_the_model,
    }
}
