//! Files that others have sent: where the bytes are, then the bytes (slack.md §4.8).

use bytes::Bytes;
use chatgate_core::{Error, ErrorKind, Result};
use serde::Deserialize;

use crate::api::Form;
use crate::inbound::soft;
use crate::state::State;

#[derive(Deserialize)]
struct Info {
    file: Described,
}

#[derive(Deserialize)]
struct Described {
    #[serde(default, deserialize_with = "soft")]
    url_private_download: Option<String>,
    #[serde(default, deserialize_with = "soft")]
    url_private: Option<String>,
    #[serde(default, deserialize_with = "soft")]
    size: Option<u64>,
}

/// Fetches a file of at most so many bytes.
pub(super) async fn download(state: &State, file: &str, max_bytes: usize) -> Result<Bytes> {
    let form: Form<'_> = vec![("file", file.into())];
    let Info { file } = state.api.call("files.info", form).await?;
    if file.size.is_some_and(|bytes| usize::try_from(bytes).is_ok_and(|bytes| bytes > max_bytes)) {
        return Err(Error::invalid_input(format!("the file has more than {max_bytes} bytes")));
    }
    // A file that is kept elsewhere, or was deleted, has no bytes here.
    let Some(url) = file.url_private_download.or(file.url_private) else {
        return Err(Error::not_found("Slack does not keep that file"));
    };
    let bytes = state.api.fetch_file(&url, max_bytes).await?;
    // Whoever may not have a file gets a page to sign in, as a success.
    if file.size.is_some_and(|size| u64::try_from(bytes.len()) != Ok(size)) {
        return Err(Error::new(ErrorKind::Denied).with_code("file_not_given_out"));
    }
    Ok(bytes)
}
