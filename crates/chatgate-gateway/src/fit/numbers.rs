//! Actions as numbers that a person types, where a place has no buttons.

use chatgate_core::{
    ActionValue, Audience, Batch, Block, Button, Chosen, Content, Element, Expect, Inline, Item,
    Key, List, LossKind, Menu, MenuSource, Pick, Place, Result, Seal, Store, Timestamp, UserId,
};
use serde::{Deserialize, Serialize};

use super::actions::values;
use super::losses::Losses;
use super::rewrite::{Rewrite, rewrite};
use super::sealing::Sealer;
use crate::engine::Engine;
use crate::stored;

/// The loss of what is shown by its label alone.
pub(super) const UNUSABLE: &str = "shown as text that cannot be used";

/// What the numbers of a place's newest card mean.
#[derive(Default, Serialize, Deserialize)]
struct Numbered {
    seals: Vec<Seal>,
    /// What each number means, from 1.
    numbers: Vec<Meaning>,
}

#[derive(Serialize, Deserialize)]
struct Meaning {
    /// Which of the seals.
    seal: usize,
    #[serde(default)]
    chosen: Chosen,
}

/// Numbers a content's actions, and the record of what the numbers mean.
pub(super) fn apply(
    mut content: Content,
    sealer: Sealer<'_>,
    place: &Place,
    audience: &Audience,
    phrase: &str,
    losses: &mut Losses,
) -> Result<(Content, Batch)> {
    let mut numbering = Numbering { sealer, numbered: Numbered::default() };
    content = rewrite(content, &mut numbering, losses)?;
    let numbered = numbering.numbered;
    let Some(expires) = numbered.seals.iter().map(|seal| seal.expires).max() else {
        return Ok((content, Batch::new()));
    };
    let bytes = stored::write(numbered)?;
    let batch = Batch::new().put_until(key(place, audience), bytes, Expect::Any, expires);
    Ok((content.context(phrase), batch))
}

/// What a number means that a person typed in a place, as the newest card says that they see there.
pub(crate) async fn numbered_choice(
    engine: &Engine,
    place: &Place,
    user: &UserId,
    typed: &str,
) -> Result<Option<(Seal, Chosen)>> {
    choice(&*engine.store, place, user, typed).await
}

pub(super) async fn choice(
    store: &dyn Store,
    place: &Place,
    user: &UserId,
    typed: &str,
) -> Result<Option<(Seal, Chosen)>> {
    let typed = typed.trim();
    // `parse` alone would take a sign.
    if !typed.bytes().all(|byte| byte.is_ascii_digit()) {
        return Ok(None);
    }
    let Some(index) = typed.parse::<usize>().ok().and_then(|number| number.checked_sub(1)) else {
        return Ok(None);
    };
    let mut newest: Option<Numbered> = None;
    for audience in [Audience::Everyone, Audience::Only(user.clone())] {
        if let Some(record) = store.get(&key(place, &audience)).await? {
            let found: Numbered = stored::read(&record.value)?;
            if newest.as_ref().is_none_or(|newest| found.made() >= newest.made()) {
                newest = Some(found);
            }
        }
    }
    let Some(Numbered { seals, numbers }) = newest else {
        return Ok(None);
    };
    Ok(numbers.into_iter().nth(index).and_then(|meaning| {
        let seal = seals.into_iter().nth(meaning.seal)?;
        Some((seal, meaning.chosen))
    }))
}

/// A card for one person has numbers of its own: it takes none from what everyone sees.
fn key(place: &Place, audience: &Audience) -> Key {
    match audience {
        Audience::Only(user) => Key::new("choices", format!("{place}/{user}")),
        _ => Key::new("choices", place.to_string()),
    }
}

impl Numbered {
    /// When the card was made.
    fn made(&self) -> Option<Timestamp> {
        self.seals.iter().map(|seal| seal.made).max()
    }
}

struct Numbering<'a> {
    sealer: Sealer<'a>,
    numbered: Numbered,
}

impl Rewrite for Numbering<'_> {
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
        for element in elements {
            match element {
                Element::Button(button) => self.button(&button, out, losses),
                Element::Overflow(buttons) => {
                    for button in &buttons {
                        self.button(button, out, losses);
                    }
                }
                Element::Link { label, url } => {
                    out.push(Block::Paragraph(vec![Inline::link(label, url)]));
                }
                Element::Menu(menu) => self.menu(&menu, out, losses),
                other => {
                    losses.add(LossKind::Actions, UNUSABLE);
                    out.push(Block::Context(vec![Inline::text(other.label())]));
                }
            }
        }
        Ok(())
    }
}

impl Numbering<'_> {
    fn button(&mut self, button: &Button, out: &mut Vec<Block>, losses: &mut Losses) {
        let seal = self.seal(&button.action, Vec::new());
        let mut words = button.label.clone();
        if let Some(confirm) = &button.confirm {
            losses.add(LossKind::Actions, "run by a number without being asked again");
            words = format!("{words} ({})", confirm.text);
        }
        self.number(words, Meaning { seal, chosen: Chosen::Nothing }, out, losses);
    }

    fn menu(&mut self, menu: &Menu, out: &mut Vec<Block>, losses: &mut Losses) {
        let MenuSource::Choices(choices) = &menu.source else {
            losses.add(LossKind::Actions, UNUSABLE);
            out.push(Block::Context(vec![Inline::text(menu.label.as_str())]));
            return;
        };
        if menu.pick == Pick::Many {
            losses.add(LossKind::Actions, "one can be chosen, not several");
        }
        let seal = self.seal(&menu.action, values(menu));
        for (index, choice) in choices.iter().enumerate() {
            let hint = choice.hint.as_ref().map(|hint| format!(" ({hint})"));
            let words = format!("{}: {}{}", menu.label, choice.label, hint.unwrap_or_default());
            let chosen = Chosen::Choices(vec![index]);
            self.number(words, Meaning { seal, chosen }, out, losses);
        }
    }

    fn seal(&mut self, action: &ActionValue, choices: Vec<String>) -> usize {
        let seal = self.sealer.make(action, choices);
        self.numbered.seals.push(seal);
        self.numbered.seals.len() - 1
    }

    /// Gives the next number, in the list that ends with the one before where that stands just above.
    fn number(
        &mut self,
        words: String,
        meaning: Meaning,
        out: &mut Vec<Block>,
        losses: &mut Losses,
    ) {
        losses.add(LossKind::Actions, "shown as numbers to write");
        self.numbered.numbers.push(meaning);
        let number = u32::try_from(self.numbered.numbers.len()).unwrap_or(u32::MAX);
        let item = Item::text(words);
        if let Some(Block::List(list)) = out.last_mut()
            && list.start.is_some_and(|start| follows(start, list.items.len(), number))
        {
            list.items.push(item);
            return;
        }
        out.push(Block::List(List::of(vec![item]).starting_at(number)));
    }
}

fn follows(start: u32, items: usize, number: u32) -> bool {
    u32::try_from(items).is_ok_and(|items| start.checked_add(items) == Some(number))
}
