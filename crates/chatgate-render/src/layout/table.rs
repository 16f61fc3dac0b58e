//! Tables, drawn in boxes that fit the width.

use chatgate_core::{Align, Feature, Field, Inline, LossKind, Table};
use unicode_segmentation::UnicodeSegmentation;

use super::canvas::{Border, Canvas};
use super::line::{Line, Look};
use super::wrap::wrap;
use crate::display_width;
use crate::width::is_narrow;

/// Narrower columns cannot be read.
const LEAST_COLUMN: usize = 3;

impl Canvas<'_> {
    /// Draws a table; a list of its rows where its columns do not fit side by side.
    pub(super) fn table(&mut self, table: &Table) {
        let columns = table.rows.iter().map(Vec::len).chain([table.columns.len()]).max();
        let columns = columns.unwrap_or(0);
        if columns == 0 {
            return;
        }
        // A column takes its border and a space on both sides.
        let frame = columns.saturating_mul(3).saturating_add(1);
        let Some(room) = self.columns().checked_sub(frame).filter(|_| self.can(Feature::Tables))
        else {
            return self.records(table, columns);
        };
        let head = self.head(table, columns);
        let rows: Vec<_> = table.rows.iter().map(|row| self.cells(row, columns)).collect();
        let Some(widths) = widths(&rows, head.as_deref(), columns, room) else {
            return self.records(table, columns);
        };
        let grid = Grid { widths, table };
        self.draw(&grid, head.as_deref(), &rows);
    }

    fn draw(&mut self, grid: &Grid<'_>, head: Option<&[Line]>, rows: &[Vec<Line>]) {
        let mut top = vec![grid.rule(['┌', '┬', '┐'])];
        if let Some(head) = head {
            top.extend(grid.row(head));
            top.push(grid.rule(['├', '┼', '┤']));
        }
        let drawn: Vec<_> = rows.iter().map(|cells| grid.row(cells)).collect();
        // Where a row takes several lines, only a rule tells it from the next.
        let rules = drawn.iter().any(|lines| lines.len() > 1);
        let mut body = Vec::new();
        for (index, lines) in drawn.into_iter().enumerate() {
            if rules && index > 0 {
                body.push((grid.rule(['├', '┼', '┤']), Border::Glue));
            }
            for (line_index, line) in lines.into_iter().enumerate() {
                let border = if line_index == 0 { Border::Line } else { Border::Word };
                body.push((line, border));
            }
        }
        self.framed(top, body, vec![grid.rule(['└', '┴', '┘'])]);
    }

    fn head(&mut self, table: &Table, columns: usize) -> Option<Vec<Line>> {
        let heads: Vec<Line> = (0..columns)
            .map(|index| self.inlines(head_of(table, index), Look::default().bold()))
            .collect();
        heads.iter().any(|head| !head.is_empty()).then_some(heads)
    }

    fn cells(&mut self, row: &[Vec<Inline>], columns: usize) -> Vec<Line> {
        let mut cells: Vec<_> =
            row.iter().map(|cell| self.inlines(cell, Look::default())).collect();
        cells.resize(columns, Line::default());
        cells
    }

    /// A table as a list of its rows, each a list of its cells.
    fn records(&mut self, table: &Table, columns: usize) {
        self.losses.add(LossKind::Table, "shown as a list of its rows");
        if table.rows.is_empty() {
            for index in 0..columns {
                let head = self.inlines(head_of(table, index), Look::default().bold());
                self.write(&head);
            }
        }
        let heads: Vec<_> = (0..columns)
            .map(|index| {
                let head = self.inlines(head_of(table, index), Look::default()).text();
                if head.is_empty() { format!("{}", index + 1) } else { head }
            })
            .collect();
        for (index, row) in table.rows.iter().enumerate() {
            if index > 0 {
                self.gap();
            }
            // A short row is filled with empty cells, so no head is lost; an unnamed column that it
            // does not reach says nothing.
            let shown = row.len().max(table.columns.len());
            let cells = row.iter().map(Vec::as_slice).chain(std::iter::repeat(&[][..]));
            let fields: Vec<_> = heads
                .iter()
                .zip(cells)
                .take(shown)
                .map(|(head, cell)| Field::rich(head.clone(), cell.to_vec()))
                .collect();
            self.fields(&fields);
        }
    }
}

