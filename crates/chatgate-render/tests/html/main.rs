//! HTML: what it says, and that nobody gets a tag into it.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that cannot go on should panic"
)]

mod exact;
mod properties;
mod reader;
#[path = "../support/mod.rs"]
mod support;
