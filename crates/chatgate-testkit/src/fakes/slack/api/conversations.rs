//! `conversations.*`: places, and what was said there.

use serde_json::{Value, json};

use super::{Call, page};
use crate::fakes::slack::channel::{Channel, Kind};
use crate::fakes::slack::message::Message;
use crate::fakes::slack::refusal::{Refusal, refuse};
use crate::fakes::slack::seed;
use crate::fakes::slack::ts::Ts;

/// The place that a call names, if its kind's scope is granted.
fn place<'a>(call: &'a mut Call<'_>, right: &str) -> Result<&'a mut Channel, Refusal> {
    call.need_any(right)?;
    let id = call.args.required("channel")?.into_owned();
    let scope = format!("{}:{right}", call.world.seen(&id)?.kind.scope());
    call.need(&scope)?;
    call.world.seen(&id)
}

pub(super) fn info(call: &mut Call<'_>) -> Result<Value, Refusal> {
    let counted = call.args.flag("include_num_members");
    let place = place(call, "read")?;
    let mut channel = place.shown();
    if counted {
        channel["num_members"] = json!(place.members.len());
    }
    Ok(json!({"channel": channel}))
}

pub(super) fn list(call: &mut Call<'_>) -> Result<Value, Refusal> {
    let types = call.args.list("types");
    let types = if types.is_empty() { vec!["public_channel".to_owned()] } else { types };
    let mut kinds = Vec::new();
    for name in &types {
        let Some(kind) = Kind::read(name) else { return refuse("invalid_types") };
        call.need(&format!("{}:read", kind.scope()))?;
        kinds.push(kind);
    }
    let limit = call.args.limit(100, 999)?;
    let archived = !call.args.flag("exclude_archived");
    let visible = |channel: &&Channel| {
        let known = channel.kind == Kind::Public || channel.has(seed::BOT_USER);
        known && kinds.contains(&channel.kind) && (archived || !channel.archived)
    };
    let all = call.world.channels.values().filter(visible).map(Channel::shown).collect();
    let (channels, next) = page(all, call.args, limit)?;
    Ok(json!({"channels": channels, "response_metadata": {"next_cursor": next}}))
}

pub(super) fn members(call: &mut Call<'_>) -> Result<Value, Refusal> {
    let limit = call.args.limit(100, 999)?;
    let all = place(call, "read")?.members.iter().cloned().collect();
    let (members, next) = page(all, call.args, limit)?;
    Ok(json!({"members": members, "response_metadata": {"next_cursor": next}}))
}

/// The part of time that a call asks for.
struct Range {
    oldest: Ts,
    latest: Ts,
    inclusive: bool,
    limit: usize,
    metadata: bool,
}

impl Range {
    fn of(call: &Call<'_>) -> Result<Self, Refusal> {
        let bound = |name: &str, code: &str, default: Ts| match call.args.text(name) {
            Some(text) => Ts::bound(&text, code),
            None => Ok(default),
        };
        Ok(Self {
            oldest: bound("oldest", "invalid_ts_oldest", Ts::default())?,
            latest: bound("latest", "invalid_ts_latest", Ts::MAX)?,
            inclusive: call.args.flag("inclusive"),
            limit: call.args.limit(100, 999)?,
            metadata: call.args.flag("include_all_metadata"),
        })
    }

    fn has(&self, message: &Message) -> bool {
        let ts = message.ts;
        let inside = self.oldest < ts && ts < self.latest;
        inside || (self.inclusive && (ts == self.oldest || ts == self.latest))
    }
}

pub(super) fn history(call: &mut Call<'_>) -> Result<Value, Refusal> {
    let range = Range::of(call)?;
    let args = call.args;
    let place = place(call, "history")?;
    if !place.has(seed::BOT_USER) {
        return refuse("not_in_channel");
    }
    let found: Vec<_> = place.history().filter(|message| range.has(message)).collect();
    let (messages, next) = page(found, args, range.limit)?;
    let messages: Vec<_> = messages.iter().map(|message| message.shown(range.metadata)).collect();
    Ok(json!({
        "messages": messages, "has_more": !next.is_empty(), "pin_count": 0,
        "response_metadata": {"next_cursor": next},
    }))
}

