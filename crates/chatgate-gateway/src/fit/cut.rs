//! As much of a content as a few parts carry, where the rest can be said in no other way.

use chatgate_core::{Block, Content, Inline, Loss, LossKind, Result};

use super::{Ask, Fit, fit};
use crate::engine::Engine;

/// Fits the beginning of a content into so many parts, and says below it that there was more: whole
/// blocks, and of the first one that does not fit its words.
pub(crate) async fn cut<'a>(
    engine: &Engine,
    content: &Content,
    ask: &Ask<'a>,
    parts: usize,
) -> Result<Fit<'a>> {
    let cutting = Cutting { engine, content, ask, parts };
    let blocks = cutting.most(content.blocks.len(), |blocks| cutting.beginning(blocks, "")).await?;
    let words = match content.blocks.get(blocks) {
        Some(block) => Content::new().block(block.clone()).plain_text(),
        None => String::new(),
    };
    let ends: Vec<usize> = words.char_indices().map(|(at, _)| at).collect();
    let until = |chars: usize| ends.get(chars).and_then(|end| words.get(..*end)).unwrap_or("");
    let with_words = |chars| cutting.beginning(blocks, until(chars));
    let chars = cutting.most(ends.len(), with_words).await?;
    let mut fitted = fit(engine, &cutting.beginning(blocks, until(chars)), ask).await?;
    fitted.losses.push(Loss::new(LossKind::Cut, "cut to what one answer carries"));
    Ok(fitted)
}

struct Cutting<'c, 'a> {
    engine: &'c Engine,
    content: &'c Content,
    ask: &'c Ask<'a>,
    parts: usize,
}

impl Cutting<'_, '_> {
    /// The largest number below `too_many` whose content fits; 0 is taken to fit.
    async fn most(&self, too_many: usize, content: impl Fn(usize) -> Content) -> Result<usize> {
        let (mut fits, mut too_many) = (0, too_many.max(1));
        while too_many - fits > 1 {
            let middle = fits + (too_many - fits) / 2;
            let fitted = fit(self.engine, &content(middle), self.ask).await?;
            if fitted.parts.len() <= self.parts {
                fits = middle;
            } else {
                too_many = middle;
            }
        }
        Ok(fits)
    }

    fn beginning(&self, blocks: usize, words: &str) -> Content {
        let mut beginning = self.content.clone();
        beginning.blocks.truncate(blocks);
        if let Some(block) = self.content.blocks.get(blocks)
            && !words.trim().is_empty()
        {
            beginning.blocks.push(begun(block, words));
        }
        beginning.context(self.engine.phrases.answer_cut.clone())
    }
}

/// The beginning of a block, by its words. What is neither a paragraph nor code may be what somebody else
/// said: it stays apart from what the program says.
fn begun(block: &Block, words: &str) -> Block {
    let lines = || words.lines().map(Inline::text);
    match block {
        Block::Code { language, .. } => {
            Block::Code { language: language.clone(), text: words.to_owned() }
        }
        Block::Paragraph(_) => Block::Paragraph(broken(lines())),
        _ => Block::Quote(vec![Block::Paragraph(broken(lines()))]),
    }
}

fn broken(lines: impl Iterator<Item = Inline>) -> Vec<Inline> {
    let mut out = Vec::new();
    for line in lines {
        if !out.is_empty() {
            out.push(Inline::Break);
        }
        out.push(line);
    }
    out
}
