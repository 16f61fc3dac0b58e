//! Words alone, as a text message: a card around a sentence is clumsy.
//!
//! A content is said so where all its blocks are paragraphs, quotes of such, and code. Its text is
//! Teams' simple HTML (`textFormat` `xml`), in which three characters escaped leave nothing of others
//! that could be read. An answer, whose format nobody documents, is said so only where nothing in it
//! could be read in any format.

use chatgate_core::{Block, Capabilities, Content, Inline, LossKind, Surface};

use super::code::firm;
use super::inline::{Inlines, mention};
use super::json::escape;
use super::limits::{LEAST_PIECE, NESTED, PIECE_CHARS};
use super::markdown::Starts;
use super::sheet::{Border, Frame, Piece, Sheet};
use super::size::Size;
use super::span::{Span, is_blank, lines};
use crate::MAX_DEPTH;
use crate::inlines::{Look, SayInlines as _};
use crate::{Losses, sanitise, split_text};

/// What a message is said as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Carrier {
    Card,
    /// Simple HTML.
    Html,
    /// A text in which nothing can be read but its words.
    Bare,
}

/// At most what stands around a piece: four styles, and a link without its address.
const AROUND_BYTES: usize = 64;

/// `&quot;` and `&amp;`: what escaping makes of one character, and a quote in JSON.
const CHAR_BYTES: usize = 6;

/// What a content is said as on a surface.
pub(super) fn carrier(content: &Content, surface: Surface) -> Carrier {
    match surface {
        Surface::Webhook | Surface::Reply => Carrier::Card,
        Surface::Answer => match content.blocks.as_slice() {
            [Block::Paragraph(text)] if is_bare(text) => Carrier::Bare,
            _ => Carrier::Card,
        },
        _ if content.blocks.iter().all(|block| is_words(block, 0)) => Carrier::Html,
        _ => Carrier::Card,
    }
}

fn is_words(block: &Block, depth: usize) -> bool {
    match block {
        Block::Paragraph(_) | Block::Code { .. } => true,
        Block::Quote(blocks) if depth < usize::from(NESTED) => {
            blocks.iter().all(|block| is_words(block, depth + 1))
        }
        _ => false,
    }
}

/// Whether a line shows the same in every format.
fn is_bare(text: &[Inline]) -> bool {
    let is_bare = |c: char| {
        c.is_alphanumeric()
            || c == ' '
            || !c.is_ascii() && !c.is_control()
            || ",;:!?'%/\"".contains(c)
    };
    match text {
        [Inline::Text(text)] => {
            let text = sanitise(text);
            // A full stop behind a number would begin a list, and begins none inside a line.
            let has_stop = text.char_indices().any(|(at, c)| {
                c == '.' && text[..at].chars().all(|c| c.is_ascii_digit() || c.is_whitespace())
            });
            !has_stop
                && !text.contains("://")
                && text.trim() == text
                && text
                    .chars()
                    .enumerate()
                    .all(|(at, c)| is_bare(c) || at > 0 && matches!(c, '.' | '-' | '(' | ')'))
        }
        _ => false,
    }
}

/// Takes words apart; what is mentioned stands in the second.
pub(super) fn take_apart(
    content: &Content,
    capabilities: &Capabilities,
    carrier: Carrier,
    room: Size,
    losses: &mut Losses,
) -> (Sheet, Vec<String>) {
    let inlines = Inlines { losses, capabilities };
    let mut words = Words { sheet: Sheet::new("", room), inlines, people: Vec::new(), carrier };
    words.blocks(&content.blocks, 0);
    (words.sheet, words.people)
}

struct Words<'l> {
    sheet: Sheet,
    inlines: Inlines<'l>,
    people: Vec<String>,
    carrier: Carrier,
}

