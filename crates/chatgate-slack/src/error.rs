//! Slack's error codes as errors of chatgate.

use std::time::Duration;

use chatgate_core::{Error, ErrorKind, Retry};
use http::StatusCode;
use serde::Deserialize;

use crate::inbound::soft;
use crate::redact;

/// How long to wait where Slack says only that it was too much (slack.md §3.1: Python's default).
const PAUSE: Duration = Duration::from_secs(30);
/// How long to wait when the plan's messages are used up: they are not given back within seconds.
const LONG_PAUSE: Duration = Duration::from_secs(15 * 60);
/// How many of Slack's explanations are kept.
const EXPLANATIONS: usize = 3;

/// What every answer of the Web API says of itself.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Said {
    #[serde(default, deserialize_with = "soft")]
    pub(crate) ok: Option<bool>,
    #[serde(default, deserialize_with = "soft")]
    error: Option<String>,
    #[serde(default, deserialize_with = "soft")]
    needed: Option<String>,
    #[serde(default, deserialize_with = "soft")]
    warning: Option<String>,
    #[serde(default, deserialize_with = "soft")]
    response_metadata: Option<Metadata>,
}

#[derive(Debug, Default, Deserialize)]
struct Metadata {
    #[serde(default, deserialize_with = "soft")]
    messages: Option<Vec<String>>,
}

impl Said {
    /// The code, as it may be shown.
    pub(crate) fn code(&self) -> String {
        redact::code(self.error.as_deref().unwrap_or_default())
    }

    /// The error that it is, after `retry_after` where Slack says so.
    pub(crate) fn error(&self, retry_after: Option<Duration>) -> Error {
        let code = self.code();
        let (kind, mut retry, words) = class(&code);
        if let Retry::After(pause) = retry {
            retry = Retry::After(retry_after.unwrap_or(pause));
        }
        let mut error = Error::new(kind).with_retry(retry).with_code(code.as_str());
        if let Some(words) = words {
            error = error.with_context(words);
        }
        if let Some(needed) = self.needed.as_deref().filter(|_| code == "missing_scope") {
            let needed = redact::shown(needed);
            error = error.with_context(format!(
                "it needs the scope {needed}: add it under OAuth & Permissions and install the app again"
            ));
        }
        for explanation in self.explanations() {
            error = error.with_context(explanation);
        }
        error
    }

    /// What Slack says besides, as it may be shown.
    pub(crate) fn explanations(&self) -> impl Iterator<Item = String> {
        let messages = self.response_metadata.iter().filter_map(|data| data.messages.as_ref());
        messages.flatten().take(EXPLANATIONS).map(|text| redact::shown(text))
    }

    /// A warning of Slack's, as it may be shown.
    pub(crate) fn warning(&self) -> Option<String> {
        self.warning.as_deref().map(redact::shown)
    }
}

/// The error of an HTTP status that is no success; `None` where the body is to be read.
pub(crate) fn of_status(status: StatusCode, retry_after: Option<Duration>) -> Option<Error> {
    let code = format!("http_{}", status.as_u16());
    let error = match status.as_u16() {
        200..=299 => return None,
        429 => Error::new(ErrorKind::RateLimited)
            .with_retry(Retry::After(retry_after.unwrap_or(PAUSE)))
            .with_code("ratelimited"),
        500..=599 => {
            Error::new(ErrorKind::Unavailable).with_retry(Retry::Ambiguous).with_code(code)
        }
        // No redirect is followed: it would take the token along.
        300..=399 => Error::new(ErrorKind::Unavailable)
            .with_retry(Retry::Never)
            .with_code(code)
            .with_context("the address only leads elsewhere: correct SLACK_API_URL"),
        _ => Error::new(ErrorKind::InvalidInput)
            .with_code(code)
            .with_context(format!("the platform answered HTTP {}", status.as_u16())),
    };
    Some(error)
}

/// The error of an answer that makes no sense: what was asked for may have happened.
pub(crate) fn nonsense() -> Error {
    Error::malformed("Slack's answer makes no sense").with_retry(Retry::Ambiguous)
}

