//! Gates, parsing, policy with the arguments, and the handler.

use std::sync::Arc;

use chatgate_core::{
    Batch, Effect, Error, Event, EventKind, Expect, FieldErrors, Phase, ReasonCode, Result,
    RouteId, Uses, fill, redact,
};
use chatgate_router::{Body, Context, Matched, Prepared, Refused, Reply, RouteKind, Run};
use tracing::Instrument as _;

use super::{Walk, panic_text, used_key};
use crate::audit::{Actor, Command, Outcome, Record, Source};
use crate::call::Caught;
use crate::dialogue;
use crate::gate::{self, Asker};
use crate::stored::{self, Started};

impl Walk {
    pub(super) async fn run_one(&self, matched: &Matched, asker: &Asker) -> Result<()> {
        let event = &self.event;
        let gate = &matched.gate;
        let see = gate::admit(&self.engine, Phase::See, gate, asker, event, None).await;
        if let Err(reason) = see {
            return self.denied(matched, reason, asker).await;
        }
        let filled_in = match self.as_shown(matched).await? {
            Ok(event) => event,
            Err(errors) => {
                return self.voice.end(Batch::new(), Reply::field_errors(errors)).await;
            }
        };
        let prepared = match matched.prepare(&filled_in, self.engine.now()).await {
            Ok(prepared) => prepared,
            Err(Refused::Usage(error)) => return self.usage(&error, Some(matched)).await,
            Err(Refused::Fields(errors)) => {
                return self.voice.end(Batch::new(), Reply::field_errors(errors)).await;
            }
            Err(Refused::Failed(error)) => return self.failed(&gate.route, &error, None).await,
            Err(_) => return Err(Error::internal("refused for a reason of a newer router")),
        };
        let args = prepared.args().cloned();
        let request =
            gate::admit(&self.engine, Phase::Request, gate, asker, event, args.as_ref()).await;
        if let Err(reason) = request {
            return self.denied(matched, reason, asker).await;
        }
        let Some(mut end) = self.begin(matched, asker, &prepared).await? else {
            let text = self.engine.phrases.already_used.clone();
            return self.refuse(Some(&gate.route), ReasonCode::AlreadyUsed, text).await;
        };
        let Some((reply, went_well)) = self.handle(matched, prepared, asker).await else {
            // Cut off at shutdown: what has begun stays begun, so the next start knows.
            return Ok(());
        };
        if let (Some(Body::FieldErrors(_)), Some(seal)) = (&reply.body, self.sealed()) {
            // The person corrects the form and submits it again.
            end = end.delete(used_key(&seal), Expect::Any);
        }
        let record = Record {
            actor: Some(Actor::of(&asker.principal)),
            command: Some(Command::named(&gate.route)),
            outcome: Some(Outcome { status: if went_well { "ok" } else { "failed" } }),
            ..Record::of(self.voice.id())
        };
        let batch = self.engine.audit(end, "command.finished", record);
        self.voice.end(batch, reply).await
    }

    /// The event; the submission of a program's form with its answers read by the fields that were
    /// shown, for a client's own checks prove nothing.
    async fn as_shown(
        &self,
        matched: &Matched,
    ) -> Result<std::result::Result<Arc<Event>, FieldErrors>> {
        let (EventKind::FormSubmitted { seal, values }, RouteKind::Form) =
            (&self.event.kind, matched.gate.kind)
        else {
            return Ok(Ok(self.event.clone()));
        };
        let Some((form, _)) = dialogue::shown(&self.engine, seal.card).await? else {
            return Ok(Ok(self.event.clone()));
        };
        Ok(form.read(values).map(|values| {
            let mut event = (*self.event).clone();
            event.kind = EventKind::FormSubmitted { seal: seal.clone(), values };
            Arc::new(event)
        }))
    }

