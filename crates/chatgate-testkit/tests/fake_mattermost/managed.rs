//! What an administrator makes and changes, and what others may not.

use chatgate_testkit::fakes::{FakeMattermost, MattermostConfig};
use serde_json::{Value, json};

use crate::client::{Answer, Socket, call, get};
use crate::{id, made};

async fn post(fake: &FakeMattermost, user: &str, route: &str, body: Value) -> Answer {
    call(fake, user, "POST", route, body).await
}

async fn delete(fake: &FakeMattermost, user: &str, route: &str) -> Answer {
    call(fake, user, "DELETE", route, Value::Null).await
}

#[tokio::test]
async fn only_an_administrator_makes_bots_and_tokens() {
    let fake = made().await;
    let bot = json!({"username": "helper"});
    let forbidden = (403, "api.context.permissions.app_error");
    assert_eq!(post(&fake, "bob", "bots", bot.clone()).await.refusal(), forbidden);
    assert_eq!(post(&fake, "opsbot", "bots", bot.clone()).await.refusal(), forbidden);
    let made = post(&fake, "alice", "bots", bot.clone()).await;
    assert_eq!(made.status, 201);
    let again = post(&fake, "alice", "bots", bot).await;
    assert_eq!(again.refusal(), (400, "app.user.save.username_exists.app_error"));
    let tokens = format!("users/{}/tokens", made.body["user_id"].as_str().unwrap());
    assert_eq!(post(&fake, "bob", &tokens, json!({"description": "x"})).await.refusal(), forbidden);
    let unnamed = post(&fake, "alice", &tokens, json!({})).await;
    assert_eq!(unnamed.refusal(), (400, "api.context.invalid_body_param.app_error"));
    let token = post(&fake, "alice", &tokens, json!({"description": "x"})).await;
    assert_eq!((token.status, token.body["token"].as_str().unwrap().len()), (200, 26));
    // A token of a person is another matter.
    let bob = format!("users/{}/tokens", fake.ids().users["bob"]);
    let refused = post(&fake, "alice", &bob, json!({"description": "x"})).await;
    assert_eq!(refused.refusal(), (501, "app.user_access_token.disabled"));
}

#[tokio::test]
async fn bots_are_made_only_where_the_settings_let_them() {
    let settings = json!({"ServiceSettings": {"EnableBotAccountCreation": false}});
    let fake =
        FakeMattermost::start(MattermostConfig::new().with_settings(settings)).await.unwrap();
    let refused = post(&fake, "alice", "bots", json!({"username": "helper"})).await;
    assert_eq!(refused.refusal(), (403, "api.bot.create_disabled"));
}

#[tokio::test]
async fn settings_are_changed_by_administrators_and_keep_their_kind() {
    let fake = made().await;
    let patch = |body: Value| call(&fake, "alice", "PUT", "config/patch", body);
    let changed = patch(json!({"ServiceSettings": {"EnableCommands": false, "Unknown": 1}})).await;
    assert_eq!(changed.body["ServiceSettings"]["EnableCommands"], false);
    assert_eq!(changed.body["ServiceSettings"]["Unknown"], Value::Null);
    let refused = patch(json!({"ServiceSettings": {"EnableCommands": "no"}})).await;
    assert_eq!(refused.status, 400);
    // A server that has an address keeps one.
    let refused = patch(json!({"ServiceSettings": {"SiteURL": ""}})).await;
    assert_eq!(refused.refusal(), (400, "api.config.update_config.clear_siteurl.app_error"));
    assert_eq!(get(&fake, "bob", "config").await.status, 403);
    let patched = call(&fake, "opsbot", "PUT", "config/patch", json!({})).await;
    assert_eq!(patched.status, 403);
    let command = json!({
        "team_id": fake.ids().team, "trigger": "x", "method": "P", "url": "http://127.0.0.1:1/",
    });
    let refused = post(&fake, "alice", "commands", command).await;
    assert_eq!(refused.refusal(), (501, "api.command.disabled.app_error"));
}

