//! Lines of text: in rich text blocks, where Teams reads no markup at all, and in text blocks only
//! where a mention or a heading needs one.

use chatgate_core::LossKind;

use super::build::{Builder, Gap};
use super::inline::mention;
use super::json::{escape, quote};
use super::limits::PIECE_CHARS;
use super::markdown::{self, Starts, is_tame};
use super::sheet::{Border, Frame, Piece};
use super::size::Size;
use super::span::{Span, is_blank, lines};
use crate::inlines::Look;
use crate::split_text;

/// At most what stands around the text of a run, without an address.
const RUN_BYTES: usize = 190;

/// At most what stands around a piece of Markdown.
const MARK_BYTES: usize = 16;

/// Room for a line that is measured as a whole.
const NO_END: Size = Size {
    bytes: usize::MAX,
    units: usize::MAX,
    chars: usize::MAX,
    blocks: usize::MAX,
    actions: usize::MAX,
};

/// How a line looks as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tone {
    Usual,
    /// Small print.
    Small,
    /// The first level, the second, all others.
    Large,
    Medium,
    Strong,
}

/// What a line stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Carrier {
    /// Runs, in which Teams reads no markup.
    Rich,
    /// Markdown.
    Text,
}

impl Tone {
    pub(super) fn heading(level: u8) -> Self {
        match level {
            0 | 1 => Self::Large,
            2 => Self::Medium,
            _ => Self::Strong,
        }
    }

    fn is_heading(self) -> bool {
        matches!(self, Self::Large | Self::Medium | Self::Strong)
    }

    /// The properties of a run or a text block.
    fn properties(self) -> &'static str {
        match self {
            Self::Usual => "",
            Self::Small => ",\"size\":\"Small\",\"isSubtle\":true",
            // The style of a heading is as large as "Large" in Teams (18 pixels; "Medium" is as large as
            // text), so each says its own size.
            Self::Large => ",\"size\":\"ExtraLarge\",\"weight\":\"Bolder\"",
            Self::Medium => ",\"size\":\"Large\",\"weight\":\"Bolder\"",
            Self::Strong => ",\"size\":\"Medium\",\"weight\":\"Bolder\"",
        }
    }
}

