#![doc = include_str!("../README.md")]
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test tool fails a test by panicking"
)]

pub mod adapter_suite;
#[cfg(feature = "fakes")]
pub mod fakes;
mod memory_adapter;
mod person;
pub mod store_suite;
mod test_chat;

pub use memory_adapter::{MemoryAdapter, OpenedForm, Posted};
pub use person::Person;
pub use test_chat::{TestChat, TestChatBuilder};
