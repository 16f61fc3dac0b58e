//! `pins.*`.

use serde_json::{Value, json};

use super::Call;
use crate::fakes::slack::refusal::{Refusal, refuse};
use crate::fakes::slack::seed;
use crate::fakes::slack::ts::Ts;

pub(super) fn add(call: &mut Call<'_>) -> Result<Value, Refusal> {
    set(call, true, "already_pinned")
}

pub(super) fn remove(call: &mut Call<'_>) -> Result<Value, Refusal> {
    set(call, false, "no_pin")
}

pub(super) fn list(call: &mut Call<'_>) -> Result<Value, Refusal> {
    let channel = call.args.required("channel")?.into_owned();
    let place = call.world.joined(&channel)?;
    let items: Vec<_> = place
        .pinned()
        .map(|message| {
            json!({"type": "message", "channel": channel, "created_by": seed::BOT_USER,
                   "message": message.shown(true)})
        })
        .collect();
    Ok(json!({"items": items}))
}

fn set(call: &mut Call<'_>, pinned: bool, so_already: &'static str) -> Result<Value, Refusal> {
    let channel = call.args.required("channel")?.into_owned();
    let ts = Ts::parse(&call.args.required("timestamp")?, "bad_timestamp")?;
    let place = call.world.joined(&channel)?;
    if place.archived {
        return refuse("is_archived");
    }
    let Some(message) = place.message_mut(ts) else { return refuse("message_not_found") };
    if message.pinned == pinned {
        return refuse(so_already);
    }
    message.pinned = pinned;
    Ok(json!({}))
}
