//! Signed requests of Slack at the adapter's endpoint: events, interactivity, slash commands.
#![no_main]

use std::borrow::Cow;
use std::sync::{Arc, LazyLock};

use async_trait::async_trait;
use bytes::Bytes;
use chatgate_core::{
    Adapter, AdapterId, Clock, Cursor, Delivered, Endpoint, Event, Health, Inbox, InboxBackend,
    ManualClock, Result, Seals, SeededRng, Specs, Timestamp,
};
use chatgate_http::{MemoryTransport, Response};
use chatgate_slack::Slack;
use hmac::{Hmac, KeyInit, Mac};
use http::{HeaderMap, Request, StatusCode};
use libfuzzer_sys::fuzz_target;
use sha2::Sha256;

const SECRET: &str = "00112233445566778899aabbccddeeff";
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
    let transport = MemoryTransport::new(|_| async {
        let said = r#"{"ok": true, "team_id": "T0ACME", "user_id": "U0BOT", "bot_id": "B0BOT",
            "app_id": "A0CHATGATE"}"#;
        Ok(Response::new(StatusCode::OK, HeaderMap::new(), said.to_owned()))
    });
    let slack = Slack::builder().signing_secret(SECRET).bot_token("xoxb-0");
    let slack = slack.transport(Arc::new(transport)).build().unwrap();
    let backend = Backend {
        seals: Seals::random(Arc::new(SeededRng::new(7))),
        clock: Arc::new(ManualClock::at(Timestamp::from_secs(NOW))),
    };
    let inbox = Inbox::new(AdapterId::parse("slack").unwrap(), Arc::new(backend));
    slack.endpoints(&inbox).remove(0)
});

/// The first byte says what the rest is: an event, an interactivity payload, a slash command.
fn body(bytes: &[u8]) -> (&'static str, Vec<u8>) {
    const FORM: &str = "application/x-www-form-urlencoded";
    match bytes.split_first() {
        Some((b'p', payload)) => {
            let payload = chatgate_fuzz::text(payload);
            let form = form_urlencoded::Serializer::new(String::new());
            (FORM, { form }.append_pair("payload", &payload).finish().into_bytes())
        }
        Some((b'c', form)) => (FORM, form.to_vec()),
        _ => ("application/json", bytes.to_vec()),
    }
}

fuzz_target!(|bytes: &[u8]| {
    let (kind, body) = body(bytes);
    let mut mac = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes()).unwrap();
    mac.update(format!("v0:{NOW}:").as_bytes());
    mac.update(&body);
    let hex: String =
        mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    let request = Request::post("/slack/events")
        .header("content-type", kind)
        .header("x-slack-request-timestamp", NOW.to_string())
        .header("x-slack-signature", format!("v0={hex}"))
        .body(Bytes::from(body))
        .unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let response = runtime.block_on(ENDPOINT.call(request));
    assert!(response.status() != StatusCode::UNAUTHORIZED || bytes.starts_with(b"p"));
    assert!(!response.status().is_server_error(), "{}", response.status());
});
