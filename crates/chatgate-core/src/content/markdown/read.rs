//! The parser's events, put together to blocks.
//!
//! What is open stands on one stack, and so do the blocks, items and inlines that are finished and
//! wait for what holds them to close: each vector is made once, of the size that it has.

use pulldown_cmark::{
    Alignment, BlockQuoteKind, CodeBlockKind, CowStr, Event, Options, Parser, Tag, TagEnd,
};

use super::super::block::MAX_DEPTH;
use super::super::inline::write_plain;
use super::super::{Align, Block, Column, Content, Image, Inline, Item, Level, List, Table};
use super::address::{Address, link};
use super::line;

/// Reads a text.
pub(super) fn read(text: &str) -> Content {
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_GFM;
    let mut reader = Reader {
        blocks: Vec::with_capacity(16),
        inlines: Vec::with_capacity(16),
        text: String::with_capacity(256),
        ..Reader::default()
    };
    for event in Parser::new_ext(text, options) {
        reader.event(event);
    }
    reader.finish()
}

#[derive(Default)]
struct Reader {
    open: Vec<Open>,
    /// How many more are open than may be: what they hold belongs to the last that may.
    deeper: usize,
    /// A link's or picture's label that is open, and how many are open inside it: those are words.
    label: Option<Label>,
    inner_labels: usize,
    blocks: Vec<Block>,
    items: Vec<Item>,
    inlines: Vec<Inline>,
    /// Text that waits for more of it.
    text: String,
    language: Option<String>,
    /// A picture that may be alone in its paragraph: its title.
    picture: Option<Option<String>>,
    table: Table,
    row: Vec<Vec<Inline>>,
    notes: Vec<Block>,
}

/// What is open, and where what it holds begins.
enum Open {
    Quote { kind: Option<BlockQuoteKind>, blocks: usize },
    List { start: Option<u32>, items: usize },
    Item { done: Option<bool>, blocks: usize },
    Note { label: String, blocks: usize },
    Style { inlines: usize },
}

struct Label {
    address: Address,
    title: Option<String>,
    inlines: usize,
}

