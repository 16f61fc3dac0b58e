//! Mattermost, whole: a server on this machine, the adapter, a gateway that listens, and handlers.
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
mod hostile;
mod late;
#[path = "../slack/log.rs"]
mod log;
mod losses;
mod secrets;
mod story;
mod triggers;
mod world;
