//! Files: an upload is announced, brought and then completed.

use std::collections::BTreeMap;

use bytes::Bytes;
use serde_json::{Value, json};

/// Files that are kept; the oldest are forgotten.
const KEPT: usize = 1_000;

/// A file.
#[derive(Clone, Debug)]
pub(super) struct Upload {
    pub(super) id: String,
    pub(super) name: String,
    /// Bytes that were announced.
    pub(super) length: usize,
    pub(super) snippet_type: Option<String>,
    pub(super) alt_text: Option<String>,
    pub(super) bytes: Option<Bytes>,
    pub(super) title: Option<String>,
    pub(super) channels: Vec<String>,
    pub(super) completed: bool,
}

impl Upload {
    /// The file object.
    pub(super) fn shown(&self, base_url: &str, user: &str) -> Value {
        let kind = self.snippet_type.as_deref();
        let extension = self.name.rsplit_once('.').map(|(_, extension)| extension);
        json!({
            "id": self.id, "name": self.name, "user": user, "size": self.length,
            "title": self.title.as_deref().unwrap_or(&self.name),
            "filetype": kind.or(extension).unwrap_or("binary"),
            "mode": if kind.is_some() { "snippet" } else { "hosted" },
            "alt_txt": self.alt_text, "channels": self.channels,
            "url_private": format!("{base_url}/files/{}", self.id),
            "url_private_download": format!("{base_url}/files/{}", self.id),
        })
    }
}

/// All files.
#[derive(Debug, Default)]
pub(super) struct Uploads(BTreeMap<String, Upload>);

impl Uploads {
    pub(super) fn add(&mut self, upload: Upload) {
        self.0.insert(upload.id.clone(), upload);
        if self.0.len() > KEPT {
            self.0.pop_first();
        }
    }

    pub(super) fn get_mut(&mut self, id: &str) -> Option<&mut Upload> {
        self.0.get_mut(id)
    }

    pub(super) fn get(&self, id: &str) -> Option<&Upload> {
        self.0.get(id)
    }

    pub(super) fn all(&self) -> impl Iterator<Item = &Upload> {
        self.0.values()
    }

    /// Takes the bytes of a file; `false` when they are not those that were announced.
    pub(super) fn bring(&mut self, id: &str, content_type: &str, body: &Bytes) -> bool {
        let Some(upload) = self.0.get_mut(id).filter(|upload| !upload.completed) else {
            return false;
        };
        let bytes = match content_type.split_once("boundary=") {
            Some((_, boundary)) => first_part(body, boundary.trim_matches('"')),
            None => Some(body.clone()),
        };
        match bytes {
            Some(bytes) if bytes.len() == upload.length => {
                upload.bytes = Some(bytes);
                true
            }
            _ => false,
        }
    }
}

/// The first part of a multipart body.
fn first_part(body: &Bytes, boundary: &str) -> Option<Bytes> {
    let find = |needle: &[u8], from: usize| {
        body.get(from..)?.windows(needle.len()).position(|seen| seen == needle).map(|at| at + from)
    };
    let head = find(format!("--{boundary}").as_bytes(), 0)?;
    let start = find(b"\r\n\r\n", head)? + 4;
    let end = find(format!("\r\n--{boundary}").as_bytes(), start)?;
    Some(body.slice(start..end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_taken_out_of_its_envelope() {
        let body = Bytes::from_static(
            b"--xyz\r\nContent-Disposition: form-data; name=\"f\"\r\n\r\nhello\r\n\r\nyou\r\n--xyz--\r\n",
        );
        assert_eq!(first_part(&body, "xyz").unwrap(), "hello\r\n\r\nyou");
        assert_eq!(first_part(&body, "abc"), None);
    }
}
