//! Content taken apart into the elements of a card.

use std::marker::PhantomData;

use chatgate_core::{
    Block, Capabilities, Content, Feature, Image, Inline, Level, LossKind, Native, Platform, Step,
    StepState, Surface,
};
use serde_json::Value;

use super::inline::Inlines;
use super::json::quote;
use super::limits::{LEAST_PIECE, NESTED, URL_CHARS};
use super::line::Tone;
use super::sheet::{Border, Frame, Piece, Sheet};
use super::size::Size;
use super::span::{Span, behind, is_blank};
use crate::MAX_DEPTH;
use crate::inlines::{Look, SayInlines as _};
use crate::{Losses, sanitise, sanitise_line};

pub(super) struct Builder<'a, 'l> {
    pub(super) sheet: Sheet,
    pub(super) inlines: Inlines<'l>,
    /// The people that are mentioned, each as an entity of a card.
    pub(super) people: Vec<String>,
    /// How many elements carry a seal so far.
    pub(super) elements: usize,
    /// How many things have been given an id so far.
    pub(super) ids: usize,
    /// Whether a card is easier to read as wide as the window.
    pub(super) is_wide: bool,
    pub(super) options: Options,
    pub(super) gap: Gap,
    content: PhantomData<&'a Content>,
}

/// What a card may have.
#[derive(Clone, Copy, Debug)]
pub(super) struct Options {
    /// Buttons that run actions.
    pub(super) acts: bool,
    /// Things that fold, which Teams does by itself.
    pub(super) folds: bool,
    /// Teams' own code blocks.
    pub(super) code_blocks: bool,
}

/// What stands above an element.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Gap {
    #[default]
    Usual,
    Small,
    None,
    Line,
}

impl Options {
    pub(super) fn new(surface: Surface, capabilities: &Capabilities, code_blocks: bool) -> Self {
        // A workflow's card has nobody to run an action; an outgoing webhook's opens addresses only.
        let acts = surface != Surface::Webhook && capabilities.can(Feature::Actions);
        Self { acts, folds: acts || surface != Surface::Answer, code_blocks }
    }
}

impl<'a, 'l> Builder<'a, 'l> {
    pub(super) fn new(
        capabilities: &'l Capabilities,
        options: Options,
        room: Size,
        losses: &'l mut Losses,
    ) -> Self {
        Self {
            sheet: Sheet::new(",", room),
            inlines: Inlines { losses, capabilities },
            people: Vec::new(),
            elements: 0,
            ids: 0,
            is_wide: false,
            options,
            gap: Gap::Usual,
            content: PhantomData,
        }
    }

    pub(super) fn loss(&mut self, kind: LossKind, instead: &'static str) {
        self.inlines.losses.add(kind, instead);
    }

    pub(super) fn can(&self, feature: Feature) -> bool {
        self.inlines.capabilities.can(feature)
    }

    /// Takes blocks apart, one below the other.
    pub(super) fn blocks(&mut self, blocks: &'a [Block], depth: usize) {
        if depth > MAX_DEPTH {
            self.loss(LossKind::Depth, "blocks nested deeper are left out");
            return self.text(vec![Span::text("…")], Tone::Usual);
        }
        let mut above: Option<&Block> = None;
        for block in blocks {
            let belongs = matches!(block, Block::Actions(_) | Block::Context(_));
            self.sheet.border(match (above, belongs) {
                (Some(Block::Heading { .. }), _) => Border::Word,
                (_, true) => Border::Line,
                _ => Border::Block,
            });
            self.block(block, depth);
            above = Some(block);
        }
    }

