//! Forms: opened at once, filled in, corrected, followed by another, refused.

use std::time::Duration;

use async_trait::async_trait;
use chatgate_core::{Choice, ClockExt, Decision, ManualClock, Policy, Question, Result, Timestamp};
use chatgate_gateway::{Gateway, Pacing};
use chatgate_macros::{Command, Form};
use chatgate_router::{Context, FormClosed, Reply, Router, State, TypedForm as _};
use chatgate_testkit::fakes::{FakeSlack, SlackConfig};
use serde_json::{Value, json};

use crate::bot::{App, Ran};
use crate::world::World;

/// Report an incident
#[derive(Command)]
#[command(name = "report", effect = "read", crate = "chatgate_router")]
struct Report {
    /// How long to think first, in seconds
    #[arg(long, default = "0")]
    after: u32,
}

/// What happened?
#[derive(Form)]
#[form(name = "page", of = "report", state = App, submit = "Page them", crate = "chatgate_router")]
struct Incident {
    /// In a line
    #[field(max = 80)]
    summary: String,
    #[field(choices = services)]
    service: String,
    /// Not asked.
    #[field(state)]
    asked_in: String,
}

/// Anything else?
#[derive(Form)]
#[form(of = "report", crate = "chatgate_router")]
struct More {
    /// In more words
    #[field(lines = "many")]
    words: Option<String>,
}

/// Roll a service out
#[derive(Command)]
#[command(name = "roll-out", effect = "write", crate = "chatgate_router")]
struct RollOut {
    /// The service
    service: String,
    /// Where to
    #[arg(long)]
    env: String,
}

async fn services(State(_): State<Ran>) -> Vec<Choice> {
    (0..150).map(|number| Choice::new(format!("service-{number}"))).collect()
}

async fn report(cmd: Report, cx: Context) -> Result<()> {
    if cmd.after > 0 {
        cx.clock().sleep(Duration::from_secs(cmd.after.into())).await;
    }
    cx.form(Incident::with_state(&cx.place().conversation.to_string())).await?;
    Ok(())
}

async fn incident(form: Incident, State(ran): State<Ran>) -> Reply {
    match form.summary.as_str() {
        "test" => return Reply::invalid(Incident::SUMMARY, "is no incident"),
        "long" => return Reply::next_form(More::form()),
        _ => {}
    }
    ran.push(format!("{} of {} in {}", form.summary, form.service, form.asked_in));
    Reply::message(format!("Paged for {}", form.summary))
}

async fn more(form: More, State(ran): State<Ran>) -> Result<()> {
    ran.push(format!("more: {:?}", form.words));
    Ok(())
}

async fn roll_out(cmd: RollOut, State(ran): State<Ran>) -> String {
    ran.push(format!("roll out {} to {}", cmd.service, cmd.env));
    format!("{} is live on {}", cmd.service, cmd.env)
}

async fn closed(form: FormClosed, State(ran): State<Ran>) {
    ran.push(format!("closed {}", form.form));
}

fn with_forms(gateway: Gateway<App>) -> Gateway<App> {
    let router = Router::new().command(report).command(roll_out).on(incident).on(more).on(closed);
    gateway.router(router)
}

async fn world() -> World {
    World::with(SlackConfig::new(), with_forms).await
}

/// Waits until a person looks at a form.
async fn sees(world: &World, user: &str) -> Value {
    let id = world.user(user);
    let call = |slack: &FakeSlack| {
        let opened = |request: &Value| {
            let opens = request["method"] == "views.open" || request["method"] == "views.push";
            opens && request["answer"]["ok"] == true
        };
        slack.requests().into_iter().rfind(opened)
    };
    let found = tokio::time::timeout(Duration::from_secs(20), world.slack.until(call)).await;
    assert!(found.is_ok(), "{id} sees no form: {:#?}", world.slack.requests());
    found.unwrap()["answer"]["view"].clone()
}

/// Someone submits the form that they look at; what Slack then does.
async fn submit(world: &World, user: &str, values: Value) -> Value {
    let body = json!({"user": world.user(user), "values": values});
    world.slack.control("submit", body).await.unwrap()
}

/// Someone presses the newest button of this name that they see in #ops.
async fn press(world: &World, user: &str, label: &str) {
    let body = json!({"user": world.user(user), "channel": world.channel("ops"), "text": label});
    world.slack.control("click", body).await.unwrap();
}

/// A service that the app has offered: a menu takes what it was told.
fn service(name: &str) -> Value {
    json!({"text": {"type": "plain_text", "text": name}, "value": name})
}

fn filled(summary: &str) -> Value {
    json!({"In a line": summary, "Service": service("service-7")})
}

#[tokio::test]
async fn a_command_opens_a_form_whose_submission_runs_with_what_it_carries() {
    let world = world().await;
    let attempt = world.slash("alice", "ops", "/report").await;
    assert_eq!(attempt.answer, "", "the command says nothing itself: {attempt:?}");
    let view = sees(&world, "alice").await;
    assert_eq!(view["title"]["text"], "What happened?");
    assert_eq!(view["submit"]["text"], "Page them");
    let done = submit(&world, "alice", filled("disk full")).await;
    assert_eq!(done["outcome"], "closed");
    world.expect("ops", "Paged for disk full").await;
    assert_eq!(world.ran.all(), ["disk full of service-7 in C0OPS"]);
}

