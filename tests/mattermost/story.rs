//! What people do all day, over real sockets.

use std::sync::Arc;
use std::time::Duration;

use chatgate_core::{AdapterId, Button, Content, ManualClock, Place, Timestamp, UserId};
use chatgate_gateway::SystemClock;
use chatgate_testkit::fakes::{FakeMattermost, MattermostConfig};
use serde_json::json;

use crate::bot::Take;
use crate::world::World;

#[tokio::test]
async fn a_command_is_answered_inside_its_request() {
    let world = World::new().await;
    let delivery = world.mattermost.slash("bob", "ops", "/deploy api").await.unwrap();
    assert!(delivery.taken(), "{delivery:?}");
    let answer = delivery.json();
    assert_eq!(answer["response_type"], "in_channel");
    assert!(answer.to_string().contains("api is live"));
    assert_eq!(world.ran.all(), ["deploy api"]);
    // What came back by the socket, under the person's id, starts nothing.
    world.settled().await;
    assert_eq!(world.ran.all().len(), 1);
}

#[tokio::test]
async fn a_late_private_answer_is_shown_to_its_person_alone_where_they_asked() {
    let clock = ManualClock::at(Timestamp::from_millis(1_800_000_000_000));
    let mattermost = FakeMattermost::start(MattermostConfig::new()).await.unwrap();
    let world = World::before(mattermost, Arc::new(clock.clone())).await;
    // Time passes, until it is said.
    let time_passes = async {
        while world.mattermost.shown().is_empty() {
            clock.advance(Duration::from_millis(500));
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    let slash = world.mattermost.slash("bob", "ops", "/secret");
    let both = async { tokio::join!(slash, time_passes) };
    let (delivery, ()) = tokio::time::timeout(Duration::from_secs(30), both).await.unwrap();
    assert!(!delivery.unwrap().answer.contains("the secret"));
    let shown = &world.mattermost.shown()[0];
    assert_eq!(shown["user_id"], world.id("bob").as_str());
    assert_eq!(shown["channel_id"], world.id("ops").as_str());
    assert_eq!(shown["message"], "the secret");
    world.settled().await;
    let line = world.mattermost.control("direct", json!({"user": "bob"})).await.unwrap();
    assert!(world.mattermost.messages(line["channel"].as_str().unwrap()).is_empty());
}

#[tokio::test]
async fn a_mention_is_answered_by_a_post() {
    let world = World::new().await;
    world.mattermost.say("bob", "ops", "@opsbot deploy api").await.unwrap();
    world.expect("ops", "api is live").await;
    world.mattermost.say("bob", "ops", "deploy db").await.unwrap();
    world.settled().await;
    assert_eq!(world.ran.all(), ["deploy api"]);
}

#[tokio::test]
async fn a_server_that_takes_less_is_sent_more_parts() {
    let config = MattermostConfig::new().with_max_post(4_000);
    let mattermost = FakeMattermost::start(config).await.unwrap();
    let world = World::before(mattermost, Arc::new(SystemClock)).await;
    let mut place = Place::new(AdapterId::parse("mattermost").unwrap(), "", world.id("ops"));
    place.workspace = world.mattermost.base_url().trim_start_matches("http://").into();
    let text = "the quick brown fox jumps over the lazy dog\n".repeat(200);
    let sent = world.running.chat().say(place, text).await.unwrap();
    assert_eq!(sent.parts.len(), 3, "{sent:?}");
    world.settled().await;
    let messages = world.mattermost.messages("ops");
    let words: String = messages.iter().filter_map(|post| post["message"].as_str()).collect();
    assert_eq!(words.matches("fox").count(), 200);
}

#[tokio::test]
async fn a_direct_message_needs_no_name() {
    let world = World::new().await;
    let line = world.mattermost.control("direct", json!({"user": "bob"})).await.unwrap();
    let line = line["channel"].as_str().unwrap();
    world.mattermost.say("bob", line, "deploy api").await.unwrap();
    world.expect(line, "api is live").await;
}

#[tokio::test]
async fn a_button_changes_its_message_and_works_once() {
    let world = World::new().await;
    world.mattermost.say("bob", "ops", "@opsbot incident it burns").await.unwrap();
    let card = world.expect("ops", "Take it").await;
    let post = card["id"].as_str().unwrap();
    let pressed = world.mattermost.click("carol", post, "Take it").await.unwrap();
    assert!(pressed.taken(), "{pressed:?}");
    let carol = world.id("carol");
    world.expect("ops", &format!("it burns is taken by {carol}")).await;
    assert_eq!(world.ran.all(), ["take it burns"]);
    // The button went with the message.
    assert!(world.mattermost.click("bob", post, "Take it").await.is_err());
}

#[tokio::test]
async fn a_button_in_a_group_works_there() {
    let world = World::new().await;
    let people = ["bob", "carol"].map(|name| UserId::from(world.id(name)));
    let workspace = world.mattermost.base_url().trim_start_matches("http://");
    let adapter = AdapterId::parse("mattermost").unwrap();
    let group = Place::group(adapter, workspace.into(), &people);
    let take = Button::new("Take it", &Take { what: "the lead".to_owned() });
    let card = Content::from("Who leads?").actions([take]);
    world.running.chat().say(group, card).await.unwrap();
    world.settled().await;
    let requests = world.mattermost.requests();
    let channel = requests.iter().rev().find_map(|it| it["body"]["channel_id"].as_str()).unwrap();
    let card = world.expect(channel, "Who leads?").await;
    let pressed = world.mattermost.click("carol", card["id"].as_str().unwrap(), "Take it").await;
    assert!(pressed.unwrap().taken());
    world.expect(channel, "the lead is taken by").await;
    assert_eq!(world.ran.all(), ["take the lead"]);
}

#[tokio::test]
async fn a_dialog_is_opened_corrected_and_submitted() {
    let world = World::new().await;
    let delivery = world.mattermost.slash("bob", "ops", "/feedback").await.unwrap();
    assert!(delivery.taken(), "{delivery:?}");
    world.until(|world| (!world.mattermost.dialogs().is_empty()).then_some(())).await;
    let corrected = world.mattermost.submit("bob", json!({"words": "bad"})).await.unwrap();
    assert_eq!(corrected.json(), json!({"errors": {"words": "cannot be bad"}}));
    let taken = world.mattermost.submit("bob", json!({"words": "fine"})).await.unwrap();
    assert_eq!(taken.json(), json!({}));
    assert_eq!(world.ran.all(), ["opinion fine"]);
    assert!(world.mattermost.dialogs().is_empty());
}

#[tokio::test]
async fn a_name_is_a_person_in_a_post_and_in_a_command() {
    let world = World::new().await;
    let carol = format!("page {}", world.id("carol"));
    world.mattermost.say("bob", "ops", "@opsbot page @Carol").await.unwrap();
    world.until(|world| (world.ran.all().len() == 1).then_some(())).await;
    world.mattermost.slash("bob", "ops", "/page @carol").await.unwrap();
    world.settled().await;
    assert_eq!(world.ran.all(), [carol.clone(), carol]);
}