    fn block(&mut self, block: &'a Block, depth: usize) {
        match block {
            Block::Heading { level, text } => {
                let spans = self.inlines.spans(text, Look::default());
                self.text(spans, Tone::heading(*level));
            }
            Block::Paragraph(text) => {
                let spans = self.inlines.spans(text, Look::default());
                self.text(spans, Tone::Usual);
            }
            Block::List(list) => self.list(list, depth),
            Block::Quote(blocks) => {
                let is_open = self.boxed("emphasis");
                self.blocks(blocks, depth + 1);
                self.leave(is_open);
            }
            Block::Code { language, text } => self.code(language.as_deref(), &sanitise(text)),
            Block::Divider => self.gap = Gap::Line,
            Block::Table(table) => self.table(table),
            Block::Fields(fields) => self.fields(fields),
            Block::Image(image) => self.image(image),
            Block::Status { level, text } => self.status(*level, text),
            Block::Progress(steps) => self.progress(steps),
            Block::Detail { summary, blocks } => self.detail(summary, blocks, depth),
            Block::Context(text) => {
                let spans = self.inlines.spans(text, Look::default());
                self.gap_unless_line(Gap::Small);
                self.text(spans, Tone::Small);
            }
            Block::Actions(elements) => self.actions(elements),
            Block::Native(native) => self.native(native, depth),
            other => {
                self.loss(LossKind::Unknown, "an unknown block is shown by its words");
                let words = Content::from(other.clone()).plain_text();
                self.text(vec![Span::text(sanitise(&words).into_owned())], Tone::Usual);
            }
        }
    }

    /// What opens an element: its type, and what stands above it.
    pub(super) fn tag(&mut self, kind: &str) -> String {
        let above = match std::mem::take(&mut self.gap) {
            Gap::Usual => "",
            Gap::Small => ",\"spacing\":\"Small\"",
            Gap::None => ",\"spacing\":\"None\"",
            Gap::Line => ",\"separator\":true,\"spacing\":\"Medium\"",
        };
        format!("{{\"type\":\"{kind}\"{above}")
    }

    /// Sets what stands above the next element, unless a line does.
    pub(super) fn gap_unless_line(&mut self, gap: Gap) {
        if self.gap != Gap::Line {
            self.gap = gap;
        }
    }

    /// Opens a frame with room for a piece, if there is room.
    pub(super) fn enter(&mut self, frame: Frame) -> bool {
        let is_too_deep = frame.is_nested && self.sheet.nested() >= NESTED;
        if is_too_deep {
            self.loss(LossKind::Depth, "what is nested deeper is no longer set in");
        }
        !is_too_deep && self.sheet.enter(frame, LEAST_PIECE)
    }

    pub(super) fn leave(&mut self, is_open: bool) {
        if is_open {
            self.sheet.leave();
        }
    }

    /// Opens a box of a style.
    pub(super) fn boxed(&mut self, style: &str) -> bool {
        let gap = self.gap;
        let tag = self.tag("Container");
        let open = format!("{tag},\"style\":\"{style}\",\"items\":[");
        let frame = Frame { open, close: "]}", between: ",", is_nested: true, ..Frame::default() };
        let is_open = self.enter(frame);
        if !is_open {
            self.gap = gap;
        }
        is_open
    }

    /// Adds an element, if it fits.
    pub(super) fn element(&mut self, json: String, shows: Size) -> bool {
        let piece = Piece { json, shows, mentions: Vec::new() };
        let fits = self.sheet.takes(&piece);
        if fits {
            self.sheet.push(piece);
        }
        fits
    }

    /// An id that nothing else in the message has.
    pub(super) fn id(&mut self) -> String {
        self.ids += 1;
        format!("chatgate-{}", self.ids)
    }

    fn status(&mut self, level: Level, text: &'a [Inline]) {
        let (style, sign) = match level {
            Level::Success => ("good", "✅ "),
            Level::Warning => ("warning", "⚠️ "),
            Level::Error => ("attention", "❌ "),
            _ => ("accent", "ℹ️ "),
        };
        let spans = behind(sign, Look::BOLD, self.inlines.spans(text, Look::BOLD));
        let is_open = self.boxed(style);
        self.text(spans, Tone::Usual);
        self.leave(is_open);
    }

    fn progress(&mut self, steps: &'a [Step]) {
        for (index, step) in steps.iter().enumerate() {
            let (sign, look) = match step.state {
                StepState::Running => ("▶️ ", Look::BOLD),
                StepState::Done => ("✅ ", Look::default()),
                StepState::Failed => ("❌ ", Look::BOLD),
                StepState::Skipped => ("➖ ", Look::default()),
                _ => ("⚪ ", Look::default()),
            };
            if index > 0 {
                self.gap_unless_line(Gap::Small);
            }
            let words = Span::Text { text: sanitise(&step.text), look };
            self.text(behind(sign, Look::default(), vec![words]), Tone::Usual);
        }
    }

