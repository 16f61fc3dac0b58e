//! One event on its way: dialogue, seal, identity, route; then the gates and the run.

mod late;
mod own;
mod refuse;
mod run;
pub(crate) mod who;

use std::any::Any;
use std::sync::Arc;

use chatgate_core::{
    Batch, Event, EventKind, Key, MessageRef, Phase, ReasonCode, Result, RouteId, Seal, Uses, fill,
};
use chatgate_router::{Body, Found, Reply};
use tracing::Instrument as _;

use crate::audit::{Outcome, Record};
use crate::call::Caught;
use crate::dialogue;
use crate::engine::Engine;
use crate::fit;
use crate::gate::{self, Asker};
use crate::inbox::Job;
use crate::stored::{self, Started};
use crate::voice::Voice;

/// Walks one event through the gateway to its end.
pub(crate) async fn walk(engine: Arc<Engine>, job: Job) {
    let event = &job.recorded.event;
    let span = tracing::info_span!(
        "process",
        delivery = %job.recorded.id,
        adapter = %event.adapter,
        place = event.place.as_ref().map(tracing::field::display),
    );
    // Whatever happens below, the lane moves on and the event is counted out.
    let _done = Done {
        engine: engine.clone(),
        moved: job.moved.clone(),
        ended: job.ended.clone(),
        hold: job.hold,
    };
    let walk = Walk::new(engine.clone(), job);
    let voice = walk.voice.clone();
    // A panic of a policy or an identity, too, ends this event and no other.
    let went = Caught::new(Box::pin(walk.go().instrument(span))).await;
    let failed = match went {
        Ok(Ok(())) => return,
        Ok(Err(error)) if error.is_fenced() => {
            tracing::warn!(%error, "another node has taken over an event");
            return;
        }
        Ok(Err(error)) => {
            tracing::error!(%error, "an event could not be finished");
            &engine.phrases.failed
        }
        Err(panic) => {
            tracing::error!(panic = panic_text(&*panic), "a panic beside a handler");
            &engine.phrases.panicked
        }
    };
    let text = fill(failed, &[("run", &voice.id().to_string())]);
    let record = Record { outcome: Some(Outcome { status: "error" }), ..Record::of(voice.id()) };
    let batch = engine.audit(Batch::new(), "command.denied", record);
    if let Err(error) = voice.end(batch, Reply::private(text)).await {
        tracing::error!(%error, "an event could not be ended: it is begun again");
    }
}

struct Done {
    engine: Arc<Engine>,
    moved: Arc<tokio::sync::Notify>,
    ended: Arc<tokio::sync::Notify>,
    hold: chatgate_core::Hold,
}

impl Drop for Done {
    fn drop(&mut self) {
        self.engine.lanes.let_go(self.hold);
        self.moved.notify_one();
        self.ended.notify_one();
        self.engine.status.event_done();
    }
}

struct Walk {
    engine: Arc<Engine>,
    event: Arc<Event>,
    found: Found,
    resumed: bool,
    voice: Arc<Voice>,
}

impl Walk {
    fn new(engine: Arc<Engine>, job: Job) -> Self {
        let Job { recorded, hold, resumed, found, answer, moved, .. } = job;
        let voice = Voice::new(engine.clone(), recorded.clone(), hold, answer, moved);
        Self { engine, event: recorded.event, found, resumed, voice: Arc::new(voice) }
    }

