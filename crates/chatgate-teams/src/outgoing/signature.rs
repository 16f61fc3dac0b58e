//! The signature of a request from an outgoing webhook: `Authorization: HMAC <base64>`.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chatgate_core::ReasonCode;
use hmac::{Hmac, KeyInit, Mac};
use http::HeaderMap;
use http::header::AUTHORIZATION;
use sha2::Sha256;

/// A token shorter than this is none: Teams' have 32 bytes.
const LEAST_KEY: usize = 16;

/// Checks signatures by the security tokens: one for each team, and the old ones while they are replaced.
#[derive(Clone)]
pub(crate) struct Signer {
    /// Keyed once; each request goes on from a copy.
    keys: Vec<Hmac<Sha256>>,
}

impl Signer {
    /// By these security tokens, as Teams shows them once: in base64.
    ///
    /// # Errors
    /// When one of them is no such token.
    pub(crate) fn new<'a>(
        tokens: impl IntoIterator<Item = &'a str>,
    ) -> std::result::Result<Self, &'static str> {
        let key = |token: &str| {
            let key = STANDARD.decode(token).ok().filter(|key| key.len() >= LEAST_KEY)?;
            Hmac::<Sha256>::new_from_slice(&key).ok()
        };
        let keys: Option<Vec<_>> = tokens.into_iter().map(key).collect();
        let keys = keys.ok_or(
            "is not a security token, which is base64: create the webhook anew and copy it",
        )?;
        Ok(Self { keys })
    }

    /// Checks a request by its raw body, before anything of it is read.
    ///
    /// # Errors
    /// What is wrong.
    pub(crate) fn check(&self, headers: &HeaderMap, body: &[u8]) -> Result<(), ReasonCode> {
        let mut given = headers.get_all(AUTHORIZATION).iter();
        let Some(header) = given.next() else { return Err(ReasonCode::MissingSignature) };
        // Two would be read as one by some and as the other by others.
        if given.next().is_some() {
            return Err(ReasonCode::BadSignature);
        }
        let Some(given) = header.as_bytes().strip_prefix(b"HMAC ") else {
            return Err(ReasonCode::MissingSignature);
        };
        let given = STANDARD.decode(given).map_err(|_| ReasonCode::BadSignature)?;
        // All keys are tried, so that the time does not tell which one fits.
        let mut good = false;
        for key in &self.keys {
            let mut mac = key.clone();
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

#[cfg(test)]
mod tests {
    use http::HeaderValue;
    use proptest::prelude::*;

    use super::*;

    // A made-up token and what it signs, computed apart from this code.
    const TOKEN: &str = "dGVhbXMtb3V0Z29pbmctd2ViaG9vay1kZW1vLWtleS0=";
    const OTHER: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
    const ACTIVITY: &str = r#"{"type":"message","id":"1700000000001","text":"<at>opsbot</at> status prod","from":{"id":"29:1demo","name":"Dana Ops"}}"#;
    const SIGNED: &str = "HMAC PCNkCVS+KaCazVK8bEL6aurCz0vLdgeo48hAKDuwpYE=";
    /// Signed by the token's text instead of what it decodes to, as some samples do.
    const BY_TEXT: &str = "HMAC F78Qmj7bqEKRCCvKI7Xs9CRaHhx0UIbwf/0k2q5xWkM=";

    fn check(tokens: &[&str], header: Option<&str>, body: &[u8]) -> Result<(), ReasonCode> {
        let mut headers = HeaderMap::new();
        if let Some(header) = header {
            headers.insert(AUTHORIZATION, HeaderValue::from_str(header).unwrap());
        }
        Signer::new(tokens.iter().copied()).unwrap().check(&headers, body)
    }

    #[test]
    fn what_teams_signs_is_taken_by_any_of_the_tokens() {
        let greeting = "HMAC ZAg0M1xSoC+uDjlYgtnKcvFvpR+3Z4Z05oNe0YD7XMA=";
        for tokens in [&[TOKEN][..], &[OTHER, TOKEN], &[TOKEN, OTHER]] {
            assert_eq!(check(tokens, Some(SIGNED), ACTIVITY.as_bytes()), Ok(()));
            let body = r#"{"text":"Grüße 🚀"}"#.as_bytes();
            assert_eq!(check(tokens, Some(greeting), body), Ok(()));
        }
    }

    #[test]
    fn whatever_else_is_refused() {
        let missing = Err(ReasonCode::MissingSignature);
        let bad = Err(ReasonCode::BadSignature);
        let body = ACTIVITY.as_bytes();
        assert_eq!(check(&[TOKEN], None, body), missing);
        for header in ["", "HMAC", "hmac PCNk", "Bearer PCNk", &SIGNED["HMAC ".len()..]] {
            assert_eq!(check(&[TOKEN], Some(header), body), missing, "{header}");
        }
        for header in
            ["HMAC ", "HMAC ====", "HMAC PCNk", BY_TEXT, &SIGNED.replace("HMAC ", "HMAC  ")]
        {
            assert_eq!(check(&[TOKEN], Some(header), body), bad, "{header}");
        }
        assert_eq!(check(&[OTHER], Some(SIGNED), body), bad);
        assert_eq!(check(&[TOKEN], Some(SIGNED), format!("{ACTIVITY} ").as_bytes()), bad);
        assert_eq!(check(&[TOKEN], Some(SIGNED), &body[1..]), bad);
    }

    #[test]
    fn two_signatures_are_none() {
        let mut headers = HeaderMap::new();
        headers.append(AUTHORIZATION, HeaderValue::from_static(SIGNED));
        headers.append(AUTHORIZATION, HeaderValue::from_static(BY_TEXT));
        let signer = Signer::new([TOKEN]).unwrap();
        assert_eq!(signer.check(&headers, ACTIVITY.as_bytes()), Err(ReasonCode::BadSignature));
    }

    #[test]
    fn what_is_no_token_is_noticed_and_none_is_shown() {
        for bad in ["", "short", "AAAA", "not base64 at all, and long enough"] {
            assert!(Signer::new([TOKEN, bad]).is_err(), "{bad}");
        }
        assert_eq!(format!("{:?}", Signer::new([TOKEN]).unwrap()), "Signer { keys: 1 }");
    }

    proptest! {
        #[test]
        fn an_altered_byte_is_noticed(at in 0..ACTIVITY.len(), to in any::<u8>()) {
            let mut body = ACTIVITY.as_bytes().to_vec();
            prop_assume!(body[at] != to);
            body[at] = to;
            prop_assert_eq!(check(&[TOKEN], Some(SIGNED), &body), Err(ReasonCode::BadSignature));
        }
    }
}
