//! The fake Mattermost: what it refuses, what it lists, and what its socket brings.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]
#![allow(clippy::disallowed_methods, reason = "a test waits by the real clock, within bounds")]

mod client;
mod lists;
mod managed;
mod sockets;

use std::sync::Arc;

use chatgate_core::{ManualClock, Timestamp};
use chatgate_testkit::fakes::{FakeMattermost, MattermostConfig};
use serde_json::{Value, json};

/// A fake whose time stands still until it is told to go on.
async fn made() -> FakeMattermost {
    let clock = ManualClock::at(Timestamp::from_millis(1_800_000_000_000));
    let config = MattermostConfig::new().with_clock(Arc::new(clock));
    FakeMattermost::start(config).await.unwrap()
}

async fn advance(fake: &FakeMattermost, ms: u64) {
    fake.control("clock", json!({"advance_ms": ms})).await.unwrap();
}

/// Bob replies to a post of #ops; gives the reply's id.
async fn replied(fake: &FakeMattermost, root: &str, text: &str) -> String {
    let body = json!({"user": "bob", "channel": "ops", "text": text, "root": root});
    id(&fake.control("say", body).await.unwrap())
}

fn id(value: &Value) -> String {
    value["id"].as_str().unwrap().to_owned()
}
