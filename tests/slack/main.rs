//! Slack over HTTP, whole: a Slack on this machine, the adapter, a gateway that listens, and handlers.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]
#![allow(clippy::disallowed_methods, reason = "sockets take their time, whatever a clock says")]

mod bot;
mod buttons;
mod delivery;
mod evidence;
mod faults;
mod forms;
mod home;
mod hostile;
mod log;
mod looks;
mod pacing;
mod payloads;
mod people;
mod refused;
mod said;
mod secrets;
mod starts;
mod wire;
mod world;
