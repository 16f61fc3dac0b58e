//! Where a message goes, when the place that was asked for cannot take it as it is.

use std::sync::Arc;

use chatgate_core::{
    Adapter, Audience, Block, Capabilities, Content, Error, Feature, Inline, LossKind, Place,
    ReplyHandle, Result, Surface, UserId,
};

use super::losses::Losses;
use super::{Ask, Private, keep_summary};

/// How much of the thread's first message is quoted: one line of a phone's screen or two.
const QUOTE_CHARS: usize = 120;

/// Says that a message answers an earlier one, where nobody knows what that said.
const IN_REPLY: &str = "↪ in reply to an earlier message";

/// Where a message goes, and what that place can show.
pub(super) struct Site<'a> {
    pub(super) place: Place,
    pub(super) audience: Audience,
    pub(super) surface: Surface,
    pub(super) via: Option<&'a ReplyHandle>,
    pub(super) can: Arc<Capabilities>,
    /// What stands in front, in the place of the thread.
    pub(super) quote: Option<Block>,
}

/// Chooses where a message goes.
pub(super) fn choose<'a>(
    adapter: &dyn Adapter,
    ask: &Ask<'a>,
    losses: &mut Losses,
) -> Result<Site<'a>> {
    let asked = Site {
        place: ask.place.clone(),
        audience: Audience::Everyone,
        surface: ask.surface,
        via: ask.via,
        can: adapter.capabilities(ask.place, ask.via),
        quote: None,
    };
    let mut site = match ask.audience {
        Audience::Only(user) => privately(adapter, ask, asked, user, losses)?,
        _ => asked,
    };
    // An edited message is where it is, and an answer where it was asked for.
    let moves = !matches!(site.surface, Surface::Edit | Surface::Answer);
    let threaded = site.place.thread.is_some() && moves;
    if threaded && !site.can.can(Feature::Threads) {
        site.place = site.place.without_thread();
        site.can = adapter.capabilities(&site.place, site.via);
        site.quote = Some(quote(ask.quoting));
        losses.add(LossKind::Thread, "sent as a reply with a quote");
    }
    let posts = site.surface == Surface::Post && site.via.is_none();
    if posts && !site.can.can(Feature::Post) {
        return Err(cannot(adapter, ask, "nothing can be posted there"));
    }
    let people = site.place.people();
    if people.iter().any(|person| person.as_str().is_empty()) {
        return Err(Error::invalid_input("a direct line or a group leads to someone"));
    }
    if posts && people.len() > 1 && !site.can.can(Feature::GroupMessage) {
        return Err(cannot(adapter, ask, "no conversation can be opened with several people"));
    }
    Ok(site)
}

/// Finds a way to say something to one person only.
fn privately<'a>(
    adapter: &dyn Adapter,
    ask: &Ask<'a>,
    asked: Site<'a>,
    user: &UserId,
    losses: &mut Losses,
) -> Result<Site<'a>> {
    if asked.place.direct_user().as_ref() == Some(user) {
        return Ok(asked);
    }
    if asked.can.can(Feature::Ephemeral) {
        return Ok(Site { audience: Audience::Only(user.clone()), ..asked });
    }
    if let Some(direct) = directly(adapter, &asked, user) {
        losses.add(LossKind::Ephemeral, "sent as a direct message");
        return Ok(direct);
    }
    match ask.private {
        Private::Prefer => {
            losses.add(LossKind::Ephemeral, "shown to everyone in the place");
            Ok(asked)
        }
        Private::Must => Err(cannot(adapter, ask, "nothing can be said to one person only")),
    }
}

/// The direct line to a person, where a message of this surface can go there.
fn directly<'a>(adapter: &dyn Adapter, asked: &Site<'a>, user: &UserId) -> Option<Site<'a>> {
    let movable = matches!(asked.surface, Surface::Post | Surface::Reply);
    if !movable || !asked.can.can(Feature::DirectMessage) {
        return None;
    }
    let place = Place::direct(asked.place.adapter.clone(), asked.place.workspace.clone(), user);
    let can = adapter.capabilities(&place, None);
    can.can(Feature::Post).then_some(Site {
        place,
        audience: Audience::Everyone,
        surface: Surface::Post,
        via: None,
        can,
        quote: None,
    })
}

fn cannot(adapter: &dyn Adapter, ask: &Ask<'_>, why: &'static str) -> Error {
    Error::unsupported(verb(ask.surface)).with_adapter(adapter.id().clone()).with_context(why)
}

/// What is being done, as an error names it.
pub(super) fn verb(surface: Surface) -> &'static str {
    match surface {
        Surface::Edit => "edit",
        Surface::Answer => "answer",
        Surface::Form => "form",
        Surface::Home => "home",
        _ => "say",
    }
}

fn quote(quoting: Option<&str>) -> Block {
    let line =
        quoting.into_iter().flat_map(str::lines).map(str::trim).find(|line| !line.is_empty());
    match line {
        Some(line) => {
            let words = Content::from(line).notification(QUOTE_CHARS);
            Block::Quote(vec![Block::Paragraph(vec![Inline::Text(words)])])
        }
        None => Block::Context(vec![Inline::text(IN_REPLY)]),
    }
}

/// Puts a quote in front; people are still notified of what is new.
pub(super) fn put_in_front(quote: Block, mut content: Content) -> Content {
    if content.is_empty() {
        return content;
    }
    keep_summary(&mut content);
    content.blocks.insert(0, quote);
    content
}
