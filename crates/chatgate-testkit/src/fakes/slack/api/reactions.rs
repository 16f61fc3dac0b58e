//! `reactions.*`.

use serde_json::{Value, json};

use super::Call;
use crate::fakes::slack::refusal::{Refusal, refuse};
use crate::fakes::slack::seed;
use crate::fakes::slack::ts::Ts;

pub(super) fn add(call: &mut Call<'_>) -> Result<Value, Refusal> {
    change(call, Change::Add)
}

pub(super) fn remove(call: &mut Call<'_>) -> Result<Value, Refusal> {
    change(call, Change::Remove)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Change {
    Add,
    Remove,
}

fn change(call: &mut Call<'_>, change: Change) -> Result<Value, Refusal> {
    let name = call.args.required("name")?.into_owned();
    let valid = |byte: u8| byte.is_ascii_alphanumeric() || b"_-+':".contains(&byte);
    if !name.bytes().all(valid) || name.starts_with(':') || name.ends_with(':') {
        return refuse("invalid_name");
    }
    let channel = call.args.required("channel")?.into_owned();
    let ts = Ts::parse(&call.args.required("timestamp")?, "bad_timestamp")?;
    let place = call.world.joined(&channel)?;
    if place.archived {
        return refuse("is_archived");
    }
    let Some(message) = place.message_mut(ts) else { return refuse("message_not_found") };
    let added = change == Change::Add;
    if !message.react(seed::BOT_USER, &name, added) {
        return refuse(if added { "already_reacted" } else { "no_reaction" });
    }
    let author = message.body.get("user").cloned().unwrap_or_default();
    let kind = if added { "reaction_added" } else { "reaction_removed" };
    if call.world.app.echo {
        let event =
            reaction(kind, seed::BOT_USER, &name, &channel, ts, &author, call.now.as_millis());
        call.world.emit(&channel, event);
    }
    Ok(json!({}))
}

/// The event of a reaction.
pub(in crate::fakes::slack) fn reaction(
    kind: &str,
    user: &str,
    name: &str,
    channel: &str,
    ts: Ts,
    author: &Value,
    now: i64,
) -> Value {
    json!({
        "type": kind, "user": user, "reaction": name, "item_user": author,
        "item": {"type": "message", "channel": channel, "ts": ts.to_string()},
        "event_ts": Ts(now.max(0).unsigned_abs() * 1_000).to_string(),
    })
}
