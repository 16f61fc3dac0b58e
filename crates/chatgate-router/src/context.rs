//! The run that a handler is in, and its verbs.

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use chatgate_core::{
    Actor, Audience, Change, Clock, Content, Error, Event, EventId, EventKind, FileRef, Form, Loss,
    MessageRef, PastMessage, Place, Principal, Result, RouteId, SharedFile, StepState,
};

use crate::{Asked, Reply, Say, Sent, Speaker, Stream, Strict};

/// The run that a handler is in: who asked, where, and the verbs to say something. Cheap to clone.
///
/// Each verb checks what the place can do before anything is promised: what cannot be done otherwise
/// is `Error::is_unsupported` at once, everything else is queued and survives what the store survives.
#[derive(Clone)]
pub struct Context {
    run: Arc<Run>,
    place: Place,
    audience: Audience,
    strict: Strict,
    chosen: Arc<[String]>,
}

/// One start of one route's handler.
#[derive(Debug)]
#[non_exhaustive]
pub struct Run {
    /// The run's id, the same as the recorded event's; also its idempotency key.
    pub id: EventId,
    /// The route.
    pub route: RouteId,
    /// What brought it.
    pub event: Arc<Event>,
    /// Who asked, as the platform says.
    pub actor: Actor,
    /// Who that is in the organisation.
    pub principal: Principal,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// The verbs.
    pub speaker: Arc<dyn Speaker>,
}

impl Run {
    /// A run; the gateway makes it.
    #[must_use]
    pub fn new(
        id: EventId,
        route: RouteId,
        event: Arc<Event>,
        actor: Actor,
        principal: Principal,
        clock: Arc<dyn Clock>,
        speaker: Arc<dyn Speaker>,
    ) -> Self {
        Self { id, route, event, actor, principal, clock, speaker }
    }
}

impl Context {
    /// The context of a run in a place.
    #[must_use]
    pub fn new(run: Arc<Run>, place: Place) -> Self {
        Self {
            run,
            place,
            audience: Audience::Everyone,
            strict: Strict::No,
            chosen: Arc::default(),
        }
    }

    /// The same run, given what was chosen in a menu or picker.
    pub(crate) fn with_chosen(mut self, chosen: Vec<String>) -> Self {
        self.chosen = chosen.into();
        self
    }

    pub(crate) fn chosen(&self) -> &[String] {
        &self.chosen
    }

    /// The run's id: stable over restarts, so it serves as an idempotency key.
    #[must_use]
    pub fn run_id(&self) -> EventId {
        self.run.id
    }

    /// The route.
    #[must_use]
    pub fn route(&self) -> &RouteId {
        &self.run.route
    }

    /// Where it was asked, and where the verbs speak.
    #[must_use]
    pub fn place(&self) -> &Place {
        &self.place
    }

    /// Who asked, as the platform says.
    #[must_use]
    pub fn actor(&self) -> &Actor {
        &self.run.actor
    }

    /// Who that is in the organisation.
    #[must_use]
    pub fn principal(&self) -> &Principal {
        &self.run.principal
    }

    /// What brought the run.
    #[must_use]
    pub fn event(&self) -> &Event {
        &self.run.event
    }

    /// The gateway's clock: time and sleeping that a test can drive.
    #[must_use]
    pub fn clock(&self) -> &Arc<dyn Clock> {
        &self.run.clock
    }

    /// The message that brought the run: the one that was written, or the one whose button was used.
    #[must_use]
    pub fn message(&self) -> Option<&MessageRef> {
        match &self.run.event.kind {
            EventKind::Message(message) => Some(&message.message),
            EventKind::Action(used) => used.message.as_ref(),
            EventKind::Reaction { message, .. }
            | EventKind::Edited { message, .. }
            | EventKind::Deleted { message } => Some(message),
            _ => None,
        }
    }

    /// The same run, speaking in the thread of the message that brought it, or in a new one under it.
    #[must_use]
    pub fn thread(&self) -> Self {
        let mut context = self.clone();
        if context.place.thread.is_none() {
            let root = match &self.run.event.kind {
                EventKind::Message(message) => {
                    message.thread_root.clone().or_else(|| platform_thread(&message.message))
                }
                _ => self.message().and_then(platform_thread),
            };
            context.place.thread = root;
        }
        context
    }

    /// The same run, speaking in another place.
    #[must_use]
    pub fn in_place(&self, place: Place) -> Self {
        Self { place, ..self.clone() }
    }

    /// The same run, speaking only to the person who asked.
    #[must_use]
    pub fn privately(&self) -> Self {
        Self { audience: Audience::Only(self.run.actor.user.clone()), ..self.clone() }
    }

    /// The same run, with every loss an error: what the place cannot show as it was meant is
    /// `Error::is_unsupported`, and nothing is queued.
    #[must_use]
    pub fn strict(&self) -> Self {
        Self { strict: Strict::Yes, ..self.clone() }
    }

