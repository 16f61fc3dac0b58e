//! Files: their bytes first, then a post that shows them.

use bytes::Bytes;
use chatgate_core::{Error, Place, Receipt, Result};
use http::Method;
use serde::Deserialize;
use serde_json::json;

use super::channel;
use crate::state::State;

/// What became of a file.
#[derive(Deserialize)]
struct Uploaded {
    #[serde(default)]
    file_infos: Vec<Info>,
}

#[derive(Deserialize)]
struct Info {
    id: String,
}

/// Uploads a file and posts it. A file belongs to one channel and goes with one post.
pub(super) async fn upload(
    state: &State,
    place: &Place,
    name: &str,
    bytes: Bytes,
) -> Result<Receipt> {
    let channel = channel(state, place).await?;
    let uploaded: Uploaded = state.api.send_file(&channel, name, bytes).await?;
    let Some(info) = uploaded.file_infos.into_iter().next() else {
        return Err(Error::malformed("Mattermost took a file and gave it no id"));
    };
    let body = json!({
        "channel_id": channel,
        "root_id": place.thread.as_ref().map_or("", |thread| thread.as_str()),
        "message": "",
        "file_ids": [info.id],
        // A file goes with one post only, so its id is as good a key as any.
        "pending_post_id": format!("file:{}", info.id),
    });
    let route = "posts?set_online=false";
    state.api.answer(Method::POST, route, Some(body.to_string().into())).await?;
    Ok(Receipt::Uploaded(info.id))
}
