//! No secret is to be read anywhere: not in logs, not in `Debug`, not in the audit chain, not in what
//! the store is given.

use std::sync::Arc;
use std::time::Duration;

use chatgate_core::{Clock, Error, Result, SealKey, Specs};
use chatgate_gateway::{Gateway, GatewayLimits, SystemClock};
use chatgate_http::{HttpTransport, Request, Transport as _};
use chatgate_macros::Command;
use chatgate_mattermost::{Mattermost, MattermostWebhook};
use chatgate_router::{Context, Router, State};
use chatgate_testkit::fakes::{Delivery, FakeMattermost, MattermostConfig};
use http::Method;
use http::header::{CONTENT_TYPE, HeaderValue};
use serde_json::{Value, json};

use crate::bot::{App, Ran};
use crate::evidence::{Carried, Evidence, Watched, listen, planted_secrets_are_found};
use crate::world::World;

const BOT_TOKEN: &str = "5157canarybottoken5157canary";
const SEAL_KEY: &str = "5157-canary-seal-key-of-more-than-32-bytes";
/// What someone types who should not have, and what somebody sends who has guessed.
const TYPED: &str = "xoxb-5157-canarytypedtoken";
const GUESSED: &str = "5157canaryguessedtoken5157";

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

/// What is found of the secrets that a day brings.
#[derive(Default)]
struct Secrets {
    /// Tokens, triggers, ways back: nothing may keep or show them.
    credentials: Vec<String>,
    /// Seals stand in what is sent, so they are kept until it is; nothing may show them.
    seals: Vec<String>,
}

impl Secrets {
    /// Those in a request of Mattermost's.
    fn add(&mut self, delivery: &Delivery) {
        let json: Value = serde_json::from_str(&delivery.request).unwrap_or_default();
        let form: serde_json::Map<String, Value> =
            form_urlencoded::parse(delivery.request.as_bytes())
                .map(|(name, value)| (name.into_owned(), value.into_owned().into()))
                .collect();
        for body in [&json, &Value::Object(form)] {
            let text = |name: &str| body[name].as_str().map(str::to_owned);
            let way_back = text("response_url");
            let id = way_back.and_then(|url| url.rsplit('/').next().map(str::to_owned));
            self.credentials.extend([text("token"), text("trigger_id"), id].into_iter().flatten());
            let seal = body["context"]["seal"].as_str().map(str::to_owned);
            self.seals.extend([text("state"), seal].into_iter().flatten());
        }
    }
}

/// A day with everything in it.
async fn a_day(evidence: &Evidence) -> Secrets {
    let store = Watched::new(evidence);
    let config = MattermostConfig::new().with_bot_token(BOT_TOKEN);
    let mattermost = FakeMattermost::start(config).await.unwrap();
    let hook = mattermost.control("hook", json!({"channel": "random"})).await.unwrap();
    let hook_url = hook["url"].as_str().unwrap().to_owned();
    let command = |trigger: &str| mattermost.command(trigger, "http://127.0.0.1:1/elsewhere");
    let mut secrets = Secrets::default();
    secrets.credentials.extend([hook["id"].as_str().unwrap().to_owned(), command("wrong")]);
    let changed = |gateway: Gateway<App>| {
        let webhook = MattermostWebhook::builder().name("hook").url(&hook_url);
        let webhook = webhook.transport(Carried::new(evidence));
        evidence.add("debug", format!("{webhook:?}"));
        let gateway = gateway
            .adapter(webhook.build().unwrap())
            .seal_keys([SealKey::new("t", SEAL_KEY).unwrap()])
            .limits(GatewayLimits::new().with_drain(Duration::from_millis(300)))
            .layer(evidence.layer())
            .router(Router::new().command(wrong));
        evidence.add("debug", format!("{gateway:?}"));
        gateway
    };
    let world = World::made(
        mattermost,
        Arc::new(SystemClock),
        store.clone(),
        |builder| {
            let builder = builder.transport(Carried::new(evidence));
            evidence.add("debug", format!("{builder:?}"));
            builder
        },
        changed,
    )
    .await;
    what_people_do(&world, &mut secrets).await;
    what_strangers_do(&world).await;
    what_administrators_do(&world, evidence, &mut secrets).await;
    what_goes_wrong(&world, &hook_url, &mut secrets).await;

    evidence.add("debug", format!("{:?}", world.running));
    evidence.add("debug", world.ran.all().join("\n"));
    let report = world.running.stop().await;
    evidence.add("debug", format!("{report:?}"));
    store.read_back().await;
    secrets
}

