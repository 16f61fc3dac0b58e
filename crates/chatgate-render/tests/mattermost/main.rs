//! Mattermost: exact posts, limits, what reads them, and what comes back.

#![allow(clippy::expect_used, reason = "a test that cannot go on should panic")]

#[path = "../support/mod.rs"]
mod support;

mod exact;
mod forms;
mod properties;
mod reader;
mod reading;
mod validator;