    /// Records that the run begins. `None` when its button was used by someone else meanwhile. Gives
    /// what takes the record away again at the end.
    pub(super) async fn begin(
        &self,
        matched: &Matched,
        asker: &Asker,
        prepared: &Prepared,
    ) -> Result<Option<Batch>> {
        let gate = &matched.gate;
        let mut batch = self.voice.take_pending();
        let mut end = Batch::new();
        if let Some(seal) = self.sealed().filter(|seal| seal.uses == Uses::Once) {
            let (key, by) = (used_key(&seal), asker.actor.user.to_string());
            batch = batch.put_until(key, by, Expect::Absent, seal.expires);
        }
        if gate.effect == Effect::Write {
            let started = Started { route: gate.route.clone(), at: self.engine.now() };
            let key = Started::key(self.voice.id());
            batch = batch.put(key.clone(), stored::write(started)?, Expect::Any);
            end = end.delete(key, Expect::Any);
        }
        if batch.changes.is_empty() {
            return Ok(Some(end));
        }
        let record = Record {
            source: Some(Source::of(&self.event)),
            actor: Some(Actor::of(&asker.principal)),
            command: Some(Command {
                args: Some(prepared.args().map(masked)),
                ..Command::named(&gate.route)
            }),
            ..Record::of(self.voice.id())
        };
        batch = self.engine.audit(batch, "command.started", record);
        match self.engine.store.commit(batch).await {
            Ok(_) => Ok(Some(end)),
            Err(error) if error.is_conflict() => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Runs the handler; its panic ends nothing else. `None` when shutdown cut it off; else the reply, and
    /// whether it went well.
    pub(super) async fn handle(
        &self,
        matched: &Matched,
        prepared: Prepared,
        asker: &Asker,
    ) -> Option<(Reply, bool)> {
        let route = &matched.gate.route;
        let run = Run::new(
            self.voice.id(),
            route.clone(),
            self.event.clone(),
            asker.actor.clone(),
            asker.principal.clone(),
            self.engine.clock.clone(),
            self.voice.clone(),
        );
        let context = Context::new(Arc::new(run), self.event.place_or_stand_in());
        let span = tracing::info_span!("run", %route);
        let run = Caught::new(Box::pin(matched.run(prepared, context.clone()).instrument(span)));
        let ended = tokio::select! {
            biased;
            ended = run => ended,
            () = self.engine.status.is_cut_off() => return None,
        };
        let id = self.voice.id().to_string();
        match ended {
            Ok(Ok(reply)) => Some((reply, true)),
            Ok(Err(error)) => {
                let reply = matched
                    .on_error(&error, &context)
                    .unwrap_or_else(|| self.error_reply(route, &error));
                Some((reply, false))
            }
            Err(panic) => {
                let what = panic_text(&*panic);
                tracing::error!(%route, run = %id, panic = what, "a handler panicked");
                let text = fill(&self.engine.phrases.panicked, &[("run", &id)]);
                Some((Reply::private(text), false))
            }
        }
    }

    pub(super) fn error_reply(&self, route: &RouteId, error: &Error) -> Reply {
        let id = self.voice.id().to_string();
        if let Some(text) = error.for_person() {
            tracing::info!(%route, run = %id, %error, "a handler refused");
            return Reply::private(text);
        }
        if error.is_denied() {
            let text = error.context().first().unwrap_or(&self.engine.phrases.denied);
            return Reply::private(text.as_str());
        }
        tracing::error!(%route, run = %id, %error, "a handler failed");
        Reply::private(fill(&self.engine.phrases.failed, &[("run", &id)]))
    }

    pub(super) async fn failed(
        &self,
        route: &RouteId,
        error: &Error,
        batch: Option<Batch>,
    ) -> Result<()> {
        let reply = self.error_reply(route, error);
        self.voice.end(batch.unwrap_or_default(), reply).await
    }

    pub(super) async fn run_listeners(&self, listeners: &[Matched], asker: &Asker) -> Result<()> {
        let mut last = Reply::nothing();
        let mut batch = Batch::new();
        for matched in listeners {
            let gate = &matched.gate;
            let event = &self.event;
            let admitted =
                gate::admit(&self.engine, Phase::Request, gate, asker, event, None).await;
            if let Err(reason) = admitted {
                // A listener that may not hear is silent: nobody asked it anything.
                let record = self.denial(Some(&gate.route), &reason);
                batch = self.engine.audit(batch, "command.denied", record);
                continue;
            }
            let prepared = match matched.prepare(event, self.engine.now()).await {
                Ok(prepared) => prepared,
                Err(refused) => {
                    tracing::error!(?refused, route = %gate.route, "a listener was not given its event");
                    continue;
                }
            };
            let Some(started) = self.begin(matched, asker, &prepared).await? else {
                continue;
            };
            let Some((reply, _)) = self.handle(matched, prepared, asker).await else {
                return Ok(());
            };
            batch.changes.extend(started.changes);
            if last.body.is_some() {
                self.voice.say_reply(std::mem::take(&mut last)).await?;
            }
            last = reply;
        }
        self.voice.end(batch, last).await
    }
}

/// The arguments for the record, which is kept for good: a token that someone typed is not.
fn masked(args: &serde_json::Value) -> String {
    redact(&args.to_string()).into_owned()
}
