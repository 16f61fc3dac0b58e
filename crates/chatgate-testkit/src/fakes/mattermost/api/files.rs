//! Files: taken, told of, given back.

use bytes::Bytes;
use http::{HeaderValue, Response, StatusCode, header};
use http_body_util::Full;
use serde_json::{Value, json};

use super::{BAD_URL, Call, Given};
use crate::fakes::mattermost::refusal::{NO_CHANNEL, NO_FILE, NO_PERMISSION, Refusal};
use crate::fakes::mattermost::world::File;
use crate::fakes::server::Arrived;

impl Call<'_> {
    /// Takes the bytes of a file, as they are.
    pub(super) fn upload(&self, arrived: &Arrived) -> Given {
        let text = |name: &str| self.query.get(name).map(String::as_str).unwrap_or_default();
        let (channel, name) = (text("channel_id"), text("filename"));
        let mut world = self.mattermost.world();
        world.joined(channel, &self.user)?;
        if name.is_empty() {
            return Err(BAD_URL);
        }
        let largest = world.settings.shown()["FileSettings"]["MaxFileSize"].as_u64();
        if arrived.body.len() as u64 > largest.unwrap_or_default() {
            return Err(Refusal(413, "api.file.upload_file.too_large_detailed.app_error"));
        }
        let (id, now) = (world.make_id(), self.mattermost.now_ms());
        let info = json!({
            "id": id, "user_id": self.user, "channel_id": channel, "post_id": "", "name": name,
            "extension": name.rsplit_once('.').map_or("", |(_, extension)| extension),
            "size": arrived.body.len(), "mime_type": "application/octet-stream",
            "create_at": now, "update_at": now, "delete_at": 0, "mini_preview": null,
        });
        let file =
            File { channel: channel.to_owned(), info: info.clone(), bytes: arrived.body.clone() };
        world.files.insert(id, file);
        Ok((201, json!({"file_infos": [info], "client_ids": []})))
    }

    /// What is told of a file.
    pub(super) fn file_info(&self, id: &str) -> Given {
        self.file(id).map(|file| (200, file.info))
    }

    /// What is told of the files of a post.
    pub(super) fn files_of(&self, post: &str) -> Given {
        let ids = self.mattermost.world().get(post)?["file_ids"].clone();
        let ids = ids.as_array().into_iter().flatten().filter_map(Value::as_str);
        let infos: Result<_, Refusal> = ids.map(|id| self.file(id).map(|it| it.info)).collect();
        infos.map(|infos| (200, infos))
    }

    /// Its bytes.
    pub(super) fn download(&self, id: &str) -> Result<Response<Full<Bytes>>, Refusal> {
        let file = self.file(id)?;
        let mut response = Response::new(Full::new(file.bytes));
        *response.status_mut() = StatusCode::OK;
        let headers = response.headers_mut();
        let kind = HeaderValue::from_static("application/octet-stream");
        headers.insert(header::CONTENT_TYPE, kind);
        let name = file.info["name"].as_str().unwrap_or_default();
        if let Ok(value) = HeaderValue::from_str(&format!("attachment;filename=\"{name}\"")) {
            headers.insert(header::CONTENT_DISPOSITION, value);
        }
        Ok(response)
    }

    /// A file that the caller has sent, or whose channel they read.
    fn file(&self, id: &str) -> Result<File, Refusal> {
        let world = self.mattermost.world();
        let file = world.files.get(id).ok_or(NO_FILE)?;
        let channel = world.channels.get(&file.channel).ok_or(NO_CHANNEL)?;
        if file.info["user_id"] != *self.user && !world.reads(channel, &self.user) {
            return Err(NO_PERMISSION);
        }
        Ok(file.clone())
    }
}
