//! The blocks of HTML, put together as its tags open and close.

use chatgate_core::{Block, Inline, Item, List, Table};

use super::lines::trimmed;
use crate::MAX_DEPTH;

/// What is open.
#[derive(Debug)]
struct Node {
    kind: Kind,
    blocks: Vec<Block>,
    items: Vec<Item>,
    rows: Vec<Vec<Vec<Inline>>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Root,
    Quote,
    /// What a reply quotes: left out.
    Reply,
    List {
        start: Option<u32>,
    },
    Item,
    Table,
    Row,
    Cell,
}

/// The blocks so far, the innermost last.
#[derive(Debug)]
pub(super) struct Tree {
    open: Vec<Node>,
}

impl Tree {
    pub(super) fn new() -> Self {
        Self { open: vec![Node::new(Kind::Root)] }
    }

    /// Opens something; what is nested too deep stands in what is around it.
    pub(super) fn open(&mut self, kind: Kind) {
        if self.open.len() <= MAX_DEPTH {
            self.open.push(Node::new(kind));
        }
    }

    /// Closes the innermost of a kind and all that is open in it.
    pub(super) fn close(&mut self, is_kind: impl Fn(Kind) -> bool) {
        let Some(at) = self.open.iter().rposition(|node| is_kind(node.kind)) else { return };
        while self.open.len() > at.max(1) {
            self.close_one();
        }
    }

    pub(super) fn add(&mut self, block: Block) {
        if let Some(node) = self.open.last_mut() {
            node.blocks.push(block);
        }
    }

    pub(super) fn finish(mut self) -> Vec<Block> {
        while self.open.len() > 1 {
            self.close_one();
        }
        self.open.pop().map_or(Vec::new(), |root| root.blocks)
    }

    fn close_one(&mut self) {
        let Some(node) = self.open.pop() else { return };
        let Some(outer) = self.open.last_mut() else { return };
        match (node.kind, outer.kind) {
            (Kind::Reply, _) => {}
            (Kind::Quote, _) if !node.blocks.is_empty() => {
                outer.blocks.push(Block::Quote(node.blocks))
            }
            (Kind::Item, Kind::List { .. }) => outer.items.push(Item::of(node.blocks)),
            (Kind::List { start }, _) => {
                // What stands in a list and in no item is one all the same.
                let mut items = node.items;
                items.extend((!node.blocks.is_empty()).then(|| Item::of(node.blocks)));
                if !items.is_empty() {
                    let mut list = List::of(items);
                    list.start = start;
                    outer.blocks.push(Block::List(list));
                }
            }
            (Kind::Cell, Kind::Row) => outer.rows.push(vec![flat(node.blocks)]),
            (Kind::Row, Kind::Table) => {
                outer.rows.push(node.rows.into_iter().flatten().collect());
                outer.blocks.extend(node.blocks);
            }
            (Kind::Table, _) => {
                let mut rows = node.rows;
                if !rows.is_empty() {
                    let mut table = rows.remove(0).into_iter().fold(
                        Table::new(Vec::<String>::new()),
                        |mut table, head| {
                            let mut column = chatgate_core::Column::default();
                            column.head = head;
                            table.columns.push(column);
                            table
                        },
                    );
                    table.rows = rows;
                    outer.blocks.push(Block::Table(table));
                }
                outer.blocks.extend(node.blocks);
            }
            _ => outer.blocks.extend(node.blocks),
        }
    }
}

impl Node {
    fn new(kind: Kind) -> Self {
        Self { kind, blocks: Vec::new(), items: Vec::new(), rows: Vec::new() }
    }
}

/// The words of a cell: its paragraphs, a line each.
fn flat(blocks: Vec<Block>) -> Vec<Inline> {
    let mut out = Vec::new();
    for block in blocks {
        if !out.is_empty() {
            out.push(Inline::Break);
        }
        match block {
            Block::Paragraph(text) => out.extend(text),
            other => {
                let words = chatgate_core::Content::from(other).plain_text();
                super::lines::push(&words.replace('&', "&amp;"), &mut out);
            }
        }
    }
    trimmed(out)
}
