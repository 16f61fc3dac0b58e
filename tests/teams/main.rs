//! Teams, whole: workflows and an outgoing webhook on this machine, the adapter, a gateway that listens,
//! and handlers.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]
#![allow(clippy::disallowed_methods, reason = "sockets take their time, whatever a clock says")]

mod bot;
#[path = "../slack/evidence.rs"]
mod evidence;
mod faults;
#[path = "../slack/log.rs"]
mod log;
mod once;
mod payloads;
mod people;
mod refused;
mod said;
mod secrets;
mod story;
mod world;
