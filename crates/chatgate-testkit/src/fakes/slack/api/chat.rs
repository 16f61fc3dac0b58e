//! `chat.*`: what the app says.

use serde_json::{Map, Value, json};

use super::Call;
use crate::fakes::slack::draft::{Draft, Purpose};
use crate::fakes::slack::message::Message;
use crate::fakes::slack::refusal::{Refusal, refuse};
use crate::fakes::slack::seed;
use crate::fakes::slack::ts::Ts;
use crate::fakes::slack::world::World;

pub(super) fn post_message(call: &mut Call<'_>) -> Result<Value, Refusal> {
    let author = author(call)?;
    let channel = post_target(call)?;
    let draft = Draft::read(call.args, Purpose::Post, &call.world.handles())?.or_no_text()?;
    let mut message = Message::new(author, draft);
    message.thread = thread(call, &channel)?;
    message.broadcast = message.thread.is_some() && call.args.flag("reply_broadcast");
    let Some(ts) = call.world.post(&channel, message, call.now) else {
        return refuse("channel_not_found");
    };
    let shown = call.world.channels[&channel].message(ts).map(|message| message.shown(true));
    Ok(json!({"channel": channel, "ts": ts.to_string(), "message": shown}))
}

/// Who the message is by: the app, or the name that it asks for.
fn author(call: &Call<'_>) -> Result<Map<String, Value>, Refusal> {
    let mut author = World::by_app();
    for (argument, field) in
        [("username", "username"), ("icon_emoji", "icons"), ("icon_url", "icons")]
    {
        let Some(value) = call.args.text(argument) else { continue };
        call.need("chat:write.customize")?;
        let value = match argument {
            "icon_emoji" => json!({"emoji": value}),
            "icon_url" => json!({"image_48": value}),
            _ => json!(value),
        };
        author.insert(field.to_owned(), value);
    }
    Ok(author)
}

/// The channel that may be posted to; a user's id opens the DM.
fn post_target(call: &mut Call<'_>) -> Result<String, Refusal> {
    let channel = call.args.required("channel")?.into_owned();
    if channel.starts_with(['U', 'W']) {
        return call.world.direct(&channel, call.now);
    }
    let public = call.world.app.granted("chat:write.public");
    let place = call.world.seen(&channel)?;
    if place.archived {
        return refuse("is_archived");
    }
    if !place.has(seed::BOT_USER) && !public {
        return refuse("not_in_channel");
    }
    Ok(channel)
}

/// `thread_ts`, if it is the root of a thread, or can be.
fn thread(call: &Call<'_>, channel: &str) -> Result<Option<Ts>, Refusal> {
    let Some(thread) = call.args.text("thread_ts") else { return Ok(None) };
    let ts = Ts::parse(&thread, "invalid_thread_ts")?;
    let message = call.world.channels.get(channel).and_then(|place| place.message(ts));
    match message.map(|message| message.thread) {
        None => refuse("invalid_thread_ts"),
        // A reply is not a root.
        Some(Some(root)) if root != ts => refuse("cannot_reply_to_message"),
        Some(_) => Ok(Some(ts)),
    }
}

pub(super) fn post_ephemeral(call: &mut Call<'_>) -> Result<Value, Refusal> {
    let author = author(call)?;
    let user = call.args.required("user")?.into_owned();
    // The DM is named by its own id here.
    let channel = call.args.required("channel")?.into_owned();
    let place = call.world.joined(&channel)?;
    if place.archived {
        return refuse("is_archived");
    }
    call.world.user(&user)?;
    if !call.world.channels[&channel].has(&user) {
        return refuse("user_not_in_channel");
    }
    let draft = Draft::read(call.args, Purpose::Post, &call.world.handles())?.or_no_text()?;
    let mut message = Message::new(author, draft);
    message.thread = thread(call, &channel)?;
    message.only_for = Some(user);
    message.body.insert("is_ephemeral".to_owned(), json!(true));
    let place = call.world.joined(&channel)?;
    let ts = place.add_private(message, call.now);
    Ok(json!({"message_ts": ts.to_string()}))
}

/// The app's own message that a call names by `channel` and `ts`.
fn own(call: &mut Call<'_>, code: &str) -> Result<(String, Ts), Refusal> {
    let channel = call.args.required("channel")?.into_owned();
    let ts = Ts::parse(&call.args.required("ts")?, "message_not_found")?;
    let message = call.world.seen(&channel)?.message(ts);
    match message.map(|message| message.body.get("bot_id")) {
        None => refuse("message_not_found"),
        Some(Some(bot)) if *bot == seed::BOT_ID => Ok((channel, ts)),
        Some(_) => refuse(code),
    }
}

pub(super) fn update(call: &mut Call<'_>) -> Result<Value, Refusal> {
    let mut draft = Draft::read(call.args, Purpose::Update, &call.world.handles())?;
    let (channel, ts) = own(call, "cant_update_message")?;
    if call.world.seen(&channel)?.archived {
        return refuse("is_archived");
    }
    let nothing = !draft.text_given && draft.blocks.is_none() && draft.attachments.is_none();
    let emptied = call.args.has("text") || call.args.has("blocks") || call.args.has("attachments");
    if nothing && (emptied || !draft.metadata_given) {
        return refuse("no_text");
    }
    let Some(message) = call.world.seen(&channel)?.message_mut(ts) else {
        return refuse("message_not_found");
    };
    let before = message.shown(true);
    let was = message.body.get("text").and_then(Value::as_str).unwrap_or_default().to_owned();
    if nothing {
        message.metadata = draft.metadata;
    } else {
        if !draft.text_given {
            draft.text = was.clone();
        }
        // Text without blocks removes the blocks.
        let text_changed = draft.text != was && draft.blocks.is_none();
        message.write(draft);
        // Changing blocks does not show "(edited)".
        if text_changed {
            let edited = json!({"user": seed::BOT_USER, "ts": ts.to_string()});
            message.body.insert("edited".to_owned(), edited);
        }
    }
    let shown = message.shown(true);
    call.world.emit_changed(&channel, ts, before, call.now);
    let text = shown["text"].clone();
    Ok(json!({"channel": channel, "ts": ts.to_string(), "text": text, "message": shown}))
}

pub(super) fn delete(call: &mut Call<'_>) -> Result<Value, Refusal> {
    let (channel, ts) = own(call, "cant_delete_message")?;
    if let Some(before) = call.world.seen(&channel)?.delete(ts) {
        call.world.emit_deleted(&channel, before, call.now);
    }
    Ok(json!({"channel": channel, "ts": ts.to_string()}))
}

pub(super) fn permalink(call: &mut Call<'_>) -> Result<Value, Refusal> {
    let channel = call.args.required("channel")?.into_owned();
    let ts = Ts::parse(&call.args.required("message_ts")?, "message_not_found")?;
    let Some(message) = call.world.seen(&channel)?.message(ts) else {
        return refuse("message_not_found");
    };
    let digits = ts.to_string().replace('.', "");
    let mut link = format!("https://{}.slack.com/archives/{channel}/p{digits}", seed::DOMAIN);
    if let Some(root) = message.thread.filter(|root| *root != ts) {
        link.push_str(&format!("?thread_ts={root}&cid={channel}"));
    }
    Ok(json!({"channel": channel, "permalink": link}))
}
