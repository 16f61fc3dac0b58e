//! One event on its way: dialogue, seal, identity, route, gates, parsing, policy, run.

use std::any::Any;
use std::borrow::Cow;
use std::sync::Arc;

use chatgate_core::{
    Batch, Content, Effect, Error, Event, EventKind, Expect, Key, MessageRef, Phase, Result,
    RouteId, Seal, SealedValue, Uses, fill,
};
use chatgate_router::{
    Body, Context, Found, Line, Matched, Prepared, Refused, Reply, RouteKind, Run, UsageError,
};
use serde_json::json;
use tracing::Instrument as _;

use crate::dialogue;
use crate::engine::Engine;
use crate::fill_in;
use crate::fit;
use crate::gate::{self, Asker, ReasonCode};
use crate::inbox::{self, Job};
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
    let _done = Done { engine: engine.clone(), moved: job.moved.clone(), hold: job.hold };
    async {
        if let Err(error) = Walk::new(engine, job).go().await {
            tracing::error!(%error, "an event could not be finished");
        }
    }
    .instrument(span)
    .await;
}

struct Done {
    engine: Arc<Engine>,
    moved: Arc<tokio::sync::Notify>,
    hold: chatgate_core::Hold,
}

impl Drop for Done {
    fn drop(&mut self) {
        self.engine.lanes.let_go(self.hold);
        self.moved.notify_one();
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
        let Job { recorded, hold, resumed, found, answer, moved } = job;
        let voice = Voice::new(engine.clone(), recorded.clone(), hold, answer, moved);
        Self { engine, event: recorded.event, found, resumed, voice: Arc::new(voice) }
    }