    async fn go(mut self) -> Result<()> {
        if self.resumed && self.was_cut_off().await? {
            return Ok(());
        }
        if self.event.actor.is_none() {
            return self.voice.end(Batch::new(), Reply::nothing()).await;
        }
        let step = dialogue::step(&self.engine, &self.event, &self.found).await?;
        if matches!(
            (&step, &self.found, &self.event.kind),
            (dialogue::Step::NotOurs, Found::Nothing, EventKind::Message(_))
        ) {
            // Most of what is written in a channel: nobody has to be looked up for it.
            return self.voice.end(Batch::new(), Reply::nothing()).await;
        }
        self.event = who::complete(&self.engine, &self.event).await;
        let Some(actor) = self.event.actor.clone() else {
            return self.voice.end(Batch::new(), Reply::nothing()).await;
        };
        let principal = match self.engine.identity.principal(&actor).await {
            Ok(principal) => principal,
            Err(error) => {
                tracing::error!(%error, "identity failed: denied");
                return self.deny_all(ReasonCode::IdentityError.into()).await;
            }
        };
        let asker = Asker { actor, principal };
        if let Err(reason) = gate::hard_rules(&asker.actor, &self.event) {
            return self.deny_all(reason).await;
        }
        match step {
            dialogue::Step::NotOurs => {}
            dialogue::Step::Say(content, batch) => {
                return self.voice.end(batch, Reply::private(content)).await;
            }
            dialogue::Step::Becomes(mut event, batch) => {
                event.actor.clone_from(&self.event.actor);
                event.externally_shared = self.event.externally_shared;
                self.voice.pend(batch);
                self.become_event(*event);
            }
        }
        if let Some(seal) = self.sealed() {
            match self.unseal(seal, &asker).await? {
                Ok(mut event) => {
                    if self.event.place.is_none() {
                        event.externally_shared = who::shared_now(&self.engine, &event).await;
                        if let Err(reason) = gate::hard_rules(&asker.actor, &event) {
                            return self.deny_all(reason).await;
                        }
                    }
                    self.become_event(event);
                }
                // Nobody waits for an answer to closing a form.
                Err(_) if matches!(self.event.kind, EventKind::FormClosed { .. }) => {
                    return self.voice.end(Batch::new(), Reply::nothing()).await;
                }
                Err((reason, text)) => return self.refuse(None, reason, text).await,
            }
        }
        if let Some((event, used)) = self.confirmed() {
            self.voice.pend(used);
            self.become_event(event);
        }
        match self.found.clone() {
            Found::Command(matched) if self.is_late() => {
                let (engine, gate) = (&self.engine, &matched.gate);
                match gate::admit(engine, Phase::See, gate, &asker, &self.event, None).await {
                    Ok(()) => self.ask_whether_still(&matched).await,
                    Err(reason) => self.denied(&matched, reason, &asker).await,
                }
            }
            Found::Command(matched)
            | Found::FilledIn(matched)
            | Found::Action(matched)
            | Found::Form(matched) => self.run_one(&matched, &asker).await,
            Found::Listeners(listeners) => self.run_listeners(&listeners, &asker).await,
            Found::Help { topic } => self.help(&topic, &asker).await,
            Found::Unknown { line } => self.unknown(&line, &asker).await,
            Found::Incomplete { spec, line, skip } => {
                let visible = gate::visible(&self.engine, &asker, &self.event).await;
                let sees = |route: &RouteId| visible.contains(route);
                match self.engine.routes.incomplete(&spec, &line, skip, &sees) {
                    Some(error) => self.usage(&error, None).await,
                    None => {
                        self.not_found(&line, &visible, ReasonCode::UnknownCommand.into()).await
                    }
                }
            }
            Found::Cancel => {
                let text = self.engine.phrases.cancelled.clone();
                self.voice.end(Batch::new(), Reply::private(text)).await
            }
            _ => self.other(&asker).await,
        }
    }

    /// The event is another one from here on: a click instead of its number, a submission instead of
    /// its last answer, a button with the value that a record held.
    fn become_event(&mut self, event: Event) {
        self.found = self.engine.routes.find(&event, chatgate_router::Heard::Command);
        self.event = Arc::new(event);
        self.voice.now_about(self.event.clone());
    }

