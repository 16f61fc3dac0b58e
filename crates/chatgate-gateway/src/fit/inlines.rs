//! Mentions, broadcasts and pictures.

use chatgate_core::{Block, Capabilities, Content, Feature, Image, Inline, LossKind, Result};

use super::losses::Losses;
use super::names::{Known, Name};
use super::rewrite::{Rewrite, rewrite};
use super::survey::Survey;

/// True when something of it cannot stay as it is.
pub(super) fn is_needed(survey: &Survey, can: &Capabilities, known: &Known) -> bool {
    survey.too_deep
        || !known.is_empty()
        || (survey.mentions && !can.can(Feature::Mentions))
        || (survey.broadcasts && !can.can(Feature::Broadcast))
        || (survey.images && !can.can(Feature::Images))
}

/// Gives mentions their ids and handles; what cannot be shown becomes text or a link.
pub(super) fn apply(
    content: Content,
    can: &Capabilities,
    known: &Known,
    losses: &mut Losses,
) -> Result<Content> {
    rewrite(content, &mut Inlines { can, known }, losses)
}

struct Inlines<'a> {
    can: &'a Capabilities,
    known: &'a Known,
}

impl Rewrite for Inlines<'_> {
    fn block(
        &mut self,
        block: Block,
        _depth: usize,
        out: &mut Vec<Block>,
        losses: &mut Losses,
    ) -> Result<()> {
        out.push(match block {
            Block::Image(image) if !self.can.can(Feature::Images) => {
                losses.add(LossKind::Image, "shown as a link");
                linked(image)
            }
            other => other,
        });
        Ok(())
    }

    fn inline(&mut self, inline: Inline, losses: &mut Losses) -> Inline {
        if let Inline::Broadcast(broadcast) = inline
            && !self.can.can(Feature::Broadcast)
        {
            losses.add(LossKind::Broadcast, "shown as a word");
            return Inline::text(broadcast.word());
        }
        let Some((name, _)) = Name::of(&inline) else {
            return inline;
        };
        match self.known.get(&name) {
            Some(None) => {
                losses.add(LossKind::Mention, "not found: shown as a name");
                as_text(inline)
            }
            found => {
                let inline = match found {
                    Some(Some(description)) => {
                        named(inline, &description.id, description.handle.as_deref())
                    }
                    _ => inline,
                };
                if self.can.can(Feature::Mentions) {
                    return inline;
                }
                losses.add(LossKind::Mention, "shown as a name");
                as_text(inline)
            }
        }
    }
}

fn linked(image: Image) -> Block {
    let mut inlines = Vec::new();
    if let Some(title) = image.title {
        inlines.extend([Inline::bold(title), Inline::Break]);
    }
    let label = if image.alt.is_empty() { Vec::new() } else { vec![Inline::Text(image.alt)] };
    inlines.push(Inline::Link { url: image.url, label });
    Block::Paragraph(inlines)
}

/// The mention with what was looked up; what was typed stays where the platform has no handle.
fn named(inline: Inline, id: &str, found: Option<&str>) -> Inline {
    let found = found.map(str::to_owned);
    match inline {
        Inline::User { handle, .. } => Inline::User { id: id.into(), handle: found.or(handle) },
        Inline::Group { handle, .. } => Inline::Group { id: id.into(), handle: found.or(handle) },
        // A place is described by more than its conversation; the id in hand is the right one.
        Inline::Channel { id, name } => Inline::Channel { id, name: found.or(name) },
        other => other,
    }
}

/// A mention as words that notify nobody.
fn as_text(inline: Inline) -> Inline {
    let words = Content::from(vec![inline]).plain_text();
    Inline::Text(words)
}
