//! What the tests of the router share: events, and a speaker that says nothing.
#![allow(dead_code, unused_macros, unused_imports, unreachable_pub, missing_docs)]

use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use chatgate_core::{
    ActionUse, Actor, AdapterId, CardId, Change, Chosen, Content, Error, Event, EventId, EventKind,
    FileRef, Form, Invocation, Loss, ManualClock, Message, MessageRef, PastMessage, Place,
    Platform, Principal, Result, RouteId, Seal, SharedFile, Timestamp,
};
use chatgate_router::{
    Asked, Body, Context, Found, Heard, Matched, Prepared, Refused, Reply, Routes, Run, Say, Sent,
    Speaker, Streaming, Strict,
};
use serde_json::{Map, Value};

/// Declares a command by hand, as the derive would: a type that keeps its arguments.
macro_rules! command {
    ($name:ident, $spec:expr) => {
        command!(plain $name, $spec);
        impl<S> chatgate_router::Sources<S> for $name {}
    };
    (plain $name:ident, $spec:expr) => {
        #[derive(Debug)]
        #[allow(dead_code, reason = "not every test looks into it")]
        struct $name(chatgate_router::Args);

        impl chatgate_router::Command for $name {
            fn spec() -> &'static chatgate_core::CommandSpec {
                static SPEC: std::sync::LazyLock<chatgate_core::CommandSpec> =
                    std::sync::LazyLock::new(|| $spec);
                &SPEC
            }

            fn from_args(args: &chatgate_router::Args) -> chatgate_core::Result<Self> {
                Ok(Self(args.clone()))
            }
        }
    };
}
pub(crate) use command;

/// Declares an action by hand: a type that keeps its value.
macro_rules! action {
    ($name:ident, $spec:expr) => {
        #[derive(Debug)]
        #[allow(dead_code, reason = "not every test looks into it")]
        struct $name(serde_json::Value);

        impl chatgate_core::Action for $name {
            fn spec() -> &'static chatgate_core::ActionSpec {
                static SPEC: std::sync::LazyLock<chatgate_core::ActionSpec> =
                    std::sync::LazyLock::new(|| $spec);
                &SPEC
            }

            fn to_value(&self) -> serde_json::Value {
                self.0.clone()
            }

            fn from_value(value: serde_json::Value) -> chatgate_core::Result<Self> {
                Ok(Self(value))
            }
        }
    };
}
pub(crate) use action;

pub const NOW: Timestamp = Timestamp::from_secs(1_800_000_000);

pub fn adapter() -> AdapterId {
    AdapterId::parse("console").unwrap()
}

pub fn place() -> Place {
    Place::new(adapter(), "W1", "C1")
}

pub fn event(kind: EventKind) -> Event {
    let actor = Actor::member(adapter(), Platform::console(), "W1", "ann");
    Event::new(Platform::console(), adapter(), "W1", "delivery-1", NOW, kind)
        .in_place(place())
        .by(actor)
}

fn message(text: &str) -> Message {
    Message::new(MessageRef::platform(place(), "m1"), Content::typed(text))
}

/// A message that speaks to the bot by name.
pub fn mention(text: &str) -> Event {
    event(EventKind::Message(message(text).mentioned()))
}

/// A message that does not speak to the bot.
pub fn aside(text: &str) -> Event {
    event(EventKind::Message(message(text)))
}

/// A direct message.
pub fn direct(text: &str) -> Event {
    aside(text).direct()
}

/// A slash command.
pub fn slash(text: &str) -> Event {
    event(EventKind::Command(Invocation::new(Content::typed(text))))
}

pub fn seal(route: &str, value: Value) -> Seal {
    Seal::new(RouteId::from(route), CardId::from(7), place(), NOW, value)
}

/// A click on a button.
pub fn click(route: &str, value: Value) -> Event {
    event(EventKind::Action(ActionUse::new(seal(route, value))))
}

/// A choice in a menu.
pub fn choose(route: &str, value: Value, choices: &[&str], chosen: Chosen) -> Event {
    let mut seal = seal(route, Value::Null);
    seal.value =
        serde_json::from_value(serde_json::json!({"i": {"v": value, "c": choices}})).unwrap();
    event(EventKind::Action(ActionUse::new(seal).chosen(chosen)))
}

pub fn submit(route: &str, state: Value, values: Value) -> Event {
    let Value::Object(values) = values else { panic!("values are an object") };
    event(EventKind::FormSubmitted { seal: seal(route, state), values })
}