impl Reader {
    fn event(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            Event::Text(text) | Event::Html(text) => self.text.push_str(&text),
            Event::InlineHtml(html) if is_line_end(&html) => self.line_end(),
            Event::InlineHtml(html) => self.text.push_str(&html),
            Event::Code(text) => self.push(Inline::Code(text.into_string())),
            Event::SoftBreak => self.text.push(' '),
            Event::HardBreak => self.line_end(),
            Event::Rule => {
                self.end_line();
                self.blocks.push(Block::Divider);
            }
            Event::TaskListMarker(is_done) => self.task(is_done),
            Event::FootnoteReference(label) => self.text.extend(["[", &label, "]"]),
            // Not asked for.
            Event::InlineMath(text) | Event::DisplayMath(text) => self.text.push_str(&text),
        }
    }

    fn start(&mut self, tag: Tag<'_>) {
        match tag {
            Tag::Emphasis | Tag::Strong | Tag::Strikethrough => {
                self.flush();
                self.open(Open::Style { inlines: self.inlines.len() });
            }
            Tag::Link { link_type, dest_url, .. } => {
                self.start_label(|| (Address::of(link_type, &dest_url), None));
            }
            Tag::Image { link_type, dest_url, title, .. } => self.start_label(|| {
                let title = (!title.is_empty()).then(|| title.into_string());
                (Address::of(link_type, &dest_url), title)
            }),
            Tag::TableCell => {}
            Tag::TableHead | Tag::TableRow => {
                self.row = Vec::with_capacity(self.table.columns.len());
            }
            tag => {
                self.end_line();
                self.start_block(tag);
            }
        }
    }

    fn start_block(&mut self, tag: Tag<'_>) {
        let blocks = self.blocks.len();
        match tag {
            Tag::BlockQuote(kind) => self.open(Open::Quote { kind, blocks }),
            Tag::List(start) => {
                let start = start.map(|start| u32::try_from(start).unwrap_or(u32::MAX));
                self.open(Open::List { start, items: self.items.len() });
            }
            Tag::Item => self.open(Open::Item { done: None, blocks }),
            Tag::FootnoteDefinition(label) if self.open.len() >= MAX_DEPTH => {
                self.deeper += 1;
                self.text.extend(["[", &label, "] "]);
            }
            Tag::FootnoteDefinition(label) => {
                self.open(Open::Note { label: label.into_string(), blocks });
            }
            Tag::CodeBlock(CodeBlockKind::Fenced(info)) => self.language = language(&info),
            Tag::Table(alignment) => {
                self.table =
                    Table { columns: alignment.iter().map(column).collect(), rows: Vec::new() };
            }
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Emphasis => self.end_style(Inline::Italic),
            TagEnd::Strong => self.end_style(Inline::Bold),
            TagEnd::Strikethrough => self.end_style(Inline::Strike),
            TagEnd::Link => self.end_link(),
            TagEnd::Image => self.end_image(),
            TagEnd::Paragraph => self.end_paragraph(),
            TagEnd::Heading(level) => {
                let text = self.line();
                if !text.is_empty() {
                    self.blocks.push(Block::Heading { level: level as u8, text });
                }
            }
            TagEnd::CodeBlock => {
                let text = self.text.strip_suffix('\n').unwrap_or(&self.text).to_owned();
                self.text.clear();
                self.blocks.push(Block::Code { language: self.language.take(), text });
            }
            TagEnd::HtmlBlock => {
                let text = Inline::lines(self.text.trim_end_matches('\n'));
                self.text.clear();
                self.blocks.push(Block::Paragraph(text));
            }
            TagEnd::TableCell => {
                let cell = self.line();
                self.row.push(cell);
            }
            TagEnd::TableHead => {
                for (column, head) in self.table.columns.iter_mut().zip(self.row.drain(..)) {
                    column.head = head;
                }
            }
            TagEnd::TableRow => self.table.rows.push(std::mem::take(&mut self.row)),
            TagEnd::Table => {
                let table = std::mem::take(&mut self.table);
                self.blocks.push(Block::Table(table));
            }
            TagEnd::BlockQuote(_) | TagEnd::List(_) | TagEnd::Item | TagEnd::FootnoteDefinition => {
                self.end_line();
                self.end_container();
            }
            // Not asked for.
            _ => self.end_line(),
        }
    }

    fn open(&mut self, open: Open) {
        if self.open.len() < MAX_DEPTH {
            self.open.push(open);
        } else {
            self.deeper += 1;
        }
    }

    /// What is closed, if it was not too deep to be opened.
    fn close(&mut self) -> Option<Open> {
        if self.deeper > 0 {
            self.deeper -= 1;
            return None;
        }
        self.open.pop()
    }

    fn end_container(&mut self) {
        match self.close() {
            Some(Open::Quote { kind, blocks }) => {
                let blocks = taken(&mut self.blocks, blocks);
                match kind {
                    Some(kind) => self.alert(kind, blocks),
                    None => self.blocks.push(Block::Quote(blocks)),
                }
            }
            Some(Open::List { start, items }) => {
                let items = taken(&mut self.items, items);
                self.blocks.push(Block::List(List { start, items }));
            }
            Some(Open::Item { done, blocks }) => {
                let blocks = taken(&mut self.blocks, blocks);
                self.items.push(Item { done, blocks });
            }
            Some(Open::Note { label, blocks }) => {
                note(&label, taken(&mut self.blocks, blocks), &mut self.notes);
            }
            Some(Open::Style { .. }) | None => {}
        }
    }

    /// An alert is a status; what is more than a paragraph stands below it.
    fn alert(&mut self, kind: BlockQuoteKind, blocks: Vec<Block>) {
        let (level, name) = match kind {
            BlockQuoteKind::Note => (Level::Info, "Note"),
            BlockQuoteKind::Tip => (Level::Info, "Tip"),
            BlockQuoteKind::Important => (Level::Warning, "Important"),
            BlockQuoteKind::Warning => (Level::Warning, "Warning"),
            BlockQuoteKind::Caution => (Level::Error, "Caution"),
        };
        let mut blocks = blocks.into_iter().peekable();
        let text = match blocks.next_if(|block| matches!(block, Block::Paragraph(_))) {
            Some(Block::Paragraph(text)) => text,
            _ => vec![Inline::text(name)],
        };
        self.blocks.push(Block::Status { level, text });
        if blocks.peek().is_some() {
            self.blocks.push(Block::Quote(blocks.collect()));
        }
    }

    fn task(&mut self, is_done: bool) {
        match self.open.last_mut() {
            Some(Open::Item { done, .. }) if self.deeper == 0 => *done = Some(is_done),
            _ => self.text.push_str(if is_done { "[x] " } else { "[ ] " }),
        }
    }

    fn end_style(&mut self, style: fn(Vec<Inline>) -> Inline) {
        let Some(Open::Style { inlines }) = self.close() else { return self.flush() };
        let inner = self.since(inlines);
        if !inner.is_empty() {
            self.inlines.push(style(inner));
        }
    }

    fn start_label(&mut self, label: impl FnOnce() -> (Address, Option<String>)) {
        if self.label.is_some() {
            self.inner_labels += 1;
            return;
        }
        self.flush();
        let (address, title) = label();
        self.label = Some(Label { address, title, inlines: self.inlines.len() });
    }

    /// The label that is closed, if it is no word of another.
    fn end_label(&mut self) -> Option<Label> {
        if self.inner_labels > 0 {
            self.inner_labels -= 1;
            return None;
        }
        self.flush();
        self.label.take()
    }

    fn end_link(&mut self) {
        let Some(label) = self.end_label() else { return };
        match label.address {
            Address::Url(url) => {
                let words = taken(&mut self.inlines, label.inlines);
                self.inlines.push(link(url, words));
            }
            Address::Text(address) => self.address(&address, label.inlines),
        }
    }

    fn end_image(&mut self) {
        let Some(label) = self.end_label() else { return };
        match label.address {
            Address::Url(url) => {
                let words = taken(&mut self.inlines, label.inlines);
                self.inlines.push(Inline::Link { url, label: words });
                if label.inlines == 0 && self.open.is_empty() {
                    self.picture = Some(label.title);
                }
            }
            Address::Text(address) => self.address(&address, label.inlines),
        }
    }

    /// Writes an address behind the label that begins there.
    fn address(&mut self, address: &str, label: usize) {
        let has_label = self.inlines.len() > label;
        let is_said = matches!(
            self.inlines.get(label..), Some([Inline::Text(text)]) if text == address
        );
        if address.is_empty() || is_said {
            return;
        }
        let text = if has_label { format!(" ({address})") } else { address.to_owned() };
        self.inlines.push(Inline::Text(text));
    }

    fn line_end(&mut self) {
        self.push(Inline::Break);
    }

    fn push(&mut self, inline: Inline) {
        self.flush();
        self.inlines.push(inline);
    }

    /// Ends the text.
    fn flush(&mut self) {
        if self.text.is_empty() {
            return;
        }
        line::push(&self.text, self.label.is_some(), &mut self.inlines);
        self.text.clear();
    }

    /// The inlines of the line that ends.
    fn line(&mut self) -> Vec<Inline> {
        self.picture = None;
        self.since(0)
    }

    /// The inlines behind this mark; one text, mostly.
    fn since(&mut self, mark: usize) -> Vec<Inline> {
        if self.inlines.len() == mark && !self.text.is_empty() && line::is_plain(&self.text) {
            let text = self.text.as_str().to_owned();
            self.text.clear();
            return vec![Inline::Text(text)];
        }
        self.flush();
        taken(&mut self.inlines, mark)
    }

    /// Ends a line that is no paragraph of its own: the first of an item, mostly.
    fn end_line(&mut self) {
        let text = self.line();
        if !text.is_empty() {
            self.blocks.push(Block::Paragraph(text));
        }
    }

    fn end_paragraph(&mut self) {
        self.flush();
        match (self.picture.take(), self.inlines.as_slice()) {
            (Some(title), [Inline::Link { url, label }]) => {
                let mut alt = String::new();
                write_plain(label, &mut alt, 0);
                let image = Image { url: url.clone(), alt, title };
                self.inlines.clear();
                self.blocks.push(Block::Image(image));
            }
            _ => self.end_line(),
        }
    }

    fn finish(mut self) -> Content {
        self.end_line();
        self.blocks.append(&mut self.notes);
        Content { blocks: self.blocks, ..Content::default() }
    }
}

