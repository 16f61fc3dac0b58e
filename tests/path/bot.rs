//! The bot that the tests talk to.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use chatgate_core::{
    Button, ClockExt, Content, Effect, FieldErrors, Form, FormField, FormSpec, Level, Result,
    Submission, Table,
};
use chatgate_macros::{Action, Choice, Command};
use chatgate_router::{Context, FromRef, Mention, Reply, Router, State, ThreadMessage};
use serde::{Deserialize, Serialize};

/// What ran, in the order in which it began.
#[derive(Clone, Debug, Default)]
pub(crate) struct Ran(Arc<Mutex<Vec<String>>>);

impl Ran {
    pub(crate) fn push(&self, what: impl Into<String>) {
        self.0.lock().unwrap().push(what.into());
    }

    pub(crate) fn all(&self) -> Vec<String> {
        self.0.lock().unwrap().clone()
    }
}

#[derive(Clone, Debug, Default)]
pub(crate) struct App {
    pub(crate) ran: Ran,
}

impl FromRef<App> for Ran {
    fn from_ref(app: &App) -> Self {
        app.ran.clone()
    }
}

/// Roll a service out
#[derive(Command)]
#[command(name = "deploy", crate = "chatgate_router", example = "deploy api --env prod")]
pub(crate) struct Deploy {
    /// The service
    service: String,
    /// Where to
    #[arg(long, target)]
    env: Env,
}

#[derive(Choice)]
#[choice(crate = "chatgate_router")]
pub(crate) enum Env {
    Staging,
    Prod,
}

async fn deploy(cmd: Deploy, cx: Context, State(ran): State<Ran>) -> Result<Content> {
    ran.push(format!("deploy {} {}", cmd.service, cmd.env.as_str()));
    let progress = cx.progress(format!("Deploying {} …", cmd.service)).await?;
    cx.clock().sleep(Duration::from_secs(600)).await;
    progress.done().await?;
    Ok(Content::status(Level::Success, format!("{} is live", cmd.service)))
}

/// Say a number
#[derive(Command)]
#[command(name = "count", effect = "write", crate = "chatgate_router")]
pub(crate) struct Count {
    number: u32,
}

async fn count(cmd: Count, cx: Context, State(ran): State<Ran>) -> String {
    ran.push(format!("{} {}", cx.place().conversation, cmd.number));
    format!("counted {}", cmd.number)
}

/// Show how things are
#[derive(Command)]
#[command(name = "status", effect = "read", crate = "chatgate_router")]
pub(crate) struct Status;

async fn status(_: Status, State(ran): State<Ran>) -> Content {
    ran.push("status");
    Content::new().table(Table::new(["Service", "Version"]).row(["api", "1.4.2"]))
}

/// Panic
#[derive(Command)]
#[command(name = "panic", crate = "chatgate_router")]
pub(crate) struct Panic;

async fn panics(_: Panic) {
    panic!("on purpose")
}

/// Page someone
#[derive(Command)]
#[command(name = "page", crate = "chatgate_router")]
pub(crate) struct Page;

async fn page(_: Page) -> Content {
    let ack = Button::new("Acknowledge", &Acknowledge { incident: 7 });
    let look = Button::new("Look", &Look { incident: 7 });
    Content::from("Disk full").actions([ack, look])
}

#[derive(Action, Serialize, Deserialize)]
#[action(name = "acknowledge", of = "page", crate = "chatgate_router")]
pub(crate) struct Acknowledge {
    incident: u32,
}

impl Acknowledge {
    pub(crate) fn of(incident: u32) -> Self {
        Self { incident }
    }
}

async fn acknowledge(action: Acknowledge, cx: Context, State(ran): State<Ran>) -> Reply {
    ran.push(format!("ack {} by {}", action.incident, cx.actor().user));
    Reply::update(format!("Acknowledged by {}", cx.actor().user))
}

#[derive(Action, Serialize, Deserialize)]
#[action(name = "look", of = "page", effect = "read", repeat, crate = "chatgate_router")]
pub(crate) struct Look {
    incident: u32,
}

impl Look {
    pub(crate) fn of(incident: u32) -> Self {
        Self { incident }
    }
}

async fn look(action: Look, State(ran): State<Ran>) -> String {
    ran.push(format!("look {}", action.incident));
    "looking".to_owned()
}

/// Ask for feedback
#[derive(Command)]
#[command(name = "feedback", effect = "read", crate = "chatgate_router")]
pub(crate) struct Feedback;

pub(crate) fn feedback_form() -> Form {
    Form::new("opinion", "How was it?")
        .field(FormField::text("words", "In a word").required())
        .field(FormField::yes_no("again", "Again?").required())
        .state(serde_json::json!({"week": 48}))
}

async fn feedback(_: Feedback, cx: Context) -> Result<()> {
    cx.form(feedback_form()).await?;
    Ok(())
}

async fn given(feedback: Submission, State(ran): State<Ran>) -> Result<Reply> {
    let words = feedback.text("words").unwrap_or_default();
    if words == "bad" {
        let wrong = FieldErrors::from([("words".to_owned(), "cannot be".to_owned())]);
        return Ok(Reply::field_errors(wrong));
    }
    let again: bool = feedback.value("again")?;
    ran.push(format!("feedback {words} {again} {}", feedback.state["week"]));
    Ok(Reply::message("Thank you."))
}

/// Follow a thread
#[derive(Command)]
#[command(name = "follow", effect = "read", crate = "chatgate_router")]
pub(crate) struct Follow;

async fn follow(_: Follow, cx: Context) -> Result<()> {
    cx.thread().subscribe().await
}

async fn followed(_: ThreadMessage, cx: Context, State(ran): State<Ran>) -> Result<()> {
    ran.push(format!("heard in {}", cx.place()));
    Ok(())
}

async fn greeted(_: Mention, State(ran): State<Ran>) {
    ran.push("mention");
}

/// The bot.
pub(crate) fn router() -> Router<App> {
    Router::new()
        .command(deploy)
        .command(count)
        .command(status)
        .command(panics)
        .command(page)
        .command(feedback)
        .command(follow)
        .on(acknowledge)
        .on(look)
        .on(followed)
        .form(FormSpec::new("opinion").effect(Effect::Write), given)
}

/// The bot, with a listener to every mention that is no command.
pub(crate) fn listening_router() -> Router<App> {
    router().on(greeted)
}