async fn what_people_do(world: &World, secrets: &mut Secrets) {
    for line in [
        format!("/count {TYPED}"),
        format!("/deploy {TYPED}"),
        format!("/deploy api --token {TYPED}"),
        format!("/page {TYPED}"),
        "/deploy".to_owned(),
        "/count 7".to_owned(),
        "/incident it burns".to_owned(),
    ] {
        secrets.add(&world.mattermost.slash("bob", "ops", &line).await.unwrap());
    }
    for text in ["unheard-of", "deploy api --token", "wrong simply", "wrong badly", "wrong"] {
        let text = format!("@opsbot {text} {TYPED}");
        world.mattermost.say("carol", "ops", &text).await.unwrap();
    }
    world.mattermost.say("carol", "ops", "@opsbot wrong badly").await.unwrap();
    let card = world.expect("ops", "Take it").await;
    let card = card["id"].as_str().unwrap();
    secrets.add(&world.mattermost.click("bob", card, "Take it").await.unwrap());
    world.expect("ops", "is taken by").await;
    secrets.add(&world.mattermost.slash("bob", "ops", "/feedback").await.unwrap());
    world.until(|world| (!world.mattermost.dialogs().is_empty()).then_some(())).await;
    secrets.add(&world.mattermost.submit("bob", json!({"words": "bad"})).await.unwrap());
    secrets.add(&world.mattermost.submit("bob", json!({"words": TYPED})).await.unwrap());
    world.mattermost.say("guest", "ops", "@opsbot deploy api").await.unwrap();
    world.settled().await;
}

async fn what_strangers_do(world: &World) {
    let form = "application/x-www-form-urlencoded";
    let id = world.id("ops");
    let transport = HttpTransport::new(Arc::new(SystemClock)).unwrap();
    for (path, kind, body) in [
        ("command", form, format!("token={GUESSED}&command=/deploy&text=api&channel_id={id}")),
        ("command", form, format!("trigger_id={GUESSED}&response_url=https://evil.test/{GUESSED}")),
        ("command", "text/plain", format!("token={GUESSED}")),
        ("action", "application/json", format!("{{\"context\":{{\"seal\":\"t.{GUESSED}\"}}}}")),
        ("action", "application/json", format!("{{\"token\": \"{GUESSED}\"")),
        ("dialog", "application/json", format!("{{\"state\":\"{GUESSED}\",\"type\":\"x\"}}")),
        ("hook", "application/json", format!("{{\"token\":\"{GUESSED}\",\"text\":\"deploy\"}}")),
        ("hook", form, format!("token={GUESSED}&text=deploy")),
    ] {
        let url = format!("{}/mattermost/{path}", world.url).parse().unwrap();
        let request = Request::new(Method::POST, url).body(body);
        let request = request.header(CONTENT_TYPE, HeaderValue::from_static(kind));
        let status = transport.send(request).await.unwrap().status;
        assert!(status.is_client_error(), "{path} {kind}: {status}");
    }
}

/// The commands are registered, and the set-up is looked at.
async fn what_administrators_do(world: &World, evidence: &Evidence, secrets: &mut Secrets) {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let specs = Specs::new(
        ["deploy", "restart"].map(|name| chatgate_core::CommandSpec::new(name, "")).into(),
        vec![],
        vec![],
        vec![],
    );
    let administrator = Mattermost::builder()
        .url(world.mattermost.base_url())
        .token("token-alice")
        .public_url(&world.url)
        .transport(Carried::new(evidence))
        .build()
        .unwrap();
    let applied = administrator.apply_manifest(&specs, &clock).await.unwrap();
    evidence.add("debug", format!("{applied:?}"));
    let tokens = applied.iter().filter_map(|done| done.outcome.token());
    secrets.credentials.extend(tokens.map(|token| token.expose().to_owned()));
    let doctor = administrator.doctor(&specs).with_administrator_token(GUESSED);
    evidence.add("debug", format!("{doctor:?}"));
    evidence.add("debug", format!("{:?}", doctor.examine(&clock).await.unwrap()));
    let findings = administrator.doctor(&specs).examine(&clock).await.unwrap();
    assert!(findings.iter().any(|finding| finding.what().contains("MATTERMOST_SLASH_TOKENS")));
    evidence.add("debug", format!("{findings:?}"));
}

