//! What others wrote, inside what the program says.

mod cut;
mod echo;
mod hosts;
#[cfg(test)]
mod tests;

use std::sync::LazyLock;

use self::cut::cut;
use self::echo::Echo;
pub use self::hosts::LinkHosts;
use super::{Block, Content, Field, Inline};
use crate::{Phrases, fill};

/// How much is shown unless it is said otherwise: a screen or two.
const MOST_CHARS: usize = 4_000;

/// A longer name of a source is none that a person reads.
const SOURCE_CHARS: usize = 80;

/// What a horizontal line becomes: a real one would end the quote on some platforms.
pub(super) const RULE: &str = "———";

static PHRASES: LazyLock<Phrases> = LazyLock::new(Phrases::default);

/// Text that somebody else wrote: an alert, a commit message, a ticket, what a person said. It is shown
/// in a quote below a label that says where it is from, so that nothing in it looks like the program's
/// own words, and it does nothing: no mention, no broadcast, no button, no picture, no link but to the
/// hosts that are named. What is too long is cut off, and a line below the quote says so.
///
/// ```
/// use chatgate_core::{LinkHosts, Untrusted};
///
/// let from = Untrusted::new("Alertmanager")
///     .at_most(500)
///     .links_to(LinkHosts::new(["grafana.corp.test"])?);
/// let alert = "**Disk full** on db-1\n\n[dashboard](https://grafana.corp.test/d/1) \
///     [fix](https://evil.test) @channel";
/// assert_eq!(from.markdown(alert).plain_text(), "From Alertmanager:\nDisk full on db-1\n\
///     dashboard fix (https://evil.test/) @channel");
/// # Ok::<(), chatgate_core::Error>(())
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Untrusted {
    label: String,
    /// The phrase that says how much is not shown: `{hidden}`.
    cut: String,
    source: String,
    most_chars: usize,
    hosts: LinkHosts,
}

impl Untrusted {
    /// Text from this source, which the program names: `Alertmanager`, `the ticket`.
    ///
    /// ```
    /// let content = chatgate_core::Untrusted::new("CI").text("main is red");
    /// assert_eq!(content.plain_text(), "From CI:\nmain is red");
    /// ```
    #[must_use]
    pub fn new(source: &str) -> Self {
        let visible = |c: char| if c.is_control() { ' ' } else { c };
        let source = cut(source.trim(), SOURCE_CHARS).chars().map(visible).collect();
        let this = Self {
            label: String::new(),
            cut: String::new(),
            source,
            most_chars: MOST_CHARS,
            hosts: LinkHosts::default(),
        };
        this.with_phrases(&PHRASES)
    }

    /// Takes the words of the label, and of the line that says what is cut off, from a program's own
    /// phrases.
    ///
    /// ```
    /// use chatgate_core::{Phrases, Untrusted};
    /// let phrases = Phrases { untrusted: "{source} meldet:".into(), ..Phrases::default() };
    /// let content = Untrusted::new("CI").with_phrases(&phrases).text("rot");
    /// assert_eq!(content.plain_text(), "CI meldet:\nrot");
    /// ```
    #[must_use]
    pub fn with_phrases(mut self, phrases: &Phrases) -> Self {
        self.label = fill(&phrases.untrusted, &[("source", &self.source)]);
        self.cut.clone_from(&phrases.untrusted_cut);
        self
    }

    /// Shows at most so many characters; 4,000 unless this is said.
    ///
    /// ```
    /// let content = chatgate_core::Untrusted::new("CI").at_most(5).text("one two");
    /// assert_eq!(content.plain_text(), "From CI:\none\n… 4 more characters are not shown.");
    /// ```
    #[must_use]
    pub fn at_most(mut self, chars: usize) -> Self {
        self.most_chars = chars;
        self
    }

    /// Lets links lead to these hosts; any other address is text behind its label.
    ///
    /// ```
    /// use chatgate_core::{LinkHosts, Untrusted};
    /// let ci = Untrusted::new("CI").links_to(LinkHosts::new(["ci.test"])?);
    /// assert_eq!(ci.markdown("[run](https://ci.test/1)").plain_text(), "From CI:\nrun");
    /// # Ok::<(), chatgate_core::Error>(())
    /// ```
    #[must_use]
    pub fn links_to(mut self, hosts: LinkHosts) -> Self {
        self.hosts = hosts;
        self
    }

