//! The bot that the tests talk to.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use chatgate_core::{Button, ClockExt as _, Content, Level, Result, UserId};
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

/// Count a number, and say nothing
#[derive(Command)]
#[command(name = "count", effect = "write", crate = "chatgate_router")]
struct Count {
    /// The number
    number: u32,
}

async fn count(cmd: Count, cx: Context, State(ran): State<Ran>) {
    ran.push(format!("{} {}", cx.place().conversation, cmd.number));
}

/// Roll a service out
#[derive(Command)]
#[command(name = "deploy", effect = "write", crate = "chatgate_router")]
struct Deploy {
    /// The service
    service: String,
}

async fn deploy(cmd: Deploy, State(ran): State<Ran>) -> Content {
    ran.push(format!("deploy {}", cmd.service));
    Content::status(Level::Success, format!("{} is live", cmd.service))
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

async fn incident(cmd: Incident, cx: Context) -> Result<()> {
    let take = Button::new("Take it", &Take { what: cmd.what.clone() });
    cx.say(Content::from(format!("Incident: {}", cmd.what)).actions([take])).await?;
    Ok(())
}

async fn take(action: Take, cx: Context, State(ran): State<Ran>) -> Reply {
    ran.push(format!("take {}", action.what));
    Reply::update(format!("{} is taken by {}", action.what, cx.actor().user))
}

/// Page somebody
#[derive(Command)]
#[command(name = "page", effect = "write", crate = "chatgate_router")]
struct Page {
    /// Whom
    who: UserId,
}

async fn page(cmd: Page, State(ran): State<Ran>) {
    ran.push(format!("page {}", cmd.who));
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

async fn feedback(_: Feedback, cx: Context) -> Result<()> {
    cx.form(Opinion::form()).await?;
    Ok(())
}

async fn opinion(form: Opinion, State(ran): State<Ran>) -> Reply {
    if form.words == "bad" {
        return Reply::invalid("words", "cannot be bad");
    }
    ran.push(format!("opinion {}", form.words));
    Reply::nothing()
}

/// Tell one person something, after a while
#[derive(Command)]
#[command(name = "secret", effect = "read", crate = "chatgate_router")]
struct Secret;

async fn secret(_: Secret, cx: Context) -> Reply {
    cx.clock().sleep(Duration::from_secs(10)).await;
    Reply::private("the secret")
}

pub(crate) fn router() -> Router<App> {
    Router::new()
        .command(count)
        .command(deploy)
        .command(incident)
        .on(take)
        .command(page)
        .command(secret)
        .command(feedback)
        .on(opinion)
}
