//! Slack's signature v0, in the fake's own few lines.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// `v0=` and the MAC over `v0:<timestamp>:<body>` as lower-case hex.
pub(super) fn signature(secret: &str, timestamp: &str, body: &[u8]) -> String {
    // HMAC takes a key of any length, so this never fails.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.as_bytes()) else {
        return String::new();
    };
    mac.update(b"v0:");
    mac.update(timestamp.as_bytes());
    mac.update(b":");
    mac.update(body);
    let hex: String =
        mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    format!("v0={hex}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_documented_request_has_the_documented_signature() {
        let body = "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow\
            &channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner\
            &command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com\
            %2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN\
            &trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c";
        assert_eq!(
            signature("8f742231b10e8888abcd99yyyzzz85a5", "1531420618", body.as_bytes()),
            "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503"
        );
    }

    #[test]
    fn a_signature_covers_the_raw_bytes() {
        let vectors = [
            (
                r#"{"type":"url_verification","token":"t","challenge":"c-123"}"#,
                "v0=443f1d5b7059557fac9d1e18dbeac655eb494b416642610a51063d6475f1092e",
            ),
            (
                "payload=%7B%22type%22%3A%22block_actions%22%7D",
                "v0=a41214277bead28173e70af56df8fb1dda0270e7517e5866fefcb3c2b1721be1",
            ),
            (
                r#"{"text":"café 🎉"}"#,
                "v0=7d8eb628cc721cbbf772ef99e6abd18c2556458a0c2dedc8baf1052543f10895",
            ),
            ("", "v0=fb18a2d13f516f48915bdf4e9116daf373f3c523ef79d3fd9573d57bd22e4c68"),
        ];
        for (body, expected) in vectors {
            let secret = "00112233445566778899aabbccddeeff";
            assert_eq!(signature(secret, "1735689600", body.as_bytes()), expected, "{body}");
        }
    }
}
