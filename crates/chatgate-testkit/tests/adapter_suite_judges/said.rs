//! What it says wrong.

use std::sync::Arc;

use chatgate_core::{
    Adapter, Block, Capabilities, Content, Dialect, Fitted, Form, Inline, Level, Rendered, Result,
    StepState, Target,
};

use chatgate_testkit::MemoryAdapter;

use crate::broken::{Broken, Defect};

impl Dialect for Broken {
    fn message(&self, content: &Content, target: &Target) -> Fitted {
        let mut content = content.clone();
        let mut target = target.clone();
        content.blocks.retain_mut(|block| self.spoils(block));
        if self.defect == Defect::IgnoresLimits {
            target.capabilities = Arc::new(Capabilities::all());
        }
        let mut fitted = self.inner.dialect().message(&content, &target);
        match self.defect {
            Defect::ReportsNoLoss => fitted.losses.clear(),
            Defect::SaysNothing => fitted.parts.clear(),
            Defect::ReversesParts => fitted.parts = halves(&self.inner, &content, &target),
            Defect::PartsCharacters => {
                let rest = self.inner.dialect().message(&Content::from("\u{301}x"), &target);
                fitted.parts.extend(rest.parts);
            }
            Defect::HasNoSummary => fitted.parts.iter_mut().for_each(|part| part.summary.clear()),
            Defect::RepeatsAsItWas => fitted.parts.iter_mut().for_each(|part: &mut Rendered| {
                part.repeated = Some(part.payload.clone());
            }),
            _ => {}
        }
        fitted
    }

    fn form(&self, form: &Form, target: &Target) -> Result<Fitted> {
        let mut fitted = self.inner.dialect().form(form, target)?;
        if self.defect == Defect::SaysNothing {
            fitted.parts.clear();
        }
        Ok(fitted)
    }
}

impl Broken {
    /// Spoils a block; whether it is said at all.
    fn spoils(&self, block: &mut Block) -> bool {
        match (self.defect, block) {
            (Defect::DropsUnknownBlocks, Block::Other(_))
            | (Defect::DropsActions, Block::Actions(_))
            | (Defect::DropsPictures, Block::Image(_)) => return false,
            (Defect::KeepsOneButton, Block::Actions(elements)) => elements.truncate(1),
            (Defect::JoinsLines, Block::Code { text, .. }) => *text = text.replace('\n', " "),
            (Defect::JoinsLines, Block::Paragraph(text)) => {
                *text = vec![Inline::text("above below")];
            }
            (Defect::DropsLinks, Block::Paragraph(text)) => *text = vec![Inline::text("Run log")],
            (Defect::DropsRows, Block::Table(table)) => table.rows.truncate(1),
            (Defect::ReversesLists, Block::List(list)) => list.items.reverse(),
            (Defect::IgnoresLevels, Block::Status { level, .. }) => *level = Level::Success,
            (Defect::IgnoresSteps, Block::Progress(steps)) => {
                steps.iter_mut().for_each(|step| step.state = StepState::Done);
            }
            (Defect::DropsDetails, Block::Detail { blocks, .. }) => blocks.clear(),
            _ => {}
        }
        true
    }
}

/// The words in two parts, the second one first.
fn halves(inner: &MemoryAdapter, content: &Content, target: &Target) -> Vec<Rendered> {
    let words = content.plain_text();
    let (first, second) = words.split_at(words.len() / 2);
    let said = |words: &str| inner.dialect().message(&Content::from(words), target).parts;
    said(second).into_iter().chain(said(first)).collect()
}