#[tokio::test]
async fn commands_belong_to_a_team_and_are_checked() {
    let fake = made().await;
    let command = |changes: Value| {
        let mut command = json!({
            "team_id": fake.ids().team, "trigger": "Roll", "method": "P",
            "url": "http://127.0.0.1:1/",
        });
        command.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
        command
    };
    for (changes, refusal) in [
        (json!({"trigger": "/roll"}), "model.command.is_valid.trigger.app_error"),
        (json!({"trigger": "help"}), "api.command.duplicate_trigger.app_error"),
        (json!({"method": "POST"}), "model.command.is_valid.method.app_error"),
        (json!({"url": "ftp://x"}), "model.command.is_valid.url_http.app_error"),
    ] {
        let refused = post(&fake, "alice", "commands", command(changes)).await;
        assert_eq!(refused.refusal(), (400, refusal));
    }
    assert_eq!(post(&fake, "bob", "commands", command(json!({}))).await.status, 403);
    let made = post(&fake, "alice", "commands", command(json!({}))).await;
    assert_eq!((made.status, &made.body["trigger"]), (201, &json!("roll")));
    let again = post(&fake, "alice", "commands", command(json!({}))).await;
    assert_eq!(again.refusal(), (400, "api.command.duplicate_trigger.app_error"));
    // Another team has its own.
    let team = json!({"name": "other", "display_name": "Other", "type": "I"});
    let team = id(&post(&fake, "alice", "teams", team).await.body);
    let other = post(&fake, "alice", "commands", command(json!({"team_id": team}))).await;
    assert_eq!(other.status, 201);
    // Nothing listens there.
    let line = json!({"channel_id": fake.ids().channels["ops"], "command": "/roll"});
    let failed = post(&fake, "bob", "commands/execute", line).await;
    assert_eq!(failed.refusal(), (500, "api.command.execute_command.failed.app_error"));
}

#[tokio::test]
async fn who_is_brought_into_a_channel_is_told_and_so_is_the_channel() {
    let fake = made().await;
    let ids = fake.ids();
    let mut socket = Socket::open(&fake, "").await;
    socket.hello().await;
    let random = &ids.channels["random"];
    let route = format!("channels/{random}/members");
    let member = post(&fake, "alice", &route, json!({"user_id": ids.bot})).await;
    assert_eq!((member.status, &member.body["user_id"]), (201, &json!(ids.bot)));
    let added = socket.next().await.unwrap();
    assert_eq!(added["event"], "user_added");
    let posted = socket.next().await.unwrap();
    let post: Value = serde_json::from_str(posted["data"]["post"].as_str().unwrap()).unwrap();
    assert_eq!(post["type"], "system_add_to_channel");
    assert_eq!(post["user_id"], ids.users["alice"].as_str());
}

#[tokio::test]
async fn a_pin_and_who_writes_are_told() {
    let fake = made().await;
    let mut socket = Socket::open(&fake, "").await;
    socket.hello().await;
    let ops = &fake.ids().channels["ops"];
    let typing = post(&fake, "bob", "users/me/typing", json!({"channel_id": ops})).await;
    assert_eq!(typing.status, 200);
    let event = socket.next().await.unwrap();
    assert_eq!(event["event"], "typing");
    assert_eq!(event["data"]["user_id"], fake.ids().users["bob"].as_str());
    let said = fake.say("bob", "ops", "keep this").await.unwrap();
    socket.next().await.unwrap();
    assert_eq!(post(&fake, "bob", &format!("posts/{said}/pin"), Value::Null).await.status, 200);
    let event = socket.next().await.unwrap();
    assert_eq!(event["event"], "post_edited");
    let pinned: Value = serde_json::from_str(event["data"]["post"].as_str().unwrap()).unwrap();
    assert_eq!((&pinned["is_pinned"], &pinned["edit_at"]), (&json!(true), &json!(0)));
    let list = get(&fake, "opsbot", &format!("channels/{ops}/pinned")).await.body;
    assert_eq!(list["order"], json!([said]));
}

#[tokio::test]
async fn what_is_archived_takes_nothing_more_and_nothing_is_deleted_for_good() {
    let fake = made().await;
    let ops = format!("channels/{}", fake.ids().channels["ops"]);
    let refused = delete(&fake, "alice", &format!("{ops}?permanent=true")).await;
    assert_eq!(refused.refusal(), (401, "api.user.delete_channel.not_enabled.for_admin.app_error"));
    assert_eq!(delete(&fake, "alice", &ops).await.status, 200);
    let refused = fake.say("bob", "ops", "late").await.unwrap_err();
    assert_eq!(refused, "api.post.create_post.can_not_post_to_deleted.error");
    let team = format!("teams/{}?permanent=true", fake.ids().team);
    let refused = delete(&fake, "alice", &team).await;
    assert_eq!(refused.refusal(), (401, "api.user.delete_team.not_enabled.for_admin.app_error"));
}

#[tokio::test]
async fn an_unknown_route_is_refused() {
    let fake = made().await;
    for (method, route) in [("GET", "nothing"), ("POST", "posts/x/y"), ("PATCH", "users/me")] {
        let refused = call(&fake, "alice", method, route, Value::Null).await;
        assert_eq!(refused.refusal(), (404, "api.context.404.app_error"));
    }
}
