//! The reply of a run: inside the platform's request where that is possible, else as a message.

use std::sync::atomic::Ordering;
use std::time::Duration;

use chatgate_core::{
    Answer, AnswerKind, Audience, Batch, Choice, Content, Error, Event, EventKind, Expect, Feature,
    Loss, Place, Priority, Result, SlotEnds, Surface,
};
use chatgate_router::{Body, Reply, Say, Sent, Strict, Visibility};

use super::Voice;
use super::way::Spare;
use crate::audit::{Failure, Record};
use crate::dialogue;
use crate::fill_in;
use crate::fit::{self, Ask, Private};
use crate::inbox::{self, OpenAnswer};
use crate::outbox;
use crate::say::{self, Manner};
use crate::stored;
use crate::sync::lock;
use crate::walk;

// A terminal waits no longer for what another platform is slow to take.
const SENT_WITHIN: Duration = Duration::from_secs(10);

impl Voice {
    /// Ends the event: what the batch says, the reply, and the inbox entry, in one commit.
    pub(crate) async fn end(&self, batch: Batch, reply: Reply) -> Result<()> {
        let mut batch = batch.finish(self.hold);
        batch.changes.extend(self.take_pending().changes);
        let reply = self.with_collected(reply);
        let reply = match self.answer_in_band(batch.clone(), reply).await? {
            InBand::Answered(_) => return Ok(()),
            InBand::NotPossible(reply) => reply,
            InBand::TooLate(reply) => return self.say_reply(reply).await,
        };
        let batch = match self.outgoing(reply, batch.clone()).await {
            Ok((_, batch)) => batch,
            Err(error) => {
                tracing::warn!(%error, "a reply could not be said");
                let record = Record { error: Some(Failure::of(&error)), ..Record::of(self.id) };
                self.engine.audit(batch, "message.dead", record)
            }
        };
        self.engine.commit(batch).await?;
        let open = lock(&self.answer).take();
        if let Some(open) = open.filter(|open| open.slot.ends == SlotEnds::WhenSent) {
            // Beside the walk: the lane goes on meanwhile.
            let engine = self.engine.clone();
            let deadline = open.slot.by.min(engine.now() + SENT_WITHIN);
            self.engine.tasks.spawn(async move {
                outbox::sent(&engine, deadline).await;
                drop(open);
            });
        }
        Ok(())
    }

