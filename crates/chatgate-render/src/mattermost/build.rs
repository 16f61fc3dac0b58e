//! Content taken apart into pieces that fit.

use std::borrow::Cow;

use chatgate_core::{
    Block, Capabilities, Content, Feature, Field, Image, Inline, Level, LossKind, Native, Platform,
    Step, StepState,
};
use serde_json::Value;

use super::atom::{Atom, Border, Container, Head, Join, Kind, Slot};
use super::cut::{code_line, cut};
use super::escape::{self, JOINER};
use super::limits::{FALLBACK_CHARS, FIELD_CHARS, FOOTER_CHARS, SHORT_FIELD_CHARS};
use super::line::{Within, markdown};
use super::size::{Room, Size};
use super::span::{Span, is_blank, push_text, words};
use crate::MAX_DEPTH;
use crate::inlines::{Look, SayInlines as _};
use crate::link::address;
use crate::{Losses, sanitise, sanitise_line, split_text};

/// What an attachment takes in JSON around its texts.
pub(super) const CARD_BYTES: usize = 110;
/// What a field takes.
const FIELD_BYTES: usize = 48;
/// The longest number that begins an item (CommonMark 0.31, 5.2).
const MOST_NUMBER: u32 = 999_999_999;

pub(super) struct Builder<'a, 'l> {
    pub(super) losses: &'l mut Losses,
    pub(super) room: Room,
    pub(super) atoms: Vec<Atom<'a>>,
    pub(super) tables: Vec<Head>,
    pub(super) cards: Vec<Card>,
    pub(super) containers: Vec<Container>,
    /// How many actions there are so far: what their ids are made of.
    pub(super) actions: usize,
    /// Whether what comes next comes in an attachment of its own if nothing is open.
    pub(super) may_open: bool,
    pub(super) slack_parsed: bool,
    capabilities: &'l Capabilities,
    inside: Vec<usize>,
    card: Option<usize>,
    slot: Slot,
    pub(super) join: Join,
    border: Border,
    block: usize,
}

/// What an attachment is, wherever parts of it come.
#[derive(Clone, Debug)]
pub(super) struct Card {
    pub(super) color: Option<&'static str>,
    /// What a notification says of it.
    pub(super) fallback: String,
}

impl<'a, 'l> Builder<'a, 'l> {
    pub(super) fn new(
        capabilities: &'l Capabilities,
        room: Room,
        slack_parsed: bool,
        losses: &'l mut Losses,
    ) -> Self {
        Self {
            losses,
            room,
            atoms: Vec::new(),
            tables: Vec::new(),
            cards: Vec::new(),
            containers: Vec::new(),
            actions: 0,
            may_open: false,
            slack_parsed,
            capabilities,
            inside: Vec::new(),
            card: None,
            slot: Slot::Text,
            join: Join::BlankLine,
            border: Border::Block,
            block: 0,
        }
    }

    pub(super) fn can(&self, feature: Feature) -> bool {
        self.capabilities.can(feature)
    }

    /// Takes blocks apart, one below the other.
    pub(super) fn blocks(&mut self, blocks: &'a [Block], depth: usize) {
        if depth > MAX_DEPTH {
            self.losses.add(LossKind::Depth, "blocks nested deeper are left out");
            return self.text(vec![Span::text("…")]);
        }
        // Behind this there is nothing that reads better in the post than in an attachment.
        let text = blocks.iter().rposition(|block| !is_card(block)).map_or(0, |at| at + 1);
        let mut above: Option<&Block> = None;
        for (index, block) in blocks.iter().enumerate() {
            if self.is_standalone() {
                self.block += 1;
                self.may_open = index >= text;
                self.join = Join::BlankLine;
                let keep = matches!(above, Some(Block::Heading { .. }));
                let belongs = matches!(block, Block::Actions(_) | Block::Context(_));
                self.border = match (keep, belongs) {
                    (true, _) => Border::Word,
                    (_, true) => Border::Line,
                    _ => Border::Block,
                };
            } else if index > 0 {
                self.join = if follows_text(block) { Join::Line } else { Join::BlankLine };
            }
            if is_one_list(above, block) {
                // Nothing but a paragraph parts two lists.
                self.push_lines(JOINER.to_string(), false);
                self.join = Join::BlankLine;
            }
            self.block(block, depth);
            above = Some(block);
        }
    }

