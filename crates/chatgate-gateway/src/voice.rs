//! The verbs of a run, and its one answer.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use bytes::Bytes;
use chatgate_core::{
    Answer, AnswerKind, Audience, Batch, CardId, Change, Choice, Content, EntryId, Error, Event,
    EventId, EventKind, Expect, Feature, FileRef, Form, Hold, Loss, LossKind, MessageId,
    MessageRef, Operation, PastMessage, Place, Priority, Receipt, ReplyHandle, Result, Surface,
};
use chatgate_router::{Asked, Body, Reply, Say, Sent, Speaker, Strict, Visibility};
use tokio::sync::Notify;

use crate::dialogue;
use crate::engine::Engine;
use crate::fill_in;
use crate::fit::{self, Ask, Private};
use crate::inbox::{self, OpenAnswer};
use crate::say::{self, Manner};
use crate::stored::{self, Recorded};
use crate::sync::lock;
use crate::walk;

/// The verbs of one event's runs, and the one answer inside the platform's request.
#[derive(Debug)]
pub(crate) struct Voice {
    engine: Arc<Engine>,
    id: EventId,
    hold: Hold,
    event: Mutex<Arc<Event>>,
    answer: Mutex<Option<OpenAnswer>>,
    moved: Arc<Notify>,
    /// What was said where nothing can be posted: it becomes part of the answer.
    collected: Mutex<Vec<(MessageId, Content)>>,
    /// What is to be committed with the next thing that is.
    pending: Mutex<Batch>,
}

// So many messages are collected into one answer; a run that says more there is told so.
const COLLECTED: usize = 100;
// One request for earlier messages reads at most so many (Slack's and Mattermost's largest page).
const HISTORY: usize = 200;

impl Voice {
    pub(crate) fn new(
        engine: Arc<Engine>,
        recorded: Recorded,
        hold: Hold,
        answer: Option<OpenAnswer>,
        moved: Arc<Notify>,
    ) -> Self {
        Self {
            engine,
            id: recorded.id,
            hold,
            event: Mutex::new(recorded.event),
            answer: Mutex::new(answer),
            moved,
            collected: Mutex::default(),
            pending: Mutex::default(),
        }
    }

    pub(crate) fn id(&self) -> EventId {
        self.id
    }

    /// Leaves changes to be committed when the run begins, or at the end.
    pub(crate) fn pend(&self, batch: Batch) {
        lock(&self.pending).changes.extend(batch.changes);
    }

    /// Takes the changes that were left.
    pub(crate) fn take_pending(&self) -> Batch {
        std::mem::take(&mut *lock(&self.pending))
    }

    /// The event is another one from here on.
    pub(crate) fn now_about(&self, event: Arc<Event>) {
        *lock(&self.event) = event;
    }

    fn event(&self) -> Arc<Event> {
        lock(&self.event).clone()
    }

    /// Ends the event: what the batch says, the reply, and the inbox entry, in one commit.
    pub(crate) async fn end(&self, batch: Batch, reply: Reply) -> Result<()> {
        let mut batch = batch.finish(self.hold);
        batch.changes.extend(self.take_pending().changes);
        let reply = self.with_collected(reply);
        let reply = match self.answer_in_band(batch.clone(), reply).await? {
            InBand::Answered => return Ok(()),
            InBand::NotPossible(reply) => reply,
            InBand::TooLate(reply) => return self.say_reply(reply).await,
        };
        let batch = match self.outgoing(reply, batch.clone()).await {
            Ok((_, batch)) => batch,
            Err(error) => {
                tracing::warn!(%error, "a reply could not be said");
                let details = serde_json::json!({
                    "delivery": self.id.to_string(),
                    "error": error.kind().as_str(),
                });
                self.engine.audit(batch, "message.dead", details)
            }
        };
        self.engine.commit(batch).await?;
        lock(&self.answer).take();
        Ok(())
    }

    /// Ends the event with what a menu offers.
    pub(crate) async fn end_with_options(&self, choices: Vec<Choice>) -> Result<()> {
        self.engine.commit(Batch::new().finish(self.hold)).await?;
        if let Some(open) = lock(&self.answer).take() {
            let _ = open.sender.send(Answer::Options(choices));
        }
        Ok(())
    }

