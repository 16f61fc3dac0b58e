//! How an outgoing webhook signs, in the fake's own few lines.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// The MAC of a body in base64, by a key.
pub(super) fn mac(key: &[u8], body: &[u8]) -> String {
    // HMAC takes a key of any length, so this never fails.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else {
        return String::new();
    };
    mac.update(body);
    STANDARD.encode(mac.finalize().into_bytes())
}

/// The key that a security token stands for.
pub(super) fn key(token: &str) -> Vec<u8> {
    STANDARD.decode(token).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_is_what_the_token_decodes_to() {
        // Computed by another program.
        let token = "dGVhbXMtb3V0Z29pbmctd2ViaG9vay1kZW1vLWtleS0=";
        let body = r#"{"type":"message","id":"1700000000001","text":"<at>opsbot</at> status prod","from":{"id":"29:1demo","name":"Dana Ops"}}"#;
        let signed = mac(&key(token), body.as_bytes());
        assert_eq!(signed, "PCNkCVS+KaCazVK8bEL6aurCz0vLdgeo48hAKDuwpYE=");
        let by_text = mac(token.as_bytes(), body.as_bytes());
        assert_eq!(by_text, "F78Qmj7bqEKRCCvKI7Xs9CRaHhx0UIbwf/0k2q5xWkM=");
    }
}
