//! No secret is to be read anywhere: not in logs, not in `Debug`, not in the audit chain, not in what
//! the store is given.

use std::sync::Arc;
use std::time::Duration;

use chatgate_core::{Clock, Error, Result, SealKey};
use chatgate_gateway::{Gateway, GatewayLimits, Pacing, SystemClock};
use chatgate_macros::Command;
use chatgate_router::{Context, Router, State};
use chatgate_teams::Teams;
use chatgate_testkit::fakes::TeamsConfig;
use serde_json::json;

use crate::bot::{App, Ran};
use crate::evidence::{Carried, Evidence, Watched, listen, planted_secrets_are_found};
use crate::world::{World, map};

/// A security token, which is base64.
const TOKEN: &str = "NTE1N2NhbmFyeXNlY3VyaXR5dG9rZW41MTU3Y2FuYXI=";
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

/// A day with everything in it. Gives what of the workflows' addresses is secret.
async fn a_day(evidence: &Evidence) -> Vec<String> {
    let store = Watched::new(evidence);
    let changed = |gateway: Gateway<App>| {
        let gateway = gateway
            .pacing(Pacing::off())
            .seal_keys([SealKey::new("t", SEAL_KEY).unwrap()])
            .limits(GatewayLimits::new().with_drain(Duration::from_millis(300)))
            .layer(evidence.layer())
            .router(Router::new().command(wrong));
        evidence.add("debug", format!("{gateway:?}"));
        gateway
    };
    let world = World::made(
        Arc::new(SystemClock),
        TeamsConfig::new().with_token(TOKEN),
        store.clone(),
        |teams, builder| {
            let builder = map(teams, builder).transport(Carried::new(evidence));
            evidence.add("debug", format!("{builder:?}"));
            builder
        },
        changed,
    )
    .await;
    what_people_do(&world).await;
    what_strangers_do(&world).await;
    what_goes_wrong(&world).await;
    look_at_the_set_up(&world, evidence).await;
    evidence.add("debug", format!("{:?}", world.running));
    evidence.add("debug", world.ran.all().join("\n"));
    let secrets = ["ops", "alerts"].map(|name| world.teams.workflow_url(name));
    let report = world.running.stop().await;
    evidence.add("debug", format!("{report:?}"));
    store.read_back().await;
    secrets.iter().flat_map(|url| parts_of(url)).collect()
}

/// The id of a workflow and the signature: with both, anyone posts.
fn parts_of(url: &str) -> [String; 2] {
    let id = url.split('/').nth(4).unwrap();
    [id.to_owned(), url.rsplit('=').next().unwrap().to_owned()]
}

async fn what_people_do(world: &World) {
    for line in [
        format!("count {TYPED}"),
        format!("deploy api --token {TYPED}"),
        format!("quote {TYPED}"),
        "deploy api".to_owned(),
        "incident it burns".to_owned(),
        "unheard-of".to_owned(),
        "feedback".to_owned(),
        "report".to_owned(),
        format!("wrong {TYPED}"),
        "wrong badly".to_owned(),
    ] {
        for channel in ["ops", "random"] {
            assert_eq!(world.say("bob", channel, &line).await.status, Some(200), "{line}");
        }
    }
    world.settled().await;
}

async fn what_strangers_do(world: &World) {
    for how in ["unsigned", "wrong_key", "undecoded_key", "altered", "form", "huge", "bearer"] {
        assert_ne!(world.forge(how).await.status, Some(200), "{how}");
    }
    for user in ["guest", "federated", "anonymous", "otherbot"] {
        world.say(user, "ops", "count 1").await;
    }
}

/// Every way in which a workflow says no.
async fn what_goes_wrong(world: &World) {
    let chat = world.running.chat();
    for (fault, how) in [
        ("http_error", json!({"method": "ops", "status": 401})),
        ("http_error", json!({"method": "ops", "status": 500})),
        ("api_error", json!({"method": "ops", "error": "InvalidRequestContent"})),
        ("rate_limit", json!({"method": "ops", "retry_after": 1})),
        ("reset", json!({"method": "ops"})),
    ] {
        world.settled().await;
        world.teams.control(fault, how).await.unwrap();
        chat.say(World::workflow("ops"), "words").await.unwrap();
    }
    world.settled().await;
    world.teams.control("turn", json!({"workflow": "ops", "on": false})).await.unwrap();
    chat.say(World::workflow("ops"), "lost").await.unwrap();
    chat.say(World::workflow("alerts"), "kept").await.unwrap();
    world.settled().await;
}

async fn look_at_the_set_up(world: &World, evidence: &Evidence) {
    let teams = Teams::builder()
        .outgoing_tokens(world.teams.token())
        .workflow("ops", world.teams.workflow_url("ops"))
        .workflow("gone", world.teams.workflow_url("alerts").replace("sig=", "sig=x"))
        .transport(Carried::new(evidence))
        .build()
        .unwrap();
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let doctor = teams.doctor().with_public_url(world.url.replace("/teams/outgoing", ""));
    evidence.add("debug", format!("{doctor:?}"));
    let findings = doctor.examine(&clock).await.unwrap();
    assert!(findings.iter().any(|finding| finding.what().contains("ops is turned off")));
    evidence.add("debug", format!("{findings:?}"));
}

#[tokio::test]
async fn a_day_leaves_no_secret_anywhere() {
    let (log, _guard) = listen();
    let evidence = Evidence::default();
    let addresses = a_day(&evidence).await;
    let address = "https://prod-1.westeurope.logic.azure.com/workflows/1?sig=5157canarysignature";
    let teams = Teams::builder().workflow("ops", address).outgoing_tokens(TOKEN);
    evidence.add("debug", format!("{teams:?} {:?}", teams.clone().build().unwrap()));
    for bad in [
        teams.clone().workflow("ops", address.replace("logic", "evil")),
        teams.clone().workflow("ops", "https://a.webhook.office.com/5157canarysignature"),
        teams.outgoing_tokens(format!("{TOKEN},{TOKEN}x")),
    ] {
        let error = bad.build().unwrap_err();
        evidence.add("debug", format!("{error} {error:?}"));
    }
    evidence.add_log(&log);

    for place in ["log", "debug", "audit", "store"] {
        assert!(evidence.chars(place) > 10_000, "{place}: {}", evidence.chars(place));
    }
    assert_eq!(addresses.len(), 4);
    let own = [TOKEN, SEAL_KEY, "5157canarysignature"].map(str::to_owned);
    for secret in own.iter().chain(&addresses) {
        let places = evidence.places_of(secret);
        assert!(places.is_empty(), "{secret}: {places:?}");
    }
    // What people type is kept until it is worked off, as all that they say; it is not told.
    let places = evidence.places_of(TYPED);
    assert!(!places.contains(&"log") && !places.contains(&"audit"), "typed: {places:?}");
}

#[tokio::test]
async fn a_secret_that_is_left_anywhere_is_found() {
    planted_secrets_are_found().await;
}
