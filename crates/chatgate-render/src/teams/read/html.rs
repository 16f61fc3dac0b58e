//! Teams' HTML as blocks.

use chatgate_core::{Block, Inline};
use url::Url;

use super::lines::trimmed;
use super::mentions::Mentions;
use super::tokens::{Token, attribute, decoded, tokens};
use super::tree::{Kind, Tree};
use crate::inlines::Look;
use crate::teams::limits::URL_CHARS;

/// What marks a mention and a quoted reply in Teams' HTML.
const MENTION: &str = "schema.skype.com/Mention";
const REPLY: &str = "schema.skype.com/Reply";

pub(super) fn read(html: &str, mentions: &Mentions) -> Vec<Block> {
    let mut reader = Reader {
        mentions,
        tree: Tree::new(),
        runs: Vec::new(),
        looks: Looks::default(),
        link: None,
        links: 0,
        heading: None,
        code: None,
        capture: None,
    };
    for token in tokens(html) {
        match token {
            Token::Text(text) => reader.text(text),
            Token::Open { name, attributes } => {
                reader.open(&name.to_ascii_lowercase(), attributes);
            }
            Token::Close { name } => reader.close(&name.to_ascii_lowercase()),
        }
    }
    reader.finish()
}

struct Reader<'m> {
    mentions: &'m Mentions,
    tree: Tree,
    /// The paragraph so far.
    runs: Vec<Run>,
    looks: Looks,
    /// The open link, with a number of its own.
    link: Option<(usize, Url)>,
    links: usize,
    heading: Option<u8>,
    /// The open code block.
    code: Option<Code>,
    /// The open mention.
    capture: Option<Capture>,
}

/// How many tags of each look are open.
#[derive(Default)]
struct Looks {
    bold: usize,
    italic: usize,
    strike: usize,
    code: usize,
}

struct Run {
    inline: Piece,
    look: Look,
    link: Option<(usize, Url)>,
}

enum Piece {
    Text(String),
    Other(Inline),
}

struct Code {
    language: Option<String>,
    text: String,
}

struct Capture {
    tag: &'static str,
    place: Option<usize>,
    text: String,
}