impl<'a> Builder<'a, '_> {
    /// Adds lines, close to each other; a blank one is a gap.
    pub(super) fn lines(&mut self, spans: Vec<Span<'a>>, tone: Tone) {
        let mut gap = None;
        for line in lines(spans) {
            if is_blank(&line) {
                gap = gap.map(|_| Gap::Usual);
                continue;
            }
            if let Some(gap) = gap {
                self.gap_unless_line(gap);
            }
            self.line(&line, tone);
            self.sheet.border(Border::Line);
            gap = Some(Gap::None);
        }
        self.sheet.clear_border();
    }

    fn line(&mut self, line: &[Span<'a>], tone: Tone) {
        let carrier = carrier(line, tone);
        let tag = self.tag(carrier.kind());
        let (close, between) = carrier.ends();
        let frame = Frame { open: carrier.open(&tag, tone), close, between, ..Frame::default() };
        if !self.enter(frame) {
            // All frames leave room for a line.
            return self.loss(LossKind::Cut, "left out: no room for a line");
        }
        let room = self.sheet.left();
        for piece in self.pieces(line, tone, carrier, room) {
            self.sheet.border(Border::Word);
            self.sheet.push(piece);
        }
        self.sheet.leave();
    }

    /// A line as one element that is not parted, with its mentions.
    pub(super) fn whole_line(&mut self, tag: &str, line: &[Span<'a>], tone: Tone) -> Piece {
        let carrier = carrier(line, tone);
        let (close, between) = carrier.ends();
        let pieces = self.pieces(line, tone, carrier, NO_END);
        let mut whole = Piece { json: carrier.open(tag, tone), ..Piece::default() };
        if pieces.is_empty() {
            whole.json.push_str(if carrier == Carrier::Rich { "\" \"" } else { " " });
            whole.shows.chars += 1;
        }
        for (index, piece) in pieces.into_iter().enumerate() {
            if index > 0 {
                whole.json.push_str(between);
            }
            whole.add(piece);
        }
        whole.json.push_str(close);
        whole
    }

    /// A line in Markdown, for the value of a fact.
    pub(super) fn marked_line(&mut self, line: &[Span<'a>]) -> Piece {
        let mut whole = Piece::default();
        for piece in self.pieces(line, Tone::Usual, Carrier::Text, NO_END) {
            whole.add(piece);
        }
        whole
    }

    fn pieces(
        &mut self,
        line: &[Span<'a>],
        tone: Tone,
        carrier: Carrier,
        room: Size,
    ) -> Vec<Piece> {
        let mut out = Vec::new();
        for (index, span) in line.iter().enumerate() {
            match carrier {
                Carrier::Rich => self.runs(span, tone, room, &mut out),
                Carrier::Text => self.marked(line, index, room, &mut out),
            }
        }
        out
    }

    /// Adds a span as runs that are short enough to be parted.
    fn runs(&mut self, span: &Span<'_>, tone: Tone, room: Size, out: &mut Vec<Piece>) {
        let (text, look, url) = match span {
            Span::Text { text, look } => (text.as_ref(), *look, None),
            Span::Link { text, look, url } => (text.as_ref(), *look, Some(url.as_ref())),
            Span::Mention { name, .. } => (name.as_str(), Look::default(), None),
        };
        // An address that leaves too little room for its text is text.
        let (url, long) = match url {
            Some(url) if url.len() > room.bytes.min(room.units) / 2 => (None, Some(url)),
            url => (url, None),
        };
        let around = RUN_BYTES + url.map_or(0, str::len);
        for text in split_text(text, most_chars(room, around, PIECE_CHARS)) {
            for text in without_dates(text) {
                out.push(Piece::of(run(text, look, tone, url), text));
            }
        }
        if let Some(long) = long {
            self.loss(LossKind::Style, "a long address is shown as text");
            if long != text {
                self.runs(&Span::text(format!(" ({long})")), tone, room, out);
            }
        }
    }

    /// Adds a span of a line that Teams reads as Markdown, escaped.
    fn marked(&mut self, line: &[Span<'a>], index: usize, room: Size, out: &mut Vec<Piece>) {
        let starts = if out.is_empty() { Starts::Line } else { Starts::Within };
        match line.get(index) {
            Some(Span::Text { text, look }) => {
                let mark = self.mark(*look, line, index);
                markdown_pieces(text, mark, starts, room, out);
            }
            Some(Span::Link { url, text, .. }) if is_short(url, text, room) => {
                if let Some(before) = out.last_mut().filter(|piece| piece.json.ends_with('!')) {
                    // The link would be a picture.
                    before.json.pop();
                    before.json.push_str("\\\\!");
                }
                let mut said = String::from("[");
                markdown::escape(text, Starts::Within, &mut said);
                said.extend(["](", url, ")"]);
                out.push(Piece::of(escaped(&said), text));
            }
            Some(Span::Link { url, text, .. }) => {
                self.loss(LossKind::Style, "beside a mention a link is shown as text");
                markdown_pieces(text, "", starts, room, out);
                if text != url {
                    markdown_pieces(&format!(" ({url})"), "", Starts::Within, room, out);
                }
            }
            Some(Span::Mention { id, name }) => {
                let piece = self.mention(id, name);
                if self.sheet.takes(&piece) {
                    return out.push(piece);
                }
                self.loss(LossKind::Mention, "shown as a name");
                markdown_pieces(name, "", starts, room, out);
            }
            None => {}
        }
    }

    /// The marker around text, where it stands alone between spaces.
    fn mark(&mut self, look: Look, line: &[Span<'_>], index: usize) -> &'static str {
        if look.is_plain() {
            return "";
        }
        let is_free = |span: Option<&Span<'_>>, is_space: fn(&str) -> bool| match span {
            None => true,
            Some(Span::Text { text, look }) => look.is_plain() && is_space(text),
            Some(_) => false,
        };
        let before = index.checked_sub(1).and_then(|before| line.get(before));
        let free = is_free(before, |text| text.ends_with(' '))
            && is_free(line.get(index + 1), |text| text.starts_with(' '));
        let words = line.get(index).map_or("", Span::words);
        let is_word = words.trim() == words && words.len() <= PIECE_CHARS / 4;
        let mark = match look {
            Look { bold: true, italic: false, strike: false, code: false } => "**",
            Look { bold: false, italic: true, strike: false, code: false } => "_",
            _ => "",
        };
        if !mark.is_empty()
            && free
            && is_word
            && words.starts_with(char::is_alphanumeric)
            && words.ends_with(char::is_alphanumeric)
        {
            return mark;
        }
        self.loss(LossKind::Style, "beside a mention a style is left out");
        ""
    }

    fn mention(&mut self, id: &str, name: &str) -> Piece {
        let (text, entity) = mention(id, name);
        let mut piece = Piece::of(escaped(&text), name);
        piece.mentions.push(self.sheet.mention(Size::json(&entity) + Size::json(",")));
        self.people.push(entity);
        piece
    }
}

impl Carrier {
    fn kind(self) -> &'static str {
        match self {
            Self::Rich => "RichTextBlock",
            Self::Text => "TextBlock",
        }
    }

    fn open(self, tag: &str, tone: Tone) -> String {
        match self {
            Self::Rich => format!("{tag},\"inlines\":["),
            Self::Text => {
                let style = if tone.is_heading() { ",\"style\":\"heading\"" } else { "" };
                format!("{tag},\"wrap\":true{style}{},\"text\":\"", tone.properties())
            }
        }
    }

    /// What closes it, and what stands between two of its pieces.
    fn ends(self) -> (&'static str, &'static str) {
        match self {
            Self::Rich => ("]}", ","),
            Self::Text => ("\"}", ""),
        }
    }
}

/// The type of the element that [`Builder::whole_line`] will make.
pub(super) fn kind(line: &[Span<'_>], tone: Tone) -> &'static str {
    carrier(line, tone).kind()
}

/// Runs, but for a mention, and for a heading that needs nothing escaped: screen readers know it then.
fn carrier(line: &[Span<'_>], tone: Tone) -> Carrier {
    let is_heading = tone.is_heading()
        && matches!(line, [Span::Text { text, look }] if look.is_plain() && is_tame(text));
    if is_heading || line.iter().any(|span| matches!(span, Span::Mention { .. })) {
        Carrier::Text
    } else {
        Carrier::Rich
    }
}

/// How many characters certainly fit, with so many bytes around them. A character takes four bytes in
/// UTF-8 and two units in UTF-16 at most; one that is escaped two of each.
pub(super) fn most_chars(room: Size, around: usize, most: usize) -> usize {
    let bytes = room.bytes.saturating_sub(around) / 4;
    let units = room.units.saturating_sub(around) / 2;
    most.min(bytes).min(units).min(room.chars).max(1)
}

/// Whether a link in Markdown is short enough for one piece, and its address ends where it should.
fn is_short(url: &str, text: &str, room: Size) -> bool {
    !url.contains(['(', ')', '<', '>', ' ', '\\', '|'])
        && text.chars().count() <= PIECE_CHARS.min(room.chars)
        && url.len() + 10 * text.len() + MARK_BYTES <= room.bytes.min(room.units)
}

/// Text as Markdown that is short enough to be parted.
fn markdown_pieces(text: &str, mark: &str, starts: Starts, room: Size, out: &mut Vec<Piece>) {
    // Spaces at the start could make the line code.
    let text = if starts == Starts::Line { text.trim_start() } else { text };
    // Escaping makes five characters of one.
    let most =
        most_chars(room, MARK_BYTES, PIECE_CHARS).min(room.bytes.min(room.units) / 10).max(1);
    for text in split_text(text, most) {
        let mut said = String::from(mark);
        // Any piece may come to be the first of a part.
        let inner = if let Some(code) = text.strip_prefix("    ") {
            said.push_str("\u{a0}   ");
            code
        } else {
            text
        };
        markdown::escape(inner, Starts::Line, &mut said);
        said.push_str(mark);
        out.push(Piece::of(escaped(&said), text));
    }
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    escape(text, &mut out);
    out
}

/// Text parted between two braces that would open a date: Teams reads those even in runs.
pub(super) fn without_dates(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let text = rest.take()?;
        let date = ["{{DATE(", "{{TIME("].iter().filter_map(|it| text.find(it)).min();
        let (piece, tail) = date.map_or((text, None), |at| {
            let (piece, tail) = text.split_at(at + 1);
            (piece, Some(tail))
        });
        rest = tail;
        Some(piece)
    })
}

/// A line as runs that are not parted.
pub(super) fn runs(text: &str, look: Look) -> String {
    let runs: Vec<_> = without_dates(text).map(|text| run(text, look, Tone::Usual, None)).collect();
    runs.join(",")
}

/// A line of small print as runs that are not parted.
pub(super) fn small_runs(text: &str) -> String {
    let runs: Vec<_> =
        without_dates(text).map(|text| run(text, Look::default(), Tone::Small, None)).collect();
    runs.join(",")
}

/// A run of text: only its words where it looks as usual.
pub(super) fn run(text: &str, look: Look, tone: Tone, url: Option<&str>) -> String {
    let mut out = String::with_capacity(text.len() + 64);
    if look.is_plain() && tone == Tone::Usual && url.is_none() {
        quote(text, &mut out);
        return out;
    }
    out.push_str("{\"type\":\"TextRun\",\"text\":");
    quote(text, &mut out);
    out.push_str(tone.properties());
    for (is_so, property) in [
        (look.bold && !tone.is_heading(), ",\"weight\":\"Bolder\""),
        (look.italic, ",\"italic\":true"),
        (look.strike, ",\"strikethrough\":true"),
        (look.code, ",\"fontType\":\"Monospace\""),
    ] {
        if is_so {
            out.push_str(property);
        }
    }
    if let Some(url) = url {
        out.push_str(",\"selectAction\":{\"type\":\"Action.OpenUrl\",\"url\":");
        quote(url, &mut out);
        out.push('}');
    }
    out.push('}');
    out
}