    /// Says something.
    ///
    /// # Errors
    /// `unsupported` when the place cannot be spoken to, or a loss in strict mode; what the store says.
    pub async fn say(&self, content: impl Into<Content>) -> Result<Sent> {
        let mut say = Say::new(self.place.clone(), content);
        say.audience = self.audience.clone();
        say.strict = self.strict;
        self.run.speaker.say(say).await
    }

    /// Answers inside the platform's request where that is possible, else as a message. Such an answer
    /// has no id: use [`Context::say`] for what is to be edited.
    ///
    /// # Errors
    /// As [`Context::say`].
    pub async fn answer(&self, content: impl Into<Content>) -> Result<Vec<Loss>> {
        let reply = match self.audience {
            Audience::Everyone => Reply::message(content),
            _ => Reply::private(content),
        };
        self.run.speaker.answer(reply).await
    }

    /// Changes what was said.
    ///
    /// # Errors
    /// As [`Context::say`].
    pub async fn edit(&self, sent: &Sent, content: impl Into<Content>) -> Result<Sent> {
        self.run.speaker.edit(sent, content.into(), self.strict).await
    }

    /// Deletes what was said.
    ///
    /// # Errors
    /// `unsupported` where messages cannot be deleted.
    pub async fn delete(&self, sent: &Sent) -> Result<()> {
        self.run.speaker.delete(sent).await
    }

    /// Shows how far some work has come: one message, edited in place.
    ///
    /// # Errors
    /// As [`Context::say`].
    pub async fn progress(&self, text: impl Into<String>) -> Result<Progress> {
        let text = text.into();
        let steps = vec![chatgate_core::Step::new(StepState::Running, text)];
        let sent =
            self.say(Content::new().block(chatgate_core::Block::Progress(steps.clone()))).await?;
        Ok(Progress { context: self.clone(), sent, steps })
    }

    /// Begins a message that grows while it is written, as the answer of a language model does.
    ///
    /// ```
    /// # use chatgate_core::{Content, Result};
    /// # use chatgate_router::Context;
    /// async fn explain(cx: Context) -> Result<()> {
    ///     let mut stream = cx.stream();
    ///     for piece in ["The queue ", "is full since ", "14:02."] {
    ///         stream.push(piece).await?;
    ///     }
    ///     stream.finish("The queue is full since 14:02.").await?;
    ///     Ok(())
    /// }
    /// ```
    #[must_use]
    pub fn stream(&self) -> Stream {
        let mut say = Say::new(self.place.clone(), Content::new());
        say.audience = self.audience.clone();
        say.strict = self.strict;
        Stream::new(self.run.speaker.clone().stream(say))
    }

    /// Opens a form for the person who asked, or asks its questions where there are no forms. Returns
    /// once that is queued: the submission starts the form's own handler.
    ///
    /// # Errors
    /// As [`Context::say`].
    pub async fn form(&self, form: Form) -> Result<Asked> {
        self.run.speaker.form(form, self.strict).await
    }

    /// Asks the questions of a form one by one in the conversation. Returns once the first is queued:
    /// the answers start the form's own handler.
    ///
    /// # Errors
    /// As [`Context::say`].
    pub async fn ask(&self, form: Form) -> Result<Asked> {
        self.run.speaker.ask(form).await
    }

    /// Uploads a file.
    ///
    /// # Errors
    /// `unsupported` where files cannot be uploaded or this one is too large.
    pub async fn upload(
        &self,
        name: impl Into<String> + Send,
        bytes: impl Into<Bytes> + Send,
    ) -> Result<FileRef> {
        self.run.speaker.upload(self.place.clone(), name.into(), bytes.into()).await
    }

    /// The files that came with the message that brought the run.
    #[must_use]
    pub fn files(&self) -> &[SharedFile] {
        match &self.run.event.kind {
            EventKind::Message(message) => &message.files,
            _ => &[],
        }
    }

    /// Fetches a file that someone has sent, or given to a form. What is in it is theirs: check it
    /// before it is believed.
    ///
    /// ```
    /// # use chatgate_core::Result;
    /// # use chatgate_router::Context;
    /// async fn count(cx: Context) -> Result<String> {
    ///     let mut lines = 0;
    ///     for file in cx.files() {
    ///         let bytes = cx.download(file, 1024 * 1024).await?;
    ///         lines += bytes.iter().filter(|byte| **byte == b'\n').count();
    ///     }
    ///     Ok(format!("{lines} lines"))
    /// }
    /// ```
    ///
    /// # Errors
    /// `unsupported` where files cannot be fetched, `invalid_input` for one of more than `max_bytes`,
    /// `not_found` for one that is gone.
    pub async fn download(&self, file: &SharedFile, max_bytes: usize) -> Result<Bytes> {
        self.run.speaker.download(self.place.clone(), file, max_bytes).await
    }

