//! Who must not run anything, and does not: the rows of the threat model, with their reason codes.

use std::sync::Arc;

use chatgate_gateway::SystemClock;
use chatgate_http::{HttpTransport, Request, Transport};
use http::Method;
use serde_json::{Value, json};

use crate::world::World;

/// Posts JSON to an address, as anyone on the network can.
async fn post_to(url: &str, body: &Value) -> (u16, String) {
    let transport = HttpTransport::new(Arc::new(SystemClock)).unwrap();
    let request = Request::new(Method::POST, url.parse().unwrap()).json(body.to_string());
    let response = transport.send(request).await.unwrap();
    (response.status.as_u16(), String::from_utf8(response.body.to_vec()).unwrap())
}

/// Posts JSON to an endpoint of the bot.
async fn post(world: &World, path: &str, body: &Value) -> (u16, String) {
    post_to(&format!("{}/mattermost/{path}", world.url), body).await
}

/// T27: a webhook of an administrator that calls itself Alice.
#[tokio::test]
async fn a_webhook_under_a_humans_id_is_nobody() {
    let world = World::new().await;
    let hook = world.mattermost.control("hook", json!({"channel": "ops"})).await.unwrap();
    let said = json!({"text": "@opsbot deploy api", "username": "alice"});
    assert_eq!(post_to(hook["url"].as_str().unwrap(), &said).await.0, 200);
    world.until(|world| (world.mattermost.messages("ops").len() == 1).then_some(())).await;
    world.mattermost.say("bob", "ops", "@opsbot deploy db").await.unwrap();
    world.expect("ops", "db is live").await;
    assert_eq!(world.ran.all(), ["deploy db"]);
    assert!(world.denials().await.contains(&"integration".to_owned()));
    // Nobody answers it, so that two of them cannot talk for ever.
    assert_eq!(world.mattermost.messages("ops").len(), 3);
}

#[tokio::test]
async fn guests_bots_and_people_of_other_servers_run_nothing() {
    for (user, channel, reason) in [
        ("guest", "ops", "guest"),
        ("remote", "ops", "external_user"),
        ("otherbot", "ops", "integration"),
        ("bob", "shared", "externally_shared"),
    ] {
        let world = World::new().await;
        world.mattermost.say(user, channel, "@opsbot deploy api").await.unwrap();
        let heard = async {
            while !world.denials().await.contains(&reason.to_owned()) {
                tokio::time::sleep(std::time::Duration::from_millis(10)).await;
            }
        };
        let patience = std::time::Duration::from_secs(20);
        tokio::time::timeout(patience, heard).await.expect(reason);
        assert!(world.ran.all().is_empty(), "{user}");
    }
}

/// T34: a click that Mattermost never sent, with ids that are all real.
#[tokio::test]
async fn a_forged_click_is_refused_and_one_from_elsewhere_told() {
    let world = World::new().await;
    world.mattermost.say("bob", "ops", "@opsbot incident it burns").await.unwrap();
    let card = world.expect("ops", "Take it").await;
    let mut body = json!({
        "user_id": world.id("alice"), "user_name": "alice", "channel_id": world.id("ops"),
        "channel_name": "ops", "team_id": world.mattermost.ids().team, "post_id": card["id"],
        "trigger_id": "x", "type": "", "data_source": "", "context": {},
    });
    assert_eq!(post(&world, "action", &body).await, (401, String::new()));
    body["context"] = json!({"seal": "t.eyJyIjoiYWN0aW9uOnRha2UifQ.AAAAAAAAAAAAAAAAAAAAAA"});
    assert_eq!(post(&world, "action", &body).await, (401, String::new()));

    // The seal itself, which only the server and its operators can see, used in another channel.
    let pressed = world.mattermost.click("carol", card["id"].as_str().unwrap(), "Take it").await;
    let request: Value = serde_json::from_str(&pressed.unwrap().request).unwrap();
    body["context"] = request["context"].clone();
    body["channel_id"] = world.id("private").into();
    body["trigger_id"] = "y".into();
    let (status, said) = post(&world, "action", &body).await;
    let said: Value = serde_json::from_str(&said).unwrap();
    assert_eq!((status, &said["ephemeral_text"]), (200, &json!("This is not for you.")));
    // In its own place, but used already.
    body["channel_id"] = world.id("ops").into();
    body["user_id"] = world.id("bob").into();
    let (status, said) = post(&world, "action", &body).await;
    let said: Value = serde_json::from_str(&said).unwrap();
    assert_eq!((status, &said["ephemeral_text"]), (200, &json!("This has already been used.")));
    assert_eq!(world.ran.all(), ["take it burns"]);
    let denials = world.denials().await;
    for reason in ["bad_seal", "not_for_you", "already_used"] {
        assert!(denials.iter().any(|it| it == reason), "{reason}: {denials:?}");
    }
}

/// A dialog's state is seen by its person: nobody else can submit it, nor from elsewhere.
#[tokio::test]
async fn a_dialog_of_another_person_or_place_is_not_taken() {
    let world = World::new().await;
    world.mattermost.slash("bob", "ops", "/feedback").await.unwrap();
    world.until(|world| (!world.mattermost.dialogs().is_empty()).then_some(())).await;
    let dialog = world.mattermost.dialogs().remove(0);
    let body = |user: &str, channel: &str, state: &str| {
        json!({
            "type": "dialog_submission", "callback_id": "FORGED", "state": state,
            "user_id": world.id(user), "channel_id": world.id(channel), "cancelled": false,
            "submission": {"words": "stolen"},
        })
    };
    let state = dialog["state"].as_str().unwrap();
    let (status, _) = post(&world, "dialog", &body("alice", "ops", "FORGED")).await;
    assert_eq!(status, 401);
    for (user, channel) in [("alice", "ops"), ("bob", "private")] {
        assert_eq!(post(&world, "dialog", &body(user, channel, state)).await.0, 200);
        world.settled().await;
        assert!(world.ran.all().is_empty(), "{user}");
        let denials = world.denials().await;
        assert!(denials.contains(&"not_for_you".to_owned()), "{denials:?}");
    }
}
