//! Blocks in rows.

use chatgate_core::{
    Block, Feature, Field, Image, Level, LossKind, Native, Platform, Step, StepState,
};

use super::canvas::{Border, Canvas};
use super::line::{Color, Line, Look};
use crate::MAX_DEPTH;
use crate::{sanitise, sanitise_line};

impl Canvas<'_> {
    /// Writes blocks one below the other.
    pub(super) fn blocks(&mut self, blocks: &[Block], depth: usize) {
        if depth > MAX_DEPTH {
            self.losses.add(LossKind::Depth, "blocks nested deeper are left out");
            self.push(&Line::of("…", Look::default().dim()), Border::Line);
            return;
        }
        let mut above = None;
        for (index, block) in blocks.iter().enumerate() {
            if depth == 0 {
                self.begin_block(index);
            } else {
                self.begin_line();
            }
            if above.is_some_and(|above| need_distance(above, block)) {
                self.gap();
            }
            self.block(block, depth);
            above = Some(block);
        }
    }

    fn block(&mut self, block: &Block, depth: usize) {
        let look = Look::default();
        match block {
            Block::Heading { level, text } => {
                let mark = format!("{} ", "#".repeat(usize::from((*level).clamp(1, 6))));
                let rest = Line::spaces(mark.len());
                let text = self.inlines(text, look.bold());
                self.indented(Line::of(&mark, look.bold()), rest, |canvas| canvas.write(&text));
            }
            Block::Paragraph(text) => {
                let text = self.inlines(text, look);
                self.write(&text);
            }
            Block::List(list) => self.list(list, depth),
            Block::Quote(blocks) => {
                let bar = Line::of("│ ", look.dim());
                self.indented(bar.clone(), bar, |canvas| canvas.blocks(blocks, depth + 1));
            }
            Block::Code { language, text } => self.code(language.as_deref(), text),
            Block::Divider => {
                let rule = "─".repeat(self.columns().min(MAX_RULE));
                self.push(&Line::of(&rule, look.dim()), Border::Line);
            }
            Block::Table(table) => self.table(table),
            Block::Fields(fields) => self.fields(fields),
            Block::Image(image) => self.image(image),
            Block::Status { level, text } => {
                let (symbol, color) = match level {
                    Level::Success => ("✔ ", Color::Green),
                    Level::Warning => ("⚠ ", Color::Yellow),
                    Level::Error => ("✖ ", Color::Red),
                    _ => ("ℹ ", Color::Blue),
                };
                let look = look.color(color).bold();
                let text = self.inlines(text, look);
                self.indented(Line::of(symbol, look), Line::spaces(2), |canvas| {
                    canvas.write(&text)
                });
            }
            Block::Progress(steps) => steps.iter().for_each(|step| self.step(step)),
            Block::Detail { summary, blocks } => {
                self.losses.add(LossKind::Detail, "shown unfolded");
                let summary = self.inlines(summary, look.bold());
                let rest = Line::spaces(2);
                self.indented(Line::of("▾ ", look.bold()), rest.clone(), |canvas| {
                    canvas.write(&summary);
                    if !blocks.is_empty() {
                        canvas.blocks(blocks, depth + 1);
                    }
                });
            }
            Block::Context(text) => {
                let text = self.inlines(text, look.dim());
                self.write(&text);
            }
            Block::Actions(elements) => self.elements(elements),
            Block::Native(native) => self.native(native, depth),
            other => {
                self.losses.add(LossKind::Unknown, "an unknown block is shown by its words");
                self.blocks(&other.fallback(), depth + 1);
            }
        }
    }

    fn code(&mut self, language: Option<&str>, text: &str) {
        let look = Look::default();
        let text = sanitise(text);
        // A fence inside must not end the block.
        let ticks = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
        let fence = "`".repeat(ticks.saturating_add(1).max(3));
        let language = language.map(sanitise_line).unwrap_or_default();
        let head = vec![Line::of(&format!("{fence}{language}"), look.dim())];
        let foot = vec![Line::of(&fence, look.dim())];
        let text = text.strip_suffix('\n').unwrap_or(&text);
        let lines = text.split('\n').filter(|_| !text.is_empty());
        let color = look.color(Color::Cyan);
        let body = lines.map(|line| (Line::of(line, color), Border::Line)).collect();
        self.framed(head, body, foot);
    }

    /// Writes keys with their values aligned behind them.
    pub(super) fn fields(&mut self, fields: &[Field]) {
        let keys = fields.iter().map(|field| {
            Line::of(&format!("{}:", sanitise_line(&field.key)), Look::default().bold())
        });
        let keys: Vec<_> = keys.collect();
        let most = self.columns() / 2;
        let widest = keys.iter().map(Line::width).filter(|width| *width < most).max();
        let indent = widest.unwrap_or(1) + 1;
        for (mut key, field) in keys.into_iter().zip(fields) {
            let value = self.inlines(&field.value, Look::default());
            self.begin_line();
            let width = key.width();
            if width < indent {
                key.append(&Line::spaces(indent - width));
                self.indented(key, Line::spaces(indent), |canvas| canvas.write(&value));
            } else {
                self.write(&key);
                self.indented(Line::spaces(2), Line::spaces(2), |canvas| canvas.write(&value));
            }
        }
    }

    fn image(&mut self, image: &Image) {
        if !self.can(Feature::Images) {
            self.losses.add(LossKind::Image, "a picture is shown by its words and address");
        }
        let look = Look::default();
        if let Some(title) = &image.title {
            self.write(&Line::of(&sanitise(title), look.bold()));
        }
        let mut line = Line::of("[image] ", look.dim());
        line.push(&sanitise(&image.alt), look);
        let url = sanitise_line(image.url.as_str());
        if image.alt.is_empty() {
            line.push(&url, look.dim());
        } else {
            line.push(&format!(" ({url})"), look.dim());
        }
        self.write(&line);
    }

    fn step(&mut self, step: &Step) {
        let look = Look::default();
        let (symbol, look) = match step.state {
            StepState::Running => ("▶ ", look.color(Color::Blue).bold()),
            StepState::Done => ("✔ ", look.color(Color::Green)),
            StepState::Failed => ("✖ ", look.color(Color::Red)),
            StepState::Skipped => ("– ", look.dim()),
            _ => ("○ ", look.dim()),
        };
        self.begin_line();
        let text = Line::of(&sanitise(&step.text), look);
        self.indented(Line::of(symbol, look), Line::spaces(2), |canvas| canvas.write(&text));
    }

    fn native(&mut self, native: &Native, depth: usize) {
        if native.platform == Platform::console() {
            if let Some(text) = native.payload.as_str() {
                return self.write(&Line::plain(&sanitise(text)));
            }
            self.losses.add(LossKind::Unknown, "a native block that is no text is shown otherwise");
        }
        self.blocks(&native.fallback, depth + 1);
    }
}

/// Wider rules than this say no more.
const MAX_RULE: usize = 200;

/// Whether two blocks would run into each other without a line between them.
fn need_distance(above: &Block, below: &Block) -> bool {
    matches!(
        (above, below),
        (_, Block::Heading { .. })
            | (Block::Paragraph(_), Block::Paragraph(_))
            | (Block::List(_), Block::List(_))
            | (Block::Quote(_), Block::Quote(_))
            | (Block::Fields(_), Block::Fields(_))
    )
}