impl Reader<'_> {
    fn text(&mut self, text: &str) {
        let text = decoded(text);
        if let Some(capture) = &mut self.capture {
            capture.text.push_str(&text.replace('\u{a0}', " "));
        } else if let Some(code) = &mut self.code {
            code.text.push_str(&text.replace('\u{a0}', " "));
        } else {
            self.words(&text);
        }
    }

    /// Adds words: spaces and line ends in a row are one space, as in any HTML.
    fn words(&mut self, text: &str) {
        let mut out = String::with_capacity(text.len());
        let mut is_after_space = self.runs.last().is_none_or(|run| match &run.inline {
            Piece::Text(text) => text.ends_with(' '),
            Piece::Other(inline) => *inline == Inline::Break,
        });
        for c in text.chars() {
            let is_space = c.is_ascii_whitespace();
            if !(is_space && is_after_space) {
                out.push(if is_space || c == '\u{a0}' { ' ' } else { c });
            }
            is_after_space = is_space;
        }
        self.push(Piece::Text(out));
    }

    fn push(&mut self, inline: Piece) {
        let look = self.looks.look();
        let link = self.link.clone();
        if let (Piece::Text(text), Some(Run { inline: Piece::Text(last), look: same, link: to })) =
            (&inline, self.runs.last_mut())
            && *same == look
            && to.as_ref().map(|(number, _)| *number) == link.as_ref().map(|(number, _)| *number)
        {
            last.push_str(text);
            return;
        }
        if !matches!(&inline, Piece::Text(text) if text.is_empty()) {
            self.runs.push(Run { inline, look, link });
        }
    }

    fn open(&mut self, name: &str, attributes: &str) {
        if self.capture.is_some() {
            return;
        }
        let is = |mark: &str| attributes.contains(mark);
        match name {
            "br" => match &mut self.code {
                Some(code) => code.text.push('\n'),
                None => self.push(Piece::Other(Inline::Break)),
            },
            "at" => self.capture = Some(Capture::new("at", None)),
            "span" if is(MENTION) => {
                let place = attribute(attributes, "itemid").and_then(|it| it.parse().ok());
                self.capture = Some(Capture::new("span", place));
            }
            "img" | "emoji" => {
                if let Some(words) = attribute(attributes, "alt") {
                    self.words(&words);
                }
            }
            "pre" | "codeblock" => {
                self.flush();
                let language = attribute(attributes, "class").and_then(|class| {
                    let language =
                        class.split_whitespace().find_map(|it| it.strip_prefix("language-"));
                    language.map(str::to_owned)
                });
                self.code = Some(Code { language, text: String::new() });
            }
            "a" => {
                let href = attribute(attributes, "href").filter(|href| href.len() <= URL_CHARS);
                let url = href.and_then(|href| Url::parse(&href).ok());
                let url = url.filter(|url| matches!(url.scheme(), "http" | "https" | "mailto"));
                self.links += 1;
                self.link = url.map(|url| (self.links, url));
            }
            "hr" => {
                self.flush();
                self.tree.add(Block::Divider);
            }
            "blockquote" => self.nest(if is(REPLY) { Kind::Reply } else { Kind::Quote }),
            "ul" => self.nest(Kind::List { start: None }),
            "ol" => {
                let start = attribute(attributes, "start").and_then(|it| it.parse().ok());
                self.nest(Kind::List { start: Some(start.unwrap_or(1)) });
            }
            "li" => self.nest(Kind::Item),
            "table" => self.nest(Kind::Table),
            "tr" => self.nest(Kind::Row),
            "td" | "th" => self.nest(Kind::Cell),
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => {
                self.flush();
                self.heading = name.get(1..).and_then(|level| level.parse().ok());
            }
            "p" | "div" => self.flush(),
            _ => self.looks.change(name, |count| count.saturating_add(1)),
        }
    }

    fn close(&mut self, name: &str) {
        if let Some(capture) = self.capture.take_if(|capture| capture.tag == name) {
            return self.mention(capture);
        }
        if self.capture.is_some() {
            return;
        }
        match name {
            "pre" | "codeblock" => self.end_code(),
            "a" => self.link = None,
            "p" | "div" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => {
                self.flush();
                self.heading = None;
            }
            "blockquote" => self.end(|kind| matches!(kind, Kind::Quote | Kind::Reply)),
            "ul" | "ol" => self.end(|kind| matches!(kind, Kind::List { .. })),
            "li" => self.end(|kind| kind == Kind::Item),
            "table" => self.end(|kind| kind == Kind::Table),
            "tr" => self.end(|kind| kind == Kind::Row),
            "td" | "th" => self.end(|kind| kind == Kind::Cell),
            _ => self.looks.change(name, |count| count.saturating_sub(1)),
        }
    }

    fn mention(&mut self, capture: Capture) {
        match self.mentions.by_name(capture.place, &capture.text) {
            Some(mention) => self.push(Piece::Other(mention)),
            None => self.words(&capture.text),
        }
    }

    fn nest(&mut self, kind: Kind) {
        self.flush();
        self.tree.open(kind);
    }

    fn end(&mut self, is_kind: impl Fn(Kind) -> bool) {
        self.flush();
        self.tree.close(is_kind);
    }

    fn end_code(&mut self) {
        if let Some(Code { language, mut text }) = self.code.take() {
            text.push_str(if text.is_empty() || text.ends_with('\n') { "" } else { "\n" });
            self.tree.add(Block::Code { language, text });
        }
    }

    /// Ends the paragraph.
    fn flush(&mut self) {
        let text = trimmed(inlines(std::mem::take(&mut self.runs)));
        if text.is_empty() {
            return;
        }
        self.tree.add(match self.heading {
            Some(level) => Block::Heading { level, text },
            None => Block::Paragraph(text),
        });
    }

    fn finish(mut self) -> Vec<Block> {
        if let Some(capture) = self.capture.take() {
            self.mention(capture);
        }
        self.end_code();
        self.flush();
        self.tree.finish()
    }
}

impl Capture {
    fn new(tag: &'static str, place: Option<usize>) -> Self {
        Self { tag, place, text: String::new() }
    }
}

impl Looks {
    fn look(&self) -> Look {
        let Self { bold, italic, strike, code } = *self;
        Look { bold: bold > 0, italic: italic > 0, strike: strike > 0, code: code > 0 }
    }

    fn change(&mut self, name: &str, change: fn(usize) -> usize) {
        let count = match name {
            "b" | "strong" => &mut self.bold,
            "i" | "em" => &mut self.italic,
            "s" | "strike" | "del" => &mut self.strike,
            "code" => &mut self.code,
            _ => return,
        };
        *count = change(*count);
    }
}

/// Runs as inlines: those of one link together.
fn inlines(runs: Vec<Run>) -> Vec<Inline> {
    let mut out = Vec::with_capacity(runs.len());
    let mut number = None;
    for Run { inline, look, link } in runs {
        let inline = match inline {
            Piece::Text(text) => dressed(text, look),
            Piece::Other(inline) => inline,
        };
        let Some((of, url)) = link else {
            number = None;
            out.push(inline);
            continue;
        };
        match out.last_mut() {
            Some(Inline::Link { label, .. }) if number == Some(of) => label.push(inline),
            _ => out.push(Inline::Link { url, label: vec![inline] }),
        }
        number = Some(of);
    }
    for inline in &mut out {
        // A label that is the address itself is none.
        if let Inline::Link { url, label } = inline
            && matches!(label.as_slice(), [Inline::Text(text)] if text == url.as_str())
        {
            label.clear();
        }
    }
    out
}

fn dressed(text: String, look: Look) -> Inline {
    let mut inline = if look.code { Inline::Code(text) } else { Inline::Text(text) };
    if look.strike {
        inline = Inline::Strike(vec![inline]);
    }
    if look.italic {
        inline = Inline::Italic(vec![inline]);
    }
    if look.bold {
        inline = Inline::Bold(vec![inline]);
    }
    inline
}
