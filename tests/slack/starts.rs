//! A start against a Slack that is not there, or that does not want us.

use std::sync::Arc;
use std::time::Duration;

use chatgate_core::{Clock, ErrorKind, ManualClock, MemoryStore, Store, Timestamp};
use chatgate_gateway::Gateway;
use chatgate_slack::Slack;
use chatgate_testkit::fakes::{FakeSlack, SlackConfig};
use serde_json::{Value, json};

use crate::bot::App;
use crate::evidence::listen;
use crate::wire;
use crate::world::{self, World};

fn clock() -> ManualClock {
    ManualClock::at(Timestamp::from_secs(1_800_000_000))
}

/// `/readyz`: its status, and what it says of Slack.
async fn ready(at: std::net::SocketAddr) -> (u16, String) {
    let answer = wire::get(at, "/readyz").await;
    let said: Value = serde_json::from_str(&answer.body).unwrap();
    (answer.status, said["adapters"]["slack"].as_str().unwrap().to_owned())
}

/// Waits until `/readyz` has this status.
async fn becomes(at: std::net::SocketAddr, clock: Option<&ManualClock>, status: u16) -> String {
    for _ in 0..500 {
        let (now, said) = ready(at).await;
        if now == status && said != "starting" {
            return said;
        }
        if let Some(clock) = clock {
            clock.advance(Duration::from_secs(1));
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("never {status}: {:?}", ready(at).await);
}

#[tokio::test]
async fn a_slack_that_is_not_there_yet_is_tried_until_it_is() {
    let clock = clock();
    let nobody = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = nobody.local_addr().unwrap().port();
    drop(nobody);
    let adapter = Slack::builder()
        .signing_secret("00112233445566778899aabbccddeeff")
        .bot_token("xoxb-100000000001-fake")
        .api_url(format!("http://127.0.0.1:{port}/api/"))
        .build()
        .unwrap();
    let gateway = Gateway::new(App::default())
        .adapter(adapter)
        .clock(Arc::new(clock.clone()))
        .router(crate::bot::router())
        .listen("127.0.0.1:0");
    let running = gateway.build().unwrap().start().await.unwrap();
    let at = running.local_addr().unwrap();
    let said = becomes(at, None, 503).await;
    assert!(said.starts_with("down: "), "{said}");
    assert!(said.contains("auth.test"), "{said}");
    assert_eq!(wire::get(at, "/healthz").await.status, 200, "the process itself is well");

    let slack = FakeSlack::start(SlackConfig::new().with_port(port)).await.unwrap();
    assert_eq!(becomes(at, Some(&clock), 200).await, "ready");
    assert!(!slack.requests().is_empty());
    running.stop().await.unwrap();
}

#[tokio::test]
async fn a_slack_that_fails_at_the_start_is_asked_again_ever_more_slowly() {
    let clock = clock();
    let config = SlackConfig::new().with_clock(Arc::new(clock.clone()));
    let slack = FakeSlack::start(config).await.unwrap();
    slack.fault("http_error", &json!({"method": "auth.test", "times": 4, "status": 503})).unwrap();
    let running = started(&slack, &clock).await;
    let at = running.local_addr().unwrap();
    let said = becomes(at, None, 503).await;
    assert!(said.contains("http_503"), "{said}");
    assert_eq!(becomes(at, Some(&clock), 200).await, "ready");
    let at_ms: Vec<_> =
        slack.requests().iter().map(|request| request["at_ms"].as_i64().unwrap()).collect();
    assert_eq!(at_ms.len(), 5, "{at_ms:?}");
    // Jittered between half and all of 1, 2, 4, 8 s.
    for (waited, pair) in [500, 1_000, 2_000, 4_000].iter().zip(at_ms.windows(2)) {
        assert!(pair[1] - pair[0] >= *waited, "{at_ms:?}");
    }
}

async fn started(slack: &FakeSlack, clock: &ManualClock) -> chatgate_gateway::Running {
    let clock: Arc<dyn Clock> = Arc::new(clock.clone());
    let store: Arc<dyn Store> = Arc::new(MemoryStore::new(clock.clone()));
    let gateway = world::gateway(slack, App::default(), store).clock(clock);
    gateway.build().unwrap().start().await.unwrap()
}

#[tokio::test]
async fn a_token_that_slack_does_not_take_ends_the_run_with_one_clear_error() {
    for code in ["token_revoked", "account_inactive", "invalid_auth"] {
        let slack = FakeSlack::start(SlackConfig::new()).await.unwrap();
        slack.control("configure", json!({"refuse": code})).await.unwrap();
        let mut running = started(&slack, &clock()).await;
        running.ended().await;
        let (status, said) = ready(running.local_addr().unwrap()).await;
        assert_eq!(status, 503);
        assert!(said.starts_with("down: "), "{said}");
        let error = running.stop().await.unwrap_err();
        assert_eq!((error.kind(), error.code()), (ErrorKind::Unauthenticated, Some(code)));
        let told = error.to_string();
        assert!(told.contains("SLACK_BOT_TOKEN"), "{told}");
        assert!(!told.contains('\n'), "{told}");
        assert!(!told.contains(slack.bot_token()), "{told}");
        assert_eq!(slack.requests().len(), 1, "it is not tried again");
    }
}

#[tokio::test]
async fn a_token_that_is_revoked_later_takes_the_bot_down() {
    let world = World::new().await;
    world.slash("alice", "ops", "/status api").await;
    assert_eq!(becomes(world.address(), None, 200).await, "ready");
    world.slack.control("revoke", json!({})).await.unwrap();
    let said = becomes(world.address(), None, 503).await;
    assert!(said.contains("token_revoked"), "{said}");
    let error = world.running.stop().await.unwrap_err();
    assert!(error.is_unauthenticated(), "{error}");
}

#[tokio::test]
async fn scopes_that_are_missing_are_named_with_what_they_are_for() {
    let (log, _guard) = listen();
    let config = SlackConfig::new().without_scope("users:read").without_scope("channels:read");
    let world = World::with(config, |gateway| gateway).await;
    assert_eq!(becomes(world.address(), None, 200).await, "ready", "it runs all the same");
    let text = log.text();
    let warning = text.lines().find(|line| line.contains("scopes are missing")).unwrap();
    assert!(warning.contains("WARN"), "{warning}");
    assert!(warning.contains("users:read (to look up who gives a command)"), "{warning}");
    assert!(warning.contains("channels:read"), "{warning}");
    assert!(!warning.contains("chat:write"), "{warning}");
    for secret in [world.slack.bot_token(), world.slack.signing_secret()] {
        assert!(!text.contains(secret), "{text}");
    }
}
