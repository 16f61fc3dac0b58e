//! What stands around a handler, and what it is given.

#![allow(clippy::unwrap_used, clippy::panic, reason = "helpers of tests")]

mod support;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use chatgate_core::{
    Actor, Change, Chosen, CommandSpec, Content, Effect, Error, FormSpec, Place, Principal, Result,
    Submission,
};
use chatgate_router::{
    Body, Captures, Context, Extract, FromRef, Heard, Hook, Mention, Next, ReactionAdded, Reply,
    Router, Selected, State,
};
use serde_json::json;
use support::{
    action, choose, click, command, context, find, handle, matched, mention, prepare, reaction,
    said, submit,
};

command!(Ping, CommandSpec::new("ping", "Answers").effect(Effect::Read));
action!(Move, chatgate_core::ActionSpec::new("move"));

#[derive(Clone, Default)]
struct App {
    log: Log,
    calls: Arc<AtomicUsize>,
}

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<String>>>);

impl FromRef<App> for Log {
    fn from_ref(app: &App) -> Self {
        app.log.clone()
    }
}

impl Log {
    fn add(&self, line: impl Into<String>) {
        self.0.lock().unwrap().push(line.into());
    }

    fn lines(&self) -> Vec<String> {
        self.0.lock().unwrap().clone()
    }
}

async fn ping(_: Ping, State(log): State<Log>) -> &'static str {
    log.add("handler");
    "pong"
}

#[tokio::test]
async fn a_handler_takes_the_state_its_parts_and_who_asked_where() {
    #[allow(clippy::too_many_arguments, reason = "every extractor at once")]
    async fn who(
        _: Ping,
        cx: Context,
        State(app): State<App>,
        State(log): State<Log>,
        actor: Actor,
        principal: Principal,
        place: Place,
        _: Selected,
    ) -> Result<String> {
        app.calls.fetch_add(1, Ordering::Relaxed);
        log.add("called");
        Ok(format!("{} {} {} {}", cx.route(), actor.user, principal.id, place))
    }
    let app = App::default();
    let routes = Router::new().command(who).build(app.clone()).unwrap();
    let said = said(&routes, mention("ping")).await;
    assert_eq!(said, "ping ann ann@example.com console:W1:C1");
    assert_eq!(app.calls.load(Ordering::Relaxed), 1);
    assert_eq!(app.log.lines(), ["called"]);
}

#[tokio::test]
async fn an_extractor_that_fails_is_the_runs_error_and_nothing_is_skipped() {
    struct Ticket;
    impl<S> Extract<S> for Ticket {
        fn extract(_: &Context, _: &S) -> Result<Self> {
            Err(Error::message("You have no ticket."))
        }
    }
    async fn enter(_: Ping, _: Ticket) -> &'static str {
        "in"
    }
    let routes = Router::new().command(enter).build(()).unwrap();
    let error = handle(&routes, mention("ping")).await.unwrap_err();
    assert_eq!(error.for_person(), Some("You have no ticket."));
}

#[tokio::test]
async fn layers_go_around_guards_and_guards_before_the_handler_outer_ones_first() {
    struct Named(&'static str, Log);
    #[async_trait]
    impl Hook for Named {
        async fn run(&self, cx: Context, next: Next) -> Result<Reply> {
            self.1.add(format!("{} in", self.0));
            let reply = next.run(cx).await;
            self.1.add(format!("{} out", self.0));
            reply
        }
    }
    async fn inner(_: Context, State(log): State<Log>) -> Result<()> {
        log.add("inner guard");
        Ok(())
    }
    async fn outer(_: Context, State(log): State<Log>) -> Result<()> {
        log.add("outer guard");
        Ok(())
    }
    let app = App::default();
    let named = |name| Named(name, app.log.clone());
    let nested = Router::new().guard(inner).command(ping).layer(named("third"));
    let routes = Router::new()
        .layer(named("first"))
        .nest("ops", "Operations", nested)
        .layer(named("second"))
        .guard(outer)
        .build(app.clone())
        .unwrap();
    assert_eq!(said(&routes, mention("ops ping")).await, "pong");
    assert_eq!(
        app.log.lines(),
        [
            "first in",
            "second in",
            "third in",
            "outer guard",
            "inner guard",
            "handler",
            "third out",
            "second out",
            "first out",
        ]
    );
}

#[tokio::test]
async fn a_nested_routers_guard_guards_nothing_else() {
    async fn never(_: Context) -> Result<()> {
        Err(Error::message("Not here."))
    }
    let nested = Router::new().guard(never).command(ping);
    let router = Router::new().nest("ops", "Operations", nested).command(ping);
    let routes = router.build(App::default()).unwrap();
    assert_eq!(said(&routes, mention("ping")).await, "pong");
    assert!(handle(&routes, mention("ops ping")).await.unwrap_err().is_denied());
}

#[tokio::test]
async fn a_guards_error_is_a_denial_with_its_words_for_the_person() {
    async fn weekend(_: Context) -> Result<()> {
        Err(Error::message("Not on a weekend."))
    }
    async fn broken(_: Context) -> Result<()> {
        Err(Error::not_found("the calendar"))
    }
    let app = App::default();
    let routes = Router::new().command(ping).guard(weekend).build(app.clone()).unwrap();
    let error = handle(&routes, mention("ping")).await.unwrap_err();
    assert!(error.is_denied());
    assert_eq!(
        (error.code(), error.context()),
        (Some("guard"), &["Not on a weekend.".to_owned()][..])
    );

    let routes = Router::new().command(ping).guard(broken).build(app.clone()).unwrap();
    let error = handle(&routes, mention("ping")).await.unwrap_err();
    assert!(error.is_denied() && error.context().is_empty(), "{error}");
    assert!(app.log.lines().is_empty(), "the handler did not run");
}

#[tokio::test]
async fn a_layer_may_be_a_function_and_answer_in_the_handlers_place() {
    async fn closed(_: Context, _: Next) -> Result<Reply> {
        Ok(Reply::private("We are closed."))
    }
    let app = App::default();
    let routes = Router::new().layer(closed).command(ping).build(app.clone()).unwrap();
    assert_eq!(said(&routes, mention("ping")).await, "We are closed.");
    assert!(app.log.lines().is_empty());
}

#[tokio::test]
async fn the_innermost_words_for_an_error_count() {
    async fn fail(_: Ping) -> Result<()> {
        Err(Error::not_found("the build"))
    }
    let words = |text: &'static str| {
        move |error: &Error, _: &Context| Reply::private(format!("{text}: {error}"))
    };
    let nested = Router::new().on_error(words("inner")).command(fail);
    let routes = Router::new()
        .on_error(words("outer"))
        .nest("ops", "Operations", nested)
        .command(fail)
        .build(())
        .unwrap();
    for (text, wanted) in [("ping", "outer: "), ("ops ping", "inner: ")] {
        let event = mention(text);
        let matched = matched(find(&routes, text));
        let cx = context(&matched, &event);
        let prepared = prepare(&matched, &event).await.unwrap();
        let error = matched.run(prepared, cx.clone()).await.unwrap_err();
        let reply = matched.on_error(&error, &cx).unwrap();
        let Some(Body::Message(content)) = reply.body else { panic!() };
        assert_eq!(content.plain_text(), format!("{wanted}{error}"));
    }
    let plain = Router::new().command(fail).build(()).unwrap();
    let matched = matched(find(&plain, "ping"));
    let cx = context(&matched, &mention("ping"));
    assert!(matched.on_error(&Error::not_found("x"), &cx).is_none());
}

