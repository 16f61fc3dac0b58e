//! Something folded away behind a line. Teams unfolds it by itself, without asking anyone.

use chatgate_core::Inline;

use super::build::Builder;
use super::json::quoted;
use super::line::runs;
use super::sheet::{Frame, Piece};
use super::size::Size;
use super::span::{Span, is_blank, words};
use crate::inlines::{Look, SayInlines as _};

/// A longer line is no line to press.
const SUMMARY_CHARS: usize = 200;

impl<'a> Builder<'a, '_> {
    /// Opens what is behind a line, if the line can be pressed.
    pub(super) fn folded(&mut self, summary: &'a [Inline]) -> bool {
        let spans = self.inlines.spans(summary, Look::BOLD);
        let said = words(&spans);
        let chars = said.chars().count();
        // The whole line is pressed, so nothing in it can be.
        let texts: Option<Vec<_>> = spans
            .iter()
            .map(|span| match span {
                Span::Text { text, look } => Some((text, *look)),
                _ => None,
            })
            .collect();
        let Some(texts) = texts else { return false };
        if is_blank(&spans) || said.contains('\n') || chars > SUMMARY_CHARS {
            return false;
        }
        let runs: Vec<_> = texts.into_iter().map(|(text, look)| runs(text, look)).collect();
        let [closed, open, inner] = [self.id(), self.id(), self.id()].map(|id| quoted(&id));
        let gap = self.gap;
        let tag = self.tag("ColumnSet");
        let open = format!(
            "{tag},\"selectAction\":{{\"type\":\"Action.ToggleVisibility\",\
             \"targetElements\":[{closed},{open},{inner}]}},\"columns\":[\
             {{\"type\":\"Column\",\"width\":\"auto\",\"items\":[\
             {{\"type\":\"RichTextBlock\",\"id\":{closed},\"inlines\":[\"▸\"]}},\
             {{\"type\":\"RichTextBlock\",\"id\":{open},\"isVisible\":false,\"inlines\":[\"▾\"]}}]}},\
             {{\"type\":\"Column\",\"width\":\"stretch\",\"spacing\":\"Small\",\"items\":[\
             {{\"type\":\"RichTextBlock\",\"inlines\":[{}]}}]}}]}},\
             {{\"type\":\"Container\",\"id\":{inner},\"isVisible\":false,\"spacing\":\"Small\",\"items\":[",
            runs.join(",")
        );
        let mut shows = Piece::of(String::new(), &said).shows;
        shows += Size { chars: 2, blocks: 1, ..Size::default() };
        let frame = Frame { open, again: None, close: "]}", between: ",", shows, is_nested: true };
        let is_open = self.enter(frame);
        if !is_open {
            self.gap = gap;
        }
        is_open
    }
}