    /// Says a reply as a message, whatever the request could have carried.
    pub(crate) async fn say_reply(&self, reply: Reply) -> Result<()> {
        let (_, batch) = self.outgoing(reply, Batch::new()).await?;
        self.engine.commit(batch).await?;
        Ok(())
    }

    /// What was collected comes before what was returned.
    fn with_collected(&self, mut reply: Reply) -> Reply {
        let collected = std::mem::take(&mut *lock(&self.collected));
        if collected.is_empty() {
            return reply;
        }
        let before = collected.into_iter().fold(Content::new(), |all, (_, one)| all.then(one));
        let content = match reply.body {
            Some(Body::Message(content) | Body::Update(content)) => before.then(content),
            _ => before,
        };
        reply.body = Some(Body::Message(content));
        reply
    }

    /// The way back to where the event came from, when the place itself cannot be posted to.
    fn way_back(&self, place: &Place) -> Option<ReplyHandle> {
        let event = self.event();
        let reply = event.reply.as_ref().filter(|reply| reply.is_live(self.engine.now()))?;
        if !event.place.as_ref()?.is_same_conversation(place) {
            return None;
        }
        let adapter = self.engine.adapter(&place.adapter).ok()?;
        let by_itself = adapter.capabilities(place, None).can(Feature::Post);
        let by_handle = adapter.capabilities(place, Some(reply)).can(Feature::Post);
        (!by_itself && by_handle).then(|| reply.clone())
    }

    /// The words of the message that the event brought: what a reply outside its thread quotes.
    fn quoted(&self) -> Option<String> {
        match &self.event().kind {
            EventKind::Message(message) => Some(message.content.notification(120)),
            _ => None,
        }
    }

    /// The rows that say a reply.
    async fn outgoing(&self, reply: Reply, batch: Batch) -> Result<(Sent, Batch)> {
        let event = self.event();
        let update = walk::is_update(&reply);
        let content = match reply.body {
            None => return Ok((Sent::default(), batch)),
            Some(Body::Message(content) | Body::Update(content)) => content,
            Some(Body::FieldErrors(errors)) => {
                let lines = errors.iter().map(|(field, error)| format!("{field}: {error}"));
                self.refill(Content::new().bullets(lines), &event)?
            }
            Some(Body::NextForm(form)) => {
                let text = self.engine.phrases.form_waiting.clone();
                let button = fill_in::button_for_form(&self.engine, &form, &event)?;
                Content::from(text).actions([button])
            }
            Some(_) => return Err(Error::internal("a reply of a newer router")),
        };
        let place = event.place_or_stand_in();
        if let (true, Some(clicked)) = (update, walk::clicked_message(&event)) {
            let sent = Sent::new(vec![clicked.clone()], place.clone(), Vec::new());
            if self.engine.adapter(&place.adapter)?.capabilities(&place, None).can(Feature::Edit) {
                let edit = say::edit(&self.engine, &sent, content, Strict::No, Priority::Answer);
                return Ok((edit.await?, batch));
            }
        }
        let mut say = Say::new(place.clone(), content);
        if reply.visibility == Visibility::Private
            && let Some(actor) = &event.actor
        {
            say.audience = Audience::Only(actor.user.clone());
        }
        let way_back = self.way_back(&place);
        let quoted = self.quoted();
        let manner =
            Manner { via: way_back.as_ref(), private: Private::Prefer, quoting: quoted.as_deref() };
        say::prepare(&self.engine, &say, manner, batch).await
    }

    /// Field errors that come too late, with a button that opens the form again, its values kept.
    fn refill(&self, content: Content, event: &Event) -> Result<Content> {
        let EventKind::FormSubmitted { seal, values } = &event.kind else {
            return Ok(content);
        };
        let matched = self.engine.routes.form(&seal.route);
        let Some(spec) = matched.and_then(|matched| matched.spec) else {
            return Ok(content);
        };
        let form = chatgate_router::form_for(&spec, values, &self.engine.phrases);
        Ok(content.actions([fill_in::button_for_form(&self.engine, &form, event)?]))
    }

