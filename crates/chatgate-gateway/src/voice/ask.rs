//! Forms, and questions in their place.

use chatgate_core::{
    Answer, Batch, CardId, Content, Error, Expect, Feature, Form, Hearing, Loss, LossKind,
    Operation, Rendered, Result,
};
use chatgate_router::{Asked, Reply, Say, Strict};

use super::Voice;
use crate::call::call;
use crate::dialogue;
use crate::fill_in;
use crate::fit::{self};
use crate::inbox;
use crate::say::{self, Manner};
use crate::stored;
use crate::sync::lock;

impl Voice {
    /// Opens a form now: ahead of lane and outbox, since the platform's trigger is short-lived. Where
    /// that is not possible, a button opens it later; where there are no buttons, its fields are asked
    /// one by one.
    pub(crate) async fn open_form(&self, form: Form, strict: Strict) -> Result<Asked> {
        let event = self.event();
        let place = event.place_or_stand_in();
        let Some(actor) = &event.actor else {
            return Err(Error::not_found("nobody to ask").with_operation("form"));
        };
        let can = self.engine.adapter(&place.adapter)?.capabilities(&place, event.trigger.as_ref());
        if can.can(Feature::Forms) {
            let via = event.trigger.as_ref();
            match fit::fit_form(&self.engine, &form, &place, &actor.user, via) {
                Ok((_, fitted, _)) if strict == Strict::Yes && !fitted.losses.is_empty() => {
                    return Err(Error::unsupported("form"));
                }
                Ok((card, fitted, records)) => {
                    let reply = event.reply.as_ref();
                    let batch = dialogue::keep(&self.engine, records, card, &form, reply)?;
                    match self.open_fitted(fitted.parts, batch).await {
                        Ok(()) => return Ok(Asked::new(card, fitted.losses)),
                        Err(error) if strict == Strict::Yes => return Err(error),
                        Err(error) => tracing::debug!(%error, "the form did not open"),
                    }
                    if can.can(Feature::Actions) {
                        return self.offer_form(&form).await;
                    }
                }
                Err(error) if strict == Strict::Yes => return Err(error),
                // It would not fit later either.
                Err(error) => tracing::warn!(%error, route = %form.route, "the form does not fit"),
            }
        }
        if strict == Strict::Yes {
            return Err(Error::unsupported("form").with_context("the place has no forms"));
        }
        let mut asked = self.ask_questions(form).await?;
        asked.losses.push(Loss::new(LossKind::Form, "asked question by question"));
        Ok(asked)
    }

    /// Opens a form that is ready: inside the request where that takes one, else by the trigger.
    async fn open_fitted(&self, parts: Vec<Rendered>, batch: Batch) -> Result<()> {
        let event = self.event();
        let place = event.place_or_stand_in();
        let (Some(form), Some(actor)) = (parts.into_iter().next(), &event.actor) else {
            return Err(Error::unsupported("form"));
        };
        let now = self.engine.now();
        let trigger = event.trigger.as_ref().filter(|trigger| trigger.is_live(now));
        match self.answer_with(Answer::NextForm(form.clone()), &batch).await? {
            Slot::Answered => return Ok(()),
            Slot::TooLate => return Err(Error::not_found("the request is gone")),
            Slot::NotTaken => self.engine.store.commit(batch).await?,
        };
        let until = now + self.engine.limits.call;
        let until = trigger.map_or(until, |trigger| until.min(trigger.expires));
        let (user, via) = (actor.user.clone(), trigger.cloned());
        let open = Operation::OpenForm { place: place.clone(), user, form, via };
        let adapter = self.engine.adapter(&place.adapter)?;
        call(&**adapter, open, &*self.engine.clock, until).await.map(drop)
    }

    /// Puts an answer into the platform's request, where that still waits and takes it.
    async fn answer_with(&self, answer: Answer, batch: &Batch) -> Result<Slot> {
        let takes =
            lock(&self.answer).take_if(|open| open.slot.takes(&answer) && !open.sender.is_closed());
        let Some(open) = takes else { return Ok(Slot::NotTaken) };
        let mut batch = batch.clone();
        if let Some(key) = inbox::event_answer_key(&self.event()) {
            let until = self.engine.now() + self.engine.limits.dedupe_for;
            batch = batch.put_until(key, stored::write(&answer)?, Expect::Any, until);
        }
        self.engine.commit(batch).await?;
        Ok(if open.sender.send(answer).is_ok() { Slot::Answered } else { Slot::TooLate })
    }

    /// A private message with a button that opens the form.
    async fn offer_form(&self, form: &Form) -> Result<Asked> {
        let button = fill_in::button_for_form(&self.engine, form, &self.event())?;
        let text = self.engine.phrases.form_waiting.clone();
        self.say_reply(Reply::private(Content::from(text).actions([button]))).await?;
        let loss = Loss::new(LossKind::Form, "a button that opens it");
        Ok(Asked::new(self.engine.new_card(), vec![loss]))
    }

    pub(super) async fn ask_questions(&self, form: Form) -> Result<Asked> {
        let event = self.event();
        let place = event.place_or_stand_in();
        let Some(actor) = &event.actor else {
            return Err(Error::not_found("nobody to ask").with_operation("ask"));
        };
        say::require(&self.engine, &place, Feature::Post, "ask")?;
        let can = self.engine.adapter(&place.adapter)?.capabilities(&place, None);
        if can.limits.hears != Hearing::Usual {
            let context = "what is answered there is not heard";
            return Err(Error::unsupported("ask").with_context(context));
        }
        let (card, content, batch): (CardId, _, _) =
            dialogue::begin(&self.engine, &place, &actor.user, form)?;
        let say = Say::new(place, content);
        let (sent, batch) = say::prepare(&self.engine, &say, Manner::PLAIN, batch).await?;
        self.engine.commit(batch).await?;
        self.has_said();
        Ok(Asked::new(card, sent.losses))
    }
}

/// What became of an answer to the platform's request.
enum Slot {
    Answered,
    /// The request was gone; what was to be kept is.
    TooLate,
    /// There is none that takes it; nothing is kept.
    NotTaken,
}
