//! The behaviour suite for outgoing webhooks, which only answer.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use chatgate_core::{Adapter, Delivered, Inbox, Place, UserId};
use chatgate_teams::Teams;
use chatgate_testkit::adapter_suite::AdapterUnderTest;
use hmac::{Hmac, KeyInit, Mac};
use http::{Request, StatusCode};
use serde_json::json;
use sha2::Sha256;

const TOKEN: &str = "dGVhbXMtb3V0Z29pbmctd2ViaG9vay1kZW1vLWtleS0=";
const TENANT: &str = "aaaaaaaa-0000-4000-8000-00000000000a";
const CHANNEL: &str = "19:5f2c0a1b@thread.tacv2";
const ALICE: &str = "cccccccc-0000-4000-8000-00000000000c";

struct Called {
    adapter: Arc<Teams>,
    /// What was answered to the message of each key.
    answers: Mutex<HashMap<String, Bytes>>,
}

#[async_trait]
impl AdapterUnderTest for Called {
    fn adapter(&self) -> Arc<dyn Adapter> {
        self.adapter.clone()
    }

    fn place(&self) -> Place {
        Place::new(self.adapter.id().clone(), TENANT, CHANNEL)
    }

    /// Nothing is posted; what was answered is looked at where it arrives.
    async fn texts(&self) -> Vec<String> {
        let answers = self.answers.lock().unwrap();
        answers.values().map(|body| String::from_utf8_lossy(body).into_owned()).collect()
    }

    fn person(&self) -> UserId {
        ALICE.into()
    }

    /// A team calls, and gets its answer at once: the same one, however often it calls.
    async fn arrives(&self, text: &str, key: &str, inbox: &Inbox) -> Option<Delivered> {
        let body = json!({
            "type": "message", "id": key, "timestamp": inbox.clock().now().to_string(),
            "from": {"id": "29:1alice", "name": "Alice", "aadObjectId": ALICE},
            "conversation": {"id": format!("{CHANNEL};messageid={key}"), "tenantId": TENANT},
            "text": format!("<at>opsbot</at> {text}"),
            "entities": [{
                "type": "mention", "text": "<at>opsbot</at>",
                "mentioned": {"id": "28:1", "name": "opsbot"},
            }],
        });
        let body = body.to_string();
        let mut mac = Hmac::<Sha256>::new_from_slice(&STANDARD.decode(TOKEN).unwrap()).unwrap();
        mac.update(body.as_bytes());
        let request = Request::post("/teams/outgoing")
            .header("content-type", "application/json; charset=utf-8")
            .header(
                "authorization",
                format!("HMAC {}", STANDARD.encode(mac.finalize().into_bytes())),
            )
            .body(body.into())
            .unwrap();
        let response = self.adapter.endpoints(inbox)[0].call(request).await;
        if response.status() != StatusCode::OK {
            return Some(Delivered::Busy);
        }
        let answer = response.into_body();
        let shown = String::from_utf8_lossy(&answer).into_owned();
        assert!(shown.contains(&format!("polo: {text}")), "{shown}");
        let before = self.answers.lock().unwrap().insert(key.to_owned(), answer.clone());
        assert!(before.is_none_or(|before| before == answer), "another answer: {shown}");
        Some(Delivered::Accepted)
    }
}

async fn make() -> Called {
    let adapter = Teams::builder().outgoing_tokens(TOKEN).build().unwrap();
    Called { adapter: Arc::new(adapter), answers: Mutex::default() }
}

mod suite {
    chatgate_testkit::adapter_suite!(super::make);
}