    fn block(&mut self, block: &'a Block, depth: usize) {
        match block {
            Block::Heading { level, text } => self.heading(*level, text),
            Block::Paragraph(text) => {
                let spans = self.spans(text, Look::default());
                self.text(spans);
            }
            Block::List(list) => self.list(list, depth),
            Block::Quote(blocks) => self.quote(blocks, depth),
            Block::Code { language, text } => self.code(language.as_deref(), &sanitise(text)),
            Block::Divider => self.divider(),
            Block::Table(table) => self.table(table),
            Block::Fields(fields) => self.fields(fields),
            Block::Image(image) => self.image(image),
            Block::Status { level, text } => self.status(*level, text),
            Block::Progress(steps) => self.progress(steps),
            Block::Detail { summary, blocks } => self.detail(summary, blocks, depth),
            Block::Context(text) => self.context(text),
            Block::Actions(elements) => self.elements(elements),
            Block::Native(native) => self.native(native, depth),
            other => {
                self.losses.add(LossKind::Unknown, "an unknown block is shown by its words");
                let words = Content::from(other.clone()).plain_text();
                self.text(vec![Span::text(sanitise(&words).into_owned())]);
            }
        }
    }

    /// Whether a block stands for itself, in no list and no quote.
    pub(super) fn is_standalone(&self) -> bool {
        self.inside.is_empty()
    }

    pub(super) fn is_in_item(&self) -> bool {
        self.inside.iter().any(|at| self.containers.get(*at).is_some_and(|it| it.mark.is_some()))
    }

    /// Adds lines of text, below what is there.
    pub(super) fn text(&mut self, spans: Vec<Span<'a>>) {
        self.marked_text("", spans);
    }

    /// The same, with Markdown before the first line.
    fn marked_text(&mut self, mark: &str, spans: Vec<Span<'a>>) {
        if is_blank(&spans) && mark.is_empty() {
            return;
        }
        let notifies = spans.iter().any(Span::notifies);
        let text = format!("{mark}{}", markdown(&spans, Within::Lines, self.slack_parsed));
        if self.takes(self.lines_size(&text)) {
            self.push_lines(text, notifies);
            return self.remember(&spans);
        }
        let width = self.width();
        let limit = self.room.part.minus(self.opening()).minus(Size::text(mark));
        for (index, spans) in cut(spans, limit, width).into_iter().enumerate() {
            if index > 0 {
                self.border = Border::Word;
                self.join = Join::Line;
            }
            let notifies = spans.iter().any(Span::notifies);
            let text = markdown(&spans, Within::Lines, self.slack_parsed);
            let mark = if index == 0 { mark } else { "" };
            self.push_lines(format!("{mark}{text}"), notifies);
            self.remember(&spans);
        }
    }

