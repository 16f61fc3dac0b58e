//! Adaptive Cards and text messages: exact JSON, limits, and what comes back.

#![allow(clippy::expect_used, reason = "a test that cannot go on should panic")]

#[path = "../support/mod.rs"]
mod support;

mod back;
mod exact;
mod forms;
mod properties;
mod shown;
mod validator;
