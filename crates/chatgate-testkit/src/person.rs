//! Someone who talks to the bot under test.

use std::time::Duration;

use chatgate_core::{
    ActionUse, Actor, AnswerKind, AnswerSlot, Chosen, Clock, Content, Delivered, Event, EventKind,
    FormField, Inbox, Invocation, Message, MessageRef, Place, Seal, Standing, ThreadId,
};
use chatgate_render::TerminalAction;
use chatgate_router::TypedForm;
use serde_json::{Map, Value};

use crate::{MemoryAdapter, Posted, TestChat};

/// Someone who talks to the bot under test. Each verb returns when all has happened that can happen
/// without time passing.
#[derive(Clone, Debug)]
pub struct Person<'a> {
    chat: &'a TestChat,
    actor: Actor,
    place: Place,
    direct: bool,
}

impl<'a> Person<'a> {
    pub(crate) fn new(chat: &'a TestChat, name: &str) -> Self {
        let platform = MemoryAdapter::platform();
        let actor = Actor::member(TestChat::adapter_id(), platform, "home", name);
        Self { chat, actor, place: TestChat::channel("general"), direct: false }
    }

    /// The same person with another standing.
    #[must_use]
    pub fn standing(mut self, standing: Standing) -> Self {
        self.actor = self.actor.standing(standing);
        self
    }

    /// The same person as a guest of the workspace.
    #[must_use]
    pub fn guest(self) -> Self {
        self.standing(Standing::Guest)
    }

    /// The same person as one of another organisation.
    #[must_use]
    pub fn external(self) -> Self {
        self.standing(Standing::External)
    }

    /// Someone whom nobody knows.
    #[must_use]
    pub fn anonymous(self) -> Self {
        self.standing(Standing::Anonymous)
    }

    /// Not a person: another bot, a webhook, a workflow.
    #[must_use]
    pub fn integration(self) -> Self {
        self.standing(Standing::Integration)
    }

    /// The same person in another channel.
    #[must_use]
    pub fn in_channel(mut self, name: &str) -> Self {
        self.place = TestChat::channel(name);
        self.direct = false;
        self
    }

    /// The same person in a thread of the channel.
    #[must_use]
    pub fn in_thread(mut self, root: impl Into<ThreadId>) -> Self {
        self.place = self.place.in_thread(root);
        self
    }

    /// The same person in a direct message with the bot.
    #[must_use]
    pub fn direct(mut self) -> Self {
        self.place = Place::direct(self.place.adapter, self.place.workspace, &self.actor.user);
        self.direct = true;
        self
    }

    /// Where the person is.
    #[must_use]
    pub fn place(&self) -> &Place {
        &self.place
    }

    /// Says something to the bot.
    pub async fn says(&self, text: &str) -> Delivered {
        self.delivers(self.message(text)).await
    }

    /// Says something that is not meant for the bot.
    pub async fn mutters(&self, text: &str) -> Delivered {
        let mut event = self.message(text);
        if let EventKind::Message(message) = &mut event.kind {
            message.mentioned = false;
        }
        self.delivers(event).await
    }

    /// Gives a slash command: its request can carry a message back for the next three seconds.
    pub async fn slashes(&self, text: &str) -> Delivered {
        let by = self.chat.clock().now() + Duration::from_secs(3);
        let slot = AnswerSlot::new(by, [AnswerKind::Message, AnswerKind::PrivateMessage]);
        self.delivers(self.slash(text).answerable(slot)).await
    }

    /// Uses the newest button or menu with this label: choices by their labels.
    ///
    /// # Panics
    /// When there is no such button.
    pub async fn clicks(&self, label: &str) -> Delivered {
        self.delivers(self.click(label, &[])).await
    }

    /// Chooses from the newest menu with this label.
    ///
    /// # Panics
    /// When there is no such menu or choice.
    pub async fn chooses(&self, label: &str, choices: &[&str]) -> Delivered {
        self.delivers(self.click(label, choices)).await
    }

    /// Fills in the form that was opened last.
    ///
    /// # Panics
    /// When no form was opened.
    pub async fn submits(&self, values: &[(&str, Value)]) -> Delivered {
        let seal = self.form_seal();
        let values: Map<_, _> =
            values.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
        self.delivers(self.event(EventKind::FormSubmitted { seal, values })).await
    }

