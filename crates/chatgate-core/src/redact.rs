//! Masks credentials in texts that others wrote.

use std::borrow::Cow;

/// What stands in for a credential.
const MASK: &str = "…";

/// Masks credentials in a text that somebody else wrote, such as a platform's error: Slack's tokens,
/// what follows `Bearer`, tickets and tokens in a query, and the paths of addresses that are
/// credentials themselves (webhooks and response addresses). How each begins is left, so that a
/// reader knows what stood there. Rather too much is masked than too little.
///
/// ```
/// use chatgate_core::redact;
/// assert_eq!(redact("xoxb-12-ab has expired"), "xoxb-… has expired");
/// assert_eq!(redact("404 from https://hooks.slack.com/T1/2"), "404 from https://hooks.slack.com/…");
/// assert_eq!(redact("channel_not_found"), "channel_not_found");
/// ```
#[must_use]
pub fn redact(text: &str) -> Cow<'_, str> {
    let bytes = text.as_bytes();
    let mut masked = String::new();
    let mut kept = 0;
    let mut at = 0;
    while at < bytes.len() {
        // Every prefix is ASCII, so a match begins and ends between characters.
        match RULES.iter().find_map(|rule| rule.secret_at(bytes, at)) {
            Some((start, end)) => {
                masked.push_str(&text[kept..start]);
                masked.push_str(MASK);
                kept = end;
                at = end;
            }
            None => at += 1,
        }
    }
    if kept == 0 {
        return Cow::Borrowed(text);
    }
    masked.push_str(&text[kept..]);
    Cow::Owned(masked)
}

/// One kind of credential: how it is announced, and which bytes it is made of. All are ASCII, or all
/// of a character's bytes belong to it.
struct Rule {
    /// In lower case; `?` stands for one letter or digit.
    prefix: &'static str,
    /// What may stand between the two.
    between: Between,
    secret: fn(u8) -> bool,
}

enum Between {
    Nothing,
    /// At least one of these.
    Some(&'static [u8]),
}

const RULES: &[Rule] = &[
    token("xox?-"),
    token("xoxe."),
    token("xapp-"),
    token("xwfp-"),
    Rule { prefix: "bearer", between: Between::Some(b" \t:=+\"'"), secret: is_of_value },
    Rule {
        prefix: "hooks.slack.com",
        between: Between::Some(b":0123456789/\\"),
        secret: is_of_url,
    },
    Rule {
        prefix: "hooks.slack-gov.com",
        between: Between::Some(b":0123456789/\\"),
        secret: is_of_url,
    },
    Rule {
        prefix: "webhook.office.com",
        between: Between::Some(b":0123456789/\\"),
        secret: is_of_url,
    },
    Rule { prefix: "/hooks", between: Between::Some(b"/\\"), secret: is_of_url },
    Rule { prefix: "response_url", between: Between::Some(b" \t:=\"'\\"), secret: is_of_url },
    Rule { prefix: "ticket", between: Between::Some(b"="), secret: is_of_value },
    Rule { prefix: "token", between: Between::Some(b"="), secret: is_of_value },
    Rule { prefix: "secret", between: Between::Some(b"="), secret: is_of_value },
];

/// A token that says itself that it is one.
const fn token(prefix: &'static str) -> Rule {
    Rule { prefix, between: Between::Nothing, secret: is_of_token }
}

impl Rule {
    /// The secret that this rule finds when its prefix stands at `at`: from where to where.
    fn secret_at(&self, text: &[u8], at: usize) -> Option<(usize, usize)> {
        let prefix = self.prefix.as_bytes();
        let found = text.get(at..at + prefix.len())?;
        let fits = |(found, expected): (&u8, &u8)| match expected {
            b'?' => found.is_ascii_alphanumeric(),
            expected => found.eq_ignore_ascii_case(expected),
        };
        if !found.iter().zip(prefix).all(fits) {
            return None;
        }
        let after = at + prefix.len();
        let start = match self.between {
            Between::Nothing => after,
            Between::Some(bytes) => run(text, after, |byte| bytes.contains(&byte)),
        };
        if start == after && matches!(self.between, Between::Some(_)) {
            return None;
        }
        let end = run(text, start, self.secret);
        (end > start).then_some((start, end))
    }
}

/// Where the run of such bytes ends.
fn run(text: &[u8], start: usize, fits: impl Fn(u8) -> bool) -> usize {
    let rest = text.get(start..).unwrap_or_default();
    start + rest.iter().take_while(|byte| fits(**byte)).count()
}

fn is_of_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._%".contains(&byte)
}

