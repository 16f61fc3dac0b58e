//! Forms: their state sealed, within a platform's limits.

use chatgate_core::{
    Allowed, Batch, Error, Feature, Fitted, Form, Place, ReplyHandle, Result, Seal, Surface,
    Target, UserId, Uses,
};

use super::Tools;
use super::sealing::Sealer;

/// Fits a form, and the records that its seal needs.
pub(super) fn fit(
    tools: &Tools<'_>,
    form: &Form,
    origin: &Place,
    user: &UserId,
    via: Option<&ReplyHandle>,
) -> Result<(Fitted, Batch)> {
    let adapter = tools.adapter;
    let can = adapter.capabilities(origin, via);
    if !can.can(Feature::Forms) {
        return Err(Error::unsupported("form").with_adapter(adapter.id().clone()));
    }
    let now = tools.clock.now();
    // With its thread: what a form starts acts where it was opened.
    let origin = origin.clone();
    let (route, state) = (form.route.clone(), form.state.clone());
    let seal = Seal::new(route, tools.card, origin.clone(), now, state)
        .allowed(Allowed::Only(vec![user.clone()]))
        .uses(Uses::Once)
        .valid_for(tools.limits.dialogue);
    // No platform's form carries less than its buttons do (Slack: 3,000 and 2,000 characters).
    let mut sealer = Sealer::new(tools.seals, tools.card, origin, now).limited_to(&can.limits);
    let mut form = form.clone();
    form.seal = Some(sealer.text(seal)?);
    let fitted = adapter.dialect().form(&form, &Target::new(Surface::Form, can))?;
    Ok((fitted, sealer.into_records()))
}
