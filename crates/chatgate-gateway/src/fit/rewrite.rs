//! Walks through a content and changes it, however it is nested.

use chatgate_core::{Block, Content, Inline, LossKind, Result};

use super::MAX_DEPTH;
use super::losses::Losses;

/// What changes on the way, the innermost first and in the order in which it is read.
pub(super) trait Rewrite {
    /// Puts a block out, whose own blocks and inlines are already changed.
    fn block(
        &mut self,
        block: Block,
        _depth: usize,
        out: &mut Vec<Block>,
        _losses: &mut Losses,
    ) -> Result<()> {
        out.push(block);
        Ok(())
    }

    /// Changes an inline, whose own inlines are already changed.
    fn inline(&mut self, inline: Inline, _losses: &mut Losses) -> Inline {
        inline
    }
}

/// Changes a content. What is nested too deep is left out.
pub(super) fn rewrite(
    mut content: Content,
    by: &mut dyn Rewrite,
    losses: &mut Losses,
) -> Result<Content> {
    let mut walk = Walk { by, losses };
    content.blocks = walk.blocks(content.blocks, 0)?;
    Ok(content)
}

struct Walk<'a> {
    by: &'a mut dyn Rewrite,
    losses: &'a mut Losses,
}

impl Walk<'_> {
    fn blocks(&mut self, blocks: Vec<Block>, depth: usize) -> Result<Vec<Block>> {
        if depth > MAX_DEPTH {
            return Ok(self.too_deep().into_iter().map(paragraph).collect());
        }
        let mut out = Vec::with_capacity(blocks.len());
        for block in blocks {
            let block = self.inside(block, depth)?;
            self.by.block(block, depth, &mut out, self.losses)?;
        }
        Ok(out)
    }

    fn inside(&mut self, mut block: Block, depth: usize) -> Result<Block> {
        match &mut block {
            Block::Heading { text, .. }
            | Block::Paragraph(text)
            | Block::Status { text, .. }
            | Block::Context(text) => self.change(text),
            Block::List(list) => {
                for item in &mut list.items {
                    let inner = std::mem::take(&mut item.blocks);
                    item.blocks = self.blocks(inner, depth + 1)?;
                }
            }
            Block::Quote(blocks) => *blocks = self.blocks(std::mem::take(blocks), depth + 1)?,
            Block::Table(table) => {
                for column in &mut table.columns {
                    self.change(&mut column.head);
                }
                for cell in table.rows.iter_mut().flatten() {
                    self.change(cell);
                }
            }
            Block::Fields(fields) => {
                for field in fields {
                    self.change(&mut field.value);
                }
            }
            Block::Detail { summary, blocks } => {
                self.change(summary);
                *blocks = self.blocks(std::mem::take(blocks), depth + 1)?;
            }
            Block::Native(native) => {
                let inner = std::mem::take(&mut native.fallback);
                native.fallback = self.blocks(inner, depth + 1)?;
            }
            _ => {}
        }
        Ok(block)
    }

    fn change(&mut self, inlines: &mut Vec<Inline>) {
        *inlines = self.inlines(std::mem::take(inlines), 0);
    }

    fn inlines(&mut self, inlines: Vec<Inline>, depth: usize) -> Vec<Inline> {
        if depth > MAX_DEPTH {
            return self.too_deep().into_iter().collect();
        }
        inlines
            .into_iter()
            .map(|mut inline| {
                if let Inline::Bold(inner)
                | Inline::Italic(inner)
                | Inline::Strike(inner)
                | Inline::Link { label: inner, .. } = &mut inline
                {
                    *inner = self.inlines(std::mem::take(inner), depth + 1);
                }
                self.by.inline(inline, self.losses)
            })
            .collect()
    }

    fn too_deep(&mut self) -> Option<Inline> {
        self.losses.add(LossKind::Depth, "what is nested deeper is left out");
        Some(Inline::text("…"))
    }
}

fn paragraph(inline: Inline) -> Block {
    Block::Paragraph(vec![inline])
}
