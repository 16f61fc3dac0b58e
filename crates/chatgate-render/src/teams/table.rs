//! Tables and fields.

use chatgate_core::{Align, Feature, Field, Inline, LossKind, Table};

use super::build::{Builder, Gap};
use super::json::quoted;
use super::limits::TABLE_COLUMNS;
use super::line::{Tone, kind};
use super::markdown::{self, Starts};
use super::sheet::{Border, Frame, Piece};
use super::size::Size;
use super::span::{Span, is_blank, lines, words};
use crate::inlines::{Look, SayInlines as _};
use crate::sanitise_line;

/// A column is as wide as its longest cell, within these bounds.
const NARROWEST: usize = 4;
const WIDEST: usize = 40;

/// Columns that together are wider than a usual card.
const WIDE: usize = 60;

/// Longer values are easier to read in lines.
const FACT_CHARS: usize = 200;

type Cells<'a> = Vec<Vec<Span<'a>>>;

impl<'a> Builder<'a, '_> {
    pub(super) fn table(&mut self, table: &'a Table) {
        let columns = table.rows.iter().map(Vec::len).chain([table.columns.len()]).max();
        let columns = columns.unwrap_or(0);
        if columns == 0 {
            return;
        }
        let head: Cells<'a> = (0..columns)
            .map(|index| {
                let head = table.columns.get(index).map_or(&[][..], |column| &column.head);
                self.inlines.spans(head, Look::BOLD)
            })
            .collect();
        let rows: Vec<_> = table.rows.iter().map(|row| self.cells(row, columns)).collect();
        if !self.own_table(table, &head, &rows) {
            self.loss(LossKind::Table, "shown in lines");
            self.records(&head, rows);
        }
    }

    fn cells(&mut self, row: &'a [Vec<Inline>], columns: usize) -> Cells<'a> {
        let cell = |index| row.get(index).map_or(&[][..], Vec::as_slice);
        (0..columns).map(|index| self.inlines.spans(cell(index), Look::default())).collect()
    }

    /// Says a table as Teams' own, if it takes it.
    fn own_table(&mut self, table: &Table, head: &Cells<'a>, rows: &[Cells<'a>]) -> bool {
        if !self.can(Feature::Tables) || head.len() > TABLE_COLUMNS || rows.is_empty() {
            return false;
        }
        let has_head = head.iter().any(|cell| !is_blank(cell));
        let first = if has_head { self.row(head) } else { Piece::default() };
        if !first.mentions.is_empty() {
            // A head is repeated, and its mentions would be too.
            return false;
        }
        let widths = widths(head, rows);
        let columns: Vec<_> = widths
            .iter()
            .enumerate()
            .map(|(index, width)| column(*width, table.columns.get(index).map(|it| it.align)))
            .collect();
        let gap = self.gap;
        let tag = self.tag("Table");
        let comma = if has_head { "," } else { "" };
        let open = format!(
            "{tag},\"firstRowAsHeaders\":{has_head},\"columns\":[{}],\"rows\":[{}{comma}",
            columns.join(","),
            first.json
        );
        let rows: Vec<_> = rows.iter().map(|row| self.row(row)).collect();
        let is_open = self.framed_rows(open, first.shows, rows);
        if is_open {
            self.is_wide |= widths.iter().sum::<usize>() > WIDE;
        } else {
            self.gap = gap;
        }
        is_open
    }

    /// Adds the rows of a table, if each of them fits with what opens it.
    fn framed_rows(&mut self, open: String, shows: Size, rows: Vec<Piece>) -> bool {
        let frame = Frame { open, close: "]}", between: ",", shows, ..Frame::default() };
        if !self.enter(frame) {
            return false;
        }
        let fit = rows.iter().all(|row| self.sheet.takes(row));
        if fit {
            for row in rows {
                self.sheet.border(Border::Line);
                self.sheet.push(row);
            }
        }
        self.sheet.leave();
        fit
    }

    fn row(&mut self, cells: &[Vec<Span<'a>>]) -> Piece {
        let mut row =
            Piece { json: "{\"type\":\"TableRow\",\"cells\":[".into(), ..Piece::default() };
        for (index, cell) in cells.iter().enumerate() {
            row.json.push_str(if index > 0 { "," } else { "" });
            row.json.push_str("{\"type\":\"TableCell\",\"items\":[");
            let lines = lines(cell.clone());
            for (index, line) in lines.iter().enumerate() {
                let (comma, gap) =
                    if index > 0 { (",", ",\"spacing\":\"None\"") } else { ("", "") };
                let tag = format!("{comma}{{\"type\":\"{}\"{gap}", kind(line, Tone::Usual));
                let line = self.whole_line(&tag, line, Tone::Usual);
                row.add(line);
            }
            row.json.push_str("]}");
        }
        row.json.push_str("]}");
        row
    }

    /// A table in lines: each cell behind its head.
    fn records(&mut self, head: &Cells<'a>, rows: Vec<Cells<'a>>) {
        if rows.is_empty() {
            let mut spans = Vec::new();
            for cell in head {
                if !spans.is_empty() {
                    spans.push(Span::text(" | "));
                }
                spans.extend(cell.iter().cloned());
            }
            return self.text(spans, Tone::Usual);
        }
        // What the lines do not repeat is said once.
        for (index, row) in rows.into_iter().enumerate() {
            if index > 0 {
                self.sheet.border(Border::Line);
            }
            for (cell, head) in row.into_iter().zip(head) {
                let mut spans = Vec::new();
                if !is_blank(head) {
                    spans.extend(head.iter().cloned());
                    spans.push(Span::bold(": "));
                }
                spans.extend(cell);
                self.text(spans, Tone::Usual);
                self.gap_unless_line(Gap::None);
                self.sheet.border(Border::Line);
            }
            self.gap_unless_line(Gap::Usual);
        }
        self.sheet.clear_border();
    }

    /// Keys with their values: facts where Teams can say them, else rows, else lines.
    pub(super) fn fields(&mut self, fields: &'a [Field]) {
        if fields.is_empty() {
            return;
        }
        let said: Vec<_> = fields
            .iter()
            .map(|field| {
                let value = self.inlines.spans(&field.value, Look::default());
                (sanitise_line(&field.key), value)
            })
            .collect();
        let gap = self.gap;
        if said.iter().all(|(key, value)| is_fact(key, value)) {
            let tag = self.tag("FactSet");
            let facts = said.iter().map(|(key, value)| self.fact(key, value)).collect();
            if self.framed_rows(format!("{tag},\"facts\":["), Size::default(), facts) {
                return;
            }
        } else if self.can(Feature::Tables) {
            let tag = self.tag("Table");
            let open = format!(
                "{tag},\"firstRowAsHeaders\":false,\"showGridLines\":false,\
                 \"columns\":[{{\"width\":1}},{{\"width\":3}}],\"rows\":["
            );
            let rows = said
                .iter()
                .map(|(key, value)| self.row(&[vec![Span::bold(key.clone())], value.clone()]))
                .collect();
            if self.framed_rows(open, Size::default(), rows) {
                return;
            }
        }
        self.gap = gap;
        for (key, value) in said {
            let mut spans = vec![Span::bold(key), Span::bold(": ")];
            spans.extend(value);
            self.lines(spans, Tone::Usual);
            self.gap_unless_line(Gap::None);
            self.sheet.border(Border::Line);
        }
        self.gap_unless_line(Gap::Usual);
        self.sheet.clear_border();
    }

    fn fact(&mut self, key: &str, value: &[Span<'a>]) -> Piece {
        let mut title = String::new();
        markdown::escape(key.trim(), Starts::Line, &mut title);
        let mut fact = Piece::of(format!("{{\"title\":{},\"value\":\"", quoted(&title)), key);
        // The gap behind both counts too: a person sees two words.
        fact.shows.chars += 2;
        let value = self.marked_line(value);
        if value.json.is_empty() {
            fact.json.push(' ');
            fact.shows.chars += 1;
        }
        fact.add(value);
        fact.json.push_str("\"}");
        fact
    }
}

/// Whether a field is short, in one line, and all of it can be said in Markdown.
fn is_fact(key: &str, value: &[Span<'_>]) -> bool {
    let is_plain = |span: &Span<'_>| match span {
        Span::Text { text, look } => look.is_plain() && !text.contains('\n'),
        Span::Link { url, look, .. } => look.is_plain() && !url.contains(['(', ')', ' ', '\\']),
        Span::Mention { .. } => true,
    };
    !key.trim().is_empty()
        && key.chars().count() <= FACT_CHARS
        && words(value).chars().count() <= FACT_CHARS
        && value.iter().all(is_plain)
}

/// How wide each column is, of all together.
fn widths(head: &Cells<'_>, rows: &[Cells<'_>]) -> Vec<usize> {
    let mut widths = vec![NARROWEST; head.len()];
    for row in rows.iter().chain([head]) {
        for (width, cell) in widths.iter_mut().zip(row) {
            let longest = lines(cell.clone()).iter().map(|line| words(line).chars().count()).max();
            *width = longest.unwrap_or(0).min(WIDEST).max(*width);
        }
    }
    widths
}

fn column(width: usize, align: Option<Align>) -> String {
    let align = match align {
        Some(Align::Center) => ",\"horizontalCellContentAlignment\":\"Center\"",
        Some(Align::Right) => ",\"horizontalCellContentAlignment\":\"Right\"",
        _ => "",
    };
    format!("{{\"width\":{width}{align}}}")
}
