//! Who is served: members of the own workspace, and whom the configuration admits. Nobody else.

use std::time::Duration;

use chatgate_core::{Button, Content, ManualClock, Place, Timestamp};
use chatgate_macros::Action;
use chatgate_router::{Context, Router, State};
use chatgate_testkit::fakes::SlackConfig;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::bot::{App, Ran};
use crate::world::World;

/// Wave
#[derive(Action, Serialize, Deserialize)]
#[action(name = "wave", of = "status", effect = "read", repeat, crate = "chatgate_router")]
struct Wave;

async fn wave(_: Wave, cx: Context, State(ran): State<Ran>) -> &'static str {
    ran.push(format!("wave {}", cx.actor().user));
    "waved"
}

fn waving() -> Router<App> {
    Router::new().on(wave)
}

async fn world() -> World {
    World::with(SlackConfig::new(), |gateway| gateway.router(waving())).await
}

/// Shows everyone in a channel a button; its `ts`.
async fn button(world: &World, channel: &str) -> String {
    let place: Place = format!("slack:T0ACME:{}", world.channel(channel)).parse().unwrap();
    let card = Content::from("a card").actions([Button::new("Wave", &Wave)]);
    world.running.chat().say(place, card).await.unwrap();
    world.expect(channel, "a card").await
}

/// Makes someone a member of #ops, without a word to the app.
async fn let_in(world: &World, user: &str) {
    let members = [user, "alice", "bob", "chatgate"].map(|user| world.user(user));
    change(world, "channel", json!({"id": world.channel("ops"), "members": members})).await;
}

/// Slack tells the app something.
async fn event(world: &World, event: Value) {
    world.slack.control("event", json!({"event": event})).await.unwrap();
    world.settled().await;
}

async fn change(world: &World, what: &str, body: Value) {
    world.slack.control(what, body).await.unwrap();
}

/// Nothing has run, for exactly these reasons.
async fn denied(world: &World, reasons: &[&str]) {
    world.settled().await;
    assert!(world.ran.all().is_empty(), "{:?}", world.ran.all());
    assert_eq!(world.denials().await, reasons);
}

#[tokio::test]
async fn people_of_another_workspace_run_nothing() {
    let world = world().await;
    world.mention("external", "shared", "status api").await;
    denied(&world, &["external_user"]).await;
    // They hear what they would hear of a command that does not exist.
    world.expect_told("external", "shared", "I don't know").await;
}

#[tokio::test]
async fn people_of_another_workspace_press_nothing() {
    let world = world().await;
    let ts = button(&world, "shared").await;
    let attempt = world.click("external", "shared", &ts, "Wave").await;
    assert!(attempt.taken(), "{attempt:?}");
    denied(&world, &["external_user"]).await;
    world.expect_told("external", "shared", "You may not do this").await;
}

#[tokio::test]
async fn where_others_listen_members_run_nothing_either() {
    let world = world().await;
    let ts = button(&world, "shared").await;
    world.mention("alice", "shared", "status api").await;
    world.slash("alice", "shared", "/status api").await;
    world.click("alice", "shared", &ts, "Wave").await;
    denied(&world, &["externally_shared"; 3]).await;
    world.expect_told("alice", "shared", "People of another organisation").await;
}

#[tokio::test]
async fn guests_run_and_press_nothing() {
    for guest in ["guest", "ultra"] {
        let world = world().await;
        let_in(&world, guest).await;
        let ts = button(&world, "ops").await;
        world.mention(guest, "ops", "status api").await;
        world.slash(guest, "ops", "/status api").await;
        world.click(guest, "ops", &ts, "Wave").await;
        denied(&world, &["guest"; 3]).await;
    }
}

#[tokio::test]
async fn whoever_was_deactivated_runs_nothing() {
    let world = world().await;
    let_in(&world, "gone").await;
    world.mention("gone", "ops", "status api").await;
    world.slash("gone", "ops", "/status api").await;
    denied(&world, &["standing_unknown"; 2]).await;
}

#[tokio::test]
async fn a_stranger_runs_nothing() {
    let world = world().await;
    let_in(&world, "stranger").await;
    world.mention("stranger", "ops", "status api").await;
    denied(&world, &["external_user"]).await;
}

