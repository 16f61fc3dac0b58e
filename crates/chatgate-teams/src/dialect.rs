//! How each way into Teams is spoken to.

use chatgate_core::{
    Content, Dialect, Error, Feature, Fitted, Form, Phrases, Result, Surface, Target,
};
use chatgate_render::teams::AdaptiveCards;

/// Adaptive Cards; what is posted goes by a workflow, which takes cards only.
#[derive(Debug)]
pub(crate) struct TeamsCards(AdaptiveCards);

impl TeamsCards {
    pub(crate) fn new(phrases: &Phrases) -> Self {
        Self(AdaptiveCards::new().with_phrases(phrases))
    }
}

impl Dialect for TeamsCards {
    fn message(&self, content: &Content, target: &Target) -> Fitted {
        let surface = match target.surface {
            Surface::Post => Surface::Webhook,
            other => other,
        };
        self.0.message(content, &Target::new(surface, target.capabilities.clone()))
    }

    fn form(&self, form: &Form, target: &Target) -> Result<Fitted> {
        // Neither webhook opens one.
        if !target.capabilities.can(Feature::Forms) {
            return Err(Error::unsupported("form"));
        }
        self.0.form(form, target)
    }
}
