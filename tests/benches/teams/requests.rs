//! The platform's side: calls as Teams signs them, ready to be written to a socket.

use std::time::{SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chatgate_core::Timestamp;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::json;
use sha2::Sha256;

/// The webhook's security token.
pub(crate) const TOKEN: &str = "dGVhbXMtb3V0Z29pbmctd2ViaG9vay1kZW1vLWtleS0=";

const TENANT: &str = "aaaaaaaa-0000-4000-8000-00000000000a";
const CHANNELS: usize = 500;

/// The MAC of a body, as it stands behind `HMAC `.
pub(crate) fn mac(body: &[u8]) -> String {
    let key = STANDARD.decode(TOKEN).expect("base64");
    let mut mac = Hmac::<Sha256>::new_from_slice(&key).expect("a key of any length");
    mac.update(body);
    STANDARD.encode(mac.finalize().into_bytes())
}

/// So many different calls, from this number on.
pub(crate) fn signed(from: usize, count: usize) -> Vec<Vec<u8>> {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).expect("a clock");
    let now = Timestamp::from_millis(i64::try_from(since.as_millis()).expect("a near time"));
    (from..from + count).map(|number| request(number, now)).collect()
}

fn request(number: usize, now: Timestamp) -> Vec<u8> {
    let channel = format!("19:{:032x}@thread.tacv2", number % CHANNELS);
    let id = (1_790_000_000_000 + number).to_string();
    let body = json!({
        "type": "message", "id": id, "timestamp": now.to_string(),
        "channelId": "msteams", "serviceUrl": "https://smba.trafficmanager.net/emea/",
        "from": {
            "id": "29:1alice", "name": "Alice",
            "aadObjectId": "cccccccc-0000-4000-8000-00000000000c",
        },
        "conversation": {
            "isGroup": true, "conversationType": "channel", "tenantId": TENANT,
            "id": format!("{channel};messageid={id}"),
        },
        "textFormat": "plain", "locale": "en-GB", "text": "<at>opsbot</at> status api",
        "entities": [{
            "type": "mention", "text": "<at>opsbot</at>",
            "mentioned": {"id": "28:11111111", "name": "opsbot"},
        }],
        "channelData": {
            "team": {"id": "19:team@thread.tacv2"}, "channel": {"id": channel},
            "tenant": {"id": TENANT},
        },
    });
    let body = body.to_string();
    format!(
        "POST /teams/outgoing HTTP/1.1\r\nHost: bot\r\nAccept: */*\r\n\
         Content-Type: application/json; charset=utf-8\r\nContent-Length: {}\r\n\
         Authorization: HMAC {}\r\n\r\n{body}",
        body.len(),
        mac(body.as_bytes()),
    )
    .into_bytes()
}
