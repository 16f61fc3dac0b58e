//! What stands around what is said.

use chatgate_core::Surface;

use super::json::{escape, quote, quoted};
use super::limits::CARD_VERSION;
use super::line::small_runs;
use super::payload::CARD;
use super::size::Size;
use super::text::{Carrier, html};

/// Behind the summary of a part, at most: ` (12345/12345)`.
const NUMBER_BYTES: usize = 16;

/// What stands around the elements of a card, or around a text.
#[derive(Debug)]
pub(super) struct Envelope {
    surface: Surface,
    carrier: Carrier,
    summary: Size,
}

/// What one part says.
pub(super) struct Said<'a> {
    pub(super) summary: &'a str,
    /// The line above it, if any.
    pub(super) mark: &'a str,
    pub(super) body: &'a str,
    pub(super) people: &'a [&'a str],
    pub(super) is_wide: bool,
}

impl Envelope {
    pub(super) fn new(surface: Surface, carrier: Carrier, summary: &str) -> Self {
        Self { surface, carrier, summary: Size::json(&quoted(summary)) }
    }

    /// What it takes, with all that it may have.
    pub(super) fn size(&self) -> Size {
        let nothing = Said { summary: "", mark: "", body: "", people: &[""], is_wide: true };
        let numbered = Size { bytes: NUMBER_BYTES, units: NUMBER_BYTES, ..Size::default() };
        Size::json(&self.write(&nothing)) + self.summary + numbered
    }

    pub(super) fn write(&self, said: &Said<'_>) -> String {
        let mut out = String::with_capacity(said.body.len() + 512);
        out.push_str("{\"type\":\"message\",\"summary\":");
        quote(said.summary, &mut out);
        match self.carrier {
            Carrier::Card => self.card(said, &mut out),
            Carrier::Html => text(said, ",\"textFormat\":\"xml\",\"text\":\"", &mut out),
            Carrier::Bare => text(said, ",\"text\":\"", &mut out),
        }
        out.push('}');
        out
    }

    fn card(&self, said: &Said<'_>, out: &mut String) {
        // A workflow's sample has it.
        let url = if self.surface == Surface::Webhook { ",\"contentUrl\":null" } else { "" };
        out.extend([",\"attachments\":[{\"contentType\":\"", CARD, "\"", url]);
        out.push_str(
            ",\"content\":{\"$schema\":\"http://adaptivecards.io/schemas/adaptive-card.json\",\
             \"type\":\"AdaptiveCard\",\"version\":\"",
        );
        out.extend([CARD_VERSION, "\",\"body\":[", said.mark, said.body, "]"]);
        let width = if said.is_wide { "\"width\":\"full\"" } else { "" };
        if said.is_wide || !said.people.is_empty() {
            out.extend([",\"msteams\":{", width]);
            if !said.people.is_empty() {
                let comma = if said.is_wide { "," } else { "" };
                out.extend([comma, "\"entities\":[", &said.people.join(","), "]"]);
            }
            out.push('}');
        }
        out.push_str("}}]");
    }

    /// The line above a message that is perhaps sent twice.
    pub(super) fn mark(&self, words: &str) -> String {
        match self.carrier {
            Carrier::Card => {
                let runs = small_runs(words);
                format!("{{\"type\":\"RichTextBlock\",\"inlines\":[{runs}]}},")
            }
            Carrier::Html => {
                let mut out = String::new();
                escape(&format!("<p><i>{}</i></p>", html(words)), &mut out);
                out
            }
            Carrier::Bare => String::new(),
        }
    }

    pub(super) fn mark_size(&self, words: &str) -> Size {
        let size = Size::json(&self.mark(words)).with_chars(words.chars().count());
        Size { blocks: 1, ..size }
    }
}

fn text(said: &Said<'_>, opening: &str, out: &mut String) {
    out.extend([opening, said.mark, said.body, "\""]);
    if !said.people.is_empty() {
        out.extend([",\"entities\":[", &said.people.join(","), "]"]);
    }
}
