//! Buttons, menus and pickers: sealed where the place has them, numbered where it has not.

use chatgate_core::{
    Audience, Batch, Block, Button, Content, Element, Feature, Hearing, Inline, LossKind, Menu,
    MenuSource, Place, Result,
};

use super::losses::Losses;
use super::place::Site;
use super::rewrite::{Rewrite, rewrite};
use super::sealing::Sealer;
use super::{Ask, Tools, numbers};

/// Makes a content's actions usable, and the records that they need.
pub(super) fn apply(
    tools: &Tools<'_>,
    content: Content,
    ask: &Ask<'_>,
    site: &Site<'_>,
    losses: &mut Losses,
) -> Result<(Content, Batch)> {
    let limits = &site.can.limits;
    let home = site.place.home_user();
    let only = match ask.audience {
        Audience::Only(user) => Some(user),
        _ => home.as_ref(),
    };
    let now = tools.clock.now();
    let place = match &home {
        // Nothing can be said on a home page: what is used there acts in the person's direct line.
        Some(user) => Place::direct(site.place.adapter.clone(), site.place.workspace.clone(), user),
        None => site.place.clone().without_thread(),
    };
    let sealer = Sealer::new(tools.seals, tools.card, place, now).limited_to(limits).only_for(only);
    if !site.can.can(Feature::Actions) || limits.actions == Some(0) {
        let phrase = match limits.hears {
            // A number that is written there is read by nobody.
            Hearing::Nothing => return Ok((rewrite(content, &mut Unheard, losses)?, Batch::new())),
            Hearing::ByName => &tools.phrases.choose_by_name_and_number,
            _ => &tools.phrases.choose_by_number,
        };
        return numbers::apply(content, sealer, &site.place, &site.audience, phrase, losses);
    }
    let mut sealed = Sealed(sealer);
    let content = rewrite(content, &mut sealed, losses)?;
    Ok((content, sealed.0.into_records()))
}

/// Shows what could be chosen, where nothing leads back.
struct Unheard;

impl Rewrite for Unheard {
    fn block(
        &mut self,
        block: Block,
        _depth: usize,
        out: &mut Vec<Block>,
        losses: &mut Losses,
    ) -> Result<()> {
        let Block::Actions(elements) = block else {
            out.push(block);
            return Ok(());
        };
        let mut labels = Vec::new();
        for element in elements {
            match element {
                Element::Link { label, url } => {
                    out.push(Block::Paragraph(vec![Inline::link(label, url)]));
                }
                Element::Overflow(buttons) => {
                    labels.extend(buttons.into_iter().map(|button| button.label));
                }
                other => labels.push(other.label().to_owned()),
            }
        }
        if !labels.is_empty() {
            losses.add(LossKind::Actions, numbers::UNUSABLE);
            out.push(Block::Context(vec![Inline::text(labels.join(" · "))]));
        }
        Ok(())
    }
}

struct Sealed<'a>(Sealer<'a>);

impl Rewrite for Sealed<'_> {
    fn block(
        &mut self,
        mut block: Block,
        _depth: usize,
        out: &mut Vec<Block>,
        _losses: &mut Losses,
    ) -> Result<()> {
        if let Block::Actions(elements) = &mut block {
            for element in elements {
                self.element(element)?;
            }
        }
        out.push(block);
        Ok(())
    }
}

impl Sealed<'_> {
    fn element(&mut self, element: &mut Element) -> Result<()> {
        match element {
            Element::Button(button) => self.button(button),
            Element::Overflow(buttons) => {
                buttons.iter_mut().try_for_each(|button| self.button(button))
            }
            Element::Menu(menu) => {
                let choices = values(menu);
                self.0.seal_menu(&mut menu.action, choices)
            }
            Element::Picker(picker) => self.0.seal_menu(&mut picker.action, Vec::new()),
            _ => Ok(()),
        }
    }

    fn button(&mut self, button: &mut Button) -> Result<()> {
        self.0.seal(&mut button.action)
    }
}

/// The values of what can be chosen, in the order shown.
pub(super) fn values(menu: &Menu) -> Vec<String> {
    match &menu.source {
        MenuSource::Choices(choices) => choices.iter().map(|choice| choice.value.clone()).collect(),
        _ => Vec::new(),
    }
}
