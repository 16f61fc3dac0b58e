//! One event's path through all of the house, and what may go wrong on it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod actions;
mod answers;
mod bot;
mod building;
mod defects;
mod delivery;
mod edits;
mod fallbacks;
mod forms;
mod gates;
mod lanes;
mod late;
mod nodes;
mod order;
mod outbox;
mod privacy;
mod restarts;
mod story;
mod streams;
mod typed_forms;
mod verbs;
mod ways;