    /// Puts a reply into the platform's request, if that still waits and takes it. The batch is
    /// committed before.
    async fn answer_in_band(&self, batch: Batch, reply: Reply) -> Result<InBand> {
        let Some(open) = lock(&self.answer).take() else {
            return Ok(InBand::NotPossible(reply));
        };
        let answer = match self.render_answer(&open, &reply).await {
            Ok(Some((answer, records))) if !open.sender.is_closed() => Some((answer, records)),
            Ok(_) => None,
            Err(error) => {
                tracing::debug!(%error, "the answer does not fit the request");
                None
            }
        };
        let Some((answer, records)) = answer else {
            *lock(&self.answer) = Some(open);
            return Ok(InBand::NotPossible(reply));
        };
        let mut batch = batch;
        batch.changes.extend(records.changes);
        if let Some(key) = inbox::event_answer_key(&self.event()) {
            let until = self.engine.now() + self.engine.limits.dedupe_for;
            batch = batch.put_until(key, stored::write(&answer)?, Expect::Any, until);
        }
        self.engine.commit(batch).await?;
        Ok(match open.sender.send(answer) {
            Ok(()) => InBand::Answered,
            // The request's time ran out while this was committed.
            Err(_) => InBand::TooLate(reply),
        })
    }

    /// The answer in the platform's form, when the request takes its kind and size.
    async fn render_answer(
        &self,
        open: &OpenAnswer,
        reply: &Reply,
    ) -> Result<Option<(Answer, Batch)>> {
        let event = self.event();
        let place = event.place_or_stand_in();
        let accepts = |kind| open.slot.accepts.contains(&kind);
        let everyone = Audience::Everyone;
        let (content, audience, update) = match &reply.body {
            Some(Body::FieldErrors(errors)) if accepts(AnswerKind::FieldErrors) => {
                return Ok(Some((Answer::FieldErrors(errors.clone()), Batch::new())));
            }
            Some(Body::NextForm(form)) if accepts(AnswerKind::NextForm) => {
                let Some(actor) = &event.actor else {
                    return Ok(None);
                };
                let via = event.reply.as_ref();
                let engine = &self.engine;
                let (_, fitted, batch) = fit::fit_form(engine, form, &place, &actor.user, via)?;
                let part = fitted.parts.into_iter().next();
                return Ok(part.map(|part| (Answer::NextForm(part), batch)));
            }
            Some(Body::Update(content)) if accepts(AnswerKind::Update) => (content, everyone, true),
            Some(Body::Message(content) | Body::Update(content)) => {
                let wanted = reply.visibility == Visibility::Private;
                match (&event.actor, wanted) {
                    (Some(actor), true) if accepts(AnswerKind::PrivateMessage) => {
                        (content, Audience::Only(actor.user.clone()), false)
                    }
                    (_, true) if self.can_speak_privately(&place) => return Ok(None),
                    _ => (content, everyone, false),
                }
            }
            _ => return Ok(None),
        };
        let quoted = self.quoted();
        let ask = Ask {
            place: &place,
            // Who sees it is the answer's affair: the request carries both kinds.
            audience: &Audience::Everyone,
            surface: Surface::Answer,
            via: event.reply.as_ref(),
            strict: Strict::No,
            private: Private::Prefer,
            quoting: quoted.as_deref(),
        };
        let fitted = fit::fit(&self.engine, content, &ask).await?;
        if fitted.file.is_some() || fitted.parts.is_empty() {
            return Ok(None);
        }
        let mut parts = fitted.parts;
        let answer = if update {
            if parts.len() != 1 {
                return Ok(None);
            }
            Answer::Update { part: parts.remove(0), private: None }
        } else {
            Answer::Message { audience, parts }
        };
        Ok(open.slot.takes(&answer).then_some((answer, fitted.batch)))
    }

    fn can_speak_privately(&self, place: &Place) -> bool {
        let Ok(adapter) = self.engine.adapter(&place.adapter) else {
            return false;
        };
        let can = adapter.capabilities(place, None);
        can.can(Feature::Post) && (can.can(Feature::Ephemeral) || can.can(Feature::DirectMessage))
    }

