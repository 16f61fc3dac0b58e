//! What is said where nothing can be posted: it becomes part of the answer.

use chatgate_core::{Audience, Content, Feature, Loss, LossKind};
use chatgate_router::{Body, Reply, Say, Sent, Strict};

use super::Voice;
use crate::sync::lock;

// So many messages are collected into one answer; a run that says more there is told so.
const COLLECTED: usize = 100;

impl Voice {
    /// What was collected comes before what was returned.
    pub(super) fn with_collected(&self, mut reply: Reply) -> Reply {
        let collected = std::mem::take(&mut *lock(&self.collected));
        if collected.is_empty() {
            return reply;
        }
        let before = collected.into_iter().fold(Content::new(), |all, (_, one)| all.then(one));
        let content = match reply.body {
            Some(Body::Message(content) | Body::Update(content)) => before.then(content),
            _ => before,
        };
        reply.body = Some(Body::Message(content));
        reply
    }

    /// Keeps what is said for the answer, where nothing can be posted and the request still waits.
    pub(super) fn collect(&self, say: &Say) -> Option<Sent> {
        let event = self.event();
        let here = event.place.as_ref()?.is_same_conversation(&say.place);
        let adapter = self.engine.adapter(&say.place.adapter).ok()?;
        let posts = adapter.capabilities(&say.place, None).can(Feature::Post);
        let open = lock(&self.answer).as_ref().is_some_and(|open| !open.sender.is_closed())
            || self.answers_by_handle(&say.place);
        let private = say.audience != Audience::Everyone;
        if posts || private || !here || !open || say.strict == Strict::Yes {
            return None;
        }
        let mut collected = lock(&self.collected);
        if collected.len() >= COLLECTED {
            return None;
        }
        let id = self.engine.new_message();
        collected.push((id, say.content.clone()));
        let loss = Loss::new(LossKind::Message, "collected into the answer");
        Some(Sent::new(vec![id.into()], say.place.clone(), vec![loss]))
    }

    /// Changes what was collected.
    pub(super) fn edit_collected(&self, sent: &Sent, content: &Content) -> Option<Sent> {
        let id = sent.parts.first()?.our_id()?;
        let mut collected = lock(&self.collected);
        let (_, kept) = collected.iter_mut().find(|(other, _)| *other == id)?;
        *kept = content.clone();
        Some(sent.clone())
    }
}
