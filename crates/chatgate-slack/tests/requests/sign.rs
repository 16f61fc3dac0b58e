//! Slack's signature, in the tests' own few lines.

use chatgate_core::Inbox;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// The timestamp and the signature of a body that is sent now.
pub(crate) fn sign(secret: &str, inbox: &Inbox, body: &str) -> (String, String) {
    let timestamp = (inbox.clock().now().as_millis() / 1_000).to_string();
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(format!("v0:{timestamp}:{body}").as_bytes());
    let hex: String =
        mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    (timestamp, format!("v0={hex}"))
}
