//! What a person hears when nothing runs: help, and every kind of no.

use std::borrow::Cow;

use chatgate_core::{Batch, Content, EventKind, Phase, Result, RouteId, fill};
use chatgate_router::{Line, Matched, Reply, RouteKind, UsageError};
use serde_json::json;

use super::Walk;
use crate::fill_in;
use crate::gate::{self, Asker, ReasonCode};
use crate::inbox;

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

    pub(super) async fn unknown(&self, line: &Line, asker: &Asker) -> Result<()> {
        let visible = gate::visible(&self.engine, asker, &self.event).await;
        self.not_found(line, &visible, Cow::Borrowed("unknown_command")).await
    }

    /// The one answer to an unknown command and to one that the asker may not run.
    pub(super) async fn not_found(
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

    pub(super) async fn denied(
        &self,
        matched: &Matched,
        reason: ReasonCode,
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
        let text = match &*reason {
            "approval_unavailable" => &phrases.approval_unavailable,
            _ => &phrases.denied,
        };
        self.refuse(Some(&gate.route), &reason, text.clone()).await
    }

    /// Nobody is admitted at all: a person hears what they would hear of an unknown command.
    pub(super) async fn deny_all(&self, reason: ReasonCode) -> Result<()> {
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

    pub(super) async fn refuse(
        &self,
        route: Option<&RouteId>,
        reason: &str,
        text: String,
    ) -> Result<()> {
        let details = self.denial(route, reason);
        let batch = self.engine.audit(Batch::new(), "command.denied", details);
        self.voice.end(batch, Reply::private(text)).await
    }

    pub(super) fn denial(&self, route: Option<&RouteId>, reason: &str) -> serde_json::Value {
        json!({
            "delivery": self.voice.id().to_string(),
            "source": inbox::source(&self.event),
            "command": {"name": route},
            "decision": {"effect": "deny", "reason_code": reason},
        })
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
        let details = self.denial(route, error.reason_code());
        let batch = self.engine.audit(Batch::new(), "command.denied", details);
        self.voice.end(batch, Reply::private(content)).await
    }
}
