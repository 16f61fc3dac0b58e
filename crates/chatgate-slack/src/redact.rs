//! Text of the platform that goes into an error or a log: short, on one line, without credentials.

/// How many characters are kept.
const KEPT: usize = 200;

/// A text of the platform's as it may be shown.
pub(crate) fn shown(text: &str) -> String {
    let line: String =
        text.chars().take(4 * KEPT).map(|c| if c.is_control() { ' ' } else { c }).collect();
    chatgate_http::redact(&line).chars().take(KEPT).collect()
}

/// An error code of the platform's as it may be shown: its codes are words.
pub(crate) fn code(text: &str) -> String {
    let is_word = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte));
    if is_word && (1..=64).contains(&text.len()) {
        chatgate_http::redact(text).into_owned()
    } else {
        "unknown_error".to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_are_not_repeated() {
        let text = "bad token xoxb-1-canary at https://hooks.slack.com/commands/T/canary\nnow";
        assert!(!shown(text).contains("canary"));
        assert!(!shown(text).contains('\n'));
        assert_eq!(shown(&"x".repeat(10_000)).len(), KEPT);
        assert_eq!(code("channel_not_found"), "channel_not_found");
        assert!(!code("xoxb-canary").contains("canary"));
        for odd in ["", "two words", "<html>"] {
            assert_eq!(code(odd), "unknown_error", "{odd}");
        }
    }
}
