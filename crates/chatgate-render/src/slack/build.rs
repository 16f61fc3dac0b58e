//! Content taken apart into pieces that fit.

use std::borrow::Cow;

use chatgate_core::{
    Block, Capabilities, Content, Feature, Field, Image, Level, LossKind, Native, Platform, Step,
    StepState,
};
use serde_json::Value;

use super::atom::{Atom, Border, Head, Kind, Mark};
use super::cut::cut;
use super::limits::{
    CONTEXT_UNITS, HEADER_UNITS, IMAGE_TEXT_UNITS, LIST_INDENT, SHORT_FIELD_UNITS, TABLE_UNITS,
    URL_UNITS,
};
use super::measure::{Room, Size, units};
use super::mrkdwn;
use super::span::{Span, is_blank, merge, one_text, push_text};
use super::wire::Text;
use crate::MAX_DEPTH;
use crate::inlines::{Look, SayInlines as _};
use crate::{Losses, sanitise, sanitise_line};

pub(super) struct Builder<'a, 'l> {
    pub(super) losses: &'l mut Losses,
    pub(super) room: Room,
    pub(super) atoms: Vec<Atom<'a>>,
    pub(super) tables: Vec<Head<'a>>,
    /// How many elements there are so far: what their ids are made of.
    pub(super) controls: usize,
    pub(super) mode: Mode,
    pub(super) quotes: u8,
    capabilities: &'l Capabilities,
    /// Text that waits for more of its paragraph, quote or item.
    pending: Vec<Span<'a>>,
    /// Whether a blank line comes before the next text.
    gap: bool,
    lists: u8,
    group: usize,
    in_group: usize,
    units_in_group: usize,
    border: Option<Border>,
}

/// What text becomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mode {
    Section,
    Quote,
    Item(Mark),
}

