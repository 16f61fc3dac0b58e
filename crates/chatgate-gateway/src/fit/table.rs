//! Tables, drawn in characters of one width where a place has no tables.

use std::sync::Arc;

use chatgate_core::{
    Block, Capabilities, Content, Dialect, Limits, LossKind, Result, Surface, Table, Target,
};
use chatgate_render::{PlainText, TerminalMessage};

use super::keep_summary;
use super::losses::Losses;
use super::rewrite::{Rewrite, rewrite};

/// What code blocks show on a desktop without being wrapped.
const COLUMNS: usize = 80;

/// What a list or quote takes of the width.
const INDENT: usize = 2;

/// Draws every table.
pub(super) fn apply(
    mut content: Content,
    can: &Capabilities,
    losses: &mut Losses,
) -> Result<Content> {
    keep_summary(&mut content);
    let columns = can.limits.columns.unwrap_or(COLUMNS);
    rewrite(content, &mut Tables { columns }, losses)
}

struct Tables {
    columns: usize,
}

impl Rewrite for Tables {
    fn block(
        &mut self,
        block: Block,
        depth: usize,
        out: &mut Vec<Block>,
        losses: &mut Losses,
    ) -> Result<()> {
        let Block::Table(table) = block else {
            out.push(block);
            return Ok(());
        };
        let columns = self.columns.saturating_sub(depth * INDENT).max(1);
        let text = draw(table, columns, losses)?;
        if !text.is_empty() {
            losses.add(LossKind::Table, "drawn as text");
            out.push(Block::Code { language: None, text });
        }
        Ok(())
    }
}

fn draw(table: Table, columns: usize, losses: &mut Losses) -> Result<String> {
    let can = Capabilities::all().limits(Limits::new().columns(columns));
    let target = Target::new(Surface::Post, Arc::new(can));
    let drawn = PlainText::new().message(&Content::from(Block::Table(table)), &target);
    // That its words are plain is part of being drawn.
    let worse = drawn
        .losses
        .into_iter()
        .filter(|loss| !matches!(loss.kind, LossKind::Style | LossKind::Table));
    losses.extend(worse);
    let mut text = String::new();
    for part in &drawn.parts {
        text.push_str(&part.read::<TerminalMessage>()?.text);
    }
    Ok(text)
}
