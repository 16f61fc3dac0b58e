//! `auth.test`, `users.*`, `usergroups.*`: who is who.

use serde_json::{Value, json};

use super::{Call, page};
use crate::fakes::slack::refusal::{Refusal, refuse};
use crate::fakes::slack::seed;

pub(super) fn api_test(call: &mut Call<'_>) -> Result<Value, Refusal> {
    match call.args.text("error") {
        Some(error) => refuse(&error),
        None => Ok(json!({"args": call.args.sent()})),
    }
}

pub(super) fn auth_test(_: &mut Call<'_>) -> Result<Value, Refusal> {
    Ok(json!({
        "url": format!("https://{}.slack.com/", seed::DOMAIN), "team": "Acme",
        "team_id": seed::TEAM, "user": "chatgate", "user_id": seed::BOT_USER,
        "bot_id": seed::BOT_ID, "app_id": seed::APP, "is_enterprise_install": false,
    }))
}

pub(super) fn users_info(call: &mut Call<'_>) -> Result<Value, Refusal> {
    let user = call.args.required("user")?;
    let mut user = call.world.user(&user)?.clone();
    hide_email(call, &mut user);
    Ok(json!({"user": user}))
}

/// E-mail addresses have a scope of their own.
fn hide_email(call: &Call<'_>, user: &mut Value) {
    if !call.world.app.granted("users:read.email")
        && let Some(profile) = user["profile"].as_object_mut()
    {
        profile.remove("email");
    }
}

pub(super) fn users_list(call: &mut Call<'_>) -> Result<Value, Refusal> {
    let limit = call.args.limit(usize::MAX / 2, 999)?;
    // Strangers are met only in channels.
    let all = call.world.users.values().filter(|user| user["team_id"] == seed::TEAM);
    let (mut members, next) = page(all.cloned().collect(), call.args, limit)?;
    members.iter_mut().for_each(|user| hide_email(call, user));
    Ok(json!({
        "members": members, "cache_ts": call.now.as_millis() / 1_000,
        "response_metadata": {"next_cursor": next},
    }))
}

pub(super) fn usergroups_list(call: &mut Call<'_>) -> Result<Value, Refusal> {
    let mut groups = call.world.groups.clone();
    let (with_users, with_count) =
        (call.args.flag("include_users"), call.args.flag("include_count"));
    for group in &mut groups {
        let Some(fields) = group.as_object_mut() else { continue };
        if !with_users {
            fields.remove("users");
        }
        if !with_count {
            fields.remove("user_count");
        }
    }
    Ok(json!({"usergroups": groups}))
}