    /// What the first words of an attachment are, for notifications.
    pub(super) fn remember(&mut self, spans: &[Span<'_>]) {
        if let Some(card) = self.card.and_then(|card| self.cards.get_mut(card))
            && card.fallback.is_empty()
        {
            // The sign of a status says nothing in a line of plain text.
            let text = spans.iter().filter(|span| !span.is_emoji()).map(Span::words);
            card.remember(&text.collect::<String>(), self.room);
        }
    }

    pub(super) fn push_lines(&mut self, text: String, notifies: bool) {
        let size = self.lines_size(&text);
        self.push(Kind::Text(text), size, notifies);
    }

    /// What lines take, with all that stands before them.
    fn lines_size(&self, text: &str) -> Size {
        let width = self.width();
        let before = if width > 0 { width * (text.matches('\n').count() + 1) } else { 0 };
        Size::text(text) + Size { chars: before, bytes: before, ..Size::default() }
    }

    /// How many characters stand before each line.
    pub(super) fn width(&self) -> usize {
        let widths = self.inside.iter().filter_map(|at| self.containers.get(*at));
        widths.map(Container::width).sum()
    }

    /// Adds a piece.
    pub(super) fn push(&mut self, kind: Kind<'a>, size: Size, notifies: bool) {
        let slot = kind.slot();
        match self.card {
            None if slot == Slot::Text => {}
            None => self.open_card(None),
            Some(card) => {
                let is_full = matches!(slot, Slot::Footer | Slot::Whole) && slot == self.slot;
                if slot < self.slot || is_full || slot == Slot::Whole && self.slot > Slot::Text {
                    let color = self.cards.get(card).and_then(|card| card.color);
                    self.open_card(color);
                }
            }
        }
        self.slot = slot;
        let index = self.atoms.len();
        for at in &self.inside {
            if let Some(container) = self.containers.get_mut(*at) {
                container.first.get_or_insert(index);
            }
        }
        self.atoms.push(Atom {
            kind,
            card: self.card,
            inside: self.inside.clone(),
            join: self.join,
            border: self.border,
            size,
            block: self.block,
            notifies,
        });
        self.border = Border::Line;
        self.join = Join::Line;
    }

    fn open_card(&mut self, color: Option<&'static str>) {
        self.card = Some(self.cards.len());
        self.slot = Slot::Text;
        self.cards.push(Card { color, fallback: String::new() });
    }

    /// What opening an attachment takes, if one is open or will be.
    fn opening(&self) -> Size {
        let fallback = FALLBACK_CHARS * 4;
        let bytes = CARD_BYTES + fallback.min(self.room.part.bytes / 8);
        Size { bytes, blocks: 1, ..Size::default() }
    }

    /// Whether something fits a part of its own.
    pub(super) fn takes(&self, size: Size) -> bool {
        (size + self.opening()).fits(self.room.part)
    }

    fn heading(&mut self, level: u8, text: &'a [Inline]) {
        if self.is_standalone() {
            self.end_color();
        }
        let spans = self.spans(text, Look::default());
        if is_blank(&spans) {
            return;
        }
        let words = markdown(&spans, Within::Line, self.slack_parsed);
        let line = format!("{} {words}", "#".repeat(usize::from(level.clamp(1, 6))));
        if self.takes(self.lines_size(&line)) {
            let notifies = spans.iter().any(Span::notifies);
            self.push_lines(line, notifies);
            return self.remember(&spans);
        }
        let spans = self.spans(text, Look::BOLD);
        self.text(spans);
    }

    /// What follows belongs to no status any more.
    fn end_color(&mut self) {
        let color = self.card.and_then(|card| self.cards.get(card)).and_then(|card| card.color);
        if color.is_some() {
            self.open_card(None);
        }
    }

    fn divider(&mut self) {
        let is_colored = self
            .card
            .and_then(|card| self.cards.get(card))
            .is_some_and(|card| card.color.is_some());
        if self.is_standalone() && is_colored {
            return self.end_color();
        }
        // In an item the line would be read as one with the item's mark.
        let line = if self.is_in_item() { "———" } else { "---" };
        self.push_lines(line.to_owned(), false);
    }

    fn quote(&mut self, blocks: &'a [Block], depth: usize) {
        let is_open = self.enter(None);
        self.blocks(blocks, depth + 1);
        self.leave(is_open);
    }

    fn list(&mut self, list: &'a chatgate_core::List, depth: usize) {
        for (index, item) in list.items.iter().enumerate() {
            let number = list
                .start
                .map(|start| start.saturating_add(u32::try_from(index).unwrap_or(u32::MAX)));
            let (mark, mut lead) = match number {
                Some(number) if number <= MOST_NUMBER => (format!("{number}. "), String::new()),
                Some(number) => ("- ".to_owned(), format!("{number}\\. ")),
                None => ("- ".to_owned(), String::new()),
            };
            if index > 0 {
                self.join = Join::Line;
                self.border = Border::Line;
            }
            let is_open = self.enter(Some(mark.clone()));
            if !is_open {
                lead = format!("{mark}{lead}");
            }
            let before = self.atoms.len();
            self.item(item.done, lead, &item.blocks, depth + 1);
            if self.atoms.len() == before {
                self.push_lines(String::new(), false);
            }
            self.leave(is_open);
        }
    }

    /// What an item says; its first paragraph stands beside its mark.
    fn item(&mut self, done: Option<bool>, mut lead: String, blocks: &'a [Block], depth: usize) {
        let rest = match blocks {
            [Block::Paragraph(text), rest @ ..] if depth <= MAX_DEPTH => {
                lead.push_str(match done {
                    Some(true) => "[x] ",
                    Some(false) => "[ ] ",
                    None => "",
                });
                let spans = self.spans(text, Look::default());
                if is_blank(&spans) && !lead.is_empty() {
                    // A box with nothing beside it is none.
                    self.push_lines(format!("{lead}{JOINER}"), false);
                } else {
                    self.marked_text(&lead, spans);
                }
                rest
            }
            blocks => {
                lead.push_str(match done {
                    Some(true) => "☑",
                    Some(false) => "☐",
                    None => "",
                });
                if !lead.is_empty() {
                    self.push_lines(lead.trim_end().to_owned(), false);
                }
                blocks
            }
        };
        if !rest.is_empty() {
            self.join = match rest.first() {
                Some(block) if follows_text(block) => Join::Line,
                _ => Join::BlankLine,
            };
            self.blocks(rest, depth);
        }
    }

    /// Enters a quote, or an item with this mark; not where its lines would have no room any more.
    fn enter(&mut self, mark: Option<String>) -> bool {
        let container = Container { mark, first: None };
        if self.width() + container.width() > self.room.part.chars / 8 {
            self.losses.add(LossKind::Depth, "what is nested deeper is no longer indented");
            return false;
        }
        self.inside.push(self.containers.len());
        self.containers.push(container);
        true
    }

    fn leave(&mut self, is_open: bool) {
        if is_open {
            self.inside.pop();
        }
    }

    pub(super) fn code(&mut self, language: Option<&str>, text: &str) {
        let text = self.slack_safe(Cow::Borrowed(text.strip_suffix('\n').unwrap_or(text)));
        let text = text.as_ref();
        let fence = escape::fence(text);
        let language = language.and_then(escape::language).unwrap_or_default();
        let width = self.width();
        let around = code_line(&fence, width) + code_line(&fence, width) + code_line(language, 0);
        let limit = self.room.part.minus(self.opening()).minus(around);
        for (index, piece) in code_pieces(text, limit, width).into_iter().enumerate() {
            if index > 0 {
                self.border = Border::Line;
                self.join = Join::Line;
            }
            self.push_lines(format!("{fence}{language}\n{piece}\n{fence}"), false);
            self.remember(&[Span::text(piece)]);
        }
    }

    /// Code that a webhook does not read as Slack's links: there `<a|b>` is one anywhere.
    pub(super) fn slack_safe<'t>(&mut self, text: Cow<'t, str>) -> Cow<'t, str> {
        if !self.slack_parsed || !text.contains('<') {
            return text;
        }
        self.losses.add(LossKind::Style, "angle brackets in code are shown as ‹");
        text.replace('<', "‹").into()
    }

    /// Keys with their values: side by side in an attachment where they are short and plain, else in
    /// lines.
    fn fields(&mut self, fields: &'a [Field]) {
        let said: Vec<_> = fields
            .iter()
            .map(|field| (sanitise_line(&field.key), self.spans(&field.value, Look::default())))
            .collect();
        let is_open = self.card.is_some() || self.may_open;
        if self.is_standalone() && is_open {
            let all: Option<Vec<_>> =
                said.iter().map(|(key, value)| self.field(key, value)).collect();
            if let Some(all) = all {
                if self.card.is_none() {
                    self.open_card(None);
                }
                for ((key, value), (kind, size)) in said.iter().zip(all) {
                    let notifies = value.iter().any(Span::notifies);
                    self.push(kind, size, notifies);
                    self.remember(&[Span::text(format!("{key}: {}", words(value)))]);
                }
                return;
            }
        }
        for (key, value) in said {
            let mut spans = vec![Span::bold(format!("{key}:"))];
            push_text(&mut spans, " ".into(), Look::default());
            for span in value {
                match span {
                    Span::Text { text, look } => push_text(&mut spans, text, look),
                    span => spans.push(span),
                }
            }
            self.text(spans);
        }
    }

    /// A field of an attachment, if it can be said so: its title is text in some clients and
    /// Markdown in others.
    fn field(&self, key: &str, value: &[Span<'a>]) -> Option<(Kind<'a>, Size)> {
        let title = markdown(&[Span::text(key)], Within::Lines, true);
        if title != key || escape::label(key) != key || key.trim() != key || key.is_empty() {
            return None;
        }
        let value = markdown(value, Within::Lines, self.slack_parsed);
        let length = value.chars().count();
        let size = Size::of(&title, FIELD_BYTES) + Size::text(&value);
        let short = length <= SHORT_FIELD_CHARS && !value.contains('\n');
        let fits = length <= FIELD_CHARS && self.takes(size);
        fits.then_some((Kind::Field { title, value, short }, size))
    }

    fn image(&mut self, image: &'a Image) {
        let title = image.title.as_deref().map(sanitise_line).filter(|it| !it.trim().is_empty());
        let alt = sanitise_line(&image.alt);
        let address = address(&image.url);
        let mut picture = String::from("!");
        let link = Span::Link {
            url: address.clone(),
            text: Some(if alt.trim().is_empty() { "image".into() } else { alt.clone() }),
            look: Look::default(),
        };
        picture.push_str(&markdown(&[link], Within::Line, self.slack_parsed));
        let opens = matches!(image.url.scheme(), "http" | "https");
        let fits = self.takes(self.lines_size(&picture));
        if let Some(title) = title {
            self.text(vec![Span::bold(title)]);
        }
        if fits && opens && self.can(Feature::Images) {
            self.push_lines(picture, false);
            return self.remember(&[Span::text(alt)]);
        }
        self.losses.add(LossKind::Image, "a picture is shown by its words and address");
        let mut spans = Vec::new();
        self.add_link(&image.url, vec![Span::text(alt)], Look::default(), &mut spans);
        self.text(spans);
    }

    /// A status begins an attachment in its colour, where it stands for itself.
    fn status(&mut self, level: Level, text: &'a [Inline]) {
        // The colours are those of Mattermost's own signs of presence and of its links.
        let (name, color) = match level {
            Level::Success => ("white_check_mark", "#3db887"),
            Level::Warning => ("warning", "#ffbc1f"),
            Level::Error => ("x", "#d24b4e"),
            _ => ("information_source", "#1c58d9"),
        };
        let mut spans = vec![Span::emoji(name), Span::text(" ")];
        self.add_inlines(text, Look::BOLD, 0, &mut spans);
        if self.is_standalone() {
            self.open_card(Some(color));
        }
        self.text(spans);
    }

    fn progress(&mut self, steps: &'a [Step]) {
        for step in steps {
            let (name, look) = match step.state {
                StepState::Running => ("arrow_forward", Look::BOLD),
                StepState::Done => ("white_check_mark", Look::default()),
                StepState::Failed => ("x", Look::BOLD),
                StepState::Skipped => ("heavy_minus_sign", Look::default()),
                _ => ("white_circle", Look::default()),
            };
            let mut spans = vec![Span::emoji(name), Span::text(" ")];
            push_text(&mut spans, sanitise(&step.text), look);
            self.text(spans);
        }
    }

    /// A detail is shown open, as a quote where it can be.
    fn detail(&mut self, summary: &'a [Inline], blocks: &'a [Block], depth: usize) {
        self.losses.add(LossKind::Detail, "shown unfolded");
        let mut spans = vec![Span::bold("▾ ")];
        self.add_inlines(summary, Look::BOLD, 0, &mut spans);
        self.text(spans);
        self.join = Join::BlankLine;
        if blocks.iter().all(is_quotable) {
            self.quote(blocks, depth);
        } else {
            self.blocks(blocks, depth + 1);
        }
    }

    /// Small print: the footer of an attachment where one is open, else in italics.
    fn context(&mut self, text: &'a [Inline]) {
        let spans = self.spans(text, Look::default());
        if is_blank(&spans) {
            return;
        }
        if let [Span::Text { text, look }] = spans.as_slice()
            && look.is_plain()
            && self.is_standalone()
            && self.card.is_some()
            && !text.contains('\n')
            && markdown(&spans, Within::Lines, true) == *text
            && text.chars().count() <= FOOTER_CHARS
            && self.takes(Size::text(text))
        {
            let text = text.clone().into_owned();
            let size = Size::text(&text);
            return self.push(Kind::Footer(text), size, false);
        }
        let spans = self.spans(text, Look::ITALIC);
        self.text(spans);
    }

    /// Mattermost's own attachments as they are; what every platform shows where they are none.
    fn native(&mut self, native: &'a Native, depth: usize) {
        if native.platform == Platform::mattermost() {
            let payloads = match &native.payload {
                Value::Array(items) => items.as_slice(),
                other => std::slice::from_ref(other),
            };
            let sizes: Option<Vec<_>> = payloads.iter().map(native_size).collect();
            if let Some(sizes) = sizes
                && sizes.iter().all(|size| self.takes(*size))
            {
                for (payload, size) in payloads.iter().zip(sizes) {
                    self.push(Kind::Native(payload), size, true);
                }
                return;
            }
            self.losses
                .add(LossKind::Unknown, "a native attachment that is none is shown otherwise");
        }
        self.blocks(&native.fallback, depth + 1);
    }
}