    /// Opens a form now: ahead of lane and outbox, since the platform's trigger is short-lived.
    pub(crate) async fn open_form(&self, form: Form, strict: Strict) -> Result<Asked> {
        let event = self.event();
        let place = event.place_or_stand_in();
        let Some(actor) = &event.actor else {
            return Err(Error::not_found("nobody to ask").with_operation("form"));
        };
        let adapter = self.engine.adapter(&place.adapter)?;
        let via = event.reply.as_ref().filter(|reply| reply.is_live(self.engine.now()));
        let can = adapter.capabilities(&place, via);
        if can.can(Feature::Forms) {
            let (card, fitted, batch) =
                fit::fit_form(&self.engine, &form, &place, &actor.user, via)?;
            let lost = strict == Strict::Yes && !fitted.losses.is_empty();
            let part = fitted.parts.into_iter().next().filter(|_| !lost);
            let Some(part) = part else {
                return Err(Error::unsupported("form"));
            };
            self.engine.store.commit(batch).await?;
            let open = Operation::OpenForm {
                place: place.clone(),
                user: actor.user.clone(),
                form: part,
                via: via.cloned(),
            };
            match adapter.call(open).await {
                Ok(_) => return Ok(Asked::new(card, fitted.losses)),
                Err(error) if strict == Strict::Yes => return Err(error),
                Err(error) => tracing::debug!(%error, "the form did not open"),
            }
        }
        if strict == Strict::Yes {
            return Err(Error::unsupported("form").with_context("the place has no forms"));
        }
        if can.can(Feature::Forms) && can.can(Feature::Actions) {
            let button = fill_in::button_for_form(&self.engine, &form, &event)?;
            let text = self.engine.phrases.form_waiting.clone();
            let content = Content::from(text).actions([button]);
            self.say_reply(Reply::private(content)).await?;
            let loss = Loss::new(LossKind::Form, "a button that opens it");
            return Ok(Asked::new(self.engine.new_card(), vec![loss]));
        }
        let mut asked = self.ask_questions(form).await?;
        asked.losses.push(Loss::new(LossKind::Form, "asked question by question"));
        Ok(asked)
    }

    async fn ask_questions(&self, form: Form) -> Result<Asked> {
        let event = self.event();
        let place = event.place_or_stand_in();
        let Some(actor) = &event.actor else {
            return Err(Error::not_found("nobody to ask").with_operation("ask"));
        };
        say::require(&self.engine, &place, Feature::Post, "ask")?;
        let (card, content, batch): (CardId, _, _) =
            dialogue::begin(&self.engine, &place, &actor.user, form)?;
        let say = Say::new(place, content);
        let (sent, batch) = say::prepare(&self.engine, &say, Manner::PLAIN, batch).await?;
        self.engine.commit(batch).await?;
        self.moved.notify_one();
        Ok(Asked::new(card, sent.losses))
    }

    /// Keeps what is said for the answer, where nothing can be posted and the request still waits.
    fn collect(&self, say: &Say) -> Option<Sent> {
        let event = self.event();
        let here = event.place.as_ref()?.is_same_conversation(&say.place);
        let adapter = self.engine.adapter(&say.place.adapter).ok()?;
        let posts = adapter.capabilities(&say.place, None).can(Feature::Post);
        let open = lock(&self.answer).as_ref().is_some_and(|open| !open.sender.is_closed());
        if posts || !here || !open || say.strict == Strict::Yes {
            return None;
        }
        let mut collected = lock(&self.collected);
        if collected.len() >= COLLECTED {
            return None;
        }
        let id = self.engine.new_message();
        collected.push((id, say.content.clone()));
        let loss = Loss::new(LossKind::Message, "collected into the answer");
        Some(Sent::new(vec![id.into()], say.place.clone(), vec![loss]))
    }

    /// Changes what was collected.
    fn edit_collected(&self, sent: &Sent, content: &Content) -> Option<Sent> {
        let id = sent.parts.first()?.our_id()?;
        let mut collected = lock(&self.collected);
        let (_, kept) = collected.iter_mut().find(|(other, _)| *other == id)?;
        *kept = content.clone();
        Some(sent.clone())
    }
}

/// What became of an answer inside the request.
enum InBand {
    /// It is there, and the batch is committed.
    Answered,
    /// The request does not take it; nothing is committed.
    NotPossible(Reply),
    /// The request was gone; the batch is committed.
    TooLate(Reply),
}

