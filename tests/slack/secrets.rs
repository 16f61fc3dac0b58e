//! No secret is to be read anywhere: not in logs, not in `Debug`, not in the audit chain, not in what
//! the store is given.

use std::sync::Arc;
use std::time::Duration;

use chatgate_core::{Error, Result, SealKey};
use chatgate_gateway::{Gateway, GatewayLimits, SystemClock};
use chatgate_macros::Command;
use chatgate_router::{Context, Router, State};
use chatgate_slack::Slack;
use chatgate_testkit::fakes::SlackConfig;
use serde_json::json;

use crate::bot::{App, Ran};
use crate::evidence::{Carried, Evidence, Watched, listen, planted_secrets_are_found};
use crate::world::World;

const SIGNING_SECRET: &str = "5157canarysigningsecret5157";
const BOT_TOKEN: &str = "xoxb-5157-canarybottoken";
const SEAL_KEY: &str = "5157-canary-seal-key-of-more-than-32-bytes";
/// What someone types who should not have.
const TYPED: &str = "xoxb-5157-canarytypedtoken";

/// Go wrong
#[derive(Command)]
#[command(name = "wrong", effect = "write", crate = "chatgate_router")]
struct Wrong {
    /// How
    how: String,
}

async fn wrong(cmd: Wrong, cx: Context, State(ran): State<Ran>) -> Result<()> {
    ran.push(format!("{cx:?} {:?} {:?} {:?}", cx.event(), cx.actor(), cx.event().raw_bytes));
    if cmd.how == "badly" {
        panic!("on purpose");
    }
    Err(Error::internal("on purpose"))
}

fn changed(gateway: Gateway<App>, store: Arc<Watched>, evidence: &Evidence) -> Gateway<App> {
    let gateway = gateway
        .shared_store(store)
        .seal_keys([SealKey::new("t", SEAL_KEY).unwrap()])
        .limits(GatewayLimits::new().with_drain(Duration::from_millis(300)))
        .layer(evidence.layer())
        .router(Router::new().command(wrong));
    evidence.add("debug", format!("{gateway:?}"));
    gateway
}

/// A day with everything in it. Gives the addresses and triggers that Slack has handed out.
async fn a_day(evidence: &Evidence) -> Vec<String> {
    let store = Watched::new(evidence);
    let carried = Carried::new(evidence);
    let config = SlackConfig::new().with_signing_secret(SIGNING_SECRET).with_bot_token(BOT_TOKEN);
    let world = World::made(
        Arc::new(SystemClock),
        config,
        |builder| {
            let builder = builder.transport(carried);
            evidence.add("debug", format!("{builder:?}"));
            builder
        },
        |gateway| changed(gateway, store.clone(), evidence),
    )
    .await;
    evidence.add("debug", format!("{:?}", world.running));

    what_people_do(&world).await;
    what_strangers_do(&world).await;
    what_goes_wrong(&world).await;

    // The process ends while something is still to be said by a response_url.
    let broken = json!({"method": "response_url", "times": 1_000, "status": 503});
    world.slack.fault("http_error", &broken).unwrap();
    world.slash("alice", "random", "/count 9").await;
    world.stands_still().await;
    let mut handed_out = handed_out(&world);
    evidence.add("debug", world.ran.all().join("\n"));
    world.slack.control("clear", json!({})).await.unwrap();
    let restarted = store.clone();
    let world =
        world.restart_over(store.clone(), |gateway| changed(gateway, restarted, evidence)).await;
    world.expect("random", "counted 9").await;
    world.slash("alice", "ops", "/status api").await;
    world.settled().await;
    handed_out.extend(self::handed_out(&world));
    evidence.add("debug", format!("{:?}", world.running));
    let report = world.running.stop().await;
    evidence.add("debug", format!("{report:?}"));
    store.read_back().await;
    handed_out
}

async fn what_people_do(world: &World) {
    world.slash("alice", "ops", &format!("/status {TYPED}")).await;
    world.slash("alice", "ops", &format!("/unheard-of {TYPED}")).await;
    world.slash("alice", "ops", &format!("/count {TYPED}")).await;
    world.mention("alice", "ops", &format!("status {TYPED}")).await;
    world.slash("alice", "ops", &format!("/deploy {TYPED}")).await;
    world.mention("alice", "ops", &format!("deploy api --token {TYPED}")).await;
    world.slash("alice", "ops", "/incident disk full").await;
    let ts = world.expect("ops", "disk full").await;
    world.forge_click("bob", "ops", &ts, "Take it", "t.bm90IG91ciBvd24gc2VhbA.bm90IG91cnM").await;
    world.click("bob", "ops", &ts, "Take it").await;
    world.expect("ops", "taken by").await;
    world.slash("alice", "random", "/count 7").await;
    world.expect("random", "counted 7").await;
    world.slash("guest", "ops", "/status api").await;
    world.slash("alice", "ops", "/wrong").await;
    world.slash("alice", "ops", "/wrong simply").await;
    world.slash("alice", "ops", "/wrong badly").await;
    world.settled().await;
}

