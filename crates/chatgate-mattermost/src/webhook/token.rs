//! The tokens that commands and webhooks carry.

use chatgate_http::Secret;

/// Whether a token is one of those that are known. Each is compared, and none shows where it differs.
pub(crate) fn is_known(known: &[Secret], given: &str) -> bool {
    known.iter().fold(false, |found, secret| found | secret.is(given.as_bytes()))
}

/// The token of an `Authorization: Token …` (mattermost.md §4).
pub(super) fn of_authorization(value: &str) -> Option<&str> {
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("token").then(|| token.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_token_that_is_known_is_taken_and_no_other() {
        let known = ["old", "new"].map(Secret::new);
        assert!(is_known(&known, "old") && is_known(&known, "new"));
        for other in ["", "ol", "olds", "New"] {
            assert!(!is_known(&known, other), "{other}");
        }
        assert!(!is_known(&[], ""));
    }

    #[test]
    fn a_header_may_carry_it() {
        assert_eq!(of_authorization("Token abc"), Some("abc"));
        for other in ["Bearer abc", "abc", ""] {
            assert_eq!(of_authorization(other), None);
        }
    }
}