#[async_trait]
impl Speaker for Voice {
    async fn say(&self, say: Say) -> Result<Sent> {
        let way_back = self.way_back(&say.place);
        if way_back.is_none()
            && let Some(sent) = self.collect(&say)
        {
            return Ok(sent);
        }
        let quoted = self.quoted();
        let manner =
            Manner { via: way_back.as_ref(), private: Private::Must, quoting: quoted.as_deref() };
        let (sent, batch) = say::prepare(&self.engine, &say, manner, Batch::new()).await?;
        self.engine.commit(batch).await?;
        self.moved.notify_one();
        Ok(sent)
    }

    async fn edit(&self, sent: &Sent, content: Content, strict: Strict) -> Result<Sent> {
        match self.edit_collected(sent, &content) {
            Some(sent) => Ok(sent),
            None => say::edit(&self.engine, sent, content, strict, Priority::Status).await,
        }
    }

    async fn delete(&self, sent: &Sent) -> Result<()> {
        say::delete(&self.engine, sent, Priority::Answer).await
    }

    async fn answer(&self, reply: Reply) -> Result<Vec<Loss>> {
        let losses = match self.answer_in_band(Batch::new(), reply).await? {
            InBand::Answered => Vec::new(),
            InBand::NotPossible(reply) | InBand::TooLate(reply) => {
                let (sent, batch) = self.outgoing(reply, Batch::new()).await?;
                self.engine.commit(batch).await?;
                sent.losses
            }
        };
        self.moved.notify_one();
        Ok(losses)
    }

    async fn form(&self, form: Form, strict: Strict) -> Result<Asked> {
        self.open_form(form, strict).await
    }

    async fn ask(&self, form: Form) -> Result<Asked> {
        self.ask_questions(form).await
    }

    async fn upload(&self, place: Place, name: String, bytes: Bytes) -> Result<FileRef> {
        say::require(&self.engine, &place, Feature::Upload, "upload")?;
        let can = self.engine.adapter(&place.adapter)?.capabilities(&place, None);
        let size = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        if can.limits.file_bytes.is_some_and(|limit| size > limit) {
            let context = format!("{size} bytes are more than the platform takes");
            return Err(Error::unsupported("upload").with_context(context));
        }
        let (file, (entry, upload)) = say::upload(&self.engine, place, name, bytes);
        let batch = say::queue(&self.engine, Batch::new(), upload, entry, None, Priority::Answer)?;
        self.engine.commit(batch).await?;
        Ok(file)
    }

    async fn react(
        &self,
        message: MessageRef,
        place: Place,
        emoji: String,
        change: Change,
    ) -> Result<()> {
        say::require(&self.engine, &place, Feature::Reactions, "react")?;
        let react = Operation::React { place, message, emoji, change };
        let entry = EntryId::generate(&*self.engine.clock, &*self.engine.rng);
        let batch = say::queue(&self.engine, Batch::new(), react, entry, None, Priority::Status)?;
        self.engine.commit(batch).await?;
        Ok(())
    }

    async fn history(&self, place: Place, limit: usize) -> Result<Vec<PastMessage>> {
        say::require(&self.engine, &place, Feature::History, "history")?;
        let adapter = self.engine.adapter(&place.adapter)?;
        let history = Operation::History { place, before: None, limit: limit.min(HISTORY) };
        match adapter.call(history).await? {
            Receipt::History(messages) => Ok(messages),
            _ => Err(Error::internal("no history in its receipt").with_operation("history")),
        }
    }

    async fn subscribe(&self, place: Place, change: Change) -> Result<()> {
        if place.thread.is_none() {
            return Err(Error::invalid_input("only a thread can be subscribed to: cx.thread()"));
        }
        let key = inbox::thread_key(&place);
        let batch = match change {
            Change::Removed => Batch::new().delete(key, Expect::Any),
            // As long as our own message ids are kept.
            _ => Batch::new().put_until(
                key,
                "1",
                Expect::Any,
                self.engine.now() + chatgate_core::SEAL_LIFETIME,
            ),
        };
        self.engine.store.commit(batch).await?;
        Ok(())
    }
}