/// What a code means (slack.md §4.2), whether another try may help, and the next step.
#[allow(clippy::too_many_lines, reason = "a table")]
fn class(code: &str) -> (ErrorKind, Retry, Option<&'static str>) {
    use ErrorKind::{
        Busy, Conflict, Denied, InvalidInput, NotFound, RateLimited, Unauthenticated, Unavailable,
        Unsupported,
    };
    let (kind, retry) = match code {
        "ratelimited" | "rate_limited" => (RateLimited, Retry::After(PAUSE)),
        "message_limit_exceeded" => (RateLimited, Retry::After(LONG_PAUSE)),
        "internal_error"
        | "fatal_error"
        | "service_unavailable"
        | "request_timeout"
        | "team_added_to_org"
        | "org_login_required"
        | "messaging_processing_failed"
        | "external_channel_migrating"
        | "update_failed" => (Unavailable, Retry::Ambiguous),
        "invalid_auth"
        | "not_authed"
        | "account_inactive"
        | "token_revoked"
        | "token_expired"
        | "user_removed_from_team"
        | "team_disabled"
        | "two_factor_setup_required"
        | "accesslimited"
        | "access_denied"
        | "ekm_access_denied"
        | "team_access_not_granted"
        | "forbidden_team"
        | "org_login_required_for_token" => (Unauthenticated, Retry::Never),
        "missing_scope"
        | "not_allowed_token_type"
        | "no_permission"
        | "posting_to_channel_denied"
        | "posting_to_general_channel_denied"
        | "enterprise_is_restricted"
        | "not_in_channel"
        | "cant_update_message"
        | "cant_delete_message"
        | "edit_window_closed"
        | "cannot_reply_to_message"
        | "messages_tab_disabled"
        | "message_not_owned_by_app"
        | "is_inactive"
        | "cannot_dm_bot"
        | "user_not_in_channel"
        | "action_prohibited" => (Denied, Retry::Never),
        "channel_not_found"
        | "is_archived"
        | "channel_is_archived"
        | "user_not_found"
        | "users_not_found"
        | "user_not_visible"
        | "user_disabled"
        | "message_not_found"
        | "thread_not_found"
        | "team_not_found"
        | "file_deleted"
        | "file_not_found"
        | "no_such_subteam"
        | "subteam_not_found"
        | "bot_not_found"
        | "view_not_found"
        | "not_found"
        | "used_url"
        | "expired_url"
        | "no_item_specified" => (NotFound, Retry::Never),
        "expired_trigger_id"
        | "trigger_expired"
        | "exchanged_trigger_id"
        | "trigger_exchanged"
        | "invalid_trigger_id" => (NotFound, Retry::Never),
        "hash_conflict"
        | "streaming_state_conflict"
        | "duplicate_external_id"
        | "push_limit_reached"
        | "name_taken" => (Conflict, Retry::Never),
        "unknown_method"
        | "method_deprecated"
        | "method_not_supported_for_channel_type"
        | "plan_upgrade_required"
        | "not_enabled" => (Unsupported, Retry::Never),
        "too_many_emoji" | "too_many_reactions" => (Busy, Retry::Never),
        _ if code.starts_with("restricted_action") => (Denied, Retry::Never),
        _ if code.starts_with("slack_connect_") && code.ends_with("_blocked") => {
            (Denied, Retry::Never)
        }
        // Whatever else there is says that the request was wrong: it would be wrong again.
        _ => (InvalidInput, Retry::Never),
    };
    let words = match code {
        "not_in_channel" => Some("the bot is not in the channel: invite it (/invite @bot)"),
        "channel_not_found" => {
            Some("there is no such channel, or the bot may not see it: invite it (/invite @bot)")
        }
        "is_archived" | "channel_is_archived" => Some("the channel is archived"),
        "messages_tab_disabled" => {
            Some("turn on the Messages tab under App Home, so that people can be written to")
        }
        "token_expired" => Some(
            "the bot token has expired: turn token rotation off, or install the app again and set \
             SLACK_BOT_TOKEN",
        ),
        "push_limit_reached" => Some("three modals lie on each other already: Slack shows no more"),
        _ if kind == Unauthenticated => Some(
            "Slack does not accept the bot token (any more): install the app again and set \
             SLACK_BOT_TOKEN to the Bot User OAuth Token",
        ),
        _ => None,
    };
    (kind, retry, words)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(json: &str) -> Error {
        serde_json::from_str::<Said>(json).unwrap().error(None)
    }

    fn of(code: &str) -> Error {
        said(&format!(r#"{{"ok":false,"error":"{code}"}}"#))
    }

    /// Every code of slack.md §4.2.
    #[test]
    fn every_documented_code_has_its_kind() {
        use ErrorKind::{Denied, InvalidInput, NotFound, Unauthenticated, Unavailable};
        for (kind, retry, codes) in [
            (
                Unavailable,
                Retry::Ambiguous,
                "internal_error fatal_error service_unavailable request_timeout team_added_to_org \
                 org_login_required messaging_processing_failed external_channel_migrating",
            ),
            (
                Unauthenticated,
                Retry::Never,
                "invalid_auth not_authed account_inactive token_revoked token_expired \
                 user_removed_from_team team_disabled two_factor_setup_required accesslimited \
                 access_denied ekm_access_denied team_access_not_granted",
            ),
            (
                Denied,
                Retry::Never,
                "missing_scope not_allowed_token_type no_permission restricted_action \
                 restricted_action_read_only_channel posting_to_channel_denied \
                 enterprise_is_restricted slack_connect_file_upload_sharing_blocked not_in_channel \
                 user_not_in_channel cannot_reply_to_message messages_tab_disabled",
            ),
            (
                NotFound,
                Retry::Never,
                "channel_not_found is_archived user_not_found users_not_found user_not_visible \
                 user_disabled message_not_found thread_not_found team_not_found \
                 trigger_expired trigger_exchanged expired_trigger_id exchanged_trigger_id \
                 invalid_trigger_id",
            ),
            (
                InvalidInput,
                Retry::Never,
                "invalid_arguments invalid_arg_name invalid_array_arg invalid_blocks \
                 invalid_blocks_format invalid_attachments msg_blocks_too_long msg_blocks_too_many \
                 msg_too_long no_text too_many_attachments markdown_text_conflict \
                 metadata_too_large invalid_cursor invalid_limit invalid_ts_latest bad_timestamp \
                 invalid_form_data invalid_post_type missing_post_type invalid_charset \
                 something_new",
            ),
        ] {
            for code in codes.split_whitespace() {
                let error = of(code);
                assert_eq!((error.kind(), error.retry()), (kind, retry), "{code}");
                assert_eq!(error.code(), Some(code));
            }
        }
        for code in ["ratelimited", "rate_limited"] {
            assert_eq!(of(code).retry(), Retry::After(PAUSE), "{code}");
        }
        assert_eq!(of("message_limit_exceeded").retry(), Retry::After(LONG_PAUSE));
        assert!(of("method_not_supported_for_channel_type").is_unsupported());
    }

    #[test]
    fn slack_says_how_long_to_wait() {
        let wait = Duration::from_secs(7);
        let error = of_status(StatusCode::TOO_MANY_REQUESTS, Some(wait)).unwrap();
        assert_eq!((error.kind(), error.retry()), (ErrorKind::RateLimited, Retry::After(wait)));
        let error = of_status(StatusCode::TOO_MANY_REQUESTS, None).unwrap();
        assert_eq!(error.retry(), Retry::After(PAUSE));
    }

    #[test]
    fn a_failing_server_leaves_it_open() {
        for status in [500, 502, 503, 504] {
            let error = of_status(StatusCode::from_u16(status).unwrap(), None).unwrap();
            assert!(error.is_unavailable() && error.is_ambiguous(), "{status}");
        }
        assert!(of_status(StatusCode::OK, None).is_none());
        assert_eq!(of_status(StatusCode::FOUND, None).unwrap().retry(), Retry::Never);
    }

    #[test]
    fn the_next_step_is_named_and_explanations_are_kept_in_bounds() {
        let error = said(r#"{"ok":false,"error":"missing_scope","needed":"reactions:write"}"#);
        assert!(error.to_string().contains("reactions:write"), "{error}");
        assert!(of("token_revoked").to_string().contains("SLACK_BOT_TOKEN"));
        let many = vec!["[ERROR] xoxb-1-canary no [json-pointer:/blocks/0]"; 9];
        let said = serde_json::json!({
            "ok": false, "error": "invalid_blocks", "response_metadata": {"messages": many},
        });
        let error = self::said(&said.to_string());
        assert_eq!(error.context().len(), EXPLANATIONS);
        assert!(!error.to_string().contains("canary"), "{error}");
        assert!(error.to_string().contains("json-pointer:/blocks/0"), "{error}");
    }
}
