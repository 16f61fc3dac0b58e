//! What stands around the blocks: the payload of each surface.

use chatgate_core::{Rendered, Result, Surface};

use super::text::marked;
use super::wire::Text;
use super::write::context;
use crate::json::{raw, write_escaped};

/// The parts of a payload between which text and blocks stand.
pub(super) struct Envelope {
    open: &'static str,
    between: &'static str,
    close: &'static str,
}

/// One form for all messages: what was rendered for an edit may have to be posted. No address of
/// others is looked up because it was said; `chat.update` has no words for that, so the adapter leaves
/// them out there.
const MESSAGE: Envelope = Envelope {
    open: "{\"text\":\"",
    between: "\",\"blocks\":[",
    close: "],\"unfurl_links\":false,\"unfurl_media\":false}",
};

const HOME: Envelope =
    Envelope { open: "{\"type\":\"home\"", between: ",\"blocks\":[", close: "]}" };

impl Envelope {
    pub(super) fn of(surface: Surface) -> &'static Self {
        match surface {
            Surface::Home => &HOME,
            _ => &MESSAGE,
        }
    }

    /// Puts a part together from its text and its blocks, which are JSON already; and once more below
    /// the line that says that it is perhaps repeated.
    pub(super) fn part(
        &self,
        text: &str,
        blocks: &str,
        summary: &str,
        mark: Option<&str>,
    ) -> Result<Rendered> {
        let mut words = String::with_capacity(text.len() + text.len() / 16);
        write_escaped(text, &mut words);
        let mut part = Rendered::from_json(raw(self.payload("", &words, "", blocks))?, summary);
        if let Some(mark) = mark {
            let mut line = String::new();
            write_escaped(&marked(mark), &mut line);
            let mut above = String::new();
            context(&Text::plain(mark), &mut above);
            if !blocks.is_empty() {
                above.push(',');
            }
            part.repeated = Some(raw(self.payload(&line, &words, &above, blocks))?);
        }
        Ok(part)
    }

    fn payload(&self, line: &str, text: &str, above: &str, blocks: &str) -> String {
        let pieces = [self.open, line, text, self.between, above, blocks, self.close];
        pieces.concat()
    }
}
