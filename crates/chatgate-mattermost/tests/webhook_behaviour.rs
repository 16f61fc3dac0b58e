//! The behaviour suite for an incoming webhook, which only posts.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::Arc;

use async_trait::async_trait;
use chatgate_core::{Adapter, Place};
use chatgate_gateway::SystemClock;
use chatgate_http::HttpTransport;
use chatgate_mattermost::MattermostWebhook;
use chatgate_testkit::adapter_suite::AdapterUnderTest;
use chatgate_testkit::fakes::{FakeMattermost, MattermostConfig};
use serde_json::{Value, json};

struct Faked {
    adapter: Arc<MattermostWebhook>,
    fake: FakeMattermost,
}

#[async_trait]
impl AdapterUnderTest for Faked {
    fn adapter(&self) -> Arc<dyn Adapter> {
        self.adapter.clone()
    }

    fn place(&self) -> Place {
        self.adapter.place()
    }

    async fn texts(&self) -> Vec<String> {
        let shown = |post: &Value| {
            let cards = post["props"]["attachments"].as_array().into_iter().flatten();
            let cards = cards.filter_map(|card| card["text"].as_str());
            std::iter::once(post["message"].as_str().unwrap_or_default())
                .chain(cards)
                .collect::<Vec<_>>()
                .join("\n")
        };
        self.fake.messages("ops").iter().map(shown).collect()
    }

    fn posts_a_key_once(&self) -> bool {
        false
    }
}

async fn make() -> Faked {
    let fake = FakeMattermost::start(MattermostConfig::new()).await.unwrap();
    let hook = fake.control("hook", json!({"channel": "ops"})).await.unwrap();
    let adapter = MattermostWebhook::builder()
        .url(hook["url"].as_str().unwrap())
        .transport(Arc::new(HttpTransport::new(Arc::new(SystemClock)).unwrap()))
        .build()
        .unwrap();
    Faked { adapter: Arc::new(adapter), fake }
}

mod suite {
    chatgate_testkit::adapter_suite!(super::make);
}