async fn what_goes_wrong(world: &World, hook_url: &str, secrets: &mut Secrets) {
    let place = MattermostWebhook::builder().name("hook").url(hook_url).build().unwrap().place();
    world.running.chat().say(place, "The backup is done").await.unwrap();
    world.mattermost.until(|it| (!it.messages("random").is_empty()).then_some(())).await;
    for (name, body) in [
        ("http_error", json!({"method": "POST posts", "after_accept": true})),
        ("api_error", json!({"method": "POST posts", "error": BOT_TOKEN})),
        ("reset", json!({"method": "PUT posts/patch"})),
        ("http_error", json!({"method": "POST users/ids", "status": 502})),
        ("rate_limit", json!({"method": "POST posts", "retry_after": 1})),
    ] {
        world.mattermost.control(name, body).await.unwrap();
    }
    world.mattermost.say("carol", "ops", "@opsbot deploy db").await.unwrap();
    world.expect("ops", "db is live").await;
    secrets.add(&world.mattermost.slash("alice", "ops", "/incident disk full").await.unwrap());
    world.mattermost.cut();
    world.mattermost.say("carol", "ops", "@opsbot deploy web").await.unwrap();
    world.expect("ops", "web is live").await;
    world.settled().await;
    world.mattermost.control("revoke", json!({})).await.unwrap();
    world.mattermost.forget();
    // The adapter gives up, and what it has still to say is left.
    world.until(|world| (!world.mattermost.is_connected()).then_some(())).await;
    secrets.add(&world.mattermost.slash("bob", "ops", "/incident left over").await.unwrap());
    tokio::time::timeout(Duration::from_secs(20), async {
        while !world.mattermost.requests().iter().any(|it| it["status"] == 401) {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    })
    .await
    .unwrap();
}

#[tokio::test]
async fn a_day_leaves_no_secret_anywhere() {
    let (log, _guard) = listen();
    let evidence = Evidence::default();
    let secrets = a_day(&evidence).await;
    let mattermost = Mattermost::builder().url("https://chat.test").token(BOT_TOKEN);
    let mattermost = mattermost.slash_tokens(GUESSED);
    evidence.add("debug", format!("{mattermost:?} {:?}", mattermost.clone().build().unwrap()));
    let bad = mattermost.clone().name("no name").url("nonsense").build().unwrap_err();
    evidence.add("debug", format!("{bad} {bad:?}"));
    let bad = mattermost.token(format!("{BOT_TOKEN} {GUESSED}")).build().unwrap_err();
    evidence.add("debug", format!("{bad} {bad:?}"));
    evidence.add_log(&log);

    for place in ["log", "debug", "audit", "store"] {
        assert!(evidence.chars(place) > 10_000, "{place}: {}", evidence.chars(place));
    }
    let (credentials, seals) = (&secrets.credentials, &secrets.seals);
    assert!(credentials.len() > 25 && seals.len() >= 3, "{} {}", credentials.len(), seals.len());
    let own = [BOT_TOKEN, SEAL_KEY, GUESSED].map(str::to_owned);
    for secret in own.iter().chain(credentials) {
        let places = evidence.places_of(secret);
        assert!(places.is_empty(), "{secret}: {places:?}");
    }
    for seal in seals {
        let places = evidence.places_of(seal);
        assert!(places.iter().all(|place| *place == "store"), "{seal}: {places:?}");
    }
    // What people type is kept until it is worked off, as all that they say; but no longer, and it is
    // not told, but by the WebSocket's own trace of its frames.
    let places = evidence.places_of(TYPED);
    assert!(!places.contains(&"log") && !places.contains(&"audit"), "typed: {places:?}");
}

#[tokio::test]
async fn a_secret_that_is_left_anywhere_is_found() {
    planted_secrets_are_found().await;
}
