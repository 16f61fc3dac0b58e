//! Signed calls of Teams at the adapter's endpoint, and what they are answered.
#![no_main]

use std::borrow::Cow;
use std::sync::{Arc, LazyLock};

use async_trait::async_trait;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use chatgate_core::{
    Adapter, AdapterId, Clock, Cursor, Delivered, Endpoint, Event, Health, Inbox, InboxBackend,
    ManualClock, Result, Seals, SeededRng, Specs, Timestamp,
};
use chatgate_teams::Teams;
use hmac::{Hmac, KeyInit, Mac};
use http::{Request, StatusCode};
use libfuzzer_sys::fuzz_target;
use sha2::Sha256;

const TOKEN: &str = "dGVhbXMtb3V0Z29pbmctd2ViaG9vay1kZW1vLWtleS0=";
const NOW: i64 = 1_800_000_000;

/// A gateway that takes everything.
struct Backend {
    seals: Seals,
    clock: Arc<dyn Clock>,
}

#[async_trait]
impl InboxBackend for Backend {
    async fn deliver(&self, _: &AdapterId, event: Event, _: Option<Cursor>) -> Delivered {
        // What is recorded can be read again.
        let json = serde_json::to_vec(&event).unwrap();
        let _: Event = serde_json::from_slice(&json).unwrap();
        Delivered::Accepted
    }

    async fn cursor(&self, _: &AdapterId, _: &str) -> Result<Option<String>> {
        Ok(None)
    }

    fn seals(&self) -> &Seals {
        &self.seals
    }

    fn specs(&self) -> Arc<Specs> {
        Arc::default()
    }

    fn clock(&self) -> &Arc<dyn Clock> {
        &self.clock
    }

    fn reject(&self, _: &AdapterId, _: Cow<'static, str>) {}

    fn health(&self, _: &AdapterId, _: Health) {}

    fn alarm(&self, _: &AdapterId, _: &str) {}
}

static ENDPOINT: LazyLock<Endpoint> = LazyLock::new(|| {
    let teams = Teams::builder().outgoing_tokens(TOKEN).build().unwrap();
    let backend = Backend {
        seals: Seals::random(Arc::new(SeededRng::new(7))),
        clock: Arc::new(ManualClock::at(Timestamp::from_secs(NOW))),
    };
    let inbox = Inbox::new(AdapterId::parse("teams").unwrap(), Arc::new(backend));
    teams.endpoints(&inbox).remove(0)
});

fuzz_target!(|bytes: &[u8]| {
    let key = STANDARD.decode(TOKEN).unwrap();
    let mut mac = Hmac::<Sha256>::new_from_slice(&key).unwrap();
    mac.update(bytes);
    let request = Request::post("/teams/outgoing")
        .header("content-type", "application/json; charset=utf-8")
        .header("authorization", format!("HMAC {}", STANDARD.encode(mac.finalize().into_bytes())))
        .body(Bytes::copy_from_slice(bytes))
        .unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let response = runtime.block_on(ENDPOINT.call(request));
    assert!(!response.status().is_server_error(), "{}", response.status());
    // An answer is a message; a refusal says nothing.
    match response.status() {
        StatusCode::OK if response.body().is_empty() => {}
        StatusCode::OK => {
            let said: serde_json::Value = serde_json::from_slice(response.body()).unwrap();
            assert_eq!(said["type"], "message");
        }
        _ => assert!(response.body().is_empty()),
    }
});
