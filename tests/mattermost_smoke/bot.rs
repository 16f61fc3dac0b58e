//! The bot under test: its handlers, its gateway, and which of its endpoints were reached.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::extract::Request;
use axum::middleware::{Next, from_fn};
use chatgate_core::{
    AllowAll, Button, Choice, ClockExt as _, Content, Element, Menu, MessageRef, Result, Specs,
};
use chatgate_gateway::{Gateway, Running};
use chatgate_macros::{Action, Command, Form};
use chatgate_mattermost::Mattermost;
use chatgate_router::{
    Context, MessageEdited, ReactionAdded, ReactionRemoved, Reply, Router, Selected, State,
    TypedForm as _,
};
use serde::{Deserialize, Serialize};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// Longer than an answer inside a request may take, and shorter than anybody waits.
const LATE: Duration = Duration::from_secs(4);

/// Say it back
#[derive(Command)]
#[command(name = "parrot", effect = "read", crate = "chatgate_router")]
struct Parrot {
    /// What
    #[arg(rest)]
    words: String,
}

async fn parrot(cmd: Parrot) -> Content {
    Content::from(format!("parrot: {}", cmd.words))
}

/// Say it back, too late for the answer
#[derive(Command)]
#[command(name = "snail", effect = "read", crate = "chatgate_router")]
struct Snail {
    /// What
    #[arg(rest)]
    words: String,
}

async fn snail(cmd: Snail, cx: Context) -> Content {
    cx.clock().sleep(LATE).await;
    Content::from(format!("snail: {}", cmd.words))
}

/// Say it back to one person alone
#[derive(Command)]
#[command(name = "whisper", effect = "read", crate = "chatgate_router")]
struct Whisper {
    /// What
    #[arg(rest)]
    words: String,
}

async fn whisper(cmd: Whisper, cx: Context) -> Reply {
    if cmd.words.starts_with("late") {
        cx.clock().sleep(LATE).await;
    }
    Reply::private(format!("whisper: {}", cmd.words))
}

/// Say it piece by piece
#[derive(Command)]
#[command(name = "poem", effect = "read", crate = "chatgate_router")]
struct Poem {
    /// What
    #[arg(rest)]
    words: String,
}

async fn poem(cmd: Poem, cx: Context) -> Result<()> {
    let mut stream = cx.stream();
    for word in cmd.words.split_whitespace() {
        stream.push(&format!("{word} ")).await?;
    }
    stream.finish(format!("poem: {}", cmd.words)).await?;
    Ok(())
}

/// Say how much a file has
#[derive(Command)]
#[command(name = "weigh", effect = "read", crate = "chatgate_router")]
struct Weigh;

async fn weigh(_: Weigh, cx: Context) -> Result<Content> {
    let mut bytes = 0;
    for file in cx.files() {
        bytes += cx.download(file, 1024 * 1024).await?.len();
    }
    Ok(Content::from(format!("weighed: {bytes} bytes")))
}

/// Show a button and a menu
#[derive(Command)]
#[command(name = "card", effect = "read", crate = "chatgate_router")]
struct Card {
    /// What for
    #[arg(rest)]
    words: String,
}

/// Press the button.
#[derive(Action, Serialize, Deserialize)]
#[action(name = "press", of = "card", crate = "chatgate_router")]
struct Press {
    words: String,
}

/// Choose in the menu.
#[derive(Action, Serialize, Deserialize)]
#[action(name = "choose", of = "card", crate = "chatgate_router")]
struct Choose {
    words: String,
}

async fn card(cmd: Card, cx: Context) -> Result<()> {
    let press = Button::new("Press", &Press { words: cmd.words.clone() });
    let choices = [Choice::labelled("Red", "red"), Choice::labelled("Green", "green")];
    let choose = Menu::new("Colour", &Choose { words: cmd.words.clone() }, choices);
    let card = Content::from(format!("card: {}", cmd.words));
    cx.say(card.actions([Element::from(press), choose.into()])).await?;
    Ok(())
}

async fn press(action: Press) -> Reply {
    Reply::update(format!("pressed: {}", action.words))
}

async fn choose(action: Choose, chosen: Selected, cx: Context) -> Result<()> {
    cx.say(format!("chosen: {} {}", chosen.values.join(","), action.words)).await?;
    Ok(())
}