    /// Fills in the form that was opened last, as its own type. What the form carries is what it was
    /// opened with, whatever stands here.
    ///
    /// ```
    /// # use chatgate_core::Result;
    /// # use chatgate_macros::{Command, Form};
    /// # use chatgate_router::{Context, Router, TypedForm as _};
    /// # use chatgate_testkit::TestChat;
    /// # /// Rate
    /// # #[derive(Command)]
    /// # #[command(effect = "read", crate = "chatgate_router")]
    /// # struct Rate;
    /// #[derive(Form)]
    /// # #[form(of = "rate", crate = "chatgate_router")]
    /// struct Feedback {
    ///     words: String,
    /// }
    /// # async fn rate(_: Rate, cx: Context) -> Result<()> {
    /// #     cx.form(Feedback::form()).await?;
    /// #     Ok(())
    /// # }
    /// # async fn feedback(form: Feedback) -> String {
    /// #     format!("Noted: {}", form.words)
    /// # }
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let chat = TestChat::new(Router::new().command(rate).on(feedback), ()).await;
    /// let bob = chat.person("bob");
    /// bob.says("rate").await;
    /// bob.fills_in(&Feedback { words: "good".into() }).await;
    /// chat.expect("Noted: good").await;
    /// # }
    /// ```
    ///
    /// # Panics
    /// When no form was opened, or another one.
    pub async fn fills_in<F: TypedForm>(&self, filled: &F) -> Delivered {
        let form = filled.filled_in();
        let seal = self.form_seal();
        assert_eq!(seal.route, form.route, "another form was opened last");
        let answer = |field: FormField| Some((field.name, field.default?));
        let values = form.fields.into_iter().filter_map(answer).collect();
        self.delivers(self.event(EventKind::FormSubmitted { seal, values })).await
    }

    /// Closes the form that was opened last without submitting it.
    ///
    /// # Panics
    /// When no form was opened.
    pub async fn closes_form(&self) -> Delivered {
        let seal = self.form_seal();
        self.delivers(self.event(EventKind::FormClosed { seal })).await
    }

    /// The event of saying something to the bot: to be delivered, perhaps more than once.
    #[must_use]
    pub fn message(&self, text: &str) -> Event {
        let id = self.chat.unique();
        let message = MessageRef::platform(self.place.clone(), format!("p{id}"));
        let message = Message::new(message, Content::typed(text)).mentioned();
        self.event(EventKind::Message(message))
    }

    /// The event of a slash command.
    #[must_use]
    pub fn slash(&self, text: &str) -> Event {
        self.event(EventKind::Command(Invocation::new(Content::typed(text))))
    }

    /// The event of using the newest button with this label.
    ///
    /// # Panics
    /// When there is no such button or choice.
    #[must_use]
    pub fn click(&self, label: &str, choices: &[&str]) -> Event {
        let (posted, action) = self.find(label);
        let text = action.seal.as_deref().expect("a sealed action");
        let seal = self.inbox().seals().open(text).expect("our own seal");
        let chosen: Vec<_> = choices
            .iter()
            .map(|choice| {
                let at = action.choices.iter().position(|other| other.label == *choice);
                at.unwrap_or_else(|| panic!("{label:?} has no choice {choice:?}"))
            })
            .collect();
        let mut used = ActionUse::new(seal)
            .in_message(MessageRef::platform(posted.place, posted.id))
            .click(self.chat.unique().to_string());
        if !chosen.is_empty() {
            used = used.chosen(Chosen::Choices(chosen));
        }
        self.event(EventKind::Action(used))
    }

    /// An event of this person, here.
    #[must_use]
    pub fn event(&self, kind: EventKind) -> Event {
        let key = format!("k{}", self.chat.unique());
        let now = self.chat.clock().now();
        let adapter = TestChat::adapter_id();
        let event = Event::new(MemoryAdapter::platform(), adapter, "home", key, now, kind)
            .in_place(self.place.clone())
            .by(self.actor.clone());
        if self.direct { event.direct() } else { event }
    }

    async fn delivers(&self, event: Event) -> Delivered {
        let delivered = self.chat.deliver(event).await;
        self.chat.settle().await;
        delivered
    }

    fn find(&self, label: &str) -> (Posted, TerminalAction) {
        for posted in self.chat.adapter().messages().into_iter().rev() {
            let found = posted.actions.iter().find(|action| action.label == label).cloned();
            if let (Some(action), false) = (found, posted.deleted) {
                return (posted, action);
            }
        }
        panic!("there is no button {label:?}. What was said:\n{}", self.chat.transcript())
    }

    fn form_seal(&self) -> Seal {
        let forms = self.chat.adapter().forms();
        let form = forms.last().expect("a form was opened");
        let seal = form.form.seal.as_deref().expect("a sealed form");
        self.inbox().seals().open(seal).expect("our own seal")
    }

    fn inbox(&self) -> Inbox {
        self.chat.gateway().inbox(&TestChat::adapter_id())
    }
}
