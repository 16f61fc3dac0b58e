//! What Slack sends, at the adapter's endpoint.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod bot;
mod calls;
mod decoded;
mod lives;
mod refused;
mod samples;
mod secrets;
mod sign;