pub fn reaction(change: Change) -> Event {
    let message = MessageRef::platform(place(), "m1");
    event(EventKind::Reaction { message, emoji: "eyes".into(), change })
}

/// What a message that speaks to the bot finds.
pub fn find(routes: &Routes, text: &str) -> Found {
    routes.find(&mention(text), Heard::Command)
}

/// The routes of what was found, or a word for it.
pub fn route(found: &Found) -> String {
    let of = |matched: &Matched| matched.gate.route.to_string();
    match found {
        Found::Command(matched) => of(matched),
        Found::Action(matched) | Found::Form(matched) => of(matched),
        Found::FilledIn(matched) => format!("filled in {}", of(matched)),
        Found::Listeners(all) => all.iter().map(of).collect::<Vec<_>>().join(" "),
        Found::Help { topic } => format!("help [{}]", topic.join(" ")),
        Found::Cancel => "cancel".into(),
        Found::Unknown { .. } => "unknown".into(),
        Found::Incomplete { spec, skip, .. } => format!("incomplete {} after {skip}", spec.route),
        _ => "nothing".into(),
    }
}

pub fn matched(found: Found) -> Matched {
    match found {
        Found::Command(one) | Found::Action(one) | Found::Form(one) | Found::FilledIn(one) => one,
        Found::Listeners(mut all) => all.remove(0),
        other => panic!("found {other:?}"),
    }
}

pub fn context(matched: &Matched, event: &Event) -> Context {
    let actor = event.actor.clone().unwrap();
    let run = Run::new(
        EventId::from(1),
        matched.gate.route.clone(),
        Arc::new(event.clone()),
        actor,
        Principal::human("ann@example.com"),
        Arc::new(ManualClock::at(NOW)),
        Arc::new(Silent),
    );
    Context::new(Arc::new(run), place())
}

/// Finds, prepares and runs.
pub async fn handle(routes: &Routes, event: Event) -> Result<Reply> {
    let matched = matched(routes.find(&event, Heard::Command));
    let prepared = prepare(&matched, &event).await.unwrap();
    let cx = context(&matched, &event);
    matched.run(prepared, cx).await
}

pub async fn prepare(matched: &Matched, event: &Event) -> Result<Prepared, Refused> {
    matched.prepare(event, NOW).await
}

/// What a handler says for this event, in plain text.
pub async fn said(routes: &Routes, event: Event) -> String {
    match handle(routes, event).await.unwrap().body {
        Some(Body::Message(content)) => content.plain_text(),
        other => panic!("said {other:?}"),
    }
}

#[derive(Debug)]
pub struct Silent;

#[async_trait]
impl Speaker for Silent {
    async fn say(&self, say: Say) -> Result<Sent> {
        Ok(Sent::new(Vec::new(), say.place, Vec::new()))
    }

    async fn edit(&self, sent: &Sent, _: Content, _: Strict) -> Result<Sent> {
        Ok(sent.clone())
    }

    fn stream(self: Arc<Self>, _: Say) -> Box<dyn Streaming> {
        panic!("no test of the router streams")
    }

    async fn delete(&self, _: &Sent) -> Result<()> {
        Ok(())
    }

    async fn answer(&self, _: Reply) -> Result<Vec<Loss>> {
        Ok(Vec::new())
    }

    async fn form(&self, _: Form, _: Strict) -> Result<Asked> {
        Err(Error::unsupported("form"))
    }

    async fn ask(&self, _: Form) -> Result<Asked> {
        Err(Error::unsupported("ask"))
    }

    async fn home(&self, _: Place, _: Content) -> Result<Vec<Loss>> {
        Err(Error::unsupported("home"))
    }

    async fn upload(&self, _: Place, _: String, _: Bytes) -> Result<FileRef> {
        Err(Error::unsupported("upload"))
    }

    async fn download(&self, _: Place, _: &SharedFile, _: usize) -> Result<Bytes> {
        Err(Error::unsupported("download"))
    }

    async fn react(&self, _: MessageRef, _: Place, _: String, _: Change) -> Result<()> {
        Ok(())
    }

    async fn pin(&self, _: MessageRef, _: Place, _: Change) -> Result<()> {
        Ok(())
    }

    async fn typing(&self, _: Place) {}

    async fn history(&self, _: Place, _: usize) -> Result<Vec<PastMessage>> {
        Ok(Vec::new())
    }

    async fn subscribe(&self, _: Place, _: Change) -> Result<()> {
        Ok(())
    }
}
