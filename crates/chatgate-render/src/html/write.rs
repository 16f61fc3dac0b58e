//! Blocks as elements.

use chatgate_core::{Block, Field, Image, Inline, Level, List, LossKind, Step, StepState};
use url::Url;

use super::Pictures;
use super::words::escaped;
use crate::Losses;
use crate::MAX_DEPTH;
use crate::link::{address, hides};

/// Writes one top-level block and what is in it.
pub(super) struct Writer<'a> {
    pub(super) out: String,
    pub(super) losses: &'a mut Losses,
    pictures: Pictures,
}

impl<'a> Writer<'a> {
    pub(super) fn new(pictures: Pictures, losses: &'a mut Losses) -> Self {
        Self { out: String::new(), losses, pictures }
    }

    /// The block as HTML, with a line end after it.
    pub(super) fn block(mut self, block: &Block) -> String {
        self.add(block, 0);
        self.out.push('\n');
        self.out
    }

    fn blocks(&mut self, blocks: &[Block], depth: usize) {
        if depth > MAX_DEPTH {
            self.losses.add(LossKind::Depth, "blocks nested deeper are left out");
            return self.tagged("p", "", |writer| writer.text("…"));
        }
        for block in blocks {
            self.add(block, depth);
        }
    }

    fn add(&mut self, block: &Block, depth: usize) {
        match block {
            Block::Heading { level, text } => {
                let tag =
                    HEADINGS.get(usize::from(*level).saturating_sub(1)).copied().unwrap_or("h6");
                self.line(tag, "", text);
            }
            Block::Paragraph(text) => self.line("p", "", text),
            Block::Context(text) => self.line("p", "context", text),
            Block::Status { level, text } => {
                let (class, sign) = match level {
                    Level::Success => ("status success", "✔"),
                    Level::Warning => ("status warning", "⚠"),
                    Level::Error => ("status error", "✖"),
                    _ => ("status", "ℹ"),
                };
                self.tagged("p", class, |writer| {
                    writer.sign(sign);
                    writer.inlines(text, 0);
                });
            }
            Block::List(list) => self.list(list, depth),
            Block::Quote(blocks) => {
                self.tagged("blockquote", "", |writer| writer.blocks(blocks, depth + 1));
            }
            Block::Code { text, .. } => self.code(text),
            Block::Divider => self.out.push_str("<hr>"),
            Block::Table(table) => self.table(table),
            Block::Fields(fields) => self.fields(fields),
            Block::Image(image) => self.image(image),
            Block::Progress(steps) => self.progress(steps),
            Block::Detail { summary, blocks } => self.tagged("details", "", |writer| {
                writer.line("summary", "", summary);
                writer.blocks(blocks, depth + 1);
            }),
            Block::Actions(elements) => self.elements(elements),
            // No block of HTML is taken as it is: a page is often shown where a chat is not.
            Block::Native(native) => self.blocks(&native.fallback, depth + 1),
            other => {
                self.losses.add(LossKind::Unknown, "an unknown block is shown by its words");
                self.blocks(&other.fallback(), depth + 1);
            }
        }
    }

    fn list(&mut self, list: &List, depth: usize) {
        let tag = if list.start.is_some() { "ol" } else { "ul" };
        self.out.push_str(&match list.start {
            Some(start) if start != 1 => format!("<ol start=\"{start}\">"),
            _ => format!("<{tag}>"),
        });
        for item in &list.items {
            let class = if item.done.is_some() { "task" } else { "" };
            self.tagged("li", class, |writer| {
                let rest = match (item.done, item.blocks.split_first()) {
                    (Some(done), first) => {
                        writer.sign(if done { "☑" } else { "☐" });
                        // The box stands on the line of the first paragraph.
                        match first {
                            Some((Block::Paragraph(text), rest)) => {
                                writer.inlines(text, 0);
                                rest
                            }
                            _ => item.blocks.as_slice(),
                        }
                    }
                    (None, Some((Block::Paragraph(text), rest))) => {
                        writer.inlines(text, 0);
                        rest
                    }
                    _ => item.blocks.as_slice(),
                };
                if !rest.is_empty() {
                    writer.blocks(rest, depth + 1);
                }
            });
        }
        self.close(tag);
    }

