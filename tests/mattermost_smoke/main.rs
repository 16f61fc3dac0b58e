//! The smoke test of Mattermost: against a whole server, with nothing but its address and an
//! administrator's token. `docs/mattermost.md` says how to point it at one.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test fails by panicking, and this one tells what it sees"
)]
#![allow(
    clippy::disallowed_methods,
    reason = "a real server takes its time, whatever a clock says"
)]

mod bot;
mod inbound;
mod made;
mod outbound;
mod registered;
mod report;
mod server;
mod settings;
mod smoke;
mod target;
mod watch;

use chatgate_testkit::fakes::{FakeMattermost, MattermostConfig};
use serde_json::{Value, json};

use crate::report::Report;
use crate::target::Target;

#[tokio::test(flavor = "multi_thread")]
#[ignore = "the smoke test of Mattermost: MATTERMOST_URL and MATTERMOST_ADMIN_TOKEN say of which server"]
async fn of_a_server() {
    let target =
        Target::from_env().expect("MATTERMOST_URL and MATTERMOST_ADMIN_TOKEN are not both set");
    let report = smoke::run(&target).await;
    assert!(report.passed(), "{}", report.summary());
}

/// A server as it is when nobody has set it up for bots.
async fn untouched() -> FakeMattermost {
    let settings = json!({"ServiceSettings": {
        "EnableBotAccountCreation": false, "AllowedUntrustedInternalConnections": "",
        "EnableOutgoingWebhooks": false,
    }});
    FakeMattermost::start(MattermostConfig::new().with_settings(settings)).await.unwrap()
}

async fn smoked(fake: &FakeMattermost) -> Report {
    smoke::run(&Target::new(fake.base_url(), fake.admin_token())).await
}

async fn settings(fake: &FakeMattermost) -> Value {
    fake.control("settings", json!({})).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn it_passes_and_leaves_the_server_as_it_was() {
    let fake = untouched().await;
    let before = settings(&fake).await;
    let report = smoked(&fake).await;
    assert!(report.passed(), "{}", report.summary());
    assert!(report.unreached().is_empty(), "{}", report.summary());
    assert_eq!(settings(&fake).await, before);
    assert_eq!(left(&fake).await, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_fails_is_named_and_everything_is_cleaned_up_all_the_same() {
    let fake = untouched().await;
    let before = settings(&fake).await;
    let fault = json!({"method": "POST posts/pin", "times": 99, "status": 500});
    fake.control("http_error", fault).await.unwrap();
    let report = smoked(&fake).await;
    assert_eq!(report.failed(), ["pin a post"], "{}", report.summary());
    assert_eq!(settings(&fake).await, before);
    assert_eq!(left(&fake).await, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn surfaces_that_the_server_cannot_reach_are_named_and_no_failure() {
    let fake = untouched().await;
    let mut target = Target::new(fake.base_url(), fake.admin_token());
    // As the loopback address of a server in a container is another machine's.
    target.advertise_unreachable();
    let report = smoke::run(&target).await;
    assert!(report.passed(), "{}", report.summary());
    assert!(report.unreached().len() >= 4, "{}", report.summary());
    assert_eq!(left(&fake).await, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_is_no_administrators_is_a_failure() {
    let fake = untouched().await;
    let report = smoke::run(&Target::new(fake.base_url(), "token-bob")).await;
    assert!(!report.passed());
    assert_eq!(left(&fake).await, Vec::<String>::new());
}

/// What the smoke test has made and is still there.
async fn left(fake: &FakeMattermost) -> Vec<String> {
    let server = server::Server::new(fake.base_url(), fake.admin_token()).unwrap();
    let mut left = Vec::new();
    for (route, name) in [
        ("teams", "name"),
        ("bots", "username"),
        ("commands?team_id=", "trigger"),
        ("hooks/incoming", "display_name"),
        ("hooks/outgoing", "display_name"),
    ] {
        let route = match route.strip_suffix('=') {
            Some(route) => format!("{route}={}", fake.ids().team),
            None => route.to_owned(),
        };
        let there = server.get(&route).await.unwrap();
        let names = there.as_array().unwrap().iter().filter_map(|it| it[name].as_str());
        left.extend(names.filter(|name| name.contains("smoke")).map(str::to_owned));
    }
    left
}
