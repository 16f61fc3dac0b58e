//! `views.*`: modals and the home tab.

use serde_json::{Value, json};

use super::Call;
use crate::fakes::slack::refusal::{Refusal, refuse};
use crate::fakes::slack::views::check;

fn view(call: &Call<'_>) -> Result<Value, Refusal> {
    let Some(view) = call.args.structure("view", "invalid_arguments")? else {
        return Err(Refusal::missing("view"));
    };
    check(&view)?;
    Ok(view)
}

/// A modal, for the user whose trigger it is.
fn modal(call: &mut Call<'_>) -> Result<(String, Value), Refusal> {
    let view = view(call)?;
    if view["type"] != "modal" {
        return refuse("invalid_arguments");
    }
    let trigger = call.args.required("trigger_id")?.into_owned();
    let user = call.world.secrets.exchange(&trigger, call.now)?;
    Ok((user, view))
}

pub(super) fn open(call: &mut Call<'_>) -> Result<Value, Refusal> {
    let (user, view) = modal(call)?;
    call.world.views.close(&user, None);
    Ok(json!({"view": call.world.views.open(&user, view, None)?}))
}

pub(super) fn push(call: &mut Call<'_>) -> Result<Value, Refusal> {
    let (user, view) = modal(call)?;
    let Some(top) = call.world.views.top(&user) else { return refuse("not_found") };
    Ok(json!({"view": call.world.views.open(&user, view, Some(&top))?}))
}

pub(super) fn update(call: &mut Call<'_>) -> Result<Value, Refusal> {
    let view = view(call)?;
    let id = match (call.args.text("view_id"), call.args.text("external_id")) {
        (Some(id), None) => id.into_owned(),
        (None, Some(external)) => match call.world.views.by_external_id(&external) {
            Some(id) => id,
            None => return refuse("not_found"),
        },
        _ => return refuse("invalid_arguments"),
    };
    let hash = call.args.text("hash");
    Ok(json!({"view": call.world.views.update(&id, view, hash.as_deref())?}))
}

pub(super) fn publish(call: &mut Call<'_>) -> Result<Value, Refusal> {
    let view = view(call)?;
    if view["type"] != "home" {
        return refuse("invalid_arguments");
    }
    let user = call.args.required("user_id")?.into_owned();
    call.world.user(&user)?;
    let hash = call.args.text("hash");
    Ok(json!({"view": call.world.views.publish(&user, view, hash.as_deref())?}))
}
