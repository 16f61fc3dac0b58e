//! Lists: short ones as lines, others with their marks in a column.

use chatgate_core::{Block, Item, List};

use super::build::{Builder, Gap};
use super::json::quoted;
use super::line::Tone;
use super::sheet::{Border, Frame};
use super::size::Size;
use super::span::{Span, behind, words};
use crate::inlines::{Look, SayInlines as _};

/// Longer items wrap, and must not wrap below their mark.
const SHORT_CHARS: usize = 60;

impl<'a> Builder<'a, '_> {
    pub(super) fn list(&mut self, list: &'a List, depth: usize) {
        let short: Option<Vec<_>> = list.items.iter().map(|item| self.short(item)).collect();
        for (index, item) in list.items.iter().enumerate() {
            let mark = mark(list, index, item);
            if index > 0 {
                self.sheet.border(Border::Line);
            }
            if let Some(short) = short.as_deref() {
                if index > 0 {
                    self.gap_unless_line(Gap::None);
                }
                let item = short.get(index).cloned().unwrap_or_default();
                let spans = behind(&format!("{mark} "), Look::default(), item);
                self.lines(spans, Tone::Usual);
                continue;
            }
            if index > 0 {
                self.gap_unless_line(Gap::Small);
            }
            self.item(&mark, item, depth);
        }
    }

    /// What a short item says.
    fn short(&mut self, item: &'a Item) -> Option<Vec<Span<'a>>> {
        let spans = match item.blocks.as_slice() {
            [] => Vec::new(),
            [Block::Paragraph(text)] => self.inlines.spans(text, Look::default()),
            _ => return None,
        };
        let words = words(&spans);
        (words.chars().count() <= SHORT_CHARS && !words.contains('\n')).then_some(spans)
    }

    fn item(&mut self, mark: &str, item: &'a Item, depth: usize) {
        let tag = self.tag("ColumnSet");
        let columns = |mark: &str| {
            format!(
                "{tag},\"columns\":[{{\"type\":\"Column\",\"width\":\"auto\",\"items\":[\
                 {{\"type\":\"RichTextBlock\",\"inlines\":[{}]}}]}},\
                 {{\"type\":\"Column\",\"width\":\"stretch\",\"spacing\":\"Small\",\"items\":[",
                quoted(mark)
            )
        };
        let frame = Frame {
            open: columns(mark),
            // An item that goes on has no mark of its own.
            again: Some(columns("\u{2003}")),
            close: "]}]}",
            between: ",",
            shows: Size::default().with_chars(mark.chars().count()),
            is_nested: true,
        };
        let is_open = self.enter(frame);
        let mut blocks = item.blocks.as_slice();
        if !is_open {
            // Its first paragraph stands behind the mark.
            let mut spans = Vec::new();
            if let [Block::Paragraph(text), rest @ ..] = blocks {
                spans = self.inlines.spans(text, Look::default());
                blocks = rest;
            }
            let spans = behind(&format!("{mark} "), Look::default(), spans);
            self.lines(spans, Tone::Usual);
        }
        let before = self.sheet.len();
        self.blocks(blocks, depth + 1);
        if is_open && self.sheet.len() == before {
            self.blank();
        }
        self.leave(is_open);
    }
}

fn mark(list: &List, index: usize, item: &Item) -> String {
    let number = list.start.map(|start| u64::from(start).saturating_add(index as u64));
    let task = match item.done {
        Some(true) => "☑",
        Some(false) => "☐",
        None => "",
    };
    match (number, task) {
        (Some(number), "") => format!("{number}."),
        (Some(number), task) => format!("{number}. {task}"),
        (None, "") => "•".to_owned(),
        (None, task) => task.to_owned(),
    }
}
