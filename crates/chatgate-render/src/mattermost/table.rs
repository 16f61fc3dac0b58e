//! Tables: Markdown's where it has them, else drawn in characters of one width.

use chatgate_core::{Align, Block, Capabilities, Content, Feature, LossKind, Table};

use super::atom::{Head, Join, Kind};
use super::build::Builder;
use super::line::{Within, markdown};
use super::size::Size;
use super::span::Span;
use crate::Losses;
use crate::inlines::{Look, SayInlines as _};
use crate::layout::lay_out;

/// What a code block shows on a desktop without being wrapped.
const DRAWN_COLUMNS: usize = 80;

impl<'a> Builder<'a, '_> {
    pub(super) fn table(&mut self, table: &'a Table) {
        let columns = table.rows.iter().map(Vec::len).chain([table.columns.len()]).max();
        let columns = columns.unwrap_or(0);
        if columns > 0 && !self.own_table(table, columns) {
            self.losses.add(LossKind::Table, "drawn as text");
            self.code(None, &drawn(table));
        }
    }

    /// Says a table as Markdown's, if it can be: the web client knows none in a list.
    fn own_table(&mut self, table: &'a Table, columns: usize) -> bool {
        if !self.can(Feature::Tables) || self.is_in_item() {
            return false;
        }
        let mut notified = Vec::with_capacity(table.rows.len());
        let heads = (0..columns)
            .map(|index| table.columns.get(index).map_or(&[][..], |column| column.head.as_slice()));
        let (head, mut notifies) = self.row(heads.collect());
        let aligns =
            (0..columns).map(|index| match table.columns.get(index).map(|column| column.align) {
                Some(Align::Center) => " :-: |",
                Some(Align::Right) => " --: |",
                _ => " --- |",
            });
        let text = format!("{head}\n|{}", aligns.collect::<String>());
        let mut rows = Vec::with_capacity(table.rows.len());
        for cells in &table.rows {
            let cell = |index: usize| cells.get(index).map_or(&[][..], Vec::as_slice);
            let (row, is_notified) = self.row((0..columns).map(cell).collect());
            notified.push(is_notified);
            rows.push(row);
        }
        let before = 2 * (self.width() + 1);
        let size = Size::text(&text) + Size { chars: before, bytes: before, ..Size::default() };
        let width = self.width();
        let row_size =
            |row: &str| Size::text(row) + Size { chars: width, bytes: width, ..Size::default() };
        if !rows.iter().all(|row| self.takes(size + row_size(row))) || !self.takes(size) {
            return false;
        }
        let index = self.tables.len();
        self.tables.push(Head { text: text.clone(), size });
        if rows.is_empty() {
            self.push_lines(text, notifies);
            return true;
        }
        for (row, is_notified) in rows.into_iter().zip(notified) {
            let size = row_size(&row);
            notifies |= is_notified;
            self.push(Kind::Row { table: index, text: row }, size, notifies);
            notifies = false;
            self.join = Join::Line;
        }
        true
    }

    fn row(&mut self, cells: Vec<&'a [chatgate_core::Inline]>) -> (String, bool) {
        let mut line = String::from("|");
        let mut notifies = false;
        for cell in cells {
            let spans = self.spans(cell, Look::default());
            notifies |= spans.iter().any(Span::notifies);
            let is_piped = |span: &Span<'_>| match span {
                Span::Text { text, look } => look.code && text.contains('|'),
                _ => false,
            };
            if spans.iter().any(is_piped) {
                self.losses.add(LossKind::Style, "code with a pipe is shown as text in a cell");
            }
            line.push(' ');
            line.push_str(&markdown(&spans, Within::Cell, self.slack_parsed));
            line.push_str(" |");
        }
        (line, notifies)
    }
}

/// A table drawn in lines.
fn drawn(table: &Table) -> String {
    let mut losses = Losses::new();
    let content = Content::from(Block::Table(table.clone()));
    let layout = lay_out(&content, &Capabilities::all(), DRAWN_COLUMNS, 0, &mut losses);
    let lines: Vec<_> = layout.rows.iter().map(|row| row.line.text()).collect();
    lines.join("\n")
}
