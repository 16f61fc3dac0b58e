//! Earlier posts, more of them than a page has.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::HashSet;
use std::sync::Arc;

use chatgate_core::{Adapter as _, AdapterExt as _, Place};
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
