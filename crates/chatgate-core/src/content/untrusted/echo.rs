//! Content of others, said again so that it does nothing.

use serde_json::Value;

use super::super::block::MAX_DEPTH;
use super::super::{Block, Column, Field, Inline, Item, List, Table};
use super::LinkHosts;
use super::cut::cut;

/// Says blocks again, as long as there is room.
pub(super) struct Echo<'h> {
    pub(super) hosts: &'h LinkHosts,
    /// How many characters there is room for.
    pub(super) left: usize,
    /// How many found none.
    pub(super) hidden: usize,
}

impl Echo<'_> {
    pub(super) fn blocks(&mut self, blocks: &[Block], depth: usize) -> Vec<Block> {
        // Each block is walked, also those that find no room: they are counted.
        let mut out = Vec::new();
        for block in blocks {
            if depth < MAX_DEPTH {
                self.block(block, depth, &mut out);
            } else {
                let mut words = String::new();
                block.write_plain(&mut words, 0);
                self.paragraph(&[Inline::text(words.trim_end())], &mut out);
            }
        }
        out
    }

    fn block(&mut self, block: &Block, depth: usize, out: &mut Vec<Block>) {
        match block {
            Block::Paragraph(text) | Block::Context(text) => self.paragraph(text, out),
            // A heading or a status would look like one of the program's own.
            Block::Heading { text, .. } | Block::Status { text, .. } => {
                let text = self.inlines(text, depth);
                if !text.is_empty() {
                    out.push(Block::Paragraph(vec![Inline::Bold(text)]));
                }
            }
            Block::List(list) => {
                let items = list.items.iter().filter_map(|item| self.item(item, depth)).collect();
                push_unless_empty(
                    items,
                    |items| Block::List(List { start: list.start, items }),
                    out,
                );
            }
            Block::Quote(blocks) => {
                push_unless_empty(self.blocks(blocks, depth + 1), Block::Quote, out);
            }
            Block::Code { language, text } => {
                if let Some(text) = self.take(text) {
                    out.push(Block::Code { language: language.clone(), text });
                }
            }
            Block::Table(table) => {
                let table = self.table(table);
                if !table.rows.is_empty() || !table.columns.is_empty() {
                    out.push(Block::Table(table));
                }
            }
            Block::Fields(fields) => {
                let fields = fields.iter().filter_map(|field| self.field(field)).collect();
                push_unless_empty(fields, Block::Fields, out);
            }
            Block::Image(image) => {
                let label = vec![Inline::Text(image.alt.clone())];
                self.paragraph(&[Inline::Link { url: image.url.clone(), label }], out);
            }
            Block::Divider if self.left > 0 => {
                out.push(Block::Paragraph(vec![Inline::text(super::RULE)]));
            }
            Block::Divider => {}
            other => out.extend(self.blocks(&other.fallback(), depth + 1)),
        }
    }

    fn paragraph(&mut self, text: &[Inline], out: &mut Vec<Block>) {
        push_unless_empty(self.inlines(text, 0), Block::Paragraph, out);
    }

    fn item(&mut self, item: &Item, depth: usize) -> Option<Item> {
        let blocks = self.blocks(&item.blocks, depth + 2);
        (!blocks.is_empty()).then_some(Item { done: item.done, blocks })
    }

    fn table(&mut self, table: &Table) -> Table {
        let mut columns = Vec::new();
        for column in &table.columns {
            let head = self.inlines(&column.head, 0);
            if self.left > 0 || !head.is_empty() {
                columns.push(Column { head, align: column.align });
            }
        }
        let mut rows = Vec::new();
        for row in &table.rows {
            let row: Vec<_> = row.iter().map(|cell| self.inlines(cell, 0)).collect();
            if self.left > 0 || row.iter().any(|cell| !cell.is_empty()) {
                rows.push(row);
            }
        }
        Table { columns, rows }
    }

    fn field(&mut self, field: &Field) -> Option<Field> {
        let key = self.take(&field.key);
        let value = self.inlines(&field.value, 0);
        Some(Field { key: key?, value })
    }

    fn inlines(&mut self, inlines: &[Inline], depth: usize) -> Vec<Inline> {
        let mut out = Vec::new();
        for inline in inlines {
            if depth < MAX_DEPTH {
                self.inline(inline, depth, &mut out);
            } else {
                let mut words = String::new();
                inline.write_plain(&mut words, 0);
                self.text(&words, &mut out);
            }
        }
        out
    }

    fn inline(&mut self, inline: &Inline, depth: usize, out: &mut Vec<Inline>) {
        match inline {
            Inline::Text(text) => self.text(text, out),
            Inline::Code(text) => out.extend(self.take(text).map(Inline::Code)),
            Inline::Bold(inner) => {
                push_unless_empty(self.inlines(inner, depth + 1), Inline::Bold, out);
            }
            Inline::Italic(inner) => {
                push_unless_empty(self.inlines(inner, depth + 1), Inline::Italic, out);
            }
            Inline::Strike(inner) => {
                push_unless_empty(self.inlines(inner, depth + 1), Inline::Strike, out);
            }
            Inline::Link { url, label } => {
                let mut words = self.inlines(label, depth + 1);
                if self.hosts.allows(url) {
                    // A label that found no room is not the same as none.
                    if !words.is_empty() || label.is_empty() && self.left > 0 {
                        out.push(Inline::Link { url: url.clone(), label: words });
                    }
                    return;
                }
                let is_bare = words.is_empty();
                out.append(&mut words);
                match is_bare {
                    true => self.text(url.as_str(), out),
                    false => self.text(&format!(" ({url})"), out),
                }
            }
            Inline::Emoji(_) | Inline::Time { .. } | Inline::Break => {
                if self.left > 0 {
                    self.left -= 1;
                    out.push(inline.clone());
                }
            }
            Inline::Other(raw) => {
                self.text(raw.get("text").and_then(Value::as_str).unwrap_or_default(), out);
            }
            // A mention or a broadcast is the word that it looks like.
            Inline::User { .. }
            | Inline::Group { .. }
            | Inline::Channel { .. }
            | Inline::Broadcast(_) => {
                let mut word = String::new();
                inline.write_plain(&mut word, 0);
                self.text(&word, out);
            }
        }
    }

    fn text(&mut self, text: &str, out: &mut Vec<Inline>) {
        out.extend(self.take(text).map(Inline::Text));
    }

    /// As much of a text as there is room for.
    fn take(&mut self, text: &str) -> Option<String> {
        let kept = cut(text, self.left);
        let chars = kept.chars().count();
        if kept.len() < text.len() {
            self.hidden += text[kept.len()..].chars().count();
            self.left = 0;
        } else {
            self.left -= chars;
        }
        (!kept.is_empty()).then(|| kept.to_owned())
    }
}

fn push_unless_empty<T, U>(inner: Vec<T>, wrap: impl FnOnce(Vec<T>) -> U, out: &mut Vec<U>) {
    if !inner.is_empty() {
        out.push(wrap(inner));
    }
}
