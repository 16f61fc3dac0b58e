//! Tables.

use chatgate_core::{Align, Column, Table};

use super::write::Writer;

impl Writer<'_> {
    pub(super) fn table(&mut self, table: &Table) {
        let has_head = table.columns.iter().any(|column| !column.head.is_empty());
        self.tagged("table", "table", |writer| {
            if has_head {
                writer.tagged("tr", "", |writer| {
                    for column in &table.columns {
                        writer.line("th", class(Some(column)), &column.head);
                    }
                });
            }
            for row in &table.rows {
                writer.tagged("tr", "", |writer| {
                    for (index, cell) in row.iter().enumerate() {
                        writer.line("td", class(table.columns.get(index)), cell);
                    }
                });
            }
        });
    }
}

fn class(column: Option<&Column>) -> &'static str {
    match column.map(|column| column.align) {
        Some(Align::Right) => "right",
        Some(Align::Center) => "center",
        _ => "",
    }
}
