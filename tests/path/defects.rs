//! Defects of a program's own parts: each event still comes to its end, and is not begun for ever.

use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::Poll;
use std::time::Duration;

use async_trait::async_trait;
use chatgate_core::{
    Actor, Choice, Content, Decision, Identity, Inline, Policy, Principal, Question, Result,
};
use chatgate_macros::Command;
use chatgate_router::{Router, State};
use chatgate_testkit::TestChat;

use crate::bot::{self, App, Ran};

#[derive(Clone, Debug, Default)]
struct Calls(Arc<AtomicUsize>);

impl Calls {
    fn count(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }

    fn all(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }
}

/// A policy with a defect.
#[derive(Debug)]
struct Panics(Calls);

#[async_trait]
impl Policy for Panics {
    async fn decide(&self, _: &Question) -> Result<Decision> {
        self.0.count();
        panic!("a defect of a policy")
    }
}

#[async_trait]
impl Identity for Panics {
    async fn principal(&self, _: &Actor) -> Result<Principal> {
        self.0.count();
        panic!("a defect of an identity")
    }
}

/// Nothing waits any more, and an hour later nobody has tried again.
async fn is_over(chat: &TestChat, calls: &Calls) {
    let before = calls.all();
    chat.advance(Duration::from_secs(3_600)).await;
    assert_eq!(calls.all(), before, "begun again");
    assert!(chat.gateway().is_idle(), "it still waits");
}

#[tokio::test]
async fn a_panicking_policy_denies_and_the_event_is_over() {
    let (app, calls) = (App::default(), Calls::default());
    let policy = Panics(calls.clone());
    let chat = TestChat::builder(bot::router(), app.clone()).policy(policy).start().await;
    chat.person("bob").says("count 1").await;
    assert!(app.ran.all().is_empty());
    assert!(!chat.adapter().messages().is_empty(), "bob is not answered");
    is_over(&chat, &calls).await;
}

#[tokio::test]
async fn a_panicking_identity_denies_and_the_event_is_over() {
    let (app, calls) = (App::default(), Calls::default());
    let identity = Panics(calls.clone());
    let chat = TestChat::builder(bot::router(), app.clone())
        .gateway(|gateway| gateway.identity(identity))
        .start()
        .await;
    chat.person("bob").says("count 1").await;
    assert!(app.ran.all().is_empty());
    is_over(&chat, &calls).await;
}

/// Pick a service
#[derive(Command)]
#[command(name = "pick", effect = "read", state = App, crate = "chatgate_router")]
struct Pick {
    /// The service
    #[arg(choices = services)]
    service: String,
}

async fn services(State(app): State<App>) -> Vec<Choice> {
    app.ran.push("asked");
    panic!("a defect of what is listed")
}

async fn pick(pick: Pick, State(ran): State<Ran>) {
    ran.push(pick.service);
}

#[tokio::test]
async fn a_panic_while_arguments_are_read_is_told_and_the_event_is_over() {
    let app = App::default();
    let chat = TestChat::new(Router::new().command(pick), app.clone()).await;
    chat.person("bob").says("pick api").await;
    assert!(!chat.adapter().messages().is_empty(), "bob is not answered");
    let asked = app.ran.all();
    chat.advance(Duration::from_secs(3_600)).await;
    assert_eq!(app.ran.all(), asked, "begun again");
    assert!(chat.gateway().is_idle());
}

#[tokio::test]
async fn an_adapter_that_panics_when_a_form_opens_gets_its_questions_asked_otherwise() {
    let app = App::default();
    let chat = TestChat::new(bot::router(), app.clone()).await;
    chat.adapter().panic_next("open_form");
    let bob = chat.person("bob");
    bob.says("feedback").await;
    assert!(!chat.adapter().messages().is_empty(), "bob is not answered");
    assert!(chat.gateway().is_idle());
}

#[tokio::test]
async fn an_adapter_that_panics_when_a_name_is_looked_up_costs_the_mention_only() {
    let chat = TestChat::new(bot::router(), App::default()).await;
    chat.adapter().panic_next("describe");
    let mention = Inline::User { id: "bob".into(), handle: Some("bob".into()) };
    let content = Content::new().paragraph([mention]);
    let chat_handle = chat.speak();
    let said = chat_handle.say(TestChat::channel("general"), content);
    let sent = CatchPanic(Box::pin(said)).await.expect("the caller panics");
    assert!(sent.is_ok(), "{sent:?}");
    chat.expect("bob").await;
}

/// A future whose panic is a value.
struct CatchPanic<F>(Pin<Box<F>>);

impl<F: Future> Future for CatchPanic<F> {
    type Output = std::thread::Result<F::Output>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut std::task::Context<'_>) -> Poll<Self::Output> {
        let poll = || self.0.as_mut().poll(cx);
        match std::panic::catch_unwind(AssertUnwindSafe(poll)) {
            Ok(Poll::Pending) => Poll::Pending,
            Ok(Poll::Ready(value)) => Poll::Ready(Ok(value)),
            Err(panic) => Poll::Ready(Err(panic)),
        }
    }
}

#[tokio::test]
async fn a_form_that_does_not_open_is_offered_by_a_button() {
    let app = App::default();
    let chat = TestChat::new(bot::router(), app.clone()).await;
    chat.adapter().fail_next("open_form", chatgate_core::Error::not_found("the trigger is gone"));
    let bob = chat.person("bob");
    bob.says("feedback").await;
    bob.clicks("Fill in").await;
    bob.submits(&[("words", "good".into()), ("again", true.into())]).await;
    assert_eq!(app.ran.all(), ["feedback good true 48"]);
}