pub(super) fn replies(call: &mut Call<'_>) -> Result<Value, Refusal> {
    let range = Range::of(call)?;
    let args = call.args;
    let place = place(call, "history")?;
    if !place.has(seed::BOT_USER) {
        return refuse("not_in_channel");
    }
    let ts = Ts::parse(&args.required("ts")?, "thread_not_found")?;
    // A reply stands for its thread.
    let root = match place.message(ts) {
        Some(message) => message.thread.unwrap_or(ts),
        None => return refuse("thread_not_found"),
    };
    let Some(thread) = place.thread(root) else { return refuse("thread_not_found") };
    // The root is always there.
    let found: Vec<_> =
        thread.into_iter().filter(|message| message.ts == root || range.has(message)).collect();
    let (messages, next) = page(found, args, range.limit)?;
    let messages: Vec<_> = messages.iter().map(|message| message.shown(range.metadata)).collect();
    Ok(json!({
        "messages": messages, "has_more": !next.is_empty(),
        "response_metadata": {"next_cursor": next},
    }))
}

pub(super) fn join(call: &mut Call<'_>) -> Result<Value, Refusal> {
    let id = call.args.required("channel")?.into_owned();
    let place = call.world.seen(&id)?;
    if place.kind != Kind::Public {
        return refuse("method_not_supported_for_channel_type");
    }
    if place.archived {
        return refuse("is_archived");
    }
    let joined = place.members.insert(seed::BOT_USER.to_owned());
    let mut answer = json!({"channel": place.shown()});
    if joined {
        call.world.emit_membership("member_joined_channel", seed::BOT_USER, &id, call.now);
    } else {
        answer["warning"] = json!("already_in_channel");
        answer["response_metadata"] = json!({"warnings": ["already_in_channel"]});
    }
    Ok(answer)
}

pub(super) fn open(call: &mut Call<'_>) -> Result<Value, Refusal> {
    let users = call.args.list("users");
    let id = match (call.args.text("channel"), users.as_slice()) {
        (Some(channel), []) => {
            let channel = channel.into_owned();
            let kind = call.world.seen(&channel)?.kind;
            if !matches!(kind, Kind::Direct | Kind::Group) {
                return refuse("method_not_supported_for_channel_type");
            }
            channel
        }
        (Some(_), _) => return refuse("invalid_arguments"),
        (None, []) => return refuse("users_list_not_supplied"),
        (None, [user]) => {
            call.need("im:write")?;
            call.world.user(user)?;
            call.world.direct(user, call.now)?
        }
        (None, many) if many.len() <= 8 => {
            call.need("mpim:write")?;
            group(call, many)?
        }
        (None, _) => return refuse("too_many_users"),
    };
    let mut channel = json!({"id": id});
    if call.args.flag("return_im") {
        channel = call.world.channels[&id].shown();
    }
    Ok(json!({"channel": channel, "no_op": false, "already_open": false}))
}

fn group(call: &mut Call<'_>, users: &[String]) -> Result<String, Refusal> {
    let mut members = std::collections::BTreeSet::from([seed::BOT_USER.to_owned()]);
    for user in users {
        call.world.user(user)?;
        members.insert(user.clone());
    }
    let same = |channel: &&Channel| channel.kind == Kind::Group && channel.members == members;
    if let Some(channel) = call.world.channels.values().find(same) {
        return Ok(channel.id.clone());
    }
    let id = call.world.new_id("G");
    let mut channel = Channel::new(&id, "mpdm", Kind::Group, call.now);
    channel.members = members;
    call.world.channels.insert(id.clone(), channel);
    Ok(id)
}