/// Ask something in a dialog
#[derive(Command)]
#[command(name = "survey", effect = "read", crate = "chatgate_router")]
struct Survey;

/// What was it like?
#[derive(Form)]
#[form(name = "opinion", of = "survey", crate = "chatgate_router")]
struct Opinion {
    /// In a word
    words: String,
}

async fn survey(_: Survey, cx: Context) -> Result<()> {
    cx.form(Opinion::form()).await?;
    Ok(())
}

async fn opinion(form: Opinion, cx: Context) -> Result<Reply> {
    if form.words == "bad" {
        return Ok(Reply::invalid("words", "cannot be bad"));
    }
    cx.say(format!("opinion: {}", form.words)).await?;
    Ok(Reply::nothing())
}

/// What was seen without being spoken to, in its order.
#[derive(Clone, Debug, Default)]
pub(crate) struct Seen(Arc<Mutex<Vec<String>>>);

impl Seen {
    pub(crate) fn has(&self, what: &str) -> bool {
        self.0.lock().unwrap().iter().any(|seen| seen == what)
    }

    fn push(&self, what: String) {
        self.0.lock().unwrap().push(what);
    }
}

/// The server's id of a message.
fn id(message: &MessageRef) -> String {
    match message {
        MessageRef::Platform { id, .. } => id.to_string(),
        other => format!("{other:?}"),
    }
}

async fn reacted(reaction: ReactionAdded, State(seen): State<Seen>) {
    seen.push(format!("{} on {}", reaction.emoji, id(&reaction.message)));
}

async fn reacted_no_more(reaction: ReactionRemoved, State(seen): State<Seen>) {
    seen.push(format!("no {} on {}", reaction.emoji, id(&reaction.message)));
}

async fn edited(edit: MessageEdited, State(seen): State<Seen>) {
    seen.push(format!("{} says {}", id(&edit.message), edit.content.plain_text()));
}

fn router() -> Router<Seen> {
    Router::new()
        .command(parrot)
        .command(snail)
        .command(whisper)
        .command(poem)
        .command(weigh)
        .on(reacted)
        .on(reacted_no_more)
        .on(edited)
        .command(card)
        .on(press)
        .on(choose)
        .command(survey)
        .on(opinion)
}

/// What the program can do.
pub(crate) fn specs() -> Result<Arc<Specs>> {
    Ok(Gateway::new(Seen::default()).router(router()).build()?.specs())
}

/// How often each path was asked for.
#[derive(Clone, Debug, Default)]
pub(crate) struct Reached(Arc<Mutex<BTreeMap<String, usize>>>);

impl Reached {
    pub(crate) fn times(&self, path: &str) -> usize {
        self.0.lock().unwrap().get(path).copied().unwrap_or_default()
    }

    async fn count(self, request: Request, next: Next) -> axum::response::Response {
        *self.0.lock().unwrap().entry(request.uri().path().to_owned()).or_default() += 1;
        next.run(request).await
    }
}

/// The bot, at work.
pub(crate) struct Bot {
    running: Running,
    serving: JoinHandle<()>,
    pub(crate) reached: Reached,
    pub(crate) seen: Seen,
}

impl Bot {
    pub(crate) async fn start(adapter: Mattermost, listener: TcpListener) -> Result<Self> {
        // Without a seal key it makes a random one, which dies with it.
        let seen = Seen::default();
        let gateway = Gateway::new(seen.clone()).adapter(adapter).policy(AllowAll).router(router());
        let (routes, ready) = gateway.into_parts()?;
        let reached = Reached::default();
        let counted = reached.clone();
        let routes =
            routes.layer(from_fn(move |request, next| counted.clone().count(request, next)));
        let serving = tokio::spawn(async move {
            let _ = axum::serve(listener, routes).await;
        });
        Ok(Self { running: ready.start().await?, serving, reached, seen })
    }

    /// Whether the adapter listens.
    pub(crate) async fn is_ready(&self) -> bool {
        let endpoints = self.running.endpoints();
        let Some(ready) = endpoints.iter().find(|it| it.path == "/readyz") else { return false };
        ready.call(http::Request::default()).await.status().is_success()
    }

    pub(crate) async fn stop(self) {
        let _ = self.running.stop().await;
        self.serving.abort();
    }
}