#[tokio::test]
async fn a_bot_runs_nothing_and_is_not_answered() {
    let world = world().await;
    let text = format!("<@{}> status api", world.ids.bot_user);
    world.mention("otherbot", "ops", "status api").await;
    let posts = [
        // A webhook that calls itself Alice.
        json!({"subtype": "bot_message", "bot_id": "B0HOOK", "username": "alice"}),
        json!({"subtype": "bot_message", "username": "alice", "user": world.user("alice")}),
        // A workflow in the name of a person.
        json!({"bot_id": "B0FLOW", "user": world.user("alice"), "bot_profile": {"id": "B0FLOW"}}),
        json!({"user": "USLACKBOT"}),
    ];
    for (number, post) in posts.iter().enumerate() {
        let mut post = post.clone();
        post["type"] = json!("message");
        post["channel"] = json!(world.channel("ops"));
        post["channel_type"] = json!("channel");
        post["text"] = json!(text);
        post["ts"] = json!(format!("1800000000.00000{number}"));
        post["event_ts"] = post["ts"].clone();
        event(&world, post).await;
    }
    denied(&world, &["integration"; 5]).await;
    assert!(world.said("ops").is_empty(), "{:?}", world.said("ops"));
    assert!(world.slack.messages(&world.channel("ops")).len() == 1, "only the other bot's own");
}

#[tokio::test]
async fn what_it_says_itself_is_no_command() {
    let world = world().await;
    // In a direct message every word is for the bot.
    let place: Place = format!("slack:T0ACME:{}", world.channel("alice")).parse().unwrap();
    world.running.chat().say(place, "status api").await.unwrap();
    world.expect("alice", "status api").await;
    world.settled().await;
    assert!(world.slack.deliveries().iter().any(|echo| echo.taken()), "it came back");
    denied(&world, &[]).await;
    assert_eq!(world.said("alice").len(), 1);
}

#[tokio::test]
async fn two_bots_do_not_talk_for_ever() {
    let world = world().await;
    world.mention("alice", "ops", "status api").await;
    let mut answered = 0;
    for _ in 0..5 {
        world.settled().await;
        let said = world.said("ops").len();
        if said == answered {
            break;
        }
        answered = said;
        // The other bot has an answer to everything.
        world.mention("otherbot", "ops", "status api").await;
    }
    assert_eq!(world.slack.messages(&world.channel("ops")).len(), 3, "alice, we, the other bot");
    assert_eq!(world.ran.all().len(), 1);
}

#[tokio::test]
async fn who_cannot_be_looked_up_runs_nothing_and_is_told() {
    let world = world().await;
    let broken = json!({"method": "users.info", "times": 100, "status": 503});
    world.slack.fault("http_error", &broken).unwrap();
    world.mention("alice", "ops", "status api").await;
    denied(&world, &["standing_unknown"]).await;
    world.expect_told("alice", "ops", "could not find out").await;
}

#[tokio::test]
async fn a_scope_that_is_missing_is_no_reason_to_trust() {
    let config = SlackConfig::new().without_scope("users:read");
    let world = World::with(config, |gateway| gateway).await;
    world.mention("alice", "ops", "status api").await;
    let attempt = world.slash("alice", "ops", "/status api").await;
    assert!(attempt.answer.contains("could not find out"), "{attempt:?}");
    denied(&world, &["standing_unknown"; 2]).await;
    let config = SlackConfig::new().without_scope("channels:read");
    let world = World::with(config, |gateway| gateway).await;
    let attempt = world.slash("alice", "ops", "/status api").await;
    assert!(attempt.answer.contains("could not find out"), "{attempt:?}");
    denied(&world, &["sharing_unknown"]).await;
}

#[tokio::test]
async fn a_place_that_cannot_be_looked_up_is_taken_for_shared() {
    let world = world().await;
    let broken = json!({"method": "conversations.info", "times": 100, "status": 500});
    world.slack.fault("http_error", &broken).unwrap();
    let attempt = world.slash("alice", "ops", "/status api").await;
    assert_eq!(attempt.shown.as_deref(), Some("ephemeral"), "{attempt:?}");
    assert!(attempt.answer.contains("could not find out"), "{attempt:?}");
    denied(&world, &["sharing_unknown"]).await;
    // As soon as Slack answers again, so does the bot.
    world.slack.control("clear", json!({})).await.unwrap();
    world.slash("alice", "ops", "/status api").await;
    world.settled().await;
    assert_eq!(world.ran.all(), ["status api"]);
}

#[tokio::test]
async fn a_workspace_that_is_admitted_is_served() {
    let partner = |builder: chatgate_slack::SlackBuilder| builder.admit_workspace("T0GLOBEX");
    let world = World::with_adapter(partner, SlackConfig::new()).await;
    world.mention("external", "shared", "status api").await;
    world.settled().await;
    assert_eq!(world.ran.all(), ["status api"]);
    // That admits nobody else, and a stranger of the partner's no less than its others.
    world.mention("alice", "shared", "status api").await;
    world.slash("guest", "ops", "/status api").await;
    world.settled().await;
    assert_eq!(world.denials().await, ["externally_shared", "guest"]);
    assert_eq!(world.ran.all().len(), 1);
}

