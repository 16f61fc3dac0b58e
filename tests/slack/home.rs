//! Home pages: filled when they are opened, filled anew by what is used on them.

use chatgate_core::{AdapterId, Button, Content, Place, Result};
use chatgate_macros::{Action, Command};
use chatgate_router::{Context, HomeOpened, Router, State};
use chatgate_testkit::fakes::{FakeSlack, SlackConfig};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::bot::{App, Ran};
use crate::world::World;

/// Look after one's shifts
#[derive(Command)]
#[command(name = "shifts", effect = "read", crate = "chatgate_router")]
struct Shifts {}

/// Take a shift over.
#[derive(Action, Serialize, Deserialize)]
#[action(name = "take-over", of = "shifts", repeat, crate = "chatgate_router")]
struct TakeOver {
    shift: u32,
}

async fn shifts(_: Shifts, cx: Context) -> Result<()> {
    cx.home("No shifts this week.").await.map(drop)
}

async fn opened(_: HomeOpened, cx: Context) -> Result<()> {
    let take = Button::new("Take over", &TakeOver { shift: 7 });
    let losses = cx.home(Content::new().heading(1, "Your shifts").actions([take])).await?;
    assert!(losses.is_empty(), "{losses:?}");
    Ok(())
}

async fn take_over(action: TakeOver, cx: Context, State(ran): State<Ran>) -> Result<()> {
    ran.push(format!("shift {} by {} in {}", action.shift, cx.actor().user, cx.place()));
    cx.home(Content::new().heading(1, "Your shifts").text("Shift 7 is yours.")).await?;
    cx.say("It is yours now.").await?;
    Ok(())
}

async fn world() -> World {
    let routes: Router<App> = Router::new().command(shifts).on(opened).on(take_over);
    World::with(SlackConfig::new(), |gateway| gateway.router(routes)).await
}

/// What a person's home page says from some time on.
async fn shows(world: &World, user: &str, words: &str) -> Value {
    let id = world.user(user);
    let page = |slack: &FakeSlack| {
        let published = |request: &Value| {
            request["method"] == "views.publish"
                && request["body"]["user_id"] == id.as_str()
                && request["answer"]["ok"] == true
        };
        let newest = slack.requests().into_iter().rfind(published)?;
        let view = newest["answer"]["view"].clone();
        view.to_string().contains(words).then_some(view)
    };
    let found = tokio::time::timeout(std::time::Duration::from_secs(20), world.slack.until(page));
    let Ok(view) = found.await else { panic!("never {words:?}: {:#?}", world.slack.requests()) };
    view
}

async fn opens(world: &World, user: &str) {
    world.slack.control("home", json!({"user": world.user(user)})).await.unwrap();
}

async fn clicks(world: &World, user: &str, view: &Value, force: bool) {
    let body = json!({
        "user": world.user(user), "view_id": view["id"], "text": "Take over", "force": force,
    });
    world.slack.control("click", body).await.unwrap();
}

#[tokio::test]
async fn a_page_is_filled_when_it_is_opened_and_anew_by_what_is_used_on_it() {
    let world = world().await;
    opens(&world, "alice").await;
    let view = shows(&world, "alice", "Your shifts").await;
    assert_eq!(view["type"], "home");
    clicks(&world, "alice", &view, false).await;
    let view = shows(&world, "alice", "Shift 7 is yours.").await;
    assert!(!view.to_string().contains("Take over"), "{view:#}");
    // What is said besides goes to the direct line, for nothing can be said on a page.
    world.expect("alice", "It is yours now.").await;
    let ran = world.ran.all();
    assert_eq!(ran.len(), 1, "{ran:?}");
    assert!(ran[0].starts_with("shift 7 by U0ALICE in slack:T0ACME:"), "{ran:?}");
}

#[tokio::test]
async fn a_page_acts_for_its_person_alone() {
    let world = world().await;
    opens(&world, "alice").await;
    let view = shows(&world, "alice", "Your shifts").await;
    clicks(&world, "bob", &view, true).await;
    world.settled().await;
    assert!(world.ran.all().is_empty());
    assert_eq!(world.denials().await, ["not_for_you"]);
}

#[tokio::test]
async fn a_program_fills_pages_whenever_it_likes() {
    let world = world().await;
    let adapter = AdapterId::parse("slack").unwrap();
    let place = |user: &str| {
        Place::home(adapter.clone(), "T0ACME".into(), &world.user(user).as_str().into())
    };
    let chat = world.running.chat();
    chat.home(place("bob"), "first").await.unwrap();
    chat.home(place("bob"), "second").await.unwrap();
    shows(&world, "bob", "second").await;
    // Nothing is posted there, and nowhere else is a page.
    assert!(chat.say(place("bob"), "x").await.unwrap_err().is_unsupported());
    let ops = Place::new(adapter.clone(), "T0ACME", world.channel("ops"));
    let error = chat.home(ops, "x").await.unwrap_err();
    assert!(error.to_string().contains("home page"), "{error}");
}