#[tokio::test]
async fn a_form_goes_ahead_of_what_waits_to_be_said() {
    let clock = ManualClock::at(Timestamp::from_millis(1_800_000_000_000));
    let paced = |gateway| with_forms(gateway).pacing(Pacing::platform());
    let world = World::with_clock(&clock, SlackConfig::new(), paced).await;
    world.stands_still().await;
    // Nothing is posted for a minute, and no time passes at all.
    world.slack.rate_limit("chat.postMessage", 5, 60);
    world.mention("bob", "ops", "roll-out api --env prod").await;
    world.stands_still().await;
    world.slash("alice", "ops", "/report").await;
    sees(&world, "alice").await;
    assert_eq!(submit(&world, "alice", filled("disk full")).await["outcome"], "closed");
}

#[tokio::test]
async fn what_is_wrong_stands_at_its_field_until_it_is_right() {
    let world = world().await;
    world.slash("alice", "ops", "/report").await;
    sees(&world, "alice").await;
    let done = submit(&world, "alice", filled("test")).await;
    assert_eq!(done["outcome"], "errors", "{done}");
    let said = &done["attempt"]["answer"];
    assert!(said.as_str().is_some_and(|said| said.contains("is no incident")), "{said}");
    // What a client lets through is checked all the same.
    for (values, wrong) in [
        (json!({"In a line": "x".repeat(90)}), "80 characters or fewer"),
        (json!({"In a line": "x", "Service": service("no-such-service")}), "none of what exists"),
    ] {
        let forged = json!({"user": world.user("alice"), "force": true, "values": values});
        let done = world.slack.control("submit", forged).await.unwrap();
        assert_eq!(done["outcome"], "errors", "{done}");
        let said = done["attempt"]["answer"].as_str().unwrap();
        assert!(said.contains(wrong), "{said}");
    }
    assert!(world.ran.all().is_empty());
    assert_eq!(submit(&world, "alice", filled("disk full")).await["outcome"], "closed");
    world.expect("ops", "Paged for").await;
    assert_eq!(world.ran.all().len(), 1);
}

