//! The signature of a request from Slack: version `v0`.

use std::fmt;

use chatgate_core::{ReasonCode, Timestamp};
use hmac::{Hmac, KeyInit, Mac};
use http::HeaderMap;
use sha2::Sha256;

/// How far a request's time may be from ours, in either direction, in seconds.
const FRESH_FOR: u64 = 300;
const TIMESTAMP: &str = "x-slack-request-timestamp";
const SIGNATURE: &str = "x-slack-signature";

/// Checks signatures by the app's signing secrets: one, or two while they are rotated.
#[derive(Clone)]
pub(crate) struct Signer {
    /// Keyed once; each request goes on from a copy.
    keys: Vec<Hmac<Sha256>>,
}

impl Signer {
    /// By these signing secrets, as they stand on the app's page: they are not hex-decoded.
    pub(crate) fn new<'a>(secrets: impl IntoIterator<Item = &'a str>) -> Self {
        let key = |secret: &str| Hmac::<Sha256>::new_from_slice(secret.as_bytes()).ok();
        Self { keys: secrets.into_iter().filter_map(key).collect() }
    }

    /// Checks a request by its raw body, before anything of it is read.
    ///
    /// # Errors
    /// What is wrong.
    pub(crate) fn check(
        &self,
        headers: &HeaderMap,
        body: &[u8],
        now: Timestamp,
    ) -> Result<(), ReasonCode> {
        let header = |name| headers.get(name).map(|value| value.as_bytes());
        let (Some(timestamp), Some(signature)) = (header(TIMESTAMP), header(SIGNATURE)) else {
            return Err(ReasonCode::MissingSignature);
        };
        let sent = seconds(timestamp).ok_or(ReasonCode::BadSignature)?;
        // In whole seconds, as Slack sends them.
        let now = now.as_millis().div_euclid(1_000);
        if now.abs_diff(sent) > FRESH_FOR {
            return Err(ReasonCode::StaleTimestamp);
        }
        let given =
            signature.strip_prefix(b"v0=").and_then(unhex).ok_or(ReasonCode::BadSignature)?;
        // All keys are tried, so that the time does not tell which one fits.
        let mut good = false;
        for key in &self.keys {
            let mut mac = key.clone();
            mac.update(b"v0:");
            mac.update(timestamp);
            mac.update(b":");
            mac.update(body);
            good |= mac.verify_slice(&given).is_ok();
        }
        if good { Ok(()) } else { Err(ReasonCode::BadSignature) }
    }
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Signer").field("keys", &self.keys.len()).finish()
    }
}

/// Digits and nothing else; no sign, no space, no fraction.
fn seconds(text: &[u8]) -> Option<i64> {
    if text.is_empty() || text.len() > 12 || !text.iter().all(u8::is_ascii_digit) {
        return None;
    }
    std::str::from_utf8(text).ok()?.parse().ok()
}

/// 32 bytes in lower-case hex.
fn unhex(text: &[u8]) -> Option<[u8; 32]> {
    if text.len() != 64 {
        return None;
    }
    let digit = |byte: u8| match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        _ => None,
    };
    let mut out = [0; 32];
    for (byte, pair) in out.iter_mut().zip(text.chunks_exact(2)) {
        *byte = digit(pair[0])? << 4 | digit(pair[1])?;
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "00112233445566778899aabbccddeeff";
    const AT: i64 = 1_735_689_600;

    fn check(secrets: &[&str], timestamp: &str, signature: &str, body: &[u8], now: i64) -> String {
        let mut headers = HeaderMap::new();
        headers.insert(TIMESTAMP, timestamp.parse().unwrap());
        headers.insert(SIGNATURE, signature.parse().unwrap());
        let signer = Signer::new(secrets.iter().copied());
        match signer.check(&headers, body, Timestamp::from_secs(now)) {
            Ok(()) => "ok".into(),
            Err(reason) => reason.as_str().into(),
        }
    }

    #[test]
    fn the_documented_request_passes() {
        let body = "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow\
            &channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner\
            &command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2F\
            commands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015\
            .47445629121.803a0bc887a14d10d2c447fce8b6703c";
        let signature = "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503";
        let secret = "8f742231b10e8888abcd99yyyzzz85a5";
        let said = check(&[secret], "1531420618", signature, body.as_bytes(), 1_531_420_618);
        assert_eq!(said, "ok");
    }

    const VECTORS: [(&str, &str); 4] = [
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

    #[test]
    fn the_vectors_pass_and_nothing_altered_does() {
        for (body, signature) in VECTORS {
            let at = AT.to_string();
            let ok =
                |secrets: &[&str], body: &str| check(secrets, &at, signature, body.as_bytes(), AT);
            assert_eq!(ok(&[SECRET], body), "ok", "{body}");
            assert_eq!(ok(&["another", SECRET], body), "ok", "rotated: {body}");
            assert_eq!(ok(&["another"], body), "bad_signature");
            assert_eq!(ok(&[], body), "bad_signature");
            assert_eq!(ok(&[SECRET], &format!("{body} ")), "bad_signature");
            let upper = signature.to_uppercase().replace("V0=", "v0=");
            assert_eq!(check(&[SECRET], &at, &upper, body.as_bytes(), AT), "bad_signature");
            for prefix in ["", "v1=", "V0=", "v0"] {
                let other = signature.replace("v0=", prefix);
                assert_eq!(check(&[SECRET], &at, &other, body.as_bytes(), AT), "bad_signature");
            }
        }
    }

    #[test]
    fn a_request_is_fresh_for_five_minutes_in_both_directions() {
        let (body, signature) = VECTORS[0];
        let at = AT.to_string();
        let when = |now| check(&[SECRET], &at, signature, body.as_bytes(), now);
        for (now, said) in [
            (AT + 300, "ok"),
            (AT - 300, "ok"),
            (AT + 301, "stale_timestamp"),
            (AT - 301, "stale_timestamp"),
            (0, "stale_timestamp"),
        ] {
            assert_eq!(when(now), said, "{now}");
        }
    }

    #[test]
    fn a_time_that_is_no_whole_number_is_refused() {
        let (body, signature) = VECTORS[0];
        for time in
            ["", "1735689600.0", "+1735689600", "-1", " 1735689600", "1e9", "NaN", "17356896000000"]
        {
            let said = check(&[SECRET], time, signature, body.as_bytes(), AT);
            assert_eq!(said, "bad_signature", "{time:?}");
        }
    }

    #[test]
    fn both_headers_must_be_there() {
        let signer = Signer::new([SECRET]);
        let now = Timestamp::from_secs(AT);
        assert_eq!(signer.check(&HeaderMap::new(), b"", now), Err(ReasonCode::MissingSignature));
    }

    #[test]
    fn a_signer_shows_no_secret() {
        assert_eq!(format!("{:?}", Signer::new([SECRET])), "Signer { keys: 1 }");
    }
}