    fn code(&mut self, text: &str) {
        let text = text.strip_suffix('\n').unwrap_or(text);
        self.out.push_str("<pre dir=\"ltr\"><code>");
        self.text(text);
        self.out.push_str("</code></pre>");
    }

    fn fields(&mut self, fields: &[Field]) {
        self.tagged("table", "fields", |writer| {
            for field in fields {
                writer.tagged("tr", "", |writer| {
                    writer.tagged("th", "", |writer| writer.lines(&field.key));
                    writer.line("td", "", &field.value);
                });
            }
        });
    }

    fn image(&mut self, image: &Image) {
        if self.pictures == Pictures::Shown && image.url.scheme() == "https" {
            return self.tagged("figure", "", |writer| {
                if let Some(title) = &image.title {
                    writer.tagged("figcaption", "", |writer| writer.lines(title));
                }
                let address = escaped(&address(&image.url));
                let alt = escaped(&image.alt);
                writer.out.push_str(&format!("<img src=\"{address}\" alt=\"{alt}\">"));
            });
        }
        self.losses.add(LossKind::Image, "a picture is shown by its words, linked to it");
        if let Some(title) = &image.title {
            self.tagged("p", "", |writer| writer.tagged("b", "", |writer| writer.lines(title)));
        }
        self.tagged("p", "", |writer| {
            writer.text("🖼 ");
            writer.link(&image.url, |writer| writer.lines(&image.alt), &image.alt);
        });
    }

    fn progress(&mut self, steps: &[Step]) {
        self.tagged("ul", "", |writer| {
            for step in steps {
                let (class, sign) = match step.state {
                    StepState::Running => ("step running", "▶"),
                    StepState::Done => ("step done", "✔"),
                    StepState::Failed => ("step failed", "✖"),
                    StepState::Skipped => ("step skipped", "–"),
                    _ => ("step pending", "○"),
                };
                writer.tagged("li", class, |writer| {
                    writer.sign(sign);
                    writer.lines(&step.text);
                });
            }
        });
    }

    /// A link around what `write` writes, which says `label`; the address behind it where the label
    /// names another one.
    pub(super) fn link(&mut self, url: &Url, write: impl FnOnce(&mut Self), label: &str) {
        let shown = address(url);
        if !matches!(url.scheme(), "http" | "https" | "mailto") {
            self.losses.add(LossKind::Style, "an address that is no web page is no link");
            write(self);
            return self.text(&format!(" ({shown})"));
        }
        let href = escaped(&shown);
        self.out.push_str(&format!("<a href=\"{href}\" rel=\"noopener noreferrer\">"));
        if label.trim().is_empty() {
            self.text(&shown);
        }
        write(self);
        self.close("a");
        if hides(label, url) {
            self.text(&format!(" ({shown})"));
        }
    }

    /// An element of inlines whose words decide how they run.
    pub(super) fn line(&mut self, tag: &'static str, class: &'static str, inlines: &[Inline]) {
        self.tagged(tag, class, |writer| writer.inlines(inlines, 0));
    }

    /// An element with what `inside` writes. Names and classes are this dialect's own.
    pub(super) fn tagged(
        &mut self,
        tag: &'static str,
        class: &'static str,
        inside: impl FnOnce(&mut Self),
    ) {
        self.out.push('<');
        self.out.push_str(tag);
        if !class.is_empty() {
            self.out.push_str(&format!(" class=\"{class}\""));
        }
        if matches!(
            tag,
            "p" | "li" | "td" | "th" | "summary" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6"
        ) {
            self.out.push_str(" dir=\"auto\"");
        }
        self.out.push('>');
        inside(self);
        self.close(tag);
    }

    fn close(&mut self, tag: &str) {
        self.out.push_str("</");
        self.out.push_str(tag);
        self.out.push('>');
    }

    /// What stands before a line, and is no emoji.
    pub(super) fn sign(&mut self, sign: &'static str) {
        self.tagged("span", "sign", |writer| writer.text(sign));
        self.text(" ");
    }

    pub(super) fn text(&mut self, text: &str) {
        self.out.push_str(&escaped(text));
    }

    /// Text whose line ends are shown.
    pub(super) fn lines(&mut self, text: &str) {
        self.out.push_str(&escaped(text).replace('\n', "<br>"));
    }
}

const HEADINGS: [&str; 6] = ["h1", "h2", "h3", "h4", "h5", "h6"];
