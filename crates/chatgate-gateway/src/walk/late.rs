//! Commands that were long under way: their author is asked, or told to write them again.

use std::sync::LazyLock;
use std::time::Duration;

use chatgate_core::{
    ActionValue, Batch, Button, Content, Event, EventKind, Expect, Invocation, ReasonCode, Result,
    RouteId, Seal, SealedValue, fill,
};
use chatgate_router::{Line, Matched, Reply};
use serde_json::{Value, json};

use super::{Walk, used_key};

/// The route of the button that lets a command run late; the gateway handles it, and the command is
/// gated as if it were written anew.
static ROUTE: LazyLock<RouteId> = LazyLock::new(|| RouteId::from("action:chatgate.late"));

/// Long enough that the person may have done it by other means meanwhile.
const ASKED_AFTER: Duration = Duration::from_secs(120);
/// Long enough that the world is another one; the button is good no longer than that either.
const REFUSED_AFTER: Duration = Duration::from_secs(600);

impl Walk {
    /// True for what runs only once its author has said so.
    pub(super) fn is_late(&self) -> bool {
        self.event.waited >= ASKED_AFTER
    }

    /// Asks whether a command shall still run, or says that it will not.
    pub(super) async fn ask_whether_still(&self, matched: &Matched) -> Result<()> {
        let (route, phrases) = (&matched.gate.route, &self.engine.phrases);
        let Some(content) = said(&self.event.kind) else {
            return self.voice.end(Batch::new(), Reply::nothing()).await;
        };
        let line = Line::read(content);
        let command = line.word(0).unwrap_or_default();
        if self.event.waited >= REFUSED_AFTER {
            let text = fill(&phrases.too_late, &[("command", command)]);
            return self.refuse(Some(route), ReasonCode::TooLate, text).await;
        }
        let mut action = ActionValue::of(ROUTE.clone(), json!({"content": content}));
        action.valid_for = Some(REFUSED_AFTER);
        let button = Button::of(phrases.run_it.clone(), action);
        let button = match &self.event.actor {
            Some(actor) => button.only_for([actor.user.clone()]),
            None => button,
        };
        let text = fill(&phrases.late, &[("command", command)]);
        let record = self.denial(Some(route), ReasonCode::Late.as_str());
        let batch = self.engine.audit(Batch::new(), "command.denied", record);
        self.voice.end(batch, Reply::message(Content::from(text).actions([button]))).await
    }

    /// The command that its author has confirmed by this click, and what marks the button as used.
    pub(super) fn confirmed(&self) -> Option<(Event, Batch)> {
        let EventKind::Action(used) = &self.event.kind else { return None };
        let content = carried(&used.seal)?;
        let mut event = (*self.event).clone();
        event.kind = EventKind::Command(Invocation::new(content));
        let by = event.actor.as_ref().map(|actor| actor.user.to_string()).unwrap_or_default();
        let (key, until) = (used_key(&used.seal), used.seal.expires);
        Some((event, Batch::new().put_until(key, by, Expect::Absent, until)))
    }
}

/// What a command says.
fn said(kind: &EventKind) -> Option<&Content> {
    match kind {
        EventKind::Message(message) => Some(&message.content),
        EventKind::Command(invocation) => Some(&invocation.content),
        _ => None,
    }
}

/// The command that a seal carries, if it is one of these.
fn carried(seal: &Seal) -> Option<Content> {
    let SealedValue::Inline { value, .. } = &seal.value else { return None };
    let content: &Value = value.get("content").filter(|_| seal.route == *ROUTE)?;
    serde_json::from_value(content.clone()).ok()
}
