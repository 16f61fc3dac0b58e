//! Fits what is said to what a place can show: every fallback lives here, and each adds a loss.

mod actions;
mod cut;
mod form;
mod inlines;
mod long;
mod losses;
mod names;
mod numbers;
mod place;
mod rewrite;
mod sealing;
mod survey;
mod table;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::sync::Arc;

use bytes::Bytes;
use chatgate_core::{
    Acknowledgement, Adapter, Audience, Batch, CardId, Clock, Content, Error, Feature, Fitted,
    Form, Importance, Loss, LossKind, Phrases, Place, Rendered, ReplyHandle, Result, Seals,
    Surface, Target, UserId,
};
use chatgate_router::Strict;

pub(crate) use cut::cut;
use losses::Losses;
pub(crate) use names::Names;
pub(crate) use numbers::numbered_choice;
pub(crate) use sealing::open_record;
use survey::Survey;

use crate::engine::Engine;
use crate::limits::GatewayLimits;

/// How deep blocks and inlines may nest; what is deeper is not shown. As in core.
const MAX_DEPTH: usize = 32;

/// From here on a content is said on a thread of its own: a megabyte takes some ten
/// milliseconds, in which its worker would do nothing else.
const LARGE_BYTES: usize = 64 * 1024;

/// Where something is to be said, and how much of it may get lost.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ask<'a> {
    pub(crate) place: &'a Place,
    pub(crate) audience: &'a Audience,
    pub(crate) surface: Surface,
    pub(crate) via: Option<&'a ReplyHandle>,
    pub(crate) strict: Strict,
    pub(crate) private: Private,
    /// The text of the thread's first message, where it is known.
    pub(crate) quoting: Option<&'a str>,
}

/// Whether a message for one person may be said in the open where nothing else is left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Private {
    /// It may not.
    Must,
    /// It may.
    Prefer,
}

/// What will be said, and where.
#[derive(Debug)]
pub(crate) struct Fit<'a> {
    /// Where: another place than was asked for when that one cannot take it.
    pub(crate) place: Place,
    pub(crate) audience: Audience,
    /// By which way: none when the message goes to another place, where the asked one does not lead.
    pub(crate) via: Option<&'a ReplyHandle>,
    pub(crate) parts: Vec<Rendered>,
    pub(crate) losses: Vec<Loss>,
    /// The name and bytes of a file that carries what was too long.
    pub(crate) file: Option<(String, Bytes)>,
    /// Records without which the message's actions do not work: committed with it.
    pub(crate) batch: Batch,
}

/// Fits a content to a place. Changes nothing but the names it has looked up.
///
/// # Errors
/// `unsupported` when the place cannot take it at all, or only with a loss and the ask is strict.
pub(crate) async fn fit<'a>(engine: &Engine, content: &Content, ask: &Ask<'a>) -> Result<Fit<'a>> {
    Tools::of(engine, ask.place)?.fit(content, ask).await
}

/// Fits a form for one person, opened from a place. The records that its seal needs are committed
/// before it is opened.
///
/// # Errors
/// `unsupported` where there are no forms, `invalid_input` when it cannot be said within the limits.
pub(crate) fn fit_form(
    engine: &Engine,
    form: &Form,
    origin: &Place,
    user: &UserId,
    via: Option<&ReplyHandle>,
) -> Result<(CardId, Fitted, Batch)> {
    let tools = Tools::of(engine, origin)?;
    let (fitted, records) = form::fit(&tools, form, origin, user, via)?;
    Ok((tools.card, fitted, records))
}

/// What fitting needs of the engine.
struct Tools<'e> {
    adapter: &'e Arc<dyn Adapter>,
    names: &'e Names,
    seals: &'e Seals,
    phrases: &'e Phrases,
    clock: &'e dyn Clock,
    limits: &'e GatewayLimits,
    card: CardId,
}

impl<'e> Tools<'e> {
    fn of(engine: &'e Engine, place: &Place) -> Result<Self> {
        Ok(Self {
            adapter: engine.adapter(&place.adapter)?,
            names: &engine.names,
            seals: &engine.seals,
            phrases: &engine.phrases,
            clock: &*engine.clock,
            limits: &engine.limits,
            card: engine.new_card(),
        })
    }
}

impl Tools<'_> {
    async fn fit<'a>(&self, content: &Content, ask: &Ask<'a>) -> Result<Fit<'a>> {
        let mut losses = Losses::default();
        let site = place::choose(&**self.adapter, ask, &mut losses)?;
        let can = &*site.can;
        let survey = Survey::of(content);
        let known = names::look_up(self, &site, &survey).await;

        let mut content = Cow::Borrowed(content);
        if inlines::is_needed(&survey, can, &known) {
            content = Cow::Owned(inlines::apply(content.into_owned(), can, &known, &mut losses)?);
        }
        if survey.tables && !can.can(Feature::Tables) {
            content = Cow::Owned(table::apply(content.into_owned(), can, &mut losses)?);
        }
        // A mark is given to a new message, and stays.
        if survey.marked && !(site.surface == Surface::Post && can.can(Feature::Importance)) {
            let unmarked = content.to_mut();
            unmarked.importance = Importance::default();
            unmarked.acknowledgement = Acknowledgement::default();
            losses.add(LossKind::Importance, "shown like any other message");
        }
        let mut batch = Batch::new();
        if survey.elements {
            let (changed, records) =
                actions::apply(self, content.into_owned(), ask, &site, &mut losses)?;
            (content, batch) = (Cow::Owned(changed), records);
        }
        if let Some(quote) = site.quote {
            content = Cow::Owned(place::put_in_front(quote, content.into_owned()));
        }

        let target = Target::new(site.surface, site.can.clone());
        let may_be_a_file = !survey.actions && site.audience == Audience::Everyone;
        let most_parts = if may_be_a_file { self.limits.parts } else { usize::MAX };
        let (said, file) = if survey.bytes < LARGE_BYTES {
            long::say(&**self.adapter, &content, &target, most_parts)?
        } else {
            let (adapter, content) = (self.adapter.clone(), content.into_owned());
            let say = move || long::say(&*adapter, &content, &target, most_parts);
            let said = tokio::task::spawn_blocking(say).await;
            said.map_err(|error| Error::internal(format!("rendering: {error}")))??
        };
        losses.extend(said.losses);
        let mut parts = said.parts;
        let uses = site.via.and_then(|reply| reply.uses_left);
        if let Some(uses) = uses.and_then(|uses| usize::try_from(uses).ok())
            && parts.len() > uses
        {
            parts.truncate(uses);
            losses.add(LossKind::Cut, "the rest could not be sent: the way back is used up");
        }
        if ask.strict == Strict::Yes {
            losses.refuse(place::verb(ask.surface), self.adapter.id())?;
        }
        Ok(Fit {
            place: site.place,
            audience: site.audience,
            via: site.via,
            parts,
            losses: losses.into_vec(),
            file,
            batch,
        })
    }
}

/// Keeps the words that notify people of a message, before something else comes to stand first.
fn keep_summary(content: &mut Content) {
    /// What a notification shows.
    const SUMMARY_CHARS: usize = 200;
    if content.summary.is_none() && !content.is_empty() {
        content.summary = Some(content.notification(SUMMARY_CHARS));
    }
}