    /// Fills the person's home page with the bot; what it showed before is gone.
    ///
    /// # Errors
    /// `unsupported` where there are no home pages, `not_found` where nobody brought the run.
    pub async fn home(&self, content: impl Into<Content> + Send) -> Result<Vec<Loss>> {
        let Some(actor) = &self.run.event.actor else {
            return Err(Error::not_found("nobody brought this run").with_operation("home"));
        };
        let (adapter, workspace) = (self.place.adapter.clone(), self.place.workspace.clone());
        let home = Place::home(adapter, workspace, &actor.user);
        self.run.speaker.home(home, content.into()).await
    }

    /// Adds a reaction to the message that brought the run.
    ///
    /// # Errors
    /// `unsupported` where there are no reactions, `not_found` where no message brought the run.
    pub async fn react(&self, emoji: impl Into<String> + Send) -> Result<()> {
        let message = self.message().cloned().ok_or_else(|| {
            Error::not_found("no message brought this run").with_operation("react")
        })?;
        let speaker = &self.run.speaker;
        speaker.react(message, self.place.clone(), emoji.into(), Change::Added).await
    }

    /// Pins what was said; of several parts the first.
    ///
    /// # Errors
    /// `unsupported` where there are no pins, `not_found` where nothing was said.
    pub async fn pin(&self, sent: &Sent) -> Result<()> {
        self.set_pin(sent, Change::Added).await
    }

    /// Pins it no longer.
    ///
    /// # Errors
    /// As [`Context::pin`].
    pub async fn unpin(&self, sent: &Sent) -> Result<()> {
        self.set_pin(sent, Change::Removed).await
    }

    async fn set_pin(&self, sent: &Sent, change: Change) -> Result<()> {
        let (Some(message), Some(place)) = (sent.parts.first(), &sent.place) else {
            return Err(Error::not_found("nothing was said").with_operation("pin"));
        };
        self.run.speaker.pin(message.clone(), place.clone(), change).await
    }

    /// Shows for a few seconds that the bot is typing. A courtesy: where that cannot be shown, nothing
    /// is, and a failure is only logged.
    pub async fn typing(&self) {
        self.run.speaker.typing(self.place.clone()).await;
    }

    /// Reads what was said here before, newest first, at most `limit` messages.
    ///
    /// # Errors
    /// `unsupported` where earlier messages cannot be read.
    pub async fn history(&self, limit: usize) -> Result<Vec<PastMessage>> {
        self.run.speaker.history(self.place.clone(), limit).await
    }

    /// Hears what is said in this thread from now on, also without a mention.
    ///
    /// # Errors
    /// What the store says.
    pub async fn subscribe(&self) -> Result<()> {
        self.run.speaker.subscribe(self.place.clone(), Change::Added).await
    }

    /// Stops hearing what is said in this thread without a mention.
    ///
    /// # Errors
    /// What the store says.
    pub async fn unsubscribe(&self) -> Result<()> {
        self.run.speaker.subscribe(self.place.clone(), Change::Removed).await
    }
}

impl fmt::Debug for Context {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Context")
            .field("run", &self.run.id)
            .field("route", &self.run.route)
            .field("place", &self.place)
            .finish_non_exhaustive()
    }
}

/// The thread that a reply to a message of the platform's opens, where its id is the thread's.
fn platform_thread(message: &MessageRef) -> Option<chatgate_core::ThreadId> {
    match message {
        MessageRef::Platform { place, id } => {
            Some(place.thread.clone().unwrap_or_else(|| id.as_str().into()))
        }
        _ => None,
    }
}

/// One message that shows how far some work has come.
#[derive(Clone, Debug)]
pub struct Progress {
    context: Context,
    sent: Sent,
    steps: Vec<chatgate_core::Step>,
}

impl Progress {
    /// The running step is done, and this one runs.
    ///
    /// # Errors
    /// As [`Context::edit`].
    pub async fn step(&mut self, text: impl Into<String>) -> Result<()> {
        self.end(StepState::Done);
        self.steps.push(chatgate_core::Step::new(StepState::Running, text));
        self.show().await
    }

    /// Everything is done.
    ///
    /// # Errors
    /// As [`Context::edit`].
    pub async fn done(mut self) -> Result<Sent> {
        self.end(StepState::Done);
        self.show().await?;
        Ok(self.sent)
    }

    /// The running step has failed.
    ///
    /// # Errors
    /// As [`Context::edit`].
    pub async fn failed(mut self) -> Result<Sent> {
        self.end(StepState::Failed);
        self.show().await?;
        Ok(self.sent)
    }

    /// The message.
    #[must_use]
    pub fn sent(&self) -> &Sent {
        &self.sent
    }

    fn end(&mut self, state: StepState) {
        if let Some(step) = self.steps.last_mut() {
            step.state = state;
        }
    }

    async fn show(&mut self) -> Result<()> {
        let content = Content::new().block(chatgate_core::Block::Progress(self.steps.clone()));
        self.sent = self.context.edit(&self.sent, content).await?;
        Ok(())
    }
}
