//! Tables: Slack's own where it takes them, else drawn in characters of one width.

use chatgate_core::{Align, Block, Capabilities, Content, Feature, Inline, LossKind, Table};

use super::atom::{Head, Kind};
use super::build::Builder;
use super::limits::{TABLE_COLUMNS, TABLE_UNITS};
use super::measure::Size;
use super::span::{Span, is_blank, size};
use super::wire::Setting;
use crate::Losses;
use crate::inlines::{Look, SayInlines as _};
use crate::layout::lay_out;

/// At most what opens a cell in JSON.
const CELL_BYTES: usize = 100;
/// At most what one column's settings take.
const SETTING_BYTES: usize = 40;

/// A column with longer cells is wrapped.
const WRAP_UNITS: usize = 40;

/// What a code block shows on a desktop without being wrapped.
const DRAWN_COLUMNS: usize = 80;

impl<'a> Builder<'a, '_> {
    pub(super) fn table(&mut self, table: &'a Table) {
        let columns = table.rows.iter().map(Vec::len).chain([table.columns.len()]).max();
        let columns = columns.unwrap_or(0);
        if columns == 0 {
            return;
        }
        // Slack takes one table a message. A second that can be drawn costs less than a second
        // message; one that is too wide does not.
        if !self.tables.is_empty()
            && let (drawing, true) = drawn(table)
        {
            self.losses.add(LossKind::Table, "a second table is drawn as text");
            return self.code(drawing.into());
        }
        if !self.own_table(table, columns) {
            self.losses.add(LossKind::Table, "drawn as text");
            self.code(drawn(table).0.into());
        }
    }

    /// Says a table as Slack's own, if it takes it.
    fn own_table(&mut self, table: &'a Table, columns: usize) -> bool {
        if !self.can(Feature::Tables)
            || !self.is_standalone()
            || columns > TABLE_COLUMNS
            || table.rows.is_empty()
        {
            return false;
        }
        let head: Vec<_> = (0..columns)
            .map(|index| {
                let head = table.columns.get(index).map_or(&[][..], |column| &column.head);
                self.spans(head, Look::BOLD)
            })
            .collect();
        let rows: Vec<_> = table
            .rows
            .iter()
            .map(|row| {
                let cells = self.cells(row, columns);
                let size = row_size(&cells);
                (cells, size)
            })
            .collect();
        let mut head = Head {
            cells: head.iter().any(|cell| !is_blank(cell)).then_some(head),
            settings: settings(table, &rows, columns),
            size: Size { tables: 1, ..Size::default() },
        };
        head.size += head.cells.as_deref().map_or(Size::default(), row_size);
        head.size += Size::element(0, SETTING_BYTES * columns);
        let fits = |size: Size| size.units <= TABLE_UNITS && self.room.takes(size);
        if !rows.iter().all(|(_, size)| fits(head.size + *size)) {
            return false;
        }
        let table = self.tables.len();
        self.tables.push(head);
        for (cells, size) in rows {
            self.push(Kind::Row { table, cells }, size);
        }
        true
    }

    fn cells(&mut self, row: &'a [Vec<Inline>], columns: usize) -> Vec<Vec<Span<'a>>> {
        let mut cells: Vec<_> = row.iter().map(|cell| self.spans(cell, Look::default())).collect();
        cells.resize(columns, Vec::new());
        cells
    }
}

/// What a row takes. Each cell is an element, but those do not seem to count towards a message.
fn row_size(cells: &[Vec<Span<'_>>]) -> Size {
    cells.iter().fold(Size::element(0, 4), |row, cell| {
        // An empty cell is said as a space.
        let cell = if is_blank(cell) { Size::text(" ") } else { size(cell) };
        let bytes = cell.bytes + CELL_BYTES;
        row + Size { bytes, weight: cell.units, ..cell }
    })
}

fn settings(table: &Table, rows: &[(Vec<Vec<Span<'_>>>, Size)], columns: usize) -> Vec<Setting> {
    let settings: Vec<_> = (0..columns)
        .map(|index| {
            let align = match table.columns.get(index).map(|column| column.align) {
                Some(Align::Center) => "center",
                Some(Align::Right) => "right",
                _ => "left",
            };
            let long = |(cells, row): &(Vec<Vec<Span<'_>>>, Size)| {
                row.units > WRAP_UNITS
                    && cells.get(index).is_some_and(|cell| size(cell).units > WRAP_UNITS)
            };
            Setting { align, is_wrapped: rows.iter().any(long) }
        })
        .collect();
    let plain = Setting { align: "left", is_wrapped: false };
    if settings.iter().all(|setting| *setting == plain) { Vec::new() } else { settings }
}

/// A table drawn in lines, and whether its columns fit side by side.
fn drawn(table: &Table) -> (String, bool) {
    let mut losses = Losses::new();
    let content = Content::from(Block::Table(table.clone()));
    let can = Capabilities::all();
    let layout = lay_out(&content, &can, DRAWN_COLUMNS, 0, &mut losses);
    let lines: Vec<_> = layout.rows.iter().map(|row| row.line.text()).collect();
    (lines.join("\n"), !losses.has(LossKind::Table))
}
