//! The behaviour suite for workflows, which only post.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::Arc;

use async_trait::async_trait;
use chatgate_core::{Adapter, Place};
use chatgate_gateway::SystemClock;
use chatgate_http::HttpTransport;
use chatgate_teams::Teams;
use chatgate_testkit::adapter_suite::AdapterUnderTest;
use chatgate_testkit::fakes::{FakeTeams, TeamsConfig};

struct Faked {
    adapter: Arc<Teams>,
    fake: FakeTeams,
}

#[async_trait]
impl AdapterUnderTest for Faked {
    fn adapter(&self) -> Arc<dyn Adapter> {
        self.adapter.clone()
    }

    fn place(&self) -> Place {
        "teams:workflow:ops".parse().unwrap()
    }

    async fn texts(&self) -> Vec<String> {
        let posts = self.fake.messages("ops");
        posts.iter().map(|post| post["words"].as_str().unwrap_or_default().to_owned()).collect()
    }

    fn posts_a_key_once(&self) -> bool {
        false
    }
}

async fn make() -> Faked {
    let fake = FakeTeams::start(TeamsConfig::new()).await.unwrap();
    let adapter = Teams::builder()
        .workflow("ops", fake.workflow_url("ops"))
        .transport(Arc::new(HttpTransport::new(Arc::new(SystemClock)).unwrap()))
        .build()
        .unwrap();
    Faked { adapter: Arc::new(adapter), fake }
}

mod suite {
    chatgate_testkit::adapter_suite!(super::make);
}
