//! What Slack sends, at the adapter's endpoint.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod bot;
mod calls;
mod decoded;
mod lives;
mod refused;
mod samples;
mod secrets;
mod sign;
