//! Uploads: `files.getUploadURLExternal` and `files.completeUploadExternal`.

use serde_json::{Value, json};

use super::Call;
use crate::fakes::slack::draft::{Draft, Purpose};
use crate::fakes::slack::message::Message;
use crate::fakes::slack::refusal::{Refusal, refuse};
use crate::fakes::slack::seed;
use crate::fakes::slack::ts::Ts;
use crate::fakes::slack::uploads::Upload;
use crate::fakes::slack::world::World;

/// A snippet may not be larger.
const SNIPPET: usize = 1_000_000;
/// Channels that one call may share to.
const CHANNELS: usize = 100;

pub(super) fn upload_url(call: &mut Call<'_>) -> Result<Value, Refusal> {
    let missing = || Refusal::new("missing_argument");
    let name = call.args.text("filename").ok_or_else(missing)?.into_owned();
    let length = call.args.text("length").and_then(|text| text.parse::<usize>().ok());
    let length = length.filter(|length| *length > 0).ok_or_else(missing)?;
    let snippet_type = call.args.text("snippet_type").map(|text| text.into_owned());
    if snippet_type.is_some() && length > SNIPPET {
        return refuse("snippet_too_large");
    }
    let alt_text = call.args.text("alt_txt").or_else(|| call.args.text("alt_text"));
    let alt_text = alt_text.map(|text| text.into_owned());
    if alt_text.as_ref().is_some_and(|text| text.chars().count() > 1_000) {
        return refuse("alt_txt_too_large");
    }
    let id = call.world.new_id("F");
    let url = format!("{}/upload/v1/{id}", call.world.base_url);
    call.world.uploads.add(Upload {
        id: id.clone(),
        name,
        length,
        snippet_type,
        alt_text,
        bytes: None,
        title: None,
        channels: Vec::new(),
        completed: false,
    });
    Ok(json!({"upload_url": url, "file_id": id}))
}

pub(super) fn info(call: &mut Call<'_>) -> Result<Value, Refusal> {
    let id = call.args.required("file")?.into_owned();
    let base_url = call.world.base_url.clone();
    match call.world.uploads.get(&id).filter(|upload| upload.completed) {
        Some(upload) => Ok(json!({"file": upload.shown(&base_url, seed::BOT_USER)})),
        None => refuse("file_not_found"),
    }
}

pub(super) fn complete(call: &mut Call<'_>) -> Result<Value, Refusal> {
    let files = call.args.structure("files", "invalid_arguments")?;
    let files = files.as_ref().and_then(Value::as_array).filter(|files| !files.is_empty());
    let Some(files) = files else { return Err(Refusal::missing("files")) };
    let mut channels = call.args.list("channels");
    channels.extend(call.args.text("channel_id").map(|id| id.into_owned()));
    if channels.len() > CHANNELS {
        return refuse("invalid_channel");
    }
    for channel in &channels {
        let place = call.world.joined(channel)?;
        if place.archived {
            return refuse("is_archived");
        }
    }
    let thread = thread(call, &channels)?;
    let draft = comment(call)?;
    for file in files {
        let known = file["id"].as_str().and_then(|id| call.world.uploads.get(id));
        match known {
            Some(upload) if upload.bytes.is_some() && !upload.completed => {}
            Some(_) => return refuse("file_update_failed"),
            None => return refuse("file_not_found"),
        }
    }
    let base_url = call.world.base_url.clone();
    let mut shown = Vec::new();
    for file in files {
        let id = file["id"].as_str().unwrap_or_default();
        let Some(upload) = call.world.uploads.get_mut(id) else { continue };
        upload.completed = true;
        upload.title = file["title"].as_str().map(str::to_owned);
        upload.channels.clone_from(&channels);
        shown.push(upload.shown(&base_url, seed::BOT_USER));
    }
    for channel in &channels {
        let mut message = Message::new(World::by_app(), draft.clone());
        message.body.insert("subtype".to_owned(), json!("file_share"));
        message.body.insert("upload".to_owned(), json!(true));
        message.body.insert("files".to_owned(), json!(shown));
        message.thread = thread;
        call.world.post(channel, message, call.now);
    }
    Ok(json!({"files": shown}))
}

/// The thread to share in; only one channel can have it.
fn thread(call: &Call<'_>, channels: &[String]) -> Result<Option<Ts>, Refusal> {
    let Some(thread) = call.args.text("thread_ts") else { return Ok(None) };
    let [channel] = channels else { return refuse("invalid_arguments") };
    let ts = Ts::parse(&thread, "invalid_thread_ts")?;
    match call.world.channels[channel].message(ts) {
        Some(message) if message.thread.is_none_or(|root| root == ts) => Ok(Some(ts)),
        _ => refuse("invalid_thread_ts"),
    }
}

/// What is said with the files: text or blocks, and never both.
fn comment(call: &Call<'_>) -> Result<Draft, Refusal> {
    let text = call.args.text("initial_comment");
    if text.is_some() && call.args.has("blocks") {
        return refuse("invalid_arguments");
    }
    let mut said = json!({"text": text.unwrap_or_default()});
    if let Some(blocks) = call.args.structure("blocks", "invalid_blocks_format")? {
        said["blocks"] = blocks;
    }
    let args = crate::fakes::slack::args::Args::from_value(&said);
    Draft::read(&args, Purpose::Post, &call.world.handles())
}