#[tokio::test]
async fn a_form_is_followed_by_the_next_in_its_place() {
    let world = world().await;
    world.slash("alice", "ops", "/report").await;
    sees(&world, "alice").await;
    assert_eq!(submit(&world, "alice", filled("long")).await["outcome"], "updated");
    let done = submit(&world, "alice", json!({"In more words": "all of it"})).await;
    assert_eq!(done["outcome"], "closed", "{done}");
    world.settled().await;
    assert_eq!(world.ran.all(), [r#"more: Some("all of it")"#]);
}

#[tokio::test]
async fn who_closes_a_form_is_heard_of() {
    let world = world().await;
    world.slash("alice", "ops", "/report").await;
    sees(&world, "alice").await;
    world.slack.control("close", json!({"user": world.user("alice")})).await.unwrap();
    world.settled().await;
    assert_eq!(world.ran.all(), ["closed form:page"]);
}

#[tokio::test]
async fn a_menu_offers_what_exists_and_fits_what_is_typed() {
    let world = world().await;
    world.slash("alice", "ops", "/report").await;
    sees(&world, "alice").await;
    let suggest = async |typed: &str| {
        let body = json!({
            "user": world.user("alice"), "action": "service", "value": typed,
        });
        let done = world.slack.control("suggest", body).await.unwrap();
        assert_eq!(done["valid"], true, "{done}");
        let answer: Value =
            serde_json::from_str(done["attempt"]["answer"].as_str().unwrap()).unwrap();
        let options = answer["options"].as_array().unwrap().clone();
        options
            .iter()
            .map(|option| option["value"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(suggest("service-14").await[0], "service-14");
    assert_eq!(suggest("").await.len(), 100, "Slack takes no more");
    assert!(suggest("nothing like it").await.is_empty());
}

#[tokio::test]
async fn a_submission_of_someone_else_or_of_another_form_runs_nothing() {
    let world = world().await;
    world.slash("alice", "ops", "/report").await;
    let view = sees(&world, "alice").await;
    // Bob sends Alice's form, which he has never seen.
    let foreign = json!({
        "user": world.user("bob"), "view_id": view["id"], "values": filled("mine"), "force": true,
    });
    world.slack.control("submit", foreign).await.unwrap();
    // What it carries was changed on the way.
    let seal = view["private_metadata"].as_str().unwrap();
    let mut changed = view.clone();
    let other = if seal.ends_with('A') { 'Q' } else { 'A' };
    changed["private_metadata"] = json!(format!("{}{other}", &seal[..seal.len() - 1]));
    let payload = json!({
        "type": "view_submission", "team": {"id": "T0ACME"}, "user": {"id": "U0ALICE", "team_id": "T0ACME"},
        "api_app_id": "A0CHATGATE", "view": changed,
    });
    let body = form_urlencoded::Serializer::new(String::new())
        .append_pair("payload", &payload.to_string())
        .finish();
    let raw = json!({"body": body, "content_type": "application/x-www-form-urlencoded"});
    world.slack.control("raw", raw).await.unwrap();
    world.settled().await;
    assert!(world.ran.all().is_empty());
    assert_eq!(world.denials().await, ["not_for_you"]);
    let audit = world.audit().await;
    assert!(audit.iter().any(|record| record["reason"] == "bad_seal"), "{audit:#?}");
}

#[tokio::test]
async fn a_form_is_submitted_once() {
    let world = world().await;
    world.slash("alice", "ops", "/report").await;
    let view = sees(&world, "alice").await;
    assert_eq!(submit(&world, "alice", filled("disk full")).await["outcome"], "closed");
    let again = json!({
        "user": world.user("alice"), "view_id": view["id"], "values": filled("disk full"),
        "force": true,
    });
    world.slack.control("submit", again).await.unwrap();
    world.expect("ops", "Paged for").await;
    world.settled().await;
    assert_eq!(world.ran.all().len(), 1);
}

#[tokio::test]
async fn an_old_form_has_expired() {
    let clock = ManualClock::at(Timestamp::from_millis(1_800_000_000_000));
    let world = World::with_clock(&clock, SlackConfig::new(), with_forms).await;
    world.stands_still().await;
    world.slash("alice", "ops", "/report").await;
    sees(&world, "alice").await;
    clock.advance(Duration::from_secs(25 * 60 * 60));
    let done = submit(&world, "alice", filled("disk full")).await;
    let said = done["attempt"]["answer"].as_str().unwrap().to_owned();
    world.stands_still().await;
    assert!(world.ran.all().is_empty(), "{said}");
    assert_eq!(world.denials().await, ["expired"]);
}

#[tokio::test]
async fn where_the_trigger_is_too_old_a_button_opens_the_form() {
    let clock = ManualClock::at(Timestamp::from_millis(1_800_000_000_000));
    let world = World::with_clock(&clock, SlackConfig::new(), with_forms).await;
    world.stands_still().await;
    let typed = world.slash("alice", "ops", "/report --after 10");
    let passing = async {
        loop {
            tokio::time::sleep(Duration::from_millis(5)).await;
            clock.advance(Duration::from_secs(1));
            if !world.told("alice", "ops").is_empty() {
                break;
            }
        }
    };
    tokio::join!(typed, passing);
    assert!(world.calls("views.open").is_empty());
    world.expect_told("alice", "ops", "something to fill in").await;
    press(&world, "alice", "Fill in").await;
    sees(&world, "alice").await;
    assert_eq!(submit(&world, "alice", filled("disk full")).await["outcome"], "closed");
    world.stands_still().await;
    assert_eq!(world.ran.all(), ["disk full of service-7 in C0OPS"]);
}

#[tokio::test]
async fn who_only_wrote_a_message_is_given_a_button_too() {
    let world = world().await;
    world.mention("alice", "ops", "report").await;
    world.expect_told("alice", "ops", "something to fill in").await;
    press(&world, "alice", "Fill in").await;
    sees(&world, "alice").await;
    assert_eq!(submit(&world, "alice", filled("disk full")).await["outcome"], "closed");
    world.expect("ops", "Paged for").await;
}

#[tokio::test]
async fn what_a_command_lacks_is_filled_in() {
    let world = world().await;
    world.slash("alice", "ops", "/roll-out api").await;
    press(&world, "alice", "Fill in").await;
    let view = sees(&world, "alice").await;
    let blocks = view["blocks"].as_array().unwrap();
    let first = blocks.iter().find(|block| block["type"] == "input").unwrap();
    assert_eq!(first["element"]["initial_value"], "api", "what was understood is kept");
    let done = submit(&world, "alice", json!({"env": "prod"})).await;
    assert_eq!(done["outcome"], "closed", "{done}");
    world.expect("ops", "api is live on prod").await;
    assert_eq!(world.ran.all(), ["roll out api to prod"]);
}

#[tokio::test]
async fn who_may_no_longer_run_the_command_does_not_by_its_form() {
    let world = World::with(SlackConfig::new(), with_forms).await;
    world.slash("alice", "ops", "/roll-out api").await;
    press(&world, "alice", "Fill in").await;
    sees(&world, "alice").await;
    let store = world.store.clone();
    let world = world.restart_over(store, |gateway| with_forms(gateway).policy(Nobody)).await;
    submit(&world, "alice", json!({"env": "prod"})).await;
    world.settled().await;
    assert!(world.ran.all().is_empty());
    assert_eq!(world.denials().await, ["missing_argument", "not_authorized"]);
}

/// Nobody may do anything.
#[derive(Debug)]
struct Nobody;

#[async_trait]
impl Policy for Nobody {
    async fn decide(&self, _: &Question) -> Result<Decision> {
        Ok(Decision::deny("not_authorized"))
    }
}