fn is_of_value(byte: u8) -> bool {
    byte.is_ascii_graphic() && !b"\"'<>,;&".contains(&byte)
}

/// What is not ASCII may stand in an address too, as people write them.
fn is_of_url(byte: u8) -> bool {
    !byte.is_ascii() || (byte.is_ascii_graphic() && !b"\"'<>|".contains(&byte))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn credentials_are_masked_wherever_they_stand() {
        for secret in [
            "xoxb-1-2-canary",
            "xoxp-1-canary",
            "xoxa-2-canary",
            "XOXB-canary",
            "xoxe.xoxp-1-canary",
            "xoxe-1-canary",
            "xapp-1-A1-canary",
            "xwfp-canary",
            "Bearer canary.canary-_~+/=",
            "authorization: bearer   canary",
            "https://hooks.slack.com/services/T1/B2/canary",
            "http://hooks.slack.com:8080/commands/canary?x=canary",
            "https:\\/\\/hooks.slack.com\\/actions\\/T1\\/canary",
            "https://hooks.slack-gov.com/workflows/canary",
            "https://acme.webhook.office.com/webhookb2/canary",
            "https://chat.acme.test/hooks/canary",
            "\"response_url\":\"https://chat.test/api/canary\"",
            "{\\\"response_url\\\":\\\"https://chat.test/api/canary\\\"}",
            "wss://wss-primary.slack.com/link/?ticket=canary&app_id=1",
            "https://slack.com/api/oauth?client_secret=canary&code=1",
            "access_token=canary",
        ] {
            for text in [
                secret.to_owned(),
                format!("error: {secret}"),
                format!("({secret})"),
                format!("<{secret}|here> and more"),
                format!("é{secret}"),
                format!("{secret} {secret}"),
            ] {
                let shown = redact(&text);
                assert!(!shown.to_lowercase().contains("canary"), "{text} → {shown}");
                assert!(shown.contains(MASK), "{shown}");
            }
        }
    }

    #[test]
    fn ordinary_texts_are_left_as_they_are() {
        for text in [
            "",
            "channel_not_found",
            "fox-trot and boxer-shorts",
            "https://slack.com/api/chat.postMessage",
            "an invalid_token and a webhook",
            "the bearer",
            "xoxb-",
            "☃ ünïcode",
        ] {
            assert!(matches!(redact(text), Cow::Borrowed(same) if same == text), "{text}");
        }
    }

    #[test]
    fn what_stands_around_is_left() {
        assert_eq!(redact("a xoxb-1, b \"xapp-2\" c"), "a xoxb-…, b \"xapp-…\" c");
        assert_eq!(redact("<https://hooks.slack.com/x|y>"), "<https://hooks.slack.com/…|y>");
        assert_eq!(redact("?ticket=1&app_id=2"), "?ticket=…&app_id=2");
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic_and_nothing_is_left_to_mask(text in ".{0,64}") {
            let once = redact(&text).into_owned();
            let twice = redact(&once).into_owned();
            prop_assert_eq!(twice, once);
        }

        #[test]
        fn a_token_in_any_text_is_masked(
            before in ".{0,16}",
            kind in "xox[a-z]-|xoxe\\.|xapp-|xwfp-|Bearer |https://hooks\\.slack\\.com/",
            secret in "[A-Za-z0-9]{12,40}",
            after in "([ \"<>\n].{0,16})?",
        ) {
            let text = format!("{before}{kind}{secret}{after}");
            prop_assume!(!before.contains(&secret) && !after.contains(&secret));
            prop_assert!(!redact(&text).contains(&secret), "{}", text);
        }
    }
}
