//! Earlier posts, more of them than a page or a list has.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::collections::HashSet;
use std::sync::Arc;

use chatgate_core::{
    Adapter as _, AdapterExt as _, Audience, Clock as _, MessageId, Operation, Place, Receipt,
};
use chatgate_gateway::SystemClock;
use chatgate_http::HttpTransport;
use chatgate_mattermost::Mattermost;
use chatgate_testkit::fakes::{FakeMattermost, MattermostConfig};
use serde_json::json;

async fn made() -> (FakeMattermost, Mattermost, Place) {
    let fake = FakeMattermost::start(MattermostConfig::new()).await.unwrap();
    let adapter = Mattermost::builder()
        .url(fake.base_url())
        .token(fake.bot_token())
        .transport(Arc::new(HttpTransport::new(Arc::new(SystemClock)).unwrap()))
        .build()
        .unwrap();
    let workspace = fake.base_url().trim_start_matches("http://");
    let place = Place::new(adapter.id().clone(), workspace, fake.ids().channels["ops"].as_str());
    (fake, adapter, place)
}

#[tokio::test]
async fn more_than_a_page_is_read_each_post_once() {
    let (fake, adapter, place) = made().await;
    for number in 0..250 {
        fake.say("alice", "ops", &format!("post {number}")).await.unwrap();
    }
    let posts = adapter.history(place.clone(), None, 250).await.unwrap();
    let ids: HashSet<_> = posts.iter().map(|post| post.id.clone()).collect();
    assert_eq!((posts.len(), ids.len()), (250, 250));
    // And from a post on backwards, where the clock has moved since.
    fake.control("clock", json!({"advance_ms": 10})).await.unwrap();
    let newest = fake.say("alice", "ops", "newest").await.unwrap();
    let posts = adapter.history(place, Some(newest.as_str().into()), 250).await.unwrap();
    let ids: HashSet<_> = posts.iter().map(|post| post.id.clone()).collect();
    assert_eq!((posts.len(), ids.len()), (250, 250));
}

#[tokio::test]
async fn the_newest_of_a_long_thread_are_read() {
    let (fake, adapter, place) = made().await;
    let root = fake.say("alice", "ops", "root").await.unwrap();
    for number in 0..250 {
        let body =
            json!({"user": "bob", "channel": "ops", "text": format!("{number}"), "root": root});
        fake.control("say", body).await.unwrap();
        fake.control("clock", json!({"advance_ms": 1})).await.unwrap();
    }
    let posts = adapter.history(place.in_thread(root.as_str()), None, 3).await.unwrap();
    let said: Vec<_> = posts.iter().map(|post| post.content.plain_text()).collect();
    assert_eq!(said, ["249", "248", "247"]);
}

#[tokio::test]
async fn a_post_is_found_among_more_than_a_list_by_time_has() {
    let (fake, adapter, place) = made().await;
    let since = SystemClock.now();
    let bot = fake.ids().bot;
    for number in 0..1_300 {
        // Every fiftieth is ours.
        let (user, key) = match number % 50 {
            0 => (bot.as_str(), MessageId::from(number)),
            _ => ("alice", MessageId::from(u128::MAX)),
        };
        let extra = json!({"props": {"chatgate_message": key.to_string()}});
        let body = json!({"user": user, "channel": "ops", "text": "said", "extra": extra});
        fake.control("say", body).await.unwrap();
    }
    let find = async |key: u128| {
        let (place, key) = (place.clone(), MessageId::from(key));
        let audience = Audience::Everyone;
        let find = Operation::FindPost { place, key, since, audience, by_handle: false };
        match adapter.call(find).await.unwrap() {
            Receipt::Found(found) => found.is_some(),
            other => panic!("{other:?}"),
        }
    };
    for number in (0..1_300).step_by(50) {
        assert!(find(number).await, "{number}");
    }
    assert!(!find(1).await);
}