    fn image(&mut self, image: &'a Image) {
        let title = image.title.as_deref().map(sanitise_line).filter(|it| !it.trim().is_empty());
        let alt = sanitise_line(&image.alt);
        if let Some(title) = title {
            self.text(vec![Span::bold(title)], Tone::Usual);
            self.gap_unless_line(Gap::Small);
            self.sheet.set_border(Border::Word);
        }
        let url = image.url.as_str();
        if image.url.scheme() == "https" && url.len() <= URL_CHARS && self.can(Feature::Images) {
            let mut json = self.tag("Image");
            json.push_str(",\"url\":");
            quote(url, &mut json);
            json.push_str(",\"altText\":");
            quote(&alt, &mut json);
            json.push('}');
            let shows = Size::default().with_chars(alt.chars().count());
            if self.element(json, shows) {
                return;
            }
        }
        self.loss(LossKind::Image, "a picture is shown by its words and address");
        let mut spans = Vec::new();
        self.inlines.add_link(&image.url, vec![Span::text(alt)], Look::default(), &mut spans);
        self.text(spans, Tone::Usual);
    }

    /// Something folded away behind a line: Teams unfolds it by itself.
    fn detail(&mut self, summary: &'a [Inline], blocks: &'a [Block], depth: usize) {
        let is_open = self.options.folds && self.folded(summary);
        if !is_open {
            self.loss(LossKind::Detail, "shown unfolded");
            let spans = behind("▾ ", Look::BOLD, self.inlines.spans(summary, Look::BOLD));
            self.text(spans, Tone::Usual);
            self.sheet.set_border(Border::Word);
        }
        let before = self.sheet.len();
        self.blocks(blocks, depth + 1);
        if is_open && self.sheet.len() == before {
            self.blank();
        }
        self.leave(is_open);
    }

    /// Adds a line with nothing to see, for what would not be shown without one.
    pub(super) fn blank(&mut self) {
        let line = "{\"type\":\"RichTextBlock\",\"inlines\":[\" \"]}".to_owned();
        self.element(line, Size::default().with_chars(1));
    }

    /// Teams' own elements as they are; what every platform shows where they are none.
    fn native(&mut self, native: &'a Native, depth: usize) {
        if native.platform == Platform::teams() {
            let elements = match &native.payload {
                Value::Array(items) => items.as_slice(),
                other => std::slice::from_ref(other),
            };
            let pieces: Option<Vec<_>> = elements.iter().map(native_piece).collect();
            if let Some(pieces) = pieces
                && pieces.iter().all(|piece| self.sheet.takes(piece))
                && !pieces.is_empty()
            {
                return pieces.into_iter().for_each(|piece| self.sheet.push(piece));
            }
            self.loss(LossKind::Unknown, "a native element that Teams refuses is shown otherwise");
        }
        self.blocks(&native.fallback, depth + 1);
    }

    /// Adds text that is left out where there is nothing to see.
    pub(super) fn text(&mut self, spans: Vec<Span<'a>>, tone: Tone) {
        if !is_blank(&spans) {
            self.lines(spans, tone);
        }
    }
}

/// One of Teams' own elements; `None` for what is none. All its strings are counted as text.
fn native_piece(payload: &Value) -> Option<Piece> {
    payload.as_object()?.get("type")?.as_str()?;
    let json = serde_json::to_string(payload).ok()?;
    let mut shows = Size::default();
    count(payload, &mut shows);
    Some(Piece { json, shows, mentions: Vec::new() })
}

/// `serde_json` reads no value nested deeper than 128 levels, so this ends.
fn count(value: &Value, size: &mut Size) {
    match value {
        Value::String(text) => size.chars += text.chars().count(),
        Value::Array(items) => items.iter().for_each(|item| count(item, size)),
        Value::Object(map) => {
            let kind = map.get("type").and_then(Value::as_str).unwrap_or_default();
            size.actions += usize::from(kind == "Action.Execute" || kind == "Action.Submit");
            map.values().for_each(|value| count(value, size));
        }
        _ => {}
    }
}
