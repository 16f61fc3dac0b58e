//! Lists in rows.

use chatgate_core::List;

use super::canvas::Canvas;
use super::line::{Line, Look};

impl Canvas<'_> {
    /// Writes the items behind bullets, numbers or boxes; numbers end in one column.
    pub(super) fn list(&mut self, list: &List, depth: usize) {
        let last = list.start.map(|start| number(start, list.items.len().saturating_sub(1)));
        let digits = last.map_or(0, |last| last.to_string().len());
        for (index, item) in list.items.iter().enumerate() {
            let mut mark = match list.start {
                Some(start) => format!("{:>digits$}. ", number(start, index)),
                None if item.done.is_some() => String::new(),
                None => "• ".to_owned(),
            };
            match item.done {
                Some(true) => mark.push_str("☑ "),
                Some(false) => mark.push_str("☐ "),
                None => {}
            }
            let first = Line::of(&mark, Look::default().dim());
            let rest = Line::spaces(first.width());
            self.begin_line();
            self.indented(first, rest, |canvas| {
                if !item.blocks.is_empty() {
                    canvas.blocks(&item.blocks, depth + 1);
                }
            });
        }
    }
}

fn number(start: u32, index: usize) -> u64 {
    u64::from(start).saturating_add(u64::try_from(index).unwrap_or(u64::MAX))
}
