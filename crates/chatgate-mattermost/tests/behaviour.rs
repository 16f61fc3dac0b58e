//! The behaviour suite, against a Mattermost on this machine.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use chatgate_core::{Adapter, Clock, Delivered, Inbox, Place, ReplyHandle, UserId};
use chatgate_gateway::SystemClock;
use chatgate_http::HttpTransport;
use chatgate_mattermost::Mattermost;
use chatgate_testkit::adapter_suite::AdapterUnderTest;
use chatgate_testkit::fakes::{FakeMattermost, MattermostConfig};
use serde_json::{Value, json};

struct Faked {
    adapter: Arc<Mattermost>,
    fake: FakeMattermost,
    trigger: String,
    /// The posts by the keys under which they were said.
    said: Mutex<HashMap<String, String>>,
}

#[async_trait]
impl AdapterUnderTest for Faked {
    fn adapter(&self) -> Arc<dyn Adapter> {
        self.adapter.clone()
    }

    fn place(&self) -> Place {
        let workspace = self.fake.base_url().trim_start_matches("http://");
        Place::new(self.adapter.id().clone(), workspace, self.fake.ids().channels["ops"].as_str())
    }

    async fn texts(&self) -> Vec<String> {
        let shown = |post: &Value| words(&post["message"]) + &words(&post["props"]["attachments"]);
        self.fake.messages("ops").iter().map(shown).collect()
    }

    fn person(&self) -> UserId {
        self.fake.ids().users["alice"].as_str().into()
    }

    fn trigger(&self) -> Option<ReplyHandle> {
        let soon = SystemClock.now() + Duration::from_secs(2);
        Some(ReplyHandle::new("trigger_id", &*self.trigger, soon))
    }

    /// A page ends at a millisecond: another post of the same one is on neither side of it.
    async fn a_moment_passes(&self) {
        let before = SystemClock.now().as_millis();
        while SystemClock.now().as_millis() == before {
            tokio::task::yield_now().await;
        }
    }

    /// The socket brings it; again, where that has been.
    async fn arrives(&self, text: &str, key: &str, _: &Inbox) -> Option<Delivered> {
        self.answers_to("alice").await;
        let said = self.said.lock().unwrap().get(key).cloned();
        match said {
            Some(post) => {
                self.fake.control("repeat", json!({"post": post})).await.unwrap();
            }
            None => {
                let post = self.fake.say("alice", "ops", &format!("@opsbot {text}")).await.unwrap();
                self.said.lock().unwrap().insert(key.to_owned(), post);
            }
        }
        // What is said after it is answered after it.
        self.answers_to("bob").await;
        Some(Delivered::Accepted)
    }
}

impl Faked {
    async fn answers_to(&self, name: &str) {
        self.fake.until(|fake| fake.is_connected().then_some(())).await;
        let word = format!("{name}{}", self.fake.messages("ops").len());
        self.fake.say(name, "ops", &format!("@opsbot {word}")).await.unwrap();
        let is_answer = |post: &Value| post.to_string().contains(&format!("polo: {word}"));
        self.fake.until(|fake| fake.messages("ops").iter().any(is_answer).then_some(())).await;
    }
}

/// All texts of a value.
fn words(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(words).collect(),
        Value::Object(fields) => fields
            .iter()
            .filter(|(name, _)| {
                ["pretext", "title", "text", "fields", "value", "actions", "name"]
                    .contains(&name.as_str())
            })
            .map(|(_, value)| words(value))
            .collect(),
        _ => String::new(),
    }
}

async fn make() -> Faked {
    let fake = FakeMattermost::start(MattermostConfig::new()).await.unwrap();
    let token = fake.command("deploy", "http://127.0.0.1:1/");
    // What opens a dialog comes with a command, whoever takes it.
    let command = fake.slash("alice", "ops", "/deploy").await.unwrap();
    let trigger = form_urlencoded::parse(command.request.as_bytes())
        .find_map(|(name, value)| (name == "trigger_id").then(|| value.into_owned()))
        .unwrap();
    let adapter = Mattermost::builder()
        .url(fake.base_url())
        .token(fake.bot_token())
        .slash_tokens(&token)
        .public_url("http://127.0.0.1:1/")
        .transport(Arc::new(HttpTransport::new(Arc::new(SystemClock)).unwrap()))
        .build()
        .unwrap();
    Faked { adapter: Arc::new(adapter), fake, trigger, said: Mutex::default() }
}

mod suite {
    chatgate_testkit::adapter_suite!(super::make);
}
