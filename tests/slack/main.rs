//! Slack over HTTP, whole: a Slack on this machine, the adapter, a gateway that listens, and handlers.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod bot;
mod said;
mod world;
