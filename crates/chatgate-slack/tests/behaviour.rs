//! The behaviour suite, against a Slack on this machine.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use chatgate_core::{Adapter, Clock, Delivered, Inbox, Place, ReplyHandle, UserId};
use chatgate_gateway::SystemClock;
use chatgate_http::HttpTransport;
use chatgate_slack::Slack;
use chatgate_testkit::adapter_suite::AdapterUnderTest;
use chatgate_testkit::fakes::{FakeSlack, SlackConfig};
use http::{Request, StatusCode};
use serde_json::{Value, json};

#[path = "requests/sign.rs"]
mod sign;

struct Faked {
    slack: Arc<Slack>,
    fake: FakeSlack,
    trigger: String,
}

#[async_trait]
impl AdapterUnderTest for Faked {
    fn adapter(&self) -> Arc<dyn Adapter> {
        self.slack.clone()
    }

    fn place(&self) -> Place {
        "slack:T0ACME:C0OPS".parse().unwrap()
    }

    /// What the blocks show; the text beside them is for notifications.
    async fn texts(&self) -> Vec<String> {
        self.fake.messages("C0OPS").iter().map(|message| words(&message["blocks"])).collect()
    }

    fn person(&self) -> UserId {
        "U0ALICE".into()
    }

    fn trigger(&self) -> Option<ReplyHandle> {
        let soon = SystemClock.now() + Duration::from_secs(2);
        Some(ReplyHandle::new("trigger_id", &*self.trigger, soon))
    }

    /// Slack keeps no keys: a post is found by its metadata before a second try.
    fn posts_a_key_once(&self) -> bool {
        false
    }

    async fn arrives(&self, text: &str, key: &str, inbox: &Inbox) -> Option<Delivered> {
        // Each message has a time of its own, and keeps it when it is sent again.
        let micros = key.bytes().fold(0_u32, |sum, byte| sum * 7 % 100_000 + u32::from(byte));
        let ts = format!("1800000000.{micros:06}");
        let body = json!({
            "type": "event_callback", "team_id": "T0ACME", "api_app_id": "A0CHATGATE",
            "event_id": format!("Ev{key}"), "event_time": 1_800_000_000,
            "is_ext_shared_channel": false,
            "authorizations": [{"team_id": "T0ACME", "user_id": "U0BOT", "is_bot": true}],
            "event": {
                "type": "app_mention", "user": "U0ALICE", "channel": "C0OPS", "team": "T0ACME",
                "ts": ts, "event_ts": ts,
                "text": format!("<@U0BOT> {text}"),
            },
        });
        let body = body.to_string();
        let (timestamp, signature) = sign::sign(self.fake.signing_secret(), inbox, &body);
        let request = Request::post("/slack/events")
            .header("content-type", "application/json")
            .header("x-slack-request-timestamp", timestamp)
            .header("x-slack-signature", signature)
            .body(body.into())
            .unwrap();
        let response = self.slack.endpoints(inbox)[0].call(request).await;
        Some(match response.status() {
            StatusCode::OK => Delivered::Accepted,
            _ => Delivered::Busy,
        })
    }
}

fn words(value: &Value) -> String {
    match value {
        Value::Array(items) => items.iter().map(words).collect(),
        Value::Object(fields) => fields
            .iter()
            .map(|(name, value)| match value {
                Value::String(text) if name == "text" => text.clone(),
                value => words(value),
            })
            .collect(),
        _ => String::new(),
    }
}

async fn make() -> Faked {
    let fake = FakeSlack::start(SlackConfig::new()).await.unwrap();
    let transport = HttpTransport::new(Arc::new(SystemClock)).unwrap();
    let slack = Slack::builder()
        .signing_secret(fake.signing_secret())
        .bot_token(fake.bot_token())
        .api_url(fake.api_url())
        .transport(Arc::new(transport))
        .build()
        .unwrap();
    // What opens a form comes with a command, whoever takes it.
    fake.listen("http://127.0.0.1:1/");
    let command = fake.slash("U0ALICE", "C0OPS", "/deploy", "").await.unwrap();
    let trigger = form_urlencoded::parse(command.request.as_bytes())
        .find_map(|(name, value)| (name == "trigger_id").then(|| value.into_owned()))
        .unwrap();
    Faked { slack: Arc::new(slack), fake, trigger }
}

mod suite {
    chatgate_testkit::adapter_suite!(super::make);
}
