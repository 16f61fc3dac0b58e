//! What a place in Teams can show and do.

use std::collections::BTreeMap;
use std::sync::Arc;

use chatgate_core::{Capabilities, Feature, Hearing, Place};
use chatgate_render::teams;

use crate::limits;
use crate::state::State;

/// The few different answers, made once.
#[derive(Debug)]
pub(crate) struct Abilities {
    /// By the name of the workflow that posts.
    posted: BTreeMap<String, Posted>,
    answered: Arc<Capabilities>,
    nothing: Arc<Capabilities>,
}

/// A workflow, under its own name and under that of its channel.
#[derive(Debug)]
struct Posted {
    named: Arc<Capabilities>,
    channel: Arc<Capabilities>,
}

impl Abilities {
    pub(crate) fn new(state: &State) -> Self {
        let is_answered = state.outgoing.is_some();
        let posted = state.workflows.names().map(|name| {
            let mut named = teams::webhook_capabilities();
            named.limits = limits::rates()
                .into_iter()
                .fold(named.limits.paced_as_one(name), |it, rate| it.rate(rate));
            let mut channel = named.clone();
            if is_answered {
                // What is said there may go into an answer, where nobody has seen a mention work.
                channel = channel.without([Feature::Mentions]);
                channel.limits = channel.limits.hears(Hearing::ByName);
            }
            (name.to_owned(), Posted { named: Arc::new(named), channel: Arc::new(channel) })
        });
        let posted = posted.collect();
        let nothing =
            Arc::new(Capabilities::new().limits(teams::outgoing_webhook_capabilities().limits));
        let answered = match is_answered {
            true => Arc::new(teams::outgoing_webhook_capabilities()),
            false => nothing.clone(),
        };
        Self { posted, answered, nothing }
    }

    pub(crate) fn of(&self, state: &State, place: &Place) -> Arc<Capabilities> {
        let workflow = state.workflows.of(place).and_then(|it| self.posted.get(&it.name));
        let is_of_a_person = place.direct_user().is_some() || place.home_user().is_some();
        match workflow {
            Some(posted) if state.workflows.is_named(place) => posted.named.clone(),
            Some(posted) => posted.channel.clone(),
            // Webhooks stand in channels only.
            None if is_of_a_person || state.workflows.is_named(place) => self.nothing.clone(),
            None => self.answered.clone(),
        }
    }
}