    /// A run that an earlier process began and did not end: a `write` is never begun again.
    async fn was_cut_off(&self) -> Result<bool> {
        let key = Started::key(self.voice.id());
        let Some(record) = self.engine.store.get(&key).await? else {
            return Ok(false);
        };
        let started: Started = stored::read(&record.value)?;
        let route = &started.route;
        tracing::error!(%route, "a run was cut off: its outcome is unknown");
        let text = fill(&self.engine.phrases.unknown_outcome, &[("route", route.as_str())]);
        let record = Record { route: Some(route), ..Record::of(self.voice.id()) };
        let batch = self.engine.audit(Batch::new(), "command.unknown", record);
        self.voice.end(batch, Reply::message(text)).await?;
        Ok(true)
    }

    fn sealed(&self) -> Option<Seal> {
        match &self.event.kind {
            EventKind::Action(used) => Some(used.seal.clone()),
            EventKind::FormSubmitted { seal, .. }
            | EventKind::FormClosed { seal }
            | EventKind::OptionsAsked { seal, .. } => Some(seal.clone()),
            _ => None,
        }
    }

    /// Checks that a seal is used where, when and by whom it may be, and loads what a record holds.
    async fn unseal(
        &self,
        seal: Seal,
        asker: &Asker,
    ) -> Result<std::result::Result<Event, (ReasonCode, String)>> {
        let phrases = &self.engine.phrases;
        let now = self.engine.now();
        if now >= seal.expires || seal.made < self.engine.born() {
            return Ok(Err((ReasonCode::Expired, phrases.expired.clone())));
        }
        let allowed = match &seal.allowed {
            chatgate_core::Allowed::Only(users) => users.contains(&asker.actor.user),
            _ => true,
        };
        // A modal has no place of its own: it acts where it was opened.
        let here = self.event.place.as_ref();
        // What was sent to the direct line `@user` comes back from the conversation behind it.
        let direct = seal.place.adapter == asker.actor.adapter
            && seal.place.direct_user().as_ref() == Some(&asker.actor.user);
        let elsewhere = here.is_some_and(|place| !place.is_same_conversation(&seal.place));
        let foreign = seal.place.adapter != self.event.adapter;
        if !allowed || foreign || (elsewhere && !direct) {
            return Ok(Err((ReasonCode::NotForYou, phrases.not_for_you.clone())));
        }
        if seal.uses == Uses::Once && self.engine.store.get(&used_key(&seal)).await?.is_some() {
            return Ok(Err((ReasonCode::AlreadyUsed, phrases.already_used.clone())));
        }
        let opened = match fit::open_record(&self.engine, seal.clone()).await {
            Ok(opened) => opened,
            Err(error) if error.is_not_found() => {
                return Ok(Err((ReasonCode::Expired, phrases.expired.clone())));
            }
            Err(error) => return Err(error),
        };
        let mut event = (*self.event).clone();
        if event.place.is_none() {
            event.direct |= direct;
            event.place = Some(seal.place);
        }
        if event.reply.is_none()
            && let EventKind::FormSubmitted { seal, .. } = &event.kind
        {
            let shown = dialogue::shown(&self.engine, seal.card).await?;
            event.reply = shown.and_then(|(_, reply)| reply);
        }
        match &mut event.kind {
            EventKind::Action(used) => used.seal = opened,
            EventKind::FormSubmitted { seal, .. }
            | EventKind::FormClosed { seal }
            | EventKind::OptionsAsked { seal, .. } => *seal = opened,
            _ => {}
        }
        Ok(Ok(event))
    }
}

/// The record of a button that may be used once and was.
fn used_key(seal: &Seal) -> Key {
    Key::new("used", format!("{}/{}", seal.card, seal.nonce))
}

/// The message that a click came from, if there is one.
pub(crate) fn clicked_message(event: &Event) -> Option<&MessageRef> {
    match &event.kind {
        EventKind::Action(used) => used.message.as_ref(),
        _ => None,
    }
}

/// True when a reply changes the message that the click came from.
pub(crate) fn is_update(reply: &Reply) -> bool {
    matches!(reply.body, Some(Body::Update(_)))
}

/// What a panic said.
fn panic_text(panic: &(dyn Any + Send)) -> &str {
    panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("(no text)")
}
