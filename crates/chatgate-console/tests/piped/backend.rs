//! A gateway that answers by script.

use std::borrow::Cow;
use std::io::{self, Write};
use std::sync::{Arc, Mutex, OnceLock};

use async_trait::async_trait;
use chatgate_console::Console;
use chatgate_core::{
    ActionValue, Adapter, AdapterId, Audience, Button, CardId, Clock, Content, Cursor, Delivered,
    Event, EventKind, Form, Health, Inbox, InboxBackend, ManualClock, MessageId, Operation, Place,
    Receipt, Rendered, Result, Seal, Seals, SeededRng, Shutdown, ShutdownTrigger, Specs, Surface,
    Target, Timestamp,
};
use serde_json::json;

/// What a test says to each event.
#[async_trait]
pub(crate) trait Script: Send + Sync + 'static {
    async fn answer(&self, event: &Event, bot: &Bot) -> Delivered;
}

/// The gateway's end: says things, remembers what came.
pub(crate) struct Bot {
    pub(crate) console: OnceLock<Arc<Console>>,
    pub(crate) events: Mutex<Vec<Event>>,
    pub(crate) health: Mutex<Vec<Health>>,
    pub(crate) rejected: Mutex<Vec<Cow<'static, str>>>,
    pub(crate) clock: ManualClock,
    seals: Seals,
    clock_dyn: Arc<dyn Clock>,
}

struct Backend<S> {
    bot: Arc<Bot>,
    script: S,
}

/// What a session printed and did.
pub(crate) struct Sitting {
    pub(crate) output: String,
    pub(crate) events: Vec<Event>,
    pub(crate) bot: Arc<Bot>,
    pub(crate) ended: Result<()>,
}

/// A buffer that many can write to.
#[derive(Clone, Default)]
pub(crate) struct Buffer(Arc<Mutex<Vec<u8>>>);

impl Buffer {
    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

impl Write for Buffer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Pipes these bytes through a console to the end.
pub(crate) async fn sit(input: impl AsRef<[u8]>, script: impl Script) -> Sitting {
    let output = Buffer::default();
    let input = io::Cursor::new(input.as_ref().to_vec());
    let bot = Bot::new(Console::over(input, output.clone()).user("alice"));
    let ended = bot.run(script).await;
    let events = bot.events.lock().unwrap().clone();
    Sitting { output: output.text(), events, bot, ended }
}

impl Bot {
    pub(crate) fn new(console: Console) -> Arc<Self> {
        let clock = ManualClock::at(Timestamp::from_secs(1_000));
        Arc::new(Self {
            console: OnceLock::from(Arc::new(console)),
            events: Mutex::default(),
            health: Mutex::default(),
            rejected: Mutex::default(),
            clock_dyn: Arc::new(clock.clone()),
            clock,
            seals: Seals::random(Arc::new(SeededRng::new(7))),
        })
    }

    pub(crate) async fn run(self: &Arc<Self>, script: impl Script) -> Result<()> {
        let (_trigger, shutdown) = ShutdownTrigger::new();
        self.run_until(script, shutdown).await
    }

    pub(crate) async fn run_until(
        self: &Arc<Self>,
        script: impl Script,
        shutdown: Shutdown,
    ) -> Result<()> {
        let backend = Arc::new(Backend { bot: Arc::clone(self), script });
        let inbox = Inbox::new(self.console().id().clone(), backend);
        self.console().run(inbox, shutdown).await
    }

    pub(crate) fn console(&self) -> &Console {
        self.console.get().unwrap()
    }

    pub(crate) fn place(&self) -> Place {
        Place::new(self.console().id().clone(), "local", "terminal")
    }

    pub(crate) fn target(&self, surface: Surface) -> Target {
        Target::new(surface, self.console().capabilities(&self.place(), None))
    }

    /// A content as the console says it.
    pub(crate) fn render(&self, content: impl Into<Content>) -> Rendered {
        let fitted = self.console().dialect().message(&content.into(), &self.target(Surface::Post));
        fitted.parts[0].clone()
    }

    pub(crate) fn form(&self, mut form: Form) -> Rendered {
        form.seal = Some(self.seal(form.route.as_str()));
        let target = self.target(Surface::Form);
        self.console().dialect().form(&form, &target).unwrap().parts[0].clone()
    }

    pub(crate) fn seal(&self, route: &str) -> String {
        let seal =
            Seal::new(route.into(), CardId::from(1), self.place(), Timestamp::EPOCH, json!(7));
        self.seals.seal(&seal).unwrap()
    }

    pub(crate) fn value(&self, route: &str) -> ActionValue {
        let mut value = ActionValue::of(route.into(), json!(7));
        value.seal = Some(self.seal(route));
        value
    }

    pub(crate) fn button(&self, label: &str) -> Button {
        Button::of(label, self.value(&format!("action:{}", label.to_lowercase())))
    }

    /// Posts as the outbox does.
    pub(crate) async fn post(&self, key: u128, content: impl Into<Content>) -> Receipt {
        let operation = Operation::Post {
            place: self.place(),
            audience: Audience::Everyone,
            part: self.render(content),
            key: MessageId::from(key),
            via: None,
        };
        self.console().call(operation).await.unwrap()
    }

    pub(crate) async fn open_form(&self, form: Form) -> Result<Receipt> {
        let form = self.form(form);
        let operation =
            Operation::OpenForm { place: self.place(), user: "alice".into(), form, via: None };
        self.console().call(operation).await
    }
}

/// The words of a message event.
pub(crate) fn typed(event: &Event) -> Option<String> {
    match &event.kind {
        EventKind::Message(message) => Some(message.content.plain_text()),
        _ => None,
    }
}

#[async_trait]
impl<S: Script> InboxBackend for Backend<S> {
    async fn deliver(&self, _: &AdapterId, event: Event, _: Option<Cursor>) -> Delivered {
        self.bot.events.lock().unwrap().push(event.clone());
        self.script.answer(&event, &self.bot).await
    }

    async fn cursor(&self, _: &AdapterId, _: &str) -> Result<Option<String>> {
        Ok(None)
    }

    fn seals(&self) -> &Seals {
        &self.bot.seals
    }

    fn specs(&self) -> Arc<Specs> {
        Arc::default()
    }

    fn clock(&self) -> &Arc<dyn Clock> {
        &self.bot.clock_dyn
    }

    fn reject(&self, _: &AdapterId, reason: Cow<'static, str>) {
        self.bot.rejected.lock().unwrap().push(reason);
    }

    fn health(&self, _: &AdapterId, health: Health) {
        self.bot.health.lock().unwrap().push(health);
    }

    fn alarm(&self, _: &AdapterId, _: &str) {}
}