async fn what_strangers_do(world: &World) {
    for forge in ["unsigned", "wrong_secret", "stale", "early", "altered"] {
        let body = json!({
            "user": world.user("alice"), "channel": world.channel("ops"), "command": "/status",
            "text": "api", "forge": forge,
        });
        world.slack.control("slash", body).await.unwrap();
    }
    for (kind, body) in [
        ("application/json", format!("{{\"token\": \"{BOT_TOKEN}\"")),
        (
            "application/json",
            format!("{{\"type\": \"something_new\", \"token\": \"{BOT_TOKEN}\"}}"),
        ),
        ("application/x-www-form-urlencoded", format!("payload={{\"token\":\"{BOT_TOKEN}\"}}")),
        (
            "application/x-www-form-urlencoded",
            format!(
                "command=/status&text=api&channel_id=C0OPS&user_id=U0ALICE&team_id=T0ACME\
                 &token={BOT_TOKEN}&trigger_id={BOT_TOKEN}&response_url=https://evil.test/{BOT_TOKEN}"
            ),
        ),
    ] {
        let body = json!({"content_type": kind, "body": body});
        world.slack.control("raw", body).await.unwrap();
    }
    world.settled().await;
}

async fn what_goes_wrong(world: &World) {
    let fault = |name: &str, body| world.slack.fault(name, &body).unwrap();
    fault("http_error", json!({"method": "chat.postMessage", "after_accept": true}));
    fault("reset", json!({"method": "chat.update"}));
    fault("api_error", json!({"method": "chat.postEphemeral", "error": BOT_TOKEN}));
    fault("http_error", json!({"method": "response_url", "status": 502}));
    fault("http_error", json!({"method": "users.info", "status": 500}));
    world.mention("carol", "ops", "status api").await;
    world.mention("carol", "ops", "deploy api").await;
    world.slash("bob", "random", "/count 8").await;
    world.expect("random", "counted 8").await;
    fault("api_error", json!({"method": "chat.postMessage", "error": "invalid_auth"}));
    fault("api_error", json!({"method": "auth.test", "error": "internal_error"}));
    world.mention("carol", "ops", "count 10").await;
    world.settled().await;
}

/// The secrets in what Slack has sent so far.
fn handed_out(world: &World) -> Vec<String> {
    let mut secrets = Vec::new();
    for attempt in world.slack.deliveries() {
        for (name, value) in form_urlencoded::parse(attempt.request.as_bytes()) {
            let payload = match &*name {
                "payload" => serde_json::from_str(&value).unwrap_or_default(),
                _ => json!({ &*name: value }),
            };
            let url = payload["response_url"].as_str().and_then(|url| url.rsplit('/').next());
            let trigger = payload["trigger_id"].as_str().and_then(|id| id.rsplit('.').next());
            let long = |secret: &&str| secret.len() >= 16;
            secrets.extend(url.into_iter().chain(trigger).filter(long).map(str::to_owned));
        }
    }
    secrets
}

#[tokio::test]
async fn a_day_leaves_no_secret_anywhere() {
    let (log, _guard) = listen();
    let evidence = Evidence::default();
    let handed_out = a_day(&evidence).await;
    let slack = Slack::builder().signing_secret(SIGNING_SECRET).bot_token(BOT_TOKEN);
    evidence.add("debug", format!("{slack:?} {:?}", slack.clone().build().unwrap()));
    let bad = slack.clone().name("no name").api_url("nonsense").build().unwrap_err();
    evidence.add("debug", format!("{bad} {bad:?}"));
    let bad = slack.bot_token(format!("{BOT_TOKEN} {TYPED}")).build().unwrap_err();
    evidence.add("debug", format!("{bad} {bad:?}"));
    evidence.add_log(&log);

    assert!(handed_out.len() > 30, "addresses and triggers: {}", handed_out.len());
    for place in ["log", "debug", "audit", "store"] {
        assert!(evidence.chars(place) > 10_000, "{place}: {}", evidence.chars(place));
    }
    let own = [SIGNING_SECRET, BOT_TOKEN, SEAL_KEY].map(str::to_owned);
    for secret in own.iter().chain(&handed_out) {
        let places = evidence.places_of(secret);
        assert!(places.is_empty(), "{secret}: {places:?}");
    }
    // What people type is kept until it is worked off, as all that they say; but no longer, and it is
    // not told.
    let places = evidence.places_of(TYPED);
    assert!(!places.contains(&"log") && !places.contains(&"audit"), "typed: {places:?}");
}

#[tokio::test]
async fn a_secret_that_is_left_anywhere_is_found() {
    planted_secrets_are_found().await;
}
