//! What a person hears when nothing runs: help, and every kind of no.

use std::collections::HashSet;

use chatgate_core::{Batch, Content, EventKind, Phase, Phrases, ReasonCode, Result, RouteId, fill};
use chatgate_router::{Line, Matched, Reply, RouteKind, UsageError};

use super::Walk;
use crate::audit::{Command, Decision, Record, Source};
use crate::fill_in;
use crate::gate::{self, Asker, Reason};

impl Walk {
    pub(super) async fn help(&self, topic: &[String], asker: &Asker) -> Result<()> {
        let phrases = &self.engine.phrases;
        let visible = gate::visible(&self.engine, asker, &self.event).await;
        if visible.is_empty() {
            // Without a policy, help says how to add one; with one, that there is nothing.
            let text = match self.engine.routes.leaves().first() {
                Some(gate) => {
                    let see = Phase::See;
                    let engine = &self.engine;
                    match gate::admit(engine, see, gate, asker, &self.event, None).await {
                        Err(reason) if reason == gate::NoPolicy::REASON.as_str() => {
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
                self.not_found(&line, &visible, ReasonCode::UnknownCommand.into()).await
            }
        }
    }

    pub(super) async fn unknown(&self, line: &Line, asker: &Asker) -> Result<()> {
        let visible = gate::visible(&self.engine, asker, &self.event).await;
        self.not_found(line, &visible, ReasonCode::UnknownCommand.into()).await
    }

    /// The one answer to an unknown command and to one that the asker may not run.
    pub(super) async fn not_found(
        &self,
        line: &Line,
        visible: &HashSet<RouteId>,
        reason: Reason,
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

    pub(super) async fn denied(
        &self,
        matched: &Matched,
        reason: Reason,
        asker: &Asker,
    ) -> Result<()> {
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
        let text = if reason == ReasonCode::ApprovalUnavailable.as_str() {
            &phrases.approval_unavailable
        } else {
            &phrases.denied
        };
        self.refuse(Some(&gate.route), reason, text.clone()).await
    }

    /// Nobody is admitted at all: a person hears what they would hear of an unknown command.
    pub(super) async fn deny_all(&self, reason: Reason) -> Result<()> {
        tracing::info!(%reason, "denied");
        let phrases = &self.engine.phrases;
        let line = match &self.event.kind {
            // Two bots that answer each other never end.
            _ if reason == ReasonCode::Integration.as_str() => None,
            EventKind::Command(invocation) => Some(Line::read(&invocation.content)),
            EventKind::Message(message) if self.event.direct || message.mentioned => {
                Some(Line::read(&message.content))
            }
            EventKind::Action(_)
            | EventKind::FormSubmitted { .. }
            | EventKind::OptionsAsked { .. } => {
                let text = not_here(&reason, phrases).unwrap_or(&phrases.denied).to_owned();
                return self.refuse(None, reason, text).await;
            }
            _ => None,
        };
        match (line, not_here(&reason, phrases)) {
            (Some(_), Some(text)) => self.refuse(None, reason, text.to_owned()).await,
            (Some(line), None) => self.not_found(&line, &HashSet::new(), reason).await,
            (None, _) => {
                let record = self.denial(None, &reason);
                let batch = self.engine.audit(Batch::new(), "command.denied", record);
                self.voice.end(batch, Reply::nothing()).await
            }
        }
    }

    pub(super) async fn refuse(
        &self,
        route: Option<&RouteId>,
        reason: impl Into<Reason>,
        text: String,
    ) -> Result<()> {
        let reason = reason.into();
        let record = self.denial(route, &reason);
        let batch = self.engine.audit(Batch::new(), "command.denied", record);
        if matches!(self.event.kind, EventKind::OptionsAsked { .. }) {
            // Whoever types into a menu is shown that it is empty, and told nothing.
            return self.voice.end_with_options(batch, Vec::new()).await;
        }
        self.voice.end(batch, Reply::private(text)).await
    }

    pub(super) fn denial<'a>(&'a self, route: Option<&'a RouteId>, reason: &'a str) -> Record<'a> {
        Record {
            source: Some(Source::of(&self.event)),
            command: Some(Command { name: route, ..Command::default() }),
            decision: Some(Decision::denied(reason)),
            ..Record::of(self.voice.id())
        }
    }

    pub(super) async fn usage(&self, error: &UsageError, matched: Option<&Matched>) -> Result<()> {
        let mut content = error.content(&self.engine.phrases);
        if let Some(button) = matched.and_then(|matched| {
            let place = self.event.place_or_stand_in();
            fill_in::button(&self.engine, &place, matched, error.partial(), &self.event)
        }) {
            content = content.actions([button]);
        }
        let route = matched.map(|matched| &matched.gate.route);
        let record = self.denial(route, error.reason_code().as_str());
        let batch = self.engine.audit(Batch::new(), "command.denied", record);
        self.voice.end(batch, Reply::private(content)).await
    }
}

/// Why nothing at all runs for this person here and now, where that tells nothing of what there is.
fn not_here<'a>(reason: &str, phrases: &'a Phrases) -> Option<&'a str> {
    let is = |code: ReasonCode| reason == code.as_str();
    if is(ReasonCode::ExternallyShared) {
        Some(&phrases.externally_shared)
    } else if is(ReasonCode::StandingUnknown) {
        Some(&phrases.standing_unknown)
    } else if is(ReasonCode::SharingUnknown) {
        Some(&phrases.sharing_unknown)
    } else {
        None
    }
}
