//! Slash commands at the server: registered, and watched.

use std::sync::Arc;
use std::time::Duration;

use chatgate_core::{Clock, ManualClock, Timestamp};
use chatgate_gateway::SystemClock;
use chatgate_mattermost::{Mattermost, Outcome};
use chatgate_router::Router;
use chatgate_testkit::fakes::{FakeMattermost, MattermostConfig};
use serde_json::{Value, json};

use crate::bot::{self, App};
use crate::world::World;

/// A Mattermost in which the bot may see the commands of its team.
async fn mattermost() -> FakeMattermost {
    let mattermost = FakeMattermost::start(MattermostConfig::new()).await.unwrap();
    let roles = json!({"user": "opsbot", "roles": "system_user team_admin"});
    mattermost.control("user", roles).await.unwrap();
    mattermost
}

async fn alarms(world: &World) -> usize {
    world.denials().await.iter().filter(|reason| *reason == "trigger_hijacked").count()
}

fn looks(world: &World) -> usize {
    let is_look = |request: &Value| request["path"] == "/api/v4/commands";
    world.mattermost.requests().iter().filter(|request| is_look(request)).count()
}

#[tokio::test]
async fn a_command_that_somebody_took_over_raises_an_alarm_within_the_hour() {
    let clock = ManualClock::at(Timestamp::from_millis(1_800_000_000_000));
    let shared: Arc<dyn Clock> = Arc::new(clock.clone());
    let world = World::before(mattermost().await, shared).await;
    world.until(|world| (looks(world) == 1).then_some(())).await;
    world.settled().await;
    assert_eq!(alarms(&world).await, 0);
    let _ = world.mattermost.command("deploy", "https://evil.test/mattermost/command");
    // Another's command is none of ours, wherever it leads.
    let _ = world.mattermost.command("lunch", "https://lunch.test/");
    clock.advance(Duration::from_secs(60 * 60));
    world.until(|world| (looks(world) == 2).then_some(())).await;
    let told = async {
        while alarms(&world).await == 0 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), told).await.expect("nobody is told");
    world.settled().await;
    assert_eq!(alarms(&world).await, 1);
}

fn adapter(mattermost: &FakeMattermost, public: &str) -> Mattermost {
    let builder = Mattermost::builder().url(mattermost.base_url()).token("token-alice");
    builder.public_url(public).build().unwrap()
}

/// What was done to each command: its words, and the token.
async fn applied(adapter: &Mattermost) -> Vec<(String, &'static str, Option<String>)> {
    let routes: Router<App> = bot::router();
    let specs = chatgate_gateway::Gateway::new(App::default()).router(routes);
    let specs = specs.build().unwrap().specs();
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let applied = adapter.apply_manifest(&specs, &clock).await.unwrap();
    let told = applied.into_iter().map(|done| {
        let what = match &done.outcome {
            Outcome::Created(_) => "created",
            Outcome::Updated(_) => "updated",
            Outcome::Unchanged(_) => "unchanged",
            _ => "taken",
        };
        let token = done.outcome.token().map(|token| token.expose().to_owned());
        (done.trigger, what, token)
    });
    told.collect()
}

#[tokio::test]
async fn commands_are_made_changed_left_alone_and_never_taken() {
    let mattermost = mattermost().await;
    let _ = mattermost.command("page", "https://pager.test/hook");
    let first = applied(&adapter(&mattermost, "https://old.test")).await;
    let what = |done: &[(String, &'static str, Option<String>)], trigger: &str| {
        done.iter()
            .find(|(name, ..)| name == trigger)
            .map(|(_, what, token)| (*what, token.clone()))
    };
    let (made, token) = what(&first, "deploy").unwrap();
    assert!(made == "created" && token.is_some());
    assert_eq!(what(&first, "page"), Some(("taken", None)));
    let again = applied(&adapter(&mattermost, "https://old.test")).await;
    assert_eq!(what(&again, "deploy"), Some(("unchanged", token.clone())));
    // The program has moved: its commands do too, with the tokens that they have.
    let moved = applied(&adapter(&mattermost, "https://new.test")).await;
    assert_eq!(what(&moved, "deploy"), Some(("updated", token)));
    assert_eq!(what(&moved, "page"), Some(("taken", None)));
}

#[tokio::test]
async fn a_bot_that_may_not_make_commands_is_told_so() {
    let mattermost = FakeMattermost::start(MattermostConfig::new()).await.unwrap();
    let builder = Mattermost::builder().url(mattermost.base_url()).token(mattermost.bot_token());
    let adapter = builder.public_url("https://bot.test").build().unwrap();
    let specs = chatgate_gateway::Gateway::new(App::default()).router(bot::router());
    let specs = specs.build().unwrap().specs();
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let error = adapter.apply_manifest(&specs, &clock).await.unwrap_err();
    assert_eq!(error.code(), Some("api.context.permissions.app_error"), "{error}");
}
