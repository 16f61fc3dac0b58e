//! Block Kit: exact JSON, limits, and what clicks bring back.

#![allow(clippy::expect_used, reason = "a test that cannot go on should panic")]

#[path = "../support/mod.rs"]
mod support;

mod exact;
mod forms;
mod limits;
mod modal;
mod properties;
mod read_back;
mod validator;
