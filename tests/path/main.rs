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
mod delivery;
mod fallbacks;
mod forms;
mod gates;
mod lanes;
mod nodes;
mod outbox;
mod restarts;