impl Words<'_> {
    fn blocks(&mut self, blocks: &[Block], depth: usize) {
        if depth > MAX_DEPTH {
            return self.inlines.losses.add(LossKind::Depth, "blocks nested deeper are left out");
        }
        for block in blocks {
            self.sheet.border(Border::Block);
            match block {
                Block::Paragraph(text) => self.paragraph(text),
                Block::Quote(blocks) => {
                    let is_open = self.enter("<blockquote>", "", "</blockquote>");
                    self.blocks(blocks, depth + 1);
                    self.leave(is_open);
                }
                Block::Code { text, .. } => self.code(&sanitise(text)),
                _ => {}
            }
        }
    }

    fn paragraph(&mut self, text: &[Inline]) {
        let spans = self.inlines.spans(text, Look::default());
        if is_blank(&spans) {
            return;
        }
        let is_html = self.carrier == Carrier::Html;
        let is_open = is_html && self.enter("<p>", "<br/>", "</p>");
        let count = lines(spans.clone()).len();
        for (index, line) in lines(spans).into_iter().enumerate() {
            let line_open = self.enter("", "", "");
            if is_blank(&line) {
                // A blank line at the end of a paragraph is none.
                if index > 0 && index + 1 < count {
                    self.push(Piece::of("&nbsp;".into(), " "), Border::Line);
                }
                self.leave(line_open);
                continue;
            }
            for (at, span) in line.iter().enumerate() {
                let (starts, border) = match at {
                    0 => (Starts::Line, Border::Line),
                    _ => (Starts::Within, Border::Word),
                };
                self.span(span, starts, border);
            }
            self.leave(line_open);
        }
        self.sheet.clear_border();
        self.leave(is_open);
    }

    fn span(&mut self, span: &Span<'_>, starts: Starts, border: Border) {
        let (text, look, url) = match span {
            Span::Text { text, look } => (text.as_ref(), *look, None),
            Span::Link { text, look, url } => (text.as_ref(), *look, Some(url.as_ref())),
            Span::Mention { id, name } => return self.mention(id, name, border),
        };
        if self.carrier == Carrier::Bare {
            for text in split_text(text, self.most(0)) {
                self.push(Piece::of(escaped(text), text), border);
            }
            return;
        }
        let left = self.sheet.left();
        let most = left.bytes.min(left.units) / 2;
        let (url, long) = match url {
            Some(url) if CHAR_BYTES * url.len() > most => (None, Some(url)),
            url => (url, None),
        };
        let url = url.map(html);
        let around = AROUND_BYTES + url.as_deref().map_or(0, |url| 2 * url.len());
        let text = firm(text, starts);
        for text in split_text(&text, self.most(around)) {
            let mut out = String::new();
            if let Some(url) = url.as_deref() {
                out.extend(["<a href=\"", url, "\">"]);
            }
            let tags = tags(look);
            tags.iter().for_each(|tag| out.extend(["<", tag, ">"]));
            out.push_str(&html(text));
            tags.iter().rev().for_each(|tag| out.extend(["</", tag, ">"]));
            out.push_str(if url.is_some() { "</a>" } else { "" });
            self.push(Piece::of(escaped(&out), text), border);
        }
        if let Some(long) = long {
            self.inlines.losses.add(LossKind::Style, "a long address is shown as text");
            if long != text {
                let words = Span::text(format!(" ({long})"));
                self.span(&words, Starts::Within, Border::Word);
            }
        }
    }

    fn mention(&mut self, id: &str, name: &str, border: Border) {
        let (text, entity) = mention(id, name);
        let mut piece = Piece::of(escaped(&text), name);
        piece.mentions.push(self.sheet.mention(Size::json(&entity) + Size::json(",")));
        self.people.push(entity);
        if self.sheet.takes(&piece) {
            return self.push(piece, border);
        }
        self.inlines.losses.add(LossKind::Mention, "shown as a name");
        self.span(&Span::text(format!("@{name}")), Starts::Within, border);
    }

    fn code(&mut self, text: &str) {
        let text = text.strip_suffix('\n').unwrap_or(text);
        let text = if text.trim().is_empty() { "\u{a0}" } else { text };
        let is_open = self.enter("<pre>", "", "</pre>");
        for text in split_text(text, self.most(AROUND_BYTES)) {
            let border = if text.ends_with('\n') { Border::Line } else { Border::Word };
            self.push(Piece::of(escaped(&html(text)), text), border);
        }
        self.sheet.clear_border();
        self.leave(is_open);
    }

    fn push(&mut self, piece: Piece, border: Border) {
        self.sheet.border(border);
        self.sheet.push(piece);
    }

    fn enter(&mut self, open: &str, between: &'static str, close: &'static str) -> bool {
        let frame = Frame { open: open.into(), between, close, ..Frame::default() };
        self.sheet.enter(frame, LEAST_PIECE)
    }

    fn leave(&mut self, is_open: bool) {
        if is_open {
            self.sheet.leave();
        }
    }

    /// How many characters certainly fit, with so many bytes around them.
    fn most(&self, around: usize) -> usize {
        let left = self.sheet.left();
        let bytes = left.bytes.min(left.units).saturating_sub(around) / CHAR_BYTES;
        PIECE_CHARS.min(bytes).min(left.chars).max(1)
    }
}

/// The tags of a look, outermost first.
fn tags(look: Look) -> Vec<&'static str> {
    [(look.bold, "b"), (look.italic, "i"), (look.strike, "s"), (look.code, "code")]
        .into_iter()
        .filter_map(|(is_so, tag)| is_so.then_some(tag))
        .collect()
}

/// Text in HTML, also between the quotes of an attribute.
pub(super) fn html(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            c => out.push(c),
        }
    }
    out
}

/// A text as it stands between the quotes of JSON.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    escape(text, &mut out);
    out
}