impl Card {
    fn remember(&mut self, words: &str, room: Room) {
        let line = words.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
        self.fallback = fallback(line, room);
    }
}

/// What a notification says, within the room that there is.
pub(super) fn fallback(text: &str, room: Room) -> String {
    let most = FALLBACK_CHARS.min(room.part.bytes / 64);
    let short: String = escape::label(&sanitise_line(text)).trim().chars().take(most).collect();
    short
}

/// Lines of code in pieces that fit, each line with so many characters before it.
fn code_pieces(text: &str, limit: Size, width: usize) -> Vec<Cow<'_, str>> {
    // Each character takes at most six bytes, with a line end before it.
    let most = limit.chars.min(limit.bytes / 6).saturating_sub(width + 1).max(1);
    let mut pieces: Vec<Cow<'_, str>> = Vec::new();
    let mut piece = String::new();
    let mut taken = Size::default();
    for line in text.split('\n') {
        let parts: Vec<_> = if code_line(line, width).fits(limit) {
            vec![line]
        } else {
            split_text(line, most).collect()
        };
        for part in parts {
            let size = code_line(part, width);
            if taken != Size::default() && !(taken + size).fits(limit) {
                pieces.push(std::mem::take(&mut piece).into());
                taken = Size::default();
            }
            if taken != Size::default() {
                piece.push('\n');
            }
            piece.push_str(part);
            taken += size;
        }
    }
    pieces.push(piece.into());
    pieces
}

