//! What the gateway handles itself: the "Fill in" button, and what a menu offers.

use chatgate_core::{Batch, Error, EventKind, Form, Phase, ReasonCode, Result, Seal, SealedValue};
use chatgate_router::Reply;

use super::Walk;
use crate::fill_in;
use crate::gate::{self, Asker};

impl Walk {
    /// What the gateway handles itself, and what nobody listens to.
    pub(super) async fn other(&self, asker: &Asker) -> Result<()> {
        if let EventKind::Action(used) = &self.event.kind
            && used.seal.route == *fill_in::ROUTE
        {
            return self.fill_in(&used.seal, asker).await;
        }
        if let EventKind::OptionsAsked { seal, field, typed } = &self.event.kind {
            return self.options(seal, field.as_deref(), typed, asker).await;
        }
        match &self.event.kind {
            EventKind::Action(_) | EventKind::FormSubmitted { .. } => {
                tracing::error!("an action or form that no route handles");
                let text = self.engine.phrases.expired.clone();
                self.refuse(None, ReasonCode::UnknownRoute, text).await
            }
            _ => self.voice.end(Batch::new(), Reply::nothing()).await,
        }
    }

    /// Opens the form that asks for what a command line lacked.
    pub(super) async fn fill_in(&self, seal: &Seal, asker: &Asker) -> Result<()> {
        let SealedValue::Inline { value, .. } = &seal.value else {
            return Err(Error::internal("the button's record was not loaded"));
        };
        if let Some(form) = fill_in::carried_form(value) {
            if let Some(matched) = self.engine.routes.form(&form.route)
                && let Err(reason) =
                    gate::admit(&self.engine, Phase::See, &matched.gate, asker, &self.event, None)
                        .await
            {
                return self.denied(&matched, reason, asker).await;
            }
            return self.open(form).await;
        }
        let (route, partial) = fill_in::read(value)?;
        let Some(matched) = self.engine.routes.command(&route) else {
            let text = self.engine.phrases.expired.clone();
            return self.refuse(None, ReasonCode::UnknownRoute, text).await;
        };
        let gate = &matched.gate;
        if let Err(reason) =
            gate::admit(&self.engine, Phase::See, gate, asker, &self.event, None).await
        {
            return self.denied(&matched, reason, asker).await;
        }
        let Some(spec) = &matched.spec else {
            return Err(Error::internal("a command without a spec"));
        };
        let form = chatgate_router::form_for(spec, &partial, &self.engine.phrases);
        self.open(form).await
    }

    pub(super) async fn open(&self, form: Form) -> Result<()> {
        let reply = match self.voice.open_form(form, chatgate_router::Strict::No).await {
            Ok(_) => Reply::nothing(),
            Err(error) => self.error_reply(&fill_in::ROUTE, &error),
        };
        self.voice.end(Batch::new(), reply).await
    }

    /// What a menu of a form offers; gated as the form is: who may not submit it is shown nothing.
    pub(super) async fn options(
        &self,
        seal: &Seal,
        field: Option<&str>,
        typed: &str,
        asker: &Asker,
    ) -> Result<()> {
        let mut choices = Vec::new();
        if let (Some(matched), Some(field)) = (self.engine.routes.form(&seal.route), field) {
            let gate = &matched.gate;
            let see = gate::admit(&self.engine, Phase::See, gate, asker, &self.event, None).await;
            if see.is_ok() {
                choices = matched.options(field, typed).await.unwrap_or_else(|error| {
                    // A menu that stays empty tells nobody why.
                    tracing::error!(%error, route = %gate.route, field, "choices were not listed");
                    Vec::new()
                });
            }
        }
        self.voice.end_with_options(Batch::new(), choices).await
    }
}
