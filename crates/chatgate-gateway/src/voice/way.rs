//! The way back by the event's reply handle: where the place itself cannot be posted to, or shows nothing
//! to one person alone.

use std::collections::HashSet;

use chatgate_core::{
    Audience, Content, Feature, Loss, LossKind, MessageId, Place, ReplyHandle, Subject, Support,
};
use chatgate_router::Sent;

use super::Voice;
use crate::sync::lock;
use crate::walk::who;

/// What was said by the event's reply handle.
#[derive(Debug, Default)]
pub(super) struct ByHandle {
    /// How often it was used.
    uses: u32,
    /// Which messages: the platform does not tell their ids, so they cannot be changed.
    messages: HashSet<MessageId>,
}

/// What is to be left of a handle that can be used a few times only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Spare {
    /// One use, for the answer.
    TheAnswer,
    Nothing,
}

impl Voice {
    /// The way back to where the event came from, when the place itself cannot be posted to; for an
    /// answer to one person also when the place shows nothing to one alone, and the handle does. What
    /// it says privately is shown to the person who acted, whoever that is: it says nothing to others.
    pub(super) async fn way_back(
        &self,
        place: &Place,
        audience: &Audience,
        spare: Spare,
    ) -> Option<ReplyHandle> {
        let event = self.event();
        if let Audience::Only(user) = audience
            && event.actor.as_ref().is_none_or(|actor| actor.user != *user)
        {
            return None;
        }
        let reply = event.reply.as_ref().filter(|reply| reply.is_live(self.engine.now()))?;
        if !event.place.as_ref()?.is_same_conversation(place) {
            return None;
        }
        let adapter = self.engine.adapter(&place.adapter).ok()?;
        let support = || adapter.capabilities(place, None).support(Feature::Post);
        if support() == Support::Unknown
            && let Err(error) =
                who::describe(&self.engine, adapter, Subject::Place(place.clone())).await
        {
            tracing::debug!(%error, "a place could not be looked up");
        }
        let by_handle = adapter.capabilities(place, Some(reply));
        // What is said besides the answer may be changed later, which no handle can.
        let is_private = spare == Spare::Nothing && *audience != Audience::Everyone;
        let only_by_handle = is_private
            && !event.direct
            && by_handle.can(Feature::Ephemeral)
            && !adapter.capabilities(place, None).can(Feature::Ephemeral);
        let is_needed = !support().is_possible() || only_by_handle;
        if !is_needed || !by_handle.can(Feature::Post) {
            return None;
        }
        let mut reply = reply.clone();
        if let Some(uses) = reply.uses_left {
            let spare = u32::from(spare == Spare::TheAnswer);
            let left = uses.saturating_sub(lock(&self.by_handle).uses + spare);
            reply.uses_left = Some(left).filter(|left| *left > 0);
            reply.uses_left?;
        }
        Some(reply)
    }

    /// Whether the answer can still go by the handle to a place that cannot be posted to.
    pub(super) fn answers_by_handle(&self, place: &Place) -> bool {
        let event = self.event();
        let used = lock(&self.by_handle).uses;
        let Some(reply) = event.reply.as_ref().filter(|reply| reply.is_live(self.engine.now()))
        else {
            return false;
        };
        let left = reply.uses_left.is_none_or(|uses| uses > used);
        let adapter = self.engine.adapter(&place.adapter);
        left && adapter.is_ok_and(|it| it.capabilities(place, Some(reply)).can(Feature::Post))
    }

    /// Something was said, perhaps by the handle.
    pub(super) fn went_by(&self, handle: Option<&ReplyHandle>, place: &Place, sent: &Sent) {
        let by_handle = handle.is_some()
            && sent.place.as_ref().is_some_and(|to| to.is_same_conversation(place));
        if by_handle {
            let mut by_handle = lock(&self.by_handle);
            by_handle.uses += u32::try_from(sent.parts.len()).unwrap_or(u32::MAX);
            by_handle
                .messages
                .extend(sent.parts.iter().filter_map(chatgate_core::MessageRef::our_id));
        }
    }

    /// Whether a message went by the handle.
    pub(super) fn is_by_handle(&self, sent: &Sent) -> bool {
        let first = sent.parts.first().and_then(chatgate_core::MessageRef::our_id);
        first.is_some_and(|id| lock(&self.by_handle).messages.contains(&id))
    }

    /// What a message that cannot be changed should say now is said with the answer.
    pub(super) fn edit_by_handle(&self, sent: &Sent, content: &Content) -> Option<Sent> {
        let id = sent.parts.first().and_then(chatgate_core::MessageRef::our_id)?;
        if !self.is_by_handle(sent) {
            return None;
        }
        let mut collected = lock(&self.collected);
        collected.retain(|(other, _)| *other != id);
        collected.push((id, content.clone()));
        let mut sent = sent.clone();
        sent.losses.push(Loss::new(LossKind::Edit, "said anew with the answer"));
        Some(sent)
    }
}