fn head_of(table: &Table, index: usize) -> &[Inline] {
    table.columns.get(index).map_or(&[], |column| column.head.as_slice())
}

struct Grid<'a> {
    widths: Vec<usize>,
    table: &'a Table,
}

impl Grid<'_> {
    fn rule(&self, [left, middle, right]: [char; 3]) -> Line {
        let mut rule = String::from(left);
        for (index, width) in self.widths.iter().enumerate() {
            if index > 0 {
                rule.push(middle);
            }
            rule.push_str(&"─".repeat(width + 2));
        }
        rule.push(right);
        Line::of(&rule, Look::default().dim())
    }

    /// One row of the table, on as many lines as its highest cell.
    fn row(&self, cells: &[Line]) -> Vec<Line> {
        let bar = Look::default().dim();
        let wrapped: Vec<_> =
            cells.iter().zip(&self.widths).map(|(cell, width)| wrap(cell, *width)).collect();
        let height = wrapped.iter().map(Vec::len).max().unwrap_or(0);
        let empty = Line::default();
        (0..height)
            .map(|index| {
                let mut out = Line::default();
                for (column, (lines, width)) in wrapped.iter().zip(&self.widths).enumerate() {
                    out.push("│", bar);
                    let line = lines.get(index).map_or(&empty, |wrapped| &wrapped.line);
                    let room = width.saturating_sub(line.width());
                    let left = match self.table.columns.get(column).map(|column| column.align) {
                        Some(Align::Right) => room,
                        Some(Align::Center) => room / 2,
                        _ => 0,
                    };
                    out.append(&Line::spaces(left + 1));
                    out.append(line);
                    out.append(&Line::spaces(room - left + 1));
                }
                out.push("│", bar);
                out
            })
            .collect()
    }
}

/// How wide each column becomes: as it is where all fit; else narrower, at first without breaking
/// words. `None` where not even broken words fit.
fn widths(
    rows: &[Vec<Line>],
    head: Option<&[Line]>,
    columns: usize,
    room: usize,
) -> Option<Vec<usize>> {
    let mut whole = vec![1; columns];
    let mut words = vec![1; columns];
    let mut least = vec![1; columns];
    for cells in rows.iter().map(Vec::as_slice).chain(head) {
        for (index, cell) in cells.iter().enumerate() {
            let text = cell.text();
            let widest =
                |parts: &mut dyn Iterator<Item = &str>| parts.map(display_width).max().unwrap_or(0);
            let line = widest(&mut text.split('\n'));
            whole[index] = whole[index].max(line);
            words[index] = words[index].max(widest(&mut text.split_whitespace()));
            let narrow = usize::from(!text.is_empty());
            let cluster = if is_narrow(&text) { narrow } else { widest(&mut text.graphemes(true)) };
            least[index] = least[index].max(cluster).max(line.min(LEAST_COLUMN));
        }
    }
    let fits = |widths: &[usize]| widths.iter().sum::<usize>() <= room;
    if fits(&whole) {
        return Some(whole);
    }
    let mut widths = [words, least].into_iter().find(|widths| fits(widths))?;
    let mut left = room - widths.iter().sum::<usize>();
    // What is left goes to the narrowest column that needs more, so long texts share the room.
    while left > 0 {
        let needy = (0..columns).filter(|&index| widths[index] < whole[index]);
        let Some(narrowest) = needy.min_by_key(|&index| widths[index]) else {
            break;
        };
        widths[narrowest] += 1;
        left -= 1;
    }
    Some(widths)
}
