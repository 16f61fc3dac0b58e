//! A payload without its credentials, for those who read what chatgate does not decode.

use bytes::Bytes;
use chatgate_http::FormFields;
use serde::Serializer as _;

/// Longer than what most commands say, so that it is written without growing.
const RAW_BYTES: usize = 512;

/// JSON, already known to be JSON, without its credentials.
pub(super) fn without_credentials(json: &str) -> Bytes {
    chatgate_http::without_credentials(json, is_credential)
}

/// The fields of a form as a JSON object, without credentials.
pub(super) fn fields_without_credentials(fields: &FormFields<'_>) -> Bytes {
    let kept = fields.iter().filter(|(name, _)| !is_credential(name));
    let mut out = Vec::with_capacity(RAW_BYTES);
    match serde_json::Serializer::new(&mut out).collect_map(kept) {
        Ok(()) => out.into(),
        // Text is always JSON.
        Err(_) => Bytes::new(),
    }
}

/// Field names whose values open something (mattermost.md §4, §6, §7): tokens, triggers, the way back,
/// what an action's server-side context and a dialog's state are sealed with.
fn is_credential(name: &str) -> bool {
    name.ends_with("token")
        || name.ends_with("secret")
        || matches!(
            name,
            "trigger_id"
                | "response_url"
                | "seal"
                | "state"
                | "cookie"
                | "password"
                | "Authorization"
        )
}
