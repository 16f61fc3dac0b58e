//! What is said where nothing can be posted, or nothing that is posted can be changed: it becomes part of
//! the answer.

use std::sync::atomic::Ordering;

use chatgate_core::{AnswerKind, Audience, Content, Feature, Loss, LossKind, Place};
use chatgate_router::{Body, Reply, Say, Sent, Strict};

use super::Voice;
use crate::sync::lock;

// So many messages are collected into one answer; a run that says more there is told so.
const COLLECTED: usize = 100;

impl Voice {
    /// What was collected comes before what was returned.
    pub(super) fn with_collected(&self, mut reply: Reply) -> Reply {
        let Some(before) = self.take_collected() else { return reply };
        let content = match reply.body {
            Some(Body::Message(content) | Body::Update(content)) => before.then(content),
            _ => before,
        };
        reply.body = Some(Body::Message(content));
        reply
    }

    /// What was collected comes before what is said now, where that can be posted: the request is over.
    pub(super) fn after_collected(&self, mut say: Say) -> Say {
        if self.collects(&say) && self.posts(&say.place) {
            let before = self.take_collected().unwrap_or_default();
            say.content = before.then(say.content);
        }
        say
    }

    fn take_collected(&self) -> Option<Content> {
        let collected = std::mem::take(&mut *lock(&self.collected));
        let all = collected.into_iter().map(|(_, one)| one);
        all.reduce(Content::then)
    }

    /// Keeps what is said for the answer, while the request still waits: where nothing can be posted, and
    /// where a post stands as it is, so that each step of a progress would be one.
    pub(super) fn collect(&self, say: &Say) -> Option<Sent> {
        let can = self.engine.adapter(&say.place.adapter).ok()?.capabilities(&say.place, None);
        let waits_for_a_message = lock(&self.answer)
            .as_ref()
            .filter(|open| !open.sender.is_closed())
            .map(|open| open.slot.accepts.contains(&AnswerKind::Message));
        let kept = match can.can(Feature::Post) {
            false => waits_for_a_message.is_some() || self.answers_by_handle(&say.place),
            true => {
                let has_said = self.said.load(Ordering::Relaxed);
                let stands = !can.support(Feature::Edit).is_possible();
                stands && !has_said && waits_for_a_message == Some(true)
            }
        };
        if !kept || !self.collects(say) {
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

    /// Whether what is said is said to everyone where the event came from.
    fn collects(&self, say: &Say) -> bool {
        let event = self.event();
        let here = event.place.as_ref().is_some_and(|it| it.is_same_conversation(&say.place));
        here && say.audience == Audience::Everyone && say.strict == Strict::No
    }

    fn posts(&self, place: &Place) -> bool {
        let adapter = self.engine.adapter(&place.adapter);
        adapter.is_ok_and(|it| it.capabilities(place, None).can(Feature::Post))
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