    /// Ends the event with what a menu offers.
    pub(crate) async fn end_with_options(&self, batch: Batch, choices: Vec<Choice>) -> Result<()> {
        self.engine.commit(batch.finish(self.hold)).await?;
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

    /// The words of the message that the event brought: what a reply outside its thread quotes.
    pub(super) fn quoted(&self) -> Option<String> {
        match &self.event().kind {
            EventKind::Message(message) => Some(message.content.notification(120)),
            _ => None,
        }
    }

    /// The rows that say a reply.
    pub(super) async fn outgoing(&self, reply: Reply, batch: Batch) -> Result<(Sent, Batch)> {
        let event = self.event();
        let update = walk::is_update(&reply);
        let content = match reply.body {
            None => return Ok((Sent::default(), batch)),
            Some(Body::Message(content) | Body::Update(content)) => content,
            Some(Body::FieldErrors(errors)) => {
                let lines = errors.iter().map(|(field, error)| format!("{field}: {error}"));
                self.refill(Content::new().bullets(lines), &event).await?
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
        // A card that cannot be changed is one that only the person sees: so is what it becomes.
        let card_is_private = update && walk::clicked_message(&event).is_none();
        let private = reply.visibility == Visibility::Private || card_is_private;
        let mut say = Say::new(place.clone(), content);
        if private && let Some(actor) = &event.actor {
            say.audience = Audience::Only(actor.user.clone());
        }
        let way_back = self.way_back(&place, &say.audience, Spare::Nothing).await;
        let quoted = self.quoted();
        let manner =
            Manner { via: way_back.as_ref(), private: Private::Prefer, quoting: quoted.as_deref() };
        let (sent, batch) = say::prepare(&self.engine, &say, manner, batch).await?;
        self.went_by(way_back.as_ref(), &place, &sent);
        Ok((sent, batch))
    }

    /// Field errors that come too late, with a button that opens the form again, its values kept.
    pub(super) async fn refill(&self, content: Content, event: &Event) -> Result<Content> {
        let EventKind::FormSubmitted { seal, values } = &event.kind else {
            return Ok(content);
        };
        let matched = self.engine.routes.form(&seal.route);
        let form = match matched.and_then(|matched| matched.spec) {
            Some(spec) => Some(chatgate_router::form_for(&spec, values, &self.engine.phrases)),
            None => dialogue::shown(&self.engine, seal.card).await?.map(|(mut form, _)| {
                for field in &mut form.fields {
                    field.default = values.get(&field.name).cloned().or(field.default.take());
                }
                form
            }),
        };
        let Some(form) = form else { return Ok(content) };
        Ok(content.actions([fill_in::button_for_form(&self.engine, &form, event)?]))
    }

    /// Puts a reply into the platform's request, if that still waits and takes it. The batch is
    /// committed before.
    pub(super) async fn answer_in_band(&self, batch: Batch, reply: Reply) -> Result<InBand> {
        let says = matches!(reply.body, Some(Body::Message(_) | Body::Update(_)));
        if says && self.said.load(Ordering::Relaxed) {
            // It would overtake what was said before.
            return Ok(InBand::NotPossible(reply));
        }
        let Some(open) = lock(&self.answer).take() else {
            return Ok(InBand::NotPossible(reply));
        };
        let answer = match self.render_answer(&open, &reply).await {
            Ok(Some(rendered)) if !open.sender.is_closed() => Some(rendered),
            Ok(_) => None,
            Err(error) => {
                tracing::debug!(%error, "the answer does not fit the request");
                None
            }
        };
        let Some(InAnswer { answer, records, losses }) = answer else {
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
            Ok(()) => InBand::Answered(losses),
            // The request's time ran out while this was committed.
            Err(_) => InBand::TooLate(reply),
        })
    }

    /// The answer in the platform's form, when the request takes its kind and size.
    pub(super) async fn render_answer(
        &self,
        open: &OpenAnswer,
        reply: &Reply,
    ) -> Result<Option<InAnswer>> {
        let event = self.event();
        let place = event.place_or_stand_in();
        let accepts = |kind| open.slot.accepts.contains(&kind);
        let everyone = Audience::Everyone;
        let (content, audience, update) = match &reply.body {
            Some(Body::FieldErrors(errors)) if accepts(AnswerKind::FieldErrors) => {
                return Ok(Some(InAnswer::whole(Answer::FieldErrors(errors.clone()))));
            }
            Some(Body::NextForm(form)) if accepts(AnswerKind::NextForm) => {
                let Some(actor) = &event.actor else {
                    return Ok(None);
                };
                let (engine, reply) = (&self.engine, event.reply.as_ref());
                let via = event.trigger.as_ref();
                let (card, fitted, batch) = fit::fit_form(engine, form, &place, &actor.user, via)?;
                let Some(part) = fitted.parts.into_iter().next() else { return Ok(None) };
                let batch = dialogue::keep(engine, batch, card, form, reply)?;
                let answer = Answer::NextForm(part);
                return Ok(Some(InAnswer { answer, records: batch, losses: fitted.losses }));
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
        let mut fitted = fit::fit(&self.engine, content, &ask).await?;
        if fitted.parts.len() > open.slot.parts && !self.can_speak_later(&place) {
            // Rather less than nothing at all: there is no other way to say it.
            fitted = fit::cut(&self.engine, content, &ask, open.slot.parts).await?;
            tracing::warn!(losses = ?fitted.losses, "an answer was cut");
        }
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
        let (records, losses) = (fitted.batch, fitted.losses);
        Ok(open.slot.takes(&answer).then_some(InAnswer { answer, records, losses }))
    }

    /// Whether something can still be said in a place once the request is over.
    fn can_speak_later(&self, place: &Place) -> bool {
        let adapter = self.engine.adapter(&place.adapter);
        adapter.is_ok_and(|it| it.capabilities(place, None).can(Feature::Post))
            || self.answers_by_handle(place)
    }

    pub(super) fn can_speak_privately(&self, place: &Place) -> bool {
        let Ok(adapter) = self.engine.adapter(&place.adapter) else {
            return false;
        };
        let can = adapter.capabilities(place, None);
        can.can(Feature::Post) && (can.can(Feature::Ephemeral) || can.can(Feature::DirectMessage))
    }
}

/// A reply in the form in which the request takes it.
pub(super) struct InAnswer {
    answer: Answer,
    /// Records without which it does not work.
    records: Batch,
    losses: Vec<Loss>,
}

impl InAnswer {
    fn whole(answer: Answer) -> Self {
        Self { answer, records: Batch::new(), losses: Vec::new() }
    }
}

/// What became of an answer inside the request.
pub(super) enum InBand {
    /// It is there, and the batch is committed; what could not be shown.
    Answered(Vec<Loss>),
    /// The request does not take it; nothing is committed.
    NotPossible(Reply),
    /// The request was gone; the batch is committed.
    TooLate(Reply),
}