impl<'a, 'l> Builder<'a, 'l> {
    pub(super) fn new(capabilities: &'l Capabilities, room: Room, losses: &'l mut Losses) -> Self {
        Self {
            losses,
            room,
            atoms: Vec::new(),
            tables: Vec::new(),
            controls: 0,
            mode: Mode::Section,
            quotes: 0,
            capabilities,
            pending: Vec::new(),
            gap: false,
            lists: 0,
            group: 0,
            in_group: 0,
            units_in_group: 0,
            border: None,
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
        let mut above: Option<&Block> = None;
        for block in blocks {
            if self.is_standalone() {
                self.flush();
                self.new_group();
                let keep = matches!(above, Some(Block::Heading { .. }));
                let belongs = matches!(block, Block::Actions(_) | Block::Context(_));
                self.border = Some(match (keep, belongs) {
                    (true, _) => Border::Word,
                    (_, true) => Border::Line,
                    _ => Border::Block,
                });
            }
            self.gap = self.quotes > 0
                && matches!((above, block), (Some(Block::Paragraph(_)), Block::Paragraph(_)));
            self.block(block, depth);
            above = Some(block);
        }
        if self.is_standalone() {
            self.flush();
        }
    }

    fn block(&mut self, block: &'a Block, depth: usize) {
        match block {
            Block::Heading { level, text } => self.heading(*level, self.is_standalone(), text),
            Block::Paragraph(text) => {
                let spans = self.spans(text, Look::default());
                self.text(spans);
            }
            Block::List(list) => self.list(list, depth),
            Block::Quote(blocks) => self.quote(blocks, depth),
            Block::Code { text, .. } => self.code(sanitise(text)),
            Block::Divider => {
                self.flush();
                self.push(Kind::Divider, Size::default());
            }
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
        self.lists == 0 && self.quotes == 0
    }

    /// Adds text to the paragraph, quote or item, on a line of its own.
    pub(super) fn text(&mut self, spans: Vec<Span<'a>>) {
        if is_blank(&spans) {
            return;
        }
        let ends = if std::mem::take(&mut self.gap) { "\n\n" } else { "\n" };
        if self.pending.is_empty() {
            self.pending = spans;
            return;
        }
        push_text(&mut self.pending, ends.into(), Look::default());
        self.append(spans);
    }

    /// Adds text to the line.
    fn append(&mut self, spans: Vec<Span<'a>>) {
        if self.pending.is_empty() {
            self.pending = spans;
        } else {
            self.pending.extend(spans);
        }
    }

    /// Ends the paragraph, quote or item.
    pub(super) fn flush(&mut self) {
        let mut spans = std::mem::take(&mut self.pending);
        let mode = self.mode;
        if let Mode::Item(_) = mode {
            // What is still to come of the item stands below it.
            self.mode = if self.quotes > 0 { Mode::Quote } else { Mode::Section };
            if spans.is_empty() {
                spans.push(Span::text(" "));
            }
        } else if spans.is_empty() {
            return;
        }
        for (index, (spans, size)) in cut(spans, self.room.section).into_iter().enumerate() {
            if index > 0 {
                self.new_group();
                self.border = Some(Border::Word);
            }
            let size = Size::rich() + size;
            let kind = match (mode, self.mode) {
                (Mode::Item(mark), _) if index == 0 => Kind::Item { mark, spans },
                (_, Mode::Quote) => Kind::Quote { spans, is_inner: self.quotes > 1 },
                _ => Kind::Section(spans),
            };
            self.push(kind, size);
        }
    }

    /// Adds a piece.
    pub(super) fn push(&mut self, kind: Kind<'a>, size: Size) {
        let joins = self.in_group > 0
            && self.in_group < kind.most_in_a_block(&self.tables)
            && self.atoms.last().is_none_or(|last| kind.follows(&last.kind))
            && self.fits_table(&kind, size);
        if !joins {
            self.new_group();
        }
        let border = self.border.take().unwrap_or(Border::Line);
        self.atoms.push(Atom { kind, group: self.group, border, size });
        self.in_group += 1;
        self.units_in_group += size.units;
    }

    pub(super) fn new_group(&mut self) {
        self.group += 1;
        self.in_group = 0;
        self.units_in_group = 0;
    }

    fn fits_table(&self, kind: &Kind<'a>, size: Size) -> bool {
        match kind {
            Kind::Row { table, .. } => {
                let head = self.tables.get(*table).map_or(0, |head| head.size.units);
                head + self.units_in_group + size.units <= TABLE_UNITS
            }
            _ => true,
        }
    }

    fn heading(&mut self, level: u8, is_standalone: bool, text: &'a [chatgate_core::Inline]) {
        let spans = self.spans(text, Look::BOLD);
        if is_blank(&spans) {
            return;
        }
        match header(&spans).filter(|_| is_standalone && level <= 2) {
            Some(text) if self.room.takes(Size::of(text.as_str(), 0)) => {
                let size = Size::of(text.as_str(), 0);
                self.push(Kind::Header { text }, size);
            }
            _ => self.text(spans),
        }
    }

    fn quote(&mut self, blocks: &'a [Block], depth: usize) {
        self.flush();
        if self.quotes > 1 {
            self.losses.add(LossKind::Depth, "quotes nested deeper are shown at the second level");
        }
        let outer = std::mem::replace(&mut self.mode, Mode::Quote);
        self.quotes = self.quotes.saturating_add(1);
        self.blocks(blocks, depth + 1);
        self.flush();
        self.quotes -= 1;
        self.mode = outer;
    }

    fn list(&mut self, list: &'a chatgate_core::List, depth: usize) {
        self.flush();
        if self.lists > LIST_INDENT {
            self.losses.add(LossKind::Depth, "lists nested deeper are no longer indented");
        }
        let outer = self.mode;
        let indent = self.lists.min(LIST_INDENT);
        self.lists = self.lists.saturating_add(1);
        for (index, item) in list.items.iter().enumerate() {
            let index = u32::try_from(index).unwrap_or(u32::MAX);
            let number = list.start.unwrap_or(0).saturating_add(index);
            // Slack counts from 1.
            let is_ordered = list.start.is_some_and(|start| start > 0);
            let is_quoted = self.quotes > 0;
            self.mode = Mode::Item(Mark { is_ordered, number, indent, is_quoted });
            if list.start == Some(0) {
                push_text(&mut self.pending, format!("{number}. ").into(), Look::default());
            }
            match item.done {
                Some(true) => push_text(&mut self.pending, "☑ ".into(), Look::default()),
                Some(false) => push_text(&mut self.pending, "☐ ".into(), Look::default()),
                None => {}
            }
            self.item(&item.blocks, depth + 1);
            self.flush();
        }
        self.lists -= 1;
        self.mode = outer;
    }

    /// What an item says; its first paragraph stays on the line of its mark.
    fn item(&mut self, blocks: &'a [Block], depth: usize) {
        let rest = match blocks {
            [Block::Paragraph(text), rest @ ..] if depth <= MAX_DEPTH => {
                let spans = self.spans(text, Look::default());
                self.append(spans);
                rest
            }
            blocks => blocks,
        };
        if !rest.is_empty() {
            self.blocks(rest, depth);
        }
    }

    pub(super) fn code(&mut self, text: Cow<'a, str>) {
        self.flush();
        let text = without_last(text, '\n');
        let text = if text.is_empty() { " ".into() } else { text };
        let is_quoted = self.quotes > 0;
        let pieces = cut(vec![Span::text(text)], self.room.section);
        for (index, (mut spans, size)) in pieces.into_iter().enumerate() {
            if index > 0 {
                self.new_group();
                self.border = Some(Border::Line);
            }
            // The border of the block is the line's end.
            if let [Span::Text { text, .. }] = spans.as_mut_slice()
                && text.len() > 1
                && text.ends_with('\n')
            {
                *text = without_last(std::mem::take(text), '\n');
            }
            let size = Size::rich() + size;
            self.push(Kind::Code { spans, is_quoted }, size);
        }
    }

    /// Keys with their values: side by side where they are short and plain, else in lines.
    fn fields(&mut self, fields: &'a [Field]) {
        let said: Vec<_> = fields
            .iter()
            .map(|field| {
                let mut value = self.spans(&field.value, Look::default());
                merge(&mut value);
                (sanitise_line(&field.key), value)
            })
            .collect();
        let texts: Option<Vec<_>> =
            said.iter().map(|(key, value)| self.field(key, value)).collect();
        if let Some(texts) = texts.filter(|_| self.is_standalone()) {
            for ((key, value), text) in said.into_iter().zip(texts) {
                let size = Size::of(&text, 64);
                self.push(Kind::Field { text: Text::mrkdwn(text), key, value }, size);
            }
            return;
        }
        for (key, value) in said {
            let mut spans = vec![Span::bold(format!("{key}: "))];
            spans.extend(value);
            self.text(spans);
        }
    }

    /// A field in Slack's markup, if it can be said so.
    fn field(&self, key: &str, value: &[Span<'a>]) -> Option<String> {
        if key.trim() != key || key.is_empty() || !mrkdwn::is_tame(key) {
            return None;
        }
        let value = mrkdwn::say(value)?;
        let text = format!("*{}*\n{value}", mrkdwn::escape(key));
        // The text is escaped already, so this counts too much.
        (units(&text) <= SHORT_FIELD_UNITS && self.room.takes(Size::of(&text, 64))).then_some(text)
    }

    fn image(&mut self, image: &'a Image) {
        let title = image.title.as_deref().map(sanitise_line).filter(|it| !it.trim().is_empty());
        let alt = sanitise_line(&image.alt);
        let url = image.url.as_str();
        let text = |text: &Cow<'_, str>| Size::of(text, 64);
        let size = text(&alt)
            + title.as_ref().map_or(Size::default(), text)
            + Size { units: 0, ..Size::of(url, 64) };
        let fits = units(url) <= URL_UNITS
            && units(&alt) <= IMAGE_TEXT_UNITS
            && title.as_deref().is_none_or(|title| units(title) <= IMAGE_TEXT_UNITS)
            && self.room.takes(size);
        if fits && image.url.scheme() == "https" && self.can(Feature::Images) {
            self.flush();
            let alt = if alt.trim().is_empty() {
                title.clone().unwrap_or(Cow::Borrowed("image"))
            } else {
                alt
            };
            return self.push(Kind::Image { url, alt, title }, size);
        }
        self.losses.add(LossKind::Image, "a picture is shown by its words and address");
        if let Some(title) = title {
            self.text(vec![Span::bold(title)]);
        }
        let mut spans = Vec::new();
        self.add_link(&image.url, vec![Span::text(alt)], Look::default(), &mut spans);
        self.text(spans);
    }

    fn status(&mut self, level: Level, text: &'a [chatgate_core::Inline]) {
        let name = match level {
            Level::Success => "white_check_mark",
            Level::Warning => "warning",
            Level::Error => "x",
            _ => "information_source",
        };
        let mut spans = vec![Span::Emoji { name }, Span::bold(" ")];
        self.add_inlines(text, Look::BOLD, 0, &mut spans);
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
            let mut spans = vec![Span::Emoji { name }];
            push_text(&mut spans, format!(" {}", sanitise(&step.text)).into(), look);
            self.text(spans);
        }
    }

    /// A detail is shown open: as a quote where Slack can quote all of it.
    fn detail(&mut self, summary: &'a [chatgate_core::Inline], blocks: &'a [Block], depth: usize) {
        self.losses.add(LossKind::Detail, "shown unfolded");
        let mut spans = vec![Span::bold("▾ ")];
        self.add_inlines(summary, Look::BOLD, 0, &mut spans);
        self.text(spans);
        if blocks.iter().all(is_quotable) && self.is_standalone() {
            self.quote(blocks, depth);
        } else {
            self.blocks(blocks, depth + 1);
        }
    }

    /// Small print; where Slack's markup cannot say it, it is as large as any other text.
    fn context(&mut self, text: &'a [chatgate_core::Inline]) {
        let mut spans = self.spans(text, Look::default());
        if is_blank(&spans) {
            return;
        }
        merge(&mut spans);
        let said = match spans.as_slice() {
            [Span::Text { text, style, .. }] if style.is_plain() => Some(Text::plain(text.clone())),
            spans => mrkdwn::say(spans).map(Text::mrkdwn),
        };
        let fits = |text: &Text<'_>| {
            units(text.as_str()) <= CONTEXT_UNITS && self.room.takes(Size::of(text.as_str(), 64))
        };
        match said.filter(fits) {
            Some(text) if self.is_standalone() => {
                let size = Size::of(text.as_str(), 64);
                self.push(Kind::Context { text, spans }, size);
            }
            _ => {
                self.losses.add(LossKind::Style, "small print is shown at full size");
                self.text(spans);
            }
        }
    }

    /// Slack's own blocks as they are; what every platform shows where they are none.
    fn native(&mut self, native: &'a Native, depth: usize) {
        if native.platform == Platform::slack() {
            let payloads = match &native.payload {
                Value::Array(items) => items.as_slice(),
                other => std::slice::from_ref(other),
            };
            let sizes: Option<Vec<_>> = payloads.iter().map(native_size).collect();
            if let Some(sizes) = sizes
                && sizes.iter().all(|size| self.room.takes(*size))
            {
                self.flush();
                let mut fallback = Content::new();
                fallback.blocks.clone_from(&native.fallback);
                let mut words = sanitise(&fallback.plain_text()).into_owned();
                for (payload, size) in payloads.iter().zip(sizes) {
                    let words = std::mem::take(&mut words);
                    self.push(Kind::Native { payload, words }, size);
                }
                return;
            }
            self.losses
                .add(LossKind::Unknown, "a native block that Slack refuses is shown otherwise");
        }
        self.blocks(&native.fallback, depth + 1);
    }
}

/// The text without a character at its end.
fn without_last(text: Cow<'_, str>, last: char) -> Cow<'_, str> {
    match text {
        Cow::Borrowed(text) => Cow::Borrowed(text.strip_suffix(last).unwrap_or(text)),
        Cow::Owned(mut text) => {
            text.truncate(text.strip_suffix(last).map_or(text.len(), str::len));
            Cow::Owned(text)
        }
    }
}

/// A header's text, if that is all there is.
fn header<'a>(spans: &[Span<'a>]) -> Option<Text<'a>> {
    let (text, emoji) = match one_text(spans) {
        Some((text, Look::BOLD)) => (text, false),
        _ => {
            let mut out = String::new();
            for span in spans {
                match span {
                    // A colon could make a name of an emoji of what is none.
                    Span::Text { text, style: Look::BOLD, .. } if !text.contains(':') => {
                        out.push_str(text);
                    }
                    Span::Emoji { name } => out.extend([":", name, ":"]),
                    _ => return None,
                }
            }
            (out.into(), true)
        }
    };
    let fits = !text.contains('\n') && units(&text) <= HEADER_UNITS;
    fits.then_some(Text::PlainText { text, emoji })
}

fn is_quotable(block: &Block) -> bool {
    !matches!(
        block,
        Block::Table(_)
            | Block::Image(_)
            | Block::Fields(_)
            | Block::Actions(_)
            | Block::Native(_)
            | Block::Divider
            | Block::Detail { .. }
    )
}

/// What one of Slack's own blocks takes; `None` for what is no block. All its strings are counted
/// as text.
fn native_size(payload: &Value) -> Option<Size> {
    let kind = payload.as_object()?.get("type")?.as_str()?;
    let mut size = Size::element(0, serde_json::to_vec(payload).ok()?.len());
    size.tables = usize::from(kind == "table");
    count(payload, &mut size);
    Some(size)
}

/// `serde_json` reads no value nested deeper than 128 levels, so this ends.
fn count(value: &Value, size: &mut Size) {
    match value {
        Value::String(text) => *size += Size::element(units(text), 0),
        Value::Array(items) => items.iter().for_each(|item| count(item, size)),
        Value::Object(map) => {
            size.actions += usize::from(map.contains_key("action_id"));
            map.values().for_each(|value| count(value, size));
        }
        _ => {}
    }
}