#[tokio::test]
async fn guests_of_the_own_workspace_are_served_where_it_is_admitted() {
    let own = |builder: chatgate_slack::SlackBuilder| builder.admit_workspace("T0ACME");
    let world = World::with_adapter(own, SlackConfig::new()).await;
    world.slash("guest", "ops", "/status api").await;
    world.settled().await;
    assert_eq!(world.ran.all(), ["status api"]);
    world.mention("otherbot", "ops", "status api").await;
    let_in(&world, "gone").await;
    world.mention("gone", "ops", "status api").await;
    world.settled().await;
    assert_eq!(world.ran.all().len(), 1, "neither a bot nor who was deactivated");
}

#[tokio::test]
async fn a_shared_channel_that_is_admitted_serves_members() {
    let shared = |builder: chatgate_slack::SlackBuilder| builder.admit_shared_channel("C0SHARED");
    let world = World::with_adapter(shared, SlackConfig::new()).await;
    world.mention("alice", "shared", "status api").await;
    world.slash("bob", "shared", "/status web").await;
    world.mention("external", "shared", "status db").await;
    world.settled().await;
    assert_eq!(world.ran.all(), ["status api", "status web"]);
    assert_eq!(world.denials().await, ["external_user"]);
}

#[tokio::test]
async fn people_and_places_are_looked_up_once() {
    let world = world().await;
    for _ in 0..10 {
        world.slash("alice", "ops", "/status api").await;
    }
    assert_eq!(world.ran.all().len(), 10);
    assert_eq!(world.calls("users.info").len(), 1);
    assert_eq!(world.calls("conversations.info").len(), 1);
}

#[tokio::test]
async fn a_look_up_is_good_for_a_minute() {
    let clock = ManualClock::at(Timestamp::from_secs(1_800_000_000));
    let world = World::with_clock(&clock, SlackConfig::new(), |gateway| gateway).await;
    world.slash("alice", "ops", "/status api").await;
    change(&world, "user", json!({"id": world.user("alice"), "kind": "deleted"})).await;
    world.slash("alice", "ops", "/status api").await;
    assert_eq!(world.ran.all().len(), 2);
    clock.advance(Duration::from_secs(60));
    world.slash("alice", "ops", "/status api").await;
    world.stands_still().await;
    assert_eq!(world.ran.all().len(), 2, "who was deactivated is noticed after a minute");
    assert_eq!(world.calls("users.info").len(), 2);
}

#[tokio::test]
async fn who_becomes_a_guest_is_one_at_once() {
    let world = world().await;
    world.slash("alice", "ops", "/status api").await;
    change(&world, "user", json!({"id": world.user("alice"), "kind": "guest"})).await;
    event(&world, json!({"type": "user_change", "user": {"id": world.user("alice")}})).await;
    world.slash("alice", "ops", "/status api").await;
    world.settled().await;
    assert_eq!(world.ran.all().len(), 1);
    assert_eq!(world.denials().await, ["guest"]);
}

#[tokio::test]
async fn a_channel_that_becomes_shared_is_shared_at_once() {
    // Slack says so by an event of its own, or with the next message.
    for told in [true, false] {
        let world = world().await;
        world.slash("alice", "ops", "/status api").await;
        change(&world, "channel", json!({"id": world.channel("ops"), "ext_shared": true})).await;
        if told {
            let shared = json!({"type": "channel_shared", "channel": world.channel("ops")});
            event(&world, shared).await;
        } else {
            let (bob, ops) = (world.user("bob"), world.channel("ops"));
            world.slack.say(&bob, &ops, "welcome everyone").await.unwrap();
        }
        world.slash("alice", "ops", "/status api").await;
        world.settled().await;
        assert_eq!(world.ran.all().len(), 1, "told: {told}");
        assert_eq!(world.denials().await, ["externally_shared"], "told: {told}");
    }
}

#[tokio::test]
async fn in_a_private_channel_without_the_bot_people_are_told_to_invite_it() {
    let world = world().await;
    let secret = json!({"id": world.channel("secret"), "members": [world.user("alice")]});
    change(&world, "channel", secret).await;
    let attempt = world.slash("alice", "secret", "/status api").await;
    assert_eq!(attempt.shown.as_deref(), Some("ephemeral"), "{attempt:?}");
    assert!(attempt.answer.contains("Invite me"), "{attempt:?}");
    denied(&world, &["sharing_unknown"]).await;
}
