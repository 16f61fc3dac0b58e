//! Forms, and questions in their place.

use chatgate_core::{CardId, Content, Error, Feature, Form, Loss, LossKind, Operation, Result};
use chatgate_router::{Asked, Reply, Say, Strict};

use super::Voice;
use crate::dialogue;
use crate::fill_in;
use crate::fit::{self};
use crate::say::{self, Manner};

impl Voice {
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
            let batch = dialogue::keep(&self.engine, batch, card, &form)?;
            self.engine.store.commit(batch).await?;
            let open = Operation::OpenForm {
                place: place.clone(),
                user: actor.user.clone(),
                form: part,
                via: via.cloned(),
            };
            match self.engine.call(&**adapter, open).await {
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

    pub(super) async fn ask_questions(&self, form: Form) -> Result<Asked> {
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
        self.has_said();
        Ok(Asked::new(card, sent.losses))
    }
}