#[tokio::test]
async fn an_action_gets_its_value_and_what_was_chosen() {
    async fn move_to(to: Move, selected: Selected) -> String {
        format!("{} to {:?} of {:?}", to.0, selected.one(), selected.values)
    }
    let routes = Router::new().on(move_to).build(()).unwrap();
    let value = json!({"id": 3});

    let event = click("action:move", value.clone());
    let action = matched(routes.find(&event, Heard::Ambient));
    assert_eq!(prepare(&action, &event).await.unwrap().args(), Some(&value));
    assert_eq!(said(&routes, event).await, r#"{"id":3} to None of []"#);

    let event = choose("action:move", value, &["eu", "us"], Chosen::Choices(vec![1]));
    let prepared = prepare(&action, &event).await.unwrap();
    // Policy sees what was chosen, too.
    assert_eq!(prepared.args(), Some(&json!({"id": 3, "$chosen": ["us"]})));
    assert_eq!(action.prepared_from_json(prepared.args().unwrap().clone()).unwrap(), prepared);
    assert_eq!(said(&routes, event).await, r#"{"id":3} to Some("us") of ["us"]"#);

    let event = choose("action:move", json!("x"), &[], Chosen::Ids(vec!["U1".into(), "U2".into()]));
    assert_eq!(said(&routes, event).await, r#""x" to None of ["U1", "U2"]"#);

    let event = choose("action:move", json!("x"), &["eu"], Chosen::Choices(vec![1]));
    assert!(prepare(&action, &event).await.is_err(), "there is no such choice");
}

#[tokio::test]
async fn a_form_gets_its_answers_and_what_the_program_gave_it() {
    async fn feedback(submission: Submission) -> String {
        format!("{} {}", submission.text("words").unwrap(), submission.state)
    }
    let routes = Router::new().form(FormSpec::new("feedback"), feedback).build(()).unwrap();
    let event = submit("form:feedback", json!({"run": 7}), json!({"words": "nice"}));
    let form = matched(routes.find(&event, Heard::Ambient));
    let prepared = prepare(&form, &event).await.unwrap();
    assert_eq!(prepared.args(), Some(&json!({"values": {"words": "nice"}, "state": {"run": 7}})));
    assert_eq!(said(&routes, event).await, r#"nice {"run":7}"#);
}

#[tokio::test]
async fn listeners_get_what_they_listen_to() {
    async fn echo(mention: Mention) -> String {
        mention.text()
    }
    async fn bug(found: Captures) -> String {
        format!("{:?} {:?} {:?}", found.get(0), found.name("number"), found.get(2))
    }
    async fn eyes(reaction: ReactionAdded) -> Content {
        Content::from(reaction.emoji.as_str())
    }
    let router = Router::new().on(echo).on(eyes).message(r"(?i)bug (?<number>\d+)(!)?", bug);
    let routes = router.build(()).unwrap();
    assert_eq!(said(&routes, mention("good morning")).await, "good morning");
    let bug = said(&routes, mention("see Bug 42 please")).await;
    assert_eq!(bug, r#"Some("Bug 42") Some("42") None"#);
    assert_eq!(said(&routes, reaction(Change::Added)).await, "eyes");

    let event = mention("good morning");
    let listener = matched(routes.find(&event, Heard::Command));
    assert_eq!(prepare(&listener, &event).await.unwrap().args(), None);
}

#[tokio::test]
async fn a_handler_may_return_nothing_or_an_option() {
    async fn maybe(_: Ping) -> Option<String> {
        None
    }
    let routes = Router::new().command(maybe).build(()).unwrap();
    assert_eq!(handle(&routes, mention("ping")).await.unwrap(), Reply::nothing());
}
