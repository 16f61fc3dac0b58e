//! Files: an address for the bytes, the bytes, and the place they belong to (slack.md §4.8).

use bytes::Bytes;
use chatgate_core::{Error, Place, Receipt, Result, Retry};
use serde::Deserialize;
use serde_json::json;

use super::channel;
use crate::api::Form;
use crate::state::State;

#[derive(Deserialize)]
struct Address {
    upload_url: String,
    file_id: String,
}

/// Uploads a file into a place. Nobody sees it before the last step.
pub(super) async fn upload(
    state: &State,
    place: &Place,
    name: &str,
    bytes: Bytes,
) -> Result<Receipt> {
    if bytes.is_empty() {
        return Err(Error::invalid_input("Slack takes no empty file"));
    }
    let channel = channel(state, place).await?;
    let form: Form<'_> =
        vec![("filename", name.into()), ("length", bytes.len().to_string().into())];
    let address: Address =
        state.api.call("files.getUploadURLExternal", form).await.map_err(repeatable)?;
    state.api.send_file(&address.upload_url, bytes).await.map_err(repeatable)?;
    let files = json!([{"id": address.file_id, "title": name}]).to_string();
    let mut form: Form<'_> = vec![("files", files.into()), ("channel_id", channel.into())];
    if let Some(thread) = &place.thread {
        form.push(("thread_ts", thread.as_str().into()));
    }
    state.api.act("files.completeUploadExternal", form).await?;
    Ok(Receipt::Uploaded(address.file_id))
}

/// Nothing is to be seen yet, so what may have happened may happen again.
fn repeatable(error: Error) -> Error {
    if error.is_ambiguous() { error.with_retry(Retry::Safe) } else { error }
}