/// Whether a block reads well in an attachment below the post's own text.
fn is_card(block: &Block) -> bool {
    matches!(block, Block::Fields(_) | Block::Actions(_) | Block::Context(_) | Block::Status { .. })
}

/// Whether a block stands below a paragraph's last line without becoming part of it (CommonMark 0.31,
/// 5.2: of numbered lists only one that begins with 1).
fn follows_text(block: &Block) -> bool {
    match block {
        Block::List(list) => {
            let says = list.items.first().is_some_and(|item| !item.blocks.is_empty());
            says && list.start.is_none_or(|start| start == 1)
        }
        Block::Code { .. } => true,
        _ => false,
    }
}

fn is_one_list(above: Option<&Block>, block: &Block) -> bool {
    match (above, block) {
        (Some(Block::List(above)), Block::List(list)) => {
            above.start.is_some() == list.start.is_some()
                && !above.items.is_empty()
                && !list.items.is_empty()
        }
        _ => false,
    }
}

fn is_quotable(block: &Block) -> bool {
    !matches!(block, Block::Actions(_) | Block::Native(_) | Block::Detail { .. })
}

/// What one of Mattermost's own attachments takes; `None` for what is none. All its strings are
/// counted as text.
fn native_size(payload: &Value) -> Option<Size> {
    payload.as_object()?;
    let mut size = Size { bytes: serde_json::to_vec(payload).ok()?.len(), ..Size::default() };
    count(payload, &mut size);
    Some(size)
}

/// `serde_json` reads no value nested deeper than 128 levels, so this ends.
fn count(value: &Value, size: &mut Size) {
    match value {
        Value::String(text) => size.chars += text.chars().count(),
        Value::Array(items) => items.iter().for_each(|item| count(item, size)),
        Value::Object(map) => {
            size.actions += usize::from(map.contains_key("integration"));
            map.values().for_each(|value| count(value, size));
        }
        _ => {}
    }
}
