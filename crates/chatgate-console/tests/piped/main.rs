//! Whole sessions over pipes, against a gateway that answers by script.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a failure is a failed test")]

mod actions;
mod backend;
mod forms;
mod lines;
mod operations;
