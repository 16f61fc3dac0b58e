//! A payload without its credentials, for those who read what chatgate does not decode.

use bytes::Bytes;

/// JSON, already known to be JSON, without its credentials.
pub(crate) fn without_credentials(json: &str) -> Bytes {
    chatgate_http::without_credentials(json, is_credential)
}

/// Field names whose values open something (slack.md §1.2, §2.4–2.6, §7).
pub(super) fn is_credential(name: &str) -> bool {
    name.ends_with("token")
        || name.ends_with("secret")
        || matches!(
            name,
            "trigger_id"
                | "response_url"
                | "response_urls"
                | "interactivity_pointer"
                | "upload_url"
        )
}