    /// Plain text; its line ends stay.
    #[must_use]
    pub fn text(&self, text: &str) -> Content {
        let kept = cut(text, self.most_chars);
        let blocks = match kept.trim().is_empty() {
            true => Vec::new(),
            false => vec![Block::Paragraph(Inline::lines(kept))],
        };
        self.quote(blocks, text[kept.len()..].chars().count())
    }

    /// Markdown as [`Content::markdown`] reads it, with nothing in it that looks like the program's own:
    /// headings and alerts are bold, rules are dashes, pictures are their words.
    #[must_use]
    pub fn markdown(&self, text: &str) -> Content {
        let kept = cut(text, self.most_chars);
        let hidden = text[kept.len()..].chars().count();
        self.blocks(&Content::markdown(kept).blocks, hidden)
    }

    /// Keys with their values: the labels of an alert.
    ///
    /// ```
    /// let content = chatgate_core::Untrusted::new("CI").fields([("job", "lint"), ("took", "4 s")]);
    /// assert_eq!(content.plain_text(), "From CI:\njob: lint\ntook: 4 s");
    /// ```
    #[must_use]
    pub fn fields<K, V>(&self, fields: impl IntoIterator<Item = (K, V)>) -> Content
    where
        K: Into<String>,
        V: Into<String>,
    {
        let mut left = self.most_chars;
        let mut hidden = 0;
        let mut shown = Vec::new();
        for (key, value) in fields {
            let (key, value) = (key.into(), value.into());
            if left > 0 {
                left = left.saturating_sub(key.chars().count() + value.chars().count() + 1);
                shown.push(Field::new(key, value));
            } else {
                hidden += key.chars().count() + value.chars().count();
            }
        }
        self.blocks(&[Block::Fields(shown)], hidden)
    }

    /// What a person or a bot said, as it was decoded from their platform.
    ///
    /// ```
    /// use chatgate_core::{Content, Untrusted};
    /// let said = Content::typed("@bob look at https://evil.test");
    /// let echo = Untrusted::new("Ann").content(&said);
    /// assert_eq!(echo.plain_text(), "From Ann:\n@bob look at https://evil.test/");
    /// assert!(!format!("{echo:?}").contains("User"));
    /// ```
    #[must_use]
    pub fn content(&self, content: &Content) -> Content {
        self.blocks(&content.blocks, 0)
    }

    fn blocks(&self, blocks: &[Block], hidden: usize) -> Content {
        let mut echo = Echo { hosts: &self.hosts, left: self.most_chars, hidden };
        let blocks = echo.blocks(blocks, 1);
        self.quote(blocks, echo.hidden)
    }

    fn quote(&self, blocks: Vec<Block>, hidden: usize) -> Content {
        let mut content = Content::new().paragraph([Inline::bold(self.label.as_str())]);
        if !blocks.is_empty() {
            content = content.block(Block::Quote(blocks));
        }
        if hidden > 0 {
            let hidden = fill(&self.cut, &[("hidden", &grouped(hidden))]);
            content = content.context(hidden);
        }
        content
    }
}

impl Content {
    /// Plain text of others in a labelled quote: nothing in it becomes a mention, a link, a button or the
    /// end of the quote, and at most 4,000 characters of it are shown. [`Untrusted`] has more to choose.
    ///
    /// ```
    /// use chatgate_core::Content;
    /// let content = Content::untrusted("Alertmanager", "<!channel> `disk` full");
    /// assert_eq!(content.plain_text(), "From Alertmanager:\n<!channel> `disk` full");
    /// ```
    #[must_use]
    pub fn untrusted(source: &str, text: &str) -> Self {
        Untrusted::new(source).text(text)
    }

    /// As [`Content::untrusted`] for text that is Markdown: its structure is kept, and links to these
    /// hosts.
    ///
    /// ```
    /// use chatgate_core::{Content, LinkHosts};
    /// let content = Content::untrusted_markdown("CI", "*red* [x](https://evil.test)", &LinkHosts::default());
    /// assert_eq!(content.plain_text(), "From CI:\nred x (https://evil.test/)");
    /// ```
    #[must_use]
    pub fn untrusted_markdown(source: &str, text: &str, hosts: &LinkHosts) -> Self {
        Untrusted::new(source).links_to(hosts.clone()).markdown(text)
    }
}

/// A number with a comma between thousands.
fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}