    async fn go(mut self) -> Result<()> {
        if self.resumed && self.was_cut_off().await? {
            return Ok(());
        }
        let Some(actor) = self.event.actor.clone() else {
            return self.voice.end(Batch::new(), Reply::nothing()).await;
        };
        let principal = match self.engine.identity.principal(&actor).await {
            Ok(principal) => principal,
            Err(error) => {
                tracing::error!(%error, "identity failed: denied");
                return self.deny_all(Cow::Borrowed("identity_error")).await;
            }
        };
        let asker = Asker { actor, principal };
        if let Err(reason) = gate::hard_rules(&asker.actor, &self.event) {
            return self.deny_all(reason).await;
        }
        if let EventKind::Message(_) = self.event.kind {
            match dialogue::step(&self.engine, &self.event, &self.found).await? {
                dialogue::Step::NotOurs => {}
                dialogue::Step::Say(content, batch) => {
                    return self.voice.end(batch, Reply::private(content)).await;
                }
                dialogue::Step::Becomes(event, batch) => {
                    self.voice.pend(batch);
                    self.become_event(*event);
                }
            }
        }
        if let Some(seal) = self.sealed() {
            match self.unseal(seal, &asker).await? {
                Ok(event) => self.become_event(event),
                // Nobody waits for an answer to closing a form.
                Err(_) if matches!(self.event.kind, EventKind::FormClosed { .. }) => {
                    return self.voice.end(Batch::new(), Reply::nothing()).await;
                }
                Err((reason, text)) => return self.refuse(None, reason, text).await,
            }
        }
        match self.found.clone() {
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
                    None => self.not_found(&line, &visible, "unknown_command".into()).await,
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
        let route = started.route.as_str();
        tracing::error!(%route, "a run was cut off: its outcome is unknown");
        let text = fill(&self.engine.phrases.unknown_outcome, &[("route", route)]);
        let details = json!({"delivery": self.voice.id().to_string(), "route": route});
        let batch = self.engine.audit(Batch::new(), "command.unknown", details);
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
    ) -> Result<std::result::Result<Event, (&'static str, String)>> {
        let phrases = &self.engine.phrases;
        let now = self.engine.now();
        if now >= seal.expires || seal.made < self.engine.born() {
            return Ok(Err(("expired", phrases.expired.clone())));
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
        if !allowed || (elsewhere && !direct) {
            return Ok(Err(("not_for_you", phrases.not_for_you.clone())));
        }
        if seal.uses == Uses::Once && self.engine.store.get(&used_key(&seal)).await?.is_some() {
            return Ok(Err(("already_used", phrases.already_used.clone())));
        }
        let opened = match fit::open_record(&self.engine, seal.clone()).await {
            Ok(opened) => opened,
            Err(error) if error.is_not_found() => {
                return Ok(Err(("expired", phrases.expired.clone())));
            }
            Err(error) => return Err(error),
        };
        let mut event = (*self.event).clone();
        if event.place.is_none() {
            event.place = Some(seal.place);
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

    async fn run_one(&self, matched: &Matched, asker: &Asker) -> Result<()> {
        let event = &self.event;
        let gate = &matched.gate;
        let see = gate::admit(&self.engine, Phase::See, gate, asker, event, None).await;
        if let Err(reason) = see {
            return self.denied(matched, reason, asker).await;
        }
        let prepared = match matched.prepare(event, self.engine.now()).await {
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
            return self.refuse(Some(&gate.route), "already_used", text).await;
        };
        let Some((reply, went_well)) = self.handle(matched, prepared, asker).await else {
            // Cut off at shutdown: what has begun stays begun, so the next start knows.
            return Ok(());
        };
        if let (Some(Body::FieldErrors(_)), Some(seal)) = (&reply.body, self.sealed()) {
            // The person corrects the form and submits it again.
            end = end.delete(used_key(&seal), Expect::Any);
        }
        let details = json!({
            "delivery": self.voice.id().to_string(),
            "actor": {"principal": asker.principal.id, "kind": asker.principal.kind},
            "command": {"name": gate.route},
            "outcome": {"status": if went_well { "ok" } else { "failed" }},
        });
        let batch = self.engine.audit(end, "command.finished", details);
        self.voice.end(batch, reply).await
    }

    /// Records that the run begins. `None` when its button was used by someone else meanwhile. Gives
    /// what takes the record away again at the end.
    async fn begin(
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
        let details = json!({
            "delivery": self.voice.id().to_string(),
            "source": inbox::source(&self.event),
            "actor": {"principal": asker.principal.id, "kind": asker.principal.kind},
            "command": {"name": gate.route, "args": prepared.args().map(ToString::to_string)},
        });
        batch = self.engine.audit(batch, "command.started", details);
        match self.engine.store.commit(batch).await {
            Ok(_) => Ok(Some(end)),
            Err(error) if error.is_conflict() => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Runs the handler in a task of its own, so that its panic ends nothing else. `None` when
    /// shutdown cut it off; else the reply, and whether it went well.
    async fn handle(
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
        let future = matched.run(prepared, context.clone()).instrument(span);
        let task = self.engine.tasks.spawn(future);
        let abort = task.abort_handle();
        let ended = tokio::select! {
            ended = task => ended,
            () = self.engine.status.cut_off() => {
                abort.abort();
                return None;
            }
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
            Err(panic) if panic.is_panic() => {
                let panic = panic.into_panic();
                let what = panic_text(&*panic);
                tracing::error!(%route, run = %id, panic = what, "a handler panicked");
                let text = fill(&self.engine.phrases.panicked, &[("run", &id)]);
                Some((Reply::private(text), false))
            }
            Err(_) => None,
        }
    }

    fn error_reply(&self, route: &RouteId, error: &Error) -> Reply {
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

    async fn failed(&self, route: &RouteId, error: &Error, batch: Option<Batch>) -> Result<()> {
        let reply = self.error_reply(route, error);
        self.voice.end(batch.unwrap_or_default(), reply).await
    }

    async fn run_listeners(&self, listeners: &[Matched], asker: &Asker) -> Result<()> {
        let mut last = Reply::nothing();
        let mut batch = Batch::new();
        for matched in listeners {
            let gate = &matched.gate;
            let event = &self.event;
            let admitted =
                gate::admit(&self.engine, Phase::Request, gate, asker, event, None).await;
            if let Err(reason) = admitted {
                // A listener that may not hear is silent: nobody asked it anything.
                let details = self.denial(Some(&gate.route), &reason);
                batch = self.engine.audit(batch, "command.denied", details);
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

    async fn help(&self, topic: &[String], asker: &Asker) -> Result<()> {
        let phrases = &self.engine.phrases;
        let visible = gate::visible(&self.engine, asker, &self.event).await;
        if visible.is_empty() {
            // Without a policy, help says how to add one; with one, that there is nothing.
            let text = match self.engine.routes.leaves().first() {
                Some(gate) => {
                    let see = Phase::See;
                    let engine = &self.engine;
                    match gate::admit(engine, see, gate, asker, &self.event, None).await {
                        Err(reason) if reason == gate::NoPolicy::REASON => {
                            phrases.no_policy.clone()
                        }
                        _ => phrases.help_empty.clone(),
                    }
                }
                None => phrases.help_empty.clone(),
            };
            return self.voice.end(Batch::new(), Reply::private(text)).await;
        }
        let sees = |route: &RouteId| visible.contains(route);
        match self.engine.routes.help(topic, &sees, "", phrases) {
            Some(content) => self.voice.end(Batch::new(), Reply::private(content)).await,
            None => {
                let line = Line::read(&Content::from(topic.join(" ")));
                self.not_found(&line, &visible, Cow::Borrowed("unknown_command")).await
            }
        }
    }

    async fn unknown(&self, line: &Line, asker: &Asker) -> Result<()> {
        let visible = gate::visible(&self.engine, asker, &self.event).await;
        self.not_found(line, &visible, Cow::Borrowed("unknown_command")).await
    }

    /// The one answer to an unknown command and to one that the asker may not run.
    async fn not_found(
        &self,
        line: &Line,
        visible: &std::collections::HashSet<RouteId>,
        reason: ReasonCode,
    ) -> Result<()> {
        let phrases = &self.engine.phrases;
        let word = line.word(0).unwrap_or_default();
        let mut content = Content::from(fill(&phrases.not_found, &[("command", word)]));
        if let Some(closest) = self.engine.routes.suggest(line, &|route| visible.contains(route)) {
            content = content.text(fill(&phrases.did_you_mean, &[("command", &closest)]));
        }
        content = content.text(fill(&phrases.see_help, &[("help", "help")]));
        let batch = self.engine.audit(Batch::new(), "command.denied", self.denial(None, &reason));
        self.voice.end(batch, Reply::private(content)).await
    }

    async fn denied(&self, matched: &Matched, reason: ReasonCode, asker: &Asker) -> Result<()> {
        let gate = &matched.gate;
        tracing::info!(route = %gate.route, %reason, "denied");
        let by_line = match &self.event.kind {
            EventKind::Message(message) => Some(Line::read(&message.content)),
            EventKind::Command(invocation) => Some(Line::read(&invocation.content)),
            _ => None,
        };
        match by_line {
            // Who may see the command is told that its arguments are not allowed.
            Some(line) if gate.kind == RouteKind::Command => {
                let visible = gate::visible(&self.engine, asker, &self.event).await;
                if !visible.contains(&gate.route) {
                    return self.not_found(&line, &visible, reason).await;
                }
            }
            _ => {}
        }
        let phrases = &self.engine.phrases;
        let text = match &*reason {
            "approval_unavailable" => &phrases.approval_unavailable,
            _ => &phrases.denied,
        };
        self.refuse(Some(&gate.route), &reason, text.clone()).await
    }

    /// Nobody is admitted at all: a person hears what they would hear of an unknown command.
    async fn deny_all(&self, reason: ReasonCode) -> Result<()> {
        tracing::info!(%reason, "denied");
        let line = match &self.event.kind {
            EventKind::Command(invocation) => Some(Line::read(&invocation.content)),
            EventKind::Message(message) if self.event.direct || message.mentioned => {
                Some(Line::read(&message.content))
            }
            EventKind::Action(_) | EventKind::FormSubmitted { .. } if reason != "integration" => {
                let text = self.engine.phrases.denied.clone();
                return self.refuse(None, &reason, text).await;
            }
            _ => None,
        };
        match line {
            // Two bots that answer each other never end.
            Some(line) if reason != "integration" => {
                self.not_found(&line, &Default::default(), reason).await
            }
            _ => {
                let details = self.denial(None, &reason);
                let batch = self.engine.audit(Batch::new(), "command.denied", details);
                self.voice.end(batch, Reply::nothing()).await
            }
        }
    }

    async fn refuse(&self, route: Option<&RouteId>, reason: &str, text: String) -> Result<()> {
        let details = self.denial(route, reason);
        let batch = self.engine.audit(Batch::new(), "command.denied", details);
        self.voice.end(batch, Reply::private(text)).await
    }

    fn denial(&self, route: Option<&RouteId>, reason: &str) -> serde_json::Value {
        json!({
            "delivery": self.voice.id().to_string(),
            "source": inbox::source(&self.event),
            "command": {"name": route},
            "decision": {"effect": "deny", "reason_code": reason},
        })
    }

    async fn usage(&self, error: &UsageError, matched: Option<&Matched>) -> Result<()> {
        let mut content = error.content(&self.engine.phrases);
        if let Some(button) = matched.and_then(|matched| {
            let place = self.event.place_or_stand_in();
            fill_in::button(&self.engine, &place, matched, error.partial(), &self.event)
        }) {
            content = content.actions([button]);
        }
        let route = matched.map(|matched| &matched.gate.route);
        let details = self.denial(route, error.reason_code());
        let batch = self.engine.audit(Batch::new(), "command.denied", details);
        self.voice.end(batch, Reply::private(content)).await
    }

    /// What the gateway handles itself, and what nobody listens to.
    async fn other(&self, asker: &Asker) -> Result<()> {
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
                self.refuse(None, "unknown_route", text).await
            }
            _ => self.voice.end(Batch::new(), Reply::nothing()).await,
        }
    }

    /// Opens the form that asks for what a command line lacked.
    async fn fill_in(&self, seal: &Seal, asker: &Asker) -> Result<()> {
        let SealedValue::Inline { value, .. } = &seal.value else {
            return Err(Error::internal("the button's record was not loaded"));
        };
        if let Some(form) = fill_in::carried_form(value) {
            return self.open(form).await;
        }
        let (route, partial) = fill_in::read(value)?;
        let Some(matched) = self.engine.routes.command(&route) else {
            let text = self.engine.phrases.expired.clone();
            return self.refuse(None, "unknown_route", text).await;
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

    async fn open(&self, form: chatgate_core::Form) -> Result<()> {
        let reply = match self.voice.open_form(form, chatgate_router::Strict::No).await {
            Ok(_) => Reply::nothing(),
            Err(error) => self.error_reply(&fill_in::ROUTE, &error),
        };
        self.voice.end(Batch::new(), reply).await
    }

    /// What a menu of a command's form offers; gated as the command is.
    async fn options(
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
                choices = matched.options(field, typed).await?;
            }
        }
        self.voice.end_with_options(choices).await
    }
}

/// The record of a button that may be used once and was.
fn used_key(seal: &Seal) -> Key {
    Key::new("used", format!("{}/{}", seal.card, seal.nonce))
}

fn panic_text(panic: &(dyn Any + Send)) -> &str {
    panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("(no text)")
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
