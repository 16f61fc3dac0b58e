//! The bot that the tests talk to.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use chatgate_core::{Button, ClockExt as _, Content, Level, Result};
use chatgate_macros::{Action, Command, Form};
use chatgate_router::{Context, FromRef, Reply, Router, State, TypedForm as _};
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

/// Count a number
#[derive(Command)]
#[command(name = "count", effect = "write", crate = "chatgate_router")]
struct Count {
    /// The number
    number: u32,
}

async fn count(cmd: Count, State(ran): State<Ran>) -> String {
    ran.push(format!("count {}", cmd.number));
    format!("counted {}", cmd.number)
}

/// Roll a service out, step by step
#[derive(Command)]
#[command(name = "deploy", effect = "write", crate = "chatgate_router")]
struct Deploy {
    /// The service
    service: String,
    /// How many seconds it takes
    #[arg(long, default = "0")]
    seconds: u64,
}

async fn deploy(cmd: Deploy, cx: Context, State(ran): State<Ran>) -> Result<Content> {
    let Deploy { service, seconds } = cmd;
    let mut progress = cx.progress(format!("Building {service}")).await?;
    progress.step(format!("Replacing {service}")).await?;
    progress.done().await?;
    ran.push(format!("deploy {service}"));
    cx.clock().sleep(Duration::from_secs(seconds)).await;
    Ok(Content::status(Level::Success, format!("{service} is live")))
}

/// Take some seconds, and say how it went
#[derive(Command)]
#[command(name = "slow", effect = "write", crate = "chatgate_router")]
struct Slow {
    /// How many
    seconds: u64,
}

async fn slow(cmd: Slow, cx: Context, State(ran): State<Ran>) -> String {
    ran.push(format!("slow {}", cmd.seconds));
    cx.clock().sleep(Duration::from_secs(cmd.seconds)).await;
    format!("took {} seconds", cmd.seconds)
}

/// Do something, and say nothing
#[derive(Command)]
#[command(name = "quiet", effect = "write", crate = "chatgate_router")]
struct Quiet;

async fn quiet(_: Quiet, State(ran): State<Ran>) {
    ran.push("quiet");
}

/// Say what somebody else wrote
#[derive(Command)]
#[command(name = "quote", effect = "read", crate = "chatgate_router")]
struct Quote {
    /// What they wrote
    #[arg(rest)]
    words: String,
}

async fn quote(cmd: Quote) -> Content {
    Content::from(cmd.words.as_str()).then(Content::untrusted("a log", &cmd.words))
}

/// Say more than an answer carries
#[derive(Command)]
#[command(name = "report", effect = "read", crate = "chatgate_router")]
struct Report;

async fn report(_: Report) -> Content {
    crate::said::report()
}

/// Raise an incident, with a button
#[derive(Command)]
#[command(name = "incident", effect = "write", crate = "chatgate_router")]
struct Incident {
    /// What is wrong
    #[arg(rest)]
    what: String,
}

/// Take an incident.
#[derive(Action, Serialize, Deserialize)]
#[action(name = "take", of = "incident", crate = "chatgate_router")]
pub(crate) struct Take {
    pub(crate) what: String,
}

async fn incident(cmd: Incident) -> Content {
    let take = Button::new("Take it", &Take { what: cmd.what.clone() });
    Content::from(format!("Incident: {}", cmd.what)).actions([take])
}

async fn take(action: Take, cx: Context, State(ran): State<Ran>) -> Reply {
    ran.push(format!("take {}", action.what));
    Reply::update(format!("{} is taken by {}", action.what, cx.actor().user))
}

/// Ask what was good
#[derive(Command)]
#[command(name = "feedback", effect = "write", crate = "chatgate_router")]
struct Feedback;

/// What was good?
#[derive(Form)]
#[form(name = "opinion", of = "feedback", crate = "chatgate_router")]
struct Opinion {
    /// In a word
    words: String,
}

async fn feedback(_: Feedback, cx: Context, State(ran): State<Ran>) -> Result<()> {
    let error = cx.form(Opinion::form()).await.expect_err("there are no forms");
    assert!(error.is_unsupported(), "{error:?}");
    let error = cx.history(3).await.expect_err("there is no history");
    assert!(error.is_unsupported(), "{error:?}");
    ran.push("feedback");
    Ok(())
}

async fn opinion(form: Opinion, State(ran): State<Ran>) {
    ran.push(format!("opinion {}", form.words));
}

pub(crate) fn router() -> Router<App> {
    Router::new()
        .command(count)
        .command(deploy)
        .command(slow)
        .command(quiet)
        .command(quote)
        .command(report)
        .command(incident)
        .on(take)
        .command(feedback)
        .on(opinion)
}