/// What stands behind this mark, in a vector of its size.
fn taken<T>(stack: &mut Vec<T>, mark: usize) -> Vec<T> {
    stack.drain(mark.min(stack.len())..).collect()
}

/// A footnote: small print if it is one paragraph.
fn note(label: &str, blocks: Vec<Block>, out: &mut Vec<Block>) {
    let mut blocks = blocks.into_iter().peekable();
    let mut text = vec![Inline::Text(format!("[{label}] "))];
    if let Some(Block::Paragraph(words)) =
        blocks.next_if(|block| matches!(block, Block::Paragraph(_)))
    {
        text.extend(words);
    }
    if blocks.peek().is_none() {
        return out.push(Block::Context(text));
    }
    out.push(Block::Paragraph(text));
    out.extend(blocks);
}

fn column(alignment: &Alignment) -> Column {
    let align = match alignment {
        Alignment::Center => Align::Center,
        Alignment::Right => Align::Right,
        Alignment::None | Alignment::Left => Align::Left,
    };
    Column { head: Vec::new(), align }
}

/// The first word behind a fence: `rust` of `rust,ignore`.
fn language(info: &CowStr<'_>) -> Option<String> {
    let word = info.split([' ', '\t', ',', '{']).next().unwrap_or_default();
    (!word.is_empty()).then(|| word.to_owned())
}

fn is_line_end(html: &str) -> bool {
    let name = html.strip_prefix('<').and_then(|html| html.strip_suffix('>')).unwrap_or_default();
    let name = name.strip_suffix('/').unwrap_or(name).trim_end();
    name.eq_ignore_ascii_case("br")
}
